// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"daylight/record"
	"daylight/source"

	"github.com/google/go-cmp/cmp"
)

var updateEvents = flag.Bool("update-events", false, "write testdata/events/*.golden")

// eventVendors are the decoders of events, by the name of their test data.
var eventVendors = map[string]struct {
	matches func(*Sample) bool
	decoder func() EventDecoder
}{
	"okta":         {matchesOkta, newOkta},
	"github":       {matchesGitHub, newGitHub},
	"slack_audit":  {matchesSlackAudit, newSlackAudit},
	"slack_access": {matchesSlackAccess, newSlackAccess},
	"ocsf":         {matchesOCSF, newOCSF},
	"google":       {matchesGoogle, newGoogle},
	"entra":        {matchesEntra, newEntra},
}

func eventLines(tb testing.TB, vendor string) [][]byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "events", vendor+".jsonl"))
	if err != nil {
		tb.Fatal(err)
	}
	return bytes.Split(bytes.TrimSpace(data), []byte("\n"))
}

// sampleOf prepares one row for recognition.
func sampleOf(raw []byte) *Sample {
	s := &Sample{Sample: source.Sample{Shape: source.JSONLines, JSON: [][]byte{raw}}}
	if m := membersOf(raw); m != nil {
		s.Rows = []Members{m}
	}
	return s
}

// describe writes the fields of an event that are set.
func describe(e *record.Event) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s", time.UnixMilli(e.At).UTC().Format("2006-01-02T15:04:05.000Z"), e.Class, e.Act)
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"failed", e.Failed},
		{"automated", e.Automated},
		{"proxy", e.Proxy},
		{"managed", e.Managed == record.IsManaged},
		{"unmanaged", e.Managed == record.NotManaged},
	} {
		if f.set {
			fmt.Fprintf(&b, " %s", f.name)
		}
	}
	for _, f := range []struct {
		name  string
		value []byte
	}{
		{"id", e.ActorID},
		{"email", e.ActorEmail},
		{"name", e.ActorName},
		{"device", e.Device},
		{"token", e.Token},
		{"session", e.Session},
		{"agent", e.Agent},
		{"object", e.Object},
	} {
		if len(f.value) > 0 {
			fmt.Fprintf(&b, " %s=%q", f.name, f.value)
		}
	}
	if e.Addr.IsValid() {
		fmt.Fprintf(&b, " addr=%s", e.Addr)
	}
	if e.HasPlace {
		fmt.Fprintf(&b, " place=%g,%g", e.Lat, e.Lon)
	}
	if e.HasOffset {
		fmt.Fprintf(&b, " offset=%d", e.OffsetMinutes)
	}
	return b.String()
}

func TestEventsGolden(t *testing.T) {
	for vendor, v := range eventVendors {
		t.Run(vendor, func(t *testing.T) {
			d := v.decoder()
			var b strings.Builder
			var e record.Event
			for n, line := range eventLines(t, vendor) {
				if err := d.Decode(line, &e); err != nil {
					fmt.Fprintf(&b, "%d: rejected: %v\n", n+1, err)
					continue
				}
				fmt.Fprintf(&b, "%d: %s\n", n+1, describe(&e))
			}
			path := filepath.Join("testdata", "events", vendor+".golden")
			if *updateEvents {
				if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Errorf("decoded events differ from %s (-want +got):\n%s", path, diff)
			}
		})
	}
}

// A file is claimed by its own format and by no other.
func TestEventRecognition(t *testing.T) {
	for vendor := range eventVendors {
		for _, line := range eventLines(t, vendor) {
			for other, v := range eventVendors {
				if other != vendor && v.matches(sampleOf(line)) {
					t.Errorf("%s claims a row of %s: %s", other, vendor, line)
				}
			}
		}
		if first := eventLines(t, vendor)[0]; !eventVendors[vendor].matches(sampleOf(first)) {
			t.Errorf("%s does not recognise its own row: %s", vendor, first)
		}
	}
}

func TestEventsDoNotAllocate(t *testing.T) {
	for vendor, v := range eventVendors {
		d := v.decoder()
		var e record.Event
		var good [][]byte
		for _, line := range eventLines(t, vendor) {
			if d.Decode(line, &e) == nil {
				good = append(good, line)
			}
		}
		if len(good) == 0 {
			t.Fatalf("%s: no row decodes", vendor)
		}
		allocs := testing.AllocsPerRun(200, func() {
			for _, line := range good {
				if err := d.Decode(line, &e); err != nil {
					t.Fatal(err)
				}
			}
		})
		if allocs != 0 {
			t.Errorf("%s: %v allocations in %d events, want none", vendor, allocs, len(good))
		}
	}
}

// The order of members, which JSON does not define, does not matter.
func TestEventMemberOrder(t *testing.T) {
	for vendor, v := range eventVendors {
		for _, line := range eventLines(t, vendor) {
			if source.CheckJSON(line) != "" || line[0] != '{' {
				continue
			}
			var e, f record.Event
			d := v.decoder()
			err := d.Decode(line, &e)
			got := describe(&e)
			turned := reverseMembers(t, line)
			if err2 := d.Decode(turned, &f); !errors.Is(err2, err) || (err == nil && describe(&f) != got) {
				t.Errorf("%s:\n%s\ngives %v %s\nwith members reversed %v %s", vendor, line, err, got, err2, describe(&f))
			}
		}
	}
}

// reverseMembers turns the members of every object around, and adds white space.
func reverseMembers(t *testing.T, raw []byte) []byte {
	t.Helper()
	var w walker
	if err := w.open(raw); err != nil {
		t.Fatal(err)
	}
	var turn func() string
	turn = func() string {
		var parts []string
		switch w.peek() {
		case '{':
			for name := range w.members {
				parts = append([]string{fmt.Sprintf("%q : %s", name, turn())}, parts...)
			}
			return "{ " + strings.Join(parts, " ,\n") + " }"
		case '[':
			for range w.elements {
				parts = append(parts, turn())
			}
			return "[ " + strings.Join(parts, "\t, ") + " ]"
		}
		return string(w.literal())
	}
	turned := []byte(turn())
	if reason := source.CheckJSON(turned); reason != "" {
		t.Fatalf("reversing members made %s: %s", reason, turned)
	}
	return turned
}

func fuzzEvents(f *testing.F, vendor string) {
	f.Helper()
	for _, line := range eventLines(f, vendor) {
		f.Add(line)
	}
	v := eventVendors[vendor]
	used := v.decoder()
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		var e, again record.Event
		err := v.decoder().Decode(raw, &e)
		err2 := used.Decode(raw, &again) // a decoder that has seen other rows
		if !bytes.Equal(raw, before) {
			t.Fatal("the decoder wrote to its input")
		}
		if (err == nil) != (err2 == nil) {
			t.Fatalf("first %v, again %v", err, err2)
		}
		if err != nil {
			return
		}
		if a, b := describe(&e), describe(&again); a != b {
			t.Fatalf("first  %s\nagain %s", a, b)
		}
		if reason := source.CheckJSON(raw); reason != "" {
			t.Fatalf("decoded what is %s", reason)
		}
		if e.At <= 0 || e.Lat < -90 || e.Lat > 90 || e.Lon < -180 || e.Lon > 180 {
			t.Fatalf("out of range: %s", describe(&e))
		}
		for _, b := range [][]byte{e.ActorID, e.ActorEmail, e.ActorName, e.Device, e.Token, e.Session, e.Agent, e.Object} {
			if !utf8.Valid(b) || len(b) > len(raw) {
				t.Fatalf("not text of the row: %q", b)
			}
		}
	})
}

func FuzzOkta(f *testing.F)        { fuzzEvents(f, "okta") }
func FuzzGitHub(f *testing.F)      { fuzzEvents(f, "github") }
func FuzzSlackAudit(f *testing.F)  { fuzzEvents(f, "slack_audit") }
func FuzzSlackAccess(f *testing.F) { fuzzEvents(f, "slack_access") }
func FuzzOCSF(f *testing.F)        { fuzzEvents(f, "ocsf") }
func FuzzGoogle(f *testing.F)      { fuzzEvents(f, "google") }
func FuzzEntra(f *testing.F)       { fuzzEvents(f, "entra") }
