// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"daylight/audit"
	"daylight/casework"
	"daylight/store"
)

// cursorKey is the row that says how far the audit log was followed.
const cursorKey = "notify.cursor"

// stretch is how many entries are read in one transaction.
const stretch = 1000

// The states of a delivery.
const (
	waiting = "waiting"
	sent    = "sent"
	failed  = "failed"
)

// delivery is one message to one target.
type delivery struct {
	Happening string    `json:"happening"`
	Act       string    `json:"act"`
	Object    string    `json:"object"`
	At        time.Time `json:"at"`
	Attempts  int       `json:"attempts"`
	Error     string    `json:"error,omitempty"` // of the last attempt, without secrets
}

type cursor struct {
	Next int64 `json:"next"`
}

// Follow turns entries of the audit log that were not seen before into deliveries
// that wait, and returns how many. The entry and its deliveries are committed
// together, so each is made once, whatever happens in between.
func Follow(ctx context.Context, s store.Store, targets []Target, now time.Time) (int, error) {
	made := 0
	for {
		more := false
		n := 0
		err := s.Update(ctx, func(w store.Writer) error {
			n = 0
			from, row, err := followed(w)
			if err != nil {
				return err
			}
			length, err := w.Length(store.Audit)
			if err != nil {
				return err
			}
			to := min(length, from+stretch)
			more = to < length
			if to == from && row.Version != 0 {
				return nil
			}
			for e, err := range audit.Entries(w, from) {
				if err != nil && !errors.Is(err, audit.ErrEntry) {
					return err
				}
				if e.Number >= to {
					break
				}
				if err != nil {
					continue // for audit verify to complain of; it does not hold up the others
				}
				k, err := announce(w, e, targets, now)
				if err != nil {
					return fmt.Errorf("entry %d: %w", e.Number, err)
				}
				n += k
			}
			row.Body, err = json.Marshal(cursor{Next: to})
			if err != nil {
				return err
			}
			return w.Put(store.Settings, row)
		})
		if err != nil {
			return made, fmt.Errorf("follow the audit log: %w", err)
		}
		made += n
		if !more {
			return made, nil
		}
	}
}

// followed returns the first entry that was not seen, and the row that says so.
func followed(r store.Reader) (int64, store.Row, error) {
	row, err := r.Get(store.Settings, cursorKey)
	if errors.Is(err, store.ErrNotFound) {
		// What happened before anybody was to be told is not told.
		end, err := r.Length(store.Audit)
		return end, store.Row{Key: cursorKey}, err
	}
	if err != nil {
		return 0, row, err
	}
	var c cursor
	if err := json.Unmarshal(row.Body, &c); err != nil {
		return 0, row, fmt.Errorf("read how far the log was followed: %w", err)
	}
	return c.Next, row, nil
}

// announce makes the deliveries that one entry leads to. One whose details are
// damaged leads to none.
func announce(w store.Writer, e audit.Logged, targets []Target, now time.Time) (int, error) {
	entry, _, err := audit.Open(w, e.Number, e.Entry)
	if errors.Is(err, store.ErrCorrupt) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	h, ok := happened(entry.Act)
	if !ok {
		return 0, nil
	}
	// A message that says how a case stands goes with the person.
	of, err := w.Get(store.Cases, entry.Object)
	if err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrCorrupt) {
		if errors.Is(err, store.ErrErased) {
			return 0, nil
		}
		return 0, err
	}
	if kept, err := keptBack(w, entry.Act, entry.Object); kept || err != nil {
		return 0, err
	}
	n := 0
	for _, t := range targets {
		if !t.told(h) {
			continue
		}
		d := delivery{Happening: h.slug, Act: entry.Act, Object: entry.Object, At: entry.At}
		key := deliveryKey(e.Number, t.Name)
		if err := put(w, store.Row{Key: key, Holder: of.Holder}, d, t.Name, waiting, now); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// deliveryKey is the same for the same entry and target, and is the id by which
// a receiver knows a repetition.
func deliveryKey(entry int64, target string) string {
	return strconv.FormatInt(entry, 10) + "." + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, target)
}

// put writes a delivery with its state; next is when it is due.
func put(w store.Writer, row store.Row, d delivery, target, state string, next time.Time) error {
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	row.Body = body
	row.Text = map[string]string{"target": target, "state": state}
	row.Ints = map[string]int64{"at": d.At.UnixMilli(), "next": next.UnixMilli()}
	return w.Put(store.Deliveries, row)
}

// keptBack reports whether an entry is about a case that is kept to named accounts or
// was opened in shadow mode, or about any case while shadow mode is on: who reads a
// channel, a mailbox or a SIEM is not known, so nothing is sent of it.
func keptBack(r store.Reader, act, object string) (bool, error) {
	if strings.HasPrefix(act, "case.") {
		on, err := casework.Shadow(r)
		if on || errors.Is(err, store.ErrCorrupt) { // then nobody knows
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
	row, err := r.Get(store.Cases, object)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil // of something else
	}
	if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
		return false, fmt.Errorf("read who may see a case: %w", err)
	}
	return row.Text["audience"] != "", nil
}
