// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"daylight/account"
	"daylight/internal/htmlcheck"
	"daylight/store"
)

// TestErasure holds that the form erases whom it names twice, for a reason, once
// nobody decides about them any longer, and says so only where it is so.
func TestErasure(t *testing.T) {
	c := sampleConsole(t)
	boss, sec := c.as(account.Administrator), c.as(account.Security)
	of := c.aCase(t)
	handle := of.Matter.Subject
	c.as(account.Legal).get("/people/"+handle).want(t, 200).page(t).
		In(t, "a[href=/erasure?person="+handle+"]", htmlcheck.Count(1))
	sec.get("/people/"+handle).want(t, 200)
	erase := func(person, reason, again string) answered {
		t.Helper()
		return boss.post("/erasure", "/erasure", url.Values{"person": {person}, "reason": {reason}, "again": {again}})
	}
	for _, bad := range []struct{ person, reason, again, says string }{
		{handle, "asked", "", "typed the same twice"},
		{handle, "because", handle, "Choose why"},
		{"<script>", "asked", "<script>", "begins with p-"},
		{"p-0000000000", "asked", "p-0000000000", "Nobody has this handle"},
		{handle, "asked", handle, "has to be closed first"},
	} {
		if got := erase(bad.person, bad.reason, bad.again).want(t, http.StatusUnprocessableEntity); !strings.Contains(got.body, bad.says) {
			t.Errorf("%v: the page does not say %q", bad, bad.says)
		}
	}
	if page := boss.get("/erasure?done="+handle).want(t, 200); strings.Contains(page.body, "</bdi> was erased.") {
		t.Error("an address says that somebody was erased who was not")
	}
	noted := url.Values{"act": {"note"}, "text": {"Asked and compared."}}
	sec.post("/account", "/cases/"+of.ID, noted).want(t, 303)
	sec.post("/account", "/cases/"+of.ID, url.Values{"act": {"close"}, "disposition": {"cleared"}, "text": {"The payee and the machine are explained."}}).want(t, 303)
	done := erase(handle, "asked", " "+handle+"\n").want(t, 303)
	if page := boss.get(done.Header.Get("Location")).want(t, 200); !strings.Contains(page.body, "</bdi> was erased.") {
		t.Error("the page does not say that the person was erased")
	}
	for _, path := range []string{"/people/" + handle, "/cases/" + of.ID} {
		sec.get(path).want(t, http.StatusGone)
	}
	if got := erase(handle, "asked", handle).want(t, http.StatusUnprocessableEntity); !strings.Contains(got.body, "erased before") {
		t.Error("the page does not say that the person was erased before")
	}
	if n := c.audited(t, "person.erase", handle); n != 1 {
		t.Errorf("%d entries in the audit log", n)
	}
}

// TestErasureOfConfirmed holds that one person alone does not erase somebody about
// whom a mismatch was confirmed, by two accounts or by ordering it twice.
func TestErasureOfConfirmed(t *testing.T) {
	c := sampleConsole(t)
	of := c.aCase(t)
	handle, path := of.Matter.Subject, "/cases/"+of.ID
	sec, legal, boss := c.as(account.Security), c.as(account.Legal), c.as(account.Administrator)
	checkAll(t, sec, of, "does-not")
	sec.post("/account", path+"/freeze", nil).want(t, 303)
	answerSteps(t, sec, of)
	sec.post("/account", path, url.Values{"act": {"propose"}, "text": {"The machine and the payee belong to somebody else."}}).want(t, 303)
	legal.post("/account", path, c.approval(t)).want(t, 303)
	form := url.Values{"person": {handle}, "reason": {"asked"}, "again": {handle}}
	for range 2 {
		if got := legal.post("/erasure", "/erasure", form).want(t, http.StatusUnprocessableEntity); !strings.Contains(got.body, "two people have to order") {
			t.Error("the page does not say that another person has to order it")
		}
	}
	legal.get("/people/"+handle).want(t, 200)
	if page := boss.get("/erasure").want(t, 200); !strings.Contains(page.body, handle) {
		t.Error("the page does not show that an erasure waits")
	}
	boss.post("/erasure", "/erasure", form).want(t, http.StatusUnprocessableEntity) // invited legal, and may be behind that account
	other := c.invited(t, boss, "else@example.com", "else", account.Legal)
	other.post("/erasure", "/erasure", form).want(t, 303)
	legal.get("/people/"+handle).want(t, http.StatusGone)
	c.verified(t)
}

// audited counts the entries of an act on an object.
func (c *console) audited(t *testing.T, act, object string) (n int) {
	t.Helper()
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		for e, err := range r.Entries(store.Audit, 0) {
			if err != nil {
				return err
			}
			if strings.Contains(string(e.Data), act) && strings.Contains(string(e.Data), object) {
				n++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
