// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"daylight/account"
	"daylight/document/pdf"
	"daylight/internal/htmlcheck"
	"daylight/record"
	"daylight/store"
)

// windows returns what opens a window in which somebody of a role is signed in.
func (c *console) windows(t *testing.T, scripts bool) func(account.Role) *htmlcheck.Window {
	t.Helper()
	open := htmlcheck.Windows(t, scripts, 5*time.Minute)
	return func(role account.Role) *htmlcheck.Window {
		t.Helper()
		w := open(c.http.URL)
		w.Cookie(c.cookieName(sessionCookie), c.as(role).cookie(c, sessionCookie))
		return w
	}
}

// heaviestApplicant is the handle of the applicant with the most evidence.
func (c *console) heaviestApplicant(t *testing.T) string {
	t.Helper()
	rows := c.rows(t, store.Subjects, store.Query{Bare: true, By: "weight", Desc: true})
	i := slices.IndexFunc(rows, func(r store.Row) bool { return r.Text["stage"] == string(record.Applicant) })
	if i < 0 {
		t.Fatal("nobody is an applicant")
	}
	return rows[i].Key
}

// TestPagesAreShort: whoever has five minutes sees a person in two screens and a
// case in three, as they are served.
func TestPagesAreShort(t *testing.T) {
	c := sampleConsole(t)
	as := c.windows(t, false)
	handle, _ := c.heaviest(t)
	for _, p := range []struct {
		role account.Role
		path string
		most int
	}{
		{account.Recruiter, "/people/" + c.heaviestApplicant(t), 2000},
		{account.Security, "/people/" + handle, 2050},
		{account.Security, "/cases/" + c.aCase(t).ID, 2500},
		{account.Legal, "/cases/" + c.aCase(t).ID, 2500},
	} {
		w := as(p.role)
		w.Open(p.path)
		got := w.Height()
		if got > p.most {
			t.Errorf("%s for %s is %d px high, want %d at most", p.path, p.role, got, p.most)
		}
		w.Open(p.path + "?print=1")
		if all := w.Height(); all < 2*got {
			t.Errorf("%s is %d px high with everything open, and %d folded: nothing folds", p.path, all, got)
		}
	}
}

// TestLinksLeadIntoFolds: a link to something in a closed part opens it, with scripts
// and without: as a target in the page, and as what the address names.
func TestLinksLeadIntoFolds(t *testing.T) {
	for name, scripts := range map[string]bool{"scripts": true, "no scripts": false} {
		t.Run(name, func(t *testing.T) {
			c := sampleConsole(t)
			handle, _ := c.heaviest(t)
			at := "/people/" + handle
			page := c.as(account.Security).get(at).want(t, 200).page(t)
			blocks := page.Find("svg.balance a")
			first := strings.TrimPrefix(htmlcheck.Attr(blocks[0], "href"), "#")
			last := strings.TrimPrefix(htmlcheck.Attr(blocks[len(blocks)-1], "href"), "#")
			shown := func(w *htmlcheck.Window, id string) bool { return w.Shows(`[id="` + id + `"] p`) }

			w := c.windows(t, scripts)(account.Security)
			w.Open(at)
			for _, id := range []string{first, last, "journey", "rhythm", "places", "ring", "records", "sum", "missing"} {
				if shown(w, id) || w.Shows("#"+id+" table") {
					t.Errorf("%s is open before anybody asked for it", id)
				}
			}
			w.Touch(`(//*[local-name()="svg"]//*[local-name()="a"])[1]`)
			w.Until(`document.querySelector('[id="` + first + `"] p').checkVisibility()`)
			if shown(w, last) {
				t.Error("what speaks for consistency opened with it")
			}
			w.Open("/queue")
			w.Open(at + "#" + last)
			if !shown(w, last) {
				t.Error("a link to a finding does not open it")
			}
			w.Open(at + "?open=" + last)
			if !shown(w, last) || shown(w, first) {
				t.Error("an address that names a finding does not open it alone")
			}
			w.Open(at + "?open=places&open=sum")
			if !w.Shows("#places svg") || !w.Shows("#sum table") || w.Shows("#journey svg") {
				t.Error("an address does not open the parts that it names")
			}
			w.Open("/queue")
			w.Open(at + "#unanswered")
			if !w.Shows("#unanswered li") {
				t.Error("a link into a part within a part does not open both")
			}
			of := c.aCase(t)
			found := of.Evidence[len(of.Evidence)-1].Indicator
			w.Open("/cases/" + of.ID + "#e-" + found)
			if !w.Shows(`[id="e-` + found + `"] p`) {
				t.Error("a link to a finding of a case does not open it")
			}
			w.Open("/cases/" + of.ID + "?open=s-contain")
			if !w.Shows("#s-contain p") || w.Shows("#s-work p") {
				t.Error("an address that names a step does not open it alone")
			}
		})
	}
}

// TestPrint reads what a printer gets: every piece of evidence with its words and its
// records, in the order of the page, without the rail.
func TestPrint(t *testing.T) {
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	of := c.aCase(t)
	w := c.windows(t, false)(account.Security)
	for name, p := range map[string]struct{ path, within string }{
		"person": {"/people/" + handle, "main"},
		"case":   {"/cases/" + of.ID, "main"},
	} {
		t.Run(name, func(t *testing.T) {
			w.Open(p.path)
			closed := printed(t, w.Print())
			if strings.Contains(closed, "Catalogue") || strings.Contains(closed, "Sign out") {
				t.Error("the rail is printed")
			}
			page := c.as(account.Security).get(p.path).want(t, 200).page(t)
			at := 0
			for _, h := range page.Find(p.within + " h2") {
				words := flat(htmlcheck.Text(h))
				i := strings.Index(closed[at:], words)
				if i < 0 {
					t.Fatalf("%q is not printed, or not in its place", htmlcheck.Text(h))
				}
				at += i
			}
			n := 0
			for _, li := range page.Find(p.within + " .whole p") {
				if words := htmlcheck.Text(li); !strings.Contains(closed, flat(words)) {
					t.Errorf("not printed: %q", words)
				} else {
					n++
				}
			}
			if n < 40 {
				t.Errorf("only %d sentences of evidence were looked for", n)
			}
		})
	}
}

// printed is the text of a PDF without white space, which a line break may take or add.
func printed(t *testing.T, data []byte) string {
	t.Helper()
	if !bytes.HasPrefix(data, []byte("%PDF")) {
		t.Fatal("no PDF was printed")
	}
	f, err := pdf.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for i := range f.NumPages() {
		lines, _, err := f.Page(i)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			all.WriteString(flat(line))
		}
	}
	return all.String()
}

// flat takes white space away, and writes signs such as ¼ as a font may draw them.
func flat(s string) string { return norm.NFKC.String(strings.Join(strings.Fields(s), "")) }
