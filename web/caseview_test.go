// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"net/url"
	"slices"
	"testing"

	"daylight/account"
	"daylight/casework"
	"daylight/internal/htmlcheck"
	"daylight/store"
)

// TestClosedCaseAsksForNothing holds that a case that ended without anything confirmed
// lists what was not done as that, and asks nobody to do it; what was confirmed still has
// its checklist, much of which comes after the decision.
func TestClosedCaseAsksForNothing(t *testing.T) {
	c := sampleConsole(t)
	of := c.aCase(t)
	path, sec := "/cases/"+of.ID, c.as(account.Security)
	sec.post("/account", path, url.Values{"act": {"take"}}).want(t, 303)
	before := sec.get(path).want(t, 200).page(t)
	before.In(t, "#left-h", htmlcheck.Says("What is left"))
	before.In(t, "#linked form", htmlcheck.Count(len(of.Linked)))
	before.In(t, ".left a", htmlcheck.Count(5))
	sec.post("/account", path, url.Values{"act": {"close"}, "disposition": {string(casework.Unresolved)}, "text": {"It could not be told after three weeks."}}).want(t, 303)
	after := sec.get(path).want(t, 200).page(t)
	after.In(t, "#left-h", htmlcheck.Says("What was done"))
	after.In(t, ".left a", htmlcheck.None())
	after.In(t, ".left", htmlcheck.Says("10 steps of the checklist not answered"))
	after.In(t, "#linked form", htmlcheck.None())
	after.In(t, "summary", htmlcheck.Says("Checklist 0 of 10 answered"))
}

// TestWhatIsLeft tells what is asked for in each state of a case.
func TestWhatIsLeft(t *testing.T) {
	steps := []stepLine{{Step: casework.Step{ID: "a", Answer: casework.Done}}, {Guide: casework.Guide{Title: "Contain"}, Step: casework.Step{ID: "b"}}}
	ended := func(d casework.Disposition) casework.Case {
		return casework.Case{State: casework.StateClosed, Closing: &casework.Decision{Disposition: d}}
	}
	for name, w := range map[string]struct {
		of          casework.Case
		second      bool
		toDo        []string
		over, after bool
	}{
		"open":      {of: casework.Case{State: casework.StateOpen}, toDo: []string{"2 explanations to look at", "1 step of the checklist to answer", "Freeze the evidence", "Decide"}},
		"proposed":  {of: casework.Case{State: casework.StateProposed, Frozen: make([]casework.Frozen, 1)}, second: true, toDo: []string{"2 explanations to look at", "1 step of the checklist to answer", "Approve the proposal, or do not"}},
		"confirmed": {of: ended(casework.Confirmed), toDo: []string{"1 step of the checklist to answer"}, after: true},
		"cleared":   {of: ended(casework.Cleared), over: true},
	} {
		t.Run(name, func(t *testing.T) {
			v := caseView{Case: w.of, Steps: steps, Unchecked: 2, Second: w.second}
			var toDo []string
			for _, l := range v.left() {
				if !l.Done {
					toDo = append(toDo, l.Words)
				}
			}
			if !slices.Equal(toDo, w.toDo) || v.Over != w.over || v.After != w.after || v.Next != "Contain" || v.Answered != 1 {
				t.Errorf("to do %q, over %v, after %v, next %q, %d answered", toDo, v.Over, v.After, v.Next, v.Answered)
			}
		})
	}
}

// TestWeakEvidenceIsFolded: findings that hardly count stand under one heading, each with
// its explanations, which the keyboard reaches and the page for printing unfolds.
func TestWeakEvidenceIsFolded(t *testing.T) {
	c := sampleConsole(t)
	sec := c.as(account.Security)
	seen := 0
	for _, row := range c.rows(t, store.Cases, store.Query{}) {
		of, err := casework.Decode(row.Body)
		if err != nil {
			t.Fatal(err)
		}
		weak, strong, asked := 0, 0, 0
		for _, e := range of.Evidence {
			switch {
			case e.Weight <= 0:
			case e.Weight < 10: // tenths of a deciban
				weak++
				asked += len(e.Explanations)
			default:
				strong++
			}
		}
		page := sec.get("/cases/"+of.ID).want(t, 200).page(t)
		printed := sec.get("/cases/"+of.ID+"?print=1").want(t, 200).page(t)
		if weak == 0 {
			page.In(t, "details.weak", htmlcheck.None())
			continue
		}
		seen++
		page.In(t, "details.weak details.finding", htmlcheck.Count(weak))
		page.In(t, "details.weak input[name=looked]", htmlcheck.Count(asked))
		page.In(t, "details.weak", htmlcheck.Says(fmt.Sprintf("below 1 dB each, %s to look at", count(asked, "explanation", "explanations"))))
		page.In(t, "details.weak[open]", htmlcheck.None())
		page.In(t, "details.finding", htmlcheck.Count(len(of.Evidence)))
		printed.In(t, "details.weak[open] details.finding[open]", htmlcheck.Count(weak))
		if strong == 0 {
			t.Errorf("the case %s has weak evidence alone", of.ID)
		}
	}
	if seen == 0 {
		t.Error("no case of the sample company has evidence below 1 dB")
	}
}
