// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"

	"daylight/record"
)

// ocsf decodes OCSF 1.x events. Authentication (3002), Account Change (3001),
// User Access (3005), API Activity (6003), File Hosting Activity (6006) and, of
// File System Activity (1001), what opens a browser's stores are read with their
// meaning; any other class shows presence through the attributes
// that all classes share. Inventories of machines and of programs are no acts of
// a person; see [ocsfInventory].
type ocsf struct {
	walker
	class, activity, status int
	at, atText              instant

	user, actor           ocsfUser
	session, actorSession []byte
	endpoint              []byte // src_endpoint.uid, if there is no device
	operation, resource   []byte
	path, program         []byte // of the file acted on, and of the process that acts
}

type ocsfUser struct {
	id, email, name []byte
	kind            int // type_id: 1 user, 2 administrator, 3 system, 4 service
}

func newOCSF() EventDecoder { return new(ocsf) }

func matchesOCSF(s *Sample) bool {
	return s.Any(func(m Members) bool {
		return m.Has("class_uid") && (m.Has("time") || m.Has("time_dt")) && m.Sub("metadata") != nil
	})
}

// Decode implements [EventDecoder].
func (d *ocsf) Decode(raw []byte, e *record.Event) error {
	e.Reset()
	*d = ocsf{walker: d.walker}
	if err := d.open(raw); err != nil {
		return err
	}
	for name := range d.members {
		d.field(name, e)
	}
	if err := d.close(); err != nil {
		return err
	}
	at := d.at.or(d.atText)
	switch {
	case d.class < 1000:
		return ErrNoAct
	case !at.ok:
		return at.err()
	case d.class == ocsfDevice || d.class == ocsfSoftware:
		return NotEvent("a row of an inventory")
	}
	e.At = at.ms
	d.judge(e)
	return nil
}

func (d *ocsf) field(name []byte, e *record.Event) {
	switch string(name) {
	case "class_uid":
		d.class = d.integer()
	case "activity_id":
		d.activity = d.integer()
	case "status_id":
		d.status = d.integer()
	case "time":
		d.at = d.when()
	case "time_dt":
		d.atText = d.when()
	case "user":
		d.user = d.person()
	case "actor":
		for name := range d.members {
			switch string(name) {
			case "user":
				d.actor = d.person()
			case "session":
				d.actorSession = d.uid()
			case "process":
				d.process()
			}
		}
	case "session":
		d.session = d.uid()
	case "device":
		e.Device = d.uid()
	case "src_endpoint":
		d.source(e)
	case "http_request":
		for name := range d.members {
			if string(name) == "user_agent" {
				e.Agent = known(d.str())
			}
		}
	case "api":
		for name := range d.members {
			if string(name) == "operation" {
				d.operation = known(d.str())
			}
		}
	case "file", "web_resource", "app", "application":
		for name := range d.members {
			switch string(name) {
			case "name":
				d.resource = known(d.str())
			case "path":
				d.path = known(d.str())
			}
		}
	}
}

// process reads which program acts: by the name of the process, or else its file's.
func (d *ocsf) process() {
	var file []byte
	for name := range d.members {
		switch string(name) {
		case "name":
			d.program = known(d.str())
		case "file":
			for name := range d.members {
				if string(name) == "name" {
					file = known(d.str())
				}
			}
		}
	}
	if len(d.program) == 0 {
		d.program = file
	}
}

func (d *ocsf) person() (u ocsfUser) {
	for name := range d.members {
		switch string(name) {
		case "uid":
			u.id = known(d.scalar())
		case "email_addr":
			u.email = known(d.str())
		case "name":
			u.name = known(d.str())
		case "type_id":
			u.kind = d.integer()
		}
	}
	return u
}

// uid reads the uid of the object at the cursor.
func (w *walker) uid() (id []byte) {
	for name := range w.members {
		if string(name) == "uid" {
			id = known(w.scalar())
		}
	}
	return id
}

func (d *ocsf) source(e *record.Event) {
	for name := range d.members {
		switch string(name) {
		case "ip":
			e.Addr = d.addr()
		case "uid":
			d.endpoint = known(d.scalar())
		case "location":
			d.location(e)
		}
	}
}

// location reads lat and long, or the older coordinates: longitude first, as
// GeoJSON has it.
func (d *ocsf) location(e *record.Event) {
	var lat, lon float32
	var okLat, okLon bool
	for name := range d.members {
		switch string(name) {
		case "lat":
			lat, okLat = d.degrees(90)
		case "long":
			lon, okLon = d.degrees(180)
		case "coordinates":
			var pair [2]float32
			var ok [2]bool
			for n := range d.elements {
				if n < 2 {
					pair[n], ok[n] = d.degrees(float64(180 - 90*n))
				}
			}
			if ok[0] && ok[1] && !okLat && !okLon {
				lon, lat, okLon, okLat = pair[0], pair[1], true, true
			}
		}
	}
	if okLat && okLon {
		e.Lat, e.Lon, e.HasPlace = lat, lon, true
	}
}

// The classes that are read with their meaning.
const (
	ocsfFileSystem     = 1001
	ocsfAccountChange  = 3001
	ocsfAuthentication = 3002
	ocsfUserAccess     = 3005
	ocsfAPI            = 6003
	ocsfFileHosting    = 6006
)

func (d *ocsf) judge(e *record.Event) {
	// In a sign-in, user is who signs in; elsewhere, actor is who acts.
	who := d.actor
	if d.class == ocsfAuthentication || who.none() {
		who = d.user
	}
	e.Session = d.session
	if len(e.Session) == 0 {
		e.Session = d.actorSession
	}
	if len(e.Device) == 0 {
		e.Device = d.endpoint
	}
	e.Failed = d.status == 2
	e.Automated = who.kind == 3 || who.kind == 4
	e.Object = d.resource
	e.Class = record.SignIns
	switch d.class / 1000 {
	case 1: // system activity: what a machine does, unless a user does it in a session
		e.Class = record.Endpoint
		e.Automated = e.Automated || len(e.Session) == 0 || (who.kind != 1 && who.kind != 2)
	case 2, 4, 5: // findings, network traffic, inventories
		e.Class, e.Automated = record.Endpoint, true
	}
	who.set(e)
	d.act(e)
}

func (d *ocsf) act(e *record.Event) {
	switch d.class {
	case ocsfFileSystem:
		if opened := d.activity == 2 || d.activity == 14; opened && browserStore(d.path) {
			if program := lastPart(d.program); !opensAsOfCourse(program) {
				e.Act, e.Object, e.Automated = record.SecretsRead, program, true
			}
		}
	case ocsfAuthentication:
		switch d.activity {
		case 1:
			if e.Act = record.SignIn; e.Failed {
				e.Act = record.SignInFailed
			}
		case 2:
			e.Act = record.SignOut
		case 3, 4, 5, 6: // tickets that software asks for and renews
			e.Automated = true
		}
	case ocsfAccountChange:
		switch d.activity {
		case 5, 6: // disable, delete
			e.Act = record.AccountRemoved
			d.belongs(e)
		case 10:
			e.Act = record.FactorEnrolled
			e.Device = nil // it names the machine used, not the factor
			d.belongs(e)
		}
	case ocsfUserAccess:
		if d.activity == 1 {
			e.Act = record.AccessGranted
		}
	case ocsfAPI:
		e.Object = d.operation
	case ocsfFileHosting:
		if d.activity == 2 {
			e.Act = record.Downloaded
		}
	}
}

// belongs gives a change of an account to that account; see [okta.belongs].
func (d *ocsf) belongs(e *record.Event) {
	if d.user.none() || d.user.same(d.actor) {
		return
	}
	*e = record.Event{At: e.At, Class: e.Class, Act: e.Act, Failed: e.Failed, Automated: true}
	d.user.set(e)
}

func (u ocsfUser) none() bool { return len(u.id) == 0 && len(u.email) == 0 && len(u.name) == 0 }

func (u ocsfUser) same(o ocsfUser) bool {
	return bytes.Equal(u.id, o.id) && bytes.Equal(u.email, o.email) && bytes.Equal(u.name, o.name)
}

func (u ocsfUser) set(e *record.Event) {
	e.ActorID, e.ActorEmail, e.ActorName = u.id, u.email, u.name
	if len(u.email) == 0 {
		setLogin(e, u.name)
	}
}
