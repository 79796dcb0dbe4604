// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"daylight/store"
)

// Asked is what one finalist was asked by a plan.
type Asked struct {
	Subject string // handle
	Held    int    // interviews
	Open    int    // interviews that are planned
	// Challenges are what was asked at least once, by slug, whatever came of it.
	Challenges map[string]bool
	Questions  int // about the own application, the most in one interview
	FollowUps  int // drawn
	// Unasked are follow-ups that nobody asked and nobody will; Called and Linked those
	// that were asked by a call and by a check-in. The others are still to come, or it is
	// not known how they were asked.
	Unasked, Called, Linked int
	CheckIns                int // links of check-ins that are for no follow-up, but for those taken back
	Beside
	// Less and More are what this finalist was asked less or more than the others, in
	// words; both are empty where they were asked the same.
	Less, More []string
}

// Beside is what other packages know of what a person was asked.
type Beside struct {
	// Apart is set where the person has an arrangement: then their follow-ups and
	// check-ins are held against nobody's, and nothing is said of them.
	Apart bool
	// Steps are what any of their check-ins asks for, in words.
	Steps map[string]bool
}

// WhoWasAsked compares what the finalists of a plan were asked. The measure is what
// anybody was asked and what the plan holds now: who lacks some of it was asked
// less, and who alone was asked something that the plan does not hold, more. A follow-up that is still to come
// counts as asked, and one that was settled without anybody being asked does not.
//
// A finalist is whoever had an interview, or follow-ups drawn, or a check-in: who had some
// of it and no interview was asked less. Nothing was asked yet of somebody who has
// interviews to come and nothing else, and they are not listed.
func WhoWasAsked(r store.Reader, p Plan, beside func(subject string) (Beside, error)) ([]Asked, error) {
	by, err := finalists(r, p)
	if err != nil {
		return nil, fmt.Errorf("compare what was asked: %w", err)
	}
	var out []Asked
	for _, a := range by {
		if a.CheckIns, err = checkIns(r, a.Subject); err != nil {
			return nil, fmt.Errorf("compare what was asked: %w", err)
		}
		if a.Held+a.FollowUps+a.CheckIns == 0 && a.Open > 0 {
			continue
		}
		if a.Beside, err = beside(a.Subject); err != nil {
			return nil, fmt.Errorf("compare what was asked: %w", err)
		}
		out = append(out, *a)
	}
	slices.SortFunc(out, func(a, b Asked) int { return cmp.Compare(a.Subject, b.Subject) })
	compare(p, out)
	return out, nil
}

// finalists are the people of whom a plan has an interview, a draw or a follow-up, and
// those of its requisition with a check-in, by handle.
func finalists(r store.Reader, p Plan) (map[string]*Asked, error) {
	by := map[string]*Asked{}
	of := func(subject string) *Asked {
		if by[subject] == nil {
			by[subject] = &Asked{Subject: subject, Challenges: map[string]bool{}}
		}
		return by[subject]
	}
	ofPlan := store.Query{Where: []store.Cond{{Column: "plan", Op: store.Equal, Text: p.ID}}}
	sittings, err := list[Sitting](r, store.Sittings, ofPlan)
	if err != nil {
		return nil, err
	}
	for _, s := range sittings {
		of(s.Subject).sat(s)
	}
	draws, err := list[Draw](r, store.Draws, ofPlan)
	if err != nil {
		return nil, err
	}
	for _, d := range draws {
		of(d.Subject).FollowUps += d.Count
	}
	followUps, err := list[FollowUp](r, store.FollowUps, ofPlan)
	if err != nil {
		return nil, err
	}
	for _, f := range followUps {
		of(f.Subject).count(f)
	}
	for row, err := range r.Find(store.CheckIns, store.Query{Bare: true, Where: []store.Cond{{Column: "asked", Op: store.Equal, Text: AskedAlone}}}) {
		if err != nil {
			return nil, err
		}
		subject := row.Text["subject"]
		if by[subject] != nil {
			continue
		}
		its, _, ok, err := PlanFor(r, subject)
		switch {
		case errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt):
			continue // nobody can tell what they applied for
		case err != nil:
			return nil, err
		case ok && its.ID == p.ID:
			of(subject)
		}
	}
	return by, nil
}

// sat enters an interview.
func (a *Asked) sat(s Sitting) {
	switch s.State {
	case Held:
		a.Held++
		a.Questions = max(a.Questions, s.Recorded.Questions)
		for slug, word := range s.Recorded.Outcomes {
			if word != NotAsked {
				a.Challenges[slug] = true
			}
		}
	case Planned:
		a.Open++
	case NotHeld:
	}
}

// count counts how a follow-up was asked, or that nobody did.
func (a *Asked) count(f FollowUp) {
	switch {
	case f.Invited.IsZero() && (f.State == Withdrawn || f.State == Missed):
		a.Unasked++
	case f.How == ByCall:
		a.Called++
	case f.How == ByCheckIn:
		a.Linked++
	}
}

// asked are the follow-ups that were asked or are to come.
func (a Asked) asked() int { return a.FollowUps - a.Unasked }

// AskedAlone is what [store.CheckIns] says of a check-in outside the follow-ups whose
// link was not taken back.
const AskedAlone = "alone"

// checkIns counts the check-ins of a person outside their follow-ups. What became of
// one is not looked at: who declined was asked too.
func checkIns(r store.Reader, subject string) (int, error) {
	return r.Count(store.CheckIns, store.Query{Where: []store.Cond{
		{Column: "subject", Op: store.Equal, Text: subject}, {Column: "asked", Op: store.Equal, Text: AskedAlone},
	}})
}

// compare fills in who was asked less and who more.
func compare(p Plan, all []Asked) {
	anybody := map[string]int{}
	// Even where nobody had one yet, a plan asks for an interview.
	met, held, questions, followUps, links := 0, 1, 0, 0, 0
	for _, a := range all {
		if a.Held > 0 {
			met++
		}
		for slug := range a.Challenges {
			anybody[slug]++
		}
		held, questions = max(held, a.Held), max(questions, a.Questions)
		if !a.Apart {
			followUps, links = max(followUps, a.asked()), max(links, a.CheckIns)
		}
	}
	for i := range all {
		a := &all[i]
		for _, c := range Challenges() {
			title := strings.ToLower(c.Title[:1]) + c.Title[1:]
			inPlan := slices.Contains(p.Challenges, c.Slug)
			switch {
			// Who had no interview is said to have had none, and not each thing that it asks.
			case a.Held == 0:
			// Nobody meets the person again before the second round.
			case c.Slug == SamePerson && a.Held < 2:
			case !a.Challenges[c.Slug] && (inPlan || anybody[c.Slug] > 0):
				a.Less = append(a.Less, title)
			case a.Challenges[c.Slug] && !inPlan && anybody[c.Slug] < met:
				a.More = append(a.More, title)
			}
		}
		number := func(n, most, planned int, what string) {
			switch {
			case n < max(most, planned):
				a.Less = append(a.Less, fmt.Sprintf("%s: %d of %d", what, n, max(most, planned)))
			case n > planned && planned > 0 && slices.ContainsFunc(all, func(o Asked) bool { return o.compared(what) && o.measured(what) < n }):
				a.More = append(a.More, fmt.Sprintf("%s: %d, planned %d", what, n, planned))
			}
		}
		if a.Challenges[OwnFacts] {
			number(a.Questions, questions, p.Questions, itemQuestions)
		}
		if !a.Apart {
			number(a.asked(), followUps, p.FollowUps, itemFollowUps)
			a.aside(all, links)
		}
		if a.Held+a.Open < held {
			a.Less = append(a.Less, fmt.Sprintf("%s: %d of %d", itemInterviews, a.Held, held))
		}
	}
}

// aside compares by which ways the follow-ups of somebody were asked, where there were as
// many, and what their check-ins ask for.
func (a *Asked) aside(all []Asked, links int) {
	called, linked, steps := 0, 0, map[string]bool{}
	for _, o := range all {
		if !o.Apart {
			called, linked = max(called, o.Called), max(linked, o.Linked)
			maps.Copy(steps, o.Steps)
		}
	}
	toCome := a.asked() - a.Called - a.Linked
	if len(a.Less) == 0 || !strings.HasPrefix(a.Less[len(a.Less)-1], itemFollowUps) {
		if a.Called+toCome < called {
			a.Less = append(a.Less, fmt.Sprintf("%s: %d of %d", itemCalls, a.Called, called))
		}
		if a.Linked+toCome < linked {
			a.Less = append(a.Less, fmt.Sprintf("%s: %d of %d", itemLinks, a.Linked, linked))
		}
	}
	switch { // no plan holds one
	case a.CheckIns < links:
		a.Less = append(a.Less, fmt.Sprintf("%s: %d of %d", itemCheckIns, a.CheckIns, links))
	case a.CheckIns > 0 && (len(all) == 1 || slices.ContainsFunc(all, func(o Asked) bool { return !o.Apart && o.CheckIns < a.CheckIns })):
		a.More = append(a.More, fmt.Sprintf("%s: %d", itemCheckIns, a.CheckIns))
	}
	// Who had no check-in is said to have had none, and not each thing that it asks.
	for _, step := range slices.Sorted(maps.Keys(steps)) {
		if len(a.Steps) > 0 && !a.Steps[step] {
			a.Less = append(a.Less, "in check-ins: "+step)
		}
	}
}

// What is counted, in words.
const (
	itemQuestions  = "questions about the own application"
	itemFollowUps  = "follow-ups asked or to come"
	itemCalls      = "follow-ups by a call"
	itemLinks      = "follow-ups by a check-in"
	itemInterviews = "interviews"
	itemCheckIns   = "check-ins outside the follow-ups"
)

// compared reports whether somebody's number of something is held against others'.
func (a Asked) compared(what string) bool {
	if what == itemQuestions {
		return a.Held > 0
	}
	return !a.Apart
}

func (a Asked) measured(what string) int {
	if what == itemQuestions {
		return a.Questions
	}
	return a.asked()
}

// WriteAsked writes the comparison as CSV (RFC 4180): a row a finalist, "yes" or
// "no" for each challenge of the plan, and what was less or more. Of follow-ups it has
// how many were drawn, which is as many for whoever has an arrangement: which of them
// nobody asked stands among what was less.
func WriteAsked(w io.Writer, p Plan, all []Asked) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	head := slices.Concat([]string{"person", "interviews", "planned"}, p.Challenges, []string{"questions", "follow_ups_drawn", "check_ins", "less", "more"})
	if err := out.Write(head); err != nil {
		return fmt.Errorf("write who was asked what: %w", err)
	}
	for _, a := range all {
		row := []string{a.Subject, strconv.Itoa(a.Held), strconv.Itoa(a.Open)}
		for _, slug := range p.Challenges {
			row = append(row, map[bool]string{true: "yes", false: "no"}[a.Challenges[slug]])
		}
		row = append(row, strconv.Itoa(a.Questions), strconv.Itoa(a.FollowUps), strconv.Itoa(a.CheckIns), strings.Join(a.Less, "; "), strings.Join(a.More, "; "))
		if err := out.Write(row); err != nil {
			return fmt.Errorf("write who was asked what: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write who was asked what: %w", err)
	}
	return nil
}
