// SPDX-License-Identifier: Apache-2.0

package link

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/record"
)

// Ring is a group of subjects connected by links at or above the threshold. To
// be in one adds no weight: each subject has the weight of its own links.
type Ring struct {
	ID       string // "ring-1", by smallest subject
	Subjects []record.SubjectID
	Links    []Link // every share between two of them that weighs, A before B
}

// Link is one share inside a ring.
type Link struct {
	A, B     record.SubjectID // A < B
	Edge     Edge             // as seen from A
	Sentence string
}

// Rings returns every ring, by smallest subject.
func (g *Graph) Rings() []Ring { return g.rings(func(Edge) bool { return true }) }

// RingsBetween returns the rings that links seen between two instants connect.
// Links without a time count always.
func (g *Graph) RingsBetween(from, to time.Time) []Ring {
	return g.rings(func(e Edge) bool {
		return e.First.IsZero() && e.Last.IsZero() || !e.Last.Before(from) && !e.First.After(to)
	})
}

func (g *Graph) rings(keep func(Edge) bool) []Ring {
	var out []Ring
	for _, members := range g.components {
		out = append(out, g.split(members, keep)...)
	}
	slices.SortFunc(out, func(a, b Ring) int { return cmp.Compare(a.Subjects[0], b.Subjects[0]) })
	for i := range out {
		out[i].ID = fmt.Sprintf("ring-%d", i+1)
	}
	return out
}

// split returns the rings among the members of one component over the edges
// kept.
func (g *Graph) split(members []int32, keep func(Edge) bool) []Ring {
	ring := make(map[record.SubjectID]*Ring, len(members)) // of each subject
	var links []Link
	for _, n := range members {
		id := g.nodes[n].id
		ring[id] = &Ring{Subjects: []record.SubjectID{id}}
	}
	for _, n := range members {
		id := g.nodes[n].id
		for _, e := range g.edges(id, keep) {
			if e.Other < id || ring[e.Other] == nil || e.Weight <= 0 {
				continue
			}
			links = append(links, Link{id, e.Other, e, Sentence(id, e)})
			a, b := ring[id], ring[e.Other]
			if a != b && e.Weight >= g.threshold {
				if len(a.Subjects) < len(b.Subjects) {
					a, b = b, a
				}
				a.Subjects = append(a.Subjects, b.Subjects...)
				for _, s := range b.Subjects {
					ring[s] = a
				}
			}
		}
	}
	for _, l := range links {
		if ring[l.A] == ring[l.B] {
			ring[l.A].Links = append(ring[l.A].Links, l)
		}
	}
	var out []Ring
	for id, r := range ring {
		slices.Sort(r.Subjects)
		if len(r.Subjects) < 2 || r.Subjects[0] != id {
			continue
		}
		slices.SortFunc(r.Links, func(a, b Link) int {
			return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B), compareEdges(a.Edge, b.Edge))
		})
		out = append(out, *r)
	}
	return out
}

// Sentence says an edge of subject a in words, without the value.
func Sentence(a record.SubjectID, e Edge) string {
	x, y := a, e.Other
	swapped := y < x
	if swapped {
		x, y = y, x
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s and %s %s", x, y, shares(e, swapped))
	if e.Via != record.ResumeText && e.Via != record.SkillSet && e.Via != record.DocumentBatch {
		fmt.Fprintf(&b, "; %s people hold it", record.Grouped(e.Holders))
	}
	if e.Days > 0 {
		fmt.Fprintf(&b, ", on %s both", plural(e.Days, "day"))
	}
	if e.OtherPlace {
		fmt.Fprintf(&b, ", while they claim places more than %s km apart", record.Grouped(farKM))
	}
	b.WriteByte('.')
	switch {
	case e.Reapplication:
		b.WriteString(" It reads like one person who applied twice.")
	case e.Relation != "":
		fmt.Fprintf(&b, " A declared relation explains it: %s.", relationWord[e.Relation])
	}
	return b.String()
}

var relationWord = map[record.RelationKind]string{
	record.Household:  "one household",
	record.Referral:   "a referral",
	record.AgencyOf:   "one agency",
	record.Coworking:  "one co-working site",
	record.SamePerson: "two profiles of one person",
}

var shareWord = map[record.IdentifierType]string{
	record.Email:         "use one e-mail address",
	record.Phone:         "use one telephone number",
	record.ProfileURL:    "name one online profile",
	record.PostalAddress: "share one postal address",
	record.BankAccount:   "are paid into one account",
	record.Wallet:        "are paid into one wallet",
	record.Handle:        "use one account name",
	record.DeviceSerial:  "use one machine",
	record.HardwareID:    "use one piece of hardware",
	record.GatewayMAC:    "are behind one router",
	record.ClientAddr:    "applied from one network address",
	record.Network:       "work from one network address",
	record.FactorDevice:  "sign in with one authenticator",
	record.BrowserToken:  "sign in with one browser",
	record.DocumentID:    "sent files with one ancestor",
	record.Referee:       "name one referee",
}

func shares(e Edge, swapped bool) string {
	switch {
	case e.Via == record.PhotoHash:
		return "show one picture (" + e.Detail + ")"
	case e.Via == record.DocumentBatch:
		return "sent pictures of identity documents that are alike in how they were taken (" + e.Detail + ")"
	case e.Via == record.ResumeText && e.Text != nil:
		mine, theirs := e.Text.Share, e.Text.ShareOther
		if swapped {
			mine, theirs = theirs, mine
		}
		return fmt.Sprintf("share unusual wording in their résumés: %.0f %% of the first's, %.0f %% of the second's", 100*mine, 100*theirs)
	case e.Via == record.SkillSet && e.Text != nil:
		return "list the same " + plural(e.Text.Skills, "skill")
	}
	if w, ok := shareWord[e.Via]; ok {
		return w
	}
	return "share one identifier"
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return record.Grouped(n) + " " + noun + "s"
}
