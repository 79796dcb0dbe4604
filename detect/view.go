// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"cmp"
	"fmt"
	"iter"
	"net/netip"
	"slices"
	"strings"
	"time"

	"daylight/activity"
	"daylight/enrich"
	"daylight/link"
	"daylight/record"
)

// View is everything an indicator may know about one subject. It has no
// birth date, sex, nationality, photograph or language; names can only be
// compared, countries only be equal or not.
type View struct {
	Subject record.SubjectID
	Stage   record.Stage
	// AsOf is the instant of the assessment, UTC: the newest event in the input
	// unless the caller sets it.
	AsOf    time.Time
	Records []record.Record
	// Profile is the subject's folded activity, nil when there is none.
	Profile *activity.Profile
	Facts   *enrich.Facts
	Edges   []link.Edge
	Listed  []record.Listed // known identifiers that this subject holds
	// Sources names the files that the profile's sightings point into.
	Sources record.Sources
	// Company is what an indicator may know of everyone together.
	Company *Company
	// Accommodation and Protected merge what any of the person's records declare.
	Accommodation, Protected bool
}

// Company is what is common to all subjects of a run.
type Company struct {
	// ApprovedTools and ApprovedVPN are what IT itself deploys: product names,
	// and operator names or networks in CIDR form.
	ApprovedTools []string       `json:"approved_tools,omitzero"`
	ApprovedVPN   []string       `json:"approved_vpn,omitzero"`
	Egress        []netip.Prefix `json:"egress,omitzero"` // the company's own networks
	// Asked counts, per requisition and interview item, how many finalists were
	// asked: a check run on only some of them must not weigh.
	Asked map[string]int `json:"asked,omitzero"`
	// Calls is what the video calls of everybody have in common.
	Calls Calls `json:"calls,omitzero"`
	// Confirmed are the subjects that people have confirmed, by their id.
	Confirmed map[record.SubjectID]bool `json:"confirmed,omitzero"`
	// Contributions are those of confirmed subjects to repositories that are not of
	// their work here, sorted.
	Contributions []Contribution `json:"contributions,omitzero"`
	// Referrals are those that records name, by either of the two people.
	Referrals map[record.SubjectID][]Referral `json:"referrals,omitzero"`
}

// Deploys reports whether the company itself deploys a network: its own, or a VPN
// that it names by operator or by network.
func (c *Company) Deploys(n enrich.Network, a netip.Addr) bool {
	if c == nil {
		return false
	}
	if slices.ContainsFunc(c.Egress, func(net netip.Prefix) bool { return net.Contains(a.Unmap()) }) {
		return true
	}
	return slices.ContainsFunc(c.ApprovedVPN, func(s string) bool {
		if net, err := netip.ParsePrefix(s); err == nil {
			return net.Contains(a.Unmap())
		}
		return s != "" && strings.EqualFold(s, n.Operator)
	})
}

// Referral says that one of two subjects referred the other.
type Referral struct {
	Other record.SubjectID `json:"other"`
	// Own is set when this subject's record names the other, and not the other way
	// round.
	Own  bool            `json:"own,omitzero"`
	Cite record.Citation `json:"cite"` // the record that says so
}

// Has reports whether the view has any record of the kind.
func (v *View) Has(k record.Kind) bool {
	if k == record.KindActivity {
		return v.Profile != nil
	}
	return slices.ContainsFunc(v.Records, func(r record.Record) bool { return r.Body.Kind() == k })
}

// sort orders the view and drops doubles: one record read from two exports is
// one record.
func (v *View) sort() {
	slices.SortFunc(v.Records, func(a, b record.Record) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	v.Records = distinct(v.Records, func(a, b record.Record) bool { return a.ID != "" && a.ID == b.ID })
	slices.SortFunc(v.Edges, func(a, b link.Edge) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Other, b.Other), cmp.Compare(a.Via, b.Via), cmp.Compare(a.Value, b.Value))
	})
	v.Edges = distinct(v.Edges, func(a, b link.Edge) bool {
		return a.Other == b.Other && a.Via == b.Via && a.Value == b.Value
	})
	slices.SortFunc(v.Listed, func(a, b record.Listed) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Source, b.Source),
			cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Cite.Path, b.Cite.Path), cmp.Compare(a.Cite.Locator, b.Cite.Locator))
	})
	v.Listed = distinct(v.Listed, func(a, b record.Listed) bool { return a == b })
}

// distinct returns a sorted slice without its doubles, and leaves the caller's
// backing array alone.
func distinct[T any](s []T, same func(a, b T) bool) []T {
	for i := 1; i < len(s); i++ {
		if same(s[i-1], s[i]) {
			return slices.CompactFunc(slices.Clone(s), same)
		}
	}
	return s
}

// Cite returns the citation of a sighting in the profile.
func (v *View) Cite(s activity.Sighting) record.Citation {
	return v.Sources.Cite(s.Locus, s.At)
}

// Network returns what is known of an address.
func (v *View) Network(a netip.Addr) (enrich.Network, bool) {
	n, ok := v.Facts.Networks[a.Unmap()]
	return n, ok
}

// WorkingHours returns the daily hours that the employer's newest record with any
// states, and that record. What an applicant's record says does not count.
func (v *View) WorkingHours() ([]record.Hours, record.Record) {
	var hours []record.Hours
	var from record.Record
	for r, p := range Each[record.Person](v) {
		if len(p.WorkingHours) > 0 && p.Stage != record.Applicant {
			hours, from = p.WorkingHours, r
		}
	}
	return hours, from
}

// Mail returns what is known of the domain of an e-mail address.
func (v *View) Mail(address record.Redacted) (enrich.MailClass, bool) {
	_, domain, _ := strings.Cut(string(address), "@")
	c, ok := v.Facts.Mail[domain]
	return c, ok
}

// Place returns what the gazetteer knows of an address's town. It reports false
// for an ambiguous name.
func (v *View) Place(a record.Address) (enrich.Place, bool) {
	p, ok := v.Facts.Places[a.Place()]
	return p, ok && !p.Ambiguous
}

// Claimed returns the place the subject claims at instant t: that of the newest
// person record at or before t that has one, else the oldest after it.
func (v *View) Claimed(t time.Time) (enrich.Place, record.Record, bool) {
	var best enrich.Place
	var from record.Record
	found := false
	for r, p := range Each[record.Person](v) {
		place, ok := v.Place(p.Address)
		if !ok || found && r.At.After(t) {
			continue
		}
		best, from, found = place, r, true
	}
	return best, from, found
}

// Away reports whether a declared absence covers instant t, or a day next to it.
func (v *View) Away(t time.Time) bool {
	for _, p := range Each[record.Person](v) {
		for _, a := range p.Absences {
			if a.Covers(t) {
				return true
			}
		}
	}
	return false
}

// HiredAt returns the earliest date of hire on record; false when there is none.
func (v *View) HiredAt() (t time.Time, ok bool) {
	for _, p := range Each[record.Person](v) {
		if !p.HiredAt.IsZero() && (!ok || p.HiredAt.Before(t)) {
			t, ok = p.HiredAt, true
		}
	}
	return t, ok
}

// LeftAt returns the latest date of leaving on record; false when there is none.
func (v *View) LeftAt() (t time.Time, ok bool) {
	for _, p := range Each[record.Person](v) {
		if p.LeftAt.After(t) {
			t, ok = p.LeftAt, true
		}
	}
	return t, ok
}

// Each iterates over the view's records of one body type in event order.
func Each[B record.Body](v *View) iter.Seq2[record.Record, B] {
	return func(yield func(record.Record, B) bool) {
		for _, r := range v.Records {
			if b, ok := r.Body.(B); ok && !yield(r, b) {
				return
			}
		}
	}
}

// EdgesVia iterates over the view's edges of the given types, heaviest first.
func (v *View) EdgesVia(types ...record.IdentifierType) iter.Seq[link.Edge] {
	return func(yield func(link.Edge) bool) {
		for _, e := range v.Edges {
			if slices.Contains(types, e.Via) && !yield(e) {
				return
			}
		}
	}
}

// Pass is one indicator looking at one subject.
type Pass struct {
	*View
	finding  Finding
	answered bool
}

// Report answers Present, at strength percent (1-100) of the indicator's weight,
// because of the cited records. The words say what was observed, with numbers
// and units, and accuse nobody. An indicator answers once.
func (p *Pass) Report(strength int, cites []record.Citation, words string, args ...any) {
	if len(cites) == 0 {
		panic("evidence without a record")
	}
	if strength < 1 || strength > 100 {
		panic(fmt.Sprintf("strength %d is not 1-100", strength))
	}
	p.answer(Finding{Outcome: Present, Strength: strength, Cites: cites, Statement: fmt.Sprintf(words, args...)})
}

// Relate names the other subjects that the finding is about.
func (p *Pass) Relate(others ...record.SubjectID) {
	p.finding.Related = append(p.finding.Related, others...)
	slices.Sort(p.finding.Related)
	p.finding.Related = slices.Compact(p.finding.Related)
}

// Clear answers Absent and says what was looked at and how it fits.
func (p *Pass) Clear(cites []record.Citation, words string, args ...any) {
	p.answer(Finding{Outcome: Absent, Cites: cites, Statement: fmt.Sprintf(words, args...)})
}

// ClearPartly answers Absent where that counts a percentage of the Absent weight,
// 1-100, because more answers could speak for the person.
func (p *Pass) ClearPartly(strength int, cites []record.Citation, words string, args ...any) {
	if strength < 1 || strength > 100 {
		panic(fmt.Sprintf("strength %d is not 1-100", strength))
	}
	if strength == 100 {
		strength = 0 // all of it, as Clear says
	}
	p.answer(Finding{Outcome: Absent, Strength: strength, Cites: cites, Statement: fmt.Sprintf(words, args...)})
}

// More notes that one more source could be asked the same question, whatever those
// asked so far have said.
func (p *Pass) More() { p.finding.More = true }

// Repeated notes that the answer stands although it was asked again.
func (p *Pass) Repeated() { p.finding.Repeated = true }

// Settled notes that the person was asked to show what speaks against a repeated
// answer, and that it still stands, or that nothing came.
func (p *Pass) Settled() { p.finding.Settled = true }

// Doubt notes how unlikely it is that asking once more brings an answer, in percent.
// A stay that is declared, for one, explains nothing where no network is known.
func (p *Pass) Doubt(percent int) { p.finding.Doubt = min(max(percent, 0), 100) }

// Unknown answers that the question cannot be answered from this view.
func (p *Pass) Unknown(words string, args ...any) {
	p.answer(Finding{Outcome: Unknown, Statement: fmt.Sprintf(words, args...)})
}

// Spare answers that the question cannot be answered, and that this is not the
// person's doing: whoever was asked keeps silent, or may have looked under another
// name. Nobody is followed up for want of the comfort that an answer would have been.
func (p *Pass) Spare(words string, args ...any) {
	p.answer(Finding{Outcome: Unknown, Statement: fmt.Sprintf(words, args...), Spared: true})
}

func (p *Pass) answer(f Finding) {
	if p.answered {
		panic("the indicator answered twice")
	}
	p.answered = true
	f.Indicator, f.Related, f.Doubt = p.finding.Indicator, p.finding.Related, p.finding.Doubt
	f.More, f.Repeated, f.Settled = p.finding.More, p.finding.Repeated, p.finding.Settled
	f.Cites = tidy(f.Cites)
	p.finding = f
}

// tidy sorts citations by time and place and removes doubles.
func tidy(c []record.Citation) []record.Citation {
	c = slices.Clone(c)
	slices.SortFunc(c, func(a, b record.Citation) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Locator, b.Locator))
	})
	return slices.CompactFunc(c, func(a, b record.Citation) bool { return a.Path == b.Path && a.Locator == b.Locator })
}
