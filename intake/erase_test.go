// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"daylight/casework"
	"daylight/record"
	"daylight/store"
	"daylight/store/sqlite"
	"daylight/weigh"
)

// What the erased person in the tests is known by. None of it may be found.
var traces = []string{"Thandeka", "Kielo-Mustonen", "thandeka.k@example.com", "+12025550173", "e-77001", "thandeka-laptop"}

// TestErasedLeavesNothing looks for what a person was known by in every byte that
// the store keeps: tables, journal, and a backup made before, as it is and restored.
func TestErasedLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	open := func(path string) *sqlite.Store {
		st, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, Master: bytes.Repeat([]byte{7}, sqlite.KeySize)})
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	st := open(filepath.Join(dir, "daylight.db"))
	s := newService(t, st)
	receiveErasable(t, s)
	s.assessed(t)
	var handle string
	view(t, st, func(r store.Reader) error {
		handle = "p-" + r.Hash("subject", "e-77001")[:handleDigits]
		face, err := r.Get(store.Faces, handle)
		if err != nil || !bytes.Contains(face.Body, []byte("Thandeka")) {
			t.Errorf("the person is not there: %v", err)
		}
		return nil
	})
	if err := st.Backup(t.Context(), filepath.Join(dir, "backup.db")); err != nil {
		t.Fatal(err)
	}
	if err := Erase(t.Context(), st, handle, "a-1", "asked", now()); err != nil {
		t.Fatal(err)
	}
	if err := Erase(t.Context(), st, handle, "a-1", "asked", now()); !errors.Is(err, store.ErrErased) {
		t.Errorf("erased twice: %v", err)
	}
	s.assessed(t)
	receiveErasable(t, s) // known inputs
	s.receive(t, "later.csv", []byte("id,stage,name,email\nz-9,applicant,Thandeka Kielo-Mustonen,thandeka.k@example.com\nz-8,applicant,Ana Souza,ana.souza@example.com\n"))
	s.assessed(t)
	absent(t, st, handle)
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	search(t, dir)

	if err := os.Rename(filepath.Join(dir, "daylight.db"), filepath.Join(t.TempDir(), "gone.db")); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		_ = os.Remove(filepath.Join(dir, "daylight.db"+suffix))
	}
	if _, err := sqlite.Restore(t.Context(), filepath.Join(dir, "backup.db"), sqlite.Options{
		Path: filepath.Join(dir, "daylight.db"), Master: bytes.Repeat([]byte{7}, sqlite.KeySize),
	}); err != nil {
		t.Fatal(err)
	}
	st = open(filepath.Join(dir, "daylight.db"))
	absent(t, st, handle)
	s = newService(t, st)
	update(t, st, func(w store.Writer) error { return w.Enqueue(store.Dirty, store.Everybody, now()) })
	s.assessed(t)
	absent(t, st, handle)
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	search(t, dir)
}

func receiveErasable(t *testing.T, s *service) {
	t.Helper()
	for path, data := range map[string]string{
		"hr/people.csv": "id,stage,name,email,phone,username\ne-77001,worker,Thandeka Kielo-Mustonen,thandeka.k@example.com,+12025550173,thandeka\n" +
			"e-77002,worker,Bjarni Ólafsson,bjarni@example.com,+12025550174,bjarni\n",
		"payroll/pay.csv":         "person,account,method,holder\ne-77001,DE00 1234,bank,Thandeka Kielo-Mustonen\ne-77002,DE00 9999,bank,Bjarni Ólafsson\n",
		"resumes/e-77001-cv.txt":  "Thandeka Kielo-Mustonen\nthandeka.k@example.com\n+12025550173\nSkills: Go, SQL\n",
		"logs/github-audit.jsonl": `{"@timestamp":1778000000000,"_document_id":"a","action":"git.clone","actor":"thandeka","actor_ip":"203.0.113.9","created_at":1778000000000,"org":"larkspur","repo":"larkspur/thandeka-laptop"}` + "\n",
	} {
		s.receive(t, path, []byte(data))
	}
}

// absent holds that nobody has the erased person's handle, face, records or id.
func absent(t *testing.T, st store.Store, handle string) {
	t.Helper()
	view(t, st, func(r store.Reader) error {
		if _, err := r.Get(store.Subjects, handle); !errors.Is(err, store.ErrErased) {
			t.Errorf("the assessment: %v", err)
		}
		for _, c := range store.Collections() {
			for row, err := range r.Find(c, store.Query{}) {
				if errors.Is(err, store.ErrErased) {
					continue
				}
				if err != nil {
					return err
				}
				for _, trace := range traces {
					if bytes.Contains(row.Body, []byte(trace)) {
						t.Errorf("%s %s holds %q", c.Name, row.Key, trace)
					}
				}
			}
		}
		return nil
	})
}

// search looks through every file below a folder.
func search(t *testing.T, dir string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, trace := range traces {
			if bytes.Contains(bytes.ToLower(data), []byte(strings.ToLower(trace))) {
				t.Errorf("%s holds %q", filepath.Base(path), trace)
			}
		}
		return nil
	})
	if err != nil || files < 2 {
		t.Fatalf("%d files: %v", files, err)
	}
}

func TestEraseWaitsForPeople(t *testing.T) {
	s := newService(t, temporary(t))
	receiveErasable(t, s)
	s.assessed(t)
	var handle, id string
	update(t, s.store, func(w store.Writer) error {
		handle = "p-" + w.Hash("subject", "e-77001")[:handleDigits]
		c, _, err := casework.Open(w, casework.Matter{Subject: handle, Stage: record.Worker, State: weigh.Escalate}, now())
		id = c.ID
		return err
	})
	if err := Erase(t.Context(), s.store, handle, "a-1", "asked", now()); !errors.Is(err, ErrOpenCase) {
		t.Errorf("with case %s open: %v", id, err)
	}
	view(t, s.store, func(r store.Reader) error {
		_, err := r.Get(store.Subjects, handle)
		return err
	})
	if err := Erase(t.Context(), s.store, "p-0000000000", "a-1", "asked", now()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}
