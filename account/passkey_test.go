// SPDX-License-Identifier: Apache-2.0

package account

import (
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"daylight/store"
)

// withPasskey adds a passkey to an account.
func (b *bench) withPasskey(t *testing.T, who owner) *authenticator {
	t.Helper()
	a := newAuthenticator(t)
	asked, err := b.AddPasskey(t.Context(), who.Account, who.Secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.PasskeyAdded(t.Context(), who.Account, who.Secret, "phone", goodPassword, a.create(asked), elsewhere); err != nil {
		t.Fatal(err)
	}
	return a
}

// byPasskey signs in.
func (b *bench) byPasskey(t *testing.T, a *authenticator) (Session, error) {
	t.Helper()
	asked, err := b.AskPasskey(browserSecret)
	if err != nil {
		t.Fatal(err)
	}
	b.later(addressEvery)
	return b.SignInByPasskey(t.Context(), browserSecret, a.get(asked), elsewhere)
}

func TestPasskey(t *testing.T) {
	b := newBench(t)
	who := b.admin()
	a := b.withPasskey(t, who)
	s, err := b.byPasskey(t, a)
	if err != nil || s.Account != who.Account {
		t.Fatalf("signed in as %+v, %v", s.Identity, err)
	}
	keys, err := b.OwnPasskeys(t.Context(), who.Account)
	if err != nil || len(keys) != 1 || keys[0].Name != "phone" || !keys[0].Used.Equal(b.now) {
		t.Fatalf("passkeys %+v, %v", keys, err)
	}
	if acc, err := b.Get(t.Context(), who.Account); err != nil || acc.Passkeys != 1 {
		t.Errorf("the account has %d passkeys, %v", acc.Passkeys, err)
	}
	other := b.invite(who, "other", HR)
	if err := b.RemovePasskey(t.Context(), other.Account, keys[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody else's passkey was removed: %v", err)
	}
	if err := b.RemovePasskey(t.Context(), who.Account, keys[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := b.byPasskey(t, a); !errors.Is(err, ErrRefused) {
		t.Errorf("a passkey that was removed: %v", err)
	}
}

// TestPasskeyRefused offers answers that are wrong in one thing each, and then a good
// one.
func TestPasskeyRefused(t *testing.T) {
	b := newBench(t)
	who := b.admin()
	a := b.withPasskey(t, who)
	good := *a
	for name, change := range map[string]func(*authenticator){
		"of another page":              func(a *authenticator) { a.origin = "https://daylight.example.net" },
		"of another port":              func(a *authenticator) { a.origin = "https://daylight.example.com:8443" },
		"without TLS":                  func(a *authenticator) { a.origin = "http://daylight.example.com" },
		"for another host":             func(a *authenticator) { a.host = "example.com" },
		"nobody there":                 func(a *authenticator) { a.flags = 4 },
		"owner not verified":           func(a *authenticator) { a.flags = 1 },
		"of nobody":                    func(a *authenticator) { a.user = []byte("a-0000000000000000") },
		"of somebody else":             func(a *authenticator) { a.user = []byte(b.invite(who, "victim", HR).Account) },
		"with another key":             func(a *authenticator) { a.key = newAuthenticator(t).key },
		"with another credential's id": func(a *authenticator) { a.id = newAuthenticator(t).id },
	} {
		bad := *a
		change(&bad)
		if s, err := b.byPasskey(t, &bad); err == nil {
			t.Errorf("%s: signed in as %+v", name, s.Identity)
		}
	}
	if _, err := b.byPasskey(t, &good); err != nil {
		t.Errorf("a good answer after the wrong ones: %v", err)
	}
	// A counter that went back is a copy of the key.
	good.counter = 0
	if _, err := b.byPasskey(t, &good); !errors.Is(err, ErrRefused) {
		t.Errorf("a copied key: %v", err)
	}
}

func TestPasskeyChallengeWorksOnce(t *testing.T) {
	b := newBench(t)
	a := b.withPasskey(t, b.admin())
	try := func(browser string, answer []byte) error {
		b.later(addressEvery)
		_, err := b.SignInByPasskey(t.Context(), browser, answer, elsewhere)
		return err
	}
	asked, err := b.AskPasskey(browserSecret)
	if err != nil {
		t.Fatal(err)
	}
	answer := a.get(asked)
	if err := try("another browser's secret", answer); !errors.Is(err, ErrRefused) {
		t.Errorf("in another browser: %v", err)
	}
	if err := try(browserSecret, answer); err != nil {
		t.Fatal(err)
	}
	if err := try(browserSecret, answer); !errors.Is(err, ErrRefused) {
		t.Errorf("the same answer again: %v", err)
	}
	if asked, err = b.AskPasskey(browserSecret); err != nil {
		t.Fatal(err)
	}
	old := a.get(asked)
	if _, err = b.AskPasskey(browserSecret); err != nil {
		t.Fatal(err)
	}
	if err := try(browserSecret, old); !errors.Is(err, ErrRefused) {
		t.Errorf("an answer to an earlier question: %v", err)
	}
	if asked, err = b.AskPasskey(browserSecret); err != nil {
		t.Fatal(err)
	}
	late := a.get(asked)
	b.later(pendingLife)
	if err := try(browserSecret, late); !errors.Is(err, ErrRefused) {
		t.Errorf("an answer that took too long: %v", err)
	}
	if err := try(browserSecret, a.assert(base64.RawURLEncoding.EncodeToString(make([]byte, 32)))); !errors.Is(err, ErrRefused) {
		t.Errorf("an answer to nothing: %v", err)
	}
}

func TestAddingPasskeyIsRefused(t *testing.T) {
	b := newBench(t)
	who := b.admin()
	for name, change := range map[string]func(*authenticator){
		"of another page":    func(a *authenticator) { a.origin = "https://daylight.example.net" },
		"for another host":   func(a *authenticator) { a.host = "example.com" },
		"owner not verified": func(a *authenticator) { a.flags = 1 },
	} {
		a := newAuthenticator(t)
		change(a)
		asked, err := b.AddPasskey(t.Context(), who.Account, who.Secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.PasskeyAdded(t.Context(), who.Account, who.Secret, "phone", goodPassword, a.create(asked), elsewhere); !errors.Is(err, ErrPasskey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	a := newAuthenticator(t)
	asked, err := b.AddPasskey(t.Context(), who.Account, who.Secret)
	if err != nil {
		t.Fatal(err)
	}
	b.later(addressEvery)
	if err := b.PasskeyAdded(t.Context(), who.Account, who.Secret, "phone", "not the password", a.create(asked), elsewhere); !errors.Is(err, ErrRefused) {
		t.Errorf("without the password: %v", err)
	}
	a = b.withPasskey(t, who)
	other := b.invite(who, "other", HR)
	asked, err = b.AddPasskey(t.Context(), other.Account, other.Secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.PasskeyAdded(t.Context(), other.Account, other.Secret, "mine", goodPassword, a.create(asked), elsewhere); !errors.Is(err, ErrPasskey) {
		t.Errorf("a passkey of another account: %v", err)
	}
}

// TestPasskeysNeedName holds that a console at a number offers none, and that a
// disabled account's opens nothing.
func TestPasskeysNeedName(t *testing.T) {
	b := newBench(t, func(o *Options) { o.Address = "http://127.0.0.1:8080" })
	if b.Passkeys() {
		t.Error("passkeys are offered at a number")
	}
	b = newBench(t)
	boss := b.admin()
	who := b.invite(boss, "other", HR)
	a := b.withPasskey(t, who)
	acc, err := b.Get(t.Context(), who.Account)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Change(t.Context(), boss.Account, who.Account, acc.Version, acc.Roles, Disabled); err != nil {
		t.Fatal(err)
	}
	if _, err := b.byPasskey(t, a); !errors.Is(err, ErrRefused) {
		t.Errorf("the passkey of a disabled account: %v", err)
	}
	b.later(time.Hour)
}
