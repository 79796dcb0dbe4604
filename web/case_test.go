// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/audit"
	"daylight/casework"
	"daylight/internal/htmlcheck"
	"daylight/report"
	"daylight/store"
	"daylight/weigh"
)

// aCase is the case about the person with the most evidence.
func (c *console) aCase(t *testing.T) (of casework.Case) {
	t.Helper()
	handle, _ := c.heaviest(t)
	err := c.Store.View(t.Context(), func(r store.Reader) (err error) {
		of, err = casework.Load(r, casework.ID(r, handle))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return of
}

// checkAll ticks every explanation of a case as one that does not hold.
func checkAll(t *testing.T, cl *client, of casework.Case, found string) {
	t.Helper()
	token := cl.anyToken()
	for _, e := range of.Evidence {
		if e.Weight <= 0 {
			continue
		}
		for i := range e.Explanations {
			cl.send("/cases/"+of.ID, url.Values{
				"csrf": {token}, "act": {"explain"}, "indicator": {e.Indicator}, "number": {strconv.Itoa(i)}, "looked": {"yes"}, "found": {found}, "text": {"Asked and compared."},
			}).want(t, 303)
		}
	}
}

// TestCaseWork takes a case from its opening to an approved outcome and a package
// that verifies, by forms alone.
func TestCaseWork(t *testing.T) {
	c := sampleConsole(t)
	of := c.aCase(t)
	path := "/cases/" + of.ID
	sec, legal := c.as(account.Security), c.as(account.Legal)
	do := func(cl *client, status int, fields ...string) answered {
		t.Helper()
		form := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		return cl.post("/account", path, form).want(t, status)
	}
	const why = "The machine, the payee and the hours belong to somebody else."
	do(sec, 303, "act", "take")
	do(sec, 303, "act", "due", "due", "2026-03-09")
	do(sec, 303, "act", "note", "text", "<script>alert(1)</script>")
	if got := do(sec, 422, "act", "propose", "text", why); !strings.Contains(got.body, "Innocent explanations stand in the way") {
		t.Error("the page does not say that explanations stand in the way")
	}
	checkAll(t, sec, of, "does-not")
	do(sec, 422, "act", "propose", "text", why) // nothing is preserved yet
	sec.post("/account", path+"/freeze", nil).want(t, 303)
	do(sec, 422, "act", "propose", "text", "short")
	do(sec, 303, "act", "propose", "text", why)
	if got := do(sec, 422, "act", "approve"); !strings.Contains(got.body, "Another person has to do this") {
		t.Error("the page does not say that another person has to approve")
	}
	frozen := c.aCase(t).Newest().ID
	if got := do(legal, 422, "act", "approve", "package", frozen); !strings.Contains(got.body, "The checklist is not answered") {
		t.Error("the page does not say that the checklist is not answered")
	}
	waiting := legal.get(path).want(t, 200).page(t)
	waiting.In(t, "input[value=approve]", htmlcheck.None())
	waiting.In(t, "#todo a", htmlcheck.Count(len(casework.Guides())-2)) // all but the freeze and what comes afterwards
	answerSteps(t, sec, of)
	offered := legal.get(path).want(t, 200).page(t)
	offered.In(t, "#todo", htmlcheck.None())
	offered.In(t, "#approved", htmlcheck.Says("package "+frozen+", frozen"))
	offered.In(t, "input[name=package]", htmlcheck.Count(1))
	do(legal, 303, "act", "approve", "package", frozen)
	page := sec.get(path).want(t, 200)
	for _, want := range []string{"Closed as <strong>confirmed</strong>", "on the evidence in <a href=\"" + path + "/packages/" + frozen, "Asked and compared.", "&lt;script&gt;", "case.approve"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	now := c.aCase(t)
	if now.State != casework.StateClosed || now.Closing.Disposition != casework.Confirmed || now.Closing.Approved.Account != legal.who.Account {
		t.Fatalf("%+v", now.Closing)
	}
	pack := legal.get(path+"/packages/"+now.Frozen[0].ID).want(t, 200)
	checked, err := casework.Check(strings.NewReader(pack.body), int64(len(pack.body)), "")
	if err != nil || !checked.OK() || len(checked.Manifest.Files) < 9 {
		t.Errorf("%+v, %v", checked, err)
	}
	c.verified(t)
	// The law's own order, and the way back.
	do(sec, 303, "act", "step", "step", "contain", "answer", "")
	do(legal, 422, "act", "notice", "days", "14", "copy", now.Frozen[0].Digest) // contain before telling
	do(sec, 303, "act", "step", "step", "contain", "answer", "done")
	do(legal, 303, "act", "notice", "days", "14", "copy", now.Frozen[0].Digest)
	do(legal, 422, "act", "finish")
	do(sec, 422, "act", "hold", "text", "A claim is expected.")
	do(legal, 303, "act", "hold", "text", "A claim is expected.")
	do(sec, 303, "act", "ask", "kind", "appeal", "text", "Please look again.")
	do(sec, 422, "act", "reply", "request", "r-1", "text", "We looked again.")
	do(c.as(account.HR), 303, "act", "reply", "request", "r-1", "text", "We looked again.")
	do(sec, 400, "act", "fire")
	do(sec, 400, "act", "due", "due", "soon")
}

// TestApprovalIsOfWhatIsKnown holds that nobody approves an evidence package of which the
// newest assessment says something else: it is frozen again first, which brings the case
// up to date, and the package that was shown before is not taken.
func TestApprovalIsOfWhatIsKnown(t *testing.T) {
	c := sampleConsole(t)
	of := c.proposedCase(t, c.as(account.Security))
	path, legal := "/cases/"+of.ID, c.as(account.Legal)
	legal.get(path).want(t, 200).page(t).In(t, "input[value=approve]", htmlcheck.Count(1))
	old := of.Newest().ID
	c.change(t, func(w store.Writer) error {
		row, err := w.Get(store.Subjects, of.Matter.Subject)
		if err != nil {
			return err
		}
		sub, err := report.DecodeDossier(row.Body)
		if err != nil {
			return err
		}
		sub.State, row.Text["state"] = weigh.FollowUp, string(weigh.FollowUp)
		if row.Body, err = report.EncodeDossier(sub); err != nil {
			return err
		}
		return w.Put(store.Subjects, row)
	})
	page := legal.get(path).want(t, 200).page(t)
	page.In(t, "#stale", htmlcheck.Says("the newest assessment says follow-up"))
	page.In(t, "input[value=approve]", htmlcheck.None())
	page.In(t, ".left", htmlcheck.Says("Freeze the evidence again"))
	approve := url.Values{"act": {"approve"}, "package": {old}}
	if got := legal.post("/account", path, approve).want(t, 422); !strings.Contains(got.body, "Freeze the evidence again, and look at it before you approve") {
		t.Error("the page does not say that the evidence is to be frozen again")
	}
	c.now = c.now.Add(time.Minute)
	legal.post("/account", path+"/freeze", nil).want(t, 303)
	now := c.aCase(t)
	if now.Matter.State != weigh.FollowUp || now.Newest().State != weigh.FollowUp || now.State != casework.StateProposed {
		t.Fatalf("frozen again, the case is %s, of %s, and its package of %s", now.State, now.Matter.State, now.Newest().State)
	}
	legal.post("/account", path, approve).want(t, 422) // the package that was shown before
	legal.post("/account", path, c.approval(t)).want(t, 303)
	if got := c.aCase(t).Closing; got == nil || got.Package != now.Newest().ID {
		t.Errorf("approved: %+v", got)
	}
	c.verified(t)
}

// verified computes the audit log anew.
func (c *console) verified(t *testing.T) {
	t.Helper()
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		key, err := audit.PublicKey(r)
		if err != nil {
			return err
		}
		rep, err := audit.Verify(t.Context(), r, key, nil)
		if err == nil && (!rep.OK() || rep.Checkpoints == 0) {
			t.Errorf("the audit log: %+v", rep)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestCaseOfACircle holds that a case is there for whom it is for.
func TestCaseOfACircle(t *testing.T) {
	c := sampleConsole(t)
	of := c.aCase(t)
	path := "/cases/" + of.ID
	sec, hr := c.as(account.Security), c.as(account.HR)
	hr.get(path).want(t, 200)
	err := c.Store.Update(t.Context(), func(w store.Writer) error {
		by := casework.Actor{Account: sec.who.Account, Roles: []string{casework.RoleSecurity}}
		_, err := casework.Do(w, of.ID, casework.Event{At: start, By: by, Act: casework.Enclose{Accounts: []string{sec.who.Account}}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	hr.get(path).want(t, 404)
	hr.post("/account", path, url.Values{"act": {"note"}, "text": {"x"}}).want(t, 404)
	hr.post("/account", path+"/freeze", nil).want(t, 404)
	hr.post("/account", path+"/suppress", url.Values{"indicator": {of.Evidence[0].Indicator}, "until": {"2026-05-01"}, "text": {"A reason of some length."}}).want(t, 404)
	sec.get(path).want(t, 200)
	sec.get(path+"/packages/e-none").want(t, 404)
	sec.get("/cases/c-none").want(t, 404)
	c.as(account.Recruiter).get(path).want(t, 403)
}

// TestSuppressOnPage sets and ends an exception.
func TestSuppressOnPage(t *testing.T) {
	c := sampleConsole(t)
	of := c.aCase(t)
	path := "/cases/" + of.ID
	sec := c.as(account.Security)
	ind := of.Evidence[0].Indicator
	set := url.Values{"indicator": {ind}, "until": {"2026-05-01"}, "text": {"A married couple with one account."}}
	sec.post("/account", path+"/suppress", set).want(t, 303)
	sec.get(path).want(t, 200).page(t).In(t, "p", htmlcheck.Says("does not count until 2026-05-01"))
	set.Set("until", "2036-05-01")
	sec.post("/account", path+"/suppress", set).want(t, 422)
	sec.post("/account", path+"/suppress", url.Values{"indicator": {"no.such"}, "until": {"2026-05-01"}, "text": set["text"]}).want(t, 422)
	sec.post("/account", path+"/suppress", url.Values{"indicator": {ind}, "end": {"yes"}}).want(t, 303)
	if page := sec.get(path).want(t, 200); strings.Contains(page.body, "does not count until <span") {
		t.Error("the exception did not end")
	}
}

// TestCaseInBrowser looks at a case at work and at one that waits for approval.
func TestCaseInBrowser(t *testing.T) {
	c := sampleConsole(t)
	of := c.aCase(t)
	path := "/cases/" + of.ID
	sec := c.as(account.Security)
	pages := map[string][]byte{"case": c.standalone(t, sec.get(path).want(t, 200))}
	checkAll(t, sec, of, "cannot-tell")
	sec.post("/account", path+"/freeze", nil).want(t, 303)
	sec.post("/account", path, url.Values{"act": {"note"}, "text": {"Payroll was asked."}}).want(t, 303)
	sec.post("/account", path, url.Values{"act": {"propose"}, "text": {"The machine and the payee belong to somebody else."}}).want(t, 303)
	pages["proposed"] = c.standalone(t, c.as(account.Legal).get(path).want(t, 200))
	for name, page := range pages {
		if bytes.Contains(page, []byte("<no value>")) {
			t.Errorf("%s: a value is missing", name)
		}
	}
	htmlcheck.Look(t, pages, ".hidden, .hidden *, thead, thead *, .rail *", []htmlcheck.View{
		{Page: "case", Width: 1280, Scheme: "light"},
		{Page: "case", Width: 390, Scheme: "dark"},
		{Page: "proposed", Width: 1280, Scheme: "dark"},
		{Page: "proposed", Width: 390, Scheme: "light"},
	})
}

// TestWhatIsWrittenWasLookedAt: what somebody found is kept without the tick as well, a
// missing choice is said and nobody's answer, and only taking the tick away takes it back.
func TestWhatIsWrittenWasLookedAt(t *testing.T) {
	c := sampleConsole(t)
	of := c.aCase(t)
	sec := c.as(account.Security)
	i := slices.IndexFunc(of.Evidence, func(e casework.Evidence) bool { return e.Weight > 0 && len(e.Explanations) > 0 })
	found := func() casework.Explanation {
		t.Helper()
		var now casework.Case
		if err := c.Store.View(t.Context(), func(r store.Reader) (err error) {
			now, err = casework.Load(r, of.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return now.Evidence[i].Explanations[0]
	}
	save := func(status int, fields url.Values) answered {
		t.Helper()
		fields.Set("csrf", sec.anyToken())
		fields.Set("act", "explain")
		fields.Set("indicator", of.Evidence[i].Indicator)
		fields.Set("number", "0")
		return sec.send("/cases/"+of.ID, fields).want(t, status)
	}
	if page := save(http.StatusUnprocessableEntity, url.Values{"looked": {"yes"}, "text": {"Asked."}}); !strings.Contains(page.body, "a choice is missing") {
		t.Error("a missing choice is not said")
	}
	if got := found(); got.Found != "" {
		t.Errorf("without a choice it is kept as %q", got.Found)
	}
	save(http.StatusSeeOther, url.Values{"found": {"explains"}, "text": {"Asked."}})
	if got := found(); got.Found != casework.Explains || got.Note != "Asked." {
		t.Errorf("what was written without the tick is lost: %+v", got)
	}
	save(http.StatusSeeOther, url.Values{"was": {"yes"}, "found": {"explains"}, "text": {"Asked."}})
	if got := found(); got.Found != "" {
		t.Errorf("the tick was taken away, and it stays %q", got.Found)
	}
}
