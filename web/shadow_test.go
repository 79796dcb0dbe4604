// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/casework"
	"daylight/internal/htmlcheck"
	"daylight/store"
)

// TestShadowMode: nothing computed reaches those who decide about hiring.
func TestShadowMode(t *testing.T) {
	c := sampleConsole(t)
	handle, ring := c.heaviest(t)
	var applicant string
	for _, row := range c.rows(t, store.Subjects, store.Query{Bare: true, By: "weight", Desc: true}) {
		if row.Text["stage"] == "applicant" {
			applicant = row.Key
			break
		}
	}
	sec := c.as(account.Security)
	sec.post("/people/"+applicant, "/people/"+applicant+"/requests", url.Values{"check": {firstCheck(t, c, applicant)}}).want(t, 303)
	sec.upload(applicant, good("zone", specimen, "days", "0"), "x.png", scan(t)).want(t, 303)
	sec.get("/people/"+applicant+"/documents").page(t).In(t, "main article.card", htmlcheck.Says("check digits"))
	c.change(t, func(w store.Writer) error {
		return casework.SetShadow(w, sec.who.Account, true, c.now)
	})
	words := []string{"escalate", "follow-up", "Counted", "dB<", "insufficient", "check digits", "expired", "names no editing software"}
	for role, paths := range map[account.Role][]string{
		account.Recruiter: {"/queue", "/people", "/people/" + applicant, "/requests"},
		account.HR:        {"/queue", "/people", "/people/" + handle, "/people/" + applicant, "/people/" + applicant + "/documents", "/rings", "/rings/" + ring, "/requests", "/queue?state=escalate"},
	} {
		for _, path := range paths {
			got := c.as(role).get(path).want(t, 200)
			got.page(t).In(t, "main", htmlcheck.Says("Shadow mode is on"))
			for _, w := range words {
				if strings.Contains(got.body, w) {
					t.Errorf("%s as %s says %q", path, role, w)
				}
			}
		}
		cl := c.as(role)
		found := cl.post("/search", "/search", url.Values{"q": {applicant}}).want(t, 303)
		if found.Header.Get("Location") != "/people/"+applicant {
			t.Errorf("search leads to %s", found.Header.Get("Location"))
		}
		cl.post("/search", "/people/"+applicant+"/requests", url.Values{"check": {"net.impossible_travel"}}).want(t, 403)
		cl.post("/search", "/people/"+applicant+"/reveal", url.Values{"reason": {"contact"}}).want(t, 403)
	}
	sec.get("/people/"+handle).want(t, 200).page(t).In(t, "main", htmlcheck.Says("The balance"))
}

// TestShadowModeHasNoSideDoor: neither a link for the person concerned nor a
// program's token tells those who are to see nothing.
func TestShadowModeHasNoSideDoor(t *testing.T) {
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	secret, err := c.accounts.NewToken(t.Context(), c.as(account.Administrator).who.Account, "reader", []account.Scope{account.ScopeRead}, c.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for _, on := range []bool{false, true} {
		c.change(t, func(w store.Writer) error {
			return casework.SetShadow(w, c.as(account.Security).who.Account, on, c.now)
		})
		want := map[bool]int{false: 200, true: 403}[on]
		c.as(account.HR).post("/people/"+handle, "/people/"+handle+"/link", url.Values{}).want(t, want)
		for _, path := range []string{"/v1/people", "/v1/people/" + handle} {
			if status, body := c.program(t, "GET", path, secret, strings.NewReader(""), nil); status != want {
				t.Errorf("%s with shadow mode %v: %d %s", path, on, status, body)
			}
		}
	}
}
