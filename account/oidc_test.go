// SPDX-License-Identifier: Apache-2.0

package account

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// atProvider is a bench with an identity provider.
func atProvider(t *testing.T) (*bench, *issuer) {
	t.Helper()
	i := newIssuer(t)
	b := newBench(t, func(o *Options) {
		o.Provider = &Provider{Name: "Example Ltd", Issuer: i.http.URL, ClientID: "daylight", ClientSecret: "client secret", Client: http.DefaultClient, Groups: map[string][]Role{
			"daylight-hr": {HR}, "daylight-admins": {Administrator, Auditor},
		}}
	})
	i.now = func() time.Time { return b.now }
	return b, i
}

// browserSecret is the secret of the forms of a browser in these tests.
const browserSecret = "a browser's secret"

// through signs in by the provider.
func (b *bench) through(t *testing.T, i *issuer) (Session, error) {
	t.Helper()
	there, err := b.AskProvider(t.Context(), browserSecret, "/queue")
	if err != nil {
		t.Fatal(err)
	}
	s, to, err := b.SignInByProvider(t.Context(), browserSecret, i.authorize(t, there), elsewhere)
	if err == nil && to != "/queue" {
		t.Errorf("the sign-in leads to %q", to)
	}
	return s, err
}

func TestProvider(t *testing.T) {
	b, i := atProvider(t)
	s, err := b.through(t, i)
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "Lindiwe Brandt" || !slices.Equal(s.Roles, []Role{HR}) {
		t.Errorf("signed in as %+v", s.Identity)
	}
	if got, err := b.Session(t.Context(), s.Secret); err != nil || got.Account != s.Account {
		t.Errorf("the session is of %+v, %v", got, err)
	}
	// The groups count anew each time, and the account stays the same.
	i.groups = []string{"daylight-admins", "daylight-hr"}
	again, err := b.through(t, i)
	if err != nil || again.Account != s.Account || !slices.Equal(again.Roles, []Role{HR, Auditor, Administrator}) {
		t.Errorf("signed in again as %+v, %v", again.Identity, err)
	}
	i.groups = "daylight-hr"
	if one, err := b.through(t, i); err != nil || !slices.Equal(one.Roles, []Role{HR}) {
		t.Errorf("with one group as text: %+v, %v", one.Identity, err)
	}
	i.groups = []string{"everybody"}
	if _, err := b.through(t, i); !errors.Is(err, ErrRoles) {
		t.Errorf("without a group that has a role: %v", err)
	}
	i.groups = []string{"daylight-hr"}
	// Somebody else of the same name is somebody else.
	i.claims = func(c map[string]any) { c["sub"] = "user-18" }
	if other, err := b.through(t, i); err != nil || other.Account == s.Account {
		t.Errorf("another subject signed in as %+v, %v", other.Identity, err)
	}
	if _, err := b.SignIn(t.Context(), Proof{Login: "Lindiwe Brandt"}); !errors.Is(err, ErrRefused) {
		t.Errorf("an account of the provider by password: %v", err)
	}
}

// TestJWTConfusion offers the client every forged token there is a name for, and
// then a good one, so that what was refused was refused for what was wrong with it.
func TestJWTConfusion(t *testing.T) {
	b, i := atProvider(t)
	for name, forge := range i.forgeries(t) {
		i.sign = forge
		b.later(addressEvery)
		if s, err := b.through(t, i); !errors.Is(err, ErrProvider) {
			t.Errorf("%s: signed in as %+v, %v", name, s.Identity, err)
		}
	}
	i.sign = nil
	b.later(addressEvery)
	if _, err := b.through(t, i); err != nil {
		t.Errorf("a good token after the forged ones: %v", err)
	}
	i.claims = func(c map[string]any) { c["aud"], c["azp"] = []string{"daylight", "another-client"}, "daylight" }
	b.later(addressEvery)
	if _, err := b.through(t, i); err != nil {
		t.Errorf("two audiences, made for this client: %v", err)
	}
}

// TestProviderAnswers are answers of a browser that comes back from the provider.
func TestProviderAnswers(t *testing.T) {
	for name, change := range map[string]func(q url.Values) string{
		"no state":                func(q url.Values) string { q.Del("state"); return browserSecret },
		"a made-up state":         func(q url.Values) string { q.Set("state", "made-up"); return browserSecret },
		"another browser":         func(url.Values) string { return "another browser's secret" },
		"no browser":              func(url.Values) string { return "" },
		"another issuer":          func(q url.Values) string { q.Set("iss", "https://elsewhere.example.net"); return browserSecret },
		"an error":                func(q url.Values) string { q.Set("error", "access_denied"); return browserSecret },
		"a made-up code":          func(q url.Values) string { q.Set("code", "made-up"); return browserSecret },
		"a code of another's own": func(q url.Values) string { q.Set("code", "stolen"); return browserSecret },
	} {
		t.Run(name, func(t *testing.T) {
			b, i := atProvider(t)
			// A code that was given to somebody else's request, with its own PKCE challenge.
			i.codes["stolen"] = url.Values{"nonce": {"n"}, "code_challenge": {"another"}, "redirect_uri": {"https://daylight.example.com/sign-in/back"}}
			there, err := b.AskProvider(t.Context(), browserSecret, "/")
			if err != nil {
				t.Fatal(err)
			}
			back := i.authorize(t, there)
			browser := change(back)
			if _, _, err := b.SignInByProvider(t.Context(), browser, back, elsewhere); !errors.Is(err, ErrProvider) {
				t.Errorf("%v, want %v", err, ErrProvider)
			}
		})
	}
	t.Run("twice, and too late", func(t *testing.T) {
		b, i := atProvider(t)
		there, err := b.AskProvider(t.Context(), browserSecret, "/")
		if err != nil {
			t.Fatal(err)
		}
		back := i.authorize(t, there)
		if _, _, err := b.SignInByProvider(t.Context(), browserSecret, back, elsewhere); err != nil {
			t.Fatal(err)
		}
		if _, _, err := b.SignInByProvider(t.Context(), browserSecret, back, elsewhere); !errors.Is(err, ErrProvider) {
			t.Errorf("the same answer again: %v", err)
		}
		if there, err = b.AskProvider(t.Context(), browserSecret, "/"); err != nil {
			t.Fatal(err)
		}
		back = i.authorize(t, there)
		b.later(pendingLife)
		if _, _, err := b.SignInByProvider(t.Context(), browserSecret, back, elsewhere); !errors.Is(err, ErrProvider) {
			t.Errorf("an answer that took too long: %v", err)
		}
	})
}

func TestDisabledAccountOfProvider(t *testing.T) {
	b, i := atProvider(t)
	boss := b.admin()
	s, err := b.through(t, i)
	if err != nil {
		t.Fatal(err)
	}
	a, err := b.Get(t.Context(), s.Account)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Change(t.Context(), boss.Account, a.ID, a.Version, a.Roles, Disabled); err != nil {
		t.Fatal(err)
	}
	if _, err := b.through(t, i); !errors.Is(err, ErrRefused) {
		t.Errorf("a disabled account: %v", err)
	}
	if _, err := b.Reset(t.Context(), boss.Account, a.ID); !errors.Is(err, ErrInput) {
		t.Errorf("a link to set a password for it: %v", err)
	}
}

func TestProviderOptions(t *testing.T) {
	good := Provider{Issuer: "https://login.example.com", ClientID: "daylight", Client: http.DefaultClient, Groups: map[string][]Role{"g": {HR}}}
	for name, change := range map[string]func(*Provider){
		"no TLS":         func(p *Provider) { p.Issuer = "http://login.example.com" },
		"no address":     func(p *Provider) { p.Issuer = "login.example.com" },
		"no client":      func(p *Provider) { p.ClientID = "" },
		"no way there":   func(p *Provider) { p.Client = nil },
		"no group":       func(p *Provider) { p.Groups = nil },
		"a made-up role": func(p *Provider) { p.Groups = map[string][]Role{"g": {"root"}} },
	} {
		p := good
		change(&p)
		if _, err := newProvider(p, "https://daylight.example.com", time.Now); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if _, err := newProvider(good, "https://daylight.example.com", time.Now); err != nil {
		t.Error(err)
	}
}

// TestEndpointsNeedTLS: a description that sends people, codes or the look for keys
// elsewhere than over TLS is not believed, and the next sign-in reads it anew. An issuer
// on this machine may do without TLS, there and nowhere else.
func TestEndpointsNeedTLS(t *testing.T) {
	said := map[string]string{}
	description := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		body, err := json.Marshal(said)
		if err != nil {
			t.Error(err)
		}
		_, _ = w.Write(body)
	})
	tls, plain := httptest.NewTLSServer(description), httptest.NewServer(description)
	defer tls.Close()
	defer plain.Close()
	for _, issuer := range []*httptest.Server{tls, plain} {
		b := newBench(t, func(o *Options) {
			o.Provider = &Provider{Issuer: issuer.URL, ClientID: "daylight", Client: issuer.Client(), Groups: map[string][]Role{"g": {HR}}}
		})
		good := map[string]string{"issuer": issuer.URL, "authorization_endpoint": issuer.URL + "/authorize", "token_endpoint": issuer.URL + "/token", "jwks_uri": issuer.URL + "/keys"}
		for _, name := range []string{"authorization_endpoint", "token_endpoint", "jwks_uri"} {
			for _, wrong := range []string{"http://login.example.com/x", "http://10.0.0.1/x", "javascript:alert(1)", "//login.example.com/x", "/x", "", "ftp://127.0.0.1/x", plain.URL + "/x"} {
				if issuer == plain && wrong == plain.URL+"/x" {
					continue
				}
				said = maps.Clone(good)
				said[name] = wrong
				there, err := b.AskProvider(t.Context(), browserSecret, "/queue")
				if !errors.Is(err, ErrProvider) || there != "" || !strings.Contains(err.Error(), name) {
					t.Errorf("the issuer %s says %s %q: sent to %q, %v", issuer.URL, name, wrong, there, err)
				}
			}
		}
		said = good
		if there, err := b.AskProvider(t.Context(), browserSecret, "/queue"); err != nil || !strings.HasPrefix(there, issuer.URL+"/authorize?") {
			t.Errorf("the issuer %s as it should be: sent to %q, %v", issuer.URL, there, err)
		}
	}
}

func TestPendingIsBounded(t *testing.T) {
	p := newPending[int]()
	now := time.Date(2026, 3, 2, 9, 14, 0, 0, time.UTC)
	for i := range pendingMost + 10 {
		p.put(string(rune('a'+i%26))+time.Duration(i).String(), i, now.Add(time.Duration(i)*time.Microsecond))
	}
	if len(p.rows) != pendingMost {
		t.Errorf("%d wait, want %d", len(p.rows), pendingMost)
	}
	if _, ok := p.take("a0s", now); ok {
		t.Error("the oldest was kept")
	}
}

// TestGroupTakenAway: at each sign-in the roles are those of the groups then; a role
// that is gone takes every session along, a new one takes none, and whoever is in no
// group any longer has neither role nor session.
func TestGroupTakenAway(t *testing.T) {
	b, i := atProvider(t)
	boss := b.admin()
	in := func(groups any) Session {
		t.Helper()
		i.groups = groups
		b.later(addressEvery)
		s, err := b.through(t, i)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	open := func(s Session) bool {
		t.Helper()
		_, err := b.Session(t.Context(), s.Secret)
		if err != nil && !errors.Is(err, ErrSession) {
			t.Fatal(err)
		}
		return err == nil
	}
	first := in([]string{"daylight-hr"})
	second := in([]string{"daylight-hr", "daylight-admins"})
	if !open(first) || !open(second) {
		t.Error("a new role ended a session")
	}
	third := in([]string{"daylight-admins"})
	if open(first) || open(second) || !open(third) {
		t.Error("a session lasts that began with a role that is gone")
	}
	if !slices.Equal(third.Roles, []Role{Auditor, Administrator}) {
		t.Errorf("roles %v", third.Roles)
	}
	for _, groups := range []any{[]string{"everybody"}, []string{}, nil, "", 7, []any{7, map[string]any{"name": "daylight-hr"}}, "daylight-hr,daylight-admins", []string{"DAYLIGHT-HR", " daylight-hr"}} {
		third = in([]string{"daylight-hr"})
		i.groups = groups
		b.later(addressEvery)
		if s, err := b.through(t, i); !errors.Is(err, ErrRoles) {
			t.Errorf("with the groups %v: %+v, %v", groups, s.Identity, err)
		}
		a, err := b.Get(t.Context(), third.Account)
		if err != nil || len(a.Roles) != 0 || open(third) {
			t.Errorf("with the groups %v the account keeps %v, and its session: %v, %v", groups, a.Roles, open(third), err)
		}
	}
	// An administrator can still disable it; and it comes back with a group.
	a, err := b.Get(t.Context(), third.Account)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Change(t.Context(), boss.Account, a.ID, a.Version, a.Roles, Disabled); err != nil {
		t.Error(err)
	}
	if a, err = b.Get(t.Context(), a.ID); err == nil {
		err = b.Change(t.Context(), boss.Account, a.ID, a.Version, a.Roles, Active)
	}
	if err != nil {
		t.Error(err)
	}
	if back := in([]string{"daylight-hr"}); back.Account != third.Account || !open(back) {
		t.Errorf("back as %+v", back.Identity)
	}
}

// TestNamesOfProvider: a name is shown without what cannot be seen of it, and with the
// joiners that its spelling needs.
func TestNamesOfProvider(t *testing.T) {
	b, i := atProvider(t)
	for given, want := range map[string]string{
		"Ana\u202e Muster\u2069": "Ana Muster", "علی\u200cرضا خان\u200cزاده": "علی\u200cرضا خان\u200cزاده", "\u202e\u200b": "lbrandt", "pay\u200cpal\n\tteam": "paypal team",
	} {
		i.claims = func(c map[string]any) { c["name"], c["preferred_username"] = given, "lbrandt\u200f" }
		b.later(addressEvery)
		if s, err := b.through(t, i); err != nil || s.Name != want {
			t.Errorf("%+q is shown as %+q, %v; want %+q", given, s.Name, err, want)
		}
	}
}

// TestPersonOfProvider: whoever has an address that the provider has checked is the
// one who was invited by it; nobody else is, and what a later token says changes
// nothing.
func TestPersonOfProvider(t *testing.T) {
	b, i := atProvider(t)
	invited := b.invite(b.admin(), "lindiwe.brandt", Security)
	says := func(sub string, mail, verified any) Session {
		t.Helper()
		i.claims = func(c map[string]any) { c["sub"], c["email"], c["email_verified"] = sub, mail, verified }
		b.later(addressEvery)
		s, err := b.through(t, i)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	one := says("user-1", "Lindiwe.Brandt+work@EXAMPLE.com", true)
	if one.Person == "" || one.Person != invited.Person {
		t.Errorf("the person of a checked address is %q, of the one invited by it %q", one.Person, invited.Person)
	}
	seen := map[string]bool{one.Person: true}
	for sub, s := range map[string]Session{"unchecked": says("user-2", "lindiwe.brandt@example.com", false), "text": says("user-3", "lindiwe.brandt@example.com", "true"), "no address": says("user-4", 7, true)} {
		if s.Person == "" || seen[s.Person] {
			t.Errorf("%s: the person is %q, as somebody else's", sub, s.Person)
		}
		seen[s.Person] = true
	}
	if again := says("user-1", "another@example.com", true); again.Person != one.Person {
		t.Error("another token made somebody another person")
	}
}
