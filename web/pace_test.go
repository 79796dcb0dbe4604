// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/intake"
)

// TestTokenIsSlowedDown: a token that sends too much is told when to come back and
// nothing of it is taken; others are not slowed, and after the time it is let in.
func TestTokenIsSlowedDown(t *testing.T) {
	c := newConsole(t, func(o *Options) { o.Intake = &intake.Box{Store: o.Store, Now: o.Now} })
	var tokens []string
	for _, name := range []string{"hasty", "quiet"} {
		secret, err := c.accounts.NewToken(t.Context(), c.as(account.Administrator).who.Account, name, []account.Scope{account.ScopeIngest}, c.now.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, secret)
	}
	send := func(token string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.http.URL+"/v1/ingest?path=a.csv", strings.NewReader("id,name\n"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		got := c.client(t).do(req)
		return got.StatusCode, got.Header.Get("Retry-After")
	}
	for n := range tokenBurst {
		if status, _ := send(tokens[0]); status != http.StatusAccepted {
			t.Fatalf("request %d: %d", n, status)
		}
	}
	if status, again := send(tokens[0]); status != http.StatusTooManyRequests || again != "1" {
		t.Errorf("one too many: %d, again after %q s", status, again)
	}
	if status, _ := send(tokens[1]); status != http.StatusAccepted {
		t.Errorf("another token: %d", status)
	}
	c.now = c.now.Add(time.Second)
	for n := range tokenRate {
		if status, _ := send(tokens[0]); status != http.StatusAccepted {
			t.Fatalf("a second later, request %d: %d", n, status)
		}
	}
	if status, _ := send(tokens[0]); status != http.StatusTooManyRequests {
		t.Errorf("a second later, one too many: %d", status)
	}
}

// TestPacesAreBounded: tokens that are quiet are forgotten, those that are not stay.
func TestPacesAreBounded(t *testing.T) {
	p := pace{rate: tokenRate, burst: tokenBurst}
	for range tokenBurst {
		p.wait("hasty", start)
	}
	for n := range 3 * mostPaces {
		at := start.Add(time.Duration(n) * time.Millisecond)
		p.wait(fmt.Sprint(n), at)
		if p.wait("hasty", at); len(p.all) > mostPaces {
			t.Fatalf("%d tokens are counted", len(p.all))
		}
	}
	if p.wait("hasty", start.Add(3*mostPaces*time.Millisecond)) == 0 {
		t.Error("a token that went on sending was forgotten")
	}
}
