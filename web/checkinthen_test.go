// SPDX-License-Identifier: Apache-2.0

package web

import (
	"strings"
	"testing"

	"daylight/account"
	"daylight/internal/htmlcheck"
)

// TestWhatHappensWithACheckIn: whoever invited is told who reads what was handed in and
// what comes of it, also where they may not look at it; before, nothing is said of it.
func TestWhatHappensWithACheckIn(t *testing.T) {
	c := sampleConsole(t)
	handle := c.heaviestApplicant(t)
	path := "/people/" + handle + "/check-ins"
	rec, hr := c.as(account.Recruiter), c.as(account.HR)
	rec.get(path).want(t, 200).page(t).In(t, "#then", htmlcheck.None())
	c.doneCheckin(t, handle)
	page := rec.get(path).want(t, 200).page(t)
	page.In(t, "td", htmlcheck.Says("handed in, not read yet"))
	page.In(t, "main", htmlcheck.Says("Somebody of HR, security or legal reads it and writes down what they saw."))
	page.In(t, "main a[href=/people/"+handle+"]", htmlcheck.Says("the person’s page"))
	page.In(t, "td a", htmlcheck.None())
	hr.get(path).want(t, 200).page(t).In(t, "main", htmlcheck.Says("You read it, or somebody else of HR, security or legal"))
	for _, words := range []string{"round trip", "the way to the browser", "as a trial"} {
		if said := htmlcheck.Text(page.Find("main")[0]); strings.Contains(said, words) {
			t.Errorf("the summary says %q", words)
		}
	}
}
