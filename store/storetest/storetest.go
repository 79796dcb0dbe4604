// SPDX-License-Identifier: Apache-2.0

// Package storetest is the contract of package store as tests: what its comments
// promise, sentence by sentence. A store is one when it passes.
package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/store"
)

// Run holds a store to the contract. open returns a new, empty store that the test
// does not share and that is closed when the test ends; closing it twice is no error.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	t.Helper()
	for _, part := range []struct {
		name string
		test func(t *testing.T, s store.Store)
	}{
		{"rows come back as they were put", roundTrip},
		{"a row that is not there", absent},
		{"putting replaces and counts versions", versions},
		{"a stale version conflicts", conflicts},
		{"a row put anew is another", anew},
		{"rows are refused that the collection does not declare", undeclared},
		{"deleting", deleting},
		{"an update is all or nothing", allOrNothing},
		{"a failed update leaves the store usable", panicking},
		{"a context that ended", cancelled},
		{"an update reads what it wrote", ownWrites},
		{"a view is a snapshot", snapshot},
		{"views within views and updates", nested},
		{"a transaction that ended", ended},
		{"queries agree with a list", queries},
		{"pages cover everything once", paging},
		{"prefixes", prefixes},
		{"queries that make no sense", badQueries},
		{"changing rows in a loop", changeInLoop},
		{"reading rows in a loop", readInLoop},
		{"entries of a log", logs},
		{"logs have no gaps", logsWithoutGaps},
		{"hashes", hashes},
		{"erasing a holder", erasing},
		{"erasing is part of the update", erasingRolledBack},
		{"erasing whom nobody knows", erasingUnknown},
		{"erased rows in queries", erasedInQueries},
		{"jobs wait once", enqueueOnce},
		{"jobs come in their order", queueOrder},
		{"leases are of one worker", leases},
		{"a lease that ran out", leaseRanOut},
		{"a lease that is renewed", leaseRenewed},
		{"a job queued again during its work", queuedAgain},
		{"finishing is part of the update", finishRolledBack},
		{"a clock that jumps", clockJumps},
		{"leases that are ended", released},
		{"workers share a queue", workersShare},
		{"updates run one after the other", oneAfterTheOther},
		{"views beside updates", viewsBesideUpdates},
		{"a backup while the store is used", backup},
		{"checking", checking},
		{"a closed store", closed},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, open(t)) })
	}
	t.Run("hashes of two stores differ", func(t *testing.T) {
		var of [2]string
		for i := range of {
			view(t, open(t), func(r store.Reader) { of[i] = r.Hash("email", "someone@example.com") })
		}
		if of[0] == of[1] {
			t.Error("two stores hash a value alike")
		}
	})
}

// at is an instant that the tests count from.
func at(minutes int) time.Time {
	return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(minutes) * time.Minute)
}

func change(t *testing.T, s store.Store, f func(w store.Writer) error) {
	t.Helper()
	if err := s.Update(t.Context(), f); err != nil {
		t.Fatalf("update: %v", err)
	}
}

func view(t *testing.T, s store.Store, f func(r store.Reader)) {
	t.Helper()
	err := s.View(t.Context(), func(r store.Reader) error {
		f(r)
		return nil
	})
	if err != nil {
		t.Fatalf("view: %v", err)
	}
}

func put(t *testing.T, s store.Store, c store.Collection, rows ...store.Row) {
	t.Helper()
	change(t, s, func(w store.Writer) error {
		for _, r := range rows {
			if err := w.Put(c, r); err != nil {
				return err
			}
		}
		return nil
	})
}

func get(t *testing.T, s store.Store, c store.Collection, key string) (r store.Row, err error) {
	t.Helper()
	view(t, s, func(rd store.Reader) { r, err = rd.Get(c, key) })
	return r, err
}

// found returns the keys that a query yields, failing on an error.
func found(t *testing.T, r store.Reader, c store.Collection, q store.Query) []string {
	t.Helper()
	var keys []string
	for row, err := range r.Find(c, q) {
		if err != nil {
			t.Fatalf("find: %v", err)
		}
		keys = append(keys, row.Key)
	}
	return keys
}

func same(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func is(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, not %v", err, want)
	}
}

func claim(t *testing.T, s store.Store, q store.Queue, worker string, n int, now, until time.Time) []store.Job {
	t.Helper()
	jobs, err := s.Claim(t.Context(), q, worker, n, now, until)
	if err != nil {
		t.Fatalf("claim: %v", err)
	}
	return jobs
}

func keysOf(jobs []store.Job) []string {
	var keys []string
	for _, j := range jobs {
		keys = append(keys, j.Key)
	}
	return keys
}

func checking(t *testing.T, s store.Store) {
	for _, c := range store.Collections() {
		put(t, s, c, store.Row{Key: "a", Holder: "s:a", Body: []byte("a")}, store.Row{Key: "b", Body: []byte("b")})
	}
	change(t, s, func(w store.Writer) error { return w.Destroy("s:a") })
	faults, err := s.Check(t.Context(), 10)
	if err != nil || len(faults) > 0 {
		t.Errorf("a sound store has faults %v, %v", faults, err)
	}
}

func closed(t *testing.T, s store.Store) {
	put(t, s, store.Faces, store.Row{Key: "a"})
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatalf("close: %v", err)
		}
	}
	nothing := func(store.Reader) error { return nil }
	_, claimErr := s.Claim(t.Context(), store.Dirty, "w", 1, at(0), at(1))
	_, checkErr := s.Check(t.Context(), 1)
	for what, err := range map[string]error{
		"view":   s.View(t.Context(), nothing),
		"update": s.Update(t.Context(), func(w store.Writer) error { return nothing(w) }),
		"claim":  claimErr,
		"check":  checkErr,
		"backup": s.Backup(t.Context(), t.TempDir()+"/backup"),
	} {
		if err == nil {
			t.Errorf("%s works on a closed store", what)
		}
	}
}

func ended(t *testing.T, s store.Store) {
	put(t, s, store.Faces, store.Row{Key: "a"})
	var r store.Reader
	view(t, s, func(rd store.Reader) { r = rd })
	if _, err := r.Get(store.Faces, "a"); err == nil {
		t.Error("a reader reads after its view")
	}
	var w store.Writer
	change(t, s, func(wr store.Writer) error {
		w = wr
		return nil
	})
	if err := w.Put(store.Faces, store.Row{Key: "late"}); err == nil {
		t.Error("a writer writes after its update")
	}
	_, err := get(t, s, store.Faces, "late")
	is(t, err, store.ErrNotFound)
}

func cancelled(t *testing.T, s store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Update(ctx, func(w store.Writer) error {
		if err := w.Put(store.Faces, store.Row{Key: "a"}); err != nil {
			return err
		}
		cancel()
		return nil
	})
	is(t, err, context.Canceled)
	_, err = get(t, s, store.Faces, "a")
	is(t, err, store.ErrNotFound)
	ran := false
	err = s.Update(ctx, func(store.Writer) error { ran = true; return nil })
	is(t, err, context.Canceled)
	is(t, s.View(ctx, func(store.Reader) error { ran = true; return nil }), context.Canceled)
	_, err = s.Claim(ctx, store.Dirty, "w", 1, at(0), at(1))
	is(t, err, context.Canceled)
	if ran {
		t.Error("a transaction ran under a context that had ended")
	}
	put(t, s, store.Faces, store.Row{Key: "b"}) // and goes on
}

func hashes(t *testing.T, s store.Store) {
	view(t, s, func(r store.Reader) {
		seen := map[string]string{}
		for _, of := range [][2]string{{"email", "a"}, {"phone", "a"}, {"email", "b"}, {"emai", "la"}, {"", "emaila"}, {"email", ""}, {"", ""}} {
			h := r.Hash(of[0], of[1])
			if len(h) != 32 || !slices.Equal([]byte(h), []byte(lowerHex(h))) {
				t.Errorf("%q is not 32 hex digits", h)
			}
			if other, ok := seen[h]; ok {
				t.Errorf("%q and %q have the same hash", of, other)
			}
			seen[h] = of[0] + "|" + of[1]
			view(t, s, func(r store.Reader) { same(t, h, r.Hash(of[0], of[1])) })
			change(t, s, func(w store.Writer) error { same(t, h, w.Hash(of[0], of[1])); return nil })
		}
	})
}

// lowerHex keeps lower-case hex digits.
func lowerHex(s string) string {
	return string(slices.DeleteFunc([]byte(s), func(b byte) bool { return (b < '0' || b > '9') && (b < 'a' || b > 'f') }))
}
