// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/account"
	"daylight/checkin"
	"daylight/detect"
	"daylight/intake"
	"daylight/interview"
	"daylight/store"
	"daylight/texts"
)

// interviewers are the roles that ask candidates.
var interviewers = []account.Role{account.Recruiter, account.HR, account.Security}

func interviewRoutes() []route {
	return []route{
		{pattern: "GET /interviews", acts: "list the interview plans of requisitions, and the follow-ups that are due", recorded: true, roles: interviewers, handle: (*Server).interviews},
		{pattern: "POST /interviews", acts: "make the interview plan of a requisition", recorded: true, roles: interviewers, handle: (*Server).newPlan},
		{
			pattern: "GET /interviews/{plan}", acts: "show an interview plan, what it weighs, and who was asked less or more than the others", recorded: true,
			roles: interviewers, example: "/interviews/{plan}", handle: (*Server).showPlan,
		},
		{pattern: "POST /interviews/{plan}", acts: "change an interview plan, for a reason once people were asked by it", recorded: true, roles: interviewers, handle: (*Server).changePlan},
		{
			pattern: "GET /interviews/{plan}/asked", acts: "download who was asked what by a plan, as CSV", recorded: true,
			roles: interviewers, example: "-", handle: (*Server).askedCSV,
		},
	}
}

// interviewActor is who asks, as package interview knows them.
func interviewActor(x *exchange) interview.Actor {
	a := interview.Actor{Account: x.who.Account, Person: x.who.Person}
	for _, r := range x.who.Roles {
		a.Roles = append(a.Roles, string(r))
	}
	return a
}

// refusals are what a form of these pages is refused for; anything else is no fault
// of what was entered.
var refusals = []error{interview.ErrWord, interview.ErrNothing, interview.ErrTime, interview.ErrState, interview.ErrNobody}

// refusal words why a form was not accepted; ok is false where the error is none of
// the form's.
func refusal(err error) (words string, ok bool) {
	for _, r := range refusals {
		if !errors.Is(err, r) {
			continue
		}
		_, why, found := strings.Cut(err.Error(), r.Error()+": ")
		if !found {
			why = r.Error()
		}
		return strings.ToUpper(why[:1]) + why[1:] + ".", true
	}
	return "", false
}

// interviewsView is the page of plans.
type interviewsView struct {
	Plans       []interview.Plan
	Unplanned   []string // requisitions on record that have no plan
	More        bool     // there are older applicants, whose requisitions were not read
	Due         []followUpLine
	Requisition string // as typed, when it was not accepted
	Wrong       string
}

// Read is of how many applicants, at most, it is read what they applied for.
func (interviewsView) Read() int { return interview.MostApplicants }

func (s *Server) interviews(x *exchange) error {
	v := &interviewsView{}
	if err := s.readInterviews(x, v); err != nil {
		return err
	}
	return x.page("interviews", v)
}

func (s *Server) readInterviews(x *exchange, v *interviewsView) error {
	err := s.Store.View(x.r.Context(), func(r store.Reader) (err error) {
		if v.Plans, err = interview.Plans(r); err != nil {
			return err
		}
		if v.Unplanned, v.More, err = interview.Unplanned(r); err != nil {
			return err
		}
		due, err := interview.DueFollowUps(r, s.Now())
		if err != nil {
			return err
		}
		for _, f := range due {
			if _, err := subjectRow(r, x.who, f.Subject); err == nil {
				v.Due = append(v.Due, s.followUpLine(f))
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("list interview plans: %w", err)
	}
	return x.listed("follow-ups.list", len(v.Due) == 0, "", 1, len(v.Due))
}

// newPlan makes the plan that is proposed for a requisition, to be changed on its own
// page. Where there is one already, it is shown.
func (s *Server) newPlan(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	p := interview.Standard(form.Get("requisition"))
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		old, err := interview.LoadPlan(w, interview.PlanID(w, p.Requisition))
		if !errors.Is(err, store.ErrNotFound) {
			p = old
			return err
		}
		p, err = interview.SetPlan(w, interviewActor(x), p, s.Now())
		return err
	})
	if words, ok := refusal(err); ok {
		v := &interviewsView{Requisition: form.Get("requisition"), Wrong: words}
		if err := s.readInterviews(x, v); err != nil {
			return err
		}
		return x.again("interviews", v)
	}
	if err != nil {
		return fmt.Errorf("make an interview plan: %w", err)
	}
	return x.see("/interviews/" + p.ID)
}

// planView is the page of one plan.
type planView struct {
	interview.Plan
	Items   []planItem
	Asked   []interview.Asked
	Columns []planItem // of the challenges in the plan
	Uneven  int        // finalists who were asked less or more
	Begun   bool
	Wrong   string
	Done    bool
	Same    bool // what was kept is what the plan was before
	Plain   bool // the reader is told what a challenge tells in words
}

// planItem is a challenge, and whether the plan holds it.
type planItem struct {
	interview.Challenge
	In bool
	// Meta is the card of the indicator that weighs it; nil if the catalogue has none.
	Meta *detect.Meta
	// Spoken is what the person is told, in the other languages.
	Spoken []spoken
}

// spoken is what the person is told in a challenge, in a language.
type spoken struct {
	texts.Language
	Say, Another string
}

// spokenOf is what the person is told in each challenge, in every language but the
// console's, by slug.
func spokenOf() map[string][]spoken {
	out := map[string][]spoken{}
	for _, l := range texts.Languages()[1:] {
		for _, c := range interview.ChallengesIn(texts.In(l.Code)) {
			out[c.Slug] = append(out[c.Slug], spoken{l, c.Say, c.Another})
		}
	}
	return out
}

func (s *Server) items(p interview.Plan) []planItem {
	var out []planItem
	others := spokenOf()
	for _, c := range interview.Challenges() {
		item := planItem{Challenge: c, In: slices.Contains(p.Challenges, c.Slug), Spoken: others[c.Slug]}
		if i := slices.IndexFunc(s.Catalog, func(ind *detect.Indicator) bool { return ind.ID == c.Indicator }); i >= 0 {
			item.Meta = &s.Catalog[i].Meta
		}
		out = append(out, item)
	}
	return out
}

func (s *Server) showPlan(x *exchange) error {
	done := x.r.URL.Query().Get("done")
	v := &planView{Done: done != "", Same: done == "same"}
	if err := s.readPlan(x, v); err != nil {
		return err
	}
	return x.page("interviews/plan", v)
}

func (s *Server) readPlan(x *exchange, v *planView) error {
	v.Plain = plainly(x.who)
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		stored, err := interview.LoadPlan(r, x.r.PathValue("plan"))
		if err != nil {
			return err
		}
		if v.Wrong == "" {
			v.Plan = stored
		}
		v.ID, v.Requisition, v.Version, v.At = stored.ID, stored.Requisition, stored.Version, stored.At
		if v.Asked, err = interview.WhoWasAsked(r, stored, s.askedBeside(r)); err != nil {
			return err
		}
		v.Begun = len(v.Asked) > 0
		// Whoever is not shown to the reader is counted and not named.
		v.Asked = slices.DeleteFunc(v.Asked, func(a interview.Asked) bool {
			if len(a.Less)+len(a.More) > 0 {
				v.Uneven++
			}
			_, err := subjectRow(r, x.who, a.Subject)
			return err != nil
		})
		for _, item := range s.items(stored) {
			if item.In {
				v.Columns = append(v.Columns, item)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("show an interview plan: %w", err)
	}
	v.Items = s.items(v.Plan)
	if len(v.Asked) == 0 {
		return nil
	}
	return x.note("plan.view", v.ID, map[string]string{"count": strconv.Itoa(len(v.Asked))})
}

// number reads a number of a form; what is none is -1, which no plan accepts.
func number(form url.Values, name string) int {
	text := strings.TrimSpace(form.Get(name))
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

func (s *Server) changePlan(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	p := interview.Plan{
		Challenges: form["challenge"], Questions: number(form, "questions"), FollowUps: number(form, "follow_ups"), Days: number(form, "days"),
		Minutes: number(form, "minutes"), Stills: form.Get("stills") != "", KeepDays: number(form, "keep_days"), Reason: form.Get("reason"),
	}
	done := "1"
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		old, err := interview.LoadPlan(w, x.r.PathValue("plan"))
		if err != nil {
			return err
		}
		p.Requisition = old.Requisition
		kept, err := interview.SetPlan(w, interviewActor(x), p, s.Now())
		if kept.Version == old.Version {
			done = "same"
		}
		return err
	})
	if words, ok := refusal(err); ok {
		v := &planView{Plan: p, Wrong: words}
		if err := s.readPlan(x, v); err != nil {
			return err
		}
		return x.again("interviews/plan", v)
	}
	if err != nil {
		return fmt.Errorf("change an interview plan: %w", err)
	}
	return x.see("/interviews/" + x.r.PathValue("plan") + "?done=" + done)
}

// askedBeside says of a person whether they have an arrangement, and what their check-ins
// ask for. Where a check-in does not open, nobody can tell what it asks for.
func (s *Server) askedBeside(r store.Reader) func(string) (interview.Beside, error) {
	return func(handle string) (interview.Beside, error) {
		b, words := interview.Beside{Steps: map[string]bool{}}, texts.In("")
		var err error
		if b.Apart, err = intake.Arranged(r, handle); err != nil {
			return b, err
		}
		all, err := checkin.List(r, handle, s.Now())
		if err != nil && !errors.Is(err, store.ErrCorrupt) {
			return b, err
		}
		for _, c := range all {
			if c.State == checkin.Revoked {
				continue
			}
			for _, asked := range c.Plan.Asked {
				b.Steps["“"+words.T(asked+".title")+"”"] = true
			}
			if c.Plan.Typed {
				b.Steps["digits to type"] = true
			}
			if c.Plan.Connection {
				b.Steps["the way of the connection"] = true
			}
		}
		return b, nil
	}
}

// askedCSV hands out who was asked what.
func (s *Server) askedCSV(x *exchange) error {
	var b bytes.Buffer
	id := x.r.PathValue("plan")
	err := s.Store.Update(x.r.Context(), func(w store.Writer) error {
		p, err := interview.LoadPlan(w, id)
		if err != nil {
			return err
		}
		all, err := interview.WhoWasAsked(w, p, s.askedBeside(w))
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(a interview.Asked) bool {
			_, err := subjectRow(w, x.who, a.Subject)
			return err != nil
		})
		if err := interview.WriteAsked(&b, p, all); err != nil {
			return err
		}
		return x.enter(w, "export.asked", p.ID, map[string]string{"people": strconv.Itoa(len(all))})
	})
	if err != nil {
		return fmt.Errorf("write who was asked what: %w", err)
	}
	h := x.w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="asked-`+id+`-`+s.Now().UTC().Format(time.DateOnly)+`.csv"`)
	_, _ = b.WriteTo(x.w) // the reader has left: nothing can be done
	return nil
}
