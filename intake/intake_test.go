// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/detect/indicators"
	"daylight/enrich"
	"daylight/notice"
	"daylight/pipeline"
	"daylight/report"
	"daylight/sample"
	"daylight/store"
	"daylight/store/sqlite"
	"daylight/weigh"
)

// now is when the tests take place: after all that the sample company did.
func now() time.Time { return time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC) }

func rules() (Rules, error) {
	return Rules{Catalog: indicators.Catalog(), Policy: weigh.DefaultPolicy(), Tables: enrich.Builtin, Tool: "daylight test"}, nil
}

// service is a store and everything that works on it.
type service struct {
	store store.Store
	box   *Box
	*Reader
	*Assessor
}

func newService(tb testing.TB, st store.Store) *service {
	tb.Helper()
	tables, err := enrich.Builtin()
	if err != nil {
		tb.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	return &service{
		store: st, box: &Box{Store: st, Now: now},
		Reader:   &Reader{Store: st, Tables: tables, Notices: notice.Rule{Everybody: notice.Since(time.Unix(1, 0))}, Now: now, Log: log},
		Assessor: &Assessor{Store: st, Rules: rules, Now: now, Log: log},
	}
}

func temporary(tb testing.TB) store.Store {
	tb.Helper()
	st, err := sqlite.Temporary(tb.Context(), sqlite.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := st.Close(); err != nil {
			tb.Error(err)
		}
	})
	return st
}

func company(tb testing.TB) fstest.MapFS {
	tb.Helper()
	files := fstest.MapFS{}
	if err := sample.Files(func(path string, data []byte) error {
		files[path] = &fstest.MapFile{Data: data}
		return nil
	}, nil); err != nil {
		tb.Fatal(err)
	}
	return files
}

func (s *service) receive(tb testing.TB, path string, data []byte) Receipt {
	tb.Helper()
	r, err := s.box.Receive(tb.Context(), "test", path, bytes.NewReader(data))
	if err != nil {
		tb.Fatalf("receive %s: %v", path, err)
	}
	return r
}

func (s *service) drain(tb testing.TB) {
	tb.Helper()
	if err := s.Drain(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

func (s *service) assessed(tb testing.TB) {
	tb.Helper()
	s.drain(tb)
	if _, err := s.Assessor.Some(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

func (s *service) json(tb testing.TB) string {
	tb.Helper()
	rep, err := s.Report(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return written(tb, rep)
}

func written(tb testing.TB, rep *report.Report) string {
	tb.Helper()
	var b bytes.Buffer
	if err := rep.WriteJSON(&b); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

func scanned(tb testing.TB, files fstest.MapFS) string {
	tb.Helper()
	tables, err := enrich.Builtin()
	if err != nil {
		tb.Fatal(err)
	}
	r, _ := rules()
	res, err := pipeline.Scan(tb.Context(), pipeline.Options{Files: files, Tables: tables, Catalog: r.Catalog, Policy: r.Policy, Latest: now()})
	if err != nil {
		tb.Fatal(err)
	}
	return written(tb, report.Build(res, r.Policy, r.Catalog, r.Tool))
}

// TestReceivedIsScanned receives a folder in any order, in several deliveries with
// an assessment in between, and some of it twice, and demands the report of a scan
// of the folder, byte for byte.
func TestReceivedIsScanned(t *testing.T) {
	files := company(t)
	files["mail/c-103-okta.jsonl.gz"] = files["logs/okta.jsonl.gz"]
	files["notes/unknown.bin"] = &fstest.MapFile{Data: []byte{0, 1, 2, 3}}
	want := scanned(t, files)
	for seed := range uint64(2) {
		rng := rand.New(rand.NewPCG(seed, 3))
		paths := slices.Sorted(maps.Keys(files))
		rng.Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
		s := newService(t, temporary(t))
		for i, path := range paths {
			first := s.receive(t, path, files[path].Data)
			if rng.IntN(4) == 0 {
				if again := s.receive(t, path, files[path].Data); !again.Known || again.ID != first.ID {
					t.Errorf("%s was received as another input the second time", path)
				}
			}
			switch {
			case i == len(paths)/2:
				s.assessed(t)
			case rng.IntN(5) == 0:
				s.drain(t)
			}
		}
		s.drain(t)
		for _, path := range paths[:3] {
			if again := s.receive(t, path, files[path].Data); !again.Known {
				t.Errorf("%s is taken in again after it was read", path)
			}
		}
		if diff := cmp.Diff(want, s.json(t)); diff != "" {
			t.Errorf("order %d (-scanned +received):\n%s", seed, diff)
		}
	}
}

// TestRowsOfPeople holds what the console is shown.
func TestRowsOfPeople(t *testing.T) {
	s := newService(t, temporary(t))
	for path, f := range company(t) {
		s.receive(t, path, f.Data)
	}
	s.assessed(t)
	view(t, s.store, func(r store.Reader) error {
		people, escalated := 0, 0
		for row, err := range r.Find(store.Subjects, store.Query{}) {
			if err != nil {
				return err
			}
			people++
			sub, err := report.DecodeDossier(row.Body)
			if err != nil {
				return err
			}
			if sub.ID != row.Key || string(sub.State) != row.Text["state"] || len(sub.Aliases) > 0 {
				t.Errorf("%s holds %s, %s, aliases %v", row.Key, sub.ID, sub.State, sub.Aliases)
			}
			if sub.State == weigh.Escalate {
				escalated++
			}
			face, err := r.Get(store.Faces, row.Key)
			if err != nil {
				return err
			}
			f, err := DecodeFace(face.Body)
			if err != nil || len(f.IDs) == 0 || bytes.Contains(row.Body, []byte(`"id":"`+f.IDs[0]+`"`)) {
				t.Errorf("the face of %s: %v, or its id stands in the assessment", row.Key, err)
			}
			if row.Text["source_hash"] != r.Hash("subject", f.IDs[0]) {
				t.Errorf("%s is not found by its id", row.Key)
			}
			if h, err := Holders(r, row.Key); err != nil || len(h) == 0 {
				t.Errorf("%s rests on no keys: %v", row.Key, err)
			}
		}
		if people < 40 || escalated < 4 {
			t.Errorf("%d people, %d escalated", people, escalated)
		}
		for row, err := range r.Find(store.Rings, store.Query{}) {
			if err != nil {
				return err
			}
			ring, err := report.DecodeRing(row.Body)
			if err != nil {
				return err
			}
			for _, handle := range ring.Subjects {
				if sub, err := r.Get(store.Subjects, handle); err != nil || sub.Text["ring"] != row.Key {
					t.Errorf("%s is in %s and has %q (%v)", handle, row.Key, sub.Text["ring"], err)
				}
			}
		}
		n, _, err := r.Depth(store.Inbox)
		left, err2 := r.Count(store.Received, store.Query{Where: []store.Cond{{Column: "state", Op: store.NotEqual, Text: stateKey}}})
		if n != 0 || left != 0 || err != nil || err2 != nil {
			t.Errorf("%d inputs wait, %d rows of what was received are left (%v, %v)", n, left, err, err2)
		}
		return nil
	})
	before := versions(t, s.store)
	update(t, s.store, func(w store.Writer) error { return w.Enqueue(store.Dirty, store.Everybody, now()) })
	s.assessed(t)
	if diff := cmp.Diff(before, versions(t, s.store)); diff != "" {
		t.Errorf("an assessment that says the same writes rows:\n%s", diff)
	}
	// Another assessor, which remembers nothing, finds them as they are too.
	update(t, s.store, func(w store.Writer) error { return w.Enqueue(store.Dirty, store.Everybody, now()) })
	newService(t, s.store).assessed(t)
	if diff := cmp.Diff(before, versions(t, s.store)); diff != "" {
		t.Errorf("after a restart, an assessment that says the same writes rows:\n%s", diff)
	}
}

func versions(t *testing.T, st store.Store) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	view(t, st, func(r store.Reader) error {
		for _, c := range []store.Collection{store.Subjects, store.Faces, store.Rings, store.Identifiers} {
			for row, err := range r.Find(c, store.Query{Bare: true}) {
				if err != nil {
					return err
				}
				out[c.Name+" "+row.Key] = row.Version
			}
		}
		return nil
	})
	return out
}

func view(tb testing.TB, st store.Store, f func(store.Reader) error) {
	tb.Helper()
	if err := st.View(tb.Context(), f); err != nil {
		tb.Fatal(err)
	}
}

func update(tb testing.TB, st store.Store, f func(store.Writer) error) {
	tb.Helper()
	if err := st.Update(tb.Context(), f); err != nil {
		tb.Fatal(err)
	}
}

// TestMergedPersonPointsOn holds that a handle, once shown, leads to the person
// even when their id has become another's alias.
func TestMergedPersonPointsOn(t *testing.T) {
	s := newService(t, temporary(t))
	s.receive(t, "a.csv", []byte("id,stage,name,email\nm-2,worker,Wanjiru Mfano,wanjiru@example.com\n"))
	s.assessed(t)
	s.receive(t, "b.csv", []byte("id,alias,stage,name,email\nm-1,m-2,applicant,Wanjiru Mfano,wanjiru@example.com\n"))
	s.assessed(t)
	view(t, s.store, func(r store.Reader) error {
		to, err := r.Get(store.Subjects, "p-"+r.Hash("subject", "m-1")[:handleDigits])
		if err != nil {
			return err
		}
		from, err := r.Get(store.Subjects, "p-"+r.Hash("subject", "m-2")[:handleDigits])
		if err != nil {
			return err
		}
		if from.Text["merged"] != to.Key || len(from.Body) > 0 || to.Text["merged"] != "" {
			t.Errorf("%v, %v", from.Text, to.Text)
		}
		if _, err := r.Get(store.Faces, from.Key); err == nil {
			t.Error("the face of a merged person is left")
		}
		return nil
	})
}

// TestReadingStopsAnywhere ends the reading at every one of its first transactions
// and begins it again.
func TestReadingStopsAnywhere(t *testing.T) {
	files := company(t)
	for path := range files { // the largest files are enough
		if len(files[path].Data) < 20_000 && path != "ats/candidates.json" {
			delete(files, path)
		}
	}
	want := scanned(t, files)
	st := &stopping{Store: temporary(t)}
	s := newService(t, st)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		s.receive(t, path, files[path].Data)
	}
	at := now()
	stops := 0
	for n := 0; ; n++ {
		ctx, cancel := context.WithCancel(t.Context())
		st.left, st.stop = n, cancel
		r := newService(t, st).Reader // nothing is remembered
		r.Now = func() time.Time { return at }
		err := r.Drain(ctx)
		cancel()
		if err == nil {
			break
		}
		stops++
		at = at.Add(2 * lease) // the lease of the reader that stopped
	}
	if stops < 5 {
		t.Errorf("the reading was stopped %d times: the test shows nothing", stops)
	}
	st.stop = nil
	if diff := cmp.Diff(want, newService(t, st).json(t)); diff != "" {
		t.Errorf("(-scanned +received):\n%s", diff)
	}
}

// stopping ends the world after some updates.
type stopping struct {
	store.Store
	left int
	stop func()
}

// Update implements [store.Store].
func (s *stopping) Update(ctx context.Context, f func(store.Writer) error) error {
	if s.stop != nil {
		if s.left == 0 {
			s.stop()
		}
		s.left--
	}
	return s.Store.Update(ctx, f)
}

// TestNextLifeTakesOver holds that what a process had leased when it was killed is
// done at once by the next one, and not when the lease has run out.
func TestNextLifeTakesOver(t *testing.T) {
	st := temporary(t)
	at := now()
	next := func() *service {
		at = at.Add(time.Second)
		s := newService(t, st)
		s.Reader.Now, s.Assessor.Now = func() time.Time { return at }, func() time.Time { return at }
		return s
	}
	s := next()
	s.receive(t, "a.csv", []byte("id,stage,name,email\nm-1,worker,Wanjiru Mfano,wanjiru@example.com\n"))
	s.receive(t, "b.csv", []byte("id,stage,name,email\nm-2,worker,Ødegaard Eksempel,odegaard@example.com\n"))
	for range 3 { // lives that end while they read
		if jobs, err := next().claim(t.Context(), at); len(jobs) == 0 || err != nil {
			t.Fatalf("%d jobs (%v)", len(jobs), err)
		}
	}
	next().drain(t)
	for range 3 { // lives that end while they assess
		a := next().Assessor
		if err := a.leases.follow(t.Context(), st, store.Dirty, at); err != nil {
			t.Fatal(err)
		}
		if jobs, err := st.Claim(t.Context(), store.Dirty, assessorName, 9, at, at.Add(lease)); len(jobs) != 1 || err != nil {
			t.Fatalf("%d jobs (%v)", len(jobs), err)
		}
	}
	next().assessed(t)
	view(t, st, func(r store.Reader) error {
		n, err := r.Count(store.Subjects, store.Query{})
		if n != 2 || err != nil {
			t.Errorf("%d people (%v)", n, err)
		}
		return nil
	})
}

// TestClockJumpsBack holds that what was leased by a clock a day ahead is done as soon as
// the clock is right again: in the life that had leased it, and in the next one.
func TestClockJumpsBack(t *testing.T) {
	for _, restarted := range []bool{false, true} {
		st := temporary(t)
		at := now().AddDate(0, 0, 1)
		clock := func() time.Time { return at }
		f := &faulty{Store: st}
		s := newService(t, f)
		s.Reader.Now, s.Assessor.Now, s.box.Now = clock, clock, clock
		s.receive(t, "a.csv", []byte("id,stage,name,email\nm-1,worker,Wanjiru Mfano,wanjiru@example.com\n"))
		f.only, f.left, f.fault = true, 2, refused // the first update after what is held and the leases
		if _, err := s.Reader.Some(t.Context()); !errors.Is(err, errFault) {
			t.Fatal(err)
		}
		update(t, st, func(w store.Writer) error { return w.Enqueue(store.Dirty, store.Everybody, at) })
		f.left = 1
		if _, err := s.Assessor.Some(t.Context()); !errors.Is(err, errFault) {
			t.Fatal(err)
		}
		at = now() // all is leased until tomorrow
		if restarted {
			s = newService(t, f)
			s.Reader.Now, s.Assessor.Now = clock, clock
		}
		s.assessed(t)
		view(t, st, func(r store.Reader) error {
			inbox, _, err := r.Depth(store.Inbox)
			dirty, _, err2 := r.Depth(store.Dirty)
			if inbox+dirty > 0 {
				t.Errorf("restarted %v: %d inputs and %d assessments wait for the clock", restarted, inbox, dirty)
			}
			return errors.Join(err, err2)
		})
	}
}

// TestNeverGivenUp holds that an input is read in the end however often the service
// was stopped while it read it, that it keeps nothing else waiting, and that it is not
// tried again at once.
func TestNeverGivenUp(t *testing.T) {
	st := temporary(t)
	at := now()
	s := newService(t, st)
	s.Reader.Now = func() time.Time { return at }
	s.receive(t, "a.csv", []byte("id,stage,name,email\nm-1,worker,Wanjiru Mfano,wanjiru@example.com\n"))
	for range 4 * mostAttempts {
		at = at.Add(2 * lease)
		if jobs, err := st.Claim(t.Context(), store.Inbox, worker, 1, at, at.Add(lease)); len(jobs) != 1 || err != nil {
			t.Fatalf("%d jobs (%v)", len(jobs), err)
		}
	}
	read := func() (n int) {
		view(t, st, func(r store.Reader) (err error) {
			n, err = r.Count(store.Records, store.Query{})
			return err
		})
		return n
	}
	at = at.Add(time.Second)
	s.receive(t, "b.csv", []byte("id,stage,name,email\nm-2,worker,Ødegaard Eksempel,odegaard@example.com\n"))
	for _, step := range []struct {
		later time.Duration
		want  int
	}{{0, 1}, {longestAside / 2, 1}, {longestAside, 2}} {
		at = at.Add(step.later)
		s.drain(t)
		if n := read(); n != step.want {
			t.Errorf("%v later, %d records are read, want %d", step.later, n, step.want)
		}
	}
	view(t, st, func(r store.Reader) error {
		if n, _, err := r.Depth(store.Inbox); n != 0 || err != nil {
			t.Errorf("%d inputs wait (%v)", n, err)
		}
		return nil
	})
}
