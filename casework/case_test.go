// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"daylight/weigh"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

	ana    = Actor{Account: "a-ana", Person: "h-1", Roles: []string{RoleSecurity}}
	anaHR  = Actor{Account: "a-ana2", Person: "h-1", Roles: []string{RoleHR}} // the same human being
	bo     = Actor{Account: "a-bo", Person: "h-2", Roles: []string{RoleLegal}}
	cem    = Actor{Account: "a-cem", Person: "h-3", Roles: []string{RoleHR}}
	nobody = Actor{Account: "a-x", Roles: []string{RoleSecurity}} // not known whose
	clerk  = Actor{Account: "a-y", Person: "h-4", Roles: []string{"recruiter", "auditor", "administrator"}}
	system = Actor{Account: actorSystem}
	person = Actor{Account: actorPerson}
)

const because = "The device and the payee differ from the file."

func matter() Matter {
	return Matter{
		Subject: "p-0a1b2c3d4e", Stage: "worker", State: "escalate", Weight: 212, Probability: 9400, AsOf: start, Policy: "default-1",
		Linked: []string{"p-1111111111", "p-0a1b2c3d4e"},
		Evidence: []Evidence{
			{Indicator: "net.impossible_travel", Title: "Two places at once", Family: "network", Weight: 130, Statement: "Signed in from two places.", Explanations: []Explanation{{Text: "A private relay."}, {Text: "A wrong entry in the database."}}},
			{Indicator: "pay.shared_account", Title: "One account, two people", Family: "pay", Weight: 112, Statement: "Paid into an account of two people.", Explanations: []Explanation{{Text: "A couple."}}},
			{Indicator: "doc.depth", Title: "A long history", Family: "documents", Weight: -30, Statement: "Eleven years of work.", Explanations: nil},
		},
	}
}

// walk applies acts in turn; each is one minute later.
func walk(t *testing.T, c Case, by Actor, acts ...Act) Case {
	t.Helper()
	for _, a := range acts {
		var err error
		if c, err = c.Apply(Event{At: start.Add(time.Minute), By: by, Act: a}); err != nil {
			t.Fatalf("%T: %v", a, err)
		}
	}
	return c
}

func checked() []Act {
	return append([]Act{
		Take{},
		Explain{"net.impossible_travel", 0, DoesNot, "No relay is in use."},
		Explain{"net.impossible_travel", 1, CannotTell, "Two databases differ."},
		Explain{"pay.shared_account", 0, DoesNot, "They have not met."},
		Frost{"e-1", strings.Repeat("a", 64)},
	}, responded()...)
}

// responded answers every step of the response that has to be before an approval.
func responded() []Act {
	var out []Act
	for _, g := range Guides() {
		if g.ID != StepAfterwards && g.ID != StepPreserve && g.ID != StepContain {
			out = append(out, Tick{g.ID, Done, ""})
		}
	}
	return append(out, Tick{StepContain, NotNeeded, "No account is there yet."})
}

func confirmed(t *testing.T) Case {
	t.Helper()
	c := walk(t, NewCase("c-1", matter(), start), ana, append(checked(), Propose{because})...)
	return walk(t, c, bo, Approve{"e-1", matter()})
}

func TestConfirm(t *testing.T) {
	c := walk(t, NewCase("c-1", matter(), start), ana, append(checked(), Propose{because})...)
	if c.State != StateProposed {
		t.Fatalf("state %s", c.State)
	}
	c = walk(t, c, bo, Approve{"e-1", matter()})
	by := bo
	want := &Decision{
		Disposition: Confirmed, Reasons: because, By: ana, At: start.Add(time.Minute), Approved: &by, Package: "e-1",
		Evidence: []string{"net.impossible_travel: Signed in from two places.", "pay.shared_account: Paid into an account of two people."},
	}
	if diff := cmp.Diff(want, c.Closing); diff != "" || c.State != StateClosed || c.Proposal != nil {
		t.Error(c.State, diff)
	}
}

func TestRefused(t *testing.T) {
	fresh := NewCase("c-1", matter(), start)
	ready := walk(t, fresh, ana, checked()...)
	proposed := walk(t, ready, ana, Propose{because})
	cleared := walk(t, ready, ana, Close{Cleared, "The bank confirms a joint account."})
	done := confirmed(t)
	wait := GiveNotice{Copy: strings.Repeat("b", 64), Wait: minWait}
	yes := Approve{"e-1", matter()}
	calmer, more := matter(), matter()
	calmer.State = weigh.FollowUp
	more.Evidence = append(more.Evidence, Evidence{Indicator: "con.shared_phone", Weight: 120, Statement: "One telephone, two people."})
	explained := walk(t, ready, ana, Explain{"net.impossible_travel", 0, Explains, "A relay."}, Explain{"pay.shared_account", 0, Explains, "Married."})
	// However a case came to stand so: an approval looks once more.
	vanished, unseen := proposed.clone(), proposed.clone()
	vanished.Evidence = nil
	unseen.Evidence[0].Explanations[0].Found = notLookedAt
	for name, tc := range map[string]struct {
		c   Case
		by  Actor
		act Act
		err error
	}{
		"a recruiter":                    {fresh, clerk, Take{}, ErrRole},
		"the service closes":             {ready, system, Close{Cleared, because}, ErrRole},
		"the service approves":           {proposed, system, Approve{"e-1", matter()}, ErrRole},
		"the person closes":              {ready, person, Close{Cleared, because}, ErrRole},
		"a person plays the service":     {fresh, ana, Assessed{matter()}, ErrRole},
		"an unread case is closed":       {fresh, ana, Close{Cleared, because}, ErrState},
		"an unread case is proposed":     {fresh, ana, Propose{because}, ErrState},
		"closed without reasons":         {ready, ana, Close{Cleared, " "}, ErrReasons},
		"closed with a word":             {ready, ana, Close{Unresolved, "no"}, ErrReasons},
		"closed without a disposition":   {ready, ana, Close{"", because}, ErrNothing},
		"confirmed by one":               {ready, ana, Close{Confirmed, because}, ErrSecond},
		"proposed without reasons":       {ready, ana, Propose{""}, ErrReasons},
		"proposed unchecked":             {walk(t, fresh, ana, Take{}, Frost{"e", "d"}), ana, Propose{because}, ErrUnchecked},
		"proposed though all explained":  {explained, ana, Propose{because}, ErrUnchecked},
		"proposed unpreserved":           {walk(t, fresh, ana, checked()[:4]...), ana, Propose{because}, ErrOrder},
		"proposed by nobody known":       {ready, nobody, Propose{because}, ErrSecond},
		"approved by the proposer":       {proposed, ana, Approve{"e-1", matter()}, ErrSecond},
		"approved by a second account":   {proposed, anaHR, Approve{"e-1", matter()}, ErrSecond},
		"approved by nobody known":       {proposed, nobody, Approve{"e-1", matter()}, ErrSecond},
		"approved by a recruiter":        {proposed, clerk, Approve{"e-1", matter()}, ErrRole},
		"approved without a proposal":    {ready, bo, Approve{"e-1", matter()}, ErrState},
		"closed while proposed":          {proposed, ana, Close{Cleared, because}, ErrState},
		"approved, nothing left":         {vanished, bo, yes, ErrUnchecked},
		"approved unchecked":             {unseen, bo, yes, ErrUnchecked},
		"approved twice":                 {done, cem, Approve{"e-1", matter()}, ErrState},
		"closed twice":                   {cleared, ana, Close{Cleared, because}, ErrState},
		"checked while closed":           {cleared, ana, Explain{"pay.shared_account", 0, DoesNot, "x"}, ErrState},
		"checked while proposed":         {proposed, ana, Explain{"pay.shared_account", 0, Explains, "x"}, ErrState},
		"an explanation without a note":  {ready, ana, Explain{"pay.shared_account", 0, Explains, ""}, ErrReasons},
		"an explanation there is not":    {ready, ana, Explain{"pay.shared_account", 1, Explains, "x"}, ErrNothing},
		"an answer there is not":         {ready, ana, Explain{"pay.shared_account", 0, "maybe", "x"}, ErrNothing},
		"a step there is not":            {ready, ana, Tick{"dismiss", Done, ""}, ErrNothing},
		"a step not needed, why":         {ready, ana, Tick{StepContain, NotNeeded, ""}, ErrReasons},
		"an empty note":                  {ready, ana, Write{" \n"}, ErrReasons},
		"a notice while nothing is":      {ready, bo, wait, ErrState},
		"a notice of a cleared case":     {cleared, bo, wait, ErrState},
		"a notice before containing":     {walk(t, done, ana, Tick{StepContain, toDo, ""}), bo, wait, ErrOrder},
		"approved with a step to do":     {walk(t, proposed, ana, Tick{"pay", toDo, ""}), bo, yes, ErrChecklist},
		"approved without a package":     {proposed, bo, Approve{"", matter()}, ErrStale},
		"approved with an older package": {walk(t, proposed, ana, Frost{"e-2", strings.Repeat("c", 64)}), bo, yes, ErrStale},
		"approved, less since":           {proposed, bo, Approve{"e-1", calmer}, ErrStale},
		"approved, more since":           {proposed, bo, Approve{"e-1", more}, ErrStale},
		"a hold by security":             {ready, ana, PutHold{because}, ErrRole},
		"lifting no hold":                {ready, bo, LiftHold{}, ErrNothing},
		"a dispute without a notice":     {done, person, Dispute{"I was there."}, ErrState},
		"reopening what is open":         {ready, ana, Reopen{because}, ErrState},
		"a final notice without another": {done, bo, Finish{}, ErrOrder},
		"no act":                         {ready, bo, nil, ErrNothing},
	} {
		t.Run(name, func(t *testing.T) {
			before := fmt.Sprintf("%+v", tc.c)
			got, err := tc.c.Apply(Event{At: start.Add(time.Hour), By: tc.by, Act: tc.act})
			if !errors.Is(err, tc.err) {
				t.Errorf("error %v, want %v", err, tc.err)
			}
			if fmt.Sprintf("%+v", got) != before {
				t.Error("the case changed")
			}
		})
	}
}

func TestDecline(t *testing.T) {
	c := walk(t, NewCase("c-1", matter(), start), ana, append(checked(), Propose{because})...)
	c = walk(t, c, bo, Decline{"Ask for the lease first."})
	if c.State != StateChecking || c.Proposal != nil || c.Notes[len(c.Notes)-1].Text != "Not approved: Ask for the lease first." {
		t.Errorf("%+v", c)
	}
	// The one who declined may propose, and the first one may then approve.
	c = walk(t, walk(t, c, bo, Propose{because}), ana, Approve{"e-1", matter()})
	if c.State != StateClosed {
		t.Errorf("state %s", c.State)
	}
}

func TestReopening(t *testing.T) {
	again := matter()
	again.AsOf = start.Add(24 * time.Hour)
	fresh := matter()
	fresh.Evidence = append(fresh.Evidence, Evidence{Indicator: "dev.farm", Weight: 60, Statement: "One machine, four accounts.", Explanations: []Explanation{{Text: "A shared laptop."}}})
	ready := walk(t, NewCase("c-1", matter(), start), ana, checked()...)
	cleared := walk(t, ready, ana, Close{Cleared, "The bank confirms a joint account."})
	for name, tc := range map[string]struct {
		c    Case
		m    Matter
		want State
	}{
		"cleared, the same evidence":  {cleared, again, StateClosed},
		"cleared, new evidence":       {cleared, fresh, StateOpen},
		"unresolved, new evidence":    {walk(t, ready, ana, Close{Unresolved, "It cannot be told from this."}), fresh, StateOpen},
		"confirmed, new evidence":     {confirmed(t), fresh, StateClosed},
		"checking, new evidence":      {ready, fresh, StateChecking},
		"proposed, new evidence":      {walk(t, ready, ana, Propose{because}), fresh, StateChecking},
		"proposed, the same evidence": {walk(t, ready, ana, Propose{because}), again, StateProposed},
		"proposed, less evidence":     {walk(t, ready, ana, Propose{because}), Matter{Subject: again.Subject, Evidence: again.Evidence[1:]}, StateChecking},
		"proposed, more, to explain nothing": {
			walk(t, ready, ana, Propose{because}),
			Matter{Subject: again.Subject, Evidence: append(cloneEvidence(again.Evidence), Evidence{Indicator: "con.shared_phone", Weight: 20, Statement: "One telephone, two people."})},
			StateChecking,
		},
		"proposed, no evidence":       {walk(t, ready, ana, Propose{because}), Matter{Subject: again.Subject, State: "insufficient"}, StateChecking},
		"proposed, what calms goes":   {walk(t, ready, ana, Propose{because}), Matter{Subject: again.Subject, Evidence: again.Evidence[:2]}, StateProposed},
		"unread, new evidence":        {NewCase("c-1", matter(), start), fresh, StateOpen},
		"cleared, less evidence":      {cleared, Matter{Subject: again.Subject, Evidence: again.Evidence[:1]}, StateClosed},
		"cleared, only the other way": {cleared, Matter{Subject: again.Subject, Evidence: []Evidence{{Indicator: "new", Weight: -50, Statement: "Seen in person."}}}, StateClosed},
	} {
		t.Run(name, func(t *testing.T) {
			got := walk(t, tc.c, system, Assessed{tc.m})
			if got.State != tc.want {
				t.Errorf("state %s, want %s", got.State, tc.want)
			}
			if got.State == StateOpen && tc.c.State == StateClosed && (len(got.Before) != 1 || got.Reopened != 1) {
				t.Errorf("what was decided before is %v", got.Before)
			}
		})
	}
	t.Run("answers stay while the finding says the same", func(t *testing.T) {
		other := matter()
		other.Evidence[1].Statement = "Paid into an account of three people."
		got := walk(t, ready, system, Assessed{other})
		if got.Evidence[0].Explanations[0].Found != DoesNot || got.Evidence[1].Explanations[0].Found != "" || got.Unchecked() != 1 {
			t.Errorf("%+v", got.Evidence)
		}
	})
	t.Run("a finding that is gone is kept and does not count", func(t *testing.T) {
		other := matter()
		other.Evidence = other.Evidence[:1]
		got := walk(t, ready, system, Assessed{other})
		if len(got.Evidence) != 3 || !got.Evidence[1].Gone || got.Unexplained() != 1 {
			t.Errorf("%+v", got.Evidence)
		}
	})
}

func TestAdverse(t *testing.T) {
	m := matter()
	m.Evidence[1].Vendor = "Vendor"
	c := walk(t, NewCase("c-1", m, start), ana, append(checked(), Propose{because}, Tick{StepContain, Done, ""})...)
	c = walk(t, c, bo, Approve{"e-1", matter()})
	give := GiveNotice{Copy: strings.Repeat("b", 64), Wait: minWait}
	at := start.Add(24 * time.Hour)
	refuse := func(at time.Time, by Actor, act Act, want error) {
		t.Helper()
		if _, err := c.Apply(Event{At: at, By: by, Act: act}); !errors.Is(err, want) {
			t.Errorf("%T: error %v, want %v", act, err, want)
		}
	}
	accept := func(at time.Time, by Actor, act Act) {
		t.Helper()
		var err error
		if c, err = c.Apply(Event{At: at, By: by, Act: act}); err != nil {
			t.Fatalf("%T: %v", act, err)
		}
	}
	refuse(at, bo, give, ErrOrder) // a vendor's datum asks for the disclosure first
	refuse(at, bo, Disclose{at.Add(time.Hour)}, ErrOrder)
	accept(at, bo, Disclose{start})
	refuse(at, bo, GiveNotice{Copy: give.Copy, Wait: minWait - time.Second}, ErrOrder)
	refuse(at, bo, GiveNotice{Copy: "x", Wait: minWait}, ErrNothing)
	accept(at, bo, give)
	refuse(at, bo, give, ErrState)
	refuse(at.Add(minWait-time.Second), bo, Finish{}, ErrOrder)
	accept(at.Add(time.Hour), person, Dispute{"The account is my sister's."})
	refuse(at.Add(minWait), bo, Finish{}, ErrOrder)
	accept(at.Add(2*time.Hour), cem, Settle{"The bank was asked and does not confirm it."})
	accept(at.Add(minWait), bo, Finish{})
	refuse(at.Add(minWait), bo, Finish{}, ErrState)
	// An appeal opens the case again; a new decision needs a new notice.
	accept(at.Add(2*minWait), person, Ask{"r-1", Appeal, "Please look again."})
	if c.State != StateOpen || !c.Notice.Notice.IsZero() || len(c.Noticed) != 1 {
		t.Errorf("%+v", c)
	}
	refuse(at.Add(2*minWait), ana, Reply{"r-1", "We looked again."}, ErrSecond)
	refuse(at.Add(2*minWait), bo, Reply{"r-1", "We looked again."}, ErrSecond)
	refuse(at.Add(2*minWait), anaHR, Reply{"r-1", "We looked again."}, ErrSecond)
	accept(at.Add(2*minWait), cem, Reply{"r-1", "We looked again."})
	refuse(at.Add(2*minWait), cem, Reply{"r-1", "We looked again."}, ErrNothing)
}

func TestRequests(t *testing.T) {
	c := walk(t, confirmed(t), person, Ask{"r-1", Correction, "My address is another."})
	if c.State != StateClosed || !c.Requests[0].Due.Equal(start.Add(time.Minute+answerWithin)) {
		t.Errorf("%+v", c)
	}
	if _, err := c.Apply(Event{At: start, By: person, Act: Ask{"r-1", Appeal, "x"}}); !errors.Is(err, ErrNothing) {
		t.Errorf("the same request twice: %v", err)
	}
}

func TestVisible(t *testing.T) {
	c := NewCase("c-1", matter(), start)
	shadow := c
	shadow.Matter.Shadow = true
	circle := walk(t, c, ana, Enclose{[]string{"a-cem"}})
	for name, tc := range map[string]struct {
		c    Case
		want map[string]bool
	}{
		"as it is":  {c, map[string]bool{"a-ana": true, "a-bo": true, "a-cem": true, "a-y": false}},
		"shadow":    {shadow, map[string]bool{"a-ana": true, "a-bo": true, "a-cem": false, "a-y": false}},
		"in circle": {circle, map[string]bool{"a-ana": true, "a-bo": true, "a-cem": true, "a-x": false, "a-y": false}},
	} {
		for _, a := range []Actor{ana, bo, cem, clerk, nobody} {
			if want, ok := tc.want[a.Account]; ok && tc.c.Visible(a) != want {
				t.Errorf("%s: %s sees it: %v", name, a.Account, !want)
			}
		}
	}
}

// TestNoWayAround draws acts by everybody in any order: however a case comes to be
// closed against somebody, two human beings have looked, every explanation was
// looked at, one finding at least is unexplained, and reasons are written down; and
// however it is closed, a person closed it.
func TestNoWayAround(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := NewCase("c-1", matter(), start)
		for n := range rapid.IntRange(1, 40).Draw(rt, "acts") {
			by := rapid.SampledFrom([]Actor{ana, anaHR, bo, cem, nobody, clerk, system, person}).Draw(rt, "by")
			act := rapid.SampledFrom(append(checked(), Propose{because}, Propose{because}, Approve{"e-1", matter()}, Approve{"e-1", matter()}, Decline{"no"}, Close{Cleared, because},
				Close{Confirmed, because}, Close{Unresolved, "-"}, Reopen{"x"}, Assessed{matter()}, Assessed{Matter{Subject: c.Matter.Subject}}, Ask{fmt.Sprint(n), Appeal, "x"},
				Explain{"pay.shared_account", 0, Explains, "Married."}, Explain{"net.impossible_travel", 0, "", ""}, Finish{},
				GiveNotice{strings.Repeat("b", 64), minWait}, Tick{StepContain, Done, ""})).Draw(rt, "act")
			before := c
			c, _ = c.Apply(Event{At: start.Add(time.Duration(n) * 24 * time.Hour), By: by, Act: act})
			switch {
			case c.State != StateClosed:
				if c.Closing != nil || (c.State == StateProposed) != (c.Proposal != nil) {
					rt.Fatalf("%s: closing %v, proposal %v", c.State, c.Closing, c.Proposal)
				}
			case !by.may() && before.State != StateClosed:
				rt.Fatalf("%s closed the case", by.Account)
			case len([]rune(c.Closing.Reasons)) < minReasons:
				rt.Fatalf("closed for %q", c.Closing.Reasons)
			case c.Closing.Disposition == Confirmed:
				a := c.Closing.Approved
				if a == nil || a.Person == "" || c.Closing.By.Person == "" || a.Person == c.Closing.By.Person {
					rt.Fatalf("confirmed by %v and %v", c.Closing.By, a)
				}
				if before.State == StateProposed && (c.Unchecked() > 0 || c.Unexplained() == 0) {
					rt.Fatalf("confirmed with %d unchecked and %d unexplained", c.Unchecked(), c.Unexplained())
				}
			}
		}
	})
}
