// SPDX-License-Identifier: Apache-2.0

package web

import "io"

func healthRoutes() []route {
	return []route{{
		pattern: "GET /healthz", acts: "say that the process answers", foreign: true,
		handle: func(_ *Server, x *exchange) error {
			x.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = io.WriteString(x.w, "ok\n") // whoever asked has left: nothing can be done
			return nil
		},
	}}
}
