// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"strings"
	"testing"

	"daylight/internal/reading"
)

// TestReadingAge holds what interviewers say and do to a reading age of 12: the
// Flesch-Kincaid grade (Kincaid et al. 1975) plus five years, over all of it, and to
// 14 for each longer text.
func TestReadingAge(t *testing.T) {
	var all strings.Builder
	for _, c := range Challenges() {
		for _, text := range append([]string{c.Say, c.Another}, c.Do...) {
			all.WriteString(text + " ")
			if g := reading.Grade(text); len(strings.Fields(text)) >= 15 && g > 9 {
				t.Errorf("%s needs a reading age of %.1f: %s", c.Slug, g+5, text)
			}
		}
	}
	g := reading.Grade(all.String())
	t.Logf("the instructions need a reading age of %.1f", g+5)
	if g > 7 || g < 1 {
		t.Errorf("the instructions need a reading age of %.1f", g+5)
	}
}
