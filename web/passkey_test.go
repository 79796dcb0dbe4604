// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"daylight/account"
	"daylight/internal/htmlcheck"
)

// TestPasskeyInBrowser adds a passkey and signs in with it in a real browser, with an
// authenticator that the browser simulates: what the script of the page sends is what
// the service understands.
func TestPasskeyInBrowser(t *testing.T) {
	tab := htmlcheck.Browser(t, 2*time.Minute)
	c := newConsole(t, func(o *Options) { o.Address = strings.Replace(o.Address, "127.0.0.1", "localhost", 1) })
	base := c.link("")
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(tab, steps...); err != nil {
			t.Fatal(err)
		}
	}
	do(chromedp.Navigate("about:blank"))
	if _, err := chromedp.Call(tab, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	_, err := chromedp.Call(tab, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	if err != nil {
		t.Fatal(err)
	}
	hr := c.as(account.HR)
	if _, err := chromedp.Call(tab, network.SetCookie, network.SetCookieParams{Name: sessionCookie, Value: hr.cookie(c, sessionCookie), URL: base}); err != nil {
		t.Fatal(err)
	}
	do(
		chromedp.Navigate(base+"/account"),
		chromedp.SetValue("#key-name", "work laptop"),
		chromedp.SetValue("#key-old", goodPassword),
		chromedp.Click("form[action='/account/passkeys'] button"),
		chromedp.WaitVisible("form[action='/account/passkeys/remove']"),
	)
	if keys, err := c.accounts.OwnPasskeys(t.Context(), hr.who.Account); err != nil || len(keys) != 1 || keys[0].Name != "work laptop" {
		t.Fatalf("passkeys %+v, %v", keys, err)
	}
	do(
		chromedp.Click("form[action='/sign-out'] button"),
		chromedp.WaitVisible("form[action='/sign-in/passkey']"),
		chromedp.Click("form[action='/sign-in/passkey'] button"),
		chromedp.WaitVisible(".you"),
	)
	name, err := chromedp.Run(tab, chromedp.Evaluate[string](`document.querySelector(".you a").textContent`))
	if err != nil || !strings.Contains(name, "Test hr") {
		t.Errorf("signed in as %q, %v", name, err)
	}
	sessions, err := c.accounts.Browsers(t.Context(), hr.who.Account, "")
	if err != nil || len(sessions) != 1 || sessions[0].By != "passkey" {
		t.Errorf("sessions %s, %v", fmt.Sprint(sessions), err)
	}
}
