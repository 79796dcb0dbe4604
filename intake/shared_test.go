// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/casework"
	"daylight/report"
	"daylight/store"
	"daylight/store/sqlite"
	"daylight/store/tamper"
)

// decided puts a case about a person into the store as it stands after a decision.
func (s *service) decided(t *testing.T, handle string, c casework.Case) {
	t.Helper()
	c.ID, c.Matter.Subject = "c-"+strings.TrimPrefix(handle, "p-"), handle
	body, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.Update(t.Context(), func(w store.Writer) error {
		return w.Put(store.Cases, store.Row{Key: c.ID, Holder: Holder(handle), Body: body, Text: map[string]string{"subject": handle, "state": string(c.State)}})
	}); err != nil {
		t.Fatal(err)
	}
}

func closed(as casework.Disposition, at time.Time, second bool) casework.Case {
	d := &casework.Decision{Disposition: as, Reasons: "x", By: casework.Actor{Account: "a-1"}, At: at}
	if second {
		d.Approved = &casework.Actor{Account: "a-2"}
	}
	return casework.Case{State: casework.StateClosed, Closing: d}
}

// indicator is what of one in a bundle is looked at.
type indicator struct {
	ID, Pattern, Created, Modified string
	ValidUntil                     string `json:"valid_until"`
	Revoked                        bool
}

func (s *service) bundle(t *testing.T, at time.Time) map[string]indicator {
	t.Helper()
	var out bytes.Buffer
	if err := s.store.Update(t.Context(), func(w store.Writer) error {
		known, _, err := Share(w, at)
		if err != nil {
			return err
		}
		return report.WriteBundle(&out, known)
	}); err != nil {
		t.Fatal(err)
	}
	var b struct{ Objects []indicator }
	if err := json.Unmarshal(out.Bytes(), &b); err != nil {
		t.Fatal(err)
	}
	all := map[string]indicator{}
	for _, o := range b.Objects {
		all[o.ID] = o
	}
	if len(all) != len(b.Objects) {
		t.Error("an indicator is there twice")
	}
	return all
}

// TestSharedIsConfirmed: a bundle holds identifiers of cases that two people closed as
// confirmed and of no others, and takes back, under the same id and without repeating
// it, what was in one before and does not stand any longer.
func TestSharedIsConfirmed(t *testing.T) {
	s := newService(t, temporary(t))
	s.receive(t, "people.csv", []byte("id,name,email,phone,protected\n"+
		"c-1,Amara Okonkwo,amara@example.net,+12125550155,\nc-2,Linh Tran,linh@example.net,,\nc-3,Omar Haddad,omar@example.net,,\nc-4,Ana Souza,ana@example.net,,yes\nc-5,Tui Ngata,tui@example.net,,\n"))
	s.assessed(t)
	handles := map[string]string{}
	for handle := range s.subjects(t) {
		for _, mail := range []string{"amara", "linh", "omar", "ana", "tui"} {
			if err := s.store.View(t.Context(), func(r store.Reader) error {
				found, err := Find(r, mail+"@example.net")
				if slices.Contains(found, handle) {
					handles[mail] = handle
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(handles) != 5 {
		t.Fatal(handles)
	}
	day := now().AddDate(0, 0, -10)
	if got := s.bundle(t, now()); len(got) != 0 {
		t.Errorf("without a case: %v", got)
	}
	s.decided(t, handles["amara"], closed(casework.Confirmed, day, true))
	s.decided(t, handles["linh"], closed(casework.Confirmed, day, false)) // by one person alone
	s.decided(t, handles["omar"], closed(casework.Cleared, day, true))
	s.decided(t, handles["ana"], closed(casework.Confirmed, day, true)) // is protected
	s.decided(t, handles["tui"], closed(casework.Confirmed, day, true))
	first := s.bundle(t, now())
	if len(first) != 3 {
		t.Fatalf("%v", first)
	}
	for id, o := range first {
		if o.Revoked || o.Created != "2026-05-22T09:00:00.000Z" || o.ValidUntil != "2027-05-22T09:00:00.000Z" {
			t.Errorf("%s: %+v", id, o)
		}
		if !strings.Contains(o.Pattern, "amara@example.net") && !strings.Contains(o.Pattern, "+12125550155") && !strings.Contains(o.Pattern, "tui@example.net") {
			t.Errorf("it shares %s", o.Pattern)
		}
	}
	if again := s.bundle(t, now().Add(time.Hour)); len(again) != 3 || again[keyOf(first, "tui")] != first[keyOf(first, "tui")] {
		t.Error("the same is shared otherwise an hour later")
	}

	// Opened again, and erased.
	s.decided(t, handles["amara"], casework.Case{State: casework.StateOpen, Before: []casework.Decision{*closed(casework.Confirmed, day, true).Closing}})
	for n, by := range []casework.Actor{{Account: "a-1", Person: "h-1"}, {Account: "a-2", Person: "h-2"}} {
		err := Erase(t.Context(), s.store, handles["tui"], by, "asked", now())
		if n == 0 && !errors.Is(err, ErrSecond) || n == 1 && err != nil {
			t.Fatal(err)
		}
	}
	later := now().AddDate(0, 0, 1)
	second := s.bundle(t, later)
	for id, was := range first {
		o := second[id]
		if !o.Revoked || o.Created != was.Created || o.Modified != "2026-06-02T09:00:00.000Z" || strings.Contains(o.Pattern, "example.net") || strings.Contains(o.Pattern, "555") {
			t.Errorf("taken back: %+v", o)
		}
	}
	if third := s.bundle(t, later.Add(time.Hour)); len(third) != 3 || third[keyOf(first, "tui")] != second[keyOf(first, "tui")] {
		t.Error("the same is taken back otherwise an hour later")
	}

	// Confirmed anew: the same ids, newer.
	s.decided(t, handles["amara"], closed(casework.Confirmed, later.AddDate(0, 0, 1), true))
	fourth := s.bundle(t, later.AddDate(0, 0, 2))
	o, was := fourth[keyOf(first, "amara")], first[keyOf(first, "amara")]
	if o.Revoked || o.Created != was.Created || o.Modified <= second[was.ID].Modified || o.Pattern != was.Pattern {
		t.Errorf("confirmed anew: %+v", o)
	}
	// After a year it ends by itself, wherever it went.
	if last := s.bundle(t, later.AddDate(1, 0, 3)); len(last) != 0 {
		t.Errorf("after a year: %v", last)
	}
}

// TestSharedBesideDamage damages the case of one person and then a record of another,
// who may be protected: the rest is shared and taken back as before, nothing of those
// two is, and the rows are named.
func TestSharedBesideDamage(t *testing.T) {
	t.Run("does not open", func(t *testing.T) { sharedBesideDamage(t, false) })
	t.Run("opens and is no case", func(t *testing.T) { sharedBesideDamage(t, true) })
}

func sharedBesideDamage(t *testing.T, opens bool) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "daylight.db")
	options := sqlite.Options{Path: path, Master: bytes.Repeat([]byte{7}, sqlite.KeySize)}
	st, err := sqlite.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	s := newService(t, st)
	s.receive(t, "people.csv", []byte("id,name,email\nc-1,Amara Okonkwo,amara@example.net\nc-2,Linh Tran,linh@example.net\nc-3,Omar Haddad,omar@example.net\n"))
	s.assessed(t)
	day := now().AddDate(0, 0, -10)
	cases, records := map[string]string{}, map[string]string{}
	var omar string
	for _, name := range []string{"amara", "linh", "omar"} {
		view(t, st, func(r store.Reader) error {
			found, err := Find(r, name+"@example.net")
			if err != nil || len(found) != 1 {
				t.Fatalf("%s: %v (%v)", name, found, err)
			}
			omar = found[0]
			holders, err := Holders(r, omar)
			if err != nil {
				return err
			}
			for row, err := range r.Find(store.Records, store.Query{Where: []store.Cond{{Column: "holder", Op: store.OneOf, In: holders}}}) {
				if err != nil {
					return err
				}
				records[name] = row.Key
			}
			return nil
		})
		s.decided(t, omar, closed(casework.Confirmed, day, true))
		cases[name] = "c-" + strings.TrimPrefix(omar, "p-")
	}
	first := s.bundle(t, now())
	if len(first) != 3 || len(records) != 3 {
		t.Fatalf("%v %v", first, records)
	}
	damage := func(table, key string) {
		t.Helper()
		if err := s.store.Close(); err != nil {
			t.Fatal(err)
		}
		tamper.Zero(t, path, table, "key = ?", key)
		if st, err = sqlite.Open(t.Context(), options); err != nil {
			t.Fatal(err)
		}
		s = newService(t, st)
	}
	defer func() { _ = s.store.Close() }()
	named := func(want ...DamagedRow) {
		t.Helper()
		view(t, s.store, func(r store.Reader) error {
			got, err := Unshared(r, now())
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("damaged (-want +named):\n%s", diff)
			}
			return err
		})
	}

	if opens {
		update(t, s.store, func(w store.Writer) error {
			row, err := w.Get(store.Cases, cases["amara"])
			if err != nil {
				return err
			}
			row.Body = []byte(`{"id":1}`)
			return w.Put(store.Cases, row)
		})
	} else {
		damage("cases", cases["amara"])
	}
	s.decided(t, omar, casework.Case{State: casework.StateOpen})
	second := s.bundle(t, now().Add(time.Hour))
	if a, l, o := second[keyOf(first, "amara")], second[keyOf(first, "linh")], second[keyOf(first, "omar")]; a.ID != "" || l.ID == "" || l.Revoked || !o.Revoked {
		t.Errorf("with a damaged case: %+v", second)
	}
	named(DamagedRow{"cases", cases["amara"]})

	damage("records", records["linh"])
	third := s.bundle(t, now().Add(2*time.Hour))
	if len(third) != 1 || !third[keyOf(first, "omar")].Revoked {
		t.Errorf("with a damaged record too: %+v", third)
	}
	want := []DamagedRow{{"cases", cases["amara"]}, {"records", records["linh"]}}
	if cases["linh"] < cases["amara"] {
		slices.Reverse(want)
	}
	named(want...)
}

// keyOf is the id of the indicator whose pattern holds a text.
func keyOf(all map[string]indicator, text string) string {
	for id, o := range all {
		if strings.Contains(o.Pattern, text) {
			return id
		}
	}
	return ""
}
