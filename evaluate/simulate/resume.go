// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"daylight/sample/paper"
)

// recipe is what a person's résumé is made from, besides themselves.
type recipe struct {
	stock       uint64  // key of a group's stock of lines
	shared      float64 // share of lines from the stock
	reworded    float64
	document    string // id of the file it comes from, if not its own
	author      string // in the file, if not the person
	template    string
	templateKey uint64 // of the phrases of a template or agency; 0 for none
	short       bool   // a history of one short post
	learner     bool   // short sentences
}

// cv is a résumé before it has a format.
type cv struct {
	p      *person
	head   []string // lines of a template, above
	jobs   []post
	skills []string
	about  paper.About
}

type post struct {
	employer, title, from, to string
	started                   time.Time
	lines                     []string
}

// stockSize is how many lines a group has in stock, stockSkills how many skills:
// about one résumé's, since published cases tell of one text under several names.
const (
	stockSize   = 14
	stockSkills = 10
)

// compose words a résumé. What each person writes is drawn for them alone;
// members of a ring take some of their lines from one stock and change words.
func (s *company) compose(p *person, version int, at time.Time) cv {
	c := s.draw(p, "résumé")
	v := cv{p: p, about: paper.About{Author: p.name(), DocumentID: documentID(c), Created: at.AddDate(0, 0, -1-c.IntN(20)).Truncate(time.Second)}}
	for range 14 {
		v.about.SaveIDs = append(v.about.SaveIDs, fmt.Sprintf("00%06X", c.IntN(1<<24)))
	}
	v.skills = some(c, skills, 7+c.IntN(5))
	year := at.Year()
	for i := range 2 + c.IntN(3) {
		length := 1 + c.IntN(4)
		begin := time.Date(year-length, time.Month(1+c.IntN(12)), 1, 0, 0, 0, 0, time.UTC)
		to := "Present"
		if i > 0 {
			to = fmt.Sprintf("%s %d", of(c, months), year)
		}
		j := post{of(c, firmWords) + " " + of(c, firmKinds), of(c, jobTitles), fmt.Sprintf("%s %d", months[begin.Month()-1], begin.Year()), to, begin, nil}
		for range 3 + c.IntN(3) {
			j.lines = append(j.lines, bullet(c))
		}
		v.jobs = append(v.jobs, j)
		year -= length
	}
	s.shape(p, c, &v)
	if version > 0 { // the older of two versions lacks what came later
		v.jobs[0].lines = v.jobs[0].lines[:len(v.jobs[0].lines)-1]
		v.about.DocumentID = documentID(s.draw(p, "older"))
	}
	return v
}

// shape applies what groups and tactics do to a résumé.
func (s *company) shape(p *person, c chance, v *cv) {
	if p.cv.short {
		v.jobs = v.jobs[:1]
		v.jobs[0].lines = v.jobs[0].lines[:2]
	}
	if p.cv.learner {
		for _, j := range v.jobs {
			for k, l := range j.lines {
				first, _, _ := strings.Cut(l, ", ")
				j.lines[k] = first
			}
		}
	}
	if p.cv.shared > 0 {
		s.fromStock(p, c, v)
	}
	if p.cv.templateKey != 0 {
		t := draw(s.c.Seed, p.cv.templateKey, "template")
		v.head = []string{
			"Profile: " + strings.ToLower(of(t, qualities)) + " mind for " + of(t, domains) + " work, looking for a team that " + of(t, ways) + " gets things done.",
			"References and a full list of projects are sent on request " + of(t, spans) + ".",
		}
	}
	if p.cv.template != "" {
		v.about.Template = p.cv.template
	}
	if p.cv.author != "" {
		v.about.Author = p.cv.author
	}
	if p.cv.document != "" {
		v.about.DocumentID = p.cv.document
		shared := draw(s.c.Seed, p.cv.stock, "saves")
		for i := range v.about.SaveIDs[:10] {
			v.about.SaveIDs[i] = fmt.Sprintf("00%06X", shared.IntN(1<<24))
		}
	}
	if c.is(p.odds[impossible]) {
		if c.is(0.5) {
			v.jobs[0].lines = append(v.jobs[0].lines, fmt.Sprintf("Ran Kubernetes in production since %d for %s", 2008+c.IntN(4), of(c, domains)))
			v.skills = append(v.skills, "kubernetes")
		} else if len(v.jobs) > 1 {
			v.jobs[1].to = "Present"
			v.jobs[0].lines = append(v.jobs[0].lines, "Full-time")
			v.jobs[1].lines = append(v.jobs[1].lines, "Full-time")
		}
	}
}

// fromStock replaces a share of the lines by reworded ones of the group's stock,
// in another order each time.
func (s *company) fromStock(p *person, c chance, v *cv) {
	t := draw(s.c.Seed, p.cv.stock, "stock")
	stock := make([]string, stockSize)
	for i := range stock {
		stock[i] = bullet(t)
	}
	firm, rare := of(t, firmWords)+" "+of(t, firmKinds), some(t, skills, stockSkills)
	// Everybody takes from the beginning of the stock, so that two members have
	// about as much in common as the smaller of their shares.
	var slots []*string
	for _, j := range v.jobs {
		for k := range j.lines {
			if len(slots) < stockSize && c.is(p.cv.shared) {
				slots = append(slots, &j.lines[k])
			}
		}
	}
	for i, k := range c.Perm(len(slots)) {
		*slots[i] = reword(c, stock[k], p.cv.reworded)
	}
	if c.is(p.cv.shared / 2) {
		v.jobs[len(v.jobs)-1].employer = firm
	}
	for i := range v.skills {
		if c.is(p.cv.shared) {
			v.skills[i] = rare[i%len(rare)]
		}
	}
}

func documentID(c chance) string {
	return fmt.Sprintf("uuid:%08x-5a5a-4000-8000-%012x", c.Uint32(), c.Uint64()>>16)
}

// resumeKinds are how often a file has which form.
var resumeKinds = []string{"pdf", "pdf", "pdf", "pdf", "pdf", "docx", "docx", "docx", "txt", "md", "json"}

// resumeFile names the file. The form follows the person, and what a template or
// a shared file needs.
func (s *company) resumeFile(p *person, id string) string {
	kind := of(s.draw(p, "form"), resumeKinds)
	if p.cv.template != "" || p.cv.document != "" && kind != "pdf" {
		kind = "docx"
	}
	return id + "-resume." + kind
}

func (s *company) writeResumes(create func(string) (io.WriteCloser, error)) error {
	one := func(v cv, file string) error {
		return writeFile(create, "exports/resumes/"+file, func(w io.Writer) error {
			data, err := v.render(file[strings.LastIndexByte(file, '.')+1:])
			if err != nil {
				return err
			}
			_, err = w.Write(data)
			return err
		})
	}
	for _, p := range s.people {
		if err := one(s.compose(p, 0, p.applied), s.resumeFile(p, p.id)); err != nil {
			return err
		}
		if p.earlier != nil {
			if err := one(s.compose(p, 1, p.earlier.at), s.resumeFile(p, p.earlier.id)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v cv) render(kind string) ([]byte, error) {
	switch kind {
	case "pdf":
		return paper.PDF(v.plain(false), v.about), nil
	case "docx":
		return paper.DOCX(v.plain(false), v.about)
	case "json":
		return v.json()
	default:
		return []byte(v.plain(kind == "md")), nil
	}
}

func (v cv) plain(markdown bool) string {
	var b strings.Builder
	head, item := "", "- "
	if markdown {
		head, item = "## ", "* "
		b.WriteString("# ")
	}
	fmt.Fprintf(&b, "%s\n\n%s | %s | %s\n\n", v.p.name(), v.p.email, v.p.phone, towns[v.p.town].city)
	for _, l := range v.head {
		fmt.Fprintf(&b, "%s\n\n", l)
	}
	fmt.Fprintf(&b, "%sExperience\n\n", head)
	for _, j := range v.jobs {
		fmt.Fprintf(&b, "%s, %s\n%s - %s\n", j.title, j.employer, j.from, j.to)
		for _, l := range j.lines {
			fmt.Fprintf(&b, "%s%s\n", item, l)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "%sSkills\n\n%s\n", head, strings.Join(v.skills, ", "))
	return b.String()
}

func (v cv) json() ([]byte, error) {
	var work, known []object
	for _, j := range v.jobs {
		work = append(work, object{"name": j.employer, "position": j.title, "startDate": j.started.Format("2006-01"), "highlights": j.lines})
	}
	for _, s := range v.skills {
		known = append(known, object{"name": s})
	}
	data, err := json.MarshalIndent(object{
		"$schema": "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json",
		"basics":  object{"name": v.p.name(), "email": v.p.email, "phone": v.p.phone, "summary": strings.Join(v.head, " ")},
		"work":    work, "skills": known,
	}, "", "  ")
	return append(data, '\n'), err
}
