// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"daylight/record"
	"daylight/source"

	"github.com/google/go-cmp/cmp"
)

// corpusFolder is a folder of real material, which is not part of the repository.
func corpusFolder(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("DAYLIGHT_CORPUS")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	folder := filepath.Join(root, name)
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("%s is not here: set DAYLIGHT_CORPUS to the folder that holds %s", folder, name)
	}
	return folder
}

// corpusFormats are the formats under test, and what a row gives.
var corpusFormats = map[string]struct {
	matches func(*Sample) bool
	decode  func(raw []byte) (n int, err error)
}{
	"okta":         {matchesOkta, decodesEvent(newOkta())},
	"github":       {matchesGitHub, decodesEvent(newGitHub())},
	"slack_audit":  {matchesSlackAudit, decodesEvent(newSlackAudit())},
	"slack_access": {matchesSlackAccess, decodesEvent(newSlackAccess())},
	"ocsf":         {matchesOCSF, decodesEvent(newOCSF())},
	"google":       {matchesGoogle, decodesEvent(newGoogle())},
	"entra":        {matchesEntra, decodesEvent(newEntra())},
	"osquery":      {matchesOsquery, decodesRecords(newOsquery(File{}))},
	"fleet_hosts":  {matchesFleetHosts, decodesRecords(newFleetHosts(File{}))},
	"github_user":  {matchesGitHubUser, decodesRecords(newGitHubUsers(File{}))},
}

func decodesRecords(d RecordDecoder) func([]byte) (int, error) {
	return func(raw []byte) (n int, err error) {
		err = d.Decode(source.Row{JSON: raw}, func(record.Record) { n++ })
		return n, err
	}
}

func decodesEvent(d EventDecoder) func([]byte) (int, error) {
	return func(raw []byte) (int, error) {
		var e record.Event
		if err := d.Decode(raw, &e); err != nil {
			return 0, err
		}
		return 1, nil
	}
}

// judge says in one word group what becomes of a row: which format claims it,
// and what its decoder makes of it.
func judge(raw []byte) string {
	s := sampleOf(raw)
	for _, name := range slices.Sorted(maps.Keys(corpusFormats)) {
		f := corpusFormats[name]
		if !f.matches(s) {
			continue
		}
		n, err := f.decode(raw)
		if err != nil {
			return name + ": " + err.Error()
		}
		if n == 0 {
			return name + ": nothing"
		}
		return name + ": decoded"
	}
	return "not recognised"
}

// TestPantherCorpus reads the 1,374 test events of Panther's detection rules.
// The table says, for each of Panther's log types, what every event becomes; the
// vendors that are not read must be left alone.
//
// The reasons are true of those events: many are cut down to the fields that one
// rule needs, and then have no time; dates such as "redacted" are in them; and
// Okta events without a type are results of Panther's own statistics.
func TestPantherCorpus(t *testing.T) {
	folder := corpusFolder(t, "logs_panther_rule_tests")
	files, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	got := map[string]int{}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close() //nolint:errcheck // read only
		scan := bufio.NewScanner(f)
		scan.Buffer(nil, source.MaxLine)
		for scan.Scan() {
			var row struct {
				LogTypes []string        `json:"log_types"`
				Event    json.RawMessage `json:"event"`
			}
			if err := json.Unmarshal(scan.Bytes(), &row); err != nil {
				t.Fatal(err)
			}
			got[logType(filepath.Base(file), row.LogTypes, row.Event)+" → "+judge(row.Event)]++
		}
		if scan.Err() != nil {
			t.Fatal(scan.Err())
		}
	}
	if diff := cmp.Diff(pantherWant, tidy(got)); diff != "" {
		t.Errorf("what the events become (-want +got):\n%s", diff)
	}
}

// logType is the event's own log type where it has one, else the rule's.
func logType(file string, types []string, event []byte) string {
	var own struct {
		Type string `json:"p_log_type"`
	}
	if json.Unmarshal(event, &own) == nil && own.Type != "" {
		return own.Type
	}
	if len(types) == 1 {
		return types[0]
	}
	return strings.TrimSuffix(file, ".jsonl") + " without a type"
}

// tidy joins the log types of vendors that are not read.
func tidy(counts map[string]int) map[string]int {
	out := map[string]int{}
	for key, n := range counts {
		kind, fate, _ := strings.Cut(key, " → ")
		own := false
		for _, vendor := range []string{"Okta", "okta", "GitHub", "Slack", "Osquery", "GSuite", "Azure"} {
			own = own || strings.HasPrefix(kind, vendor)
		}
		if !own {
			kind = "other vendors"
		}
		out[kind+" → "+fate] += n
	}
	return out
}

var pantherWant = map[string]int{
	"Okta.SystemLog → okta: decoded":             69,
	"Okta.SystemLog → okta: no time":             12,
	"Okta.SystemLog → okta: time not understood": 4, // "redacted"
	"Okta.SystemLog → not recognised":            3, // an enrichment alone, twice; {"eventType":"logout"} alone
	"okta_rules without a type → not recognised": 34,

	"GitHub.Audit → github: decoded":             71,
	"GitHub.Audit → github: no time":             30,
	"GitHub.Audit → github: time not understood": 4,  // "2024-12-17 00:00:00000000"
	"GitHub.Audit → not recognised":              2,  // an action alone; an action without its area
	"GitHub.Webhook → not recognised":            76, // another interface, which does not say who was where

	"Slack.AuditLogs → slack_audit: decoded": 34,
	"Slack.AuditLogs → slack_audit: no time": 32,

	"Osquery.Differential → osquery: decoded":                            3,
	"Osquery.Differential → osquery: no time":                            26,
	"Osquery.Differential → osquery: a query whose answers are not used": 8,

	"GSuite.ActivityEvent → google: decoded":                    94,
	"GSuite.ActivityEvent → google: no time":                    60,
	"GSuite.ActivityEvent → google: does not say what happened": 5, // alerts of rules, without a name
	"GSuite.ActivityEvent → not recognised":                     6, // without an actor and all but the type

	"Azure.Audit → entra: decoded":                  18,
	"Azure.Audit → entra: the sign-in of a program": 9,
	"Azure.Audit → not recognised":                  21, // changes of the directory

	"other vendors → not recognised": 753,
}

// TestStreamAlertCorpus reads the test events that stand beside StreamAlert's
// rules: older forms, and many values cut to "...".
func TestStreamAlertCorpus(t *testing.T) {
	folder := corpusFolder(t, "logs_streamalert")
	got := map[string]int{}
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".json" {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		var tests []struct {
			Log  string          `json:"log"`
			Data json.RawMessage `json:"data"`
		}
		if err := json.Unmarshal(text, &tests); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, test := range tests {
			kind, _, _ := strings.Cut(test.Log, ":")
			switch kind {
			case "okta", "osquery", "fleet", "slack", "ghe", "gsuite":
				kind = test.Log
			default:
				kind = "other vendors"
			}
			got[kind+" → "+judge(test.Data)]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(streamAlertWant, got); diff != "" {
		t.Errorf("what the events become (-want +got):\n%s", diff)
	}
}

var streamAlertWant = map[string]int{
	"okta:logevents → okta: decoded": 1,

	"ghe:general → github: decoded": 18,

	"gsuite:reports → google: decoded": 1,

	"slack:access → slack_access: decoded": 1,
	"slack:integration → not recognised":   2, // which app was installed, and no act of the kinds read

	"osquery:differential → osquery: a query whose answers are not used": 2,
	"osquery:differential → osquery: nothing":                            3, // log-ons at the console
	"osquery:snapshot → osquery: a query whose answers are not used":     1, // no rows
	"fleet:results → osquery: a query whose answers are not used":        2,

	"other vendors → not recognised": 95,
}
