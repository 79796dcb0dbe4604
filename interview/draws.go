// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/store"
)

// Agreement is when a person agreed to be asked, by their own clock. It is what a
// draw is made within, and it never says why.
type Agreement struct {
	Zone string `json:"zone"` // IANA name
	// Opens and Closes bound the day, in minutes from midnight. Quiet hours within it
	// are never drawn.
	Opens  int     `json:"opens"`
	Closes int     `json:"closes"`
	Quiet  []Quiet `json:"quiet,omitempty"`
	// Days are the days of the week, 0 is Sunday.
	Days []int `json:"days"`
	// Off are dates that the person keeps free: holidays of their own calendar, leave.
	// They are dates and nothing else.
	Off []string `json:"off,omitempty"`
	// Ahead is set where the person is told the day before. Who needs that is not
	// asked why.
	Ahead bool `json:"ahead,omitempty"`
}

// Quiet is a part of every day that is left alone, in minutes from midnight.
type Quiet struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Draw is the follow-ups of one person: how many, within which days and hours, and
// the seed that they were drawn with.
type Draw struct {
	ID      string `json:"id"`
	Subject string `json:"subject"` // handle
	Plan    string `json:"plan"`
	// Count, From, Until, Minutes and the agreement are all that the draw depends on
	// besides the seed.
	Count   int       `json:"count"`
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
	Minutes int       `json:"minutes"` // to answer
	Agreed  Agreement `json:"agreed"`
	// Salt keeps what was agreed to from being found by its hash.
	Salt string    `json:"salt"`
	Seed Seed      `json:"seed"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	// Written is when somebody wrote the hours down, and Confirmed when the person said
	// that they are right; zero where they did not answer in time.
	Written   time.Time `json:"written,omitzero"`
	Confirmed time.Time `json:"confirmed,omitzero"`
	// Revealed is when the seed went into the audit log: after the last follow-up.
	Revealed time.Time `json:"revealed,omitzero"`
}

// terms are what a draw follows from besides its seed and what the person agreed to,
// of which they hold a hash alone.
type terms struct {
	ID      string    `json:"id"`
	Count   int       `json:"count"`
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
	Minutes int       `json:"minutes"`
	Agreed  string    `json:"agreed_sha256"` // of [Draw.AgreedTerms], hexadecimal
}

// agreedTerms are what the person agreed to, with a salt: there are so few sets of hours
// that whoever tried them all would find the one of a hash without.
type agreedTerms struct {
	Salt   string    `json:"salt"`
	Agreed Agreement `json:"agreed"`
}

func line(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		return err.Error() // times of a year that no calendar writes
	}
	return string(out)
}

// Terms are what the draw follows from besides its seed, as one line of JSON. Of what the
// person agreed to they hold a hash, so that whoever is shown them can tell that the seed
// is the one that was committed to, and learns neither of days that somebody keeps free
// nor that they are told the day before.
func (d Draw) Terms() string {
	digest := sha256.Sum256([]byte(d.AgreedTerms()))
	return line(terms{d.ID, d.Count, d.From, d.Until, d.Minutes, hex.EncodeToString(digest[:])})
}

// AgreedTerms are what the person agreed to, as one line of JSON: with the seed and
// [Draw.Terms] they are enough to draw again. They are for the person, and for whoever
// may know of an accommodation.
func (d Draw) AgreedTerms() string { return line(agreedTerms{d.Salt, d.Agreed}) }

// Commitment is what the audit log says of the draw beforehand.
func (d Draw) Commitment() string { return d.Seed.Commitment(d.Terms()) }

// Redraw draws again from terms and a seed, for [Draw.Terms] and [Draw.AgreedTerms]: the
// instants that come out, and the commitment that the audit log must hold. Without what
// was agreed to it is the commitment alone. It fails where what was agreed to is not
// that of the terms.
func Redraw(about, agreed string, seed Seed) (at []time.Time, commitment string, err error) {
	var t terms
	if err := strict(about, &t); err != nil {
		return nil, "", fmt.Errorf("read the terms of a draw: %w", err)
	}
	if t.Agreed == "" {
		return nil, "", fmt.Errorf("read the terms of a draw: %w: the hash of what was agreed to", ErrNothing)
	}
	if agreed == "" {
		return nil, seed.Commitment(about), nil
	}
	var own agreedTerms
	if err := strict(agreed, &own); err != nil {
		return nil, "", fmt.Errorf("read what was agreed to: %w", err)
	}
	d := Draw{ID: t.ID, Count: t.Count, From: t.From, Until: t.Until, Minutes: t.Minutes, Agreed: own.Agreed, Salt: own.Salt, Seed: seed}
	if d.Terms() != about {
		return nil, "", fmt.Errorf("read what was agreed to: %w: it is not that of these terms", ErrWord)
	}
	at, err = d.instants()
	return at, d.Commitment(), err
}

func strict(text string, to any) error {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	return dec.Decode(to)
}

// grid is how far apart the instants are that can be drawn.
const grid = 5 * time.Minute

// What can be wrong with hours that somebody typed.
var (
	ErrZone   = fmt.Errorf("%w: the time zone, as Europe/Lisbon", ErrTime)
	ErrBounds = fmt.Errorf("%w: the hours begin before they end", ErrTime)
	ErrQuiet  = fmt.Errorf("%w: quiet hours as 12:00-13:00, which begin before they end, with a space between two of them", ErrTime)
	ErrDays   = fmt.Errorf("%w: at least one day of the week", ErrNothing)
	ErrOff    = fmt.Errorf("%w: free days as 2026-12-24", ErrTime)
	ErrMany   = fmt.Errorf("%w: fewer free days or quiet hours", ErrNothing)
)

// check brings an agreement into order, or fails with one of those above.
func (a Agreement) check() (Agreement, *time.Location, error) {
	loc, err := time.LoadLocation(a.Zone)
	if err != nil || a.Zone == "" || a.Zone == "Local" {
		return a, nil, ErrZone
	}
	const day = 24 * 60
	if a.Opens < 0 || a.Closes > day || a.Opens >= a.Closes {
		return a, nil, ErrBounds
	}
	for _, q := range a.Quiet {
		if q.From < 0 || q.To > day || q.From >= q.To {
			return a, nil, ErrQuiet
		}
	}
	a.Days = slices.Compact(slices.Sorted(slices.Values(a.Days)))
	if len(a.Days) == 0 || a.Days[0] < 0 || a.Days[len(a.Days)-1] > 6 {
		return a, nil, ErrDays
	}
	a.Off = slices.Compact(slices.Sorted(slices.Values(a.Off)))
	for _, d := range a.Off {
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			return a, nil, fmt.Errorf("%w: %q is none", ErrOff, d)
		}
	}
	if len(a.Off) > 366 || len(a.Quiet) > 10 {
		return a, nil, ErrMany
	}
	return a, loc, nil
}

// instants are the times that the seed draws: each of those that are possible is as
// likely as any other, and no day has two as long as there are days enough.
func (d Draw) instants() ([]time.Time, error) {
	a, loc, err := d.Agreed.check()
	if err != nil {
		return nil, err
	}
	if d.Count < 1 || d.Count > mostFollowUps || d.Minutes < leastMinutes || d.Minutes > mostMinutes || !d.Until.After(d.From) || d.Until.Sub(d.From) > (mostDays+1)*24*time.Hour {
		return nil, fmt.Errorf("%w: how many, within which days, and how long to answer", ErrTime)
	}
	from := d.From
	if a.Ahead {
		from = from.Add(dayBefore) // there is a day to tell them in
	}
	var possible [][]time.Time // by day
	first := from.In(loc)
	for n := 0; ; n++ {
		midnight := time.Date(first.Year(), first.Month(), first.Day()+n, 0, 0, 0, 0, loc)
		if !midnight.Before(d.Until) {
			break
		}
		if slices.Contains(a.Off, midnight.Format(time.DateOnly)) || !slices.Contains(a.Days, int(midnight.Weekday())) {
			continue
		}
		var day []time.Time
		for at := a.Opens; at+d.Minutes <= a.Closes; at += int(grid / time.Minute) {
			t := time.Date(midnight.Year(), midnight.Month(), midnight.Day(), at/60, at%60, 0, 0, loc)
			// A time that the clock skips is another hour than was agreed.
			if t.Hour()*60+t.Minute() == at && !t.Before(from) && !t.Add(time.Duration(d.Minutes)*time.Minute).After(d.Until) && !a.quiet(at, at+d.Minutes) {
				day = append(day, t.UTC())
			}
		}
		if len(day) > 0 {
			possible = append(possible, day)
		}
	}
	if len(possible) == 0 {
		return nil, fmt.Errorf("%w: no window of %d minutes lies within what was agreed", ErrTime, d.Minutes)
	}
	var out []time.Time
	days := possible
	for i := range d.Count {
		if len(days) == 0 {
			days = possible
		}
		at, day := d.pick(i, days)
		if slices.Contains(out, at) {
			return nil, fmt.Errorf("%w: there are fewer times than follow-ups", ErrTime)
		}
		out = append(out, at)
		days = slices.Delete(slices.Clone(days), day, day+1)
	}
	slices.SortFunc(out, time.Time.Compare)
	return out, nil
}

// pick draws one of all times of the days that are left.
func (d Draw) pick(i int, days [][]time.Time) (at time.Time, day int) {
	n := 0
	for _, day := range days {
		n += len(day)
	}
	k := d.Seed.Draw("follow-up", i, n)
	for day, times := range days {
		if k < len(times) {
			return times[k], day
		}
		k -= len(times)
	}
	return days[0][0], 0
}

// quiet reports whether a window touches quiet hours.
func (a Agreement) quiet(from, to int) bool {
	return slices.ContainsFunc(a.Quiet, func(q Quiet) bool { return from < q.To && q.From < to })
}

// DrawFollowUps draws the follow-ups of one person: as many as the plan gives
// everyone, within the hours that the person confirmed, or had the time to
// ([Hours.Settled]). The audit log keeps the commitment to the seed now, and the seed
// after the last of them.
func DrawFollowUps(w store.Writer, by Actor, hours Hours, random io.Reader, now time.Time) (Draw, error) {
	d, err := drawFollowUps(w, by, hours, random, now)
	if err != nil {
		return d, fmt.Errorf("draw follow-ups: %w", err)
	}
	return d, nil
}

func drawFollowUps(w store.Writer, by Actor, hours Hours, random io.Reader, now time.Time) (Draw, error) {
	var d Draw
	if !by.may() {
		return d, ErrRole
	}
	if !hours.Settled(now) {
		return d, fmt.Errorf("%w: the person can say until %s whether these hours suit them", ErrTime, hours.Due().UTC().Format(time.DateOnly))
	}
	subject := hours.Subject
	p, _, ok, err := PlanFor(w, subject)
	if err != nil {
		return d, err
	}
	if !ok || p.FollowUps == 0 {
		return d, fmt.Errorf("%w: the plan of the requisition has no follow-ups", ErrState)
	}
	before, err := DrawsOf(w, subject)
	if err != nil {
		return d, err
	}
	if drawnBy(before, p.ID) {
		return d, fmt.Errorf("%w: this person's follow-ups are drawn, and nobody gets more", ErrState)
	}
	agreed, _, err := hours.Agreed.check()
	if err != nil {
		return d, err
	}
	d = Draw{
		Written: hours.At, Confirmed: hours.Answered,
		Subject: subject, Plan: p.ID, Count: p.FollowUps, Minutes: p.Minutes, Agreed: agreed, By: by.Account, At: now.UTC(),
		From: now.UTC().Truncate(time.Minute).Add(time.Hour), Until: now.UTC().Truncate(time.Minute).AddDate(0, 0, p.Days),
	}
	if d.Seed, err = NewSeed(random); err != nil {
		return d, err
	}
	salt, err := NewSeed(random)
	if err != nil {
		return d, err
	}
	d.Salt = string(salt)
	d.ID = "dr-" + w.Hash("draw", string(d.Seed))[:16]
	times, err := d.instants()
	if err != nil {
		return d, err
	}
	if err := d.save(w, 0, "open"); err != nil {
		return d, err
	}
	for i, at := range times {
		f := FollowUp{
			ID: "fu-" + w.Hash("follow-up", d.ID+" "+strconv.Itoa(i))[:16], Subject: subject, Plan: p.ID, State: Drawn,
			At: at, Until: at.Add(time.Duration(d.Minutes) * time.Minute), Draw: d.ID, Number: i + 1, Ahead: agreed.Ahead,
		}
		if err := f.save(w, 0); err != nil {
			return d, err
		}
	}
	return d, note(w, by, "draw.commit", d.ID, now, map[string]string{
		"subject": subject, "plan": p.ID, "count": strconv.Itoa(d.Count), "commitment": d.Commitment(),
	})
}

func drawnBy(draws []Draw, plan string) bool {
	return slices.ContainsFunc(draws, func(d Draw) bool { return d.Plan == plan })
}

func (d Draw) save(w store.Writer, version int64, state string) error {
	return put(w, store.Draws, store.Row{
		Key: d.ID, Version: version, Holder: Holder(d.Subject),
		Text: map[string]string{"subject": d.Subject, "plan": d.Plan, "state": state}, Ints: map[string]int64{"at": d.At.UnixMilli()},
	}, d)
}

// DrawsOf lists the draws of a person, the oldest first.
func DrawsOf(r store.Reader, subject string) ([]Draw, error) {
	all, err := list[Draw](r, store.Draws, store.Query{By: "at", Where: []store.Cond{
		{Column: "subject", Op: store.Equal, Text: subject}, {Column: "state", Op: store.OneOf, In: []string{"open", "used"}},
	}})
	if err != nil {
		return nil, fmt.Errorf("list the draws of a person: %w", err)
	}
	return all, nil
}

// Clock is the time zone that a person named with the hours they agreed to, the newest
// where there are several; nil where there is none, or it does not open.
func Clock(r store.Reader, subject string) (*time.Location, error) {
	draws, err := DrawsOf(r, subject)
	if errors.Is(err, store.ErrCorrupt) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	zone := ""
	if len(draws) > 0 {
		zone = draws[len(draws)-1].Agreed.Zone
	}
	h, ok, err := HoursOf(r, subject)
	if err != nil && !errors.Is(err, store.ErrCorrupt) {
		return nil, err
	}
	if ok {
		zone = h.Agreed.Zone
	}
	if zone == "" {
		return nil, nil
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, nil //nolint:nilerr // a zone that no table has any more
	}
	return loc, nil
}

// revealUsed puts the seed of a draw into the audit log once nothing that it drew
// is still to come. Where a follow-up does not open, nobody can tell, and the seed is
// not told; nor is one whose draw does not open.
func revealUsed(w store.Writer, f FollowUp, now time.Time) error {
	all, err := FollowUpsOf(w, f.Subject)
	if errors.Is(err, store.ErrCorrupt) {
		return nil
	}
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(o FollowUp) bool { return o.Draw == f.Draw && o.State == Drawn }) {
		return nil
	}
	d, version, err := decode[Draw](w.Get(store.Draws, f.Draw))
	if errors.Is(err, store.ErrCorrupt) {
		return nil
	}
	if err != nil || !d.Revealed.IsZero() {
		return err
	}
	d.Revealed = now.UTC()
	if err := d.save(w, version, "used"); err != nil {
		return err
	}
	return note(w, Actor{Account: "system"}, "draw.reveal", d.ID, now, map[string]string{"subject": d.Subject, "seed": string(d.Seed), "commitment": d.Commitment()})
}
