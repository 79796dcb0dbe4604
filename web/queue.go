// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"

	"daylight/account"
)

func queueRoutes() []route {
	return []route{
		{pattern: "GET /{$}", roles: anyone, acts: "go to the first page that the account may open", example: "/", handle: (*Server).first},
		{
			pattern: "GET /queue", acts: "list who needs somebody, by state and age",
			roles:  []account.Role{account.Recruiter, account.HR, account.Security, account.Legal},
			handle: func(_ *Server, x *exchange) error { return x.page("queue", nil) },
		},
	}
}

// first sends somebody to the first page of their rail.
func (s *Server) first(x *exchange) error {
	to := "/account"
	if links := s.railFor(x.who, ""); len(links) > 0 {
		to = links[0].Path
	}
	http.Redirect(x.w, x.r, to, http.StatusSeeOther)
	return nil
}
