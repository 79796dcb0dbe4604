// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/casework"
	"daylight/notice"
	"daylight/report"
	"daylight/store"
)

// handleOf is the handle of an id.
func handleOf(t *testing.T, st store.Store, id string) (handle string) {
	t.Helper()
	view(t, st, func(r store.Reader) error {
		handle = "p-" + r.Hash("subject", id)[:handleDigits]
		return nil
	})
	return handle
}

func count(t *testing.T, st store.Store, c store.Collection) (n int) {
	t.Helper()
	view(t, st, func(r store.Reader) (err error) {
		n, err = r.Count(c, store.Query{})
		return err
	})
	return n
}

// TestErasureReachesWhatIsHeld: input that waits for a notice goes when somebody is
// erased of whom something is in it, comes again without them, and is not held then;
// what comes of them under another account is not read either.
func TestErasureReachesWhatIsHeld(t *testing.T) {
	w := newWatched(t)
	day := w.now.AddDate(0, 0, -10)
	w.receive(t, "hr/people.csv", []byte("id,stage,name,email\ne-1,worker,Mei Tanaka,mei@example.com\ne-2,worker,Tarek Haddad,tarek@example.com\ne-3,worker,Ana Souza,ana@example.com\n"))
	w.tell(t, day.AddDate(0, 0, -1), "tarek@example.com", "okta:00u-tarek", "slack:W1")
	both := signIn("tarek@example.com", day) + signIn("mei@example.com", day) + signIn("ana@example.com", day)
	r := w.receive(t, "okta.jsonl", []byte(both))
	other := w.receive(t, "okta-ana.jsonl", []byte(signIn("ana@example.com", day)))
	w.assessed(t)
	if b := w.back(t); b.Events != 3 || b.Files != 2 {
		t.Fatalf("held back %+v", b)
	}
	if err := Erase(t.Context(), w.store, handleOf(t, w.store, "e-1"), casework.Actor{Account: "a-1"}, "asked", w.now); err != nil {
		t.Fatal(err)
	}
	if b := w.back(t); b.Events != 1 || b.Files != 1 {
		t.Errorf("after the erasure %+v is held back", b)
	}
	view(t, w.store, func(rd store.Reader) error {
		for row, err := range rd.Find(store.Received, store.Query{}) {
			if err != nil {
				return err
			}
			if state := row.Text["state"]; row.Key != other.ID && state == stateHeld {
				t.Errorf("%s is still held", row.Key)
			}
		}
		return nil
	})
	if s := w.status(t, r.ID); !strings.Contains(strings.Join(s.Notes, " "), "removed unread") {
		t.Errorf("its notes are %q", s.Notes)
	}
	if n := count(t, w.store, store.Notices); n != 3 {
		t.Errorf("%d notices of somebody else are left, want 3", n)
	}
	// It may come again, and is neither read of the person nor held for the others.
	if again := w.receive(t, "okta.jsonl", []byte(both)); again.Known {
		t.Error("it does not come in again")
	}
	w.assessed(t)
	if b := w.back(t); b.Events != 1 {
		t.Errorf("once more %+v is held back", b)
	}
	// Everybody was told now: the person comes under another account of another system.
	w.Notices = notice.Rule{Everybody: notice.Since(time.Unix(1, 0))}
	w.receive(t, "again.jsonl", []byte(strings.ReplaceAll(signIn("mei@example.com", day), "00u-mei", "00u-new")+signIn("ana@example.com", day)))
	w.assessed(t)
	if got := w.events(t); len(got) != 2 || got["mei@example.com"] != 0 || got["ana@example.com"] == 0 {
		t.Errorf("kept %v", got)
	}
}

// TestHeldInABackup: a backup that was made before an erasure holds what was held
// back; the first sweep removes it.
func TestHeldInABackup(t *testing.T) {
	w := newWatched(t)
	w.receive(t, "okta.jsonl", []byte(signIn("mei@example.com", w.now.AddDate(0, 0, -1))))
	w.drain(t)
	if b := w.back(t); b.Files != 1 {
		t.Fatalf("held back %+v", b)
	}
	update(t, w.store, func(tx store.Writer) error { // as the ledger of erasures does
		return tx.Destroy(notice.Mark(notice.Person(tx, "mei@example.com")))
	})
	w.drain(t)
	if b := w.back(t); b.Files != 0 {
		t.Errorf("still held: %+v", b)
	}
}

// TestErasureRemovesNotices: the notices of somebody who is erased go with them, also
// those under identifiers that nothing else names.
func TestErasureRemovesNotices(t *testing.T) {
	w := newWatched(t)
	w.receive(t, "hr/people.csv", []byte("id,stage,name,email\ne-2,worker,Tarek Haddad,tarek@example.com\ne-3,worker,Ana Souza,ana@example.com\n"))
	w.tell(t, w.now.AddDate(0, 0, -20), "tarek@example.com", "slack:W1", "github:unheard-of")
	w.tell(t, w.now.AddDate(0, 0, -20), "ana@example.com")
	w.tell(t, w.now.AddDate(0, 0, -20), handleOf(t, w.store, "e-2")) // as a check-in has it
	w.assessed(t)
	if err := Erase(t.Context(), w.store, handleOf(t, w.store, "e-2"), casework.Actor{Account: "a-1"}, "asked", w.now); err != nil {
		t.Fatal(err)
	}
	view(t, w.store, func(r store.Reader) error {
		for row, err := range r.Find(store.Notices, store.Query{}) {
			if err != nil {
				return err
			}
			if row.Text["person"] != notice.Person(r, "ana@example.com") {
				t.Errorf("a notice of %s is left", row.Text["person"])
			}
		}
		return nil
	})
	if n := count(t, w.store, store.Notices); n != 1 {
		t.Errorf("%d notices are left, want that of the other", n)
	}
}

// TestErasureRemovesConcerns: that something was found for counsel says something of
// a person by itself.
func TestErasureRemovesConcerns(t *testing.T) {
	s := newService(t, temporary(t))
	receiveErasable(t, s)
	s.assessed(t)
	handle := handleOf(t, s.store, "e-77001")
	update(t, s.store, func(w store.Writer) error {
		return w.Put(store.Concerns, store.Row{Key: "m-1", Holder: Holder(handle), Body: []byte("{}"), Text: map[string]string{"subject": handle, "kind": "list", "state": ConcernOpen}})
	})
	if err := Erase(t.Context(), s.store, handle, casework.Actor{Account: "a-1"}, "asked", now()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, s.store, store.Concerns); n != 0 {
		t.Error("the row is left")
	}
}

// TestDailyExports: an export that comes daily under another name leaves a bounded
// number of rows of each account, says the same as before, and is erased whole.
func TestDailyExports(t *testing.T) {
	w := newWatched(t)
	w.Notices = notice.Rule{Everybody: notice.Since(time.Unix(1, 0))}
	w.receive(t, "hr/people.csv", []byte("id,stage,name,email\ne-1,worker,Mei Tanaka,mei@example.com\ne-3,worker,Ana Souza,ana@example.com\n"))
	const days = 30
	most := 0
	for d := range days {
		at := w.now.Add(-time.Hour)
		body := signIn("mei@example.com", at) + signIn("ana@example.com", at)
		w.receive(t, "okta-"+at.Format(time.DateOnly)+".jsonl", []byte(body))
		if d == 0 {
			w.receive(t, "e-1-log.jsonl", []byte(signIn("ana@example.com", at.Add(-time.Minute)))) // an attachment
		}
		w.drain(t)
		w.assessed(t)
		if err := Settle(t.Context(), w.store, w.now); err != nil {
			t.Fatal(err)
		}
		most = max(most, count(t, w.store, store.Profiles))
		w.now = w.now.AddDate(0, 0, 1)
	}
	if limit := 2*(int(apart/(24*time.Hour))+2) + 1; most > limit {
		t.Errorf("up to %d rows of two accounts, want at most %d", most, limit)
	}
	if got := w.events(t); got["mei@example.com"] != days || got["ana@example.com"] != days+1 {
		t.Errorf("kept %v", got)
	}
	// The attachment is still apart, and left out.
	view(t, w.store, func(r store.Reader) error {
		apart := 0
		for row, err := range r.Find(store.Profiles, store.Query{}) {
			if err != nil {
				return err
			}
			a, err := decodeProfile(row.Key, row.Body)
			if err != nil {
				return err
			}
			if strings.HasPrefix(a.Group, "e\x00e-1") {
				apart++
			}
			if a.Group == "" && a.Profile == nil {
				t.Errorf("%s holds nothing", row.Key)
			}
		}
		if apart != 1 {
			t.Errorf("%d rows of the attachment are apart, want 1", apart)
		}
		return nil
	})
	if err := Erase(t.Context(), w.store, handleOf(t, w.store, "e-3"), casework.Actor{Account: "a-1"}, "asked", w.now); err != nil {
		t.Fatal(err)
	}
	for mail := range w.events(t) {
		if mail == "ana@example.com" {
			t.Error("a row of the erased person's is left")
		}
	}
}

// TestJoinedActivitySaysTheSame: joining what was kept apart changes no assessment.
func TestJoinedActivitySaysTheSame(t *testing.T) {
	s := newService(t, temporary(t))
	s.receive(t, "hr/people.csv", []byte("id,stage,name,email\ne-1,worker,Mei Tanaka,mei@example.com\n"))
	for d := range 12 {
		at := now().AddDate(0, 0, -d-1)
		s.receive(t, fmt.Sprintf("okta-%d.jsonl", d), []byte(signIn("mei@example.com", at)+signIn("mei@example.com", at.Add(5*time.Hour))))
	}
	s.assessed(t)
	said := func() string {
		rep, err := s.Report(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(rep.Subjects, func(sub *report.Subject) bool { return sub.ID == "e-1" })
		if i < 0 || rep.Subjects[i].Activity == nil {
			t.Fatal("there is no activity of the person")
		}
		body, err := json.Marshal(rep.Subjects[i])
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	before := said()
	n, err := joinGroups(t.Context(), s.store, now().Add(apart))
	if err != nil || n != 12 || count(t, s.store, store.Profiles) != 1 {
		t.Fatalf("%d rows joined into %d, %v", n, count(t, s.store, store.Profiles), err)
	}
	if after := said(); after != before {
		t.Errorf("before %s\nafter %s", before, after)
	}
}
