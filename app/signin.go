// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"daylight/account"
	"daylight/secret"
)

// OIDC is an identity provider by which people sign in to the console.
type OIDC struct {
	Name     string `yaml:"name,omitempty"` // on the button
	Issuer   string `yaml:"issuer,omitempty"`
	ClientID string `yaml:"client_id,omitempty"`
	// Secret says where the client's secret is.
	Secret secret.Source `yaml:"secret,omitempty"`
	Scopes []string      `yaml:"scopes,omitempty"`
	Claim  string        `yaml:"claim,omitempty"` // that lists groups; default groups
	// Groups gives the roles of each group. Who is in none of them may not sign in.
	Groups map[string][]account.Role `yaml:"groups,omitempty"`
}

func (o *OIDC) isSet() bool { return o.Issuer != "" || o.ClientID != "" || len(o.Groups) > 0 }

// problems are all that is wrong with it.
func (o *OIDC) problems() error {
	if !o.isSet() {
		return nil
	}
	var all []error
	bad := func(format string, args ...any) {
		all = append(all, fmt.Errorf("serve: oidc: "+format, args...))
	}
	if u, err := url.Parse(o.Issuer); err != nil || u.Host == "" || u.Scheme != "https" && !account.ThisMachine(u.Hostname()) {
		bad("issuer must begin with https://")
	}
	if o.ClientID == "" {
		bad("it needs a client_id")
	}
	if problem := o.Secret.Problem(); problem != "" {
		bad("%s", problem)
	}
	if len(o.Groups) == 0 {
		bad("groups gives no group a role, so nobody could sign in")
	}
	for _, g := range slices.Sorted(maps.Keys(o.Groups)) {
		for _, r := range o.Groups[g] {
			if !r.Valid() {
				bad("group %q: %q is none of %v", g, r, account.Roles())
			}
		}
	}
	return errors.Join(all...)
}

// here is the issuer where it is on this machine, for trying things out: no list has to
// allow it. Elsewhere it is reached as everything else is.
func (o *OIDC) here() []string {
	u, err := url.Parse(o.Issuer)
	if err != nil || !account.ThisMachine(u.Hostname()) {
		return nil
	}
	return []string{u.Scheme + "://" + u.Host}
}

// provider reads the secret; nil if nothing is set up.
func (a *app) provider(ctx context.Context, p servePlan) (*account.Provider, error) {
	o := p.OIDC
	if !o.isSet() {
		return nil, nil //nolint:nilnil // no provider is no error
	}
	text, err := o.Secret.Read(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the secret of the identity provider: %w", err)
	}
	guard, err := a.providerGuard(slices.Concat(p.config.Connect.Allow, o.here()))
	if err != nil {
		return nil, fmt.Errorf("reach the identity provider: %w", err)
	}
	return &account.Provider{
		Name: o.Name, Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: text, Scopes: o.Scopes, Claim: o.Claim, Groups: o.Groups, Client: guard.Client(),
	}, nil
}
