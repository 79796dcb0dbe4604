// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"daylight/detect"
	"daylight/detect/indicators"
	"daylight/record"
	"daylight/weigh"
)

// Whatever a valid policy says, its file says the same when it is read again.
func TestPolicyRoundTrip(t *testing.T) {
	catalog := indicators.Catalog()
	rapid.Check(t, func(t *rapid.T) {
		p := weigh.DefaultPolicy()
		p.Version = "drawn.1"
		p.PriorApplicant = rapid.Float64Range(1e-6, 0.014).Draw(t, "prior")
		p.Scale = weigh.Scale{Slope: rapid.IntRange(weigh.MinSlope, weigh.MaxSlope).Draw(t, "slope"), Intercept: -record.Weight(rapid.IntRange(0, 100).Draw(t, "intercept"))}
		var changed []Changed
		for range rapid.IntRange(0, 9).Draw(t, "weights") {
			ind := rapid.SampledFrom(catalog).Draw(t, "indicator")
			if _, twice := p.Weights[ind.ID]; twice || ind.Present < 0 {
				continue
			}
			o := weigh.Override{Present: record.Weight(rapid.IntRange(0, 250).Draw(t, "present"))}
			if !ind.Habit {
				o.Absent = -record.Weight(rapid.IntRange(0, 120).Draw(t, "absent"))
			}
			if o == (weigh.Override{Present: ind.Present, Absent: ind.Absent}) {
				continue
			}
			p.Weights[ind.ID] = o
			changed = append(changed, Changed{ind.ID, detect.Present, ind.Present.DB(), o.Present.DB(), "drawn"},
				Changed{ind.ID, detect.Absent, ind.Absent.DB(), o.Absent.DB(), "drawn"})
		}
		f := NewFile(p, catalog, changed)
		f.Scale.Why = "drawn"
		data, err := f.Encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		got, err := back.Compile(catalog)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(p, got); d != "" {
			t.Fatalf("(-written +read):\n%s", d)
		}
	})
}

// No document makes the reader fail but with an error, and one that it takes is
// written and read again as it was.
func FuzzPolicy(f *testing.F) {
	catalog := indicators.Catalog()
	whole, err := NewFile(weigh.DefaultPolicy(), catalog, nil).Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte("schema: daylight.policy/v1\nversion: a\nscale: {slope_percent: 80, intercept_db: -1.2, why: a test}\n"))
	f.Add([]byte("schema: daylight.policy/v1\nversion: a\nweights: {net.impossible_travel: {present_db: .nan}}\nchanged: [{indicator: x, side: present, from_db: .inf, to_db: 1, why: y}]\n"))
	f.Add([]byte("weights: [1]\n---\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Decode(data)
		if err != nil {
			return
		}
		p, err := file.Compile(catalog)
		if err != nil {
			return
		}
		again, err := file.Whole(p, catalog).Encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode(again)
		if err != nil {
			t.Fatalf("%v:\n%s", err, again)
		}
		got, err := back.Compile(catalog)
		if err != nil {
			t.Fatalf("%v:\n%s", err, again)
		}
		if d := cmp.Diff(p, got); d != "" {
			t.Fatalf("(-first +second):\n%s", d)
		}
	})
}
