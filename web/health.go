// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"io"

	"daylight/account"
	"daylight/store"
)

func healthRoutes() []route {
	return []route{
		{pattern: "GET /healthz", acts: "say that the process answers", foreign: true, handle: healthy},
		{pattern: "GET /readyz", acts: "say that the store can be read", foreign: true, handle: ready},
		{pattern: "GET /metrics", acts: "read the service's own numbers (Prometheus)", scope: account.ScopeMetrics, handle: func(s *Server, x *exchange) error {
			s.metrics.handler().ServeHTTP(x.w, x.r)
			return nil
		}},
	}
}

func healthy(_ *Server, x *exchange) error {
	x.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(x.w, "ok\n") // whoever asked has left: nothing can be done
	return nil
}

// ready answers when the store does. One that can be read and not written is
// ready: people go on reading, and what cannot be taken in is refused by itself.
func ready(s *Server, x *exchange) error {
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		_, err := r.Length(store.Audit)
		return err
	})
	if err != nil {
		return fmt.Errorf("read the store: %w", err)
	}
	return healthy(s, x)
}
