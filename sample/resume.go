// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"bytes"
	"fmt"
	"html"
	"math/rand/v2"
	"strings"
	"time"
)

// resume writes one person's résumé in the format the cast names.
func (c *company) resume(p person) ([]byte, error) {
	r := compose(p)
	switch p.resume {
	case "pdf":
		return r.pdf(), nil
	case "docx":
		return r.docx()
	case "html":
		return r.html(), nil
	case "json":
		return r.json()
	default:
		return []byte(r.plain(p.resume == "md")), nil
	}
}

// cv is a résumé before it has a format.
type cv struct {
	p         person
	jobs      []post
	skills    []string
	author    string
	docID     string
	saveIDs   []string
	createdAt time.Time
	template  string
}

type post struct {
	employer, title, from, to string
	lines                     []string
}

// compose words a résumé. People without a stock of text get lines drawn for
// them alone; a ring's members draw on one stock and change the order and some
// words.
func compose(p person) cv {
	r := rand.New(rand.NewPCG(seed(p), 99)) //nolint:gosec // a sample, the same each time
	v := cv{p: p, author: p.name(), createdAt: p.applied.AddDate(0, 0, -3), docID: fmt.Sprintf("uuid:%08x-5a5a-4000-8000-%012x", seed(p)>>32, seed(p)&0xffffffffffff)}
	for range 14 {
		v.saveIDs = append(v.saveIDs, fmt.Sprintf("00%06X", r.IntN(1<<24)))
	}
	v.skills = pick(r, allSkills, 9)
	own := func(n int) []string {
		var out []string
		for range n {
			out = append(out, line(r))
		}
		return out
	}
	y := 2025 - r.IntN(2)
	v.jobs = []post{
		{pickOne(r, employers), pickOne(r, titles), fmt.Sprintf("%s %d", pickOne(r, months), y-3), "Present", own(4)},
		{pickOne(r, employers), pickOne(r, titles), fmt.Sprintf("%s %d", pickOne(r, months), y-7), fmt.Sprintf("%s %d", pickOne(r, months), y-3), own(3)},
	}
	switch p.stock {
	case "ring":
		v.docID = "uuid:0badcafe-5a5a-4000-8000-00000000c0de"
		v.skills = []string{"go", "kotlin", "zephyr", "nats", "opc ua", "timescaledb", "bazel", "lorawan"}
		v.jobs[0].lines = reworded(r, ringStock[:5])
		v.jobs[1].lines = append(reworded(r, ringStock[5:]), own(1)...)
	case "dylan":
		fixed := rand.New(rand.NewPCG(4242, 1)) //nolint:gosec // as above
		for i := range v.jobs {
			v.jobs[i].lines = nil
			for range 4 {
				v.jobs[i].lines = append(v.jobs[i].lines, line(fixed))
			}
		}
	case "agency-a", "agency-b":
		v.author, v.template = "Template Talent", "talent-2026.dotx"
		v.jobs[0].lines = append([]string{"Represented by Template Talent; references are available through the agency on request."}, v.jobs[0].lines...)
	case "impossible":
		v.jobs[0].from, v.jobs[0].to = "March 2016", "Present"
		v.jobs[0].lines = append(v.jobs[0].lines, "Full-time. Ran Kubernetes in production since 2011 for the whole plant.")
		v.jobs[1].from, v.jobs[1].to = "January 2014", "June 2021"
		v.jobs[1].lines = append(v.jobs[1].lines, "Full-time. Wrote firmware tooling in Rust since 2008.")
		v.skills = append(v.skills, "rust", "kubernetes")
	case "short":
		v.jobs = v.jobs[:1]
		v.jobs[0].from = "November 2025"
	}
	return v
}

// ringStock is text that no two strangers would both write.
var ringStock = []string{
	"Rewired the kiln scheduler so that glaze batches wait for cheap night tariff without missing a courier window",
	"Taught forty orchard gateways to vote on frost warnings before waking the grower by telephone",
	"Replaced a drawer of serial dongles with one browser page that calibrates bakery thermometers over the counter",
	"Cut ferry manifest reconciliation from two days to eleven minutes by matching pallets on weight and smell of diesel",
	"Built a rehearsal mode in which lighthouse lamps replay last winter's faults to apprentices every Thursday",
	"Moved a museum's climate ledger off paper and kept the conservators' pencil annotations searchable by hygrometer",
	"Persuaded three rival beekeepers' unions to share one swarm register with rotating quarterly custody",
	"Wrote the parser that reads handwritten tide tables and argues with the harbour master when they disagree",
	"Halved vibration alarms on the gravel conveyor by listening for the foreman's bicycle first",
}

// reworded changes the order and, here and there, a word.
func reworded(r *rand.Rand, lines []string) []string {
	out := append([]string(nil), lines...)
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	swaps := []string{"Rewired", "Reworked", "Replaced", "Swapped", "Built", "Made", "Moved", "Took", "Halved", "Reduced"}
	for i, l := range out {
		for k := 0; k+1 < len(swaps); k += 2 {
			if r.IntN(2) == 0 {
				l = strings.Replace(l, swaps[k], swaps[k+1], 1)
			}
		}
		out[i] = l
	}
	return out
}

func seed(p person) uint64 {
	h := uint64(14695981039346656037)
	for _, b := range []byte(p.id) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return h
}

// line draws one sentence of work from a grammar wide enough that strangers do
// not share its passages.
func line(r *rand.Rand) string {
	return fmt.Sprintf("%s %s %s %s %s, %s %s %s",
		pickOne(r, verbs), pickOne(r, qualities), pickOne(r, things), pickOne(r, ways), pickOne(r, places),
		pickOne(r, effects), pickOne(r, measures), pickOne(r, spans))
}

func pickOne(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

func pick(r *rand.Rand, from []string, n int) []string {
	var out []string
	for _, i := range r.Perm(len(from))[:n] {
		out = append(out, from[i])
	}
	return out
}

var (
	months    = []string{"January", "March", "May", "June", "September", "October"}
	titles    = []string{"Software engineer", "Senior engineer", "Platform engineer", "Firmware developer", "Data engineer", "Engineer"}
	employers = []string{
		"Bramblegate Sensors", "Quillon Freight", "Tern & Tide", "Ostrava Looms Example", "Vellum Clinics", "Harrowgate Milling", "Nacre Optics",
		"Pemba Ferries Example", "Sorrel Grid", "Tanager Rail", "Umbra Lighting", "Wadi Pumps Example", "Kestrel Bakery Systems", "Juniper Cold Chain",
	}
	verbs     = []string{"Designed", "Rebuilt", "Owned", "Debugged", "Introduced", "Measured", "Simplified", "Automated", "Documented", "Migrated", "Prototyped", "Hardened", "Profiled", "Retired"}
	qualities = []string{"a stubborn", "the nightly", "a regional", "our oldest", "a duplicated", "the customer-facing", "a half-finished", "the seasonal", "an unowned", "a high-volume", "the bilingual", "a fragile"}
	things    = []string{"invoice matcher", "radio bootloader", "warehouse planner", "alert router", "claims archive", "pump controller", "route optimiser", "label printer bridge", "schema registry", "consent ledger", "test bench", "import queue", "battery model", "kiosk updater"}
	ways      = []string{"with property tests", "in two quiet releases", "behind a feature switch", "using event sourcing", "from field recordings", "alongside the operators", "without downtime", "on borrowed hardware", "after a long audit", "as a teaching project"}
	places    = []string{"for the Baltic depots", "across four clinics", "at the foundry", "for night shift crews", "in the returns hall", "for island branches", "at two dairies", "for the tram yard", "in the cold store", "for the pilot schools", "at the weighbridge", "for the repair desk"}
	effects   = []string{"cutting mistakes by", "raising throughput by", "saving storage of", "shortening waits by", "lowering returns by", "trimming power by", "reducing pages by", "lifting uptime by"}
	measures  = []string{"a tenth", "a third", "17 percent", "41 percent", "nearly half", "8 percent", "two thirds", "a quarter", "29 percent", "53 percent"}
	spans     = []string{"within a season", "over eighteen months", "in the first quarter", "before the audit", "by midsummer", "since the merger", "during the strike", "in nine weeks", "year on year", "through winter"}
	allSkills = []string{
		"go", "python", "java", "kotlin", "rust", "postgresql", "kafka", "kubernetes", "terraform", "grafana", "c", "zephyr", "react", "typescript",
		"spark", "airflow", "mqtt", "can bus", "verilog", "ansible", "redis", "graphql", "elixir", "django", "rabbitmq", "prometheus", "opencv", "dbt",
	}
)

func (v cv) plain(markdown bool) string {
	var b strings.Builder
	head, item := "", "- "
	if markdown {
		head, item = "## ", "* "
		fmt.Fprintf(&b, "# %s\n\n", v.p.name())
	} else {
		fmt.Fprintf(&b, "%s\n", v.p.name())
	}
	t := v.p.at()
	fmt.Fprintf(&b, "%s | %s | %s\n\n%sExperience\n\n", v.p.email, v.p.phone, t.city, head)
	for _, j := range v.jobs {
		fmt.Fprintf(&b, "%s, %s\n%s - %s\n", j.title, j.employer, j.from, j.to)
		for _, l := range j.lines {
			fmt.Fprintf(&b, "%s%s\n", item, l)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "%sSkills\n\n%s\n", head, strings.Join(v.skills, ", "))
	if o := v.p.origin; o != nil {
		fmt.Fprintf(&b, "\n%[1]sEducation\n\nMaster's, %[2]s\n\n%[1]sLanguages\n\n%[3]s (native)\n\n%[1]sPersonal details\n\n%[4]s, born %[5]s, %[6]s\n", head, o.School, o.Language, o.Title, o.Born, o.Nation)
	}
	return b.String()
}

func (v cv) html() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s</title></head><body>\n", html.EscapeString(v.p.name()))
	for l := range strings.Lines(v.plain(false)) {
		if l = strings.TrimSpace(l); l != "" {
			fmt.Fprintf(&b, "<p>%s</p>\n", html.EscapeString(l))
		}
	}
	b.WriteString("</body></html>\n")
	return b.Bytes()
}

func (v cv) json() ([]byte, error) {
	var work, skills []object
	for _, j := range v.jobs {
		work = append(work, object{"name": j.employer, "position": j.title, "startDate": "2021-03", "highlights": j.lines})
	}
	for _, s := range v.skills {
		skills = append(skills, object{"name": s})
	}
	r := object{
		"$schema": "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json",
		"basics":  object{"name": v.p.name(), "email": v.p.email, "phone": v.p.phone},
		"work":    work, "skills": skills,
	}
	if o := v.p.origin; o != nil {
		r["education"], r["languages"] = []object{{"institution": o.School}}, []object{{"language": o.Language, "fluency": "native"}}
	}
	return pretty(r)
}
