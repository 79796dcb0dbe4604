// SPDX-License-Identifier: Apache-2.0

package htmlcheck

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Window is a browser window of one person, who clicks and types: what is found by
// its visible words is found as a reader finds it. It shares no cookies with other
// windows. A method that cannot do what it says fails the test.
type Window struct {
	t    *testing.T
	base string
	tab  context.Context
	// width is how wide the window is, and said what its pages said.
	width int64
	said  *noise
}

// Windows starts a Chromium, for as long as limit, and returns what opens windows of
// the site at a base. Pages run scripts only if scripts is set. Without a browser the
// test is skipped, as [Look] says.
func Windows(t *testing.T, scripts bool, limit time.Duration) func(base string) *Window {
	t.Helper()
	open := windows(Browser(t, limit), t, scripts)
	return func(base string) *Window {
		t.Helper()
		return open(t, base)
	}
}

// windows returns what opens windows of a browser for a test, which may be another than
// the one the browser was started for.
func windows(first context.Context, t *testing.T, scripts bool) func(t *testing.T, base string) *Window {
	t.Helper()
	if err := chromedp.Do(first); err != nil {
		t.Fatal(err)
	}
	return func(t *testing.T, base string) *Window {
		t.Helper()
		tab, done := chromedp.NewContext(first, chromedp.WithNewBrowserContext())
		t.Cleanup(done)
		w := &Window{t: t, base: base, tab: tab}
		w.Width(1280)
		w.still("light")
		// Of several windows one has the focus; each is to be as if it were that one.
		call(tab, t, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		call(tab, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
		return w
	}
}

// still shows pages in a colour scheme, with nothing that glides: a click lands where
// the target was.
func (w *Window) still(scheme string) {
	w.t.Helper()
	call(w.tab, w.t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-reduced-motion", Value: "reduce"}, {Name: "prefers-color-scheme", Value: scheme},
	}})
}

// patience is how long a page may take to show or do something.
const patience = time.Minute

func (w *Window) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.tab, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		w.t.Fatalf("%s: %v\n%s", what, err, w.Text("body"))
	}
}

// load does something that opens a page, and returns the status of the answer.
func (w *Window) load(what string, step chromedp.Action[chromedp.Void]) int {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.tab, patience)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, step)
	if err != nil || res == nil {
		w.t.Fatalf("%s: %v\n%s", what, err, w.Text("body"))
	}
	return int(res.Status)
}

// Open opens a page by its path, or by a whole address of the site, and returns the
// status of the answer.
func (w *Window) Open(path string) int {
	w.t.Helper()
	return w.load("open "+path, chromedp.Navigate(w.base+strings.TrimPrefix(path, w.base)))
}

// found is what an XPath expression finds.
func found(path string) chromedp.Search { return chromedp.Search(path) }

// quoted is a text as XPath writes it; texts hold no double quotes.
func quoted(text string) string { return `"` + text + `"` }

// Follow clicks the link with the words, and returns the status of the answer.
func (w *Window) Follow(words string) int {
	w.t.Helper()
	return w.FollowAt("//a[normalize-space(.)=" + quoted(words) + "]")
}

// FollowAt clicks the link that an XPath expression finds first. A script may put a
// newer part of the page under the click, which then opens nothing, as it does under a
// person's: it is clicked again.
func (w *Window) FollowAt(path string) int {
	w.t.Helper()
	at, err := chromedp.Run(w.tab, chromedp.Location())
	if err != nil {
		w.t.Fatalf("follow %s: %v", path, err)
	}
	for range 2 {
		ctx, cancel := context.WithTimeout(w.tab, patience/3)
		res, err := chromedp.RunResponse(ctx, chromedp.Click(found(path)))
		cancel()
		if err == nil && res != nil {
			return int(res.Status)
		}
		now, err := chromedp.Run(w.tab, chromedp.Location())
		if err != nil || now != at {
			w.t.Fatalf("follow %s: it went to %s without an answer: %v\n%s", path, now, err, w.Text("body"))
		}
	}
	return w.load("follow "+path, chromedp.Click(found(path)))
}

// Press clicks the button with the words and waits for the page that answers.
func (w *Window) Press(words string) int {
	w.t.Helper()
	return w.PressAt("//button[normalize-space(.)=" + quoted(words) + "]")
}

// PressAt clicks the button that an XPath expression finds first. Where a script puts
// the answer into the page that is there, it waits for that; the status is then 0.
func (w *Window) PressAt(path string) int {
	w.t.Helper()
	swapped, err := chromedp.Run(w.tab, chromedp.Evaluate[bool](fmt.Sprintf(`(() => {
  const e = document.evaluate(%q, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE).singleNodeValue;
  if (!window.htmx || !e?.closest("[hx-post], [hx-get]")) return false;
  document.getElementById("main").dataset.old = "yes";
  return true;
})()`, path)))
	if err != nil {
		w.t.Fatalf("press %s: %v", path, err)
	}
	if swapped {
		w.Touch(path)
		w.Until(`document.getElementById("main") && !document.getElementById("main").dataset.old`)
		return 0
	}
	return w.load("press "+path, chromedp.Click(found(path)))
}

// Touch clicks what an XPath expression finds first, where no page is opened.
func (w *Window) Touch(path string) {
	w.t.Helper()
	w.do("click "+path, chromedp.Click(found(path)))
}

// Unfold opens the details with the words as their summary.
func (w *Window) Unfold(words string) {
	w.t.Helper()
	w.Touch("//summary[normalize-space(.)=" + quoted(words) + "]")
}

// Tick clicks the box whose label begins with the words.
func (w *Window) Tick(words string) {
	w.t.Helper()
	w.Touch("//label[starts-with(normalize-space(.)," + quoted(words) + ")]//input")
}

// labelled is the field whose label is the words.
func labelled(label string) string {
	return "//*[@id=//label[normalize-space(.)=" + quoted(label) + "]/@for]"
}

// Type types a text into the field with the label, after what is in it.
func (w *Window) Type(label, text string) {
	w.t.Helper()
	w.TypeAt(labelled(label), text)
}

// TypeAt types a text into the field that an XPath expression finds first.
func (w *Window) TypeAt(path, text string) {
	w.t.Helper()
	w.do("type into "+path, chromedp.SendKeys(found(path), text))
}

// Upload chooses files for the field with the label, as its dialog does.
func (w *Window) Upload(label string, files ...string) {
	w.t.Helper()
	w.do("choose files", chromedp.SetUploadFiles(found(labelled(label)), files))
}

// Choose goes down the list with the label, by the keyboard, to the option with the
// words. The first option has to be the one that is selected.
func (w *Window) Choose(label, option string) {
	w.t.Helper()
	list := labelled(label)
	before := list + "/option[normalize-space(.)=" + quoted(option) + "]/preceding-sibling::option"
	nodes, err := chromedp.Run(w.tab, chromedp.Nodes(found(before)))
	if err != nil {
		w.t.Fatalf("choose %s: %v", option, err)
	}
	w.do("choose "+option, chromedp.Focus(found(list)), chromedp.KeyEvent(strings.Repeat(kb.ArrowDown, len(nodes))))
}

// Text returns the visible text of the first element that fits a CSS selector.
func (w *Window) Text(selector string) string {
	w.t.Helper()
	text, err := chromedp.Run(w.tab, chromedp.Evaluate[string](fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", selector)))
	if err != nil {
		w.t.Fatalf("read %s: %v", selector, err)
	}
	return strings.TrimSpace(text)
}

// Count returns how many elements fit a CSS selector.
func (w *Window) Count(selector string) int {
	w.t.Helper()
	n, err := chromedp.Run(w.tab, chromedp.Evaluate[int](fmt.Sprintf("document.querySelectorAll(%q).length", selector)))
	if err != nil {
		w.t.Fatalf("count %s: %v", selector, err)
	}
	return n
}

// Wants fails the test unless the page shows the words.
func (w *Window) Wants(words string) {
	w.t.Helper()
	if text := w.Text("body"); !strings.Contains(text, words) {
		w.t.Fatalf("the page does not show %q:\n%s", words, text)
	}
}

// Path is the path of the page that is open, without what its address asks of it.
func (w *Window) Path() string {
	w.t.Helper()
	at, err := chromedp.Run(w.tab, chromedp.Location())
	if err != nil {
		w.t.Fatal(err)
	}
	at, _, _ = strings.Cut(strings.TrimPrefix(at, w.base), "#")
	at, _, _ = strings.Cut(at, "?")
	return at
}

// Cookie has the window send a cookie to the site.
func (w *Window) Cookie(name, value string) {
	w.t.Helper()
	call(w.tab, w.t, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: w.base})
}

// Width sets how wide the window is, in CSS pixels.
func (w *Window) Width(pixels int64) {
	w.t.Helper()
	w.width = pixels
	call(w.tab, w.t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: pixels, Height: 900, DeviceScaleFactor: 1, Mobile: pixels < 500})
}

// Height is how high the page that is open is, in CSS pixels.
func (w *Window) Height() int {
	w.t.Helper()
	n, err := chromedp.Run(w.tab, chromedp.Evaluate[int]("document.scrollingElement.scrollHeight"))
	if err != nil {
		w.t.Fatalf("measure the page: %v", err)
	}
	return n
}

// Shows reports whether the first element that fits a CSS selector is to be seen: a
// closed details hides what is in it.
func (w *Window) Shows(selector string) bool {
	w.t.Helper()
	seen, err := chromedp.Run(w.tab, chromedp.Evaluate[bool](fmt.Sprintf("document.querySelector(%q)?.checkVisibility() ?? false", selector)))
	if err != nil {
		w.t.Fatalf("look for %s: %v", selector, err)
	}
	return seen
}

// Until waits until an expression of the page holds.
func (w *Window) Until(expression string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.tab, patience)
	defer cancel()
	for ; ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		// A page that is just being left answers with an error.
		if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression)); err == nil && ok {
			return
		}
	}
	w.t.Fatalf("never came true: %s\n%s", expression, w.Text("body"))
}

// Keys presses keys, one after the other, where the focus is.
func (w *Window) Keys(keys string) {
	w.t.Helper()
	w.do("press "+keys, chromedp.KeyEvent(keys))
}

// Print returns the page as a printer gets it, as a PDF on A4.
func (w *Window) Print() []byte {
	w.t.Helper()
	return call(w.tab, w.t, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69}).Data
}

// Download clicks the link with the words and returns the file that comes of it.
func (w *Window) Download(words string) string {
	w.t.Helper()
	dir := w.t.TempDir()
	_, err := chromedp.CallBrowser(w.tab, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: chromedp.FromContext(w.tab).BrowserContextID, DownloadPath: dir,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.Touch("//a[normalize-space(.)=" + quoted(words) + "]")
	ctx, cancel := context.WithTimeout(w.tab, patience)
	defer cancel()
	for ; ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		files, err := os.ReadDir(dir)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(files) == 1 && !strings.HasSuffix(files[0].Name(), ".crdownload") && !strings.HasPrefix(files[0].Name(), ".") {
			return filepath.Join(dir, files[0].Name())
		}
	}
	w.t.Fatalf("%s was not downloaded", words)
	return ""
}
