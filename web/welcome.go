// SPDX-License-Identifier: Apache-2.0

package web

import (
	"cmp"
	"errors"
	"strings"

	"daylight/account"
)

func welcomeRoutes() []route {
	return []route{
		{pattern: "GET /welcome/{link}", acts: "open a one-time link to make an account or to reset one", example: "/welcome/{link}", handle: (*Server).welcomePage},
		{pattern: "POST /welcome/{link}", acts: "use a one-time link", recorded: true, handle: (*Server).welcome},
	}
}

// welcomeView is the form behind a one-time link.
type welcomeView struct {
	account.Link
	Path, Login, Name string
	OTP               otpView
	Wrong             string
}

func (s *Server) welcomePage(x *exchange) error {
	l, err := s.accounts.OpenLink(x.r.Context(), x.r.PathValue("link"))
	if err != nil {
		return err
	}
	v := welcomeView{Link: l, Path: x.r.URL.Path, Login: l.Login, Name: l.Name}
	if v.OTP, err = s.newOTP(v.Login); err != nil {
		return err
	}
	return x.page("welcome", v)
}

func (s *Server) welcome(x *exchange) error {
	f, err := x.form()
	if err != nil {
		return err
	}
	secret := x.r.PathValue("link")
	in := account.Welcome{Login: f.Get("login"), Name: f.Get("name"), Password: f.Get("password"), OTP: f.Get("otp"), Code: f.Get("code"), From: x.from()}
	if f.Get("password") != f.Get("again") {
		err = errNotTheSame
	} else {
		var got account.Session
		var codes []string
		if got, codes, err = s.accounts.UseLink(x.r.Context(), secret, in); err == nil {
			s.signedIn(x, got)
			return x.page("welcome/done", codes)
		}
	}
	if !errors.Is(err, account.ErrInput) {
		return err
	}
	l, lerr := s.accounts.OpenLink(x.r.Context(), secret)
	if lerr != nil {
		return lerr
	}
	v := welcomeView{Link: l, Path: x.r.URL.Path, Login: in.Login, Name: in.Name, Wrong: words(err)}
	if v.OTP, err = sameOTP(in.OTP, in.Login); err != nil {
		return err
	}
	return x.again("welcome", v)
}

// errNotTheSame is a password that was typed in two ways.
var errNotTheSame = errors.Join(account.ErrInput, errors.New("the two passwords are not the same"))

// words turns an error of what somebody entered into a sentence: what stands after the
// last of the errors that are known, which says more than they and what was being done.
func words(err error) string {
	text := err.Error()
	end, last := 0, account.ErrInput.Error()
	for _, known := range []error{account.ErrInput, account.ErrCode, account.ErrLogin} {
		if i := strings.LastIndex(text, known.Error()); i >= 0 && i+len(known.Error()) > end {
			end, last = i+len(known.Error()), known.Error()
		}
	}
	text = cmp.Or(strings.Trim(text[end:], ": \n"), last)
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
