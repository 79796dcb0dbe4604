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
	if err := Erase(t.Context(), st, handle, casework.Actor{Account: "a-1"}, "asked", now()); err != nil {
		t.Fatal(err)
	}
	if err := Erase(t.Context(), st, handle, casework.Actor{Account: "a-1"}, "asked", now()); !errors.Is(err, store.ErrErased) {
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
	if err := Erase(t.Context(), s.store, handle, casework.Actor{Account: "a-1"}, "asked", now()); !errors.Is(err, ErrOpenCase) {
		t.Errorf("with case %s open: %v", id, err)
	}
	view(t, s.store, func(r store.Reader) error {
		_, err := r.Get(store.Subjects, handle)
		return err
	})
	if err := Erase(t.Context(), s.store, "p-0000000000", casework.Actor{Account: "a-1"}, "asked", now()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}

// merged is a service in which somebody who works here, with a case, turns out to be
// somebody who applied.
type merged struct {
	*service
	from, to string // handles
	id       string // of the case
}

var (
	anna = casework.Actor{Account: "a-1", Person: "anna", Roles: []string{casework.RoleLegal}}
	bran = casework.Actor{Account: "a-2", Person: "bran", Roles: []string{casework.RoleSecurity}}
)

func newMerged(t *testing.T, st store.Store) *merged {
	t.Helper()
	m := &merged{service: newService(t, st)}
	m.receive(t, "hr/people.csv", []byte("id,stage,name,email,phone,hired_at\ne-500,worker,Thandeka Kielo-Mustonen,thandeka.k@example.com,+12025550173,2026-05-02\n"))
	m.assessed(t)
	update(t, st, func(w store.Writer) error {
		m.from, m.to = "p-"+w.Hash("subject", "e-500")[:handleDigits], "p-"+w.Hash("subject", "c-100")[:handleDigits]
		c, _, err := casework.Open(w, m.matter(), now())
		if err != nil {
			return err
		}
		m.id = c.ID
		for _, put := range []struct {
			c   store.Collection
			row store.Row
		}{
			{store.Packages, store.Row{Key: "e-1", Holder: Holder(m.from), Body: []byte("Thandeka's package"), Text: map[string]string{"case": c.ID}}},
			{store.Requests, store.Row{Key: "q-1", Holder: Holder(m.from), Body: []byte("Thandeka asks"), Text: map[string]string{"subject": m.from, "kind": "correction", "state": "open"}}},
			{store.Links, store.Row{Key: "link", Text: map[string]string{"subject": m.from, "purpose": "person"}}},
		} {
			if err := w.Put(put.c, put.row); err != nil {
				return err
			}
		}
		_, err = casework.Suppress(w, anna, casework.Suppression{Subject: m.from, Indicator: "pay.x", Reason: "Thandeka's own account, as counsel wrote.", Until: now().Add(day)}, now())
		return err
	})
	m.do(t, bran, casework.Take{}, casework.Write{Text: "Thandeka was called."})
	m.receive(t, "ats/people.csv", []byte("id,stage,name,email,phone\nc-100,applicant,Thandeka Kielo-Mustonen,thandeka.k@example.com,+12025550173\n"))
	m.assessed(t)
	view(t, st, func(r store.Reader) error {
		row, err := r.Get(store.Subjects, m.from)
		if err != nil || row.Text["merged"] != m.to {
			t.Fatalf("they were not joined: %v %v", row.Text, err)
		}
		return nil
	})
	return m
}

func (m *merged) do(t *testing.T, by casework.Actor, acts ...casework.Act) {
	t.Helper()
	for _, a := range acts {
		update(t, m.store, func(w store.Writer) error {
			_, err := casework.Do(w, m.id, casework.Event{At: now(), By: by, Act: a})
			return err
		})
	}
}

// matter is what is known of whoever the case began with.
func (m *merged) matter() casework.Matter {
	return casework.Matter{Subject: m.from, Stage: record.Worker, State: weigh.Escalate, Weight: 777, Evidence: []casework.Evidence{
		{Indicator: "pay.x", Title: "Pay", Weight: 90, Statement: "Paid to Thandeka.", Explanations: []casework.Explanation{{Text: "A couple."}}},
	}}
}

// confirm closes the case as confirmed, by two people.
func (m *merged) confirm(t *testing.T) {
	t.Helper()
	for _, g := range casework.Guides() {
		m.do(t, bran, casework.Tick{Step: g.ID, Answer: casework.Done})
	}
	m.do(t, bran, casework.Explain{Indicator: "pay.x", Found: casework.DoesNot, Note: "Asked Thandeka."}, casework.Frost{ID: "e-1", Digest: strings.Repeat("a", 64)},
		casework.Propose{Reasons: "Thandeka is somebody else entirely."})
	m.do(t, anna, casework.Approve{Package: "e-1", Now: m.matter()})
}

// TestMergedIsErased holds that a case of somebody who turns out to be another person
// is that person's, keeps its place and its decisions, stands in the way of an erasure,
// and is erased with them: in the store, and in a backup that was made before.
func TestMergedIsErased(t *testing.T) {
	dir := t.TempDir()
	options := sqlite.Options{Path: filepath.Join(dir, "daylight.db"), Master: bytes.Repeat([]byte{7}, sqlite.KeySize)}
	st, err := sqlite.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	m := newMerged(t, st)
	view(t, st, func(r store.Reader) error {
		c, err := casework.Load(r, m.id)
		if err != nil || c.Matter.Subject != m.to || c.Owner != "a-2" || len(c.Notes) != 1 {
			t.Errorf("the case is %+v, %v", c, err)
		}
		q, err := r.Get(store.Requests, "q-1")
		if err != nil || q.Text["subject"] != m.to || q.Holder != Holder(m.to) {
			t.Errorf("the request is %v under %s, %v", q.Text, q.Holder, err)
		}
		if _, err := r.Get(store.Links, "link"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the link: %v", err)
		}
		return nil
	})
	erase := func(by casework.Actor, want error) {
		t.Helper()
		if err := Erase(t.Context(), st, m.to, by, "asked", now()); !errors.Is(err, want) {
			t.Errorf("erase by %s: %v, want %v", by.Account, err, want)
		}
	}
	erase(anna, ErrOpenCase)
	m.do(t, anna, casework.PutHold{Reason: "Thandeka may sue."})
	m.confirm(t)
	erase(anna, ErrHeld)
	m.do(t, anna, casework.LiftHold{})
	if err := st.Backup(t.Context(), filepath.Join(dir, "backup.db")); err != nil {
		t.Fatal(err)
	}
	if _, err := Retain(t.Context(), st, now()); err != nil {
		t.Error(err)
	}
	erase(anna, ErrSecond)
	erase(anna, ErrSecond)
	erase(casework.Actor{Account: "a-3"}, ErrSecond) // nobody knows whose account that is
	erase(casework.Actor{Account: "a-4", Person: "anna"}, ErrSecond)
	erase(bran, nil)
	m.assessed(t)
	gone := func() {
		t.Helper()
		view(t, st, func(r store.Reader) error {
			for _, c := range store.Collections() {
				for row, err := range r.Find(c, store.Query{}) {
					if err != nil && !errors.Is(err, store.ErrErased) {
						return err
					}
					if bytes.Contains(row.Body, []byte("Thandeka")) || bytes.Contains(row.Body, []byte("confirmed")) {
						t.Errorf("%s %s can be read: %s", c.Name, row.Key, row.Body)
					}
				}
			}
			row, _ := r.Get(store.Cases, m.id)
			if len(strings.Join([]string{row.Text["disposition"], row.Text["state"], row.Text["owner"]}, "")) > 0 || row.Ints["weight"] != 0 {
				t.Errorf("the case's columns say %v %v", row.Text, row.Ints)
			}
			for e, err := range r.Entries(store.Audit, 0) {
				if err != nil {
					return err
				}
				for _, word := range []string{"confirmed", "7.77", "propose", "approve", "pay.x"} {
					if bytes.Contains(e.Data, []byte(word)) {
						t.Errorf("the log says %s: %s", word, e.Data)
					}
				}
			}
			return nil
		})
	}
	gone()
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(options.Path + suffix)
	}
	if _, err := sqlite.Restore(t.Context(), filepath.Join(dir, "backup.db"), options); err != nil {
		t.Fatal(err)
	}
	if st, err = sqlite.Open(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	view(t, st, func(r store.Reader) error {
		for _, key := range []string{Holder(m.from), Holder(m.to), "h:" + m.id} {
			if erased, err := r.Erased(key); err != nil || !erased {
				t.Errorf("the restored backup has the key %s: %v", key, err)
			}
		}
		return nil
	})
	for _, c := range []store.Collection{store.Cases, store.Packages, store.Faces, store.Requests} {
		view(t, st, func(r store.Reader) error {
			for row, err := range r.Find(c, store.Query{}) {
				if !errors.Is(err, store.ErrErased) {
					t.Errorf("%s %s opens in the restored backup: %v", c.Name, row.Key, err)
				}
			}
			return nil
		})
	}
}
