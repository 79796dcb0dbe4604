// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"daylight/account"
	"daylight/casework"
	"daylight/internal/htmlcheck"
	"daylight/store"
)

// TestSuppressionsPage lists what does not count and why, and ends it, once.
func TestSuppressionsPage(t *testing.T) {
	c := sampleConsole(t)
	sec, legal := c.as(account.Security), c.as(account.Legal)
	handle, _ := c.heaviest(t)
	err := c.Store.Update(t.Context(), func(w store.Writer) error {
		_, err := casework.Suppress(w, casework.Actor{Account: sec.who.Account, Roles: []string{casework.RoleSecurity}}, casework.Suppression{
			Subject: handle, Indicator: "net.consumer_vpn", Reason: "The agency runs <b>this</b> network.", Until: c.now.Add(48 * time.Hour),
		}, c.now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p := legal.get("/suppressions").want(t, http.StatusOK).page(t)
	p.In(t, "tbody tr", htmlcheck.Count(1))
	p.In(t, "tbody th", htmlcheck.Says(handle))
	p.In(t, "tbody td", htmlcheck.Says("The agency runs <b>this</b> network."))
	p.In(t, "tbody td", htmlcheck.Says("Test security"))
	end := url.Values{"subject": {handle}, "indicator": {"net.consumer_vpn"}}
	legal.post("/suppressions", "/suppressions", end).want(t, http.StatusSeeOther)
	legal.get("/suppressions").page(t).In(t, "tbody tr", htmlcheck.None())
	end.Set("csrf", legal.anyToken())
	legal.send("/suppressions", end).want(t, http.StatusNotFound)
	c.as(account.Auditor).get("/audit?act=suppression.end").want(t, http.StatusOK).page(t).In(t, "tbody tr", htmlcheck.Count(1))
}

// TestShadowSwitch: an administrator switches shadow mode; HR then sees nothing of
// what is computed, and security does.
func TestShadowSwitch(t *testing.T) {
	c := sampleConsole(t)
	admin, hr, sec := c.as(account.Administrator), c.as(account.HR), c.as(account.Security)
	lists := func(cl *client, people bool) {
		t.Helper()
		if n := len(cl.get("/people").want(t, http.StatusOK).page(t).Find("tbody tr")); n > 0 != people {
			t.Errorf("%s is shown %d people", cl.who.Name, n)
		}
	}
	lists(hr, true)
	admin.post("/settings", "/settings/shadow", url.Values{"to": {"on"}}).want(t, http.StatusSeeOther)
	lists(hr, false)
	hr.get("/suppressions").want(t, http.StatusOK).page(t).In(t, ".done", htmlcheck.Says("Shadow mode is on"))
	lists(sec, true)
	admin.post("/settings", "/settings/shadow", url.Values{"to": {"off"}}).want(t, http.StatusSeeOther)
	lists(hr, true)
	admin.post("/settings", "/settings/shadow", url.Values{"to": {"perhaps"}}).want(t, http.StatusBadRequest)
	c.as(account.Auditor).get("/audit?act=config.change&object=shadow").want(t, http.StatusOK).page(t).In(t, "tbody tr", htmlcheck.Count(2))
}
