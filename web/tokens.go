// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"slices"
	"time"

	"daylight/account"
)

func tokenRoutes() []route {
	return []route{
		{pattern: "GET /admin/tokens", roles: administrators, acts: "list the tokens of programs", handle: (*Server).tokensPage},
		{pattern: "POST /admin/tokens", roles: administrators, acts: "make a token for a program", recorded: true, handle: (*Server).newToken},
		{pattern: "POST /admin/tokens/revoke", roles: administrators, acts: "revoke a token", recorded: true, handle: (*Server).revokeToken},
	}
}

// scopeWords say what a scope allows.
var scopeWords = map[account.Scope]string{
	account.ScopeIngest:  "send records and files",
	account.ScopeRead:    "read states and findings, without names",
	account.ScopeSCIM:    "push joiners, movers and leavers",
	account.ScopeShare:   "read identifiers of confirmed cases, to give them to others",
	account.ScopeMetrics: "read figures about the service itself",
}

type scopeBox struct {
	Scope account.Scope
	Words string
	On    bool
}

// tokensView is the page of tokens.
type tokensView struct {
	Tokens  []account.Token
	Scopes  []scopeBox
	Name    string
	Until   string // as the form has it, a day
	Secret  string // of a new token, shown once
	Wrong   string
	Expired map[string]bool
}

const day = "2006-01-02"

func (s *Server) tokensView(x *exchange) (tokensView, error) {
	all, err := s.accounts.Tokens(x.r.Context())
	v := tokensView{Tokens: all, Until: s.Now().UTC().AddDate(0, 3, 0).Format(day), Expired: map[string]bool{}}
	for _, t := range all {
		v.Expired[t.ID] = !s.Now().Before(t.Until)
	}
	for _, sc := range account.Scopes() {
		v.Scopes = append(v.Scopes, scopeBox{Scope: sc, Words: scopeWords[sc]})
	}
	return v, err
}

func (s *Server) tokensPage(x *exchange) error {
	v, err := s.tokensView(x)
	if err != nil {
		return err
	}
	return x.page("admin/tokens", v)
}

func (s *Server) newToken(x *exchange) error {
	f, err := x.form()
	if err != nil {
		return err
	}
	var scopes []account.Scope
	for _, sc := range f["scope"] {
		scopes = append(scopes, account.Scope(sc))
	}
	until, err := time.Parse(day, f.Get("until"))
	if err != nil {
		until = time.Time{} // refused as an end that is missing
	}
	secret, err := s.accounts.NewToken(x.r.Context(), x.who.Account, f.Get("name"), scopes, until)
	wrong := errors.Is(err, account.ErrInput)
	if err != nil && !wrong {
		return err
	}
	v, verr := s.tokensView(x)
	if verr != nil {
		return verr
	}
	if wrong {
		v.Wrong, v.Name, v.Until = words(err), f.Get("name"), f.Get("until")
		for i, sc := range v.Scopes {
			v.Scopes[i].On = slices.Contains(scopes, sc.Scope)
		}
		return x.again("admin/tokens", v)
	}
	v.Secret = secret
	return x.page("admin/tokens", v)
}

func (s *Server) revokeToken(x *exchange) error {
	f, err := x.form()
	if err != nil {
		return err
	}
	if err := s.accounts.Revoke(x.r.Context(), x.who.Account, f.Get("token")); err != nil {
		return err
	}
	return x.see("/admin/tokens")
}
