// SPDX-License-Identifier: Apache-2.0

package checkin_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"daylight/checkin"
	"daylight/detect"
	"daylight/detect/indicators"
	"daylight/enrich"
	"daylight/record"
	"daylight/store"
)

// evening is a plan in which digits are typed after the challenges.
var evening = checkin.Plan{Asked: []string{checkin.Window, checkin.Hand}, Typed: true, Answer: 24, Box: 30}

// Instants near Nairobi (1.29° S, 36.82° E), where the sun of 2 March 2026 sets at 15:42
// UTC and goes down by 15° an hour: it stands at 15° at dayAt, and 8° below the horizon
// at nightAt.
var dayAt, nightAt = time.Date(2026, 3, 2, 14, 45, 0, 0, time.UTC), time.Date(2026, 3, 2, 16, 16, 0, 0, time.UTC)

// slowly does a check-in whose time is extended from the day into the night: all but the
// digits, which come last, is answered at dayAt.
func slowly(t *testing.T, rhythm []int) store.Store {
	t.Helper()
	st := newStore(t)
	update(t, st, func(w store.Writer) error {
		_, err := checkin.Invite(w, checkin.Invitation{ID: "k-1", Handle: handle, By: hr, Secret: secret, Plan: evening, Seed: seed}, dayAt)
		return err
	})
	if err := do(t, st, "", dayAt, func(w store.Writer, c *checkin.CheckIn) error { return c.Agree(w, visit, dayAt) }); err != nil {
		t.Fatal(err)
	}
	err := do(t, st, visit, dayAt, func(w store.Writer, c *checkin.CheckIn) error {
		for range 3 {
			if err := c.Extend(w, dayAt); err != nil {
				return err
			}
		}
		for {
			n, open, err := c.Ask(w, dayAt)
			if err != nil || !open {
				return err
			}
			a, at := checkin.Answer{Step: n, Outcome: checkin.Done}, dayAt
			if c.Steps[n].Kind == checkin.Typed {
				a.Typed, a.Gaps, at = c.Steps[n].Drawn, rhythm, nightAt
			}
			if err := c.Take(w, a, nil, at); err != nil {
				return err
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := do(t, st, visit, nightAt, func(w store.Writer, c *checkin.CheckIn) error { return c.Finish(w, nightAt) }); err != nil {
		t.Fatal(err)
	}
	return st
}

// reads has an account read a check-in.
func reads(t *testing.T, st store.Store, by string, outcomes map[string]string) {
	t.Helper()
	at := nightAt.Add(time.Hour)
	err := do(t, st, visit, at, func(w store.Writer, c *checkin.CheckIn) error {
		return c.Read(w, checkin.Reading{By: by, At: at, Outcomes: outcomes}, at)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// interviews are the records of interviews that are kept.
func interviews(t *testing.T, st store.Store) (out []record.Record) {
	t.Helper()
	for _, row := range rows(t, st, store.Records) {
		var r record.Record
		if err := json.Unmarshal(row.Body, &r); err != nil {
			t.Fatal(err)
		}
		if _, ok := r.Body.(record.Interview); ok {
			out = append(out, r)
		}
	}
	return out
}

// found asks an indicator about the records of somebody who says to live in Nairobi.
func found(t *testing.T, records []record.Record, id string) detect.Finding {
	t.Helper()
	home := record.Address{City: "Nairobi", Country: record.NewCountry("KE")}
	v := &detect.View{
		Records: append(slices.Clone(records), record.Record{ID: "p", At: dayAt.AddDate(0, 0, -9), Body: record.Person{Stage: record.Applicant, Address: home}}),
		Facts: &enrich.Facts{Places: map[record.PlaceKey]enrich.Place{
			home.Place(): {Name: "Nairobi", Lat: -1.29, Lon: 36.82},
		}},
	}
	all, err := detect.Run(t.Context(), indicators.Catalog(), v)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(f detect.Finding) bool { return f.Indicator == id })
	if i < 0 {
		t.Fatalf("there is no %s", id)
	}
	return all[i]
}

// TestWindowIsOfItsOwnTime: a window is weighed against the sun of when it was shown, and
// not of when the check-in ended.
func TestWindowIsOfItsOwnTime(t *testing.T) {
	st := slowly(t, nil)
	reads(t, st, "a-2", map[string]string{checkin.Window: "bright"})
	f := found(t, interviews(t, st), "int.daylight_mismatch")
	if f.Outcome != detect.Absent || len(f.Cites) != 1 || !f.Cites[0].At.Equal(dayAt) {
		t.Errorf("a bright window by day is %+v", f)
	}
}

// TestOneSessionHoweverManyReadIt: what several people read off one check-in is one
// session, of what they agree on.
func TestOneSessionHoweverManyReadIt(t *testing.T) {
	dark, failed := map[string]string{checkin.Window: "dark"}, map[string]string{checkin.Hand: "failed"}
	both := map[string]string{checkin.Window: "dark", checkin.Hand: "failed"}
	for name, q := range map[string]struct {
		readings     []map[string]string // the second is by another account
		window, hand string              // of the record
		sun, face    int                 // strengths of the findings, percent; 0 for none
		says         string              // int.occlusion_artifact
	}{
		"one":        {[]map[string]string{both}, "dark", "failed", 75, 50, "The picture of the face broke up at 1 of 1 camera prompt, first on 2026-03-02."},
		"they agree": {[]map[string]string{both, both}, "dark", "failed", 75, 50, "The picture of the face broke up at 1 of 1 camera prompt, first on 2026-03-02."},
		"each one half": {
			[]map[string]string{dark, failed}, "dark", "failed", 75, 50, "The picture of the face broke up at 1 of 1 camera prompt, first on 2026-03-02.",
		},
		"they disagree on one": {[]map[string]string{both, {checkin.Window: "dark", checkin.Hand: "done"}}, "dark", "", 75, 0, "no camera prompt was asked for"},
		"they disagree":        {[]map[string]string{dark, {checkin.Window: "bright"}}, "", "", 0, 0, "no data to answer from"},
		"nobody can tell":      {[]map[string]string{{}, {}}, "", "", 0, 0, "no data to answer from"},
	} {
		t.Run(name, func(t *testing.T) {
			st := slowly(t, nil)
			before := len(interviews(t, st))
			for i, outcomes := range q.readings {
				reads(t, st, []string{"a-3", "a-2"}[i], maps.Clone(outcomes))
			}
			all := interviews(t, st)
			var kept record.Interview
			for _, r := range all {
				if b := r.Body.(record.Interview); b.Typed == nil {
					kept = b
				}
			}
			want := 0
			if q.window+q.hand != "" {
				want = 1
			}
			if len(all)-before != want || kept.Window != q.window || kept.Hand != q.hand {
				t.Fatalf("%d records, %+v", len(all)-before, kept)
			}
			if want == 1 && len(q.readings) == 2 && kept.Interviewer != "a-2, a-3" {
				t.Errorf("read by %q", kept.Interviewer)
			}
			all = slices.DeleteFunc(all, func(r record.Record) bool { return r.Body.(record.Interview).Typed != nil })
			if f := found(t, all, "int.daylight_mismatch"); f.Strength != q.sun {
				t.Errorf("the window: %+v", f)
			}
			if f := found(t, all, "int.occlusion_artifact"); f.Strength != q.face || f.Statement != q.says {
				t.Errorf("the hand: %+v", f)
			}
		})
	}
}

// TestTypingIsRecorded: how digits were typed becomes a record that an indicator reads,
// and that goes with the measurements.
func TestTypingIsRecorded(t *testing.T) {
	// Of 4, 8, 8, 8, 8, 8, 8, 8, 9, 12 and 15 ms the middle one is 8.
	st := slowly(t, []int{15, 8, 8, 4, 8, 8, 12, 8, 9, 8, 8})
	want := record.Typing{Right: true, N: 11, Least: 4, Median: 8, Most: 15}
	all := interviews(t, st)
	if len(all) != 1 || all[0].Body.(record.Interview).Typed == nil || *all[0].Body.(record.Interview).Typed != want {
		t.Fatalf("the records are %+v", all)
	}
	const says = "In 1 of 1 check-in the digits came faster or more evenly than fingers type, first from 4 to 15 ms between them, 8 ms in the middle, on 2026-03-02."
	if f := found(t, all, "int.typing_rhythm"); f.Statement != says || f.Strength != 60 {
		t.Errorf("the indicator says %+v", f)
	}
	for _, q := range []struct{ after, left int }{{checkin.KeptDays - 1, 1}, {checkin.KeptDays, 0}} {
		if err := checkin.Sweep(t.Context(), st, nightAt.AddDate(0, 0, q.after)); err != nil {
			t.Fatal(err)
		}
		if left := interviews(t, st); len(left) != q.left {
			t.Errorf("after %d days there are %d records of typing, want %d", q.after, len(left), q.left)
		}
	}
}
