// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"daylight/normalize"
	"daylight/source"

	"pgregory.net/rapid"
)

// everybody is a configuration in which everybody was told.
var everybody = Notices{&Everybody{Policy: "Monitoring at work", Version: "3", Date: "1999-01-01"}}

// world is one connector, its vendor and where its rows go. It is made within a
// bubble of synctest, where the clock begins at 2000-01-01.
type world struct {
	c      *connector
	t      *testing.T
	server *server
	sink   *sink
	store  *memory
	vendor testVendor
	made   int
}

func newWorld(t *testing.T, v testVendor, p Pull, s *server) *world {
	t.Helper()
	w := &world{t: t, server: s, sink: newSink(), store: newMemory(), vendor: v}
	w.c = connectorFor(t, Options{
		Config: Config{Pull: []Pull{p}, Notices: everybody}, Store: w.store, Sink: w.sink,
		Client: &http.Client{Transport: direct{s.handler(v.serve(s))}},
	})
	return w
}

// happen adds n events, a minute apart, ending before now.
func (w *world) happen(n int) {
	now := time.Now().Truncate(time.Second)
	for i := range n {
		at := now.Add(-time.Duration(n-i) * time.Minute)
		w.server.add(event{at: at, row: w.vendor.row(w.made, at), list: w.vendor.list(w.made)})
		w.made++
	}
}

// all reads every feed once.
func (w *world) all(t *testing.T) error {
	t.Helper()
	var failed []error
	for _, f := range w.c.vendor.feeds {
		failed = append(failed, w.c.round(t.Context(), f))
	}
	return errors.Join(failed...)
}

// each runs f for every vendor in a bubble of its own.
func each(t *testing.T, f func(w *world)) {
	t.Helper()
	for _, v := range testVendors {
		t.Run(v.name, func(t *testing.T) {
			s := &server{page: 7}
			p := v.pull(s, func(value string) Secret { return secretIn(t, value) })
			synctest.Test(t, func(t *testing.T) { f(newWorld(t, v, p, s)) })
		})
	}
}

// TestReadsEverythingOnce: pages are followed to their end, the next reading brings
// what is new, and the files are read by the decoders of exports.
func TestReadsEverythingOnce(t *testing.T) {
	each(t, func(w *world) {
		t := w.t
		w.happen(40)
		if err := w.all(t); err != nil || w.sink.count() != 40 {
			t.Fatalf("%d of 40 rows: %v", w.sink.count(), err)
		}
		for row, n := range w.sink.rows {
			if n != 1 {
				t.Errorf("came %d times: %s", n, row)
			}
		}
		time.Sleep(6 * time.Hour)
		w.happen(20)
		calls := len(w.server.calls)
		if err := w.all(t); err != nil || w.sink.count() != 60 {
			t.Fatalf("%d of 60 rows: %v", w.sink.count(), err)
		}
		if again := len(w.server.calls) - calls; again > 12 {
			t.Errorf("asked %d times for 20 new rows", again)
		}
		files := fstest.MapFS{}
		for path, data := range w.sink.files {
			files[path] = &fstest.MapFile{Data: data}
		}
		for file, rejection := range source.Walk(t.Context(), files) {
			if rejection != nil {
				t.Fatal(rejection)
			}
			f, why := normalize.Recognise(file.Sample(t.Context()), nil)
			if f == nil || !slices.Contains(w.vendor.formats, f.Name) {
				t.Errorf("%s is read as %v %s", file.Path, f, why)
			}
		}
	})
}

// TestLateEventsAreFound: what appears later with an earlier time is within the
// overlap, or, of Okta, in the order in which it was stored.
func TestLateEventsAreFound(t *testing.T) {
	each(t, func(w *world) {
		t := w.t
		w.happen(10)
		if err := w.all(t); err != nil {
			t.Fatal(err)
		}
		late := time.Now().Truncate(time.Second).Add(-5*time.Minute - 30*time.Second)
		w.server.add(event{at: late, row: w.vendor.row(500, late), stored: time.Now(), list: w.vendor.list(500)})
		time.Sleep(time.Minute)
		if err := w.all(t); err != nil || w.sink.count() != 11 {
			t.Errorf("%d of 11 rows: %v", w.sink.count(), err)
		}
	})
}

// TestFaultsLoseNothing: throttling, faults and broken pages are waited out within
// one reading.
func TestFaultsLoseNothing(t *testing.T) {
	each(t, func(w *world) {
		t := w.t
		w.happen(30)
		ok := func(http.ResponseWriter) bool { return false }
		w.server.faults = []func(http.ResponseWriter) bool{
			status(429, "Retry-After", "30"), status(500), ok, cutOff, status(503), ok, halfJSON, status(502), cutOff, ok, status(429),
		}
		if err := w.all(t); err != nil || w.sink.count() != 30 {
			t.Errorf("%d of 30 rows: %v", w.sink.count(), err)
		}
	})
}

// TestExpiredPlaceBeginsAgain: a saved place that the vendor no longer knows is left
// for the last time up to which everything was read.
func TestExpiredPlaceBeginsAgain(t *testing.T) {
	each(t, func(w *world) {
		t := w.t
		w.happen(30)
		ok := func(http.ResponseWriter) bool { return false }
		// The third page cannot be had, so that the place of the second is saved.
		w.server.faults = []func(http.ResponseWriter) bool{ok, ok, status(401)}
		if w.server.token != nil {
			w.server.faults = append(w.server.faults, status(401)) // with another token too
		}
		want := 14 // two pages, and all of the other list
		if n := len(w.vendor.lists); n > 1 {
			want += 30 / n
		}
		if err := w.all(t); err == nil || w.sink.count() != want {
			t.Fatalf("%d rows before the fault, want %d: %v", w.sink.count(), want, err)
		}
		w.server.faults, w.server.generation = nil, 1
		if err := w.all(t); err != nil || w.sink.count() != 30 {
			t.Errorf("%d of 30 rows: %v", w.sink.count(), err)
		}
	})
}

// TestPlaceIsSavedAfterTheRowsAreStored: a page that could not be stored is read
// again.
func TestPlaceIsSavedAfterTheRowsAreStored(t *testing.T) {
	each(t, func(w *world) {
		t := w.t
		w.happen(20)
		w.sink.fail = 1
		if err := w.all(t); !errors.Is(err, errDisk) {
			t.Fatalf("a full disk: %v", err)
		}
		if h := w.health(t); h.State != StateFailing || h.Error == "" || strings.Contains(h.Error, errDisk.Error()) {
			t.Errorf("it says %+v", h)
		}
		if err := w.all(t); err != nil || w.sink.count() != 20 {
			t.Errorf("%d of 20 rows: %v", w.sink.count(), err)
		}
	})
}

// TestTroubleIsSaidWhileItLasts: a page that cannot be had for longer than is usual is said
// before it is given up, with the reason and since when, and no longer once it is read.
func TestTroubleIsSaidWhileItLasts(t *testing.T) {
	forever := func(f func(http.ResponseWriter) bool) []func(http.ResponseWriter) bool {
		return slices.Repeat([]func(http.ResponseWriter) bool{f}, 100)
	}
	for name, tt := range map[string]struct {
		faults      []func(http.ResponseWriter) bool
		after       time.Duration // it is looked then
		state, says string
	}{
		"a fault that lasts":      {forever(status(500)), 20 * time.Second, StateFailing, "the vendor has a fault (HTTP 500)"},
		"one that is soon over":   {[]func(http.ResponseWriter) bool{status(500)}, 20 * time.Second, StateOK, ""},
		"garbage":                 {forever(halfJSON), 20 * time.Second, StateFailing, "the answer was not understood or was cut off"},
		"a limit of an hour":      {forever(status(429, "Retry-After", "3600")), time.Second, StateFailing, "the vendor asks to wait (HTTP 429)"},
		"a limit that is over":    {[]func(http.ResponseWriter) bool{status(429, "Retry-After", "40")}, 20 * time.Second, StateReading, ""},
		"a limit time after time": {forever(status(429, "Retry-After", "40")), 4 * time.Minute, StateFailing, "the vendor asks to wait (HTTP 429)"},
	} {
		t.Run(name, func(t *testing.T) {
			v := testVendors[0]
			s := &server{page: 7}
			p := v.pull(s, func(value string) Secret { return secretIn(t, value) })
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, v, p, s)
				w.happen(10)
				s.faults = append([]func(http.ResponseWriter) bool{func(http.ResponseWriter) bool { return false }}, tt.faults...)
				began, ended := time.Now(), make(chan error, 1)
				go func() { ended <- w.all(t) }()
				time.Sleep(tt.after)
				synctest.Wait()
				if h := w.health(t); h.State != tt.state || h.Error != tt.says || h.Since.IsZero() != (tt.says == "") || h.Since.Sub(began) > tt.after {
					t.Errorf("it says %+v", h)
				}
				s.mu.Lock()
				s.faults = nil
				s.mu.Unlock()
				err := <-ended
				if h := w.health(t); err != nil || h.State != StateOK || h.Error != "" || !h.Since.IsZero() || h.Failures != 0 || w.sink.count() != 10 {
					t.Errorf("mended it says %+v, %d of 10 rows (%v)", h, w.sink.count(), err)
				}
			})
		})
	}
}

// health is how the first feed does.
func (w *world) health(t *testing.T) Health {
	t.Helper()
	all, err := Healths(memoryTx{m: w.store})
	if err != nil || len(all) == 0 {
		t.Fatalf("%d states: %v", len(all), err)
	}
	for _, h := range all {
		if h.Feed == w.c.vendor.feeds[0].name {
			return h
		}
	}
	t.Fatal("no state of the feed")
	return Health{}
}

// TestNothingIsLost: whatever goes wrong, and wherever the service stops, every row
// arrives.
func TestNothingIsLost(t *testing.T) {
	for _, v := range testVendors {
		t.Run(v.name, func(t *testing.T) {
			s := &server{}
			p := v.pull(s, func(value string) Secret { return secretIn(t, value) })
			rapid.Check(t, func(rt *rapid.T) {
				*s = server{page: rapid.IntRange(1, 9).Draw(rt, "page"), want: s.want, token: s.token}
				batches := rapid.SliceOfN(rapid.IntRange(0, 25), 1, 4).Draw(rt, "batches")
				trouble := rapid.SliceOfN(rapid.IntRange(0, 8), 0, 40).Draw(rt, "trouble")
				var problem string
				synctest.Test(t, func(t *testing.T) { problem = troubled(t, newWorld(t, v, p, s), batches, trouble) })
				if problem != "" {
					rt.Fatal(problem)
				}
			})
		})
	}
}

// troubled reads batches of events through trouble, and says what was lost.
func troubled(t *testing.T, w *world, batches, trouble []int) string {
	t.Helper()
	kinds := []func(http.ResponseWriter) bool{
		func(http.ResponseWriter) bool { return false }, status(429, "Retry-After", "9"), status(500), status(504), cutOff, halfJSON, status(401), status(403), nil,
	}
	for _, k := range trouble {
		if kinds[k] == nil {
			w.sink.fail++
			continue
		}
		w.server.faults = append(w.server.faults, kinds[k])
	}
	for _, n := range batches {
		w.happen(n)
		_ = w.all(t)
		time.Sleep(time.Hour)
	}
	w.server.faults, w.sink.fail = nil, 0
	for range 2 {
		if err := w.all(t); err != nil {
			return fmt.Sprintf("without faults it still fails: %v", err)
		}
	}
	if w.sink.count() != w.made {
		return fmt.Sprintf("%d of %d rows arrived", w.sink.count(), w.made)
	}
	return ""
}

func TestPagesInCircles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		n := 0
		v := testVendor{serve: func(*server) func(http.ResponseWriter, *http.Request) {
			return func(w http.ResponseWriter, _ *http.Request) {
				n++
				w.Header().Set("Link", fmt.Sprintf(`<https://api.github.com/orgs/example/audit-log?after=%d>; rel="next"`, n%3))
				_, _ = fmt.Fprint(w, `[{"@timestamp":946684800000,"action":"git.clone","actor":"amara.okafor"}]`)
			}
		}}
		w := newWorld(t, v, Pull{Name: "github", Kind: "github", Organization: "example", Secret: Secret{Command: []string{"echo", "x"}}}, s)
		s.want = "Bearer x"
		if err := w.all(t); !errors.Is(err, errLoop) || n > 5 {
			t.Errorf("after %d pages: %v", n, err)
		}
	})
}

// TestNextPageElsewhereIsRefused: credentials are shown to nobody but the vendor.
func TestNextPageElsewhereIsRefused(t *testing.T) {
	for _, to := range []string{"https://evil.example.net/x", "http://api.github.com/x", "https://api.github.com:8443/x", "//evil.example.net/x", "https://api.github.com@evil.example.net/"} {
		synctest.Test(t, func(t *testing.T) {
			s := &server{want: "Bearer x"}
			v := testVendor{serve: func(*server) func(http.ResponseWriter, *http.Request) {
				return func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Link", "<"+to+`>; rel="next"`)
					_, _ = fmt.Fprint(w, `[]`)
				}
			}}
			w := newWorld(t, v, Pull{Name: "github", Kind: "github", Organization: "example", Secret: Secret{Command: []string{"echo", "x"}}}, s)
			if err := w.all(t); !errors.Is(err, errElsewhere) || len(s.calls) != 1 {
				t.Errorf("%s: %d calls, %v", to, len(s.calls), err)
			}
		})
	}
}

// TestBackoff: how long is waited, to the second, with randomness in the middle.
func TestBackoff(t *testing.T) {
	start := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // of every bubble
	for _, c := range []struct {
		name   string
		faults []func(http.ResponseWriter) bool
		want   time.Duration // before the request that succeeds
	}{
		{"at once", nil, 0},
		{"seconds", []func(http.ResponseWriter) bool{status(429, "Retry-After", "30")}, 31500 * time.Millisecond},
		{"a date", []func(http.ResponseWriter) bool{status(429, "Retry-After", "Sat, 01 Jan 2000 00:02:00 GMT")}, 126 * time.Second},
		{"okta's reset", []func(http.ResponseWriter) bool{status(429, "X-Rate-Limit-Reset", fmt.Sprint(start.Add(time.Minute).Unix()))}, 63 * time.Second},
		{"github's reset", []func(http.ResponseWriter) bool{status(403, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", fmt.Sprint(start.Add(time.Minute).Unix()))}, 63 * time.Second},
		{"a reset that is past", []func(http.ResponseWriter) bool{status(429, "X-Rate-Limit-Reset", "1000")}, 1500 * time.Millisecond},
		{"no time: github asks for a minute", []func(http.ResponseWriter) bool{status(429)}, 63 * time.Second},
		{"far too long", []func(http.ResponseWriter) bool{status(429, "Retry-After", "999999")}, time.Hour + 3*time.Minute},
		{"a fault", []func(http.ResponseWriter) bool{status(500)}, 1500 * time.Millisecond},
		{"three faults", []func(http.ResponseWriter) bool{status(500), status(502), cutOff}, (1500 + 3000 + 6000) * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &server{page: 5, want: "Bearer x", faults: c.faults}
				v := testVendors[2]
				w := newWorld(t, v, Pull{Name: "github", Kind: "github", Organization: "example", Secret: Secret{Command: []string{"echo", "x"}}}, s)
				w.c.vendor.gap = 0
				if err := w.all(t); err != nil {
					t.Fatal(err)
				}
				// The middle of the randomness is a little above a half.
				if got := time.Since(start); got < c.want || got > c.want+c.want/500 {
					t.Errorf("waited %s, want %s", got, c.want)
				}
			})
		})
	}
}

// TestNoTimeToWait: a vendor of whom nothing is known but that its limits are met is asked
// again after the usual wait.
func TestNoTimeToWait(t *testing.T) {
	s := &server{page: 5, faults: []func(http.ResponseWriter) bool{status(429)}}
	p := testVendors[0].pull(s, func(value string) Secret { return secretIn(t, value) })
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, testVendors[0], p, s)
		w.c.vendor.gap = 0
		began := time.Now()
		if err := w.all(t); err != nil {
			t.Fatal(err)
		}
		if got := time.Since(began); got < 2*time.Second || got > 2010*time.Millisecond {
			t.Errorf("waited %s", got)
		}
	})
}

// TestSecondaryLimit: GitHub's secondary limits are said by words alone, with either
// status, beside what is left of the primary limit and when that begins anew. A minute is
// waited at least, and twice as long each time; nothing is lost, and it does not go on for
// ever. Source: docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api.
func TestSecondaryLimit(t *testing.T) {
	said := func(code int) func(http.ResponseWriter) bool {
		return func(w http.ResponseWriter) bool {
			w.Header().Set("X-RateLimit-Limit", "5000")
			w.Header().Set("X-RateLimit-Remaining", "4993")
			w.Header().Set("X-RateLimit-Reset", fmt.Sprint(time.Now().Add(3*time.Second).Unix()))
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			w.WriteHeader(code)
			_, _ = io.WriteString(w, `{"documentation_url":"https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits","message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}`)
			return true
		}
	}
	for _, code := range []int{http.StatusForbidden, http.StatusTooManyRequests} {
		for name, c := range map[string]struct {
			times int
			want  time.Duration // at least; a twentieth of it more by randomness
			fails bool
		}{
			"once":           {1, time.Minute, false},
			"four times":     {4, (1 + 2 + 4 + 8) * time.Minute, false},
			"without an end": {100, (1 + 2 + 4 + 8 + 16 + 32 + 60*5) * time.Minute, true},
		} {
			t.Run(fmt.Sprint(code, " ", name), func(t *testing.T) {
				s := &server{page: 5}
				for range c.times {
					s.faults = append(s.faults, said(code))
				}
				v := testVendors[2]
				p := v.pull(s, func(value string) Secret { return secretIn(t, value) })
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, v, p, s)
					w.c.vendor.gap = 0
					w.happen(12)
					began := time.Now()
					err := w.all(t)
					if (err != nil) != c.fails || err != nil && !strings.Contains(err.Error(), "the vendor asks to wait") {
						t.Fatalf("it ended with %v", err)
					}
					if got := time.Since(began); got < c.want || got > c.want+c.want/10 {
						t.Errorf("waited %s, want %s", got, c.want)
					}
					if !c.fails {
						w.complete(t, "held back by a secondary limit")
					}
				})
			})
		}
	}
}

// TestLimitsAreKept: requests are as far apart as the vendor's limits ask, and none
// is made when the vendor says that none is left.
func TestLimitsAreKept(t *testing.T) {
	each(t, func(w *world) {
		t := w.t
		w.happen(30)
		before := time.Now()
		if err := w.all(t); err != nil {
			t.Fatal(err)
		}
		if least := time.Duration(len(w.server.calls)-2) * w.c.vendor.gap; time.Since(before) < least {
			t.Errorf("%d requests in %s", len(w.server.calls), time.Since(before))
		}
		time.Sleep(time.Hour)
		w.happen(20)
		w.server.faults = []func(http.ResponseWriter) bool{func(rw http.ResponseWriter) bool {
			rw.Header().Set("X-Rate-Limit-Remaining", "0")
			rw.Header().Set("X-Rate-Limit-Reset", fmt.Sprint(time.Now().Add(time.Minute).Unix()))
			return false
		}}
		before = time.Now()
		if err := w.all(t); err != nil || time.Since(before) < 59*time.Second {
			t.Errorf("went on after %s: %v", time.Since(before), err)
		}
	})
}

// TestRefusedCredentials: nobody hammers a vendor that says no, and what is written
// down holds no secret.
func TestRefusedCredentials(t *testing.T) {
	each(t, func(w *world) {
		t := w.t
		w.server.want = "Bearer another"
		if err := w.all(t); err == nil {
			t.Fatal("it was let in")
		}
		if len(w.server.calls) > 4 {
			t.Errorf("asked %d times", len(w.server.calls))
		}
		h := w.health(t)
		if h.State != StateRefused || h.Error != "the vendor refused the credentials (HTTP 401)" || h.Failures != 1 || !h.LastSuccess.IsZero() || h.LastTry.IsZero() {
			t.Errorf("it says %+v", h)
		}
		for key, row := range w.store.rows {
			for _, secret := range []string{"okta-key", "xoxp-1", "ghp-1", "PRIVATE KEY", "google-token", "client-secret", "greenhouse-token", "lever-key", "okta-token", "harvest-key"} {
				if strings.Contains(key+string(row.Body)+fmt.Sprint(row.Text), secret) {
					t.Errorf("the store holds %s", secret)
				}
			}
		}
	})
}

// TestRunGoesOn: one connector that is broken stops no other, all stop with the
// context, and a wake-up call is heard.
func TestRunGoesOn(t *testing.T) {
	v := testVendors[2]
	good := &server{page: 50, want: "Bearer x"}
	synctest.Test(t, func(t *testing.T) {
		out, store := newSink(), newMemory()
		serve := good.handler(v.serve(good))
		secret := Secret{Command: []string{"echo", "x"}}
		wake := make(chan string, 1)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		start := time.Now()
		at := start.Add(-time.Hour)
		good.add(event{at: at, row: v.row(1, at)})
		go func() {
			done <- Run(ctx, Options{
				Config: Config{Notices: everybody, Pull: []Pull{
					{Name: "broken", Kind: "okta", URL: "https://okta.example.com", Secret: Secret{File: "/nonexistent/secret"}},
					{Name: "down", Kind: "slack", Secret: secret},
					{Name: "github", Kind: "github", Organization: "example", Secret: secret, Every: time.Hour},
				}},
				Store: store, Sink: out, Now: time.Now, Random: steady{}, Log: quiet(), Wake: wake,
				Client: &http.Client{Transport: direct{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Host == "api.slack.com" {
						w.WriteHeader(http.StatusInternalServerError)
						return
					}
					serve.ServeHTTP(w, r)
				})}},
			})
		}()
		time.Sleep(30 * time.Minute)
		if out.count() != 1 {
			t.Fatalf("%d rows in half an hour", out.count())
		}
		good.add(event{at: time.Now(), row: v.row(2, time.Now())})
		wake <- "github"
		time.Sleep(time.Minute)
		if out.count() != 2 {
			t.Errorf("it did not wake: %d rows", out.count())
		}
		time.Sleep(24 * time.Hour)
		store.mu.Lock()
		states, err := Healths(memoryTx{m: store})
		store.mu.Unlock()
		if err != nil || len(states) != 3 {
			t.Fatalf("%d states, %v", len(states), err)
		}
		for i, want := range []string{StateRefused, StateFailing, StateOK} {
			if states[i].State != want {
				t.Errorf("%s is %s", states[i].Connector, states[i].State)
			}
		}
		if lag := states[2].Lag(time.Now()); lag <= 0 || lag > 70*time.Minute {
			t.Errorf("a lag of %s", lag)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("it ended with %v", err)
		}
	})
}
