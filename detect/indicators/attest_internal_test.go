// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"daylight/detect"
	"daylight/record"

	"pgregory.net/rapid"
)

// TestAttest holds what an answer rests on, for any rows of a table of checks: the
// newest decided row of each source, and nothing else.
func TestAttest(t *testing.T) {
	words := []string{"found", "not_found", "no_answer", "pending", "refused"}
	ind := detect.Define(detect.Meta{ID: "tst.attest", Needs: []record.Kind{record.KindCheck}}, attestParams{One: 40},
		func(p *detect.Pass, cfg attestParams) {
			attest(p, cfg, attestation{check: "phone_voip", found: "so it is", clear: "it is not so"})
		})
	rapid.Check(t, func(t *rapid.T) {
		type row struct {
			day        int
			by, result string
		}
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) row {
			return row{
				rapid.IntRange(1, 4).Draw(t, "day"),
				rapid.SampledFrom([]string{"", "Alder Lookup", "analyst-1", "analyst-2"}).Draw(t, "by"),
				rapid.SampledFrom(words).Draw(t, "result"),
			}
		}), 1, 8).Draw(t, "rows")

		latest := map[string]int{}
		for _, r := range rows {
			if r.result == "found" || r.result == "not_found" {
				latest[r.by] = max(latest[r.by], r.day)
			}
		}
		found, unseen := map[string]bool{}, map[string]bool{}
		for _, r := range rows {
			switch {
			case r.day != latest[r.by]:
			case r.result == "found":
				found[r.by] = true
			case r.result == "not_found":
				unseen[r.by] = true
			}
		}
		want, strength := detect.Unknown, 0
		switch {
		case len(found) > 0 && len(unseen) > 0:
		case len(found) > 0:
			want, strength = detect.Present, 40
			if delete(found, ""); len(found) > 1 {
				strength = 100
			}
		case len(unseen) > 0:
			want = detect.Absent
		}

		v := &detect.View{}
		for i, r := range rows {
			v.Records = append(v.Records, record.Record{
				ID: record.ID(fmt.Sprint("r", i)), At: time.Date(2026, 3, r.day, 0, 0, 0, 0, time.UTC),
				Body: record.Check{Check: "phone_voip", Result: r.result, By: r.by},
			})
		}
		v.Records = append(v.Records, record.Record{ID: "other", Body: record.Check{Check: "answers_copied", Result: "found", By: "analyst-3"}})
		v.Records = rapid.Permutation(v.Records).Draw(t, "order")
		findings, err := detect.Run(t.Context(), []*detect.Indicator{ind}, v)
		if err != nil {
			t.Fatal(err)
		}
		if f := findings[0]; f.Outcome != want || f.Strength != strength {
			t.Fatalf("%s at %d %%, want %s at %d: %s", f.Outcome, f.Strength, want, strength, f.Statement)
		}
	})
}

// TestStretches holds that the silence of an account is a time that no history
// has commits in: days are drawn, cut into histories, and compared with what is
// counted day by day.
func TestStretches(t *testing.T) {
	start := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(d int) time.Time { return start.AddDate(0, 0, d) }
	rapid.Check(t, func(t *rapid.T) {
		var stretches []stretch
		var spans [][2]int
		for range rapid.IntRange(1, 4).Draw(t, "histories") {
			first := rapid.IntRange(0, 900).Draw(t, "first")
			early, gap, late := rapid.IntRange(0, 90).Draw(t, "early"), rapid.IntRange(1, 900).Draw(t, "gap"), rapid.IntRange(0, 90).Draw(t, "late")
			spans = append(spans, [2]int{first, first + early}, [2]int{first + early + gap, first + early + gap + late})
			stretches = append(stretches, stretchesOf(record.CodeHistory{
				FirstCommit: at(first), LastCommit: at(first + early + gap + late), Commits: 5,
				GapDays: gap, Resumed: at(first + early + gap), AfterGap: 2,
			})...)
		}
		busy := map[int]bool{}
		for _, s := range spans {
			for d := s[0]; d <= s[1]; d++ {
				busy[d] = true
			}
		}
		days := make([]int, 0, len(busy))
		for d := range busy {
			days = append(days, d)
		}
		slices.Sort(days)
		widest := 0
		for i := 1; i < len(days); i++ {
			if gap := days[i] - days[i-1]; gap > 1 {
				widest = max(widest, gap)
			}
		}
		from, to := widestBetween(stretches)
		got := int(to.Sub(from).Hours() / 24)
		if got != widest && (widest > 0 || got > 1) { // neighbouring days have a night between them
			t.Fatalf("%d days from %s to %s, want %d", got, from, to, widest)
		}
	})
}
