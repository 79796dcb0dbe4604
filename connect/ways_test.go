// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"daylight/store"
	"daylight/store/sqlite"
)

// counting is a store that counts changes, and refuses them while it is full.
type counting struct {
	store.Store
	changes int
	full    bool
}

func (c *counting) Update(ctx context.Context, f func(store.Writer) error) error {
	c.changes++
	if c.full {
		return store.ErrReadOnly
	}
	return c.Store.Update(ctx, f)
}

func newWays(t *testing.T) (*Ways, *counting) {
	t.Helper()
	st, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	c := &counting{Store: st}
	return &Ways{Store: c, Now: func() time.Time { return time.UnixMilli(1_780_000_000_000).UTC() }}, c
}

// one is the health of a way after what was told is written.
func (s *Ways) one(t *testing.T, of Way) Health {
	t.Helper()
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	var found Health
	err := s.Store.View(t.Context(), func(r store.Reader) error {
		all, err := Healths(r)
		for _, h := range all {
			if h.Connector == of.Connector && h.Feed == of.Feed {
				found = h
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestWaysTellHealth: a way is as its last minute was, what went well counts more than
// what somebody else sends, and what cannot be written is not lost.
func TestWaysTellHealth(t *testing.T) {
	ways, st := newWays(t)
	of := HookWay("ashby")
	ways.Good(of, 1)
	if h := ways.one(t, of); h.State != StateOK || h.Error != "" || h.Rows != 1 || !h.LastSuccess.Equal(ways.Now()) || h.Kind != "ashby" {
		t.Errorf("after a delivery: %+v", h)
	}
	ways.Bad(of, 2, StateRefused, "not signed")
	if h := ways.one(t, of); h.State != StateRefused || h.Failures != 2 || h.Error != "not signed (2 times in a row)" || h.Rows != 1 || h.LastSuccess.IsZero() {
		t.Errorf("after two that were refused: %+v", h)
	}
	st.full = true
	ways.Bad(of, 1, StateRefused, "not signed")
	if err := ways.Flush(t.Context()); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("a full disk: %v", err)
	}
	ways.Good(of, 2)
	st.full = false
	if h := ways.one(t, of); h.State != StateOK || h.Failures != 0 || h.Error != "1 failure besides: not signed" || h.Rows != 3 {
		t.Errorf("after one of each: %+v", h)
	}
	folder := FolderWay("/srv/exports")
	ways.Good(folder, 4)
	ways.Bad(folder, 1, StateFailing, "not there")
	if h := ways.one(t, folder); h.State != StateFailing || h.Error != "not there" || h.Rows != 4 || h.LastSuccess.IsZero() {
		t.Errorf("a folder that vanished: %+v", h)
	}
	ways.Bad(folder, 1, StateFailing, "not there")
	ways.Good(folder, 0)
	if h := ways.one(t, folder); h.State != StateOK || h.Error != "" || h.Connector != "/srv/exports" {
		t.Errorf("a folder that is back: %+v", h)
	}
	before := st.changes
	if err := ways.Flush(t.Context()); err != nil || st.changes != before {
		t.Errorf("no news are written: %v", err)
	}
}

// TestWaysThatAreGone: a folder or webhook that is no longer configured is forgotten;
// connectors and SCIM are not.
func TestWaysThatAreGone(t *testing.T) {
	ways, _ := newWays(t)
	gone, stays := FolderWay("/srv/old"), FolderWay("/srv/new")
	for _, of := range []Way{gone, stays, HookWay("lever"), SCIMWay} {
		ways.Good(of, 0)
	}
	if err := ways.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := ways.Only(t.Context(), stays); err != nil {
		t.Fatal(err)
	}
	for of, want := range map[Way]string{gone: "", HookWay("lever"): "", stays: StateOK, SCIMWay: StateOK} {
		if h := ways.one(t, of); h.State != want {
			t.Errorf("%v: %q", of, h.State)
		}
	}
}

// TestWrongSecretIsSeen: deliveries that are refused every time leave a row, without a
// write each, and one that is good again mends it; a vendor that is not configured leaves
// none.
func TestWrongSecretIsSeen(t *testing.T) {
	ways, st := newWays(t)
	mux := http.NewServeMux()
	mux.Handle("/v1/hooks/{vendor}", Webhook(HookOptions{
		Hooks: map[string]Hook{"ashby": {Secrets: []Secret{secretIn(t, "right")}}}, Store: st, Sink: newSink(), Now: ways.Now, Log: quiet(), Ways: ways,
	}))
	for range 50 {
		if got := post(mux, "ashby", ashbyHook, "Ashby-Signature", "sha256="+hexMAC("wrong", []byte(ashbyHook))); got != http.StatusUnauthorized {
			t.Fatalf("answered %d", got)
		}
		post(mux, "lever", ashbyHook)
	}
	if st.changes != 0 {
		t.Errorf("50 refused deliveries made %d writes", st.changes)
	}
	of := HookWay("ashby")
	if h := ways.one(t, of); h.State != StateRefused || h.Failures != 50 || !strings.Contains(h.Error, "not signed with a known secret") || !h.LastSuccess.IsZero() {
		t.Errorf("it says %+v", h)
	}
	if h := ways.one(t, HookWay("lever")); h.State != "" {
		t.Errorf("a webhook that is not configured: %+v", h)
	}
	if got := post(mux, "ashby", ashbyHook, "Ashby-Signature", "sha256="+hexMAC("right", []byte(ashbyHook))); got != http.StatusOK {
		t.Fatalf("answered %d", got)
	}
	if h := ways.one(t, of); h.State != StateOK || h.Rows != 1 || h.Error != "" {
		t.Errorf("after a good one: %+v", h)
	}
}

// TestFailingProviderIsSeen: requests that are malformed leave a row that says so and
// quotes nothing; asking for somebody who is not there is no failure.
func TestFailingProviderIsSeen(t *testing.T) {
	ways, st := newWays(t)
	h := SCIM(SCIMOptions{Store: st, Sink: newSink(), Now: ways.Now, Random: rand.Reader, Log: quiet(), Ways: ways})
	ask := func(method, path, body string) {
		t.Helper()
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		h.ServeHTTP(httptest.NewRecorder(), r.WithContext(As(r.Context(), "okta", nil)))
	}
	ask("GET", "/scim/v2/Users/none", "")
	if got := ways.one(t, SCIMWay); got.State != "" {
		t.Errorf("asking for nobody: %+v", got)
	}
	ask("POST", "/scim/v2/Users", `{"userName": Amara`)
	if got := ways.one(t, SCIMWay); got.State != StateFailing || got.Error != "a request was answered with 400 Bad Request" {
		t.Errorf("a malformed request: %+v", got)
	}
	ask("POST", "/scim/v2/Users", `{"userName":"amara@example.com"}`)
	if got := ways.one(t, SCIMWay); got.State != StateOK || got.Rows != 1 {
		t.Errorf("a good request: %+v", got)
	}
}
