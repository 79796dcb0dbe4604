// SPDX-License-Identifier: Apache-2.0

package account

import (
	"crypto/rand"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"daylight/audit"
	"daylight/store"
	"daylight/store/sqlite"
)

// cheap is what hashing takes in tests, where nothing is kept from anybody.
var cheap = Cost{Memory: 64, Passes: 1, Threads: 1}

// bench is a service on a store of its own, with a clock that a test moves.
type bench struct {
	*Service
	t     *testing.T
	store store.Store
	now   time.Time
}

func newBench(t *testing.T, change ...func(*Options)) *bench {
	t.Helper()
	st, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &bench{t: t, store: st, now: time.Date(2026, 3, 2, 9, 14, 0, 0, time.UTC)}
	o := Options{Store: st, Now: func() time.Time { return b.now }, Random: rand.Reader, Address: "https://daylight.example.com", Cost: cheap}
	for _, f := range change {
		f(&o)
	}
	if b.Service, err = New(o); err != nil {
		t.Fatal(err)
	}
	return b
}

const goodPassword = "seven lamps on the quay"

// owner is an account and what its owner knows.
type owner struct {
	Session
	login, otp string
	recovery   []string
}

// admin makes the first administrator by the one-time link.
func (b *bench) admin() owner {
	b.t.Helper()
	secret, err := b.FirstAdmin(b.t.Context())
	if err != nil || secret == "" {
		b.t.Fatalf("first administrator's link: %q, %v", secret, err)
	}
	return b.welcome(secret, "rosalind.okafor")
}

// invite makes an account with roles.
func (b *bench) invite(by owner, login string, roles ...Role) owner {
	b.t.Helper()
	secret, err := b.Invite(b.t.Context(), by.Account, strings.ReplaceAll(login, " ", ".")+"@example.com", roles)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.welcome(secret, login)
}

func (b *bench) welcome(secret, login string) owner {
	b.t.Helper()
	key, err := b.NewOTP()
	if err != nil {
		b.t.Fatal(err)
	}
	s, codes, err := b.UseLink(b.t.Context(), secret, Welcome{Login: login, Name: "Test " + login, Password: goodPassword, OTP: key, Code: b.code(key)})
	if err != nil {
		b.t.Fatal(err)
	}
	return owner{s, login, key, codes}
}

// code is what an authenticator app shows now.
func (b *bench) code(key string) string {
	b.t.Helper()
	c, err := totp.GenerateCode(key, b.now)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// later moves the clock.
func (b *bench) later(d time.Duration) { b.now = b.now.Add(d) }

var elsewhere = From{Address: netip.MustParseAddr("198.51.100.7")}

// acts returns what the audit log says was done.
func (b *bench) acts() []string {
	b.t.Helper()
	var out []string
	err := b.store.View(b.t.Context(), func(r store.Reader) error {
		for e, err := range audit.Entries(r, 0) {
			if err != nil {
				return err
			}
			out = append(out, e.Act)
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func TestFirstAdministrator(t *testing.T) {
	b := newBench(t)
	old, err := b.FirstAdmin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	secret, err := b.FirstAdmin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.OpenLink(t.Context(), old); !errors.Is(err, ErrLink) {
		t.Errorf("a link that was replaced: %v", err)
	}
	b.later(FirstAdminLife - time.Second)
	if l, err := b.OpenLink(t.Context(), secret); err != nil || l.Purpose != "first-admin" {
		t.Errorf("a link just before its end: %+v, %v", l, err)
	}
	b.later(time.Second)
	if _, err := b.OpenLink(t.Context(), secret); !errors.Is(err, ErrLink) {
		t.Errorf("a link at its end: %v", err)
	}
	who := b.admin()
	if !who.Has(Administrator) || who.Has(Security) {
		t.Errorf("the first administrator has %v", who.Roles)
	}
	if again, err := b.FirstAdmin(t.Context()); again != "" || err != nil {
		t.Errorf("a second first administrator: %q, %v", again, err)
	}
	if got := strings.Join(b.acts(), " "); got != "link.create link.create link.create account.create session.begin" {
		t.Errorf("the audit log says %s", got)
	}
}

func TestLinkWorksOnce(t *testing.T) {
	b := newBench(t)
	secret, err := b.Invite(t.Context(), b.admin().Account, "ade@example.com", []Role{Legal, HR, Legal})
	if err != nil {
		t.Fatal(err)
	}
	who := b.welcome(secret, "Ade Nakamura")
	if len(who.Roles) != 2 || who.Roles[0] != HR || who.Roles[1] != Legal {
		t.Errorf("roles %v, want each once and in order", who.Roles)
	}
	key, err := b.NewOTP()
	if err != nil {
		t.Fatal(err)
	}
	in := Welcome{Login: "another", Name: "Another", Password: goodPassword, OTP: key, Code: b.code(key)}
	if _, _, err := b.UseLink(t.Context(), secret, in); !errors.Is(err, ErrLink) {
		t.Errorf("a used link: %v", err)
	}
	if _, _, err := b.UseLink(t.Context(), "made-up", in); !errors.Is(err, ErrLink) {
		t.Errorf("a made-up link: %v", err)
	}
}

// TestRefusedWelcomeKeepsLink holds that whoever mistypes can try again.
func TestRefusedWelcomeKeepsLink(t *testing.T) {
	b := newBench(t)
	secret, err := b.FirstAdmin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	key, err := b.NewOTP()
	if err != nil {
		t.Fatal(err)
	}
	good := Welcome{Login: "maya", Name: "Maya Lindqvist", Password: goodPassword, OTP: key, Code: b.code(key)}
	for name, change := range map[string]func(*Welcome){
		"no login":             func(w *Welcome) { w.Login = " " },
		"no name":              func(w *Welcome) { w.Name = "" },
		"a short password":     func(w *Welcome) { w.Password = "elevenchars" },
		"a common password":    func(w *Welcome) { w.Password = "Password1234" },
		"a repeated character": func(w *Welcome) { w.Password = strings.Repeat("ab", 10) },
		"the login":            func(w *Welcome) { w.Login, w.Password = "maya.lindqvist", "Maya.Lindqvist 1987" },
		"another code":         func(w *Welcome) { w.Code = "000000x" },
		"another secret":       func(w *Welcome) { w.OTP = "ABC" },
	} {
		in := good
		change(&in)
		if _, _, err := b.UseLink(t.Context(), secret, in); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := b.UseLink(t.Context(), secret, good); err != nil {
		t.Errorf("the right form after wrong ones: %v", err)
	}
}

func TestSignIn(t *testing.T) {
	b := newBench(t)
	who := b.invite(b.admin(), "Zoë", Security)
	b.later(time.Hour)
	for name, p := range map[string]Proof{
		"another password": {Login: "Zoë", Password: "another password", Code: b.code(who.otp)},
		"no code":          {Login: "Zoë", Password: goodPassword},
		"another code":     {Login: "Zoë", Password: goodPassword, Code: "123"},
		"nobody":           {Login: "nobody", Password: goodPassword, Code: b.code(who.otp)},
		"no name":          {Password: goodPassword, Code: b.code(who.otp)},
	} {
		if _, err := b.SignIn(t.Context(), p); err == nil || err.Error() != ErrRefused.Error() {
			t.Errorf("%s: %v, want the words of %v and no more", name, err, ErrRefused)
		}
	}
	// The same letters, otherwise written.
	in := Proof{Login: " ZOE\u0308 ", Password: goodPassword, Code: b.code(who.otp), From: elsewhere}
	s, err := b.SignIn(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := b.Session(t.Context(), s.Secret); err != nil || got.Account != who.Account || got.Name != "Test Zoë" {
		t.Errorf("the session is of %+v, %v", got, err)
	}
	if _, err := b.SignIn(t.Context(), in); !errors.Is(err, ErrRefused) {
		t.Errorf("the same code again: %v", err)
	}
	b.later(time.Minute)
	in.Code = who.recovery[3]
	if _, err := b.SignIn(t.Context(), in); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
	if _, err := b.SignIn(t.Context(), in); !errors.Is(err, ErrRefused) {
		t.Errorf("a recovery code again: %v", err)
	}
}

// TestEarlierCodeIsRefused holds that after a code of one step no code of an earlier
// one is taken, though its time has not passed.
func TestEarlierCodeIsRefused(t *testing.T) {
	b := newBench(t)
	who := b.admin()
	b.later(10 * time.Minute)
	early := b.code(who.otp)
	b.later(30 * time.Second)
	in := Proof{Login: who.login, Password: goodPassword, Code: b.code(who.otp)}
	if _, err := b.SignIn(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	in.Code = early
	if _, err := b.SignIn(t.Context(), in); !errors.Is(err, ErrRefused) {
		t.Errorf("an earlier code: %v", err)
	}
}

// TestUnknownNameTakesTheSameWork holds that a name without an account is answered
// after a hash as costly as that of an account: counted, because a clock on a busy
// machine tells nothing.
func TestUnknownNameTakesTheSameWork(t *testing.T) {
	b := newBench(t)
	who := b.admin()
	params := func(hash string) string { return strings.Join(strings.Split(hash, "$")[:4], "$") }
	err := b.store.View(t.Context(), func(r store.Reader) error {
		acc, _, err := load(r, who.Account)
		if params(acc.Password) != params(b.dummy) || params(b.dummy) != "$argon2id$v=19$m=64,t=1,p=1" {
			t.Errorf("an account's hash costs %s, that of nobody %s", params(acc.Password), params(b.dummy))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	// With no place to hash, either answer waits: neither skips the work.
	for range hashers {
		b.hashing <- struct{}{}
	}
	for _, login := range []string{who.login, "nobody"} {
		ctx, cancel := contextThatEnds(t)
		if _, err := b.SignIn(ctx, Proof{Login: login, Password: "x"}); !errors.Is(err, ctx.Err()) || errors.Is(err, ErrRefused) {
			t.Errorf("%s was answered without hashing: %v", login, err)
		}
		cancel()
	}
}

// TestWhoseAccount: who somebody is was said when they were invited, and no act of
// theirs changes it; through whose hands a link went stays known.
func TestWhoseAccount(t *testing.T) {
	b := newBench(t)
	boss := b.admin()
	ade := b.invite(boss, "ade", HR)
	other := b.invite(boss, "other", Security, Administrator)
	if boss.Person == "" || ade.Person == "" || boss.Person == ade.Person || ade.Person == other.Person {
		t.Fatalf("persons %q, %q and %q", boss.Person, ade.Person, other.Person)
	}
	if len(boss.Hands) != 0 || !slices.Equal(ade.Hands, []string{boss.Account, boss.Person}) {
		t.Errorf("the links went through %q and %q", boss.Hands, ade.Hands)
	}
	if err := b.SetName(t.Context(), ade.Account, "Test other"); err != nil {
		t.Fatal(err)
	}
	secret, err := b.Reset(t.Context(), other.Account, ade.Account)
	if err != nil {
		t.Fatal(err)
	}
	if now, err := b.Session(t.Context(), ade.Secret); err != nil || now.Person != ade.Person || len(now.Hands) != 2 {
		t.Errorf("before the link is used: %+v, %v", now, err)
	}
	key, err := b.NewOTP()
	if err != nil {
		t.Fatal(err)
	}
	in := Welcome{Login: "somebody.else", Name: "Somebody Else", Password: goodPassword, OTP: key, Code: b.code(key)}
	now, _, err := b.UseLink(t.Context(), secret, in)
	if err != nil {
		t.Fatal(err)
	}
	if now.Person != ade.Person || !slices.Equal(now.Hands, []string{boss.Account, boss.Person, other.Account, other.Person}) {
		t.Errorf("after a reset: %+v", now.Identity)
	}
	shown, err := b.Get(t.Context(), ade.Account)
	if err != nil || shown.Invited != boss.Account || shown.Reset != other.Account {
		t.Errorf("the page of the account says %+v, %v", shown, err)
	}
	for _, mail := range []string{"", "ade", "@example.com", "ade@", "ade@local", "a b@example.com", "ade@example.com\nx"} {
		if _, err := b.Invite(t.Context(), boss.Account, mail, []Role{HR}); !errors.Is(err, ErrInput) {
			t.Errorf("invited by %q: %v", mail, err)
		}
	}
}
