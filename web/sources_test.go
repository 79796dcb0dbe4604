// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/enrich"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/store"
	"daylight/texts"
)

// TestSources: what was read is listed with what was skipped and why; the name of a
// file that somebody sent in is not shown; and looking at reasons is recorded.
func TestSources(t *testing.T) {
	c := newConsole(t)
	sec := c.as(account.Security)
	sec.get("/sources").want(t, http.StatusOK).page(t).In(t, ".lead", htmlcheck.Says("Nothing was read yet"))

	box := &intake.Box{Store: c.Store, Now: c.Now}
	for name, body := range map[string]string{
		"hr/people.csv":          "id,name,email\nc-1,Wanjiru Mfano,wanjiru@example.com\n,,\n",
		"Wanjiru_Mfano_CV.html":  "<html><body><h1>Wanjiru Mfano</h1><p>wanjiru@example.com</p><p>Engineer</p></body></html>",
		"logs/<b>hostile</b>.md": "nothing",
	} {
		if _, err := box.Receive(t.Context(), "api:shipper", name, strings.NewReader(body)); err != nil {
			t.Fatal(err)
		}
	}
	sec.get("/sources").want(t, http.StatusOK).page(t).In(t, ".lead", htmlcheck.Says("3 inputs wait to be read"))
	tables, err := enrich.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	reader := &intake.Reader{Store: c.Store, Tables: tables, Now: c.Now, Log: slog.New(slog.DiscardHandler)}
	if err := reader.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	list := sec.get("/sources").want(t, http.StatusOK)
	list.page(t).In(t, "tbody tr", htmlcheck.Count(3))
	if !strings.Contains(list.body, "hr/people.csv") || strings.Contains(list.body, "Wanjiru") || strings.Contains(list.body, "<b>hostile") {
		t.Errorf("the list shows too little or too much:\n%s", list.body)
	}
	for _, a := range list.page(t).Find("tbody a") {
		if htmlcheck.Text(a) != "hr/people.csv" {
			continue
		}
		one := sec.get(htmlcheck.Attr(a, "href")).want(t, http.StatusOK)
		one.page(t).In(t, "h1", htmlcheck.Says("hr/people.csv"))
		one.page(t).In(t, ".lead", htmlcheck.Says("1 record was kept"))
		one.page(t).In(t, "tbody tr", htmlcheck.Count(1))
		if n := len(c.acts(t, "source.view")); n != 1 {
			t.Errorf("looking at a file was recorded %d times", n)
		}
		return
	}
	t.Error("no link leads to the file")
}

// TestHeldBackIsSaid: the page says how much is not read for want of a notice, for how
// many people and until when, and names nobody; a recorded notice lets it be read.
func TestHeldBackIsSaid(t *testing.T) {
	c := newConsole(t)
	hr := c.as(account.HR)
	const body = `{"uuid":"1","published":"2026-03-01T10:00:00Z","eventType":"user.session.start","severity":"INFO","outcome":{"result":"SUCCESS"},"actor":{"id":"00u1","type":"User","alternateId":"amara@example.com","displayName":"Amara"},"client":{"ipAddress":"192.0.2.7"}}` + "\n"
	if _, err := (&intake.Box{Store: c.Store, Now: c.Now}).Receive(t.Context(), intake.Source, "okta.jsonl", strings.NewReader(body)); err != nil {
		t.Fatal(err)
	}
	tables, err := enrich.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	reader := &intake.Reader{Store: c.Store, Tables: tables, Now: c.Now, Log: slog.New(slog.DiscardHandler)}
	if err := reader.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	page := hr.get("/sources").want(t, http.StatusOK)
	page.page(t).In(t, "section[aria-labelledby=back] p", htmlcheck.Says("1 event of 1 person in 1 file is not read"))
	page.page(t).In(t, "section[aria-labelledby=back] p", htmlcheck.Says("removed unread on 1 April 2026"))
	page.page(t).In(t, "section[aria-labelledby=back] a.more", htmlcheck.Count(1))
	c.as(account.Security).get("/sources").want(t, http.StatusOK).page(t).In(t, "section[aria-labelledby=back] a", htmlcheck.None())
	if strings.Contains(strings.ToLower(page.body), "amara") {
		t.Error("the page names whom nothing may be read of")
	}
	hr.post("/notices", "/notices", url.Values{"people": {"amara@example.com"}, "version": {"1"}, "from": {"2026-02-01"}}).want(t, http.StatusSeeOther)
	if err := reader.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	hr.get("/sources").want(t, http.StatusOK).page(t).In(t, "section[aria-labelledby=back]", htmlcheck.None())
	if n := len(c.rows(t, store.Profiles, store.Query{Bare: true})); n != 1 {
		t.Errorf("%d accounts are kept", n)
	}
}

// TestDamageIsShown holds that the page of sources says what was set aside.
func TestDamageIsShown(t *testing.T) {
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	sec := c.as(account.Security)
	if page := sec.get("/sources").want(t, http.StatusOK); strings.Contains(page.body, "set aside") {
		t.Error("the page speaks of damage where there is none")
	}
	c.change(t, func(w store.Writer) error {
		body, err := json.Marshal(intake.Damaged{At: start, Rows: []intake.DamagedRow{{Collection: "records", Key: "r1"}, {Collection: "files", Key: "f1"}}, People: []string{handle}, Unknown: 1})
		if err != nil {
			return err
		}
		return w.Put(store.Settings, store.Row{Key: "damaged", Body: body})
	})
	alert := htmlcheck.Text(sec.get("/sources").want(t, http.StatusOK).page(t).Find("[role=alert]")[0])
	for _, want := range []string{"2 rows that are kept do not open", "1 person keeps", handle, "Of 1 row", "Everybody else is assessed"} {
		if !strings.Contains(alert, want) {
			t.Errorf("the page does not say %q: %s", want, alert)
		}
	}
}

// full is a store on a full disk.
type full struct{ store.Store }

func (full) Update(context.Context, func(store.Writer) error) error {
	return fmt.Errorf("write: %w", store.ErrReadOnly)
}

// TestNothingUnrecordedIsShown holds that on a full disk no page shows a person or a
// case, as the look at it could not be recorded, that the page says why, and that what
// shows nobody can be read.
func TestNothingUnrecordedIsShown(t *testing.T) {
	c := sampleConsole(t)
	of := c.aCase(t)
	link := c.madeLink(t, of.Matter.Subject)
	sec, legal, anybody := c.as(account.Security), c.as(account.Legal), c.client(t)
	c.Store = full{c.Store}
	for _, kept := range []struct {
		by   *client
		path string
	}{{sec, "/people/" + of.Matter.Subject}, {legal, "/people/" + of.Matter.Subject}, {sec, "/cases/" + of.ID}, {anybody, link}, {sec, "/queue"}, {sec, "/people"}, {sec, "/rings"}, {legal, "/compliance"}} {
		got := kept.by.get(kept.path).want(t, http.StatusServiceUnavailable)
		why := "the audit log cannot be written now"
		if kept.by == anybody { // who has a page of their own to read it on
			why = texts.In("").T("broken.text")
		}
		if !strings.Contains(got.body, why) || got.Header.Get("Retry-After") == "" {
			t.Errorf("%s does not say why", kept.path)
		}
		for _, e := range of.Evidence {
			if strings.Contains(got.body, e.Title) {
				t.Errorf("%s shows %q unrecorded", kept.path, e.Title)
			}
		}
	}
	for _, path := range []string{"/sources", "/catalogue"} {
		sec.get(path).want(t, http.StatusOK)
	}
	sec.post("/account", "/people/"+of.Matter.Subject+"/reveal", url.Values{"reason": {revealReasons[0].Value}}).want(t, http.StatusServiceUnavailable)
}

// TestProgressIsSaid: while people are assessed, the page says how many of them are.
func TestProgressIsSaid(t *testing.T) {
	var p intake.Progress
	c := newConsole(t, func(o *Options) { o.Progress = func() intake.Progress { return p } })
	sec := c.as(account.Security)
	sec.get("/sources").want(t, http.StatusOK).page(t).In(t, "p[role=status]", htmlcheck.None())
	p = intake.Progress{Running: true, Stage: "assess", Done: 412, Total: 9000}
	sec.get("/sources").want(t, http.StatusOK).page(t).In(t, "p[role=status]", htmlcheck.Says("412 of 9,000"))
	p = intake.Progress{Running: true, Stage: "load what is kept"}
	sec.get("/sources").want(t, http.StatusOK).page(t).In(t, "p[role=status]", htmlcheck.Says("This step is: load what is kept."))
	p = intake.Progress{Finished: c.now.Add(-time.Hour)}
	done := "Everybody was last assessed on " + c.now.Add(-time.Hour).UTC().Format("2006-01-02 15:04 UTC")
	sec.get("/sources").want(t, http.StatusOK).page(t).In(t, "main", htmlcheck.Says(done))
}
