// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"daylight/store"
)

// A jump of the clock, and for how long one is doubted.
const (
	// clockJump is how much further the clock may be from one look to the next, the
	// service's rest in between included, before what is deleted by its time waits.
	clockJump = 24 * time.Hour
	// clockDoubt is how long it then waits. Somebody has to notice: a weekend and a day.
	clockDoubt = 72 * time.Hour
	// clockKept is how often it is written when the clock was last looked at.
	clockKept = time.Hour
)

// clockKey is the row of [store.Settings] that outlives the process.
const clockKey = "clock"

// clock tells by when something is over that cannot be brought back: a deletion, an
// expiry that opens cases. A clock that jumped ahead is not believed for that until it
// went on steadily for [clockDoubt], or was put back; meanwhile such times go on as they
// would have without the jump.
type clock struct {
	now   func() time.Time
	store store.Store

	mu    sync.Mutex
	state clockState
	kept  clockState // as the store has it
}

// clockState is what is known of the clock.
type clockState struct {
	Seen  time.Time     `json:"seen"`            // when it was last looked at, by itself
	Ahead time.Duration `json:"ahead,omitempty"` // by how much it jumped, and is not believed
	Since time.Time     `json:"since,omitzero"`  // when it last did, by itself
}

// load reads what the service knew of the clock before it stopped. A row that does not
// open is as none: there is nothing to compare the clock with.
func (c *clock) load(ctx context.Context) error {
	err := c.store.View(ctx, func(r store.Reader) error {
		row, err := r.Get(store.Settings, clockKey)
		if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrCorrupt) {
			return nil
		}
		if err != nil {
			return err
		}
		return json.Unmarshal(row.Body, &c.state)
	})
	if err != nil {
		return fmt.Errorf("read when the clock was last looked at: %w", err)
	}
	c.kept = c.state
	c.due()
	return nil
}

// due is the instant by which something is over that cannot be brought back.
func (c *clock) due() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now().UTC().Round(0)
	c.state = c.state.at(now)
	return now.Add(-c.state.Ahead)
}

// at is what is known of the clock once it shows now.
func (s clockState) at(now time.Time) clockState {
	gap := now.Sub(s.Seen)
	switch {
	case s.Seen.IsZero():
	case gap > clockJump:
		s.Ahead, s.Since = s.Ahead+gap, now
	case s.Ahead > 0 && gap < 0: // put back, if not by as much again
		if s.Ahead += gap; s.Ahead < clockJump {
			s.Ahead, s.Since = 0, time.Time{}
		}
	case s.Ahead > 0 && now.Sub(s.Since) >= clockDoubt:
		s.Ahead, s.Since = 0, time.Time{}
	}
	s.Seen = now
	return s
}

// doubt says since when the clock is not believed and by how much it jumped; false if it
// is believed.
func (c *clock) doubt() (since time.Time, ahead time.Duration, doubted bool) {
	c.due()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state.Since, c.state.Ahead, c.state.Ahead > 0
}

// keep writes what is known of the clock, now and then and when it jumped. It reports
// whether it jumped since the last time.
func (c *clock) keep(ctx context.Context) (jumped bool, err error) {
	c.due()
	c.mu.Lock()
	state, kept := c.state, c.kept
	c.mu.Unlock()
	jumped = state.Ahead > kept.Ahead
	if apart := state.Seen.Sub(kept.Seen).Abs(); state.Ahead == kept.Ahead && apart < clockKept {
		return false, nil
	}
	body, err := json.Marshal(state)
	if err != nil {
		return jumped, fmt.Errorf("keep when the clock was looked at: %w", err)
	}
	err = c.store.Update(ctx, func(w store.Writer) error {
		return w.Put(store.Settings, store.Row{Key: clockKey, Body: body})
	})
	if err != nil {
		return jumped, fmt.Errorf("keep when the clock was looked at: %w", err)
	}
	c.mu.Lock()
	c.kept = state
	c.mu.Unlock()
	return jumped, nil
}
