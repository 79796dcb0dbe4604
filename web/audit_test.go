// SPDX-License-Identifier: Apache-2.0

package web

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/audit"
	"daylight/internal/htmlcheck"
	"daylight/store"
)

// entries adds entries to the log: a thing viewed each minute, by turns by two
// accounts.
func (c *console) entries(t *testing.T, n int) {
	t.Helper()
	err := c.Store.Update(t.Context(), func(w store.Writer) error {
		for i := range n {
			who := []string{c.as(account.Security).who.Account, c.as(account.Legal).who.Account}[i%2]
			e := audit.Entry{At: start.Add(time.Duration(i) * time.Minute), Actor: who, Act: "person.view", Object: fmt.Sprintf("p-%04d", i), Detail: map[string]string{"reason": "test"}}
			if err := audit.Append(w, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAuditPage(t *testing.T) {
	c := newConsole(t)
	c.entries(t, 2500)
	auditor := c.as(account.Auditor)
	legal := c.as(account.Legal).who.Account
	p := auditor.get("/audit").want(t, 200).page(t)
	p.In(t, "tbody tr", htmlcheck.Count(auditRows))
	p.In(t, "tbody td", htmlcheck.Says("p-2499"))
	p.In(t, "tbody td", htmlcheck.Says("Test legal"))
	for _, tt := range []struct {
		query, first string
		rows         int
	}{
		{"actor=" + legal, "p-2499", auditRows},
		{"object=p-0007", "p-0007", 1},
		{"act=person", "p-2499", auditRows},
		{"act=pers", "", 0},
		{"act=account.create", "account.create", 6},
		{"actor=" + legal + "&from=2026-03-03&until=2026-03-03", "p-2325", auditRows}, // 14 h 46 min after the start begins the next day
		{"from=2027-01-01", "", 0},
	} {
		p := auditor.get("/audit?"+tt.query).want(t, 200).page(t)
		rows := p.Find("tbody tr")
		if len(rows) != tt.rows {
			t.Errorf("%s: %d rows, want %d", tt.query, len(rows), tt.rows)
		} else if len(rows) > 0 && !strings.Contains(htmlcheck.Text(rows[0]), tt.first) {
			t.Errorf("%s: the first row is %q, want %s", tt.query, htmlcheck.Text(rows[0]), tt.first)
		}
	}
	auditor.get("/audit?from=yesterday").want(t, 400)
	auditor.get("/audit?before=-1").want(t, 400)
	c.as(account.Security).get("/audit").want(t, 403)
}

// TestAuditPagesHoldEveryEntryOnce follows the links to older entries to the end.
func TestAuditPagesHoldEveryEntryOnce(t *testing.T) {
	c := newConsole(t)
	c.entries(t, 730)
	for query, want := range map[string]int{"/audit?act=person.view": 730, "/audit?actor=" + c.as(account.Legal).who.Account + "&act=person": 365} {
		seen := map[string]int{}
		at := query
		for at != "" {
			p := c.as(account.Auditor).get(at).want(t, 200).page(t)
			for _, n := range p.Find("tbody td code") {
				seen[htmlcheck.Text(n)]++
			}
			at = ""
			if next := p.Find("a[rel=next]"); len(next) > 0 {
				at = htmlcheck.Attr(next[0], "href")
			}
		}
		if len(seen) != want {
			t.Errorf("%s: %d entries seen, want %d", query, len(seen), want)
		}
		for object, n := range seen {
			if n != 1 {
				t.Errorf("%s: %s was seen %d times", query, object, n)
			}
		}
	}
}

func TestAuditVerifyAndDownload(t *testing.T) {
	c := newConsole(t)
	c.entries(t, 30)
	auditor := c.as(account.Auditor)
	p := auditor.post("/audit", "/audit/verify", nil).want(t, 200).page(t)
	p.In(t, ".done", htmlcheck.Says("The log is whole: "))
	got := auditor.post("/audit", "/audit/download", nil).want(t, 200)
	z, err := zip.NewReader(strings.NewReader(got.body), int64(len(got.body)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if parts[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	notes, err := audit.ReadCheckpoints(bytes.NewReader(parts["checkpoints.txt"]))
	if err != nil {
		t.Fatal(err)
	}
	key := strings.TrimSpace(string(parts["key.txt"]))
	report, err := audit.VerifyEntries(t.Context(), audit.ReadEntries(bytes.NewReader(parts["entries.jsonl"])), key, notes)
	if err != nil || !report.OK() || report.Sealed != report.Size || report.Checkpoints != 2 {
		t.Errorf("what was downloaded verifies as %+v, %v", report, err)
	}
	edited := bytes.Replace(parts["entries.jsonl"], []byte("p-0007"), []byte("p-0008"), 1)
	if report, err := audit.VerifyEntries(t.Context(), audit.ReadEntries(bytes.NewReader(edited)), key, notes); err != nil || report.OK() {
		t.Errorf("an edited log verifies: %v", err)
	}
	auditor.get("/audit?act=export").want(t, 200).page(t).In(t, "tbody td", htmlcheck.Says("export.audit"))
}

func TestSettings(t *testing.T) {
	c := newConsole(t)
	boss := c.as(account.Administrator)
	form := url.Values{"organisation": {"Example Ltd"}, "contact": {"privacy at example.com"}, "version": {"0"}}
	boss.post("/settings", "/settings", form).want(t, 303)
	if got := htmlcheck.Attr(boss.get("/settings").want(t, 200).page(t).Find("#organisation")[0], "value"); got != "Example Ltd" {
		t.Errorf("the organisation is %q", got)
	}
	boss.post("/settings", "/settings", form).want(t, 409)
	form["version"], form["contact"] = []string{"1"}, []string{strings.Repeat("x", 201)}
	boss.post("/settings", "/settings", form).want(t, 422)
	boss.get("/audit?act=config.change").want(t, 200).page(t).In(t, "tbody td", htmlcheck.Says("changed: organisation contact"))
}
