// SPDX-License-Identifier: Apache-2.0

package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"daylight/audit"
	"daylight/store"
)

// passkeys are the ceremonies of Web Authentication (W3C, level 3), bound to the
// host and origin of the console's address.
type passkeys struct {
	rp        *webauthn.WebAuthn
	adding    *pending[webauthn.SessionData]
	signingIn *pending[webauthn.SessionData]
}

// Passkey is a passkey as its owner sees it.
type Passkey struct {
	ID          string
	Name        string
	Added, Used time.Time
	Damaged     bool // its row does not open: it signs nobody in, and can be removed
}

type passkey struct {
	Name       string              `json:"name"`
	Added      time.Time           `json:"added"`
	Used       time.Time           `json:"used"`
	Credential webauthn.Credential `json:"credential"`
}

func newPasskeys(address string) (*passkeys, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("read the address of the console: %w", err)
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil || u.Hostname() == "" {
		return nil, nil
	}
	verified := protocol.AuthenticatorSelection{
		ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired,
	}
	rp, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Daylight", RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation, AuthenticatorSelection: verified,
	})
	if err != nil {
		return nil, fmt.Errorf("set up passkeys: %w", err)
	}
	return &passkeys{rp: rp, adding: newPending[webauthn.SessionData](), signingIn: newPending[webauthn.SessionData]()}, nil
}

// Passkeys reports whether passkeys work at the console's address.
func (s *Service) Passkeys() bool { return s.passkeys != nil }

// user is an account as the library sees it. Its handle is the account's id, which
// says nothing about whose it is.
type user struct {
	id    string
	acc   record
	creds []webauthn.Credential
}

func (u *user) WebAuthnID() []byte                         { return []byte(u.id) }
func (u *user) WebAuthnName() string                       { return u.acc.Login }
func (u *user) WebAuthnDisplayName() string                { return u.acc.Name }
func (u *user) WebAuthnCredentials() []webauthn.Credential { return u.creds }

func loadUser(r store.Reader, id string) (*user, []passkey, error) {
	acc, _, err := load(r, id)
	if err != nil {
		return nil, nil, err
	}
	u := &user{id: id, acc: acc}
	keys, _, err := passkeysOf(r, id)
	for _, k := range keys {
		u.creds = append(u.creds, k.Credential)
	}
	return u, keys, err
}

// passkeysOf are the passkeys of an account, and the keys of the rows that are damaged.
func passkeysOf(r store.Reader, id string) (keys []passkey, damaged []string, err error) {
	for row, err := range r.Find(store.Credentials, store.Query{Where: []store.Cond{{Column: "account", Op: store.Equal, Text: id}}}) {
		if errors.Is(err, store.ErrCorrupt) {
			damaged = append(damaged, row.Key)
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		var k passkey
		if err := json.Unmarshal(row.Body, &k); err != nil {
			return nil, nil, fmt.Errorf("read a passkey: %w", err)
		}
		keys = append(keys, k)
	}
	return keys, damaged, nil
}

// AddPasskey begins to add a passkey: it returns what the browser's
// navigator.credentials.create takes, as JSON. browser is the secret that ties the
// two halves together.
func (s *Service) AddPasskey(ctx context.Context, id, browser string) ([]byte, error) {
	if s.passkeys == nil {
		return nil, ErrPasskey
	}
	var u *user
	err := s.store.View(ctx, func(r store.Reader) error {
		var err error
		u, _, err = loadUser(r, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("add a passkey: %w", err)
	}
	options, data, err := s.passkeys.rp.BeginRegistration(u, webauthn.WithExclusions(webauthn.Credentials(u.creds).CredentialDescriptors()))
	if err != nil {
		return nil, fmt.Errorf("add a passkey: %w", err)
	}
	s.passkeys.adding.put(id+" "+browser, *data, s.now())
	return json.Marshal(options.Response)
}

// PasskeyAdded takes what navigator.credentials.create answered, and the password once
// more: whoever finds an open session must not make themselves at home. It fails with
// [ErrPasskey], [ErrRefused], [ErrSlow] or [ErrInput].
func (s *Service) PasskeyAdded(ctx context.Context, id, browser, name, password string, answer []byte, from From) error {
	if s.passkeys == nil {
		return ErrPasskey
	}
	now := s.now()
	data, ok := s.passkeys.adding.take(id+" "+browser, now)
	if !ok {
		return ErrPasskey
	}
	if err := checkName("-", name); err != nil {
		return err
	}
	if _, err := s.confirm(ctx, id, password, from); err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPasskey, err)
	}
	err = s.store.Update(ctx, func(w store.Writer) error {
		u, _, err := loadUser(w, id)
		if err != nil {
			return err
		}
		cred, err := s.passkeys.rp.CreateCredential(u, data, parsed)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrPasskey, err)
		}
		if _, err := w.Get(store.Credentials, credentialKey(w, cred.ID)); !errors.Is(err, store.ErrNotFound) {
			return errors.Join(ErrPasskey, err)
		}
		if err := putPasskey(w, id, passkey{Name: strings.TrimSpace(name), Added: now, Credential: *cred}); err != nil {
			return err
		}
		return audit.Append(w, audit.Entry{At: now, Actor: id, Act: "account.passkey-add", Object: id})
	})
	if err != nil {
		return fmt.Errorf("add a passkey: %w", err)
	}
	return nil
}

func credentialKey(r store.Reader, id []byte) string { return r.Hash("passkey", string(id)) }

func putPasskey(w store.Writer, id string, k passkey) error {
	body, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("write a passkey: %w", err)
	}
	return w.Put(store.Credentials, store.Row{Key: credentialKey(w, k.Credential.ID), Text: map[string]string{"account": id}, Holder: holder(id), Body: body})
}

// AskPasskey begins a sign-in by passkey: it returns what navigator.credentials.get
// takes, as JSON. No account is named, so nothing is said about any.
func (s *Service) AskPasskey(browser string) ([]byte, error) {
	if s.passkeys == nil {
		return nil, ErrPasskey
	}
	options, data, err := s.passkeys.rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	s.passkeys.signingIn.put(browser, *data, s.now())
	return json.Marshal(options.Response)
}

// SignInByPasskey takes what navigator.credentials.get answered and starts a session.
// It fails with [ErrRefused] or [ErrSlow].
func (s *Service) SignInByPasskey(ctx context.Context, browser string, answer []byte, from From) (Session, error) {
	if s.passkeys == nil {
		return Session{}, ErrRefused
	}
	now := s.now()
	if err := s.limits.attempt("passkey", from.Address, now); err != nil {
		return Session{}, err
	}
	data, ok := s.passkeys.signingIn.take(browser, now)
	if !ok {
		return Session{}, ErrRefused
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Session{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	var out Session
	err = s.store.Update(ctx, func(w store.Writer) error {
		var keys []passkey
		find := func(_, handle []byte) (webauthn.User, error) {
			u, ks, err := loadUser(w, string(handle))
			if err != nil {
				return nil, err
			}
			keys = ks
			return u, nil
		}
		found, cred, err := s.passkeys.rp.ValidatePasskeyLogin(find, data, parsed)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrRefused, err)
		}
		id := string(found.WebAuthnID())
		acc, row, err := load(w, id)
		if err != nil {
			return err
		}
		// A counter that went back is a copy of the key.
		if acc.State != Active || cred.Authenticator.CloneWarning {
			return ErrRefused
		}
		i := slices.IndexFunc(keys, func(k passkey) bool { return slices.Equal(k.Credential.ID, cred.ID) })
		if i < 0 {
			return ErrRefused
		}
		keys[i].Credential, keys[i].Used = *cred, now
		if err := putPasskey(w, id, keys[i]); err != nil {
			return err
		}
		out, err = s.begin(w, &acc, row, from, "passkey")
		return err
	})
	if err != nil {
		return Session{}, fmt.Errorf("sign in by passkey: %w", err)
	}
	return out, nil
}

// OwnPasskeys lists the passkeys of an account, damaged ones first and then the oldest.
func (s *Service) OwnPasskeys(ctx context.Context, id string) ([]Passkey, error) {
	var out []Passkey
	err := s.store.View(ctx, func(r store.Reader) error {
		keys, damaged, err := passkeysOf(r, id)
		for _, key := range damaged {
			out = append(out, Passkey{ID: key, Damaged: true})
		}
		for _, k := range keys {
			out = append(out, Passkey{ID: credentialKey(r, k.Credential.ID), Name: k.Name, Added: k.Added, Used: k.Used})
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list passkeys: %w", err)
	}
	slices.SortFunc(out, func(a, b Passkey) int { return a.Added.Compare(b.Added) })
	return out, nil
}

// RemovePasskey removes one of an account's passkeys.
func (s *Service) RemovePasskey(ctx context.Context, id, key string) error {
	err := s.store.Update(ctx, func(w store.Writer) error {
		row, err := w.Get(store.Credentials, key)
		if err != nil && !errors.Is(err, store.ErrCorrupt) {
			return err
		}
		if row.Text["account"] != id {
			return store.ErrNotFound
		}
		if err := w.Delete(store.Credentials, key); err != nil {
			return err
		}
		return audit.Append(w, audit.Entry{At: s.now(), Actor: id, Act: "account.passkey-remove", Object: id})
	})
	if err != nil {
		return fmt.Errorf("remove a passkey: %w", err)
	}
	return nil
}
