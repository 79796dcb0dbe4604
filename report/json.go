// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"daylight/record"
)

// WriteJSON writes the report as schema daylight.report/v1: fields in the order
// of docs/formats.md, subjects by probability then id, no slice null, times in
// RFC 3339 UTC. Characters that could steer a terminal or hide text are written
// as \u escapes, which any JSON reader undoes.
func (r *Report) WriteJSON(w io.Writer) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r.canonical()); err != nil {
		return fmt.Errorf("encode report: %w", err)
	}
	_, err := w.Write(EscapeJSON(buf.Bytes(), record.Hiding))
	return err
}

// canonical returns a copy in the one form that is written.
func (r *Report) canonical() *Report {
	c := *r
	c.Schema = Schema
	c.AsOf = r.AsOf.UTC()
	c.Inputs = filled(r.Inputs)
	c.Skipped = filled(r.Skipped)
	c.Rings = filled(slices.Clone(r.Rings))
	for i := range c.Rings {
		g := &c.Rings[i]
		g.Subjects = filled(g.Subjects)
		g.Links = filled(slices.Clone(g.Links))
		for j := range g.Links {
			g.Links[j].WeightDB = tenth(g.Links[j].WeightDB)
		}
	}
	c.Compliance = filled(slices.Clone(r.Compliance))
	for i := range c.Compliance {
		c.Compliance[i].Entries = filled(c.Compliance[i].Entries)
		c.Compliance[i].Records = filled(c.Compliance[i].Records)
	}
	c.Subjects = make([]*Subject, len(r.Subjects))
	for i, s := range r.Subjects {
		c.Subjects[i] = s.Canonical()
	}
	slices.SortStableFunc(c.Subjects, byProbability)
	return &c
}

// Canonical returns a copy in the one form that is written as JSON.
func (s *Subject) Canonical() *Subject {
	c := *s
	c.Probability = roundProbability(s.Probability)
	c.WeightDB = tenth(s.WeightDB)
	c.Missing = filled(s.Missing)
	c.NextChecks = filled(slices.Clone(s.NextChecks))
	for i := range c.NextChecks {
		c.NextChecks[i].Asks = filled(c.NextChecks[i].Asks)
		c.NextChecks[i].ExpectedDB = tenth(c.NextChecks[i].ExpectedDB)
	}
	c.Evidence = filled(slices.Clone(s.Evidence))
	for i := range c.Evidence {
		e := &c.Evidence[i]
		e.WeightDB = tenth(e.WeightDB)
		e.Innocent = filled(e.Innocent)
		e.Records = filled(e.Records)
		e.At = writable(e.At)
	}
	return &c
}

// writable returns t in UTC, or nil for a year that RFC 3339 cannot write.
func writable(t *time.Time) *time.Time {
	if t == nil || t.UTC().Year() < 1 || t.UTC().Year() > 9999 {
		return nil
	}
	u := t.UTC()
	return &u
}

func filled[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// tenth rounds to one decimal and makes no negative zero.
func tenth(db float64) float64 { return record.Weight(math.Round(db * 10)).DB() }

// EscapeJSON writes as \u the characters that hide picks out of those which
// encoding/json leaves raw: a terminal may obey them, or a reader not see them.
// Outside strings JSON is plain ASCII, so every such character is inside one.
func EscapeJSON(b []byte, hide func(rune) bool) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); {
		if c := b[i]; c < 0x7f {
			out = append(out, c)
			i++
			continue
		}
		c, n := utf8.DecodeRune(b[i:])
		switch {
		case !hide(c):
			out = append(out, b[i:i+n]...)
		case c >= 0x10000:
			c -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+(c>>10), 0xdc00+(c&0x3ff))
		default:
			out = fmt.Appendf(out, `\u%04x`, c)
		}
		i += n
	}
	return out
}
