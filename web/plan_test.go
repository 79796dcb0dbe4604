// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"daylight/account"
	"daylight/internal/htmlcheck"
)

// TestSamePlanStaysItsVersion: a form of a plan that was sent without a change makes no
// new version and no entry, and says so.
func TestSamePlanStaysItsVersion(t *testing.T) {
	c := sampleConsole(t)
	requisition, _ := c.finalists(t)
	cl := c.as(account.Recruiter)
	plan := cl.post("/interviews", "/interviews", url.Values{"requisition": {requisition}}).want(t, http.StatusSeeOther).Header.Get("Location")
	form := url.Values{"questions": {"3"}, "follow_ups": {"3"}, "days": {"21"}, "minutes": {"120"}, "keep_days": {"90"}}
	for _, box := range cl.get(plan).page(t).Find("input[name=challenge][checked]") {
		form.Add("challenge", htmlcheck.Attr(box, "value"))
	}
	send := func() *htmlcheck.Page {
		return cl.get(cl.post(plan, plan, form).want(t, http.StatusSeeOther).Header.Get("Location")).want(t, 200).page(t)
	}
	send().In(t, ".done", htmlcheck.Says("it stays version 1."))
	if got := c.acts(t, "plan.set"); len(got) != 1 {
		t.Errorf("%d entries about the plan, want the one of its making", len(got))
	}
	form.Set("days", "14")
	page := send()
	page.In(t, ".done", htmlcheck.Says("The plan is kept."))
	page.In(t, "main", htmlcheck.Says("Version 2,"))
}

// TestRecruitersReadGrades: on the pages of their work recruiters are told in words
// what something tells, by the grades of the person's page; analysts see the figures.
func TestRecruitersReadGrades(t *testing.T) {
	c := sampleConsole(t)
	plan, handle, _ := c.interviewed(t)
	figure := regexp.MustCompile(`[0-9.] dB|decibans`)
	grade := regexp.MustCompile(`(extremely strong|very strong|strong|moderate|weak|slight), for (a mismatch|consistency)`)
	for _, path := range []string{"/interviews/" + plan, "/people/" + handle, "/people/" + handle + "/interviews"} {
		said := htmlcheck.Text(c.as(account.Recruiter).get(path).want(t, 200).page(t).Find("main")[0])
		if found := figure.FindAllString(said, 3); found != nil || !grade.MatchString(said) {
			t.Errorf("%s has figures for a recruiter, or no grades: %q", path, found)
		}
		said = htmlcheck.Text(c.as(account.Security).get(path).want(t, 200).page(t).Find("main")[0])
		if !figure.MatchString(said) || grade.MatchString(said) {
			t.Errorf("%s has no figures for an analyst, or grades", path)
		}
	}
}
