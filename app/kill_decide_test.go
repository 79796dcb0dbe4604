// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"testing"
	"time"

	"daylight/casework"
	"daylight/internal/htmlcheck"
	"daylight/store"
)

// court is a case that two people decide again and again: these are the acts that write
// several rows at once. Nobody else works on it.
type court struct {
	*desk
	first, second *visitor
	rng           *rand.Rand
}

// convene takes a case away from a worker, gives it to somebody of security and of HR,
// and does what comes before a decision.
func convene(t *testing.T, w *worker, boss *visitor, rng *rand.Rand) *court {
	t.Helper()
	c := &court{desk: w.desks[len(w.desks)-1], first: w.visitor, second: newVisitor(t), rng: rng}
	w.desks = w.desks[:len(w.desks)-1]
	c.second.base = w.base
	boss.page(t, "/admin/accounts")
	c.second.welcome(t, shownOnce(boss.filled(t, "/admin/accounts", url.Values{"mail": {"second@example.com"}, "role": {"hr"}})), "second")
	do := func(kind string, fields url.Values) {
		t.Helper()
		fields.Set("text", "It was looked at before the decision")
		if err := c.act(t.Context(), c.first, kind, "/cases/"+c.id, fields); err != nil {
			t.Fatal(err)
		}
	}
	do("case.take", url.Values{"act": {"take"}})
	for _, e := range c.explanations {
		do("case.explanation", url.Values{"act": {"explain"}, "indicator": {e[0]}, "number": {e[1]}, "looked": {"yes"}, "found": {"does-not"}})
	}
	for _, step := range c.steps {
		do("case.step", url.Values{"act": {"step"}, "step": {step}, "answer": {"done"}})
	}
	return c
}

// act does one thing, which is allowed as the case stands.
func (c *court) act(ctx context.Context, by *visitor, kind, path string, fields url.Values) error {
	c.acts = append(c.acts, act{kind: kind})
	got, err := by.send(ctx, path, fields)
	if err != nil {
		return fmt.Errorf("%w: %w", errGone, err)
	}
	if got.status != http.StatusSeeOther {
		return fmt.Errorf("%s on %s: %d %s", kind, c.id, got.status, got.body)
	}
	c.acts[len(c.acts)-1].acked = true
	return nil
}

// page is the case as somebody sees it now.
func (c *court) page(ctx context.Context, as *visitor) (*htmlcheck.Page, error) {
	got, err := as.do(ctx, http.MethodGet, "/cases/"+c.id, "", nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errGone, err)
	}
	if got.status != http.StatusOK {
		return nil, fmt.Errorf("case %s: %d %s", c.id, got.status, got.body)
	}
	return htmlcheck.Parse(bytes.NewReader(got.body))
}

// live decides until the service is gone.
func (c *court) live(ctx context.Context) error {
	for {
		if err := c.next(ctx); err != nil {
			return gone(err)
		}
		time.Sleep(time.Duration(c.rng.IntN(20)) * time.Millisecond)
	}
}

// next does what comes next as the case stands, whatever the last life left.
func (c *court) next(ctx context.Context) error {
	p, err := c.page(ctx, c.first)
	if err != nil {
		return err
	}
	offers := func(act string) bool { return len(p.Find("input[name=act][value="+act+"]")) > 0 }
	at, why := "/cases/"+c.id, fmt.Sprintf("These are the reasons, number %d", len(c.acts))
	do := func(by *visitor, what string, fields url.Values) error {
		fields.Set("act", what)
		fields.Set("text", why)
		return c.act(ctx, by, "case."+what, at, fields)
	}
	freeze := func() error { return c.act(ctx, c.first, "case.preserve", at+"/freeze", url.Values{}) }
	switch {
	case offers("reopen"):
		return do(c.first, "reopen", url.Values{})
	case offers("decline"):
		if c.rng.IntN(4) == 0 {
			return do(c.first, "decline", url.Values{})
		}
		if p, err = c.page(ctx, c.second); err != nil {
			return err
		}
		if pack := valueOf(p, "input[name=package]"); pack != "" {
			return do(c.second, "approve", url.Values{"package": {pack}})
		}
		return freeze()
	case offers("propose"):
		switch c.rng.IntN(4) {
		case 0:
			return freeze()
		case 1:
			return do(c.first, "close", url.Values{"disposition": {"unresolved"}})
		}
		return do(c.first, "propose", url.Values{})
	}
	return do(c.first, "take", url.Values{})
}

// verify demands every act that was acknowledged once and no other twice, and that the
// case, its packages and the audit log tell the same of them.
func (c *court) verify(t *testing.T, r store.Reader, done map[string]int) error {
	t.Helper()
	least, most := map[string]int{}, map[string]int{}
	for _, a := range c.acts {
		most[a.kind]++
		if a.acked {
			least[a.kind]++
		}
	}
	for kind, n := range most {
		if have := done[kind+" "+c.id]; have < least[kind] || have > n {
			t.Errorf("case %s: %d times %s in the audit log, %d were acknowledged and %d tried", c.id, have, kind, least[kind], n)
		}
	}
	stands, err := casework.Load(r, c.id)
	if err != nil {
		return err
	}
	packages, err := r.Count(store.Packages, store.Query{Where: []store.Cond{{Column: "case", Op: store.Equal, Text: c.id}}})
	if err != nil {
		return err
	}
	closed := len(stands.Before)
	if stands.Closing != nil {
		closed++
	}
	logged := func(kind string) int { return done["case."+kind+" "+c.id] }
	for _, same := range []struct {
		what      string
		kept, log int
	}{
		{"packages", packages, logged("preserve")},
		{"packages of the case", len(stands.Frozen), logged("preserve")},
		{"decisions", closed, logged("approve") + logged("close")},
		{"times it was opened again", stands.Reopened, logged("reopen")},
		{"notes", len(stands.Notes), logged("reopen") + logged("decline")},
	} {
		if same.kept != same.log {
			t.Errorf("case %s: %d %s, %d in the audit log", c.id, same.kept, same.what, same.log)
		}
	}
	return nil
}
