// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"daylight/store"
)

// The states of a connector's feed, in the column "state" of [store.Cursors].
const (
	StateOK      = "ok"      // the last reading reached the end
	StateReading = "reading" // pages come, and the end was not reached yet
	StateFailing = "failing" // the last reading failed; it is tried again
	StateRefused = "refused" // the vendor refused the credentials, or the address is refused
	StateDamaged = "damaged" // how far it was read does not open; it is read from the beginning
)

// progress is how far a feed was read and how that went, as the sealed body of its
// row in [store.Cursors].
type progress struct {
	Kind string `json:"kind"`
	// Next is the page to go on with, "" to begin a new walk at Since.
	Next string `json:"next,omitempty"`
	// Since is the time up to which everything was read, Newest the newest seen.
	Since  time.Time `json:"since,omitzero"`
	Newest time.Time `json:"newest,omitzero"`
	// Began is when the walk began that Next goes on with, by the earlier of the
	// vendor's clock and ours.
	Began       time.Time `json:"began,omitzero"`
	LastTry     time.Time `json:"last_try,omitzero"`
	LastSuccess time.Time `json:"last_success,omitzero"`
	State       string    `json:"state,omitempty"`
	Error       string    `json:"error,omitempty"`
	Failures    int       `json:"failures,omitempty"`
	// FailingSince is when the first failed of those tries that failed in a row.
	FailingSince time.Time `json:"failing_since,omitzero"`
	Rows         int64     `json:"rows,omitempty"`
	// Of the last walk that reached the end.
	Unnoticed       int `json:"unnoticed,omitempty"`
	UnnoticedPeople int `json:"unnoticed_people,omitempty"`
	Unread          int `json:"unread,omitempty"`
}

// Health is how a connector's feed does, or a [Way] that nobody reads from. It holds no secret and nothing personal.
type Health struct {
	Connector string // its name in the configuration
	Kind      string // "okta"
	Feed      string // "system_log"
	State     string
	// Error says in words why the last reading failed; "" if it did not.
	Error    string
	Failures int // in a row
	// Since is when the first of them was, the zero time if the last reading went well.
	Since time.Time
	// LastTry and LastSuccess are when a reading last ended, and ended well; the zero
	// time if none did.
	LastTry, LastSuccess time.Time
	// ReadTo is when the newest thing read happened.
	ReadTo time.Time
	// Rows is how many were handed on in all.
	Rows int64
	// Unnoticed are events of the last reading that were not read because those who
	// acted, UnnoticedPeople of them, have no recorded notice. Unread are those that
	// name nobody or are in no form that is understood.
	Unnoticed, UnnoticedPeople, Unread int
}

// Lag is how long ago the feed was last read to its end, 0 if it never was.
func (h Health) Lag(now time.Time) time.Duration {
	if h.LastSuccess.IsZero() {
		return 0
	}
	return max(0, now.Sub(h.LastSuccess))
}

// Held says what was not read of people who were not told, "" if nothing.
func (h Health) Held() string {
	if h.Unnoticed == 0 {
		return ""
	}
	return fmt.Sprintf("%s of %s without a recorded notice were not read", plural(h.Unnoticed, "event", "events"), plural(h.UnnoticedPeople, "person", "people"))
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Healths returns how every feed that was ever read does, and every [Way], by connector
// and feed.
func Healths(r store.Reader) ([]Health, error) {
	var out []Health
	for row, err := range r.Find(store.Cursors, store.Query{}) {
		var p progress
		switch {
		case errors.Is(err, store.ErrCorrupt):
			p.State, p.Error = StateDamaged, "what was kept of it does not open; it begins anew"
		case err != nil:
			return nil, fmt.Errorf("read a connector's state: %w", err)
		default:
			if err := json.Unmarshal(row.Body, &p); err != nil {
				return nil, fmt.Errorf("read a connector's state: %w", err)
			}
		}
		out = append(out, Health{
			Connector: row.Text["connector"], Kind: p.Kind, Feed: row.Key[len(row.Text["connector"])+1:], State: p.State, Error: p.Error,
			Failures: p.Failures, Since: p.FailingSince, LastTry: p.LastTry, LastSuccess: p.LastSuccess, ReadTo: p.Newest, Rows: p.Rows,
			Unnoticed: p.Unnoticed, UnnoticedPeople: p.UnnoticedPeople, Unread: p.Unread,
		})
	}
	return out, nil
}

func (w *walk) key() string { return w.connector.pull.Name + "/" + w.feed.name }

// load reads how far the feed was read. Where that does not open it is read from the
// beginning: what came before is recognised.
func (w *walk) load(ctx context.Context) error {
	return w.connector.options.Store.View(ctx, func(r store.Reader) error {
		row, err := r.Get(store.Cursors, w.key())
		switch {
		case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrCorrupt):
			return nil
		case err != nil:
			return fmt.Errorf("read how far the feed was read: %w", err)
		}
		return json.Unmarshal(row.Body, &w.state)
	})
}

// save writes down how far the feed was read.
func (w *walk) save(ctx context.Context) error {
	w.state.Kind = w.connector.pull.Kind
	return w.connector.options.Store.Update(ctx, func(tx store.Writer) error {
		return put(tx, w.connector.pull.Name, w.key(), w.state)
	})
}

// fail notes that something failed at an instant.
func (p *progress) fail(at time.Time, state, words string) {
	p.LastTry, p.State, p.Error = at, state, words
	if p.FailingSince.IsZero() {
		p.FailingSince = at
	}
}

// milliseconds is an instant as plain columns hold it, 0 for none.
func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
