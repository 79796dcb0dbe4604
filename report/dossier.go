// SPDX-License-Identifier: Apache-2.0

package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// A dossier is a subject as the service keeps it: all of [Subject], including what
// the JSON form of a report leaves out. Unlike that form it is no interface to
// other programs, and each version of the program reads what it wrote itself or
// assesses the person anew.

// dossierVersion is raised when an older dossier can no longer be read.
const dossierVersion = 1

// dossier shadows the fields of a subject that lose something in its JSON form.
type dossier struct {
	Version int `json:"version"`
	*Subject
	Evidence   []keptEvidence `json:"evidence"`
	NextChecks []keptCheck    `json:"next_checks"`
	Assessment keptAssessment `json:"assessment"`
	Activity   *Activity      `json:"activity,omitempty"`
	Claimed    *Claim         `json:"claimed,omitempty"`
	Journey    []Moment       `json:"journey,omitempty"`
	Omitted    Omitted        `json:"omitted,omitzero"`
	Touches    []Moment       `json:"touches,omitempty"`
	Outcomes   []Outcome      `json:"outcomes,omitempty"`
	Places     []Seen         `json:"places,omitempty"`
	Equipment  []Stop         `json:"equipment,omitempty"`
	Arrival    []Compared     `json:"arrival,omitempty"`
}

type keptEvidence struct {
	Evidence
	Records []keptCitation `json:"records"`
	// Part is the position of the contribution in the assessment that the evidence
	// words, -1 for none.
	Part int `json:"part"`
}

type keptCheck struct {
	NextCheck
	Do string `json:"do,omitempty"`
}

type keptAssessment struct {
	weigh.Assessment
	Contributions []keptContribution
	Unanswered    []keptFinding
}

type keptContribution struct {
	weigh.Contribution
	Finding keptFinding
}

type keptFinding struct {
	detect.Finding
	Cites []keptCitation `json:"cites,omitempty"`
}

type keptCitation struct {
	record.Citation
	At time.Time `json:"at,omitzero"`
}

// EncodeDossier writes all of a subject, for [DecodeDossier]. Times that no
// calendar writes (years beyond 9999) are left out.
func EncodeDossier(s *Subject) ([]byte, error) {
	d := dossier{Version: dossierVersion, Subject: s, Activity: s.Activity, Claimed: s.Claimed, Outcomes: s.Outcomes, Omitted: s.Omitted}
	parts := map[string]int{}
	d.Assessment.Assessment = s.Assessment
	d.Assessment.AsOf = calendar(s.Assessment.AsOf)
	for i, c := range s.Assessment.Contributions {
		parts[c.Finding.Indicator] = i
		d.Assessment.Contributions = append(d.Assessment.Contributions, keptContribution{c, keepFinding(c.Finding)})
	}
	for _, f := range s.Assessment.Unanswered {
		d.Assessment.Unanswered = append(d.Assessment.Unanswered, keepFinding(f))
	}
	for _, e := range s.Evidence {
		e.At = writable(e.At)
		part, ok := parts[e.Part.Finding.Indicator]
		if !ok {
			part = -1
		}
		d.Evidence = append(d.Evidence, keptEvidence{e, keepCitations(e.Records), part})
	}
	for _, n := range s.NextChecks {
		d.NextChecks = append(d.NextChecks, keptCheck{n, n.Do})
	}
	for _, m := range s.Journey {
		m.At = calendar(m.At)
		d.Journey = append(d.Journey, m)
	}
	for _, m := range s.Touches {
		m.At = calendar(m.At)
		d.Touches = append(d.Touches, m)
	}
	d.Outcomes = slices.Clone(d.Outcomes)
	for i := range d.Outcomes {
		d.Outcomes[i].At = calendar(d.Outcomes[i].At)
	}
	for _, p := range s.Places {
		p.First, p.Last = calendar(p.First), calendar(p.Last)
		d.Places = append(d.Places, p)
	}
	for _, stop := range s.Equipment {
		stop.At = calendar(stop.At)
		d.Equipment = append(d.Equipment, stop)
	}
	for _, c := range s.Arrival {
		c.At = calendar(c.At)
		d.Arrival = append(d.Arrival, c)
	}
	b, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("encode a dossier: %w", err)
	}
	return b, nil
}

// DecodeDossier reads what [EncodeDossier] wrote, and fails for a dossier of
// another version of it.
func DecodeDossier(data []byte) (*Subject, error) {
	d := dossier{Subject: &Subject{}}
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, fmt.Errorf("decode a dossier: %w", err)
	}
	if d.Version != dossierVersion || d.Subject == nil {
		return nil, fmt.Errorf("decode a dossier: version %d, not %d", d.Version, dossierVersion)
	}
	s := d.Subject
	s.Activity, s.Claimed, s.Journey, s.Outcomes, s.Places, s.Equipment, s.Arrival = d.Activity, d.Claimed, d.Journey, d.Outcomes, d.Places, d.Equipment, d.Arrival
	s.Touches, s.Omitted = d.Touches, d.Omitted
	s.Assessment = d.Assessment.Assessment
	s.Assessment.Contributions, s.Assessment.Unanswered = nil, nil
	for _, c := range d.Assessment.Contributions {
		c.Contribution.Finding = c.Finding.plain()
		s.Assessment.Contributions = append(s.Assessment.Contributions, c.Contribution)
	}
	for _, f := range d.Assessment.Unanswered {
		s.Assessment.Unanswered = append(s.Assessment.Unanswered, f.plain())
	}
	s.Evidence = []Evidence{}
	for _, e := range d.Evidence {
		words := e.Evidence
		words.Records, words.Innocent = plainCitations(e.Records), filled(words.Innocent)
		if e.Part >= 0 && e.Part < len(s.Assessment.Contributions) {
			words.Part = s.Assessment.Contributions[e.Part]
		}
		s.Evidence = append(s.Evidence, words)
	}
	s.NextChecks = []NextCheck{}
	for _, n := range d.NextChecks {
		n.NextCheck.Do = n.Do
		s.NextChecks = append(s.NextChecks, n.NextCheck)
	}
	s.Missing = filled(s.Missing)
	return s, nil
}

func keepFinding(f detect.Finding) keptFinding {
	return keptFinding{Finding: f, Cites: keepCitations(f.Cites)}
}

func (f keptFinding) plain() detect.Finding {
	f.Finding.Cites = nil
	if len(f.Cites) > 0 {
		f.Finding.Cites = plainCitations(f.Cites)
	}
	return f.Finding
}

func keepCitations(cites []record.Citation) []keptCitation {
	out := make([]keptCitation, len(cites))
	for i, c := range cites {
		out[i] = keptCitation{c, calendar(c.At)}
	}
	return out
}

func plainCitations(cites []keptCitation) []record.Citation {
	out := make([]record.Citation, len(cites))
	for i, c := range cites {
		c.Citation.At = c.At
		out[i] = c.Citation
	}
	return out
}

// calendar is t in UTC, or the zero time for one that RFC 3339 cannot write.
func calendar(t time.Time) time.Time {
	if u := writable(&t); u != nil {
		return *u
	}
	return time.Time{}
}

// keptLink is a link with the fields that the JSON form of a report leaves out.
type keptLink struct {
	Link
	Holders  int    `json:"holders"`
	Sentence string `json:"sentence"`
}

type keptRing struct {
	Ring
	Links []keptLink `json:"links"`
}

// EncodeRing writes all of a ring, for [DecodeRing].
func EncodeRing(r Ring) ([]byte, error) {
	k := keptRing{Ring: r}
	for _, l := range r.Links {
		k.Links = append(k.Links, keptLink{l, l.Holders, l.Sentence})
	}
	b, err := json.Marshal(k)
	if err != nil {
		return nil, fmt.Errorf("encode a ring: %w", err)
	}
	return b, nil
}

// DecodeRing reads what [EncodeRing] wrote.
func DecodeRing(data []byte) (Ring, error) {
	var k keptRing
	if err := json.Unmarshal(data, &k); err != nil {
		return Ring{}, fmt.Errorf("decode a ring: %w", err)
	}
	k.Ring.Links = []Link{}
	for _, l := range k.Links {
		l.Link.Holders, l.Link.Sentence = l.Holders, l.Sentence
		k.Ring.Links = append(k.Ring.Links, l.Link)
	}
	k.Subjects = filled(k.Subjects)
	return k.Ring, nil
}
