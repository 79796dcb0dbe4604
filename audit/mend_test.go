// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"crypto/rand"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"daylight/audit"
	"daylight/store"
	"daylight/store/sqlite"
	"daylight/store/tamper"
)

// TestMend damages rows of the tree in the file: those that the sealed head proves are
// made anew, which the log says, and the head itself only if somebody says so. Where
// anything else contradicts, nothing is.
func TestMend(t *testing.T) {
	const (
		row    = "UPDATE tree SET body = zeroblob(length(body)) WHERE kind = 'hashes' AND number = "
		head   = "UPDATE tree SET body = zeroblob(length(body)) WHERE kind = 'head'"
		edited = "; UPDATE entries SET data = CAST(replace(data, 'a-01', 'a-02') AS BLOB) WHERE number = "
	)
	for name, tc := range map[string]struct {
		change           string
		stuck            bool // nothing can be added before
		proven, unsigned int  // rows that are made anew; -1: refused
	}{
		"nothing":                         {"SELECT 1", false, 0, 0},
		"an old row":                      {row + "3", false, 1, 1},
		"two old rows":                    {row + "3 OR number = 6", false, 2, 2},
		"a row at the edge":               {row + "7", true, 1, 1},
		"a row that nobody signed":        {row + "9", true, 1, 1},
		"that and an old one":             {row + "9 OR number = 3", true, 2, 2},
		"that, its entry edited":          {row + "9" + edited + "9", true, -1, -1},
		"the head":                        {head, true, -1, 1},
		"the head and an old row":         {row + "3;" + head, true, -1, 2},
		"the head, and an entry edited":   {edited[2:] + "8;" + head, true, -1, -1},
		"the head gone":                   {"DELETE FROM tree WHERE kind = 'head'", true, -1, -1},
		"cut off":                         {"DELETE FROM entries WHERE number = 9; DELETE FROM tree WHERE number = 9", true, -1, -1},
		"its entry edited":                {row + "3" + edited + "3", false, -1, -1},
		"an entry that nobody signed":     {row + "3" + edited + "8", false, -1, -1},
		"another entry edited":            {row + "3" + edited + "5", false, -1, -1},
		"its entry edited, at the edge":   {row + "7" + edited + "7", true, -1, -1},
		"no checkpoint that opens":        {row + "3; UPDATE tree SET body = zeroblob(length(body)) WHERE kind = 'checkpoint'", false, -1, -1},
		"a row that is gone, besides":     {row + "3; DELETE FROM tree WHERE kind = 'hashes' AND number = 5", false, -1, -1},
		"an entry dropped, and its row":   {row + "3; DELETE FROM entries WHERE number = 8; DELETE FROM tree WHERE kind = 'hashes' AND number = 8", false, -1, -1},
		"a row that is another's, not it": {"UPDATE tree SET body = (SELECT body FROM tree WHERE kind = 'hashes' AND number = 5) WHERE kind = 'hashes' AND number = 3", false, 1, 1},
	} {
		for _, unsigned := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "daylight.db")
				options := sqlite.Options{Path: path, Master: make([]byte, sqlite.KeySize)}
				s := open(t, options)
				at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
				view := audit.Entry{At: at, Actor: "a-01", Act: "person.view", Object: "p-1"}
				add := func(w store.Writer) error { return audit.Append(w, view) }
				for n := range 10 {
					if n == 8 {
						if err := s.Update(t.Context(), func(w store.Writer) error { _, err := audit.Seal(w, rand.Reader, at); return err }); err != nil {
							t.Fatal(err)
						}
					}
					if err := s.Update(t.Context(), add); err != nil {
						t.Fatal(err)
					}
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				tamper.PastTriggers(t, path, tc.change)
				s = open(t, options)
				defer s.Close() //nolint:errcheck // each change is committed
				err := s.View(t.Context(), audit.Intact)
				if errors.Is(err, audit.ErrTree) != tc.stuck {
					t.Errorf("it says of itself: %v", err)
				}
				want := tc.proven
				if unsigned {
					want = tc.unsigned
				}
				n, err := audit.Mend(t.Context(), s, at, unsigned)
				if want < 0 {
					if !errors.Is(err, audit.ErrUnproven) {
						t.Errorf("%d rows, %v", n, err)
					}
					return
				}
				if err != nil || n != want {
					t.Fatalf("%d rows, want %d: %v", n, want, err)
				}
				size := 10
				if want > 0 {
					size++
				}
				err = s.View(t.Context(), func(r store.Reader) error {
					key, err := audit.PublicKey(r)
					if err != nil {
						return err
					}
					rep, err := audit.Verify(t.Context(), r, key, nil)
					if err == nil && (!rep.OK() || rep.Size != int64(size)) {
						t.Errorf("mended it has %d entries, want %d, and %v", rep.Size, size, rep.Faults)
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
				if err := s.Update(t.Context(), add); err != nil {
					t.Errorf("nothing can be added: %v", err)
				}
			})
		}
	}
}

// TestSealsBesideDamage: a checkpoint that does not open keeps none from being signed.
func TestSealsBesideDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "daylight.db")
	options := sqlite.Options{Path: path, Master: make([]byte, sqlite.KeySize)}
	s := open(t, options)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	keep := func() {
		t.Helper()
		if err := s.Update(t.Context(), func(w store.Writer) error {
			return audit.Append(w, audit.Entry{At: at, Actor: "a-01", Act: "person.view", Object: "p-1"})
		}); err != nil {
			t.Fatal(err)
		}
		if sealed, err := audit.Keep(t.Context(), s, rand.Reader, at); err != nil || !sealed {
			t.Fatalf("signed: %v, %v", sealed, err)
		}
	}
	keep()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	tamper.PastTriggers(t, path, "UPDATE tree SET body = zeroblob(length(body)) WHERE kind = 'checkpoint'")
	s = open(t, options)
	defer s.Close() //nolint:errcheck // each change is committed
	at = at.Add(2 * time.Hour)
	keep()
}
