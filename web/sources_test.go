// SPDX-License-Identifier: Apache-2.0

package web

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"daylight/account"
	"daylight/enrich"
	"daylight/intake"
	"daylight/internal/htmlcheck"
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
