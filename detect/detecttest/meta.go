// SPDX-License-Identifier: Apache-2.0

package detecttest

import (
	"cmp"
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
	if len(ind.Wants()) == 0 {
		wrong("Needs and Either are empty: without records there is nothing to answer from")
	}
	if n := len(ind.Either); n == 1 || n > 0 && slices.ContainsFunc(ind.Either, func(k record.Kind) bool { return slices.Contains(ind.Needs, k) }) {
		wrong("Either is %v: it has two kinds or more, and none that stands in Needs", ind.Either)
	}
	if reads := slices.Contains(slices.Concat(ind.Needs, ind.Either), record.KindCheck); !reads && len(ind.Asks)+len(ind.Checks) > 0 {
		wrong("it names checks, and checks are neither in Needs nor in Either")
	}
	for _, c := range ind.Checks {
		if !slices.Contains(record.Words()["check.check"], c) || slices.Contains(ind.Asks, c) {
			wrong("Checks names %q, which is no check or stands in Asks", c)
		}
	}
	return slices.Concat(problems, weightProblems(ind), nextProblems(ind), referenceProblems(ind.References), paramProblems(ind.Params()))
}

var (
	methodSection = regexp.MustCompile(`^method §([1-9]|10)$`)
	sourceKey     = regexp.MustCompile(`^[A-Z0-9-]+$`)
	// citation matches what a reader could look up: it holds a year, a version or
	// an address, and names no file that is not published.
	citation    = regexp.MustCompile(`.{8}.*\d|\d.*.{8}|https://`)
	unpublished = regexp.MustCompile(`\.md\b|§`)
)

// referenceProblems demands that a reader can follow every reference.
func referenceProblems(references []string) (problems []string) {
	for _, r := range references {
		known := slices.ContainsFunc(detect.Sources(), func(s detect.Source) bool { return s.Key == r })
		switch {
		case r == "", known, methodSection.MatchString(r):
		case sourceKey.MatchString(r):
			problems = append(problems, fmt.Sprintf("reference %s is not in detect.Sources", r))
		case unpublished.MatchString(r) || !citation.MatchString(r):
			problems = append(problems, fmt.Sprintf("reference %q is neither a key of detect.Sources, nor a section of docs/method.md as \"method §4\", nor a citation with a year, version or address", r))
		}
	}
	return problems
}

// answerPlace is a column of a table, a check or a kind of file.
var answerPlace = regexp.MustCompile(`^((interviews|checks|people)\.[a-z_]+|documents)$`)

func weightProblems(ind *detect.Indicator) (problems []string) {
	counts, reassures := ind.Present > 0 && ind.Absent <= 0, ind.Present < 0 && ind.Absent == 0
	if ind.Reassuring && !reassures || !ind.Reassuring && !counts {
		problems = append(problems, fmt.Sprintf("weights %d and %d: Present is above 0 and Absent at most 0 or, with Reassuring set, Present is below 0 and Absent 0", ind.Present, ind.Absent))
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
	for again := ind.Again; again != nil; again = again.Then {
		switch {
		case next == nil && len(again.Asks) == 0 || ind.Reassuring:
			problems = append(problems, "Again needs Next, or places of its own in Asks, and an indicator that counts against somebody")
		case again.Do == "" || strings.HasSuffix(again.Do, ".") || strings.ToLower(again.Do[:1]) != again.Do[:1]:
			problems = append(problems, fmt.Sprintf("Again.Do does not fit \"You could …\": %q", again.Do))
		case again.Left < 0 || again.Left > 99:
			problems = append(problems, fmt.Sprintf("Again leaves %d %%, and must leave 0 to 99", again.Left))
		}
	}
	if next == nil {
		return problems
	}
	answers := ind.Answers()
	if len(answers) == 0 {
		problems = append(problems, "Next does not say in which column, check or file its answer is recorded")
	}
	for _, a := range answers {
		if !answerPlace.MatchString(a) {
			problems = append(problems, fmt.Sprintf("Next.Asks names %q, which is not of the form interviews.window", a))
		}
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

// sourced matches a description that says where a parameter's value is from.
var sourced = regexp.MustCompile(`a starting value|\(from [^)]+\)`)

// paramProblems demands of every parameter a name in configuration, a
// description with unit and source and, of a number, bounds around its default.
func paramProblems(params any) (problems []string) {
	typ := reflect.TypeOf(params)
	if typ.Kind() != reflect.Struct {
		return []string{fmt.Sprintf("parameters are a %s, not a struct", typ.Kind())}
	}
	for f := range typ.Fields() {
		if f.Tag.Get("json") == "" || f.Tag.Get("doc") == "" {
			problems = append(problems, "parameter "+f.Name+" lacks a json or a doc tag")
			continue
		}
		if !sourced.MatchString(f.Tag.Get("doc")) {
			problems = append(problems, "parameter "+f.Name+": its doc tag says neither \"a starting value\" nor \"(from …)\"")
		}
		if least, greatest, ok := detect.Bounds(f); f.Type.ConvertibleTo(reflect.TypeFor[float64]()) && (!ok || least >= greatest) {
			problems = append(problems, "parameter "+f.Name+" is a number without a min and a max tag, in that order")
		}
	}
	if err := detect.CheckParams(params); err != nil {
		problems = append(problems, "default out of bounds: "+err.Error())
	}
	return problems
}

var (
	accusation = regexp.MustCompile(`(?i)\b(fraud\w*|fakes?|faked|fakery|bogus|sham|suspicious\w*|suspects?|suspected|north korea\w*|dprk|impost[eo]r\w*|liars?|lying|lied|scam\w*|` +
		`criminals?|guilty|culprits?|offenders?|perpetrators?|cheat\w*|con[- ](m[ae]n|artists?)|crooks?|crooked|swindl\w*|dishonest\w*|deceivers?|` +
		`forgers?|thie(f|ves)|spy|spies|spying|espionage|hackers?|terroris\w*|infiltrat\w*|villains?|rogues?|phon(y|ey)|charlatans?)\b`)
	// deed matches words for what may have been done. Saying why an indicator
	// matters can need them; saying what was seen of a person does not.
	deed      = regexp.MustCompile(`(?i)\b(criminal\w*|crimes?|deceit\w*|decepti\w*|deceiv\w*|forger(y|ies)|forged|theft|stole|stolen|hacked)\b`)
	trait     = regexp.MustCompile(`(?i)\b(nationalit\w*|citizen\w*|foreign\w*|ethnic\w*|immigrant\w*|accents?|religio\w*|gender\w*|race|races|racial\w*|native speaker\w*)\b`)
	unprinted = regexp.MustCompile(`\[country\]|\[redacted\]|%!`)
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
	for what, re := range map[string]*regexp.Regexp{"accuses": deed, "has no place in a statement": trait, "names a country": countryName, "is a hidden or badly formatted value": unprinted} {
		if m := re.FindString(s); m != "" {
			problems = append(problems, fmt.Sprintf("%q %s: %s", m, what, s))
		}
	}
	if s == "" {
		problems = append(problems, "the statement is empty")
	}
	return problems
}

// countryName matches, in English, the name of any country or territory, its common
// short and older forms, and the word for its people.
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
	for name := range strings.FieldsFuncSeq(shortForms+demonyms, func(r rune) bool { return r == ',' || r == '\n' }) {
		names = append(names, regexp.QuoteMeta(strings.TrimSpace(name)))
	}
	// The longest first, so that what is reported is the whole name.
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	return regexp.MustCompile(`(?:^|[^\pL\pN])(` + strings.Join(slices.Compact(names), "|") + `)(?:$|[^\pL\pN])`)
}()
