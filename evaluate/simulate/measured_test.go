// SPDX-License-Identifier: Apache-2.0

package simulate_test

import (
	"cmp"
	"flag"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"daylight/activity"
	"daylight/detect"
	"daylight/detect/indicators"
	"daylight/enrich"
	"daylight/evaluate"
	"daylight/evaluate/simulate"
	"daylight/pipeline"
	"daylight/record"
	"daylight/weigh"
)

var large = flag.Bool("large", false, "measure companies of the sizes of docs/results.md, which takes minutes")

var another = flag.Uint64("seed", 0, "seed of the companies of the tests that have one of their own, in its place; the limits were set with theirs")

// seeded returns a test's own seed, or that which -seed asks for, and prints it.
func seeded(t *testing.T, own uint64) uint64 {
	t.Helper()
	seed := cmp.Or(*another, own)
	t.Logf("seed %d", seed)
	return seed
}

// sized returns a company of the size of docs/results.md if that was asked for,
// else of the second size, or beside the race detector of the third; of the test's
// own seed unless -seed asks for another.
func sized(t *testing.T, own uint64, sizes ...[3]int) simulate.Config {
	t.Helper()
	size := sizes[1]
	switch {
	case *large:
		size = sizes[0]
	case small():
		size = sizes[2]
		t.Log("a smaller company, and no floors")
	}
	c := config(size[0], size[1], seeded(t, own))
	c.Weeks = size[2]
	return c
}

// scanned makes a company and assesses it, at the end of its exports.
func scanned(t *testing.T, c simulate.Config) (*pipeline.Result, *evaluate.Truth) {
	t.Helper()
	res, truth, _ := scannedAs(t, c, 0, nil)
	return res, truth
}

// scannedAs makes a company and assesses it some days after the end of its exports,
// with what is configured of the company. It returns the company's files as well.
func scannedAs(t *testing.T, c simulate.Config, days int, configured *detect.Company) (*pipeline.Result, *evaluate.Truth, memory) {
	t.Helper()
	files, sum := made(t, c)
	res, truth := scannedFiles(t, files, sum.End.AddDate(0, 0, days), configured)
	return res, truth, files
}

// scannedFiles assesses a company at a time.
func scannedFiles(t *testing.T, files memory, asOf time.Time, configured *detect.Company) (*pipeline.Result, *evaluate.Truth) {
	t.Helper()
	exports := fstest.MapFS{}
	for path, data := range files {
		if inside, ok := strings.CutPrefix(path, simulate.ExportsPath+"/"); ok {
			exports[inside] = &fstest.MapFile{Data: data.Bytes()}
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
		Files: exports, Tables: tables, Catalog: indicators.Catalog(), Policy: weigh.DefaultPolicy(),
		AsOf: asOf, Company: configured, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	truth, err := evaluate.ReadTruth(simulate.TruthFile, files[simulate.TruthFile])
	if err != nil {
		t.Fatal(err)
	}
	return res, truth
}

// TestRings measures how whole the rings are that a scan finds, and holds that an
// earlier application of the same person weighs nothing.
func TestRings(t *testing.T) {
	c := sized(t, 21, [3]int{1500, 100, 4}, [3]int{500, 100, 2}, [3]int{150, 60, 1})
	c.Process = simulate.Thorough()
	res, truth := scanned(t, c)
	e, err := evaluate.Measure(t.Context(), res, indicators.Catalog(), weigh.DefaultPolicy(), truth, evaluate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := e.Rings
	var b strings.Builder
	fmt.Fprintf(&b, "%d true rings, %d found (%d of them of honest people only)\n", r.True, r.Found, r.Honest)
	fmt.Fprintf(&b, "pairs: %d true, %d found, %d in both; precision %.2f, recall %.2f\n", r.TruePairs, r.FoundPairs, r.Common, float64(r.Precision.Value), float64(r.Recall.Value))
	fmt.Fprintf(&b, "whole: %d of %d true rings [%.2f-%.2f], %d with nobody else; %d of %d found [%.2f-%.2f], of %d that hold somebody deceptive [%.2f-%.2f]\n",
		r.Whole.Count, r.True, r.Whole.Low, r.Whole.High, r.Pure.Count, r.WholePrecision.Count, r.Found, r.WholePrecision.Low, r.WholePrecision.High,
		r.WholeDeceptive.Of, r.WholeDeceptive.Low, r.WholeDeceptive.High)
	fmt.Fprintf(&b, "%-18s %7s %6s %7s %7s\n", "ring", "people", "found", "overlap", "purity")
	for _, one := range r.Each {
		fmt.Fprintf(&b, "%-18s %7d %6d %7.2f %7.2f\n", one.ID, one.People, one.Common, float64(one.Overlap), float64(one.Purity))
	}
	t.Log(b.String())
	if !small() && (r.Precision.Value < .80 || r.Recall.Value < .65 || 2*r.Whole.Count < r.True) {
		t.Errorf("precision %.2f, recall %.2f, %d of %d whole; want 0.80, 0.65 and half of them", float64(r.Precision.Value), float64(r.Recall.Value), r.Whole.Count, r.True)
	}
	again(t, res, truth)
}

// again looks at people who applied twice.
func again(t *testing.T, res *pipeline.Result, truth *evaluate.Truth) {
	t.Helper()
	twice := map[string]bool{}
	for _, p := range truth.People {
		if slices.Contains(p.Groups, "reapplied") {
			twice[p.ID] = true
		}
	}
	edges, united := 0, 0
	for _, s := range res.Subjects {
		for _, edge := range s.View.Edges {
			if !edge.Reapplication {
				continue
			}
			edges++
			if edge.Weight != 0 {
				t.Errorf("%s and %s are two applications of one person and share %s, which weighs %d", s.View.Subject, edge.Other, edge.Via, edge.Weight)
			}
		}
		if twice[string(s.View.Subject)] {
			united += one(len(s.Aliases) > 0)
			for _, c := range s.Assessment.Contributions {
				if c.Finding.Indicator == "app.resume_text_clone" && c.Weight > 0 {
					t.Errorf("%s applied twice, and the résumé counts as copied", s.View.Subject)
				}
			}
		}
	}
	t.Logf("%d ids of people who applied twice: %d are read as one person, and %d links between applications weigh nothing", len(twice), united, edges)
	if united == 0 && edges == 0 {
		t.Error("nobody is seen to apply twice: the test shows nothing")
	}
}

// rhythms is how the rhythm does on people whose zone is known.
type rhythms struct {
	errors       []int // minutes, absolute
	right, wrong []float64
	covered      int
}

func (r *rhythms) add(f activity.RhythmFit) {
	r.errors = append(r.errors, max(f.Error, -f.Error))
	r.right = append(r.right, ratio(f, 0))
	for s := 10; s <= 38; s++ { // the same person claiming a zone s half-hours off
		r.wrong = append(r.wrong, ratio(f, s))
	}
	r.covered += one(f.Low <= f.Claim && f.Claim <= f.High)
}

// ratio is the fit's LogRatio if the claim were some half-hours further east.
func ratio(f activity.RhythmFit, halves int) float64 {
	var mass, n [2]float64 // right, wrong
	for _, o := range f.Offsets {
		d := (((o.Minutes-f.Claim)/30-halves)%48 + 48) % 48
		switch d = min(d, 48-d); {
		case d <= 4:
			mass[0], n[0] = mass[0]+o.Mass, n[0]+1
		case d >= 10:
			mass[1], n[1] = mass[1]+o.Mass, n[1]+1
		}
	}
	const least = 1e-300
	return math.Log10((mass[1] + least) / n[1] * n[0] / (mass[0] + least))
}

func (r *rhythms) median() float64 {
	slices.Sort(r.errors)
	return float64(r.errors[len(r.errors)/2]) / 60
}

func (r *rhythms) within2h() float64 {
	n := 0
	for _, e := range r.errors {
		n += one(e <= 120)
	}
	return float64(n) / float64(len(r.errors))
}

// auc is the chance that a wrong claim scores above a true one.
func (r *rhythms) auc() float64 {
	slices.Sort(r.right)
	sum := 0.0
	for _, w := range r.wrong {
		below, _ := slices.BinarySearch(r.right, w)
		upTo, _ := slices.BinarySearch(r.right, math.Nextafter(w, math.Inf(1)))
		sum += float64(below+upTo) / 2
	}
	return sum / float64(len(r.wrong)*len(r.right))
}

func (r *rhythms) coverage() float64 { return float64(r.covered) / float64(len(r.errors)) }

// TestRhythmOfStaff measures the rhythm on honest workers with 200 active
// quarter-hours or more, all classes of activity together, against the place they
// claim; the definitions are those of activity.TestRhythmOnPublicRepositories.
func TestRhythmOfStaff(t *testing.T) {
	c := sized(t, 31, [3]int{700, 0, 8}, [3]int{350, 0, 6}, [3]int{60, 0, 5})
	res, truth := scanned(t, c)
	groups := map[string][]string{}
	for _, p := range truth.People {
		groups[p.ID] = p.Groups
	}
	rows := []string{"everybody", "no group of hours or places", "night_work", "night_owl", "split_hours", "on_call", "travel", "nomad_declared"}
	by := map[string]*rhythms{}
	for _, r := range rows {
		by[r] = &rhythms{}
	}
	few, nowhere := 0, 0
	for _, s := range res.Subjects {
		v := s.View
		if v.Stage != record.Worker || v.Profile == nil {
			continue
		}
		quarters := 0
		for range v.Profile.Quarters() {
			quarters++
		}
		place, _, ok := v.Claimed(v.AsOf)
		zone, err := time.LoadLocation(place.Zone)
		if err != nil || !ok {
			nowhere++
			continue
		}
		stated, _ := v.WorkingHours()
		f := activity.Rhythm(v.Profile, zone, stated, time.Time{}, time.Time{})
		if quarters < 200 || !f.Enough {
			few++
			continue
		}
		if d := math.Abs(ratio(f, 0) - f.LogRatio); d > 1e-6 {
			t.Fatalf("%s: the ratio differs from the reading's by %g", v.Subject, d)
		}
		by["everybody"].add(f)
		ordinary := true
		for _, g := range groups[string(v.Subject)] {
			if r := by[g]; r != nil {
				r.add(f)
				ordinary = false
			}
		}
		if ordinary {
			by[rows[1]].add(f)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d workers with too little, %d whose claimed home has no place\n%-28s %6s %8s %9s %6s %9s\n", few, nowhere, "", "people", "median", "in 2 h", "AUC", "90 % holds")
	for _, name := range rows {
		if r := by[name]; len(r.errors) > 0 {
			fmt.Fprintf(&b, "%-28s %6d %6.2f h %7.0f %% %6.3f %7.0f %%\n", name, len(r.errors), r.median(), 100*r.within2h(), r.auc(), 100*r.coverage())
		}
	}
	t.Log(b.String())
	for name, floor := range map[string][4]float64{"everybody": {1.3, .72, .95, .87}, rows[1]: {.9, .88, .98, .93}} {
		if r := by[name]; !small() && (r.median() > floor[0] || r.within2h() < floor[1] || r.auc() < floor[2] || r.coverage() < floor[3]) {
			t.Errorf("%s: worse than %.1f h, %.2f, %.2f, %.2f", name, floor[0], floor[1], floor[2], floor[3])
		}
	}
}

// TestNamesOfACompany gives everybody another given and family name, of another
// tradition, and with them the mailboxes, accounts and profiles that are made of
// names, and demands the same weights to the bit.
func TestNamesOfACompany(t *testing.T) {
	c := sized(t, 61, [3]int{500, 40, 2}, [3]int{250, 40, 1}, [3]int{80, 20, 1})
	plain := saidOf(t, c, nil)
	given, family := simulate.NamesOfAll()
	other := map[string]string{}
	for _, list := range [][]string{given, family} {
		for i, n := range list {
			other[n] = list[(i+len(list)/2)%len(list)]
		}
	}
	c.Names = func(name string) string {
		if n, ok := other[name]; ok {
			return n
		}
		for i, r := range name { // two family names in one
			if r == '-' && other[name[:i]] != "" && other[name[i+1:]] != "" {
				return other[name[:i]] + "-" + other[name[i+1:]]
			}
		}
		t.Error("there is no other name for one")
		return name
	}
	turned := saidOf(t, c, nil)
	if people := sameWeights(t, plain, turned); people > 0 {
		t.Errorf("%d of %d people are weighed otherwise under another name", people, len(plain))
	}
}

// saidOf makes a company, changes its files if that is asked for, and returns what is
// said of everybody: state, total and each weight.
func saidOf(t *testing.T, c simulate.Config, change func(memory)) map[record.SubjectID][]string {
	t.Helper()
	files, sum := made(t, c)
	if change != nil {
		change(files)
	}
	res, _ := scannedFiles(t, files, sum.End, nil)
	for _, s := range res.Skipped {
		t.Errorf("%s:%d is not read: %s", s.Path, s.Line, s.Reason)
	}
	out := map[record.SubjectID][]string{}
	for _, s := range res.Subjects {
		a := s.Assessment
		lines := []string{fmt.Sprintf("%s %s total %d prior %d", a.Stage, a.State, a.Total, a.Prior)}
		for _, k := range a.Contributions {
			lines = append(lines, fmt.Sprintf("%s %s: %d, counted %d", k.Finding.Indicator, k.Finding.Outcome, k.Weight, k.Counted))
		}
		slices.Sort(lines)
		out[s.View.Subject] = lines
	}
	return out
}

// sameWeights counts the people of whom something else is said, and shows some.
func sameWeights(t *testing.T, plain, turned map[record.SubjectID][]string) int {
	t.Helper()
	if len(plain) != len(turned) {
		t.Errorf("%d people become %d", len(plain), len(turned))
	}
	people, weights := 0, 0
	for id, want := range plain {
		weights += len(want) - 1
		if slices.Equal(want, turned[id]) {
			continue
		}
		if people++; people <= 5 {
			t.Errorf("%s\nas it is   %q\nas swapped %q", id, without(want, turned[id]), without(turned[id], want))
		}
	}
	t.Logf("%d people, %d weights: %d people have others", len(plain), weights, people)
	return people
}

func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}
