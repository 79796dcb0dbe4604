// SPDX-License-Identifier: Apache-2.0

package detecttest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"daylight/detect"
	"daylight/enrich"
	"daylight/link"
	"daylight/record"
)

// Case is the input of one golden case. Every field may be left out. What a record
// may hold in its body is documented in package record, at the type of its kind
// ([record.Interview] for "interview"), by the names in its json tags; closed words
// are in [record.Words]. A [record.Date] may be written "2026-02-01".
type Case struct {
	// AsOf is the instant of the assessment; by default the newest record's.
	AsOf time.Time `json:"as_of,omitzero"`
	// Stage is by default the applicant's.
	Stage record.Stage `json:"stage,omitzero"`
	// Records need only at, kind and body: id, subject, path and locator are
	// filled in when they are missing.
	Records []record.Record `json:"records,omitzero"`
	Facts   facts           `json:"facts,omitzero"`
	// Edges need no cites: a line of another person's file stands in.
	Edges   []link.Edge     `json:"edges,omitzero"`
	Listed  []record.Listed `json:"listed,omitzero"`
	Company *detect.Company `json:"company,omitzero"`
	// Events and the events of each Pattern are folded into the subject's profile.
	Events  []Event   `json:"events,omitzero"`
	Pattern []Pattern `json:"pattern,omitzero"`

	accommodated, protected bool
	backward, twice         bool // how events are folded
}

// facts is the form of [enrich.Facts] in a case: lists where the keys of a map
// are structures.
type facts struct {
	Networks map[netip.Addr]enrich.Network `json:"networks,omitzero"`
	Places   []struct {
		City    string         `json:"city"`
		Region  string         `json:"region,omitzero"`
		Country record.Country `json:"country,omitzero"`
		Place   enrich.Place   `json:"place"`
	} `json:"places,omitzero"`
	Mail     map[string]enrich.MailClass `json:"mail,omitzero"`
	Tools    map[string]enrich.Tool      `json:"tools,omitzero"`
	Hardware []struct {
		Device   record.Device   `json:"device"`
		Hardware enrich.Hardware `json:"hardware"`
	} `json:"hardware,omitzero"`
}

// ParseCase reads a case strictly: an unknown field is an error, so that a typo
// cannot pass for missing data.
func ParseCase(data []byte) (Case, error) {
	var raw struct {
		Case
		Records []json.RawMessage `json:"records,omitzero"`
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&raw); err != nil {
		return Case{}, fmt.Errorf("read case: %w", err)
	}
	c := raw.Case
	for i, line := range raw.Records {
		r, err := parseRecord(line, i)
		if err != nil {
			return Case{}, fmt.Errorf("read case, record %d: %w", i+1, err)
		}
		c.Records = append(c.Records, r)
		if p, ok := r.Body.(record.Person); ok {
			c.accommodated = c.accommodated || p.Accommodation
			c.protected = c.protected || p.Protected
		}
	}
	for i := range c.Edges {
		if len(c.Edges[i].Cites) == 0 {
			c.Edges[i].Cites = []record.Citation{{Path: "people.csv", Locator: record.Line(100 + i)}}
		}
	}
	if c.Stage == "" {
		c.Stage = record.Applicant
	}
	if problems := unknownWords(c); len(problems) > 0 {
		return Case{}, fmt.Errorf("read case: %s", strings.Join(problems, "; "))
	}
	events, err := c.events()
	if err != nil {
		return Case{}, fmt.Errorf("read case: %w", err)
	}
	if c.AsOf.IsZero() {
		for _, r := range c.Records {
			if r.At.After(c.AsOf) {
				c.AsOf = r.At
			}
		}
		for _, e := range events {
			if at := time.UnixMilli(e.At).UTC(); at.After(c.AsOf) {
				c.AsOf = at
			}
		}
	}
	return c, nil
}

// parseRecord reads a record, filling in the envelope's names from its position.
func parseRecord(line []byte, i int) (record.Record, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil {
		return record.Record{}, err
	}
	kind, err := field(fields, "kind")
	if err != nil {
		return record.Record{}, err
	}
	for name, value := range map[string]string{
		"id":      fmt.Sprintf("r%02d", i+1),
		"subject": "s1",
		"path":    kind + ".csv",
		"locator": record.Line(i + 2),
	} {
		if _, ok := fields[name]; !ok {
			if fields[name], err = json.Marshal(value); err != nil {
				return record.Record{}, err
			}
		}
	}
	whole, err := json.Marshal(fields)
	if err != nil {
		return record.Record{}, err
	}
	var r record.Record
	err = json.Unmarshal(whole, &r)
	return r, err
}

func field(fields map[string]json.RawMessage, name string) (s string, err error) {
	if fields[name] == nil {
		return "", fmt.Errorf("no %s", name)
	}
	err = json.Unmarshal(fields[name], &s)
	return s, err
}

// View returns a new view of the case.
func (c Case) View() (*detect.View, error) {
	profile, err := c.profile()
	if err != nil {
		return nil, err
	}
	v := &detect.View{
		Subject: "s1", Stage: c.Stage, AsOf: c.AsOf,
		Records: slices.Clone(c.Records), Edges: slices.Clone(c.Edges), Listed: slices.Clone(c.Listed),
		Facts: enrich.NewFacts(), Company: c.Company,
		Profile: profile, Sources: record.Sources{0: {Path: Log}},
		Accommodation: c.accommodated, Protected: c.protected,
	}
	maps.Copy(v.Facts.Networks, c.Facts.Networks)
	maps.Copy(v.Facts.Mail, c.Facts.Mail)
	for name, tool := range c.Facts.Tools {
		v.Facts.Tools[strings.ToLower(name)] = tool
	}
	for _, p := range c.Facts.Places {
		v.Facts.Places[record.PlaceKey{City: p.City, Region: p.Region, Country: p.Country}] = p.Place
	}
	for _, h := range c.Facts.Hardware {
		v.Facts.Hardware[enrich.KeyOf(h.Device)] = h.Hardware
	}
	return v, nil
}

func (c Case) reversed() Case {
	c.Records, c.Edges, c.Listed = slices.Clone(c.Records), slices.Clone(c.Edges), slices.Clone(c.Listed)
	slices.Reverse(c.Records)
	slices.Reverse(c.Edges)
	slices.Reverse(c.Listed)
	c.backward = true
	return c
}

func (c Case) doubled() Case {
	c.Records = slices.Concat(c.Records, c.Records)
	c.Edges = slices.Concat(c.Edges, c.Edges)
	c.Listed = slices.Concat(c.Listed, c.Listed)
	c.twice = true
	return c
}
