// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// What a case refuses, for callers to tell apart.
var (
	// ErrState is returned where a case does not stand where the act needs it.
	ErrState = errors.New("the case does not stand there")
	// ErrRole is returned to whoever does not work on cases.
	ErrRole = errors.New("not for this role")
	// ErrSecond is returned where another human being is needed, and it is the same
	// one or cannot be told.
	ErrSecond = errors.New("another person has to do this")
	// ErrReasons is returned where a reason in writing is missing.
	ErrReasons = errors.New("a reason in writing is missing")
	// ErrUnchecked is returned where innocent explanations were not looked at, or one
	// holds for everything there is.
	ErrUnchecked = errors.New("innocent explanations stand in the way")
	// ErrOrder is returned where something else comes first.
	ErrOrder = errors.New("something else comes first")
	// ErrChecklist is returned where steps of the response are not answered.
	ErrChecklist = errors.New("the checklist is not answered")
	// ErrStale is returned where something else is known of the person than the evidence
	// package holds that was to be approved.
	ErrStale = errors.New("the evidence package is not of what is known now")
	// ErrNothing is returned for what the case does not have.
	ErrNothing = errors.New("the case has no such thing")
)

// Bounds of what people write.
const (
	minReasons = 20    // letters: a sentence
	maxText    = 20000 // bytes
	maxCircle  = 50    // accounts: more are not a circle
)

// Event is one act on a case.
type Event struct {
	At  time.Time
	By  Actor
	Act Act
}

// Act is what is done: one of the types of this package.
type Act interface {
	// apply changes the case, which is the caller's own copy.
	apply(c *Case, e Event) error
	// name is the act in the audit log, after "case.".
	name() string
}

// Apply returns the case after an event, and the case as it was with an error where
// the event is refused.
func (c Case) Apply(e Event) (Case, error) {
	if e.Act == nil || c.ID == "" {
		return c, ErrNothing
	}
	if !mayDo(e) {
		return c, fmt.Errorf("%s: %w", e.Act.name(), ErrRole)
	}
	e.At = e.At.UTC()
	next := c.clone()
	if err := e.Act.apply(&next, e); err != nil {
		return c, fmt.Errorf("%s: %w", e.Act.name(), err)
	}
	return next, nil
}

// mayDo reports whether an actor may do such a thing at all: people who work on
// cases, the person concerned for what is theirs, the service for what it finds.
func mayDo(e Event) bool {
	switch e.Act.(type) {
	case Assessed:
		return e.By.Account == actorSystem
	case Ask:
		return e.By.Account == actorPerson || e.By.may()
	case Dispute:
		return e.By.Account == actorPerson || e.By.may()
	default:
		return e.By.may()
	}
}

// text checks what somebody wrote.
func text(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > maxText {
		return "", ErrReasons
	}
	return s, nil
}

// reasons checks reasons in writing, which are a sentence at least.
func reasons(s string) (string, error) {
	s, err := text(s)
	if err == nil && len([]rune(s)) < minReasons {
		err = fmt.Errorf("%w: it takes a sentence", ErrReasons)
	}
	return s, err
}

// working moves a case on that nobody had looked at, and refuses one that is
// closed or waits for the second person.
func (c *Case) working() error {
	switch c.State {
	case StateOpen:
		c.State = StateChecking
		return nil
	case StateChecking:
		return nil
	case StateProposed, StateClosed:
	}
	return fmt.Errorf("%w: it is %s", ErrState, c.State)
}

// Take makes the actor, or the account that they name, the owner.
type Take struct{ Owner string }

func (Take) name() string { return "take" }

func (a Take) apply(c *Case, e Event) error {
	if c.State == StateClosed {
		return ErrState
	}
	if c.State == StateOpen {
		c.State = StateChecking
	}
	c.Owner = a.Owner
	if a.Owner == "" {
		c.Owner = e.By.Account
	}
	return nil
}

// SetDue says until when it should be decided.
type SetDue struct{ Due time.Time }

func (SetDue) name() string { return "due" }

func (a SetDue) apply(c *Case, _ Event) error {
	if c.State == StateClosed {
		return ErrState
	}
	c.Due = a.Due.UTC()
	return nil
}

// Write adds a note. It is possible in every state.
type Write struct{ Text string }

func (Write) name() string { return "note" }

func (a Write) apply(c *Case, e Event) error {
	s, err := text(a.Text)
	if err != nil {
		return err
	}
	if c.State == StateOpen {
		c.State = StateChecking
	}
	c.Notes = append(c.Notes, Note{Text: s, By: e.By.Account, At: e.At})
	return nil
}

// Enclose names who may see the case; nobody is everybody who works on cases.
type Enclose struct{ Accounts []string }

func (Enclose) name() string { return "circle" }

func (a Enclose) apply(c *Case, e Event) error {
	if len(a.Accounts) > maxCircle {
		return fmt.Errorf("%w: a circle of more than %d", ErrNothing, maxCircle)
	}
	c.Circle = nil
	if len(a.Accounts) == 0 {
		return nil
	}
	// Nobody shuts out themselves, or whoever has the case.
	inside := append(slices.Clone(a.Accounts), e.By.Account)
	if c.Owner != "" {
		inside = append(inside, c.Owner)
	}
	c.Circle = slices.Compact(slices.Sorted(slices.Values(inside)))
	return nil
}

// Unveil shows a case that was opened in shadow mode to those who decide about
// hiring. Security and legal do, who see it.
type Unveil struct{}

func (Unveil) name() string { return "show" }

func (Unveil) apply(c *Case, e Event) error {
	if !c.Matter.Shadow {
		return ErrNothing
	}
	if !slices.Contains(e.By.Roles, RoleSecurity) && !slices.Contains(e.By.Roles, RoleLegal) {
		return ErrRole
	}
	c.Matter.Shadow = false
	return nil
}

// Explain says what became of one innocent explanation.
type Explain struct {
	Indicator string
	Number    int // of the explanation, from 0
	Found     Found
	Note      string // what was looked at
}

func (Explain) name() string { return "explanation" }

func (a Explain) apply(c *Case, e Event) error {
	i := slices.IndexFunc(c.Evidence, func(v Evidence) bool { return v.Indicator == a.Indicator })
	if i < 0 || a.Number < 0 || a.Number >= len(c.Evidence[i].Explanations) {
		return ErrNothing
	}
	x := &c.Evidence[i].Explanations[a.Number]
	switch a.Found {
	case Explains, DoesNot, CannotTell:
	case notLookedAt: // taken back
		*x = Explanation{Text: x.Text}
		return c.working()
	default:
		return ErrNothing
	}
	note, err := text(a.Note)
	if err != nil {
		return fmt.Errorf("%w: what was looked at", err)
	}
	*x = Explanation{Text: x.Text, Found: a.Found, Note: note, By: e.By.Account, At: e.At}
	return c.working()
}

// LookAt says what was found about somebody connected with the person.
type LookAt struct {
	Handle string
	Note   string
}

func (LookAt) name() string { return "linked" }

func (a LookAt) apply(c *Case, e Event) error {
	i := slices.IndexFunc(c.Linked, func(l Link) bool { return l.Handle == a.Handle })
	if i < 0 {
		return ErrNothing
	}
	note, err := text(a.Note)
	if err != nil {
		return err
	}
	c.Linked[i] = Link{Handle: a.Handle, By: e.By.Account, At: e.At, Note: note}
	return c.working()
}

// Frost records an evidence package that was made.
type Frost struct{ ID, Digest string }

func (Frost) name() string { return "freeze" }

func (a Frost) apply(c *Case, e Event) error {
	if a.ID == "" || a.Digest == "" {
		return ErrNothing
	}
	c.Frozen = append(c.Frozen, Frozen{
		ID: a.ID, Digest: a.Digest, By: e.By.Account, At: e.At,
		AsOf: c.Matter.AsOf, State: c.Matter.State, Evidence: fingerprints(c.Evidence),
	})
	c.settle(StepPreserve, Done, "evidence package "+a.ID, e)
	return nil
}

// PutHold puts the case under legal hold.
type PutHold struct{ Reason string }

func (PutHold) name() string { return "hold" }

func (a PutHold) apply(c *Case, e Event) error {
	why, err := text(a.Reason)
	if err != nil {
		return err
	}
	if !slices.Contains(e.By.Roles, RoleLegal) {
		return ErrRole
	}
	c.Hold = &Hold{Reason: why, By: e.By.Account, At: e.At}
	return nil
}

// LiftHold ends the legal hold.
type LiftHold struct{}

func (LiftHold) name() string { return "release" }

func (LiftHold) apply(c *Case, e Event) error {
	if !slices.Contains(e.By.Roles, RoleLegal) {
		return ErrRole
	}
	if c.Hold == nil {
		return ErrNothing
	}
	c.Hold = nil
	return nil
}

// Assessed is a new assessment of the person, by the service.
type Assessed struct{ Matter Matter }

func (Assessed) name() string { return "evidence" }

// apply brings the evidence up to date. An explanation that somebody looked at
// stays looked at while the finding says the same. A closed case is opened again
// by evidence that was not known when it was closed, except where it was confirmed.
func (a Assessed) apply(c *Case, _ Event) error {
	before := fingerprints(c.Evidence)
	evidence := cloneEvidence(a.Matter.Evidence)
	for i := range evidence {
		j := slices.IndexFunc(c.Evidence, func(o Evidence) bool { return o.fingerprint() == evidence[i].fingerprint() })
		if j < 0 {
			continue
		}
		for n := range evidence[i].Explanations {
			x := &evidence[i].Explanations[n]
			k := slices.IndexFunc(c.Evidence[j].Explanations, func(o Explanation) bool { return o.Text == x.Text })
			if k >= 0 {
				*x = c.Evidence[j].Explanations[k]
			}
		}
	}
	for _, old := range c.Evidence {
		if !slices.ContainsFunc(evidence, func(v Evidence) bool { return v.Indicator == old.Indicator }) {
			old.Gone = true
			evidence = append(evidence, old)
		}
	}
	c.link(a.Matter.Linked)
	shadow := c.Matter.Shadow
	c.Evidence, c.Matter = evidence, a.Matter
	c.Matter.Evidence, c.Matter.Linked, c.Matter.Shadow = nil, nil, shadow
	switch c.State {
	case StateClosed:
		if c.Closing.Disposition == Confirmed || !c.news() {
			return nil
		}
		c.Matter.Shadow = a.Matter.Shadow // who sees what is opened now
		return c.reopen()
	case StateProposed:
		// What is proposed was not proposed knowing this, or rests on what is gone.
		if !slices.Equal(before, fingerprints(c.Evidence)) || c.upheld() != nil {
			c.State, c.Proposal = StateChecking, nil
		}
	case StateOpen, StateChecking:
	}
	return nil
}

// news reports whether something points at a mismatch that was not known when the
// case was closed.
func (c *Case) news() bool {
	for _, f := range fingerprints(c.Evidence) {
		if _, known := slices.BinarySearch(c.Closing.Evidence, f); !known {
			return true
		}
	}
	return false
}
