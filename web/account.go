// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"net/url"

	"daylight/account"
)

func accountRoutes() []route {
	return []route{
		{pattern: "GET /account", roles: anyone, acts: "show one's own account", handle: (*Server).accountPage},
		{pattern: "POST /account/name", roles: anyone, acts: "change the name that others see", recorded: true, handle: (*Server).setName},
		{pattern: "POST /account/password", roles: anyone, acts: "change one's password", recorded: true, handle: (*Server).setPassword},
		{pattern: "GET /account/app", roles: anyone, acts: "show the secret of a new authenticator app", handle: (*Server).appPage},
		{pattern: "POST /account/app", roles: anyone, acts: "set up a new authenticator app", recorded: true, handle: (*Server).setApp},
		{pattern: "POST /account/sessions/end", roles: anyone, acts: "sign out everywhere else", recorded: true, handle: (*Server).endSessions},
		{pattern: "POST /account/passkeys", roles: anyone, acts: "add a passkey", recorded: true, handle: (*Server).addPasskey},
		{pattern: "POST /account/passkeys/remove", roles: anyone, acts: "remove a passkey", recorded: true, handle: (*Server).removePasskey},
	}
}

// accountView is the page of one's own account.
type accountView struct {
	account.Account
	Browsers []account.Browser
	Keys     []account.Passkey
	Passkey  string // what the browser makes a passkey with, "" if there can be none
	Wrong    string
}

func (s *Server) accountView(x *exchange) (accountView, error) {
	ctx := x.r.Context()
	acc, err := s.accounts.Get(ctx, x.who.Account)
	if err != nil {
		return accountView{}, err
	}
	v := accountView{Account: acc}
	if v.Browsers, err = s.accounts.Browsers(ctx, acc.ID, x.secret); err != nil {
		return v, err
	}
	if v.Keys, err = s.accounts.OwnPasskeys(ctx, acc.ID); err != nil {
		return v, err
	}
	if s.accounts.Passkeys() && !acc.Provider {
		ask, err := s.accounts.AddPasskey(ctx, acc.ID, x.secret)
		if err != nil {
			return v, err
		}
		v.Passkey = string(ask)
	}
	return v, nil
}

func (s *Server) accountPage(x *exchange) error {
	v, err := s.accountView(x)
	if err != nil {
		return err
	}
	return x.page("account", v)
}

// own carries a change of one's own account out and shows the account again, with
// what was wrong.
func (s *Server) own(x *exchange, change func(f url.Values) error) error {
	f, err := x.form()
	if err != nil {
		return err
	}
	var wrong string
	switch err := change(f); {
	case err == nil:
		return x.see("/account")
	case errors.Is(err, account.ErrRefused):
		wrong = "The password is not right."
	case errors.Is(err, account.ErrPasskey):
		wrong = "The passkey was not accepted. Load the page again and try once more."
	case errors.Is(err, account.ErrInput):
		wrong = words(err)
	default:
		return err
	}
	v, err := s.accountView(x)
	if err != nil {
		return err
	}
	v.Wrong = wrong
	return x.again("account", v)
}

func (s *Server) setName(x *exchange) error {
	return s.own(x, func(f url.Values) error { return s.accounts.SetName(x.r.Context(), x.who.Account, f.Get("name")) })
}

func (s *Server) setPassword(x *exchange) error {
	return s.own(x, func(f url.Values) error {
		if f.Get("password") != f.Get("again") {
			return errNotTheSame
		}
		return s.accounts.SetPassword(x.r.Context(), x.who.Account, f.Get("old"), f.Get("password"), x.secret, x.from())
	})
}

func (s *Server) endSessions(x *exchange) error {
	return s.own(x, func(url.Values) error {
		return s.accounts.EndSessions(x.r.Context(), x.who.Account, x.who.Account, x.secret)
	})
}

func (s *Server) addPasskey(x *exchange) error {
	return s.own(x, func(f url.Values) error {
		return s.accounts.PasskeyAdded(x.r.Context(), x.who.Account, x.secret, f.Get("name"), f.Get("old"), []byte(f.Get("answer")), x.from())
	})
}

func (s *Server) removePasskey(x *exchange) error {
	return s.own(x, func(f url.Values) error {
		return s.accounts.RemovePasskey(x.r.Context(), x.who.Account, f.Get("key"))
	})
}

// appView is the form of a new authenticator app.
type appView struct {
	OTP   otpView
	Wrong string
}

func (s *Server) appPage(x *exchange) error {
	acc, err := s.accounts.Get(x.r.Context(), x.who.Account)
	if err != nil {
		return err
	}
	v := appView{}
	if v.OTP, err = s.newOTP(acc.Login); err != nil {
		return err
	}
	return x.page("account/app", v)
}

func (s *Server) setApp(x *exchange) error {
	f, err := x.form()
	if err != nil {
		return err
	}
	codes, err := s.accounts.SetOTP(x.r.Context(), x.who.Account, f.Get("old"), f.Get("otp"), f.Get("code"), x.from())
	v := appView{}
	switch {
	case err == nil:
		return x.page("account/codes", codes)
	case errors.Is(err, account.ErrRefused):
		v.Wrong = "The password is not right."
	case errors.Is(err, account.ErrInput):
		v.Wrong = words(err)
	default:
		return err
	}
	if v.OTP, err = sameOTP(f.Get("otp"), ""); err != nil {
		return err
	}
	return x.again("account/app", v)
}
