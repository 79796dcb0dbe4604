// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"encoding/json"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/audit"
	"daylight/casework"
	"daylight/checkin"
	"daylight/enrich"
	"daylight/internal/htmlcheck"
	"daylight/interview"
	"daylight/store"
	"daylight/texts"
)

// madeCheckin makes a link to a check-in of a person and returns its path.
func (c *console) madeCheckin(t *testing.T, handle string) string {
	t.Helper()
	page := c.as(account.HR).post("/people/"+handle+"/check-ins", "/people/"+handle+"/check-ins", nil).want(t, http.StatusOK).page(t)
	link := htmlcheck.Text(page.Find("code.secret")[0])
	return strings.TrimPrefix(link, c.http.URL)
}

// keepsStills gives what a person applied for a plan by which pictures are kept.
func (c *console) keepsStills(t *testing.T, handle string) {
	t.Helper()
	err := c.Store.Update(t.Context(), func(w store.Writer) error {
		_, requisition, _, err := interview.PlanFor(w, handle)
		if err != nil {
			return err
		}
		p := interview.Standard(requisition)
		p.Challenges = []string{interview.Camera, interview.Window, interview.Fingers}
		p.Stills, p.KeepDays = true, 7
		_, err = interview.SetPlan(w, interview.Actor{Account: "a-1", Person: "a-1", Roles: []string{interview.RoleHR}}, p, c.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// applicant is the handle of somebody who applied for something.
func (c *console) applicant(t *testing.T) string {
	t.Helper()
	for _, row := range c.rows(t, store.Subjects, store.Query{Where: []store.Cond{{Column: "stage", Op: store.Equal, Text: "applicant"}}}) {
		found := ""
		err := c.Store.View(t.Context(), func(r store.Reader) error {
			_, requisition, _, err := interview.PlanFor(r, row.Key)
			sub, err2 := dossier(row, false)
			if err == nil && err2 == nil && requisition != "" && sub.Claimed != nil && row.Text["merged"] == "" {
				found = row.Key
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if found != "" {
			return found
		}
	}
	t.Fatal("nobody in the sample company applied for something")
	return ""
}

// step sends the answer to a step as the page's script does, and returns the next.
func (c *client) step(path string, answer any, still []byte) (answered, nextStep) {
	c.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("csrf", c.token(path))
	if answer != nil {
		text, err := json.Marshal(answer)
		if err != nil {
			c.t.Fatal(err)
		}
		_ = w.WriteField("answer", string(text))
	}
	if still != nil {
		part, err := w.CreateFormFile("still", "still.jpg")
		if err != nil {
			c.t.Fatal(err)
		}
		_, _ = part.Write(still)
	}
	_ = w.Close()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.base+path+"/step", &body)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Origin", c.base)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	got := c.do(req)
	var next nextStep
	if got.StatusCode == http.StatusOK {
		if err := json.Unmarshal([]byte(got.body), &next); err != nil {
			c.t.Fatal(err)
		}
	}
	return got, next
}

func act(what string) url.Values { return url.Values{"act": {what}} }

// doneCheckin is the id of a check-in of a person that was handed in.
func (c *console) doneCheckin(t *testing.T, handle string) string {
	t.Helper()
	path := c.madeCheckin(t, handle)
	person := c.client(t)
	person.post(path, path, act("agree")).want(t, http.StatusSeeOther)
	person.does(path)
	for _, row := range c.rows(t, store.CheckIns, store.Query{Bare: true, Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: handle}, {Column: "state", Op: store.Equal, Text: string(checkin.Finished)}}}) {
		return row.Key
	}
	t.Fatal("no check-in was handed in")
	return ""
}

// does answers every step of a check-in that was agreed to, and hands it in.
func (c *client) does(path string) {
	c.t.Helper()
	_, next := c.step(path, nil, nil)
	light := map[string]any{"mean": 0.4, "red": 0.3, "green": 0.4, "blue": 0.5}
	for answer := map[string]any{"outcome": "done", "camera": "Front camera"}; !next.Over; answer = map[string]any{"outcome": "done", "light": light} {
		if next.Kind == "connection" {
			answer = map[string]any{"outcome": "failed", "zone": "Asia/Tokyo"}
		}
		answer["step"] = next.Number
		_, next = c.step(path, answer, nil)
	}
	c.post(path, path, act("finish")).want(c.t, http.StatusSeeOther)
}

// TestFollowUpOnThePages goes from a follow-up that is due to its check-in and back: the
// link is made from it, nobody settles it over the person's head, and handing in does.
func TestFollowUpOnThePages(t *testing.T) {
	c := sampleConsole(t)
	_, handle, _ := c.interviewed(t)
	page := "/people/" + handle + "/interviews"
	form := url.Values{"zone": {"Europe/Lisbon"}, "opens": {"09:00"}, "closes": {"17:30"}, "day": {"1", "2", "3", "4", "5"}}
	c.draws(t, c.as(account.Security), handle, form)
	var all []interview.FollowUp
	c.change(t, func(w store.Writer) (err error) {
		all, err = interview.FollowUpsOf(w, handle)
		return err
	})
	c.now = all[0].At.Add(time.Minute)
	cl := c.again(t, account.Security)
	made := cl.post(page, "/follow-ups/"+all[0].ID, url.Values{"invite": {"check-in"}}).want(t, http.StatusOK)
	path := strings.TrimPrefix(htmlcheck.Text(made.page(t).Find("code.secret")[0]), c.http.URL)
	if !strings.Contains(made.body, instant(all[0].Until)) {
		t.Error("the link is not said to end with the follow-up's window")
	}
	person := c.client(t)
	if first := person.get(path).want(t, http.StatusOK).body; !strings.Contains(first, "times drawn by lot") || !strings.Contains(first, "Everyone at the same point") || !strings.Contains(first, "three or more") || strings.Contains(first, "does not count against you") {
		t.Error("the page does not say that it is a follow-up, and what saying no counts for")
	}
	person.post(path, path, act("agree")).want(t, http.StatusSeeOther)
	if got := cl.post(page, "/follow-ups/"+all[0].ID, url.Values{"state": {"withdrawn"}}).want(t, http.StatusUnprocessableEntity); !strings.Contains(got.body, "is doing the check-in") {
		t.Error("it is not said why the follow-up is not settled")
	}
	person.does(path)
	c.change(t, func(w store.Writer) error {
		f, err := interview.LoadFollowUp(w, all[0].ID)
		if f.State != interview.Answered || f.How != interview.ByCheckIn {
			t.Errorf("handed in, the follow-up is %+v", f)
		}
		return err
	})
	if body := cl.get(page).want(t, http.StatusOK).body; !strings.Contains(body, "answered") {
		t.Error("the page does not show that it was answered")
	}
}

// noCopy holds that no copy is given in any form while a step is open: it would tell what
// is drawn before it is asked.
func (c *client) noCopy(path string) {
	c.t.Helper()
	forms := []string{"", "?as=data"}
	for _, l := range texts.Languages() {
		forms = append(forms, "?l="+l.Code, "?l="+l.Code+"&as=data")
	}
	for _, form := range forms {
		got := c.get(path+"/copy"+form).want(c.t, http.StatusBadRequest)
		if got.Header.Get("Content-Disposition") != "" || strings.Contains(got.body, "seed") {
			c.t.Errorf("a copy while a step is open, as %q: %s", form, got.body)
		}
	}
}

// TestCheckInByRequests goes through a check-in as the page's script does: agreeing,
// answering, looking at it all, handing it in; and through what is done with it.
func TestCheckInByRequests(t *testing.T) {
	c := sampleConsole(t)
	handle := c.applicant(t)
	c.keepsStills(t, handle)
	path := c.madeCheckin(t, handle)
	person := c.client(t)
	first := person.get(path).want(t, http.StatusOK)
	for _, must := range []string{"picture of each of these things", "this many days: 7", "Another way", "Saying no does not count against you"} {
		if !strings.Contains(first.body, must) {
			t.Errorf("the page before agreeing does not say %q", must)
		}
	}
	if strings.Contains(first.body, "Everyone at the same point") {
		t.Error("a check-in that somebody chose to ask for is said to be asked of everyone")
	}
	if strings.Contains(first.body, "<script") || strings.Contains(first.Header.Get("Permissions-Policy"), "camera=(self)") {
		t.Error("there is a script or a camera before the person agreed")
	}
	person.step(path, map[string]any{"step": 0, "outcome": "done"}, nil)
	person.get(path+"/way").want(t, http.StatusBadRequest)
	person.get(path+"/copy").want(t, http.StatusBadRequest)
	if n := len(c.rows(t, store.Notices, store.Query{})); n != 0 {
		t.Fatalf("%d notices before agreeing", n)
	}

	person.post(path, path, act("agree")).want(t, http.StatusSeeOther)
	run := person.get(path).want(t, http.StatusOK)
	if !strings.Contains(run.Header.Get("Permissions-Policy"), "camera=(self)") || !strings.Contains(run.Header.Get("Permissions-Policy"), "microphone=()") {
		t.Errorf("permissions of the page: %s", run.Header.Get("Permissions-Policy"))
	}
	if csp := run.Header.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.Contains(csp, "ws://"+strings.TrimPrefix(c.http.URL, "http://")) {
		t.Errorf("content policy of the page: %s", csp)
	}
	c.client(t).get(path).want(t, http.StatusGone)
	person.noCopy(path)
	for _, l := range texts.Languages() {
		if body := person.get(path + "?l=" + l.Code).body; !strings.Contains(body, `data-take="`+texts.In(l.Code).T("take.still")+`"`) {
			t.Errorf("in %s no button says that a picture is taken", l.Code)
		}
	}
	var pic bytes.Buffer
	if err := jpeg.Encode(&pic, image.NewGray(image.Rect(0, 0, 64, 48)), nil); err != nil {
		t.Fatal(err)
	}
	_, next := person.step(path, nil, nil)
	if next.Kind != "camera" || next.Of != 4 || next.Count != "Step 1 of 4" {
		t.Fatalf("first step %+v", next)
	}
	_, next = person.step(path, map[string]any{"step": 0, "outcome": "done", "camera": "Front camera"}, nil)
	for next.Kind == "window" || next.Kind == "fingers" {
		light := map[string]any{"mean": 0.5, "red": 0.4, "green": 0.5, "blue": 0.6}
		if got, _ := person.step(path, map[string]any{"step": next.Number, "outcome": "done", "light": light}, []byte("no picture")); got.StatusCode != http.StatusBadRequest {
			t.Errorf("something that is no picture: %d", got.StatusCode)
		}
		person.noCopy(path)
		_, next = person.step(path, map[string]any{"step": next.Number, "outcome": "done", "light": light}, pic.Bytes())
	}
	person.noCopy(path)
	if next.Kind != "connection" {
		t.Fatalf("last step %+v", next)
	}
	if _, next = person.step(path, map[string]any{"step": 3, "outcome": "failed", "zone": "Pacific/Chatham"}, nil); !next.Over {
		t.Fatalf("after the last step: %+v", next)
	}
	person.get(path+"/copy?l=en").want(t, http.StatusOK)
	if got := person.get(path+"/copy?as=data").want(t, http.StatusOK); !strings.Contains(got.body, `"seed": "`) {
		t.Errorf("once no step is open, the copy does not tell what was drawn: %s", got.body)
	}
	review := person.get(path).want(t, http.StatusOK)
	for _, must := range []string{"This is all that was collected", "Front camera", "Pacific/Chatham", "data:image/jpeg;base64,"} {
		if !strings.Contains(review.body, must) {
			t.Errorf("what was collected is not all shown: no %q", must)
		}
	}
	person.post(path, path, act("finish")).want(t, http.StatusSeeOther)
	done := person.get(path).want(t, http.StatusOK)
	if !strings.Contains(done.body, "It is handed in") {
		t.Error("the page does not say that it was handed in")
	}
	if got := person.get(path+"/copy?l=en").want(t, http.StatusOK); !strings.Contains(got.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(got.body, "Front camera") || !strings.Contains(got.body, "data:image/jpeg;base64,") {
		t.Errorf("the copy lacks something: %v", got.Header)
	}
	var copied struct {
		Collected checkin.Collected `json:"collected"`
		Stills    map[int][]byte    `json:"stills_jpeg_base64"`
	}
	if err := json.Unmarshal([]byte(person.get(path+"/copy?as=data").want(t, http.StatusOK).body), &copied); err != nil || len(copied.Stills) != 2 || copied.Collected.Camera != "Front camera" {
		t.Errorf("the copy as data: %d stills, %v", len(copied.Stills), err)
	}
	// None of those that were refused while a step was open is an entry.
	if got := c.acts(t, "copy.take"); len(got) != 4 || got[3].Actor != audit.Person || got[3].Object != handle || got[3].Detail["check_in"] == "" {
		t.Errorf("four copies were taken, and these are recorded: %+v", got)
	}

	// Somebody who may looks at it and writes down what was seen.
	id := c.rows(t, store.CheckIns, store.Query{})[0].Key
	sec := c.as(account.Security)
	result := sec.get("/check-ins/"+id).want(t, http.StatusOK)
	for _, must := range []string{"the sun stands", "data:image/jpeg;base64,", "Pacific/Chatham", "hours apart", "It decides nothing"} {
		if !strings.Contains(result.body, must) {
			t.Errorf("the result does not show %q", must)
		}
	}
	sec.post("/check-ins/"+id, "/check-ins/"+id, url.Values{"saw-window": {"guilty"}}).want(t, http.StatusUnprocessableEntity)
	sec.post("/check-ins/"+id, "/check-ins/"+id, url.Values{"saw-window": {"bright"}, "saw-fingers": {"done"}}).want(t, http.StatusSeeOther)
	found := ""
	for _, row := range c.rows(t, store.Records, store.Query{Where: []store.Cond{{Column: "kind", Op: store.Equal, Text: "interview"}}}) {
		found += string(row.Body)
	}
	if !strings.Contains(found, `"window":"bright","prompt_fingers":"done"`) || !strings.Contains(found, `"camera_device":"Front camera"`) {
		t.Errorf("the records are %s", found)
	}
	for _, a := range []string{"checkin.invite", "checkin.agree", "checkin.done", "checkin.view", "checkin.read"} {
		if len(c.acts(t, a)) == 0 {
			t.Errorf("%s is not recorded", a)
		}
	}
}

// TestCheckInDeclined: a refusal and a wish for another way are recorded, reach those
// who answer people, and are no evidence; whoever weighs evidence is not told which it
// was.
func TestCheckInDeclined(t *testing.T) {
	c := sampleConsole(t)
	handle := c.applicant(t)
	records := len(c.rows(t, store.Records, store.Query{Bare: true, Where: []store.Cond{{Column: "file", Op: store.Equal, Text: "interviews"}}}))
	for what, words := range map[string]string{"refuse": "the person said no", "another": "the person needs another way"} {
		path := c.madeCheckin(t, handle)
		person := c.client(t)
		got := person.post(path, path, url.Values{"act": {what}, "words": {"I have no camera"}}).want(t, http.StatusOK)
		if !strings.Contains(got.body, "does not count against you") {
			t.Errorf("%s: the page does not say that it counts for nothing", what)
		}
		person.get(path).want(t, http.StatusGone)
		list := "/people/" + handle + "/check-ins"
		if !strings.Contains(c.as(account.HR).get(list).body, words) {
			t.Errorf("%s: those who answer people are not told", what)
		}
		for _, role := range []account.Role{account.Security, account.Recruiter} {
			if body := c.as(role).get(list).body; strings.Contains(body, words) || strings.Contains(body, "no camera") || !strings.Contains(body, "nothing handed in") {
				t.Errorf("%s: %s is told which it was", what, role)
			}
		}
	}
	if n := len(c.rows(t, store.Requests, store.Query{Where: []store.Cond{{Column: "kind", Op: store.Equal, Text: "alternative"}}})); n != 1 && !strings.Contains(c.as(account.HR).get("/people/"+handle).body, "another way") {
		t.Errorf("%d wishes wait for an answer", n)
	}
	// One record says that there is an arrangement. Nothing shows it.
	after := c.rows(t, store.Records, store.Query{Where: []store.Cond{{Column: "file", Op: store.Equal, Text: "interviews"}}})
	if n := len(after); n != records+1 || !strings.Contains(string(after[n-1].Body), `"check":"arrangement"`) {
		t.Errorf("%d records came of saying no", n-records)
	}
	if n := len(c.acts(t, "checkin.decline")); n != 2 {
		t.Errorf("%d refusals are recorded", n)
	}
}

// TestNoWordsInTheirMouth: what somebody says by a button alone is kept without words of
// theirs, in their copy as in what those read who answer them.
func TestNoWordsInTheirMouth(t *testing.T) {
	c := sampleConsole(t)
	handle := c.applicant(t)
	for _, what := range []string{"refuse", "another"} {
		path := c.madeCheckin(t, handle)
		c.client(t).post(path, path, act(what)).want(t, http.StatusOK)
	}
	wishes := c.rows(t, store.Requests, store.Query{Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: handle}, {Column: "kind", Op: store.Equal, Text: "alternative"}}})
	if len(wishes) != 1 {
		t.Fatalf("%d wishes wait for an answer", len(wishes))
	}
	if q, err := casework.Heard(wishes[0]); wishes[0].Text["case"] == "" && (err != nil || q.Text != "") {
		t.Errorf("a wish without words is kept as %q, %v", q.Text, err)
	}
	page := "/requests/" + wishes[0].Key
	if in := wishes[0].Text["case"]; in != "" {
		page = "/cases/" + in
	}
	if body := c.as(account.HR).get(page).want(t, http.StatusOK).body; !strings.Contains(body, "nobody has to say why") || strings.Contains(body, `<blockquote dir="auto"></blockquote>`) {
		t.Errorf("who answers a wish without words reads %s", body)
	}
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		held, err := meetings(r, handle, c.Now())
		if err != nil {
			return err
		}
		n := 0
		for _, m := range held {
			if m.What != "check-in" {
				continue
			}
			if n++; m.Words != "" {
				t.Errorf("their copy has as their words %q", m.Words)
			}
		}
		if n != 2 {
			t.Errorf("their copy has %d check-ins", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestCheckInLanguage: the language is that of the link the person follows, on every
// page, with its direction; what the browser says of languages changes nothing and
// none is kept.
func TestCheckInLanguage(t *testing.T) {
	c := sampleConsole(t)
	handle := c.applicant(t)
	path := c.madeCheckin(t, handle)
	person := c.client(t)
	pages := func(name, query, lang, dir string) {
		t.Helper()
		got := person.request(http.MethodGet, path+query, nil, http.Header{"Accept-Language": {"ar,fr;q=0.9"}})
		root := got.page(t).Find("html")[0]
		if htmlcheck.Attr(root, "lang") != lang || htmlcheck.Attr(root, "dir") != dir {
			t.Errorf("%s in %q is in %s, %s", name, query, htmlcheck.Attr(root, "lang"), htmlcheck.Attr(root, "dir"))
		}
		if strings.Contains(got.body, "{") || regexp.MustCompile(`>[a-z]+\.[a-z.]+<`).MatchString(got.body) {
			t.Errorf("%s in %q shows a key or a place: %s", name, query, got.body)
		}
	}
	all := func(name string) {
		t.Helper()
		pages(name, "", "en", "ltr")
		pages(name, "?l=ar", "ar", "rtl")
		pages(name, "?l=xx", "en", "ltr")
	}
	all("the invitation")
	person.post(path, path+"?l=ar", act("agree")).want(t, http.StatusSeeOther)
	all("the steps")
	if _, next := person.step(path, nil, nil); next.Title != "Turn on your camera" {
		t.Errorf("step %+v", next)
	}
	_, next := person.step(path, map[string]any{"step": 0, "outcome": "missing"}, nil)
	person.step(path, map[string]any{"step": next.Number, "outcome": "failed"}, nil)
	all("all that was collected")
	person.post(path, path, act("finish")).want(t, http.StatusSeeOther)
	all("the end")
	for _, row := range c.rows(t, store.CheckIns, store.Query{}) {
		if regexp.MustCompile(`"(ar|en|rtl|ltr)"|lang`).Match(row.Body) {
			t.Errorf("a language is kept: %s", row.Body)
		}
	}
	path += "0"
	all("a link that does not work")
}

// TestCheckInPlan: what everybody is asked is set by those who may, within bounds.
func TestCheckInPlan(t *testing.T) {
	c := sampleConsole(t)
	hr := c.as(account.HR)
	good := url.Values{"asked": {"window", "hand"}, "connection": {"on"}, "answer_hours": {"24"}, "box_minutes": {"10"}}
	hr.post("/check-in-plan", "/check-in-plan", good).want(t, http.StatusSeeOther)
	if got := hr.get("/people/" + c.applicant(t) + "/check-ins").body; !strings.Contains(got, "2 things to show to the camera") || !strings.Contains(got, "24 hours") {
		t.Error("the plan that was set is not in force")
	}
	for name, bad := range map[string]url.Values{
		"nothing":     {"answer_hours": {"24"}, "box_minutes": {"10"}},
		"a long link": {"asked": {"window"}, "answer_hours": {"73"}, "box_minutes": {"10"}},
		"no number":   {"asked": {"window"}, "answer_hours": {"x"}, "box_minutes": {"10"}},
		"a new word":  {"asked": {"sing"}, "answer_hours": {"24"}, "box_minutes": {"10"}},
	} {
		if got := hr.post("/check-in-plan", "/check-in-plan", bad); got.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, got.StatusCode)
		}
	}
	if n := len(c.acts(t, "config.change")); n != 1 {
		t.Errorf("%d changes are recorded", n)
	}
	// A plan that was kept when links could wait for a week.
	c.change(t, func(w store.Writer) error {
		return w.Put(store.Settings, store.Row{Key: checkinPlanKey, Body: []byte(`{"asked":["window"],"answer_hours":168,"box_minutes":10}`)})
	})
	if got := hr.get("/people/" + c.applicant(t) + "/check-ins").body; !strings.Contains(got, "72 hours") || strings.Contains(got, "168") {
		t.Error("a link waits for longer than three days")
	}
}

// withNetwork gives a console a table of addresses and a place.
func withNetwork(o *Options) {
	o.Network = func(netip.Addr) (enrich.Network, bool) {
		return enrich.Network{City: "Exampleton", Class: enrich.Residential, HasPoint: true, Lat: 30.3, Lon: -97.7, RadiusKM: 20}, true
	}
	o.Vantage = &checkin.Vantage{Name: "the office", Lat: 48.2, Lon: 16.4}
}
