// SPDX-License-Identifier: Apache-2.0

package pipeline_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"daylight/pipeline"
	"daylight/record"
)

// TestProcessesNotKept holds that rows of processes that no table knows do not
// fill memory, and that one which is known is kept among them.
func TestProcessesNotKept(t *testing.T) {
	const snapshots, each = 40, 50
	var lines []string
	for n := range snapshots {
		var rows []string
		for i := range each {
			rows = append(rows, fmt.Sprintf(`{"pid":"%d","name":"sample-%d-%d","path":"/opt/sample/%d","cmdline":"sample"}`, i, n, i, i))
		}
		if n == 7 {
			rows = append(rows, `{"pid":"9","name":"anydesk","path":"/usr/bin/anydesk","cmdline":"anydesk"}`)
		}
		lines = append(lines, fmt.Sprintf(`{"name":"processes","hostIdentifier":"host-1","unixTime":%d,"decorations":{"username":"p0"},"snapshot":[%s],"action":"snapshot"}`,
			1772600767+600*n, strings.Join(rows, ",")))
	}
	read := func() (*pipeline.Result, []record.Record) {
		files := fstest.MapFS{
			"people.csv":    {Data: []byte("id,stage,email,username\nw-0,worker,p0@larkspur.example,p0\n")},
			"devices.jsonl": {Data: []byte(strings.Join(lines, "\n"))},
		}
		res := scan(t, files, 2)
		if len(res.Subjects) != 1 {
			t.Fatalf("%d people, skipped %v", len(res.Subjects), res.Skipped)
		}
		var devices []record.Record
		for _, r := range res.Subjects[0].View.Records {
			if r.Body.Kind() == record.KindDevice {
				devices = append(devices, r)
			}
		}
		return res, devices
	}
	res, kept := read()
	var names []string
	for _, r := range kept {
		names = append(names, r.Body.(record.Device).Name)
	}
	// All rows of one snapshot are as old as each other: which stands for them is
	// not said, only that it is of the first and of the last.
	if len(names) != 3 || names[1] != "anydesk" || !strings.HasPrefix(names[0], "sample-0-") || !strings.HasPrefix(names[2], "sample-39-") {
		t.Errorf("kept %q", names)
	}
	in := res.Inputs[0]
	if want := fmt.Sprintf("%d rows of processes", snapshots*each-2); in.Records != snapshots*each+1 || len(in.Notes) != 1 || !strings.HasPrefix(in.Notes[0], want) {
		t.Errorf("%d records, notes %q, want %q", in.Records, in.Notes, want)
	}
	rng := rand.New(rand.NewPCG(5, 6))
	rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	_, again := read()
	if !slices.EqualFunc(kept, again, func(a, b record.Record) bool { return a.ID == b.ID }) {
		t.Error("the order of lines decides what is kept")
	}
}

// TestInventoryBesideEvents reads one log that holds sign-ins, inventory, a row
// that is broken and one without what it is about: both kinds arrive, every row
// is counted once, and each of the bad ones is named once.
func TestInventoryBesideEvents(t *testing.T) {
	rows := []string{
		`{"class_uid":3002,"activity_id":1,"time":1772600767000,"metadata":{},"user":{"uid":"w-0","email_addr":"p0@larkspur.example"},"src_endpoint":{"ip":"192.0.2.1"}}`,
		`{"class_uid":5001,"activity_id":2,"time":1772600768000,"metadata":{},"device":{"uid":"dev-1","ip":"192.0.2.1","owner":{"email_addr":"p0@larkspur.example"}}}`,
		`{"class_uid":1007,"activity_id":1,"time":1772600769000,"metadata":{},"device":{"uid":"dev-1"},"process":{"name":"anydesk"}}`,
		`{"class_uid":1007,"activity_id":1,"time":1772600769000,"metadata":{},"device":{"uid":"dev-1"},"process":{}}`,
		`{"class_uid":5001,"activity_id":2,`,
	}
	res := scan(t, fstest.MapFS{
		"people.csv": {Data: []byte("id,stage,email,username\nw-0,worker,p0@larkspur.example,p0\n")},
		"ocsf.jsonl": {Data: []byte(strings.Join(rows, "\n"))},
	}, 2)
	var facts []string
	for _, r := range res.Subjects[0].View.Records {
		if d, ok := r.Body.(record.Device); ok {
			facts = append(facts, string(d.Fact)+" "+d.Name+d.Addr+" "+r.Origin.Locator)
		}
	}
	if want := []string{"interface 192.0.2.1 line 2", "process anydesk line 3"}; !slices.Equal(facts, want) {
		t.Errorf("inventory %q, want %q", facts, want)
	}
	if p := res.Subjects[0].View.Profile; p == nil || len(p.Networks()) != 1 {
		t.Error("the sign-in is not in the profile")
	}
	if in := res.Inputs[0]; in.Records != 4 || in.Skipped != 2 {
		t.Errorf("%d rows read, %d skipped: %v", in.Records, in.Skipped, res.Skipped)
	}
}
