// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"net/url"
	"strconv"

	"daylight/account"
)

// administrators manage accounts, tokens and settings.
var administrators = []account.Role{account.Administrator}

func adminRoutes() []route {
	return []route{
		{pattern: "GET /admin/accounts", roles: administrators, acts: "list accounts", handle: (*Server).accountsPage},
		{pattern: "POST /admin/accounts", roles: administrators, acts: "invite somebody by a one-time link", recorded: true, handle: (*Server).invite},
		{pattern: "GET /admin/accounts/{id}", roles: administrators, acts: "show an account", example: "/admin/accounts/{id}", handle: (*Server).changePage},
		{pattern: "POST /admin/accounts/{id}", roles: administrators, acts: "change an account's roles or state", recorded: true, handle: (*Server).change},
		{pattern: "POST /admin/accounts/{id}/reset", roles: administrators, acts: "make a link by which an account sets a new password", recorded: true, handle: (*Server).reset},
		{pattern: "POST /admin/accounts/{id}/end", roles: administrators, acts: "sign an account out everywhere", recorded: true, handle: (*Server).endOf},
	}
}

// roleWords say what a role is for, where roles are given.
var roleWords = map[account.Role]string{
	account.Recruiter:     "sees applicants without names, asks for checks",
	account.HR:            "sees employees, decides together with legal",
	account.Security:      "works cases",
	account.Legal:         "approves outcomes that go against somebody",
	account.Auditor:       "reads the audit log",
	account.Administrator: "manages accounts, sources, policy and settings",
}

// roleBox is a role to tick.
type roleBox struct {
	Role  account.Role
	Words string
	On    bool
}

func roleBoxes(on []account.Role) []roleBox {
	who := account.Identity{Roles: on}
	var out []roleBox
	for _, r := range account.Roles() {
		out = append(out, roleBox{r, roleWords[r], who.Has(r)})
	}
	return out
}

func rolesOf(f url.Values) []account.Role {
	var out []account.Role
	for _, r := range f["role"] {
		out = append(out, account.Role(r))
	}
	return out
}

// accountsView is the page of all accounts.
type accountsView struct {
	Accounts []account.Account
	Roles    []roleBox
	Mail     string // as typed
	Link     string // of an invitation, shown once
	Wrong    string
}

func (s *Server) accountsView(x *exchange, on []account.Role) (accountsView, error) {
	all, err := s.accounts.List(x.r.Context())
	return accountsView{Accounts: all, Roles: roleBoxes(on)}, err
}

func (s *Server) accountsPage(x *exchange) error {
	v, err := s.accountsView(x, nil)
	if err != nil {
		return err
	}
	return x.page("admin/accounts", v)
}

func (s *Server) invite(x *exchange) error {
	f, err := x.form()
	if err != nil {
		return err
	}
	v, err := s.accountsView(x, rolesOf(f))
	if err != nil {
		return err
	}
	secret, err := s.accounts.Invite(x.r.Context(), x.who.Account, f.Get("mail"), rolesOf(f))
	if errors.Is(err, account.ErrInput) {
		v.Wrong, v.Mail = words(err), f.Get("mail")
		return x.again("admin/accounts", v)
	}
	if err != nil {
		return err
	}
	v.Link = s.link("/welcome/" + secret)
	return x.page("admin/accounts", v)
}

// changeView is the page of one account.
type changeView struct {
	account.Account
	Boxes []roleBox
	Link  string // of a reset, shown once
	Wrong string
	Self  bool
}

func (s *Server) changeView(x *exchange) (changeView, error) {
	acc, err := s.accounts.Get(x.r.Context(), x.r.PathValue("id"))
	return changeView{Account: acc, Boxes: roleBoxes(acc.Roles), Self: acc.ID == x.who.Account}, err
}

func (s *Server) changePage(x *exchange) error {
	v, err := s.changeView(x)
	if err != nil {
		return err
	}
	return x.page("admin/account", v)
}

func (s *Server) change(x *exchange) error {
	f, err := x.form()
	if err != nil {
		return err
	}
	v, err := s.changeView(x)
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(f.Get("version"), 10, 64)
	if err != nil {
		return errBadRequest
	}
	roles := rolesOf(f)
	if v.Provider {
		roles = v.Roles // the identity provider gives them
	}
	err = s.accounts.Change(x.r.Context(), x.who.Account, v.ID, version, roles, account.State(f.Get("state")))
	if errors.Is(err, account.ErrInput) {
		v.Wrong = words(err)
		return x.again("admin/account", v)
	}
	if err != nil {
		return err
	}
	return x.see("/admin/accounts/" + url.PathEscape(v.ID))
}

func (s *Server) reset(x *exchange) error {
	v, err := s.changeView(x)
	if err != nil {
		return err
	}
	secret, err := s.accounts.Reset(x.r.Context(), x.who.Account, v.ID)
	if errors.Is(err, account.ErrInput) {
		v.Wrong = words(err)
		return x.again("admin/account", v)
	}
	if err != nil {
		return err
	}
	v.Link = s.link("/welcome/" + secret)
	return x.page("admin/account", v)
}

func (s *Server) endOf(x *exchange) error {
	id := x.r.PathValue("id")
	keep := ""
	if id == x.who.Account {
		keep = x.secret
	}
	if err := s.accounts.EndSessions(x.r.Context(), x.who.Account, id, keep); err != nil {
		return err
	}
	return x.see("/admin/accounts/" + url.PathEscape(id))
}
