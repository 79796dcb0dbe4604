// SPDX-License-Identifier: Apache-2.0

package htmlcheck

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Visited is one page of a running site.
type Visited struct {
	Name, Path string
	// Cookies are names and values that the browser sends.
	Cookies [][2]string
	// Views are the looks at it; their Page is not read.
	Views []View
	// Status is what the page answers with, 0 for 200: a browser remarks on any other.
	Status int
}

// atOnce is how many pages are looked at at the same time.
const atOnce = 2

// tab is a tab of a browser, without the cookies of any other, and what its pages said.
type tab struct {
	context.Context //nolint:containedctx // it is what chromedp calls a tab
	heard           *noise
}

// Visit opens pages of a running site, each once in a test of its own, and looks at them
// as [Look] does: they are resized and painted anew for each view, not loaded. The script
// library is evaluated in each page first, and the script check at each view that is not
// brief, which returns, or promises, a list of what is wrong. Elements that match the
// selector aside may stick out.
func Visit(t *testing.T, base, aside, library, check string, pages []Visited) {
	t.Helper()
	first := Browser(t, 20*time.Minute)
	if err := chromedp.Do(first); err != nil {
		t.Fatal(err)
	}
	tabs := make(chan tab, atOnce)
	for range atOnce {
		ctx, done := chromedp.NewContext(first, chromedp.WithNewBrowserContext())
		t.Cleanup(done)
		call(ctx, t, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		tabs <- tab{ctx, listen(ctx, t, base)}
	}
	t.Run("look", func(t *testing.T) { // which ends when every page was looked at
		for _, p := range pages {
			t.Run(p.Name, func(t *testing.T) {
				t.Parallel()
				tab := <-tabs
				defer func() { tabs <- tab }()
				tab.visit(t, base, aside, library, check, p)
			})
		}
	})
}

// visit opens one page and looks at it.
func (b tab) visit(t *testing.T, base, aside, library, check string, p Visited) {
	t.Helper()
	call(b, t, network.ClearBrowserCookies, cdp.Empty{})
	for _, c := range p.Cookies {
		call(b, t, network.SetCookie, network.SetCookieParams{Name: c[0], Value: c[1], URL: base})
	}
	address := base + p.Path
	for _, v := range p.Views {
		v.Page = p.Name
		if m := look(b, t, address, aside, v); m.Seen < 4 || m.Targets < 1 {
			t.Errorf("%s: only %d texts and %d targets were looked at", v.Page, m.Seen, m.Targets)
		}
		address = ""
		if !v.Brief {
			examine(b, t, library, check, v)
			library = ""
		}
		if p.Status != 0 {
			b.heard.forget(fmt.Sprintf("responded with a status of %d", p.Status))
		}
		b.heard.tell(t, v)
	}
}

// examine reports what the script check finds wrong with the page as it stands, once the
// script library has run in it.
func examine(tab context.Context, t *testing.T, library, check string, v View) {
	t.Helper()
	if library != "" {
		if err := chromedp.Do(tab, chromedp.Evaluate[chromedp.Void](library)); err != nil {
			t.Fatalf("%s: %v", v.Page, err)
		}
	}
	wrong, err := chromedp.Run(tab, chromedp.Evaluate[[]string](check, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", v.Page, err)
	}
	for _, w := range wrong {
		t.Errorf("%s at %d, %s: %s", v.Page, v.Width, v.Scheme, w)
	}
}

// forget drops what was said with the words in it.
func (n *noise) forget(words string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.said = slices.DeleteFunc(n.said, func(s string) bool { return strings.Contains(s, words) })
}

// Browser starts a Chromium with an empty profile and returns a tab, for as long as
// limit. Without one the test is skipped, saying so, unless DAYLIGHT_REQUIRE_BROWSER=1.
func Browser(t *testing.T, limit time.Duration) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: -short, so no browser was started")
	}
	return startBrowser(t, chromium(t), limit)
}
