// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"daylight/store"
)

// TestPathsStayInside: what a sender calls a file names nothing outside of what they
// sent, and no name is a path of this machine's.
func TestPathsStayInside(t *testing.T) {
	for name, want := range map[string]string{
		"hr/people.csv":           "hr/people.csv",
		"../../etc/passwd":        "etc/passwd",
		"/etc/passwd":             "etc/passwd",
		"hr/../../b.csv":          "b.csv",
		"./a/./b//c.csv":          "a/b/c.csv",
		`..\..\windows.csv`:       `..\..\windows.csv`, // a name like any other: no path here is ever opened
		"":                        "",
		"..":                      "",
		"/":                       "",
		"bad\xff.csv":             "",
		strings.Repeat("a", 1025): "",
	} {
		s := newService(t, temporary(t))
		_, err := s.box.Receive(t.Context(), "test", name, strings.NewReader("id,name\n"))
		if want == "" {
			if !errors.Is(err, ErrPath) {
				t.Errorf("%.20q: %v, want it refused", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		err = s.store.View(t.Context(), func(r store.Reader) error {
			for row, err := range r.Find(store.Received, store.Query{}) {
				if err != nil {
					return err
				}
				var a arrival
				if err := json.Unmarshal(row.Body, &a); err == nil && a.Source == "test" && a.Path != want {
					t.Errorf("%q is kept as %q, want %q", name, a.Path, want)
				} else if err == nil && a.Path == want {
					want = "" // seen
				}
			}
			return nil
		})
		if err != nil || want != "" {
			t.Errorf("%q is not kept: %v", name, err)
		}
	}
}

// TestAlsoIsDoneOrNothing: what is to be done with a receipt is done in the transaction
// that gives it, for a known input too, and an input is not received where it fails.
func TestAlsoIsDoneOrNothing(t *testing.T) {
	s := newService(t, temporary(t))
	failed := errors.New("nothing can be recorded")
	_, err := s.box.Receive(t.Context(), "test", "a.csv", strings.NewReader("id,name\n"), func(store.Writer, Receipt) error { return failed })
	if !errors.Is(err, failed) || inbox(t, s.store) != 0 {
		t.Errorf("%v, and %d inputs wait", err, inbox(t, s.store))
	}
	var told []Receipt
	tell := func(w store.Writer, r Receipt) error {
		told = append(told, r)
		_, err := w.Get(store.Received, r.ID)
		return err // it is there in the same transaction
	}
	for range 2 {
		if _, err := s.box.Receive(t.Context(), "test", "a.csv", strings.NewReader("id,name\n"), tell); err != nil {
			t.Fatal(err)
		}
	}
	if len(told) != 2 || told[0].ID != told[1].ID || told[0].Known || !told[1].Known || told[1].Size != 8 || inbox(t, s.store) != 1 {
		t.Errorf("told of %+v, and %d inputs wait", told, inbox(t, s.store))
	}
}
