// SPDX-License-Identifier: Apache-2.0

package account

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"daylight/audit"
	vocab "daylight/record"
	"daylight/store"
)

// Provider is an identity provider that speaks OpenID Connect.
type Provider struct {
	Name         string // on the button: "Example Ltd"
	Issuer       string // "https://login.example.com"
	ClientID     string
	ClientSecret string
	// Scopes are asked for besides openid, profile and email.
	Scopes []string
	// Claim is the claim that lists somebody's groups; "" is "groups".
	Claim string
	// Groups gives the roles of a group.
	Groups map[string][]Role
	// Client reaches it; it is one of package egress, which follows no redirect here.
	Client *http.Client
}

// provider is the client of a provider. What it accepts is pinned here: the
// authorization code flow with PKCE, state and nonce; tokens of this issuer for this
// client, signed by one of the provider's published keys with one of algorithms.
type provider struct {
	Provider
	back    string // where the provider sends browsers back to
	now     func() time.Time
	plain   bool // the issuer is on this machine and speaks without TLS
	waiting *pending[attempt]

	mu    sync.Mutex
	found *oidc.Provider // once it has answered
}

// attempt is a sign-in that is at the provider.
type attempt struct{ nonce, verifier, browser, to string }

// algorithms are the signatures that are accepted, whatever the provider lists. They
// are all of key pairs: a public key can be no shared secret, and "none" is none.
var algorithms = []string{oidc.RS256, oidc.ES256, oidc.PS256, oidc.EdDSA}

// BackPath is where the identity provider sends browsers back to.
const BackPath = "/sign-in/back"

func newProvider(p Provider, address string, now func() time.Time) (*provider, error) {
	if problem := addressProblem(p.Issuer, true); problem != "" {
		return nil, errors.New("the issuer of the identity provider " + problem)
	}
	if p.Client == nil {
		return nil, errors.New("the identity provider needs a client that reaches it")
	}
	if p.ClientID == "" || len(p.Groups) == 0 {
		return nil, errors.New("the identity provider needs a client id and at least one group with a role")
	}
	for g, roles := range p.Groups {
		if _, err := checkRoles(roles); err != nil {
			return nil, fmt.Errorf("group %q of the identity provider: %w", g, err)
		}
	}
	if p.Claim == "" {
		p.Claim = "groups"
	}
	return &provider{
		Provider: p, back: strings.TrimSuffix(address, "/") + BackPath, now: now, waiting: newPending[attempt](),
		plain: strings.HasPrefix(p.Issuer, "http:"),
	}, nil
}

// addressProblem says what is wrong with an address of the provider, "" if nothing is:
// it is https, or, if plain is set, without TLS on this machine.
func addressProblem(address string, plain bool) string {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "":
		return "is no address"
	case u.Scheme == "https", plain && u.Scheme == "http" && ThisMachine(u.Hostname()):
		return ""
	}
	return "has to be an https address"
}

// discover reads the provider's description, once it is there.
func (p *provider) discover(ctx context.Context) (*oidc.Provider, oauth2.Config, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil {
		// The keys are read again whenever one is unknown, after this request is over.
		found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.Client), p.Issuer)
		if err != nil {
			return nil, oauth2.Config{}, fmt.Errorf("%w: read its description: %w", ErrProvider, err)
		}
		if err := p.endpoints(found); err != nil {
			return nil, oauth2.Config{}, err
		}
		p.found = found
	}
	return p.found, oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: p.found.Endpoint(), RedirectURL: p.back,
		Scopes: slices.Concat([]string{oidc.ScopeOpenID, "profile", "email"}, p.Scopes),
	}, nil
}

// endpoints refuses a description that leads people, codes or the look for keys out of
// TLS. The browser goes to the first of them, so no client of ours would notice.
func (p *provider) endpoints(found *oidc.Provider) error {
	var keys struct {
		Address string `json:"jwks_uri"`
	}
	if err := found.Claims(&keys); err != nil {
		return fmt.Errorf("%w: read its description: %w", ErrProvider, err)
	}
	for _, e := range []struct{ name, address string }{
		{"authorization_endpoint", found.Endpoint().AuthURL}, {"token_endpoint", found.Endpoint().TokenURL}, {"jwks_uri", keys.Address},
	} {
		if problem := addressProblem(e.address, p.plain); problem != "" {
			return fmt.Errorf("%w: %s of its description %s", ErrProvider, e.name, problem)
		}
	}
	return nil
}

// ProviderName is what the button of the identity provider says, "" if there is none.
func (s *Service) ProviderName() string {
	if s.provider == nil {
		return ""
	}
	return s.provider.Name
}

// AskProvider begins a sign-in by the identity provider: it returns the address to
// send the browser to. browser is the secret of this browser's forms, to is the page
// to go to in the end.
func (s *Service) AskProvider(ctx context.Context, browser, to string) (string, error) {
	if s.provider == nil {
		return "", ErrProvider
	}
	_, config, err := s.provider.discover(ctx)
	if err != nil {
		return "", err
	}
	state, err := s.secret()
	if err != nil {
		return "", err
	}
	nonce, err := s.secret()
	if err != nil {
		return "", err
	}
	verifier, err := s.secret() // 43 characters of base64: RFC 7636, section 4.1
	if err != nil {
		return "", err
	}
	s.provider.waiting.put(state, attempt{nonce, verifier, browser, to}, s.now())
	return config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), nil
}

// claims are what is read out of an ID token besides what the library checks.
type claims struct {
	AuthorizedParty string `json:"azp"`
	Name            string `json:"name"`
	Username        string `json:"preferred_username"`
	groups          []string
	mail            string // "" unless the provider has checked it
}

// SignInByProvider takes what the identity provider sent the browser back with and
// starts a session; it returns where the browser wanted to go. It fails with
// [ErrProvider], [ErrRoles], [ErrRefused] or [ErrSlow].
func (s *Service) SignInByProvider(ctx context.Context, browser string, query url.Values, from From) (Session, string, error) {
	if s.provider == nil {
		return Session{}, "", ErrProvider
	}
	now := s.now()
	if err := s.limits.attempt("provider", from.Address, now); err != nil {
		return Session{}, "", err
	}
	a, ok := s.provider.waiting.take(query.Get("state"), now)
	if !ok || subtle.ConstantTimeCompare([]byte(a.browser), []byte(browser)) != 1 {
		return Session{}, "", fmt.Errorf("%w: it belongs to no sign-in that this browser began", ErrProvider)
	}
	token, c, err := s.provider.exchange(ctx, query, a)
	if err != nil {
		return Session{}, "", err
	}
	roles := s.provider.roles(c.groups)
	if len(roles) == 0 {
		return Session{}, "", errors.Join(ErrRoles, s.withoutRoles(ctx, token))
	}
	var out Session
	err = s.store.Update(ctx, func(w store.Writer) error {
		acc := record{Issuer: token.Issuer, Subject: token.Subject, State: Active, Created: now}
		id, have, err := byHash(w, acc.loginHash(w))
		row := store.Row{Key: id}
		switch {
		case errors.Is(err, store.ErrNotFound):
			if row.Key, err = s.newID(); err != nil {
				return err
			}
		case err != nil:
			return err
		default:
			if acc, row, err = load(w, id); err != nil {
				return err
			}
		}
		if acc.State != Active {
			return ErrRefused
		}
		acc.Name = firstOf(c.Name, c.Username, "Account "+row.Key)
		if acc.Person == "" {
			acc.Person = c.person(w, token)
		}
		acc.Roles = have.Roles
		if err := s.regroup(w, &acc, row.Key, roles); err != nil {
			return err
		}
		out, err = s.begin(w, &acc, row, from, "provider")
		return err
	})
	if err != nil {
		return Session{}, "", fmt.Errorf("sign in by the identity provider: %w", err)
	}
	return out, a.to, nil
}

// regroup gives an account the roles of its groups. Where one was taken away, the
// sessions that began with it end.
func (s *Service) regroup(w store.Writer, acc *record, id string, roles []Role) error {
	before := acc.Roles
	if slices.Equal(before, roles) {
		return nil
	}
	acc.Roles = roles
	detail := map[string]string{"roles": joined(roles), "roles-before": joined(before)}
	if slices.ContainsFunc(before, func(r Role) bool { return !slices.Contains(roles, r) }) {
		n, err := endSessions(w, id, "")
		if err != nil {
			return err
		}
		detail["sessions"] = strconv.Itoa(n)
	}
	return audit.Append(w, audit.Entry{At: s.now(), Actor: audit.System, Act: "account.provider", Object: id, Detail: detail})
}

// withoutRoles takes the roles of somebody away whom the provider vouches for and who
// is in no group with a role any longer.
func (s *Service) withoutRoles(ctx context.Context, token *oidc.IDToken) error {
	err := s.store.Update(ctx, func(w store.Writer) error {
		acc := record{Issuer: token.Issuer, Subject: token.Subject}
		id, _, err := byHash(w, acc.loginHash(w))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		acc, row, err := load(w, id)
		if err != nil {
			return err
		}
		if err := s.regroup(w, &acc, id, nil); err != nil {
			return err
		}
		return acc.save(w, row)
	})
	if err != nil {
		return fmt.Errorf("take roles away: %w", err)
	}
	return nil
}

// person is how the human being of a token is known: by the address that the
// provider has checked, as somebody is who was invited by it, or by the token's
// subject.
func (c claims) person(r store.Reader, token *oidc.IDToken) string {
	if checkMail(c.mail) == nil {
		return personOf(r, c.mail)
	}
	return r.Hash("human provider", token.Issuer+"\x00"+token.Subject)
}

// exchange turns the provider's code into an ID token and checks it.
func (p *provider) exchange(ctx context.Context, query url.Values, a attempt) (*oidc.IDToken, claims, error) {
	if e := query.Get("error"); e != "" {
		return nil, claims{}, fmt.Errorf("%w: it answered with an error", ErrProvider)
	}
	// RFC 9207: a provider that names itself in the answer has to be the right one.
	if iss := query.Get("iss"); iss != "" && iss != p.Issuer {
		return nil, claims{}, fmt.Errorf("%w: the answer is of another issuer", ErrProvider)
	}
	found, config, err := p.discover(ctx)
	if err != nil {
		return nil, claims{}, err
	}
	ctx = oidc.ClientContext(ctx, p.Client)
	got, err := config.Exchange(ctx, query.Get("code"), oauth2.VerifierOption(a.verifier))
	if err != nil {
		return nil, claims{}, fmt.Errorf("%w: the code was not taken", ErrProvider)
	}
	raw, ok := got.Extra("id_token").(string)
	if !ok {
		return nil, claims{}, fmt.Errorf("%w: there is no ID token", ErrProvider)
	}
	token, err := found.VerifierContext(ctx, &oidc.Config{ClientID: p.ClientID, SupportedSigningAlgs: algorithms, Now: p.now}).Verify(ctx, raw)
	if err != nil {
		return nil, claims{}, fmt.Errorf("%w: %w", ErrProvider, err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(a.nonce)) != 1 {
		return nil, claims{}, fmt.Errorf("%w: the token is of another sign-in", ErrProvider)
	}
	c, err := p.claims(token)
	if err != nil {
		return nil, claims{}, err
	}
	// OpenID Connect Core 1.0, section 3.1.3.7, steps 4 and 5.
	if c.AuthorizedParty != "" && c.AuthorizedParty != p.ClientID || c.AuthorizedParty == "" && len(token.Audience) > 1 {
		return nil, claims{}, fmt.Errorf("%w: the token was made for another client", ErrProvider)
	}
	if token.Subject == "" {
		return nil, claims{}, fmt.Errorf("%w: the token names nobody", ErrProvider)
	}
	return token, c, nil
}

// claims reads the names and groups of a token.
func (p *provider) claims(token *oidc.IDToken) (claims, error) {
	var c claims
	var all map[string]any
	if err := errors.Join(token.Claims(&c), token.Claims(&all)); err != nil {
		return c, fmt.Errorf("%w: read its claims: %w", ErrProvider, err)
	}
	if all["email_verified"] == true {
		c.mail, _ = all["email"].(string)
	}
	switch groups := all[p.Claim].(type) {
	case string:
		c.groups = []string{groups}
	case []any:
		for _, g := range groups {
			if name, ok := g.(string); ok {
				c.groups = append(c.groups, name)
			}
		}
	}
	return c, nil
}

// roles are those of the groups, in their order.
func (p *provider) roles(groups []string) []Role {
	var out []Role
	for _, r := range Roles() {
		if slices.ContainsFunc(groups, func(g string) bool { return slices.Contains(p.Groups[g], r) }) {
			out = append(out, r)
		}
	}
	return out
}

// firstOf is the first of the words that can be shown, without what cannot be seen of it.
func firstOf(words ...string) string {
	for _, w := range words {
		w = vocab.Seen(strings.Join(strings.Fields(w), " "))
		if checkName("-", w) == nil {
			return w
		}
	}
	return ""
}
