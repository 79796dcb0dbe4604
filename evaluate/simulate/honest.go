// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"fmt"
	"slices"
	"time"
)

// who is a stage that a group is drawn from.
type who int

const (
	anyone who = iota
	workers
	applicants
)

// group is a group of honest people whose records look unusual.
type group struct {
	slug, what string
	share      float64 // of the honest people it is drawn from
	from       who
	slot       string // groups with one slot exclude one another; "" for none
	size       [2]int // people who belong together; 0, 0 for none
	signs      map[Sign]float64
	apply      func(*company, chance, *person)
	join       func(*company, chance, []*person)
}

// Shares of honest people who told the company, assumptions.
const (
	toldNight    = 0.95 // shifts of those employed for nights: pay for nights depends on them
	toldTravel   = 0.60
	toldCouple   = 0.80
	toldSiblings = 0.50
	toldCowork   = 0.70
	toldRecorded = 0.90 // accommodations
	toldFormer   = 0.70 // former names
	toldMilitary = 0.50 // military addresses, declared as protected
)

// privateCode are people whose code is their employers'. They have no public
// profile, and cannot always go into details, which are not theirs to tell.
const privateCode = "private_code"

// nomadUndeclared are honest about who they are and not about where they work: to
// ask them is what Daylight is for, and the limit of fairness does not hold for
// them. docs/method.md §1 and §9 say why.
const nomadUndeclared = "nomad_undeclared"

// honestGroups lists the groups, which docs/simulator.md describes. The shares
// are assumptions, set so that each is large enough to be measured.
func honestGroups() []group {
	return []group{
		{slug: "night_owl", what: "works from midday into the night", share: 0.05, from: workers, slot: "hours"},
		{slug: "split_hours", what: "works early and late around a family's day", share: 0.05, from: workers, slot: "hours"},
		{slug: "night_work", what: "is employed for night shifts", share: shareNightWork, from: workers, slot: "hours", apply: (*company).keepsNights},
		{slug: "on_call", what: "is on call one week in four and woken on some nights", share: 0.08, from: workers},
		{slug: "travel", what: "works from another place for one to two weeks", share: 0.06, from: workers, slot: "place", apply: (*company).travels},
		{slug: "nomad_declared", what: "works from another place for weeks, and HR knows", share: 0.027, from: workers, slot: "place", apply: func(s *company, c chance, p *person) { s.wanders(c, p, 1) }},
		{slug: nomadUndeclared, what: "works from another place for weeks, and told nobody", share: 0.003, from: workers, slot: "place", apply: func(s *company, c chance, p *person) { s.wanders(c, p, 0) }},
		{slug: "corporate_vpn", what: "comes through the company's own VPN", share: 0.05, from: workers, slot: "place", signs: map[Sign]float64{workVPN: 0}, apply: func(_ *company, _ chance, p *person) { p.office = true }},
		{slug: "privacy_vpn", what: "uses a consumer VPN all year", share: 0.03, slot: "place", signs: map[Sign]float64{applyVPN: 0.95, workVPN: 1}, apply: func(_ *company, _ chance, p *person) { p.vpnAlways = true }},
		{slug: "couple", what: "lives with another person in the records", share: 0.022, slot: "home", size: [2]int{2, 2}, join: (*company).couple},
		{slug: "household", what: "lives with a brother or sister in the records", share: 0.01, slot: "home", size: [2]int{2, 2}, join: (*company).siblings},
		{slug: "coworking", what: "works in a co-working space with others of the company", share: 0.03, from: workers, slot: "home", size: [2]int{3, 6}, join: (*company).cowork},
		{slug: "student_house", what: "lives in a shared house behind one campus address", share: 0.02, from: applicants, slot: "home", size: [2]int{2, 5}, join: (*company).studentHouse},
		{slug: "reapplied", what: "applied half a year earlier with an older résumé", share: 0.02, from: applicants, apply: (*company).appliesAgain},
		{slug: "same_template", what: "uses a résumé template and its phrases", share: 0.03, slot: "résumé", size: [2]int{2, 3}, join: (*company).shareTemplate},
		{slug: "same_agency", what: "was written up by an agency that does so for all its people", share: 0.03, from: applicants, slot: "résumé", size: [2]int{3, 8}, join: (*company).shareAgency},
		{slug: "name_twin", what: "has the same name as another person", share: 0.015, size: [2]int{2, 2}, join: func(_ *company, _ chance, m []*person) { m[1].given, m[1].family = m[0].given, m[0].family }},
		{slug: "refugee_thin_file", what: "has a short history and a new telephone", share: 0.025, slot: "résumé", signs: map[Sign]float64{jobSilent: 0.7, jobDenied: 0.02, voipPhone: 0.4, refereeSilent: 0.4, checkExtended: 0.5, wallet: 0.003}, apply: func(_ *company, _ chance, p *person) { p.cv.short = true }},
		{slug: "poor_camera_rural", what: "has a poor camera and a rural line", share: 0.025, slot: "interview", signs: map[Sign]float64{cameraBrief: 0.4, poorVideo: 0.8, bandwidthExcuse: 0.7, delayedAudio: 0.4, gestureFailed: 0.1, poorLight: 0.2}},
		{slug: "facial_difference", what: "declines video, with an accommodation", share: 0.015, slot: "interview", signs: map[Sign]float64{cameraRefused: 0.7, gestureRefused: 0.6, liveIDDeclined: 0.05}, apply: (*company).accommodate},
		{slug: "disability_accommodation", what: "works with an accommodation", share: 0.025, slot: "interview", signs: map[Sign]float64{gestureRefused: 0.25, gestureFailed: 0.15, longPauses: 0.4, cameraBrief: 0.15, receivedByOther: 0.15, readAloud: 0.15, shallowAnswers: 0.15}, apply: (*company).accommodate},
		{slug: "military_apo", what: "gets post at a military address", share: 0.012, from: workers, slot: "ship", apply: (*company).postedToBase},
		{slug: "moved_and_changed_bank", what: "moves and changes bank in one month", share: 0.02, from: workers, slot: "place", signs: map[Sign]float64{bankChange: 1}, apply: (*company).moves},
		{slug: privateCode, what: "wrote code for employers alone, and has no public profile", share: 0.05, signs: map[Sign]float64{shallowAnswers: 0.15}},
		{slug: "plus_tag", what: "uses a tagged e-mail address", share: 0.02},
		{slug: "name_change", what: "has changed their name", share: 0.03, signs: map[Sign]float64{jobDenied: 0.10, degreeDenied: 0.08, documentMismatch: 0.02, otherHolder: 0.10, foreignAuthor: 0.25}, apply: func(_ *company, c chance, p *person) {
			_, before := name(c)
			p.former = before
		}},
		{slug: "non_native_writing", what: "writes in a language learnt late", share: 0.05, signs: map[Sign]float64{readAloud: 0.10, longPauses: 0.25, shallowAnswers: 0.15}, apply: func(_ *company, _ chance, p *person) { p.cv.learner = true }},
	}
}

// joinGroups draws who belongs to which group, and joins those who belong
// together in the order of their numbers.
func (s *company) joinGroups(honest []*person) {
	for _, g := range honestGroups() {
		var waiting []*person
		for _, p := range honest {
			switch {
			case g.from == workers && !p.worker(), g.from == applicants && p.worker(), g.slot != "" && p.slots[g.slot]:
				continue
			}
			c := s.draw(p, "group "+g.slug)
			if !c.is(g.share) {
				continue
			}
			if g.size[1] > 0 {
				waiting = append(waiting, p)
				continue
			}
			p.enter(g)
			if g.apply != nil {
				g.apply(s, c, p)
			}
		}
		for len(waiting) >= g.size[0] && len(waiting) > 0 {
			c := s.draw(waiting[0], "join "+g.slug)
			n := min(g.size[0]+c.IntN(g.size[1]-g.size[0]+1), len(waiting))
			for _, p := range waiting[:n] {
				p.enter(g)
			}
			g.join(s, c, waiting[:n])
			waiting = waiting[n:]
		}
	}
}

func (p *person) enter(g group) {
	p.groups = append(p.groups, g.slug)
	if g.slot != "" {
		p.slots[g.slot] = true
	}
	p.change(g.signs)
}

const (
	shareNightWork = 0.06
	// nightShift is what HR has of a night shift, local to the claimed place.
	nightShift = "22:00-06:00"
	// nightLater is how much later than a day a night shift begins, hours.
	nightLater = 13.0
)

// militaryPost stands for the town in a military address, which names none.
const militaryPost = "APO"

// postedToBase sends a person's post to a military address. The home is where it is
// claimed to be; half of these people have it declared as protected.
func (s *company) postedToBase(c chance, p *person) {
	p.shipStreet, p.shipTown, p.shipPost = fmt.Sprintf("PSC %d, Box %d", 1+c.IntN(90), 100+c.IntN(9000)), p.town, militaryPost
	if c.is(toldMilitary) {
		p.protect = "yes"
	}
}

// keepsNights employs a person for nights.
func (s *company) keepsNights(c chance, p *person) {
	p.nights = true
	if c.is(toldNight) {
		p.shift = nightShift
	}
}

func (s *company) travels(c chance, p *person) {
	from := s.start.AddDate(0, 0, c.IntN(max(1, 7*s.c.Weeks-10)))
	s.away(c, p, from, from.AddDate(0, 0, 5+c.IntN(9)), toldTravel)
}

func (s *company) wanders(c chance, p *person, told float64) {
	from := s.start.AddDate(0, 0, c.IntN(max(1, 7*s.c.Weeks/2)))
	s.away(c, p, from, from.AddDate(0, 0, 21+c.IntN(28)), told)
}

// away makes a person work elsewhere for a while, in the hours of that place.
func (s *company) away(c chance, p *person, from, to time.Time, told float64) {
	t := otherTown(c, p.town)
	p.stays = append(p.stays, stay{from, to, t, guestLine(t, c.IntN(partSize)), location(towns[t].zone)})
	if c.is(told) {
		p.absence = p.stays[0].declared()
	}
}

// declared is a stay as HR writes it down.
func (st stay) declared() string {
	t := towns[st.town]
	return fmt.Sprintf("%s/%s @%s, %s", st.from.Format(time.DateOnly), st.to.AddDate(0, 0, -1).Format(time.DateOnly), t.city, t.country)
}

// moves takes a person to another home of the same country, if the company has
// another town there, and otherwise across the same one.
func (s *company) moves(c chance, p *person) {
	p.moved = s.start.AddDate(0, 0, 7+c.IntN(max(1, 7*s.c.Weeks-14)))
	t := p.town
	if other := slices.IndexFunc(towns, func(o town) bool { return o.country == towns[p.town].country && o != towns[p.town] }); other >= 0 {
		t = other
	}
	p.stays = append(p.stays, stay{p.moved, s.end.AddDate(1, 0, 0), t, s.lines.home(c, t, false), location(towns[t].zone)})
}

func (s *company) accommodate(c chance, p *person) {
	if c.is(toldRecorded) {
		p.accommodation = "yes"
	}
}

// household puts people behind one line, at one address.
func (s *company) household(c chance, members []*person) {
	first := members[0]
	line := s.lines.home(c, first.town, c.is(first.odds[wrongPlace]))
	for _, p := range members {
		p.town, p.street, p.home = first.town, first.street, line
	}
}

func (s *company) couple(c chance, m []*person) {
	s.household(c, m)
	if c.is(toldCouple) {
		m[0].relation, m[1].relation = "household:"+m[1].id, "household:"+m[0].id
	}
	if c.is(m[0].odds[sharedPhone]) {
		m[0].phone = phone(c, towns[m[0].town], c.Uint32())
		m[1].phone = m[0].phone
	}
	if c.is(m[0].odds[sharedAccount]) { // a joint account
		m[1].paidTo = m[0]
	}
}

func (s *company) siblings(c chance, m []*person) {
	s.household(c, m)
	m[1].family = m[0].family
	if c.is(toldSiblings) {
		m[0].relation, m[1].relation = "household:"+m[1].id, "household:"+m[0].id
	}
}

func (s *company) cowork(c chance, m []*person) {
	t, line := m[0].town, coworkLine(m[0].town, c.IntN(partSize))
	for _, p := range m {
		p.town, p.home = t, line
		if c.is(toldCowork) {
			p.relation = "coworking:Fixture Works " + towns[t].city
		}
	}
}

func (s *company) studentHouse(c chance, m []*person) {
	line := campusLine(m[0].town, c.IntN(partSize))
	for _, p := range m {
		p.town, p.street, p.home = m[0].town, m[0].street, line
	}
}

func (s *company) appliesAgain(c chance, p *person) {
	s.dates(p)
	p.earlier = &earlier{id: s.newID(uint32(p.key) | 1<<31), at: p.applied.AddDate(0, -5-c.IntN(4), -c.IntN(28))} //nolint:gosec // as in newPerson
	if c.is(0.3) {
		p.earlier.email = "another"
	}
}

func (s *company) shareTemplate(c chance, m []*person) {
	key := c.Uint64()
	for _, p := range m {
		p.cv.template, p.cv.templateKey = fmt.Sprintf("template-%04x.dotx", key>>48), key
	}
}

func (s *company) shareAgency(c chance, m []*person) {
	agency, key, line := of(c, agencies), c.Uint64(), egressAgency(c)
	for _, p := range m {
		p.agency, p.cv.templateKey, p.cv.template, p.cv.author = agency, key, "agency-profile.dotx", agency
		p.relation = "agency:" + agency
		if c.is(0.5) {
			p.applyAddress = line
		}
	}
}

// egressAgency is an agency's own line: a business line of some town.
func egressAgency(c chance) string { return coworkLine(c.IntN(len(towns)), 16+c.IntN(16)) }
