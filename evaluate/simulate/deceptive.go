// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// deceive makes the deceptive people, tactic by tactic.
func (s *company) deceive() []*person {
	var all []*person
	share := s.c.Tactics.share(s.c.deceptive())
	for _, slug := range slices.Sorted(maps.Keys(share)) {
		t := s.c.Tactics[slug]
		left, number := share[slug], 0
		for left > 0 {
			key := uint64(scramble(uint32(len(slug))*131+uint32(slug[0])))<<32 + uint64(number) //nolint:gosec // any number does
			c := draw(s.c.Seed, key, "gang "+slug)
			n := min(size(c, t.Group), left)
			if rest := left - n; rest > 0 && rest < t.Group[0] {
				n = left // nobody is left over alone
			}
			g := s.newGang(c, fmt.Sprintf("%s-%d", slug, number+1), key, n, t.Signs)
			for range n {
				p := s.newPerson(uint64(len(all)), true)
				p.tactic, p.gang = slug, g
				p.change(t.Signs)
				s.play(p, t)
				s.employ(p)
				all = append(all, p)
			}
			left, number = left-n, number+1
		}
	}
	return all
}

// size draws how many of one group this company sees: more often few than many,
// because most of a group work elsewhere.
func size(c chance, from [2]int) int {
	u := c.Float64()
	return from[0] + int(u*u*u*float64(from[1]-from[0]+1))
}

func (s *company) newGang(c chance, id string, key uint64, n int, signs map[Sign]float64) *gang {
	g := &gang{id: id, key: key, members: n, houseTown: c.IntN(len(towns)), shares: map[Sign]bool{}}
	o := maps.Clone(s.plain[1])
	maps.Copy(o, signs)
	for _, sign := range []Sign{sharedFactor, sharedPhone, sharedFile, sharedAccount} {
		g.shares[sign] = n > 1 && c.is(o[sign])
	}
	g.holder = s.somebody(c)
	g.author = g.holder
	g.phone = phone(c, towns[g.houseTown], c.Uint32())
	g.account = account(c)
	g.factor = fmt.Sprintf("guo%012x", c.Uint64()>>16)
	g.document = documentID(c)
	g.handsTown = farFrom(c, g.houseTown)
	g.street = fmt.Sprintf("%d %s %s", 1+c.IntN(1900), of(c, streetWords), of(c, streetKinds))
	g.applyAddress = vpnExit(c.IntN(vpnFirms), g.houseTown, c)
	if c.is(0.4) {
		g.applyAddress = serverLine(c, g.houseTown)
	}
	g.requisition = fmt.Sprintf("REQ-%d", 200+c.IntN(60))
	return g
}

// alsoBorrowed is how many of the others use somebody else's identity as well, as
// nearly all prosecuted cases did in part.
const alsoBorrowed = 0.4

// tacticsOfWorkers are those that are seen at work.
var tacticsOfWorkers = []string{farm, farmSingle, dayHands, nightHands, shiftHands, farmMoves}

// play gives a person the course of their tactic.
func (s *company) play(p *person, t Tactic) {
	c := s.draw(p, "tactic")
	if slices.Contains(tacticsOfWorkers, p.tactic) {
		p.stage = hired
	}
	if p.tactic == ringResume || p.tactic == borrowed {
		if p.stage == hired {
			p.stage = s.c.Process.applicantStage(c)
		}
	}
	p.cv.stock, p.cv.reworded = p.gang.key, t.Reworded
	if p.gang.members > 1 {
		p.cv.shared = c.between(t.TextShared[0], t.TextShared[1])
		s.share(p, c)
	}
	if p.tactic != careful && p.tactic != borrowed && c.is(alsoBorrowed) {
		p.change(s.c.Tactics[borrowed].Signs)
	}
	if c.is(p.odds[claimsNeed]) {
		p.accommodation = "yes"
	}
	if d := s.draw(p, "claims former name"); d.is(p.odds[claimsName]) {
		_, p.former = name(d)
	}
	s.dates(p)
	p.handsTown = farFrom(c, p.town)
	switch p.tactic {
	case ringResume:
		s.ring(p, c)
	case farm, farmSingle, farmMoves:
		s.farm(p, c)
	case dayHands:
		p.hands = []hand{s.hand(c, towns[p.handsTown].zone, 9, 18)}
	case nightHands:
		p.hands = []hand{s.hand(c, towns[p.town].zone, 9, 17.5)}
	case shiftHands:
		p.hands = s.shifts(p, c)
	default:
		s.solo(p, c)
	}
	if p.tactic == vpnSolo || p.tactic == standIn || p.tactic == dayHands || p.tactic == nightHands || p.tactic == shiftHands {
		s.tunnel(p, c)
	}
	p.meetsFrom = p.handsTown
	if p.tactic == standIn && c.is(0.5) { // a stand-in who lives where the profile does
		p.meetsFrom = p.town
	}
}

// employ gives deceptive workers night shifts, and the entry with HR, as often as
// honest ones have them. Whoever keeps the hours of the claimed place keeps the
// shift; whoever works the day of where the hands are does so all the same.
func (s *company) employ(p *person) {
	c := s.draw(p, "shift")
	if !p.worker() || !c.is(shareNightWork) {
		return
	}
	s.keepsNights(c, p)
	if len(p.hands) == 1 && p.hands[0].zone.String() == towns[p.town].zone {
		p.hands[0].later(c.around(nightLater, 0.6))
	}
}

// takesPart is how many members of a group use what the group shares.
const takesPart = 0.8

// share gives a member what the group has in common.
func (s *company) share(p *person, c chance) {
	if p.gang.shares[sharedPhone] && c.is(takesPart) {
		p.phone = p.gang.phone
	}
	if p.gang.shares[sharedFile] && c.is(takesPart) {
		p.cv.document = p.gang.document
	}
}

// ring is a team that applies again and again from few connections: about 60
// applications a day at its peak, of which one company sees few.
func (s *company) ring(p *person, c chance) {
	p.handsTown = p.gang.handsTown
	if p.gang.firstApplying.IsZero() {
		p.gang.firstApplying = p.applied
	}
	if c.is(0.5) { // together within two days, else when it comes
		p.applied = p.gang.firstApplying.Add(time.Duration(c.between(0, 48) * float64(time.Hour)))
		p.req = p.gang.requisition
	}
	if latest := s.end.AddDate(0, 0, -s.c.Process.Done).Add(-time.Hour); p.applied.After(latest) {
		p.applied = latest.Add(-time.Duration(c.IntN(86400)) * time.Second)
	}
	if c.is(0.35) {
		p.applyAddress = p.gang.applyAddress
	}
}

// farm puts the laptop into a house, and the hands elsewhere.
func (s *company) farm(p *person, c chance) {
	g := p.gang
	if g.house == "" {
		g.house = s.lines.home(c, g.houseTown, false)
	}
	if c.is(0.5) {
		p.town = g.houseTown
	}
	p.home, p.handsTown = g.house, g.handsTown
	p.shipStreet, p.shipTown = g.street, g.houseTown
	if p.shipLate = c.is(p.odds[lateAddress]); !p.shipLate && p.tactic == farmSingle {
		p.street, p.town = g.street, g.houseTown // the house is the claimed home
	}
	zone := towns[p.town].zone
	if c.is(0.3) {
		zone = towns[p.handsTown].zone
	}
	p.hands = []hand{s.hand(c, zone, 9, 17.8)}
	if p.tactic != farmMoves {
		return
	}
	day := s.start.AddDate(0, 0, min(7*s.c.Weeks-1, 21+c.IntN(14)))
	t := otherTown(c, g.houseTown)
	p.stays = append(p.stays, stay{from: day, to: s.end.AddDate(1, 0, 0), town: t, line: s.lines.home(c, t, false)})
}

// shifts are two or three people in turns, each with a machine of their own.
func (s *company) shifts(p *person, c chance) []hand {
	n := 2 + c.IntN(2)
	from := c.between(0, 24)
	var out []hand
	for i := range n {
		h := s.hand(c, towns[p.handsTown].zone, from+float64(i)*7.5, from+float64(i)*7.5+7.2)
		h.agent, h.weekend = c.IntN(len(agents)), 0.2
		if c.is(0.5) {
			h.line = vpnExit(c.IntN(vpnFirms), p.town, c)
		}
		out = append(out, h)
	}
	return out
}

// solo keeps the claimed hours most of the time.
func (s *company) solo(p *person, c chance) {
	zone := towns[p.town].zone
	if c.is(0.35) {
		zone = towns[p.handsTown].zone
	}
	p.hands = []hand{s.hand(c, zone, 9, 17.6)}
}

// tunnel brings the sign-ins to an exit near the claimed home. On a few days the
// tunnel is down and the own line shows.
func (s *company) tunnel(p *person, c chance) {
	if !c.is(p.odds[workVPN]) {
		return // a rented line near the claimed home that no list knows
	}
	p.vpnAlways = true
	p.vpn, p.exit = c.IntN(vpnFirms), p.town
	if c.is(0.1) {
		p.exit = c.IntN(len(towns))
	}
	p.odds = maps.Clone(p.odds)
	p.odds[workVPN] = 1
	if !c.is(0.4) {
		return
	}
	line := s.lines.home(c, p.handsTown, false)
	for range 1 + c.IntN(3) {
		day := s.start.AddDate(0, 0, c.IntN(7*s.c.Weeks))
		p.stays = append(p.stays, stay{from: day, to: day.AddDate(0, 0, 1), town: p.handsTown, line: line})
	}
}
