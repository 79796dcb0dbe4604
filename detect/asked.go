// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"iter"

	"daylight/record"
)

// EvenPercent is the share of a requisition's interviewed candidates who must
// have been asked an interview item before it may weigh for any of them
// (response-and-law R2). It is not 100, because interviewers leave fields blank.
const EvenPercent = 75

// The interview items a candidate is asked to do or to answer, as opposed to
// what an interviewer merely notices.
const (
	ItemCamera          = "camera"
	ItemWindow          = "window"
	ItemGesture         = "gesture"
	ItemLocalKnowledge  = "local_knowledge"
	ItemBackgroundCheck = "background_check"
	ItemSamePerson      = "same_person"
)

// CountAsked counts, for [Company.Asked], how many candidates of each
// requisition were asked each interview item. The key "requisition/item" holds
// the number of candidates who were asked it in at least one interview, and
// "requisition/" the number who were interviewed at all. Candidates whose
// requisition is not known are not counted. The order of records does not matter.
func CountAsked(records iter.Seq[record.Record]) map[string]int {
	type key struct {
		subject record.SubjectID
		name    string
	}
	requisitions, items := map[key]bool{}, map[key]bool{}
	for r := range records {
		if b, ok := r.Body.(record.Person); ok && b.Requisition != "" {
			requisitions[key{r.Subject, b.Requisition}] = true
		}
		if b, ok := r.Body.(record.Interview); ok {
			items[key{r.Subject, ""}] = true
			for _, item := range asked(b) {
				items[key{r.Subject, item}] = true
			}
		}
	}
	of := map[record.SubjectID][]string{}
	for k := range requisitions {
		of[k.subject] = append(of[k.subject], k.name)
	}
	counts := map[string]int{}
	for k := range items {
		for _, requisition := range of[k.subject] {
			counts[requisition+"/"+k.name]++
		}
	}
	return counts
}

func asked(b record.Interview) []string {
	var items []string
	for _, i := range []struct{ item, value string }{
		{ItemCamera, b.Camera},
		{ItemWindow, b.Window},
		{ItemGesture, b.Gesture},
		{ItemLocalKnowledge, b.LocalKnowledge},
		{ItemBackgroundCheck, b.BackgroundCheck},
		{ItemSamePerson, b.SamePerson},
	} {
		if i.value != "" && i.value != "not_asked" && i.value != "not_compared" {
			items = append(items, i.item)
		}
	}
	return items
}

// AskedEvenly reports whether an interview item may weigh: whether at least
// [EvenPercent] of the candidates interviewed for a requisition of this subject
// were asked it, or nothing is known of any other candidate.
func (v *View) AskedEvenly(item string) bool {
	if v.Company == nil {
		return true
	}
	known := false
	for _, p := range Each[record.Person](v) {
		interviewed := v.Company.Asked[p.Requisition+"/"]
		if p.Requisition == "" || interviewed < 2 {
			continue
		}
		known = true
		if 100*v.Company.Asked[p.Requisition+"/"+item] >= EvenPercent*interviewed {
			return true
		}
	}
	return !known
}
