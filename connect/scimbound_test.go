// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"testing"
	"time"

	"daylight/store"
)

// TestSCIMFiltersAreBounded: a filter that opens users is answered among ten thousand, and
// of more with tooMany (RFC 7644, 3.12); what a column answers first may leave so few
// that the rest is answered again, and lists and comparisons by name are not bounded.
func TestSCIMFiltersAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("ten thousand users are kept, each under a key of their own")
	}
	t.Parallel()
	p := newProvider(t)
	s := &scimServer{SCIMOptions: SCIMOptions{Store: p.store, Random: rand.Reader, Now: func() time.Time { return p.now }}}
	hire := func(from, to int) {
		t.Helper()
		err := p.store.Update(t.Context(), func(w store.Writer) error {
			for i := from; i < to; i++ {
				u, err := s.newUser(w, object{"userName": fmt.Sprintf("n%05d@example.com", i), "title": []string{"Engineer", "Analyst"}[i%2], "active": true})
				if err != nil {
					return err
				}
				u.state = stateSent // it was handed on
				if err := s.put(w, u); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	const opening, named = `title eq "engineer"`, `userName eq "n00002@example.com"`
	find := func(status int, filter string) object {
		t.Helper()
		began := time.Now()
		out := p.want(status, "GET", "/Users?count=2&filter="+url.QueryEscape(filter), "")
		t.Logf("%s: %v", filter, time.Since(began).Round(time.Millisecond))
		return out
	}
	hire(0, mostOpened)
	if out := find(200, opening); out["totalResults"] != mostOpened/2.0 {
		t.Errorf("%v of %d users are found", out["totalResults"], mostOpened)
	}
	hire(mostOpened, mostOpened+1)
	for _, filter := range []string{opening, `userName sw "n00002"`, named + " or " + opening, "not (" + named + ")"} {
		if out := find(400, filter); out["scimType"] != "tooMany" {
			t.Errorf("%s among %d users: %v", filter, mostOpened+1, out)
		}
	}
	if out := p.want(400, "POST", "/Users/.search", `{"filter":"title pr"}`); out["scimType"] != "tooMany" {
		t.Errorf("a search: %v", out)
	}
	for filter, want := range map[string]float64{"": mostOpened + 1, named: 1, named + " and " + opening: 1, named + ` and title eq "Analyst"`: 0} {
		if out := find(200, filter); out["totalResults"] != want {
			t.Errorf("%q finds %v, want %v", filter, out["totalResults"], want)
		}
	}
}
