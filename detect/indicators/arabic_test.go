// SPDX-License-Identifier: Apache-2.0

package indicators_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"daylight/detect/indicators"
)

// arabicWords are those of ar.json.
func arabicWords(t *testing.T) map[string]map[string]string {
	t.Helper()
	data, err := os.ReadFile("arabic/ar.json")
	if err != nil {
		t.Fatal(err)
	}
	var words map[string]map[string]string
	if err := json.Unmarshal(data, &words); err != nil {
		t.Fatalf("ar.json: %v", err)
	}
	return words
}

// TestArabic holds that what the person concerned is told of an indicator is there in
// Arabic. Whoever adds one and does not write Arabic says so with null: then it is read
// in English until somebody fills it in. One that weighs has all of it.
func TestArabic(t *testing.T) {
	words := arabicWords(t)
	left := map[string]bool{}
	for id := range words {
		left[id] = true
	}
	for _, ind := range indicators.Catalog() {
		own, listed := words[ind.ID]
		delete(left, ind.ID)
		if listed && own == nil && !slices.Contains(stable, ind.ID) {
			continue
		}
		wants := append([]string{ind.Title, ind.Rationale}, ind.Innocent...)
		var lacks []string
		for _, english := range wants {
			if strings.TrimSpace(own[english]) == "" {
				lacks = append(lacks, english)
			}
		}
		if len(lacks) > 0 {
			t.Errorf("detect/indicators/arabic/ar.json lacks Arabic for %s: add, or write null for all of it while it does not weigh:\n%s", ind.ID, entry(t, ind.ID, lacks))
		}
		for english, arabic := range own {
			if !slices.Contains(wants, english) {
				t.Errorf("ar.json has a text that %s does not say (any more): %q", ind.ID, english)
			}
			if !strings.ContainsFunc(arabic, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }) || latin.MatchString(arabic) {
				t.Errorf("ar.json, %s: %q is not in Arabic", ind.ID, arabic)
			}
		}
		if _, whole := ind.In("ar"); whole != (len(lacks) == 0) {
			t.Errorf("%s is told in Arabic: %v, and lacks %q", ind.ID, whole, lacks)
		}
	}
	for id := range left {
		t.Errorf("ar.json has words for %s, which is not in the catalogue", id)
	}
}

// latin is more than one word in Latin letters, as no name of a thing is.
var latin = regexp.MustCompile(`[A-Za-z]{2,} [A-Za-z]{2,}`)

// entry is what is to be added to ar.json.
func entry(t *testing.T, id string, lacks []string) string {
	t.Helper()
	texts := map[string]string{}
	for _, english := range lacks {
		texts[english] = ""
	}
	out, err := json.MarshalIndent(map[string]map[string]string{id: texts}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
