// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"

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
		http.MethodGet: "tell an identity provider whom it has pushed", http.MethodPost: "take in a person who joins",
		http.MethodPut: "take in a person anew", http.MethodPatch: "take in what changed of a person", http.MethodDelete: "take in that a person left",
	} {
		all = append(all, route{
			pattern: method + " /scim/v2/", acts: acts + " (SCIM)", scope: account.ScopeSCIM, limit: scimLimit,
			handle: func(s *Server, x *exchange) error {
				x.r = x.r.WithContext(connect.As(x.r.Context(), x.program.Name))
				return s.pass(s.SCIM, x)
			},
		})
	}
	return all
}

// pass lets another handler answer, if there is one.
func (s *Server) pass(h http.Handler, x *exchange) error {
	if h == nil {
		return store.ErrNotFound
	}
	h.ServeHTTP(x.w, x.r)
	return nil
}
