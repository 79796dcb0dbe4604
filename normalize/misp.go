// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"daylight/record"
	"daylight/source"
)

// This file reads events and attributes of MISP (draft-dulaunoy-misp-core-format):
// the types that are identifiers. Names, addresses of victims, proposals and
// everything about malware are passed over.

type mispRow struct {
	Event    mispEvent `json:"Event"`
	Response struct {
		Attributes []mispAttribute `json:"Attribute"`
	} `json:"response"`
}

type mispEvent struct {
	Org        mispOrg         `json:"Org"`
	Orgc       mispOrg         `json:"Orgc"` // who created it
	Tags       []mispTag       `json:"Tag"`
	Attributes []mispAttribute `json:"Attribute"`
	Objects    []struct {
		Deleted    bool            `json:"deleted"`
		Attributes []mispAttribute `json:"Attribute"`
	} `json:"Object"`
}

type mispOrg struct {
	Name string `json:"name"`
}

type mispTag struct {
	Name string `json:"name"`
}

type mispAttribute struct {
	Type      string    `json:"type"`
	Value     string    `json:"value"`
	ToIDs     bool      `json:"to_ids"`
	Deleted   bool      `json:"deleted"`
	Timestamp loose     `json:"timestamp"`
	LastSeen  string    `json:"last_seen"`
	Tags      []mispTag `json:"Tag"`
	Event     mispEvent `json:"Event"` // of an attribute on its own
}

// mispTypes are the attribute types that are identifiers, in the words of lists.
// "target-email" is a victim's and "link" a reference, so neither is here.
var mispTypes = map[string]string{
	"email": "email", "email-src": "email", "email-dst": "email", "email-reply-to": "email",
	"phone-number": "phone", "btc": "wallet", "xmr": "wallet", "dash": "wallet",
	"iban": "iban", "bank-account-nr": "account", "github-username": "github",
	"ip-src": "ip", "ip-dst": "ip", "url": "url", "domain": "domain", "hostname": "domain",
}

// mispConfidence are the tags that say how sure an entry is, with the figures of
// MISP's taxonomies misp (confidence-level) and admiralty-scale.
var mispConfidence = map[string]int{
	`misp:confidence-level="completely-confident"`: 100, `misp:confidence-level="usually-confident"`: 75,
	`misp:confidence-level="fairly-confident"`: 50, `misp:confidence-level="rarely-confident"`: 25,
	`misp:confidence-level="unconfident"`: 0, `misp:confidence-level="confidence-cannot-be-evaluated"`: 50,
	`admiralty-scale:information-credibility="1"`: 100, `admiralty-scale:information-credibility="2"`: 75,
	`admiralty-scale:information-credibility="3"`: 50, `admiralty-scale:information-credibility="4"`: 25,
	`admiralty-scale:information-credibility="5"`: 0, `admiralty-scale:information-credibility="6"`: 50,
	`admiralty-scale:source-reliability="a"`: 100, `admiralty-scale:source-reliability="b"`: 75,
	`admiralty-scale:source-reliability="c"`: 50, `admiralty-scale:source-reliability="d"`: 25,
	`admiralty-scale:source-reliability="e"`: 0, `admiralty-scale:source-reliability="f"`: 50,
	`admiralty-scale:source-reliability="g"`: 0,
}

func matchesMISP(s *Sample) bool {
	return s.Any(func(m Members) bool {
		e := m.Sub("Event")
		return e.Has("Attribute") || e.Has("uuid", "info") || m.Sub("response").Has("Attribute")
	})
}

type misp struct {
	file                File
	unmarked, otherType int // attributes that are not for detection, or hold no identifier
}

func newMISP(f File) ListedDecoder { return &misp{file: f} }

// Decode implements [ListedDecoder].
func (d *misp) Decode(row source.Row, emit func(record.Listed)) error {
	var r mispRow
	if err := decode(row.JSON, &r); err != nil {
		return err
	}
	bad := map[string]bool{}
	read := func(a mispAttribute, e mispEvent, deleted bool) {
		if reason := d.attribute(row, a, e, deleted, emit); reason != "" {
			bad[reason] = true
		}
	}
	for _, a := range r.Event.Attributes {
		read(a, r.Event, false)
	}
	for _, o := range r.Event.Objects {
		for _, a := range o.Attributes {
			read(a, r.Event, o.Deleted)
		}
	}
	for _, a := range r.Response.Attributes {
		read(a, a.Event, false)
	}
	if len(r.Event.Attributes)+len(r.Event.Objects)+len(r.Response.Attributes) == 0 {
		return NotEvent("holds no attribute")
	}
	var all troubles
	for _, reason := range sorted(bad) {
		all.add(reason)
	}
	return all.err()
}

// attribute emits what an attribute lists, or says why it cannot be read. The
// reasons are few: one for each type and kind of trouble.
func (d *misp) attribute(row source.Row, a mispAttribute, e mispEvent, deleted bool, emit func(record.Listed)) string {
	kind := mispTypes[a.Type]
	switch {
	case kind == "":
		d.otherType++
		return ""
	case !a.ToIDs:
		d.unmarked++
		return ""
	}
	ids, err := knownValue(kind, a.Value)
	if err != nil {
		return a.Type + ": " + err.Error()
	}
	l := record.Listed{
		Source: cmp.Or(clean(e.Orgc.Name), clean(e.Org.Name), "misp"), Confidence: confidenceOf(a.Tags, e.Tags), Revoked: a.Deleted || deleted,
		Cite: d.file.cite(row),
	}
	changed, ok1 := unix(a.Timestamp)
	seen, ok2 := when(a.LastSeen, utc)
	if !ok1 || !ok2 {
		return a.Type + ": time not understood"
	}
	l.Seen = record.DateOf(first(seen, changed))
	for _, l.Identifier = range ids {
		emit(l)
	}
	return ""
}

// confidenceOf reads the least that the tags of the attribute say, or else those
// of its event.
func confidenceOf(lists ...[]mispTag) int {
	for _, tags := range lists {
		least := -1
		for _, t := range tags {
			if c, ok := mispConfidence[strings.ToLower(t.Name)]; ok && (least < 0 || c < least) {
				least = c
			}
		}
		if least >= 0 {
			return least
		}
	}
	return unsaid
}

// Notes implements [Noter].
func (d *misp) Notes() []string {
	var notes []string
	if d.unmarked > 0 {
		notes = append(notes, fmt.Sprintf("%d attributes are not meant for detection (to_ids is false) and were not read", d.unmarked))
	}
	if d.otherType > 0 {
		notes = append(notes, fmt.Sprintf("%d attributes are of types that are no identifier of a person's", d.otherType))
	}
	return notes
}

func sorted(set map[string]bool) []string {
	var all []string
	for s := range set {
		all = append(all, s)
	}
	slices.Sort(all)
	return all
}
