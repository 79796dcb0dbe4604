// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"fmt"
	"strings"
)

// Propose proposes an outcome that goes against the person.
type Propose struct{ Reasons string }

func (Propose) name() string { return "propose" }

func (a Propose) apply(c *Case, e Event) error {
	if c.State != StateChecking {
		return fmt.Errorf("%w: it is %s", ErrState, c.State)
	}
	why, err := reasons(a.Reasons)
	if err != nil {
		return err
	}
	if e.By.Person == "" {
		return fmt.Errorf("%w: it is not known whose account this is", ErrSecond)
	}
	if c.appealed(e.By) {
		return fmt.Errorf("%w: the person appealed against what this one decided", ErrSecond)
	}
	if err := c.upheld(); err != nil {
		return err
	}
	if !c.answered(StepPreserve) {
		return fmt.Errorf("%w: the evidence is not preserved", ErrOrder)
	}
	c.State = StateProposed
	c.Proposal = &Decision{Disposition: Confirmed, Reasons: why, By: e.By, At: e.At}
	return nil
}

// upheld refuses an outcome against the person while an explanation is not looked at,
// and where no finding stands that nothing explains.
func (c *Case) upheld() error {
	if n := c.Unchecked(); n > 0 {
		return fmt.Errorf("%w: %d not looked at", ErrUnchecked, n)
	}
	if c.Unexplained() == 0 {
		return fmt.Errorf("%w: they hold for everything that points at a mismatch", ErrUnchecked)
	}
	return nil
}

// Approve is the second person's yes, to the evidence that they were shown.
type Approve struct {
	Package string // id of the evidence package that they approve
	Now     Matter // what is known of the person now
}

func (Approve) name() string { return "approve" }

func (a Approve) apply(c *Case, e Event) error {
	if c.State != StateProposed || c.Proposal == nil {
		return fmt.Errorf("%w: nothing is proposed", ErrState)
	}
	if !c.Second(e.By) {
		return ErrSecond
	}
	if err := c.upheld(); err != nil {
		return err
	}
	if left := c.ToDo(); len(left) > 0 {
		return fmt.Errorf("%w: %s", ErrChecklist, strings.Join(left, ", "))
	}
	if a.Package == "" || a.Package != c.Newest().ID || c.Stale(a.Now) {
		return fmt.Errorf("%w: package %q", ErrStale, a.Package)
	}
	d := *c.Proposal
	by := e.By
	d.Approved, d.At, d.Evidence, d.Package = &by, e.At, fingerprints(c.Evidence), a.Package
	c.State, c.Closing, c.Proposal = StateClosed, &d, nil
	return nil
}

// Decline is the second person's no, or the first one's second thought.
type Decline struct{ Reasons string }

func (Decline) name() string { return "decline" }

func (a Decline) apply(c *Case, e Event) error {
	if c.State != StateProposed {
		return fmt.Errorf("%w: nothing is proposed", ErrState)
	}
	why, err := text(a.Reasons)
	if err != nil {
		return err
	}
	said := "Not approved: "
	if c.Proposal != nil && c.Proposal.By.Account == e.By.Account {
		said = "Proposal taken back: "
	}
	c.State, c.Proposal = StateChecking, nil
	c.Notes = append(c.Notes, Note{Text: said + why, By: e.By.Account, At: e.At})
	return nil
}

// Close closes a case with an outcome that goes against nobody.
type Close struct {
	Disposition Disposition
	Reasons     string
}

func (Close) name() string { return "close" }

func (a Close) apply(c *Case, e Event) error {
	if c.State != StateChecking {
		return fmt.Errorf("%w: it is %s", ErrState, c.State)
	}
	switch a.Disposition {
	case Cleared, Unresolved:
	case Confirmed:
		return ErrSecond
	default:
		return ErrNothing
	}
	why, err := reasons(a.Reasons)
	if err != nil {
		return err
	}
	c.State = StateClosed
	c.Closing = &Decision{Disposition: a.Disposition, Reasons: why, By: e.By, At: e.At, Evidence: fingerprints(c.Evidence)}
	return nil
}

// Reopen opens a closed case again.
type Reopen struct{ Reasons string }

func (Reopen) name() string { return "reopen" }

func (a Reopen) apply(c *Case, e Event) error {
	why, err := text(a.Reasons)
	if err != nil {
		return err
	}
	if err := c.reopen(); err != nil {
		return err
	}
	c.Notes = append(c.Notes, Note{Text: "Opened again: " + why, By: e.By.Account, At: e.At})
	return nil
}

// reopen puts a closed case back to its beginning. What was decided and what was
// given to the person stay to be read; a new decision needs a new notice.
func (c *Case) reopen() error {
	if c.State != StateClosed || c.Closing == nil {
		return fmt.Errorf("%w: it is not closed", ErrState)
	}
	c.Before = append(c.Before, *c.Closing)
	if !c.Notice.Notice.IsZero() {
		c.Noticed = append(c.Noticed, c.Notice)
		c.Notice = Adverse{Disclosed: c.Notice.Disclosed}
	}
	c.State, c.Closing = StateOpen, nil
	c.Reopened++
	return nil
}
