// SPDX-License-Identifier: Apache-2.0

package pipeline_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"daylight/record"
	"daylight/weigh"
)

// TestCallsConnect holds that the hardware of two people's calls makes an edge
// which the indicator takes for one of calls, that hardware which every machine
// has makes none, and that a call without an e-mail address is nobody's and
// counted.
func TestCallsConnect(t *testing.T) {
	files := fstest.MapFS{
		"people.csv": {Data: []byte(`id,stage,name,email
c-1,applicant,Chiamaka Obi,chiamaka@example.com
c-2,applicant,Luca Ferrari,luca@example.com
c-3,applicant,Tevita Fonoti,tevita@example.com
c-4,applicant,Mei Tanaka,mei@example.com
`)},
		"calls.json": {Data: []byte(`{"participants":[
{"user_name":"Chiamaka Obi","email":"chiamaka@example.com","network_type":"Wifi","join_time":"2026-03-10T15:00:00Z","mac_addr":"F85E-A012-F5B5"},
{"user_name":"Luca Ferrari","email":"luca@example.com","network_type":"Wifi","join_time":"2026-03-11T15:00:00Z","mac_addr":"f8:5e:a0:12:f5:b5"},
{"user_name":"Tevita Fonoti","email":"tevita@example.com","network_type":"Wifi","join_time":"2026-03-12T15:00:00Z","mac_addr":"00:50:56:c0:00:08"},
{"user_name":"Mei Tanaka","email":"mei@example.com","network_type":"Wifi","join_time":"2026-03-13T15:00:00Z","mac_addr":"00:50:56:c0:00:08"},
{"user_name":"Guest","email":"","network_type":"","join_time":"2026-03-13T15:00:00Z"}]}`)},
	}
	res := scan(t, files, 2)
	if in := res.Inputs[0]; in.Path != "calls.json" || in.Records != 5 || in.Unattributed != 1 {
		t.Errorf("%s: %d records, %d of nobody; want 5 and 1", in.Path, in.Records, in.Unattributed)
	}
	connected := map[record.SubjectID]bool{"c-1": true, "c-2": true}
	for _, s := range res.Subjects {
		found := slices.ContainsFunc(s.Assessment.Contributions, func(c weigh.Contribution) bool { return c.Finding.Indicator == "int.client_shared" })
		if id := s.View.Subject; found != connected[id] {
			t.Errorf("%s is connected by a machine: %v, want %v", id, found, connected[id])
		}
	}
}
