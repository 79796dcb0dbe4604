// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"iter"

	"daylight/record"
)

// EvenPercent is the share of a requisition's finalists who must have been asked
// an interview item before it may weigh for any of them (method §9). It
// is not 100, because interviewers leave fields blank.
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
	ItemTyped           = "typed"
)

// CountAsked counts, for [Company.Asked], how many finalists of each requisition
// were asked each interview item. Finalists are the candidates who were
// interviewed more than once or, where nobody was, all who were interviewed. The
// key "requisition/item" holds the number of finalists who were asked it in at
// least one interview, and "requisition/" the number of finalists. Candidates
// whose requisition is not known are not counted. The order of records does not
// matter.
func CountAsked(records iter.Seq[record.Record]) map[string]int {
	type candidate struct {
		requisitions, items map[string]bool
		interviews          map[record.ID]bool
	}
	candidates := map[record.SubjectID]*candidate{}
	of := func(id record.SubjectID) *candidate {
		if candidates[id] == nil {
			candidates[id] = &candidate{map[string]bool{}, map[string]bool{}, map[record.ID]bool{}}
		}
		return candidates[id]
	}
	for r := range records {
		if b, ok := r.Body.(record.Person); ok && b.Requisition != "" {
			of(r.Subject).requisitions[b.Requisition] = true
		}
		if b, ok := r.Body.(record.Interview); ok {
			c := of(r.Subject)
			if b.Met() {
				c.interviews[r.ID] = true
			}
			for _, item := range asked(b) {
				c.items[item] = true
			}
		}
	}
	rounds := map[string]int{} // that a finalist of the requisition has had
	for _, c := range candidates {
		for q := range c.requisitions {
			rounds[q] = max(rounds[q], min(len(c.interviews), 2))
		}
	}
	counts := map[string]int{}
	for _, c := range candidates {
		for q := range c.requisitions {
			if len(c.interviews) == 0 || len(c.interviews) < rounds[q] {
				continue
			}
			counts[q+"/"]++
			for item := range c.items {
				counts[q+"/"+item]++
			}
		}
	}
	return counts
}

func asked(b record.Interview) []string {
	var items []string
	if len(b.Prompts()) > 0 {
		items = append(items, ItemGesture)
	}
	if b.Typed != nil {
		items = append(items, ItemTyped)
	}
	for _, i := range []struct{ item, value string }{
		{ItemCamera, b.Camera},
		{ItemWindow, b.Window},
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
// [EvenPercent] of the finalists for a requisition of this subject were asked it,
// or nothing is known of any other finalist.
func (v *View) AskedEvenly(item string) bool {
	if v.Company == nil {
		return true
	}
	known := false
	for _, p := range Each[record.Person](v) {
		finalists := v.Company.Asked[p.Requisition+"/"]
		if p.Requisition == "" || finalists < 2 {
			continue
		}
		known = true
		if 100*v.Company.Asked[p.Requisition+"/"+item] >= EvenPercent*finalists {
			return true
		}
	}
	return !known
}
