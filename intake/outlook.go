// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"daylight/store"
)

// Outlook is who is due to be erased, in numbers where they may be many.
type Outlook struct {
	// Now and Soon are how many are due now and by the instant that was asked for,
	// without those who are kept, by the rule.
	Now, Soon map[Why]int
	Next      []Due // the first of those, as many as were asked for
	Held      []Due // everybody who is due by the instant and is kept
}

// Ahead returns who is due now and by an instant, the first most of them by name. It says
// what [Plan] says and counts by plain columns, unless requisitions were closed: these
// stand in the rows of people.
func Ahead(r store.Reader, t Retention, now, until time.Time, most int) (Outlook, error) {
	o := Outlook{Now: map[Why]int{}, Soon: map[Why]int{}}
	if len(t.Closed) > 0 {
		due, err := Plan(r, t, until)
		o.add(due, now, most)
		return o, err
	}
	holds, err := holdsOf(r)
	if err != nil {
		return o, err
	}
	kept, err := t.kept(r, holds, until)
	if err != nil {
		return o, err
	}
	o.add(kept, now, most)
	for _, why := range bothRules {
		if o.Now[why], err = t.count(r, why, now, kept); err != nil {
			return o, err
		}
		if o.Soon[why], err = t.count(r, why, until, kept); err != nil {
			return o, err
		}
		next, err := t.first(r, why, until, holds, most)
		if err != nil {
			return o, err
		}
		o.Next = append(o.Next, next...)
	}
	slices.SortFunc(o.Next, sooner)
	o.Next = o.Next[:min(len(o.Next), most)]
	return o, nil
}

// add counts people who are due, sorted by when.
func (o *Outlook) add(due []Due, now time.Time, most int) {
	for _, d := range due {
		if d.Hold != HeldNot {
			o.Held = append(o.Held, d)
			continue
		}
		if !d.At.After(now) {
			o.Now[d.Why]++
		}
		o.Soon[d.Why]++
		if len(o.Next) < most {
			o.Next = append(o.Next, d)
		}
	}
}

// mostAsked bounds the handles of one query.
const mostAsked = 1000

// kept are those among the people whom something keeps who are due by an instant, sorted
// by when.
func (t Retention) kept(r store.Reader, holds map[string]Hold, until time.Time) ([]Due, error) {
	var out []Due
	for some := range slices.Chunk(slices.Sorted(maps.Keys(holds)), mostAsked) {
		q := store.Query{Bare: true, Where: []store.Cond{{Column: "key", Op: store.OneOf, In: some}}}
		for row, err := range r.Find(store.Subjects, q) {
			if err != nil {
				return nil, fmt.Errorf("look for who is due and kept: %w", err)
			}
			p, err := t.aged(r, row)
			if err != nil {
				return nil, err
			}
			p.Hold = holds[row.Key]
			if d, ok := t.Due(p); ok && !d.At.After(until) {
				out = append(out, d)
			}
		}
	}
	slices.SortFunc(out, sooner)
	return out, nil
}

// count is how many are due by an instant, without those who are kept.
func (t Retention) count(r store.Reader, why Why, until time.Time, kept []Due) (int, error) {
	n, err := r.Count(store.Subjects, store.Query{Where: t.ruled(why, until)})
	if err != nil {
		return 0, fmt.Errorf("count who is due: %w", err)
	}
	for _, d := range kept {
		if d.Why == why && !d.At.After(until) {
			n--
		}
	}
	return n, nil
}

// first are the first who are due by an instant and are not kept.
func (t Retention) first(r store.Reader, why Why, until time.Time, holds map[string]Hold, most int) ([]Due, error) {
	var out []Due
	for row, err := range r.Find(store.Subjects, store.Query{Bare: true, By: "from", Where: t.ruled(why, until)}) {
		if err != nil {
			return nil, fmt.Errorf("look for who is due first: %w", err)
		}
		if holds[row.Key] != HeldNot {
			continue
		}
		if len(out) == most {
			break
		}
		p, err := t.aged(r, row)
		if err != nil {
			return nil, err
		}
		if d, ok := t.Due(p); ok {
			out = append(out, d)
		}
	}
	return out, nil
}
