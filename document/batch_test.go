// SPDX-License-Identifier: Apache-2.0

package document

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"daylight/record"
)

func TestBatches(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	zero, nine := 0, 540
	sample := func(person uint32, camera string, minutes int, offset *int, surround uint64, expires string) Sample {
		s := Sample{Person: person}
		s.Capture = record.Capture{Camera: camera, Taken: noon.Add(time.Duration(minutes) * time.Minute), OffsetMinutes: offset, Surround: surround, SurroundDetail: 60}
		if expires != "" {
			day, err := time.Parse(time.DateOnly, expires)
			if err != nil {
				t.Fatal(err)
			}
			s.Expires = record.DateOf(day)
		}
		return s
	}
	const table, other = 0x0f0f_3333_5555_00ff, ^uint64(0x0f0f_3333_5555_00ff)
	for _, c := range []struct {
		name    string
		samples []Sample
		want    []Batch
	}{
		{
			"all four",
			[]Sample{sample(1, "Phone 7", 0, &nine, table, "2031-05-02"), sample(2, "Phone 7", 12, &nine, table^7, "2031-05-02")},
			[]Batch{{0, 1, []string{"one model of camera in one time zone", "taken within half an hour", "on one background", "with one date of expiry"}, 2}},
		},
		{
			"a desk",
			[]Sample{sample(1, "Phone 7", 0, &zero, table, "2031-05-02"), sample(2, "Phone 7", 29, &zero, table, "2029-11-20"), sample(3, "Phone 7", 58, &zero, table, "")},
			[]Batch{
				{0, 1, []string{"one model of camera in one time zone", "taken within half an hour", "on one background"}, 3},
				{1, 2, []string{"one model of camera in one time zone", "taken within half an hour", "on one background"}, 3},
			},
		},
		{
			"found by the date, the camera unknown",
			[]Sample{sample(1, "", 0, nil, table, "2031-05-02"), sample(2, "", 30, nil, table, "2031-05-02")},
			[]Batch{{0, 1, []string{"taken within half an hour", "on one background", "with one date of expiry"}, 2}},
		},
		{"two traits", []Sample{sample(1, "Phone 7", 0, &nine, table, "2031-05-02"), sample(2, "Phone 7", 31, &nine, other, "2031-05-02")}, []Batch{}},
		{"one person's two documents", []Sample{sample(1, "Phone 7", 0, &nine, table, "2031-05-02"), sample(1, "Phone 7", 1, &nine, table, "2031-05-02")}, []Batch{}},
		{"one clock with a zone and one without", []Sample{sample(1, "Phone 7", 0, &nine, table, "2031-05-02"), sample(2, "Phone 7", 0, nil, table, "2031-05-02")}, []Batch{}},
	} {
		if diff := cmp.Diff(c.want, Batches(c.samples)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestBatchesFindsAll holds the search against comparing everyone with everyone.
func TestBatchesFindsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var samples []Sample
		for range rapid.IntRange(0, 40).Draw(t, "samples") {
			s := Sample{Person: rapid.Uint32Range(0, 20).Draw(t, "person")}
			offset := 60 * rapid.IntRange(0, 1).Draw(t, "offset")
			s.Capture = record.Capture{
				Camera: rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "camera"), OffsetMinutes: &offset,
				Taken:          time.Unix(int64(1_700_000_000+600*rapid.IntRange(0, 8).Draw(t, "taken")), 0).UTC(),
				Surround:       rapid.SampledFrom([]uint64{0, ^uint64(0)}).Draw(t, "surround"),
				SurroundDetail: rapid.SampledFrom([]int{0, 50}).Draw(t, "detail"),
			}
			s.Expires = record.Date{Year: rapid.SampledFrom([]int{0, 2030, 2031}).Draw(t, "year"), Month: 5, Day: 2}
			samples = append(samples, s)
		}
		got := map[[2]int]bool{}
		for _, b := range Batches(samples) {
			got[[2]int{b.A, b.B}] = true
		}
		for i, a := range samples {
			for j, b := range samples[:i] {
				want := a.Person != b.Person && len(shared(a.IdentityDocument, b.IdentityDocument)) >= MinTraits
				if got[[2]int{j, i}] != want {
					t.Fatalf("samples %d and %d: %v, want %v", j, i, !want, want)
				}
			}
		}
	})
}
