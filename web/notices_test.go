// SPDX-License-Identifier: Apache-2.0

package web

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/internal/htmlcheck"
	"daylight/notice"
	"daylight/store"
)

// TestNoticesAreRecorded: each line is one person, every identifier of theirs counts
// from the day it was given, and none can be read back.
func TestNoticesAreRecorded(t *testing.T) {
	c := newConsole(t)
	hr := c.as(account.HR)
	hr.post("/notices", "/notices", url.Values{
		"version": {"2026-02"}, "from": {"2026-02-20"}, "acknowledged": {"2026-02-21"},
		"people": {"amara.sampla@example.com, okta:00u1\nkenji@example.com\n\n"},
	}).want(t, http.StatusSeeOther)
	page := hr.get("/notices?done=2").want(t, http.StatusOK)
	page.page(t).In(t, "tbody tr", htmlcheck.Count(1))
	page.page(t).In(t, "tbody td.num", htmlcheck.Says("3"))
	if strings.Contains(page.body, "amara") || strings.Contains(page.body, "kenji") {
		t.Error("the page tells whom a notice was given to")
	}
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		for _, id := range []string{"Amara.Sampla@example.com", "okta:00u1", "kenji@example.com"} {
			row, err := r.Get(store.Notices, notice.Person(r, id)+" "+notice.Monitoring)
			if err != nil {
				t.Errorf("%s has no notice: %v", id, err)
				continue
			}
			if want := time.Date(2026, 2, 20, 0, 0, 0, 0, time.UTC).UnixMilli(); row.Ints["at"] != want {
				t.Errorf("%s: counts from %d, want %d", id, row.Ints["at"], want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoticesRefused: what is wrong is said, what was typed is kept in the form, and
// nothing is recorded.
func TestNoticesRefused(t *testing.T) {
	c := newConsole(t)
	hr := c.as(account.HR)
	good := url.Values{"version": {"v1"}, "from": {"2026-02-20"}, "people": {"a@example.com"}}
	for name, wrong := range map[string]struct {
		field, value, says string
	}{
		"no version":    {"version", " ", "which version"},
		"no date":       {"from", "", "The date"},
		"in the future": {"from", "2026-03-03", "after it was given"},
		"ends before":   {"until", "2026-01-01", "cannot end"},
		"nobody":        {"people", "\n \n", "at least one"},
		"a name":        {"people", "a@example.com\nAmara Sampla", "Line 2"},
		"markup":        {"people", "<script>alert(1)</script>", "neither"},
	} {
		form := url.Values{}
		maps.Copy(form, good)
		form.Set(wrong.field, wrong.value)
		got := hr.post("/notices", "/notices", form).want(t, http.StatusUnprocessableEntity)
		got.page(t).In(t, ".wrong", htmlcheck.Says(wrong.says))
		if strings.Contains(got.body, "<script>alert") {
			t.Errorf("%s: what was typed became markup", name)
		}
		got.page(t).In(t, "tbody tr", htmlcheck.None())
	}
}
