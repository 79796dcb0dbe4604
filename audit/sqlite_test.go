// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"bytes"
	"crypto/rand"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"daylight/audit"
	"daylight/store"
	"daylight/store/sqlite"
	"daylight/store/tamper"
)

// TestTamperedFile changes one row of the log in the SQLite file itself, past the
// triggers that forbid it, and finds it.
func TestTamperedFile(t *testing.T) {
	const (
		cut      = "DELETE FROM entries WHERE number >= 9; DELETE FROM tree WHERE kind = 'hashes' AND number >= 9"
		unsigned = "; DELETE FROM tree WHERE kind = 'checkpoint'"
	)
	for name, tc := range map[string]struct{ change, want string }{
		"nothing":  {"SELECT 1", ""},
		"edited":   {"UPDATE entries SET data = CAST(replace(data, 'a-01', 'a-02') AS BLOB) WHERE number = 3", "entry 3: it is not the entry that was written"},
		"its time": {"UPDATE entries SET at = at + 60000000 WHERE number = 3", "entry 3: the log has it at"},
		"dropped":  {"DELETE FROM entries WHERE number = 3", "entry 3: missing"},
		"dropped and closed up": {
			"DELETE FROM entries WHERE number = 3; UPDATE entries SET number = number - 1000 WHERE number > 3; UPDATE entries SET number = number + 999 WHERE number < 0",
			"entry 3: it is not the entry that was written",
		},
		"reordered": {
			"UPDATE entries SET number = 1000 WHERE number = 3; UPDATE entries SET number = 3 WHERE number = 4; UPDATE entries SET number = 4 WHERE number = 1000",
			"entry 3: it is not the entry that was written",
		},
		"inserted": {
			"INSERT INTO entries (log, number, at, data) SELECT log, 10, at, data FROM entries WHERE number = 3",
			"entry 10: its hashes are missing",
		},
		"cut off":               {"DELETE FROM entries WHERE number >= 9", "there are 9 entries, and 10 were signed"},
		"cut off with its hash": {cut, "it held 10 entries, as its sealed head says, and there are 9"},
		"cut off with its hash and what was signed": {cut + unsigned, "it held 10 entries, as its sealed head says, and there are 9"},
		"all but the head":                          {"DELETE FROM entries; DELETE FROM tree WHERE kind <> 'head'", "it held 10 entries, as its sealed head says, and there are 0"},
		"everything":                                {"DELETE FROM entries; DELETE FROM tree", "the sealed row that says where it ends is gone"},
		"the head":                                  {"DELETE FROM tree WHERE kind = 'head'", "the sealed row that says where it ends is gone"},
		"the head edited":                           {"UPDATE tree SET body = zeroblob(length(body)) WHERE kind = 'head'", "the sealed row that says where it ends does not open"},
		"the head emptied":                          {"UPDATE tree SET body = x'' WHERE kind = 'head'", "the sealed row that says where it ends does not open"},
		"a hash for the head":                       {cut + unsigned + "; UPDATE tree SET body = (SELECT body FROM tree WHERE number = 8) WHERE kind = 'head'", "the sealed row that says where it ends does not open"},
		"cut off with an older head":                {cut + unsigned + "; UPDATE tree SET body = x'OLDER' WHERE kind = 'head'", "kept elsewhere"},
		"a hash edited":                             {"UPDATE tree SET body = zeroblob(length(body)) WHERE number = 3", "entry 3: its hashes are missing"},
		"a checkpoint edited":                       {"UPDATE tree SET body = zeroblob(length(body)) WHERE kind = 'checkpoint'", "do not open"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "daylight.db")
			options := sqlite.Options{Path: path, Master: make([]byte, sqlite.KeySize)}
			s := open(t, options)
			var key string
			var point audit.Checkpoint
			var older string
			for n := range 10 {
				at := time.Date(2026, 3, 2, 9, n, 0, 0, time.UTC)
				older = headOf(t, path)
				if err := s.Update(t.Context(), func(w store.Writer) error {
					return audit.Append(w, audit.Entry{At: at, Actor: "a-01", Act: "person.view", Object: "p-1"})
				}); err != nil {
					t.Fatal(err)
				}
			}
			err := s.Update(t.Context(), func(w store.Writer) (err error) {
				if point, err = audit.Seal(w, rand.Reader, time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)); err != nil {
					return err
				}
				key, err = audit.PublicKey(w)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			tamper.PastTriggers(t, path, strings.ReplaceAll(tc.change, "OLDER", older))
			s = open(t, options)
			defer func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}()
			verify := func(elsewhere ...[]byte) audit.Report {
				var rep audit.Report
				if err := s.View(t.Context(), func(r store.Reader) (err error) {
					rep, err = audit.Verify(t.Context(), r, key, elsewhere)
					return err
				}); err != nil {
					t.Fatal(err)
				}
				return rep
			}
			if tc.want == "kept elsewhere" {
				// Whoever has the head as it once was, out of an older copy of the file, is
				// found by a checkpoint that is not in the file, and by nothing else.
				if rep := verify(); !rep.OK() || rep.Checkpoints != 0 {
					t.Errorf("%+v", rep)
				}
				tc.want = "there are 9 entries, and 10 were signed"
			}
			rep := verify(point.Note)
			if tc.want == "" {
				if !rep.OK() || rep.Size != 10 || rep.Sealed != 10 {
					t.Errorf("%+v", rep)
				}
				return
			}
			var all []string
			for _, f := range rep.Faults {
				all = append(all, f.String())
			}
			if !strings.Contains(strings.Join(all, "\n"), tc.want) {
				t.Errorf("faults %q, want one with %q", all, tc.want)
			}
			if !strings.Contains(tc.want, "sealed") {
				return
			}
			// Nor does it go on from there, or is it signed, or mended.
			add := func(w store.Writer) error {
				return audit.Append(w, audit.Entry{At: time.Date(2026, 3, 2, 11, 0, 0, 0, time.UTC), Actor: "a-01", Act: "person.view", Object: "p-1"})
			}
			seal := func(w store.Writer) error { _, err := audit.Seal(w, rand.Reader, time.Now()); return err }
			for _, do := range []func(store.Writer) error{add, seal} {
				if err := s.Update(t.Context(), do); !errors.Is(err, audit.ErrTree) {
					t.Errorf("it goes on: %v", err)
				}
			}
			if err := s.View(t.Context(), audit.Intact); !errors.Is(err, audit.ErrTree) {
				t.Errorf("it says of itself: %v", err)
			}
			if _, err := audit.Mend(t.Context(), s, time.Now(), false); !errors.Is(err, audit.ErrUnproven) {
				t.Errorf("mended: %v", err)
			}
		})
	}
}

// TestKeep signs when it is due and not before.
func TestKeep(t *testing.T) {
	s := open(t, sqlite.Options{Path: filepath.Join(t.TempDir(), "daylight.db"), Master: make([]byte, sqlite.KeySize)})
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		entries int
		later   time.Duration
		want    bool
	}{{0, 0, false}, {1, 0, true}, {0, 2 * audit.Every, false}, {1, time.Minute, true}, {1, time.Minute, false}, {audit.After, 0, true}} {
		err := s.Update(t.Context(), func(w store.Writer) error {
			for range step.entries {
				if err := audit.Append(w, audit.Entry{At: now, Actor: "a-01", Act: "person.view", Object: "p-1"}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		now = now.Add(step.later)
		if got, err := audit.Keep(t.Context(), s, rand.Reader, now); err != nil || got != step.want {
			t.Errorf("%+v: signed %v (%v)", step, got, err)
		}
	}
}

func open(t *testing.T, o sqlite.Options) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// headOf is the sealed head in the file, in hex.
func headOf(t *testing.T, path string) (head string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // it was read
	if err := db.QueryRowContext(t.Context(), "SELECT hex(body) FROM tree WHERE kind = 'head'").Scan(&head); err != nil {
		t.Fatal(err)
	}
	return head
}

// TestNothingRecorded: a log that says of itself that it is new is not believed where
// there are accounts.
func TestNothingRecorded(t *testing.T) {
	s, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	faults := func() int {
		rep, _, err := audit.VerifyStore(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		return len(rep.Faults)
	}
	if err := s.View(t.Context(), audit.Intact); err != nil || faults() > 0 {
		t.Errorf("a new store: %d faults, %v", faults(), err)
	}
	if err := s.Update(t.Context(), func(w store.Writer) error {
		return w.Put(store.Accounts, store.Row{Key: "a-1"})
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.View(t.Context(), audit.Intact); !errors.Is(err, audit.ErrTree) || faults() != 1 {
		t.Errorf("with an account: %d faults, %v", faults(), err)
	}
}

// TestSealGrown signs what no checkpoint covers, and nothing twice.
func TestSealGrown(t *testing.T) {
	s, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for want := range int64(3) {
		for range 2 {
			if err := audit.SealGrown(t.Context(), s, rand.Reader, at); err != nil {
				t.Fatal(err)
			}
		}
		if rep, _, err := audit.VerifyStore(t.Context(), s); err != nil || rep.Sealed != want || rep.Checkpoints != int(want) {
			t.Errorf("after %d entries: %+v, %v", want, rep, err)
		}
		if err := s.Update(t.Context(), func(w store.Writer) error {
			return audit.Append(w, audit.Entry{At: at, Actor: "a-01", Act: "person.view", Object: "p-1"})
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAbout holds that what an entry says of a person is in the log as a hash alone,
// opens until the person is erased, is told from anything else, and that the hash
// cannot be found by trial.
func TestAbout(t *testing.T) {
	s, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	append2 := func(w store.Writer) error {
		for range 2 {
			e := audit.Entry{At: at, Actor: "a-1", Act: "case.decision", Object: "c-1", Detail: map[string]string{"subject": "p-1"}}
			if err := audit.AppendAbout(w, e, "s:p-1", "case.approve", map[string]string{"disposition": "confirmed"}); err != nil {
				return err
			}
		}
		return nil
	}
	read := func() (inLog, opened []audit.Entry) {
		t.Helper()
		err := s.View(t.Context(), func(r store.Reader) error {
			for e, err := range audit.Entries(r, 0) {
				if err != nil {
					return err
				}
				inLog = append(inLog, e.Entry)
			}
			for e, err := range audit.Opened(r, 0) {
				if err != nil {
					return err
				}
				opened = append(opened, e.Entry)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return inLog, opened
	}
	if err := s.Update(t.Context(), append2); err != nil {
		t.Fatal(err)
	}
	inLog, opened := read()
	if inLog[0].Act != "case.decision" || inLog[0].Detail["disposition"] != "" || inLog[0].Detail["sealed"] == inLog[1].Detail["sealed"] {
		t.Errorf("the log says %v", inLog)
	}
	if e := opened[1]; e.Act != "case.approve" || e.Detail["disposition"] != "confirmed" || e.Detail["subject"] != "p-1" || e.Detail["sealed"] != "" {
		t.Errorf("opened: %v", e)
	}
	err = s.Update(t.Context(), func(w store.Writer) error {
		row, err := w.Get(store.Details, "0")
		if err != nil {
			return err
		}
		row.Body = bytes.Replace(row.Body, []byte("confirmed"), []byte("cleared"), 1)
		return w.Put(store.Details, row)
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.View(t.Context(), func(r store.Reader) error {
		_, _, err := audit.Open(r, 0, inLog[0])
		return err
	})
	if !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("other details are taken for those of the entry: %v", err)
	}
	if err := s.Update(t.Context(), func(w store.Writer) error { return w.Destroy("s:p-1") }); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), append2); err != nil {
		t.Errorf("an act about somebody who was erased is not recorded: %v", err)
	}
	inLog, opened = read()
	for i := range opened {
		if opened[i].Act != "case.decision" || opened[i].Detail["disposition"] != "" {
			t.Errorf("after the erasure: %v", opened[i])
		}
	}
	if len(inLog) != 4 || inLog[3].Detail["sealed"] != "" {
		t.Errorf("%v", inLog)
	}
}
