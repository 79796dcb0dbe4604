// SPDX-License-Identifier: Apache-2.0

package link

import (
	"slices"
	"time"

	"daylight/record"
)

// Subject is what linking may know of one person: what they hold, and what has
// been declared of them.
type Subject struct {
	ID    record.SubjectID
	Stage record.Stage
	// Names are all the names the person goes by, in any order. They are compared,
	// to tell a second application from a second person, and never match anyone.
	Names     []record.Name
	Relations []record.Relation
	// Outcome is what people decided of the person's case, or "".
	Outcome string
	Left    time.Time // when the person left; zero: has not
	// HasPlace, Lat, Lon is the claimed place, degrees.
	HasPlace bool
	Lat, Lon float64
	Holds    []Holding
}

// Holding is one identifier that a subject holds. A value given more than once
// is merged.
type Holding struct {
	record.Identifier
	Cites       []record.Citation
	First, Last time.Time // when it was seen; zero: no time is known
	// Days (UTC days since 1970) and Quarters (quarter-hours since 1970) are when
	// it was used, sorted; for networks, gateways, factors and tokens.
	Days, Quarters []int32
	// Personal says of a network address that one home can stand behind it: it is
	// no carrier's, office's or VPN's as far as is known. Others weigh nothing.
	Personal bool
	// Home says of a postal address that the person claims to live there, rather
	// than that goods were sent there.
	Home bool
	// Detail is the detail of a picture, 0-100, see [record.Photo]. Below
	// [MinDetail] a picture is not matched.
	Detail int
}

// MinDetail is the least detail of a picture that is matched: blank and
// icon-like ones are alike for everybody.
const MinDetail = 20

// token stands for an identifier: equal if and only if type and value are.
type token [16]byte

// held is a holding as the graph keeps it, without the value.
type held struct {
	tok            token
	first, last    int64 // Unix seconds; both 0: no time known
	cites          []record.Citation
	use            *usage
	rule           uint8 // index into rules
	home, personal bool
}

type usage struct{ days, quarters []int32 }

// node is a subject as the graph keeps it.
type node struct {
	id       record.SubjectID
	stage    record.Stage
	names    []record.Name
	related  []record.Relation
	outcome  string
	left     time.Time
	hasPlace bool
	lat, lon float64
	holds    []held
	pictures []picture
	overlaps []overlap // by other, then via
	surplus  []Surplus
	comp     int32 // component, or alone
}

type picture struct {
	hash  uint64
	cites []record.Citation
}

// overlap is a text shared with another subject, found by the caller.
type overlap struct {
	other record.SubjectID
	via   record.IdentifierType
	text  Overlap
	cites []record.Citation
}

// hold returns the holding of a token.
func (n *node) hold(t token) *held {
	i, ok := slices.BinarySearchFunc(n.holds, t, func(h held, t token) int { return slices.Compare(h.tok[:], t[:]) })
	if !ok {
		return nil
	}
	return &n.holds[i]
}

func (h *held) rules() Rule { return rules[h.rule] }

// merge adds another mention of the same value.
func (h *held) merge(o held) {
	h.cites = citesOf(append(h.cites, o.cites...)) // cites are clipped: nothing else is written to
	if o.first != 0 || o.last != 0 {
		if h.first == 0 && h.last == 0 {
			h.first, h.last = o.first, o.last
		}
		h.first, h.last = min(h.first, o.first), max(h.last, o.last)
	}
	if o.use != nil {
		if h.use == nil {
			h.use = &usage{}
		}
		h.use = &usage{union(h.use.days, o.use.days), union(h.use.quarters, o.use.quarters)}
	}
	h.home = h.home || o.home
	// One bad mark is enough: if any source calls the address shared, it is.
	h.personal = h.personal && o.personal
}

func union(a, b []int32) []int32 {
	u := slices.Concat(a, b)
	slices.Sort(u)
	return slices.Compact(u)
}

// common counts the numbers in both of two sorted slices.
func common(a, b []int32) int {
	n := 0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			n++
			a, b = a[1:], b[1:]
		}
	}
	return n
}

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func instant(s int64) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}
