// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/activity"
	"daylight/document"
	"daylight/enrich"
	"daylight/link"
	"daylight/record"
)

// overlap is what the texts of two subjects have in common, as one of them
// sees it.
type overlap struct {
	of, other int
	via       record.IdentifierType
	text      link.Overlap
	cites     []record.Citation
}

// maxTexts is how many documents of one person are compared with others'.
const maxTexts = 16

// compareTexts finds the passages and the skill sets that documents of different
// people share.
func (s *scan) compareTexts(ctx context.Context) error {
	slices.SortFunc(s.texts, func(a, b text) int {
		return cmp.Or(cmp.Compare(a.subject, b.subject), cmp.Compare(a.Digest, b.Digest), cmp.Compare(a.Path, b.Path))
	})
	s.texts = slices.CompactFunc(s.texts, func(a, b text) bool { return a.subject == b.subject && a.Digest == b.Digest })
	index := document.NewIndex(len(s.texts))
	for _, t := range s.ignored {
		index.Ignore(t)
	}
	note := s.noter()
	of := map[int]int{} // documents of each subject so far
	for i, t := range s.texts {
		if err := ctx.Err(); err != nil {
			return err
		}
		if t.subject < 0 || t.Format == document.Picture || len(t.Lines) == 0 {
			continue
		}
		if of[t.subject]++; of[t.subject] > maxTexts {
			note(t.Path, fmt.Sprintf("not compared with other people's: the person has more than %d documents", maxTexts))
			continue
		}
		index.Add(uint32(i), uint32(t.subject), document.NewText(t.Lines, s.namesOf(t.subject)...)) //nolint:gosec // fewer than 2^32 documents
	}
	// What two people share is the best of their documents, as the later sees it.
	best := map[[2]int]overlap{}
	for i, t := range s.texts {
		if err := ctx.Err(); err != nil {
			return err
		}
		ms, left := index.Matches(uint32(i))
		for _, m := range ms {
			key := [2]int{min(t.subject, int(m.Person)), max(t.subject, int(m.Person))}
			if old, ok := best[key]; !ok || m.Nats > old.text.Nats || m.Nats == old.text.Nats && t.subject > old.of {
				best[key] = s.overlapOf(t, m)
			}
		}
		if left.Documents > 0 {
			note(t.Path, fmt.Sprintf("shares unusual wording with %d more documents than could be compared", left.Documents))
		}
		if left.Common {
			note(t.Path, fmt.Sprintf("most of its wording stands in the documents of more than %d people and does not count", document.MaxHolders))
		}
		s.Progress("compare texts", i+1, len(s.texts))
	}
	s.texts = nil // nobody asks for them again
	for _, o := range best {
		s.overlaps = append(s.overlaps, o)
	}
	if err := s.compareSkills(ctx); err != nil {
		return err
	}
	s.compareIdentities()
	slices.SortFunc(s.overlaps, func(a, b overlap) int {
		return cmp.Or(cmp.Compare(a.of, b.of), cmp.Compare(a.other, b.other), cmp.Compare(a.via, b.via))
	})
	return nil
}

// overlapOf is a match of a document as its person sees it.
func (s *scan) overlapOf(t text, m document.Match) overlap {
	o := overlap{of: t.subject, other: int(m.Person), via: record.ResumeText}
	o.text = link.Overlap{Share: m.Share, ShareOther: m.ShareOther, Nats: m.Nats, Holders: m.Holders}
	for _, p := range m.Passages {
		o.text.Passages = append(o.text.Passages, link.Passage{Words: p.Words, Text: p.Text, Where: p.Where, WhereOther: p.WhereOther})
	}
	where := "the document"
	if len(m.Passages) > 0 {
		where = m.Passages[0].Where
	}
	at := s.datedBy(t.subject)
	o.cites = []record.Citation{
		{Path: t.Path, Locator: where, At: at},
	}
	if len(m.Passages) > 0 {
		o.cites = append(o.cites, record.Citation{Path: s.texts[m.Other].Path, Locator: m.Passages[0].WhereOther, At: at})
	}
	return o
}

// noter returns what says something of the input with a path, once.
func (s *scan) noter() func(path, words string) {
	byPath := make(map[string]*input, len(s.files))
	for _, in := range s.files {
		byPath[in.Path] = in
	}
	return func(path, words string) {
		if in := byPath[path]; in != nil && !slices.Contains(in.Notes, words) {
			in.Notes = append(in.Notes, words)
		}
	}
}

func (s *scan) namesOf(subject int) []record.Name {
	var names []record.Name
	for _, r := range s.bySubject[subject] {
		if p, ok := r.Body.(record.Person); ok {
			if !p.Name.IsZero() {
				names = append(names, p.Name)
			}
			if p.Stage == record.Worker || p.Stage == record.Leaver {
				names = append(names, p.Former...)
			}
		}
	}
	return names
}

// linkPeople builds the graph of what people share.
func (s *scan) linkPeople(ctx context.Context) error {
	asOf := s.asOf()
	var failed error
	s.graph = link.Build(func(yield func(link.Subject) bool) {
		for i := range s.bySubject {
			var p *activity.Profile
			if p, failed = s.profileOf(i); failed == nil {
				failed = ctx.Err()
			}
			if failed != nil || !yield(s.linkSubject(i, p, asOf)) {
				return
			}
		}
	}, link.Options{})
	if failed != nil {
		return failed
	}
	shared := make([]link.Shared, len(s.overlaps))
	for i, o := range s.overlaps {
		shared[i] = link.Shared{A: s.directory.subjects[o.of], B: s.directory.subjects[o.other], Via: o.via, Text: o.text, Cites: o.cites}
	}
	if err := s.graph.AddOverlaps(shared); err != nil {
		return err
	}
	s.noteSurplus()
	s.rings = s.graph.Rings()
	s.ringOf = map[record.SubjectID]int{}
	for i, r := range s.rings {
		for _, id := range r.Subjects {
			s.ringOf[id] = i
		}
	}
	s.known = s.knownIdentifiers(asOf)
	return nil
}

// noteSurplus says in which files there are people with more identifiers than
// are compared.
func (s *scan) noteSurplus() {
	people := map[string]int{}
	for _, id := range s.directory.subjects {
		for _, left := range s.graph.Surplus(id) {
			people[left.Cite.Path]++
		}
	}
	note := s.noter()
	for path, n := range people {
		note(path, fmt.Sprintf("%d times a person has more than %d identifiers of one type; those beyond were not compared with other people's", n, link.MaxValues))
	}
}

// linkSubject gathers what one person holds.
func (s *scan) linkSubject(i int, profile *activity.Profile, asOf time.Time) link.Subject {
	rs := s.bySubject[i]
	out := link.Subject{ID: s.directory.subjects[i], Stage: stageOf(rs, asOf), Names: s.namesOf(i)}
	protected := false
	for _, r := range rs {
		if p, ok := r.Body.(record.Person); ok {
			protected = protected || p.Protected
		}
	}
	for _, r := range rs {
		switch b := r.Body.(type) {
		case record.Person:
			for _, rel := range b.Relations {
				out.Relations = append(out.Relations, record.Relation{Kind: rel.Kind, With: s.named(rel.With)})
			}
			if b.Agency != "" {
				out.Relations = append(out.Relations, record.Relation{Kind: record.AgencyOf, With: b.Agency})
			}
			if b.Referrer != "" {
				out.Relations = append(out.Relations, record.Relation{Kind: record.Referral, With: s.named(b.Referrer)})
			}
			if b.LeftAt.After(out.Left) {
				out.Left = b.LeftAt
			}
			if p, ok := s.facts.Places[b.Address.Place()]; ok && !p.Ambiguous {
				out.HasPlace, out.Lat, out.Lon = true, p.Lat, p.Lon
			}
		case record.Outcome:
			out.Outcome = b.Outcome
		case record.Resume, record.Photo, record.IdentityDocument, record.Interview, record.Check, record.Payout,
			record.Shipment, record.Device, record.CodeHistory, record.Call:
		}
		for _, id := range r.Body.Identifiers() {
			if protected && id.Type == record.PostalAddress {
				continue
			}
			h := link.Holding{Identifier: id, Cites: []record.Citation{r.Cite()}, First: r.At, Last: r.At}
			if p, ok := r.Body.(record.Photo); ok {
				h.Detail = p.Detail
			}
			if p, ok := r.Body.(record.Person); ok {
				h.Home = id.Type == record.PostalAddress
				if id.Type == record.ClientAddr {
					n := s.facts.Networks[p.ClientAddr.Unmap()]
					h.Personal = n.Class.Personal() || n.Class == enrich.Hosting || n.Class == enrich.VPN || n.Class == enrich.ResidentialProxy
					if !p.AppliedAt.IsZero() {
						h.First, h.Last = p.AppliedAt, p.AppliedAt
					}
				}
			}
			out.Holds = append(out.Holds, h)
		}
	}
	if profile != nil {
		out.Holds = append(out.Holds, s.used(profile, awayFrom(rs))...)
	}
	return out
}

// named is the subject id of a person named in a declaration by any of their
// ids, or the words themselves: the name of an agency or of a site.
func (s *scan) named(with string) string {
	if i, ok := s.directory.named(with); ok {
		return string(s.directory.subjects[i])
	}
	return with
}

// named finds the person whom a declaration names by an id, an e-mail address or
// a username.
func (d *directory) named(with string) (int, bool) {
	return d.resolve(record.Ref{ID: with, Email: canonicalEmail(with), Username: with})
}

// awayFrom returns the declared absences that have an end. An open one may be a move.
func awayFrom(rs []record.Record) []record.Absence {
	var out []record.Absence
	for _, r := range rs {
		if p, ok := r.Body.(record.Person); ok {
			for _, a := range p.Absences {
				if !a.To.IsZero() {
					out = append(out, a)
				}
			}
		}
	}
	return out
}

// guest reports whether a network was used within declared absences only: that of a
// hotel or of friends, where strangers follow each other, and not of a home.
func guest(n activity.NetworkUse, away []record.Absence) bool {
	covered := func(t time.Time) bool {
		return slices.ContainsFunc(away, func(a record.Absence) bool { return a.Covers(t) })
	}
	return covered(n.First.At) && covered(n.Last.At) && !slices.ContainsFunc(n.Days, func(d int32) bool { return !covered(time.Unix(int64(d)*86400+43200, 0)) })
}

// used is what a profile says a person used: networks, authenticators, browsers.
func (s *scan) used(p *activity.Profile, away []record.Absence) []link.Holding {
	var out []link.Holding
	add := func(t record.IdentifierType, value string, first, last activity.Sighting, days, quarters []int32, personal bool) {
		out = append(out, link.Holding{
			Identifier: record.Identifier{Type: t, Value: record.Redacted(value)},
			Cites:      []record.Citation{s.citeOf(first), s.citeOf(last)},
			First:      first.At, Last: last.At, Days: days, Quarters: quarters, Personal: personal,
		})
	}
	for _, n := range p.Networks() {
		add(record.Network, n.Addr.String(), n.First, n.Last, n.Days, n.Quarters, s.facts.Networks[n.Addr.Unmap()].Class.Personal() && !n.Proxy && !guest(n, away))
	}
	for kind, t := range map[activity.DeviceKind]record.IdentifierType{
		activity.FactorDevice: record.FactorDevice, activity.BrowserToken: record.BrowserToken,
	} {
		for _, d := range p.Devices(kind) {
			add(t, d.ID, d.First, d.Last, d.Days, d.Quarters, true)
		}
	}
	return out
}

// citeOf cites what was seen in activity.
func (s *scan) citeOf(x activity.Sighting) record.Citation {
	return s.sources.Cite(x.Locus, x.At)
}

// knownIdentifiers indexes the known identifiers that count at asOf, and those
// of the company's own confirmed cases.
func (s *scan) knownIdentifiers(asOf time.Time) map[record.Identifier][]record.Listed {
	known := map[record.Identifier][]record.Listed{}
	for _, l := range s.listed {
		if l.Revoked || !l.Until.IsZero() && l.Until.Time().Before(asOf) {
			continue
		}
		known[l.Identifier] = append(known[l.Identifier], l)
	}
	for id, ls := range known {
		slices.SortFunc(ls, func(a, b record.Listed) int {
			return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Confidence, b.Confidence), cmp.Compare(a.Seen.String(), b.Seen.String()),
				strings.Compare(a.Cite.Path, b.Cite.Path), naturally(a.Cite.Locator, b.Cite.Locator))
		})
		known[id] = slices.CompactFunc(ls, func(a, b record.Listed) bool {
			return a.Source == b.Source && a.Confidence == b.Confidence && a.Seen == b.Seen
		})
	}
	return known
}

// Skill sets are compared only when they are long enough to say something:
// fewer are what a trade has in common (method §6).
const (
	minSkillsShared = 6
	minSkillNats    = 8.0
)

// compareSkills finds people whose lists of skills are alike beyond their trade.
func (s *scan) compareSkills(ctx context.Context) error {
	sets := document.NewSkillSets()
	cites := map[int]record.Citation{}
	for i, rs := range s.bySubject {
		for _, r := range rs {
			if b, ok := r.Body.(record.Resume); ok && len(b.Skills) > 0 {
				sets.Add(uint32(i), b.Skills)
				cites[i] = r.Cite()
			}
		}
	}
	for i, cite := range cites {
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, m := range sets.Matches(uint32(i), minSkillsShared, minSkillNats) { //nolint:gosec // as above
			other := int(m.Person)
			s.overlaps = append(s.overlaps, overlap{
				of: i, other: other, via: record.SkillSet,
				text: link.Overlap{
					Share: float64(m.Shared) / float64(max(m.Own, 1)), ShareOther: float64(m.Shared) / float64(max(m.Other, 1)),
					Nats: m.Nats, Skills: m.Shared, Holders: m.Holders,
				},
				cites: []record.Citation{cite, cites[other]},
			})
		}
	}
	return nil
}

// compareIdentities finds pictures of identity documents that seem to come from
// one production line. Two people give one overlap, by the most traits.
func (s *scan) compareIdentities() {
	var samples []document.Sample
	var cites []record.Citation
	for i, rs := range s.bySubject {
		for _, r := range rs {
			if b, ok := r.Body.(record.IdentityDocument); ok {
				samples = append(samples, document.Sample{Person: uint32(i), IdentityDocument: b})
				cites = append(cites, r.Cite())
			}
		}
	}
	best := map[[2]uint32]int{}
	for _, b := range document.Batches(samples) {
		one, two := samples[b.A].Person, samples[b.B].Person
		if best[[2]uint32{one, two}] >= len(b.Traits) {
			continue
		}
		best[[2]uint32{one, two}] = len(b.Traits)
		s.overlaps = append(s.overlaps, overlap{
			of: int(one), other: int(two), via: record.DocumentBatch,
			text:  link.Overlap{Traits: b.Traits, Holders: b.People},
			cites: []record.Citation{cites[b.A], cites[b.B]},
		})
	}
}
