// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"daylight/pipeline"
	"daylight/record"
)

// TestCompliance holds that concerns are shown in every form for people and in
// JSON, apart from the people they are about, whose part of the report stays the
// same to the byte.
func TestCompliance(t *testing.T) {
	plain, with := fixture(), fixture()
	with.Compliance = Concerns([]pipeline.Concern{{
		Subject: "c-0042\u202e", Kind: pipeline.SanctionedIdentifier, Statement: "A wallet of this person equals <b>one</b> of entry 90001.", Entries: []string{"90001"},
		Cites: []record.Citation{cite("payroll/wallets.csv", "line 2", at(2, 9)), cite("legal/sdn.xml", "entry 90001, line 6", at(2, 9))},
	}, {Subject: "w-1", Kind: pipeline.SanctionedTerritory, Statement: "Activity came from a territory."}})

	for name, write := range map[string]func(*Report) func(io.Writer) error{
		"text": func(r *Report) func(io.Writer) error {
			return func(w io.Writer) error { return r.WriteText(w, TextOptions{All: true}) }
		},
		"html": func(r *Report) func(io.Writer) error { return r.WriteHTML },
	} {
		t.Run(name, func(t *testing.T) {
			before, after := string(written(t, write(plain))), string(written(t, write(with)))
			if strings.Contains(before, complianceTitle) {
				t.Error("an empty queue is shown")
			}
			for _, want := range []string{complianceTitle, "90001", "payroll/wallets.csv", "w-1"} {
				if !strings.Contains(after, want) {
					t.Errorf("no %q", want)
				}
			}
			if strings.Contains(after, "\u202e") || name == "html" && strings.Contains(after, "<b>one</b>") {
				t.Error("words of the input steer the page")
			}
			if !strings.Contains(strings.Join(strings.Fields(after), " "), "For compliance, apart from that: 2 matches.") {
				t.Error("the headline does not mention it")
			}
			start := strings.Index(after, complianceTitle)
			rest := after[start:]
			if name == "html" {
				_, rest, _ = strings.Cut(rest, "</section>")
			} else {
				_, rest, _ = strings.Cut(rest, "Activity came from a territory.")
			}
			if !strings.HasSuffix(strings.TrimSpace(before), strings.TrimSpace(rest)) {
				t.Error("what follows the queue is not what it was")
			}
		})
	}

	var a, b map[string]json.RawMessage
	if err := json.Unmarshal(written(t, plain.WriteJSON), &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(written(t, with.WriteJSON), &b); err != nil {
		t.Fatal(err)
	}
	if string(a["compliance"]) != "[]" || !bytes.Contains(b["compliance"], []byte(`"entries": []`)) || !bytes.Contains(b["compliance"], []byte(`"sanctioned_identifier"`)) {
		t.Errorf("%s %s", a["compliance"], b["compliance"])
	}
	delete(a, "compliance")
	delete(b, "compliance")
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
}

// TestManyConcerns holds that the text form stays short and says what it left
// out.
func TestManyConcerns(t *testing.T) {
	r := fixture()
	for i := range textConcerns + 5 {
		r.Compliance = append(r.Compliance, Concern{Subject: fmt.Sprintf("x-%03d", i), Statement: "Something."})
	}
	text := string(written(t, func(w io.Writer) error { return r.WriteText(w, TextOptions{}) }))
	if strings.Count(text, "Something.") != textConcerns || !strings.Contains(text, "and 5 more; the JSON form holds all.") {
		t.Error(text[:1500])
	}
}
