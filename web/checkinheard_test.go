// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"daylight/checkin"
	"daylight/internal/htmlcheck"
	"daylight/store"
)

// spokenRoles are those that a screen reader has to have a name for.
var spokenRoles = []string{"button", "link", "textbox", "combobox", "checkbox", "image", "img", "Video", "region", "table", "navigation"}

// hears checks what a screen reader is told of a page: a name for all that can be used
// or looked at, and what is wanted by role and name.
func hears(t *testing.T, w *htmlcheck.Window, page string, want ...htmlcheck.Heard) {
	t.Helper()
	told := w.Heard()
	for _, h := range told {
		if slices.Contains(spokenRoles, h.Role) && strings.TrimSpace(h.Name) == "" {
			t.Errorf("%s: a %s has no name", page, h.Role)
		}
	}
	for _, h := range want {
		if !slices.Contains(told, h) {
			t.Errorf("%s: no %s is called %q: %v", page, h.Role, h.Name, told)
		}
	}
}

// presses goes to what has the words by the tab key, and uses it by the enter key.
func presses(t *testing.T, w *htmlcheck.Window, words string) {
	t.Helper()
	for range 30 {
		w.Keys(kb.Tab) // away from a heading, which may be called the same
		if w.Focused() == words {
			w.Keys(kb.Enter)
			return
		}
	}
	t.Fatalf("the keyboard does not reach %q", words)
}

// TestCheckInHeard does a whole check-in, camera included, with the keyboard and a
// screen reader, in each language: every step tells its heading, which has the focus,
// what to do, and each control by its name.
func TestCheckInHeard(t *testing.T) {
	for _, l := range checkin.Languages() {
		t.Run(l.Code, func(t *testing.T) {
			film, words := htmlcheck.Filming(t, 1, true, patient), checkin.TextsIn(l.Code)
			c, _, path := filmed(t)
			w := film(c.http.URL)
			w.Width(390)
			w.Open(path + "?l=" + l.Code)
			hears(t, w, "the invitation",
				htmlcheck.Heard{Role: "RootWebArea", Name: words.T("title")}, htmlcheck.Heard{Role: "heading", Name: words.T("title")}, htmlcheck.Heard{Role: "heading", Name: words.T("what.title")},
				htmlcheck.Heard{Role: "button", Name: words.T("agree")}, htmlcheck.Heard{Role: "button", Name: words.T("another.do")}, htmlcheck.Heard{Role: "button", Name: words.T("refuse.do")},
				htmlcheck.Heard{Role: "textbox", Name: words.T("another.words")})
			presses(t, w, words.T("agree"))
			w.Until("!!document.getElementById('count')?.textContent")
			steps := c.last(t).Steps
			for i, step := range steps {
				w.Until(fmt.Sprintf("document.getElementById('step')?.textContent === %q && document.activeElement?.id === 'step' && !document.getElementById('go').disabled", words.T(step.Kind+".title")))
				use := map[string]string{checkin.Camera: words.T("camera.do"), checkin.Connection: words.T("connection.do")}[step.Kind]
				want := []htmlcheck.Heard{
					{Role: "heading", Name: words.T(step.Kind + ".title")},
					{Role: "StaticText", Name: words.T(step.Kind+".text", "drawn", step.Drawn)},
					{Role: "StaticText", Name: words.T("run.step", "n", i+1, "of", len(steps))},
					{Role: "button", Name: words.T("run.more")},
					{Role: "button", Name: words.T("run.stop")},
				}
				if use == "" {
					use = words.T("take")
					want = append(want, htmlcheck.Heard{Role: "button", Name: words.T("skip")}, htmlcheck.Heard{Role: "Video", Name: words.T("picture")})
				}
				hears(t, w, step.Kind, append(want, htmlcheck.Heard{Role: "button", Name: use})...)
				presses(t, w, use)
			}
			w.Until(fmt.Sprintf("document.querySelector('h1').textContent === %q", words.T("review.title")))
			hears(t, w, "the review", htmlcheck.Heard{Role: "heading", Name: words.T("review.title")}, htmlcheck.Heard{Role: "button", Name: words.T("hand.in")}, htmlcheck.Heard{Role: "button", Name: words.T("delete")})
			presses(t, w, words.T("hand.in"))
			w.Until(fmt.Sprintf("document.querySelector('h1').textContent === %q", words.T("done.title")))
			hears(t, w, "the end", htmlcheck.Heard{Role: "heading", Name: words.T("done.title")}, htmlcheck.Heard{Role: "link", Name: words.T("copy.page")})
			if got := c.last(t); got.State != checkin.Finished || got.Camera != "fake_device_0" {
				t.Errorf("handed in by the keyboard: %+v", got)
			}
		})
	}
}

// TestCheckInExpires opens a link whose time is over in a browser, and one whose time
// runs out while the page is open: each says so, and nothing is kept.
func TestCheckInExpires(t *testing.T) {
	film := htmlcheck.Filming(t, 1, true, patient)
	st := sampleStore(t)
	began, later := time.Now(), atomic.Int64{}
	c := newConsole(t, func(o *Options) {
		o.Store = st
		o.Now = func() time.Time { return start.Add(time.Since(began) + time.Duration(later.Load())) }
	})
	handle := c.applicant(t)
	late, over := c.madeCheckin(t, handle), c.madeCheckin(t, handle)
	w := film(c.http.URL)
	w.Width(390)
	w.Open(over)
	w.Press("I agree, start")
	stands(w, "Turn on your camera")
	later.Store(int64(16 * time.Minute))
	w.Touch("//button[normalize-space(.)='Go on without a camera']")
	w.Until("document.querySelector('h1').textContent === 'The time is over'")
	hears(t, w, "out of time", htmlcheck.Heard{Role: "heading", Name: "The time is over"})
	later.Store(int64(49 * time.Hour))
	if status := w.Open(late + "?l=ar"); status != http.StatusGone {
		t.Errorf("a link that ran out answers %d", status)
	}
	w.Wants(checkin.TextsIn("ar").T("gone.title"))
	w.Shoot("checkin-expired-ar")
	if n := len(c.rows(t, store.Stills, store.Query{Bare: true})) + len(c.rows(t, store.Records, store.Query{Bare: true, Where: []store.Cond{{Column: "file", Op: store.Equal, Text: "interviews"}}})); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}
