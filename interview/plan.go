// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/record"
	"daylight/store"
)

// Plan is what is asked of every finalist of one requisition: the same of each.
type Plan struct {
	ID          string `json:"id"`
	Requisition string `json:"requisition"` // as records name it
	// Challenges are the slugs of what is asked, in the order of [Challenges].
	Challenges []string `json:"challenges"`
	// Questions is how many questions about their own application everyone gets.
	Questions int `json:"questions,omitempty"`
	// FollowUps is how many unscheduled follow-ups everyone gets, within Days days of
	// the draw, and Minutes how long they have to answer each.
	FollowUps int `json:"follow_ups,omitempty"`
	Days      int `json:"days,omitempty"`
	Minutes   int `json:"minutes,omitempty"`
	// Stills says whether stills of the check-in are kept, for KeepDays days, so that
	// rounds can be compared.
	Stills   bool `json:"stills,omitempty"`
	KeepDays int  `json:"keep_days,omitempty"`
	// Version counts the changes; Reason says why the last was made.
	Version int       `json:"version"`
	Reason  string    `json:"reason,omitempty"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`

	// Damaged: the row does not open, and nothing is known but its ID and At.
	Damaged bool `json:"-"`
}

// Bounds of a plan.
const (
	mostQuestions = 10
	mostFollowUps = 6
	mostDays      = 120
	// leastMinutes is the shortest answering window: a meal, a school run, a meeting.
	leastMinutes = 30
	mostMinutes  = 24 * 60
	mostKeepDays = 180
)

// Standard is the plan that is proposed: what method §9 asks of core interviews. It has as
// many follow-ups as can say something either way.
func Standard(requisition string) Plan {
	return Plan{
		Requisition: requisition, Challenges: []string{Camera, Window, Profile, Hand, Fingers, OwnFacts, Depth, SamePerson},
		Questions: 3, FollowUps: notReached, Days: 21, Minutes: 120, KeepDays: 90,
	}
}

// PlanID is the id of the plan of a requisition. There is one each.
func PlanID(r store.Reader, requisition string) string {
	return "pl-" + r.Hash("plan", strings.ToLower(strings.TrimSpace(requisition)))[:10]
}

// check brings a plan into order, or says what is wrong with it.
func (p Plan) check() (Plan, error) {
	var err error
	if p.Requisition, err = text(p.Requisition); err != nil || len(p.Requisition) > 200 {
		return p, fmt.Errorf("%w: the requisition, in at most 200 bytes", ErrNothing)
	}
	var asked []string
	for _, c := range Challenges() {
		if slices.Contains(p.Challenges, c.Slug) {
			asked = append(asked, c.Slug)
		}
	}
	if len(asked) == 0 || len(asked) != len(p.Challenges) {
		return p, fmt.Errorf("%w: a plan holds one challenge or more, each once", ErrWord)
	}
	p.Challenges = asked
	if !slices.Contains(asked, OwnFacts) {
		p.Questions = 0
	} else if p.Questions < 1 {
		return p, fmt.Errorf("%w: how many questions everyone gets", ErrNothing)
	}
	if p.FollowUps == 0 {
		p.Days, p.Minutes = 0, 0
	} else if p.Days < 1 || p.Days > mostDays || p.Minutes < leastMinutes || p.Minutes > mostMinutes {
		return p, fmt.Errorf("%w: follow-ups come within %d days, with %d minutes or more to answer", ErrTime, mostDays, leastMinutes)
	}
	if !p.Stills {
		p.KeepDays = 0
	} else if p.KeepDays < 1 || p.KeepDays > mostKeepDays {
		return p, fmt.Errorf("%w: stills are kept for %d days at most", ErrTime, mostKeepDays)
	}
	if p.Questions < 0 || p.Questions > mostQuestions || p.FollowUps < 0 || p.FollowUps > mostFollowUps {
		return p, fmt.Errorf("%w: at most %d questions and %d follow-ups", ErrNothing, mostQuestions, mostFollowUps)
	}
	return p, nil
}

// SetPlan keeps the plan of a requisition and records it. A plan by which somebody
// was asked already changes only for a reason: from then on the finalists before
// were asked something else, as [Uneven] says. A plan that asks what the one before
// asked stays the version that it was.
func SetPlan(w store.Writer, by Actor, p Plan, now time.Time) (Plan, error) {
	if !by.may() {
		return p, fmt.Errorf("keep a plan: %w", ErrRole)
	}
	p, err := p.check()
	if err != nil {
		return p, fmt.Errorf("keep a plan: %w", err)
	}
	p.ID = PlanID(w, p.Requisition)
	old, version, err := decode[Plan](w.Get(store.Plans, p.ID))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return p, fmt.Errorf("keep a plan: %w", err)
	}
	if err == nil && old.asks(p) {
		return old, nil
	}
	begun, err := w.Count(store.Sittings, store.Query{Where: []store.Cond{
		{Column: "plan", Op: store.Equal, Text: p.ID}, {Column: "state", Op: store.Equal, Text: string(Held)},
	}})
	if err != nil {
		return p, fmt.Errorf("keep a plan: %w", err)
	}
	p.Reason = strings.TrimSpace(p.Reason)
	if begun > 0 {
		if p.Reason, err = text(p.Reason); err != nil {
			return p, fmt.Errorf("keep a plan: %w: why it changes though %d interviews were held by it", ErrNothing, begun)
		}
	}
	p.Version, p.By, p.At = old.Version+1, by.Account, now.UTC()
	if err := put(w, store.Plans, store.Row{Key: p.ID, Version: version, Ints: map[string]int64{"at": p.At.UnixMilli()}}, p); err != nil {
		return p, fmt.Errorf("keep a plan: %w", err)
	}
	return p, note(w, by, "plan.set", p.ID, now, map[string]string{
		"version": strconv.Itoa(p.Version), "challenges": strings.Join(p.Challenges, " "), "questions": strconv.Itoa(p.Questions),
		"follow_ups": strconv.Itoa(p.FollowUps), "held": strconv.Itoa(begun),
	})
}

// asks reports whether a plan asks the same of everybody as another of its requisition.
func (p Plan) asks(q Plan) bool {
	same := slices.Equal(p.Challenges, q.Challenges)
	p.Challenges, q.Challenges = nil, nil
	p.Version, p.By, p.At, p.Reason = q.Version, q.By, q.At, q.Reason
	return same && reflect.DeepEqual(p, q)
}

// LoadPlan reads a plan.
func LoadPlan(r store.Reader, id string) (Plan, error) {
	p, _, err := decode[Plan](r.Get(store.Plans, id))
	if err != nil {
		return p, fmt.Errorf("read plan %s: %w", id, err)
	}
	return p, nil
}

// Plans lists the plans, the newest first.
func Plans(r store.Reader) ([]Plan, error) {
	var out []Plan
	for row, err := range r.Find(store.Plans, store.Query{By: "at", Desc: true}) {
		p, _, err := decode[Plan](row, err)
		switch {
		case errors.Is(err, store.ErrErased):
			continue
		case errors.Is(err, store.ErrCorrupt):
			p = Plan{ID: row.Key, At: time.UnixMilli(row.Ints["at"]).UTC(), Damaged: true}
		case err != nil:
			return nil, fmt.Errorf("list the plans: %w", err)
		}
		out = append(out, p)
	}
	return out, nil
}

// MostApplicants bounds the people whose requisitions [Unplanned] reads.
const MostApplicants = 200

// Unplanned names the requisitions, as records name them, of the applicants who came
// into their state last, that have no plan: each once, in the order of the alphabet.
// Of somebody whose data does not open, nothing is listed. More reports whether there
// are applicants beyond the [MostApplicants] that are read.
func Unplanned(r store.Reader) (names []string, more bool, err error) {
	of := map[string]string{} // by id of the plan that they would have
	q := store.Query{Bare: true, By: "since", Desc: true, Limit: MostApplicants + 1, Where: []store.Cond{
		{Column: "stage", Op: store.Equal, Text: string(record.Applicant)}, {Column: "merged", Op: store.Equal, Text: ""},
	}}
	n := 0
	for row, err := range r.Find(store.Subjects, q) {
		if err != nil {
			return nil, false, fmt.Errorf("list the applicants: %w", err)
		}
		if n++; n > MostApplicants {
			more = true
			break
		}
		f, err := faceOf(r, row.Key)
		if errors.Is(err, ErrNobody) || errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
			continue
		}
		if err != nil {
			return nil, false, fmt.Errorf("read what an applicant applied for: %w", err)
		}
		for _, name := range f.Requisitions {
			of[PlanID(r, name)] = name
		}
	}
	for id := range of {
		_, err := LoadPlan(r, id)
		if err == nil {
			delete(of, id)
		} else if !errors.Is(err, store.ErrNotFound) {
			return nil, false, err
		}
	}
	return slices.Sorted(maps.Values(of)), more, nil
}

// PlanFor finds the plan of what a person applied for. ok is false where there is
// none; requisition is then what one could be made for, "" if nothing is known.
func PlanFor(r store.Reader, handle string) (p Plan, requisition string, ok bool, err error) {
	f, err := faceOf(r, handle)
	if errors.Is(err, ErrNobody) {
		return p, "", false, nil
	}
	if err != nil {
		return p, "", false, fmt.Errorf("find a person's plan: %w", err)
	}
	for _, q := range f.Requisitions {
		p, err := LoadPlan(r, PlanID(r, q))
		if err == nil {
			return p, q, true, nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return p, "", false, err
		}
		requisition = q
	}
	return p, requisition, false, nil
}
