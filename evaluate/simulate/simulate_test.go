// SPDX-License-Identifier: Apache-2.0

package simulate_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"daylight/detect/indicators"
	"daylight/enrich"
	"daylight/evaluate/simulate"
	"daylight/pipeline"
	"daylight/weigh"
)

// memory keeps a company's files.
type memory map[string]*bytes.Buffer

type file struct{ *bytes.Buffer }

func (file) Close() error { return nil }

func (m memory) create(path string) (io.WriteCloser, error) {
	m[path] = &bytes.Buffer{}
	return file{m[path]}, nil
}

func made(t *testing.T, c simulate.Config) (memory, simulate.Summary) {
	t.Helper()
	m := memory{}
	sum, err := simulate.Write(m.create, c)
	if err != nil {
		t.Fatalf("make the company: %v", err)
	}
	return m, sum
}

func config(people, deceptive int, seed uint64) simulate.Config {
	c := simulate.Default()
	c.People, c.Deceptive, c.Weeks, c.Seed = people, deceptive, 2, seed
	return c
}

// TestSameSeedSameBytes holds that nothing but the configuration matters.
func TestSameSeedSameBytes(t *testing.T) {
	a, _ := made(t, config(120, 20, 5))
	b, _ := made(t, config(120, 20, 5))
	if !slices.Equal(slices.Sorted(maps.Keys(a)), slices.Sorted(maps.Keys(b))) {
		t.Fatal("the same seed gives other files")
	}
	for path := range a {
		if !bytes.Equal(a[path].Bytes(), b[path].Bytes()) {
			t.Errorf("%s: the same seed gives other bytes", path)
		}
	}
	other, _ := made(t, config(120, 20, 6))
	for _, path := range []string{simulate.TruthFile, simulate.GroupsFile, "exports/ats/candidates.json", "exports/it/osquery.jsonl", "exports/logs/slack-audit.jsonl"} {
		if bytes.Equal(a[path].Bytes(), other[path].Bytes()) {
			t.Errorf("%s: another seed gives the same bytes", path)
		}
	}
}

// TestEverythingIsRead holds that every file is recognised and every row used,
// and that the truth says something of everyone who is found.
func TestEverythingIsRead(t *testing.T) {
	files, sum := made(t, config(200, 40, 3))
	exports := fstest.MapFS{}
	truth := map[string]bool{}
	for path, data := range files {
		if inside, ok := strings.CutPrefix(path, simulate.ExportsPath+"/"); ok {
			exports[inside] = &fstest.MapFile{Data: data.Bytes()}
		}
	}
	rows, err := csv.NewReader(files[simulate.TruthFile]).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		truth[r[0]] = true
		if r[1] == "deceptive" == (r[3] == "") {
			t.Errorf("%s is %s with the tactic %q", r[0], r[1], r[3])
		}
	}
	tables, err := enrich.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if err := tables.AddDatabase("networks.mmdb", files[simulate.PlacesFile].Bytes()); err != nil {
		t.Fatal(err)
	}
	res, err := pipeline.Scan(t.Context(), pipeline.Options{
		Files: exports, Tables: tables, Catalog: indicators.Catalog(), Policy: weigh.DefaultPolicy(), AsOf: sum.End, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range res.Skipped {
		t.Errorf("%s:%d is not read: %s", s.Path, s.Line, s.Reason)
	}
	events := 0
	for _, in := range res.Inputs {
		if in.Records == 0 || in.Unattributed > 0 || len(in.Notes) > 0 && in.Format != "maxmind" {
			t.Errorf("%s (%s): %d records, %d of nobody, %v", in.Path, in.Format, in.Records, in.Unattributed, in.Notes)
		}
		if strings.HasPrefix(in.Path, "logs/") {
			events += in.Records
		}
	}
	if events != sum.Events {
		t.Errorf("%d events are read of %d", events, sum.Events)
	}
	for _, s := range res.Subjects {
		if !truth[string(s.View.Subject)] {
			t.Errorf("nothing is known of %s", string(s.View.Subject))
		}
		delete(truth, string(s.View.Subject))
		for _, a := range s.Aliases {
			delete(truth, a)
		}
	}
	if len(truth) > 0 {
		t.Errorf("%d people of the truth are not found", len(truth))
	}
}

// TestSmallCompanies holds that the smallest companies can be made too, and that
// others are refused.
func TestSmallCompanies(t *testing.T) {
	onlyRings := simulate.DefaultTactics()
	for slug, one := range onlyRings {
		if slug != "ring_resume" {
			one.Frequency = 0
			onlyRings[slug] = one
		}
	}
	for _, c := range []struct {
		people, deceptive, weeks int
		tactics                  simulate.Tactics
	}{{1, 0, 1, nil}, {1, 1, 1, nil}, {2, 30, 1, nil}, {40, 3, 9, nil}, {3, 1, 1, onlyRings}, {3, 25, 2, onlyRings}} {
		whole := config(c.people, c.deceptive, 9)
		whole.Weeks = c.weeks
		if c.tactics != nil {
			whole.Tactics = c.tactics
		}
		if _, sum := made(t, whole); sum.Honest != c.people || sum.Deceptive != c.deceptive {
			t.Errorf("%d honest and %d deceptive people become %d and %d", c.people, c.deceptive, sum.Honest, sum.Deceptive)
		}
	}
	for _, change := range []func(*simulate.Config){
		func(c *simulate.Config) { c.People = 0 },
		func(c *simulate.Config) { c.People = simulate.MaxPeople + 1 },
		func(c *simulate.Config) { c.Deceptive = simulate.MaxPeople + 1 },
		func(c *simulate.Config) { c.Weeks = 0 },
		func(c *simulate.Config) { c.Weeks = simulate.MaxWeeks + 1 },
		func(c *simulate.Config) { c.Tactics = nil },
	} {
		c := config(10, 1, 1)
		change(&c)
		if _, err := simulate.Write(memory{}.create, c); !errors.Is(err, simulate.ErrConfig) && !errors.Is(err, simulate.ErrTactics) {
			t.Errorf("made: %+v, %v", c, err)
		}
	}
}

// TestFailureIsTold holds that a file that cannot be written stops it.
func TestFailureIsTold(t *testing.T) {
	full := errors.New("full")
	for _, at := range []string{"exports/hr/people.csv", "exports/it/osquery.jsonl", "exports/logs/okta.jsonl.gz", "exports/logs/slack-audit.jsonl", simulate.PlacesFile} {
		_, err := simulate.Write(func(path string) (io.WriteCloser, error) {
			if path == at {
				return broken{full}, nil
			}
			return memory{}.create(path)
		}, config(30, 2, 1))
		if !errors.Is(err, full) || !strings.Contains(err.Error(), at) {
			t.Errorf("%s: %v", at, err)
		}
	}
}

type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }
func (broken) Close() error                { return nil }
