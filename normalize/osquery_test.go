// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"daylight/record"
	"daylight/source"

	"github.com/google/go-cmp/cmp"
)

func osqueryLines(tb testing.TB) [][]byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "osquery", "results.jsonl"))
	if err != nil {
		tb.Fatal(err)
	}
	return bytes.Split(bytes.TrimSpace(data), []byte("\n"))
}

func TestOsqueryGolden(t *testing.T) {
	var b strings.Builder
	d := newOsquery(File{Path: "osquery.jsonl", Shape: source.JSONLines})
	for n, line := range osqueryLines(t) {
		err := d.Decode(source.Row{Line: n + 1, Index: n + 1, JSON: line}, func(r record.Record) {
			body, err := json.Marshal(r.Body)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%s %s %s%s: %s\n", r.Origin.Locator, r.At.Format(time.DateTime), r.Ref.Username, r.Ref.Email.Reveal(), body)
		})
		if err != nil {
			fmt.Fprintf(&b, "line %d: %v\n", n+1, err)
		}
	}
	path := filepath.Join("testdata", "osquery", "results.golden")
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
		t.Errorf("records differ from %s (-want +got):\n%s", path, diff)
	}
}

func TestTableOf(t *testing.T) {
	for query, want := range map[string]string{
		"pack_incident-response_listening_ports": "listening_ports",
		"pack/mac/es_process_events":             "es_process_events",
		"pack:it:processes":                      "processes",
		"time":                                   "time",
		"uptime":                                 "", // no separator: another table
		"my_favourite_query":                     "",
	} {
		if got := tableOf(query); got != want {
			t.Errorf("tableOf(%q) = %q, want %q", query, got, want)
		}
	}
}

func FuzzOsquery(f *testing.F) {
	for _, line := range osqueryLines(f) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		read := func() (ids []record.ID, err error) {
			err = newOsquery(File{Path: "x"}).Decode(source.Row{Line: 1, JSON: raw}, func(r record.Record) {
				ids = append(ids, r.ID)
				d, ok := r.Body.(record.Device)
				if !ok || d.Fact == "" || r.At.Year() < 1970 || d.Port < 0 || d.Port > 65535 {
					t.Fatalf("%s gives %#v", raw, r.At)
				}
			})
			return ids, err
		}
		first, err := read()
		again, err2 := read()
		if diff := cmp.Diff(first, again); diff != "" || (err == nil) != (err2 == nil) {
			t.Fatalf("%v, then %v:\n%s", err, err2, diff)
		}
	})
}
