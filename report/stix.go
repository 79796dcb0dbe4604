// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"cmp"
	"crypto/sha1" //nolint:gosec // RFC 9562 builds version 5 on it; nothing is protected by it
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"daylight/pipeline"
	"daylight/record"
)

// KnownFor is how long an identifier of a confirmed case is shared: addresses and
// accounts change hands, and a list without an end accuses the next holder.
const KnownFor = 365 * 24 * time.Hour

// namespace keeps ids of indicators the same from bundle to bundle, so that a
// receiver replaces the old one and sees a retraction. It is random and not the
// one that STIX reserves for observables (STIX 2.1, section 2.9).
const namespace = "\x6f\x1d\x3d\x0c\x8f\x0a\x4a\x53\x9a\x86\x6f\x2c\x0f\x3a\x7a\x11"

// Known is an identifier of a case that people confirmed, never a name.
type Known struct {
	Identifier record.Identifier
	Confirmed  time.Time // when a person confirmed the case, UTC
	// Retracted is when a later outcome took it back; zero: it stands.
	Retracted time.Time
	// First is when it was shared for the first time, if that was before Confirmed.
	First time.Time
	// ID is how it was shared, where the identifier itself is no longer known: then it
	// can only be retracted.
	ID string
}

// STIX is the id by which the identifier is shared, the same from bundle to bundle.
func (k Known) STIX() string {
	if k.ID != "" {
		return k.ID
	}
	return "indicator--" + nameID(string(k.Identifier.Type)+"\x00"+k.Identifier.Value.Reveal())
}

// Shares reports whether identifiers of a type may be shared.
func Shares(t record.IdentifierType) bool { return sharedTypes[t] != "" }

// sharedTypes are the kinds of identifier that a bundle may carry: what a person
// chooses for themselves. Places, networks, machines and bank accounts are left
// out, which somebody else may hold in good faith.
var sharedTypes = map[record.IdentifierType]string{
	record.Email:      "email-addr:value",
	record.Phone:      "x-phone-number:value",
	record.ProfileURL: "url:value",
	record.Wallet:     "cryptocurrency-wallet:address",
	record.Handle:     "user-account:account_login",
}

// known returns the identifiers of people whose case was ever confirmed. Nothing
// of a protected person is shared.
func known(res *pipeline.Result) []Known {
	all := map[record.Identifier]Known{}
	for _, s := range res.Subjects {
		if s.View.Protected {
			continue
		}
		k, ok := concluded(outcomes(s.View.Records))
		if !ok {
			continue
		}
		for _, r := range s.View.Records {
			for _, id := range r.Body.Identifiers() {
				if sharedTypes[id.Type] == "" {
					continue
				}
				k.Identifier = id
				// What stands for one person stands, whoever else it was taken back for.
				if old, ok := all[id]; !ok || !old.Retracted.IsZero() && k.Retracted.IsZero() {
					all[id] = k
				}
			}
		}
	}
	out := make([]Known, 0, len(all))
	for _, k := range all {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b Known) int {
		return cmp.Or(cmp.Compare(a.Identifier.Type, b.Identifier.Type), cmp.Compare(a.Identifier.Value, b.Identifier.Value))
	})
	return out
}

// concluded reads a person's outcomes, oldest first: when they were confirmed, if
// ever, and when that was taken back, if it was.
func concluded(all []Outcome) (Known, bool) {
	var k Known
	for _, o := range all {
		switch {
		case o.Word == "confirmed":
			k = Known{Confirmed: o.At}
		case !k.Confirmed.IsZero() && k.Retracted.IsZero():
			k.Retracted = o.At
		}
	}
	return k, !k.Confirmed.IsZero()
}

// confirmedConfidence is "High" on STIX's scale (2.1, appendix A): people looked,
// and people can be wrong.
const confirmedConfidence = 85

type stixBundle struct {
	Type    string          `json:"type"`
	ID      string          `json:"id"`
	Objects []stixIndicator `json:"objects"`
}

type stixIndicator struct {
	Type        string   `json:"type"`
	SpecVersion string   `json:"spec_version"`
	ID          string   `json:"id"`
	Created     string   `json:"created"`
	Modified    string   `json:"modified"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Types       []string `json:"indicator_types"`
	Pattern     string   `json:"pattern"`
	PatternType string   `json:"pattern_type"`
	ValidFrom   string   `json:"valid_from"`
	ValidUntil  string   `json:"valid_until"`
	Confidence  int      `json:"confidence"`
	Revoked     bool     `json:"revoked,omitempty"`
}

// WriteSTIX writes a STIX 2.1 bundle of the identifiers of confirmed cases, each
// with the day it stops counting, and of those that were taken back, revoked. The
// same input gives the same bytes.
func (r *Report) WriteSTIX(w io.Writer) error { return WriteBundle(w, r.Known) }

// WriteBundle writes identifiers of confirmed cases, as [Report.WriteSTIX] does.
func WriteBundle(w io.Writer, known []Known) error {
	bundle := stixBundle{Type: "bundle", Objects: []stixIndicator{}}
	digest := strings.Builder{}
	for _, k := range known {
		o := indicatorOf(k)
		bundle.Objects = append(bundle.Objects, o)
		fmt.Fprintln(&digest, o.ID, o.Modified)
	}
	bundle.ID = "bundle--" + nameID(digest.String())
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(bundle); err != nil {
		return fmt.Errorf("encode the bundle: %w", err)
	}
	_, err := w.Write(EscapeJSON(buf.Bytes(), record.Hiding))
	return err
}

func indicatorOf(k Known) stixIndicator {
	stamp := func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
	o := stixIndicator{
		Type: "indicator", SpecVersion: "2.1",
		ID: k.STIX(), Created: stamp(k.Confirmed), Modified: stamp(k.Confirmed), ValidFrom: stamp(k.Confirmed), ValidUntil: stamp(k.Confirmed.Add(KnownFor)),
		Name:        "Identifier of a confirmed case",
		Description: "Held by a profile that people found to be deceptive. Whoever holds it now may be somebody else.",
		Types:       []string{"attribution"}, Pattern: pattern(k.Identifier), PatternType: "stix",
		Confidence: confirmedConfidence,
	}
	if !k.First.IsZero() {
		o.Created = stamp(k.First)
	}
	if k.ID != "" {
		o.Pattern = forgotten
	}
	if !k.Retracted.IsZero() {
		o.Modified, o.Revoked = stamp(k.Retracted), true
	}
	return o
}

// forgotten stands in for the pattern of a retraction that repeats no identifier: the
// property is required (STIX 2.1, section 4.7), and this one fits nothing.
const forgotten = "[x-daylight-retracted:value = 'retracted']"

// pattern writes an identifier as a comparison (STIX 2.1, section 9.6).
func pattern(id record.Identifier) string {
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	value := id.Value.Reveal()
	if id.Type == record.Handle {
		if site, name, ok := strings.Cut(value, ":"); ok && site != "" {
			return fmt.Sprintf("[user-account:account_type = '%s' AND user-account:account_login = '%s']", quote.Replace(site), quote.Replace(name))
		}
	}
	return fmt.Sprintf("[%s = '%s']", sharedTypes[id.Type], quote.Replace(value))
}

// nameID is the UUID of version 5 of a name (RFC 9562, section 5.5).
func nameID(name string) string {
	sum := sha1.Sum([]byte(namespace + name)) //nolint:gosec // as above
	b := sum[:16]
	b[6], b[8] = b[6]&0x0f|0x50, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}
