// SPDX-License-Identifier: Apache-2.0

// Package casework is the life of a case: what people look at, check, write down
// and decide about one person whose profile needs looking at.
//
// A case changes by [Case.Apply] and by nothing else. The software opens cases; it
// closes none. A confirmed mismatch needs a written reason, every innocent
// explanation looked at, and a second person. Nothing here acts on anybody: no
// function reaches another system. docs/cases.md draws the states.
package casework

import (
	"slices"
	"time"

	"daylight/audit"
	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// State is where a case stands.
type State string

// The states, in the order in which a case goes through them.
const (
	// StateOpen: nobody has looked at it yet.
	StateOpen State = "open"
	// StateChecking: somebody is looking at it.
	StateChecking State = "checking"
	// StateProposed: one person proposes an outcome that goes against the person, and
	// another has to look at it.
	StateProposed State = "proposed"
	// StateClosed: people have decided.
	StateClosed State = "closed"
)

// Disposition is what people concluded, in the words of [record.Outcome].
type Disposition string

// The dispositions.
const (
	// Confirmed: another person than the profile says is behind it.
	Confirmed Disposition = "confirmed"
	// Cleared: one real, consistent person is behind it.
	Cleared Disposition = "cleared"
	// Unresolved: it cannot be told, and is not held against anybody.
	Unresolved Disposition = "unresolved"
)

// Adverse reports whether the disposition goes against the person.
func (d Disposition) Adverse() bool { return d == Confirmed }

// The roles that work on cases, as package account names them.
const (
	RoleHR       = "hr"
	RoleSecurity = "security"
	RoleLegal    = "legal"
)

// The actors that are no account, as package audit names them.
const (
	actorSystem = "system"
	actorPerson = "person"
)

// Actor is who does something.
type Actor struct {
	Account string `json:"account"`
	// Person, Shown and Hands say whose the account is: see [audit.Human]. Whoever has
	// no Person cannot propose or approve.
	Person string   `json:"person,omitempty"`
	Shown  string   `json:"shown,omitempty"`
	Hands  []string `json:"hands,omitempty"`
	Roles  []string `json:"-"`
}

// may reports whether the actor works on cases.
func (a Actor) may() bool {
	return slices.ContainsFunc(a.Roles, func(r string) bool { return r == RoleHR || r == RoleSecurity || r == RoleLegal })
}

// same reports whether two actors are, or may be, one human being.
func (a Actor) same(b Actor) bool {
	return audit.Human{Account: a.Account, Person: a.Person, Shown: a.Shown, Hands: a.Hands}.
		Same(audit.Human{Account: b.Account, Person: b.Person, Shown: b.Shown, Hands: b.Hands})
}

// decided reports whether the actor had, or may have had, a part in the decision.
func (d Decision) decided(a Actor) bool {
	return d.By.same(a) || d.Approved != nil && d.Approved.same(a)
}

// appealed reports whether the actor had a part in a decision that the person has
// appealed against since.
func (c Case) appealed(a Actor) bool {
	return slices.ContainsFunc(c.Requests, func(r Request) bool { return r.Kind == Appeal && c.decidedBefore(r.At, a) })
}

// decidedBefore reports whether the actor had a part in a decision that was made up
// to an instant and is not in force any longer.
func (c Case) decidedBefore(at time.Time, a Actor) bool {
	return slices.ContainsFunc(c.Before, func(d Decision) bool { return !d.At.After(at) && d.decided(a) })
}

// Second reports whether the actor may be the second person of what is proposed.
func (c Case) Second(a Actor) bool {
	return c.Proposal != nil && a.may() && !c.Proposal.By.same(a) && !c.appealed(a)
}

// Matter is what a case is about: the assessment that opens it.
type Matter struct {
	Subject     string        `json:"subject"` // handle
	Stage       record.Stage  `json:"stage"`
	State       weigh.State   `json:"state"`
	Weight      record.Weight `json:"weight"`      // evidence without the prior, centibans
	Probability int           `json:"probability"` // 1/10,000
	AsOf        time.Time     `json:"as_of"`
	Policy      string        `json:"policy"` // version
	Ring        string        `json:"ring,omitempty"`
	// Shadow is set where the case was opened in shadow mode: nobody who decides about
	// hiring sees it until somebody shows it to them.
	Shadow bool `json:"shadow,omitempty"`
	// Linked are the handles of the people connected with this one.
	Linked   []string   `json:"-"`
	Evidence []Evidence `json:"-"`
}

// Evidence is one finding, with what may explain it.
type Evidence struct {
	Indicator string        `json:"indicator"`
	Title     string        `json:"title"`
	Family    detect.Family `json:"family"`
	Weight    record.Weight `json:"weight"` // counted, centibans
	Statement string        `json:"statement"`
	// Vendor is set where the datum comes from a company that sells such data: under
	// the FCRA it is a consumer report.
	Vendor string `json:"vendor,omitempty"`
	// Explanations are the innocent ones, each a box to tick.
	Explanations []Explanation `json:"explanations,omitempty"`
	// Gone is set when the finding is no longer made.
	Gone bool `json:"gone,omitempty"`
}

// against reports whether the evidence points at a mismatch.
func (e Evidence) against() bool { return e.Weight > 0 && !e.Gone }

// explained reports whether somebody found an explanation that holds.
func (e Evidence) explained() bool {
	return slices.ContainsFunc(e.Explanations, func(x Explanation) bool { return x.Found == Explains })
}

// Explanation is one innocent explanation of a finding and what became of it.
type Explanation struct {
	Text  string    `json:"text"`
	Found Found     `json:"found,omitempty"`
	Note  string    `json:"note,omitempty"` // what was looked at
	By    string    `json:"by,omitempty"`   // account
	At    time.Time `json:"at,omitzero"`
}

// Found is what somebody found who looked at an explanation.
type Found string

// The answers; the empty one says that nobody has looked.
const (
	Explains    Found = "explains"
	DoesNot     Found = "does-not"
	CannotTell  Found = "cannot-tell"
	notLookedAt Found = ""
)

// Link is somebody connected with the person of the case.
type Link struct {
	Handle string    `json:"handle"`
	By     string    `json:"by,omitempty"` // account that looked
	At     time.Time `json:"at,omitzero"`
	Note   string    `json:"note,omitempty"`
}

// Note is what somebody wrote down.
type Note struct {
	Text string    `json:"text"`
	By   string    `json:"by"` // account
	At   time.Time `json:"at"`
}

// Decision is a proposal, or how a case was closed. Reasons are for the few who
// work on cases: no message and no log holds them.
type Decision struct {
	Disposition Disposition `json:"disposition"`
	Reasons     string      `json:"reasons"`
	By          Actor       `json:"by"`
	At          time.Time   `json:"at"`
	// Approved is who looked at it as the second person; nil if nobody had to.
	Approved *Actor `json:"approved,omitempty"`
	// Package is the evidence package that was approved with it, "" if nobody had to.
	Package string `json:"package,omitempty"`
	// Evidence are fingerprints of what was known, by which later evidence is told to
	// be new.
	Evidence []string `json:"evidence,omitempty"`
}

// Frozen is one evidence package of the case.
type Frozen struct {
	ID     string    `json:"id"`
	Digest string    `json:"digest"` // SHA-256 of the file, 64 hex digits
	By     string    `json:"by"`     // account
	At     time.Time `json:"at"`
	// AsOf is the instant of the assessment in it, State what it asks for, and Evidence
	// are fingerprints of what points at a mismatch in it: later knowledge differs.
	AsOf     time.Time   `json:"as_of,omitzero"`
	State    weigh.State `json:"state,omitempty"`
	Evidence []string    `json:"evidence,omitempty"`
}

// holds reports whether a package holds what is known of the person.
func (f Frozen) holds(m Matter) bool {
	return f.State == m.State && slices.Equal(f.Evidence, fingerprints(m.Evidence))
}

// Newest is the evidence package that was made last; its zero value is none.
func (c Case) Newest() Frozen {
	if len(c.Frozen) == 0 {
		return Frozen{}
	}
	return c.Frozen[len(c.Frozen)-1]
}

// Stale reports whether something else is known of the person now than the newest
// package holds, or there is none.
func (c Case) Stale(now Matter) bool { return c.Newest().ID == "" || !c.Newest().holds(now) }

// Hold is a legal hold: evidence packages outlive an erasure while it lasts.
type Hold struct {
	Reason string    `json:"reason"`
	By     string    `json:"by"` // account
	At     time.Time `json:"at"`
}

// Case is one case. The zero value is none; [NewCase] and [Open] make one.
type Case struct {
	ID       string     `json:"id"`
	State    State      `json:"state"`
	Opened   time.Time  `json:"opened"`
	Reopened int        `json:"reopened,omitempty"` // times
	Matter   Matter     `json:"matter"`
	Evidence []Evidence `json:"evidence"`
	Linked   []Link     `json:"linked,omitempty"`
	// Circle are the accounts that may see the case; everybody who works on cases
	// where it is empty.
	Circle   []string   `json:"circle,omitempty"`
	Owner    string     `json:"owner,omitempty"` // account
	Due      time.Time  `json:"due,omitzero"`
	Steps    []Step     `json:"steps"`
	Notes    []Note     `json:"notes,omitempty"`
	Proposal *Decision  `json:"proposal,omitempty"`
	Closing  *Decision  `json:"closing,omitempty"`
	Before   []Decision `json:"before,omitempty"` // of a case that was opened again
	Notice   Adverse    `json:"notice,omitzero"`
	Noticed  []Adverse  `json:"noticed,omitempty"` // before the case was opened again
	Requests []Request  `json:"requests,omitempty"`
	Hold     *Hold      `json:"hold,omitempty"`
	Frozen   []Frozen   `json:"frozen,omitempty"`
	// Formerly are the handles of people who turned out to be this one, and whom the
	// case was about.
	Formerly []string `json:"formerly,omitempty"`
	// Log are the numbers of the entries of the audit log about changes of the case.
	Log []int64 `json:"log,omitempty"`
}

// NewCase is a case that nobody has looked at.
func NewCase(id string, m Matter, now time.Time) Case {
	c := Case{ID: id, State: StateOpen, Opened: now.UTC(), Matter: m, Steps: newSteps()}
	c.Evidence = cloneEvidence(m.Evidence)
	c.link(m.Linked)
	c.Matter.Evidence, c.Matter.Linked = nil, nil
	return c
}

// Visible reports whether somebody may see the case: they work on cases, are in
// its circle if it has one, and do not decide about hiring while in shadow mode.
// Legal is in every circle.
func (c Case) Visible(a Actor) bool {
	legal := slices.Contains(a.Roles, RoleLegal)
	if c.Matter.Shadow && !legal && !slices.Contains(a.Roles, RoleSecurity) {
		return false
	}
	return a.may() && (legal || len(c.Circle) == 0 || slices.Contains(c.Circle, a.Account))
}

// link adds people to those connected with the person.
func (c *Case) link(handles []string) {
	for _, h := range handles {
		if h != c.Matter.Subject && !slices.ContainsFunc(c.Linked, func(l Link) bool { return l.Handle == h }) {
			c.Linked = append(c.Linked, Link{Handle: h})
		}
	}
}

// fingerprint tells one piece of evidence from another.
func (e Evidence) fingerprint() string { return e.Indicator + ": " + e.Statement }

// fingerprints are those of all that points at a mismatch.
func fingerprints(evidence []Evidence) []string {
	var out []string
	for _, e := range evidence {
		if e.against() {
			out = append(out, e.fingerprint())
		}
	}
	slices.Sort(out)
	return out
}

// clone copies everything that a change may write to.
func (c Case) clone() Case {
	c.Evidence = cloneEvidence(c.Evidence)
	c.Linked = slices.Clone(c.Linked)
	c.Circle = slices.Clone(c.Circle)
	c.Steps = slices.Clone(c.Steps)
	c.Notes = slices.Clone(c.Notes)
	c.Before = slices.Clone(c.Before)
	c.Noticed = slices.Clone(c.Noticed)
	c.Requests = slices.Clone(c.Requests)
	c.Frozen = slices.Clone(c.Frozen)
	c.Formerly = slices.Clone(c.Formerly)
	c.Log = slices.Clone(c.Log)
	return c
}

func cloneEvidence(evidence []Evidence) []Evidence {
	out := slices.Clone(evidence)
	for i := range out {
		out[i].Explanations = slices.Clone(out[i].Explanations)
	}
	return out
}

// Unchecked is how many innocent explanations of what points at a mismatch nobody
// has looked at.
func (c Case) Unchecked() int {
	n := 0
	for _, e := range c.Evidence {
		if !e.against() {
			continue
		}
		for _, x := range e.Explanations {
			if x.Found == notLookedAt {
				n++
			}
		}
	}
	return n
}

// Unexplained is how many findings that point at a mismatch nothing explains.
func (c Case) Unexplained() int {
	n := 0
	for _, e := range c.Evidence {
		if e.against() && !e.explained() {
			n++
		}
	}
	return n
}
