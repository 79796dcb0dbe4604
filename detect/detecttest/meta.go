// SPDX-License-Identifier: Apache-2.0

package detecttest

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"daylight/detect"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

var catalogueID = regexp.MustCompile(`^[a-z]{3}\.[a-z][a-z0-9_]*$`)

// checkMeta reads every field of an indicator's metadata.
func checkMeta(t *testing.T, ind *detect.Indicator) {
	t.Helper()
	if !catalogueID.MatchString(ind.ID) {
		t.Errorf("id %q is not of the form net.impossible_travel", ind.ID)
	}
	texts := map[string]string{"Title": ind.Title, "Rationale": ind.Rationale, "Weighing": ind.Weighing}
	for name, s := range texts {
		if s == "" {
			t.Errorf("%s is empty", name)
		}
		checkAccusation(t, s)
	}
	if strings.HasSuffix(ind.Title, ".") {
		t.Error("Title is a line, not a sentence: no full stop")
	}
	for name, s := range map[string]string{"Rationale": ind.Rationale, "Weighing": ind.Weighing} {
		if !strings.HasSuffix(s, ".") {
			t.Errorf("%s is not a sentence: %q", name, s)
		}
	}
	for name, list := range map[string][]string{"Innocent": ind.Innocent, "References": ind.References} {
		if len(list) == 0 || slices.Contains(list, "") {
			t.Errorf("%s has no entry, or an empty one", name)
		}
		for _, s := range list {
			checkAccusation(t, s)
		}
	}
	if !slices.Contains(detect.Families, ind.Family) {
		t.Errorf("family %q is not in detect.Families", ind.Family)
	}
	switch ind.Lifecycle {
	case detect.Experimental, detect.Stable, detect.Deprecated:
	default:
		t.Errorf("lifecycle %q is not one", ind.Lifecycle)
	}
	checkWeights(t, ind)
	checkParams(t, ind.Params())
	if len(ind.Needs) == 0 {
		t.Error("Needs is empty: without records there is nothing to answer from")
	}
}

func checkWeights(t *testing.T, ind *detect.Indicator) {
	t.Helper()
	switch {
	case ind.Present > 0 && ind.Absent <= 0, ind.Present < 0 && ind.Absent == 0:
	default:
		t.Errorf("weights %d and %d: Present above 0 with Absent at most 0, or, for a check passed, Present below 0 and Absent 0", ind.Present, ind.Absent)
	}
	if ind.OneSided && ind.Absent != 0 {
		t.Error("an indicator that never answers Absent has no weight for it")
	}
	if ind.Conclusive && ind.Family != detect.Listed {
		t.Error("only listed identifiers can be conclusive")
	}
	if ind.Next == nil {
		return
	}
	if ind.Absent >= 0 {
		t.Error("Next offers a check that cannot clear anyone: Absent is not negative")
	}
	if ind.Next.Do == "" || strings.HasSuffix(ind.Next.Do, ".") || strings.ToLower(ind.Next.Do[:1]) != ind.Next.Do[:1] {
		t.Errorf("Next.Do does not fit \"You could …\": %q", ind.Next.Do)
	}
	for _, cost := range []int{ind.Next.CandidateCost, ind.Next.CompanyCost} {
		if cost < 1 || cost > 10 {
			t.Errorf("a cost of %d is not 1 to 10", cost)
		}
	}
}

// checkParams demands of every parameter a name in configuration and a
// description with unit and source.
func checkParams(t *testing.T, params any) {
	t.Helper()
	typ := reflect.TypeOf(params)
	if typ.Kind() != reflect.Struct {
		t.Fatalf("parameters are a %s, not a struct", typ.Kind())
	}
	for f := range typ.Fields() {
		if f.Tag.Get("json") == "" || f.Tag.Get("doc") == "" {
			t.Errorf("parameter %s lacks a json or a doc tag", f.Name)
		}
	}
}

var (
	accusation = regexp.MustCompile(`(?i)\b(fraud\w*|fakes?|faked|suspicious\w*|north korea\w*|dprk|impostor\w*|liars?|lying|scam\w*|criminal\w*|guilty)\b`)
	trait      = regexp.MustCompile(`(?i)\b(nationalit\w*|citizen\w*|foreign\w*|ethnic\w*|immigrant\w*|accents?|religio\w*|gender\w*|race|races|racial\w*|native speaker\w*)\b`)
)

func checkAccusation(t *testing.T, s string) {
	t.Helper()
	if m := accusation.FindString(s); m != "" {
		t.Errorf("%q accuses: %s", m, s)
	}
}

// checkWords reads a statement as the person concerned would.
func checkWords(t *testing.T, s string) {
	t.Helper()
	checkAccusation(t, s)
	if m := trait.FindString(s); m != "" {
		t.Errorf("%q has no place in a statement: %s", m, s)
	}
	if strings.Contains(s, "[country]") || strings.Contains(s, "[redacted]") {
		t.Errorf("the statement prints a hidden value: %s", s)
	}
	if strings.Contains(s, "%!") {
		t.Errorf("the statement is badly formatted: %s", s)
	}
	if m := countryName.FindString(s); m != "" {
		t.Errorf("the statement names a country, %s: %s", m, s)
	}
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
