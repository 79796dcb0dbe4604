// SPDX-License-Identifier: Apache-2.0

package account

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/store"
)

func TestSessionEnds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		uses  time.Duration // between requests
		after time.Duration // since the session began
		want  error
	}{
		{"at once", time.Hour, 0, nil},
		{"just before it is idle for too long", time.Hour, SessionIdle - time.Second, nil},
		{"idle for too long", time.Hour, SessionIdle, ErrSession},
		{"used all the time", 20 * time.Minute, SessionLife - time.Second, nil},
		{"used all the time, for too long", 20 * time.Minute, SessionLife, ErrSession},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			who := b.admin()
			began := b.now
			for b.now.Sub(began)+tt.uses < tt.after {
				b.later(tt.uses)
				if _, err := b.Session(t.Context(), who.Secret); err != nil {
					t.Fatalf("after %v: %v", b.now.Sub(began), err)
				}
			}
			b.now = began.Add(tt.after)
			if _, err := b.Session(t.Context(), who.Secret); !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
}

func TestSessionSecretIsNotStored(t *testing.T) {
	b := newBench(t)
	who := b.admin()
	err := b.store.View(t.Context(), func(r store.Reader) error {
		for _, c := range store.Collections() {
			for row, err := range r.Find(c, store.Query{}) {
				if err != nil {
					return err
				}
				for _, secret := range append([]string{who.Secret, who.Known, goodPassword}, who.recovery...) {
					if strings.Contains(row.Key+string(row.Body), secret) || strings.Contains(row.Key+string(row.Body), strings.ReplaceAll(secret, "-", "")) {
						t.Errorf("%s holds a secret in the clear", c.Name)
					}
				}
				for _, text := range row.Text {
					if strings.Contains(text, "okafor") {
						t.Errorf("%s holds a name in a plain column", c.Name)
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSignOut(t *testing.T) {
	b := newBench(t)
	who := b.admin()
	b.later(time.Hour)
	in := Proof{Login: who.login, Password: goodPassword, Code: b.code(who.otp), From: From{Agent: "Browser/1"}}
	first, err := b.SignIn(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	b.later(time.Minute)
	in.Code, in.From.Known = b.code(who.otp), first.Known
	second, err := b.SignIn(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if second.Secret == first.Secret || second.Known != first.Known {
		t.Error("a sign-in has to make a new session, and know the browser again")
	}
	list, err := b.Browsers(t.Context(), who.Account, second.Secret)
	if err != nil || len(list) != 2 || !list[0].Current || list[1].Current || list[0].Agent != "Browser/1" {
		t.Errorf("sessions %+v, %v", list, err)
	}
	if err := b.SignOut(t.Context(), first.Secret); err != nil {
		t.Fatal(err)
	}
	if err := b.SignOut(t.Context(), first.Secret); err != nil {
		t.Errorf("signing out twice: %v", err)
	}
	if _, err := b.Session(t.Context(), first.Secret); !errors.Is(err, ErrSession) {
		t.Errorf("a session that was ended: %v", err)
	}
	b.later(time.Minute)
	in.Code = b.code(who.otp)
	third, err := b.SignIn(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.EndSessions(t.Context(), who.Account, who.Account, third.Secret); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Session(t.Context(), second.Secret); !errors.Is(err, ErrSession) {
		t.Errorf("a session elsewhere: %v", err)
	}
	if _, err := b.Session(t.Context(), third.Secret); err != nil {
		t.Errorf("the session kept: %v", err)
	}
	b.later(SessionLife)
	if err := b.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	err = b.store.View(t.Context(), func(r store.Reader) error {
		n, err := r.Count(store.Sessions, store.Query{})
		if n != 0 {
			t.Errorf("%d sessions left", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLastAdministratorStays(t *testing.T) {
	b := newBench(t)
	boss := b.admin()
	other := b.invite(boss, "second", Administrator, Auditor)
	get := func(id string) Account {
		t.Helper()
		a, err := b.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	change := func(id string, roles []Role, state State) error {
		return b.Change(t.Context(), boss.Account, id, get(id).Version, roles, state)
	}
	if err := change(boss.Account, []Role{Security}, Active); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"losing the role": change(other.Account, []Role{Auditor}, Active),
		"being disabled":  change(other.Account, []Role{Administrator}, Disabled),
	} {
		if !errors.Is(err, ErrLast) {
			t.Errorf("the last administrator %s: %v", name, err)
		}
	}
	stale := get(boss.Account)
	if err := change(boss.Account, []Role{Security, Administrator}, Active); err != nil {
		t.Fatal(err)
	}
	if err := b.Change(t.Context(), other.Account, boss.Account, stale.Version, []Role{Legal}, Active); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a change over somebody else's: %v", err)
	}
	if err := change(other.Account, []Role{Administrator}, Disabled); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Session(t.Context(), other.Secret); !errors.Is(err, ErrSession) {
		t.Errorf("the session of a disabled account: %v", err)
	}
	b.later(time.Hour)
	if _, err := b.SignIn(t.Context(), Proof{Login: "second", Password: goodPassword, Code: b.code(other.otp)}); !errors.Is(err, ErrRefused) {
		t.Errorf("a disabled account: %v", err)
	}
	if err := change(boss.Account, nil, Active); !errors.Is(err, ErrInput) {
		t.Errorf("no role at all: %v", err)
	}
	list, err := b.List(t.Context())
	if err != nil || len(list) != 2 || list[1].Login != "second" || list[1].State != Disabled {
		t.Errorf("accounts %+v, %v", list, err)
	}
}

func TestReset(t *testing.T) {
	b := newBench(t)
	boss := b.admin()
	who := b.invite(boss, "forgetful", HR)
	secret, err := b.Reset(t.Context(), boss.Account, who.Account)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Session(t.Context(), who.Secret); err != nil {
		t.Errorf("a link alone ended a session: %v", err)
	}
	key, err := b.NewOTP()
	if err != nil {
		t.Fatal(err)
	}
	in := Welcome{Login: "ignored", Name: "Ignored", Password: "nine herons over water", OTP: key, Code: b.code(key)}
	again, _, err := b.UseLink(t.Context(), secret, in)
	if err != nil || again.Account != who.Account || again.Name != who.Name || !slices.Equal(again.Roles, who.Roles) {
		t.Fatalf("reset to %+v, %v", again, err)
	}
	if _, err := b.Session(t.Context(), who.Secret); !errors.Is(err, ErrSession) {
		t.Errorf("the old session after a reset: %v", err)
	}
	b.later(time.Hour)
	if _, err := b.SignIn(t.Context(), Proof{Login: "forgetful", Password: goodPassword, Code: b.code(who.otp)}); !errors.Is(err, ErrRefused) {
		t.Errorf("the old password: %v", err)
	}
	if _, err := b.SignIn(t.Context(), Proof{Login: "forgetful", Password: "nine herons over water", Code: b.code(key)}); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

func TestOwnAccount(t *testing.T) {
	b := newBench(t)
	who := b.admin()
	const next = "nine herons over water"
	if err := b.SetPassword(t.Context(), who.Account, "wrong", next, who.Secret, elsewhere); !errors.Is(err, ErrRefused) {
		t.Errorf("a new password without the old one: %v", err)
	}
	if err := b.SetPassword(t.Context(), who.Account, goodPassword, "short", who.Secret, elsewhere); !errors.Is(err, ErrInput) {
		t.Errorf("a short password: %v", err)
	}
	if err := b.SetPassword(t.Context(), who.Account, goodPassword, next, who.Secret, elsewhere); err != nil {
		t.Fatal(err)
	}
	key, err := b.NewOTP()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.SetOTP(t.Context(), who.Account, goodPassword, key, b.code(key), elsewhere); !errors.Is(err, ErrRefused) {
		t.Errorf("a new app with the old password: %v", err)
	}
	codes, err := b.SetOTP(t.Context(), who.Account, next, key, b.code(key), elsewhere)
	if err != nil || len(codes) != recoverN {
		t.Fatalf("a new app: %v, %v", codes, err)
	}
	b.later(time.Hour)
	if _, err := b.SignIn(t.Context(), Proof{Login: who.login, Password: next, Code: who.recovery[0]}); !errors.Is(err, ErrRefused) {
		t.Errorf("an old recovery code: %v", err)
	}
	if _, err := b.SignIn(t.Context(), Proof{Login: who.login, Password: next, Code: strings.ToLower(codes[0])}); err != nil {
		t.Errorf("a new recovery code: %v", err)
	}
	if err := b.SetName(t.Context(), who.Account, "Rosalind O."); err != nil {
		t.Fatal(err)
	}
	if a, err := b.Get(t.Context(), who.Account); err != nil || a.Name != "Rosalind O." {
		t.Errorf("the account is %+v, %v", a, err)
	}
}

func TestTokens(t *testing.T) {
	b := newBench(t)
	who := b.admin()
	day := 24 * time.Hour
	for name, create := range map[string]func() (string, error){
		"no name": func() (string, error) {
			return b.NewToken(t.Context(), who.Account, "", []Scope{ScopeRead}, b.now.Add(day))
		},
		"no scope": func() (string, error) { return b.NewToken(t.Context(), who.Account, "x", nil, b.now.Add(day)) },
		"a made-up scope": func() (string, error) {
			return b.NewToken(t.Context(), who.Account, "x", []Scope{"read", "root"}, b.now.Add(day))
		},
		"no end": func() (string, error) {
			return b.NewToken(t.Context(), who.Account, "x", []Scope{ScopeRead}, time.Time{})
		},
		"a distant end": func() (string, error) {
			return b.NewToken(t.Context(), who.Account, "x", []Scope{ScopeRead}, b.now.Add(400*day))
		},
	} {
		if _, err := create(); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
	secret, err := b.NewToken(t.Context(), who.Account, "ATS export", []Scope{ScopeIngest, ScopeMetrics}, b.now.Add(30*day))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := b.Program(t.Context(), secret, ScopeIngest); err != nil || got.Name != "ATS export" {
		t.Errorf("the token is %+v, %v", got, err)
	}
	for name, try := range map[string]struct {
		secret string
		scope  Scope
	}{
		"another scope":    {secret, ScopeSCIM},
		"a made-up secret": {secret + "x", ScopeIngest},
		"a session":        {who.Secret, ScopeIngest},
		"none":             {"", ScopeIngest},
	} {
		if _, err := b.Program(t.Context(), try.secret, try.scope); !errors.Is(err, ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	list, err := b.Tokens(t.Context())
	if err != nil || len(list) != 1 || !list[0].Seen.Equal(b.now) {
		t.Fatalf("tokens %+v, %v", list, err)
	}
	b.later(30 * day)
	if _, err := b.Program(t.Context(), secret, ScopeIngest); !errors.Is(err, ErrToken) {
		t.Errorf("a token at its end: %v", err)
	}
	b.later(-day)
	if err := b.Revoke(t.Context(), who.Account, list[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Program(t.Context(), secret, ScopeIngest); !errors.Is(err, ErrToken) {
		t.Errorf("a revoked token: %v", err)
	}
	if err := b.Revoke(t.Context(), who.Account, list[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("revoking again: %v", err)
	}
}

// TestMadeByNoAdministrator: tokens and one-time links are worth nothing while whoever made
// them may make none.
func TestMadeByNoAdministrator(t *testing.T) {
	b := newBench(t)
	boss := b.admin()
	other := b.invite(boss, "other", Administrator, HR)
	token, err := b.NewToken(t.Context(), other.Account, "export", []Scope{ScopeIngest}, b.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	invited, err := b.Invite(t.Context(), other.Account, "friend@example.com", []Role{Administrator})
	if err != nil {
		t.Fatal(err)
	}
	reset, err := b.Reset(t.Context(), other.Account, boss.Account)
	if err != nil {
		t.Fatal(err)
	}
	change := func(state State, roles ...Role) {
		t.Helper()
		acc, err := b.Get(t.Context(), other.Account)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Change(t.Context(), boss.Account, other.Account, acc.Version, roles, state); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		state State
		roles []Role
		good  bool
	}{
		{Active, []Role{Administrator, HR}, true},
		{Active, []Role{HR}, false},
		{Disabled, []Role{Administrator, HR}, false},
		{Active, []Role{Administrator}, true},
	} {
		change(tt.state, tt.roles...)
		_, tokenErr := b.Program(t.Context(), token, ScopeIngest)
		_, inviteErr := b.OpenLink(t.Context(), invited)
		_, resetErr := b.OpenLink(t.Context(), reset)
		list, err := b.Tokens(t.Context())
		if err != nil || len(list) != 1 || list[0].Orphan == tt.good {
			t.Errorf("%v: the list has %+v (%v)", tt, list, err)
		}
		if tt.good && errors.Join(tokenErr, inviteErr, resetErr) != nil ||
			!tt.good && (!errors.Is(tokenErr, ErrToken) || !errors.Is(inviteErr, ErrLink) || !errors.Is(resetErr, ErrLink)) {
			t.Errorf("%v: token %v, invitation %v, reset %v", tt, tokenErr, inviteErr, resetErr)
		}
	}
}
