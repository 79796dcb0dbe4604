// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"fmt"
	"slices"
	"time"
)

// The steps of a response that are referred to elsewhere.
const (
	StepPreserve = "preserve"
	StepContain  = "contain"
	// StepAfterwards comes after the decision: nothing waits for it.
	StepAfterwards = "afterwards"
)

// Answer is what became of a step.
type Answer string

// The answers; the empty one says that it is still to do.
const (
	Done      Answer = "done"
	NotNeeded Answer = "not-needed"
	toDo      Answer = ""
)

// Step is one step of the response and what became of it.
type Step struct {
	ID     string    `json:"id"`
	Answer Answer    `json:"answer,omitempty"`
	Note   string    `json:"note,omitempty"`
	By     string    `json:"by,omitempty"` // account
	At     time.Time `json:"at,omitzero"`
}

// Guide is a step as people read it.
type Guide struct {
	ID    string
	Title string
	What  string
}

// Guides returns the steps of a response in the order in which they are taken:
// discovery and dismissal are when extortion begins, so what can be lost is
// secured before anybody is told.
func Guides() []Guide {
	return []Guide{
		{"circle", "Keep the circle small", "Name who needs to know: security, HR, legal and, where sanctions may matter, compliance. Nobody else is told."},
		{"explanations", "Check the innocent explanations first", "Look at each explanation below and write down what you found. Most people who end up here have one."},
		{StepPreserve, "Preserve the evidence", "Freeze an evidence package. Do not wipe, reclaim or look into the laptop from afar: that destroys what it shows."},
		{StepContain, "Contain before telling", "List the accounts, keys, tokens, sessions and devices to revoke, and revoke them together, at one time, before anybody is told."},
		{"second", "Look for the second one", "Look at everybody connected with this person, listed below, and at who shares their referee, address or agency."},
		{"work", "Review the work", "Go through what they could change or read: dependencies, build pipelines, published packages, secrets, customers' systems."},
		{"pay", "Ask counsel about pay", "Whether pay that is owed may be paid is a question of law. Put it to counsel; this software stops no payment."},
		{"report", "Decide with counsel what to report, and to whom", "The drafts below are filled from this case. Nothing is sent from here."},
		{"way-out", "Keep the way out open", "Offer another proof: a notary, in person, an accredited verifier. Give the reasons in writing to whoever asks. Correct what is wrong and have it assessed again."},
		{StepAfterwards, "Afterwards", "Close with an outcome, delete what is no longer needed, keep identifiers and no names on the internal list, with a source and an expiry."},
	}
}

func newSteps() []Step {
	guides := Guides()
	out := make([]Step, len(guides))
	for i, g := range guides {
		out[i].ID = g.ID
	}
	return out
}

// answered reports whether a step is done, or somebody said that it is not needed.
func (c Case) answered(id string) bool {
	return slices.ContainsFunc(c.Steps, func(s Step) bool { return s.ID == id && s.Answer != toDo })
}

// ToDo are the ids of the steps that have to be answered before an outcome that goes
// against the person is approved, and that nobody has answered.
func (c Case) ToDo() []string {
	var out []string
	for _, s := range c.Steps {
		if s.Answer == toDo && s.ID != StepAfterwards {
			out = append(out, s.ID)
		}
	}
	return out
}

// settle answers a step.
func (c *Case) settle(id string, a Answer, note string, e Event) {
	for i := range c.Steps {
		if c.Steps[i].ID == id {
			c.Steps[i] = Step{ID: id, Answer: a, Note: note, By: e.By.Account, At: e.At}
		}
	}
}

// Tick says what became of a step. It is possible in every state: much of a
// response comes after the decision.
type Tick struct {
	Step   string
	Answer Answer
	Note   string // why it is not needed; otherwise what was done, if anything is to be said
}

func (Tick) name() string { return "step" }

func (a Tick) apply(c *Case, e Event) error {
	if !slices.ContainsFunc(c.Steps, func(s Step) bool { return s.ID == a.Step }) {
		return ErrNothing
	}
	if c.State == StateOpen {
		c.State = StateChecking
	}
	switch a.Answer {
	case toDo:
		c.settle(a.Step, toDo, "", Event{})
		return nil
	case Done:
		if len(a.Note) > maxText {
			return ErrReasons
		}
	case NotNeeded:
		if _, err := text(a.Note); err != nil {
			return fmt.Errorf("%w: why it is not needed", err)
		}
	default:
		return ErrNothing
	}
	c.settle(a.Step, a.Answer, a.Note, e)
	return nil
}
