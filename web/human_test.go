// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"daylight/account"
	"daylight/casework"
)

// invited is a client of an account that one who is signed in invites.
func (c *console) invited(t *testing.T, by *client, mail, login string, roles ...account.Role) *client {
	t.Helper()
	secret, err := c.accounts.Invite(t.Context(), by.who.Account, mail, roles)
	if err != nil {
		t.Fatal(err)
	}
	return c.welcomed(t, secret, login)
}

// proposedCase is a case in which one proposes that a mismatch is confirmed.
func (c *console) proposedCase(t *testing.T, by *client) casework.Case {
	t.Helper()
	of := c.aCase(t)
	path := "/cases/" + of.ID
	by.post("/account", path, url.Values{"act": {"take"}}).want(t, http.StatusSeeOther)
	checkAll(t, by, of, "does-not")
	by.post("/account", path+"/freeze", nil).want(t, http.StatusSeeOther)
	answerSteps(t, by, of)
	by.post("/account", path, url.Values{"act": {"propose"}, "text": {"The machine, the payee and the hours belong to somebody else."}}).want(t, http.StatusSeeOther)
	return c.aCase(t)
}

// answerSteps answers every step of a case's checklist but the last, and whether the
// evidence is preserved.
func answerSteps(t *testing.T, cl *client, of casework.Case) {
	t.Helper()
	for _, g := range casework.Guides() {
		if g.ID != casework.StepAfterwards && g.ID != casework.StepPreserve {
			cl.post("/account", "/cases/"+of.ID, url.Values{"act": {"step"}, "step": {g.ID}, "answer": {"done"}}).want(t, http.StatusSeeOther)
		}
	}
}

// approval is the form by which somebody approves the evidence that is frozen.
func (c *console) approval(t *testing.T) url.Values {
	t.Helper()
	return url.Values{"act": {"approve"}, "package": {c.aCase(t).Newest().ID}}
}

// TestInvitedByNobody: whom the service itself invited, as a demo does, was in nobody's
// hands, and is a second person to the first.
func TestInvitedByNobody(t *testing.T) {
	c := sampleConsole(t)
	link, err := c.Invite(t.Context(), "second@example.com", account.Legal)
	if err != nil {
		t.Fatal(err)
	}
	_, secret, _ := strings.Cut(link, "/welcome/")
	second := c.welcomed(t, secret, "second")
	of := c.proposedCase(t, c.as(account.Security))
	second.post("/account", "/cases/"+of.ID, c.approval(t)).want(t, http.StatusSeeOther)
}

// TestSecondPerson: no account that the proposer could be behind approves, whatever
// name it shows, and the page does not offer it.
func TestSecondPerson(t *testing.T) {
	c := sampleConsole(t)
	boss := c.as(account.Administrator)
	sly := c.invited(t, boss, "sly@example.com", "sly", account.Security, account.Administrator)
	of := c.proposedCase(t, sly)
	path := "/cases/" + of.ID
	alias := c.invited(t, boss, "Sly+legal@example.com", "alias", account.Legal)
	puppet := c.invited(t, sly, "puppet@example.com", "puppet", account.Legal)
	owned := c.as(account.Legal)
	link, err := c.accounts.Reset(t.Context(), sly.who.Account, owned.who.Account)
	if err != nil {
		t.Fatal(err)
	}
	owned = c.welcomed(t, link, "legal")
	named := c.as(account.HR)
	named.post("/account", "/account/name", url.Values{"name": {" test  SLY"}}).want(t, http.StatusSeeOther)
	for what, cl := range map[string]*client{
		"another account of the proposer": alias, "an account that the proposer invited": puppet,
		"an account that the proposer reset": owned, "an account of the proposer's name": named, "the proposer": sly,
	} {
		cl.post("/account", "/account/name", url.Values{"name": {"Nobody in particular " + cl.who.Account}})
		if cl == named {
			cl.post("/account", "/account/name", url.Values{"name": {"test sly"}})
		}
		if cl == sly {
			cl.post("/account", "/account/name", url.Values{"name": {"Test sly"}})
		}
		page := cl.get(path).want(t, http.StatusOK)
		if n := len(page.page(t).Find("input[value=approve]")); n != 0 {
			t.Errorf("%s is offered to approve", what)
		}
		for _, says := range []string{"Wait for somebody else to approve", "You cannot approve it", "somebody of HR, security or legal"} {
			if !strings.Contains(page.body, says) {
				t.Errorf("to %s the page does not say %q", what, says)
			}
		}
		if mine := strings.Contains(page.body, "Take the proposal back"); mine != (cl == sly) {
			t.Errorf("taking back is offered to %s: %t", what, mine)
		}
		cl.post("/account", path, c.approval(t)).want(t, http.StatusUnprocessableEntity)
	}
	other := c.invited(t, boss, "else@example.com", "else", account.Legal)
	other.post("/account", path, c.approval(t)).want(t, http.StatusSeeOther)
	if got := c.aCase(t); got.State != casework.StateClosed {
		t.Errorf("the case is %s", got.State)
	}
}
