// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"daylight/report"
	"daylight/store"
)

// leavers is how many people there are whom somebody erases, so that a long run has some
// for its end too; 208 are told apart by their names.
func leavers() int { return min(200, max(60, *kills/4)) }

// leaversFile is where the export of them lies.
const leaversFile = "kill/leavers.csv"

// leaver is somebody who is erased, or to be.
type leaver struct {
	id, mail, handle string
	tried, acked     bool
}

// eraser erases people, one after the other: each act destroys several keys.
type eraser struct {
	*visitor
	rng  *rand.Rand
	left []*leaver
}

// leaversExport is an export of everybody who is to be erased.
func leaversExport() []byte {
	b := bytes.NewBufferString("id,stage,name,email,applied_at,role\n")
	for i := range leavers() {
		id, mail := leaverKnown(i)
		_, _ = fmt.Fprintf(b, "%s,applicant,%s Pavyzdys-%c%c,%s,2026-01-%02dT09:00:00Z,Role %s\n",
			id, []string{"Aroha", "Bilal", "Chipo", "Dilnoza", "Eluned"}[i%5], 'A'+i/8, 'a'+i%8, mail, 1+i%28, id)
	}
	return b.Bytes()
}

// leaverKnown is what the export says of one, and nothing else does.
func leaverKnown(i int) (id, mail string) {
	return fmt.Sprintf("leaver-%03d", i), fmt.Sprintf("leaves.%03d@example.net", i)
}

// dismiss takes in those who are to be erased.
func dismiss(t *testing.T, k *killed, boss *visitor, rng *rand.Rand) *eraser {
	t.Helper()
	if _, _, err := k.sender.post(t.Context(), leaversFile, leaversExport()); err != nil {
		t.Fatal(err)
	}
	idle(t, k.data)
	e := &eraser{visitor: boss, rng: rng}
	st := opened(t, k.data)
	defer st.Close() //nolint:errcheck // read only
	err := st.View(t.Context(), func(r store.Reader) error {
		for i := range leavers() {
			id, mail := leaverKnown(i)
			handle := "p-" + r.Hash("subject", id)[:10]
			if face, err := r.Get(store.Faces, handle); err != nil || !bytes.Contains(face.Body, []byte(mail)) {
				return fmt.Errorf("%s is not known: %w", id, err)
			}
			e.left = append(e.left, &leaver{id: id, mail: mail, handle: handle})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// share is how many people may be erased in a life, so that the run has some to its end.
func (e *eraser) share(life int) int {
	return min(2, len(e.left)*(life+1)/(*kills)-e.erasures())
}

// live erases at most so many people, and looks at the page until the service is gone.
func (e *eraser) live(ctx context.Context, most int) error {
	for n := 0; ; {
		next := slices.IndexFunc(e.left, func(l *leaver) bool { return !l.acked })
		var err error
		if n < most && next >= 0 && e.rng.IntN(3) == 0 {
			n++
			err = e.erase(ctx, e.left[next])
		} else if _, err = e.do(ctx, http.MethodGet, "/erasure", "", nil); err != nil {
			err = fmt.Errorf("%w: %w", errGone, err)
		}
		if err != nil {
			return gone(err)
		}
		time.Sleep(time.Duration(e.rng.IntN(60)) * time.Millisecond)
	}
}

// erase orders one erasure. One that nobody answered may have been done.
func (e *eraser) erase(ctx context.Context, l *leaver) error {
	before := l.tried
	l.tried = true
	got, err := e.send(ctx, "/erasure", url.Values{"person": {l.handle}, "again": {l.handle}, "reason": {"asked"}})
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", errGone, err)
	case got.status == http.StatusSeeOther && got.location == "/erasure?done="+l.handle:
	case before && bytes.Contains(got.body, []byte("The person was erased before.")):
	default:
		return fmt.Errorf("erase %s: %d %s %s", l.id, got.status, got.location, wordsIn(got.body))
	}
	l.acked = true
	return nil
}

// verify demands that everybody whose erasure was acknowledged is erased, that nobody is
// in part, and that the audit log has each erasure once.
func (e *eraser) verify(t *testing.T, r store.Reader, done map[string]int) error {
	t.Helper()
	for _, l := range e.left {
		erased, logged := 0, done["person.erase "+l.handle]
		_, subject := r.Get(store.Subjects, l.handle)
		if errors.Is(subject, store.ErrErased) {
			erased = 1
		} else if subject != nil {
			return fmt.Errorf("%s: %w", l.id, subject)
		}
		if l.acked && erased == 0 || !l.tried && erased == 1 || logged != erased {
			t.Errorf("%s: erased %d, in the audit log %d times; tried %v, acknowledged %v", l.id, erased, logged, l.tried, l.acked)
		}
		face, err := r.Get(store.Faces, l.handle)
		if readable := err == nil && bytes.Contains(face.Body, []byte(l.mail)); readable != (erased == 0) {
			t.Errorf("%s: erased %d, and the name can be read: %v (%v)", l.id, erased, readable, err)
		}
		kept := 0 // what is known under, and goes with the erasure
		for _, err := range r.Find(store.Identifiers, store.Query{Bare: true, Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: l.handle}}}) {
			if err != nil {
				return err
			}
			kept++
		}
		if (kept > 0) != (erased == 0) {
			t.Errorf("%s: erased %d, and %d rows say by what they are known", l.id, erased, kept)
		}
	}
	return nil
}

// traceless demands that nothing holds what somebody who was erased is known by. The
// store has to be at rest.
func (e *eraser) traceless(t *testing.T, data string) {
	t.Helper()
	var traces []string
	for _, l := range e.left {
		if l.acked {
			traces = append(traces, l.id, l.mail)
		}
	}
	if found := holding(t, data, traces); len(found) > 0 {
		t.Errorf("of %d who were erased there is still %q", len(traces)/2, found)
	}
}

// without is a report less those who are erased, whom a scan still sees.
func (e *eraser) without(r *report.Report) *report.Report {
	r.Subjects = slices.DeleteFunc(r.Subjects, func(s *report.Subject) bool { return e.gone(s.ID) })
	return r
}

// gone reports whether somebody is erased, at the end: what was tried is settled by then.
func (e *eraser) gone(id string) bool {
	return slices.ContainsFunc(e.left, func(l *leaver) bool { return l.id == id && l.acked })
}

// settle does again what nobody answered.
func (e *eraser) settle(t *testing.T) {
	t.Helper()
	for _, l := range e.left {
		if l.tried && !l.acked {
			if err := e.erase(t.Context(), l); err != nil {
				t.Error(err)
			}
		}
	}
}

// erasures is how many were acknowledged.
func (e *eraser) erasures() (n int) {
	for _, l := range e.left {
		if l.acked {
			n++
		}
	}
	return n
}
