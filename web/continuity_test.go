// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"strings"
	"testing"

	"daylight/account"
	"daylight/detect/indicators"
	"daylight/internal/htmlcheck"
	"daylight/report"
	"daylight/store"
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

// TestPlacesBreakTheLine: a step that is far from the one before is drawn as a break, and
// the page says that no finding counts it.
func TestPlacesBreakTheLine(t *testing.T) {
	s := &Server{Options: Options{Catalog: indicators.Catalog()}}
	for _, broken := range []bool{true, false} {
		v := &continuityView{}
		sub := &report.Subject{
			ID:         "p-1",
			Touches:    []report.Moment{{At: start, What: "application", Lane: "network"}, {At: start.AddDate(0, 1, 0), What: "call: from Austin", Lane: "network", Break: broken}},
			Assessment: weigh.Assessment{AsOf: start.AddDate(0, 3, 0)},
		}
		if err := v.draw(s, sub); err != nil {
			t.Fatal(err)
		}
		if drawn := strings.Contains(string(v.Line), "broken"); drawn != broken || (v.Marked == 1) != broken || len(v.Breaks) != 0 {
			t.Errorf("a break %v is drawn %v, and %d are told of", broken, drawn, v.Marked)
		}
	}
}

// TestEachBreakIsDrawn holds that the breaks that the page counts are on the line of
// somebody of whom there are more moments than it has room for.
func TestEachBreakIsDrawn(t *testing.T) {
	s := &Server{Options: Options{Catalog: indicators.Catalog()}}
	early := start.AddDate(0, 0, 1)
	sub := &report.Subject{
		ID:         "p-1",
		Journey:    []report.Moment{{At: start, What: "applied", Lane: "contact"}, {At: start.AddDate(0, 0, 2), What: "shipping address changed", Lane: "place", Break: true}},
		Touches:    []report.Moment{{At: start.AddDate(0, 0, 3), What: "call: from Austin", Lane: "network", Break: true}},
		Evidence:   []report.Evidence{{Indicator: "onb.contact_churn", WeightDB: 3, At: &early}},
		Assessment: weigh.Assessment{AsOf: start.AddDate(1, 0, 0)},
	}
	for n := range 60 {
		sub.Journey = append(sub.Journey, report.Moment{At: start.AddDate(0, 0, 4+n), What: "session held", Lane: "interview"})
	}
	v := &continuityView{}
	if err := v.draw(s, sub); err != nil {
		t.Fatal(err)
	}
	line := string(v.Line)
	if drawn := strings.Count(line, `class="broken"`); drawn != 3 || drawn != len(v.Breaks)+v.Marked || !strings.Contains(line, "contact: applied<") {
		t.Errorf("%d breaks are drawn, %d findings and %d marks are counted:\n%s", drawn, len(v.Breaks), v.Marked, line)
	}
	if !strings.Contains(line, "Not drawn: 24 more moments") {
		t.Errorf("64 moments, and nothing says that 40 are drawn:\n%s", line)
	}
}

// TestLineSaysWhereAndOnWhat holds that the line of somebody from the sample company
// names, from application to work, over which network and on which machine they were met.
func TestLineSaysWhereAndOnWhat(t *testing.T) {
	c := sampleConsole(t)
	steps := map[string]bool{}
	for _, row := range c.rows(t, store.Subjects, store.Query{}) {
		if row.Text["merged"] != "" {
			continue
		}
		sub, err := dossier(row, false)
		if err != nil {
			t.Fatal(err)
		}
		if len(sub.Touches) == 0 {
			continue
		}
		page := c.as(account.Security).get("/people/"+row.Key+"/continuity").want(t, http.StatusOK).page(t)
		line := ""
		for _, li := range page.Find("ol.moments li") {
			line += htmlcheck.Text(li) + "\n"
		}
		for _, m := range sub.Touches {
			step, _, _ := strings.Cut(m.What, ":")
			steps[step] = true
			if !strings.Contains(line, m.At.UTC().Format("2006-01-02")) || !strings.Contains(line, m.What) {
				t.Errorf("the line of %s does not say %q:\n%s", row.Key, m.What, line)
			}
		}
		if len(steps) >= 3 && steps["application"] && steps["work"] {
			return
		}
	}
	t.Errorf("only %v are on anybody's line", steps)
}
