// SPDX-License-Identifier: Apache-2.0

package htmlcheck

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "folder to keep screenshots of the page in")

// View is one look at a page: its name, the width of the window in pixels and the
// colour scheme, "light" or "dark".
type View struct {
	Page   string
	Width  int64
	Scheme string
	// Brief leaves out the script check of [Visit].
	Brief bool
}

// Look opens pages, by name, in a headless Chromium and reports what sticks out of
// the window, poor contrast, small targets (but for those in pictures that the
// keyboard passes by, since a list names them again), links that lead nowhere, and every
// request, message, exception and dialog. Elements that match the selector aside
// may stick out. Details are open. Without a browser the test is skipped, saying
// so, unless DAYLIGHT_REQUIRE_BROWSER=1; the flag -screenshots keeps pictures.
func Look(t *testing.T, pages map[string][]byte, aside string, views []View) {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: -short, so the page was not seen by a browser")
	}
	path := chromium(t)
	dir := t.TempDir()
	for name, data := range pages {
		if err := os.WriteFile(filepath.Join(dir, name+".html"), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tab := startBrowser(t, path, 2*time.Minute)
	heard := listen(tab, t, "file://"+dir)
	for _, v := range views {
		file := (&url.URL{Scheme: "file", Path: filepath.Join(dir, v.Page+".html")}).String()
		if m := look(tab, t, file, aside, v); m.Seen < 10 || m.Targets < 3 {
			t.Errorf("%s: only %d texts and %d targets were looked at", v.Page, m.Seen, m.Targets)
		}
		heard.tell(t, v)
	}
}

// noise is what a browser said while it looked at pages.
type noise struct {
	mu   sync.Mutex
	said []string
}

// listen notes every request that is not below base, and every message, exception
// and dialog.
func listen(tab context.Context, t *testing.T, base string) *noise {
	t.Helper()
	n := &noise{}
	err := chromedp.Listen(tab, func(ev any) {
		n.mu.Lock()
		defer n.mu.Unlock()
		switch e := ev.(type) {
		case *network.EventRequestWillBeSent:
			if !strings.HasPrefix(e.Request.URL, base) && !strings.HasPrefix(e.Request.URL, "data:") {
				n.said = append(n.said, "request for "+e.Request.URL)
			}
		case *runtime.EventConsoleAPICalled:
			n.said = append(n.said, fmt.Sprint("console: ", e.Type))
		case *runtime.EventExceptionThrown:
			n.said = append(n.said, "exception: "+e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			if e.Entry.Level != log.EntryLevelVerbose { // advice to authors
				n.said = append(n.said, "log: "+e.Entry.Text)
			}
		case *page.EventJavascriptDialogOpening:
			n.said = append(n.said, "dialog: "+e.Message)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// tell fails the test with what was said since it was last asked.
func (n *noise) tell(t *testing.T, v View) {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range n.said {
		t.Errorf("%s at %d, %s: %s", v.Page, v.Width, v.Scheme, s)
	}
	n.said = nil
}

// chromium returns the path of a browser. Without one the test is skipped,
// saying so, unless DAYLIGHT_REQUIRE_BROWSER=1; with DAYLIGHT_REQUIRE_BROWSER=0 it is
// skipped in any case.
func chromium(t *testing.T) string {
	t.Helper()
	if os.Getenv("DAYLIGHT_REQUIRE_BROWSER") == "0" {
		t.Skip("SKIPPED: DAYLIGHT_REQUIRE_BROWSER=0, so the page was not seen by a browser")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("DAYLIGHT_REQUIRE_BROWSER") == "1" {
		t.Fatal("no chromium in PATH, and DAYLIGHT_REQUIRE_BROWSER=1")
	}
	t.Skip("SKIPPED: no chromium in PATH, so the page was not seen by a browser")
	return ""
}

// measure is evaluated in the page, which has no script of its own, with the
// selector of what may stick out. It returns what is wrong: overflow, poor contrast,
// small targets.
const measure = `(aside => {
  const wrong = [];
  const name = e => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + (e.getAttribute("class") ? "." + e.getAttribute("class").trim().split(/\s+/).join(".") : "") + " " + JSON.stringify((e.textContent || "").trim().slice(0, 40));
  const root = document.scrollingElement;
  if (root.scrollWidth > innerWidth) wrong.push("the page is " + root.scrollWidth + " px wide in a window of " + innerWidth);
  for (const e of document.querySelectorAll("main *, nav *")) {
    if (e.matches(aside)) continue;
    const r = e.getBoundingClientRect();
    if (r.width > 0 && (r.right > innerWidth + 0.5 || r.left < -0.5)) wrong.push("sticks out: " + name(e) + " " + r.left + " to " + r.right);
  }
  const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return m.length < 4 ? [m[0], m[1], m[2], 1] : m; };
  const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const lum = c => { const f = c.slice(0, 3).map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
  const ground = e => { const layers = []; for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); layers.push(c); if (c[3] === 1) break; } return layers.reverse().reduce((b, a) => over(a, b), [255, 255, 255, 1]); };
  let seen = 0, least = 99;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || ["SCRIPT", "STYLE"].includes(e.tagName) || !e.checkVisibility()) continue;
    const style = getComputedStyle(e);
    const back = ground(e), front = over(parse(e instanceof SVGElement ? style.fill : style.color), back);
    const a = lum(front), b = lum(back), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    seen++;
    least = Math.min(least, ratio);
    if (ratio < 4.5) wrong.push("contrast " + ratio.toFixed(2) + ": " + name(e));
    if (parseFloat(style.fontSize) < 13) wrong.push("text of " + style.fontSize + ": " + name(e));
  }
  let targets = 0;
  for (const e of document.querySelectorAll("a, summary, button, select, textarea, input:not([type=hidden])")) {
    if (e.matches("label input") || e.closest("p:not(.back):not(.field)") || e.closest(".skip") || e.closest("svg") && e.tabIndex < 0 || !e.checkVisibility()) continue;
    const r = e.getBoundingClientRect();
    targets++;
    if (r.width < 43.5 || r.height < 43.5) wrong.push("target of " + r.width.toFixed(1) + " x " + r.height.toFixed(1) + ": " + name(e));
  }
  const ids = new Set();
  for (const e of document.querySelectorAll("[id]")) { if (ids.has(e.id)) wrong.push("id twice: " + e.id); ids.add(e.id); }
  for (const a of document.querySelectorAll("a[href]")) { const h = a.getAttribute("href"); if ((h.startsWith("#") || location.protocol === "file:") && !ids.has(decodeURIComponent(h.slice(1)))) wrong.push("leads nowhere: " + h); }
  if (getComputedStyle(document.body).fontSize !== "15px") wrong.push("the style sheet is not in force");
  return {wrong, seen, targets, least, height: root.scrollHeight};
})(%q)`

type measured struct {
	Wrong   []string `json:"wrong"`
	Seen    int      `json:"seen"`
	Targets int      `json:"targets"`
	Least   float64  `json:"least"`
	Height  int64    `json:"height"`
}

// startBrowser starts a Chromium with an empty profile, and what else is asked of it,
// and returns a tab.
func startBrowser(t *testing.T, path string, limit time.Duration, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	opts := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	}
	opts = append(opts, more...)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	alloc, stop := chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(stop)
	tab, done := chromedp.NewContext(alloc, chromedp.WithErrorf(func(string, ...any) {}))
	t.Cleanup(done)
	return tab
}

// look opens a page, unless the address is "", where it is open already, and sees it.
func look(tab context.Context, t *testing.T, address, aside string, v View) measured {
	t.Helper()
	hear(tab, t)
	call(tab, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: v.Width, Height: 900, DeviceScaleFactor: 1, Mobile: v.Width < 500})
	call(tab, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: v.Scheme}}})
	if address != "" {
		err := chromedp.Do(tab, chromedp.Navigate(address),
			chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => d.open = true)`))
		if err != nil {
			t.Fatal(err)
		}
	}
	return see(tab, t, aside, v)
}

// hear has the browser tell what its pages say.
func hear(tab context.Context, t *testing.T) {
	t.Helper()
	call(tab, t, network.Enable, network.EnableParams{})
	call(tab, t, log.Enable, cdp.Empty{})
	call(tab, t, runtime.Enable, cdp.Empty{})
}

// see reports what is wrong with the page as it stands, and keeps a picture of it.
func see(tab context.Context, t *testing.T, aside string, v View) measured {
	t.Helper()
	name, width, scheme := v.Page, v.Width, v.Scheme
	m, err := chromedp.Run(tab, chromedp.Evaluate[measured](fmt.Sprintf(measure, aside)))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range m.Wrong {
		t.Errorf("%s at %d, %s: %s", name, width, scheme, w)
	}
	t.Logf("%s at %d, %s: %d texts, least contrast %.2f, %d targets, %d px high", name, width, scheme, m.Seen, m.Least, m.Targets, m.Height)
	if *screenshots == "" {
		return m
	}
	// A browser draws no picture of any height, so a long page is kept in pieces.
	const piece = 8000
	beyond := true
	for top := int64(0); top < m.Height; top += piece {
		shot := call(tab, t, page.CaptureScreenshot, page.CaptureScreenshotParams{
			CaptureBeyondViewport: &beyond,
			Clip:                  &page.Viewport{Y: float64(top), Width: float64(width), Height: float64(min(m.Height-top, piece)), Scale: 1},
		})
		file := filepath.Join(*screenshots, fmt.Sprintf("%s-%d-%s-%d.png", name, width, scheme, top/piece))
		if err := os.WriteFile(file, shot.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// call runs one command of the browser's protocol.
func call[P, R any](tab context.Context, t *testing.T, cmd cdp.Command[P, R], params P) R {
	t.Helper()
	out, err := chromedp.Call(tab, cmd, params)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
