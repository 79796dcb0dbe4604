// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// minWait is the shortest time between the first notice and the final one: seven
// days hold five working days, which is the usual reading of a reasonable time
// under 15 USC 1681b(b)(3).
const minWait = 7 * 24 * time.Hour

// answerWithin is until when a request is to be answered: a month, GDPR Art. 12(3).
const answerWithin = 30 * 24 * time.Hour

// Adverse is what was given to the person before and after a decision against
// them, in the order that the FCRA asks for. The service records it and sends
// nothing.
type Adverse struct {
	Disclosed time.Time `json:"disclosed,omitzero"` // stand-alone disclosure
	Notice    time.Time `json:"notice,omitzero"`    // notice before the decision, with a copy
	Copy      string    `json:"copy,omitempty"`     // SHA-256 of the copy
	Waits     time.Time `json:"waits,omitzero"`     // until when nothing is final
	Disputed  time.Time `json:"disputed,omitzero"`
	Dispute   string    `json:"dispute,omitempty"`
	Answered  time.Time `json:"answered,omitzero"` // the dispute
	Answer    string    `json:"answer,omitempty"`
	Final     time.Time `json:"final,omitzero"` // final notice
}

// Consumer reports whether a datum of a company that sells such data is among the
// evidence.
func (c Case) Consumer() bool {
	return slices.ContainsFunc(c.Evidence, func(e Evidence) bool { return e.Vendor != "" && !e.Gone })
}

// Disclose records the stand-alone disclosure.
type Disclose struct{ At time.Time }

func (Disclose) name() string { return "disclosure" }

func (a Disclose) apply(c *Case, e Event) error {
	if a.At.IsZero() || a.At.After(e.At) {
		return ErrOrder
	}
	c.Notice.Disclosed = a.At.UTC()
	return nil
}

// GiveNotice records the notice before a decision, given with a copy of what it
// would rest on.
type GiveNotice struct {
	Copy string // SHA-256 of the copy, 64 hex digits
	Wait time.Duration
}

func (GiveNotice) name() string { return "notice" }

func (a GiveNotice) apply(c *Case, e Event) error {
	switch {
	case c.State != StateProposed && (c.State != StateClosed || c.Closing.Disposition != Confirmed):
		return fmt.Errorf("%w: nothing goes against the person", ErrState)
	case c.Consumer() && c.Notice.Disclosed.IsZero():
		return fmt.Errorf("%w: the disclosure", ErrOrder)
	case !c.answered(StepPreserve) || !c.answered(StepContain):
		return fmt.Errorf("%w: preserve and contain before telling", ErrOrder)
	case len(a.Copy) != 64:
		return fmt.Errorf("%w: the copy", ErrNothing)
	case a.Wait < minWait:
		return fmt.Errorf("%w: at least %d days", ErrOrder, minWait/(24*time.Hour))
	case !c.Notice.Notice.IsZero() && c.Notice.Final.IsZero():
		return fmt.Errorf("%w: the notice was given", ErrState)
	}
	c.Notice = Adverse{Disclosed: c.Notice.Disclosed, Notice: e.At, Copy: a.Copy, Waits: e.At.Add(a.Wait)}
	return nil
}

// Dispute records that the person disputes what the notice says.
type Dispute struct{ Text string }

func (Dispute) name() string { return "dispute" }

func (a Dispute) apply(c *Case, e Event) error {
	s, err := text(a.Text)
	if err != nil {
		return err
	}
	if c.Notice.Notice.IsZero() || !c.Notice.Final.IsZero() {
		return fmt.Errorf("%w: there is no notice to dispute", ErrState)
	}
	c.Notice.Disputed, c.Notice.Dispute = e.At, s
	c.Notice.Answered, c.Notice.Answer = time.Time{}, ""
	return nil
}

// Settle records the answer to a dispute.
type Settle struct{ Answer string }

func (Settle) name() string { return "settle" }

func (a Settle) apply(c *Case, e Event) error {
	s, err := reasons(a.Answer)
	if err != nil {
		return err
	}
	if c.Notice.Disputed.IsZero() {
		return ErrNothing
	}
	c.Notice.Answered, c.Notice.Answer = e.At, s
	return nil
}

// Finish records the final notice.
type Finish struct{}

func (Finish) name() string { return "final" }

func (Finish) apply(c *Case, e Event) error {
	n := c.Notice
	switch {
	case c.State != StateClosed || c.Closing.Disposition != Confirmed:
		return fmt.Errorf("%w: nothing is decided against the person", ErrState)
	case n.Notice.IsZero():
		return fmt.Errorf("%w: the notice before it", ErrOrder)
	case e.At.Before(n.Waits):
		return fmt.Errorf("%w: the waiting period", ErrOrder)
	case !n.Disputed.IsZero() && n.Answered.IsZero():
		return fmt.Errorf("%w: the answer to the dispute", ErrOrder)
	case !n.Final.IsZero():
		return fmt.Errorf("%w: it was given", ErrState)
	}
	c.Notice.Final = e.At
	return nil
}

// Kind is what the person concerned asks for.
type Kind string

// The kinds of request.
const (
	Correction  Kind = "correction"  // something is wrong
	Appeal      Kind = "appeal"      // somebody else should look at it
	Reasons     Kind = "explanation" // the reasons in writing
	Alternative Kind = "alternative" // another proof
)

// Request is what the person concerned asked for.
type Request struct {
	ID       string    `json:"id"`
	Kind     Kind      `json:"kind"`
	Text     string    `json:"text"`
	At       time.Time `json:"at"`
	Due      time.Time `json:"due"`
	Answer   string    `json:"answer,omitempty"`
	By       string    `json:"by,omitempty"` // account
	Answered time.Time `json:"answered,omitzero"`
}

// Ask records a request. An appeal opens a closed case again. Text is what the person
// wrote; it may be "" only where they themselves ask for another way, of which nobody has
// to say why.
type Ask struct {
	ID   string
	Kind Kind
	Text string
}

func (Ask) name() string { return "request" }

func (a Ask) apply(c *Case, e Event) error {
	switch a.Kind {
	case Correction, Appeal, Reasons, Alternative:
	default:
		return ErrNothing
	}
	s, err := text(a.Text)
	if err != nil && (strings.TrimSpace(a.Text) != "" || a.Kind != Alternative || e.By.Account != actorPerson) {
		return err // only whoever needs another way may ask without a word
	}
	if a.ID == "" || slices.ContainsFunc(c.Requests, func(r Request) bool { return r.ID == a.ID }) {
		return ErrNothing
	}
	c.Requests = append(c.Requests, Request{ID: a.ID, Kind: a.Kind, Text: s, At: e.At, Due: e.At.Add(answerWithin)})
	if a.Kind == Appeal && c.State == StateClosed {
		return c.reopen()
	}
	return nil
}

// Reply answers a request. An appeal is answered by somebody who had no part in
// the decision.
type Reply struct{ ID, Answer string }

func (Reply) name() string { return "reply" }

func (a Reply) apply(c *Case, e Event) error {
	s, err := text(a.Answer)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(c.Requests, func(r Request) bool { return r.ID == a.ID && r.Answered.IsZero() })
	if i < 0 {
		return ErrNothing
	}
	if c.Requests[i].Kind == Appeal && c.decidedBefore(c.Requests[i].At, e.By) {
		return ErrSecond
	}
	c.Requests[i].Answer, c.Requests[i].By, c.Requests[i].Answered = s, e.By.Account, e.At
	return nil
}
