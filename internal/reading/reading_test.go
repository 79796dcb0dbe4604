// SPDX-License-Identifier: Apache-2.0

package reading

import (
	"math"
	"testing"
)

// TestGrade compares texts counted by hand.
func TestGrade(t *testing.T) {
	for _, c := range []struct {
		text                        string
		words, sentences, syllables float64
	}{
		{"The cat sat on the mat.", 6, 1, 6},
		{"Please wait here. Is the \"table\" free?", 7, 2, 8},
		// Organisms has four syllables, and three groups of vowels.
		{"The photosynthetic organisms require considerable illumination. They are found in the sea, and some are very small.", 17, 2, 33},
		{"", 0, 0, 0},
	} {
		want := .39*c.words/max(1, c.sentences) + 11.8*c.syllables/max(1, c.words) - 15.59
		if got := Grade(c.text); math.Abs(got-want) > 1e-9 {
			t.Errorf("%q has grade %.2f, want %.2f", c.text, got, want)
		}
	}
}
