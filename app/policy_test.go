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

	"daylight/detect"
	"daylight/detect/indicators"
	"daylight/evaluate/calibrate"
	"daylight/policy"
	"daylight/weigh"
)

// The policy that ships, written down and named in the configuration, is the
// policy that ships: weights bit for bit, and nothing marked as changed.
func TestDefaultPolicyRoundTrip(t *testing.T) {
	catalog := indicators.Catalog()
	data, err := policy.NewFile(weigh.DefaultPolicy(), catalog, nil).Encode()
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

func TestNextVersion(t *testing.T) {
	now := time.Date(2026, 5, 2, 23, 30, 0, 0, time.FixedZone("", -3600)) // the 3rd, UTC
	for before, want := range map[string]string{
		"default-11": "2026-05-03.1", "2026-05-02.4": "2026-05-03.1", "2026-05-03.4": "2026-05-03.5", "2026-05-03.x": "2026-05-03.1",
	} {
		if got := nextVersion(before, now); got != want {
			t.Errorf("after %s comes %s, want %s", before, got, want)
		}
	}
}

// A learned policy keeps the reasons of the one before for what was not learned
// again, and drops those of what was.
func TestChangedWeights(t *testing.T) {
	from := policy.File{Changed: []policy.Changed{{Indicator: "a", Why: "old"}, {Indicator: "b", Why: "old"}}}
	got := changedWeights(from, calibrate.Result{
		Learned: []calibrate.Learned{{Indicator: "a", Enough: true}, {Indicator: "b"}},
		Changes: []calibrate.Change{{Indicator: "a", Side: detect.Present, From: 90, To: 102, Why: "new"}},
	})
	want := []policy.Changed{{Indicator: "b", Why: "old"}, {Indicator: "a", Side: detect.Present, From: 9, To: 10.2, Why: "new"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// Prior, thresholds and scale that differ are named as the policy file names them.
func TestSettings(t *testing.T) {
	after := weigh.DefaultPolicy()
	after.PriorWorker, after.FollowUpFamily, after.Scale = 0.001, 125, weigh.Scale{Slope: 80, Intercept: -12}
	got := policy.Settings(weigh.DefaultPolicy(), after)
	want := []policy.Setting{
		{Name: "prior.worker", Old: 0.004, New: 0.001},
		{Name: "thresholds.follow_up_family_db", Old: 12, New: 12.5},
		{Name: "scale.slope_percent", Old: 150, New: 80},
		{Name: "scale.intercept_db", Old: 0, New: -1.2},
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
