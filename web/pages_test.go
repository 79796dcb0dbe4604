// SPDX-License-Identifier: Apache-2.0

package web

import (
	"testing"

	"daylight/account"
	"daylight/store"
)

// TestPagesOpen opens every page that the sample company has.
func TestPagesOpen(t *testing.T) {
	c := sampleConsole(t)
	sec := c.as(account.Security)
	for _, p := range []string{"/queue", "/people", "/rings", "/catalogue", "/search", "/requests", "/people?family=network", "/queue?state=clear&sort=since"} {
		sec.get(p).want(t, 200)
	}
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Subjects, store.Query{Bare: true}) {
			if err != nil {
				t.Fatal(err)
			}
			sec.get("/people/"+row.Key).want(t, 200)
		}
		for row, err := range r.Find(store.Rings, store.Query{Bare: true}) {
			if err != nil {
				t.Fatal(err)
			}
			sec.get("/rings/"+row.Key).want(t, 200)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, ind := range c.Catalog {
		sec.get("/catalogue/"+ind.ID).want(t, 200)
	}
}
