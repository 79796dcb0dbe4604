// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"daylight/record"
)

// Limits of the picture of a ring.
const (
	ringNodes  = 60  // people drawn
	ringNamed  = 14  // people named in the picture itself; beyond, numbered
	ringHub    = 10  // an identifier that so many hold is faded
	ringSpoken = 100 // links read as sentences
)

// RingPicture draws people as circles and what they share as lines with a small
// square in the middle.
type RingPicture struct {
	ID, Anchor, Label, Alt string
	Height, R              int
	All                    int // people in the ring, drawn or not
	Nodes                  []ringNode
	Lines                  []ringLine
	Numbered               bool
	// What the legend explains.
	Contacts, Devices, Written, Hubs bool
	Cut                              string
	Sentences                        []LinkSentence
	MoreSentences                    int
	People                           []personLink
}

type ringNode struct {
	X, TextX pc
	Y, TextY int
	Side     string
	Text     string
}

type ringLine struct {
	X1, X2, MX pc
	Y1, Y2, MY int
	Width      float64
	Class      string
	Mark       ringMark
}

// ringMark is how an identifier is drawn: by its kind of thing, told apart by shape.
type ringMark struct {
	Class, Shift string // Shift centres it
	Across, Tall int
}

// LinkSentence is one link in words. Hub says that so many people share the
// identifier that it connects nobody in particular.
type LinkSentence struct {
	DB, Words string
	Hub       bool
}

// Sentences words links, in the order given.
func Sentences(links []Link) []LinkSentence {
	var out []LinkSentence
	for _, l := range links {
		out = append(out, LinkSentence{dB(centibans(l.WeightDB)), linkWords(l), l.Holders > ringHub})
	}
	return out
}

// personLink names a person, with the anchor of their section if they have one.
type personLink struct {
	ID, Anchor string
	Number     int
}

// NewRingPicture draws and words one group.
func NewRingPicture(g Ring) *RingPicture { return newRingPicture(g, nil) }

func newRingPicture(g Ring, has map[string]bool) *RingPicture {
	links := strongest(g.Links)
	members := slices.Clone(g.Subjects)
	p := &RingPicture{ID: g.ID, Anchor: anchor("r", g.ID), Label: "Group " + g.ID, All: len(g.Subjects)}
	if len(members) > ringNodes {
		weight := map[string]float64{}
		for _, l := range links {
			weight[l.A] += l.WeightDB
			weight[l.B] += l.WeightDB
		}
		slices.SortStableFunc(members, func(a, b string) int {
			return cmp.Or(cmp.Compare(weight[b], weight[a]), cmp.Compare(a, b))
		})
		p.Cut = fmt.Sprintf("The picture shows the %d of %s with the heaviest links.", ringNodes, people(len(members)))
		members = members[:ringNodes]
		slices.Sort(members)
	}
	p.Numbered = len(members) > ringNamed
	p.Height = min(420, 190+12*len(members))
	start := 0.25
	if len(members) == 2 {
		p.Height, start = 90, 0.5 // side by side
	}
	place := p.seat(members, start, has)
	between := map[[2]string]int{}
	for _, l := range links {
		a, okA := place[l.A]
		b, okB := place[l.B]
		if !okA || !okB {
			continue
		}
		pair := [2]string{min(l.A, l.B), max(l.A, l.B)}
		// Several links of one pair: squares side by side on the one line.
		f := 0.5 + 0.09*float64((between[pair]+1)/2)*float64(1-2*(between[pair]%2))
		between[pair]++
		f = min(max(f, 0.2), 0.8)
		line := ringLine{
			X1: a.X, Y1: a.Y, X2: b.X, Y2: b.Y,
			MX: a.X + (b.X-a.X)*pc(f), MY: a.Y + int(float64(b.Y-a.Y)*f),
			Width: math.Round(10*min(1+math.Abs(l.WeightDB)/4, 6)) / 10,
		}
		if l.Holders > ringHub {
			line.Class, p.Hubs = "hub", true
		}
		line.Mark = p.mark(record.IdentifierType(l.Kind))
		p.Lines = append(p.Lines, line)
	}
	p.Sentences = Sentences(links[:min(len(links), ringSpoken)])
	p.MoreSentences = len(links) - len(p.Sentences)
	p.Alt = fmt.Sprintf("%s connected by %s. The list below says each in words.", people(len(g.Subjects)), plural(len(g.Links), "shared identifier", "shared identifiers"))
	return p
}

// mark is the mark of an identifier: a full square for what people are reached, found
// or paid by, an empty one for what they work on, a sheet for what they wrote.
func (p *RingPicture) mark(t record.IdentifierType) ringMark {
	side := 8
	if p.Numbered {
		side = 5
	}
	m := ringMark{Across: side, Tall: side}
	switch t {
	case record.DeviceSerial, record.HardwareID, record.GatewayMAC, record.ClientAddr, record.Network, record.FactorDevice, record.BrowserToken:
		m.Class, p.Devices = "empty", true
	case record.PhotoHash, record.DocumentID, record.ResumeText, record.SkillSet, record.DocumentBatch:
		m.Class, m.Across, m.Tall, p.Written = "sheet", side-3, side+3, true
	case record.Email, record.Phone, record.ProfileURL, record.PostalAddress, record.BankAccount, record.Wallet, record.Handle, record.Referee:
		p.Contacts = true
	}
	m.Shift = fmt.Sprintf("translate(%g %g)", -float64(m.Across)/2, -float64(m.Tall)/2)
	return m
}

// seat places the people on an ellipse, each with a label outside it.
func (p *RingPicture) seat(members []string, start float64, has map[string]bool) map[string]ringNode {
	const margin = 34 // pixels above and below, for labels
	reach := 23.0     // percent; the rest is for names, on a phone too
	p.R = 8
	if p.Numbered {
		reach = 38
		p.R = 5
	}
	middle := p.Height / 2
	rise := float64(middle - margin)
	low, high := p.Height, 0
	for i := range members {
		y := middle + int(math.Round(rise*math.Sin(2*math.Pi*(float64(i)/float64(len(members))-start))))
		low, high = min(low, y), max(high, y)
	}
	p.Height = high - low + 2*margin
	place := map[string]ringNode{}
	for i, id := range members {
		turn := 2 * math.Pi * (float64(i)/float64(len(members)) - start)
		cos, sin := math.Cos(turn), math.Sin(turn)
		n := ringNode{
			X: pc(50 + reach*cos), Y: middle + int(math.Round(rise*sin)) - low + margin, Text: short(id),
			Side: "middle", TextX: pc(50 + (reach+4)*cos),
		}
		n.TextY = n.Y + int(math.Round(19*sin)) + 5
		if len(members) == 2 {
			n.TextX, n.TextY = n.X, n.Y-14
		}
		if p.Numbered {
			n.Text = strconv.Itoa(i + 1)
		} else if cos > 0.25 && len(members) > 2 {
			n.Side, n.TextX, n.TextY = "start", n.X+3, n.Y+5
		} else if cos < -0.25 && len(members) > 2 {
			n.Side, n.TextX, n.TextY = "end", n.X-3, n.Y+5
		}
		place[id] = n
		p.Nodes = append(p.Nodes, n)
		l := personLink{ID: id, Number: i + 1}
		if has[id] {
			l.Anchor = anchor("p", id)
		}
		p.People = append(p.People, l)
	}
	return place
}

// short cuts an id for a label in a picture, and brief for a row of a table.
func short(id string) string { return cutEnd(id, 12) }
func brief(id string) string { return cutEnd(id, 24) }

func cutEnd(id string, most int) string {
	v := []rune(visible(id))
	if len(v) > most {
		return string(v[:most-1]) + "…"
	}
	return string(v)
}

// anchor makes a fragment identifier of an id: letters, digits and hyphens stay,
// every other byte becomes its hex digits, so that no two ids share one.
func anchor(kind, id string) string {
	var b strings.Builder
	b.WriteString(kind + "-")
	for i := range len(id) {
		switch c := id[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "_%02x", c)
		}
	}
	return b.String()
}
