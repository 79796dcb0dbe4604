// SPDX-License-Identifier: Apache-2.0

package web

import (
	"crypto/rand"
	"net/http"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/audit"
	"daylight/intake"
	"daylight/store"
)

// TestClockJumps: when the clock of the machine jumps forward, whoever is signed in has
// to sign in again and tokens end; when it jumps back, people go on working
// and input is taken in; and the audit log, which goes by its numbers and not
// by its times, verifies after both.
func TestClockJumps(t *testing.T) {
	c := newConsole(t, func(o *Options) { o.Intake = &intake.Box{Store: o.Store, Now: o.Now} })
	sec := c.as(account.Security)
	token := c.newToken(t, account.ScopeIngest)
	send := func(body string) int {
		status, _ := c.program(t, http.MethodPost, "/v1/ingest?path=a.csv", token, strings.NewReader(body), nil)
		return status
	}
	sign := func() {
		if _, err := audit.Keep(t.Context(), c.Store, rand.Reader, c.now); err != nil {
			t.Fatal(err)
		}
	}
	sec.get("/people").want(t, http.StatusOK)
	sign()
	if status := send("id,name\n1,Ana Souza\n"); status != http.StatusAccepted {
		t.Fatal(status)
	}

	c.now = start.Add(48 * time.Hour)
	sec.get("/people").want(t, http.StatusSeeOther) // to the sign-in page
	if status := send("id,name\n2,Linh Tran\n"); status != http.StatusUnauthorized {
		t.Errorf("a token that ended is answered %d", status)
	}
	sign()

	c.now = start.Add(-time.Hour)
	if status := send("id,name\n3,Omar Haddad\n"); status != http.StatusAccepted {
		t.Errorf("after a jump back, input is answered %d", status)
	}
	c.as(account.Legal).get("/people").want(t, http.StatusOK)
	sign()
	c.verified(t)
	if err := c.Store.View(t.Context(), func(r store.Reader) error {
		key, err := audit.PublicKey(r)
		if err != nil {
			return err
		}
		report, err := audit.Verify(t.Context(), r, key, nil)
		if err != nil || report.Back != 1 || report.FirstBack == 0 {
			t.Errorf("the clock went back once, and the report says %d, first at %d (%v)", report.Back, report.FirstBack, err)
		}
		n := int64(0)
		for e, err := range r.Entries(store.Audit, 0) {
			if err != nil {
				return err
			}
			if e.Number != n {
				t.Errorf("entry %d stands at %d", e.Number, n)
			}
			n++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
