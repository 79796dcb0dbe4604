// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"iter"

	"daylight/record"
)

// How many events a [Fold] holds back: so many for each subject it has room for,
// within bounds. An event takes about 130 bytes meanwhile.
const (
	marksPerSubject = 16
	minMarks        = 1 << 14
	maxMarks        = 1 << 19
)

// Fold folds the events of one worker into profiles, by a dense subject index
// (0, 1, 2 …). Each worker owns a Fold and at the end their profiles are joined,
// a range of subjects a goroutine: nothing is shared while events flow, so there
// is neither lock nor contention, and because a profile is a join it does not
// matter which worker saw which event.
//
// Events come in the order of time, each of another subject, and the profiles of
// a company are many times the size of a cache: adding one event at a time waits
// for memory at every table it touches. So events are held back in a compact
// form, grouped by subject and folded a subject at a time, which BenchmarkFold
// measures to be several times as fast.
type Fold struct {
	profiles []*Profile
	marks    []pending
	texts    []byte
	// order and starts are the counting sort's.
	order  []uint32
	starts []uint32
}

// pending is a mark held back, with the places of its texts.
type pending struct {
	mark
	subject               uint32
	idAt, tokenAt, deedAt place
}

// place is where in Fold.texts a text lies.
type place struct {
	from uint32
	n    uint8
}

// NewFold returns a Fold with room for n subjects; more may come.
func NewFold(n int) *Fold { return &Fold{profiles: make([]*Profile, max(n, 0))} }

// Add folds the event into the profile of a subject; a negative index is no
// subject. The event is not kept.
func (f *Fold) Add(subject int, e *record.Event) {
	if subject < 0 {
		return
	}
	if f.marks == nil {
		f.marks = make([]pending, 0, max(minMarks, min(maxMarks, marksPerSubject*len(f.profiles))))
	}
	n := len(f.marks)
	f.marks = f.marks[:n+1]
	m := &f.marks[n]
	*m = pending{subject: uint32(subject)} //nolint:gosec // an index below 2³²
	if !m.read(e) {
		f.marks = f.marks[:n]
		return
	}
	f.Grow(subject + 1)
	if m.device != 0 {
		m.idAt = f.keep(e.Device)
	}
	if m.token != 0 {
		m.tokenAt = f.keep(e.Token)
	}
	if m.has&hasDeed != 0 {
		m.deedAt = f.keep(object(e))
	}
	if len(f.marks) == cap(f.marks) {
		f.Flush()
	}
}

// keep copies a text, as much of it as [text] looks at.
func (f *Fold) keep(b []byte) place {
	b = b[:min(len(b), longestText+1)]
	at := place{uint32(len(f.texts)), uint8(len(b))} //nolint:gosec // below 2¹⁹·3·65, below 66
	f.texts = append(f.texts, b...)
	return at
}

func (f *Fold) text(p place) []byte { return f.texts[p.from : p.from+uint32(p.n)] }

// Flush folds what is held back. The readers do it themselves; only joins of
// ranges by several goroutines ask for it beforehand.
func (f *Fold) Flush() {
	if len(f.marks) == 0 {
		return
	}
	f.sort()
	for _, i := range f.order {
		m := &f.marks[i]
		p := f.profiles[m.subject]
		if p == nil {
			p = new(Profile)
			f.profiles[m.subject] = p
		}
		p.apply(&m.mark, f.text(m.idAt), f.text(m.tokenAt), f.text(m.deedAt))
	}
	f.marks, f.texts = f.marks[:0], f.texts[:0]
}

// sort fills order with the marks by subject, in the order they came (a counting
// sort).
func (f *Fold) sort() {
	f.starts = append(f.starts[:0], make([]uint32, len(f.profiles)+1)...)
	for i := range f.marks {
		f.starts[f.marks[i].subject+1]++
	}
	for i := range f.profiles {
		f.starts[i+1] += f.starts[i]
	}
	f.order = append(f.order[:0], make([]uint32, len(f.marks))...)
	for i := range f.marks {
		at := &f.starts[f.marks[i].subject]
		f.order[*at] = uint32(i)
		*at++
	}
}

// Len returns one more than the greatest subject index there is room for.
func (f *Fold) Len() int { return len(f.profiles) }

// Grow makes room for n subjects.
func (f *Fold) Grow(n int) {
	if n > len(f.profiles) {
		f.profiles = append(f.profiles, make([]*Profile, n-len(f.profiles))...)
	}
}

// Profile returns a subject's profile, nil when it has none.
func (f *Fold) Profile(subject int) *Profile {
	f.Flush()
	if subject < 0 || subject >= len(f.profiles) {
		return nil
	}
	return f.profiles[subject]
}

// All yields the subjects that have a profile, by index.
func (f *Fold) All() iter.Seq2[int, *Profile] {
	return func(yield func(int, *Profile) bool) {
		f.Flush()
		for i, p := range f.profiles {
			if p != nil && !yield(i, p) {
				return
			}
		}
	}
}

// Join joins the profiles of o with index from until before to into f. Profiles
// that f lacks are taken over, not copied: o must not be used afterwards.
// Goroutines may join distinct ranges at once when both were flushed and f has
// grown to the length of o first.
func (f *Fold) Join(o *Fold, from, to int) {
	f.Flush()
	o.Flush()
	from, to = max(from, 0), min(to, o.Len())
	f.Grow(to)
	for i := from; i < to; i++ {
		switch q := o.profiles[i]; {
		case q == nil:
		case f.profiles[i] == nil:
			f.profiles[i] = q
		default:
			f.profiles[i].Join(q)
		}
	}
}
