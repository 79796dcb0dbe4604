// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"cmp"
	"slices"
	"strings"

	"daylight/record"
	"daylight/source"
)

// This file reads STIX 2.1 bundles: indicators with simple patterns and
// observables. What describes people and campaigns is passed over.

type stixObject struct {
	Type           string `json:"type"`
	ID             string `json:"id"`
	CreatedBy      string `json:"created_by_ref"`
	Name           string `json:"name"`
	IdentityClass  string `json:"identity_class"`
	Pattern        string `json:"pattern"`
	PatternType    string `json:"pattern_type"`
	ValidFrom      string `json:"valid_from"`
	ValidUntil     string `json:"valid_until"`
	Revoked        bool   `json:"revoked"`
	Confidence     *int   `json:"confidence"`
	Value          string `json:"value"`
	Address        string `json:"address"`
	UserID         string `json:"user_id"`
	AccountLogin   string `json:"account_login"`
	AccountType    string `json:"account_type"`
	ExternalSource []struct {
		SourceName string `json:"source_name"`
	} `json:"external_references"`
}

func matchesSTIX(s *Sample) bool {
	return s.Any(func(m Members) bool {
		kind := m.Text("type")
		return kind != "" && strings.HasPrefix(m.Text("id"), kind+"--")
	})
}

type stix struct {
	file File
	// organisations are names of those who vouch, by id. Names of people are not
	// kept.
	organisations map[string]string
}

func newSTIX(f File) ListedDecoder { return stix{f, map[string]string{}} }

// Decode implements [ListedDecoder]. Objects that hold no identifier match
// [ErrNotEvent].
func (d stix) Decode(row source.Row, emit func(record.Listed)) error {
	var o stixObject
	if err := decode(row.JSON, &o); err != nil {
		return err
	}
	if o.Type == "identity" && slices.Contains([]string{"organization", "system", "class"}, o.IdentityClass) && len(d.organisations) < 1<<12 {
		d.organisations[o.ID] = clean(o.Name)
	}
	l := record.Listed{Source: d.source(o), Confidence: unsaid, Revoked: o.Revoked, Cite: d.file.cite(row)}
	if o.Confidence != nil {
		l.Confidence = *o.Confidence
	}
	var ok1, ok2 bool
	l.Seen, ok1 = date(o.ValidFrom)
	l.Until, ok2 = date(o.ValidUntil)
	switch {
	case l.Confidence < 0 || l.Confidence > 100:
		return Bad("member confidence: not 0 to 100")
	case !ok1 || !ok2:
		return Bad("valid_from or valid_until is not a time")
	}
	ids, err := d.identifiers(o)
	for _, l.Identifier = range ids {
		emit(l)
	}
	return err
}

func (d stix) source(o stixObject) string {
	if len(o.ExternalSource) > 0 {
		return cmp.Or(d.organisations[o.CreatedBy], clean(o.ExternalSource[0].SourceName), o.CreatedBy, "stix")
	}
	return cmp.Or(d.organisations[o.CreatedBy], o.CreatedBy, "stix")
}

// identifiers returns what the object says is known.
func (d stix) identifiers(o stixObject) ([]record.Identifier, error) {
	switch o.Type {
	case "indicator":
		if o.PatternType != "" && o.PatternType != "stix" {
			return nil, Bad("pattern of a type that is not read " + shape(o.PatternType))
		}
		return patternIdentifiers(o.Pattern)
	case "user-account":
		return stixAccount(o.AccountType, cmp.Or(o.AccountLogin, o.UserID))
	case "email-addr", "ipv4-addr", "ipv6-addr", "url", "cryptocurrency-wallet", "x-cryptocurrency-wallet", "x-crypto-wallet", "x-phone-number":
		return stixValue(o.Type, cmp.Or(o.Value, o.Address))
	}
	return nil, NotEvent("holds no identifier")
}

// stixValue reads a value by the type of its object.
func stixValue(object, value string) ([]record.Identifier, error) {
	if object == "x-phone-number" {
		object = "phone"
	}
	return knownValue(object, value)
}

// stixAccount reads an account; its type is from the open vocabulary of STIX
// 2.1, section 10.1, extended as lists do by the site's name.
func stixAccount(site, name string) ([]record.Identifier, error) {
	v := Handle(site, name)
	if v == "" {
		return nil, Bad("account without a name")
	}
	return []record.Identifier{{Type: record.Handle, Value: v}}, nil
}
