// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"regexp"
	"strings"
	"testing"
)

// forbidden are words that accuse, or that speak of where somebody comes from.
var forbidden = regexp.MustCompile(`(?i)\b(fraud\w*|fake\w*|impost\w*|suspicio\w*|suspect\w*|scam\w*|crimin\w*|liar|lied|lying|dishonest\w*|decei\w*|decept\w*|cheat\w*|guilty|north korea\w*|dprk|korea\w*|chin\w*|russia\w*|iran\w*|nationalit\w*|citizen\w*|foreign\w*|ethnic\w*|race|religion|accent|gender|sex|pretend\w*|stolen|thief|spy|hacker\w*|infiltrat\w*|malicious)\b`)

// TestMessages holds that no draft accuses anybody, that what the reader is given
// is complete, and that what goes to the person says nothing of the findings.
func TestMessages(t *testing.T) {
	for name, c := range map[string]Case{"full": confirmed(t), "empty": NewCase("c-1", Matter{Subject: "p-1"}, start)} {
		all, err := Messages(c)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != 12 {
			t.Errorf("%d messages", len(all))
		}
		for _, m := range all {
			if w := forbidden.FindString(m.Title + m.To + m.Text); w != "" {
				t.Errorf("%s, %s: %q is in it", name, m.Name, w)
			}
			if m.Title == "" || m.To == "" || len(m.Text) < 200 || strings.Contains(m.Text, "{{") || strings.Contains(m.Text, "<no value>") {
				t.Errorf("%s, %s: %+v", name, m.Name, m)
			}
			toPerson := strings.Contains(m.To, "person concerned")
			if says := strings.Contains(m.Text, "Paid into"); toPerson && says {
				t.Errorf("%s tells the person a finding", m.Name)
			}
			if !toPerson && !strings.Contains(m.Text, "Not sent") && m.Name != "counsel-pay" {
				t.Errorf("%s does not say that it is a draft", m.Name)
			}
			if !toPerson && !strings.Contains(m.Text, c.ID) {
				t.Errorf("%s is not filled from the case", m.Name)
			}
		}
	}
	if forbidden.FindString("a suspicious applicant") == "" {
		t.Error("the words that accuse are not found")
	}
}

// TestGuides holds that the guides accuse nobody, and their order.
func TestGuides(t *testing.T) {
	guides := Guides()
	if len(guides) != 10 {
		t.Errorf("%d steps", len(guides))
	}
	at := map[string]int{}
	for i, g := range guides {
		at[g.ID] = i
		if w := forbidden.FindString(g.Title + g.What); w != "" {
			t.Errorf("%s: %q is in it", g.ID, w)
		}
	}
	if at["explanations"] > at[StepPreserve] || at[StepPreserve] > at[StepContain] || at[StepContain] > at["report"] {
		t.Error("the steps are out of order")
	}
}
