// SPDX-License-Identifier: Apache-2.0

package sun

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestMethodSaysWhatATimeIsWorth works out the example of section 5.4 of the method: with
// half of the others in the dark and half in daylight, q is 0.475 + 0.025 = 0.5.
func TestMethodSaysWhatATimeIsWorth(t *testing.T) {
	s := Slot{Dark: 0.5, Bright: 0.5}
	s.weigh(defaultReliability)
	want := fmt.Sprintf("a dark one tells %+.1f dB, a bright one −%.1f dB, and the time is worth %.1f dB", s.IfDark, -s.IfBright, s.Information)
	if want != "a dark one tells +10.0 dB, a bright one −2.8 dB, and the time is worth 4.8 dB" {
		t.Error(want)
	}
	method, err := os.ReadFile("../docs/method.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(method), want) {
		t.Errorf("the method does not say %q", want)
	}
}
