// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// stage is how far a person came.
type stage int

const (
	applied stage = iota
	interviewed
	finalist
	hired
)

// Shares of people and of applicants, assumptions.
const (
	shareWorkers    = 0.40
	tenureHonest    = 540  // days, mean
	tenureDeceptive = 180  // days, mean; "about six months"
	shareLeft       = 0.03 // of workers, during the logs
)

// person is one invented person: who they say they are, and how they behave.
// Deceptive or not, everybody has the same fields and goes through the same
// stages.
type person struct {
	key       uint64 // whose generator; see draw
	id        string
	deceptive bool
	tactic    string
	groups    []string
	slots     map[string]bool // taken by groups that exclude one another
	odds      odds            // shared between people unless changed
	gang      *gang           // deceptive people who belong together, or nil

	given, family, former  string
	town                   int // claimed
	stage                  stage
	applied, hired, left   time.Time
	email, phone           string
	street                 string
	user                   string
	role, req, agency      string
	github, linkedin       string
	applyAddress, agent    string
	absence, relation      string
	nights                 bool   // employed for night shifts
	shift                  string // working hours that HR has
	accommodation, protect string
	earlier                *earlier // an application of the same person a while ago

	// Where the hands are, and which lines they use.
	handsTown int
	home      string // the line of the claimed home, or of whatever stands for it
	hands     []hand
	stays     []stay
	meetsFrom int // the town of whoever sits in the interviews
	vpn       int // consumer VPN firm on about half of the days, or on all; -1 for none
	exit      int // the town where it is left
	vpnAlways bool
	office    bool // always behind the company's egress
	mobile    bool

	shipStreet string
	shipTown   int
	shipPost   string // instead of the town's name and region, if not empty
	shipLate   bool
	moved      time.Time // to another home; zero for never

	paidTo *person // whose account the pay goes to, if not the own
	cv     recipe

	mail, named, account []byte // as JSON strings, for the logs
}

// earlier is an application that a person made under another id.
type earlier struct {
	id    string
	at    time.Time
	email string
}

// hand is somebody who works an account: one for honest people.
type hand struct {
	zone       *time.Location
	blocks     [][2]float64 // working hours, local, from midnight; may pass 24
	agent      int
	line       string // if not the person's
	weekend    float64
	perHour    float64
	onCallWeek int // one week in this many, 0 for none
}

// stay is time at another place.
type stay struct {
	from, to time.Time
	town     int
	line     string
	zone     *time.Location // hours follow this zone, nil for the usual one
}

// gang is a group of deceptive people.
type gang struct {
	id            string
	key           uint64
	phone         string
	account       string
	factor        string
	holder        string
	document      string
	author        string
	applyAddress  string
	members       int
	houseTown     int
	house         string // line of the house with the laptops
	street        string
	handsTown     int
	requisition   string
	firstApplying time.Time
	shares        map[Sign]bool // what its members have in common
}

// company is everybody, and where files stand.
type company struct {
	c      Config
	people []*person // by id
	lines  lines
	plain  [2]odds // honest and deceptive
	taken  map[string]bool
	start  time.Time
	end    time.Time
	sum    Summary
}

func newCompany(c Config) *company {
	s := &company{c: c, plain: [2]odds{oddsOf(false), oddsOf(true)}, taken: map[string]bool{}, lines: lines{six: map[[2]uint32]bool{}}, start: LogStart, end: LogStart.AddDate(0, 0, 7*c.Weeks)}
	honest := make([]*person, c.People)
	for i := range honest {
		honest[i] = s.newPerson(uint64(i), false)
	}
	s.joinGroups(honest)
	deceptive := s.deceive()
	for _, p := range honest {
		s.settle(p)
	}
	for _, p := range deceptive {
		s.settle(p)
	}
	s.people = slices.Concat(honest, deceptive)
	for _, p := range s.people {
		s.tellStays(p)
	}
	slices.SortFunc(s.people, func(a, b *person) int { return cmp.Compare(a.id, b.id) })
	s.count()
	return s
}

// newPerson draws what everybody has. The side takes no part but in the key.
func (s *company) newPerson(index uint64, deceptive bool) *person {
	p := &person{deceptive: deceptive, key: index * 2, odds: s.plain[0], vpn: -1, slots: map[string]bool{}}
	if deceptive {
		p.key++
		p.odds = s.plain[1]
	}
	p.id = s.newID(uint32(p.key)) //nolint:gosec // below 2^32 for any size allowed
	c := s.draw(p, "who")
	p.given, p.family = name(c)
	p.town = c.IntN(len(towns))
	p.stage = hired
	if !c.is(shareWorkers) {
		p.stage = s.c.Process.applicantStage(c)
	}
	p.street = fmt.Sprintf("%d %s %s", 1+c.IntN(1900), of(c, streetWords), of(c, streetKinds))
	p.req, p.role = "", of(c, roles)
	p.req = fmt.Sprintf("REQ-%d", 200+c.IntN(60))
	p.agent = of(c, agents)
	if c.is(0.08) {
		p.agency = of(c, agencies)
	}
	return p
}

func (s *company) draw(p *person, what string) chance { return draw(s.c.Seed, p.key, what) }

// newID gives ids that say nothing of side and order. The seed takes part, so
// that two companies' people do not have the same ids.
func (s *company) newID(key uint32) string {
	return fmt.Sprintf("p-%08x", scramble(key^scramble(uint32(s.c.Seed)))) //nolint:gosec // any part of the seed does
}

// dates sets when a person applied and was hired.
func (s *company) dates(p *person) {
	c := s.draw(p, "dates")
	if p.stage != hired {
		if p.applied.IsZero() {
			days := s.end.Sub(s.start).Hours()/24 + 42
			since := float64(max(1, s.c.Process.Done))
			p.applied = s.end.Add(-time.Duration(c.between(since, max(since, days)) * 24 * float64(time.Hour))).Truncate(time.Second)
		}
		return
	}
	mean := float64(tenureHonest)
	if p.deceptive {
		mean = tenureDeceptive
	}
	if p.hired.IsZero() {
		days := min(10+c.ExpFloat64()*mean, 3000)
		day := s.end.AddDate(0, 0, -int(days))
		for wd := day.Weekday(); wd == time.Saturday || wd == time.Sunday; wd = day.Weekday() {
			day = day.AddDate(0, 0, -1)
		}
		p.hired = day.Add(9 * time.Hour)
	}
	p.applied = p.hired.AddDate(0, 0, -c.IntN(35)-30).Add(time.Duration(c.IntN(36000)) * time.Second)
	if c.is(shareLeft) {
		if left := s.end.AddDate(0, 0, -1-c.IntN(21)); left.After(p.hired.AddDate(0, 0, 7)) {
			p.left = left
		}
	}
}

// settle completes a person after groups and tactics had their say.
func (s *company) settle(p *person) {
	if s.c.Names != nil {
		p.given, p.family = s.c.Names(p.given), s.c.Names(p.family)
		if p.former != "" {
			p.former = s.c.Names(p.former)
		}
	}
	if p.applied.IsZero() {
		s.dates(p)
	}
	s.contacts(p)
	c := s.draw(p, "settle")
	if p.home == "" {
		p.home = s.lines.home(c, p.town, c.is(p.odds[wrongPlace]))
	}
	s.route(p, c)
	if len(p.hands) == 0 {
		p.handsTown, p.meetsFrom = p.town, p.town
		p.hands = []hand{s.ordinaryHand(p, c)}
	}
	s.logistics(p)
	s.authorship(p)
	p.mail, p.named, p.account = quoted(p.workEmail()), quoted(p.name()), quoted(p.user)
}

// authorship sets whose name a résumé's file carries, if not the person's: that
// of a group's writer, a former one, or that of whoever had the computer before.
func (s *company) authorship(p *person) {
	c := s.draw(p, "author")
	if p.cv.author != "" || !c.is(p.odds[foreignAuthor]) {
		return
	}
	switch {
	case p.gang != nil:
		p.cv.author = p.gang.author
	case p.former != "":
		p.cv.author = p.given + " " + p.former
	default:
		p.cv.author = s.somebody(c)
	}
}

// somebody is the name of a person who is not in the company.
func (s *company) somebody(c chance) string {
	given, family := name(c)
	if s.c.Names != nil {
		given, family = s.c.Names(given), s.c.Names(family)
	}
	return given + " " + family
}

// contacts makes the e-mail addresses, numbers and profiles. Those that hold the
// name have a generator of their own, so that another name changes nothing else.
func (s *company) contacts(p *person) {
	c := s.draw(p, "e-mail")
	given, family := ascii(p.given), ascii(p.family)
	tag := ""
	if p.in("plus_tag") {
		tag = "+jobs"
	}
	p.email = s.unique(of(c, []string{given + "." + family, given + family, family + "." + given}), c, tag+"@"+of(c, mailHosts))
	p.user = s.unique(given+"."+family, s.draw(p, "user"), "")
	c = s.draw(p, "contact")
	number := scramble(uint32(p.key)) //nolint:gosec // as in newPerson
	if own := phone(c, towns[p.town], number); p.phone == "" {
		p.phone = own
	}
	if p.in(privateCode) {
		return
	}
	if c.is(0.5) {
		p.github = fmt.Sprintf("%s-%06x", given, number>>8)
	}
	if c.is(0.6) {
		p.linkedin = fmt.Sprintf("%s-%s-%07x", given, family, number>>4)
	}
}

// route draws what the person's applications and sign-ins come through.
func (s *company) route(p *person, c chance) {
	firm, exit := c.IntN(vpnFirms), s.exitTown(c, p.town)
	through := address(p.home, p.key, 0)
	switch {
	case p.applyAddress != "":
		through = p.applyAddress
	case c.is(p.odds[applyVPN]):
		through = vpnExit(firm, exit, c)
	case c.is(p.odds[applyHosting]):
		through = serverLine(c, exit)
	case c.is(0.2):
		through = mobileLine(c, p.town)
	}
	p.applyAddress = through
	if p.vpn < 0 && c.is(p.odds[workVPN]) && !p.office {
		p.vpn, p.exit = firm, exit
	}
	p.mobile = c.is(p.odds[mobileUse])
}

// shareNearExit is how many leave a VPN near where they say they are; the others
// leave it anywhere.
const shareNearExit = 0.75

func (s *company) exitTown(c chance, near int) int {
	if c.is(shareNearExit) {
		return near
	}
	return c.IntN(len(towns))
}

// logistics sets where the laptop goes.
func (s *company) logistics(p *person) {
	c := s.draw(p, "ship")
	if p.shipStreet == "" {
		p.shipStreet, p.shipTown = p.street, p.town
		if p.stage == hired && c.is(p.odds[lateAddress]) {
			p.shipLate = true
			p.shipStreet = fmt.Sprintf("%d %s %s", 1+c.IntN(1900), of(c, streetWords), of(c, streetKinds))
			if c.is(0.4) {
				p.shipTown = otherTown(c, p.town)
			}
		}
	}
}

// change gives a person odds of their own.
func (p *person) change(signs map[Sign]float64) {
	if len(signs) == 0 {
		return
	}
	p.odds = maps.Clone(p.odds)
	maps.Copy(p.odds, signs)
}

// unique returns a name in front of an ending that nobody else has.
func (s *company) unique(base string, c chance, end string) string {
	if base == "" || base == "." {
		base = "person"
	}
	for n := 0; ; n++ {
		candidate := base + end
		if n > 0 || end != "" && c.is(0.6) {
			candidate = fmt.Sprintf("%s%d%s", base, 2+c.IntN(97+n*50), end)
		}
		if !s.taken[candidate] {
			s.taken[candidate] = true
			return candidate
		}
	}
}

func (p *person) name() string { return p.given + " " + p.family }

func (p *person) workEmail() string { return p.user + "@" + domain }

func (p *person) worker() bool { return p.stage == hired }

// reached reports whether a person came to a stage.
func (p *person) reached(at stage) bool { return p.stage >= at }

func (p *person) in(group string) bool { return slices.Contains(p.groups, group) }

// domain is the company's own, in a zone kept for examples (RFC 2606).
const domain = "simulated.example"

// phone is a number within ranges for fiction where there are some (555-01xx in
// North America), and elsewhere one that begins with 555, in the right length.
func phone(c chance, t town, number uint32) string {
	if t.dial == "1" {
		return fmt.Sprintf("+1%d%d%d55501%02d", 2+number%8, number/8%9, number/72%10, number/720%100)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "+%s555", t.dial)
	for range t.digits - 3 {
		b.WriteByte("0123456789"[c.IntN(10)])
	}
	return b.String()
}

var (
	roles       = []string{"Backend engineer", "Firmware engineer", "Data engineer", "Site reliability engineer", "Frontend engineer", "Security engineer", "Mobile engineer", "QA engineer"}
	agencies    = []string{"Template Talent", "Specimen Staffing", "Placeholder People", "Fixture Recruiting", "Example Bridge"}
	mailHosts   = []string{"mail0.example", "mail1.example", "mail2.example", "mail3.example", "mail4.example", "mail5.example", "post.example.com", "post.example.org", "box.example.net"}
	streetWords = []string{
		"Sample", "Example", "Placeholder", "Specimen", "Fixture", "Template", "Mock", "Dummy", "Proof", "Pattern", "Draft", "Model", "Trial", "Test",
		"Prototype", "Stencil", "Sketch", "Rehearsal", "Gauge", "Swatch", "Cutout", "Stand-in", "Paper", "Plaster", "Cardboard", "Token", "Practice", "Exhibit", "Replica", "Study",
	}
	streetKinds = []string{"Street", "Lane", "Road", "Way", "Close", "Avenue", "Court", "Rise", "Row", "Terrace", "Walk", "Gardens", "Square", "Drive", "Hill", "Mews"}
	agents      = []string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/141.0 Safari/537.36",
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0",
	}
)
