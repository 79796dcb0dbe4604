// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"daylight/notice"
	"daylight/store"
	"daylight/store/sqlite"
)

// signIn is one event of a system log.
func signIn(mail string, at time.Time) string {
	return fmt.Sprintf(`{"uuid":%q,"published":%q,"eventType":"user.session.start","severity":"INFO","outcome":{"result":"SUCCESS"},"actor":{"id":"00u-%s","type":"User","alternateId":%q,"displayName":"x"},"client":{"ipAddress":"192.0.2.7"}}`+"\n",
		mail+at.String(), at.Format(time.RFC3339), strings.SplitN(mail, "@", 2)[0], mail)
}

// watched is a service that asks for a notice of each person, and its clock.
type watched struct {
	*service
	now time.Time
}

func newWatched(t *testing.T) *watched {
	t.Helper()
	w := &watched{service: newService(t, temporary(t)), now: now()}
	clock := func() time.Time { return w.now }
	w.box.Now, w.Reader.Now, w.Notices = clock, clock, notice.Rule{}
	return w
}

func (w *watched) tell(t *testing.T, from time.Time, ids ...string) {
	t.Helper()
	err := w.store.Update(t.Context(), func(tx store.Writer) error {
		told, err := notice.Record(tx, notice.Notice{People: ids, Kind: notice.Monitoring, Version: "1", From: from})
		if err != nil {
			return err
		}
		return Release(tx, told, w.now)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// events counts what is kept of the activity of each account, by e-mail address.
func (w *watched) events(t *testing.T) map[string]int {
	t.Helper()
	out := map[string]int{}
	err := w.store.View(t.Context(), func(r store.Reader) error {
		names := map[string]string{}
		for row, err := range r.Find(store.Profiles, store.Query{}) {
			if err != nil {
				return err
			}
			a, err := decodeProfile(row.Key, row.Body)
			if err != nil {
				return err
			}
			names[a.Key] = a.Email
			out[a.Email] += 0
		}
		for row, err := range r.Find(store.Files, store.Query{}) {
			if err != nil {
				return err
			}
			var b fileBody
			if err := json.Unmarshal(row.Body, &b); err != nil {
				return err
			}
			more, err := readBulk(r, row.Key, b)
			if err != nil {
				return err
			}
			for key, n := range more.Accounts {
				out[names[key]] += n
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (w *watched) back(t *testing.T) (out Back) {
	t.Helper()
	if err := w.store.View(t.Context(), func(r store.Reader) (err error) {
		out, err = ReadBack(r)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func (w *watched) status(t *testing.T, receipt string) (s Status) {
	t.Helper()
	if err := w.store.View(t.Context(), func(r store.Reader) (err error) {
		s, err = ReadStatus(r, receipt)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestNobodyIsReadWithoutNotice: of a log that comes as a file, what people did who
// were not told is not read; it is read once they are, from the notice on.
func TestNobodyIsReadWithoutNotice(t *testing.T) {
	w := newWatched(t)
	day := w.now.AddDate(0, 0, -10)
	w.tell(t, day.AddDate(0, 0, -1), "amara@example.com")
	body := signIn("amara@example.com", day) + signIn("tarek@example.com", day) + signIn("tarek@example.com", day.AddDate(0, 0, 5)) + signIn("mei@example.com", day)
	r := w.receive(t, "okta.jsonl", []byte(body))
	w.drain(t)
	if got := w.events(t); len(got) != 1 || got["amara@example.com"] != 1 {
		t.Fatalf("kept %v", got)
	}
	if b := w.back(t); b != (Back{1, 3, 2, w.now.Add(HeldFor)}) {
		t.Errorf("held back %+v", b)
	}
	if s := w.status(t, r.ID); s.State != "read" || s.Records != 1 || s.Held != 3 || !strings.Contains(strings.Join(s.Notes, " "), "events 3, people 2") {
		t.Errorf("its status is %+v", s)
	}
	if again := w.receive(t, "okta.jsonl", []byte(body)); !again.Known {
		t.Error("a file that is held was taken in twice")
	}

	// A notice to somebody else changes nothing; parts of uploads are swept, not these.
	w.tell(t, day, "lars@example.com")
	w.now = w.now.AddDate(0, 0, 2)
	w.drain(t)
	if b := w.back(t); b.Events != 3 {
		t.Errorf("held back %+v", b)
	}

	// By the id of the system, and only from then on.
	w.tell(t, day.AddDate(0, 0, 4), "okta:00u-tarek")
	w.drain(t)
	w.drain(t)
	if got := w.events(t); len(got) != 2 || got["tarek@example.com"] != 1 || got["amara@example.com"] != 1 {
		t.Errorf("kept %v", got)
	}
	w.tell(t, day, "tarek@example.com", "mei@example.com")
	w.drain(t)
	if got := w.events(t); len(got) != 3 || got["tarek@example.com"] != 2 {
		t.Errorf("kept %v", got)
	}
	if b := w.back(t); b != (Back{}) {
		t.Errorf("still held back: %+v", b)
	}
	if s := w.status(t, r.ID); s.Held != 0 || s.Records != 4 {
		t.Errorf("its status is %+v", s)
	}
	if n := w.waiting(t); n != 0 {
		t.Errorf("%d rows of the input are left", n)
	}
}

// waiting counts the rows of input, but for the keys of hours.
func (w *watched) waiting(t *testing.T) (n int) {
	t.Helper()
	if err := w.store.View(t.Context(), func(r store.Reader) (err error) {
		n, err = r.Count(store.Received, store.Query{Where: []store.Cond{{Column: "state", Op: store.NotEqual, Text: stateKey}}})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestHeldIsRemoved: what nobody was told about is gone after its time, unread, with
// the key it was sealed under; it may be sent again.
func TestHeldIsRemoved(t *testing.T) {
	w := newWatched(t)
	body := []byte(signIn("amara@example.com", w.now.AddDate(0, 0, -1)))
	r := w.receive(t, "okta.jsonl", body)
	hour := hourHolder(w.now)
	w.drain(t)
	w.now = w.now.Add(HeldFor - time.Minute)
	w.drain(t)
	if w.waiting(t) == 0 {
		t.Fatal("removed too early")
	}
	w.now = w.now.Add(2 * time.Minute)
	w.drain(t)
	w.drain(t)
	if n := w.waiting(t); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	err := w.store.View(t.Context(), func(r store.Reader) error {
		if gone, err := r.Erased(hour); err != nil || !gone {
			t.Errorf("the key of the hour is there (%v)", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if s := w.status(t, r.ID); !strings.Contains(strings.Join(s.Notes, " "), "removed unread") {
		t.Errorf("its status is %+v", s)
	}
	w.tell(t, w.now.AddDate(0, -3, 0), "amara@example.com")
	if again := w.receive(t, "okta.jsonl", body); again.Known {
		t.Error("what was removed unread cannot come again")
	}
	w.drain(t)
	if got := w.events(t); got["amara@example.com"] != 1 {
		t.Errorf("kept %v", got)
	}
}

// TestEverybodyIsTold: what was held is read when the configuration says, at the next
// start, that everybody was told.
func TestEverybodyIsTold(t *testing.T) {
	w := newWatched(t)
	w.receive(t, "okta.jsonl", []byte(signIn("amara@example.com", w.now.AddDate(0, 0, -3))+signIn("amara@example.com", w.now.AddDate(0, 0, -1))))
	w.drain(t)
	if len(w.events(t)) != 0 {
		t.Fatal("read without a notice")
	}
	w.Reader = &Reader{Store: w.store, Tables: w.Tables, Now: w.Reader.Now, Log: w.Reader.Log, Notices: notice.Rule{Everybody: notice.Since(w.now.AddDate(0, 0, -2))}}
	w.drain(t)
	if got := w.events(t); got["amara@example.com"] != 1 {
		t.Errorf("kept %v", got)
	}
	if b := w.back(t); b.Events != 1 {
		t.Errorf("held back %+v: what was before the day stays unread", b)
	}
}

// TestHeldIsInNoOtherRow: of whom nothing may be read, no name or address stands
// anywhere but in the sealed input.
func TestHeldIsInNoOtherRow(t *testing.T) {
	w := newWatched(t)
	w.receive(t, "okta.jsonl", []byte(signIn("amara@example.com", w.now.AddDate(0, 0, -1))))
	w.drain(t)
	err := w.store.View(t.Context(), func(r store.Reader) error {
		for _, c := range store.Collections() {
			for row, err := range r.Find(c, store.Query{}) {
				if err != nil {
					return err
				}
				if strings.Contains(row.Key+fmt.Sprint(row.Text)+string(row.Body), "amara") && row.Text["state"] != statePart {
					t.Errorf("%s holds whom nothing may be read of: %s", c.Name, row.Body)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoNoticesNoReading: when the notices cannot be read, nothing else is.
func TestNoNoticesNoReading(t *testing.T) {
	st, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close() //nolint:errcheck // temporary
	w := &watched{service: newService(t, blindStore{st}), now: now()}
	w.Notices = notice.Rule{}
	w.receive(t, "okta.jsonl", []byte(signIn("amara@example.com", w.now.AddDate(0, 0, -1))))
	if err := w.Drain(t.Context()); err == nil || !strings.Contains(err.Error(), "notice") {
		t.Errorf("it reads on: %v", err)
	}
	w.store = st
	if len(w.events(t)) != 0 || w.waiting(t) == 0 {
		t.Error("something was read, or the input is gone")
	}
}

// blindStore is a store in which the notices do not open.
type blindStore struct{ store.Store }

func (b blindStore) View(ctx context.Context, f func(store.Reader) error) error {
	return b.Store.View(ctx, func(r store.Reader) error { return f(blindReader{r}) })
}

type blindReader struct{ store.Reader }

func (b blindReader) Get(c store.Collection, key string) (store.Row, error) {
	if c.Name == store.Notices.Name {
		return store.Row{}, store.ErrCorrupt
	}
	return b.Reader.Get(c, key)
}

// TestToldWhileRead: who is told while an input is read, which says that they were not,
// has it read again at once.
func TestToldWhileRead(t *testing.T) {
	w := newWatched(t)
	w.receive(t, "okta.jsonl", []byte(signIn("ana@example.com", now())+signIn("bo@example.com", now())))
	jobs, err := w.next(t.Context(), w.now)
	if err != nil || len(jobs) != 1 {
		t.Fatalf("%d inputs (%v)", len(jobs), err)
	}
	_, h := w.Reader.leases.hold(t.Context(), w.store, w.Reader.Now, jobs)
	defer h.end() //nolint:errcheck // nobody else reads
	b := newBundle(w.store, w.now, h)
	if err := w.read(t.Context(), b, &told{st: w.store}, jobs[0]); err != nil {
		t.Fatal(err)
	}
	w.tell(t, now().Add(-time.Hour), "ana@example.com")
	if err := b.write(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := w.events(t); len(got) != 0 {
		t.Fatalf("read before anybody was told: %v", got)
	}
	w.drain(t)
	if got := w.events(t); got["ana@example.com"] != 1 || len(got) != 1 {
		t.Errorf("kept: %v", got)
	}
	if got := w.back(t); got.People != 1 || got.Events != 1 {
		t.Errorf("held back: %+v, not bo's one event", got)
	}
}
