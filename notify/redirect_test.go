// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"daylight/notify"
)

// TestRedirectIsNotFollowed: a target that leads elsewhere has taken nothing: no header
// goes there, and it is asked again.
func TestRedirectIsNotFollowed(t *testing.T) {
	for _, target := range []notify.Target{
		{Name: "hook", Kind: notify.Webhook, Secret: "secret"},
		{Name: "slack", Kind: notify.Slack},
		{Name: "teams", Kind: notify.Teams},
		{Name: "jira", Kind: notify.Jira, User: "u", Secret: "secret", Project: "P"},
		{Name: "siem", Kind: notify.OCSFHTTP, Secret: "secret"},
	} {
		t.Run(target.Name, func(t *testing.T) {
			w := newWorld(t)
			elsewhere := 0
			other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere++ }))
			defer other.Close()
			w.header.Set("Location", other.URL+"/login")
			target.URL = w.server.URL
			o := w.options(target)
			for i, code := range []int{301, 302, 303, 307, 308} {
				w.requests, w.answers = nil, []int{code}
				w.happens("case.open", "k-"+strconv.Itoa(code))
				w.once(o)
				if got := w.states(); len(w.requests) != 1 || elsewhere != 0 || got["waiting"] != 1 || got["sent"] != i {
					t.Fatalf("%d: asked %d times, elsewhere %d, states %v", code, len(w.requests), elsewhere, got)
				}
				w.now = w.now.Add(time.Minute)
				w.once(o)
				if got := w.states(); len(w.requests) != 2 || got["sent"] != i+1 {
					t.Errorf("after %d: asked %d times, states %v", code, len(w.requests), got)
				}
			}
		})
	}
}
