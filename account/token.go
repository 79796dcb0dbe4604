// SPDX-License-Identifier: Apache-2.0

package account

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/audit"
	"daylight/store"
)

// Scope is what a program may do with its token.
type Scope string

// The scopes.
const (
	ScopeIngest  Scope = "ingest"  // send records and files
	ScopeRead    Scope = "read"    // read states and findings, without names
	ScopeSCIM    Scope = "scim"    // push joiners, movers and leavers
	ScopeShare   Scope = "share"   // read identifiers of confirmed cases
	ScopeMetrics Scope = "metrics" // read figures about the service itself
)

// Scopes returns every scope.
func Scopes() []Scope { return []Scope{ScopeIngest, ScopeRead, ScopeSCIM, ScopeShare, ScopeMetrics} }

// tokenPrefix lets scanners of secrets recognise a token that leaked.
const tokenPrefix = "daylight_"

// Token is a service token as administrators see it.
type Token struct {
	ID      string
	Name    string
	Scopes  []Scope
	Created time.Time
	Until   time.Time
	Seen    time.Time // the zero time: never used
	By      string    // account
	Damaged bool      // the row does not open: its name, its scopes and who made it are not known
	Orphan  bool      // whoever made it may make none any more: it opens nothing
}

type token struct {
	Name   string  `json:"name"`
	Scopes []Scope `json:"scopes"`
	By     string  `json:"by"`
}

// tokenLife bounds how long a token is good for.
const tokenLife = 366 * 24 * time.Hour

// NewToken makes a service token and returns it, to be shown once.
func (s *Service) NewToken(ctx context.Context, actor, name string, scopes []Scope, until time.Time) (string, error) {
	now := s.now()
	if err := checkName("-", name); err != nil {
		return "", err
	}
	if !slices.ContainsFunc(scopes, func(s Scope) bool { return slices.Contains(Scopes(), s) }) {
		return "", fmt.Errorf("%w: a token needs something that it may do", ErrInput)
	}
	for _, sc := range scopes {
		if !slices.Contains(Scopes(), sc) {
			return "", fmt.Errorf("%w: there is no scope %q", ErrInput, sc)
		}
	}
	if !until.After(now) || until.After(now.Add(tokenLife)) {
		return "", fmt.Errorf("%w: a token has to end within a year", ErrInput)
	}
	secret, err := s.secret()
	if err != nil {
		return "", err
	}
	secret = tokenPrefix + secret
	body, err := json.Marshal(token{Name: strings.TrimSpace(name), Scopes: scopes, By: actor})
	if err != nil {
		return "", fmt.Errorf("write a token: %w", err)
	}
	err = s.store.Update(ctx, func(w store.Writer) error {
		err := w.Put(store.Tokens, store.Row{
			Key: sum(secret), Body: body,
			Ints: map[string]int64{"created": now.UnixMilli(), "until": until.UnixMilli(), "seen": 0},
		})
		if err != nil {
			return err
		}
		return audit.Append(w, audit.Entry{At: now, Actor: actor, Act: "token.create", Object: tokenID(sum(secret)), Detail: map[string]string{"scopes": scopesText(scopes)}})
	})
	if err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	return secret, nil
}

func scopesText(scopes []Scope) string {
	words := make([]string, len(scopes))
	for i, sc := range scopes {
		words[i] = string(sc)
	}
	return strings.Join(words, " ")
}

// tokenID is how a token is named in the console and the audit log: enough of its
// hash to tell it from others.
func tokenID(key string) string { return "t-" + key[:16] }

// Program returns the token that a program shows, if it is good for a scope. It
// fails with [ErrToken], and with [ErrTokenDamaged], which is one, if its row does not
// open: it is none then, and another can be made.
func (s *Service) Program(ctx context.Context, secret string, scope Scope) (Token, error) {
	var out Token
	now := s.now()
	if !strings.HasPrefix(secret, tokenPrefix) {
		return out, ErrToken
	}
	err := s.store.View(ctx, func(r store.Reader) error {
		row, err := r.Get(store.Tokens, sum(secret))
		if err != nil {
			return err
		}
		out, err = shownToken(row)
		if err != nil {
			return err
		}
		out.Orphan, err = orphan(r, out.By)
		return err
	})
	if err != nil {
		return Token{}, refusedToken(secret, "read a token", err)
	}
	if out.Orphan || !now.Before(out.Until) || !slices.Contains(out.Scopes, scope) {
		return Token{}, ErrToken
	}
	if now.Sub(out.Seen) < time.Hour {
		return out, nil
	}
	err = s.store.Update(ctx, func(w store.Writer) error {
		row, err := w.Get(store.Tokens, sum(secret))
		if err != nil {
			return err
		}
		row.Ints["seen"] = now.UnixMilli()
		return w.Put(store.Tokens, row)
	})
	// A full disk does not stop a program that only reads.
	if err != nil && !errors.Is(err, store.ErrReadOnly) {
		return Token{}, refusedToken(secret, "note that a token was used", err)
	}
	return out, nil
}

// refusedToken is why a token is refused whose row could not be read or written.
func refusedToken(secret, what string, err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return ErrToken
	case damagedToken(err):
		return fmt.Errorf("%s: %w: %s", what, ErrTokenDamaged, tokenID(sum(secret)))
	}
	return fmt.Errorf("%s: %w", what, err)
}

// damagedToken reports whether the row of a token does not open, by whatever was changed
// in it: tokens are the service's own, and none is ever erased.
func damagedToken(err error) bool {
	return errors.Is(err, store.ErrCorrupt) || errors.Is(err, store.ErrErased)
}

// orphan reports whether an account may not make tokens now. Of one whose row is damaged
// that is not known, and what it made goes on: a damaged row shuts no program out.
func orphan(r store.Reader, id string) (bool, error) {
	acc, _, err := load(r, id)
	switch {
	case errors.Is(err, store.ErrCorrupt):
		return false, nil
	case errors.Is(err, store.ErrNotFound):
		return true, nil
	case err != nil:
		return false, err
	}
	return acc.State != Active || !slices.Contains(acc.Roles, Administrator), nil
}

func shownToken(row store.Row) (Token, error) {
	var t token
	if err := json.Unmarshal(row.Body, &t); err != nil {
		return Token{}, fmt.Errorf("read a token: %w: %w", store.ErrCorrupt, err)
	}
	out := dated(row)
	out.Name, out.Scopes, out.By = t.Name, t.Scopes, t.By
	return out, nil
}

// dated is what the plain columns say of a token.
func dated(row store.Row) Token {
	out := Token{ID: tokenID(row.Key), Created: time.UnixMilli(row.Ints["created"]).UTC(), Until: time.UnixMilli(row.Ints["until"]).UTC()}
	if row.Ints["seen"] != 0 {
		out.Seen = time.UnixMilli(row.Ints["seen"]).UTC()
	}
	return out
}

// Tokens lists the service tokens that were not revoked, by name.
func (s *Service) Tokens(ctx context.Context) ([]Token, error) {
	var out []Token
	err := s.store.View(ctx, func(r store.Reader) error {
		for row, err := range r.Find(store.Tokens, store.Query{}) {
			t := dated(row)
			if err == nil {
				t, err = shownToken(row)
			}
			switch {
			case damagedToken(err):
				t = dated(row)
				t.Damaged = true
			case err != nil:
				return err
			default:
				if t.Orphan, err = orphan(r, t.By); err != nil {
					return err
				}
			}
			out = append(out, t)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	slices.SortFunc(out, func(a, b Token) int { return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID)) })
	return out, nil
}

// Revoke ends a token.
func (s *Service) Revoke(ctx context.Context, actor, id string) error {
	err := s.store.Update(ctx, func(w store.Writer) error {
		for row, err := range w.Find(store.Tokens, store.Query{Bare: true}) {
			if err != nil {
				return err
			}
			if tokenID(row.Key) != id {
				continue
			}
			if err := w.Delete(store.Tokens, row.Key); err != nil {
				return err
			}
			return audit.Append(w, audit.Entry{At: s.now(), Actor: actor, Act: "token.revoke", Object: id})
		}
		return store.ErrNotFound
	})
	if err != nil {
		return fmt.Errorf("revoke a token: %w", err)
	}
	return nil
}
