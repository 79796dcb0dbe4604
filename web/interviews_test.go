// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
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
