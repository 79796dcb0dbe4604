// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"encoding/json"
	"io/fs"
	"iter"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"daylight/account"
	"daylight/casework"
	"daylight/detect/indicators"
	"daylight/enrich"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/store"
	"daylight/weigh"
)

// paidConsole is a console with two people, one of whom is paid into a wallet that a
// sanctions list names.
func paidConsole(t *testing.T) *console {
	t.Helper()
	c := newConsole(t, func(o *Options) { o.Catalog = indicators.Catalog() })
	files := fstest.MapFS{
		"paid.csv":    {Data: []byte("id,name,email,hired_at\nw-sanc-1,Amara Okonkwo,amara@example.net,2026-02-01\nw-sanc-2,Linh Tran,linh@example.net,2026-02-01\n")},
		"wallets.csv": {Data: []byte("person,effective_at,method,account,holder\nw-sanc-1,2026-02-20,wallet,bc1qsanctionedexample,Amara Okonkwo\n")},
		"sdn.xml":     {Data: []byte(`<?xml version="1.0"?><sdnList><sdnEntry><uid>90001</uid><lastName>NOBODY</lastName><idList><id><idType>Digital Currency Address - XBT</idType><idNumber>bc1qsanctionedexample</idNumber></id></idList></sdnEntry></sdnList>`)},
	}
	box := &intake.Box{Store: c.Store, Now: c.Now}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			_, err = box.Receive(t.Context(), "test", name, strings.NewReader(string(files[name].Data)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	tables, err := enrich.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	if err := (&intake.Reader{Store: c.Store, Tables: tables, Now: c.Now, Log: log}).Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	rules := func() (intake.Rules, error) {
		return intake.Rules{Catalog: indicators.Catalog(), Policy: weigh.DefaultPolicy(), Tables: enrich.Builtin, Tool: "test"}, nil
	}
	if _, err := (&intake.Assessor{Store: c.Store, Rules: rules, Now: c.Now, Log: log}).Some(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestComplianceIsForCounsel: a match with a sanctions list is shown to legal, with how
// it matched, and decided there for a reason; no page of anybody else and no answer to a
// program tells that there is one, and no entry of the audit log about whom.
func TestComplianceIsForCounsel(t *testing.T) {
	c := paidConsole(t)
	legal := c.as(account.Legal)
	page := legal.get("/compliance").want(t, http.StatusOK)
	page.page(t).In(t, ".lead", htmlcheck.Says("1 match waits for you"))
	for _, want := range []string{"A wallet of this person equals", "90001", "wallets.csv", "sdn.xml"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, never := range []string{"Amara", "amara@", "bc1q"} {
		if strings.Contains(page.body, never) {
			t.Errorf("the page holds %q", never)
		}
	}
	id := htmlcheck.Attr(page.page(t).Find("input[name=concern]")[0], "value")
	legal.post("/compliance", "/compliance", url.Values{"concern": {id}, "state": {"other"}, "reason": {"  "}}).want(t, http.StatusUnprocessableEntity)
	legal.post("/compliance", "/compliance", url.Values{"concern": {id}, "state": {"guilty"}, "reason": {"x"}}).want(t, http.StatusBadRequest)
	legal.post("/compliance", "/compliance", url.Values{"concern": {"m-none"}, "state": {"other"}, "reason": {"x"}}).want(t, http.StatusNotFound)
	if n := len(c.acts(t, "compliance.resolve")); n != 0 {
		t.Errorf("%d decisions are recorded and none was made", n)
	}
	const reason = "<b>Another holder</b>: the exchange confirmed it."
	legal.post("/compliance", "/compliance", url.Values{"concern": {id}, "state": {"other"}, "reason": {reason}}).want(t, http.StatusSeeOther)
	page = legal.get("/compliance").want(t, http.StatusOK)
	page.page(t).In(t, ".lead", htmlcheck.Says("No match waits for you"))
	if !strings.Contains(page.body, "&lt;b&gt;Another holder") || !strings.Contains(page.body, "Test legal") {
		t.Error("the page lacks what was decided, or by whom")
	}
	acts := c.acts(t, "compliance.resolve")
	if len(acts) != 1 || acts[0].Actor != legal.who.Account || acts[0].Object != id || acts[0].Detail["state"] != "other" || len(acts[0].Detail) != 1 {
		t.Errorf("recorded as %+v", acts)
	}

	// Nobody else.
	var handle string
	for _, row := range c.rows(t, store.Subjects, store.Query{Bare: true}) {
		handle = row.Key
	}
	tells := []string{"sanction", "ofac", "90001", id, "sdn entry", "/compliance\""}
	for _, role := range account.Roles() {
		if role == account.Legal {
			continue
		}
		cl := c.as(role)
		cl.get("/compliance").want(t, http.StatusForbidden)
		for _, path := range []string{"/queue", "/people", "/people/" + handle, "/rings", "/requests", "/account"} {
			body := strings.ToLower(cl.get(path).body)
			for _, tell := range tells {
				if strings.Contains(body, tell) {
					t.Errorf("%s tells %s %q", path, role, tell)
				}
			}
		}
	}
	secret := c.newToken(t, account.ScopeRead)
	for _, path := range []string{"/v1/people", "/v1/people/" + handle} {
		status, body := c.program(t, http.MethodGet, path, secret, nil, nil)
		for _, tell := range tells {
			if status != http.StatusOK || strings.Contains(strings.ToLower(string(body)), tell) {
				t.Errorf("%s answers %d and tells %q", path, status, tell)
			}
		}
	}
}

// newToken makes a token with one scope.
func (c *console) newToken(t *testing.T, scope account.Scope) string {
	t.Helper()
	secret, err := c.accounts.NewToken(t.Context(), c.as(account.Administrator).who.Account, "test "+string(scope), []account.Scope{scope}, c.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// TestShareIdentifiers: a bundle holds what two people confirmed, goes to legal and to
// programs with that scope, and each time is recorded; in shadow mode no program gets
// one.
func TestShareIdentifiers(t *testing.T) {
	c := paidConsole(t)
	var handle string
	if err := c.Store.View(t.Context(), func(r store.Reader) error {
		found, err := intake.Find(r, "amara@example.net")
		handle = found[0]
		return err
	}); err != nil {
		t.Fatal(err)
	}
	of := casework.Case{ID: "c-1", State: casework.StateClosed, Matter: casework.Matter{Subject: handle}, Closing: &casework.Decision{
		Disposition: casework.Confirmed, Reasons: "x", At: c.now.AddDate(0, 0, -1), By: casework.Actor{Account: "a-1"}, Approved: &casework.Actor{Account: "a-2"},
	}}
	body, err := json.Marshal(of)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Store.Update(t.Context(), func(w store.Writer) error {
		return w.Put(store.Cases, store.Row{Key: "c-1", Holder: intake.Holder(handle), Body: body, Text: map[string]string{"subject": handle, "state": "closed"}})
	}); err != nil {
		t.Fatal(err)
	}
	page := c.as(account.Legal).post("/compliance", "/compliance/stix", nil).want(t, http.StatusOK)
	if page.Header.Get("Content-Type") != stixType || !strings.Contains(page.Header.Get("Content-Disposition"), "daylight-identifiers-2026-03-02.json") {
		t.Errorf("headers %v", page.Header)
	}
	status, answer := c.program(t, http.MethodGet, "/v1/stix", c.newToken(t, account.ScopeShare), nil, nil)
	if status != http.StatusOK || string(answer) != page.body {
		t.Errorf("a program gets %d, and the same: %v", status, string(answer) == page.body)
	}
	for _, want := range []string{"amara@example.net", "bc1qsanctionedexample"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the bundle lacks %s", want)
		}
	}
	for _, never := range []string{"linh", "Amara", "Okonkwo", handle} {
		if strings.Contains(page.body, never) {
			t.Errorf("the bundle holds %q", never)
		}
	}
	d, check := openAPI(t)
	check(t, d.Paths["/v1/stix"]["get"].Responses["200"].Content[stixType].Schema, answer)
	acts := c.acts(t, "export.stix")
	if len(acts) != 2 || acts[0].Actor != c.as(account.Legal).who.Account || !strings.HasPrefix(acts[1].Actor, "t-") || acts[0].Detail["count"] != "2" || acts[0].Detail["retracted"] != "0" {
		t.Errorf("recorded as %+v", acts)
	}
	if status, _ := c.program(t, http.MethodGet, "/v1/stix", c.newToken(t, account.ScopeRead), nil, nil); status != http.StatusUnauthorized {
		t.Errorf("a token of another scope: %d", status)
	}
	// A case that does not open is named, and what it confirmed is neither given away
	// again nor taken back.
	whole := c.Store
	c.Store = damaging{whole, store.Cases.Name, "c-1"}
	page = c.as(account.Legal).post("/compliance", "/compliance/stix", nil).want(t, http.StatusOK)
	if page.Header.Get("Daylight-Damaged") != "1" || strings.Contains(page.body, "amara@") || strings.Contains(page.body, `"revoked":true`) {
		t.Errorf("with a damaged case: %v %s", page.Header, page.body)
	}
	if shown := c.as(account.Legal).get("/compliance").want(t, http.StatusOK); !strings.Contains(shown.body, "1 row does not open") || !strings.Contains(shown.body, "c-1") {
		t.Errorf("the page does not name it: %s", shown.body)
	}
	if acts := c.acts(t, "export.stix"); acts[len(acts)-1].Detail["damaged"] != "1" {
		t.Errorf("recorded as %+v", acts[len(acts)-1])
	}
	c.Store = whole
	if err := c.Store.Update(t.Context(), func(w store.Writer) error {
		return casework.SetShadow(w, c.as(account.Security).who.Account, true, c.now)
	}); err != nil {
		t.Fatal(err)
	}
	if status, _ := c.program(t, http.MethodGet, "/v1/stix", c.newToken(t, account.ScopeShare), nil, nil); status != http.StatusForbidden {
		t.Errorf("in shadow mode: %d", status)
	}
}

// TestComplianceAccessible looks at the page with a match on it, which the sample
// company has not.
func TestComplianceAccessible(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	c := paidConsole(t)
	htmlcheck.Visit(t, c.http.URL, asideSelector, string(axe), axeCheck, []htmlcheck.Visited{{
		Name: "compliance-match", Path: "/compliance", Cookies: [][2]string{{c.cookieName(sessionCookie), c.as(account.Legal).cookie(c, sessionCookie)}},
		Views: []htmlcheck.View{{Width: 390, Scheme: "light"}, {Width: 1280, Scheme: "dark"}},
	}})
}

// damaging is a store one row of which does not open.
type damaging struct {
	store.Store
	collection, key string
}

// View implements [store.Store].
func (d damaging) View(ctx context.Context, f func(store.Reader) error) error {
	return d.Store.View(ctx, func(r store.Reader) error { return f(damagedReader{r, d}) })
}

// Update implements [store.Store].
func (d damaging) Update(ctx context.Context, f func(store.Writer) error) error {
	return d.Store.Update(ctx, func(w store.Writer) error { return f(damagedWriter{w, damagedReader{w, d}}) })
}

type damagedReader struct {
	store.Reader
	of damaging
}

// Find implements [store.Reader].
func (d damagedReader) Find(c store.Collection, q store.Query) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		for row, err := range d.Reader.Find(c, q) {
			if c.Name == d.of.collection && row.Key == d.of.key {
				row.Body, err = nil, store.ErrCorrupt
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

type damagedWriter struct {
	store.Writer
	read damagedReader
}

// Find implements [store.Reader].
func (d damagedWriter) Find(c store.Collection, q store.Query) iter.Seq2[store.Row, error] {
	return d.read.Find(c, q)
}
