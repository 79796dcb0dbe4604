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

// checksOf are the checks of the table of checks that answer an indicator: not those that
// only say more of an answer that is there, which is what a last look asks for.
func checksOf(ind *detect.Indicator) []string {
	checks := slices.Concat(ind.Asks, ind.Checks)
	if ind.Again == nil || ind.Again.Then == nil {
		return checks
	}
	return slices.DeleteFunc(checks, func(c string) bool { return slices.Contains(ind.Again.Then.Asks, "checks."+c) })
}

// input names what brings records of a kind that an indicator reads: an input or,
// of the table of checks, the checks that answer it.
func input(ind *detect.Indicator, k record.Kind) string {
	if checks := checksOf(ind); k == record.KindCheck && len(checks) > 0 {
		return "checks.csv: check " + strings.Join(checks, " or ")
	}
	return inputFor(k)
}

// inputs names everything an indicator needs, and of what does as well as
// something else, both.
func inputs(ind *detect.Indicator) []string {
	var words []string
	for _, kinds := range ind.Wants() {
		either := ""
		if len(kinds) > 1 {
			either = "either "
		}
		names := make([]string, len(kinds))
		for i, k := range kinds {
			names[i] = input(ind, k)
		}
		words = append(words, either+strings.Join(names, " or "))
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
	some, lacking, unasked := 0, map[string]int{}, map[string]bool{}
	for _, ind := range set.catalog {
		open := reasons[ind.ID]
		words := fmt.Sprintf("answered for %d of %s", len(res.Subjects)-open.people, people)
		if open.people == len(res.Subjects) {
			missing, checks := lacks(res, ind), checksOf(ind)
			words = "answered for nobody: " + open.why(ind, missing)
			for _, l := range missing {
				if slices.Equal(l, lack{record.KindCheck}) && len(checks) > 0 {
					for _, check := range checks {
						unasked[check] = true
					}
					continue
				}
				rows := "row of checks.csv that answers it"
				if len(checks) == 0 {
					rows = inputFor(record.KindCheck)
				}
				lacking[l.words(rows)]++
			}
		} else {
			some++
		}
		if _, err := fmt.Fprintf(a.Stdout, "%-31s %s\n", ind.ID, words); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(a.Stdout, "\n%d of %d indicators are answered for somebody.\n%s", some, len(set.catalog), summary(lacking, len(unasked)))
	return err
}

// summary words what is lacking in all, the input that most indicators need first.
func summary(lacking map[string]int, checks int) string {
	var b strings.Builder
	for _, words := range slices.SortedFunc(maps.Keys(lacking), func(x, y string) int {
		return cmp.Or(cmp.Compare(lacking[y], lacking[x]), cmp.Compare(x, y))
	}) {
		needed := "needed"
		if strings.HasPrefix(words, "neither") {
			needed = "one is needed"
		}
		fmt.Fprintf(&b, "%s: %s by %s.\n", strings.ToUpper(words[:1])+words[1:], needed, count(lacking[words], "indicator", "indicators"))
	}
	if checks > 0 {
		fmt.Fprintf(&b, "No row of checks.csv for %s that only a service or a person answers.\n", count(checks, "check", "checks"))
	}
	return b.String()
}

// lack is kinds of record of which an indicator needs one, and the folder has none.
type lack []record.Kind

// words says what is not there. Checks are called rows.
func (l lack) words(rows string) string {
	names := make([]string, len(l))
	for i, k := range l {
		if names[i] = inputFor(k); k == record.KindCheck {
			names[i] = rows
		}
	}
	if len(names) == 1 {
		return "no " + names[0]
	}
	return "neither " + strings.Join(names, " nor any ")
}

// lacks returns what an indicator needs and nobody in the folder has. Where nobody
// is there, people are lacking first: rows of other tables belong to somebody.
func lacks(res *pipeline.Result, ind *detect.Indicator) (missing []lack) {
	if len(res.Subjects) == 0 && !slices.Contains(ind.Needs, record.KindPerson) {
		missing = append(missing, lack{record.KindPerson})
	}
	for _, kinds := range ind.Wants() {
		if !slices.ContainsFunc(kinds, func(k record.Kind) bool { return brought(res, ind, k) }) {
			missing = append(missing, kinds)
		}
	}
	return missing
}

// brought reports whether anybody in the folder has records of a kind, and of
// checks, one that answers the indicator.
func brought(res *pipeline.Result, ind *detect.Indicator, k record.Kind) bool {
	checks := checksOf(ind)
	return slices.ContainsFunc(res.Subjects, func(s *pipeline.Subject) bool {
		if k == record.KindCheck && len(checks) > 0 {
			return asked(s.View, checks)
		}
		return s.View.Has(k)
	})
}

// asked reports whether any of the checks is on record for a person.
func asked(v *detect.View, checks []string) bool {
	for _, c := range detect.Each[record.Check](v) {
		if slices.Contains(checks, c.Check) {
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
	cards := map[string]*detect.Indicator{}
	for _, ind := range catalog {
		cards[ind.ID] = ind
	}
	out := map[string]open{}
	for _, s := range res.Subjects {
		for _, f := range s.Assessment.Unanswered {
			o, ok := out[f.Indicator]
			if !ok {
				o.words = map[string]int{}
			}
			o.people++
			if ind := cards[f.Indicator]; ind != nil && ind.Ready(s.View) {
				o.words[f.Statement]++
			}
			out[f.Indicator] = o
		}
	}
	return out
}

// why words why nobody was answered for: what nobody has, or else the commonest
// answer, the first by letters of several.
func (o open) why(ind *detect.Indicator, missing []lack) string {
	rows := inputFor(record.KindCheck)
	if checks := checksOf(ind); len(checks) > 0 {
		rows = "row of checks.csv with check " + strings.Join(checks, " or ")
	}
	var none []string
	for _, l := range missing {
		none = append(none, l.words(rows))
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
