// SPDX-License-Identifier: Apache-2.0

package report

import (
	"testing"

	"daylight/record"
)

// TestSupportInWords holds the words against the table of verbal equivalents: a ratio
// of ten is ten decibans.
func TestSupportInWords(t *testing.T) {
	for w, want := range map[record.Weight]string{
		-76: "none", 0: "none", 1: "slight", 29: "slight", 30: "weak", 99: "weak", 100: "moderate", 199: "moderate",
		200: "moderately strong", 300: "strong", 399: "strong", 400: "very strong", 599: "very strong", 600: "extremely strong", 830: "extremely strong",
	} {
		if got := support(w); got != want {
			t.Errorf("%s is %q, want %q", dB(w), got, want)
		}
	}
}
