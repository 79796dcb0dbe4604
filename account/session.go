// SPDX-License-Identifier: Apache-2.0

package account

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"daylight/audit"
	"daylight/store"
)

// How long a session lasts, and how often it is noted that it was used.
const (
	SessionIdle = 30 * time.Minute // without a request
	SessionLife = 12 * time.Hour   // at most
	noteSeen    = time.Minute
)

// knownBrowsers is how many browsers of an account are remembered.
const knownBrowsers = 8

// Browser is a session as its owner sees it.
type Browser struct {
	ID          string // not the secret
	Began, Seen time.Time
	Agent       string
	By          string // "password", "passkey" or "provider"
	Current     bool
	Damaged     bool // its row does not open: it is no session any longer
}

type browser struct {
	Began time.Time `json:"began"`
	Agent string    `json:"agent,omitempty"`
	By    string    `json:"by"`
}

// sum is the hash under which a secret of 256 random bits is stored; nothing that
// can be guessed may be stored so.
func sum(secret string) string {
	h := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(h[:])
}

// begin starts a session of an account and saves the account.
func (s *Service) begin(w store.Writer, acc *record, row store.Row, from From, by string) (Session, error) {
	now := s.now()
	out := Session{Identity: acc.identity(row.Key), Known: from.Known}
	var err error
	if out.Secret, err = s.secret(); err != nil {
		return Session{}, err
	}
	if from.Known == "" || !slices.Contains(acc.Known, sum(from.Known)) {
		if out.Known, err = s.secret(); err != nil {
			return Session{}, err
		}
		acc.Known = append(acc.Known, sum(out.Known))
		acc.Known = acc.Known[max(0, len(acc.Known)-knownBrowsers):]
	}
	if err := acc.save(w, row); err != nil {
		return Session{}, err
	}
	body, err := json.Marshal(browser{Began: now, Agent: from.Agent[:min(len(from.Agent), 200)], By: by})
	if err != nil {
		return Session{}, fmt.Errorf("start a session: %w", err)
	}
	err = w.Put(store.Sessions, store.Row{
		Key: sum(out.Secret), Text: map[string]string{"account": row.Key}, Holder: holder(row.Key), Body: body,
		Ints: map[string]int64{"until": now.Add(SessionLife).UnixMilli(), "seen": now.UnixMilli()},
	})
	if err != nil {
		return Session{}, fmt.Errorf("start a session: %w", err)
	}
	return out, audit.Append(w, audit.Entry{At: now, Actor: row.Key, Act: "session.begin", Object: row.Key, Detail: map[string]string{"by": by}})
}

// Session returns who holds the secret of a session, and that it was used now. It
// fails with [ErrSession].
func (s *Service) Session(ctx context.Context, secret string) (Identity, error) {
	now := s.now()
	var who Identity
	seen := now
	err := s.store.View(ctx, func(r store.Reader) error {
		row, err := r.Get(store.Sessions, sum(secret))
		if err != nil {
			return fmt.Errorf("read a session: %w", err)
		}
		if !alive(row, now) {
			return ErrSession
		}
		seen = time.UnixMilli(row.Ints["seen"])
		acc, arow, err := load(r, row.Text["account"])
		if err != nil {
			return err
		}
		if acc.State != Active {
			return ErrSession
		}
		who = acc.identity(arow.Key)
		return nil
	})
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrErased), errors.Is(err, store.ErrCorrupt):
		return Identity{}, ErrSession // a damaged one is none: its owner may sign in again
	case err != nil:
		return Identity{}, err
	}
	if now.Sub(seen) < noteSeen {
		return who, nil
	}
	err = s.store.Update(ctx, func(w store.Writer) error {
		row, err := w.Get(store.Sessions, sum(secret))
		if err != nil {
			return err
		}
		row.Ints["seen"] = max(row.Ints["seen"], now.UnixMilli())
		return w.Put(store.Sessions, row)
	})
	// A full disk does not sign anybody out: reading goes on.
	if err != nil && !errors.Is(err, store.ErrReadOnly) && !errors.Is(err, store.ErrNotFound) {
		return Identity{}, fmt.Errorf("note that a session was used: %w", err)
	}
	return who, nil
}

// alive reports whether a session may still be used.
func alive(row store.Row, now time.Time) bool {
	return now.UnixMilli() < row.Ints["until"] && now.Sub(time.UnixMilli(row.Ints["seen"])) < SessionIdle
}

// SignOut ends the session of a secret. One that has ended already is no error.
func (s *Service) SignOut(ctx context.Context, secret string) error {
	err := s.store.Update(ctx, func(w store.Writer) error {
		row, err := w.Get(store.Sessions, sum(secret))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := w.Delete(store.Sessions, row.Key); err != nil {
			return err
		}
		who := row.Text["account"]
		return audit.Append(w, audit.Entry{At: s.now(), Actor: who, Act: "session.end", Object: who})
	})
	if err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	return nil
}

// EndSessions ends every session of an account, but the one with the secret keep,
// and forgets its browsers.
func (s *Service) EndSessions(ctx context.Context, actor, id, keep string) error {
	err := s.store.Update(ctx, func(w store.Writer) error {
		acc, row, err := load(w, id)
		if err != nil {
			return err
		}
		acc.Known = nil
		if err := acc.save(w, row); err != nil {
			return err
		}
		n, err := endSessions(w, id, keep)
		if err != nil {
			return err
		}
		return audit.Append(w, audit.Entry{At: s.now(), Actor: actor, Act: "session.end-all", Object: id, Detail: map[string]string{"sessions": fmt.Sprint(n)}})
	})
	if err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	return nil
}

func endSessions(w store.Writer, id, keep string) (int, error) {
	var keys []string
	for row, err := range w.Find(store.Sessions, store.Query{Where: []store.Cond{{Column: "account", Op: store.Equal, Text: id}}, Bare: true}) {
		if err != nil {
			return 0, err
		}
		if keep == "" || row.Key != sum(keep) {
			keys = append(keys, row.Key)
		}
	}
	for _, k := range keys {
		if err := w.Delete(store.Sessions, k); err != nil {
			return 0, err
		}
	}
	return len(keys), nil
}

// Browsers lists the sessions of an account that may still be used, the last used
// first. The one with the secret current is marked.
func (s *Service) Browsers(ctx context.Context, id, current string) ([]Browser, error) {
	var out []Browser
	err := s.store.View(ctx, func(r store.Reader) error {
		for row, err := range r.Find(store.Sessions, store.Query{Where: []store.Cond{{Column: "account", Op: store.Equal, Text: id}}}) {
			if err != nil && !errors.Is(err, store.ErrCorrupt) {
				return err
			}
			if !alive(row, s.now()) {
				continue
			}
			if err != nil {
				out = append(out, Browser{ID: row.Key, Seen: time.UnixMilli(row.Ints["seen"]).UTC(), Damaged: true})
				continue
			}
			var b browser
			if err := json.Unmarshal(row.Body, &b); err != nil {
				return fmt.Errorf("read a session: %w", err)
			}
			out = append(out, Browser{ID: row.Key, Began: b.Began, Seen: time.UnixMilli(row.Ints["seen"]).UTC(), Agent: b.Agent, By: b.By, Current: row.Key == sum(current)})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	slices.SortFunc(out, func(a, b Browser) int { return cmp.Or(b.Seen.Compare(a.Seen), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

// Sweep removes sessions and links that are over. It is called now and then.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.now()
	err := s.store.Update(ctx, func(w store.Writer) error {
		var dead []string
		for row, err := range w.Find(store.Sessions, store.Query{Bare: true}) {
			if err != nil {
				return err
			}
			if !alive(row, now) {
				dead = append(dead, row.Key)
			}
		}
		for _, k := range dead {
			if err := w.Delete(store.Sessions, k); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("remove old sessions: %w", err)
	}
	return nil
}
