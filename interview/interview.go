// SPDX-License-Identifier: Apache-2.0

// Package interview is what is asked of a person beyond their papers: one plan a
// requisition, the same for every finalist; the sittings in which it is carried
// out; short follow-ups at times that are drawn; and what two people see who compare
// the stills of different rounds.
//
// It weighs nothing. What was recorded becomes a record about the person
// ([Observe]), in the closed words of docs/formats.md and in the transaction that
// keeps the sitting, and the indicators that read interviews and checks weigh it as
// they do an export. A thing that was done in another way, for whatever reason,
// leaves no such record: nobody is asked why.
//
// Like package casework it is pure: it is given the time and the randomness.
package interview

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"daylight/audit"
	"daylight/record"
	"daylight/store"
)

// What an act can be refused for.
var (
	ErrRole    = errors.New("not a role that may do this")
	ErrState   = errors.New("not possible in this state")
	ErrWord    = errors.New("not a word that is known here")
	ErrNothing = errors.New("something is missing")
	ErrTime    = errors.New("not a possible time")
	ErrNobody  = errors.New("nobody by whom a record could be told to be this person's")
)

// Roles that ask, by the names that accounts have.
const (
	RoleRecruiter = "recruiter"
	RoleHR        = "hr"
	RoleSecurity  = "security"
)

// Actor is who does something. Person is the same for two accounts of one human
// being.
type Actor struct {
	Account, Person string
	Roles           []string
}

// may reports whether the actor asks candidates.
func (a Actor) may() bool {
	return slices.ContainsFunc(a.Roles, func(r string) bool { return r == RoleRecruiter || r == RoleHR || r == RoleSecurity })
}

// maxText is how long a text that somebody writes may be, in bytes.
const maxText = 2000

// text trims what somebody wrote; it fails with [ErrNothing] on nothing, or too
// much.
func text(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > maxText || !utf8.ValidString(s) {
		return "", fmt.Errorf("%w: a text of at most %d bytes", ErrNothing, maxText)
	}
	return s, nil
}

// Holder names the key that everything about a person is sealed under.
func Holder(handle string) string { return "s:" + handle }

// Feed is where records that this package leaves say that they came from.
const Feed = "daylight.interviews"

// file is the path that such records are cited under, papers the one of documents.
const (
	file   = "interviews"
	papers = "documents"
)

// Observed is one outcome that was recorded about a person.
type Observed struct {
	Subject string // handle
	// Locator is the id of the sitting, follow-up or check-in, and Part what of it
	// this is, where it leaves several records. Written again, a record is replaced.
	Locator, Part string
	At            time.Time
	// Body is a [record.Interview], [record.Check] or [record.Call] in the closed words
	// of [record.Words], or a [record.IdentityDocument] as package document read it.
	Body record.Body
}

// Observe keeps an outcome among the person's records, as an export of interviews,
// checks or calls would have brought it, and has the person assessed again. It
// belongs into the transaction that keeps what it was recorded of: a sitting, a
// follow-up, a check-in. It fails with [ErrWord] on a word that no decoder would
// have accepted, with [ErrNobody] where nothing tells whose record it would be, and
// as the store does.
func Observe(w store.Writer, o Observed, now time.Time) error {
	if err := checkWords(o.Body); err != nil {
		return fmt.Errorf("keep an outcome: %w", err)
	}
	if o.Locator == "" || o.At.IsZero() {
		return fmt.Errorf("keep an outcome: %w: where it was recorded, and when", ErrNothing)
	}
	f, err := faceOf(w, o.Subject)
	if err != nil {
		return fmt.Errorf("keep an outcome: %w", err)
	}
	if len(f.IDs) == 0 {
		return fmt.Errorf("keep an outcome: %w", ErrNobody)
	}
	under := file
	if _, ok := o.Body.(record.IdentityDocument); ok {
		under = papers
	}
	r := record.Record{
		ID: observedID(o.Locator, o.Part), Ref: record.Ref{ID: f.IDs[0]},
		Origin: record.Origin{Feed: Feed, Path: under, Locator: strings.TrimSpace(o.Locator + " " + o.Part)},
		At:     o.At.UTC(), Body: o.Body,
	}
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("keep an outcome: %w", err)
	}
	if err := w.Put(store.Records, store.Row{
		Key: string(r.ID), Holder: Holder(o.Subject), Body: body,
		Text: map[string]string{"kind": string(o.Body.Kind()), "file": under}, Ints: map[string]int64{"at": r.At.UnixMilli()},
	}); err != nil {
		return fmt.Errorf("keep an outcome: %w", err)
	}
	return enqueue(w, o.Subject, now)
}

// Unobserve takes an outcome back that [Observe] kept; taking none back is no error.
func Unobserve(w store.Writer, subject, locator, part string, now time.Time) error {
	if err := w.Delete(store.Records, string(observedID(locator, part))); err != nil {
		return fmt.Errorf("take an outcome back: %w", err)
	}
	return enqueue(w, subject, now)
}

func enqueue(w store.Writer, subject string, now time.Time) error {
	if err := w.Enqueue(store.Dirty, subject, now); err != nil {
		return fmt.Errorf("have a person assessed again: %w", err)
	}
	return nil
}

func observedID(locator, part string) record.ID {
	digest := sha256.Sum256([]byte(Feed + "\x00" + locator + "\x00" + part))
	return record.ID(hex.EncodeToString(digest[:16]))
}

// checkWords refuses what no decoder would have read.
func checkWords(b record.Body) error {
	switch b.(type) {
	case record.Interview, record.Check:
	case record.Call, record.IdentityDocument:
		return nil
	default:
		return fmt.Errorf("%w: neither an interview nor a check, a call or a document", ErrWord)
	}
	raw, err := json.Marshal(b)
	if err != nil {
		return err
	}
	var fields map[string]any
	if err := json.Unmarshal(raw, &fields); err != nil {
		return err
	}
	known := record.Words()
	for name, value := range fields {
		words, closed := known[string(b.Kind())+"."+name]
		if word, ok := value.(string); closed && (!ok || !slices.Contains(words, word)) {
			return fmt.Errorf("%w: %s %q", ErrWord, name, value)
		}
	}
	if c, ok := b.(record.Check); ok && (c.Check == "" || c.Result == "") {
		return fmt.Errorf("%w: a check has a name and a result", ErrNothing)
	}
	return nil
}

// face is what this package reads of who a person is: by which ids records name
// them, and what they applied for.
type face struct {
	IDs          []string `json:"ids"`
	Requisitions []string `json:"requisitions"`
}

func faceOf(r store.Reader, handle string) (face, error) {
	var f face
	row, err := r.Get(store.Faces, handle)
	if errors.Is(err, store.ErrNotFound) {
		return f, ErrNobody
	}
	if err != nil {
		return f, err
	}
	if err := json.Unmarshal(row.Body, &f); err != nil {
		return f, fmt.Errorf("%w: who a person is: %w", store.ErrCorrupt, err)
	}
	return f, nil
}

// note records an act in the audit log.
func note(w store.Writer, by Actor, act, object string, now time.Time, detail map[string]string) error {
	return audit.Append(w, audit.Entry{At: now, Actor: by.Account, Act: act, Object: object, Detail: detail})
}

// noteAbout records an act in the audit log of which more speaks about the person than
// the log may hold for good: truly, if not "", is what was done, and detail what came of
// it. Both are sealed under the person's key; open is what the log says.
func noteAbout(w store.Writer, by Actor, act, object string, now time.Time, open map[string]string, truly string, detail map[string]string) error {
	e := audit.Entry{At: now, Actor: by.Account, Act: act, Object: object, Detail: open}
	return audit.AppendAbout(w, e, Holder(open["subject"]), truly, detail)
}

// decode reads the body of a row.
func decode[T any](row store.Row, err error) (T, int64, error) {
	var v T
	if err != nil {
		return v, 0, err
	}
	if err := json.Unmarshal(row.Body, &v); err != nil {
		return v, 0, fmt.Errorf("%w: %w", store.ErrCorrupt, err)
	}
	return v, row.Version, nil
}

// put writes a row with its body.
func put(w store.Writer, c store.Collection, row store.Row, body any) error {
	var err error
	if row.Body, err = json.Marshal(body); err != nil {
		return err
	}
	return w.Put(c, row)
}

// list reads the rows that a query selects; those that were erased are left out.
func list[T any](r store.Reader, c store.Collection, q store.Query) ([]T, error) {
	var out []T
	for row, err := range r.Find(c, q) {
		if errors.Is(err, store.ErrErased) {
			continue
		}
		v, _, err := decode[T](row, err)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
