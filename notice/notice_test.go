// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"testing"
	"time"

	"daylight/store"
	"daylight/store/sqlite"
)

func temporary(t *testing.T) store.Store {
	t.Helper()
	st, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

func TestNoticeNeedsItsParts(t *testing.T) {
	st := temporary(t)
	now := time.Now()
	for _, n := range []Notice{
		{},
		{People: []string{"a@example.com"}, Kind: Monitoring, Version: "1"},
		{People: []string{"b@example.com", " "}, Kind: Monitoring, Version: "1", From: now},
		{People: []string{"a@example.com"}, Version: "1", From: now},
		{People: []string{"a@example.com"}, Kind: Monitoring, From: now},
	} {
		if err := st.Update(t.Context(), func(w store.Writer) error { _, err := Record(w, n); return err }); err == nil {
			t.Errorf("%+v is recorded", n)
		}
	}
	err := st.View(t.Context(), func(r store.Reader) error {
		if n, err := r.Count(store.Notices, store.Query{}); n != 0 || err != nil {
			t.Errorf("%d half notices were written (%v)", n, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSpans: somebody is known by any identifier in any spelling, from the notice on
// and until its end; another kind of notice says nothing about monitoring.
func TestSpans(t *testing.T) {
	st := temporary(t)
	day := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	err := st.Update(t.Context(), func(w store.Writer) error {
		for _, n := range []Notice{
			{People: []string{" Priya@Example.com", "okta:00u1"}, Kind: Monitoring, Version: "1", From: day, Until: day.AddDate(0, 1, 0)},
			{People: []string{"omar@example.com"}, Kind: "interview", Version: "1", From: day},
		} {
			if _, err := Record(w, n); err != nil {
				return err
			}
		}
		for _, c := range []struct {
			rule Rule
			id   string
			at   time.Time
			want bool
		}{
			{Rule{}, "priya@example.com", day, true},
			{Rule{}, "OKTA:00u1", day.AddDate(0, 1, 0), true},
			{Rule{}, "priya@example.com", day.Add(-time.Millisecond), false},
			{Rule{}, "priya@example.com", day.AddDate(0, 1, 0).Add(time.Millisecond), false},
			{Rule{}, "github:00u1", day, false},
			{Rule{}, "omar@example.com", day, false},
			{Rule{Since(day)}, "omar@example.com", day, true},
			{Rule{Since(day)}, "omar@example.com", day.Add(-time.Millisecond), false},
			{Rule{Since(time.Time{})}, "omar@example.com", day, false},
		} {
			spans, err := c.rule.Spans(w, []string{"nobody@example.com", c.id})
			if err != nil {
				return err
			}
			got := false
			for _, s := range spans {
				got = got || s.Holds(c.at.UnixMilli())
			}
			if got != c.want {
				t.Errorf("%s at %s: %v", c.id, c.at, got)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
