// SPDX-License-Identifier: Apache-2.0

package account

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"daylight/audit"
	"daylight/store"
)

// What callers tell apart.
var (
	// ErrRefused: whoever asked did not prove who they are. Nothing says which part
	// was wrong, or whether there is such an account.
	ErrRefused = errors.New("sign-in refused")
	// ErrSlow: too many attempts failed; [SlowError] says how long to wait.
	ErrSlow = errors.New("too many attempts")
	// ErrSession: the session is unknown, ended or too old.
	ErrSession = errors.New("no session")
	// ErrLink: the one-time link is unknown, used or too old.
	ErrLink = errors.New("the link is not valid any more")
	// ErrLogin: another account signs in by this name.
	ErrLogin = errors.New("the name is taken")
	// ErrInput: what was entered cannot be accepted; the error's text says why and is
	// meant for whoever entered it.
	ErrInput = errors.New("cannot be accepted")
	// ErrLast: without this account nobody could manage accounts.
	ErrLast = errors.New("the last administrator has to stay")
	// ErrCode: the one-time code is wrong or was used before.
	ErrCode = errors.New("the code is not right")
	// ErrToken: the service token is unknown, revoked, too old or not for this.
	ErrToken = errors.New("the token is not valid for this")
	// ErrTokenDamaged: the row of the service token does not open. It is an [ErrToken].
	ErrTokenDamaged = fmt.Errorf("%w: its row is damaged", ErrToken)
	// ErrPasskey: the passkey was not accepted.
	ErrPasskey = errors.New("the passkey was not accepted")
	// ErrProvider: the identity provider did not vouch for the person.
	ErrProvider = errors.New("the identity provider's answer was refused")
	// ErrRoles: the identity provider vouches for somebody whose groups have no role
	// here.
	ErrRoles = errors.New("none of the groups has a role")
)

// SlowError is the error of an attempt that came too soon. It is [ErrSlow].
type SlowError struct{ Wait time.Duration }

func (s *SlowError) Error() string { return fmt.Sprintf("%v: wait %v", ErrSlow, s.Wait) }

// Is makes a SlowError an ErrSlow.
func (s *SlowError) Is(target error) bool { return target == ErrSlow }

// Options is what the accounts need.
type Options struct {
	Store  store.Store
	Now    func() time.Time
	Random io.Reader // of secrets
	// Address is where browsers reach the console. Passkeys are bound to it, and are
	// off if its host is a number, which they cannot be bound to.
	Address string
	// Cost is what hashing a password takes; the zero value is [DefaultCost].
	Cost Cost
	// Provider is the organisation's identity provider; nil if there is none.
	Provider *Provider
}

// Service manages accounts. It is safe for several goroutines.
type Service struct {
	store    store.Store
	now      func() time.Time
	random   io.Reader
	cost     Cost
	hashing  chan struct{} // bounds how many passwords are hashed at a time
	dummy    string        // the hash that an unknown name is compared with
	limits   *limits
	passkeys *passkeys // nil: not possible here
	provider *provider // nil: none
}

// New checks the options.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Now == nil || o.Random == nil {
		return nil, errors.New("accounts need a store, a clock and a source of secrets")
	}
	if o.Cost == (Cost{}) {
		o.Cost = DefaultCost
	}
	s := &Service{store: o.Store, now: o.Now, random: o.Random, cost: o.Cost, hashing: make(chan struct{}, hashers), limits: newLimits()}
	var err error
	if s.dummy, err = s.hash("nobody's password"); err != nil {
		return nil, err
	}
	if s.passkeys, err = newPasskeys(o.Address); err != nil {
		return nil, err
	}
	if o.Provider != nil {
		if s.provider, err = newProvider(*o.Provider, o.Address, o.Now); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Proof is how somebody proves who they are by a password.
type Proof struct {
	Login, Password string
	Code            string // of the authenticator app, or a recovery code
	From            From
}

// From is where an attempt comes from.
type From struct {
	Address netip.Addr
	// Known is the secret that this browser was given when it signed in before, or
	// "". Failed attempts of strangers do not slow a known browser down.
	Known string
	Agent string // what the browser calls itself
}

// Session is a new session, as the browser gets to know it.
type Session struct {
	Secret string // for the cookie
	Known  string // for the cookie that outlasts the session
	Identity
}

// SignIn starts a session for whoever proves to be an account by password and code.
// It fails with [ErrRefused] or [ErrSlow].
func (s *Service) SignIn(ctx context.Context, p Proof) (Session, error) {
	now := s.now()
	var id string
	var acc record
	err := s.store.View(ctx, func(r store.Reader) error {
		var err error
		id, acc, err = byLogin(r, p.Login)
		if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrErased) {
			return nil
		}
		return err
	})
	if err != nil {
		return Session{}, fmt.Errorf("sign in: %w", err)
	}
	who := s.limits.key(acc, id, p)
	if err := s.limits.attempt(who, p.From.Address, now); err != nil {
		return Session{}, err
	}
	// The same work is done whether or not there is such an account, so that the time
	// an answer takes does not tell.
	have := acc.Password
	if have == "" {
		have = s.dummy
	}
	right, err := s.verify(ctx, have, p.Password)
	if err != nil {
		return Session{}, fmt.Errorf("sign in: %w", err)
	}
	if !right || id == "" || acc.Password == "" || acc.State != Active {
		return Session{}, s.refuse(ctx, id, who, "password")
	}
	var out Session
	err = s.store.Update(ctx, func(w store.Writer) error {
		acc, row, err := load(w, id)
		if err != nil {
			return err
		}
		if acc.State != Active || acc.Password != have {
			return ErrRefused
		}
		if err := acc.useCode(w, p.Code, now); err != nil {
			return err
		}
		out, err = s.begin(w, &acc, row, p.From, "password")
		return err
	})
	if errors.Is(err, ErrCode) || errors.Is(err, ErrRefused) {
		return Session{}, s.refuse(ctx, id, who, "code")
	}
	if err != nil {
		return Session{}, fmt.Errorf("sign in: %w", err)
	}
	s.limits.succeeded(who)
	return out, nil
}

// refuse counts a failed attempt and records it, if there is such an account: the
// log names accounts and not what strangers type.
func (s *Service) refuse(ctx context.Context, id, who, what string) error {
	s.limits.failed(who, s.now())
	if id != "" {
		err := s.store.Update(ctx, func(w store.Writer) error {
			return audit.Append(w, audit.Entry{At: s.now(), Actor: audit.System, Act: "account.refused", Object: id, Detail: map[string]string{"by": what}})
		})
		if err != nil {
			return fmt.Errorf("record a refused sign-in: %w", err)
		}
	}
	return ErrRefused
}
