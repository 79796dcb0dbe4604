// SPDX-License-Identifier: Apache-2.0

package detecttest

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"daylight/detect"
	"daylight/record"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

var catalogueID = regexp.MustCompile(`^[a-z]{3}\.[a-z][a-z0-9_]*$`)

// metaProblems reads every field of an indicator's metadata and says what is
// wrong with it.
func metaProblems(ind *detect.Indicator) (problems []string) {
	wrong := func(words string, args ...any) { problems = append(problems, fmt.Sprintf(words, args...)) }
	if !catalogueID.MatchString(ind.ID) {
		wrong("id %q is not of the form net.impossible_travel", ind.ID)
	}
	if strings.HasSuffix(ind.Title, ".") || ind.Title == "" {
		wrong("Title %q is not a line without a full stop", ind.Title)
	}
	for _, s := range []string{ind.Rationale, ind.Weighing} {
		if !strings.HasSuffix(s, ".") {
			wrong("Rationale and Weighing are sentences, %q is not", s)
		}
	}
	for name, list := range map[string][]string{"Innocent": ind.Innocent, "References": ind.References} {
		if len(list) == 0 || slices.Contains(list, "") {
			wrong("%s has no entry, or an empty one", name)
		}
	}
	for _, s := range slices.Concat([]string{ind.Title, ind.Rationale, ind.Weighing}, ind.Innocent) {
		problems = append(problems, accusations(s)...)
	}
	if !slices.Contains(detect.Families, ind.Family) {
		wrong("family %q is not in detect.Families", ind.Family)
	}
	if !slices.Contains([]detect.Lifecycle{detect.Experimental, detect.Stable, detect.Deprecated}, ind.Lifecycle) {
		wrong("lifecycle %q is not one", ind.Lifecycle)
	}
	if len(ind.Needs) == 0 {
		wrong("Needs is empty: without records there is nothing to answer from")
	}
	return slices.Concat(problems, weightProblems(ind), nextProblems(ind), paramProblems(ind.Params()))
}

func weightProblems(ind *detect.Indicator) (problems []string) {
	counts, reassures := ind.Present > 0 && ind.Absent <= 0, ind.Present < 0 && ind.Absent == 0
	if !counts && !reassures {
		problems = append(problems, fmt.Sprintf("weights %d and %d: Present is above 0 and Absent at most 0, or, for a check passed, Present is below 0 and Absent 0", ind.Present, ind.Absent))
	}
	if ind.OneSided && ind.Absent != 0 {
		problems = append(problems, "an indicator that never answers Absent has no weight for it")
	}
	if ind.Conclusive && ind.Family != detect.Listed {
		problems = append(problems, "only listed identifiers can be conclusive")
	}
	return problems
}

func nextProblems(ind *detect.Indicator) (problems []string) {
	next := ind.Next
	if next == nil {
		return nil
	}
	if ind.Absent >= 0 {
		problems = append(problems, "Next offers a check that cannot clear anyone: Absent is not negative")
	}
	if next.Do == "" || strings.HasSuffix(next.Do, ".") || strings.ToLower(next.Do[:1]) != next.Do[:1] {
		problems = append(problems, fmt.Sprintf("Next.Do does not fit \"You could …\": %q", next.Do))
	}
	for _, s := range next.Stages {
		if !slices.Contains([]record.Stage{record.Applicant, record.Worker, record.Leaver}, s) {
			problems = append(problems, fmt.Sprintf("Next is offered to %q, which is no stage", s))
		}
	}
	if lo, hi := min(next.CandidateCost, next.CompanyCost), max(next.CandidateCost, next.CompanyCost); lo < 1 || hi > 10 {
		problems = append(problems, "the costs of Next are 1 to 10")
	}
	return problems
}

// paramProblems demands of every parameter a name in configuration and a
// description with unit and source.
func paramProblems(params any) (problems []string) {
	typ := reflect.TypeOf(params)
	if typ.Kind() != reflect.Struct {
		return []string{fmt.Sprintf("parameters are a %s, not a struct", typ.Kind())}
	}
	for f := range typ.Fields() {
		if f.Tag.Get("json") == "" || f.Tag.Get("doc") == "" {
			problems = append(problems, "parameter "+f.Name+" lacks a json or a doc tag")
		}
	}
	return problems
}

var (
	accusation = regexp.MustCompile(`(?i)\b(fraud\w*|fakes?|faked|suspicious\w*|north korea\w*|dprk|impostor\w*|liars?|lying|scam\w*|criminal\w*|guilty)\b`)
	trait      = regexp.MustCompile(`(?i)\b(nationalit\w*|citizen\w*|foreign\w*|ethnic\w*|immigrant\w*|accents?|religio\w*|gender\w*|race|races|racial\w*|native speaker\w*)\b`)
	unprinted  = regexp.MustCompile(`\[country\]|\[redacted\]|%!`)
)

func accusations(s string) []string {
	if m := accusation.FindString(s); m != "" {
		return []string{fmt.Sprintf("%q accuses: %s", m, s)}
	}
	return nil
}

// wordProblems reads a statement as the person concerned would.
func wordProblems(s string) []string {
	problems := accusations(s)
	for what, re := range map[string]*regexp.Regexp{"has no place in a statement": trait, "names a country": countryName, "is a hidden or badly formatted value": unprinted} {
		if m := re.FindString(s); m != "" {
			problems = append(problems, fmt.Sprintf("%q %s: %s", m, what, s))
		}
	}
	if s == "" {
		problems = append(problems, "the statement is empty")
	}
	return problems
}

// countryName matches the English name of any country or territory.
var countryName = func() *regexp.Regexp {
	var names []string
	english := display.English.Regions()
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			region, err := language.ParseRegion(string(a) + string(b))
			if err == nil && region.IsCountry() && english.Name(region) != "" {
				names = append(names, regexp.QuoteMeta(english.Name(region)))
			}
		}
	}
	slices.Sort(names)
	return regexp.MustCompile(`\b(` + strings.Join(slices.Compact(names), "|") + `)\b`)
}()
