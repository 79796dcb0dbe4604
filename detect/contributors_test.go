// SPDX-License-Identifier: Apache-2.0

package detect_test

import (
	"slices"
	"testing"
	"time"

	"daylight/detect"
	"daylight/record"

	"github.com/google/go-cmp/cmp"
)

// TestFindContributions holds that only what confirmed people committed before they
// were hired counts, once for each repository, in whatever order records come.
func TestFindContributions(t *testing.T) {
	code := func(subject record.SubjectID, repository, first string) record.Record {
		at, err := time.Parse(time.DateOnly, first)
		if err != nil {
			t.Fatal(err)
		}
		return record.Record{
			Subject: subject, Origin: record.Origin{Path: repository, Locator: "commit 1"},
			Body: record.CodeHistory{Repository: repository, Commits: 3, FirstCommit: at},
		}
	}
	hired := record.Record{Subject: "w-1", Body: record.Person{HiredAt: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)}}
	again := record.Record{Subject: "w-1", Body: record.Person{HiredAt: time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)}}
	account := record.Record{Subject: "w-1", Body: record.CodeHistory{Account: "sampla"}}
	all := []record.Record{
		hired, again, account, code("w-1", "before", "2025-01-02"), code("w-1", "before", "2025-03-02"), code("w-1", "work", "2026-01-06"),
		code("c-2", "before", "2025-01-02"), code("c-3", "before", "2025-01-02"),
	}
	confirmed := map[record.SubjectID]bool{"w-1": true, "c-2": true}
	var got [][2]string
	for _, c := range detect.FindContributions(slices.Values(all), confirmed) {
		got = append(got, [2]string{c.Repository, string(c.By)})
	}
	if diff := cmp.Diff([][2]string{{"before", "c-2"}, {"before", "w-1"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	forward := detect.FindContributions(slices.Values(all), confirmed)
	slices.Reverse(all)
	if diff := cmp.Diff(forward, detect.FindContributions(slices.Values(all), confirmed)); diff != "" {
		t.Errorf("in another order (-want +got):\n%s", diff)
	}
}
