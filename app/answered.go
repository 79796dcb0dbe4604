// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"daylight/detect"
	"daylight/pipeline"
	"daylight/record"
)

// inputFor names what brings records of a kind, as the table of inputs in
// docs/formats.md does.
func inputFor(k record.Kind) string {
	switch k {
	case record.KindPerson:
		return "people"
	case record.KindResume:
		return "résumés"
	case record.KindPhoto:
		return "pictures of people"
	case record.KindIdentity:
		return "pictures of identity documents"
	case record.KindInterview:
		return "interviews"
	case record.KindCheck:
		return "checks"
	case record.KindPayout:
		return "pay"
	case record.KindShipment:
		return "shipping"
	case record.KindDevice:
		return "device inventories"
	case record.KindCode:
		return "code histories"
	case record.KindOutcome:
		return "outcomes"
	case record.KindCall:
		return "meeting participants"
	case record.KindActivity:
		return "activity logs"
	}
	return string(k)
}

// inputs names everything an indicator needs: the inputs, and the checks within
// the table of checks that answer it.
func inputs(ind *detect.Indicator) []string {
	var words []string
	for _, k := range ind.Needs {
		if k == record.KindCheck && len(ind.Asks) > 0 {
			words = append(words, "checks.csv: check "+strings.Join(ind.Asks, " or "))
			continue
		}
		words = append(words, inputFor(k))
	}
	return words
}

// answered scans a folder and writes, for each indicator, for how many people it
// was answered and, where for nobody, what is lacking.
func (a *app) answered(ctx context.Context, folder string) error {
	res, set, err := a.assess(ctx, folder, scanFlags{})
	if err != nil {
		return err
	}
	people := count(len(res.Subjects), "person", "people")
	reasons := unanswered(res, set.catalog)
	some, lacking, questions := 0, map[string]int{}, 0
	for _, ind := range set.catalog {
		open := reasons[ind.ID]
		words := fmt.Sprintf("answered for %d of %s", len(res.Subjects)-open.people, people)
		if open.people == len(res.Subjects) {
			missing, unasked := lacks(res, ind)
			words = "answered for nobody: " + open.why(ind, missing, unasked)
			for _, input := range missing {
				lacking[input]++
			}
			if unasked {
				questions += len(ind.Asks)
			}
		} else {
			some++
		}
		if _, err := fmt.Fprintf(a.Stdout, "%-31s %s\n", ind.ID, words); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(a.Stdout, "\n%d of %d indicators are answered for somebody.\n%s", some, len(set.catalog), summary(lacking, questions))
	return err
}

// summary words what is lacking in all, the input that most indicators need first.
func summary(lacking map[string]int, questions int) string {
	var b strings.Builder
	for _, input := range slices.SortedFunc(maps.Keys(lacking), func(x, y string) int {
		return cmp.Or(cmp.Compare(lacking[y], lacking[x]), cmp.Compare(x, y))
	}) {
		fmt.Fprintf(&b, "No %s: needed by %s.\n", input, count(lacking[input], "indicator", "indicators"))
	}
	if questions > 0 {
		fmt.Fprintf(&b, "No row of checks.csv for %s that only a service or a person answers.\n", count(questions, "check", "checks"))
	}
	return b.String()
}

// lacks names the inputs that an indicator needs and nobody in the folder has,
// and says whether none of the checks that answer it has a row.
func lacks(res *pipeline.Result, ind *detect.Indicator) (missing []string, unasked bool) {
	for _, k := range ind.Needs {
		switch {
		case k == record.KindCheck && len(ind.Asks) > 0:
			unasked = !slices.ContainsFunc(res.Subjects, func(s *pipeline.Subject) bool { return asked(s.View, ind.Asks) })
		case !slices.ContainsFunc(res.Subjects, func(s *pipeline.Subject) bool { return s.View.Has(k) }):
			missing = append(missing, inputFor(k))
		}
	}
	return missing, unasked
}

// asked reports whether any of the checks is on record for a person.
func asked(v *detect.View, asks []string) bool {
	for _, c := range detect.Each[record.Check](v) {
		if slices.Contains(asks, c.Check) {
			return true
		}
	}
	return false
}

// open is for how many people an indicator was not answered, and why, by the
// words of the answer, where a person has all that it needs.
type open struct {
	people int
	words  map[string]int
}

// unanswered gathers what was left open, by indicator.
func unanswered(res *pipeline.Result, catalog []*detect.Indicator) map[string]open {
	needs := map[string][]record.Kind{}
	for _, ind := range catalog {
		needs[ind.ID] = ind.Needs
	}
	out := map[string]open{}
	for _, s := range res.Subjects {
		for _, f := range s.Assessment.Unanswered {
			o, ok := out[f.Indicator]
			if !ok {
				o.words = map[string]int{}
			}
			o.people++
			if !slices.ContainsFunc(needs[f.Indicator], func(k record.Kind) bool { return !s.View.Has(k) }) {
				o.words[f.Statement]++
			}
			out[f.Indicator] = o
		}
	}
	return out
}

// why words why nobody was answered for: what nobody has, or else the commonest
// answer, the first by letters of several.
func (o open) why(ind *detect.Indicator, missing []string, unasked bool) string {
	var none []string
	for _, input := range missing {
		none = append(none, "no "+input)
	}
	if unasked {
		none = append(none, "no row of checks.csv with check "+strings.Join(ind.Asks, " or "))
	}
	if len(none) > 0 {
		return strings.Join(none, ", ")
	}
	best := ""
	for _, words := range slices.Sorted(maps.Keys(o.words)) {
		if o.words[words] > o.words[best] {
			best = words
		}
	}
	return cmp.Or(best, "nobody has all of "+strings.Join(inputs(ind), ", "))
}
