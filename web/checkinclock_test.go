// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/checkin"
	"daylight/internal/htmlcheck"
	"daylight/interview"
	"daylight/store"
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
// and so do those who send the link. Of somebody who named none, it is UTC alone.
func TestDeadlinesByTheirClock(t *testing.T) {
	c := sampleConsole(t)
	_, handle, _ := c.interviewed(t)
	page := "/people/" + handle + "/interviews"
	alone := c.madeCheckin(t, handle)
	if body := c.client(t).get(alone).want(t, http.StatusOK).body; strings.Contains(body, "America/") || !strings.Contains(body, " UTC") {
		t.Error("a clock is shown that nobody named")
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
	if body := cl.get(page).want(t, http.StatusOK).body; !strings.Contains(body, words(f.At)+" to "+words(f.Until)) {
		t.Error("whoever runs the follow-up is not shown its window by the person's clock")
	}
	made := cl.post(page, "/follow-ups/"+f.ID, url.Values{"invite": {"check-in"}}).want(t, http.StatusOK)
	if !strings.Contains(made.body, words(f.Until)) {
		t.Error("whoever sends the link is not told by the person's clock")
	}
	path := strings.TrimPrefix(htmlcheck.Text(made.page(t).Find("code.secret")[0]), c.http.URL)
	person := c.client(t)
	said := func(name string, at time.Time) {
		t.Helper()
		for _, l := range checkin.Languages() {
			want := checkin.TextsIn(l.Code).Apart(words(at))
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
