// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"strings"
	"testing"

	"daylight/store"
)

// TestSelectionsUseTheirIndex holds that what pages ask for among ten thousand people is
// found by the index that is made for it.
func TestSelectionsUseTheirIndex(t *testing.T) {
	s := temporary(t)
	for _, tt := range []struct {
		name  string
		of    store.Collection
		q     store.Query
		index string
		sorts bool // what is chosen, before the page is cut off it
	}{
		{
			"the checks of a person", store.Records,
			store.Query{Where: []store.Cond{
				{Column: "holder", Op: store.OneOf, In: []string{"s:one", "s:other"}}, {Column: "kind", Op: store.Equal, Text: "check"},
			}},
			"records_holder_kind", true,
		},
		{
			"the applicants who came last", store.Subjects,
			store.Query{Bare: true, By: "since", Desc: true, Limit: 201, Where: []store.Cond{
				{Column: "stage", Op: store.Equal, Text: "applicant"}, {Column: "merged", Op: store.Equal, Text: ""},
			}},
			"subjects_stage_since", false,
		},
		{
			"the queue", store.Subjects,
			store.Query{Bare: true, By: "weight", Desc: true, Limit: 50, Where: []store.Cond{{Column: "state", Op: store.Equal, Text: "escalate"}}},
			"subjects_state_weight", false,
		},
		{
			"everybody, any page", store.Subjects,
			store.Query{Bare: true, By: "weight", Desc: true, Limit: 50, Skip: 7000, Where: []store.Cond{{Column: "state", Op: store.NotEqual, Text: ""}}},
			"subjects_weight_state", true,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tab := s.tables[tt.of.Name]
			sel, err := tab.selection(tt.q)
			if err != nil {
				t.Fatal(err)
			}
			rows, err := s.db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+tab.query(sel, tt.q), sel.args...)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close() //nolint:errcheck // read only
			var plan strings.Builder
			for rows.Next() {
				var id, parent, unused int
				var step string
				if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
					t.Fatal(err)
				}
				plan.WriteString(step + "\n")
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
			chosen, _, _ := strings.Cut(plan.String(), "SCAN (subquery")
			if !strings.Contains(strings.ReplaceAll(chosen, "\n", " "), " INDEX "+tt.index+" ") || strings.Contains(chosen, "TEMP B-TREE") != tt.sorts {
				t.Errorf("it does not use %s, or sorts where it should not:\n%s", tt.index, &plan)
			}
		})
	}
}
