// SPDX-License-Identifier: Apache-2.0

package link

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"

	"daylight/record"
)

// farKM is the distance between two claimed places from which they cannot be
// one household's.
const farKM = 100

// maxShares is how many shares of one type an edge list has of one pair: from
// there on more of a kind, ten machines or forty mailboxes, are one fact.
const maxShares = 3

// maxCites is how many records of each side an edge cites.
const maxCites = 3

// Edges returns what a subject shares with others: heaviest first, then by the
// other's id, type and value. [Edge.Value] is a token, see [Graph.Token]. Values
// with more holders than any type may have give no edge, and one pair has at
// most three edges of a type, the heaviest.
func (g *Graph) Edges(id record.SubjectID) []Edge {
	return g.edges(id, func(Edge) bool { return true })
}

// edges returns those of the edges to keep.
func (g *Graph) edges(id record.SubjectID, keep func(Edge) bool) []Edge {
	n, ok := g.ids[id]
	if !ok {
		return nil
	}
	var out []Edge
	for _, e := range g.shares(n, nil) {
		if keep(e) {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, compareEdges)
	type kind struct {
		other record.SubjectID
		via   record.IdentifierType
	}
	had := make(map[kind]int, len(out))
	out = slices.DeleteFunc(out, func(e Edge) bool {
		k := kind{e.Other, e.Via}
		had[k]++
		return had[k] > maxShares
	})
	names := map[record.SubjectID]record.NameMatch{}
	for i := range out {
		e := &out[i]
		m, ok := names[e.Other]
		if !ok {
			m = nameMatch(g.nodes[n], g.nodes[g.ids[e.Other]])
			names[e.Other] = m
		}
		e.Names = m
	}
	return out
}

func compareEdges(a, b Edge) int {
	return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Other, b.Other), cmp.Compare(a.Via, b.Via), cmp.Compare(a.Value, b.Value))
}

// strong yields each neighbour of n that a ring connects it with, once. Shares
// with a neighbour already found are not looked at.
func (g *Graph) strong(n int32) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		if g.nodes[n] == nil {
			return
		}
		found := map[int32]bool{}
		for m, e := range g.shares(n, found) {
			if e.Weight >= g.threshold {
				found[m] = true
				if !yield(m) {
					return
				}
			}
		}
	}
}

// shares yields every edge of n with the other's node, in no stated order and
// without the comparison of names. Others in done are left out from when they
// come to be there.
func (g *Graph) shares(n int32, done map[int32]bool) iter.Seq2[int32, Edge] {
	return func(yield func(int32, Edge) bool) {
		a := g.nodes[n]
		pairs := map[int32]*pair{}
		pairOf := func(m int32) *pair {
			if pairs[m] == nil {
				pairs[m] = g.pair(a, g.nodes[m])
			}
			return pairs[m]
		}
		for i := range a.holds {
			h := &a.holds[i]
			who := g.values[h.tok]
			if len(who) < 2 || len(who) > limit {
				continue
			}
			for _, m := range who {
				if m != n && !done[m] && !yield(m, pairOf(m).value(h, g.nodes[m].hold(h.tok), len(who))) {
					return
				}
			}
		}
		if len(a.pictures) > 0 {
			mine, _ := g.alike(n)
			for m, d := range mine {
				if done[m] {
					continue
				}
				theirs, ok := g.alike(m)
				if ok && !yield(m, pairOf(m).picture(d, 1+max(len(mine), len(theirs)))) {
					return
				}
			}
		}
		for _, o := range a.overlaps {
			m := g.ids[o.other]
			if o.text.Holders <= limit && !done[m] && !yield(m, pairOf(m).text(o)) {
				return
			}
		}
	}
}

// pair is what two subjects are to each other, whatever they share.
type pair struct {
	a, b      *node
	relations []record.RelationKind
	again     bool // one person who applied twice
	far       bool // they claim places more than farKM apart
	home      bool // they claim one home
	couple    bool // and are the only two at it
}

func (g *Graph) pair(a, b *node) *pair {
	p := &pair{a: a, b: b, relations: relations(a, b)}
	p.far = a.hasPlace && b.hasPlace && distanceKM(a.lat, a.lon, b.lat, b.lon) > farKM
	contact := false
	for i := range a.holds {
		h := &a.holds[i]
		switch h.rules().Type { //nolint:exhaustive // the two by which a second application is known, and the home
		case record.Email, record.Phone:
			contact = contact || b.hold(h.tok) != nil
		case record.PostalAddress:
			if o := b.hold(h.tok); o != nil && h.home && o.home {
				p.home = true
				p.couple = p.couple || len(g.values[h.tok]) == 2
			}
		default:
		}
	}
	if contact {
		m := nameMatch(a, b)
		p.again = m == record.NameSame || m == record.NameClose
	}
	return p
}

// relations returns what has been declared between two subjects, in either
// direction, or by both naming one agency or site.
func relations(a, b *node) []record.RelationKind {
	var out []record.RelationKind
	for _, r := range a.related {
		both := (r.Kind == record.AgencyOf || r.Kind == record.Coworking) && slices.ContainsFunc(b.related, func(o record.Relation) bool {
			return o.Kind == r.Kind && fold(o.With) == fold(r.With) && fold(r.With) != ""
		})
		if both || record.SubjectID(r.With) == b.id {
			out = append(out, r.Kind)
		}
	}
	for _, r := range b.related {
		if record.SubjectID(r.With) == a.id {
			out = append(out, r.Kind)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func fold(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }

// nameMatch returns the best agreement between any two names of the subjects.
func nameMatch(a, b *node) record.NameMatch {
	best := record.NameUnknown
	for _, x := range a.names {
		for _, y := range b.names {
			if m := x.Compare(y); m != record.NameUnknown && (best == record.NameUnknown || m < best) {
				best = m
			}
		}
	}
	return best
}

// edge starts an edge of the pair with the weight that is left of w after
// declared relations.
func (p *pair) edge(via record.IdentifierType, w record.Weight, holders int) Edge {
	e := Edge{
		Other: p.b.id, Via: via, Holders: holders, Reapplication: p.again, OtherPlace: p.far,
		OtherStage: p.b.stage, OtherOutcome: p.b.outcome, OtherLeft: p.b.left,
	}
	var left record.Weight
	e.Relation, left = explain(p.relations, via)
	if e.Weight = w * left / 100; p.again {
		e.Weight = 0
	}
	return e
}

// value returns the edge of a value that both hold.
func (p *pair) value(mine, theirs *held, holders int) Edge {
	r := mine.rules()
	w := r.Base * r.damp(holders) / 100
	days, simultaneous := 0, 0
	timed := mine.use != nil && theirs.use != nil
	if timed {
		days = common(mine.use.days, theirs.use.days)
		simultaneous = common(mine.use.quarters, theirs.use.quarters)
	}
	percent, detail := p.circumstances(r.Type, mine, theirs, days, timed)
	e := p.edge(r.Type, w*percent/100, holders)
	e.Value = record.Redacted(hex.EncodeToString(mine.tok[:]))
	e.Days, e.Simultaneous, e.Detail = days, simultaneous, detail
	e.Cites = slices.Concat(mine.cites[:min(len(mine.cites), maxCites)], theirs.cites[:min(len(theirs.cites), maxCites)])
	for _, h := range []*held{mine, theirs} {
		if h.first != 0 && (e.First.IsZero() || h.first < e.First.Unix()) {
			e.First = instant(h.first)
		}
		if h.last != 0 && h.last > e.Last.Unix() {
			e.Last = instant(h.last)
		}
	}
	return e
}

// circumstances returns what time and place leave of a share, in percent, and
// says what they explain.
func (p *pair) circumstances(t record.IdentifierType, mine, theirs *held, days int, timed bool) (record.Weight, string) {
	percent := record.Weight(100)
	switch t {
	case record.Network, record.ClientAddr:
		if !mine.personal || !theirs.personal {
			return 0, "an address that many strangers share"
		}
		if t == record.Network {
			percent = repeated(days)
		} else if apart(mine, theirs) > 30*day {
			percent = 25 // carriers hand addresses on
		}
		if !p.far {
			percent = percent * nearLine / 100
		}
	case record.GatewayMAC:
		if !p.far {
			percent = nearLine
		}
	case record.FactorDevice, record.BrowserToken:
		if timed && days == 0 {
			percent = 50 // handed on
		}
	case record.DeviceSerial:
		switch gap := apart(mine, theirs); {
		case gap < 0:
			percent = 50 // no time is known
		case gap > 0:
			return 0, "one after the other: equipment that was issued again"
		}
	case record.PostalAddress:
		if mine.home && theirs.home {
			percent = 50
		}
	case record.Email, record.Phone, record.ProfileURL, record.BankAccount, record.Wallet, record.Handle,
		record.HardwareID, record.PhotoHash, record.DocumentID, record.ResumeText, record.SkillSet, record.Referee, record.DocumentBatch:
	}
	if !p.home || t == record.PostalAddress {
		return percent, ""
	}
	switch t { //nolint:exhaustive // what a home explains
	case record.Network, record.ClientAddr, record.GatewayMAC:
		return min(percent, sameHomeLine), "both claim one home"
	case record.BankAccount, record.Phone, record.Email, record.HardwareID, record.BrowserToken, record.DocumentID:
		if p.couple {
			return percent * sameHomeMost / 100, "both claim one home, and are the only two who do"
		}
	default:
	}
	return percent, ""
}

const day = 24 * 60 * 60 // seconds

// apart returns the seconds between two spans of time, 0 when they overlap and
// -1 when either is not known.
func apart(a, b *held) int64 {
	if a.first == 0 && a.last == 0 || b.first == 0 && b.last == 0 {
		return -1
	}
	return max(a.first-b.last, b.first-a.last, 0)
}

// picture returns the edge of two pictures at a Hamming distance.
func (p *pair) picture(distance, holders int) Edge {
	r := ruleOf(record.PhotoHash)
	// Two bits differ after an ordinary re-encoding; from there on a coincidence
	// grows likelier, and half is left at maxDistance.
	percent := 100 - 50*max(distance-2, 0)/(maxDistance-2)
	e := p.edge(r.Type, r.Base*r.damp(holders)/100*record.Weight(percent)/100, holders)
	e.Detail = fmt.Sprintf("%d of 64 bits differ", distance)
	if distance == 0 {
		e.Detail = "the pictures are alike in all 64 bits"
	}
	for _, n := range []*node{p.a, p.b} {
		for _, pic := range n.pictures {
			e.Cites = append(e.Cites, pic.cites[:min(len(pic.cites), maxCites)]...)
		}
	}
	return e
}

// text returns the edge of an overlap found by the caller.
func (p *pair) text(o overlap) Edge {
	w := textWeight(o.text.Nats)
	switch base := ruleOf(o.via).Base; {
	case o.via == record.SkillSet:
		w = min(base, base*record.Weight(max(o.text.Skills, 0)))
	case o.via == record.DocumentBatch && len(o.text.Traits) < allTraits:
		w = base * someTraits / 100
	case o.via == record.DocumentBatch:
		w = base
	}
	holders := max(o.text.Holders, 2)
	e := p.edge(o.via, w*ruleOf(o.via).damp(holders)/100, holders)
	e.Cites = o.cites
	if o.via == record.DocumentBatch {
		e.Detail = strings.Join(o.text.Traits, ", ")
		return e
	}
	e.Text = new(Overlap)
	*e.Text = o.text
	return e
}

// distanceKM is the great-circle distance on a sphere of 6,371 km: within 0.6 %
// of the ellipsoid's, far below what a claimed place means.
func distanceKM(lat1, lon1, lat2, lon2 float64) float64 {
	const rad, radius = math.Pi / 180, 6371
	s1, s2 := math.Sin((lat2-lat1)*rad/2), math.Sin((lon2-lon1)*rad/2)
	h := s1*s1 + math.Cos(lat1*rad)*math.Cos(lat2*rad)*s2*s2
	return 2 * radius * math.Asin(math.Sqrt(min(h, 1)))
}
