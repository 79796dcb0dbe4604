// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/internal/htmlcheck"
	"daylight/interview"
	"daylight/store"
	"daylight/texts"
)

// TestByClock words instants around the nights in which clocks change. In Lisbon they go
// from 01:00 to 02:00 on 29 March 2026 and back on 25 October; in Apia they are 13 hours
// ahead, on another date.
func TestByClock(t *testing.T) {
	for _, c := range []struct{ zone, at, want string }{
		{"Europe/Lisbon", "2026-03-29T00:59:00Z", "2026-03-29 00:59 Europe/Lisbon (2026-03-29 00:59 UTC)"},
		{"Europe/Lisbon", "2026-03-29T01:00:00Z", "2026-03-29 02:00 Europe/Lisbon (2026-03-29 01:00 UTC)"},
		{"Europe/Lisbon", "2026-10-25T00:30:00Z", "2026-10-25 01:30 Europe/Lisbon (2026-10-25 00:30 UTC)"},
		{"Europe/Lisbon", "2026-10-25T01:30:00Z", "2026-10-25 01:30 Europe/Lisbon (2026-10-25 01:30 UTC)"},
		{"America/Chicago", "2026-03-08T08:00:00Z", "2026-03-08 03:00 America/Chicago (2026-03-08 08:00 UTC)"},
		{"Pacific/Apia", "2026-12-31T12:00:00Z", "2027-01-01 01:00 Pacific/Apia (2026-12-31 12:00 UTC)"},
		{"", "2026-03-29T01:00:00Z", "2026-03-29 01:00 UTC"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		var clock *time.Location
		if c.zone != "" {
			if clock, err = time.LoadLocation(c.zone); err != nil {
				t.Fatal(err)
			}
		}
		if got := byClock(at, clock); got != c.want {
			t.Errorf("%s in %q is %q, want %q", c.at, c.zone, got, c.want)
		}
	}
}

// TestDeadlinesByTheirClock goes through a check-in of somebody who named the hours that
// suit them: every page says until when by their own clock and in UTC, in each language,
// and so do those who send the link. Of somebody who named none, it is the clock of the place
// they claim.
func TestDeadlinesByTheirClock(t *testing.T) {
	c := sampleConsole(t)
	_, handle, _ := c.interviewed(t)
	page := "/people/" + handle + "/interviews"
	// Before they name one, it is that of the place they claim.
	var claimed string
	c.change(t, func(w store.Writer) error {
		row, err := w.Get(store.Subjects, handle)
		if err != nil {
			return err
		}
		sub, err := dossier(row, false)
		if err == nil && sub.Claimed != nil {
			claimed = sub.Claimed.Zone
		}
		return err
	})
	alone := c.madeCheckin(t, handle)
	body := c.client(t).get(alone).want(t, http.StatusOK).body
	if claimed == "" || claimed == "America/St_Johns" || !strings.Contains(body, claimed+" (") || strings.Contains(body, texts.In("en").T("moment.utc")) {
		t.Errorf("the clock of the claimed place, %q, is not shown", claimed)
	}
	form := url.Values{"zone": {"America/St_Johns"}, "opens": {"09:00"}, "closes": {"17:30"}, "day": {"0", "1", "2", "3", "4", "5", "6"}}
	c.draws(t, c.as(account.Security), handle, form)
	var f interview.FollowUp
	c.change(t, func(w store.Writer) error {
		all, err := interview.FollowUpsOf(w, handle)
		f = all[0]
		return err
	})
	c.now = f.At.Add(time.Minute)
	loc, err := time.LoadLocation("America/St_Johns")
	if err != nil {
		t.Fatal(err)
	}
	// Newfoundland is half an hour off, so that no hour of it is one of UTC.
	words := func(at time.Time) string {
		return at.In(loc).Format("2006-01-02 15:04") + " America/St_Johns (" + at.UTC().Format("2006-01-02 15:04") + " UTC)"
	}
	cl := c.again(t, account.Security)
	cl.get(page).want(t, http.StatusOK).page(t).In(t, "main td", htmlcheck.Says(words(f.At)+" to "+words(f.Until)))
	made := cl.post(page, "/follow-ups/"+f.ID, url.Values{"invite": {"check-in"}}).want(t, http.StatusOK)
	if !strings.Contains(made.body, words(f.Until)) {
		t.Error("whoever sends the link is not told by the person's clock")
	}
	path := strings.TrimPrefix(htmlcheck.Text(made.page(t).Find("code.secret")[0]), c.http.URL)
	person := c.client(t)
	said := func(name string, at time.Time) {
		t.Helper()
		for _, l := range texts.Languages() {
			want := texts.In(l.Code).Apart(words(at))
			if body := person.get(path+"?l="+l.Code).want(t, http.StatusOK).body; !strings.Contains(body, want) {
				t.Errorf("%s in %s does not say %q", name, l.Code, want)
			}
		}
	}
	said("the invitation", f.Until)
	person.post(path, path, act("agree")).want(t, http.StatusSeeOther)
	k := c.last(t)
	said("the page of the steps", k.Deadline)
	if _, next := person.step(path, nil, nil); !strings.Contains(next.Until, words(k.Deadline)) {
		t.Errorf("a step says %q", next.Until)
	}
	person.does(path)
	said("the end", c.last(t).Ended.Add(shownFor))
}

// TestClockOfNobody: somebody of whom no record says where they are reads UTC, and that
// it is for want of a clock of theirs.
func TestClockOfNobody(t *testing.T) {
	c := sampleConsole(t)
	handle := c.placeless(t)
	for _, l := range texts.Languages() {
		for _, path := range []string{c.madeCheckin(t, handle), c.madeLink(t, handle)} {
			if got := c.client(t).get(path+"?l="+l.Code).want(t, http.StatusOK); !strings.Contains(got.body, texts.In(l.Code).T("moment.utc")) || !strings.Contains(got.body, " UTC") {
				t.Errorf("%s does not say in %s that times are in UTC", path, l.Code)
			}
		}
	}
}

// placeless is somebody without a claimed place.
func (c *console) placeless(t *testing.T) string {
	t.Helper()
	for _, row := range c.rows(t, store.Subjects, store.Query{}) {
		if sub, err := dossier(row, false); err == nil && row.Text["merged"] == "" && sub.Claimed == nil {
			return row.Key
		}
	}
	t.Fatal("everybody has a claimed place")
	return ""
}
