// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"runtime/debug"
	"slices"
	"strings"
)

// UnderRace reports whether the race detector is on: it costs many times the
// time.
func UnderRace() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// Resume is a résumé of the simulated company, before it has a format.
type Resume struct {
	Name   string
	Groups []string
	v      cv
}

// Resumes words everybody's résumé.
func Resumes(c Config) []Resume {
	s := newCompany(c)
	out := make([]Resume, len(s.people))
	for i, p := range s.people {
		out[i] = Resume{p.name(), p.groups, s.compose(p, 0, p.applied)}
	}
	return out
}

// Templated words everybody's résumé. Of so many people one is in a run of 2 to 8
// in turn who share the phrases of a template and, if asked, a town. Runs says
// which one a résumé is of, -1 for none.
func Templated(c Config, of int, together bool) (all []Resume, runs []int) {
	s := newCompany(c)
	for run := 0; len(all) < len(s.people); run++ {
		left := s.people[len(all):]
		size := 2 + run%7
		for i, p := range left[:min(of*size, len(left))] {
			in := -1
			p.cv.template, p.cv.templateKey, p.cv.author = "", 0, ""
			if i < size {
				in, p.cv.templateKey = run, uint64(run)+1
				if together {
					p.town = left[0].town
				}
			}
			all = append(all, Resume{p.name(), p.groups, s.compose(p, 0, p.applied)})
			runs = append(runs, in)
		}
	}
	return all, runs
}

// Work is the lines of work, in order.
func (r Resume) Work() []string {
	var out []string
	for _, j := range r.v.jobs {
		out = append(out, j.lines...)
	}
	return out
}

// With is the same résumé with other lines of work, as many.
func (r Resume) With(lines []string) Resume {
	jobs := slices.Clone(r.v.jobs)
	for i := range jobs {
		n := len(jobs[i].lines)
		jobs[i].lines, lines = lines[:n], lines[n:]
	}
	r.v.jobs = jobs
	return r
}

// As is the same résumé under the name and with the contacts of another person.
func (r Resume) As(other Resume) Resume {
	r.Name, r.v.p = other.Name, other.v.p
	return r
}

// Text is the résumé as a text file holds it.
func (r Resume) Text() string { return r.v.plain(false) }

// Chance draws for a test.
type Chance = chance

// Draw is the generator of one concern.
func Draw(seed, who uint64, what string) Chance { return draw(seed, who, what) }

// Synonyms says a line with the other words there are for its words, all of them,
// and leaves the order as it is.
func Synonyms(line string) string {
	words := strings.Split(line, " ")
	for i, w := range words {
		bare := strings.Trim(w, ",;")
		if other, ok := synonyms[bare]; ok {
			words[i] = strings.Replace(w, bare, other, 1)
		}
	}
	return strings.Join(words, " ")
}

// Reword changes a share of the words of a line: for a synonym where there is
// one, else for any other word that lines of work are made of.
func Reword(c Chance, line string, share float64) string {
	words := strings.Split(line, " ")
	for i, w := range words {
		if !c.is(share) {
			continue
		}
		bare := strings.Trim(w, ",;")
		other, ok := synonyms[bare]
		if !ok {
			other = of(c, strings.Fields(bullet(c)))
		}
		words[i] = strings.Replace(w, bare, other, 1)
	}
	return strings.Join(words, " ")
}

// NamesOfAll lists every name that a person can have.
func NamesOfAll() (given, family []string) {
	for _, t := range traditions {
		given = append(given, t.given...)
		for _, w := range t.words {
			for _, e := range t.endings {
				family = append(family, w+e)
			}
		}
	}
	for _, list := range []*[]string{&given, &family} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return given, family
}
