// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/account"
)

var update = flag.Bool("update", false, "write golden files")

// authorisationPage is the table of routes as a document, and the golden file of
// who may do what: a change of it is read in review.
const authorisationPage = "../docs/authorisation.md"

const authorisationHead = `# Who may do what

Printed from the table of routes of package web, and compared with what a running console answers to each role, to nobody, and to a form without its token (` + "`TestEveryRouteWithEveryRole`" + `). A route that is not here does not exist.

"nobody" is a browser that has not signed in. A token is a service token of a program with that scope; pages do not take tokens and programs hold no session. Every form carries a token of its session; requests of other sites are refused.

| route | does | who |
|---|---|---|
`

func TestAuthorisationPage(t *testing.T) {
	var b strings.Builder
	b.WriteString(authorisationHead)
	for _, r := range sortedRoutes() {
		who := "nobody needs to be signed in"
		switch {
		case r.scope != "":
			who = "token: " + string(r.scope)
		case r.foreign:
			who = "anybody, or proves itself over the body"
		case len(r.roles) == len(account.Roles()):
			who = "whoever is signed in"
		case r.roles != nil:
			who = fmt.Sprint(r.roles)
			who = strings.ReplaceAll(strings.Trim(who, "[]"), " ", ", ")
		}
		acts := r.acts
		if r.recorded {
			acts += "; recorded"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.pattern, acts, who)
	}
	if *update {
		if err := os.WriteFile(authorisationPage, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(authorisationPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != b.String() {
		t.Errorf("%s is not what the table of routes says; look at the change and run with -update", authorisationPage)
	}
}

func sortedRoutes() []route {
	all := routes()
	slices.SortFunc(all, func(a, b route) int {
		ma, pa, _ := strings.Cut(a.pattern, " ")
		mb, pb, _ := strings.Cut(b.pattern, " ")
		if c := strings.Compare(pa, pb); c != 0 {
			return c
		}
		return strings.Compare(ma, mb)
	})
	return all
}

// filled is a path of a route with something in its wildcards.
func filled(pattern string) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	path = strings.ReplaceAll(path, "{$}", "")
	for strings.Contains(path, "{") {
		from, to := strings.IndexByte(path, '{'), strings.IndexByte(path, '}')
		path = path[:from] + "none" + path[to+1:]
	}
	return method, path
}

// TestEveryRouteWithEveryRole sends each route a request of each role and of nobody,
// and holds that the console lets in whom the table names and nobody else, and that
// no form is taken without its token or from another site, whoever sends it.
func TestEveryRouteWithEveryRole(t *testing.T) {
	c := newConsole(t)
	boss := c.as(account.Administrator).who.Account
	for i, r := range sortedRoutes() {
		ends := r.pattern == "POST /sign-out" || r.pattern == "POST /account/sessions/end"
		method, path := filled(r.pattern)
		for _, role := range append([]account.Role{""}, account.Roles()...) {
			cl := c.as(role)
			if ends && role != "" { // with a session of its own: the others are tried with theirs
				name := fmt.Sprintf("%s-%d", role, i)
				link, err := c.accounts.Invite(t.Context(), boss, name+"@example.com", []account.Role{role})
				if err != nil {
					t.Fatal(err)
				}
				cl = c.welcomed(t, link, name)
			}
			name := fmt.Sprintf("%s as %q", r.pattern, role)
			if method == http.MethodGet {
				got := cl.get(path)
				if let := allowed(got); let != mayOpen(r, role) {
					t.Errorf("%s: let in %v, status %d", name, let, got.StatusCode)
				}
				continue
			}
			if !r.foreign && r.scope == "" {
				for what, form := range map[string]url.Values{
					"no token":            {},
					"a made-up token":     {"csrf": {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}},
					"a token of somebody": {"csrf": {c.other(role).anyToken()}},
				} {
					if got := cl.request(method, path, form, nil); got.StatusCode != http.StatusForbidden && got.StatusCode != http.StatusUnauthorized {
						t.Errorf("%s with %s: status %d", name, what, got.StatusCode)
					}
				}
				there := cl.request(method, path, url.Values{"csrf": {cl.anyToken()}}, http.Header{"Origin": {"https://elsewhere.example.net"}, "Sec-Fetch-Site": {"cross-site"}})
				if there.StatusCode != http.StatusForbidden {
					t.Errorf("%s from another site: status %d", name, there.StatusCode)
				}
			}
			got := cl.request(method, path, url.Values{"csrf": {cl.anyToken()}}, nil)
			if let := allowed(got); let != mayOpen(r, role) {
				t.Errorf("%s: let in %v, status %d", name, let, got.StatusCode)
			}
		}
	}
}

// mayOpen is what the table says, in as many words as the test can see: a route of
// tokens lets no browser in, whoever has signed in.
func mayOpen(r route, role account.Role) bool {
	return r.scope == "" && (r.roles == nil || role != "" && slices.Contains(r.roles, role))
}

// allowed reports whether an answer is that of the handler, and not of what guards
// it: the guards say so in the words of their pages.
func allowed(a answered) bool {
	if a.StatusCode == http.StatusSeeOther {
		return !strings.HasPrefix(a.Header.Get("Location"), "/sign-in?to=")
	}
	for _, guard := range []error{errForbidden, errStale, errForeign, errSignIn, errElsewhere, account.ErrToken} {
		for _, page := range answers {
			if errors.Is(guard, page.err) && strings.Contains(a.body, page.Title) {
				return false
			}
		}
	}
	return true
}

// TestEveryRouteWithEveryScope sends each route a request with a token of each scope,
// and holds that it opens the routes of its scope and no page for people.
func TestEveryRouteWithEveryScope(t *testing.T) {
	c := newConsole(t)
	boss := c.as(account.Administrator).who.Account
	opened := map[account.Scope]int{}
	for _, scope := range account.Scopes() {
		secret, err := c.accounts.NewToken(t.Context(), boss, "test "+string(scope), []account.Scope{scope}, c.now.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range sortedRoutes() {
			if r.scope == "" && r.roles == nil {
				continue // it is for everybody
			}
			method, path := filled(r.pattern)
			got := c.client(t).request(method, path, nil, http.Header{"Authorization": {"Bearer " + secret}})
			let := allowed(got) && got.StatusCode != http.StatusUnauthorized
			if let != (r.scope == scope) {
				t.Errorf("%s with a token for %s: let in %v, status %d", r.pattern, scope, let, got.StatusCode)
			}
			if let {
				opened[scope]++
			}
		}
	}
	for _, scope := range account.Scopes() {
		if opened[scope] == 0 && scope != account.ScopeMetrics { // its listener is another
			t.Errorf("a token for %s opens nothing", scope)
		}
	}
}

// TestRoleTakenAway changes in the console the role of somebody whose session is open, and
// sends each route a request of that session: it opens what the new role may and nothing
// else. Disabled, it opens nothing, and a session that ended stays ended.
func TestRoleTakenAway(t *testing.T) {
	c := newConsole(t)
	boss := c.as(account.Administrator)
	token, err := c.accounts.NewToken(t.Context(), boss.who.Account, "export", []account.Scope{account.ScopeRead}, c.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	link, err := c.accounts.Invite(t.Context(), boss.who.Account, "second@example.com", []account.Role{account.Administrator})
	if err != nil {
		t.Fatal(err)
	}
	second := c.welcomed(t, link, "second")
	program := func() int {
		return c.client(t).request(http.MethodGet, "/v1/people", nil, http.Header{"Authorization": {"Bearer " + token}}).StatusCode
	}
	change := func(id string, role account.Role, state account.State) {
		t.Helper()
		acc, err := c.accounts.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		at := "/admin/accounts/" + id
		second.post(at, at, url.Values{"version": {fmt.Sprint(acc.Version)}, "role": {string(role)}, "state": {string(state)}}).want(t, http.StatusSeeOther)
	}
	if got := program(); got != http.StatusOK {
		t.Fatalf("the token is answered %d", got)
	}
	for _, role := range account.Roles() {
		cl, to := c.as(role), account.Auditor
		if role == account.Auditor {
			to = account.Recruiter
		}
		csrf, lost := cl.anyToken(), map[string]int{}
		change(cl.who.Account, to, account.Active)
		for _, r := range sortedRoutes() {
			if r.roles == nil || r.scope != "" || r.pattern == "POST /account/sessions/end" || r.pattern == "POST /sign-out" {
				continue // it is for everybody or for programs, or ends the session
			}
			method, path := filled(r.pattern)
			got := cl.request(method, path, url.Values{"csrf": {csrf}}, nil)
			if let := allowed(got); let != mayOpen(r, to) {
				t.Errorf("%s by a session of %s that is now %s: let in %v, status %d", r.pattern, role, to, let, got.StatusCode)
			}
			if mayOpen(r, role) && !mayOpen(r, to) {
				lost[method]++
			}
		}
		if lost[http.MethodPost] == 0 {
			t.Errorf("%s loses nothing by becoming %s: %v", role, to, lost)
		}
	}
	if got := program(); got != http.StatusUnauthorized {
		t.Errorf("the token of somebody who is no administrator any more is answered %d", got)
	}
	for _, role := range account.Roles() {
		cl := c.as(role)
		csrf := cl.anyToken()
		change(cl.who.Account, role, account.Disabled)
		for _, state := range []account.State{account.Disabled, account.Active} {
			if state == account.Active {
				change(cl.who.Account, role, account.Active)
			}
			if got := cl.get("/account"); got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/sign-in") {
				t.Errorf("%s, %s after being disabled, reads a page: %d", role, state, got.StatusCode)
			}
			if got := cl.send("/account/name", url.Values{"csrf": {csrf}, "name": {"Somebody Else"}}); allowed(got) {
				t.Errorf("%s, %s after being disabled, sends a form: %d", role, state, got.StatusCode)
			}
		}
	}
}

func TestBodiesAreBounded(t *testing.T) {
	c := newConsole(t)
	cl := c.as(account.Security)
	form := url.Values{"csrf": {cl.anyToken()}, "name": {strings.Repeat("x", formLimit)}}
	cl.send("/account/name", form).want(t, http.StatusRequestEntityTooLarge)
}
