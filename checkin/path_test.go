// SPDX-License-Identifier: Apache-2.0

package checkin

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestMethodHasThePathsFigures holds that section 5.3 of the method has the figures by
// which a way is judged: 100 km a millisecond, 10 rounds, a gap of 30 ms, 0.6 %.
func TestMethodHasThePathsFigures(t *testing.T) {
	data, err := os.ReadFile("../docs/method.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(data), "\n### 5.3 ")
	section, _, _ = strings.Cut(section, "\n### ")
	for _, want := range []string{
		fmt.Sprintf("**%d·*r* km**", kmPerMS),
		fmt.Sprintf("after 12 ms, 1,%.0f km at most", BoundKM(12_000)-1000),
		fmt.Sprintf("the gap is %d ms or more", apartFrom/1000),
		fmt.Sprintf("fewer than %d rounds", fewRounds),
		fmt.Sprintf("widened by %.1f %%", (widened-1)*100),
	} {
		if !strings.Contains(section, want) {
			t.Errorf("section 5.3 does not say %q", want)
		}
	}
}
