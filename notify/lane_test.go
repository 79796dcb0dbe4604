// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"daylight/casework"
	"daylight/notify"
	"daylight/store"
)

// shows writes a case with who may see it.
func (w *world) shows(id, audience string) {
	w.t.Helper()
	w.change(func(tx store.Writer) error {
		return tx.Put(store.Cases, store.Row{Key: id, Text: map[string]string{"subject": "p-0123456789", "state": "checking", "audience": audience}})
	})
}

func (w *world) change(f func(store.Writer) error) {
	w.t.Helper()
	if err := w.store.Update(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

// until waits for something that a goroutine does.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("in vain it was waited until %s", what)
		}
	}
}

func (w *world) asked(path string) (bodies []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.requests {
		if r.path == path {
			bodies = append(bodies, r.body)
		}
	}
	return bodies
}

// TestShadowIsNotSaid: in shadow mode nothing is sent about a case, whatever the target;
// of a case that was opened in it, also afterwards. What a case has no part in is said.
func TestShadowIsNotSaid(t *testing.T) {
	w := newWorld(t)
	o := w.options(
		notify.Target{Name: "chat", Kind: notify.Slack, URL: w.server.URL + "/chat"},
		notify.Target{Name: "siem", Kind: notify.OCSFHTTP, URL: w.server.URL + "/siem", Evidence: true},
	)
	shadow := func(on bool) {
		t.Helper()
		w.change(func(tx store.Writer) error { return casework.SetShadow(tx, "a-admin", on, w.now) })
	}
	w.shows("k-before", "")
	w.happens("case.open", "k-before")
	w.answers = []int{http.StatusServiceUnavailable, http.StatusServiceUnavailable}
	if n := w.once(o); n != 0 {
		t.Fatalf("%d were sent to a server that is away", n)
	}
	asked := len(w.requests)
	shadow(true)
	w.shows("k-within", casework.Shadowed)
	w.happens("case.open", "k-within")
	w.happens("case.evidence", "k-before")
	w.now = w.now.Add(time.Hour)
	if n := w.once(o); n != 0 || len(w.requests) != asked {
		t.Errorf("%d were sent in shadow mode, in %d requests", n, len(w.requests)-asked)
	}
	w.happens("follow-up.due", "follow-ups")
	if n := w.once(o); n != 1 {
		t.Errorf("%d were sent of a follow-up, want the one to chat", n)
	}
	shadow(false)
	w.happens("case.propose", "k-within")
	if n := w.once(o); n != 0 {
		t.Errorf("%d were sent of a case that was opened in shadow mode", n)
	}
	w.happens("case.propose", "k-before")
	if n := w.once(o); n != 2 {
		t.Errorf("%d were sent of the other case when shadow mode was over, want 2", n)
	}
}

// TestOneTargetHoldsUpNoOther and comes to an end itself.
func TestOneTargetHoldsUpNoOther(t *testing.T) {
	w := newWorld(t)
	o := w.options(
		notify.Target{Name: "dead", Kind: notify.Slack, URL: "http://127.0.0.1:1/x"},
		notify.Target{Name: "live", Kind: notify.Slack, URL: w.server.URL},
	)
	w.happens("case.open", "k-1")
	if n := w.once(o); n != 1 {
		t.Errorf("%d were sent, want 1", n)
	}
	for range 40 {
		w.now = w.now.Add(6 * time.Hour)
		w.once(o)
	}
	if got := w.states(); got["failed"] != 1 || got["sent"] != 1 {
		t.Errorf("states %v, want one given up and one sent", got)
	}
}

// TestHangingTargetHoldsUpNoOther: while one target does not answer, another is told at
// once, of what was waiting and of what happens meanwhile.
func TestHangingTargetHoldsUpNoOther(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	reached := make(chan struct{}, 99)
	hangs := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		reached <- struct{}{}
		<-ctx.Done()
	}))
	defer hangs.Close()
	o := w.options(
		notify.Target{Name: "a-hanging", Kind: notify.Slack, URL: hangs.URL},
		notify.Target{Name: "live", Kind: notify.Slack, URL: w.server.URL + "/live"},
	)
	for i := range 3 {
		w.happens("case.open", fmt.Sprint("k-", i))
	}
	ended := make(chan error, 1)
	go func() { ended <- notify.Run(ctx, o, time.Millisecond) }()
	<-reached
	until(t, "the other target is told", func() bool { return len(w.asked("/live")) == 3 })
	w.happens("case.close", "k-1")
	until(t, "the other target is told of what came after", func() bool { return len(w.asked("/live")) == 4 })
	if n := len(reached); n != 0 {
		t.Errorf("%d more deliveries were begun to a target that is still being told", n)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestInOrder: a target is told in the order of the log, also after the ninth entry.
func TestInOrder(t *testing.T) {
	w := newWorld(t)
	o := w.options(notify.Target{Name: "chat", Kind: notify.Slack, URL: w.server.URL + "/chat"})
	var want []string
	for i := range 12 {
		w.happens("case.open", fmt.Sprint("k-", i))
		want = append(want, fmt.Sprintf(`{"text":"A case was opened for review. Nothing has been decided.\nhttps://daylight.example/cases/k-%d"}`, i))
	}
	w.once(o)
	if got := w.asked("/chat"); !slices.Equal(got, want) {
		t.Errorf("told %q", got)
	}
}

// hurried is a network on which nobody answers, that looks how long is waited.
type hurried struct{ left []time.Duration }

// RoundTrip implements [http.RoundTripper].
func (h *hurried) RoundTrip(r *http.Request) (*http.Response, error) {
	if until, ok := r.Context().Deadline(); ok {
		h.left = append(h.left, time.Until(until))
	}
	return nil, errors.New("nobody answers")
}

// TestRequestIsBounded: an answer is waited for ten seconds.
func TestRequestIsBounded(t *testing.T) {
	w := newWorld(t)
	var h hurried
	o := w.options(notify.Target{Name: "chat", Kind: notify.Slack, URL: "https://chat.example"})
	o.Client = &http.Client{Transport: &h}
	w.happens("case.open", "k-1")
	w.once(o)
	if len(h.left) != 1 || h.left[0] > 10*time.Second || h.left[0] < 5*time.Second {
		t.Errorf("requests waited for %v, want one for about ten seconds", h.left)
	}
}

// stuck is a store in which no delivery can be written.
type stuck struct{ store.Store }

// Update implements [store.Store].
func (s stuck) Update(ctx context.Context, f func(store.Writer) error) error {
	return s.Store.Update(ctx, func(w store.Writer) error { return f(stuckWriter{w}) })
}

type stuckWriter struct{ store.Writer }

// Put implements [store.Writer].
func (stuckWriter) Put(store.Collection, store.Row) error { return store.ErrReadOnly }

// TestNothingIsSaidUnwritten: while nothing can be written, nobody is told the same
// again and again.
func TestNothingIsSaidUnwritten(t *testing.T) {
	w := newWorld(t)
	o := w.options(notify.Target{Name: "chat", Kind: notify.Slack, URL: w.server.URL})
	w.happens("case.open", "k-1")
	if _, err := notify.Follow(t.Context(), w.store, o.Targets, w.now); err != nil {
		t.Fatal(err)
	}
	o.Store = stuck{w.store}
	if _, err := notify.Once(t.Context(), o); !errors.Is(err, store.ErrReadOnly) || len(w.requests) != 0 {
		t.Errorf("%d requests, %v", len(w.requests), err)
	}
}

// TestSpoiltDeliveryHoldsUpNoOther: one that does not open is given up, and the one after
// it is sent; and what was put off by a clock a day ahead is sent when it is right again.
func TestSpoiltDeliveryHoldsUpNoOther(t *testing.T) {
	w := newWorld(t)
	o := w.options(notify.Target{Name: "live", Kind: notify.Slack, URL: w.server.URL})
	w.happens("case.open", "k-1")
	w.happens("case.open", "k-2")
	if _, err := notify.Follow(t.Context(), w.store, o.Targets, w.now.AddDate(0, 0, 1)); err != nil {
		t.Fatal(err)
	}
	first := ""
	o.Store = spoilt{w.store, &first}
	if n := w.once(o); n != 1 {
		t.Errorf("%d were sent, want the one that opens", n)
	}
	if got := w.states(); got["sent"] != 1 || len(got) != 1 {
		t.Errorf("states %v, want one sent and the other gone", got)
	}
}

// spoilt is a store of which the delivery that is read first does not open.
type spoilt struct {
	store.Store
	key *string
}

// View implements [store.Store].
func (s spoilt) View(ctx context.Context, f func(store.Reader) error) error {
	return s.Store.View(ctx, func(r store.Reader) error { return f(spoiltReader{r, s.key}) })
}

type spoiltReader struct {
	store.Reader
	key *string
}

// Get implements [store.Reader].
func (s spoiltReader) Get(c store.Collection, key string) (store.Row, error) {
	if c.Name == store.Deliveries.Name && (*s.key == "" || *s.key == key) {
		*s.key = key
		return store.Row{Key: key}, store.ErrCorrupt
	}
	return s.Reader.Get(c, key)
}

// TestDue counts the deliveries that are sent now, and says since when they could have
// been. The longest that one is put off is 4 h and a quarter of that.
func TestDue(t *testing.T) {
	for name, tc := range map[string]struct {
		states map[string]string // of deliveries, by when they are due next
		want   int
		since  string // the difference from now
	}{
		"none":                       {nil, 0, ""},
		"not yet":                    {map[string]string{"1ms": "waiting", "5h": "waiting"}, 0, ""},
		"two, one not yet":           {map[string]string{"-40s": "waiting", "-10s": "waiting", "1m": "waiting"}, 2, "-40s"},
		"now":                        {map[string]string{"0s": "waiting"}, 1, "0s"},
		"what is over":               {map[string]string{"-40s": "sent", "-10s": "failed"}, 0, ""},
		"put off by a clock ahead":   {map[string]string{"5h0m0.001s": "waiting"}, 1, "5h0m0.001s"},
		"and one that is due anyway": {map[string]string{"24h": "waiting", "-10s": "waiting"}, 2, "-10s"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.change(func(tx store.Writer) error {
				for next, state := range tc.states {
					at := w.now.Add(duration(t, next))
					row := store.Row{Key: "1." + next, Text: map[string]string{"target": "chat", "state": state}, Ints: map[string]int64{"next": at.UnixMilli()}, Body: []byte("{}")}
					if err := tx.Put(store.Deliveries, row); err != nil {
						return err
					}
				}
				return nil
			})
			err := w.store.View(t.Context(), func(r store.Reader) error {
				n, since, err := notify.Due(r, w.now)
				if n != tc.want || tc.want > 0 && !since.Equal(w.now.Add(duration(t, tc.since))) {
					t.Errorf("%d are due since %s, want %d since %s", n, since, tc.want, tc.since)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
