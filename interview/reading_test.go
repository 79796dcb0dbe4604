// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"strings"
	"testing"
)

// TestReadingAge holds what interviewers say and do to a reading age of 12: the
// Flesch-Kincaid grade (Kincaid et al. 1975) plus five years, over all of it, and to
// 14 for each longer text.
func TestReadingAge(t *testing.T) {
	var all strings.Builder
	for _, c := range Challenges() {
		for _, text := range append([]string{c.Say, c.Another}, c.Do...) {
			all.WriteString(text + " ")
			if g := grade(text); len(strings.Fields(text)) >= 15 && g > 9 {
				t.Errorf("%s needs a reading age of %.1f: %s", c.Slug, g+5, text)
			}
		}
	}
	g := grade(all.String())
	t.Logf("the instructions need a reading age of %.1f", g+5)
	if g > 7 || g < 1 {
		t.Errorf("the instructions need a reading age of %.1f", g+5)
	}
	if g := grade("The photosynthetic organisms require considerable illumination. They are found in the sea, and some are very small."); g < 9 {
		t.Errorf("a hard text has grade %.1f", g)
	}
}

// grade is the Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word
// - 15.59. Syllables are groups of vowels, less a silent e.
func grade(text string) float64 {
	words, sentences, syllables := 0, 0, 0
	for w := range strings.FieldsSeq(text) {
		words++
		if strings.ContainsAny(w[len(w)-1:], ".?!:") {
			sentences++
		}
		n, vowel := 0, false
		w = strings.Trim(strings.ToLower(w), ".,?!:;()\"")
		for _, r := range w {
			is := strings.ContainsRune("aeiouy", r)
			if is && !vowel {
				n++
			}
			vowel = is
		}
		if n > 1 && strings.HasSuffix(w, "e") && !strings.HasSuffix(w, "le") {
			n--
		}
		syllables += max(1, n)
	}
	return 0.39*float64(words)/float64(max(1, sentences)) + 11.8*float64(syllables)/float64(max(1, words)) - 15.59
}
