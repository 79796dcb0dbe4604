// SPDX-License-Identifier: Apache-2.0

package pipeline_test

import (
	"testing"
	"testing/fstest"

	"daylight/detect"
	"daylight/detect/indicators"
	"daylight/pipeline"
)

// TestReferrals holds that a referral reaches both of the people it connects,
// under whatever id the record names the other, and weighs only once the case at
// its other end is confirmed.
func TestReferrals(t *testing.T) {
	people := "id,name,email,referrer,declared_relation\n" +
		"p-1,Siobhan Sampla,siobhan@example.com,,\n" +
		"p-2,Kofi Beispiel,kofi@example.com,siobhan@example.com,\n" +
		"p-3,Mei Tanaka,mei@example.com,,referral:p-2\n" +
		"p-4,Pavel Novák,pavel@example.com,Siobhan Sampla,\n" +
		"p-5,Ana Kealoha,ana@example.com,p-5,\n"
	for _, tt := range []struct {
		name, outcomes string
		want           map[string]detect.Outcome
		strength       map[string]int
	}{
		{
			"nobody is confirmed", "person,outcome,at\np-1,unresolved,2026-03-02\n",
			map[string]detect.Outcome{"p-1": detect.Absent, "p-2": detect.Absent, "p-3": detect.Absent, "p-4": detect.Unknown, "p-5": detect.Unknown},
			nil,
		},
		{
			"the middle one is", "person,outcome,at\np-2,confirmed,2026-03-02\n",
			map[string]detect.Outcome{"p-1": detect.Present, "p-2": detect.Absent, "p-3": detect.Present, "p-4": detect.Unknown, "p-5": detect.Unknown},
			map[string]int{"p-1": 40, "p-3": 100},
		},
		{
			"no longer", "person,outcome,at\np-2,confirmed,2026-03-02\np-2,cleared,2026-03-09\n",
			map[string]detect.Outcome{"p-1": detect.Absent, "p-2": detect.Absent, "p-3": detect.Absent, "p-4": detect.Unknown, "p-5": detect.Unknown},
			nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := scan(t, fstest.MapFS{
				"people.csv":   {Data: []byte(people)},
				"outcomes.csv": {Data: []byte(tt.outcomes)},
			}, 1)
			for id, want := range tt.want {
				f := finding(t, res, id, "app.referral_cluster")
				if f.Outcome != want || f.Strength != tt.strength[id] {
					t.Errorf("%s: %s at %d %%, want %s at %d: %s", id, f.Outcome, f.Strength, want, tt.strength[id], f.Statement)
				}
			}
		})
	}
}

// finding returns the answer of one indicator about one person.
func finding(t *testing.T, res *pipeline.Result, id, indicator string) detect.Finding {
	t.Helper()
	for _, s := range res.Subjects {
		if string(s.View.Subject) != id {
			continue
		}
		findings, err := detect.Run(t.Context(), indicators.Catalog(), s.View)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings {
			if f.Indicator == indicator {
				return f
			}
		}
	}
	t.Fatalf("no answer of %s about %s", indicator, id)
	return detect.Finding{}
}
