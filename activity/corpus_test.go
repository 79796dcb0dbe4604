// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"daylight/record"
)

// author is one author of a public repository, with the zone the author's own
// commits declare.
type author struct {
	repo, id string
	profile  *Profile
	zone     *time.Location
	quarters int
}

// declared are the zones that stand for a pair of standard and saving offsets.
var declared = []struct {
	name     string
	std, dst int
}{
	{"Europe/London", 0, 60},
	{"Europe/Berlin", 60, 120},
	{"Europe/Helsinki", 120, 180},
	{"America/New_York", -300, -240},
	{"America/Chicago", -360, -300},
	{"America/Denver", -420, -360},
	{"America/Los_Angeles", -480, -420},
}

// authors reads the corpus: authors with at least 200 active quarter-hours of
// whose commits at least four in five declare one zone.
func authors(tb testing.TB) []author {
	tb.Helper()
	root := os.Getenv("DAYLIGHT_CORPUS")
	if root == "" {
		root = "../../shared/data"
	}
	files, _ := filepath.Glob(filepath.Join(root, "git_timezone_dev", "*.tsv.gz"))
	if len(files) == 0 {
		tb.Skip("the time zone corpus is not here: set DAYLIGHT_CORPUS to run this test")
	}
	var all []author
	for _, file := range files {
		all = append(all, readAuthors(tb, file)...)
	}
	return all
}

func readAuthors(tb testing.TB, file string) []author {
	tb.Helper()
	f, err := os.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	profiles := map[string]*Profile{}
	counts := map[string]map[int]int{}
	var order []string
	for lines := bufio.NewScanner(z); lines.Scan(); {
		col := strings.Split(lines.Text(), "\t")
		at, err := strconv.ParseInt(col[2], 10, 64)
		if err != nil {
			continue // the heading
		}
		off, err := strconv.Atoi(col[3])
		if err != nil {
			tb.Fatal(err)
		}
		id := col[0]
		if profiles[id] == nil {
			profiles[id], counts[id] = new(Profile), map[int]int{}
			order = append(order, id)
		}
		hash, _ := hex.DecodeString(id)
		e := record.Event{
			At: at * 1000, Class: record.Code, Act: record.Commit, HasOffset: true, OffsetMinutes: int16(off),
			Pos: record.Locus{Pos: binary.BigEndian.Uint64(append(hash, 0, 0))},
		}
		profiles[id].Add(&e)
		counts[id][off]++
	}
	slices.Sort(order)
	var out []author
	for _, id := range order {
		n := 0
		for range profiles[id].Quarters() {
			n++
		}
		zone := declaredZone(counts[id])
		if n < 200 || zone == nil {
			continue
		}
		out = append(out, author{strings.TrimSuffix(filepath.Base(file), ".tsv.gz"), id, profiles[id], zone, n})
	}
	return out
}

// declaredZone returns the zone of at least 80 % of the commits, or nil.
func declaredZone(count map[int]int) *time.Location {
	total := 0
	for _, n := range count {
		total += n
	}
	for _, d := range declared {
		a, b := count[d.std], count[d.dst]
		if 5*(a+b) >= 4*total && a*10 >= total && b*10 >= total {
			loc, err := time.LoadLocation(d.name)
			if err != nil {
				return nil
			}
			return loc
		}
	}
	for off, n := range count {
		if 5*n >= 4*total {
			return time.FixedZone("", off*60)
		}
	}
	return nil
}
