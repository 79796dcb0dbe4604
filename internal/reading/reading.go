// SPDX-License-Identifier: Apache-2.0

// Package reading measures for tests how hard an English text is to read.
package reading

import "strings"

// Grade is the Flesch-Kincaid grade of a text, in years of school in the United
// States: 0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid et al. 1975).
// A reading age is about five years more. Sentences end at the end of a word with a
// full stop, a question mark, an exclamation mark or a colon; syllables are groups of
// vowels, less a silent e.
func Grade(text string) float64 {
	words, sentences, syllables := 0, 0, 0
	for w := range strings.FieldsSeq(text) {
		words++
		if strings.ContainsAny(w[len(w)-1:], ".?!:") {
			sentences++
		}
		syllables += syllablesOf(strings.Trim(strings.ToLower(w), ".,?!:;()\""))
	}
	return 0.39*float64(words)/float64(max(1, sentences)) + 11.8*float64(syllables)/float64(max(1, words)) - 15.59
}

func syllablesOf(word string) int {
	n, vowel := 0, false
	for _, r := range word {
		is := strings.ContainsRune("aeiouy", r)
		if is && !vowel {
			n++
		}
		vowel = is
	}
	if n > 1 && strings.HasSuffix(word, "e") && !strings.HasSuffix(word, "le") {
		n--
	}
	return max(1, n)
}
