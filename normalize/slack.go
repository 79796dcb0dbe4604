// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"

	"daylight/record"
)

// slackAudit decodes entries of the Slack Audit Logs API.
type slackAudit struct {
	walker
	at        instant
	action    []byte
	actorType []byte
	target    record.Event // the actor fields of the user acted on
	object    []byte
	reason    []byte // first reason of an anomaly
}

func newSlackAudit() EventDecoder { return new(slackAudit) }

func matchesSlackAudit(s *Sample) bool {
	return s.Any(func(m Members) bool {
		context := m.Sub("context")
		return m.Text("action") != "" && m.Sub("actor").Has("type", "user") &&
			(context.Has("ua") || context.Has("ip_address")) &&
			(m.Has("entity") || m.Has("date_create") || m.Has("details") || context.Has("location"))
	})
}

// Decode implements [EventDecoder].
func (d *slackAudit) Decode(raw []byte, e *record.Event) error {
	e.Reset()
	*d = slackAudit{walker: d.walker}
	if err := d.open(raw); err != nil {
		return err
	}
	for name := range d.members {
		d.field(name, e)
	}
	if err := d.close(); err != nil {
		return err
	}
	switch {
	case len(d.action) == 0:
		return ErrNoAct
	case !d.at.ok:
		return d.at.err()
	}
	e.At, e.Class, e.Object = d.at.ms, record.Chat, d.object
	d.judge(e)
	return nil
}

func (d *slackAudit) field(name []byte, e *record.Event) {
	switch string(name) {
	case "date_create":
		d.at = d.when()
	case "action":
		d.action = d.str()
	case "actor":
		for name := range d.members {
			switch string(name) {
			case "type":
				d.actorType = d.str()
			case "user":
				d.user(e)
			}
		}
	case "context":
		for name := range d.members {
			switch string(name) {
			case "ua":
				e.Agent = known(d.str())
			case "ip_address":
				e.Addr = d.addr()
			case "session_id":
				e.Session = known(d.scalar())
			}
		}
	case "entity":
		d.entity()
	case "details":
		for name := range d.members {
			if string(name) != "reason" {
				continue
			}
			if d.peek() != '[' {
				d.reason = d.str()
				continue
			}
			for n := range d.elements {
				if n == 0 {
					d.reason = d.str()
				}
			}
		}
	}
}

func (d *slackAudit) user(e *record.Event) {
	for name := range d.members {
		switch string(name) {
		case "id":
			e.ActorID = known(d.scalar())
		case "email":
			e.ActorEmail = known(d.str())
		case "name":
			e.ActorName = known(d.str())
		}
	}
}

// entity is the thing acted on: {"type": "file", "file": {"id": ..., "name": ...}}.
func (d *slackAudit) entity() {
	for name := range d.members {
		switch string(name) {
		case "type":
		case "user":
			d.user(&d.target)
		default:
			var id, label []byte
			for name := range d.members {
				switch string(name) {
				case "id":
					id = known(d.scalar())
				case "name":
					label = known(d.str())
				}
			}
			if d.object = label; len(label) == 0 {
				d.object = id
			}
		}
	}
}

func (d *slackAudit) judge(e *record.Event) {
	e.Automated = len(d.actorType) > 0 && string(d.actorType) != "user"
	switch string(e.ActorID) {
	case "USLACKUSER", "USLACKBOT":
		e.Automated = true
	}
	switch string(d.action) {
	case "user_login":
		e.Act = record.SignIn
	case "user_login_failed":
		e.Act, e.Failed = record.SignInFailed, true
	case "user_logout":
		e.Act = record.SignOut
	case "file_downloaded":
		e.Act = record.Downloaded
	case "file_downloaded_blocked", "file_download_blocked":
		e.Act, e.Failed = record.Downloaded, true
	case "anomaly":
		// Slack's own finding, made at a time of Slack's choosing.
		e.Automated = true
		switch string(d.reason) {
		case "excessive_downloads":
			e.Act = record.Downloaded
		case "tor":
			e.Proxy = true
		}
		e.Object = d.reason
	case "excessive_downloads":
		e.Act, e.Automated = record.Downloaded, true
	case "role_change_to_admin", "role_change_to_owner", "permissions_assigned", "role_assigned", "owner_transferred":
		e.Act = record.AccessGranted
	case "app_token_created", "app_token_generated":
		e.Act = record.KeyAdded
	case "user_deactivated":
		e.Act, e.Automated = record.AccountRemoved, true
		if t := d.target; len(t.ActorID) > 0 && !bytes.Equal(t.ActorID, e.ActorID) {
			*e = record.Event{
				At: e.At, Class: e.Class, Act: e.Act, Automated: true,
				ActorID: t.ActorID, ActorEmail: t.ActorEmail, ActorName: t.ActorName,
			}
		}
	case "user_session_invalidated":
		e.Automated = true
	}
}

// slackAccess decodes Slack access logs (team.accessLogs): one row for a stretch
// of visits of one user from one address with one client. The event stands at
// the end of the stretch.
type slackAccess struct{ walker }

func newSlackAccess() EventDecoder { return new(slackAccess) }

func matchesSlackAccess(s *Sample) bool {
	return s.Any(func(m Members) bool { return m.Has("user_id", "date_first", "date_last", "ip") })
}

// Decode implements [EventDecoder].
func (d *slackAccess) Decode(raw []byte, e *record.Event) error {
	e.Reset()
	if err := d.open(raw); err != nil {
		return err
	}
	var first, last instant
	for name := range d.members {
		switch string(name) {
		case "user_id":
			e.ActorID = known(d.scalar())
		case "username":
			e.ActorName = known(d.str())
		case "date_first":
			first = d.when()
		case "date_last":
			last = d.when()
		case "ip":
			e.Addr = d.addr()
		case "user_agent":
			e.Agent = known(d.str())
		}
	}
	if err := d.close(); err != nil {
		return err
	}
	at := last.or(first)
	if !at.ok {
		return at.err()
	}
	e.At, e.Class = at.ms, record.Chat
	return nil
}
