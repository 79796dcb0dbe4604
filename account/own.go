// SPDX-License-Identifier: Apache-2.0

package account

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"daylight/audit"
	"daylight/store"
)

// confirm proves once more that a browser is in its owner's hands, by the password,
// before something is changed that would keep somebody else in or the owner out.
// Attempts are counted as those of signing in.
func (s *Service) confirm(ctx context.Context, id, password string, from From) (record, error) {
	var acc record
	err := s.store.View(ctx, func(r store.Reader) error {
		var err error
		acc, _, err = load(r, id)
		return err
	})
	if err != nil {
		return acc, err
	}
	if acc.Password == "" {
		return acc, fmt.Errorf("%w: this account has no password", ErrInput)
	}
	who := "own " + id
	if err := s.limits.attempt(who, from.Address, s.now()); err != nil {
		return acc, err
	}
	right, err := s.verify(ctx, acc.Password, password)
	if err != nil {
		return acc, err
	}
	if !right {
		return acc, s.refuse(ctx, id, who, "password")
	}
	s.limits.succeeded(who)
	return acc, nil
}

// SetPassword changes the password of an account by its owner, and ends the other
// sessions. It fails with [ErrRefused], [ErrSlow] or [ErrInput].
func (s *Service) SetPassword(ctx context.Context, id, old, password, keep string, from From) error {
	acc, err := s.confirm(ctx, id, old, from)
	if err != nil {
		return err
	}
	if err := checkPassword(password, acc.Login, acc.Name); err != nil {
		return err
	}
	hash, err := s.hashed(ctx, password)
	if err != nil {
		return err
	}
	return s.own(ctx, id, "account.password", func(w store.Writer, acc *record) error {
		acc.Password = hash
		acc.Known = nil
		_, err := endSessions(w, id, keep)
		return err
	})
}

// SetOTP sets a new authenticator app, after the password was given once more, and
// returns new recovery codes. It fails with [ErrRefused], [ErrSlow] or [ErrInput].
func (s *Service) SetOTP(ctx context.Context, id, password, secret, code string, from From) ([]string, error) {
	if _, err := s.confirm(ctx, id, password, from); err != nil {
		return nil, err
	}
	var codes []string
	err := s.own(ctx, id, "account.otp", func(w store.Writer, acc *record) error {
		if err := acc.setOTP(secret, code, s.now()); err != nil {
			return err
		}
		var err error
		codes, err = s.newRecovery(w, acc)
		return err
	})
	return codes, err
}

// SetName changes the name that others see.
func (s *Service) SetName(ctx context.Context, id, name string) error {
	if err := checkName("-", name); err != nil {
		return err
	}
	return s.own(ctx, id, "account.name", func(_ store.Writer, acc *record) error {
		if acc.Issuer != "" {
			return fmt.Errorf("%w: the identity provider gives this name", ErrInput)
		}
		acc.Name = strings.TrimSpace(name)
		return nil
	})
}

// own changes an account as its owner does.
func (s *Service) own(ctx context.Context, id, act string, change func(store.Writer, *record) error) error {
	err := s.store.Update(ctx, func(w store.Writer) error {
		acc, row, err := load(w, id)
		if err != nil {
			return err
		}
		if err := change(w, &acc); err != nil {
			return err
		}
		if err := acc.save(w, row); err != nil {
			return err
		}
		return audit.Append(w, audit.Entry{At: s.now(), Actor: id, Act: act, Object: id})
	})
	if err != nil && !errors.Is(err, ErrInput) {
		return fmt.Errorf("change an account: %w", err)
	}
	return err
}
