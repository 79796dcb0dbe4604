// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"daylight/account"
	"daylight/checkin"
	"daylight/internal/htmlcheck"
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

// usesKeyboard does a whole check-in, camera included, with the keyboard and a screen
// reader: every step tells its heading, which has the focus, what to do, and each
// control by its name.
func (p *walk) usesKeyboard() {
	plan := url.Values{"asked": {checkin.Window, checkin.Hand}, "typed": {"on"}, "connection": {"on"}, "answer_hours": {"24"}, "box_minutes": {"10"}}
	p.c.as(account.HR).post("/check-in-plan", "/check-in-plan", plan).want(p.T, http.StatusSeeOther)
	p.isSentLink()
	p.w.Open(p.page())
	hears(p.T, p.w, "the invitation",
		htmlcheck.Heard{Role: "RootWebArea", Name: p.words("title")}, htmlcheck.Heard{Role: "heading", Name: p.words("title")}, htmlcheck.Heard{Role: "heading", Name: p.words("what.title")},
		htmlcheck.Heard{Role: "button", Name: p.words("agree")}, htmlcheck.Heard{Role: "button", Name: p.words("another.do")}, htmlcheck.Heard{Role: "button", Name: p.words("refuse.do")},
		htmlcheck.Heard{Role: "textbox", Name: p.words("another.words")})
	presses(p.T, p.w, p.words("agree"))
	p.asked()
	steps := p.c.last(p.T).Steps
	for i, step := range steps {
		p.stands(step.Kind)
		use := map[string]string{checkin.Camera: "camera.do", checkin.Connection: "connection.do", checkin.Typed: "typed.do"}[step.Kind]
		want := []htmlcheck.Heard{
			{Role: "heading", Name: p.words(step.Kind + ".title")},
			{Role: "StaticText", Name: p.words(step.Kind+".text", "drawn", step.Drawn)},
			{Role: "StaticText", Name: p.words("run.step", "n", i+1, "of", len(steps))},
			{Role: "button", Name: p.words("run.more")},
			{Role: "button", Name: p.words("run.stop")},
		}
		if use == "" {
			use = "take"
			want = append(want, htmlcheck.Heard{Role: "button", Name: p.words("skip")}, htmlcheck.Heard{Role: "Video", Name: p.words("picture")})
		}
		if step.Kind == checkin.Typed {
			want = append(want, htmlcheck.Heard{Role: "textbox", Name: p.words("typed.label")})
		}
		hears(p.T, p.w, step.Kind, append(want, htmlcheck.Heard{Role: "button", Name: p.words(use)})...)
		p.look("keyboard-" + step.Kind)
		if step.Kind == checkin.Typed {
			p.w.Keys(kb.Tab + step.Drawn) // the first thing after the heading is the field
			p.w.Keys(kb.Enter)
			continue
		}
		presses(p.T, p.w, p.words(use))
	}
	p.arrives("review.title")
	hears(p.T, p.w, "the review", htmlcheck.Heard{Role: "heading", Name: p.words("review.title")}, htmlcheck.Heard{Role: "button", Name: p.words("hand.in")}, htmlcheck.Heard{Role: "button", Name: p.words("delete")})
	presses(p.T, p.w, p.words("hand.in"))
	p.arrives("done.title")
	hears(p.T, p.w, "the end", htmlcheck.Heard{Role: "heading", Name: p.words("done.title")}, htmlcheck.Heard{Role: "link", Name: p.words("copy.page")})
	c := p.holds(held{
		State: checkin.Finished, Camera: "fake_device_0", Records: "call, interview, interview", Consents: 1, Lights: 2, Measured: true,
		Steps: "camera done, connection done, hand done, typed done, window done",
	})
	if c.Typing == nil || !c.Typing.Right || c.Typing.N != 11 {
		p.Errorf("typing is %+v", c.Typing)
	}
}
