// SPDX-License-Identifier: Apache-2.0

package web

import (
	"html"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/internal/htmlcheck"
	"daylight/interview"
	"daylight/store"
)

// again signs somebody in anew: the clock of the console has moved.
func (c *console) again(t *testing.T, role account.Role) *client {
	t.Helper()
	secret, err := c.accounts.Invite(t.Context(), c.as(account.Administrator).who.Account, "again-"+string(role)+"@example.com", []account.Role{role})
	if err != nil {
		t.Fatal(err)
	}
	return c.welcomed(t, secret, "again-"+string(role))
}

// draws has somebody write hours down, the person confirm them on their own page, and the
// follow-ups drawn.
func (c *console) draws(t *testing.T, cl *client, handle string, hours url.Values) {
	t.Helper()
	page := "/people/" + handle + "/interviews"
	cl.post(page, "/people/"+handle+"/follow-ups", hours).want(t, http.StatusSeeOther)
	own := url.Values{"act": {"hours"}}
	maps.Copy(own, hours)
	link := c.madeLink(t, handle)
	c.client(t).post(link, link, own).want(t, http.StatusSeeOther)
	cl.post(page, "/people/"+handle+"/follow-ups", url.Values{"act": {"draw"}}).want(t, http.StatusSeeOther)
}

// TestFollowUpsAreNotForetold draws follow-ups and holds that no page says when they
// will be, that each can be settled when it is due, and that the draw can then be
// done again from what the page and the audit log say.
func TestFollowUpsAreNotForetold(t *testing.T) {
	c := sampleConsole(t)
	plan, handle, _ := c.interviewed(t)
	cl, page := c.as(account.Security), "/people/"+handle+"/interviews"
	form := url.Values{"zone": {"Europe/Lisbon"}, "opens": {"09:00"}, "closes": {"17:30"}, "quiet": {"12:00-13:00"}, "off": {"2026-03-05, 2026-03-06"}, "day": {"1", "2", "3", "4", "5"}}
	claimed := c.as(account.Security).get("/people/"+handle).want(t, 200)
	if zone := htmlcheck.Attr(cl.get(page).page(t).Find("#zone")[0], "value"); zone == "" || !strings.Contains(claimed.body, "("+zone+")") {
		t.Errorf("the hours are suggested in %q, which is not the claimed zone", zone)
	}
	bad := url.Values{"zone": {"Lisbon time"}, "opens": {"09:00"}, "closes": {"17:30"}, "day": {"1"}}
	cl.post(page, "/people/"+handle+"/follow-ups", bad).want(t, http.StatusUnprocessableEntity)
	// The pages list good times for an interview too, and a draw may hit one of them.
	pages, earlier := []string{page, "/interviews", "/interviews/" + plan}, map[string]string{}
	for _, path := range pages {
		earlier[path] = cl.get(path).want(t, 200).body
	}
	c.draws(t, cl, handle, form)
	var all []interview.FollowUp
	c.change(t, func(w store.Writer) (err error) {
		all, err = interview.FollowUpsOf(w, handle)
		return err
	})
	if len(all) != 3 { // as many as the plan that is proposed has
		t.Fatalf("%d follow-ups", len(all))
	}
	before := cl.get(page).want(t, 200)
	for _, path := range pages {
		body := cl.get(path).want(t, 200).body
		for _, f := range all {
			for _, told := range []string{f.At.Format("2006-01-02 15:04"), f.At.Format(time.RFC3339), f.ID} {
				if strings.Contains(body, told) && !strings.Contains(earlier[path], told) {
					t.Errorf("%s tells %s of a follow-up", path, told)
				}
			}
		}
	}
	cl.post(page, "/follow-ups/"+all[0].ID, url.Values{"state": {"answered"}}).want(t, http.StatusNotFound)

	c.now = all[0].At.Add(time.Minute)
	cl = c.again(t, account.Security)
	cl.get("/interviews").want(t, 200).page(t).In(t, "tbody tr[data-row]", htmlcheck.Count(2)) // one due, one plan
	cl.post(page, "/follow-ups/"+all[0].ID, url.Values{"invite": {"letter"}}).want(t, http.StatusUnprocessableEntity)
	cl.post(page, "/follow-ups/"+all[0].ID, url.Values{"invite": {"check-in"}}).want(t, http.StatusOK)
	cl.post(page, "/follow-ups/"+all[0].ID, url.Values{"state": {"declined"}}).want(t, http.StatusUnprocessableEntity)
	cl.post(page, "/follow-ups/"+all[0].ID, url.Values{"state": {"answered"}}).want(t, http.StatusSeeOther)
	for _, f := range all[1:] {
		cl.post(page, "/follow-ups/"+f.ID, url.Values{"state": {"withdrawn"}}).want(t, http.StatusSeeOther)
	}

	var d []interview.Draw
	c.change(t, func(w store.Writer) (err error) {
		d, err = interview.DrawsOf(w, handle)
		return err
	})
	c.change(t, func(w store.Writer) error {
		f, err := interview.LoadFollowUp(w, all[0].ID)
		if f.How != interview.ByCheckIn || f.Invited.IsZero() {
			t.Errorf("answered by %q, asked at %s", f.How, f.Invited)
		}
		return err
	})
	at, commitment, err := interview.Redraw(d[0].Terms(), d[0].AgreedTerms(), d[0].Seed)
	if err != nil || !at[0].Equal(all[0].At) || !at[1].Equal(all[1].At) || !at[2].Equal(all[2].At) || !strings.Contains(before.body, commitment) {
		t.Errorf("drawn again: %v, %v", at, err)
	}
	if after := cl.get(page).want(t, 200); !strings.Contains(after.body, string(d[0].Seed)) {
		t.Error("the seed is not told after the last one")
	}
	for who, may := range map[*client]bool{c.again(t, account.HR): true, cl: false} {
		body := html.UnescapeString(who.get(page).want(t, 200).body)
		if !strings.Contains(body, d[0].Terms()) || strings.Contains(body, d[0].AgreedTerms()) != may || strings.Contains(body, d[0].Salt) != may {
			t.Errorf("how it was drawn: what was agreed to is shown: %v", !may)
		}
	}
}

// TestFollowUpsToldTheDayBefore holds that a follow-up of whoever needs it is listed a
// day ahead, to be told of and not to be asked, and that this is noted.
func TestFollowUpsToldTheDayBefore(t *testing.T) {
	c := sampleConsole(t)
	_, handle, _ := c.interviewed(t)
	cl, page := c.as(account.Security), "/people/"+handle+"/interviews"
	form := url.Values{"zone": {"Europe/Lisbon"}, "opens": {"09:00"}, "closes": {"17:30"}, "day": {"1", "2", "3", "4", "5"}, "ahead": {"yes"}}
	c.draws(t, cl, handle, form)
	var all []interview.FollowUp
	c.change(t, func(w store.Writer) (err error) {
		all, err = interview.FollowUpsOf(w, handle)
		return err
	})
	path := "/follow-ups/" + all[0].ID
	cl.post(page, path, url.Values{"invite": {"told"}}).want(t, http.StatusNotFound)

	c.now = all[0].At.Add(-23 * time.Hour)
	cl = c.again(t, account.Security)
	cl.get("/interviews").want(t, 200).page(t).In(t, "tbody tr[data-row]", htmlcheck.Says("tell them of it today"))
	cl.get(page).want(t, 200).page(t).In(t, "button", htmlcheck.Says("I told them of follow-up 1"))
	cl.post(page, path, url.Values{"invite": {"call"}}).want(t, http.StatusNotFound)
	cl.post(page, path, url.Values{"invite": {"told"}}).want(t, http.StatusSeeOther)
	after := cl.get(page).want(t, 200)
	if strings.Contains(after.body, path) || !strings.Contains(after.body, "to come, they were told") {
		t.Error("it is not said that they were told, or asked again")
	}
}
