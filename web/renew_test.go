// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"daylight/account"
	"daylight/casework"
	"daylight/report"
	"daylight/store"
	"daylight/weigh"
)

// TestCaseRenewed: a case whose person is at escalate no longer says so, what was
// proposed is taken back, and the second person is not asked to approve what is gone.
// Nobody gets a case by it who has none.
func TestCaseRenewed(t *testing.T) {
	c := sampleConsole(t)
	of := c.proposedCase(t, c.as(account.Security))
	nobody, nothing := c.caseless(t), &report.Subject{State: weigh.Insufficient}
	err := c.Store.Update(t.Context(), func(w store.Writer) error {
		return errors.Join(c.Renew(w, of.Matter.Subject, nothing, c.now), c.Renew(w, nobody, nothing, c.now))
	})
	if err != nil {
		t.Fatal(err)
	}
	err = c.Store.View(t.Context(), func(r store.Reader) error {
		_, err := casework.Load(r, casework.ID(r, nobody))
		return err
	})
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a case was opened: %v", err)
	}
	now := c.aCase(t)
	if now.State != casework.StateChecking || now.Matter.State != weigh.Insufficient || now.Unexplained() != 0 {
		t.Errorf("the case is %s at %s with %d unexplained", now.State, now.Matter.State, now.Unexplained())
	}
	legal := c.as(account.Legal)
	page := legal.get("/cases/"+of.ID).want(t, http.StatusOK)
	if n := len(page.page(t).Find("input[value=approve]")); n != 0 || !strings.Contains(page.body, "</span> insufficient</span>") {
		t.Errorf("%d ways to approve on %s", n, page.body)
	}
	legal.post("/account", "/cases/"+of.ID, url.Values{"act": {"approve"}}).want(t, http.StatusUnprocessableEntity)
}
