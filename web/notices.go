// SPDX-License-Identifier: Apache-2.0

package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/account"
	"daylight/intake"
	"daylight/notice"
	"daylight/store"
)

func noticeRoutes() []route {
	return []route{
		{pattern: "GET /notices", acts: "show which notices of monitoring are recorded, and for how many", roles: noticeKeepers, handle: (*Server).notices},
		{pattern: "POST /notices", acts: "record that people were given the notice of monitoring", recorded: true, roles: noticeKeepers, handle: (*Server).recordNotice},
	}
}

// noticeKeepers are those who tell people that they are monitored.
var noticeKeepers = []account.Role{account.HR, account.Legal, account.Administrator}

// Limits of one form.
const (
	maxNoticed = 5000 // lines
	maxVersion = 80   // bytes
)

// noticesView is what the page of notices shows. Whom a notice was given to is kept
// as a keyed hash, so there is nobody to list.
type noticesView struct {
	Versions           []noticeLine
	All                int
	People, Version    string // as typed, when it was not accepted
	From, Until, Acked string
	Wrong              string
	Done               int
}

type noticeLine struct {
	Version     string
	People      int // identifiers: one person may have several
	First, Last time.Time
	Over        int // whose time is over
}

func (s *Server) notices(x *exchange) error {
	v := &noticesView{From: s.Now().UTC().Format(time.DateOnly)}
	v.Done, _ = strconv.Atoi(x.r.URL.Query().Get("done")) // a number that is none shows nothing
	if err := s.readNotices(x, v); err != nil {
		return err
	}
	return x.page("notices", v)
}

func (s *Server) readNotices(x *exchange, v *noticesView) error {
	byVersion := map[string]*noticeLine{}
	now := s.Now().UnixMilli()
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Notices, store.Query{Bare: true, Where: []store.Cond{{Column: "kind", Op: store.Equal, Text: notice.Monitoring}}}) {
			if err != nil {
				return err
			}
			l := byVersion[row.Text["version"]]
			if l == nil {
				l = &noticeLine{Version: row.Text["version"]}
				byVersion[l.Version] = l
			}
			at := millis(row.Ints["at"])
			if l.First.IsZero() || at.Before(l.First) {
				l.First = at
			}
			if at.After(l.Last) {
				l.Last = at
			}
			if until := row.Ints["until"]; until != 0 && until < now {
				l.Over++
			}
			l.People++
			v.All++
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the notices: %w", err)
	}
	for _, l := range byVersion {
		v.Versions = append(v.Versions, *l)
	}
	slices.SortFunc(v.Versions, func(a, b noticeLine) int { return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.Version, b.Version)) })
	return nil
}

// recordNotice writes down that people were told: all that the form names, or none.
func (s *Server) recordNotice(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	v := &noticesView{People: form.Get("people"), Version: strings.TrimSpace(form.Get("version")), From: form.Get("from"), Until: form.Get("until"), Acked: form.Get("acknowledged")}
	var n notice.Notice
	var people [][]string
	if n, people, v.Wrong = v.read(s.Now()); v.Wrong != "" {
		if err := s.readNotices(x, v); err != nil {
			return err
		}
		return x.again("notices", v)
	}
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		for _, ids := range people {
			n.People = ids
			told, err := notice.Record(w, n)
			if err != nil {
				return err
			}
			if err := intake.Release(w, told, s.Now()); err != nil {
				return err
			}
		}
		return x.enter(w, "notice.record", notice.Monitoring, map[string]string{"version": n.Version, "people": strconv.Itoa(len(people))})
	})
	if err != nil {
		return fmt.Errorf("record a notice: %w", err)
	}
	return x.see("/notices?done=" + strconv.Itoa(len(people)))
}

// read checks what was typed, and says what is wrong with it. Each line is one
// person, with all their identifiers.
func (v *noticesView) read(now time.Time) (n notice.Notice, people [][]string, wrong string) {
	n = notice.Notice{Kind: notice.Monitoring, Version: v.Version}
	if n.Version == "" || len(n.Version) > maxVersion {
		return n, nil, fmt.Sprintf("Say which version of the notice it was, in %d characters at most.", maxVersion)
	}
	for _, d := range []struct {
		text string
		to   *time.Time
		name string
		need bool
	}{{v.From, &n.From, "given on", true}, {v.Until, &n.Until, "good until", false}, {v.Acked, &n.Acknowledged, "acknowledged on", false}} {
		if d.text == "" && !d.need {
			continue
		}
		at, err := time.Parse(time.DateOnly, d.text)
		if err != nil {
			return n, nil, fmt.Sprintf("The date %q is needed as year, month and day.", d.name)
		}
		*d.to = at
	}
	switch {
	case n.From.After(now) || n.Acknowledged.After(now):
		return n, nil, "A notice is recorded after it was given."
	case !n.Until.IsZero() && n.Until.Before(n.From):
		return n, nil, "A notice cannot end before it is given."
	}
	for line := range strings.Lines(v.People) {
		ids := strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\t' || r == '\r' || r == '\n' })
		if len(ids) == 0 {
			continue
		}
		for _, id := range ids {
			if len(id) > 320 || !strings.ContainsAny(id, "@:") {
				return n, nil, fmt.Sprintf("Line %d: %q is neither an e-mail address nor a system's id such as okta:00u1x.", len(people)+1, shorten(id))
			}
		}
		people = append(people, ids)
	}
	if len(people) == 0 || len(people) > maxNoticed {
		return n, nil, fmt.Sprintf("Name at least one person and at most %d, a line each.", maxNoticed)
	}
	return n, people, ""
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
