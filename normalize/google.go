// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"

	"daylight/record"
)

// google decodes activities of the Google Workspace Reports API, of any
// application, and the form of data lakes, which give every event of an activity
// a row and its parameters as one object. An activity is one act, though it may
// list several events: the first with a meaning of its own stands for all.
type google struct {
	walker
	at     instant
	app    []byte // id.applicationName
	caller []byte // actor.callerType
	// actions are the first of the activity's events; flat is the only one of a
	// data lake's row.
	actions [4]googleAction
	n       int
	flat    googleAction
}

// googleAction is one event of an activity, with those of its parameters that
// are read.
type googleAction struct {
	kind, name []byte
	// title and id name the document, the application or the role acted on.
	title, id []byte
	// who is the account acted on: the user of an administrator's act, the
	// participant of a meeting, the account that Google warns of.
	who                         []byte
	change, visibility, outcome []byte
	agent, addr                 []byte
}

func newGoogle() EventDecoder { return new(google) }

func matchesGoogle(s *Sample) bool {
	return s.Any(func(m Members) bool {
		id := m.Sub("id")
		return id.Text("applicationName") != "" && (m.Text("kind") == "admin#reports#activity" || m.Has("actor") || m.Has("events") ||
			m.Has("parameters") || id.Has("uniqueQualifier"))
	})
}

// Decode implements [EventDecoder].
func (d *google) Decode(raw []byte, e *record.Event) error {
	e.Reset()
	*d = google{walker: d.walker}
	if err := d.open(raw); err != nil {
		return err
	}
	for name := range d.members {
		d.field(name, e)
	}
	if err := d.close(); err != nil {
		return err
	}
	if d.n == 0 {
		d.actions[0], d.n = d.flat, 1
	}
	switch {
	case len(d.actions[0].name) == 0:
		return ErrNoAct
	case !d.at.ok:
		return d.at.err()
	}
	e.At = d.at.ms
	d.judge(e)
	return nil
}

func (d *google) field(name []byte, e *record.Event) {
	switch string(name) {
	case "id":
		for name := range d.members {
			switch string(name) {
			case "time":
				d.at = d.when()
			case "applicationName":
				d.app = d.str()
			}
		}
	case "actor":
		for name := range d.members {
			switch string(name) {
			case "email":
				e.ActorEmail = known(d.str())
			case "profileId":
				e.ActorID = known(d.scalar())
			case "callerType":
				d.caller = d.str()
			}
		}
	case "ipAddress":
		e.Addr = d.addr()
	case "events":
		for range d.elements {
			if d.n == len(d.actions) {
				continue
			}
			a := &d.actions[d.n]
			*a = googleAction{}
			for name := range d.members {
				d.action(a, name)
			}
			if len(a.name) > 0 {
				d.n++
			}
		}
	default:
		d.action(&d.flat, name)
	}
}

// action reads one member of an event.
func (d *google) action(a *googleAction, name []byte) {
	switch string(name) {
	case "type":
		a.kind = d.str()
	case "name":
		a.name = d.str()
	case "parameters":
		d.parameters(a)
	}
}

// parameters reads {"doc_id": "x"} and [{"name": "doc_id", "value": "x"}].
func (d *google) parameters(a *googleAction) {
	if d.peek() == '{' {
		for name := range d.members {
			if slot := a.slot(name); slot != nil {
				*slot = known(d.scalar())
			}
		}
		return
	}
	for range d.elements {
		var name, value []byte
		for member := range d.members {
			switch string(member) {
			case "name":
				name = d.str()
			case "value":
				value = known(d.scalar())
			}
		}
		if slot := a.slot(name); slot != nil {
			*slot = value
		}
	}
}

// slot is where a parameter is kept, or nil.
func (a *googleAction) slot(name []byte) *[]byte {
	switch string(name) {
	case "doc_title", "app_name", "ROLE_NAME", "GROUP_EMAIL":
		return &a.title
	case "doc_id", "client_id", "meeting_code":
		return &a.id
	case "affected_email_address", "USER_EMAIL", "identifier":
		return &a.who
	case "visibility_change":
		return &a.change
	case "visibility":
		return &a.visibility
	case "login_challenge_status":
		return &a.outcome
	case "user_agent":
		return &a.agent
	case "ip_address":
		return &a.addr
	}
	return nil
}

func (d *google) judge(e *record.Event) {
	a, act, automated := &d.actions[0], record.Other, false
	for i := range d.n {
		if act, automated = googleAct(d.app, &d.actions[i]); act != record.Other || automated {
			a = &d.actions[i]
			break
		}
	}
	e.Act, e.Class = act, googleClass(d.app)
	e.Automated = automated || len(d.caller) > 0 && string(d.caller) != "USER"
	e.Failed = act == record.SignInFailed || string(a.outcome) == "Challenge Failed"
	e.Agent = a.agent
	if e.Object = a.title; len(a.title) == 0 {
		e.Object = a.id
	}
	if !e.Addr.IsValid() && string(d.app) == "meet" {
		e.Addr = parseAddr(a.addr)
	}
	d.belongs(a, e)
}

// belongs gives an event to the account it is about where nobody is named who
// acted, and a removal to the account removed; see [okta.belongs].
func (d *google) belongs(a *googleAction, e *record.Event) {
	switch {
	case len(a.who) == 0 || bytes.EqualFold(a.who, e.ActorEmail):
	case e.Act == record.AccountRemoved:
		*e = record.Event{At: e.At, Class: e.Class, Act: e.Act, Automated: true}
		setLogin(e, a.who)
	case len(e.ActorEmail) == 0 && len(e.ActorID) == 0:
		setLogin(e, a.who)
	}
}

// googleClass is the kind of system that an application is.
func googleClass(app []byte) record.Class {
	switch string(app) {
	case "chat", "gmail":
		return record.Chat
	case "meet":
		return record.Meeting
	case "mobile", "chrome":
		return record.Endpoint
	}
	return record.SignIns
}

// googleAct maps an event of an application. automated is set for what Google
// finds or delivers by itself. Sharing a document with somebody outside is daily
// work with customers and has no meaning of its own; publishing one to everybody
// does. Source: the event lists of the Reports API reference.
func googleAct(app []byte, a *googleAction) (act record.Act, automated bool) {
	switch string(app) {
	case "login", "saml", "user_accounts":
		return googleSignIn(a)
	case "admin":
		return googleAdmin(a.name)
	case "drive":
		switch string(a.name) {
		case "download":
			return record.Downloaded, false
		case "change_document_visibility", "change_document_access_scope", "change_acl_editors", "change_user_access":
			if string(a.change) == "external" && string(a.visibility) == "public_on_the_web" {
				return record.CopiedOut, false
			}
		}
	case "token":
		switch string(a.name) {
		case "authorize":
			return record.KeyAdded, false
		case "activity": // a program that uses the key
			return record.Other, true
		}
	case "chat":
		if string(a.name) == "message_posted" {
			return record.Message, false
		}
	case "gmail":
		return record.Other, string(a.name) == "delivery"
	case "mobile", "chrome", "rules", "access_transparency":
		return record.Other, true
	}
	return record.Other, false
}

func googleSignIn(a *googleAction) (act record.Act, automated bool) {
	if string(a.kind) == "account_warning" || string(a.kind) == "attack_warning" {
		return record.Other, true // Google's own finding
	}
	switch string(a.name) {
	case "login_success":
		return record.SignIn, false
	case "login_failure":
		return record.SignInFailed, false
	case "logout":
		return record.SignOut, false
	case "login_challenge", "login_verification":
		return record.FactorUsed, false
	case "2sv_enroll", "passkey_enrolled":
		return record.FactorEnrolled, false
	case "gov_attack_warning":
		return record.Other, true
	}
	return record.Other, false
}

func googleAdmin(name []byte) (act record.Act, automated bool) {
	switch string(name) {
	case "GRANT_ADMIN_PRIVILEGE", "GRANT_DELEGATED_ADMIN_PRIVILEGES", "ASSIGN_ROLE", "ADD_GROUP_MEMBER":
		return record.AccessGranted, false
	case "SUSPEND_USER", "DELETE_USER", "ARCHIVE_USER":
		return record.AccountRemoved, true
	}
	return record.Other, false
}
