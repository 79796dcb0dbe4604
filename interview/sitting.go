// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"daylight/record"
	"daylight/store"
	"daylight/texts"
)

// State is where a sitting stands.
type State string

// The states of a sitting.
const (
	Planned State = "planned"
	Held    State = "held"
	NotHeld State = "not_held" // moved or called off; says nothing about anybody
)

// Sitting is one interview of one person: what is asked, and what was recorded.
type Sitting struct {
	ID      string `json:"id"`
	Subject string `json:"subject"` // handle
	Plan    string `json:"plan"`
	Version int    `json:"version"` // of the plan
	// Number counts the sittings of the person, from 1.
	Number int   `json:"number"`
	State  State `json:"state"`
	// From and To are when it is; Place and Zone what the person had claimed when it
	// was planned, with the sun's elevation then where the claim could be placed.
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Claim *Claim    `json:"claim,omitempty"`
	By    string    `json:"by"` // account
	// Seed is what the fingers, the order of prompts and the questions are drawn from.
	Seed Seed `json:"seed"`
	// Recorded is what was asked and what became of it; nil until it was held.
	Recorded *Recorded `json:"recorded,omitempty"`
}

// Claim is the place that the person says they are at.
type Claim struct {
	Place     string  `json:"place"`
	Zone      string  `json:"zone"`
	Lat       float64 `json:"lat"`
	Lon       float64 `json:"lon"`
	Elevation float64 `json:"elevation"` // of the sun at From, degrees
}

// Recorded is what an interviewer wrote down, in closed words.
type Recorded struct {
	At time.Time `json:"at"`
	By string    `json:"by"` // account
	// Outcomes are one word a challenge of the plan.
	Outcomes map[string]string `json:"outcomes"`
	// Questions is how many questions about the own application were asked.
	Questions int `json:"questions,omitempty"`
	// First and Deeper are the scores of the two levels of depth, 0 to 5.
	First  []int `json:"first,omitempty"`
	Deeper []int `json:"deeper,omitempty"`
	// Noticed are words by the names of [NoticedWords].
	Noticed map[string]string `json:"noticed,omitempty"`
}

// commitment is what the audit log says about the seed of a sitting beforehand.
func (s Sitting) commitment() string { return s.Seed.Commitment("sitting " + s.ID) }

// fingersDrawn is how many numbers of fingers are drawn for a sitting.
const fingersDrawn = 3

// Fingers are the numbers of fingers to ask for, 1 to 9, no two alike in a row.
func (s Sitting) Fingers() []int { return fingers(s.Seed) }

func fingers(seed Seed) []int {
	last := 1 + seed.Draw("fingers", 0, 9)
	out := []int{last}
	for i := 1; i < fingersDrawn; i++ {
		last = 1 + (last+seed.Draw("fingers", i, 8))%9 // one of the eight others
		out = append(out, last)
	}
	return out
}

// Propose plans a sitting of a person by the plan of what they applied for. The
// audit log keeps the commitment to the seed, so that what was drawn cannot be changed
// afterwards; see [Seed] for what that does not show.
func Propose(w store.Writer, by Actor, s Sitting, random io.Reader, now time.Time) (Sitting, error) {
	s, err := propose(w, by, s, random, now)
	if err != nil {
		return s, fmt.Errorf("plan an interview: %w", err)
	}
	return s, nil
}

func propose(w store.Writer, by Actor, s Sitting, random io.Reader, now time.Time) (Sitting, error) {
	if !by.may() {
		return s, ErrRole
	}
	if s.From.IsZero() || !s.To.After(s.From) || s.To.Sub(s.From) > 12*time.Hour {
		return s, fmt.Errorf("%w: an interview begins, and ends within twelve hours", ErrTime)
	}
	p, _, ok, err := PlanFor(w, s.Subject)
	if err != nil {
		return s, err
	}
	if !ok {
		return s, fmt.Errorf("%w: the requisition has no plan yet", ErrState)
	}
	if s.Seed, err = NewSeed(random); err != nil {
		return s, err
	}
	before, err := SittingsOf(w, s.Subject)
	if err != nil {
		return s, err
	}
	s.ID = "si-" + w.Hash("sitting", string(s.Seed))[:16]
	s.Plan, s.Version, s.Number = p.ID, p.Version, len(before)+1
	s.State, s.By, s.Recorded = Planned, by.Account, nil
	s.From, s.To = s.From.UTC(), s.To.UTC()
	if err := s.save(w, 0); err != nil {
		return s, err
	}
	return s, note(w, by, "sitting.plan", s.ID, now, map[string]string{
		"subject": s.Subject, "plan": s.Plan, "version": strconv.Itoa(s.Version), "commitment": s.commitment(),
	})
}

func (s Sitting) save(w store.Writer, version int64) error {
	return put(w, store.Sittings, store.Row{
		Key: s.ID, Version: version, Holder: Holder(s.Subject),
		Text: map[string]string{"subject": s.Subject, "plan": s.Plan, "state": string(s.State)},
		Ints: map[string]int64{"at": s.From.UnixMilli()},
	}, s)
}

// LoadSitting reads a sitting.
func LoadSitting(r store.Reader, id string) (Sitting, error) {
	s, _, err := loadSitting(r, id)
	return s, err
}

func loadSitting(r store.Reader, id string) (Sitting, int64, error) {
	s, version, err := decode[Sitting](r.Get(store.Sittings, id))
	if err != nil {
		return s, 0, fmt.Errorf("read an interview: %w", err)
	}
	return s, version, nil
}

// SittingsOf lists the sittings of a person, the oldest first.
func SittingsOf(r store.Reader, subject string) ([]Sitting, error) {
	all, err := list[Sitting](r, store.Sittings, store.Query{By: "at", Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: subject}}})
	if err != nil {
		return nil, fmt.Errorf("list the interviews of a person: %w", err)
	}
	return all, nil
}

// CallOff says that a planned sitting did not take place. It says nothing about
// anybody, whoever could not come.
func CallOff(w store.Writer, by Actor, id string, now time.Time) (Sitting, error) {
	s, version, err := loadSitting(w, id)
	if err != nil {
		return s, err
	}
	if !by.may() {
		return s, fmt.Errorf("call an interview off: %w", ErrRole)
	}
	if s.State != Planned {
		return s, fmt.Errorf("call an interview off: %w", ErrState)
	}
	s.State = NotHeld
	if err := s.save(w, version); err != nil {
		return s, fmt.Errorf("call an interview off: %w", err)
	}
	return s, noteAbout(w, by, "sitting.settle", s.ID, now, map[string]string{"subject": s.Subject, "seed": string(s.Seed)}, "sitting.off", nil)
}

// Record keeps what was asked and what became of it, and leaves it as records about
// the person, in one. A sitting may be recorded again to correct it; the records
// then are the new ones alone. The seed goes into the audit log, where its
// commitment is.
func Record(w store.Writer, by Actor, id string, rec Recorded, now time.Time) (Sitting, error) {
	s, err := recordSitting(w, by, id, rec, now)
	if err != nil {
		return s, fmt.Errorf("record an interview: %w", err)
	}
	return s, nil
}

func recordSitting(w store.Writer, by Actor, id string, rec Recorded, now time.Time) (Sitting, error) {
	s, version, err := loadSitting(w, id)
	if err != nil {
		return s, err
	}
	if !by.may() {
		return s, ErrRole
	}
	if s.State == NotHeld {
		return s, ErrState
	}
	if now.Before(s.From) {
		return s, fmt.Errorf("%w: it has not begun", ErrTime)
	}
	p, err := LoadPlan(w, s.Plan)
	if err != nil {
		return s, err
	}
	if rec, err = rec.check(p); err != nil {
		return s, err
	}
	again := s.State == Held
	rec.At, rec.By = now.UTC(), by.Account
	s.State, s.Recorded, s.Version = Held, &rec, p.Version
	if err := s.save(w, version); err != nil {
		return s, err
	}
	for _, part := range []string{"interview", "depth"} {
		if err := Unobserve(w, s.Subject, s.ID, part, now); err != nil {
			return s, err
		}
	}
	for part, body := range s.Evidence() {
		if err := Observe(w, Observed{Subject: s.Subject, Locator: s.ID, Part: part, At: s.From, Body: body}, now); err != nil {
			return s, err
		}
	}
	asked := 0
	for _, word := range rec.Outcomes {
		if word != NotAsked {
			asked++
		}
	}
	open := map[string]string{"subject": s.Subject, "seed": string(s.Seed)}
	return s, noteAbout(w, by, "sitting.settle", s.ID, now, open, "sitting.record", map[string]string{
		"plan": s.Plan, "asked": strconv.Itoa(asked), "of": strconv.Itoa(len(p.Challenges)), "again": strconv.FormatBool(again),
	})
}

// What may lack in a record of an interview, each an [ErrNothing].
var (
	ErrQuestions = fmt.Errorf("%w: how many questions were asked", ErrNothing)
	ErrScores    = fmt.Errorf("%w: the scores of both levels, 0 to 5", ErrNothing)
)

// check brings what was written down into order, or says what is wrong with it:
// every challenge of the plan has an outcome, if only that it was not asked.
func (rec Recorded) check(p Plan) (Recorded, error) {
	out := map[string]string{}
	for _, slug := range p.Challenges {
		c, known := ChallengeOf(slug)
		word := cmp.Or(rec.Outcomes[slug], NotAsked)
		if !known || !c.knows(word) {
			return rec, fmt.Errorf("%w: %s %q", ErrWord, slug, word)
		}
		out[slug] = word
	}
	for slug := range rec.Outcomes {
		if out[slug] == "" {
			return rec, fmt.Errorf("%w: %q is not in the plan", ErrWord, slug)
		}
	}
	rec.Outcomes = out
	if out[OwnFacts] != "good" && out[OwnFacts] != "poor" {
		rec.Questions = 0
	} else if rec.Questions < 1 || rec.Questions > mostQuestions {
		return rec, ErrQuestions
	}
	if out[Depth] != "scored" {
		rec.First, rec.Deeper = nil, nil
	} else if len(rec.First) == 0 || len(rec.Deeper) == 0 || !scores(rec.First) || !scores(rec.Deeper) {
		return rec, ErrScores
	}
	noticed := map[string]string{}
	for _, n := range NoticedWords() {
		word := rec.Noticed[n.Name]
		if word == "" {
			continue
		}
		if !slices.Contains(n.Words, word) {
			return rec, fmt.Errorf("%w: %s %q", ErrWord, n.Name, word)
		}
		noticed[n.Name] = word
	}
	rec.Noticed = noticed
	return rec, nil
}

func scores(list []int) bool {
	return len(list) <= 5 && !slices.ContainsFunc(list, func(n int) bool { return n < 0 || n > 5 })
}

// Evidence is what the sitting leaves as records, by part: the interview, and the
// scored depth as a check. What was not asked, and what was shown in another way,
// is in none of them.
func (s Sitting) Evidence() map[string]record.Body {
	out := map[string]record.Body{}
	rec := s.Recorded
	if rec == nil {
		return out
	}
	word := func(slug string) string {
		if w := rec.Outcomes[slug]; w != NotAsked && w != Another {
			return w
		}
		return ""
	}
	iv := record.Interview{
		Interviewer: rec.By, Channel: "video", Scheduled: "planned",
		Camera: word(Camera), Window: word(Window), Profile: word(Profile), Hand: word(Hand), Fingers: word(Fingers), Near: word(Near),
		LocalKnowledge: word(OwnFacts), BackgroundCheck: word(Background), SamePerson: word(SamePerson),
		Lighting: rec.Noticed["lighting"], Background: rec.Noticed["background"], VideoQuality: rec.Noticed["video_quality"],
		Excuse: rec.Noticed["excuse"], Audio: rec.Noticed["audio"], Answers: rec.Noticed["answers"],
	}
	if s.Claim != nil {
		iv.TimeZone = s.Claim.Zone
	}
	if iv.Until = s.To; rec.At.After(s.From) && rec.At.Before(s.To) {
		iv.Until = rec.At // it was over when it was written down
	}
	out["interview"] = iv
	if word(Depth) == "scored" {
		out["depth"] = record.Check{Check: "depth_gap", Result: depthResult(rec.First, rec.Deeper), By: rec.By}
	}
	return out
}

// depthGap is by how much the mean of the follow-ups lies below that of the first
// answers where they collapsed (catalogue, int.depth_gap).
const depthGap = 2

// depthResult compares the means of the two levels, in whole numbers.
func depthResult(first, deeper []int) string {
	sum := func(list []int) (n int) {
		for _, v := range list {
			n += v
		}
		return n
	}
	// mean(first) - mean(deeper) >= gap, times both lengths.
	if sum(first)*len(deeper)-sum(deeper)*len(first) >= depthGap*len(first)*len(deeper) {
		return "found"
	}
	return "not_found"
}

// Prompts are the challenges of the plan in the order to ask them: prompts for the
// camera in an order drawn for this sitting, so that no recording fits.
func (s Sitting) Prompts(p Plan) []Challenge {
	var asked, drawn []Challenge
	for _, slug := range p.Challenges {
		if c, ok := ChallengeOf(slug); ok {
			asked = append(asked, c)
			if slices.Contains(prompts, slug) {
				drawn = append(drawn, c)
			}
		}
	}
	order, next := s.Seed.Order("prompts", len(drawn)), 0
	for i, c := range asked {
		if slices.Contains(prompts, c.Slug) {
			asked[i] = drawn[order[next]]
			next++
		}
	}
	return asked
}

// Event is the sitting as an appointment, in a language. It names the post and nobody;
// host is where the console is.
func (s Sitting) Event(p Plan, host string, now time.Time, words texts.Texts) Event {
	e := Event{
		UID: s.ID + "@" + host, Stamp: now, From: s.From, To: s.To, Off: s.State == NotHeld, Language: words.Code,
		Summary: words.T("calendar.summary", "n", s.Number, "post", p.Requisition),
		Notes:   words.T("calendar.video") + " " + words.T("calendar.window") + "\n" + words.T("calendar.same"),
	}
	if e.Off {
		e.Sequence = 1
	}
	return e
}

// InnocentDark says what a dark window would be for most at a time when the sun
// stands so high at the claimed place, in degrees above 6.
func InnocentDark(elevation float64) string {
	const always = "a blind, a curtain, an inner room or a window onto a wall"
	switch {
	case elevation < 12:
		return "A dark one would mostly be " + always + "; with the sun so low also a hill, a house opposite or thick cloud."
	case elevation < 25:
		return "A dark one would mostly be " + always + ", or a heavy storm."
	}
	return "A dark one would mostly be " + always + "; cloud alone does not make it dark."
}
