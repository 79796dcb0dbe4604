// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"
	"strings"

	"daylight/record"
)

// okta decodes the Okta System Log (LogEvent objects, as the System Log API and
// its exports write them). Data lakes fold the names of top-level columns to
// lower case; that spelling is read too, but not both in one event.
type okta struct {
	walker
	seen uint16
	at   instant
	kind []byte // eventType

	actorType, result, transaction []byte
	target                         person // the user acted on
	factor                         []byte // the authenticator acted on
	app                            []byte // the first target that is no user, no device
}

// person is an account as a vendor names it.
type person struct{ id, login []byte }

func newOkta() EventDecoder { return new(okta) }

// matchesOkta looks for an eventType such as "user.session.start" beside an
// object that the System Log always writes.
func matchesOkta(s *Sample) bool {
	return s.Any(func(m Members) bool {
		kind := m.Text("eventType")
		if kind == "" {
			kind = m.Text("eventtype")
		}
		return strings.Count(kind, ".") > 0 && !strings.ContainsAny(kind, " :/") &&
			(m.Has("actor") || m.Has("outcome") || m.Has("target")) &&
			(m.Has("published") || m.Has("legacyEventType") || m.Has("severity") || m.Sub("outcome").Has("result"))
	})
}

// The top-level fields, for telling two spellings of one apart.
const (
	oktaPublished uint16 = 1 << iota
	oktaEventType
	oktaActor
	oktaClient
	oktaDevice
	oktaOutcome
	oktaTarget
	oktaTransaction
	oktaSecurity
	oktaAuthentication
	oktaDebug
)

// Decode implements [EventDecoder].
func (d *okta) Decode(raw []byte, e *record.Event) error {
	e.Reset()
	*d = okta{walker: d.walker}
	if err := d.open(raw); err != nil {
		return err
	}
	twice := false
	for name := range d.members {
		field := d.field(name, e)
		twice = twice || d.seen&field != 0
		d.seen |= field
	}
	if err := d.close(); err != nil {
		return err
	}
	switch {
	case twice:
		return ErrTwice
	case len(d.kind) == 0:
		return ErrNoAct
	case !d.at.ok:
		return d.at.err()
	}
	e.At, e.Class = d.at.ms, record.SignIns
	d.judge(e)
	return nil
}

// field reads one top-level member and says which it was.
func (d *okta) field(name []byte, e *record.Event) uint16 {
	switch string(name) {
	case "published":
		d.at = d.when()
		return oktaPublished
	case "eventType", "eventtype":
		d.kind = d.str()
		return oktaEventType
	case "actor":
		d.actor(e)
		return oktaActor
	case "client":
		d.client(e)
		return oktaClient
	case "device":
		d.device(e)
		return oktaDevice
	case "outcome":
		for name := range d.members {
			if string(name) == "result" {
				d.result = d.str()
			}
		}
		return oktaOutcome
	case "target":
		d.targets()
		return oktaTarget
	case "transaction":
		for name := range d.members {
			if string(name) == "type" {
				d.transaction = d.str()
			}
		}
		return oktaTransaction
	case "securityContext", "securitycontext":
		for name := range d.members {
			if string(name) == "isProxy" {
				e.Proxy = d.yes()
			}
		}
		return oktaSecurity
	case "authenticationContext", "authenticationcontext":
		for name := range d.members {
			if string(name) == "externalSessionId" {
				e.Session = known(d.scalar())
			}
		}
		return oktaAuthentication
	case "debugContext", "debugcontext":
		d.debug(e)
		return oktaDebug
	}
	return 0
}

func (d *okta) device(e *record.Event) {
	var managed, system []byte
	for name := range d.members {
		switch string(name) {
		case "id":
			e.Device = known(d.scalar())
		case "managed":
			managed = d.scalar()
		case "os_platform":
			system = d.str()
		}
	}
	switch string(managed) {
	case "true":
		e.Managed = record.IsManaged
	case "false":
		if !handheld(system) {
			e.Managed = record.NotManaged
		}
	}
}

// handheld reports whether a system is that of telephones and tablets. Most
// people read their mail on one of their own: that it is not managed says
// nothing of the machine they work on.
func handheld(system []byte) bool {
	for _, name := range [...]string{"ios", "ipados", "android", "windows phone"} {
		if len(system) >= len(name) && bytes.EqualFold(system[:len(name)], []byte(name)) {
			return true
		}
	}
	return false
}

func (d *okta) actor(e *record.Event) {
	for name := range d.members {
		switch string(name) {
		case "id":
			e.ActorID = known(d.scalar())
		case "type":
			d.actorType = d.str()
		case "alternateId":
			setLogin(e, known(d.scalar()))
		}
	}
}

// setLogin files a login under e-mail or name.
func setLogin(e *record.Event, login []byte) {
	if bytes.IndexByte(login, '@') > 0 {
		e.ActorEmail = login
	} else {
		e.ActorName = login
	}
}

func (d *okta) client(e *record.Event) {
	for name := range d.members {
		switch string(name) {
		case "ipAddress":
			e.Addr = d.addr()
		case "userAgent":
			for name := range d.members {
				if string(name) == "rawUserAgent" {
					e.Agent = known(d.str())
				}
			}
		case "geographicalContext":
			for name := range d.members {
				if string(name) == "geolocation" {
					d.place(e, "lat", "lon")
				}
			}
		}
	}
}

// place reads an object of two coordinates. Half a place is none.
func (w *walker) place(e *record.Event, latName, lonName string) {
	var okLat, okLon bool
	for name := range w.members {
		switch string(name) {
		case latName:
			e.Lat, okLat = w.degrees(90)
		case lonName:
			e.Lon, okLon = w.degrees(180)
		}
	}
	if e.HasPlace = okLat && okLon; !e.HasPlace {
		e.Lat, e.Lon = 0, 0
	}
}

func (d *okta) debug(e *record.Event) {
	for name := range d.members {
		if string(name) != "debugData" {
			continue
		}
		for name := range d.members {
			switch string(name) {
			case "dtHash", "dt_hash":
				e.Token = known(d.str())
			case "oktaDeviceId":
				if id := known(d.scalar()); len(id) > 0 {
					d.factor = id
				}
			}
		}
	}
}

// targets keeps the first user, the first authenticator and the first other
// thing acted on. An AuthenticatorEnrollment is not kept: its id can stand for
// an organisation's setting, which everyone shares.
func (d *okta) targets() {
	for range d.elements {
		var id, login, label, kind []byte
		for name := range d.members {
			switch string(name) {
			case "id":
				id = known(d.scalar())
			case "type":
				kind = d.str()
			case "alternateId":
				login = known(d.scalar())
			case "displayName":
				label = known(d.scalar())
			}
		}
		switch string(kind) {
		case "User":
			if len(d.target.id) == 0 && len(d.target.login) == 0 {
				d.target = person{id, login}
			}
		case "Device", "UDDevice", "MobilePhone", "Phone":
			if len(d.factor) == 0 {
				d.factor = id
			}
		case "AuthenticatorEnrollment", "AppUser":
		default:
			if len(d.app) > 0 {
				continue
			}
			if d.app = label; len(label) == 0 {
				d.app = id
			}
		}
	}
}

// judge gives the event its act, and says whose act it was.
func (d *okta) judge(e *record.Event) {
	e.Failed = len(d.result) > 0 && string(d.result) != "SUCCESS" && string(d.result) != "ALLOW"
	e.Automated = len(d.actorType) > 0 && string(d.actorType) != "User" || string(d.transaction) == "JOB"
	e.Object = d.app
	act, automated := oktaAct(d.kind)
	e.Act = act
	e.Automated = e.Automated || automated
	if act == record.SignIn && e.Failed {
		e.Act = record.SignInFailed
	}
	if act == record.FactorUsed || act == record.FactorEnrolled {
		e.Device = d.factor
	}
	if act == record.FactorEnrolled || act == record.AccountRemoved {
		d.belongs(e)
	}
}

// belongs gives the event to the user acted on, where somebody else acted: an
// account removed, or a factor enrolled, by an administrator. What the event
// says of the client is then the administrator's, and is dropped.
func (d *okta) belongs(e *record.Event) {
	t := d.target
	if len(t.id) == 0 && len(t.login) == 0 || len(t.id) > 0 && bytes.Equal(t.id, e.ActorID) {
		return
	}
	device := e.Device
	if e.Act == record.AccountRemoved {
		device = nil
	}
	*e = record.Event{
		At: e.At, Class: e.Class, Act: e.Act, Failed: e.Failed, Automated: true,
		ActorID: t.id, Device: device, Object: e.Object,
	}
	setLogin(e, t.login)
}

// oktaAct maps an event type. automated is set for what the service does by
// itself, though it may name a user. Source: Okta's event types reference.
func oktaAct(kind []byte) (act record.Act, automated bool) {
	switch string(kind) {
	case "user.session.start":
		return record.SignIn, false
	case "user.session.end", "user.authentication.slo":
		return record.SignOut, false
	case "user.session.expire":
		return record.SignOut, true
	case "user.authentication.auth_via_mfa", "user.authentication.verify", "user.mfa.okta_verify",
		"system.push.send_factor_verify_push", "system.sms.send_factor_verify_message",
		"system.sms.send_phone_verification_message", "system.voice.send_mfa_challenge_call",
		"system.voice.send_phone_verification_call":
		return record.FactorUsed, false
	case "user.mfa.factor.activate", "device.user.add", "device.enrollment.create":
		return record.FactorEnrolled, false
	case "user.lifecycle.deactivate", "user.lifecycle.suspend", "user.lifecycle.delete.initiated",
		"user.lifecycle.delete.completed":
		return record.AccountRemoved, true
	case "system.api_token.create", "app.oauth2.client.lifecycle.create", "app.oauth2.credentials.lifecycle.create":
		return record.KeyAdded, false
	case "user.account.privilege.grant", "group.privilege.grant", "group.user_membership.add",
		"application.user_membership.add", "iam.resourceset.bindings.add", "user.session.impersonation.grant":
		return record.AccessGranted, false
	case "system.api_token.revoke", "system.api_token.update":
		return record.Other, false
	}
	switch {
	case bytes.HasPrefix(kind, []byte("user.authentication.")):
		return record.SignIn, false
	case bytes.HasPrefix(kind, []byte("system.idp.lifecycle.")), bytes.HasPrefix(kind, []byte("system.mfa.factor.")):
		return record.Other, false
	case bytes.HasPrefix(kind, []byte("system.")),
		bytes.HasPrefix(kind, []byte("policy.evaluate")), bytes.HasPrefix(kind, []byte("policy.auth_reevaluate")),
		bytes.HasPrefix(kind, []byte("security.")),
		bytes.HasPrefix(kind, []byte("app.oauth2.")) && bytes.Contains(kind, []byte(".token.")),
		bytes.Contains(kind, []byte("rate_limit")):
		return record.Other, true
	}
	return record.Other, false
}
