// SPDX-License-Identifier: Apache-2.0

package web

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"daylight/account"
	"daylight/audit"
	"daylight/casework"
	"daylight/record"
	"daylight/store"
	"daylight/weigh"
)

// This file is what the page of a case shows.

// historyLength is how many changes of a case its page lists.
const historyLength = 40

// caseView is what the page of a case shows.
type caseView struct {
	unfolded

	Case     casework.Case
	Toward   []weighed // what has to be explained, the strongest first
	Weak     []weighed // of that, what hardly counts
	Other    []weighed // what speaks for the person, or counts for nothing
	Left     []leftLine
	People   int    // connected, and nobody has looked at them
	Next     string // the step of the checklist that comes next
	Answered int    // steps
	Over     bool   // closed, and nothing follows from it
	After    bool   // closed, and steps of the checklist are left
	Steps    []stepLine
	Names    map[string]string // of accounts, by id
	Accounts []account.Account
	History  []audit.Entry
	Messages []casework.Message
	// Suppressed are the indicators that are shown and do not count.
	Suppressed []casework.Suppression
	Again      []string // indicators that could be suppressed
	Problem    string   // why the last form was not accepted
	Unchecked  int
	Second     bool // the reader may approve: another human being proposed
	// ToDo are the steps that have to be answered before an approval; Stale is set where
	// something else is known now than the newest package holds, or there is none, and
	// NowState is what the newest assessment asks for.
	ToDo     []stepLine
	Stale    bool
	NowState weigh.State
	Seen     []seenBy
	Vendors  []string // whose datum asks for a disclosure
	MayShow  bool     // the reader may show a case of shadow mode to others
	Legal    bool
	Now      time.Time
}

// weighed is a piece of evidence, with how many of its explanations somebody has to
// look at, and has not.
type weighed struct {
	casework.Evidence

	All, Left int
	Open      bool
}

// leftLine is one thing that a case needs before it can be decided, and where it is done.
// Done is set where nothing is left to do.
type leftLine struct {
	Words, At string
	Done      bool
}

// stepLine is a step of the response with what became of it.
type stepLine struct {
	casework.Guide
	casework.Step
}

// caseView gathers what the page of a case shows.
func (s *Server) caseView(x *exchange) (v caseView, err error) {
	accounts, err := s.accounts.List(x.r.Context())
	if err != nil {
		return v, fmt.Errorf("show a case: %w", err)
	}
	v.unfolded, v.Now, v.Names = unfoldedOf(x.r), s.Now(), map[string]string{audit.System: "the service", audit.Person: "the person concerned"}
	for _, a := range accounts {
		v.Names[a.ID] = a.Name
	}
	err = s.Store.View(x.r.Context(), func(r store.Reader) (err error) {
		if v.Case, err = visibleCase(r, x); err != nil {
			return err
		}
		who := caseActor(r, x)
		v.Second = v.Case.Second(who)
		if v.Case.State != casework.StateClosed {
			now, err := s.known(r, v.Case.Matter.Subject)
			switch {
			case err == nil:
				v.Stale, v.NowState = v.Case.Stale(now), now.State
			case errors.Is(err, store.ErrCorrupt), errors.Is(err, store.ErrNotFound):
				v.Stale = true // nobody can tell what is known now
			default:
				return err
			}
		}
		if v.History, err = casework.History(r, v.Case, historyLength); err != nil {
			return err
		}
		v.Suppressed, err = casework.Suppressions(r, v.Case.Matter.Subject, v.Now)
		return err
	})
	if err != nil {
		return v, fmt.Errorf("show a case: %w", err)
	}
	for _, a := range working(accounts) {
		who := actorOf(a)
		v.Seen = append(v.Seen, seenBy{a, slices.Contains(v.Case.Circle, a.ID), slices.Contains(who.Roles, casework.RoleLegal)})
		if v.Case.Visible(who) {
			v.Accounts = append(v.Accounts, a)
		}
	}
	v.Legal, v.Unchecked = x.who.Has(account.Legal), v.Case.Unchecked()
	v.MayShow = v.Case.Matter.Shadow && x.who.Has(account.Legal, account.Security)
	for _, e := range v.Case.Evidence {
		if e.Vendor != "" && !e.Gone && !slices.Contains(v.Vendors, e.Vendor) {
			v.Vendors = append(v.Vendors, e.Vendor)
		}
		if !slices.ContainsFunc(v.Suppressed, func(s casework.Suppression) bool { return s.Indicator == e.Indicator }) {
			v.Again = append(v.Again, e.Indicator)
		}
	}
	toDo := v.Case.ToDo()
	for _, g := range casework.Guides() {
		for _, st := range v.Case.Steps {
			if st.ID == g.ID {
				v.Steps = append(v.Steps, stepLine{g, st})
				if slices.Contains(toDo, g.ID) {
					v.ToDo = append(v.ToDo, stepLine{g, st})
				}
			}
		}
	}
	v.weigh()
	v.Left = v.left()
	v.Messages, err = casework.Messages(v.Case)
	return v, err
}

// weakBelow is the weight, in centibans, below which evidence stands under one heading
// on the page of a case.
const weakBelow record.Weight = 10

// weigh parts the evidence by whether it has to be explained. The first of it that
// nobody has finished is open, and what the address names.
func (v *caseView) weigh() {
	next := v.Case.State != casework.StateClosed
	for _, e := range v.Case.Evidence {
		w := weighed{Evidence: e, Open: v.Opened("e-" + e.Indicator)}
		if e.Weight <= 0 {
			v.Other = append(v.Other, w)
			continue
		}
		w.All = len(e.Explanations)
		for _, x := range e.Explanations {
			if x.Found == "" {
				w.Left++
			}
		}
		if next && w.Left > 0 {
			w.Open, next = true, false
		}
		if e.Weight < weakBelow {
			v.Weak = append(v.Weak, w)
			continue
		}
		v.Toward = append(v.Toward, w)
	}
}

// Works reports whether explanations and connected people can be looked at.
func (v caseView) Works() bool {
	return v.Case.State == casework.StateOpen || v.Case.State == casework.StateChecking
}

// Approvable reports whether nothing but the second person's yes is missing.
func (v caseView) Approvable() bool { return len(v.ToDo) == 0 && !v.Stale }

// WeakLeft is how many explanations of what hardly counts nobody has looked at.
func (v caseView) WeakLeft() (left int) {
	for _, w := range v.Weak {
		left += w.Left
	}
	return left
}

// WeakOpen reports whether something that hardly counts is open.
func (v caseView) WeakOpen() bool {
	return v.Opened("weak") || slices.ContainsFunc(v.Weak, func(w weighed) bool { return w.Open })
}

// OtherOpen reports whether something that needs no explanation is open.
func (v caseView) OtherOpen() bool {
	return slices.ContainsFunc(v.Other, func(w weighed) bool { return w.Open })
}

// StepsOpen reports whether the checklist is open: for itself, or for one of its steps.
func (v caseView) StepsOpen() bool {
	return v.Opened("steps") || slices.ContainsFunc(v.Steps, func(st stepLine) bool { return v.Opened("s-" + st.Guide.ID) })
}

// left lists what the case needs before it can be decided. Of a case that is closed it
// lists what was done and what was not: only the checklist of a confirmed one goes on.
func (v *caseView) left() []leftLine {
	closed := v.Case.State == casework.StateClosed
	v.Over = closed && v.Case.Closing.Disposition != casework.Confirmed
	steps := v.steps()
	v.After = closed && !v.Over && steps > 0
	for _, l := range v.Case.Linked {
		if l.By == "" {
			v.People++
		}
	}
	out := []leftLine{leftOf(v.Unchecked, closed, "explanation", "explanations", "to look at", "not looked at", "Every explanation was looked at", "evidence-h")}
	if len(v.Case.Linked) > 0 {
		out = append(out, leftOf(v.People, closed, "connected person", "connected people", "to look at", "not looked at", "Every connected person was looked at", "linked"))
	}
	out = append(out, leftOf(steps, v.Over, "step of the checklist", "steps of the checklist", "to answer", "not answered", "The checklist is answered", "steps"))
	switch {
	case len(v.Case.Frozen) > 0 && v.Stale:
		out = append(out, leftLine{"Freeze the evidence again: it has changed", "preserve-h", false})
	case len(v.Case.Frozen) > 0:
		out = append(out, leftLine{"The evidence is frozen", "preserve-h", true})
	case closed:
		out = append(out, leftLine{"The evidence was not frozen", "preserve-h", true})
	default:
		out = append(out, leftLine{"Freeze the evidence", "preserve-h", false})
	}
	switch v.Case.State {
	case casework.StateOpen, casework.StateChecking:
		out = append(out, leftLine{"Decide", "decision-h", false})
	case casework.StateClosed:
		out = append(out, leftLine{"Decided", "decision-h", true})
	case casework.StateProposed:
		words := "Wait for somebody else to approve"
		switch {
		case v.Second && v.Approvable():
			words = "Approve the proposal, or do not"
		case v.Second:
			words = "Then approve the proposal, or do not"
		}
		out = append(out, leftLine{words, "decision-h", false})
	}
	return out
}

// steps counts the steps of the checklist that nobody has answered, and finds the first.
func (v *caseView) steps() (open int) {
	for _, st := range v.Steps {
		if st.Answer == "" {
			v.Next = cmp.Or(v.Next, st.Title)
			open++
		}
	}
	v.Answered = len(v.Steps) - open
	return open
}

// leftOf words how many of some things are to do, or, where that is over, were not done.
func leftOf(n int, over bool, one, many, toDo, notDone, done, at string) leftLine {
	switch {
	case n == 0:
		return leftLine{done, at, true}
	case over:
		return leftLine{count(n, one, many) + " " + notDone, at, true}
	}
	return leftLine{count(n, one, many) + " " + toDo, at, false}
}
