// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"daylight/account"
	"daylight/casework"
	"daylight/intake"
	"daylight/internal/htmlcheck"

	"golang.org/x/net/html"
)

// shot is a page as somebody was answered with it, in a state that no address brings
// back.
type shot struct {
	name string
	answered
}

// TestStatesAccessible looks, as [TestPagesAccessible] does, at pages in states to which
// no address leads: a case on its way to its end, forms that were refused, what is left
// of whoever was erased, errors, and the pages that people open by a link.
func TestStatesAccessible(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	c := sampleConsole(t)
	shots := c.shots(t)
	base, err := url.Parse(c.http.URL)
	if err != nil {
		t.Fatal(err)
	}
	// The pages are served as they were, and what they load as the console serves it.
	console := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(base) }}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, s := range shots {
			if r.URL.Path == "/shot/"+s.name {
				for _, h := range []string{"Content-Type", "Content-Security-Policy"} {
					w.Header().Set(h, s.Header.Get(h))
				}
				_, _ = w.Write([]byte(s.body))
				return
			}
		}
		console.ServeHTTP(w, r)
	}))
	defer site.Close()
	var pages []htmlcheck.Visited
	for _, s := range shots {
		pages = append(pages, htmlcheck.Visited{Name: "state-" + s.name, Path: "/shot/" + s.name, Views: everyView})
	}
	htmlcheck.Visit(t, site.URL, asideSelector, string(axe), axeCheck, pages)
}

// TestStatesAnswer holds that each state is what it is called, so that what is looked at
// is what was meant.
func TestStatesAnswer(t *testing.T) {
	names := map[string]bool{}
	for _, s := range sampleConsole(t).shots(t) {
		if names[s.name] {
			t.Errorf("two states are called %s", s.name)
		}
		names[s.name] = true
		p := s.page(t)
		p.In(t, "main h1", htmlcheck.Count(1))
		if wrong := strings.HasPrefix(s.name, "wrong-"); wrong != (s.StatusCode == http.StatusUnprocessableEntity) || wrong && !says(p, ".wrong[role=alert]") {
			t.Errorf("%s answers %d", s.name, s.StatusCode)
		}
		switch s.name {
		case "case-checking":
			p.In(t, "input[name=looked]", htmlcheck.Has("form"))
		case "case-proposed", "case-closed": // where nothing more is taken, nothing is asked for
			p.In(t, "input[name=looked]", htmlcheck.None())
			p.In(t, "input[name=act][value=explain]", htmlcheck.None())
		case "made-link", "made-check-in", "made-token", "made-invitation", "follow-up-made":
			if secret := p.Find("main code"); len(secret) == 0 || len(htmlcheck.Text(secret[0])) < 32 {
				t.Errorf("%s shows no link", s.name)
			}
		case "hours-asked":
			p.In(t, "#hours", htmlcheck.Says("Hours for short checks"))
		case "hours-drawn":
			p.In(t, "main", htmlcheck.Says("cannot be changed here any more"))
		case "trouble-sources":
			p.In(t, "#connectors", htmlcheck.Says("Connectors"))
			p.In(t, "main", htmlcheck.Says("the folder is not there"))
			p.In(t, "[role=alert]", htmlcheck.Says("2 rows"))
		case "trouble-policy":
			p.In(t, "[role=alert]", htmlcheck.Says("The policy in force is damaged"))
		case "erased-mine": // who has no account is led to none
			p.In(t, "p.back a", htmlcheck.None())
		case "error-link":
			p.In(t, "p.back a", htmlcheck.Says("sign-in"))
		case "wrong-check-in-plan":
			p.In(t, "input[name=answer_hours][value=-1]", htmlcheck.None())
		}
	}
}

// TestWordsOfInput holds that what was entered is refused in a sentence that does not
// begin with what the program was doing.
func TestWordsOfInput(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("change an account: %w", fmt.Errorf("%w: a role is needed", account.ErrInput)), "A role is needed."},
		{fmt.Errorf("use a link: %w", errors.Join(account.ErrCode, fmt.Errorf("%w: the code is old", account.ErrInput))), "The code is old."},
		{fmt.Errorf("use a link: %w", account.ErrCode), "The code is not right."},
		{errNotTheSame, "The two passwords are not the same."},
	} {
		if got := words(c.err); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// says reports whether something that matches has words and is shown.
func says(p *htmlcheck.Page, selector string) bool {
	for _, n := range p.Find(selector) {
		hidden := slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "hidden" })
		if !hidden && htmlcheck.Text(n) != "" {
			return true
		}
	}
	return false
}

// skippedFile has a file read of which a row is not taken, and returns its page.
func (c *console) skippedFile(t *testing.T) string {
	t.Helper()
	box := &intake.Box{Store: c.Store, Now: c.Now}
	if _, err := box.Receive(t.Context(), "hr", "hr/checks.csv", strings.NewReader("person,check,result,at\nw-1,employment,perhaps,2026-01-12\n")); err != nil {
		t.Fatal(err)
	}
	reader := intake.Reader{Store: c.Store, Now: c.Now, Log: c.Log}
	if err := reader.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	link := sourceLink.FindString(c.as(account.Security).get("/sources").want(t, 200).body)
	if link == "" {
		t.Fatal("the page of sources leads to no file")
	}
	return link
}

var sourceLink = regexp.MustCompile(`/sources/[A-Za-z0-9_-]+`)

// shots brings the sample company through its states and keeps what was answered.
func (c *console) shots(t *testing.T) []shot {
	t.Helper()
	var out []shot
	keep := func(name string, a answered, status int) {
		t.Helper()
		out = append(out, shot{name, a.want(t, status)})
	}
	nobody, sec, legal, hr, boss := c.as(""), c.as(account.Security), c.as(account.Legal), c.as(account.HR), c.as(account.Administrator)
	of := c.aCase(t)
	handle, path := of.Matter.Subject, "/cases/"+of.ID

	// The pages of a link, and of a file that was read.
	link := c.madeLink(t, handle)
	keep("mine", nobody.get(link), 200)
	keep("wrong-mine", nobody.post(link, link, url.Values{"kind": {"correction"}, "text": {""}}), 422)
	nobody.post(link, link, url.Values{"kind": {string(casework.Correction)}, "text": {"My street has another number."}}).want(t, 303)
	keep("mine-asked", nobody.get(link), 200)
	keep("source", sec.get(c.skippedFile(t)), 200)
	checkin := c.madeCheckin(t, c.heaviestApplicant(t))
	keep("check-in", nobody.get(checkin), 200)

	// A case, from the first hand on it to its end.
	work := func(cl *client, fields ...string) answered {
		t.Helper()
		form := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		return cl.post("/account", path, form)
	}
	const why = "The machine, the payee and the hours belong to somebody else."
	work(sec, "act", "take").want(t, 303)
	keep("wrong-case", work(sec, "act", "propose", "text", why), 422)
	checkAll(t, sec, of, "does-not")
	keep("case-checking", sec.get(path), 200)
	sec.post("/account", path+"/freeze", nil).want(t, 303)
	work(sec, "act", "propose", "text", why).want(t, 303)
	keep("case-proposed", legal.get(path), 200)
	answerSteps(t, sec, of)
	keep("case-approvable", legal.get(path), 200)
	work(legal, "act", "approve", "package", c.aCase(t).Newest().ID).want(t, 303)
	keep("case-closed", sec.get(path), 200)

	out = append(out, c.refusedForms(t, handle)...)
	out = append(out, c.madeShots(t, handle)...)
	out = append(out, hoursShots(t)...)
	out = append(out, c.troubleShots(t, handle)...)

	// What is left of somebody who was erased, and where a page is not to be had.
	gone := c.caseless(t)
	goneLink := c.madeLink(t, gone)
	if err := intake.Erase(t.Context(), c.Store, gone, casework.Actor{Account: boss.who.Account, Roles: []string{"administrator"}}, "asked", c.now); err != nil {
		t.Fatal(err)
	}
	keep("erased-person", hr.get("/people/"+gone), 410)
	keep("erased-mine", nobody.get(goneLink), 410)
	keep("erasure-done", boss.get("/erasure?done="+gone), 200)
	keep("error-missing", hr.get("/people/nobody"), 404)
	keep("error-forbidden", c.as(account.Recruiter).get("/admin/accounts"), 403)
	keep("error-stale", boss.send("/retention", url.Values{"csrf": {"old"}}), 403)
	keep("error-method", boss.request(http.MethodDelete, "/queue", nil, nil), 405)
	keep("error-link", nobody.get("/welcome/used"), 410)
	keep("error-check-in", nobody.get("/check-in/used"), 410)
	last := "/admin/accounts/" + boss.who.Account
	keep("error-last", boss.post(last, last, url.Values{"version": {"1"}, "state": {string(account.Active)}, "role": {string(account.Auditor)}}), 409)
	keep("error-changed", boss.post(last, last, url.Values{"version": {"0"}, "state": {string(account.Active)}, "role": {string(account.Administrator)}}), 409)

	// Where nothing can be written.
	kept := c.Store
	c.Store = full{kept}
	defer func() { c.Store = kept }()
	keep("error-unrecorded", sec.get("/people/"+handle), 503)
	keep("error-full", boss.post("/account", "/settings", url.Values{"organisation": {"Harbour"}}), 503)
	keep("error-full-check-in", nobody.post(checkin, checkin, url.Values{"act": {"agree"}}), 503)
	return out
}

// refusedForms sends what forms refuse and keeps the pages that say why.
func (c *console) refusedForms(t *testing.T, handle string) []shot {
	t.Helper()
	boss, sec, hr := c.as(account.Administrator), c.as(account.Security), c.as(account.HR)
	invited, err := c.accounts.Invite(t.Context(), boss.who.Account, "wrong@example.com", []account.Role{account.HR})
	if err != nil {
		t.Fatal(err)
	}
	plan, interviewed, _ := c.interviewed(t)
	var out []shot
	for _, f := range []struct {
		name       string
		by         *client
		from, path string
		form       url.Values
	}{
		{"signin", c.as(""), "/sign-in", "/sign-in", url.Values{"login": {"nobody"}, "password": {"not the password"}, "code": {"000000"}}},
		{"welcome", c.client(t), "/welcome/" + invited, "/welcome/" + invited, url.Values{"login": {"new"}, "name": {"New"}, "password": {"short"}}},
		{"account", sec, "/account", "/account/password", url.Values{"old": {"not the password"}, "password": {goodPassword}}},
		{"accounts", boss, "/admin/accounts", "/admin/accounts", url.Values{"mail": {"no address"}}},
		{"admin-account", boss, "/admin/accounts/" + boss.who.Account, "/admin/accounts/" + boss.who.Account, url.Values{"version": {"1"}, "state": {string(account.Active)}}},
		{"tokens", boss, "/admin/tokens", "/admin/tokens", url.Values{"name": {""}, "until": {"2020-01-01"}}},
		{"settings", boss, "/settings", "/settings", url.Values{"organisation": {strings.Repeat("x", 121)}}},
		{"retention", boss, "/retention", "/retention", url.Values{"applicants": {"never"}}},
		{"erasure", boss, "/erasure", "/erasure", url.Values{"person": {handle}, "reason": {"asked"}, "again": {""}}},
		{"notices", hr, "/notices", "/notices", url.Values{"people": {""}}},
		{"policy", boss, "/policy", "/policy", url.Values{"text": {"weights: [broken"}}},
		{"interviews", hr, "/interviews", "/interviews", url.Values{"requisition": {""}}},
		{"plan", hr, "/interviews/" + plan, "/interviews/" + plan, url.Values{}},
		{"person-interviews", hr, "/people/" + interviewed + "/interviews", "/people/" + interviewed + "/interviews", url.Values{"at": {"2020-01-01T10:00"}, "minutes": {"45"}}},
		{"check-in-plan", hr, "/check-in-plan", "/check-in-plan", url.Values{"answer_hours": {"many"}}},
		{"documents", hr, "/people/" + handle + "/documents", "/people/" + handle + "/documents", url.Values{"kind": {"other"}, "days": {"30"}}},
	} {
		got := f.by.post(f.from, f.path, f.form)
		if got.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s answers %d:\n%s", f.name, got.StatusCode, fmt.Sprintf("%.300s", got.body))
			continue
		}
		out = append(out, shot{"wrong-" + f.name, got})
	}
	return out
}
