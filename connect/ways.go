// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"daylight/store"
)

// Way is a way in that nobody reads from here: a watched folder, a webhook, SCIM. It has
// a row of [Healths] as a connector's feed has.
type Way struct {
	Connector string // a folder, a vendor
	Kind      string
	Feed      string
}

// SCIMWay is the way of identity providers that push people.
var SCIMWay = Way{"SCIM", "scim", "users"}

// The feeds of folders and webhooks.
const (
	folderFeed = "folder"
	hookFeed   = "webhook"
)

// FolderWay is the way of a watched folder.
func FolderWay(path string) Way { return Way{path, "watched", folderFeed} }

// HookWay is the way of a vendor's webhook.
func HookWay(vendor string) Way { return Way{vendor, vendor, hookFeed} }

func (w Way) key() string { return w.Connector + "/" + w.Feed }

// Ways gathers how such ways do. What is told is kept in memory until [Ways.Flush]
// writes it, so that requests with a wrong secret make no write each. A nil
// Ways hears nothing. Its methods may be called by several at once.
type Ways struct {
	Store store.Store
	Now   func() time.Time

	mu   sync.Mutex
	news map[Way]news
}

// news is what was told of a way and is not written yet.
type news struct {
	rows, good, bad int64
	lastGood        time.Time
	lastTry         time.Time
	state, words    string // of the last that went wrong
}

// and is what was told before together with what was told later. A folder is as it was
// at the last look; of what others send, one that is refused takes nothing from one that
// is not.
func (n news) and(later news, of Way) news {
	switch {
	case of.Feed != folderFeed:
	case later.good > 0:
		n.bad = 0
	case later.bad > 0:
		n.good = 0
	}
	n.rows, n.good, n.bad, n.lastTry = n.rows+later.rows, n.good+later.good, n.bad+later.bad, later.lastTry
	if later.lastGood.After(n.lastGood) {
		n.lastGood = later.lastGood
	}
	if later.bad > 0 {
		n.state, n.words = later.state, later.words
	}
	return n
}

// Good tells that something came in, or that all is well; rows is how much was handed on.
func (s *Ways) Good(of Way, rows int) {
	if s != nil {
		now := s.Now()
		s.tell(of, news{rows: int64(rows), good: 1, lastGood: now, lastTry: now})
	}
}

// Bad tells that something went wrong so many times. The words hold nothing of what was
// sent: they are shown.
func (s *Ways) Bad(of Way, times int64, state, words string) {
	if s != nil {
		s.tell(of, news{bad: times, lastTry: s.Now(), state: state, words: words})
	}
}

// Partly tells that what could be handed on was, so many rows, and that something else
// went wrong. The words hold nothing of what was sent.
func (s *Ways) Partly(of Way, rows int, state, words string) {
	if s != nil {
		now := s.Now()
		s.tell(of, news{rows: int64(rows), bad: 1, lastGood: now, lastTry: now, state: state, words: words})
	}
}

func (s *Ways) tell(of Way, n news) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.news == nil {
		s.news = map[Way]news{}
	}
	s.news[of] = s.news[of].and(n, of)
}

// Flush writes what was told since the last time, in one change. A way by which
// anything came in is well, and what else was refused is said beside it. What cannot be
// written is kept for the next time.
func (s *Ways) Flush(ctx context.Context) error {
	s.mu.Lock()
	all := s.news
	s.news = nil
	s.mu.Unlock()
	if len(all) == 0 {
		return nil
	}
	err := s.Store.Update(ctx, func(w store.Writer) error {
		for of, n := range all {
			if err := n.write(w, of); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for of, later := range s.news {
		all[of] = all[of].and(later, of)
	}
	s.news = all
	return fmt.Errorf("write how the ways in do: %w", err)
}

func (n news) write(w store.Writer, of Way) error {
	var p progress
	switch row, err := w.Get(store.Cursors, of.key()); {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrCorrupt): // it begins anew
	case err != nil:
		return err
	default:
		if err := json.Unmarshal(row.Body, &p); err != nil {
			return err
		}
	}
	p.Kind, p.Rows, p.LastTry = of.Kind, p.Rows+n.rows, n.lastTry
	if n.good > 0 {
		p.State, p.Error, p.Failures, p.FailingSince, p.LastSuccess = StateOK, "", 0, time.Time{}, n.lastGood
		if n.bad > 0 {
			p.Error = plural(int(n.bad), "failure", "failures") + " besides: " + n.words
		}
	} else {
		if n.lastGood.After(p.LastSuccess) {
			p.LastSuccess, p.Failures = n.lastGood, 0
		}
		p.Failures += int(n.bad)
		p.fail(n.lastTry, n.state, n.words)
		if p.Failures > 1 {
			p.Error = fmt.Sprintf("%s (%d times in a row)", n.words, p.Failures)
		}
	}
	return put(w, of.Connector, of.key(), p)
}

// put writes the row of a feed or of a way.
func put(w store.Writer, connector, key string, p progress) error {
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return w.Put(store.Cursors, store.Row{
		Key:  key,
		Text: map[string]string{"connector": connector, "state": p.State},
		Ints: map[string]int64{"at": milliseconds(p.LastSuccess)},
		Body: body,
	})
}

// Only removes the rows of folders and webhooks that are no longer configured, so that
// none is missed for good.
func (s *Ways) Only(ctx context.Context, ways ...Way) error {
	err := s.Store.Update(ctx, func(w store.Writer) error {
		var gone []string
		for row, err := range w.Find(store.Cursors, store.Query{Bare: true}) {
			if err != nil {
				return err
			}
			way := Way{Connector: row.Text["connector"]}
			for _, feed := range []string{folderFeed, hookFeed} {
				if way.Feed = feed; way.key() == row.Key && !slices.ContainsFunc(ways, func(w Way) bool { return w.key() == row.Key }) {
					gone = append(gone, row.Key)
				}
			}
		}
		for _, key := range gone {
			if err := w.Delete(store.Cursors, key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("remove ways in that are gone: %w", err)
	}
	return nil
}
