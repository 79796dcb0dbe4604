// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/audit"
	"daylight/detect"
	"daylight/record"
	"daylight/store"
	"daylight/store/sqlite"
	"daylight/weigh"
)

func newStore(t *testing.T) store.Store {
	t.Helper()
	s, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func update(t *testing.T, s store.Store, f func(store.Writer) error) {
	t.Helper()
	if err := s.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// work applies acts to a stored case, each in a transaction of its own.
func work(t *testing.T, s store.Store, id string, by Actor, acts ...Act) {
	t.Helper()
	for _, a := range acts {
		update(t, s, func(w store.Writer) error {
			_, err := Do(w, id, Event{At: start.Add(time.Hour), By: by, Act: a})
			return err
		})
	}
}

func openCase(t *testing.T, s store.Store, m Matter, now time.Time) (c Case, opened bool) {
	t.Helper()
	update(t, s, func(w store.Writer) (err error) {
		c, opened, err = Open(w, m, now)
		return err
	})
	return c, opened
}

// logged are the entries of the audit log as they are in it.
func logged(t *testing.T, s store.Store) (all []store.Entry) {
	t.Helper()
	err := s.View(t.Context(), func(r store.Reader) error {
		for e, err := range r.Entries(store.Audit, 0) {
			if err != nil {
				return err
			}
			all = append(all, e)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// acts are the entries of the audit log, with what is sealed of them.
func acts(t *testing.T, s store.Store) (all []audit.Entry) {
	t.Helper()
	err := s.View(t.Context(), func(r store.Reader) error {
		for e, err := range audit.Opened(r, 0) {
			if err != nil {
				return err
			}
			all = append(all, e.Entry)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestOpen(t *testing.T) {
	s := newStore(t)
	c, opened := openCase(t, s, matter(), start)
	if !opened || c.State != StateOpen || len(c.Linked) != 1 || c.Linked[0].Handle != "p-1111111111" {
		t.Errorf("opened %v: %+v", opened, c)
	}
	// The same again changes nothing and is no entry; one person has one case.
	later := matter()
	later.AsOf = start.Add(time.Hour)
	if again, opened := openCase(t, s, later, start.Add(time.Hour)); opened || again.ID != c.ID {
		t.Errorf("opened %v: %+v", opened, again)
	}
	more := matter()
	more.Linked = []string{"p-2222222222"}
	if again, opened := openCase(t, s, more, start.Add(time.Hour)); opened || len(again.Linked) != 2 {
		t.Errorf("opened %v: %+v", opened, again)
	}
	work(t, s, c.ID, ana, Take{}, Close{Cleared, because})
	more.Evidence[1].Statement = "Paid into an account of three people."
	if again, opened := openCase(t, s, more, start.Add(2*time.Hour)); !opened || again.State != StateOpen || again.Reopened != 1 {
		t.Errorf("opened %v: %+v", opened, again)
	}
	var got []string
	for _, e := range acts(t, s) {
		got = append(got, e.Act)
	}
	if diff := cmp.Diff([]string{"case.open", "case.evidence", "case.take", "case.close", "case.reopen"}, got); diff != "" {
		t.Error(diff)
	}
	err := s.View(t.Context(), func(r store.Reader) error {
		row, err := r.Get(store.Cases, c.ID)
		if err != nil {
			return err
		}
		now, err := Load(r, c.ID)
		if err != nil {
			return err
		}
		history, err := History(r, now, 2)
		if err != nil {
			return err
		}
		if len(history) != 2 || history[0].Act != "case.reopen" || history[1].Act != "case.close" {
			t.Errorf("history %v", history)
		}
		if diff := cmp.Diff(map[string]string{"subject": "p-0a1b2c3d4e", "state": "open", "owner": "a-ana", "disposition": "", "audience": ""}, row.Text); diff != "" || row.Holder != "s:p-0a1b2c3d4e" {
			t.Error(row.Holder, diff)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestRenew holds that whatever a new assessment asks for, everybody's open cases say
// what it says, that those that are closed stay as they were decided, and that none is
// opened.
func TestRenew(t *testing.T) {
	s := newStore(t)
	own, _ := openCase(t, s, matter(), start)
	other := matter()
	other.Subject = "p-1111111111"
	joined, _ := openCase(t, s, other, start)
	other.Subject = "p-2222222222"
	closed, _ := openCase(t, s, other, start)
	work(t, s, own.ID, ana, append(checked(), Propose{because})...)
	work(t, s, closed.ID, ana, Take{}, Close{Cleared, because})
	less := matter()
	less.State, less.Weight, less.Evidence = weigh.Insufficient, 0, nil
	less.AsOf = start.Add(2 * time.Hour)
	update(t, s, func(w store.Writer) error {
		for _, h := range []string{joined.Matter.Subject, closed.Matter.Subject} {
			if err := Move(w, h, less.Subject, start.Add(time.Hour)); err != nil {
				return err
			}
		}
		if waits, err := Waits(w, less.Subject); err != nil || !waits {
			t.Errorf("waits %v, %v", waits, err)
		}
		return Renew(w, less, start.Add(2*time.Hour))
	})
	entries := len(logged(t, s))
	nobody := less
	nobody.Subject = "p-3333333333"
	update(t, s, func(w store.Writer) error {
		return errors.Join(Renew(w, less, start.Add(3*time.Hour)), Renew(w, nobody, start))
	})
	if got := len(logged(t, s)); got != entries {
		t.Errorf("the same again is %d entries", got-entries)
	}
	err := s.View(t.Context(), func(r store.Reader) error {
		for id, want := range map[string]string{
			own.ID: "checking insufficient 0.00 0", joined.ID: "open insufficient 0.00 0", closed.ID: "closed escalate 2.12 2",
		} {
			c, err := Load(r, id)
			if err != nil {
				return err
			}
			if got := fmt.Sprintf("%s %s %.2f %d", c.State, c.Matter.State, float64(c.Matter.Weight)/100, c.Unexplained()); got != want || c.Proposal != nil {
				t.Errorf("case %s is %q, want %q; proposal %v", id, got, want, c.Proposal)
			}
		}
		if n, err := r.Count(store.Cases, store.Query{}); n != 3 {
			t.Errorf("%d cases, %v", n, err)
		}
		waits, err := Waits(r, nobody.Subject)
		if waits {
			t.Error("somebody without a case waits")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestOutcome holds that a closed case leaves what a table of outcomes gives.
func TestOutcome(t *testing.T) {
	s := newStore(t)
	c, _ := openCase(t, s, matter(), start)
	update(t, s, func(w store.Writer) error {
		return w.Put(store.Faces, store.Row{Key: c.Matter.Subject, Holder: holder(c.Matter.Subject), Body: []byte(`{"names":["x"],"ids":["w-0042","c-7"]}`)})
	})
	work(t, s, c.ID, ana, Take{}, Close{Unresolved, because})
	var got []record.Record
	err := s.View(t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Records, store.Query{Where: []store.Cond{{Column: "kind", Op: store.Equal, Text: "outcome"}}}) {
			if err != nil {
				return err
			}
			var rec record.Record
			if err := json.Unmarshal(row.Body, &rec); err != nil {
				return err
			}
			got = append(got, rec)
		}
		n, _, err := r.Depth(store.Dirty)
		if n != 1 {
			t.Errorf("%d people are assessed again", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Ref.ID != "w-0042" || !got[0].At.Equal(start.Add(time.Hour)) {
		t.Fatalf("%+v", got)
	}
	if o, ok := got[0].Body.(record.Outcome); !ok || o.Outcome != "unresolved" || o.By != "a-ana" {
		t.Errorf("%+v", got[0].Body)
	}
}

// TestRefusedLeavesNothing holds that a refused act writes neither the case nor
// the log.
func TestRefusedLeavesNothing(t *testing.T) {
	s := newStore(t)
	c, _ := openCase(t, s, matter(), start)
	err := s.Update(t.Context(), func(w store.Writer) error {
		_, err := Do(w, c.ID, Event{At: start, By: ana, Act: Close{Cleared, because}})
		return err
	})
	if !errors.Is(err, ErrState) {
		t.Errorf("error %v", err)
	}
	if n := len(acts(t, s)); n != 1 {
		t.Errorf("%d entries", n)
	}
}

// TestForget holds that nothing of a case is left to read once its person is erased,
// with or without a legal hold that was put and lifted before, and not out of an older
// copy of the rows either: the keys themselves are gone.
func TestForget(t *testing.T) {
	for _, tc := range []struct {
		name string
		held bool
	}{{"without a hold", false}, {"after a hold", true}} {
		t.Run(tc.name, func(t *testing.T) {
			s := newStore(t)
			c, _ := openCase(t, s, matter(), start)
			keep := store.Row{Key: "e-1", Holder: holder(c.Matter.Subject), Text: map[string]string{"case": c.ID, "digest": "d"}, Body: []byte("zip")}
			update(t, s, func(w store.Writer) error { return w.Put(store.Packages, keep) })
			keys := []string{holder(c.Matter.Subject)}
			if tc.held {
				work(t, s, c.ID, bo, PutHold{"A claim is expected."})
				err := s.View(t.Context(), func(r store.Reader) error {
					row, err := r.Get(store.Packages, "e-1")
					keys = append(keys, row.Holder)
					return err
				})
				if err != nil || keys[0] == keys[1] {
					t.Fatalf("under hold the package is sealed under %v: %v", keys, err)
				}
				work(t, s, c.ID, bo, LiftHold{})
			}
			work(t, s, c.ID, ana, append(checked(), Propose{because})...)
			work(t, s, c.ID, bo, Approve{"e-1", matter()})
			update(t, s, func(w store.Writer) error {
				if err := Forget(w, c.Matter.Subject); err != nil {
					return err
				}
				return w.Destroy(holder(c.Matter.Subject))
			})
			err := s.View(t.Context(), func(r store.Reader) error {
				row, err := r.Get(store.Cases, c.ID)
				if !errors.Is(err, store.ErrErased) {
					t.Errorf("the case: %v", err)
				}
				for column, v := range row.Text {
					if v != "" {
						t.Errorf("the case's row says %s %q", column, v)
					}
				}
				for column, v := range row.Ints {
					if v != 0 {
						t.Errorf("the case's row says %s %d", column, v)
					}
				}
				if _, err := r.Get(store.Packages, "e-1"); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("the package: %v", err)
				}
				for _, key := range keys {
					if gone, err := r.Erased(key); err != nil || !gone {
						t.Errorf("the key %s is there: %v", key, err)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range logged(t, s) {
				line := strings.ToLower(string(e.Data))
				for _, word := range []string{"confirmed", "propose", "approve", "escalate", "weight", "impossible_travel", "does-not", "checking"} {
					if strings.Contains(line, word) {
						t.Errorf("the log says %s: %s", word, line)
					}
				}
			}
			for _, e := range acts(t, s) {
				if e.Act == "case.approve" {
					t.Error("what was sealed of the log opens")
				}
			}
		})
	}
}

// TestMove holds that the case of somebody who turns out to be another person stays on
// the queue and can be worked on, with what was looked at and decided, and goes back
// if they turn out to be two.
func TestMove(t *testing.T) {
	for _, tc := range []struct {
		name string
		own  bool // the other has a case of their own
	}{{"into one without a case", false}, {"into one with a case", true}} {
		t.Run(tc.name, func(t *testing.T) {
			s := newStore(t)
			m := matter()
			c, _ := openCase(t, s, m, start)
			from, to := c.Matter.Subject, m.Linked[0]
			work(t, s, c.ID, ana, Take{}, Explain{"net.impossible_travel", 0, DoesNot, "Asked."}, Frost{"e-1", strings.Repeat("a", 64)})
			update(t, s, func(w store.Writer) error {
				if _, err := Suppress(w, ana, Suppression{Subject: from, Indicator: "pay.shared_account", Reason: because, Until: start.Add(time.Hour)}, start); err != nil {
					return err
				}
				return w.Put(store.Packages, store.Row{Key: "e-1", Holder: holder(from), Text: map[string]string{"case": c.ID}, Body: []byte("zip")})
			})
			other := matter()
			other.Subject, other.Linked = to, nil
			want := c.ID
			if tc.own {
				own, _ := openCase(t, s, other, start)
				want = own.ID
			}
			update(t, s, func(w store.Writer) error {
				if err := Move(w, from, to, start.Add(time.Hour)); err != nil {
					return err
				}
				return w.Destroy(holder(from)) // nothing is left under it
			})
			now, opened := openCase(t, s, other, start.Add(2*time.Hour))
			if now.ID != want || opened {
				t.Errorf("new evidence goes to case %s, opened %v; want %s", now.ID, opened, want)
			}
			err := s.View(t.Context(), func(r store.Reader) error {
				moved, err := Load(r, c.ID)
				if err != nil {
					return err
				}
				if moved.Matter.Subject != to || moved.Owner != "a-ana" || moved.State != StateChecking || moved.Evidence[0].Explanations[0].Found != DoesNot || len(moved.Linked) != 0 {
					t.Errorf("the case moved as %+v", moved)
				}
				sups, err := Suppressions(r, to, start)
				if len(sups) != 1 || sups[0].Subject != to {
					t.Errorf("suppressions %+v", sups)
				}
				if err != nil {
					return err
				}
				row, err := r.Get(store.Packages, "e-1")
				if row.Holder != holder(to) {
					t.Errorf("the package is sealed under %s", row.Holder)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
	t.Run("and back", func(t *testing.T) {
		s := newStore(t)
		c, _ := openCase(t, s, matter(), start)
		update(t, s, func(w store.Writer) error { return Move(w, c.Matter.Subject, "p-1111111111", start) })
		update(t, s, func(w store.Writer) error { return MoveBack(w, c.Matter.Subject, start) })
		if again, opened := openCase(t, s, matter(), start); opened || again.ID != c.ID || again.Matter.Subject != c.Matter.Subject {
			t.Errorf("opened %v: %+v", opened, again)
		}
	})
}

// TestAuditSaysNothingPersonal feeds names, addresses and reasons through every
// act and looks for them in the log.
func TestAuditSaysNothingPersonal(t *testing.T) {
	const secret = "Ngozi Aaltonen ngozi.aaltonen@example.com +1 555 0142"
	s := newStore(t)
	m := matter()
	for i := range m.Evidence {
		m.Evidence[i].Statement += secret
		m.Evidence[i].Title += secret
		for n := range m.Evidence[i].Explanations {
			m.Evidence[i].Explanations[n].Text += secret
		}
	}
	c, _ := openCase(t, s, m, start)
	work(t, s, c.ID, ana, Take{}, SetDue{start}, Write{secret}, Enclose{[]string{"a-cem"}},
		Explain{"net.impossible_travel", 0, DoesNot, secret}, Explain{"net.impossible_travel", 1, DoesNot, secret}, Explain{"pay.shared_account", 0, DoesNot, secret},
		LookAt{"p-1111111111", secret}, Frost{"e-1", strings.Repeat("a", 64)}, Tick{StepContain, NotNeeded, secret}, Propose{secret})
	work(t, s, c.ID, bo, append(responded(), Decline{secret}, Propose{secret}, PutHold{secret})...)
	work(t, s, c.ID, ana, Approve{"e-1", m}, Disclose{start}, GiveNotice{strings.Repeat("b", 64), minWait})
	work(t, s, c.ID, person, Dispute{secret}, Ask{"r-1", Correction, secret})
	work(t, s, c.ID, cem, Settle{secret}, Reply{"r-1", secret}, Reopen{secret}, Take{}, Close{Cleared, secret})
	update(t, s, func(w store.Writer) error {
		_, err := Do(w, c.ID, Event{At: start.Add(8 * 24 * time.Hour), By: bo, Act: LiftHold{}})
		return err
	})
	update(t, s, func(w store.Writer) error {
		sup, err := Suppress(w, ana, Suppression{Subject: c.Matter.Subject, Indicator: "pay.shared_account", Reason: secret, Until: start.Add(time.Hour)}, start)
		if err != nil {
			return err
		}
		return Unsuppress(w, ana, sup.Subject, sup.Indicator, start)
	})
	all := acts(t, s)
	if len(all) < 25 {
		t.Fatalf("%d entries: the acts were not done", len(all))
	}
	for _, e := range all {
		line, err := audit.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range append(strings.Fields(secret), "ngozi", "0142") {
			if word != "+1" && strings.Contains(strings.ToLower(string(line)), strings.ToLower(word)) && word != "555" {
				t.Errorf("%s is in the log: %s", word, line)
			}
		}
	}
	update(t, s, func(w store.Writer) error {
		_, err := audit.Seal(w, zeros{}, start)
		return err
	})
	err := s.View(t.Context(), func(r store.Reader) error {
		key, err := audit.PublicKey(r)
		if err != nil {
			return err
		}
		rep, err := audit.Verify(t.Context(), r, key, nil)
		if err == nil && (!rep.OK() || rep.Sealed != int64(len(all))) {
			t.Errorf("%+v", rep)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// zeros is a source of the same key each time.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestSuppress(t *testing.T) {
	s := newStore(t)
	sup := Suppression{Subject: "p-1", Indicator: "pay.shared_account", Reason: "A married couple with one account.", Until: start.Add(time.Hour)}
	for name, tc := range map[string]struct {
		by     Actor
		change func(*Suppression)
		err    error
	}{
		"a recruiter":      {clerk, func(*Suppression) {}, ErrRole},
		"without a reason": {ana, func(s *Suppression) { s.Reason = "ok" }, ErrReasons},
		"without an end":   {ana, func(s *Suppression) { s.Until = time.Time{} }, ErrOrder},
		"for ever":         {ana, func(s *Suppression) { s.Until = start.Add(2 * maxSuppression) }, ErrOrder},
		"of nobody":        {ana, func(s *Suppression) { s.Subject = "" }, ErrNothing},
	} {
		t.Run(name, func(t *testing.T) {
			err := s.Update(t.Context(), func(w store.Writer) error {
				x := sup
				tc.change(&x)
				_, err := Suppress(w, tc.by, x, start)
				return err
			})
			if !errors.Is(err, tc.err) {
				t.Errorf("error %v, want %v", err, tc.err)
			}
		})
	}
	update(t, s, func(w store.Writer) error {
		_, err := Suppress(w, ana, sup, start)
		return err
	})
	for at, want := range map[time.Duration]int{0: 1, time.Hour - time.Second: 1, time.Hour: 0} {
		err := s.View(t.Context(), func(r store.Reader) error {
			got, err := Suppressions(r, "p-1", start.Add(at))
			if len(got) != want {
				t.Errorf("%d in force after %v, want %d", len(got), at, want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestWithout holds that a suppressed indicator is shown and counts nothing, and
// that the rest counts as if it were not there.
func TestWithout(t *testing.T) {
	ind := func(id string, f detect.Family, w record.Weight) *detect.Indicator {
		return detect.Define(detect.Meta{ID: id, Family: f, Lifecycle: detect.Stable, Present: w, Absent: -w / 4, Conclusive: id == "c"}, struct{}{}, func(*detect.Pass, struct{}) {})
	}
	catalog := []*detect.Indicator{ind("a", detect.Network, 100), ind("b", detect.Network, 80), ind("c", detect.Pay, 90)}
	findings := []detect.Finding{
		{Indicator: "a", Outcome: detect.Present, Strength: 100},
		{Indicator: "b", Outcome: detect.Present, Strength: 100},
		{Indicator: "c", Outcome: detect.Present, Strength: 100},
	}
	view := &detect.View{Subject: "p-1", Stage: record.Worker, AsOf: start}
	p := weigh.DefaultPolicy()
	full := weigh.Assess(p, catalog, view, findings)
	if full.State != weigh.Escalate {
		t.Fatalf("state %s", full.State)
	}
	if diff := cmp.Diff(full, Without(p, catalog, full, nil)); diff != "" {
		t.Error("nothing suppressed changes something:", diff)
	}
	got := Without(p, catalog, full, []Suppression{{Indicator: "a", Until: start}, {Indicator: "c", Until: start}})
	want := weigh.Assess(p, catalog, view, findings[1:2])
	if got.Total != want.Total || got.Conclusive || got.State == weigh.Escalate {
		t.Errorf("total %v, want %v; %s", got.Total, want.Total, got.State)
	}
	shown := 0
	for _, c := range got.Contributions {
		if c.Finding.Indicator == "a" && c.Counted == 0 && strings.Contains(c.Why, "suppressed until 2026-03-02") {
			shown++
		}
	}
	if len(got.Contributions) != 3 || shown != 1 {
		t.Errorf("%+v", got.Contributions)
	}
}

func FuzzDecode(f *testing.F) {
	body, err := json.Marshal(NewCase("c-1", matter(), start))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add([]byte(`{"id":"c-1","state":"closed"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Decode(data)
		if err != nil {
			return
		}
		// Whatever is read can be worked on.
		for _, a := range append(checked(), Propose{because}, Approve{"e-1", matter()}, Reopen{because}, Finish{}, Assessed{matter()}) {
			for _, by := range []Actor{ana, bo, system} {
				c, _ = c.Apply(Event{At: start, By: by, Act: a})
			}
		}
	})
}
