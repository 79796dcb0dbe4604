// SPDX-License-Identifier: Apache-2.0

package indicators_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"daylight/detect"
	"daylight/detect/detecttest"
	"daylight/detect/indicators"
	"daylight/record"

	"golang.org/x/tools/txtar"
)

// TestAsks holds that every check an indicator names is an attestation. That it
// reaches the indicator is for TestAsksRead.
func TestAsks(t *testing.T) {
	for _, ind := range indicators.Catalog() {
		for _, check := range ind.Asks {
			if !slices.ContainsFunc(record.Attestations(), func(a record.Attestation) bool { return a.Check == check }) {
				t.Errorf("%s asks %q, which is no attestation", ind.ID, check)
			}
		}
	}
}

// TestEveryQuestionAsked holds that each attestation has one indicator that asks
// it: an answer in a table of checks is never read by nobody, nor counted twice.
func TestEveryQuestionAsked(t *testing.T) {
	asked := map[string][]string{}
	for _, ind := range indicators.Catalog() {
		for _, check := range ind.Asks {
			asked[check] = append(asked[check], ind.ID)
		}
	}
	for _, a := range record.Attestations() {
		if n := len(asked[a.Check]); n != 1 {
			t.Errorf("%q is asked by %d indicators: %s", a.Check, n, strings.Join(asked[a.Check], ", "))
		}
	}
}

// TestAsksRead turns the answers of each check that an indicator names, in its
// own golden cases: an indicator that read none of them would not notice.
func TestAsksRead(t *testing.T) {
	for _, ind := range indicators.Catalog() {
		for _, check := range ind.Asks {
			if !noticed(t, ind, check) {
				t.Errorf("%s asks %q, and found or not_found is all the same to it in all its cases", ind.ID, check)
			}
		}
	}
}

// noticed reports whether the outcome of any golden case differs once the check's
// answers are turned.
func noticed(t *testing.T, ind *detect.Indicator, check string) bool {
	t.Helper()
	ar, err := txtar.ParseFile(filepath.Join("testdata", ind.ID+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range ar.Files {
		if !strings.HasSuffix(file.Name, "/case.json") {
			continue
		}
		c, err := detecttest.ParseCase(file.Data)
		if err != nil {
			t.Fatal(err)
		}
		before := outcome(t, ind, c)
		for i, r := range c.Records {
			if b, ok := r.Body.(record.Check); ok && b.Check == check {
				if other := map[string]string{"found": "not_found", "not_found": "found"}[b.Result]; other != "" {
					b.Result = other
				}
				c.Records[i].Body = b
			}
		}
		if outcome(t, ind, c) != before {
			return true
		}
	}
	return false
}

func outcome(t *testing.T, ind *detect.Indicator, c detecttest.Case) detect.Outcome {
	t.Helper()
	v, err := c.View()
	if err != nil {
		t.Fatal(err)
	}
	findings, err := detect.Run(t.Context(), []*detect.Indicator{ind}, v)
	if err != nil {
		t.Fatal(err)
	}
	return findings[0].Outcome
}
