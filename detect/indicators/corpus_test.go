// SPDX-License-Identifier: Apache-2.0

package indicators_test

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	_ "time/tzdata"

	"daylight/activity"
	"daylight/detect"
	"daylight/detect/indicators"
	"daylight/enrich"
	"daylight/record"
)

// TestHoursOfRealAuthors holds wrk.hours_vs_claimed against authors of public
// code, whose own commits declare where their clock stands: with that as the
// claim hardly anybody may be found, and with a claim six to twelve hours off most
// of those whose hours are regular must be. A few constants of the method were chosen
// on the same repositories (see activity's habits), so this checks the
// indicator's bars; activity tests the choice on repositories held back.
func TestHoursOfRealAuthors(t *testing.T) {
	all := realAuthors(t)
	right := map[detect.Outcome]int{}
	wrong := map[detect.Outcome]int{}
	for _, a := range all {
		right[a.hours(t, a.offset)]++
		for shift := 6; shift <= 12; shift += 3 {
			claim := a.offset + shift
			if claim > 14 {
				claim -= 24
			}
			wrong[a.hours(t, claim)]++
		}
	}
	n, m := len(all), 3*len(all)
	t.Logf("%d authors; claim right: %v; claim six, nine and twelve hours off: %v", n, right, wrong)
	if found := right[detect.Present]; 100*found > 4*n {
		t.Errorf("%d of %d true claims are found wrong, more than 4 %%", found, n)
	}
	if cleared := right[detect.Absent]; 100*cleared < 40*n {
		t.Errorf("%d of %d true claims are confirmed, less than 40 %%", cleared, n)
	}
	if found := wrong[detect.Present]; 100*found < 50*m {
		t.Errorf("%d of %d wrong claims are found, less than half", found, m)
	}
	if cleared := wrong[detect.Absent]; 100*cleared > 4*m {
		t.Errorf("%d of %d wrong claims are confirmed, more than 4 %%", cleared, m)
	}
}

// realAuthor is an author of public code who mostly writes one UTC offset.
type realAuthor struct {
	profile *activity.Profile
	offset  int // hours east of UTC, the commonest outside summer time
}

// hours asks the indicator about the author with a claim at a whole-hour offset.
func (a realAuthor) hours(t *testing.T, offset int) detect.Outcome {
	t.Helper()
	zone := fmt.Sprintf("Etc/GMT%+d", -offset) // POSIX signs: west is positive
	if offset == 0 {
		zone = "Etc/GMT"
	}
	home := record.Address{City: "Testford"}
	facts := enrich.NewFacts()
	facts.Places[home.Place()] = enrich.Place{Name: "Testford", Zone: zone}
	v := &detect.View{Subject: "s1", Facts: facts, Profile: a.profile, Sources: record.Sources{0: {Path: "commits", Unit: "commit"}}, Records: []record.Record{
		{ID: "r1", Subject: "s1", Body: record.Person{Stage: record.Worker, Address: home}},
	}}
	for _, ind := range indicators.Catalog() {
		if ind.ID != "wrk.hours_vs_claimed" {
			continue
		}
		found, err := detect.Run(t.Context(), []*detect.Indicator{ind}, v)
		if err != nil {
			t.Fatal(err)
		}
		return found[0].Outcome
	}
	t.Fatal("the indicator is not in the catalogue")
	return ""
}

func realAuthors(t *testing.T) []realAuthor {
	t.Helper()
	root := os.Getenv("DAYLIGHT_CORPUS")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	files, _ := filepath.Glob(filepath.Join(root, "git_timezone_dev", "*.tsv.gz"))
	if len(files) == 0 {
		t.Skip("the time zone corpus is not here: set DAYLIGHT_CORPUS to run this test")
	}
	var all []realAuthor
	for _, file := range files {
		all = append(all, authorsOf(t, file)...)
	}
	return all
}

// authorsOf reads one repository's authors with at least 200 commits of which four
// in five have one offset, or that and the next, as summer time makes them.
func authorsOf(t *testing.T, file string) []realAuthor {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	profiles, offsets := map[string]*activity.Profile{}, map[string]map[int]int{}
	for lines := bufio.NewScanner(z); lines.Scan(); {
		col := strings.Split(lines.Text(), "\t")
		at, err := strconv.ParseInt(col[2], 10, 64)
		if err != nil {
			continue // the heading
		}
		minutes, err := strconv.Atoi(col[3])
		if err != nil {
			t.Fatal(err)
		}
		if profiles[col[0]] == nil {
			profiles[col[0]], offsets[col[0]] = &activity.Profile{}, map[int]int{}
		}
		profiles[col[0]].Add(&record.Event{At: at * 1000, Class: record.Code, Act: record.Commit})
		offsets[col[0]][minutes]++
	}
	var out []realAuthor
	for _, id := range slices.Sorted(maps.Keys(profiles)) {
		total, best, offset := 0, 0, 0
		for _, n := range offsets[id] {
			total += n
		}
		for _, minutes := range slices.Sorted(maps.Keys(offsets[id])) {
			if both := offsets[id][minutes] + offsets[id][minutes+60]; minutes%60 == 0 && both > best {
				best, offset = both, minutes/60
			}
		}
		if total >= 200 && 5*best >= 4*total {
			out = append(out, realAuthor{profiles[id], offset})
		}
	}
	return out
}
