// SPDX-License-Identifier: Apache-2.0

package web

import (
	"strings"
	"testing"

	"daylight/detect/indicators"
	"daylight/report"
	"daylight/weigh"
)

// TestBreaksOfTheLine holds that each finding that breaks the line of continuity is
// named, and drawn at its date, and that nothing else is: neither a finding about
// something else nor one that speaks for the person.
func TestBreaksOfTheLine(t *testing.T) {
	s := &Server{Options: Options{Catalog: indicators.Catalog()}}
	at := start.AddDate(0, 1, 2)
	for id, want := range map[string]bool{
		"int.client_shared": true, "int.persona_collision": true, "onb.mfa_enrol_elsewhere": true,
		"onb.contact_churn": true, "off.vanish_on_recheck": true, "int.person_changed": true,
		"onb.first_boot_geo": true, "onb.ship_change_late": true, "app.email_young": false,
	} {
		for _, weight := range []float64{3, -3} {
			sub := &report.Subject{
				ID:         "p-1",
				Journey:    []report.Moment{{At: start, What: "applied", Lane: "contact"}},
				Evidence:   []report.Evidence{{Indicator: id, WeightDB: weight, At: &at}},
				Assessment: weigh.Assessment{AsOf: start.AddDate(0, 3, 0)},
			}
			v := &continuityView{}
			if err := v.draw(s, sub); err != nil {
				t.Fatalf("%s: %v", id, err)
			}
			breaks := want && weight > 0
			if title := s.title(id); title == id || len(v.Breaks) == 1 != breaks {
				t.Errorf("%s at %+.0f dB, %q: breaks %v, want %v", id, weight, title, v.Breaks, breaks)
			} else if drawn := strings.Contains(string(v.Line), title) && strings.Contains(string(v.Line), at.Format("2006-01-02")) && strings.Contains(string(v.Line), "broken"); drawn != breaks {
				t.Errorf("%s at %+.0f dB: drawn %v, want %v:\n%s", id, weight, drawn, breaks, v.Line)
			}
		}
	}
}
