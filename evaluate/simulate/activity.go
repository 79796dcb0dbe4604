// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"slices"
	"time"
)

// ordinaryHand is one person's own day. Middles of working days differ by about
// an hour between people (chronotype), lengths by half of one.
func (s *company) ordinaryHand(p *person, c chance) hand {
	h := s.hand(c, towns[p.town].zone, 8.9, 17.5)
	switch {
	case p.in("night_owl"):
		h.later(c.around(4.8, 0.6))
	case p.nights:
		h.later(c.around(nightLater, 0.6))
	case p.in("split_hours"):
		h.blocks = [][2]float64{{c.around(6.8, 0.4), c.around(11.6, 0.4)}, {c.around(19, 0.5), c.around(22.4, 0.4)}}
	}
	if p.in("on_call") {
		h.onCallWeek = c.IntN(4) + 1
	}
	return h
}

// later moves the working hours.
func (h *hand) later(by float64) {
	for i := range h.blocks {
		h.blocks[i][0] += by
		h.blocks[i][1] += by
	}
}

// hand draws somebody who works from and to about these hours.
func (s *company) hand(c chance, zone string, from, to float64) hand {
	middle, half := c.around((from+to)/2, 1), c.around((to-from)/2, 0.35)
	lunch := middle + c.around(-0.4, 0.4)
	return hand{
		zone: location(zone), blocks: [][2]float64{{middle - half, lunch}, {lunch + c.between(0.4, 1), middle + half}},
		agent: -1, weekend: max(0, c.around(0.05, 0.05)), perHour: c.between(1.2, 3.8),
	}
}

// daysOff are holidays of the whole company, and weeks of leave of each person.
var daysOff = []string{"2026-04-03", "2026-04-06", "2026-05-01", "2026-05-25", "2026-07-03", "2026-09-07", "2026-11-26", "2026-12-24", "2026-12-25"}

const (
	shareLeaveWeek = 0.05 // of weeks, a week of leave
	shareSickDay   = 0.02 // of days
)

// line is what a person's sign-ins of a day come through.
func (s *company) line(p *person, h hand, c chance, day int, date time.Time) string {
	for _, st := range p.stays {
		if !date.Before(st.from) && date.Before(st.to) {
			if p.vpnAlways && st.zone != nil {
				break // whoever always uses a VPN does so away from home too
			}
			return address(st.line, p.key, day)
		}
	}
	switch {
	case h.line != "":
		return h.line
	case p.office:
		return egressLine(int(p.key % egressLines))
	case p.vpn >= 0 && (p.vpnAlways || c.is(0.5)):
		return vpnExit(p.vpn, p.exit, c)
	}
	return address(p.home, p.key, day)
}

// moment is one act of a person.
type moment struct {
	at    time.Time
	p     *person
	agent int
	line  string
	first bool // of the hand's day
	day   int
	roll  uint64
}

// acts appends a person's acts of one day, in local time of each hand, to out.
func (s *company) acts(out []moment, p *person, day int) []moment {
	date := s.start.AddDate(0, 0, day)
	if date.Before(p.hired.Truncate(24*time.Hour)) || !p.left.IsZero() && !date.Before(p.left) {
		return out
	}
	for _, st := range p.stays {
		if st.zone != nil && (sameDay(date, st.from) || sameDay(date, st.to)) {
			return out // on the way: nobody works at two ends of a flight on one day
		}
	}
	week := s.draw(p, "leave "+date.AddDate(0, 0, -(day%7)).Format(time.DateOnly))
	if week.is(shareLeaveWeek) || slices.Contains(daysOff, date.Format(time.DateOnly)) {
		return out
	}
	c := s.draw(p, "day "+date.Format(time.DateOnly))
	for i := range p.hands {
		h := &p.hands[i]
		working := !c.is(shareSickDay)
		if wd := date.Weekday(); wd == time.Saturday || wd == time.Sunday {
			working = c.is(h.weekend)
		}
		if working {
			out = s.handsDay(out, p, h, c, day, date)
		}
		if h.onCallWeek > 0 && (day/7)%4 == h.onCallWeek-1 && c.is(0.3) {
			out = s.block(out, p, h, c, day, date, [2]float64{c.between(0, 5), 0}, s.line(p, *h, c, day, date))
		}
	}
	return out
}

func sameDay(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }

func (s *company) handsDay(out []moment, p *person, h *hand, c chance, day int, date time.Time) []moment {
	line := s.line(p, *h, c, day, date)
	late := c.around(0, 0.35)
	first := len(out)
	for _, b := range h.blocks {
		out = s.block(out, p, h, c, day, date, [2]float64{b[0] + late, b[1] + c.around(0, 0.4)}, line)
	}
	if p.mobile && c.is(0.25) && len(out) > first {
		out[first+c.IntN(len(out)-first)].line = mobileLine(c, p.town)
	}
	if len(out) > first {
		out[first].first = true
	}
	return out
}

// block appends the acts of some hours; a block that ends before it begins is a
// short one, as when somebody is woken.
func (s *company) block(out []moment, p *person, h *hand, c chance, day int, date time.Time, b [2]float64, line string) []moment {
	if b[1] <= b[0] {
		b[1] = b[0] + 0.6
	}
	zone := h.zone
	for _, st := range p.stays {
		if st.zone != nil && !date.Before(st.from) && date.Before(st.to) {
			zone = st.zone
		}
	}
	// Noon exists on every day, also when clocks change.
	noon := time.Date(date.Year(), date.Month(), date.Day(), 12, 0, 0, 0, zone)
	n := int((b[1]-b[0])*h.perHour + c.Float64())
	from := len(out)
	for range max(1, n) {
		hours := c.between(b[0], b[1]) - 12
		at := noon.Add(time.Duration(hours * float64(time.Hour))).UTC()
		if at.Before(s.start) || !at.Before(s.end) {
			continue
		}
		out = append(out, moment{at: at, p: p, agent: h.agent, line: line, day: day, roll: c.Uint64()})
	}
	slices.SortFunc(out[from:], func(a, b moment) int { return a.at.Compare(b.at) })
	return out
}
