// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"daylight/account"
	"daylight/checkin"
	"daylight/internal/htmlcheck"
	"daylight/store"
	"daylight/texts"
	"daylight/vantage"
)

// sizes are those of a phone and of a computer.
var sizes = []int64{390, 1280}

// way is a way through a check-in, at the size of the window.
type way struct {
	width int64
	goes  func(*walk)
}

// phone and computer are ways at these sizes. A page of a check-in is as wide as it may
// be on either, its script asks for no size, and [walk.look] looks at both: so each way
// is gone once, half of them on a telephone. [TestCheckInTwoPeople] goes from the link to
// the end on both.
func phone(goes func(*walk)) way    { return way{390, goes} }
func computer(goes func(*walk)) way { return way{1280, goes} }

// walks are the ways through a check-in, by the cameras that a browser has.
var walks = []struct {
	name    string
	cameras int
	allowed bool
	ways    map[string]way
}{
	{"one camera", 1, true, map[string]way{
		"all that can be asked":    phone((*walk).asksAll),
		"lost connection":          phone((*walk).losesConnection),
		"expired link":             computer((*walk).comesLate),
		"out of time":              computer((*walk).runsOutOfTime),
		"re-used link":             phone((*walk).sharesLink),
		"refusal":                  computer((*walk).refuses),
		"deletes":                  phone((*walk).deletes),
		"accommodation":            phone((*walk).needsAnotherWay),
		"accommodation in mid-run": computer((*walk).needsAnotherWayInMidRun),
		"keyboard and reader":      computer((*walk).usesKeyboard),
		"keyboard and reader, from the right": phone(func(p *walk) {
			p.Texts = texts.In("ar")
			p.usesKeyboard()
		}),
	}},
	{"two cameras", 2, true, map[string]way{"the second one": computer((*walk).choosesCamera)}},
	{"no camera", 0, true, map[string]way{"none": computer(func(p *walk) { p.goesWithoutCamera("camera.missing", checkin.Missing) })}},
	{"camera not allowed", 1, false, map[string]way{"denied": phone(func(p *walk) { p.goesWithoutCamera("camera.denied", checkin.Denied) })}},
}

// TestCheckInAsPeopleDoIt goes each way through a check-in to its last page, in a
// browser with made-up cameras, on a telephone or a computer: what is drawn on the way is
// looked at in every view, and what the service holds afterwards is what is said.
func TestCheckInAsPeopleDoIt(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range walks {
		t.Run(of.name, func(t *testing.T) {
			film := htmlcheck.Filming(t, of.cameras, of.allowed, 20*time.Minute)
			for _, name := range slices.Sorted(maps.Keys(of.ways)) {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					newWalk(t, string(axe), film, of.ways[name].width).goes(of.ways[name].goes)
				})
			}
		})
	}
}

// walk is one person with a link.
type walk struct {
	*testing.T
	texts.Texts
	c            *console
	w            *htmlcheck.Window
	other        func() *htmlcheck.Window // of somebody else
	handle, path string
	axe          string
	take         string       // key of the words that take a picture
	later        atomic.Int64 // by how much the clock has jumped
	consents     int          // that were recorded
	remarks      []string     // of the browser, that belong to the way
}

func newWalk(t *testing.T, axe string, film func(*testing.T, string) *htmlcheck.Window, width int64) *walk {
	t.Helper()
	p := &walk{T: t, Texts: texts.In("en"), axe: axe, take: "take"}
	st, began := sampleStore(t), time.Now()
	p.c = newConsole(t, withNetwork, func(o *Options) {
		o.Store = st
		o.Now = func() time.Time { return start.Add(time.Since(began) + time.Duration(p.later.Load())) }
	})
	p.handle = p.c.applicant(t)
	p.other = func() *htmlcheck.Window {
		w := film(t, p.c.http.URL)
		w.Width(width)
		return w
	}
	p.w = p.other()
	return p
}

// goes goes a way.
func (p *walk) goes(way func(*walk)) {
	p.Helper()
	p.w.Watch()
	way(p)
	p.w.Said(p.remarks...)
}

// isSentLink has somebody make a link, who signs in anew after the clock has jumped.
func (p *walk) isSentLink() {
	p.Helper()
	if p.later.Load() > 0 {
		p.c.now = p.c.Now()
		p.c.clients[account.HR] = p.c.again(p.T, account.HR)
	}
	p.path = p.c.madeCheckin(p.T, p.handle)
}

// page is the page of the link in the person's language.
func (p *walk) page() string { return p.path + "?l=" + p.Code }

// look looks at the page that is open, at every size and in every scheme.
func (p *walk) look(state string) {
	p.Helper()
	p.w.Look("walk-"+state+"-"+p.Code, asideSelector, p.axe, axeCheck, everyView)
}

// touch presses the button with the words, where no page is opened.
func (p *walk) touch(key string) {
	p.Helper()
	p.w.Touch(fmt.Sprintf("//button[normalize-space(.)=%q]", p.words(key)))
}

// words is a text of the pages.
func (p *walk) words(key string, pairs ...any) string { return p.Texts.T(key, pairs...) }

// arrives waits for the page with the title.
func (p *walk) arrives(key string) {
	p.Helper()
	p.w.Until(fmt.Sprintf("document.querySelector('h1')?.textContent === %q && document.readyState === 'complete'", p.words(key)))
}

// says waits for words under the step, beside a button that can be pressed.
func (p *walk) says(key string) {
	p.Helper()
	p.w.Until(fmt.Sprintf("document.getElementById('status')?.textContent === %q && !document.getElementById('go').disabled", p.words(key)))
}

// stands waits for the step of a kind, which has the focus.
func (p *walk) stands(kind string) {
	p.Helper()
	stands(p.w, p.words(kind+".title"))
}

// begins opens the link and agrees; nothing is there before.
func (p *walk) begins() {
	p.Helper()
	if status := p.w.Open(p.page()); status != http.StatusOK {
		p.Fatalf("the link answers %d", status)
	}
	p.arrives("title")
	p.holds(held{State: checkin.Invited, Consents: p.consents})
	p.consents = 1 // one row, whatever was agreed to before
	p.w.Press(p.words("agree"))
	p.stands(checkin.Camera)
	if n := p.w.Count("video[srcObject]"); n != 0 {
		p.Error("a camera runs before the person switched it on")
	}
}

// keepsStills gives what the person applied for a plan by which pictures are kept.
func (p *walk) keepsStills() {
	p.c.keepsStills(p.T, p.handle)
	p.take = "take.still"
}

// films turns the camera on.
func (p *walk) films() {
	p.Helper()
	p.touch("camera.do")
	p.w.Until(fmt.Sprintf("document.getElementById('go').textContent === %q && !document.getElementById('go').disabled && document.getElementById('view').videoWidth > 0", p.words(p.take)))
}

// asked is the kind of the step that stands.
func (p *walk) asked() string {
	p.Helper()
	p.w.Until("document.getElementById('step')?.textContent && document.activeElement?.id === 'step' && !document.getElementById('go').disabled")
	title := p.w.Text("#step")
	for _, kind := range append(checkin.Challenges(), checkin.Camera, checkin.Typed, checkin.Connection) {
		if p.words(kind+".title") == title {
			return kind
		}
	}
	p.Fatalf("no step is called %q", title)
	return ""
}

// answers does a challenge and waits for the next step.
func (p *walk) answers(key string) {
	p.Helper()
	before := p.w.Text("#count")
	p.touch(key)
	p.w.Until(fmt.Sprintf("document.getElementById('count').textContent !== %q", before))
}

// measures does the last step, and handsIn all of it.
func (p *walk) measures() {
	p.Helper()
	p.stands(checkin.Connection)
	p.touch("connection.do")
	p.arrives("review.title")
}

func (p *walk) handsIn() {
	p.Helper()
	p.w.Press(p.words("hand.in"))
	p.arrives("done.title")
}

// isGone holds that the link opens nothing in a browser.
func (p *walk) isGone(w *htmlcheck.Window) {
	p.Helper()
	if status := w.Open(p.page()); status != http.StatusGone {
		p.Errorf("the link answers %d", status)
	}
	w.Wants(p.words("gone.title"))
	p.remarks = append(p.remarks, "status of 410")
}

// held is what the service has of a check-in.
type held struct {
	State    checkin.State
	Steps    string // kinds and outcomes, in order of the alphabet
	Camera   string
	Records  string // their kinds
	Consents int
	Stills   int
	Lights   int // pictures of which the brightness is known
	Measured bool
}

// allDone is a check-in of which everything was done.
var allDone = held{
	State: checkin.Finished, Steps: "camera done, connection done, fingers done, window done", Camera: "fake_device_0",
	Records: "call, interview", Consents: 1, Stills: 2, Lights: 2, Measured: true,
}

// holds compares what the service has with what it should have. Whatever it has came
// after the agreement.
func (p *walk) holds(want held) *checkin.CheckIn {
	p.Helper()
	c := p.c.last(p.T)
	got := held{State: c.State, Camera: c.Camera, Measured: c.Path != nil && c.Path.Rounds == vantage.Rounds && c.Zone != "" && c.From.IsValid()}
	var steps, kinds []string
	for _, s := range c.Steps {
		if c.Agreed.IsZero() || s.Asked.Before(c.Agreed) && !s.Asked.IsZero() {
			p.Errorf("%s was asked %v, agreed to was %v", s.Kind, s.Asked, c.Agreed)
		}
		if s.Outcome != "" {
			steps = append(steps, s.Kind+" "+s.Outcome)
		}
		if s.Light != nil {
			got.Lights++
		}
	}
	slices.Sort(steps)
	got.Steps = strings.Join(steps, ", ")
	for _, r := range p.c.rows(p.T, store.Records, store.Query{Bare: true, Where: []store.Cond{{Column: "file", Op: store.Equal, Text: "interviews"}}}) {
		kinds = append(kinds, r.Text["kind"])
	}
	slices.Sort(kinds)
	got.Records = strings.Join(kinds, ", ")
	for _, n := range p.c.rows(p.T, store.Notices, store.Query{Bare: true}) {
		if n.Text["kind"] == checkin.Consent {
			got.Consents++
		}
	}
	got.Stills = len(p.c.rows(p.T, store.Stills, store.Query{Bare: true}))
	if got != want {
		p.Errorf("the service has\n%+v, want\n%+v", got, want)
	}
	return c
}

// sweeps has the service delete on time, a while later.
func (p *walk) sweeps(after time.Duration) {
	p.Helper()
	p.later.Add(int64(after))
	if err := checkin.Sweep(p.Context(), p.c.Store, p.c.Now()); err != nil {
		p.Fatal(err)
	}
}

// asksAll does every challenge there is and the step of typing, by a plan that keeps no
// picture; once the camera ends by itself.
func (p *walk) asksAll() {
	plan := url.Values{"asked": checkin.Challenges(), "typed": {"on"}, "connection": {"on"}, "answer_hours": {"24"}, "box_minutes": {"10"}}
	p.c.as(account.HR).post("/check-in-plan", "/check-in-plan", plan).want(p.T, http.StatusSeeOther)
	p.isSentLink()
	p.begins()
	p.look("camera")
	p.films()
	for n := range checkin.Challenges() {
		kind := p.asked()
		p.look(kind)
		if n == 2 {
			p.w.Until("document.getElementById('view').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))")
			p.says("camera.failed")
			p.look("camera-ended")
			p.films()
		}
		p.answers(p.take)
	}
	p.stands(checkin.Typed)
	if p.w.Shows("#view") {
		p.Error("the camera is still on while digits are typed")
	}
	digits := regexp.MustCompile(`\d{12}`).FindString(p.w.Text("#text"))
	p.w.Touch("//input[@id='digits']")
	for _, d := range digits {
		p.w.Keys(string(d))
	}
	p.look("typed")
	p.touch("typed.do")
	p.stands(checkin.Connection)
	p.asksForMoreTime()
	p.look("connection")
	p.measures()
	p.w.Wants(p.words("row.typing"))
	if strings.Contains(p.w.Text("main"), p.words("run.more")) {
		p.Error("more time is offered, and there is none")
	}
	p.look("review")
	p.handsIn()
	p.look("done")
	c := p.holds(held{
		State: checkin.Finished, Camera: "fake_device_0", Records: "call, interview, interview", Consents: 1, Lights: 5, Measured: true,
		Steps: "camera done, connection done, fingers done, hand done, near done, profile done, typed done, window done",
	})
	if y := c.Typing; y == nil || !y.Right || y.N != len(digits)-1 || y.Median == 0 {
		p.Errorf("typing %q is %+v", digits, y)
	}
}
