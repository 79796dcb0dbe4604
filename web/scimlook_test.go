// SPDX-License-Identifier: Apache-2.0

package web

import (
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"daylight/account"
	"daylight/connect"
	"daylight/intake"
	"daylight/store"
)

// TestProviderThatLooksIsRecorded: an identity provider that reads whom it pushed, one
// by one or in a list, leaves an entry for each answer that tells of somebody, with the
// user or how many; and where no entry can be written, it is told of nobody.
func TestProviderThatLooksIsRecorded(t *testing.T) {
	failing := &failingStore{Store: sampleStore(t)}
	c := newConsole(t, func(o *Options) {
		o.Store, o.Intake = failing, &intake.Box{Store: failing, Now: o.Now}
		o.SCIM = connect.SCIM(connect.SCIMOptions{Store: failing, Sink: connect.Into(o.Intake), Now: o.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	})
	bearer := c.newToken(t, account.ScopeSCIM)
	ask := func(method, path, body string, want int) string {
		t.Helper()
		status, answer := c.program(t, method, path, bearer, strings.NewReader(body), nil)
		if status != want {
			t.Fatalf("%s %s: %d, want %d: %s", method, path, status, want, answer)
		}
		return string(answer)
	}
	var user struct{ ID string }
	if err := json.Unmarshal([]byte(ask("POST", "/scim/v2/Users", `{"userName":"omar@example.com"}`, http.StatusCreated)), &user); err != nil || user.ID == "" {
		t.Fatalf("no user: %v", err)
	}
	search := `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"userName eq \"omar@example.com\""}`
	for _, look := range []struct {
		method, path, body string
		count, user        string // of the entry; "" for none
	}{
		{"POST", "/scim/v2/Users", `{"userName":"lars@example.com"}`, "", ""},
		{"GET", "/scim/v2/Users", "", "2", ""},
		{"GET", "/scim/v2/Users?count=0", "", "0", ""}, // how many there are
		{"GET", "/scim/v2/Users/" + user.ID, "", "1", user.ID},
		{"POST", "/scim/v2/Users/.search", search, "1", ""},
		{"GET", `/scim/v2/Users?filter=userName+eq+"nobody@example.com"`, "", "", ""},
		{"GET", "/scim/v2/Schemas", "", "", ""},
		{"GET", "/scim/v2/Groups", "", "", ""},
	} {
		before := len(c.acts(t, "scim.read"))
		status, answer := c.program(t, look.method, strings.ReplaceAll(look.path, `"`, "%22"), bearer, strings.NewReader(look.body), nil)
		if status >= 300 {
			t.Errorf("%s %s: %d, %s", look.method, look.path, status, answer)
		}
		left := c.acts(t, "scim.read")[before:]
		switch {
		case look.count == "" && len(left) == 0:
		case look.count == "" || len(left) != 1:
			t.Errorf("%s %s leaves %+v", look.method, look.path, left)
		case left[0].Detail["count"] != look.count || left[0].Detail["user"] != look.user || !strings.HasPrefix(left[0].Actor, "t-") || left[0].Object != "people":
			t.Errorf("%s %s leaves %+v, want %s and %q", look.method, look.path, left[0], look.count, look.user)
		}
	}
	for _, path := range []string{"/scim/v2/Users", "/scim/v2/Users/" + user.ID} {
		for well := range 6 {
			before := len(c.acts(t, "scim.read"))
			failing.err, failing.left = store.ErrReadOnly, well
			status, answer := c.program(t, "GET", path, bearer, strings.NewReader(""), nil)
			failing.err = nil
			if told := strings.Contains(string(answer), "omar@example.com"); told != (len(c.acts(t, "scim.read")) > before) || told != (status == http.StatusOK) {
				t.Errorf("%s with a store that fails after %d: %d, told of somebody: %v", path, well, status, told)
			}
		}
	}
}
