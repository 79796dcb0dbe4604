// SPDX-License-Identifier: Apache-2.0

package papers

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"daylight/casework"
	"daylight/interview"
	"daylight/store"
	"daylight/store/sqlite"
)

// TestSweepGoesOn: a case that does not open keeps the files of its person, as a legal
// hold does, and nobody else's.
func TestSweepGoesOn(t *testing.T) {
	st, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close() //nolint:errcheck // it goes with the test
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	caseOf := func(subject string, hold *casework.Hold) []byte {
		c := casework.NewCase("c-"+subject, casework.Matter{Subject: subject}, now)
		c.Hold = hold
		body, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	cases := map[string][]byte{
		"p-0000000001": []byte("x"), "p-0000000002": []byte("{}"), "p-0000000003": caseOf("p-0000000003", &casework.Hold{Reason: "A lawsuit.", By: "a-1", At: now}),
		"p-0000000004": caseOf("p-0000000004", nil), "p-0000000005": nil,
	}
	held := map[string]int64{"p-0000000003": 1}
	kept := []string{"pa-p-0000000001 file", "pa-p-0000000002 file", "pa-p-0000000003 file"}
	err = st.Update(t.Context(), func(w store.Writer) error {
		for subject, body := range cases {
			if body != nil {
				if err := w.Put(store.Cases, store.Row{Key: "c-" + subject, Holder: interview.Holder(subject), Body: body, Text: map[string]string{"subject": subject}, Ints: map[string]int64{"held": held[subject]}}); err != nil {
					return err
				}
			}
			id := "pa-" + subject
			if err := put(w, store.Row{
				Key: fileKey(id), Holder: FileHolder(id), Text: map[string]string{"subject": subject, "part": partFile}, Ints: map[string]int64{"until": now.UnixMilli()},
			}, file{subject, []byte("a passport")}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := Sweep(t.Context(), st, now); err != nil {
		t.Error(err)
	}
	err = st.View(t.Context(), func(r store.Reader) error {
		var left []string
		for row, err := range r.Find(store.Papers, store.Query{Bare: true}) {
			if err != nil {
				return err
			}
			left = append(left, row.Key)
		}
		if slices.Sort(left); !slices.Equal(left, kept) {
			t.Errorf("after their day there are %q, want %q", left, kept)
		}
		if _, err := casework.Stands(r, "p-0000000002"); !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("what is no case: %v", err)
		}
		all, err := casework.AllStanding(r)
		for subject, body := range cases {
			if s := all[subject]; s.Open != (body != nil) || s.Held != (subject == "p-0000000003") {
				t.Errorf("the cases of %s stand as %+v", subject, s)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
