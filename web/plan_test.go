// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
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

// TestCatalogueReadsInGrades: the catalogue tells recruiters in words what an indicator
// counts, as the person's page does; everybody else sees the figures and why they are so.
func TestCatalogueReadsInGrades(t *testing.T) {
	c := sampleConsole(t)
	figure := regexp.MustCompile(`\bdBs?\b|deciban`)
	paths := []string{"/catalogue"}
	for _, ind := range c.Catalog {
		paths = append(paths, "/catalogue/"+ind.ID)
	}
	for _, path := range paths {
		if said := htmlcheck.Text(c.as(account.Recruiter).get(path).want(t, 200).page(t).Find("main")[0]); figure.MatchString(said) {
			t.Errorf("%s has figures for a recruiter: %q", path, figure.FindString(said))
		}
	}
	// +7.0 dB are a likelihood ratio of 5, +13.0 dB one of 20, and -0.5 dB one of 1.1.
	rows := func(role account.Role, path, of string) string {
		t.Helper()
		var said []string
		page := c.as(role).get(path).want(t, 200).page(t)
		heads, cells := page.Find(of+" tbody th"), page.Find(of+" tbody td")
		each := len(cells) / max(1, len(heads))
		for i, head := range heads {
			var in []string
			for _, cell := range cells[i*each : (i+1)*each] {
				in = append(in, htmlcheck.Text(cell))
			}
			said = append(said, htmlcheck.Text(head)+": "+strings.Join(in, ". "))
		}
		return strings.Join(said, ". ")
	}
	const travel, shared = "net.impossible_travel", "net.ip_shared_accounts"
	for _, tc := range []struct{ path, of, grades, figures string }{
		{"/catalogue/" + travel, ".counts", "Present, at full strength: weak, for a mismatch. Absent: it looked and saw nothing: nothing", "+7.0 dB"},
		{"/catalogue/" + shared, ".counts", "Present, at full strength: moderate, for a mismatch. Absent: it looked and saw nothing: slight, for consistency", "−0.5 dB"},
		{"/catalogue", "table", travel + ": weak, for a mismatch. nothing", travel + ": +7.0"},
	} {
		if said := rows(account.Recruiter, tc.path, tc.of); !strings.Contains(said, tc.grades) {
			t.Errorf("%s says to a recruiter %q, not %q", tc.path, said, tc.grades)
		}
		for _, role := range []account.Role{account.HR, account.Security, account.Legal, account.Auditor, account.Administrator} {
			if said := rows(role, tc.path, tc.of); !strings.Contains(said, tc.figures) {
				t.Errorf("%s says to %s %q, not %q", tc.path, role, said, tc.figures)
			}
		}
	}
}
