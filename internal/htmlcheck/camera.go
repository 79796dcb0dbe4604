// SPDX-License-Identifier: Apache-2.0

package htmlcheck

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Filming is [Windows] of a Chromium with so many made-up cameras, which pages may use
// if allowed is set: whoever sits there agrees to every question, or refuses each. Tests
// within the one that starts it open windows of their own.
func Filming(t *testing.T, cameras int, allowed bool, limit time.Duration) func(t *testing.T, base string) *Window {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: -short, so no browser was started")
	}
	answer := "use-fake-ui-for-media-stream"
	if !allowed {
		answer = "deny-permission-prompts"
	}
	first := startBrowser(t, chromium(t), limit,
		chromedp.Flag("use-fake-device-for-media-stream", fmt.Sprintf("device-count=%d", cameras)), chromedp.Flag(answer, true))
	return windows(first, t, true)
}

// Offline cuts the window off from the network, or connects it again.
func (w *Window) Offline(off bool) {
	w.t.Helper()
	call(w.tab, w.t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}},
	})
}

// Watch begins to note what the pages of the window say, for [Window.Said].
func (w *Window) Watch() {
	w.t.Helper()
	w.said = listen(w.tab, w.t, w.base)
	hear(w.tab, w.t)
}

// Said fails the test with every request to elsewhere, message, exception and dialog of
// the pages since [Window.Watch], but for those with one of the words in it.
func (w *Window) Said(but ...string) {
	w.t.Helper()
	for _, words := range but {
		w.said.forget(words)
	}
	w.said.tell(w.t, View{Page: w.Path(), Width: w.width, Scheme: "light"})
}

// Look looks at the page as it stands in every view, as [Visit] does at one that it
// opens. The window is afterwards as wide as it was, and light.
func (w *Window) Look(name, aside, library, check string, views []View) {
	w.t.Helper()
	before := w.width
	for _, v := range views {
		v.Page = name
		w.Width(v.Width)
		w.still(v.Scheme)
		if m := see(w.tab, w.t, aside, v); m.Seen < 4 || m.Targets < 1 {
			w.t.Errorf("%s: only %d texts and %d targets were looked at", name, m.Seen, m.Targets)
		}
		if v.Brief {
			continue
		}
		examine(w.tab, w.t, library, check, v)
		library = ""
	}
	w.Width(before)
	w.still("light")
}

// Focused is the visible text of what has the focus.
func (w *Window) Focused() string {
	w.t.Helper()
	text, err := chromedp.Run(w.tab, chromedp.Evaluate[string]("document.activeElement?.innerText ?? ''"))
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

// Shoot keeps a picture of the page under a name, where pictures are kept.
func (w *Window) Shoot(name string) {
	w.t.Helper()
	if *screenshots == "" {
		return
	}
	beyond := true
	shot := call(w.tab, w.t, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &beyond})
	if err := os.WriteFile(filepath.Join(*screenshots, name+".png"), shot.Data, 0o600); err != nil {
		w.t.Fatal(err)
	}
}
