// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"strings"
	"testing"

	"daylight/account"
	"daylight/internal/htmlcheck"
)

func TestFrame(t *testing.T) {
	c := newConsole(t)
	if got := c.as("").get("/healthz").want(t, 200); got.body != "ok\n" {
		t.Errorf("health is %q", got.body)
	}
	page := c.as(account.Security).get("/queue").want(t, 200)
	page.page(t).In(t, "nav.rail a[aria-current=page]", htmlcheck.Says("Queue"))
	for name, want := range map[string]string{"Content-Security-Policy": contentPolicy, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} {
		if got := page.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	c.as(account.Auditor).get("/queue").want(t, 403)
	c.as(account.Security).get("/nowhere").want(t, 404).page(t).In(t, "h1", htmlcheck.Says("There is no such page"))
	css := htmlcheck.Attr(page.page(t).Find("link[rel=stylesheet]")[0], "href")
	if got := c.as("").get(css).want(t, 200); !strings.Contains(got.Header.Get("Cache-Control"), "immutable") || !strings.Contains(got.body, "--ground") {
		t.Error("the style sheet is not served to be kept")
	}
	c.as("").get("/assets/0000000000000000/console.css").want(t, 404)
}

func TestAnotherHostIsRefused(t *testing.T) {
	c := newConsole(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.http.URL+"/queue", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "rebound.example.net"
	c.as(account.Security).do(req).want(t, 421)
}
