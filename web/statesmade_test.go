// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/connect"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/interview"
	"daylight/store"
)

// This file keeps pages that are answered once, such as those of a link that was made,
// and pages that say what went wrong.

// madeShots makes what is shown this once: links, a token, an invitation.
func (c *console) madeShots(t *testing.T, handle string) []shot {
	t.Helper()
	hr, boss, at := c.as(account.HR), c.as(account.Administrator), "/people/"+c.heaviestApplicant(t)
	token := url.Values{"name": {"Nightly export"}, "scope": {string(account.ScopeIngest)}, "until": {c.now.AddDate(0, 1, 0).Format(time.DateOnly)}}
	return []shot{
		{"made-link", hr.post("/people/"+handle, "/people/"+handle+"/link", nil).want(t, http.StatusOK)},
		{"made-check-in", hr.post(at+"/check-ins", at+"/check-ins", nil).want(t, http.StatusOK)},
		{"made-token", boss.post("/admin/tokens", "/admin/tokens", token).want(t, http.StatusOK)},
		{"made-files", boss.sendFiles("hr", []sending{{"people.csv", "id,name\nc-9,Ana Muster\n"}, {"people.csv", "id,name\nc-9,Ana Muster\n"}}).want(t, http.StatusOK)},
		{"wrong-files", boss.sendFiles("", []sending{{"people.csv", "id,name\nc-9,Ana Muster\n"}, {"zero\u200bwidth.csv", "id\n"}, {strings.Repeat("people-of-every-site-", 30) + ".csv", "id,name\n"}}).want(t, http.StatusUnprocessableEntity)},
		{"made-invitation", boss.post("/admin/accounts", "/admin/accounts", url.Values{"mail": {"other@example.com"}, "role": {string(account.HR)}}).want(t, http.StatusOK)},
	}
}

// hoursShots goes from hours that somebody wrote down to the link of a follow-up, in a
// console of its own: its clock goes on to the hour that is drawn.
func hoursShots(t *testing.T) []shot {
	t.Helper()
	c := sampleConsole(t)
	_, handle, _ := c.interviewed(t)
	sec, page, link := c.as(account.Security), "/people/"+handle+"/interviews", c.madeLink(t, handle)
	hours := url.Values{"zone": {"Europe/Lisbon"}, "opens": {"09:00"}, "closes": {"17:30"}, "quiet": {"12:00-13:00"}, "off": {"2026-03-17"}, "day": {"1", "2", "3", "4", "5"}}
	sec.post(page, "/people/"+handle+"/follow-ups", hours).want(t, http.StatusSeeOther)
	out := []shot{
		{"hours-asked", c.client(t).get(link).want(t, http.StatusOK)},
		{"hours-written", sec.get(page).want(t, http.StatusOK)},
	}
	c.draws(t, sec, handle, hours)
	out = append(out, shot{"hours-drawn", c.client(t).get(link).want(t, http.StatusOK)})
	var all []interview.FollowUp
	c.change(t, func(w store.Writer) (err error) {
		all, err = interview.FollowUpsOf(w, handle)
		return err
	})
	c.now = all[0].At.Add(time.Minute)
	sec = c.again(t, account.Security)
	return append(out,
		shot{"follow-ups-due", sec.get("/interviews").want(t, http.StatusOK)},
		shot{"follow-up-due", sec.get(page).want(t, http.StatusOK)},
		shot{"follow-up-made", sec.post(page, "/follow-ups/"+all[0].ID, url.Values{"invite": {interview.ByCheckIn}}).want(t, http.StatusOK)},
	)
}

// troubleShots keeps what is said of sources that fail and of a policy that is damaged.
func (c *console) troubleShots(t *testing.T, handle string) []shot {
	t.Helper()
	ways := &connect.Ways{Store: c.Store, Now: c.Now}
	ways.Good(connect.FolderWay("/srv/exports/hr"), 4)
	ways.Bad(connect.FolderWay("/srv/exports/chat"), 3, connect.StateFailing, "the folder is not there")
	ways.Good(connect.HookWay("ashby"), 1234)
	ways.Bad(connect.HookWay("lever"), 2, connect.StateRefused, "not signed by the key that is set")
	if err := ways.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.change(t, func(w store.Writer) error {
		damaged := intake.Damaged{At: c.now, Rows: []intake.DamagedRow{{Collection: "records", Key: "r-1"}, {Collection: "files", Key: "f-1"}}, People: []string{handle}, Unknown: 1}
		body, err := json.Marshal(damaged)
		if err != nil {
			return err
		}
		return w.Put(store.Settings, store.Row{Key: "damaged", Body: body})
	})
	out := []shot{{"trouble-sources", c.as(account.Security).get("/sources").want(t, http.StatusOK)}}

	k := c.proposed(t)
	legal := c.as(account.Legal)
	legal.post("/policy/"+k.Key, "/policy/"+k.Key+"/adopt", nil).want(t, http.StatusSeeOther)
	whole := c.Store
	c.Store = damaging{whole, store.Policies.Name, k.Key}
	defer func() { c.Store = whole }()
	return append(out,
		shot{"trouble-policy", legal.get("/policy").want(t, http.StatusOK)},
		shot{"error-policy", legal.get("/people/"+handle).want(t, http.StatusServiceUnavailable)},
	)
}

// TestHandlesAndTimesStayWhole holds that no browser breaks a line at the hyphens of a
// handle or of a time, and that the text itself stays as it was.
func TestHandlesAndTimesStayWhole(t *testing.T) {
	for text, want := range map[string]string{
		"shares it with p-dd8a488a23, since 2026-02-04 09:00 UTC": `shares it with <span class="at">p-dd8a488a23</span>, since <span class="at">2026-02-04 09:00 UTC</span>`,
		"from 2026-02-09 to 2026-04-24":                           `from <span class="at">2026-02-09</span> to <span class="at">2026-04-24</span>`,
		"<b>2026-02-09</b>":                                       `&lt;b&gt;<span class="at">2026-02-09</span>&lt;/b&gt;`,
	} {
		if got := whole(text); got != template.HTML(want) {
			t.Errorf("%q becomes %q", text, got)
		}
	}
	for _, text := range []string{"", "<b>nothing</b> of 12-13 & p-12", "a12026-02-091"} {
		if got := whole(text); got != text {
			t.Errorf("%q becomes %#v, want it as text, to be escaped", text, got)
		}
	}
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	page := c.as(account.Security).get("/people/"+handle).want(t, http.StatusOK).page(t)
	var broken []string
	for _, n := range page.Find("main p, main li") {
		for _, found := range hyphened.FindAllString(htmlcheck.Text(n), -1) {
			if !keeps(page, found) {
				broken = append(broken, found)
			}
		}
	}
	if len(broken) > 0 {
		t.Errorf("browsers may break %s", strings.Join(broken, ", "))
	}
}

// keeps reports whether something of the page that stays on one line is the text.
func keeps(page *htmlcheck.Page, text string) bool {
	for _, n := range page.Find(".at, time, bdi, code") {
		if strings.Contains(htmlcheck.Text(n), text) {
			return true
		}
	}
	return false
}
