// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/checkin"
	"daylight/internal/htmlcheck"
	"daylight/interview"
	"daylight/store"
	"daylight/texts"
	"daylight/vantage"
)

// patient is how long a test with a browser may take.
const patient = 3 * time.Minute

// filmed is a console with a running clock, and the path of a link to a check-in that
// keeps pictures.
func filmed(t *testing.T, change ...func(*Options)) (c *console, handle, path string) {
	t.Helper()
	st := sampleStore(t)
	c = newConsole(t, append([]func(*Options){func(o *Options) { o.Store = st }, running, withNetwork}, change...)...)
	handle = c.applicant(t)
	c.keepsStills(t, handle)
	return c, handle, c.madeCheckin(t, handle)
}

// stands waits for the step with the title, which takes the focus so that a screen
// reader reads on there.
func stands(w *htmlcheck.Window, title string) {
	w.Until(fmt.Sprintf("document.getElementById('step')?.textContent === %q && document.activeElement?.id === 'step' && !document.getElementById('go').disabled", title))
}

// challenges does what is asked before the camera, in whatever order it was drawn.
func challenges(w *htmlcheck.Window, n int) {
	const stands = "['Show a window', 'Show fingers'].includes(document.getElementById('step').textContent) && !document.getElementById('go').disabled && !document.getElementById('view').hidden"
	for range n {
		w.Until(stands)
		before := w.Text("#count")
		w.Touch("//button[normalize-space(.)='Take the picture now']")
		w.Until(fmt.Sprintf("document.getElementById('count')?.textContent !== %q", before))
	}
}

// TestCheckInAccessible looks at each page of a check-in that a person sees, as
// TestPagesAccessible does at those of the console, in both directions of writing.
func TestCheckInAccessible(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	c, handle, path := filmed(t)
	var pages []htmlcheck.Visited
	look := func(name string, status int, path string, person *client) {
		for _, l := range texts.Languages() {
			v := htmlcheck.Visited{Name: "checkin-page-" + name + "-" + l.Code, Path: path + "?l=" + l.Code, Status: status, Views: everyView}
			for _, k := range []string{visitCookie, formCookie} {
				v.Cookies = append(v.Cookies, [2]string{c.cookieName(k), person.cookie(c, k)})
			}
			pages = append(pages, v)
		}
	}
	begin := func(path string) *client {
		person := c.client(t)
		person.post(path, path, act("agree")).want(t, http.StatusSeeOther)
		return person
	}
	look("invited", 0, path, c.client(t))
	running := c.madeCheckin(t, handle)
	look("run", 0, running, begin(running))
	over := c.madeCheckin(t, handle)
	person := begin(over)
	person.step(over, nil, nil)
	_, next := person.step(over, map[string]any{"step": 0, "outcome": "missing"}, nil)
	person.step(over, map[string]any{"step": next.Number, "outcome": "failed", "zone": "Asia/Tokyo"}, nil)
	look("review", 0, over, person)
	look("closed", http.StatusGone, "/check-in/none", c.client(t))
	htmlcheck.Visit(t, c.http.URL, asideSelector, string(axe), axeCheck, pages)

	person.post(over, over, act("finish")).want(t, http.StatusSeeOther)
	pages = nil
	look("done", 0, over, person)
	htmlcheck.Visit(t, c.http.URL, asideSelector, string(axe), axeCheck, pages)
}

// last is the newest check-in.
func (c *console) last(t *testing.T) *checkin.CheckIn {
	t.Helper()
	var out *checkin.CheckIn
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.CheckIns, store.Query{Bare: true, By: "made", Desc: true, Limit: 1}) {
			if err != nil {
				return err
			}
			out, err = checkin.Get(r, row.Key, c.Now())
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || out == nil {
		t.Fatalf("no check-in: %v", err)
	}
	return out
}

// sheet is the one interview of a person.
func (c *console) sheet(t *testing.T, handle string) interview.Sitting {
	t.Helper()
	var all []interview.Sitting
	c.change(t, func(w store.Writer) (err error) {
		all, err = interview.SittingsOf(w, handle)
		return err
	})
	if len(all) != 1 {
		t.Fatalf("%d interviews", len(all))
	}
	return all[0]
}

// TestCheckInTwoPeople has an interviewer invite somebody in one browser, and the
// candidate do the whole check-in in another, both at the size of a phone and of a
// computer. While the candidate is at it the interviewer records the outcomes of an
// interview on its sheet; then they look at the check-in and write down what they saw.
// Both are kept.
func TestCheckInTwoPeople(t *testing.T) {
	film := htmlcheck.Filming(t, 1, true, patient)
	office := htmlcheck.Windows(t, true, patient)
	for _, width := range sizes {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			points, _ := vantages(t, "Vienna office")
			c, handle, _ := filmed(t, points)
			interviewer := office(c.http.URL)
			interviewer.Width(width)
			interviewer.Cookie(c.cookieName(sessionCookie), c.as(account.HR).cookie(c, sessionCookie))
			interviewer.Open("/people/" + handle + "/check-ins")
			interviewer.Press("Make a link")
			link := interviewer.Text("code.secret")

			w := film(t, c.http.URL)
			w.Width(width)
			if status := w.Open(link); status != http.StatusOK {
				t.Fatalf("the link answers %d", status)
			}
			w.Wants("Saying no does not count against you.")
			w.Shoot(fmt.Sprintf("checkin-invited-%d", width))
			w.Press("I agree, start")
			stands(w, "Turn on your camera")
			if n := w.Count("video[srcObject]"); n != 0 {
				t.Error("a camera runs before the person switched it on")
			}
			w.Touch("//button[normalize-space(.)='Turn on the camera']")
			w.Until("document.getElementById('count').textContent === 'Step 2 of 4' && !document.getElementById('go').disabled")
			w.Shoot(fmt.Sprintf("checkin-challenge-%d", width))
			challenges(w, 2)
			stands(w, "Your line")
			interviewer.Open(c.sittingOf(t, handle))
			interviewer.Choose("What became of it: Camera on", "it was on for most of the conversation")
			interviewer.Choose("What became of it: Look out of a window", "it was light outside")
			interviewer.Press("Record the interview")
			interviewer.Wants("Recorded.")
			if k := c.last(t); k.State != checkin.Started {
				t.Errorf("while the interview is recorded the check-in is %s", k.State)
			}
			w.Touch("//button[normalize-space(.)='Measure']")
			w.Until("document.readyState === 'complete' && document.querySelector('h1').textContent === 'This is all that was collected'")
			w.Wants("Exampleton")
			w.Wants("fake_device_0")
			if n := w.Count("img.still"); n != 2 {
				t.Errorf("%d pictures are shown", n)
			}
			w.Shoot(fmt.Sprintf("checkin-review-%d", width))
			w.Press("Hand it in")
			w.Wants("It is handed in.")
			w.Shoot(fmt.Sprintf("checkin-done-%d", width))
			copied, err := os.ReadFile(w.Download("Download a copy to read"))
			if err != nil || !strings.Contains(string(copied), "fake_device_0") || strings.Count(string(copied), "data:image/jpeg") != 2 {
				t.Errorf("the copy: %d bytes, %v", len(copied), err)
			}
			got := c.last(t)
			if got.Path == nil || got.Path.Rounds != vantage.Rounds || got.Zone == "" || got.Steps[1].Light == nil || got.Steps[1].Seen == nil {
				t.Fatalf("collected %+v", got.Collected)
			}
			// The page and the service measure the same picture alike.
			if a, b := got.Steps[1].Light.Mean, got.Steps[1].Seen.Mean; a < b-0.03 || a > b+0.03 || b == 0 {
				t.Errorf("the page measures %.3f, the service %.3f", a, b)
			}
			// The page's policy let it connect to the vantage point.
			if len(got.Ways) != 1 || got.Ways[0].Path.Rounds != vantage.Rounds {
				t.Errorf("from the vantage point: %+v", got.Ways)
			}
			if apart, known := got.Path.Apart(); known && apart {
				t.Errorf("a browser on this machine looks relayed: %+v", got.Path)
			}

			sheet := c.sheet(t, handle)
			if sheet.Recorded == nil || sheet.Recorded.By != c.as(account.HR).who.Account || sheet.Recorded.Outcomes[interview.Camera] != "on" || sheet.Recorded.Outcomes[interview.Window] != "bright" {
				t.Errorf("the interview is kept as %+v", sheet.Recorded)
			}
			interviewer.Open("/check-ins/" + got.ID)
			interviewer.Wants("the sun stands")
			interviewer.Wants("Handed in.")
			interviewer.Choose("Show a window", "It is dark outside")
			interviewer.Press("Write it down")
			interviewer.Wants("Show a window: it is dark outside")
			interviewer.Shoot(fmt.Sprintf("checkin-result-%d", width))
			if r := c.last(t).Readings; len(r) != 1 || !maps.Equal(r[0].Outcomes, map[string]string{checkin.Window: "dark"}) || r[0].By != c.as(account.HR).who.Account {
				t.Errorf("what was written down is kept as %+v", r)
			}
			w.Open(link)
			w.Wants("It is handed in.")
		})
	}
}

// TestCheckInWithoutScripts: whoever's browser runs none is told so, and can say no or
// ask for another way.
func TestCheckInWithoutScripts(t *testing.T) {
	open := htmlcheck.Windows(t, false, patient)
	c, handle, _ := filmed(t)
	for _, width := range sizes {
		plain := open(c.http.URL)
		plain.Width(width)
		plain.Open(c.madeCheckin(t, handle))
		plain.Press("I agree, start")
		plain.Wants("your browser does not run it")
		plain.Shoot(fmt.Sprintf("checkin-noscript-%d", width))
		plain.Type("Do you want to tell us something? You do not have to.", "I use no scripts")
		plain.Press("I need another way")
		plain.Wants("We will find another way")
		if got := c.last(t); got.State != checkin.Another || got.Words != "I use no scripts" || len(got.Steps) != 0 {
			t.Errorf("the wish is %+v", got)
		}
		plain.Open(c.madeCheckin(t, handle))
		plain.Press("No, I do not want this")
		plain.Wants("You said no. That is fine.")
		if got := c.last(t); got.State != checkin.Refused {
			t.Errorf("the refusal is %+v", got)
		}
	}
}
