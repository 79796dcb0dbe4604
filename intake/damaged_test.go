// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"daylight/casework"
	"daylight/record"
	"daylight/report"
	"daylight/store"
	"daylight/store/sqlite"
	"daylight/store/tamper"
	"daylight/weigh"
)

// TestDamagedRowIsSetAside damages one row of every kind that an assessment reads, and
// demands that whoever it is about keeps the assessment that they had, that everybody
// else is assessed, that it is said, and that reading goes on.
func TestDamagedRowIsSetAside(t *testing.T) {
	for _, table := range []string{"records", "profiles", "documents", "files", "suppressions", "subjects", "faces", "cases"} {
		t.Run(table, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "daylight.db")
			options := sqlite.Options{Path: path, Master: bytes.Repeat([]byte{7}, sqlite.KeySize)}
			st, err := sqlite.Open(t.Context(), options)
			if err != nil {
				t.Fatal(err)
			}
			s := newService(t, st)
			receiveErasable(t, s)
			s.assessed(t)
			var handle string
			update(t, st, func(w store.Writer) error {
				handle = "p-" + w.Hash("subject", "e-77001")[:handleDigits]
				if _, err := casework.Suppress(w, anna, casework.Suppression{Subject: handle, Indicator: "pay.x", Reason: "Counsel wrote so.......", Until: now().Add(day)}, now()); err != nil {
					return err
				}
				_, _, err := casework.Open(w, casework.Matter{Subject: handle, Stage: record.Worker, State: weigh.Escalate}, now())
				return err
			})
			if err := st.Close(); err != nil {
				t.Fatal(err)
			}
			damageOne(t, path, table)
			if st, err = sqlite.Open(t.Context(), options); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = st.Close() }()
			s = newService(t, st)
			s.Opener = opens{}
			s.receive(t, "later.csv", []byte("id,stage,name,email\ne-77009,worker,Ana Souza,ana.souza@example.com\n"))
			s.receive(t, "logs/github-audit-2.jsonl", []byte(`{"@timestamp":1778000900000,"_document_id":"b","action":"git.clone","actor":"thandeka","actor_ip":"203.0.113.9","created_at":1778000900000,"org":"larkspur","repo":"larkspur/x"}`+"\n"))
			s.assessed(t)
			view(t, st, func(r store.Reader) error {
				if _, err := r.Get(store.Subjects, "p-"+r.Hash("subject", "e-77009")[:handleDigits]); err != nil {
					t.Errorf("somebody else was not assessed: %v", err)
				}
				if _, err := r.Get(store.Subjects, handle); err != nil {
					t.Errorf("the person has lost the assessment: %v", err)
				}
				d, err := ReadDamaged(r)
				if err != nil {
					return err
				}
				switch table {
				case "subjects", "faces": // they are written anew
					if len(d.Rows) != 0 {
						t.Errorf("damage %+v", d)
					}
				case "cases": // its page says so
				case "files":
					if len(d.Rows) != 1 || d.Unknown+len(d.People) == 0 {
						t.Errorf("damage %+v", d)
					}
				default:
					if len(d.Rows) != 1 || d.Rows[0].Collection != table || !slices.Contains(d.People, handle) || d.Unknown != 0 {
						t.Errorf("damage %+v, want one row of %s about %s", d, table, handle)
					}
				}
				return nil
			})
			if table != "records" {
				return
			}
			// The same file under another name mends it, and nothing is said any longer.
			receiveErasable(t, s)
			s.receive(t, "hr/people-2.csv", []byte("id,stage,name,email,phone,username\ne-77001,worker,Thandeka Kielo-Mustonen,thandeka.k@example.com,+12025550173,thandeka\n"))
			s.receive(t, "payroll/pay-2.csv", []byte("person,account,method,holder\ne-77001,DE00 1234,bank,Thandeka Kielo-Mustonen\n"))
			s.assessed(t)
			view(t, st, func(r store.Reader) error {
				d, err := ReadDamaged(r)
				if len(d.Rows) != 0 {
					t.Errorf("after it was sent again: %+v", d)
				}
				return err
			})
		})
	}
}

// TestDamagedInputComesAgain damages an input while it waits: it is read as far as it
// opens, that is said, and sending it again mends it.
func TestDamagedInputComesAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "daylight.db")
	options := sqlite.Options{Path: path, Master: bytes.Repeat([]byte{7}, sqlite.KeySize)}
	st, err := sqlite.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	body := []byte("id,stage,name,email\ne-77009,worker,Ana Souza,ana.souza@example.com\n")
	newService(t, st).receive(t, "people.csv", body)
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	tamper.Zero(t, path, "received", "state = 'part'")
	if st, err = sqlite.Open(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	s := newService(t, st)
	people := func() (n int) {
		view(t, st, func(r store.Reader) (err error) {
			n, err = r.Count(store.Subjects, store.Query{})
			return err
		})
		return n
	}
	s.assessed(t)
	if n := people(); n != 0 {
		t.Errorf("%d people of what does not open", n)
	}
	again := s.receive(t, "people.csv", body)
	view(t, st, func(r store.Reader) error {
		if _, err := ReadStatus(r, again.ID); err != nil || again.Known {
			t.Errorf("sent again: %+v, %v", again, err)
		}
		return nil
	})
	s.assessed(t)
	if n := people(); n != 1 {
		t.Errorf("%d people when it was sent again", n)
	}
}

// opens opens a case of everybody who reaches escalate.
type opens struct{}

func (opens) Open(w store.Writer, handle string, s *report.Subject, now time.Time) error {
	_, _, err := casework.Open(w, matterOf(handle, s), now)
	return err
}

func (opens) Renew(w store.Writer, handle string, s *report.Subject, now time.Time) error {
	return casework.Renew(w, matterOf(handle, s), now)
}

func matterOf(handle string, s *report.Subject) casework.Matter {
	m := casework.Matter{Subject: handle, Stage: s.Stage, State: s.State, Weight: s.Assessment.Total - s.Assessment.Prior}
	for _, e := range s.Evidence {
		v := casework.Evidence{Indicator: e.Indicator, Family: e.Family, Weight: e.Part.Counted, Statement: e.Statement}
		for _, why := range e.Innocent {
			v.Explanations = append(v.Explanations, casework.Explanation{Text: why})
		}
		m.Evidence = append(m.Evidence, v)
	}
	return m
}

// damageOne changes the body of one row in the file itself: one that is about the
// person of the test, where the row can tell.
func damageOne(t *testing.T, path, table string) {
	t.Helper()
	tamper.Zero(t, path, table, `key = (SELECT t.key FROM "`+table+`" t LEFT JOIN identifiers i ON i.hash = t.holder AND i.type = 'holder'
		LEFT JOIN identifiers j ON j.type = 'holder' AND j.subject = i.subject WHERE length(t.body) > 0
		GROUP BY t.key ORDER BY count(j.key) DESC, t.key LIMIT 1)`)
}

// TestListedFilesAreSmall: what a log names by the thousand is not in the row that a list
// of files reads, is kept all the same, goes when the file is read anew with less, and is
// damage of that file where it does not open.
func TestListedFilesAreSmall(t *testing.T) {
	s := newService(t, temporary(t))
	var log bytes.Buffer
	oktaEvents(&log, 0, 3000, 3000)
	id := s.receive(t, "logs/okta.jsonl", log.Bytes()).ID
	s.drain(t)
	reads := func(want int, corrupt bool) {
		t.Helper()
		view(t, s.store, func(r store.Reader) error {
			row, err := r.Get(store.Files, id)
			if err != nil {
				return err
			}
			if len(row.Body) > 1000 {
				t.Errorf("a list of files reads %d bytes of one", len(row.Body))
			}
			if status, err := FileStatus(row); err != nil || status.State != "read" || status.Format != "okta.system_log" || status.Records != 3000 {
				t.Errorf("the file is listed as %+v, %v", status, err)
			}
			if f, err := file(r, row); len(f.Accounts) != want || errors.Is(err, store.ErrCorrupt) != corrupt {
				t.Errorf("%d accounts, want %d: %v", len(f.Accounts), want, err)
			}
			return nil
		})
	}
	reads(3000, false)
	update(t, s.store, func(w store.Writer) error { return w.Delete(store.Documents, partKey(id, 0)) })
	reads(0, true)
	update(t, s.store, func(w store.Writer) error {
		if _, err := putParts(w, "f", nil, bytes.Repeat([]byte("a"), 2*segment+1)); err != nil {
			return err
		}
		counts, err := putParts(w, "f", []byte("b"), []byte("c"))
		if err != nil || !slices.Equal(counts, []int{1, 1}) {
			t.Errorf("%v parts, %v", counts, err)
		}
		n, err := w.Count(store.Documents, store.Query{})
		if n != 2 {
			t.Errorf("%d parts are kept of two", n)
		}
		return err
	})
}
