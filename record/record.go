// SPDX-License-Identifier: Apache-2.0

// Package record is the vocabulary of what Daylight reads: one envelope, a
// closed set of bodies, the identifiers by which people can be linked, and the
// high-volume [Event] that is folded rather than stored.
//
// It imports nothing of this module, so every other package can speak it. It
// holds no logic beyond comparing, hiding and encoding values.
package record

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
)

// ID identifies a record by the digest of its kind, subject, time and canonical
// content, so reading the same export twice keeps it once. It is 32 hex digits.
type ID string

// SubjectID identifies the applicant or worker that records are about. It is
// the source's own (SCIM id, ATS id, or the CSV's id).
type SubjectID string

// Weight is evidence on a logarithmic scale in centibans: +100 makes deception
// ten times likelier against its alternative, 0 changes nothing. It is an
// integer so that sums are exact and do not depend on their order. Ten
// centibans are one deciban (dB), the unit people see. Source: Good,
// "Weight of evidence: a brief survey" (1985).
type Weight int

// DB returns the weight in decibans.
func (w Weight) DB() float64 { return float64(w) / 10 }

// String formats the weight as people see it, such as "+13.2 dB", with a true
// minus sign.
func (w Weight) String() string {
	return strings.Replace(fmt.Sprintf("%+.1f dB", w.DB()), "-", "−", 1)
}

// Record is one thing that happened, as one system of record tells it.
type Record struct {
	ID      ID
	Subject SubjectID
	// Ref is the person as the source names them, before joining. The pipeline
	// resolves it to Subject.
	Ref    Ref
	Origin Origin
	// At is event time, UTC. Detection, replay and tests use it and nothing else.
	At   time.Time
	Body Body
}

// Ref names a person by whatever a source knows of them. Any field may be
// empty; the pipeline joins on ID, then e-mail, then username, then phone.
type Ref struct {
	ID       string   `json:"id,omitzero"`
	Email    Redacted `json:"email,omitzero"`
	Username string   `json:"username,omitzero"`
	Phone    Redacted `json:"phone,omitzero"`
	// Aliases are other ids the source itself says are the same person.
	Aliases []string `json:"aliases,omitzero"`
}

// Origin says where a reviewer can look the record up again.
type Origin struct {
	Feed    string // the format's name, such as "greenhouse.candidates"
	Path    string // the file, relative to the scanned folder, with slashes
	Locator string // "line N", "row N", "page P, lines A-B", an event id, a commit hash
}

// Citation points a reader at one record behind a piece of evidence.
type Citation struct {
	Path    string    `json:"path"`
	Locator string    `json:"locator"`
	At      time.Time `json:"-"` // event time, UTC; zero if unknown
}

// Cite returns the citation of the record.
func (r Record) Cite() Citation {
	return Citation{Path: r.Origin.Path, Locator: r.Origin.Locator, At: r.At}
}

// Line formats the locator of a 1-based line.
func Line(n int) string { return "line " + strconv.Itoa(n) }

// LogValue shows what identifies the record and nothing it holds.
func (r Record) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", string(r.ID)), slog.String("feed", r.Origin.Feed))
}

// Kind names a body type in configuration, storage and documentation.
type Kind string

// The kinds of record. A new kind is a new Body type and a line here.
const (
	KindPerson    Kind = "person"
	KindResume    Kind = "resume"
	KindPhoto     Kind = "photo"
	KindIdentity  Kind = "identity_document"
	KindInterview Kind = "interview"
	KindCheck     Kind = "check"
	KindPayout    Kind = "payout"
	KindShipment  Kind = "shipment"
	KindDevice    Kind = "device"
	KindCode      Kind = "code_history"
	KindOutcome   Kind = "outcome"
	KindCall      Kind = "call"
	// KindActivity is not a body: it stands for a folded profile of events in an
	// indicator's list of needs.
	KindActivity Kind = "activity"
)

// Body is the closed set of things a record can hold.
//
//sumtype:decl
type Body interface {
	Kind() Kind
	// Identifiers lists what this body says the subject holds. Linking reads
	// these and nothing else. Values are canonical.
	Identifiers() []Identifier
	// LogValue keeps a body that is logged by mistake from showing itself.
	slog.LogValuer
	sealed()
}

type hidden struct{}

func (hidden) sealed() {}

// LogValue implements [slog.LogValuer] for every body: it shows nothing.
func (hidden) LogValue() slog.Value { return slog.StringValue(placeholder) }

// envelope is the one JSON form of a record: on the wire and in golden files.
type envelope struct {
	ID      ID              `json:"id"`
	Subject SubjectID       `json:"subject,omitzero"`
	Ref     Ref             `json:"ref,omitzero"`
	Feed    string          `json:"feed,omitzero"`
	Path    string          `json:"path,omitzero"`
	Locator string          `json:"locator,omitzero"`
	At      time.Time       `json:"at,omitzero"`
	Kind    Kind            `json:"kind"`
	Body    json.RawMessage `json:"body"`
}

// MarshalJSON writes the envelope and, in it, the body with its kind. It
// reveals what the record holds: it is for storage, never for logs.
func (r Record) MarshalJSON() ([]byte, error) {
	body, err := json.Marshal(r.Body)
	if err != nil {
		return nil, err
	}
	return json.Marshal(envelope{
		ID: r.ID, Subject: r.Subject, Ref: r.Ref, Feed: r.Origin.Feed, Path: r.Origin.Path,
		Locator: r.Origin.Locator, At: r.At, Kind: r.Body.Kind(), Body: body,
	})
}

// UnmarshalJSON reads what MarshalJSON writes. Unknown fields are errors: a
// mapping with a typo must not pass for missing data.
func (r *Record) UnmarshalJSON(data []byte) error {
	var e envelope
	if err := strict(data, &e); err != nil {
		return err
	}
	*r = Record{ID: e.ID, Subject: e.Subject, Ref: e.Ref, Origin: Origin{e.Feed, e.Path, e.Locator}, At: e.At.UTC()}
	decode, ok := bodies[e.Kind]
	if !ok {
		return fmt.Errorf("record %s: unknown kind %q", e.ID, e.Kind)
	}
	var err error
	if r.Body, err = decode(e.Body); err != nil {
		return fmt.Errorf("record %s: %w", e.ID, err)
	}
	return nil
}

var bodies = map[Kind]func(json.RawMessage) (Body, error){
	KindPerson:    body[Person],
	KindResume:    body[Resume],
	KindPhoto:     body[Photo],
	KindIdentity:  body[IdentityDocument],
	KindInterview: body[Interview],
	KindCheck:     body[Check],
	KindPayout:    body[Payout],
	KindShipment:  body[Shipment],
	KindDevice:    body[Device],
	KindCode:      body[CodeHistory],
	KindOutcome:   body[Outcome],
	KindCall:      body[Call],
}

func body[B Body](raw json.RawMessage) (Body, error) {
	var b B
	if len(raw) == 0 {
		return nil, fmt.Errorf("%s record has no body", b.Kind())
	}
	err := strict(raw, &b)
	return b, err
}

func strict(data []byte, v any) error {
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.DisallowUnknownFields()
	return dec.Decode(v)
}
