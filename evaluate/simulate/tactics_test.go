// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"math"
	"testing"
	"time"
)

// elsewhere reports whether two towns are five hours or more apart by the clock.
func elsewhere(a, b int) bool {
	d := towns[a].offset() - towns[b].offset()
	for d < 0 {
		d += 24
	}
	return d >= 5 && d <= 19
}

// TestTactics holds that deceptive people live as docs/simulator.md says of their
// tactic: where the hands are, whose hours they keep, whose line and machine they use.
func TestTactics(t *testing.T) {
	s := companyOf(t, 300, 900)
	onLine := map[string][]*person{}
	for _, p := range s.people {
		onLine[p.home] = append(onLine[p.home], p)
	}
	met := map[bool]int{} // stand-ins by whether they live where the profile does
	claimed := 0          // members of farms who claim the town of the house
	farmers := 0
	for _, p := range s.people {
		if !p.deceptive {
			continue
		}
		holds := func(ok bool, what string) {
			t.Helper()
			if !ok {
				t.Errorf("%s: %s: not so: %s", p.id, p.tactic, what)
			}
		}
		alone := DefaultTactics()[p.tactic].Group[1] == 1
		holds(alone == (p.gang.members == 1), "groups where the table has groups")
		switch p.tactic {
		case ringResume, borrowed:
			holds(!p.worker(), "an applicant")
		case farm, farmSingle, farmMoves, dayHands, nightHands, shiftHands:
			holds(p.worker(), "a worker")
		}
		switch p.tactic {
		case ringResume:
			holds(p.cv.stock == p.gang.key && p.cv.shared >= .3 && p.cv.shared <= .8, "three to eight tenths of the lines from the group's stock")
		case farm, farmSingle, farmMoves:
			holds(p.home == p.gang.house && len(onLine[p.home]) == p.gang.members, "the line of the house, and nobody else's")
			holds(p.shipStreet == p.gang.street && p.shipTown == p.gang.houseTown, "the parcel goes to the house")
			holds(elsewhere(p.handsTown, p.gang.houseTown), "hands far from the house")
			if p.tactic != farmSingle {
				farmers++
				claimed += yes(p.town == p.gang.houseTown)
			} else {
				holds(p.shipLate || p.street == p.gang.street && p.town == p.gang.houseTown, "the house is the claimed home unless the address changed late")
			}
		case vpnSolo:
			holds(p.vpn >= 0 && p.vpnAlways, "always behind a VPN")
		case careful:
			holds(!p.vpnAlways && len(p.stays) == 0 && len(onLine[p.home]) == 1, "a clean line of one's own")
		}
		switch p.tactic {
		case vpnSolo, borrowed, standIn, careful, dayHands, nightHands, shiftHands:
			holds(elsewhere(p.handsTown, p.town), "hands five hours or more from the claimed home")
		}
		switch p.tactic {
		case dayHands:
			holds(len(p.hands) == 1 && p.hands[0].zone.String() == towns[p.handsTown].zone && byDay(p.hands[0]), "the day of where the hands are")
		case nightHands:
			holds(len(p.hands) == 1 && p.hands[0].zone.String() == towns[p.town].zone && (p.nights || byDay(p.hands[0])), "the hours of the claimed place")
		case shiftHands:
			holds(len(p.hands) == 2 || len(p.hands) == 3, "two or three hands")
			for i := 1; i < len(p.hands); i++ {
				gap := middle(p.hands[i]) - middle(p.hands[i-1])
				holds(gap > 3 && gap < 12, "in turns")
			}
		case farmMoves:
			last := p.stays[len(p.stays)-1]
			since := int(last.from.Sub(s.start) / (24 * time.Hour))
			holds(since >= 21 && since < 35, "the house is given up after three to five weeks")
			holds(last.town != p.gang.houseTown && last.line != p.home && last.to.After(s.end), "the laptop goes elsewhere and stays there")
		case standIn:
			met[p.meetsFrom == p.town]++
		}
		if p.tactic != standIn {
			holds(p.meetsFrom == p.handsTown, "whose hands they are sits in the interviews")
		}
	}
	if met[true] < 10 || met[false] < 10 {
		t.Errorf("stand-ins: %d live where the profile does, %d where the hands are; want about as many", met[true], met[false])
	}
	if 3*claimed < farmers || 4*claimed > 3*farmers {
		t.Errorf("%d of %d people with laptops in a house claim its town, want about half", claimed, farmers)
	}
}

func yes(b bool) int {
	if b {
		return 1
	}
	return 0
}

// middle is that of a hand's working hours, in hours from midnight.
func middle(h hand) float64 { return (h.blocks[0][0] + h.blocks[len(h.blocks)-1][1]) / 2 }

// byDay reports whether working hours lie around the middle of a day: four and a
// half deviations of the middles.
func byDay(h hand) bool { return middle(h) > 13.25-4.5 && middle(h) < 13.25+4.5 }

// TestMisreadWindows holds that so many windows are misread as the figure says,
// and that after one misreading the next is one oftener than by chance: of 3 %,
// one in five is a habit: 0.6 % + 99.4 % of 2.4 % are misread, and of these
// (0.6 % + 99.4 % of 2.4 % twice) / 3 % are misread again.
func TestMisreadWindows(t *testing.T) {
	s, o := &company{}, odds{windowMisread: 0.03}
	const people = 200_000
	first, again := 0.0, 0.0
	for i := range uint64(people) {
		p := &person{key: i}
		c := draw(1, i, "two readings")
		if !s.misread(p, o, c) {
			continue
		}
		first++
		if s.misread(p, o, c) {
			again++
		}
	}
	if got := first / people; math.Abs(got-0.030) > 0.0015 {
		t.Errorf("%.4f of the first readings are wrong, want 0.030", got)
	}
	if got := again / first; math.Abs(got-0.22) > 0.025 {
		t.Errorf("after one wrong reading %.3f of the next are, want 0.22", got)
	}
}
