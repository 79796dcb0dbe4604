// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"daylight/account"
	"daylight/connect"
	"daylight/store"
)

// The sizes of bodies that other systems send, in bytes: a little above what the
// handlers themselves allow, so that they answer in their own form.
const (
	hookLimit = 6 << 20
	scimLimit = 512 << 10
)

// incomingRoutes are where other systems push to. Package connect answers.
func incomingRoutes() []route {
	all := []route{{
		pattern: "POST /v1/hooks/{vendor}", acts: "take in what an applicant tracking system signs and sends", foreign: true, limit: hookLimit,
		handle: func(s *Server, x *exchange) error { return s.pass(s.Hooks, x) },
	}}
	for method, acts := range map[string]string{
		http.MethodGet: "tell an identity provider whom it has pushed", http.MethodPost: "take in a person who joins, or tell who fits a search",
		http.MethodPut: "take in a person anew", http.MethodPatch: "take in what changed of a person", http.MethodDelete: "take in that a person left",
	} {
		all = append(all, route{
			pattern: method + " /scim/v2/", acts: acts + " (SCIM)", scope: account.ScopeSCIM, limit: scimLimit,
			recorded: method == http.MethodGet || method == http.MethodPost, // of whom it tells
			handle: func(s *Server, x *exchange) error {
				x.r = x.r.WithContext(connect.As(x.r.Context(), x.program.Name, func(user string, count int) error {
					detail := map[string]string{"count": strconv.Itoa(count)}
					if user != "" {
						detail["user"] = user
					}
					return x.note("scim.read", "people", detail)
				}))
				return s.pass(s.SCIM, x)
			},
		})
	}
	return all
}

// notAdmitted counts requests of identity providers that show no token for it.
func (s *Server) notAdmitted(scope account.Scope) {
	if scope == account.ScopeSCIM {
		s.unadmitted.Add(1)
	}
}

// TellWays tells how many requests of identity providers showed no token that may push
// since the last time, where there is such a token: elsewhere nobody is expected, and
// whoever tries is no news.
func (s *Server) TellWays(ctx context.Context) error {
	n := s.unadmitted.Swap(0)
	if n == 0 {
		return nil
	}
	tokens, err := s.accounts.Tokens(ctx)
	if err != nil {
		return fmt.Errorf("tell of requests without a token: %w", err)
	}
	if slices.ContainsFunc(tokens, func(t account.Token) bool { return slices.Contains(t.Scopes, account.ScopeSCIM) }) {
		s.Ways.Bad(connect.SCIMWay, n, connect.StateRefused, "a request showed no token that may push")
	}
	return nil
}

// pass lets another handler answer, if there is one.
func (s *Server) pass(h http.Handler, x *exchange) error {
	if h == nil {
		return store.ErrNotFound
	}
	h.ServeHTTP(x.w, x.r)
	return nil
}
