// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"slices"
	"strings"

	"daylight/report"
)

// happening is something in the audit log that somebody is told of.
type happening struct {
	slug string
	acts []string // of the audit log
	// title and text say that somebody is needed. They hold nothing about whom.
	title, text string
	// path of the console, in which "%" stands for the object of the entry.
	path string
	// finding is what becomes of the case's finding at a SIEM; 0: nothing.
	finding report.FindingActivity
}

// happenings is the one table between the audit log and what is said.
var happenings = []happening{
	{"case_opened", []string{"case.open", "case.reopen"}, "A case was opened", "A case was opened for review. Nothing has been decided.", "/cases/%", report.FindingCreated},
	{"case_changed", []string{"case.evidence", "case.decline"}, "A case has changed", "The evidence of an open case has changed, or a proposed outcome was not approved.", "/cases/%", report.FindingUpdated},
	{"approval_wanted", []string{"case.propose"}, "A case waits for a second person", "Somebody proposed an outcome that a second person has to look at.", "/cases/%", report.FindingUpdated},
	{"case_closed", []string{"case.close", "case.approve"}, "A case was closed", "A case was closed with a disposition and reasons.", "/cases/%", report.FindingClosed},
	{"request_waiting", []string{"case.request", "case.dispute", "request.correction", "request.appeal", "request.explanation", "request.alternative"}, "Somebody asks for an answer", "The person concerned has sent a correction, an appeal or a question.", "/requests", 0},
	{"follow_up_due", []string{"follow-up.due"}, "A follow-up is due", "Somebody who runs follow-ups is needed. The time for it is limited.", "/interviews", 0},
}

// Slugs are the happenings that a target can be told of, in order.
func Slugs() []string {
	out := make([]string, len(happenings))
	for i, h := range happenings {
		out[i] = h.slug
	}
	return out
}

// happened finds what an act leads to.
func happened(act string) (happening, bool) {
	i := slices.IndexFunc(happenings, func(h happening) bool { return slices.Contains(h.acts, act) })
	if i < 0 {
		return happening{}, false
	}
	return happenings[i], true
}

// told reports whether a target is told of a happening.
func (t Target) told(h happening) bool {
	if len(t.On) > 0 && !slices.Contains(t.On, h.slug) {
		return false
	}
	return !t.finds() || h.finding != 0
}

// finds reports whether a target is told in findings instead of in words.
func (t Target) finds() bool { return strings.HasPrefix(string(t.Kind), "ocsf") || t.Kind == Syslog }
