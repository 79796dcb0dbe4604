// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"cmp"
	"slices"

	"daylight/record"
	"daylight/source"
)

// This file reads what a vendor of identity verification found, in the form that
// docs/formats.md describes: one object a session. What stands on the document
// besides whether it was good is not read.

type verification struct {
	Session  loose  `json:"verification"`
	Person   loose  `json:"person"`
	Email    string `json:"email"`
	Vendor   string `json:"vendor"`
	At       string `json:"completed_at"`
	Result   string `json:"result"`
	Portrait string `json:"portrait"`
	Denials  int    `json:"denials"`
	Devices  int    `json:"devices"`
	Note     string `json:"note"`
}

func matchesVerification(s *Sample) bool {
	return s.Any(func(m Members) bool { return m.Has("verification", "vendor", "result") })
}

type verifications struct {
	file    File
	results []string
}

func newVerifications(f File) RecordDecoder {
	return verifications{f, []string{"passed", "denied", "belongs_to_other", "no_answer", "pending", "refused", "withdrawn"}}
}

// Decode implements [RecordDecoder]. A session gives the outcome of the check of
// the document, and an attestation for each of the vendor's further findings.
func (d verifications) Decode(row source.Row, emit func(record.Record)) error {
	var v verification
	if err := decode(row.JSON, &v); err != nil {
		return err
	}
	at, ok := when(v.At, utc)
	switch {
	case v.Person == "" && v.Email == "":
		return Bad("names no person")
	case !slices.Contains(d.results, v.Result):
		return Bad("member result: value not known")
	case !ok:
		return ErrBadTime
	case at.IsZero():
		return ErrNoTime
	case v.Denials < 0 || v.Devices < 0:
		return Bad("member denials or devices: below zero")
	}
	var bad troubles
	ref := record.Ref{ID: string(v.Person), Email: Email(v.Email)}
	if v.Email != "" && ref.Email == "" {
		bad.add("member email: value not understood")
	}
	checks := []record.Check{{Check: "identity_document", Result: v.Result, Note: record.Redacted(clean(v.Note))}}
	switch v.Portrait {
	case "", "not_compared":
	case "match":
		checks = append(checks, record.Check{Check: "portrait_mismatch", Result: "not_found"})
	case "mismatch":
		checks = append(checks, record.Check{Check: "portrait_mismatch", Result: "found"})
	default:
		bad.add("member portrait: value not known")
	}
	// One who begins on a computer and shows the document to a telephone's camera
	// uses two devices, and passes.
	if v.Result == "denied" && max(v.Denials, v.Devices) >= 2 {
		checks = append(checks, record.Check{Check: "verification_denied", Result: "found"})
	}
	for _, c := range checks {
		c.By = cmp.Or(clean(v.Vendor), "the vendor")
		r, err := Seal(d.file.origin("identity.verifications", row), ref, at, c)
		if err != nil {
			return err
		}
		emit(r)
	}
	return bad.err()
}
