// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"daylight/detect"
	"daylight/detect/indicators"
	"daylight/evaluate/calibrate"
	"daylight/record"
	"daylight/weigh"
)

// The policy that ships, written down and named in the configuration, is the
// policy that ships: weights bit for bit, and nothing marked as changed.
func TestDefaultPolicyRoundTrip(t *testing.T) {
	catalog := indicators.Catalog()
	data, err := newPolicyFile(weigh.DefaultPolicy(), catalog, nil).encode()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	config, _, err := loadConfigUnder("", path)
	if err != nil {
		t.Fatal(err)
	}
	set, err := config.compile(catalog)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(weigh.DefaultPolicy(), set.policy); d != "" {
		t.Errorf("(-shipped +read):\n%s", d)
	}
}

// Whatever a valid policy says, its file says the same when it is read again.
func TestPolicyRoundTrip(t *testing.T) {
	catalog := indicators.Catalog()
	rapid.Check(t, func(t *rapid.T) {
		p := weigh.DefaultPolicy()
		p.Version = "drawn.1"
		p.PriorApplicant = rapid.Float64Range(1e-6, 0.014).Draw(t, "prior")
		p.Scale = weigh.Scale{Slope: rapid.IntRange(weigh.MinSlope, weigh.MaxSlope).Draw(t, "slope"), Intercept: -record.Weight(rapid.IntRange(0, 100).Draw(t, "intercept"))}
		var changed []changedWeight
		for range rapid.IntRange(0, 9).Draw(t, "weights") {
			ind := rapid.SampledFrom(catalog).Draw(t, "indicator")
			if _, twice := p.Weights[ind.ID]; twice || ind.Present < 0 {
				continue
			}
			o := weigh.Override{Present: record.Weight(rapid.IntRange(0, 250).Draw(t, "present")), Absent: -record.Weight(rapid.IntRange(0, 120).Draw(t, "absent"))}
			if o == (weigh.Override{Present: ind.Present, Absent: ind.Absent}) {
				continue
			}
			p.Weights[ind.ID] = o
			changed = append(changed, changedWeight{ind.ID, detect.Present, ind.Present.DB(), o.Present.DB(), "drawn"},
				changedWeight{ind.ID, detect.Absent, ind.Absent.DB(), o.Absent.DB(), "drawn"})
		}
		f := newPolicyFile(p, catalog, changed)
		f.Scale.Why = "drawn"
		data, err := f.encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodePolicy(data)
		if err != nil {
			t.Fatal(err)
		}
		got, err := back.compile(catalog)
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
	whole, err := newPolicyFile(weigh.DefaultPolicy(), catalog, nil).encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte("schema: daylight.policy/v1\nversion: a\nscale: {slope_percent: 80, intercept_db: -1.2, why: a test}\n"))
	f.Add([]byte("schema: daylight.policy/v1\nversion: a\nweights: {net.impossible_travel: {present_db: .nan}}\nchanged: [{indicator: x, side: present, from_db: .inf, to_db: 1, why: y}]\n"))
	f.Add([]byte("weights: [1]\n---\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := decodePolicy(data)
		if err != nil {
			return
		}
		p, err := file.compile(catalog)
		if err != nil {
			return
		}
		again, err := file.whole(p, catalog).encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodePolicy(again)
		if err != nil {
			t.Fatalf("%v:\n%s", err, again)
		}
		got, err := back.compile(catalog)
		if err != nil {
			t.Fatalf("%v:\n%s", err, again)
		}
		if d := cmp.Diff(p, got); d != "" {
			t.Fatalf("(-first +second):\n%s", d)
		}
	})
}

func TestNextVersion(t *testing.T) {
	now := time.Date(2026, 5, 2, 23, 30, 0, 0, time.FixedZone("", -3600)) // the 3rd, UTC
	for before, want := range map[string]string{
		"default-3": "2026-05-03.1", "2026-05-02.4": "2026-05-03.1", "2026-05-03.4": "2026-05-03.5", "2026-05-03.x": "2026-05-03.1",
	} {
		if got := nextVersion(before, now); got != want {
			t.Errorf("after %s comes %s, want %s", before, got, want)
		}
	}
}

// A learned policy keeps the reasons of the one before for what was not learned
// again, and drops those of what was.
func TestChangedWeights(t *testing.T) {
	from := policyFile{Changed: []changedWeight{{Indicator: "a", Why: "old"}, {Indicator: "b", Why: "old"}}}
	got := changedWeights(from, calibrate.Result{
		Learned: []calibrate.Learned{{Indicator: "a", Enough: true}, {Indicator: "b"}},
		Changes: []calibrate.Change{{Indicator: "a", Side: detect.Present, From: 90, To: 102, Why: "new"}},
	})
	want := []changedWeight{{Indicator: "b", Why: "old"}, {"a", detect.Present, 9, 10.2, "new"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// Prior, thresholds and scale that differ are named as the policy file names them.
func TestSettings(t *testing.T) {
	after := weigh.DefaultPolicy()
	after.PriorWorker, after.FollowUpFamily, after.Scale = 0.001, 125, weigh.Scale{Slope: 80, Intercept: -12}
	got := settings([2]weigh.Policy{weigh.DefaultPolicy(), after})
	want := []settingDiff{
		{"prior.worker", 0.002, 0.001}, {"thresholds.follow_up_family_db", 12, 12.5}, {"scale.slope_percent", 150, 80}, {"scale.intercept_db", 0, -1.2},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	var b bytes.Buffer
	d := newPolicyDiff([2]weigh.Policy{weigh.DefaultPolicy(), after}, time.Time{}, calibrate.Comparison{})
	if err := d.writeText(&b, false); err != nil || !strings.Contains(b.String(), "scale.intercept_db               0 → -1.2") {
		t.Errorf("%v\n%s", err, b.String())
	}
}
