// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/enrich"
	"daylight/store"
)

// TestLongAssessmentKeepsItsLeases has an assessment take four times as long as a lease,
// beside a second assessor on the same store: while leases are renewed it finds nothing to
// do. Once they are not, it takes the work over once, and the first one is refused.
func TestLongAssessmentKeepsItsLeases(t *testing.T) {
	for name, renewed := range map[string]bool{"renewed": true, "not renewed": false} {
		t.Run(name, func(t *testing.T) {
			st := temporary(t)
			var at atomic.Int64
			at.Store(now().UnixMilli())
			clock := func() time.Time { return time.UnixMilli(at.Load()).UTC() }
			first, second := newService(t, st), newService(t, st)
			for _, s := range []*service{first, second} {
				s.Reader.Now, s.Assessor.Now, s.box.Now = clock, clock, clock
			}
			if _, err := second.Assessor.Some(t.Context()); err != nil { // its life begins before the first has a lease
				t.Fatal(err)
			}
			beat := make(chan time.Time)
			first.Assessor.leases.beat = beat
			taken := 0
			first.Rules = func() (Rules, error) {
				r, err := rules()
				r.Tables = func() (*enrich.Tables, error) { // what takes long
					for range 12 {
						at.Add((lease / 3).Milliseconds())
						if renewed {
							beat <- clock()
							beat <- clock() // taken once the first beat was followed
						}
						more, err := second.Assessor.Some(t.Context())
						if err != nil {
							t.Error(err)
						}
						if more {
							taken++
						}
					}
					if taken > 0 {
						beat <- clock() // it learns that it lost them
					}
					return enrich.Builtin()
				}
				return r, err
			}
			first.receive(t, "a.csv", []byte("id,stage,name,email\nm-1,worker,Wanjiru Mfano,wanjiru@example.com\n"))
			first.drain(t)
			did, err := first.Assessor.Some(t.Context())
			if renewed && (err != nil || !did || taken != 0) {
				t.Errorf("it was assessed: %v (%v); by the second one %d times meanwhile", did, err, taken)
			}
			if !renewed && (!errors.Is(err, store.ErrConflict) || taken != 1) {
				t.Errorf("it was assessed: %v (%v); by the second one %d times meanwhile", did, err, taken)
			}
			view(t, st, func(r store.Reader) error {
				people, err := r.Count(store.Subjects, store.Query{})
				if err != nil {
					return err
				}
				left, _, err := r.Depth(store.Dirty)
				if people != 1 || left != 0 {
					t.Errorf("%d people are kept, %d are to be assessed", people, left)
				}
				return err
			})
		})
	}
}

// TestInputWithoutEnd: while more comes than can be read, an assessment of everybody
// takes a tenth of the time at most, and nobody waits for one longer than ten minutes.
func TestInputWithoutEnd(t *testing.T) {
	for took, want := range map[time.Duration]time.Duration{
		0:                      2 * time.Second,
		100 * time.Millisecond: 2 * time.Second,
		10 * time.Second:       90 * time.Second,
		time.Hour:              10 * time.Minute,
	} {
		if got := longestSettle(took); got != want {
			t.Errorf("after an assessment of %v the next waits %v, not %v", took, got, want)
		}
	}
}

// slowStore is a store each of whose views takes as long as a function.
type slowStore struct {
	store.Store
	wait func()
}

func (s slowStore) View(ctx context.Context, f func(store.Reader) error) error {
	s.wait()
	return s.Store.View(ctx, f)
}

// TestLongReadingKeepsItsLeases has the reading of an upload of several parts take many
// times as long as a lease, beside a second reader on the same store: while leases are
// renewed it finds nothing to read. Once they are not, it reads the upload instead, and
// the first one is refused, whether it learns that before its end or only there. What is
// kept is what one reader alone keeps, once.
func TestLongReadingKeepsItsLeases(t *testing.T) {
	upload := []byte("id,stage,name,email,remark\n")
	for i := 0; len(upload) < 6*segment; i++ {
		upload = fmt.Appendf(upload, "m-%d,worker,Wanjiru Mfano %d,w%d@example.com,%s\n", i, i, i, strings.Repeat("long ", segment/50))
	}
	alone := newService(t, temporary(t))
	alone.receive(t, "a.csv", upload)
	alone.drain(t)
	want := kept(t, alone.store)
	if want["files"] != 1 || want["records"] == 0 || want["waiting"] != 0 {
		t.Fatalf("one reader alone keeps %v", want)
	}
	for name, c := range map[string]struct {
		renewed bool
		told    bool // the one that lost its lease learns it while it reads
	}{"renewed": {renewed: true}, "lost, and learnt": {told: true}, "lost, and learnt at the end": {}} {
		t.Run(name, func(t *testing.T) {
			st := temporary(t)
			var at atomic.Int64
			at.Store(now().UnixMilli())
			clock := func() time.Time { return time.UnixMilli(at.Load()).UTC() }
			first, second := newService(t, st), newService(t, st)
			for _, s := range []*service{first, second} {
				s.Reader.Now, s.box.Now = clock, clock
			}
			if _, err := second.Reader.Some(t.Context()); err != nil { // its life begins before the first has a lease
				t.Fatal(err)
			}
			beat := make(chan time.Time)
			first.Reader.leases.beat = beat
			var waiting sync.Mutex
			waits, taken := 0, 0
			slow := func() {
				waiting.Lock()
				defer waiting.Unlock()
				if waits++; waits > 12 || taken > 0 {
					return
				}
				at.Add((lease / 3).Milliseconds())
				if c.renewed {
					beat <- clock()
					beat <- clock() // taken once the first beat was followed
				}
				n, err := second.Reader.Some(t.Context())
				if err != nil {
					t.Error(err)
				}
				if taken += n; taken > 0 && c.told {
					beat <- clock()
				}
			}
			first.receive(t, "a.csv", upload)
			first.Reader.Store = slowStore{st, slow}
			n, err := first.Reader.Some(t.Context())
			if c.renewed && (err != nil || n != 1 || taken != 0 || waits < 6) {
				t.Errorf("%d inputs were read (%v), %d by the second one, in %d waits", n, err, taken, waits)
			}
			if !c.renewed && (!errors.Is(err, store.ErrConflict) || n != 0 || taken != 1) {
				t.Errorf("%d inputs were read (%v), %d by the second one", n, err, taken)
			}
			first.Reader.Store = st
			for _, s := range []*service{first, second} {
				if n, err := s.Reader.Some(t.Context()); n != 0 || err != nil {
					t.Errorf("%d more inputs were read (%v)", n, err)
				}
			}
			if diff := cmp.Diff(want, kept(t, st)); diff != "" {
				t.Errorf("(-by one reader +kept):\n%s", diff)
			}
		})
	}
}

// kept is what came out of reading, and what is left to do.
func kept(t *testing.T, st store.Store) map[string]int {
	t.Helper()
	out := map[string]int{}
	view(t, st, func(r store.Reader) error {
		for _, c := range []store.Collection{store.Files, store.Records, store.Received} {
			n, err := r.Count(c, store.Query{})
			if err != nil {
				return err
			}
			out[c.Name] = n
		}
		for row, err := range r.Find(store.Records, store.Query{}) {
			if err != nil {
				return err
			}
			b, err := decodeRecord(row.Body)
			if err != nil {
				return err
			}
			out["places"] += len(b.Places)
		}
		left, _, err := r.Depth(store.Inbox)
		out["waiting"] = left
		return err
	})
	return out
}

// TestFinishedInputIsNotRenewed: of several inputs some are finished before the others are
// read, and their leases with them; that is not taken for a lease that was lost.
func TestFinishedInputIsNotRenewed(t *testing.T) {
	st := temporary(t)
	s := newService(t, st)
	s.receive(t, "a.csv", []byte("id,stage,name\nm-1,worker,Wanjiru Mfano\n"))
	s.receive(t, "b.csv", []byte("id,stage,name\nm-2,worker,Bilal Esempio\n"))
	jobs, err := s.next(t.Context(), now())
	if err != nil || len(jobs) != 2 {
		t.Fatalf("%d inputs (%v)", len(jobs), err)
	}
	beat := make(chan time.Time)
	s.Reader.leases.beat = beat
	working, h := s.Reader.leases.hold(t.Context(), st, now, jobs)
	if err := h.finish(working, jobs[:1], func(w store.Writer) error { return w.Finish(jobs[0]) }); err != nil {
		t.Fatal(err)
	}
	beat <- now()
	beat <- now() // taken once the first beat was followed
	if working.Err() != nil {
		t.Errorf("the work was ended: %v", context.Cause(working))
	}
	// Another worker takes the second one over: that is noticed.
	if err := st.Update(t.Context(), func(w store.Writer) error { return w.Finish(jobs[1]) }); err != nil {
		t.Fatal(err)
	}
	select {
	case beat <- now():
	case <-working.Done(): // the beat before noticed it already
	}
	<-working.Done()
	if err := h.end(); !errors.Is(err, store.ErrConflict) {
		t.Errorf("it ended with %v", err)
	}
}
