// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/audit"
	"daylight/casework"
	"daylight/detect/indicators"
	"daylight/enrich"
	"daylight/intake"
	"daylight/pipeline"
	"daylight/report"
	"daylight/sample"
	"daylight/store"
	"daylight/weigh"
)

var (
	kills    = flag.Int("kills", 12, "how often TestServeKilled kills the service")
	killSeed = flag.Uint64("kill-seed", 0, "seed of TestServeKilled; 0 draws one")
)

// killed is what the test knows of a service that is killed again and again.
type killed struct {
	data   string
	args   []string // of the command
	rng    *rand.Rand
	sender *sender
	worker *worker
	court  *court
	eraser *eraser
	early  int // kills before it served
}

// TestServeKilled kills the service, a process of its own, at random instants while
// a program sends files, people work on cases and somebody erases people, and starts it
// again. In the end nothing that was acknowledged is lost and nothing is there twice, the
// audit log verifies, every row opens, and people are assessed as a scan of the files says.
func TestServeKilled(t *testing.T) {
	t.Parallel()
	seed := *killSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	k := &killed{data: filepath.Join(t.TempDir(), "data"), rng: rand.New(rand.NewPCG(seed, 1))}
	k.args = []string{"--config", everybodyTold(t), "--data", k.data}
	k.prepare(t, seed)
	began := time.Now()
	for n := range *kills {
		k.kill(t, n)
		if n%100 == 99 || n == *kills-1 {
			k.verify(t)
			t.Logf("%d kills, %v, seed %d: %d files acknowledged, %d acts", n+1, time.Since(began).Round(time.Second), seed, len(k.sender.acked), k.worker.serial)
		}
		if t.Failed() {
			t.Fatalf("after kill %d, seed %d", n, seed)
		}
	}
	s := startLife(t, false, k.args...)
	s.ready(t)
	k.eraser.base = s.address
	k.eraser.settle(t)
	idle(t, k.data)
	s.die(t)
	k.verify(t)
	k.eraser.traceless(t, k.data)
	k.sameAsScan(t)
	st := filepath.Join(k.data, "daylight.db")
	succeed(t, []string{"audit", "verify", "--store", st}, []string{"store", "check", "--store", st})
	tried, notes := 0, 0
	for _, d := range k.worker.desks {
		for _, a := range d.acts {
			if !a.acked {
				tried++
			}
		}
		notes += len(d.acts)
	}
	if len(k.sender.acked) == 0 || notes == 0 || k.eraser.erasures() == 0 {
		t.Error("nothing was done: the test shows nothing")
	}
	decided := map[string]int{}
	for _, a := range k.court.acts {
		if a.acked {
			decided[a.kind]++
		}
	}
	// A dozen lives are too few to be sure of each.
	if *kills >= 200 && (decided["case.approve"] == 0 || decided["case.close"] == 0 || decided["case.preserve"] == 0) {
		t.Errorf("not all is decided that can be: %v", decided)
	}
	t.Logf("%d kills (%d before it served), seed %d: %d files (%d sent again after a kill), %d acts on cases (%d not answered), decided %v, %d people erased",
		*kills, k.early, seed, len(k.sender.acked), k.sender.doubts, notes, tried, decided, k.eraser.erasures())
}

// prepare starts the service for the first time, makes accounts and loads the sample
// company, so that there are cases to work on.
func (k *killed) prepare(t *testing.T, seed uint64) {
	t.Helper()
	s := startLife(t, true, k.args...)
	s.ready(t)
	boss, security := newVisitor(t), newVisitor(t)
	token := s.staff(t, boss, security)
	k.worker = &worker{visitor: security, rng: rand.New(rand.NewPCG(seed, 2)), asked: map[string][]wanted{}}
	k.sender = &sender{visitor: newVisitor(t), rng: rand.New(rand.NewPCG(seed, 3))}
	k.sender.base, k.sender.token = s.address, token
	send(t, s.address, token)
	idle(t, k.data)
	k.worker.sit(t)
	k.court = convene(t, k.worker, boss, rand.New(rand.NewPCG(seed, 4)))
	k.eraser = dismiss(t, k, boss, rand.New(rand.NewPCG(seed, 5)))
	s.die(t)
}

// kill lets the service live for a moment: from its start in every third life, so
// that it may be opening the store or doing again what the last one did not finish,
// else from when it serves.
func (k *killed) kill(t *testing.T, n int) {
	t.Helper()
	long := time.Duration(k.rng.IntN(700)) * time.Millisecond
	s := startLife(t, false, k.args...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var all sync.WaitGroup
	failed := make(chan error, 4)
	share := k.eraser.share(n)
	clients := func() {
		k.sender.base, k.worker.base, k.court.second.base, k.eraser.base = s.address, s.address, s.address, s.address
		all.Go(func() { failed <- k.sender.live(ctx, 3) })
		all.Go(func() { failed <- k.worker.live(ctx) })
		all.Go(func() { failed <- k.court.live(ctx) })
		all.Go(func() { failed <- k.eraser.live(ctx, share) })
	}
	if n%3 == 0 {
		die := time.After(long)
		select {
		case <-s.serving:
			clients()
			<-die
		case <-die:
			k.early++
			for range cap(failed) {
				failed <- errGone
			}
		}
	} else {
		s.ready(t)
		clients()
		time.Sleep(long)
	}
	s.die(t)
	all.Wait()
	for range cap(failed) {
		if err := <-failed; !errors.Is(err, errGone) {
			t.Errorf("life %d: %v", n, err)
		}
	}
	k.sender.http.CloseIdleConnections()
	k.worker.http.CloseIdleConnections()
	k.court.second.http.CloseIdleConnections()
	k.eraser.http.CloseIdleConnections()
}

// verify compares the store with what was acknowledged.
func (k *killed) verify(t *testing.T) {
	t.Helper()
	st := opened(t, k.data)
	defer st.Close() //nolint:errcheck // read only
	err := st.View(t.Context(), func(r store.Reader) error {
		for _, f := range k.sender.acked {
			if _, err := intake.ReadStatus(r, f.receipt); err != nil {
				t.Errorf("%s was acknowledged: %v", f.path, err)
			}
		}
		done := map[string]int{}                 // entries of the audit log by act and object
		for e, err := range audit.Opened(r, 0) { // how people decided is sealed
			if err != nil {
				return err
			}
			done[e.Act+" "+e.Object]++
		}
		for _, d := range k.worker.desks {
			c, err := casework.Load(r, d.id)
			if err != nil {
				return err
			}
			d.verify(t, c, done)
		}
		key, err := audit.PublicKey(r)
		if err != nil {
			return err
		}
		if rep, err := audit.Verify(t.Context(), r, key, nil); err != nil || len(rep.Faults) > 0 {
			t.Errorf("the audit log: %+v, %v", rep.Faults, err)
		}
		return errors.Join(k.worker.verify(t, r, done), k.court.verify(t, r, done), k.eraser.verify(t, r, done))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// verify demands of a case every act that was acknowledged, in its order and once,
// and of those that nobody answered each at most once; done is how often the audit
// log has what.
func (d *desk) verify(t *testing.T, c casework.Case, done map[string]int) {
	t.Helper()
	notes := c.Notes
	least, most := map[string]int{}, map[string]int{}
	newest := map[string][]string{} // texts that may stand at an explanation or a step
	for _, a := range d.acts {
		most[a.kind]++
		if a.acked {
			least[a.kind]++
			newest[a.of] = nil
		}
		newest[a.of] = append(newest[a.of], a.text)
		if a.kind != "case.note" {
			continue
		}
		if len(notes) > 0 && notes[0].Text == a.text {
			notes = notes[1:]
		} else if a.acked {
			t.Errorf("case %s: %q was acknowledged and is not there in its order", d.id, a.text)
		}
	}
	if len(notes) > 0 {
		t.Errorf("case %s: %d notes more than were written, the first %q", d.id, len(notes), notes[0].Text)
	}
	for kind, n := range most {
		if have := done[kind+" "+d.id]; have < least[kind] || have > n {
			t.Errorf("case %s: %d times %s in the audit log, %d were acknowledged and %d tried", d.id, have, kind, least[kind], n)
		}
	}
	if have := done["case.note "+d.id]; have != len(c.Notes) {
		t.Errorf("case %s: %d notes and %d entries about notes", d.id, len(c.Notes), have)
	}
	stands := func(of, text string) {
		texts, ok := newest[of]
		for _, may := range texts {
			ok = ok && may != text
		}
		if ok && (text != "" || len(texts) > 0 && d.answered(of)) {
			t.Errorf("case %s: %q stands at %s, not one of %q", d.id, text, of, texts)
		}
	}
	for _, s := range c.Steps {
		stands(s.ID, s.Note)
	}
	for _, e := range c.Evidence {
		for i, x := range e.Explanations {
			stands(e.Indicator+" "+string(rune('0'+i)), x.Note)
		}
	}
}

// answered reports whether something was acknowledged about an explanation or step.
func (d *desk) answered(of string) bool {
	for _, a := range d.acts {
		if a.of == of && a.acked {
			return true
		}
	}
	return false
}

// verify demands every check that was asked for, once, and its end.
func (w *worker) verify(t *testing.T, r store.Reader, done map[string]int) error {
	t.Helper()
	rows, asks := 0, 0
	for key, all := range w.asked {
		for _, a := range all {
			row, err := r.Get(store.Requests, a.id)
			if err != nil {
				return err
			}
			if open := row.Text["state"] == "open"; a.settled && open || !a.tried && !open {
				t.Errorf("check %s of %s is %s; settled %v, tried %v", a.id, key, row.Text["state"], a.settled, a.tried)
			}
			rows++
		}
	}
	have, err := r.Count(store.Requests, store.Query{})
	if err != nil {
		return err
	}
	// One of each kind may have been asked for without an answer.
	open, err := r.Count(store.Requests, store.Query{Where: []store.Cond{{Column: "state", Op: store.Equal, Text: "open"}}})
	if err != nil {
		return err
	}
	for _, d := range w.desks {
		asks += done["check.ask "+d.handle]
	}
	if have < rows || have-rows > open || asks != have {
		t.Errorf("%d checks, %d of them open and %d asked for in the audit log; %d were acknowledged", have, open, asks, rows)
	}
	return nil
}

// sameAsScan demands what a scan of the acknowledged files says, byte for byte, and
// one row a person.
func (k *killed) sameAsScan(t *testing.T) {
	t.Helper()
	files := fstest.MapFS{leaversFile: {Data: leaversExport()}}
	for _, f := range k.sender.acked {
		files[f.path] = &fstest.MapFile{Data: f.body}
	}
	if err := sample.Files(func(name string, data []byte) error {
		files[name] = &fstest.MapFile{Data: data}
		return nil
	}, nil); err != nil {
		t.Fatal(err)
	}
	if k.sender.tried { // it may have been received, and nobody heard of it
		path, body := k.sender.file(len(k.sender.acked))
		if k.received(t, path) {
			files[path] = &fstest.MapFile{Data: body}
		}
	}
	now := time.Now()
	rules := intake.Rules{Catalog: indicators.Catalog(), Policy: weigh.DefaultPolicy(), Tables: enrich.Builtin, Tool: "daylight test"}
	tables, err := enrich.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	res, err := pipeline.Scan(t.Context(), pipeline.Options{Files: files, Tables: tables, Catalog: rules.Catalog, Policy: rules.Policy, Latest: now})
	if err != nil {
		t.Fatal(err)
	}
	want := k.eraser.without(report.Build(res, rules.Policy, rules.Catalog, rules.Tool))
	st := opened(t, k.data)
	defer st.Close() //nolint:errcheck // read only
	assessor := intake.Assessor{Store: st, Rules: func() (intake.Rules, error) { return rules, nil }, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)}
	got, err := assessor.Report(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want.AsOf = got.AsOf // what was decided is a record too, and the newest
	var scanned, kept bytes.Buffer
	if err := errors.Join(want.WriteJSON(&scanned), got.WriteJSON(&kept)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(scanned.String(), kept.String()); diff != "" {
		t.Errorf("(-scanned +kept):\n%s", diff)
	}
	err = st.View(t.Context(), func(r store.Reader) error {
		read, err := r.Count(store.Files, store.Query{})
		if err != nil || read != len(files) {
			t.Errorf("%d files are read, of %d that were received (%v)", read, len(files), err)
		}
		people, dossiers := map[string]bool{}, map[string]string{}
		// A handle of somebody who turned out to be another points on, and says no more.
		whole := store.Query{Readable: true, Where: []store.Cond{{Column: "merged", Op: store.Equal}}}
		for row, err := range r.Find(store.Subjects, whole) {
			if err != nil {
				return err
			}
			sub, err := report.DecodeDossier(row.Body)
			if err != nil {
				return err
			}
			people[row.Text["source_hash"]+" "+string(sub.State)+" "+sub.Assessment.Total.String()] = true
			dossiers[row.Text["source_hash"]] = fmt.Sprintf("handle %s, assessed %s, total %d: %+v", row.Key, time.UnixMilli(row.Ints["assessed"]), sub.Assessment.Total, sub.Assessment.Contributions)
		}
		for _, sub := range res.Subjects {
			if k.eraser.gone(string(sub.ID)) {
				continue
			}
			is := r.Hash("subject", string(sub.ID)) + " " + string(sub.Assessment.State) + " " + sub.Assessment.Total.String()
			if !people[is] {
				t.Errorf("%s is not assessed as by a scan: %s; kept: %s\nscan: %+v", sub.ID, is, dossiers[r.Hash("subject", string(sub.ID))], sub.Assessment.Contributions)
			}
			delete(people, is)
		}
		for is := range people {
			t.Errorf("a person is assessed as no scan does: %s", is)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// received reports whether a file of a path was read.
func (k *killed) received(t *testing.T, path string) (found bool) {
	t.Helper()
	st := opened(t, k.data)
	defer st.Close() //nolint:errcheck // read only
	err := st.View(t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Files, store.Query{}) {
			if err != nil {
				return err
			}
			status, err := intake.FileStatus(row)
			if err != nil {
				return err
			}
			found = found || status.Path == path
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
