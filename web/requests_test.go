// SPDX-License-Identifier: Apache-2.0

package web

import (
	"slices"
	"strings"
	"testing"

	"daylight/detect"
	"daylight/detect/indicators"
)

// TestMessagesToThirdParties: where somebody else answers a check, the person is asked
// first, and whoever answers learns of no finding. That the checks are the same for all
// is for the sender to confirm.
func TestMessagesToThirdParties(t *testing.T) {
	for _, ind := range indicators.Catalog() {
		if ind.Next == nil {
			continue
		}
		third, ok := thirdParties[ind.ID]
		if asked := slices.Contains(ind.Next.Asks, "checks.employment") || slices.Contains(ind.Next.Asks, "checks.education"); asked && !ok {
			t.Errorf("%s asks a third party, and the person is not asked first", ind.ID)
		}
		text := message(*ind.Next)
		if ok {
			text = permission(third)
			if !strings.Contains(text, "May we ask "+third.Who) || !strings.Contains(text, "nobody before you say yes") || !strings.Contains(third.letter(), "with the permission of the person") {
				t.Errorf("%s:\n%s\n%s", ind.ID, text, third.letter())
			}
		}
		if !strings.Contains(text, sameForAll) || strings.Count(text, "everyone in your situation") != 1 {
			t.Errorf("%s: the sender has nothing to confirm:\n%s", ind.ID, text)
		}
	}
	for id := range thirdParties {
		if !slices.ContainsFunc(indicators.Catalog(), func(ind *detect.Indicator) bool { return ind.ID == id && ind.Next != nil }) {
			t.Errorf("%s offers no check", id)
		}
	}
}
