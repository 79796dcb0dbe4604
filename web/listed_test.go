// SPDX-License-Identifier: Apache-2.0

package web

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"daylight/account"
	"daylight/casework"
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
		if diff := cmp.Diff(want, e.Detail); diff != "" || e.Actor != sec.who.Account || e.Object != "people" {
			t.Errorf("%s: by %s on %s: %s", l.path, e.Actor, e.Object, diff)
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
