// SPDX-License-Identifier: Apache-2.0

package pipeline_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"daylight/detect/indicators"
	"daylight/enrich"
	"daylight/pipeline"
	"daylight/sample"
	"daylight/weigh"
)

// company returns the sample company as a file system.
func company(t *testing.T, swap *sample.Swap) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := sample.Files(func(path string, data []byte) error {
		files[path] = &fstest.MapFile{Data: data}
		return nil
	}, swap)
	if err != nil {
		t.Fatalf("make the sample company: %v", err)
	}
	return files
}

func scan(t *testing.T, files fs.FS, workers int) *pipeline.Result {
	t.Helper()
	tables, err := enrich.Builtin()
	if err != nil {
		t.Fatalf("open the reference data: %v", err)
	}
	res, err := pipeline.Scan(t.Context(), pipeline.Options{
		Files: files, Tables: tables, Catalog: indicators.Catalog(), Policy: weigh.DefaultPolicy(), Workers: workers,
	})
	if err != nil {
		t.Fatalf("scan: %v", err)
	}
	return res
}

// told is everything a scan says about people, with or without where it was
// found.
func told(res *pipeline.Result, locators bool) string {
	var b strings.Builder
	for _, s := range res.Subjects {
		a := s.Assessment
		fmt.Fprintf(&b, "%s %v %s %s %d ring %d\n", a.Subject, s.Aliases, a.Stage, a.State, a.Total, s.Ring)
		for _, c := range a.Contributions {
			fmt.Fprintf(&b, "\t%s %s %d %d %q %v\n", c.Finding.Indicator, c.Finding.Outcome, c.Weight, c.Counted, c.Finding.Statement, c.Finding.Related)
			if locators {
				fmt.Fprintf(&b, "\t\t%v\n", c.Finding.Cites)
			}
		}
		for _, u := range a.Unanswered {
			fmt.Fprintf(&b, "\t%s %s %q\n", u.Indicator, u.Outcome, u.Statement)
		}
		for _, n := range a.Next {
			fmt.Fprintf(&b, "\tnext %s %d\n", n.Indicator, n.Expected)
		}
	}
	for _, r := range res.Rings {
		fmt.Fprintf(&b, "%s %v\n", r.ID, r.Subjects)
		for _, l := range r.Links {
			fmt.Fprintf(&b, "\t%s\n", l.Sentence)
		}
	}
	return b.String()
}

// backwards lists folders in reverse.
type backwards struct{ fstest.MapFS }

func (f backwards) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := f.MapFS.ReadDir(name)
	slices.Reverse(entries)
	return entries, err
}

// TestSameAnswer holds that an answer depends on what the input says and on
// nothing else.
func TestSameAnswer(t *testing.T) {
	files := company(t, nil)
	base := scan(t, files, 2)
	want, wantWhere := told(base, false), told(base, true)

	t.Run("one core or many, folders in any order", func(t *testing.T) {
		for _, workers := range []int{1, 7} {
			if diff := cmp.Diff(wantWhere, told(scan(t, backwards{files}, workers), true)); diff != "" {
				t.Errorf("with %d workers (-base +this):\n%s", workers, diff)
			}
		}
	})
	t.Run("lines shuffled", func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		shuffled := fstest.MapFS{}
		for path, f := range files {
			data := f.Data
			if strings.HasSuffix(path, ".csv") || strings.HasSuffix(path, ".jsonl") {
				lines := bytes.SplitAfter(data, []byte("\n"))
				lines = slices.DeleteFunc(lines, func(l []byte) bool { return len(l) == 0 })
				body := lines
				if strings.HasSuffix(path, ".csv") {
					body = lines[1:]
				}
				rng.Shuffle(len(body), func(i, j int) { body[i], body[j] = body[j], body[i] })
				data = bytes.Join(lines, nil)
			}
			shuffled[path] = &fstest.MapFile{Data: data}
		}
		if diff := cmp.Diff(want, told(scan(t, shuffled, 2), false)); diff != "" {
			t.Errorf("(-base +shuffled):\n%s", diff)
		}
	})
	t.Run("files repeated", func(t *testing.T) {
		twice := fstest.MapFS{}
		for path, f := range files {
			twice[path] = f
			if !strings.HasPrefix(path, "resumes/") { // a résumé's name joins it to its person
				twice["again/"+path] = f
			} else {
				twice["again-"+path] = f
			}
		}
		if diff := cmp.Diff(want, told(scan(t, twice, 2), false)); diff != "" {
			t.Errorf("(-base +repeated):\n%s", diff)
		}
	})
	t.Run("a log split in two", func(t *testing.T) {
		split := fstest.MapFS{}
		maps.Copy(split, files)
		data := files["logs/github-audit.jsonl"].Data
		at := bytes.IndexByte(data[len(data)/2:], '\n') + len(data)/2 + 1
		split["logs/github-audit.jsonl"] = &fstest.MapFile{Data: data[:at]}
		split["logs/a-later-part.jsonl"] = &fstest.MapFile{Data: data[at:]}
		if diff := cmp.Diff(want, told(scan(t, split, 2), false)); diff != "" {
			t.Errorf("(-base +split):\n%s", diff)
		}
	})
}

// TestNamesNeverMatter gives everybody in the sample company somebody else's
// names, across both sides and all traditions, and demands the same weights.
func TestNamesNeverMatter(t *testing.T) {
	all := sample.Names()
	turned := map[string]string{}
	for i, n := range all {
		turned[n] = all[(i+len(all)/3)%len(all)]
	}
	want, _ := weighed(scan(t, company(t, nil), 2))
	got, _ := weighed(scan(t, company(t, &sample.Swap{Name: func(n string) string { return turned[n] }}), 2))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("weights change with names (-as cast +turned):\n%s", diff)
	}
}

// TestSampleCompany holds what the sample is for: nobody genuine is escalated,
// and whoever is not what they claim needs a look.
func TestSampleCompany(t *testing.T) {
	res := scan(t, company(t, nil), 2)
	states := map[string]weigh.State{}
	for _, s := range res.Subjects {
		states[string(s.View.Subject)] = s.Assessment.State
		for _, alias := range s.Aliases {
			states[alias] = s.Assessment.State
		}
	}
	for _, id := range sample.Genuine() {
		if s, ok := states[id]; !ok || s == weigh.Escalate {
			t.Errorf("%s is genuine and %q", id, s)
		}
	}
	escalated := 0
	for _, id := range sample.Deceptive() {
		switch states[id] {
		case weigh.Escalate:
			escalated++
		case weigh.FollowUp:
		case weigh.Clear, weigh.Insufficient, "":
			t.Errorf("%s is not what it claims and is %q", id, states[id])
		}
	}
	if n := len(sample.Deceptive()); escalated < n*3/4 {
		t.Errorf("%d of %d are escalated", escalated, n)
	}
}
