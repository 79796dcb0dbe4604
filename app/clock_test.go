// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"daylight/casework"
	"daylight/intake"
	"daylight/interview"
	"daylight/papers"
	"daylight/store"
)

// TestClockDoubt: a clock that jumped ahead is believed after three steady days, or once it
// was put back, and until then what is due is what was due without the jump.
func TestClockDoubt(t *testing.T) {
	const hour = time.Hour
	begin := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for _, q := range []struct {
		name  string
		looks []time.Duration // since the one before
		want  time.Duration   // by how much it is not believed
	}{
		{"steady", []time.Duration{0, hour, hour}, 0},
		{"a night's rest", []time.Duration{0, 14 * hour}, 0},
		{"a year ahead", []time.Duration{0, 8760 * hour}, 8760 * hour},
		{"a year ahead, and back", []time.Duration{0, 8760 * hour, hour, -8760 * hour}, 0},
		{"a year ahead, and half of it back", []time.Duration{0, 8760 * hour, -4000 * hour}, 4760 * hour},
		{"a year ahead, and two back", []time.Duration{0, 8760 * hour, -17520 * hour}, 0},
		{"a year ahead, and a second back", []time.Duration{0, 8760 * hour, -time.Second}, 8760*hour - time.Second},
		{"a year ahead, for two days", []time.Duration{0, 8760 * hour, 24 * hour, 24 * hour}, 8760 * hour},
		{"a year ahead, for three days", []time.Duration{0, 8760 * hour, 24 * hour, 24 * hour, 24 * hour}, 0},
		{"twice a year ahead", []time.Duration{0, 8760 * hour, 24 * hour, 24 * hour, 8760 * hour, 24 * hour}, 17520 * hour},
		{"a year back, and ahead again", []time.Duration{0, -8760 * hour, hour, 8760 * hour}, 8760 * hour},
	} {
		var s clockState
		at := begin
		for _, d := range q.looks {
			at = at.Add(d)
			s = s.at(at)
		}
		if s.Ahead != q.want || !s.Seen.Equal(at) || s.Since.IsZero() != (q.want == 0) {
			t.Errorf("%s: %+v, want %v", q.name, s, q.want)
		}
	}
}

// TestServeClockJumps: when the clock of a running service jumps a year ahead and back
// nothing is deleted by it, which is said, input is taken in before and after, and the
// audit log verifies; what goes on steadily for three days is believed, across a restart.
func TestServeClockJumps(t *testing.T) {
	t.Parallel()
	const year, holder = 365 * 24 * time.Hour, "somebody"
	data := filepath.Join(t.TempDir(), "data")
	config := everybodyTold(t)
	h := startHere(t, Serve{Data: data}, config)
	log := slog.New(slog.DiscardHandler)
	receive := func(n int) {
		t.Helper()
		text := fmt.Sprintf("id,stage,name,email,applied_at\njump-%d,applicant,Wanjiru Mfano,w%d@example.org,%s\n", n, n, time.Now().AddDate(0, 0, -1).Format(time.RFC3339))
		if _, err := h.box.Receive(t.Context(), "test", fmt.Sprintf("people-%d.csv", n), strings.NewReader(text)); err != nil {
			t.Fatalf("input %d: %v", n, err)
		}
		idle(t, data)
	}
	receive(1)
	var handle string
	soon := time.Now().AddDate(0, 0, 10)
	err := h.store.Update(t.Context(), func(w store.Writer) error {
		for row, err := range w.Find(store.Subjects, store.Query{}) {
			if err != nil {
				return err
			}
			handle = row.Key
		}
		until := map[string]int64{"until": soon.UnixMilli()}
		if err := w.Put(store.Stills, store.Row{Key: "s", Holder: interview.StillHolder("s"), Body: []byte("{}"), Ints: until}); err != nil {
			return err
		}
		if err := w.Put(store.Papers, store.Row{Key: "p file", Holder: papers.FileHolder("p"), Body: []byte("{}"), Ints: until, Text: map[string]string{"part": "file", "subject": handle}}); err != nil {
			return err
		}
		if _, err := casework.Suppress(w, casework.Actor{Account: holder, Roles: []string{"security"}}, casework.Suppression{Subject: handle, Indicator: "pay.x", Reason: "Counsel wrote so.......", Until: soon}, time.Now()); err != nil {
			return err
		}
		set := intake.DefaultRetention()
		set.On = true
		return intake.SetRetention(w, holder, set, time.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
	kept := func() (n int) {
		t.Helper()
		err := h.store.View(t.Context(), func(r store.Reader) error {
			for _, c := range []store.Collection{store.Stills, store.Papers, store.Suppressions} {
				rows, err := r.Count(c, store.Query{})
				if err != nil {
					return err
				}
				n += rows
			}
			if _, err := r.Get(store.Subjects, handle); err == nil {
				n++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	onTime := func() {
		h.eachMinute(t.Context(), h.now, log)
		h.eachHour(t.Context(), h.now, log)
	}
	said := func(want bool) {
		t.Helper()
		v := newVisitor(t)
		v.base = h.address
		got, err := v.do(t.Context(), http.MethodGet, "/readyz", "", nil)
		if err != nil || got.status != http.StatusOK || strings.Contains(string(got.body), "the clock jumped ahead") != want {
			t.Errorf("ready says %d %s (%v)", got.status, got.body, err)
		}
	}
	onTime()
	h.jump(year)
	onTime()
	receive(2)
	onTime()
	if n := kept(); n != 4 {
		t.Errorf("a year ahead: %d of 4 rows are left", n)
	}
	said(true)
	h.jump(-year)
	onTime()
	receive(3)
	if n := kept(); n != 4 {
		t.Errorf("a year ahead and back: %d of 4 rows are left", n)
	}
	said(false)
	h.jump(year)
	onTime()
	if err := h.stop(); err != nil {
		t.Fatal(err)
	}
	off := h.off
	h = startHereAt(t, Serve{Data: data}, config, off)
	said(true)
	for range 6 { // half a day each: not three days yet
		onTime()
		if n := kept(); n != 4 {
			t.Errorf("a year ahead, after a restart: %d of 4 rows are left", n)
		}
		h.jump(12 * time.Hour)
	}
	onTime()
	receive(4) // which has suppressions that are over removed
	if n := kept(); n != 0 {
		t.Errorf("three days later %d rows are left whose time is over", n)
	}
	said(false)
	if err := h.stop(); err != nil {
		t.Fatal(err)
	}
	st := filepath.Join(data, "daylight.db")
	succeed(t, []string{"audit", "verify", "--store", st}, []string{"store", "check", "--store", st})
}
