// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"daylight/detect"
	"daylight/interview"
	"daylight/report"
	"daylight/store"
)

func continuityRoutes() []route {
	return []route{
		{
			pattern: "GET /people/{handle}/continuity", acts: "show a person's way from application to work as one line with its breaks, the way of their equipment, and stills that can be compared", recorded: true,
			roles: interviewers, example: "/people/{handle}/continuity", handle: (*Server).continuity,
		},
		{pattern: "POST /people/{handle}/continuity", acts: "have two people compare stills of two rounds", recorded: true, roles: interviewers, handle: (*Server).compareStills},
		{
			pattern: "GET /comparisons/{comparison}", acts: "show two stills of a person side by side", recorded: true,
			roles: interviewers, example: "/comparisons/{comparison}", handle: (*Server).comparison,
		},
		{pattern: "POST /comparisons/{comparison}", acts: "say whether two stills show the same person, without seeing what the other said", recorded: true, roles: interviewers, handle: (*Server).attest},
		{pattern: "GET /stills/{still}", acts: "load a still of a comparison", recorded: true, roles: interviewers, example: "-", handle: (*Server).still},
	}
}

// breaking are the indicators whose findings break the line of continuity.
var breaking = []string{"int.person_changed", "int.client_shared", "int.persona_collision", "onb.mfa_enrol_elsewhere", "onb.contact_churn", "onb.first_boot_geo", "onb.ship_change_late", "off.vanish_on_recheck"}

// arriving are the indicators that answer whether somebody began where they and the
// company say.
var arriving = []string{"app.ip_vs_claimed_place", "net.geo_vs_claimed", "onb.esign_ip", "onb.first_boot_geo", "onb.mfa_enrol_elsewhere", "onb.recipient_mismatch", "onb.ship_change_late", "onb.ship_ne_id_address"}

// indicatorAnswer is what one indicator says of a person.
type indicatorAnswer struct {
	Indicator, Title string
	Side             string // in words
	Says             string
}

// continuityView is the page of one person's way.
type continuityView struct {
	Handle   string
	Hidden   bool
	Patterns template.HTML
	Line     template.HTML
	Breaks   []report.Evidence
	Marked   int // breaks that stand on the line without a finding that counts
	// Quiet are the titles of the indicators of which nothing counts toward a
	// mismatch, Open of those that could not look.
	Quiet, Open []string
	Equipment   template.HTML
	Claimed     bool
	NoStop      []string // steps of the way that are not on record, in words
	// Arrival is where somebody began, beside what the indicators say of it.
	Arrival  []report.Compared
	Answers  []indicatorAnswer
	Unasked  []string // titles of those that nothing answers
	Stills   []interview.Still
	Compared []comparisonLine
	Wrong    string
}

// comparisonLine is a comparison as lists name it.
type comparisonLine struct {
	interview.Comparison
	May bool
}

func (s *Server) continuity(x *exchange) error {
	v, err := s.readContinuity(x)
	if err != nil {
		return err
	}
	if err := x.note("continuity.view", v.Handle, map[string]string{}); err != nil {
		return err
	}
	return x.page("sittings/continuity", v)
}

func (s *Server) readContinuity(x *exchange) (*continuityView, error) {
	v := &continuityView{Handle: x.r.PathValue("handle")}
	var sub *report.Subject
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		row, err := subjectRow(r, x.who, v.Handle)
		if err != nil {
			return err
		}
		if row.Text["merged"] != "" {
			return store.ErrNotFound
		}
		if v.Hidden, err = hidden(r, x.who); err != nil {
			return err
		}
		if sub, err = dossier(row, false); err != nil {
			return err
		}
		if v.Stills, err = interview.StillsOf(r, v.Handle, s.Now()); err != nil {
			return err
		}
		all, err := interview.ComparisonsOf(r, v.Handle)
		if err != nil {
			return err
		}
		by := interviewActor(x)
		for _, c := range all {
			v.Compared = append(v.Compared, comparisonLine{c, c.May(by)})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("show continuity: %w", err)
	}
	if m := report.NewEquipmentMap(sub); m != nil {
		if v.Equipment, err = m.HTML(); err != nil {
			return nil, err
		}
		v.Claimed, v.NoStop = sub.Claimed != nil, report.NoStop(sub.Equipment)
	}
	if v.Hidden {
		return v, nil
	}
	v.Arrival = sub.Arrival
	v.Answers, v.Unasked = s.answersOf(sub, arriving)
	return v, v.draw(s, sub)
}

// answersOf is what some indicators say of a person, and the titles of those that
// nothing on record answers.
func (s *Server) answersOf(sub *report.Subject, of []string) (answers []indicatorAnswer, unasked []string) {
	for _, c := range sub.Assessment.Contributions {
		f := c.Finding
		if !slices.Contains(of, f.Indicator) {
			continue
		}
		side := "weighs nothing"
		switch {
		case c.Counted > 0:
			side = "toward a mismatch"
		case c.Counted < 0:
			side = "for the person"
		}
		title := s.title(f.Indicator)
		if f.Outcome == detect.Absent {
			title = report.NotFound + title
		}
		answers = append(answers, indicatorAnswer{f.Indicator, title, side, f.Statement})
	}
	slices.SortFunc(answers, func(a, b indicatorAnswer) int { return strings.Compare(a.Indicator, b.Indicator) })
	for _, f := range sub.Assessment.Unanswered {
		if slices.Contains(of, f.Indicator) {
			unasked = append(unasked, s.title(f.Indicator))
		}
	}
	return answers, unasked
}

// draw makes the line, with a mark for each finding that breaks it, and where and on what
// the person was met at each step.
func (v *continuityView) draw(s *Server, sub *report.Subject) error {
	var breaks []report.Moment
	for _, e := range sub.Evidence {
		if !slices.Contains(breaking, e.Indicator) || e.WeightDB <= 0 {
			continue
		}
		v.Breaks = append(v.Breaks, e)
		if e.At != nil {
			breaks = append(breaks, report.Moment{At: *e.At, What: s.title(e.Indicator), Lane: "contact", Break: true})
		}
	}
	for _, c := range sub.Assessment.Contributions {
		if id := c.Finding.Indicator; slices.Contains(breaking, id) && c.Counted <= 0 {
			v.Quiet = append(v.Quiet, s.title(id))
		}
	}
	for _, f := range sub.Assessment.Unanswered {
		if slices.Contains(breaking, f.Indicator) {
			v.Open = append(v.Open, s.title(f.Indicator))
		}
	}
	for _, m := range append(slices.Clone(sub.Journey), sub.Touches...) {
		if m.Break {
			v.Marked++
		}
	}
	var err error
	if v.Patterns, err = report.Patterns(); err != nil {
		return err
	}
	v.Line, err = report.DrawJourney(sub, append(breaks, sub.Touches...), sub.Assessment.AsOf)
	return err
}

// title is the catalogue's title of an indicator.
func (s *Server) title(id string) string {
	for _, ind := range s.Catalog {
		if ind.ID == id {
			return ind.Title
		}
	}
	return id
}

func (s *Server) compareStills(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	handle := x.r.PathValue("handle")
	var c interview.Comparison
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		if _, err := subjectRow(w, x.who, handle); err != nil {
			return err
		}
		c, err = interview.Compare(w, interviewActor(x), handle, form.Get("first"), form.Get("second"), s.Now())
		return err
	})
	if words, ok := refusal(err); ok {
		v, err := s.readContinuity(x)
		if err != nil {
			return err
		}
		v.Wrong = words
		return x.again("sittings/continuity", v)
	}
	if err != nil {
		return fmt.Errorf("compare stills: %w", err)
	}
	return x.see("/comparisons/" + c.ID)
}

// comparisonView is the page of two stills.
type comparisonView struct {
	interview.Comparison
	Pair  []pictured
	Both  bool // have said what they see
	May   bool
	Gone  bool // a still is deleted, so nobody can look any more
	Seen  []interview.Attested
	Names map[string]string
	Wrong string
}

// pictured is one of the two stills; Gone where its time is over.
type pictured struct {
	ID, Round string
	At        time.Time
	Gone      bool
}

// visibleComparison reads a comparison of somebody whom the reader sees.
func visibleComparison(r store.Reader, x *exchange) (interview.Comparison, error) {
	c, err := interview.LoadComparison(r, x.r.PathValue("comparison"))
	if err != nil {
		return c, err
	}
	_, err = subjectRow(r, x.who, c.Subject)
	return c, err
}

func (s *Server) comparison(x *exchange) error {
	v, err := s.readComparison(x)
	if err != nil {
		return err
	}
	if err := x.note("comparison.view", v.ID, map[string]string{"subject": v.Subject}); err != nil {
		return err
	}
	return x.page("sittings/comparison", v)
}

func (s *Server) readComparison(x *exchange) (*comparisonView, error) {
	v := &comparisonView{}
	var err error
	if v.Names, err = s.accountNames(x); err != nil {
		return nil, err
	}
	err = s.Store.View(x.r.Context(), func(r store.Reader) error {
		if v.Comparison, err = visibleComparison(r, x); err != nil {
			return err
		}
		by := interviewActor(x)
		v.Both, v.May, v.Seen = v.Done(), v.Comparison.May(by), v.Comparison.Seen(by)
		// Nothing that shows what was said goes further than that.
		v.Answers = nil
		for i, id := range v.Stills {
			p := pictured{ID: id, Round: v.Rounds[i]}
			if st, err := interview.LoadStill(r, id, s.Now()); err == nil {
				p.At = st.At
			} else {
				p.Gone, v.Gone, v.May = true, true, false
			}
			v.Pair = append(v.Pair, p)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("show a comparison: %w", err)
	}
	return v, nil
}

func (s *Server) attest(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		c, err := visibleComparison(w, x)
		if err != nil {
			return err
		}
		_, err = interview.Attest(w, interviewActor(x), c.ID, form.Get("seen"), s.Now())
		return err
	})
	if words, ok := refusal(err); ok {
		v, err := s.readComparison(x)
		if err != nil {
			return err
		}
		v.Wrong = words
		return x.again("sittings/comparison", v)
	}
	if err != nil {
		return fmt.Errorf("say what is on stills: %w", err)
	}
	return x.see("/comparisons/" + x.r.PathValue("comparison"))
}

// still hands out a picture. That it was looked at is recorded first.
func (s *Server) still(x *exchange) error {
	var st interview.Still
	err := s.Store.Update(x.r.Context(), func(w store.Writer) (err error) {
		if st, err = interview.LoadStill(w, x.r.PathValue("still"), s.Now()); err != nil {
			return err
		}
		if _, err := subjectRow(w, x.who, st.Subject); err != nil {
			return err
		}
		return x.enter(w, "still.view", st.ID, map[string]string{"subject": st.Subject})
	})
	if err != nil {
		return fmt.Errorf("show a still: %w", err)
	}
	h := x.w.Header()
	h.Set("Content-Type", st.Type)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	_, _ = x.w.Write(st.Image) // the reader has left: nothing can be done
	return nil
}
