// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"daylight/enrich"
	"daylight/notice"
	"daylight/pipeline"
	"daylight/report"
	"daylight/store"
	"daylight/store/sqlite"
)

// What goes wrong at one call of a store.
const (
	refused = iota + 1 // nothing is done
	undone             // an update is done, fails at its end, and is taken back
	unsaid             // it is done and kept, and nobody is told
	between            // nothing goes wrong, and something else is done before the call
)

var errFault = errors.New("a fault of the test")

// faulty is a store one call of which goes wrong.
type faulty struct {
	store.Store
	left  int  // calls before that one
	only  bool // of updates alone
	fault int
	also  func() // done between
	hit   int    // how often something went wrong
}

func (f *faulty) now(update bool) int {
	if f.only && !update {
		return 0
	}
	f.left--
	if f.fault == 0 || f.left != -1 {
		return 0
	}
	f.hit++
	if f.fault == between {
		f.also()
	}
	return f.fault
}

// View implements [store.Store].
func (f *faulty) View(ctx context.Context, do func(store.Reader) error) error {
	if fault := f.now(false); fault == refused || fault == undone || fault == unsaid {
		return errFault
	}
	return f.Store.View(ctx, do)
}

// Update implements [store.Store].
func (f *faulty) Update(ctx context.Context, do func(store.Writer) error) error {
	switch f.now(true) {
	case refused:
		return errFault
	case undone:
		return f.Store.Update(ctx, func(w store.Writer) error {
			if err := do(w); err != nil {
				return err
			}
			return errFault
		})
	case unsaid:
		if err := f.Store.Update(ctx, do); err != nil {
			return err
		}
		return errFault
	}
	return f.Store.Update(ctx, do)
}

// Claim implements [store.Store].
func (f *faulty) Claim(ctx context.Context, q store.Queue, worker string, n int, now, until time.Time) ([]store.Job, error) {
	switch f.now(false) {
	case refused:
		return nil, errFault
	case undone, unsaid:
		if _, err := f.Store.Claim(ctx, q, worker, n, now, until); err != nil {
			return nil, err
		}
		return nil, errFault
	}
	return f.Store.Claim(ctx, q, worker, n, now, until)
}

// inputs are files that say of one another's people what is otherwise once more is
// known: who is whom, under which name, who shares a network and a résumé.
func inputs() []struct{ path, body string } {
	signIns := func(day, net int, people ...string) string {
		var b strings.Builder
		for d := range 4 {
			for _, p := range people {
				_, _ = fmt.Fprintf(&b, `{"uuid":"%s-%d-%d","published":"2026-03-%02dT09:10:00.000Z","eventType":"user.session.start","actor":{"id":"%s","type":"User","alternateId":"%s@example.org"},"client":{"ipAddress":"198.51.100.%d"},"outcome":{"result":"SUCCESS"}}`+"\n",
					p, net, d, day+d, p, p, net)
			}
		}
		return b.String()
	}
	const text = "Rewrote the nightly scheduler for 310 ferries in Tallinn, so that captains trust the urgent cargo sooner.\nMeasured a handwritten ledger of 77 orchards in Cusco, so that growers order the spare harvests offline.\n"
	return []struct{ path, body string }{
		{"a.csv", "id,stage,name,email\nm-2,worker,Wanjiru Mfano,wanjiru@example.org\n"},
		{"b.csv", "id,alias,stage,name,email\nm-1,m-2,applicant,Wanjiru Mfano,wanjiru@example.org\n"},
		{"c.csv", "id,stage,email\nm-3,worker,wanjiru@example.org\n"},
		{"d.csv", "id,stage,name,email,applied_at,role\nm-4,applicant,Ødegaard Eksempel,wanjiru@example.org,2026-02-10T09:00:00Z,Cook\n"},
		{"e.csv", "id,stage,name,email,phone\nm-5,applicant,Bilal Namuna,m-5@example.org,+1 555 0101\nm-6,applicant,Bilal Pavyzdys,m-6@example.org,+1 555 0101\n"},
		{"f.csv", "id,stage,name,email,phone\nm-7,worker,Chipo Esempio,m-7@example.org,+1 555 0101\nm-8,leaver,Dilnoza Fampl,m-8@example.org,\n"},
		{"logs/a.jsonl", signIns(2, 7, "m-5", "m-6", "m-7")},
		{"logs/b.jsonl", signIns(5, 7, "m-6", "m-7", "m-8")},
		{"logs/c.jsonl", signIns(9, 9, "m-5", "m-8", "m-9")},
		{"more/g.csv", "id,stage,name,email\nm-9,worker,Eluned Dukaan,m-9@example.org\n"},
		{"resumes/5.txt", "Bilal Namuna\nm-5@example.org\n\nExperience\n\n" + text},
		{"resumes/7.txt", "Chipo Esempio\nm-7@example.org\n\nExperience\n\n" + text},
	}
}

// interleaved is a service to which everything happens in any order.
type interleaved struct {
	t     *rapid.T
	disk  store.Store // what survives
	at    time.Time
	tried map[int]bool // files that were sent
	acked map[int]bool // and acknowledged

	box      *Box
	read     *faulty // the reader's store
	assess   *faulty // the assessor's
	reader   *Reader
	assessor *Assessor
	faults   int // how often something went wrong in earlier lives
}

// start begins a life of the service, which remembers nothing.
func (m *interleaved) start() {
	clock := func() time.Time { return m.at }
	log := slog.New(slog.DiscardHandler)
	m.read, m.assess = &faulty{Store: m.disk}, &faulty{Store: m.disk}
	m.box = &Box{Store: m.disk, Now: clock}
	tables, err := enrich.Builtin()
	if err != nil {
		m.t.Fatal(err)
	}
	m.reader = &Reader{Store: m.read, Tables: tables, Notices: notice.Rule{Everybody: notice.Since(time.Unix(1, 0))}, Now: clock, Log: log}
	m.assessor = &Assessor{Store: m.assess, Rules: rules, Now: clock, Log: log}
}

func (m *interleaved) receive(file int) {
	in := inputs()[file]
	m.tried[file] = true
	if _, err := m.box.Receive(m.t.Context(), "test", in.path, strings.NewReader(in.body)); err == nil {
		m.acked[file] = true
	} else if !errors.Is(err, errFault) {
		m.t.Fatal(err)
	}
}

// step does one thing, at one call of which something may go wrong.
func (m *interleaved) step() {
	m.at = m.at.Add(rapid.SampledFrom([]time.Duration{time.Millisecond, time.Second, 2 * lease}).Draw(m.t, "later"))
	what := rapid.SampledFrom([]string{"receive", "receive", "read", "assess", "assess", "crash"}).Draw(m.t, "what")
	file := rapid.IntRange(0, len(inputs())-1).Draw(m.t, "file")
	fault := rapid.IntRange(0, between).Draw(m.t, "fault")
	only := rapid.Bool().Draw(m.t, "of updates")
	most := 24
	if only {
		most = 6
	}
	calls := rapid.IntRange(0, most).Draw(m.t, "calls before")
	both := rapid.Bool().Draw(m.t, "and read")
	also := func() {
		m.receive(file)
		if both {
			other := *m.reader // the same worker, whose own store works
			other.Store = m.disk
			_, err := other.Some(m.t.Context())
			m.tolerate(err)
		}
	}
	switch what {
	case "receive":
		f := &faulty{Store: m.disk, fault: min(fault, unsaid)} // it is one call
		m.box.Store = f
		m.receive(file)
		m.box.Store = m.disk
		m.faults += f.hit
	case "read":
		m.read.left, m.read.only, m.read.fault = calls, only, fault
		m.read.also = func() { m.receive(file) } // one reader runs at a time
		_, err := m.reader.Some(m.t.Context())
		m.tolerate(err)
	case "assess":
		m.assess.left, m.assess.only, m.assess.fault, m.assess.also = calls, only, fault, also
		_, err := m.assessor.Some(m.t.Context())
		m.tolerate(err)
	case "crash":
		m.faults += m.read.hit + m.assess.hit
		m.start()
	}
	m.read.fault, m.assess.fault = 0, 0
}

// tolerate fails for any error but that of the test's own, and a lease that passed on.
func (m *interleaved) tolerate(err error) {
	if err != nil && !errors.Is(err, errFault) && !errors.Is(err, store.ErrConflict) {
		m.t.Fatal(err)
	}
}

// quiet lets the service end what there is to do.
func (m *interleaved) quiet() {
	ctx := m.t.Context()
	for range 4 {
		m.at = m.at.Add(2 * lease)
		if err := m.reader.Drain(ctx); err != nil {
			m.t.Fatal(err)
		}
		if _, err := m.assessor.Some(ctx); err != nil {
			m.t.Fatal(err)
		}
	}
	err := m.disk.View(ctx, func(r store.Reader) error {
		inbox, _, err := r.Depth(store.Inbox)
		dirty, _, err2 := r.Depth(store.Dirty)
		if inbox+dirty > 0 {
			m.t.Errorf("%d inputs and %d assessments are left when all is quiet", inbox, dirty)
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		m.t.Fatal(err)
	}
}

// files are those that are in, for a scan: who was not answered may have been heard.
func (m *interleaved) files() fstest.MapFS {
	files := fstest.MapFS{}
	err := m.disk.View(m.t.Context(), func(r store.Reader) error {
		there := map[string]bool{}
		for row, err := range r.Find(store.Files, store.Query{}) {
			if err != nil {
				return err
			}
			status, err := FileStatus(row)
			if err != nil {
				return err
			}
			there[status.Path] = true
		}
		for i, in := range inputs() {
			switch {
			case there[in.path] && !m.tried[i]:
				m.t.Errorf("%s is there and was not sent", in.path)
			case !there[in.path] && m.acked[i]:
				m.t.Errorf("%s was acknowledged and is lost", in.path)
			case there[in.path]:
				files[in.path] = &fstest.MapFile{Data: []byte(in.body)}
			}
		}
		return nil
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return files
}

// kept is what the store says of each person, by the hash of their id, and all rows
// that an assessment writes, less the instants.
func (m *interleaved) kept() (people map[string]string, rows map[string]string) {
	people, rows = map[string]string{}, map[string]string{}
	err := m.disk.View(m.t.Context(), func(r store.Reader) error {
		for _, c := range []store.Collection{store.Subjects, store.Faces, store.Rings, store.Identifiers} {
			for row, err := range r.Find(c, store.Query{}) {
				if err != nil {
					return err
				}
				delete(row.Ints, "assessed")
				delete(row.Ints, "since")
				body := string(row.Body)
				if c.Name == store.Subjects.Name && row.Text["merged"] == "" {
					sub, err := report.DecodeDossier(row.Body)
					if err != nil {
						return err
					}
					people[row.Text["source_hash"]] = fmt.Sprintf("%s %s", sub.State, sub.Assessment.Total)
					body = string(timeless(row))
				}
				rows[c.Name+" "+row.Key] = fmt.Sprintf("%v %v %s %s", row.Text, row.Ints, row.Holder, body)
			}
		}
		return nil
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return people, rows
}

// verify compares what is kept with a scan of the same files, and with what a service
// writes that remembers nothing and assesses everybody anew.
func (m *interleaved) verify() {
	ctx := m.t.Context()
	files := m.files()
	people, rows := m.kept()
	tables, err := enrich.Builtin()
	if err != nil {
		m.t.Fatal(err)
	}
	o, err := rules()
	if err != nil {
		m.t.Fatal(err)
	}
	res, err := pipeline.Scan(ctx, pipeline.Options{Files: files, Tables: tables, Catalog: o.Catalog, Policy: o.Policy, Latest: m.at})
	if err != nil {
		m.t.Fatal(err)
	}
	want := map[string]string{}
	if err := m.disk.View(ctx, func(r store.Reader) error {
		for _, s := range res.Subjects {
			want[r.Hash("subject", string(s.ID))] = fmt.Sprintf("%s %s", s.Assessment.State, s.Assessment.Total)
		}
		return nil
	}); err != nil {
		m.t.Fatal(err)
	}
	if diff := cmp.Diff(want, people); diff != "" {
		m.t.Errorf("(-scanned +kept):\n%s", diff)
	}
	rep, err := m.assessor.Report(ctx)
	if err != nil {
		m.t.Fatal(err)
	}
	var a, b bytes.Buffer
	if err := errors.Join(report.Build(res, o.Policy, o.Catalog, o.Tool).WriteJSON(&a), rep.WriteJSON(&b)); err != nil {
		m.t.Fatal(err)
	}
	if diff := cmp.Diff(a.String(), b.String()); diff != "" {
		m.t.Errorf("the report (-scanned +received):\n%s", diff)
	}
	m.start()
	if err := m.disk.Update(ctx, func(w store.Writer) error { return w.Enqueue(store.Dirty, store.Everybody, m.at) }); err != nil {
		m.t.Fatal(err)
	}
	if _, err := m.assessor.Some(ctx); err != nil {
		m.t.Fatal(err)
	}
	_, anew := m.kept()
	if diff := cmp.Diff(anew, rows); diff != "" {
		m.t.Errorf("(-assessed anew +kept):\n%s", diff)
	}
}

// TestInterleaved receives, reads and assesses in any order, ends lives of the service
// and lets any call of the store go wrong, at each step: refused, taken back, kept
// though an error was told, or with something received and read just before. Once all
// is quiet, what is kept is what a scan of the same files says, and what a service
// writes that begins anew.
func TestInterleaved(t *testing.T) {
	faults := 0
	rapid.Check(t, func(rt *rapid.T) {
		st, err := sqlite.Temporary(t.Context(), sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close() //nolint:errcheck // temporary
		m := &interleaved{t: rt, disk: st, at: now(), tried: map[int]bool{}, acked: map[int]bool{}}
		m.start()
		for range rapid.IntRange(1, 14).Draw(rt, "steps") {
			m.step()
		}
		faults += m.faults + m.read.hit + m.assess.hit
		m.quiet()
		m.verify()
	})
	if faults == 0 {
		t.Error("nothing went wrong: the test shows nothing")
	}
}
