// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"daylight/store"
)

// complete fails unless all rows arrived, and nothing that the vendor does not have.
func (w *world) complete(t *testing.T, when string) {
	t.Helper()
	if len(w.sink.rows) != len(w.server.events) {
		t.Errorf("%s: %d different rows of %d", when, len(w.sink.rows), len(w.server.events))
	}
	for _, e := range w.server.events {
		if w.sink.rows[e.row] == 0 {
			t.Fatalf("%s: it never came: %s", when, e.row)
		}
	}
}

// TestFullPages: pages are as large as the vendor allows or were asked for, and no
// larger, and the number of requests follows from that.
func TestFullPages(t *testing.T) {
	each(t, func(w *world) {
		t := w.t
		w.server.page = 0
		const n = 1300
		w.happen(n)
		if err := w.all(t); err != nil {
			t.Fatal(err)
		}
		w.complete(t, "in full pages")
		first, err := url.Parse(w.server.calls[0])
		if err != nil {
			t.Fatal(err)
		}
		q := first.Query()
		asked, err := strconv.Atoi(cmp.Or(q.Get("limit"), q.Get("per_page"), q.Get("maxResults")))
		if err != nil || asked > w.vendor.most {
			t.Fatalf("it asks for %d rows of %d: %v", asked, w.vendor.most, err)
		}
		lists := max(1, len(w.vendor.lists))
		want := lists * ((n/lists + asked - 1) / asked)
		if w.c.vendor.feeds[0].polls {
			want++ // the empty page that ends it
		}
		if len(w.server.sizes) != want || slices.Max(w.server.sizes) != min(asked, n/lists) {
			t.Errorf("pages of %v, want %d of up to %d", w.server.sizes, want, asked)
		}
	})
}

// TestTokenEndsWithinAWalk: a token that is no longer taken is replaced within the walk,
// and the page asked for again.
func TestTokenEndsWithinAWalk(t *testing.T) {
	expiring := 0
	each(t, func(w *world) {
		if w.server.token == nil {
			return
		}
		expiring++
		w.server.lives = 2
		w.happen(40)
		if err := w.all(w.t); err != nil {
			w.t.Fatal(err)
		}
		w.complete(w.t, "with tokens that end")
		if w.server.issued < 3 {
			w.t.Errorf("only %d tokens were asked for", w.server.issued)
		}
	})
	if expiring != 3 {
		t.Errorf("%d vendors give tokens, want 3", expiring)
	}
}

// TestOwnLimitsAreNotMet: as fast as a connector asks, no vendor has to hold it back by
// the limits of its documentation.
func TestOwnLimitsAreNotMet(t *testing.T) {
	each(t, func(w *world) {
		w.server.page, w.server.most, w.server.window, w.server.busy = 1, w.vendor.limit, w.vendor.window, w.vendor.busy
		w.happen(130)
		if err := w.all(w.t); err != nil {
			w.t.Fatal(err)
		}
		w.complete(w.t, "in pages of one")
		if w.server.held != 0 {
			w.t.Errorf("it was held back %d times in %d requests", w.server.held, len(w.server.calls))
		}
	})
}

// TestHeldBack: a vendor that holds back, in its own words and by its own clock, is left
// alone until it says, once for each time, and all is read in the end.
func TestHeldBack(t *testing.T) {
	for _, skew := range []time.Duration{-10 * time.Minute, 0, 10 * time.Minute} {
		t.Run(skew.String(), func(t *testing.T) {
			each(t, func(w *world) {
				w.server.skew, w.server.most, w.server.window, w.server.busy = skew, 3, w.vendor.window, w.vendor.busy
				w.happen(40)
				if err := w.all(w.t); err != nil {
					w.t.Fatal(err)
				}
				w.complete(w.t, "held back")
				if rounds := len(w.server.sizes)/3 + 1; w.server.held == 0 || w.server.held > rounds {
					w.t.Errorf("it was held back %d times in %d windows", w.server.held, rounds)
				}
			})
		})
	}
}

// TestUntidyPages: rows out of order, and pages that repeat rows of the one before.
func TestUntidyPages(t *testing.T) {
	each(t, func(w *world) {
		w.server.untidy = true
		for range 3 {
			w.happen(25)
			if err := w.all(w.t); err != nil {
				w.t.Fatal(err)
			}
			time.Sleep(time.Hour)
		}
		w.complete(w.t, "untidy")
	})
}

// TestClocksDiffer: a clock of ours that is wrong by hours, either way or moved in
// between, loses nothing.
func TestClocksDiffer(t *testing.T) {
	for _, wrong := range [][]time.Duration{{3 * time.Hour, 3 * time.Hour, 3 * time.Hour}, {-3 * time.Hour, -3 * time.Hour, -3 * time.Hour}, {3 * time.Hour, -3 * time.Hour, 0}} {
		t.Run(wrong[0].String()+" to "+wrong[2].String(), func(t *testing.T) {
			each(t, func(w *world) {
				for _, d := range wrong {
					w.c.options.Now = func() time.Time { return time.Now().Add(d) }
					w.happen(20)
					if err := w.all(w.t); err != nil {
						w.t.Fatal(err)
					}
					time.Sleep(90 * time.Minute)
				}
				w.happen(5)
				if err := w.all(w.t); err != nil {
					w.t.Fatal(err)
				}
				w.complete(w.t, "by another clock")
			})
		})
	}
}

// TestPowerCutAfterEachWrite: whatever the store says at any instant, going on from
// there with what was stored by then reads everything: no place is saved before its
// rows are stored.
func TestPowerCutAfterEachWrite(t *testing.T) {
	each(t, func(w *world) {
		type instant struct {
			state map[string]store.Row
			rows  map[string]int
		}
		var cuts []instant
		w.happen(30)
		w.store.wrote = func() {
			cuts = append(cuts, instant{maps.Clone(w.store.rows), maps.Clone(w.sink.rows)})
		}
		if err := w.all(w.t); err != nil {
			w.t.Fatal(err)
		}
		if len(cuts) < 5 {
			w.t.Fatalf("only %d writes", len(cuts))
		}
		w.store.wrote = nil
		for i, cut := range cuts {
			w.store.rows, w.sink.rows = cut.state, cut.rows
			for range 2 {
				if err := w.all(w.t); err != nil {
					w.t.Fatal(err)
				}
			}
			w.complete(w.t, "cut after write "+strconv.Itoa(i))
		}
	})
}

// TestChangedDuringAWalk: a row that changes on a page that was read already, while a
// walk waits for a vendor that is down, is not lost when what is read later is newer.
func TestChangedDuringAWalk(t *testing.T) {
	each(t, func(w *world) {
		t := w.t
		if len(w.vendor.lists) == 0 {
			return // what stands in a log does not change
		}
		w.server.page = 2
		list, feed := w.vendor.lists[0], w.c.vendor.feeds[0]
		// change gives the first and the last row a new time, of those that came or of
		// those that did not.
		change := func(came bool) {
			t.Helper()
			var of []int
			for i, e := range w.server.events {
				if e.list == list && (w.sink.rows[e.row] > 0) == came {
					of = append(of, i)
				}
			}
			if len(of) < 3 {
				t.Fatalf("%d rows that came: %v", len(of), came)
			}
			for _, i := range []int{of[0], of[len(of)-1]} {
				e := &w.server.events[i]
				e.at = time.Now()
				e.row = w.vendor.row(idOf(e.row)-1, e.at)
			}
			slices.SortStableFunc(w.server.events, oldestFirst)
		}
		w.happen(16)
		if err := w.all(t); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		w.happen(16)
		ok := func(http.ResponseWriter) bool { return false }
		w.server.faults = append([]func(http.ResponseWriter) bool{ok, ok}, slices.Repeat([]func(http.ResponseWriter) bool{status(500)}, maxTries)...)
		if err := w.c.round(t.Context(), feed); err == nil {
			t.Fatal("the vendor is not down")
		}
		change(true)
		time.Sleep(time.Hour)
		change(false)
		for range 2 {
			if err := w.all(t); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		for _, e := range w.server.events {
			if w.sink.rows[e.row] == 0 {
				t.Errorf("it never came: %s", e.row)
			}
		}
	})
}
