// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"daylight/account"
	"daylight/casework"
	"daylight/store"
)

// fleeting is what differs between two answers that say the same.
var fleeting = regexp.MustCompile(`name="csrf" value="[^"]*"|Number of this request: <code>[^<]*`)

// TestCircleOfEveryRole walks every role and a program through every list and page of
// the table of routes that may show people, once with cases that are kept to one account
// and once without them. Who is outside is answered alike: no page, selection or count
// tells that there is one.
func TestCircleOfEveryRole(t *testing.T) {
	c := sampleConsole(t)
	handle, ring := c.heaviest(t)
	sec := c.as(account.Security)
	var applicant string
	for _, row := range c.rows(t, store.Subjects, store.Query{Bare: true, By: "weight", Desc: true}) {
		if row.Text["stage"] == "applicant" {
			applicant = row.Key
			break
		}
	}
	sec.post("/account", "/queue/claim", url.Values{"person": {handle, applicant}}).want(t, http.StatusSeeOther)
	var cases []string
	c.change(t, func(w store.Writer) error {
		cases = nil
		by := casework.Actor{Account: sec.who.Account, Roles: []string{"security"}}
		for _, h := range []string{handle, applicant} {
			id := casework.ID(w, h)
			cases = append(cases, id)
			if _, err := casework.Do(w, id, casework.Event{At: c.now, By: by, Act: casework.Enclose{Accounts: []string{sec.who.Account}}}); err != nil {
				return err
			}
		}
		return nil
	})
	token, err := c.accounts.NewToken(t.Context(), c.as(account.Administrator).who.Account, "reader", []account.Scope{account.ScopeRead}, c.now.AddDate(0, 1, 0))
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("{handle}", handle, "{ring}", ring, "{$}", "")
	var pages []route
	for _, r := range sortedRoutes() {
		method, path, _ := strings.Cut(r.pattern, " ")
		if method != http.MethodGet || r.pattern == "GET /audit" {
			continue // the log names every case, for those who check the others: see TestAuditPage
		}
		if strings.HasPrefix(path, "/account") || strings.HasPrefix(path, "/admin") || r.roles == nil && r.scope != account.ScopeRead {
			continue // about whoever is signed in, or for nobody in particular
		}
		paths := []string{fill.Replace(path), strings.ReplaceAll(path, "{handle}", applicant)}
		if path == "/queue" || path == "/people" {
			for _, selection := range []string{"?owner=nobody", "?owner=me", "?state=escalate", "?sort=since", "?desc=1&sort=weight"} {
				paths = append(paths, path+selection)
			}
		}
		for _, r.pattern = range slices.Compact(paths) {
			if !strings.Contains(r.pattern, "{") {
				pages = append(pages, r)
			}
		}
	}
	// HR works on cases, and is told that somebody cannot be taken, by nothing else.
	outside := []account.Role{account.Recruiter, account.Auditor, account.Administrator}
	answers := func() map[string]string {
		out := map[string]string{}
		for _, p := range pages {
			if p.scope != "" {
				got := c.as("").request(http.MethodGet, p.pattern, nil, http.Header{"Authorization": {"Bearer " + token}}).want(t, http.StatusOK)
				out["program "+p.pattern] = fleeting.ReplaceAllString(got.body, "")
				continue
			}
			for _, role := range outside {
				if slices.Contains(p.roles, role) {
					out[string(role)+" "+p.pattern] = fleeting.ReplaceAllString(c.as(role).get(p.pattern).body, "")
				}
			}
		}
		return out
	}
	answers() // what a first look changes is changed: a token was used, a filter is kept
	with := answers()
	for _, role := range append(outside, account.HR) {
		for _, p := range pages {
			if !slices.Contains(p.roles, role) {
				continue
			}
			for body, i := c.as(role).get(p.pattern).body, 0; i < len(cases); i++ {
				if strings.Contains(body, cases[i]) {
					t.Errorf("%s names a case to %s", p.pattern, role)
				}
			}
		}
	}
	c.change(t, func(w store.Writer) error {
		return errors.Join(w.Delete(store.Cases, cases[0]), w.Delete(store.Cases, cases[1]))
	})
	if without := answers(); len(without) < 30 {
		t.Errorf("only %d answers were compared", len(without))
	} else {
		for at, body := range without {
			if body != with[at] {
				t.Errorf("%s tells that there is a case: %s", at, firstDifference(with[at], body))
			}
		}
	}
}

// firstDifference is what two answers say around where they part.
func firstDifference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	from := max(0, i-80)
	return "…" + a[from:min(len(a), i+120)] + "… against …" + b[from:min(len(b), i+120)] + "…"
}
