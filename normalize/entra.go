// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"
	"strings"

	"daylight/record"
)

// entra decodes sign-ins of Microsoft Entra: signIn objects of Microsoft Graph,
// and the diagnostic export of Azure, which holds one as "properties".
type entra struct {
	walker
	created, stamp instant // of the sign-in, and of the exported row

	category  []byte // of the exported row
	principal []byte // a program that signed in
	kind      []byte // the first of signInEventTypes

	code, result    []byte // the error's number: of the sign-in, and of the exported row
	still           bool   // said not to be interactive
	device, system  []byte
	managed, obeyed []byte // isManaged and isCompliant
}

func newEntra() EventDecoder { return new(entra) }

func matchesEntra(s *Sample) bool {
	return s.Any(func(m Members) bool {
		if m.Has("properties") {
			return strings.HasSuffix(m.Text("category"), "SignInLogs")
		}
		return m.Has("createdDateTime") && (m.Has("userPrincipalName") || m.Has("servicePrincipalId")) &&
			(m.Has("clientAppUsed") || m.Has("deviceDetail") || m.Has("isInteractive") || m.Has("conditionalAccessStatus"))
	})
}

// Decode implements [EventDecoder].
func (d *entra) Decode(raw []byte, e *record.Event) error {
	e.Reset()
	*d = entra{walker: d.walker}
	if err := d.open(raw); err != nil {
		return err
	}
	for name := range d.members {
		switch string(name) {
		case "properties":
			for name := range d.members {
				d.field(name, e)
			}
		case "time":
			d.stamp = d.when()
		case "category":
			d.category = d.str()
		case "resultType", "resulttype":
			d.result = d.scalar()
		default:
			d.field(name, e)
		}
	}
	if err := d.close(); err != nil {
		return err
	}
	at := d.created.or(d.stamp)
	switch {
	case len(d.category) > 0 && !bytes.HasSuffix(d.category, []byte("SignInLogs")):
		return NotEvent("not a sign-in")
	case d.program(e):
		return NotEvent("the sign-in of a program")
	case !at.ok:
		return at.err()
	}
	e.At, e.Class = at.ms, record.SignIns
	d.judge(e)
	return nil
}

// program reports whether no user signed in.
func (d *entra) program(e *record.Event) bool {
	switch string(d.category) {
	case "ServicePrincipalSignInLogs", "ManagedIdentitySignInLogs":
		return true
	}
	return len(d.principal) > 0 && len(e.ActorID) == 0 && len(e.ActorEmail) == 0 && len(e.ActorName) == 0
}

// field reads one member of a sign-in.
func (d *entra) field(name []byte, e *record.Event) {
	switch string(name) {
	case "createdDateTime":
		d.created = d.when()
	case "userId":
		e.ActorID = known(d.scalar())
	case "userPrincipalName":
		setLogin(e, known(d.str()))
	case "servicePrincipalId":
		d.principal = known(d.scalar())
	case "ipAddress":
		e.Addr = d.addr()
	case "userAgent":
		e.Agent = known(d.str())
	case "sessionId":
		e.Session = known(d.scalar())
	case "appDisplayName":
		e.Object = known(d.str())
	case "isInteractive":
		d.still = string(d.scalar()) == "false"
	case "signInEventTypes":
		for n := range d.elements {
			if n == 0 {
				d.kind = d.str()
			}
		}
	case "riskEventTypes", "riskEventTypes_v2":
		for range d.elements {
			if string(d.str()) == "anonymizedIPAddress" {
				e.Proxy = true
			}
		}
	case "status":
		for name := range d.members {
			if string(name) == "errorCode" {
				d.code = d.scalar()
			}
		}
	case "deviceDetail":
		for name := range d.members {
			switch string(name) {
			case "deviceId":
				d.device = known(d.scalar())
			case "operatingSystem":
				d.system = d.str()
			case "isManaged":
				d.managed = d.scalar()
			case "isCompliant":
				d.obeyed = d.scalar()
			}
		}
	case "location":
		for name := range d.members {
			if string(name) == "geoCoordinates" {
				d.place(e, "latitude", "longitude")
			}
		}
	}
}

func (d *entra) judge(e *record.Event) {
	code := d.code
	if len(code) == 0 {
		code = d.result
	}
	e.Act = record.SignIn
	// What was interrupted to ask for more is no sign-in either: the answer, if
	// there is one, makes a row of its own.
	if e.Failed = len(code) > 0 && string(code) != "0"; e.Failed {
		e.Act = record.SignInFailed
	}
	e.Automated = d.still || len(d.kind) > 0 && string(d.kind) != "interactiveUser" || string(d.category) == "NonInteractiveUserSignInLogs"
	e.Device = d.device
	switch {
	case string(d.managed) == "true" || string(d.obeyed) == "true": // only a managed machine is held to rules
		e.Managed = record.IsManaged
	case string(d.managed) == "false" && len(d.device) > 0 && !handheld(d.system):
		// Without an id the machine did not show itself: a managed one whose
		// browser does not pass its identity on looks the same.
		e.Managed = record.NotManaged
	}
}
