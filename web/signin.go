// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"daylight/account"
)

func signinRoutes() []route {
	return []route{
		{pattern: "GET /sign-in", acts: "show the sign-in form", handle: (*Server).signInPage},
		{pattern: "POST /sign-in", acts: "sign in by password and one-time code", recorded: true, handle: (*Server).signIn},
		{pattern: "POST /sign-in/passkey", acts: "sign in by passkey", recorded: true, handle: (*Server).signInByPasskey},
		{pattern: "GET /sign-in/provider", acts: "go to the identity provider to sign in", example: "-", handle: (*Server).toProvider},
		{pattern: "GET " + account.BackPath, acts: "come back from the identity provider", example: "-", handle: (*Server).fromProvider},
		{pattern: "POST /sign-out", roles: anyone, acts: "end the session", recorded: true, handle: (*Server).signOut},
	}
}

// signinView is the sign-in page.
type signinView struct {
	Login, To string
	Wrong     string // what was wrong, of the form as a whole
	Wait      time.Duration
	Provider  string // name of the identity provider, "" if there is none
	Passkey   string // what the browser asks a passkey with, "" if there are none
}

func (s *Server) signinView(x *exchange, to string) (signinView, error) {
	v := signinView{To: to, Provider: s.accounts.ProviderName()}
	if !local(to) {
		v.To = "/"
	}
	if s.accounts.Passkeys() {
		ask, err := s.accounts.AskPasskey(x.secret)
		if err != nil {
			return v, err
		}
		v.Passkey = string(ask)
	}
	return v, nil
}

func (s *Server) signInPage(x *exchange) error {
	v, err := s.signinView(x, x.r.URL.Query().Get("to"))
	if err != nil {
		return err
	}
	if x.who.Account != "" {
		return x.see(v.To)
	}
	return x.page("signin", v)
}

func (s *Server) signIn(x *exchange) error {
	f, err := x.form()
	if err != nil {
		return err
	}
	proof := account.Proof{Login: f.Get("login"), Password: f.Get("password"), Code: f.Get("code"), From: x.from()}
	got, err := s.accounts.SignIn(x.r.Context(), proof)
	return s.signInAnswer(x, f, got, err)
}

func (s *Server) signInByPasskey(x *exchange) error {
	f, err := x.form()
	if err != nil {
		return err
	}
	got, err := s.accounts.SignInByPasskey(x.r.Context(), x.secret, []byte(f.Get("answer")), x.from())
	return s.signInAnswer(x, f, got, err)
}

// signInAnswer goes on after an attempt to sign in. What is said of a refusal is the
// same whatever was wrong.
func (s *Server) signInAnswer(x *exchange, f url.Values, got account.Session, err error) error {
	var slow *account.SlowError
	switch {
	case err == nil:
		s.signedIn(x, got)
		if to := f.Get("to"); local(to) {
			return x.see(to)
		}
		return x.see("/")
	case errors.As(err, &slow), errors.Is(err, account.ErrRefused):
		v, verr := s.signinView(x, f.Get("to"))
		if verr != nil {
			return verr
		}
		v.Login = f.Get("login")
		if slow != nil {
			v.Wait = max(slow.Wait.Round(time.Second), time.Second)
			x.comeAgain(slow.Wait)
			return x.pageWith(http.StatusTooManyRequests, "signin", v)
		}
		v.Wrong = "This name, password and code do not belong together, or the code was used before. Every code works once: wait for the next one."
		if f.Has("answer") {
			v.Wrong = "The passkey was not accepted. Try again, or sign in by password."
		}
		return x.again("signin", v)
	}
	return err
}

func (s *Server) toProvider(x *exchange) error {
	to := x.r.URL.Query().Get("to")
	if !local(to) {
		to = "/"
	}
	there, err := s.accounts.AskProvider(x.r.Context(), x.secret, to)
	if errors.Is(err, account.ErrProvider) {
		// The page says to tell whoever runs the service; this says why. It names addresses
		// of the configuration, and nobody: who signs in is not known yet.
		s.Log.WarnContext(x.r.Context(), "the identity provider cannot be asked", slog.Any("error", err))
	}
	if err != nil {
		return err
	}
	http.Redirect(x.w, x.r, there, http.StatusSeeOther) //nolint:gosec // an address of the provider that was set up
	return nil
}

func (s *Server) fromProvider(x *exchange) error {
	got, to, err := s.accounts.SignInByProvider(x.r.Context(), x.secret, x.r.URL.Query(), x.from())
	if err != nil {
		return err
	}
	s.signedIn(x, got)
	return x.see(to)
}

func (s *Server) signOut(x *exchange) error {
	if err := s.accounts.SignOut(x.r.Context(), x.secret); err != nil {
		return err
	}
	s.setCookie(x, sessionCookie, "", -1)
	// What the browser kept of pages is of no use to whoever sits there next.
	x.w.Header().Set("Clear-Site-Data", `"cache"`)
	return x.see("/sign-in")
}
