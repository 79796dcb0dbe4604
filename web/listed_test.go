// SPDX-License-Identifier: Apache-2.0

package web

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"

	"daylight/account"
	"daylight/audit"
	"daylight/casework"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/interview"
	"daylight/store"
)

// TestEveryListIsRecorded: a list of people leaves one entry for each look at it, of
// whom looked, by which selection and how many it showed; one that shows nobody in
// shadow mode leaves none.
func TestEveryListIsRecorded(t *testing.T) {
	c := sampleConsole(t)
	sec := c.as(account.Security)
	for _, l := range []struct{ path, act, filter, page string }{
		{"/queue", "queue.list", "desc=1&sort=weight", "1"},
		{"/queue?state=escalate&owner=nobody", "queue.list", "desc=1&owner=nobody&sort=weight&state=escalate", "1"},
		{"/people?family=network&sort=since&q=somebody@example.com", "people.list", "family=network&sort=since", "1"},
		{"/people?page=99&state=clear", "people.list", "desc=1&sort=weight&state=clear", "1"},
		{"/rings", "rings.list", "", "1"},
		{"/requests?kind=appeal", "requests.list", "appeal", "1"},
		{"/suppressions", "suppressions.list", "", "1"},
	} {
		before := len(c.acts(t, l.act))
		page := sec.get(l.path).want(t, 200).page(t)
		got := c.acts(t, l.act)
		if len(got) != before+1 {
			t.Errorf("%s left %d entries", l.path, len(got)-before)
			continue
		}
		e := got[before]
		want := map[string]string{"filter": l.filter, "page": l.page, "count": e.Detail["count"]}
		if d := diff.Diff(want, e.Detail); d != "" || e.Actor != sec.who.Account || e.Object != "people" {
			t.Errorf("%s: by %s on %s: %s", l.path, e.Actor, e.Object, d)
		}
		if l.act == "queue.list" || l.act == "people.list" {
			if shown := len(page.Find("tr[data-row]")); e.Detail["count"] != strconv.Itoa(shown) {
				t.Errorf("%s showed %d and recorded %s", l.path, shown, e.Detail["count"])
			}
		}
	}
	c.as(account.Administrator).get("/retention").want(t, 200)
	if n := len(c.acts(t, "retention.list")); n != 1 {
		t.Errorf("the list of who is due left %d entries", n)
	}
	err := c.Store.Update(t.Context(), func(w store.Writer) error { return casework.SetShadow(w, sec.who.Account, true, c.now) })
	if err != nil {
		t.Fatal(err)
	}
	before := len(c.acts(t, "queue.list"))
	c.as(account.Recruiter).get("/queue").want(t, 200)
	if len(c.acts(t, "queue.list")) != before {
		t.Error("a queue that showed nobody was recorded as a look at people")
	}
}

// named finds a person's handle, or the address of a case or a group, in a page.
var named = regexp.MustCompile(`\bp-[0-9a-f]{10}|/(?:cases|rings)/[^"/{]`)

// TestEveryPageOfPeopleIsRecorded opens every page of the table of routes in a company
// where each list has somebody on it: one that names a person leaves one entry, by
// whoever looked, and what the table says of each page is so. A page that is added and
// forgets it fails here.
func TestEveryPageOfPeopleIsRecorded(t *testing.T) {
	c := sampleConsole(t)
	pages := c.examples(t)
	handle, _ := c.heaviest(t)
	c.everyListHasSomebody(t, handle)
	shown := 0
	for _, e := range pages {
		cl := c.visitor(t, e)
		before := c.entriesFrom(t, 0)
		body := cl.get(e.path).want(t, cmp.Or(e.status, http.StatusOK)).body
		left := c.entriesFrom(t, int64(len(before)))
		people := named.FindString(body)
		if people != "" {
			shown++
		}
		switch {
		case people != "" && len(left) != 1:
			t.Errorf("%s shows %s and leaves %d entries", e.path, people, len(left))
		case e.recorded != (len(left) > 0):
			t.Errorf("%s leaves %d entries; the table says recorded: %v", e.path, len(left), e.recorded)
		case len(left) > 0 && (left[0].Actor == "" || left[0].Actor == audit.System):
			t.Errorf("%s is looked at by %q", e.path, left[0].Actor)
		}
	}
	if shown < 20 {
		t.Errorf("only %d pages show people", shown)
	}
}

// everyListHasSomebody puts a person on the lists on which the sample company has
// nobody: a row that does not open, an erasure that waits, a follow-up that is due.
func (c *console) everyListHasSomebody(t *testing.T, handle string) {
	t.Helper()
	asJSON := func(v any) []byte {
		body, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	c.change(t, func(w store.Writer) error {
		damaged := intake.Damaged{At: c.now, Rows: []intake.DamagedRow{{Collection: "files", Key: "f-1"}}, People: []string{handle}}
		due := interview.FollowUp{ID: "u-due", Subject: handle, State: interview.Drawn, At: c.now.Add(-time.Hour), Until: c.now.Add(time.Hour)}
		return errors.Join(
			w.Put(store.Settings, store.Row{Key: "damaged", Body: asJSON(damaged)}),
			w.Put(store.Requests, store.Row{
				Key: "o-waits", Holder: intake.Holder(handle), Body: asJSON(struct{}{}),
				Text: map[string]string{"subject": handle, "kind": intake.KindErasure, "state": "open"}, Ints: map[string]int64{"at": c.now.UnixMilli()},
			}),
			w.Put(store.FollowUps, store.Row{
				Key: due.ID, Holder: intake.Holder(handle), Body: asJSON(due),
				Text: map[string]string{"subject": handle, "state": string(due.State)}, Ints: map[string]int64{"at": due.At.UnixMilli(), "until": due.Until.UnixMilli()},
			}),
		)
	})
}

// entriesFrom returns the entries of the audit log from a number on.
func (c *console) entriesFrom(t *testing.T, number int64) []audit.Entry {
	t.Helper()
	var out []audit.Entry
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		for e, err := range audit.Entries(r, number) {
			if err != nil {
				return err
			}
			out = append(out, e.Entry)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSourcesNameNobodyUnrecorded: on a full disk the page of sources says what is wrong
// and not with whom; else the look is an entry.
func TestSourcesNameNobodyUnrecorded(t *testing.T) {
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	c.everyListHasSomebody(t, handle)
	sec := c.as(account.Security)
	sec.get("/sources").want(t, http.StatusOK).page(t).In(t, ".wrong", htmlcheck.Says(handle))
	if got := c.acts(t, "sources.list"); len(got) != 1 || got[0].Detail["count"] != "1" {
		t.Errorf("entries: %+v", got)
	}
	c.Store = full{c.Store}
	got := sec.get("/sources").want(t, http.StatusOK)
	got.page(t).In(t, ".wrong", htmlcheck.Says("1 person keeps the assessment they had; who, is said once the audit log can be written again."))
	if strings.Contains(got.body, handle) {
		t.Error("the page names somebody unrecorded")
	}
}
