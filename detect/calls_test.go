// SPDX-License-Identifier: Apache-2.0

package detect_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"daylight/detect"
	"daylight/record"

	"github.com/google/go-cmp/cmp"
)

func TestCountCalls(t *testing.T) {
	var all []record.Record
	add := func(id record.SubjectID, calls ...record.Call) {
		for i, c := range calls {
			all = append(all, record.Record{ID: record.ID(fmt.Sprint(id, i)), Subject: id, At: monday.Add(time.Duration(i) * time.Hour), Body: c})
		}
	}
	n := func(v int) *int { return &v }
	add("a", record.Call{Camera: "Example Cam", Microphone: " example mic "}, record.Call{Camera: "EXAMPLE CAM", Video: n(0)}, record.Call{Video: n(0)}, record.Call{Video: n(3)})
	add("b", record.Call{Camera: "example cam", Latency: n(90)}, record.Call{Latency: n(50)}, record.Call{Latency: n(70)}, record.Call{Latency: n(400)})
	add("c", record.Call{Video: n(0), Latency: n(60)}, record.Call{Video: n(0)}, record.Call{Video: n(0)})
	add("d", record.Call{Video: n(9)}, record.Call{Video: n(9)}) // too few to say
	add("e", record.Call{})
	all = append(all, record.Record{Subject: "f", Body: record.Interview{CameraDevice: "example cam"}})
	want := detect.Calls{
		Named: 2, Devices: map[string]int{"example cam": 2, "example mic": 1},
		Latency: []int{60, 70}, Seen: 1, Unseen: 1,
	}
	if diff := cmp.Diff(want, detect.CountCalls(slices.Values(all))); diff != "" {
		t.Error(diff)
	}
	slices.Reverse(all)
	if diff := cmp.Diff(want, detect.CountCalls(slices.Values(all))); diff != "" {
		t.Errorf("in another order: %s", diff)
	}
}
