// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"crypto/rand"
	"fmt"
	"iter"
	"net/url"
	"strings"
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
				u, err := s.newUser(w, object{"userName": fmt.Sprintf("n%05d@example.com", i), "externalId": "everybody", "title": []string{"Engineer", "Analyst"}[i%2], "active": true})
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
	const opening, named, everybody = `title eq "engineer"`, `userName eq "n00002@example.com"`, `externalId eq "everybody"`
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
	if out := find(200, everybody+` or userName eq "nobody@example.com"`); out["totalResults"] != float64(mostOpened) {
		t.Errorf("an or finds %v of %d users", out["totalResults"], mostOpened)
	}
	hire(mostOpened, mostOpened+1)
	for _, filter := range []string{opening, `userName sw "n00002"`, named + " or " + opening, named + " or " + everybody, "not (" + named + ")"} {
		if out := find(400, filter); out["scimType"] != "tooMany" {
			t.Errorf("%s among %d users: %v", filter, mostOpened+1, out)
		}
	}
	if out := p.want(400, "POST", "/Users/.search", `{"filter":"title pr"}`); out["scimType"] != "tooMany" {
		t.Errorf("a search: %v", out)
	}
	for filter, want := range map[string]float64{"": mostOpened + 1, everybody: mostOpened + 1, named: 1, named + ` or userName eq "n00003@example.com"`: 2, named + " and " + opening: 1, named + ` and title eq "Analyst"`: 0} {
		if out := find(200, filter); out["totalResults"] != want {
			t.Errorf("%q finds %v, want %v", filter, out["totalResults"], want)
		}
	}
}

// opening is a store that counts the users it opens.
type opening struct {
	store.Store
	opened *int
}

// View implements [store.Store].
func (o opening) View(ctx context.Context, f func(store.Reader) error) error {
	return o.Store.View(ctx, func(r store.Reader) error { return f(openingReader{r, o.opened}) })
}

type openingReader struct {
	store.Reader
	opened *int
}

// Find implements [store.Reader].
func (o openingReader) Find(c store.Collection, q store.Query) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		for row, err := range o.Reader.Find(c, q) {
			if !q.Bare {
				*o.opened++
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// TestSCIMOrOpensNobodyElse: of an or whose parts name each somebody, those alone are
// opened; where a part names nobody, everybody is.
func TestSCIMOrOpensNobodyElse(t *testing.T) {
	p := newProvider(t)
	opened := 0
	p.handler = SCIM(SCIMOptions{
		Store: opening{p.store, &opened}, Sink: p.sink, Random: rand.Reader, Log: quiet(), Now: func() time.Time { return p.now },
		Authorise: func(context.Context, string) (string, error) { return "entra", nil },
	})
	ids := p.three()
	for i := range 9 {
		p.join(fmt.Sprintf(`{"userName":"n%d@example.com","title":"Analyst"}`, i))
	}
	ids["gone"] = p.join(`{"userName":"gone@example.com","externalId":"00ugone"}`)
	p.want(204, "DELETE", "/Users/"+ids["gone"], "")
	const everybody = 12
	const mei, ayo, gone = `userName eq "MEI.tanaka@example.com"`, `externalId eq "00uayo"`, `externalId eq "00ugone"`
	ines := `id eq "` + ids["ines"] + `"`
	for _, c := range []struct {
		filter, found string
		opened        int
	}{
		{mei + " or " + ayo, "ayo mei", 2},
		{mei + " or (" + ayo + " or " + ines + ")", "ayo ines mei", 3},
		{mei + " or " + mei + ` or externalId eq "00uMEI"`, "mei", 1},
		{mei + " or " + gone + ` or userName eq "nobody@example.com"`, "mei", 1},
		{gone + ` or userName eq "nobody@example.com"`, "", 0},
		{mei + " or " + ayo + " and active eq true", "mei", 2},
		{"(" + mei + " or " + ayo + ") and title pr", "mei", 2},
		{"title pr and (" + mei + " or " + ines + ") and active eq true", "ines mei", 2},
		{"(title pr or " + ayo + ") and (" + mei + " or " + ayo + ")", "ayo mei", 2},
		{mei + " and (" + mei + " or " + ayo + ")", "mei", 1},
		{mei + " or (active eq false and (" + ayo + " or " + ines + "))", "ayo mei", 3},
		{mei + ` or title eq "Lead Engineer"`, "ines mei", everybody},
		{"not (" + mei + " or " + ayo + `) and title eq "Lead Engineer"`, "ines", everybody},
	} {
		opened = 0
		out := p.want(200, "GET", "/Users?filter="+url.QueryEscape(c.filter), "")
		if got := found(out, ids); got != c.found || out["totalResults"] != float64(len(strings.Fields(c.found))) || opened != c.opened {
			t.Errorf("%s finds %q, %v in all, and opens %d; want %q and %d", c.filter, got, out["totalResults"], opened, c.found, c.opened)
		}
	}
	opened = 0
	if out := p.want(200, "GET", "/Users?count=1&startIndex=2&filter="+url.QueryEscape(mei+" or "+ayo), ""); out["totalResults"] != 2.0 || out["itemsPerPage"] != 1.0 || opened != 1 {
		t.Errorf("the second page is %v, and %d are opened", out, opened)
	}
}
