// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"daylight/account"
	"daylight/casework"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/record"
	"daylight/store"
)

// TestCircleByForm keeps a case to one account by the form on its page, and walks
// every role through every place where a case shows: it is there for that account and
// for legal, and for nobody else.
func TestCircleByForm(t *testing.T) {
	c := sampleConsole(t)
	of := c.aCase(t)
	path, person := "/cases/"+of.ID, "/people/"+of.Matter.Subject
	sec, hr, legal := c.as(account.Security), c.as(account.HR), c.as(account.Legal)
	sec.post("/account", path, url.Values{"act": {"take"}}).want(t, http.StatusSeeOther)
	sec.post("/account", path+"/freeze", nil).want(t, http.StatusSeeOther)
	pack := path + "/packages/" + c.aCase(t).Frozen[0].ID
	// Nobody but those who work on cases can be named, as one of the circle or as the owner.
	boxes := sec.get(path).want(t, http.StatusOK).page(t).Find("input[name=account]")
	if len(boxes) != 3 {
		t.Errorf("%d accounts can be named, want those of hr, legal and security", len(boxes))
	}
	for _, role := range []account.Role{account.Recruiter, account.Auditor, account.Administrator} {
		id := c.as(role).who.Account
		sec.post("/account", path, url.Values{"act": {"circle"}, "account": {id}}).want(t, http.StatusBadRequest)
		sec.post("/account", path, url.Values{"act": {"take"}, "owner": {id}}).want(t, http.StatusBadRequest)
	}
	sec.post("/account", path, url.Values{"act": {"circle"}, "account": {"a-nobody"}}).want(t, http.StatusBadRequest)
	if got := c.aCase(t); len(got.Circle) != 0 || got.Owner != sec.who.Account {
		t.Fatalf("after refused forms the circle is %q and the owner %s", got.Circle, got.Owner)
	}
	sec.post("/account", path, url.Values{"act": {"circle"}}).want(t, http.StatusSeeOther)
	if got := c.aCase(t).Circle; !slices.Equal(got, []string{sec.who.Account}) {
		t.Fatalf("the circle is %q", got)
	}
	// The one who has it cannot be somebody who does not see it.
	sec.post("/account", path, url.Values{"act": {"take"}, "owner": {hr.who.Account}}).want(t, http.StatusBadRequest)

	inside := map[account.Role]bool{account.Security: true, account.Legal: true}
	for _, role := range append(account.Roles(), "") {
		cl := c.as(role)
		in := inside[role]
		shows := func(what string, a answered) {
			t.Helper()
			if strings.Contains(a.body, of.ID) != in {
				t.Errorf("%s, as %q: the case is there: %v, want %v", what, role, !in, in)
			}
		}
		for _, at := range []string{path, pack} {
			if got := cl.get(at); (got.StatusCode == http.StatusOK) != in {
				t.Errorf("%s as %q answers %d", at, role, got.StatusCode)
			}
		}
		if !in {
			for _, f := range []struct {
				at   string
				form url.Values
			}{
				{path, url.Values{"act": {"note"}, "text": {"x"}}},
				{path, url.Values{"act": {"circle"}}},
				{path, url.Values{"act": {"everybody"}}},
				{path + "/freeze", nil},
				{path + "/suppress", url.Values{"indicator": {of.Evidence[0].Indicator}, "until": {"2026-05-01"}, "text": {"A reason of some length."}}},
			} {
				f.form = withToken(f.form, cl.anyToken())
				if got := cl.send(f.at, f.form); got.StatusCode < 300 || got.StatusCode == http.StatusSeeOther && role != "" {
					t.Errorf("%s %v as %q answers %d", f.at, f.form["act"], role, got.StatusCode)
				}
			}
		}
		if !slices.Contains([]account.Role{account.Security, account.Legal, account.HR}, role) {
			continue // sees no case anywhere
		}
		shows("the person", cl.get(person).want(t, http.StatusOK))
		shows("the queue", cl.get("/queue").want(t, http.StatusOK))
		found := cl.post("/search", "/search", url.Values{"q": {of.ID}})
		if (found.Header.Get("Location") == path) != in || !in && strings.Contains(found.body, of.Matter.Subject) {
			t.Errorf("the search as %q leads to %q", role, found.Header.Get("Location"))
		}
		// What the case is filed under tells nothing: it has an owner, which a selection
		// of those without one must not show.
		listed := slices.Contains(handles(t, cl.get("/queue?owner=nobody").want(t, http.StatusOK)), of.Matter.Subject)
		if listed == in {
			t.Errorf("the queue of those that nobody has, as %q, lists the person: %v", role, listed)
		}
	}
	token, err := c.accounts.NewToken(t.Context(), c.as(account.Administrator).who.Account, "reader", []account.Scope{account.ScopeRead}, c.now.AddDate(0, 1, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"/v1/people?limit=1000", "/v1" + person} {
		got := c.as("").request(http.MethodGet, at, nil, http.Header{"Authorization": {"Bearer " + token}}).want(t, http.StatusOK)
		if !strings.Contains(got.body, of.Matter.Subject) || strings.Contains(got.body, of.ID) || strings.Contains(got.body, `"case`) {
			t.Errorf("%s tells of a case", at)
		}
	}
	// Legal widens it again, and the others see it.
	legal.post(path, path, url.Values{"act": {"everybody"}}).want(t, http.StatusSeeOther)
	hr.get(path).want(t, http.StatusOK)
	if n := len(c.acts(t, "case.circle")); n != 2 {
		t.Errorf("%d changes of the circle are recorded, want 2", n)
	}
}

// withToken is a form with the token of a session.
func withToken(form url.Values, token string) url.Values {
	out := url.Values{"csrf": {token}}
	maps.Copy(out, form)
	return out
}

// TestShadowCase: a case that was opened in shadow mode stays with security and legal
// when it is switched off, until one of them shows it.
func TestShadowCase(t *testing.T) {
	c := sampleConsole(t)
	handle := c.caseless(t)
	sec, hr := c.as(account.Security), c.as(account.HR)
	shadow := func(on bool) {
		t.Helper()
		c.change(t, func(w store.Writer) error {
			return casework.SetShadow(w, c.as(account.Administrator).who.Account, on, c.now)
		})
	}
	shadow(true)
	sec.post("/account", "/queue/claim", url.Values{"person": {handle}}).want(t, http.StatusSeeOther)
	shadow(false)
	var id string
	c.change(t, func(w store.Writer) error {
		id = casework.ID(w, handle)
		of, err := casework.Load(w, id)
		if !of.Matter.Shadow {
			t.Error("the case does not say that it was opened in shadow mode")
		}
		return err
	})
	path := "/cases/" + id
	// A new assessment changes nothing of it.
	c.change(t, func(w store.Writer) error {
		row, err := w.Get(store.Subjects, handle)
		if err != nil {
			return err
		}
		sub, err := dossier(row, true)
		if err != nil {
			return err
		}
		sub.Ring = "another"
		return c.Open(w, handle, sub, c.now)
	})
	hr.get(path).want(t, http.StatusNotFound)
	if got := hr.get("/people/"+handle).want(t, http.StatusOK); strings.Contains(got.body, id) {
		t.Error("the person's page names the case")
	}
	sec.get(path).want(t, http.StatusOK).page(t).In(t, "section[aria-labelledby=seen-h]", htmlcheck.Says("opened in shadow mode"))
	sec.post("/account", path, url.Values{"act": {"show"}}).want(t, http.StatusSeeOther)
	hr.get(path).want(t, http.StatusOK).page(t).In(t, "input[value=show]", htmlcheck.None())
	sec.post("/account", path, url.Values{"act": {"show"}}).want(t, http.StatusUnprocessableEntity)
}

// TestVendor: evidence that rests on what an outside firm says is named as that, and
// no notice is given before the disclosure; evidence of one's own is not.
func TestVendor(t *testing.T) {
	c := sampleConsole(t)
	c.Screeners, c.Inside = []string{"Example Screening"}, []string{"HR"}
	of := c.aCase(t)
	path := "/cases/" + of.ID
	if of.Consumer() {
		t.Fatal("evidence of the company's own is a consumer report")
	}
	sec := c.as(account.Security)
	sec.get(path).page(t).In(t, "section[aria-labelledby=notice-h]", htmlcheck.Says("not needed by what is on file"))
	for name, tc := range map[string]struct {
		check record.Check
		firm  string
	}{
		"a screening office":                    {record.Check{Check: "background", Result: "mismatch", By: "Office of Records"}, "Office of Records"},
		"nobody is named":                       {record.Check{Check: "identity_document", Result: "mismatch"}, "a screening firm"},
		"a firm of the configuration":           {record.Check{Check: "education", Result: "denied", By: "example screening"}, "example screening"},
		"a document that the company looked at": {record.Check{Check: "identity_document", Result: "mismatch", By: "HR"}, ""},
		"a document that somebody looked at":    {record.Check{Check: "identity_document", Result: "mismatch", By: "Unheard Of"}, "Unheard Of"},
		"a background check by its own people":  {record.Check{Check: "background", Result: "mismatch", By: "HR"}, "HR"},
		"a document that a firm looked at":      {record.Check{Check: "identity_document", Result: "mismatch", By: "Example Screening"}, "Example Screening"},
		"the company asked for itself":          {record.Check{Check: "education", Result: "denied", By: "HR"}, ""},
	} {
		c.change(t, func(w store.Writer) error {
			row, err := w.Get(store.Subjects, of.Matter.Subject)
			if err != nil {
				return err
			}
			sub, err := dossier(row, true)
			if err != nil {
				return err
			}
			cite := sub.Evidence[0].Part.Finding.Cites[0]
			kept := record.Record{ID: "check", At: c.now, Body: tc.check, Origin: record.Origin{Feed: "csv.checks", Path: cite.Path, Locator: cite.Locator}}
			body, err := json.Marshal(map[string]any{"record": kept, "places": []record.Origin{kept.Origin}})
			if err != nil {
				return err
			}
			if err := putNew(w, store.Records, store.Row{
				Key: "check", Holder: intake.Holder(of.Matter.Subject), Body: body,
				Text: map[string]string{"kind": string(record.KindCheck), "file": "checks"}, Ints: map[string]int64{"at": c.now.UnixMilli()},
			}); err != nil {
				return err
			}
			return c.Open(w, of.Matter.Subject, sub, c.now)
		})
		got := c.aCase(t)
		if got.Consumer() != (tc.firm != "") {
			t.Errorf("%s: a consumer report: %v", name, got.Consumer())
		}
		for i, e := range got.Evidence {
			if want := tc.firm; i == 0 && e.Vendor != want {
				t.Errorf("%s: the evidence is from %q, want %q", name, e.Vendor, want)
			}
		}
		p := sec.get(path).want(t, http.StatusOK).page(t)
		if tc.firm != "" {
			p.In(t, "section[aria-labelledby=notice-h] ol li", htmlcheck.Count(4))
			p.In(t, "section[aria-labelledby=notice-h]", htmlcheck.Says(tc.firm))
			p.In(t, "section[aria-labelledby=notice-h]", htmlcheck.Says("no notice can be given before it"))
		} else {
			p.In(t, "section[aria-labelledby=notice-h] ol li", htmlcheck.None())
		}
	}
}
