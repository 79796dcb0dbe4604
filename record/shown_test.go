// SPDX-License-Identifier: Apache-2.0

package record_test

import (
	"encoding/json"
	"strings"
	"testing"

	"daylight/record"
)

// TestShown: what no output may show is in no form of a record that is shown, and
// everything else is.
func TestShown(t *testing.T) {
	person := record.Record{ID: "1", Body: record.Person{
		Name: record.NewName("Ana Muster"), Former: []record.Name{record.NewName("Ana Frueher")}, Address: record.Address{Line: "1 Sample Way", City: "Leeds"},
		Role: "engineer", Accommodation: true, Protected: true,
	}}
	sent := record.Record{ID: "2", Body: record.Shipment{Serial: "SN-1", Address: record.Address{Line: "1 Sample Way", City: "Leeds"}}}
	for _, test := range []struct {
		r         record.Record
		protected bool
		has, not  []string
	}{
		{person, true, []string{"Ana Muster", "engineer"}, []string{"Frueher", "Leeds", "Sample Way", "accommodation", "protected"}},
		{person, false, []string{"Ana Muster", "Leeds"}, []string{"Frueher", "accommodation", "protected"}},
		{sent, true, []string{"SN-1"}, []string{"Leeds", "Sample Way"}},
		{sent, false, []string{"SN-1", "Leeds"}, nil},
	} {
		data, err := json.Marshal(test.r.Shown(test.protected))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range test.has {
			if !strings.Contains(string(data), w) {
				t.Errorf("%s is not in %s", w, data)
			}
		}
		for _, w := range test.not {
			if strings.Contains(string(data), w) {
				t.Errorf("%s is in %s", w, data)
			}
		}
	}
	if !person.Protected() || sent.Protected() {
		t.Error("who is protected is not told")
	}
	if b, ok := person.Body.(record.Person); !ok || !b.Accommodation || len(b.Former) != 1 {
		t.Error("the record itself was changed")
	}
}
