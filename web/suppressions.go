// SPDX-License-Identifier: Apache-2.0

package web

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"daylight/casework"
	"daylight/store"
)

func suppressionRoutes() []route {
	return []route{
		{pattern: "GET /suppressions", acts: "list the indicators that are shown of somebody and not counted, and until when", recorded: true, roles: caseworkers, handle: (*Server).suppressions},
		{pattern: "POST /suppressions", acts: "have a suppressed indicator count again", recorded: true, roles: caseworkers, handle: (*Server).endSuppression},
	}
}

// suppressionsView is the page of suppressions.
type suppressionsView struct {
	pager
	Lines  []suppressionLine
	All    int
	Names  map[string]string // of accounts
	Hidden bool
}

type suppressionLine struct {
	casework.Suppression
	Case string // id; "" where there is none that the reader may see
}

func (s *Server) suppressions(x *exchange) error {
	v := &suppressionsView{pager: pagerOf(x.r)}
	var err error
	if v.Names, err = s.accountNames(x); err != nil {
		return err
	}
	err = s.Store.View(x.r.Context(), func(r store.Reader) error {
		if v.Hidden, err = hidden(r, x.who); err != nil || v.Hidden {
			return err
		}
		all, damaged, err := casework.InForce(r, s.Now())
		if err != nil {
			return err
		}
		for _, row := range damaged {
			v.Lines = append(v.Lines, suppressionLine{Suppression: casework.DamagedSuppression(row)})
		}
		for _, own := range all {
			for _, sup := range own {
				v.Lines = append(v.Lines, suppressionLine{Suppression: sup})
			}
		}
		slices.SortFunc(v.Lines, func(a, b suppressionLine) int { return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.ID, b.ID)) })
		v.All = len(v.Lines)
		v.of(v.All)
		v.Lines = v.Lines[v.skip():min(v.All, v.skip()+v.Size)]
		for i, l := range v.Lines {
			id, err := casework.Of(r, l.Subject)
			if err != nil {
				return err
			}
			c, err := casework.Load(r, id)
			switch {
			case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrErased), errors.Is(err, store.ErrCorrupt):
			case err != nil:
				return err
			case c.Visible(claimant(x)):
				v.Lines[i].Case = c.ID
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("list suppressions: %w", err)
	}
	if err := x.listed("suppressions.list", v.Hidden, "", v.Page, len(v.Lines)); err != nil {
		return err
	}
	return x.page("suppressions", v)
}

// endSuppression ends an exception before its time, which has the person assessed
// again.
func (s *Server) endSuppression(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		if kept, err := hidden(w, x.who); err != nil {
			return err
		} else if kept {
			return errForbidden
		}
		return casework.Unsuppress(w, caseActor(w, x), form.Get("subject"), form.Get("indicator"), s.Now())
	})
	if err != nil {
		return fmt.Errorf("end a suppression: %w", err)
	}
	return x.see("/suppressions")
}
