// SPDX-License-Identifier: Apache-2.0

package report

import (
	"testing"
	"time"

	"daylight/activity"
	"daylight/detect"
	"daylight/enrich"
	"daylight/pipeline"
	"daylight/record"
	"daylight/weigh"
)

// TestDeclarationsReachNoPicture holds that a protected place and a waived
// question about hours are in nothing that is drawn or said.
func TestDeclarationsReachNoPicture(t *testing.T) {
	build := func(protected, accommodated bool) *Subject {
		var p activity.Profile
		for day := range 40 {
			at := time.Date(2026, 3, 2+day, 2, 0, 0, 0, time.UTC)
			p.Add(&record.Event{At: at.UnixMilli(), Class: record.SignIns, Act: record.SignIn})
		}
		address := record.Address{City: "Boise", Region: "Idaho"}
		facts := enrich.NewFacts()
		facts.Places[address.Place()] = enrich.Place{Name: "Boise, Idaho", Lat: 43.6, Lon: -116.2, Zone: "America/Boise"}
		v := &detect.View{
			Subject: "w-1", AsOf: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), Profile: &p, Facts: facts, Protected: protected, Accommodation: accommodated,
			Records: []record.Record{{ID: "r1", Body: record.Person{Stage: record.Worker, Address: address}}},
		}
		res := &pipeline.Result{Subjects: []*pipeline.Subject{{View: v, Ring: -1, Assessment: weigh.Assessment{Subject: "w-1", State: weigh.FollowUp}}}}
		return Build(res, weigh.DefaultPolicy(), nil, "test").Subjects[0]
	}
	if s := build(false, false); s.Claimed == nil || s.Activity == nil || s.Activity.Zone != "America/Boise" || s.Activity.Night == nil {
		t.Fatalf("nothing is drawn of anybody: %+v %+v", s.Claimed, s.Activity)
	}
	if s := build(true, false); s.Claimed != nil || s.Activity.Zone != "UTC" || s.Activity.Night != nil || s.Activity.Alternative != "" {
		t.Errorf("a protected place shows: %+v %+v", s.Claimed, s.Activity)
	}
	if s := build(false, true); s.Activity.Night != nil || s.Activity.Alternative != "" {
		t.Errorf("a waived question is answered in the picture: %+v", s.Activity)
	}
}
