// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"daylight/store"
)

func logs(t *testing.T, s store.Store) {
	const other store.Log = "other"
	instants := []time.Time{at(0), at(-5).Add(time.Microsecond), at(3).In(time.FixedZone("", 3600))}
	change(t, s, func(w store.Writer) error {
		for i, when := range instants {
			n, err := w.Append(store.Audit, when, []byte{byte(i), 0})
			if err != nil || n != int64(i) {
				t.Errorf("entry %d got number %d, %v", i, n, err)
			}
		}
		n, err := w.Append(other, at(0), nil)
		if n != 0 || err != nil {
			t.Errorf("the other log began at %d, %v", n, err)
		}
		return err
	})
	look := func(r store.Reader) {
		if n, err := r.Length(store.Audit); n != 3 || err != nil {
			t.Errorf("length %d, %v", n, err)
		}
		for from := range int64(5) {
			next := from
			for e, err := range r.Entries(store.Audit, from) {
				if err != nil {
					t.Fatal(err)
				}
				if e.Number != next || !e.At.Equal(instants[next]) || e.At.Location() != time.UTC || string(e.Data) != string([]byte{byte(next), 0}) {
					t.Errorf("entry %d is %+v", next, e)
				}
				next++
			}
			if next != max(from, 3) {
				t.Errorf("the entries from %d ended before %d", from, next)
			}
		}
		for _, err := range r.Entries(store.Audit, 0) {
			if err != nil {
				t.Error(err)
			}
			break
		}
		if n, err := r.Length("none"); n != 0 || err != nil {
			t.Errorf("length %d, %v", n, err)
		}
	}
	view(t, s, look)
	change(t, s, func(w store.Writer) error { look(w); return nil })
}

func logsWithoutGaps(t *testing.T, s store.Store) {
	broken := errors.New("broken")
	for i := range 10 {
		err := s.Update(t.Context(), func(w store.Writer) error {
			if _, err := w.Append(store.Audit, at(i), nil); err != nil {
				return err
			}
			if i%3 == 0 {
				return broken
			}
			return nil
		})
		if i%3 == 0 {
			is(t, err, broken)
		} else if err != nil {
			t.Fatal(err)
		}
	}
	view(t, s, func(r store.Reader) {
		next := int64(0)
		for e, err := range r.Entries(store.Audit, 0) {
			if err != nil || e.Number != next {
				t.Errorf("entry %+v at %d, %v", e, next, err)
			}
			next++
		}
		same(t, int64(6), next)
	})
}

func enqueue(t *testing.T, s store.Store, q store.Queue, when time.Time, keys ...string) {
	t.Helper()
	change(t, s, func(w store.Writer) error {
		for _, k := range keys {
			if err := w.Enqueue(q, k, when); err != nil {
				return err
			}
		}
		return nil
	})
}

func depth(t *testing.T, s store.Store, q store.Queue) (n int, oldest time.Time) {
	t.Helper()
	view(t, s, func(r store.Reader) {
		var err error
		if n, oldest, err = r.Depth(q); err != nil {
			t.Fatal(err)
		}
	})
	return n, oldest
}

func wantDepth(t *testing.T, s store.Store, n int, oldest time.Time) {
	t.Helper()
	gotN, got := depth(t, s, store.Dirty)
	if gotN != n || !got.Equal(oldest) {
		t.Errorf("the queue has %d jobs since %v, not %d since %v", gotN, got, n, oldest)
	}
}

func enqueueOnce(t *testing.T, s store.Store) {
	wantDepth(t, s, 0, time.Time{})
	enqueue(t, s, store.Dirty, at(1), "a")
	enqueue(t, s, store.Dirty, at(2), "a", "b")
	enqueue(t, s, store.Inbox, at(0), "a")
	wantDepth(t, s, 2, at(1))
	same(t, []string{"a", "b"}, keysOf(claim(t, s, store.Dirty, "w", 9, at(3), at(4))))
	wantDepth(t, s, 2, at(1)) // leased ones included
	same(t, []string{"a"}, keysOf(claim(t, s, store.Inbox, "w", 9, at(3), at(4))))
}

func queueOrder(t *testing.T, s store.Store) {
	enqueue(t, s, store.Dirty, at(3), "a", "late")
	enqueue(t, s, store.Dirty, at(1), "z")
	enqueue(t, s, store.Dirty, at(2), "m")
	same(t, []string{"z", "m"}, keysOf(claim(t, s, store.Dirty, "w", 2, at(5), at(6))))
	same(t, []string{"a", "late"}, keysOf(claim(t, s, store.Dirty, "w", 9, at(5), at(6))))
	if jobs := claim(t, s, store.Dirty, "w", 0, at(9), at(10)); len(jobs) != 0 {
		t.Errorf("asked for none and got %v", jobs)
	}
}

func leases(t *testing.T, s store.Store) {
	enqueue(t, s, store.Dirty, at(0), "a", "b")
	one := claim(t, s, store.Dirty, "w1", 1, at(1), at(10))
	two := claim(t, s, store.Dirty, "w2", 9, at(1), at(10))
	same(t, []string{"a"}, keysOf(one))
	same(t, []string{"b"}, keysOf(two))
	for _, j := range append(one, two...) {
		if j.Queue != store.Dirty || j.Attempts != 1 {
			t.Errorf("job %+v", j)
		}
	}
	if one[0].Lease == two[0].Lease {
		t.Error("two leases have one number")
	}
	if jobs := claim(t, s, store.Dirty, "w1", 9, at(9), at(20)); len(jobs) != 0 {
		t.Errorf("what is leased was claimed: %v", jobs)
	}
	change(t, s, func(w store.Writer) error { return w.Finish(one[0]) })
	wantDepth(t, s, 1, at(0))
	is(t, s.Update(t.Context(), func(w store.Writer) error { return w.Finish(one[0]) }), store.ErrConflict)
	is(t, s.Update(t.Context(), func(w store.Writer) error { return w.Finish(store.Job{Queue: store.Dirty, Key: "b"}) }), store.ErrConflict)
	wrong := two[0]
	wrong.Queue = store.Inbox
	is(t, s.Update(t.Context(), func(w store.Writer) error { return w.Finish(wrong) }), store.ErrConflict)
}

func leaseRanOut(t *testing.T, s store.Store) {
	enqueue(t, s, store.Dirty, at(0), "a")
	dead := claim(t, s, store.Dirty, "dead", 1, at(1), at(10))
	if jobs := claim(t, s, store.Dirty, "w", 1, at(10).Add(-time.Microsecond), at(20)); len(jobs) != 0 {
		t.Errorf("claimed before the lease ran out: %v", jobs)
	}
	next := claim(t, s, store.Dirty, "w", 1, at(10), at(20))
	same(t, []string{"a"}, keysOf(next))
	same(t, 2, next[0].Attempts)
	is(t, s.Update(t.Context(), func(w store.Writer) error {
		if err := w.Put(store.Faces, store.Row{Key: "result of the dead"}); err != nil {
			return err
		}
		return w.Finish(dead[0])
	}), store.ErrConflict)
	_, err := get(t, s, store.Faces, "result of the dead")
	is(t, err, store.ErrNotFound)
	change(t, s, func(w store.Writer) error { return w.Finish(next[0]) })
	wantDepth(t, s, 0, time.Time{})
	// One that ran out and that nobody else took can still be finished.
	enqueue(t, s, store.Dirty, at(30), "b")
	slow := claim(t, s, store.Dirty, "slow", 1, at(31), at(32))
	change(t, s, func(w store.Writer) error { return w.Finish(slow[0]) })
}

func leaseRenewed(t *testing.T, s store.Store) {
	enqueue(t, s, store.Dirty, at(0), "a", "b")
	long := claim(t, s, store.Dirty, "long", 2, at(1), at(10))
	renew := func(n int, until time.Time) error {
		return s.Update(t.Context(), func(w store.Writer) error { return w.Renew(long[n], until) })
	}
	is(t, renew(0, at(30)), nil)
	next := claim(t, s, store.Dirty, "w", 2, at(20), at(25))
	same(t, []string{"b"}, keysOf(next)) // which was not renewed
	is(t, renew(1, at(40)), store.ErrConflict)
	same(t, []string{"b"}, keysOf(claim(t, s, store.Dirty, "w", 2, at(26), at(50)))) // whose lease that did not lengthen
	// One that ran out and that nobody else took can still be renewed.
	is(t, renew(0, at(60)), nil)
	if jobs := claim(t, s, store.Dirty, "w", 2, at(45), at(50)); len(jobs) != 0 {
		t.Errorf("what is leased was claimed: %v", jobs)
	}
	change(t, s, func(w store.Writer) error { return w.Finish(long[0]) })
	is(t, renew(0, at(70)), store.ErrConflict)
	wantDepth(t, s, 1, at(0))
}

func queuedAgain(t *testing.T, s store.Store) {
	enqueue(t, s, store.Dirty, at(0), "a")
	first := claim(t, s, store.Dirty, "w", 1, at(1), at(10))
	enqueue(t, s, store.Dirty, at(2), "a")
	enqueue(t, s, store.Dirty, at(3), "a")
	if jobs := claim(t, s, store.Dirty, "w2", 1, at(4), at(20)); len(jobs) != 0 {
		t.Errorf("it is worked on twice at once: %v", jobs)
	}
	change(t, s, func(w store.Writer) error { return w.Finish(first[0]) })
	wantDepth(t, s, 1, at(2))
	second := claim(t, s, store.Dirty, "w2", 1, at(4), at(20))
	same(t, []string{"a"}, keysOf(second))
	same(t, 1, second[0].Attempts)
	change(t, s, func(w store.Writer) error { return w.Finish(second[0]) })
	wantDepth(t, s, 0, time.Time{})
	// The work of a second claim sees what was queued before it.
	enqueue(t, s, store.Dirty, at(30), "b")
	claim(t, s, store.Dirty, "dead", 1, at(31), at(32))
	enqueue(t, s, store.Dirty, at(31), "b")
	last := claim(t, s, store.Dirty, "w", 1, at(33), at(40))
	change(t, s, func(w store.Writer) error { return w.Finish(last[0]) })
	wantDepth(t, s, 0, time.Time{})
}

func finishRolledBack(t *testing.T, s store.Store) {
	enqueue(t, s, store.Dirty, at(0), "a")
	jobs := claim(t, s, store.Dirty, "w", 1, at(1), at(10))
	broken := errors.New("broken")
	is(t, s.Update(t.Context(), func(w store.Writer) error { return errors.Join(w.Finish(jobs[0]), broken) }), broken)
	wantDepth(t, s, 1, at(0))
	change(t, s, func(w store.Writer) error { return w.Finish(jobs[0]) })
}

// clockJumps holds that leases follow the times they are given and nothing else,
// and that no job is lost or finished twice by a clock that is wrong.
func clockJumps(t *testing.T, s store.Store) {
	enqueue(t, s, store.Dirty, at(0), "a")
	one := claim(t, s, store.Dirty, "w1", 1, at(1), at(10))
	// An hour back: the lease holds, and the worker can finish.
	if jobs := claim(t, s, store.Dirty, "w2", 1, at(-60), at(-50)); len(jobs) != 0 {
		t.Errorf("claimed twice: %v", jobs)
	}
	enqueue(t, s, store.Dirty, at(-60), "b") // put there before everything else
	same(t, []string{"b"}, keysOf(claim(t, s, store.Dirty, "w2", 1, at(-60), at(-50))))
	change(t, s, func(w store.Writer) error { return w.Finish(one[0]) })
	// A year forward: another claims, and only it can finish.
	enqueue(t, s, store.Dirty, at(2), "c")
	one = claim(t, s, store.Dirty, "w1", 1, at(-55), at(-45))
	same(t, []string{"c"}, keysOf(one))
	two := claim(t, s, store.Dirty, "w2", 9, at(60*24*365), at(60*24*365+10))
	same(t, []string{"b", "c"}, keysOf(two))
	is(t, s.Update(t.Context(), func(w store.Writer) error { return w.Finish(one[0]) }), store.ErrConflict)
	// And back again: what was claimed in the future can be finished now.
	for _, j := range two {
		change(t, s, func(w store.Writer) error { return w.Finish(j) })
	}
	wantDepth(t, s, 0, time.Time{})
	change(t, s, func(w store.Writer) error {
		_, err := w.Append(store.Audit, at(60*24*365), nil)
		if err != nil {
			return err
		}
		n, err := w.Append(store.Audit, at(-60), nil)
		same(t, int64(1), n) // entries are in the order of appending
		return err
	})
}

// released holds that leases which are ended are claimed again whatever the clock says,
// of one queue only, and that who is claimed from can finish no longer.
func released(t *testing.T, s store.Store) {
	enqueue(t, s, store.Dirty, at(0), "a", "b")
	enqueue(t, s, store.Inbox, at(0), "c")
	one := claim(t, s, store.Dirty, "w1", 2, at(60*24), at(60*24+1)) // by a clock a day ahead
	claim(t, s, store.Inbox, "w1", 1, at(60*24), at(60*24+1))
	if jobs := claim(t, s, store.Dirty, "w2", 2, at(1), at(2)); len(jobs) != 0 {
		t.Errorf("claimed twice: %v", jobs)
	}
	change(t, s, func(w store.Writer) error { return w.Release(store.Dirty) })
	change(t, s, func(w store.Writer) error { return w.Finish(one[0]) }) // nobody has claimed it
	two := claim(t, s, store.Dirty, "w2", 2, at(1), at(2))
	same(t, []string{"b"}, keysOf(two))
	same(t, 2, two[0].Attempts)
	is(t, s.Update(t.Context(), func(w store.Writer) error { return w.Finish(one[1]) }), store.ErrConflict)
	if jobs := claim(t, s, store.Inbox, "w2", 1, at(1), at(2)); len(jobs) != 0 {
		t.Errorf("another queue was released: %v", jobs)
	}
}

func workersShare(t *testing.T, s store.Store) {
	const jobs, workers = 200, 8
	change(t, s, func(w store.Writer) error {
		for i := range jobs {
			if err := w.Enqueue(store.Dirty, fmt.Sprintf("p-%03d", i), at(0)); err != nil {
				return err
			}
		}
		return nil
	})
	var mu sync.Mutex
	done := map[string]int{}
	var all sync.WaitGroup
	for i := range workers {
		all.Go(func() {
			for {
				got, err := s.Claim(t.Context(), store.Dirty, fmt.Sprint("w", i), 7, at(1), at(10))
				if err != nil {
					t.Errorf("claim: %v", err)
					return
				}
				if len(got) == 0 {
					return
				}
				for _, j := range got {
					if err := s.Update(t.Context(), func(w store.Writer) error { return w.Finish(j) }); err != nil {
						t.Errorf("finish: %v", err)
						return
					}
					mu.Lock()
					done[j.Key]++
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	if len(done) != jobs {
		t.Errorf("%d jobs were done, not %d", len(done), jobs)
	}
	for key, n := range done {
		if n != 1 {
			t.Errorf("%s was done %d times", key, n)
		}
	}
	wantDepth(t, s, 0, time.Time{})
}

func oneAfterTheOther(t *testing.T, s store.Store) {
	put(t, s, store.Settings, store.Row{Key: "count", Body: []byte{0}})
	const workers, each = 8, 25
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for range each {
				err := s.Update(t.Context(), func(w store.Writer) error {
					row, err := w.Get(store.Settings, "count")
					if err != nil {
						return err
					}
					row.Body[0]++
					if _, err := w.Append(store.Audit, at(0), row.Body); err != nil {
						return err
					}
					return w.Put(store.Settings, row) // with its version: nobody came between
				})
				if err != nil {
					t.Errorf("update: %v", err)
					return
				}
			}
		})
	}
	all.Wait()
	view(t, s, func(r store.Reader) {
		row, err := r.Get(store.Settings, "count")
		if err != nil || row.Body[0] != workers*each || row.Version != workers*each+1 {
			t.Errorf("got %+v, %v", row, err)
		}
		for e, err := range r.Entries(store.Audit, 0) {
			if err != nil || int64(e.Data[0]) != e.Number+1 {
				t.Errorf("entry %+v, %v", e, err)
			}
		}
	})
}

// viewsBesideUpdates moves one unit between two rows: every view sees their sum.
func viewsBesideUpdates(t *testing.T, s store.Store) {
	put(t, s, store.Cases, store.Row{Key: "a", Ints: map[string]int64{"weight": 50}}, store.Row{Key: "b", Ints: map[string]int64{"weight": 50}})
	stop := make(chan struct{})
	var readers, writers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				err := s.View(t.Context(), func(r store.Reader) error {
					sum := int64(0)
					for row, err := range r.Find(store.Cases, store.Query{}) {
						if err != nil {
							return err
						}
						sum += row.Ints["weight"]
					}
					if sum != 100 {
						t.Errorf("a view sees a sum of %d", sum)
					}
					return nil
				})
				if err != nil {
					t.Errorf("view: %v", err)
					return
				}
			}
		})
	}
	for i := range 2 {
		writers.Go(func() {
			for range 50 {
				err := s.Update(t.Context(), func(w store.Writer) error {
					for j, key := range []string{"a", "b"} {
						row, err := w.Get(store.Cases, key)
						if err != nil {
							return err
						}
						row.Ints["weight"] += int64(1 - 2*(i^j))
						if err := w.Put(store.Cases, row); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Errorf("update: %v", err)
					return
				}
			}
		})
	}
	writers.Wait()
	close(stop)
	readers.Wait()
}
