// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"daylight/account"
)

// exchange is one request and its answer.
type exchange struct {
	w   http.ResponseWriter
	r   *http.Request
	who account.Identity // the zero value is nobody
	// program is the token that a route with a scope was asked with.
	program account.Token
	id      string // of the request, in the log and on error pages

	s      *Server
	route  *route
	secret string // of the session, or of nobody's form
	// parts are what follows the token of a form whose route streams; nil for a form
	// that can hold no file.
	parts *multipart.Reader
	err   error // what the handler returned
}

// view is what the layout shows; the page's own data is in Data.
type view struct {
	Data any
	CSRF string // the value of the hidden field csrf of every form
	Who  account.Identity
	Rail []railLink
	// Path is the path of the request.
	Path    string
	Request string
	Version string
}

type railLink struct {
	Label, Path, Key string
	Current          bool
}

// page answers with a page: "queue" is web/queue/queue.tmpl, "admin/accounts" is
// web/admin/accounts.tmpl.
func (x *exchange) page(name string, data any) error {
	return x.pageWith(http.StatusOK, name, data)
}

// again answers with the page of a form that was not accepted; its data says what
// has to change.
func (x *exchange) again(name string, data any) error {
	return x.pageWith(http.StatusUnprocessableEntity, name, data)
}

func (x *exchange) pageWith(status int, name string, data any) error {
	t, ok := x.s.pages[name]
	if !ok {
		return fmt.Errorf("show page %s: no such template", name)
	}
	v := view{Data: data, CSRF: x.csrf(), Who: x.who, Rail: x.s.railFor(x.who, x.r.URL.Path), Path: x.r.URL.Path, Request: x.id, Version: x.s.Version}
	var page bytes.Buffer
	if err := t.ExecuteTemplate(&page, "layout", v); err != nil {
		return fmt.Errorf("show page %s: %w", name, err)
	}
	h := x.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	x.w.WriteHeader(status)
	_, _ = page.WriteTo(x.w) // the reader has left: nothing can be done
	return nil
}

// see sends the browser to a page of the console by GET.
func (x *exchange) see(path string) error {
	if !local(path) {
		return fmt.Errorf("go on to another page: %w", errBadRequest)
	}
	http.Redirect(x.w, x.r, path, http.StatusSeeOther) //nolint:gosec // local, as was just checked
	return nil
}

// local reports whether a path stays within the console.
func local(path string) bool {
	u, err := url.Parse(path)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && strings.HasPrefix(path, "/") &&
		!strings.HasPrefix(path, "//") && !strings.ContainsAny(path, "\\\r\n\t")
}

// form returns the fields of a form. Its token was checked before the handler ran.
func (x *exchange) form() (url.Values, error) {
	if err := x.parse(); err != nil {
		return nil, err
	}
	return x.r.PostForm, nil
}

// parse reads the body of a form, once.
func (x *exchange) parse() error {
	var err error
	if strings.HasPrefix(x.r.Header.Get("Content-Type"), "multipart/form-data") {
		// Files stay in memory: what does not fit would lie on the disk unsealed.
		err = x.r.ParseMultipartForm(max(formLimit, x.route.limit)) //nolint:gosec // the body is limited by guard
	} else {
		err = x.r.ParseForm()
	}
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		return fmt.Errorf("read the form: %w", errTooLarge)
	case err != nil:
		return fmt.Errorf("read the form: %w", errBadRequest)
	}
	return nil
}

// csrf is the token of the forms of this session: it proves that the page with the
// form was read from here, and cannot be turned back into the session's secret.
func (x *exchange) csrf() string {
	mac := hmac.New(sha256.New, []byte(x.secret))
	_, _ = mac.Write([]byte("form"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// checkForm refuses a form whose token is not of this session.
func (x *exchange) checkForm() error {
	token, err := x.formToken()
	if err != nil {
		return err
	}
	if x.secret == "" || !hmac.Equal([]byte(token), []byte(x.csrf())) {
		return errStale
	}
	return nil
}

// formToken is the token that a form brought. Of one that is read as it comes, no more
// is read than that.
func (x *exchange) formToken() (string, error) {
	if x.route.streams {
		if parts, err := x.r.MultipartReader(); err == nil {
			x.parts = parts
			return x.firstField()
		}
		x.r.Body = http.MaxBytesReader(x.w, x.r.Body, formLimit) // it is kept in memory
	}
	if err := x.parse(); err != nil {
		return "", err
	}
	return x.r.PostForm.Get("csrf"), nil
}

// firstField is the token where it is the first field of a form, else "".
func (x *exchange) firstField() (string, error) {
	p, err := nextPart(x.parts)
	switch {
	case errors.Is(err, io.EOF):
		return "", nil
	case err != nil:
		return "", err
	case p.FormName() != "csrf" || p.FileName() != "":
		return "", nil
	}
	return fieldOf(p)
}

// railFor returns the links of the rail that somebody may follow.
func (s *Server) railFor(who account.Identity, path string) []railLink {
	var links []railLink
	for _, l := range rail {
		i := slices.IndexFunc(s.table, func(r route) bool { return r.pattern == "GET "+l.Path })
		if i >= 0 && who.Has(s.table[i].roles...) {
			links = append(links, railLink{l.Label, l.Path, l.Key, path == l.Path || strings.HasPrefix(path, l.Path+"/")})
		}
	}
	return links
}
