// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"strings"

	"daylight/casework"
	"daylight/intake"
	"daylight/store"
)

func searchRoutes() []route {
	return []route{
		{pattern: "GET /search", acts: "show the field to search by", roles: readers, handle: func(_ *Server, x *exchange) error { return x.page("search", searchView{}) }},
		{pattern: "POST /search", acts: "find who holds exactly a handle, a case, an address, a number or an id", recorded: true, roles: readers, handle: (*Server).search},
	}
}

// searchView is what the page of a search shows. What was searched for is not in
// an address, where histories and logs would keep it.
type searchView struct {
	Asked bool
	Found []personLine
}

// mostFound bounds what one search lists; an exact value leads to few.
const mostFound = 20

// search looks a value up exactly, never in part: what is known of people cannot be
// listed by guessing. Whoever may not be seen by the one who asks, was erased or
// does not exist is answered in the same way, and every search is recorded.
func (s *Server) search(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	asked := strings.TrimSpace(form.Get("q"))
	if asked == "" || len(asked) > 320 {
		return x.again("search", searchView{})
	}
	v := searchView{Asked: true}
	var to string
	err = s.Store.View(x.r.Context(), func(r store.Reader) error {
		handles, err := intake.Find(r, asked)
		if err != nil {
			return err
		}
		// A case outside whose circle the reader is leads nowhere, not to the person either.
		if c, err := casework.Load(r, strings.ToLower(asked)); err == nil && c.Visible(claimant(x)) {
			handles = append(handles, c.Matter.Subject)
			to = "/cases/" + c.ID
		}
		handles = append(handles, strings.ToLower(asked))
		kept, err := hidden(r, x.who)
		if err != nil {
			return err
		}
		for _, h := range handles[:min(len(handles), mostFound)] {
			row, err := subjectRow(r, x.who, h)
			if err != nil {
				continue // not there, not theirs or erased: all the same here
			}
			l := s.lineOf(row)
			if row.Text["merged"] != "" {
				l.Handle = row.Text["merged"]
			}
			if kept {
				l = personLine{Handle: l.Handle, Stage: l.Stage}
			}
			v.Found = append(v.Found, l)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	if err := x.note("person.search", "people", map[string]string{"found": fmt.Sprint(len(v.Found))}); err != nil {
		return err
	}
	switch {
	case len(v.Found) == 1 && to != "":
		return x.see(to)
	case len(v.Found) == 1:
		return x.see("/people/" + v.Found[0].Handle)
	}
	return x.page("search", v)
}
