// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/url"
	"strings"
	"testing"

	"daylight/account"
	"daylight/internal/htmlcheck"
)

// TestKeptSelections are an account's own, and nothing but a selection is kept.
func TestKeptSelections(t *testing.T) {
	c := sampleConsole(t)
	sec, legal := c.as(account.Security), c.as(account.Legal)
	sec.post("/queue", "/queue/filters", url.Values{"name": {"Pay <b>"}, "query": {"family=pay&evil=//example.net&state=nothing"}}).want(t, 303)
	page := sec.get("/queue").page(t)
	page.In(t, ".chips a", htmlcheck.Says("Pay <b>"))
	if got := htmlcheck.Attr(page.Find(".chips a")[0], "href"); got != "/queue?desc=1&family=pay&sort=weight" {
		t.Errorf("kept %s", got)
	}
	legal.get("/queue").page(t).In(t, ".chips a", htmlcheck.None())
	key := htmlcheck.Attr(page.Find("#filter option")[0], "value")
	legal.post("/queue", "/queue/filters/delete", url.Values{"filter": {key}}).want(t, 404)
	sec.post("/queue", "/queue/filters", url.Values{"name": {""}}).want(t, 400)
	sec.post("/queue", "/queue/filters", url.Values{"name": {strings.Repeat("x", 41)}}).want(t, 400)
	sec.post("/queue", "/queue/filters/delete", url.Values{"filter": {key}}).want(t, 303)
	sec.get("/queue").page(t).In(t, ".chips a", htmlcheck.None())
}
