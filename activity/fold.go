// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"iter"

	"daylight/record"
)

// Fold holds the profiles one worker folds, by a dense subject index (0, 1, 2 …).
// Each worker owns a Fold; at the end they are joined, a range of subjects a
// goroutine. Nothing is shared while events flow, so there is neither lock nor
// contention, and because a profile is a join it does not matter which worker
// saw which event.
type Fold struct {
	profiles []*Profile
}

// NewFold returns a Fold with room for n subjects; more may come.
func NewFold(n int) *Fold { return &Fold{profiles: make([]*Profile, max(n, 0))} }

// Add folds the event into a subject's profile. The event is not kept.
func (f *Fold) Add(subject int, e *record.Event) {
	if subject >= len(f.profiles) {
		f.profiles = append(f.profiles, make([]*Profile, subject+1-len(f.profiles))...)
	}
	p := f.profiles[subject]
	if p == nil {
		p = new(Profile)
		f.profiles[subject] = p
	}
	p.Add(e)
}

// Len returns one more than the greatest subject index there is room for.
func (f *Fold) Len() int { return len(f.profiles) }

// Profile returns a subject's profile, nil when it has none.
func (f *Fold) Profile(subject int) *Profile {
	if subject < 0 || subject >= len(f.profiles) {
		return nil
	}
	return f.profiles[subject]
}

// All yields the subjects that have a profile, by index.
func (f *Fold) All() iter.Seq2[int, *Profile] {
	return func(yield func(int, *Profile) bool) {
		for i, p := range f.profiles {
			if p != nil && !yield(i, p) {
				return
			}
		}
	}
}

// Grow makes room for n subjects, so that joins of distinct ranges may run at
// the same time.
func (f *Fold) Grow(n int) {
	if n > len(f.profiles) {
		f.profiles = append(f.profiles, make([]*Profile, n-len(f.profiles))...)
	}
}

// Join joins the profiles of o with index from until before to into f. Profiles
// that f lacks are taken over, not copied: o must not be used afterwards.
// Goroutines may join distinct ranges at once after [Fold.Grow].
func (f *Fold) Join(o *Fold, from, to int) {
	for i := max(from, 0); i < min(to, o.Len()); i++ {
		switch q := o.profiles[i]; {
		case q == nil:
		case f.profiles[i] == nil:
			f.profiles[i] = q
		default:
			f.profiles[i].Join(q)
		}
	}
}
