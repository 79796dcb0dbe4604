// SPDX-License-Identifier: Apache-2.0

// Package sample makes the sample company: Larkspur Instruments, forty-odd
// invented people in the formats of the vendors whose exports Daylight reads.
//
// A handful of profiles are not what they claim to be. Most of the others look
// unusual and are innocent: they are the hard cases that no report may escalate.
// Every family name means "example", "sample" or "test" in some language, every
// address lies in a documentation range, and both sides are drawn from many
// naming traditions.
package sample

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Company is what the sample company is called, and Domain that of its addresses.
const (
	Company = "Larkspur Instruments"
	Domain  = "larkspur.example"
)

// AsOf is the day the sample company's exports were taken, UTC.
var AsOf = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)

// logStart is the first day of the sample's activity logs, a Monday.
var logStart = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

const logWeeks = 8

// Files writes every file of the sample company through create, which is called
// with a slash-separated path once a file, in a fixed order. The bytes are the
// same each time. swap, if not nil, makes everybody come from somewhere else.
func Files(create func(path string, data []byte) error, swap *Swap) error {
	c := company{rng: rand.New(rand.NewPCG(20260501, 7)), people: cast()} //nolint:gosec // a sample, the same each time
	if swap != nil {
		c.swap = *swap
	}
	for i := range c.people {
		c.people[i].turn(c.swap)
		c.people[i].fill(i)
		c.people[i].settle(c.swap)
	}
	writers := []struct {
		path string
		make func() ([]byte, error)
	}{
		{"ats/candidates.json", c.greenhouse},
		{"hr/people.csv", c.peopleCSV},
		{"hr/users.json", c.scim},
		{"interviews/interviews.csv", c.interviews},
		{"checks/checks.csv", c.checks},
		{"payroll/accounts.csv", c.payroll},
		{"it/shipping.csv", c.shipping},
		{"it/osquery.jsonl", c.osquery},
		{"logs/okta.jsonl.gz", c.okta},
		{"logs/github-audit.jsonl", c.github},
		{"logs/slack-audit.json", c.slack},
		{"logs/ocsf.jsonl", c.ocsf},
		{"cases/outcomes.csv", c.outcomes},
		{"cases/identifiers.csv", c.identifiers},
		{"cases/bundle.json", c.stix},
		{"places/sample.mmdb", c.places},
	}
	for _, w := range writers {
		data, err := w.make()
		if err != nil {
			return fmt.Errorf("make %s: %w", w.path, err)
		}
		if err := create(w.path, data); err != nil {
			return err
		}
	}
	for _, p := range c.people {
		if p.resume == "" {
			continue
		}
		data, err := c.resume(p)
		if err != nil {
			return fmt.Errorf("make the résumé of %s: %w", p.id, err)
		}
		if err := create("resumes/"+p.resumeFile(), data); err != nil {
			return err
		}
	}
	return nil
}

// Names lists every given and family name of the cast, sorted.
func Names() []string {
	var out []string
	for _, p := range cast() {
		out = append(out, p.given, p.family)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Genuine lists the ids of the people who are what they say, sorted.
func Genuine() []string { return ids(false) }

// Deceptive lists the ids of the profiles that are not what they say, sorted.
func Deceptive() []string { return ids(true) }

func ids(deceptive bool) []string {
	var out []string
	for _, p := range cast() {
		if p.deceptive == deceptive {
			out = append(out, p.id)
		}
	}
	slices.Sort(out)
	return out
}

type company struct {
	rng    *rand.Rand
	people []person
	swap   Swap
}

// town is a place where sample people say they live.
type town struct {
	city, region, country, zone string
	lat, lon                    float64
}

var towns = map[string]town{
	"austin":       {"Austin", "Texas", "US", "America/Chicago", 30.2672, -97.7431},
	"columbus":     {"Columbus", "Ohio", "US", "America/New_York", 39.9612, -82.9988},
	"boise":        {"Boise", "Idaho", "US", "America/Boise", 43.6150, -116.2023},
	"halifax":      {"Halifax", "Nova Scotia", "CA", "America/Halifax", 44.6488, -63.5752},
	"leeds":        {"Leeds", "England", "GB", "Europe/London", 53.7965, -1.5478},
	"porto":        {"Porto", "Porto", "PT", "Europe/Lisbon", 41.1496, -8.6110},
	"krakow":       {"Kraków", "Lesser Poland", "PL", "Europe/Warsaw", 50.0614, 19.9366},
	"nairobi":      {"Nairobi", "Nairobi County", "KE", "Africa/Nairobi", -1.2833, 36.8167},
	"pune":         {"Pune", "Maharashtra", "IN", "Asia/Kolkata", 18.5196, 73.8554},
	"montevideo":   {"Montevideo", "Montevideo", "UY", "America/Montevideo", -34.9033, -56.1882},
	"christchurch": {"Christchurch", "Canterbury", "NZ", "Pacific/Auckland", -43.5333, 172.6333},
	"osaka":        {"Osaka", "Osaka", "JP", "Asia/Tokyo", 34.6938, 135.5011},
	"accra":        {"Accra", "Greater Accra", "GH", "Africa/Accra", 5.5560, -0.1969},
	"tallinn":      {"Tallinn", "Harju", "EE", "Europe/Tallinn", 59.4370, 24.7535},
}

// person is one member of the cast: who they say they are, and how they behave.
type person struct {
	id, given, family string
	worker            bool
	town              string
	role, req         string
	agency            string
	street            string
	phone, email      string
	note              string // why the person is in the sample
	deceptive         bool

	resume string // "pdf", "docx", "html", "md", "txt", "json", or "" for none
	stock  string // a stock of text that several résumés draw on

	ip        string // home address on the net
	applyIP   string
	applied   time.Time
	hired     time.Time
	left      time.Time
	absence   string
	relation  string
	accommod  string
	protected string

	origin *Origin // what exports and résumé say of it, if anything

	handsZone  string  // zone whose day the hands keep; "" for the claimed one
	start, end float64 // local working hours of the hands
	second     [2]float64
	agents     []string // clients used; index by block of the day
	extraIPs   []string // other addresses used on some days
	account    string   // pay account
	holder     string
	quiet      bool // no activity logs
}

func (p *person) name() string { return p.given + " " + p.family }

func (p *person) user() string {
	return strings.ToLower(ascii(p.given)+"."+ascii(p.family)) + p.suffix()
}

// suffix keeps the twins of a name apart.
func (p *person) suffix() string {
	if p.note == "twin of a name" && strings.HasSuffix(p.id, "2") {
		return "2"
	}
	return ""
}

func (p *person) workEmail() string { return p.user() + "@" + Domain }

func (p *person) resumeFile() string {
	return p.id + "-resume." + p.resume
}

func (p *person) at() town { return towns[p.town] }

func (p *person) location() *time.Location {
	zone := p.handsZone
	if zone == "" {
		zone = p.at().zone
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// fill completes what the cast leaves to rule: contact points, addresses, hours.
func (p *person) fill(i int) {
	t := p.at()
	if p.email == "" {
		p.email = strings.ToLower(ascii(p.given)+ascii(p.family)) + fmt.Sprintf("%d@mail%d.example", i+3, i%5)
	}
	if p.phone == "" {
		p.phone = phones[t.country] + fmt.Sprintf("%02d", i+10)
	}
	if p.street == "" {
		p.street = fmt.Sprintf("%d %s", 11+7*i, streets[i%len(streets)])
	}
	if p.ip == "" {
		p.ip = fmt.Sprintf("198.51.100.%d", i+1)
	}
	if p.applyIP == "" {
		p.applyIP = p.ip
	}
	if p.start == 0 && p.end == 0 {
		p.start, p.end = 8.6+float64(i%4)*0.3, 17.2+float64(i%3)*0.4
	}
	if p.applied.IsZero() {
		p.applied = time.Date(2026, 3, 16, 9, 7*i%60, 0, 0, time.UTC).AddDate(0, 0, i%29)
		if p.worker {
			p.applied = p.hired.AddDate(0, 0, -40)
		}
	}
	if p.req == "" {
		p.req = [...]string{"REQ-204", "REQ-207", "REQ-211"}[i%3]
	}
	if p.role == "" {
		p.role = [...]string{"Backend engineer", "Firmware engineer", "Data engineer"}[i%3]
	}
	if len(p.agents) == 0 {
		p.agents = agentStrings[i%len(agentStrings) : i%len(agentStrings)+1]
	}
	if p.account == "" {
		p.account = fmt.Sprintf("XX%02d LARK 0000 %04d %04d", 10+i, 3331+17*i, 1207+29*i)
	}
	if p.holder == "" {
		p.holder = p.name()
	}
}

// phones are numbers from ranges that national regulators keep for fiction, or
// that are assigned to nobody, less the last two digits.
var phones = map[string]string{
	"US": "+120255501", "CA": "+190255501", "GB": "+4411349600", "PT": "+3512211111", "PL": "+4812111111",
	"KE": "+2542011111", "IN": "+9120111111", "UY": "+598211111", "NZ": "+643311111", "JP": "+8166111111",
	"GH": "+2333021111", "EE": "+37261111",
}

var streets = []string{"Sample Street", "Example Lane", "Placeholder Road", "Specimen Way", "Fixture Close"}

var agentStrings = []string{
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
	"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
}

// workers are the people with accounts.
func (c *company) workers() []person {
	return slices.DeleteFunc(slices.Clone(c.people), func(p person) bool { return !p.worker })
}

// ascii keeps the letters of a name that an account name can hold.
func ascii(s string) string {
	repl := strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ö", "o", "ø", "o", "ł", "l", "ş", "s", "ğ", "g", "ñ", "n", "ü", "u", "ã", "a", "ż", "z", " ", "", "'", "", "-", "")
	return repl.Replace(s)
}
