// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"slices"
	"strconv"
	"strings"
)

// Stated is what a candidate wrote about themselves, as far as questions are made
// from it. Where they live, come from or studied is not in it.
type Stated struct {
	Jobs   []StatedJob
	Skills []StatedSkill
}

// StatedJob is one position as the candidate wrote it.
type StatedJob struct {
	Employer, Title string
	From, To        int // years, 0 if not given
}

// StatedSkill is one technology, and since when, 0 if not given.
type StatedSkill struct {
	Name string
	Year int
}

// Question is one question about what the candidate wrote.
type Question struct {
	Text string
	// From is what it was made from, as the candidate wrote it.
	From string
}

// jobQuestions are asked of a job at %e; none of them asks where it was, who was
// there by name, or anything that a city or a culture would tell.
var jobQuestions = []string{
	"How did work reach you at %e on an ordinary day, and how did you say that it was done?",
	"What was the first thing that you finished at %e, and who used it?",
	"Which team or role next to yours did you work with most at %e, and on what?",
	"How was a finished piece of work checked before it was used at %e?",
	"What went wrong once at %e, and what was changed after it?",
	"What did you hand over when you left %e, or what would have to be handed over now?",
	"Which tool did you open first in the morning at %e, and for what?",
}

var titleQuestions = []string{
	"You wrote %t at %e: what did somebody in that position decide alone, and what not?",
	"You wrote %t at %e: what did you do in the last month of it that was not part of it in the first?",
}

var skillQuestions = []string{
	"You wrote %s: what was the last thing that you made with it, and what would you do otherwise now?",
	"You wrote %s: which fault of it cost you most time, and how did you find it?",
}

// Questions draws n questions from what a candidate wrote: as many for everyone,
// from the same forms, with no two about the same thing while there are things
// enough. It returns fewer where less was written.
func Questions(s Stated, seed Seed, n int) []Question {
	var pools [][]Question // by thing
	for _, j := range s.Jobs {
		if strings.TrimSpace(j.Employer) == "" {
			continue
		}
		from := strings.Join(slices.DeleteFunc([]string{j.Title, j.Employer, years(j.From, j.To)}, func(s string) bool { return s == "" }), ", ")
		forms := slices.Clone(jobQuestions)
		if j.Title != "" {
			forms = append(forms, titleQuestions...)
		}
		fill := strings.NewReplacer("%e", j.Employer, "%t", strconv.Quote(j.Title))
		var pool []Question
		for _, f := range forms {
			pool = append(pool, Question{fill.Replace(f), from})
		}
		pools = append(pools, pool)
	}
	jobs := len(pools)
	for _, k := range s.Skills {
		if strings.TrimSpace(k.Name) == "" {
			continue
		}
		fill := strings.NewReplacer("%s", k.Name)
		var pool []Question
		for _, f := range skillQuestions {
			pool = append(pool, Question{fill.Replace(f), strings.TrimSuffix(k.Name+", "+years(k.Year, 0), ", ")})
		}
		pools = append(pools, pool)
	}
	// Jobs first: everybody's work has a place, and not everybody's tools are listed.
	order := seed.Order("jobs", jobs)
	for _, i := range seed.Order("skills", len(pools)-jobs) {
		order = append(order, jobs+i)
	}
	var out []Question
	for round := 0; len(out) < n; round++ {
		before := len(out)
		for _, i := range order {
			if len(out) == n {
				break
			}
			forms := seed.Order("form "+strconv.Itoa(i), len(pools[i]))
			if round < len(forms) {
				out = append(out, pools[i][forms[round]])
			}
		}
		if len(out) == before {
			break
		}
	}
	return out
}

func years(from, to int) string {
	switch {
	case from == 0 && to == 0:
		return ""
	case to == 0:
		return "from " + strconv.Itoa(from)
	case from == 0:
		return "until " + strconv.Itoa(to)
	}
	return strconv.Itoa(from) + " to " + strconv.Itoa(to)
}
