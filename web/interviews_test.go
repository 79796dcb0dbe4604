// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"image"
	"image/png"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/interview"
	"daylight/record"
	"daylight/store"
	"daylight/sun"
)

// finalists are people of the sample company who applied for one requisition and
// can be placed.
func (c *console) finalists(tb testing.TB) (requisition string, handles []string) {
	tb.Helper()
	of := map[string][]string{}
	err := c.Store.View(tb.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Faces, store.Query{}) {
			if err != nil {
				return err
			}
			f, err := intake.DecodeFace(row.Body)
			if err != nil {
				return err
			}
			subject, err := r.Get(store.Subjects, row.Key)
			if err != nil {
				return err
			}
			sub, err := dossier(subject, false)
			if err != nil {
				return err
			}
			if sub.Claimed == nil || subject.Text["stage"] != "applicant" {
				continue
			}
			for _, q := range f.Requisitions {
				of[q] = append(of[q], row.Key)
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	for q, list := range of {
		if len(list) > len(handles) || len(list) == len(handles) && q < requisition {
			requisition, handles = q, list
		}
	}
	if len(handles) < 2 {
		tb.Fatalf("no requisition of the sample company has two applicants: %d", len(of))
	}
	return requisition, handles
}

// interviewed plans a requisition and an interview of one of those who applied for
// it, and draws their follow-ups.
func (c *console) interviewed(tb testing.TB) (plan, handle, sitting string) {
	tb.Helper()
	requisition, handles := c.finalists(tb)
	handle = handles[0]
	by := interview.Actor{Account: c.as(account.HR).who.Account, Roles: []string{interview.RoleHR}}
	err := c.Store.Update(tb.Context(), func(w store.Writer) error {
		p, err := interview.SetPlan(w, by, interview.Standard(requisition), c.now)
		if err != nil {
			return err
		}
		si, err := interview.Propose(w, by, interview.Sitting{
			Subject: handle, From: c.now.Add(-time.Hour), To: c.now, Claim: &interview.Claim{Place: "Austin, Texas", Zone: "America/Chicago", Lat: 30.27, Lon: -97.74, Elevation: sun.Elevation(c.now.Add(-time.Hour), 30.27, -97.74)},
		}, c.Random, c.now.Add(-24*time.Hour))
		if err != nil {
			return err
		}
		plan, sitting = p.ID, si.ID
		// Somebody else was asked already, less than the plan holds.
		before, err := interview.Propose(w, by, interview.Sitting{Subject: handles[1], From: c.now.Add(-48 * time.Hour), To: c.now.Add(-47 * time.Hour)}, c.Random, c.now.Add(-72*time.Hour))
		if err != nil {
			return err
		}
		_, err = interview.Record(w, by, before.ID, interview.Recorded{Outcomes: map[string]string{interview.Camera: "on", interview.Window: interview.Another}}, c.now)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return plan, handle, sitting
}

// wrote keeps a résumé of a person with two positions and a technology.
func (c *console) wrote(t *testing.T, handle string) {
	t.Helper()
	body, err := json.Marshal(record.Record{ID: "resume-1", Ref: record.Ref{ID: "c-x"}, At: c.now, Body: record.Resume{
		Jobs:   []record.Job{{Employer: "Harbour Clocks", Title: "Engineer", From: record.Date{Year: 2019}}, {Employer: "Tern & Tide"}},
		Claims: []record.Claim{{Skill: "erlang", Year: 2017}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	c.change(t, func(w store.Writer) error {
		return w.Put(store.Records, store.Row{Key: "resume-1", Holder: intake.Holder(handle), Body: body, Text: map[string]string{"kind": string(record.KindResume), "file": "cv"}})
	})
}

// TestAnInterviewFromPlanToEvidence goes the way of a recruiter: plan a requisition,
// choose a time, put it into a calendar, ask, record.
func TestAnInterviewFromPlanToEvidence(t *testing.T) {
	c := sampleConsole(t)
	requisition, handles := c.finalists(t)
	handle, cl := handles[0], c.as(account.Recruiter)
	c.wrote(t, handle)

	made := cl.post("/interviews", "/interviews", url.Values{"requisition": {requisition}}).want(t, http.StatusSeeOther)
	plan := made.Header.Get("Location")
	cl.get(plan).want(t, 200).page(t).In(t, ".challenge", htmlcheck.Count(len(interview.Challenges())))

	// The times are in full day at the claimed place, and choosing one plans it.
	page := "/people/" + handle + "/interviews"
	got := cl.get(page+"?from=2026-03-10&days=14").want(t, 200).page(t)
	cl.get("/people/"+handle).want(t, 200).page(t).In(t, ".acts a[href="+page[:len(page)-len("interviews")]+"continuity]", htmlcheck.Count(1))
	at := got.Find(".slots input[name=at]")
	clocks := map[string]int{}
	for _, a := range at {
		_, clock, _ := strings.Cut(htmlcheck.Attr(a, "value"), "T")
		clocks[clock[:5]]++
	}
	if len(at) != 10 || len(clocks) < 5 {
		t.Fatalf("%d times are proposed, at %v", len(at), clocks)
	}
	chosen := cl.post(page, page, url.Values{"at": {htmlcheck.Attr(at[0], "value")}, "minutes": {"45"}}).want(t, http.StatusSeeOther)
	sitting := chosen.Header.Get("Location")

	ics := cl.get(sitting+"/calendar").want(t, 200)
	if k := ics.Header.Get("Content-Type"); !strings.HasPrefix(k, "text/calendar") || strings.Count(ics.body, "BEGIN:VEVENT") != 1 || !strings.Contains(ics.body, "UID:"+strings.TrimPrefix(sitting, "/sittings/")+"@") {
		t.Errorf("%s:\n%s", k, ics.body)
	}
	if strings.Contains(ics.body, handle) {
		t.Error("the calendar file holds the person's handle")
	}

	// The questions name employers and are hidden until the name is shown.
	sheet := cl.get(sitting).want(t, 200).page(t)
	sheet.In(t, ".challenge ol li", htmlcheck.None())
	sheet.In(t, "main figure svg", htmlcheck.Count(4)) // two pictures, each with one inside
	cl.post("/people/"+handle, "/people/"+handle+"/reveal", url.Values{"reason": {"interview"}}).want(t, http.StatusSeeOther)
	cl.get(sitting).want(t, 200).page(t).In(t, ".challenge ol li", htmlcheck.Count(3))

	// Before it begins nothing can be recorded.
	form := url.Values{
		"outcome-camera": {"on"}, "outcome-window": {"dark"}, "outcome-hand": {"failed"}, "outcome-profile": {"failed"}, "outcome-fingers": {"another_way"},
		"outcome-own_facts": {"good"}, "asked": {"3"}, "outcome-depth": {"scored"}, "first": {"5"}, "deeper": {"3", "2"}, "noticed-lighting": {"poor"},
	}
	cl.post(sitting, sitting, form).want(t, http.StatusUnprocessableEntity)
	c.now = time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	cl = c.again(t, account.Recruiter)
	short := maps.Clone(form)
	short.Set("asked", "0")
	refused := cl.post(sitting, sitting, short).want(t, http.StatusUnprocessableEntity)
	problem, sky := strings.Index(refused.body, "Nothing was recorded; your entries are below"), strings.Index(refused.body, "sky-h")
	if problem < 0 || problem > sky {
		t.Errorf("the page says what is wrong at %d, and the sky is at %d", problem, sky)
	}
	refused.page(t).In(t, "[aria-labelledby=c-own_facts] .wrong", htmlcheck.Says("How many questions were asked"))
	refused.page(t).In(t, "#outcome-window option[selected]", htmlcheck.Says("dark"))
	refused.page(t).In(t, "#first option[selected]", htmlcheck.Says("5"))
	cl.post(sitting, sitting, form).want(t, http.StatusSeeOther)
	recorded := cl.get(sitting+"?done=1").want(t, 200).page(t)
	recorded.In(t, ".done a[href=/people/"+handle+"]", htmlcheck.Count(1))
	recorded.In(t, "#ask-h", htmlcheck.Says("What was asked"))
	recorded.In(t, "details[open] form", htmlcheck.None())

	kinds := map[record.Kind]record.Body{}
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		for _, locator := range []string{"interview", "depth"} {
			rec, err := intake.Record(r, handle, "interviews", strings.TrimPrefix(sitting, "/sittings/")+" "+locator)
			if err != nil {
				return err
			}
			kinds[rec.Body.Kind()] = rec.Body
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	iv, _ := kinds[record.KindInterview].(record.Interview)
	check, _ := kinds[record.KindCheck].(record.Check)
	if iv.Window != "dark" || iv.Profile != "failed" || iv.Hand != "failed" || iv.Fingers != "" || iv.LocalKnowledge != "good" || iv.Lighting != "poor" || check.Result != "found" {
		t.Errorf("the records are %+v and %+v", iv, check)
	}
	alone := cl.get(plan).want(t, 200).page(t)
	alone.In(t, ".asked thead", htmlcheck.Says("Less than the plan"))
	// Who was asked what names the other finalist's lack once they were asked less.
	second := c.sittingOf(t, handles[1])
	cl.post(second, second, url.Values{"outcome-camera": {"on"}}).want(t, http.StatusSeeOther)
	both := cl.get(plan).want(t, 200).page(t)
	both.In(t, ".asked tbody tr", htmlcheck.Count(2))
	both.In(t, ".asked thead", htmlcheck.Says("Less than others"))
	asked := cl.get(plan+"/asked").want(t, 200)
	rows, err := csv.NewReader(strings.NewReader(asked.body)).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%v: %q", err, asked.body)
	}
	less := map[string]string{}
	for _, row := range rows[1:] {
		less[row[0]] = row[len(row)-2]
	}
	if !strings.Contains(less[handles[1]], "look out of a window") || strings.Contains(less[handle], "window") {
		t.Errorf("asked less: %q", less)
	}
}

// again signs somebody in anew: the clock of the console has moved.
func (c *console) again(t *testing.T, role account.Role) *client {
	t.Helper()
	secret, err := c.accounts.Invite(t.Context(), c.as(account.Administrator).who.Account, "again-"+string(role)+"@example.com", []account.Role{role})
	if err != nil {
		t.Fatal(err)
	}
	return c.welcomed(t, secret, "again-"+string(role))
}

// draws has somebody write hours down, the person confirm them on their own page, and the
// follow-ups drawn.
func (c *console) draws(t *testing.T, cl *client, handle string, hours url.Values) {
	t.Helper()
	page := "/people/" + handle + "/interviews"
	cl.post(page, "/people/"+handle+"/follow-ups", hours).want(t, http.StatusSeeOther)
	own := url.Values{"act": {"hours"}}
	maps.Copy(own, hours)
	link := c.madeLink(t, handle)
	c.client(t).post(link, link, own).want(t, http.StatusSeeOther)
	cl.post(page, "/people/"+handle+"/follow-ups", url.Values{"act": {"draw"}}).want(t, http.StatusSeeOther)
}

// sittingOf plans an interview that has begun and returns its path.
func (c *console) sittingOf(t *testing.T, handle string) string {
	t.Helper()
	by := interview.Actor{Account: c.as(account.HR).who.Account, Roles: []string{interview.RoleHR}}
	var si interview.Sitting
	c.change(t, func(w store.Writer) (err error) {
		si, err = interview.Propose(w, by, interview.Sitting{Subject: handle, From: c.now.Add(-time.Hour), To: c.now}, c.Random, c.now)
		return err
	})
	return "/sittings/" + si.ID
}

// TestFollowUpsAreNotForetold draws follow-ups and holds that no page says when they
// will be, that each can be settled when it is due, and that the draw can then be
// done again from what the page and the audit log say.
func TestFollowUpsAreNotForetold(t *testing.T) {
	c := sampleConsole(t)
	plan, handle, _ := c.interviewed(t)
	cl, page := c.as(account.Security), "/people/"+handle+"/interviews"
	form := url.Values{"zone": {"Europe/Lisbon"}, "opens": {"09:00"}, "closes": {"17:30"}, "quiet": {"12:00-13:00"}, "off": {"2026-03-05, 2026-03-06"}, "day": {"1", "2", "3", "4", "5"}}
	claimed := c.as(account.Security).get("/people/"+handle).want(t, 200)
	if zone := htmlcheck.Attr(cl.get(page).page(t).Find("#zone")[0], "value"); zone == "" || !strings.Contains(claimed.body, "("+zone+")") {
		t.Errorf("the hours are suggested in %q, which is not the claimed zone", zone)
	}
	bad := url.Values{"zone": {"Lisbon time"}, "opens": {"09:00"}, "closes": {"17:30"}, "day": {"1"}}
	cl.post(page, "/people/"+handle+"/follow-ups", bad).want(t, http.StatusUnprocessableEntity)
	// The pages list good times for an interview too, and a draw may hit one of them.
	pages, earlier := []string{page, "/interviews", "/interviews/" + plan}, map[string]string{}
	for _, path := range pages {
		earlier[path] = cl.get(path).want(t, 200).body
	}
	c.draws(t, cl, handle, form)
	var all []interview.FollowUp
	c.change(t, func(w store.Writer) (err error) {
		all, err = interview.FollowUpsOf(w, handle)
		return err
	})
	if len(all) != 3 { // as many as the plan that is proposed has
		t.Fatalf("%d follow-ups", len(all))
	}
	before := cl.get(page).want(t, 200)
	for _, path := range pages {
		body := cl.get(path).want(t, 200).body
		for _, f := range all {
			for _, told := range []string{f.At.Format("2006-01-02 15:04"), f.At.Format(time.RFC3339), f.ID} {
				if strings.Contains(body, told) && !strings.Contains(earlier[path], told) {
					t.Errorf("%s tells %s of a follow-up", path, told)
				}
			}
		}
	}
	cl.post(page, "/follow-ups/"+all[0].ID, url.Values{"state": {"answered"}}).want(t, http.StatusNotFound)

	c.now = all[0].At.Add(time.Minute)
	cl = c.again(t, account.Security)
	cl.get("/interviews").want(t, 200).page(t).In(t, "tbody tr[data-row]", htmlcheck.Count(2)) // one due, one plan
	cl.post(page, "/follow-ups/"+all[0].ID, url.Values{"invite": {"letter"}}).want(t, http.StatusUnprocessableEntity)
	cl.post(page, "/follow-ups/"+all[0].ID, url.Values{"invite": {"check-in"}}).want(t, http.StatusOK)
	cl.post(page, "/follow-ups/"+all[0].ID, url.Values{"state": {"declined"}}).want(t, http.StatusUnprocessableEntity)
	cl.post(page, "/follow-ups/"+all[0].ID, url.Values{"state": {"answered"}}).want(t, http.StatusSeeOther)
	for _, f := range all[1:] {
		cl.post(page, "/follow-ups/"+f.ID, url.Values{"state": {"withdrawn"}}).want(t, http.StatusSeeOther)
	}

	var d []interview.Draw
	c.change(t, func(w store.Writer) (err error) {
		d, err = interview.DrawsOf(w, handle)
		return err
	})
	c.change(t, func(w store.Writer) error {
		f, err := interview.LoadFollowUp(w, all[0].ID)
		if f.How != interview.ByCheckIn || f.Invited.IsZero() {
			t.Errorf("answered by %q, asked at %s", f.How, f.Invited)
		}
		return err
	})
	at, commitment, err := interview.Redraw(d[0].Terms(), d[0].AgreedTerms(), d[0].Seed)
	if err != nil || !at[0].Equal(all[0].At) || !at[1].Equal(all[1].At) || !at[2].Equal(all[2].At) || !strings.Contains(before.body, commitment) {
		t.Errorf("drawn again: %v, %v", at, err)
	}
	if after := cl.get(page).want(t, 200); !strings.Contains(after.body, string(d[0].Seed)) {
		t.Error("the seed is not told after the last one")
	}
	for who, may := range map[*client]bool{c.again(t, account.HR): true, cl: false} {
		body := html.UnescapeString(who.get(page).want(t, 200).body)
		if !strings.Contains(body, d[0].Terms()) || strings.Contains(body, d[0].AgreedTerms()) != may || strings.Contains(body, d[0].Salt) != may {
			t.Errorf("how it was drawn: what was agreed to is shown: %v", !may)
		}
	}
}

// TestFollowUpsToldTheDayBefore holds that a follow-up of whoever needs it is listed a
// day ahead, to be told of and not to be asked, and that this is noted.
func TestFollowUpsToldTheDayBefore(t *testing.T) {
	c := sampleConsole(t)
	_, handle, _ := c.interviewed(t)
	cl, page := c.as(account.Security), "/people/"+handle+"/interviews"
	form := url.Values{"zone": {"Europe/Lisbon"}, "opens": {"09:00"}, "closes": {"17:30"}, "day": {"1", "2", "3", "4", "5"}, "ahead": {"yes"}}
	c.draws(t, cl, handle, form)
	var all []interview.FollowUp
	c.change(t, func(w store.Writer) (err error) {
		all, err = interview.FollowUpsOf(w, handle)
		return err
	})
	path := "/follow-ups/" + all[0].ID
	cl.post(page, path, url.Values{"invite": {"told"}}).want(t, http.StatusNotFound)

	c.now = all[0].At.Add(-23 * time.Hour)
	cl = c.again(t, account.Security)
	cl.get("/interviews").want(t, 200).page(t).In(t, "tbody tr[data-row]", htmlcheck.Says("tell them of it today"))
	cl.get(page).want(t, 200).page(t).In(t, "button", htmlcheck.Says("I told them of follow-up 1"))
	cl.post(page, path, url.Values{"invite": {"call"}}).want(t, http.StatusNotFound)
	cl.post(page, path, url.Values{"invite": {"told"}}).want(t, http.StatusSeeOther)
	after := cl.get(page).want(t, 200)
	if strings.Contains(after.body, path) || !strings.Contains(after.body, "to come, they were told") {
		t.Error("it is not said that they were told, or asked again")
	}
}

// TestRecruitersAskApplicants holds that a recruiter reaches no interview of somebody
// who works for the company.
func TestRecruitersAskApplicants(t *testing.T) {
	c := sampleConsole(t)
	_, handle, sitting := c.interviewed(t)
	c.change(t, func(w store.Writer) error {
		row, err := w.Get(store.Subjects, handle)
		if err != nil {
			return err
		}
		row.Text["stage"] = "worker"
		return w.Put(store.Subjects, row)
	})
	for _, path := range []string{"/people/" + handle + "/interviews", "/sittings/" + sitting, "/sittings/" + sitting + "/calendar"} {
		c.as(account.Recruiter).get(path).want(t, http.StatusNotFound)
		c.as(account.HR).get(path).want(t, 200)
	}
}

// comparison keeps two stills of a person and has them compared.
func (c *console) comparison(tb testing.TB, handle string) string {
	tb.Helper()
	by := interview.Actor{Account: c.as(account.HR).who.Account, Roles: []string{interview.RoleHR}}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 32, 24))); err != nil {
		tb.Fatal(err)
	}
	var id string
	err := c.Store.Update(tb.Context(), func(w store.Writer) error {
		p, _, _, err := interview.PlanFor(w, handle)
		if err != nil {
			return err
		}
		p.Stills, p.KeepDays, p.Reason = true, 30, "Rounds are compared."
		if _, err := interview.SetPlan(w, by, p, c.now); err != nil {
			return err
		}
		var ids []string
		for _, round := range []string{"Application", "First interview"} {
			st, err := interview.KeepStill(w, interview.Still{Subject: handle, Visit: round, Round: round, At: c.now, Consent: "1", Type: "image/png", Image: picture.Bytes()}, c.now)
			if err != nil {
				return err
			}
			ids = append(ids, st.ID)
		}
		co, err := interview.Compare(w, by, handle, ids[0], ids[1], c.now)
		id = co.ID
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

// TestStillsAreComparedBlind has two people look at two stills, and holds that the
// second page says nothing of what the first said.
func TestStillsAreComparedBlind(t *testing.T) {
	c := sampleConsole(t)
	_, handle, _ := c.interviewed(t)
	id := c.comparison(t, handle)
	path, one, two := "/comparisons/"+id, c.as(account.HR), c.as(account.Recruiter)
	page := one.get(path).want(t, 200).page(t)
	pictures := page.Find("main img")
	if len(pictures) != 2 {
		t.Fatalf("%d pictures", len(pictures))
	}
	src := htmlcheck.Attr(pictures[0], "src")
	if got := one.get(src).want(t, 200); got.Header.Get("Content-Type") != "image/png" {
		t.Errorf("a still is %s", got.Header.Get("Content-Type"))
	}
	c.as(account.Auditor).get(src).want(t, http.StatusForbidden)
	before := two.get(path).want(t, 200).body
	one.post(path, path, url.Values{"seen": {"not_the_same"}}).want(t, http.StatusSeeOther)
	one.get(path).want(t, 200).page(t).In(t, "main form", htmlcheck.None())
	one.send(path, url.Values{"seen": {"same"}, "csrf": {one.anyToken()}}).want(t, http.StatusUnprocessableEntity)
	token := regexp.MustCompile(`name="csrf" value="[^"]*"|request [0-9a-f]+`)
	if after := two.get(path).want(t, 200).body; token.ReplaceAllString(after, "") != token.ReplaceAllString(before, "") {
		t.Error("the second sees another page once the first has said something")
	}
	two.post(path, path, url.Values{"seen": {"not_sure"}}).want(t, http.StatusSeeOther)
	for _, cl := range []*client{one, two} {
		cl.get(path).want(t, 200).page(t).In(t, "section[aria-labelledby=said-h] li", htmlcheck.Count(2))
	}
	two.get("/people/"+handle+"/continuity").want(t, 200).page(t).In(t, "main tbody tr[data-row]", htmlcheck.Count(1))
}

// TestContinuityMarksBreaks holds that a finding about continuity stands as a break on
// the line, and that the page of everybody with a line opens.
func TestContinuityMarksBreaks(t *testing.T) {
	c := sampleConsole(t)
	var with string
	lines, maps := 0, 0
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Subjects, store.Query{}) {
			if err != nil {
				return err
			}
			sub, err := dossier(row, false)
			if err != nil {
				return err
			}
			if len(sub.Equipment) > 0 {
				maps++
			}
			for _, e := range sub.Evidence {
				if slices.Contains(breaking, e.Indicator) && e.WeightDB > 0 && e.At != nil && len(sub.Journey) > 0 {
					with = row.Key
					lines++
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if lines == 0 || maps == 0 {
		t.Fatalf("%d breaks and %d ways of equipment in the sample company", lines, maps)
	}
	got := c.as(account.Security).get("/people/"+with+"/continuity").want(t, 200).page(t)
	if n := len(got.Find("main article.card")); n == 0 {
		t.Error("no break is named")
	}
	if n := len(got.Find("svg .broken")); n == 0 {
		t.Error("no break is drawn")
	}
}

// TestSlotsSayOnceWhatIsTheSame: a caveat that holds for every time stands once, and
// times that are shown to tell as much are in the order of their dates.
func TestSlotsSayOnceWhatIsTheSame(t *testing.T) {
	line := func(day int, information float64, innocent string) slotLine {
		return slotLine{Slot: sun.Slot{From: start.AddDate(0, 0, day), Information: information}, Innocent: innocent}
	}
	v := personInterviewsView{Slots: []slotLine{line(3, 2.04, "a blind"), line(1, 2.01, "a blind"), line(2, 2.5, "a blind")}}
	v.tidy()
	if got := v.Slots; v.Innocent != "a blind" || got[0].Innocent != "" || got[0].From != start.AddDate(0, 0, 2) || got[1].From != start.AddDate(0, 0, 1) {
		t.Errorf("%q, %+v", v.Innocent, got)
	}
	v = personInterviewsView{Slots: []slotLine{line(1, 2, "a blind"), line(2, 2, "a storm")}}
	v.tidy()
	if v.Innocent != "" || v.Slots[1].Innocent != "a storm" {
		t.Errorf("%q, %+v", v.Innocent, v.Slots)
	}
}

// TestUnplannedRequisitions holds that what applicants applied for is offered to be
// planned, and no longer once it has a plan.
func TestUnplannedRequisitions(t *testing.T) {
	c := sampleConsole(t)
	requisition, _ := c.finalists(t)
	hr := c.as(account.HR)
	offered := func() (n int) {
		for _, field := range hr.get("/interviews").page(t).Find(".plans input[name=requisition]") {
			if htmlcheck.Attr(field, "value") == requisition {
				n++
			}
		}
		return n
	}
	if n := offered(); n != 1 {
		t.Fatalf("%s is offered %d times before it has a plan, want once", requisition, n)
	}
	hr.post("/interviews", "/interviews", url.Values{"requisition": {requisition}}).want(t, http.StatusSeeOther)
	if n := offered(); n != 0 {
		t.Errorf("%s is offered %d times although it has a plan", requisition, n)
	}
}

// TestUnplannedSaysHowFarItLooked holds that the page says so where it does not read what
// everybody applied for.
func TestUnplannedSaysHowFarItLooked(t *testing.T) {
	c := sampleConsole(t)
	requisition, _ := c.finalists(t)
	hr := c.as(account.HR)
	said := func() string {
		return htmlcheck.Text(hr.get("/interviews").page(t).Find("section[aria-labelledby=new]")[0])
	}
	if words := said(); !strings.Contains(words, "What applicants applied for") || !strings.Contains(words, requisition) || strings.Contains(words, "not looked through") {
		t.Errorf("of few applicants: %s", words)
	}
	c.change(t, func(w store.Writer) error {
		for i := range interview.MostApplicants {
			row := store.Row{Key: fmt.Sprintf("p-%010x", i), Text: map[string]string{"stage": "applicant", "state": "clear"}, Ints: map[string]int64{"since": c.now.UnixMilli() + 1}}
			if err := w.Put(store.Subjects, row); err != nil {
				return err
			}
		}
		return nil
	})
	if words := said(); !strings.Contains(words, "What older applicants applied for is not looked through here.") || strings.Contains(words, requisition) {
		t.Errorf("of many applicants: %s", words)
	}
}
