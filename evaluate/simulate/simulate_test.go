// SPDX-License-Identifier: Apache-2.0

package simulate_test

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"testing"

	"daylight/evaluate/simulate"
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

func config(people, deceptive, weeks int, seed uint64) simulate.Config {
	c := simulate.Default()
	c.People, c.Deceptive, c.Weeks, c.Seed = people, deceptive, weeks, seed
	return c
}

// TestSameSeedSameBytes holds that nothing but the configuration matters.
func TestSameSeedSameBytes(t *testing.T) {
	a, _ := made(t, config(120, 20, 2, 5))
	b, _ := made(t, config(120, 20, 2, 5))
	if !slices.Equal(slices.Sorted(maps.Keys(a)), slices.Sorted(maps.Keys(b))) {
		t.Fatal("the same seed gives other files")
	}
	for path := range a {
		if !bytes.Equal(a[path].Bytes(), b[path].Bytes()) {
			t.Errorf("%s: the same seed gives other bytes", path)
		}
	}
	other, _ := made(t, config(120, 20, 2, 6))
	for _, path := range []string{simulate.TruthFile, simulate.GroupsFile, "exports/ats/candidates.json", "exports/it/osquery.jsonl", "exports/logs/slack-audit.jsonl"} {
		if bytes.Equal(a[path].Bytes(), other[path].Bytes()) {
			t.Errorf("%s: another seed gives the same bytes", path)
		}
	}
}
