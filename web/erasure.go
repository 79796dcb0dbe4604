// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"daylight/account"
	"daylight/casework"
	"daylight/intake"
	"daylight/store"
)

func erasureRoutes() []route {
	return []route{
		{pattern: "GET /erasure", acts: "show the form by which a person is erased, and whose erasure waits for a second person", recorded: true, roles: erasers, handle: (*Server).erasure},
		{pattern: "POST /erasure", acts: "erase all that is kept about a person, for good", recorded: true, roles: erasers, handle: (*Server).erase},
	}
}

// erasers are those who answer for what is kept.
var erasers = []account.Role{account.Legal, account.Administrator}

// erasureReasons are why somebody is erased; the words are for the page, the slugs
// for the audit log.
var erasureReasons = []choice{
	{"asked", "The person asked for it"},
	{"over", "The time of keeping is over"},
	{"mistake", "It should not have been taken in"},
	{"duty", "For a legal duty"},
}

// erasureView is what the form of an erasure shows: no name, and nothing that was
// assessed.
type erasureView struct {
	Handle, Reason string // as typed
	Reasons        []choice
	Done           string        // the handle of somebody who was erased
	Waiting        []requestLine // orders that a second person has to give too
	Wrong          string
}

func (s *Server) erasure(x *exchange) error {
	q := x.r.URL.Query()
	v := erasureView{Reasons: erasureReasons}
	if handle := q.Get("person"); isHandle(handle) {
		v.Handle = handle
	}
	if handle := q.Get("done"); isHandle(handle) {
		// An address is no proof that somebody was erased.
		err := s.Store.View(x.r.Context(), func(r store.Reader) error {
			_, err := r.Get(store.Subjects, handle)
			return err
		})
		if errors.Is(err, store.ErrErased) {
			v.Done = handle
		}
	}
	if err := s.erasureWaiting(x, &v); err != nil {
		return err
	}
	return x.page("erasure", v)
}

// erasureWaiting lists the orders that one person gave.
func (s *Server) erasureWaiting(x *exchange, v *erasureView) error {
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		q := store.Query{By: "at", Bare: true, Where: []store.Cond{{Column: "kind", Op: store.Equal, Text: intake.KindErasure}}}
		for row, err := range r.Find(store.Requests, q) {
			if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
				return err
			}
			v.Waiting = append(v.Waiting, requestOf(row))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("list the orders of erasures: %w", err)
	}
	return x.listed("erasures.list", len(v.Waiting) == 0, "", 1, len(v.Waiting))
}

// erase erases a person whose handle was typed twice.
func (s *Server) erase(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	v := erasureView{Handle: strings.TrimSpace(form.Get("person")), Reason: form.Get("reason"), Reasons: erasureReasons}
	switch {
	case !isHandle(v.Handle):
		v.Wrong = "Type the person's handle, which begins with p-."
	case !chosen(erasureReasons, v.Reason):
		v.Wrong = "Choose why."
	case strings.TrimSpace(form.Get("again")) != v.Handle:
		v.Wrong = "The handle was not typed the same twice."
	default:
		var by casework.Actor
		err := s.Store.View(x.r.Context(), func(r store.Reader) error {
			by = caseActor(r, x)
			return nil
		})
		if err == nil {
			err = intake.Erase(x.r.Context(), s.Store, v.Handle, by, v.Reason, s.Now())
		}
		if err == nil {
			return x.see("/erasure?" + url.Values{"done": {v.Handle}}.Encode())
		}
		if v.Wrong = erasureProblem(err); v.Wrong == "" {
			return fmt.Errorf("erase somebody: %w", err)
		}
	}
	if err := s.erasureWaiting(x, &v); err != nil {
		return err
	}
	return x.again("erasure", v)
}

// erasureProblem words why somebody is not erased; "" where something else failed.
func erasureProblem(err error) string {
	for _, p := range []struct {
		err   error
		words string
	}{
		{intake.ErrHeld, "A case about the person is under legal hold. Legal has to lift it first."},
		{intake.ErrSecond, "A mismatch was confirmed about the person, so two people have to order the erasure. The first order is noted; somebody else, of legal or administration, types the handle here as well: nobody who invited the first to the service, or was invited by them."},
		{intake.ErrOpenCase, "A case about the person is open. It has to be closed first: a person decides."},
		{store.ErrErased, "The person was erased before."},
		{store.ErrNotFound, "Nobody has this handle, or the person was merged into another, whose handle their page shows."},
	} {
		if errors.Is(err, p.err) {
			return p.words
		}
	}
	return ""
}
