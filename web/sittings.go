// SPDX-License-Identifier: Apache-2.0

package web

import (
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"daylight/enrich"
	"daylight/intake"
	"daylight/interview"
	"daylight/report"
	"daylight/store"
	"daylight/sun"
	"daylight/texts"
)

func sittingRoutes() []route {
	return []route{
		{
			pattern: "GET /people/{handle}/interviews", acts: "show a person's interviews and follow-ups, and the times at which daylight tells most", recorded: true,
			roles: interviewers, example: "/people/{interviewed}/interviews", handle: (*Server).personInterviews,
		},
		{pattern: "POST /people/{handle}/interviews", acts: "plan an interview of a person", recorded: true, roles: interviewers, handle: (*Server).planSitting},
		{
			pattern: "GET /sittings/{sitting}", acts: "show one interview: what to ask, what was drawn for it, and the sky at the claimed place", recorded: true,
			roles: interviewers, example: "/sittings/{sitting}", handle: (*Server).sitting,
		},
		{pattern: "POST /sittings/{sitting}", acts: "record what was asked in an interview and what became of it, or call it off", recorded: true, roles: interviewers, handle: (*Server).recordSitting},
		{pattern: "GET /sittings/{sitting}/calendar", acts: "download an interview for a calendar", recorded: true, roles: interviewers, example: "-", handle: (*Server).sittingCalendar},
	}
}

// world is where people live, for the planner of times.
var world = sync.OnceValues(func() ([]sun.Town, error) {
	tables, err := enrich.Builtin()
	if err != nil {
		return nil, err
	}
	cells, err := tables.World(2)
	if err != nil {
		return nil, err
	}
	towns := make([]sun.Town, len(cells))
	for i, c := range cells {
		towns[i] = sun.Town{Lat: c.Lat, Lon: c.Lon, People: float64(c.People)}
	}
	return towns, nil
})

// personInterviewsView is the page of one person's interviews.
type personInterviewsView struct {
	Handle      string
	Stage       string
	Plan        interview.Plan
	Planned     bool   // there is a plan
	Requisition string // what one could be made for
	Sittings    []interview.Sitting
	Claim       *report.Claim
	From        string // first day of the slots
	Days        int
	Slots       []slotLine
	Innocent    string // of every slot, where it is the same
	Minutes     int
	At          string // as typed
	Wrong       string
	Plain       bool // the reader is told what a time tells in words
	followUpsView
}

// slotLine is a time at which a look out of a window tells something.
type slotLine struct {
	sun.Slot
	Zone string
	// Innocent is what a dark window would then be for most.
	Innocent string
}

// mostSlotDays bounds how far ahead times are looked for.
const mostSlotDays = 60

func (s *Server) personInterviews(x *exchange) error {
	v, err := s.readPersonInterviews(x, "")
	if err != nil {
		return err
	}
	if err := x.note("interviews.view", v.Handle, map[string]string{}); err != nil {
		return err
	}
	return x.page("sittings/person", v)
}

func (s *Server) readPersonInterviews(x *exchange, wrong string) (*personInterviewsView, error) {
	v := &personInterviewsView{Handle: x.r.PathValue("handle"), Wrong: wrong, Minutes: 45, Plain: plainly(x.who)}
	names, err := s.accountNames(x)
	if err != nil {
		return nil, err
	}
	v.Names = names
	err = s.Store.View(x.r.Context(), func(r store.Reader) error {
		row, err := subjectRow(r, x.who, v.Handle)
		if err != nil {
			return err
		}
		if row.Text["merged"] != "" {
			return store.ErrNotFound
		}
		v.Stage = row.Text["stage"]
		sub, err := dossier(row, false)
		if err != nil {
			return err
		}
		v.Claim = sub.Claimed
		if v.Plan, v.Requisition, v.Planned, err = interview.PlanFor(r, v.Handle); err != nil {
			return err
		}
		if v.Sittings, err = interview.SittingsOf(r, v.Handle); err != nil {
			return err
		}
		zone := ""
		if v.Claim != nil {
			zone = v.Claim.Zone
		}
		return v.readFollowUps(s, r, x.who, v.Handle, zone)
	})
	if err != nil {
		return nil, fmt.Errorf("show a person's interviews: %w", err)
	}
	return v, s.slots(x.r.URL.Query(), v)
}

// slots finds the times that tell most, from the day that was asked for.
func (s *Server) slots(query url.Values, v *personInterviewsView) error {
	loc := time.UTC
	if v.Claim != nil {
		if l, err := time.LoadLocation(v.Claim.Zone); err == nil {
			loc = l
		}
	}
	from := s.Now().In(loc).AddDate(0, 0, 1)
	if day, err := time.ParseInLocation(time.DateOnly, query.Get("from"), loc); err == nil && day.After(s.Now().AddDate(0, 0, -1)) {
		from = day
	}
	from = time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, loc)
	v.From, v.Days = from.Format(time.DateOnly), 10
	if n, err := strconv.Atoi(query.Get("days")); err == nil && n >= 1 && n <= mostSlotDays {
		v.Days = n
	}
	if v.Claim == nil {
		return nil
	}
	towns, err := world()
	if err != nil {
		return fmt.Errorf("open the gazetteer: %w", err)
	}
	for _, slot := range sun.Plan(sun.Request{
		Lat: v.Claim.Lat, Lon: v.Claim.Lon, Zone: loc, From: from, To: from.AddDate(0, 0, v.Days), World: towns,
		Length: time.Duration(v.Minutes) * time.Minute, Best: 10, Alike: 2,
	}) {
		v.Slots = append(v.Slots, slotLine{slot, slot.From.Format("MST"), interview.InnocentDark(slot.Elevation)})
	}
	v.tidy()
	return nil
}

// tidy puts times that are shown to tell as much in the order of their dates, and says
// once what holds for all of them.
func (v *personInterviewsView) tidy() {
	shown := func(l slotLine) float64 { return math.Round(10 * l.Information) }
	slices.SortStableFunc(v.Slots, func(a, b slotLine) int { return cmp.Or(cmp.Compare(shown(b), shown(a)), a.From.Compare(b.From)) })
	if len(v.Slots) == 0 || slices.ContainsFunc(v.Slots, func(l slotLine) bool { return l.Innocent != v.Slots[0].Innocent }) {
		return
	}
	v.Innocent = v.Slots[0].Innocent
	for i := range v.Slots {
		v.Slots[i].Innocent = ""
	}
}

// planSitting plans an interview at a time: one of those that were proposed, or any.
func (s *Server) planSitting(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	handle := x.r.PathValue("handle")
	var si interview.Sitting
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		row, err := subjectRow(w, x.who, handle)
		if err != nil {
			return err
		}
		if row.Text["merged"] != "" {
			return store.ErrNotFound
		}
		sub, err := dossier(row, false)
		if err != nil {
			return err
		}
		si = interview.Sitting{Subject: handle}
		loc := time.UTC
		if c := sub.Claimed; c != nil {
			if l, err := time.LoadLocation(c.Zone); err == nil {
				loc = l
			}
			si.Claim = &interview.Claim{Place: c.Place, Zone: loc.String(), Lat: c.Lat, Lon: c.Lon}
		}
		if si.From, err = time.Parse(time.RFC3339, form.Get("at")); err != nil {
			if si.From, err = time.ParseInLocation("2006-01-02T15:04", form.Get("at"), loc); err != nil {
				return fmt.Errorf("plan an interview: %w: when it begins, as 2026-03-04T14:30", interview.ErrTime)
			}
		}
		minutes := number(form, "minutes")
		if minutes < 5 || minutes > 12*60 {
			return fmt.Errorf("plan an interview: %w: it lasts five minutes or more", interview.ErrTime)
		}
		if si.From.Before(s.Now().AddDate(0, 0, -31)) {
			return fmt.Errorf("plan an interview: %w: it is longer ago than a month", interview.ErrTime)
		}
		si.To = si.From.Add(time.Duration(minutes) * time.Minute)
		if si.Claim != nil {
			si.Claim.Elevation = sun.Elevation(si.From, si.Claim.Lat, si.Claim.Lon)
		}
		si, err = interview.Propose(w, interviewActor(x), si, s.Random, s.Now())
		return err
	})
	if words, ok := refusal(err); ok {
		v, err := s.readPersonInterviews(x, words)
		if err != nil {
			return err
		}
		v.At = form.Get("at")
		return x.again("sittings/person", v)
	}
	if err != nil {
		return fmt.Errorf("plan an interview: %w", err)
	}
	return x.see("/sittings/" + si.ID)
}

// sittingView is the page of one interview.
type sittingView struct {
	interview.Sitting
	Requisition string
	Prompts     []planItem
	Noticed     []interview.Noticed
	Questions   []interview.Question
	Wanted      int // questions of the plan
	Named       bool
	Names       map[string]string // of accounts
	Local       time.Time         // when it begins, by the clock of the claimed place
	LocalTo     time.Time
	Sky         string // in words
	Curve       template.HTML
	World       template.HTML
	First       int // scores as recorded, -1 for none
	Deeper      [2]int
	Begun       bool
	Wrong       string
	Lacks       string // slug of the challenge that Wrong is about
	Done        bool
	Languages   []texts.Language // of the calendar file
}

// score is one list of scores to choose from, with what was chosen, -1 for none.
type score struct {
	ID, Name string
	Is       int
	Scores   []int
}

func newScore(id, name string, is int) score {
	return score{id, name, is, []int{0, 1, 2, 3, 4, 5}}
}

func (s *Server) sitting(x *exchange) error {
	v, err := s.readSitting(x)
	if err != nil {
		return err
	}
	v.Done = x.r.URL.Query().Get("done") != ""
	if err := x.note("sitting.view", v.ID, map[string]string{"subject": v.Subject}); err != nil {
		return err
	}
	return x.page("sittings/sitting", v)
}

// visibleSitting reads an interview of somebody whom the reader sees.
func visibleSitting(r store.Reader, x *exchange) (interview.Sitting, error) {
	si, err := interview.LoadSitting(r, x.r.PathValue("sitting"))
	if err != nil {
		return si, err
	}
	_, err = subjectRow(r, x.who, si.Subject)
	return si, err
}

func (s *Server) readSitting(x *exchange) (*sittingView, error) {
	v := &sittingView{Noticed: interview.NoticedWords(), Languages: texts.Languages()}
	var err error
	if v.Names, err = s.accountNames(x); err != nil {
		return nil, err
	}
	err = s.Store.View(x.r.Context(), func(r store.Reader) error {
		if v.Sitting, err = visibleSitting(r, x); err != nil {
			return err
		}
		p, err := interview.LoadPlan(r, v.Plan)
		if err != nil {
			return err
		}
		v.Requisition, v.Wanted = p.Requisition, p.Questions
		cards := s.items(p)
		for _, c := range v.Sitting.Prompts(p) {
			i := slices.IndexFunc(cards, func(i planItem) bool { return i.Slug == c.Slug })
			v.Prompts = append(v.Prompts, cards[i])
		}
		// Questions name employers, which says who somebody is: they are shown to whoever
		// is shown the name.
		var shown personView
		if err := shown.readFace(r, x, v.Subject); err != nil || shown.Face == nil {
			return err
		}
		v.Named = true
		jobs, claims, err := intake.Stated(r, v.Subject)
		if err != nil {
			return err
		}
		var stated interview.Stated
		for _, j := range jobs {
			stated.Jobs = append(stated.Jobs, interview.StatedJob{Employer: j.Employer.Reveal(), Title: j.Title, From: j.From.Year, To: j.To.Year})
		}
		for _, c := range claims {
			stated.Skills = append(stated.Skills, interview.StatedSkill{Name: c.Skill, Year: c.Year})
		}
		v.Questions = interview.Questions(stated, v.Seed, p.Questions)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("show an interview: %w", err)
	}
	v.Begun = !s.Now().Before(v.From)
	v.score()
	return v, v.draw()
}

// score reads the scores of what is recorded.
func (v *sittingView) score() {
	v.First, v.Deeper = -1, [2]int{-1, -1}
	if rec := v.Recorded; rec != nil {
		if len(rec.First) > 0 {
			v.First = rec.First[0]
		}
		copy(v.Deeper[:], rec.Deeper)
	}
}

// draw makes the pictures of the sky at the claimed place.
func (v *sittingView) draw() error {
	v.Local, v.LocalTo = v.From, v.To
	c := v.Claim
	if c == nil {
		return nil
	}
	loc, err := time.LoadLocation(c.Zone)
	if err != nil {
		return fmt.Errorf("show an interview: %w", err)
	}
	v.Local, v.LocalTo = v.From.In(loc), v.To.In(loc)
	switch sun.ClassOf(c.Elevation) {
	case sun.Day:
		v.Sky = "it is full day there, and a window that can be seen should be bright. " + interview.InnocentDark(c.Elevation)
	case sun.Dark:
		v.Sky = "it is night there, and a window that can be seen should be dark. A street lamp, a floodlit wall or a lamp taken for a window explains a bright one."
	case sun.LowSun, sun.Twilight:
		v.Sky = "the sun is so near the horizon that a window can look either way: it weighs nothing then."
	}
	if v.Curve, err = report.NewDayCurve(c.Place, c.Lat, c.Lon, loc, v.From, v.To).HTML(); err != nil {
		return err
	}
	v.World, err = report.NewWorld(c.Place, c.Lat, c.Lon, v.From).HTML()
	return err
}

// recordSitting keeps what an interviewer wrote down, or that the interview did not
// take place.
func (s *Server) recordSitting(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	rec := interview.Recorded{Outcomes: map[string]string{}, Questions: number(form, "asked"), Noticed: map[string]string{}}
	for _, c := range interview.Challenges() {
		if word := form.Get("outcome-" + c.Slug); word != "" {
			rec.Outcomes[c.Slug] = word
		}
	}
	for _, n := range interview.NoticedWords() {
		rec.Noticed[n.Name] = form.Get("noticed-" + n.Name)
	}
	for name, to := range map[string]*[]int{"first": &rec.First, "deeper": &rec.Deeper} {
		for _, text := range form[name] {
			if text == "" {
				continue
			}
			n, err := strconv.Atoi(text)
			if err != nil {
				return fmt.Errorf("record an interview: %w", errBadRequest)
			}
			*to = append(*to, n)
		}
	}
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		si, err := visibleSitting(w, x)
		if err != nil {
			return err
		}
		if form.Get("off") != "" {
			_, err = interview.CallOff(w, interviewActor(x), si.ID, s.Now())
			return err
		}
		_, err = interview.Record(w, interviewActor(x), si.ID, rec, s.Now())
		return err
	})
	if words, ok := refusal(err); ok {
		lacks := ""
		switch {
		case errors.Is(err, interview.ErrQuestions):
			lacks = interview.OwnFacts
		case errors.Is(err, interview.ErrScores):
			lacks = interview.Depth
		}
		v, err := s.readSitting(x)
		if err != nil {
			return err
		}
		if was := v.Recorded; was != nil {
			rec.At, rec.By = was.At, was.By
		}
		v.Recorded = &rec // as typed
		v.score()
		v.Wrong, v.Lacks = words, lacks
		return x.again("sittings/sitting", v)
	}
	if err != nil {
		return fmt.Errorf("record an interview: %w", err)
	}
	return x.see("/sittings/" + x.r.PathValue("sitting") + "?done=1")
}

// sittingCalendar hands out an interview for a calendar. It names nobody: whoever
// invites the person writes to them.
func (s *Server) sittingCalendar(x *exchange) error {
	var e interview.Event
	err := s.Store.Update(x.r.Context(), func(w store.Writer) error {
		si, err := visibleSitting(w, x)
		if err != nil {
			return err
		}
		p, err := interview.LoadPlan(w, si.Plan)
		if err != nil {
			return err
		}
		e = si.Event(p, s.address.Host, s.Now(), texts.In(x.r.URL.Query().Get("l")))
		return x.enter(w, "sitting.calendar", si.ID, map[string]string{"subject": si.Subject})
	})
	if err != nil {
		return fmt.Errorf("write an interview for a calendar: %w", err)
	}
	h := x.w.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8; method=PUBLISH")
	h.Set("Content-Disposition", `attachment; filename="interview-`+x.r.PathValue("sitting")+`.ics"`)
	x.w.WriteHeader(http.StatusOK)
	_, _ = x.w.Write(e.ICS()) // the reader has left: nothing can be done
	return nil
}
