// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/casework"
	"daylight/store"
)

// paid are two people more, what they are paid into, and a list that names one wallet.
var paid = fstest.MapFS{
	"paid.csv":    {Data: []byte("id,name,email,hired_at\nw-sanc-1,Amara Okonkwo,amara@example.net,2026-02-01\nw-sanc-2,Linh Tran,linh@example.net,2026-02-01\n")},
	"wallets.csv": {Data: []byte("person,effective_at,method,account,holder\nw-sanc-1,2026-03-01,wallet,bc1qsanctionedexample,Amara Okonkwo\nw-sanc-2,2026-03-01,wallet,bc1qotherexample,Linh Tran\n")},
}

const listed = `<?xml version="1.0"?><sdnList><sdnEntry><uid>90001</uid><lastName>NOBODY</lastName><idList><id><idType>Digital Currency Address - XBT</idType><idNumber>bc1qsanctionedexample</idNumber></id></idList></sdnEntry></sdnList>`

func (s *service) concerns(t *testing.T) (out []Concern) {
	t.Helper()
	if err := s.store.View(t.Context(), func(r store.Reader) (err error) {
		out, err = Concerns(r)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// subjects are the rows of people, by handle.
func (s *service) subjects(t *testing.T) map[string]store.Row {
	t.Helper()
	out := map[string]store.Row{}
	if err := s.store.View(t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Subjects, store.Query{}) {
			if err != nil {
				return err
			}
			out[row.Key] = row
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestConcernsAreApart: a match with a sanctions list reaches the queue for counsel
// with how it matched, and changes nothing of anybody's assessment.
func TestConcernsAreApart(t *testing.T) {
	s := newService(t, temporary(t))
	for name, f := range paid {
		s.receive(t, name, f.Data)
	}
	s.assessed(t)
	if got := s.concerns(t); len(got) != 0 {
		t.Fatalf("without a list: %+v", got)
	}
	before := s.subjects(t)
	s.receive(t, "sdn.xml", []byte(listed))
	s.assessed(t)
	if diff := cmp.Diff(before, s.subjects(t)); diff != "" {
		t.Errorf("the list changed an assessment: %s", diff)
	}
	got := s.concerns(t)
	if len(got) != 1 || before[got[0].Subject].Key == "" || got[0].Kind != "sanctioned_identifier" || got[0].State != ConcernOpen || !cmp.Equal(got[0].Entries, []string{"90001"}) || len(got[0].Records) != 2 {
		t.Fatalf("%+v", got)
	}
	c := got[0]
	if !strings.Contains(c.Statement, "wallet") || strings.Contains(c.Statement, "bc1q") || c.Records[0].Path != "wallets.csv" || c.Records[1].Path != "sdn.xml" {
		t.Errorf("how it matched: %+v", c)
	}

	resolve := func(d ConcernDecision) error {
		return s.store.Update(t.Context(), func(w store.Writer) error { return Resolve(w, c.ID, d) })
	}
	d := ConcernDecision{State: ConcernOther, Reason: " Another holder; the exchange confirmed it. ", By: "a-1", At: now()}
	for _, bad := range []ConcernDecision{{State: ConcernOther, Reason: " ", By: "a-1", At: now()}, {State: "guilty", Reason: "x", By: "a-1", At: now()}} {
		if resolve(bad) == nil {
			t.Errorf("%+v is accepted", bad)
		}
	}
	if err := resolve(d); err != nil {
		t.Fatal(err)
	}
	// Found again, it stays decided; found no longer, it says so.
	s.receive(t, "more.csv", []byte("id,name,email\nx-1,Ana Souza,ana@example.com\n"))
	s.assessed(t)
	got = s.concerns(t)
	if len(got) != 1 || got[0].State != ConcernOther || len(got[0].Decisions) != 1 || got[0].Decisions[0].Reason != strings.TrimSpace(d.Reason) || !got[0].Gone.IsZero() || !got[0].Found.Equal(c.Found) {
		t.Errorf("found again: %+v", got)
	}
	a := newAssessed(s.store, nil, s.Assessor.Log)
	if err := a.writeConcerns(t.Context(), nil, now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got = s.concerns(t); len(got) != 1 || got[0].Gone.IsZero() || got[0].State != ConcernOther {
		t.Errorf("no longer found: %+v", got)
	}
	if err := Erase(t.Context(), s.store, c.Subject, casework.Actor{Account: "a-1", Person: "h-1"}, "asked", now()); err != nil {
		t.Fatal(err)
	}
	if got = s.concerns(t); len(got) != 0 {
		t.Errorf("of somebody who was erased: %+v", got)
	}
	if err := resolve(d); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of somebody who was erased: %v", err)
	}
}
