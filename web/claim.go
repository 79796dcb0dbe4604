// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"daylight/casework"
	"daylight/report"
	"daylight/store"
)

// mostClaimed bounds the people of one claim: those of one page.
const mostClaimed = pageSize

// claimant is who takes a case.
func claimant(x *exchange) casework.Actor {
	roles := make([]string, len(x.who.Roles))
	for i, r := range x.who.Roles {
		roles[i] = string(r)
	}
	return casework.Actor{Account: x.who.Account, Roles: roles}
}

// claim takes the cases of several people at once, and opens one for whoever has
// none yet. What somebody else has stays theirs: of two who claim at the same time,
// the first has it, and the page says so to the second.
func (s *Server) claim(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	people := slices.Compact(slices.Sorted(slices.Values(form["person"])))
	if len(people) == 0 || len(people) > mostClaimed {
		return fmt.Errorf("take cases: %w", errBadRequest)
	}
	taken := 0
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		taken = 0
		if kept, err := hidden(w, x.who); err != nil {
			return err
		} else if kept {
			return errForbidden
		}
		for _, handle := range people {
			ok, err := s.take(w, x, handle)
			if err != nil {
				return err
			}
			if ok {
				taken++
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("take cases: %w", err)
	}
	to := url.Values{}
	if query := form.Get("query"); query != "" {
		to = asSelected(query)
	}
	to.Set("claimed", strconv.Itoa(taken))
	to.Set("kept", strconv.Itoa(len(people)-taken))
	return x.see("/queue?" + to.Encode())
}

// take makes the one who asks the owner of a person's case, unless it is somebody
// else's, closed, or not to be seen by them.
func (s *Server) take(w store.Writer, x *exchange, handle string) (bool, error) {
	row, err := subjectRow(w, x.who, handle)
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrErased):
		return false, nil
	case err != nil:
		return false, err
	case row.Text["merged"] != "":
		return false, nil
	}
	id, err := casework.Of(w, handle)
	if err != nil {
		return false, err
	}
	c, err := casework.Load(w, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		sub, err := dossier(row, false)
		if err != nil {
			return false, err
		}
		m, err := s.matter(w, sub)
		if err != nil {
			return false, err
		}
		if c, _, err = casework.Open(w, m, s.Now()); err != nil {
			return false, err
		}
	case err != nil:
		return false, err
	}
	who := claimant(x)
	if !c.Visible(who) || c.State == casework.StateClosed || c.Owner != "" && c.Owner != who.Account {
		return false, nil
	}
	if c.Owner == who.Account {
		return true, nil // theirs already
	}
	_, err = casework.Do(w, id, casework.Event{At: s.Now(), By: who, Act: casework.Take{}})
	return err == nil, err
}

// Open opens the case of a person who reached escalate, and brings it, and every other
// of theirs that is open, up to date. It implements [intake.Opener].
func (s *Server) Open(w store.Writer, handle string, sub *report.Subject, now time.Time) error {
	of := *sub
	of.ID = handle
	m, err := s.matter(w, &of)
	if err != nil {
		return fmt.Errorf("open a case: %w", err)
	}
	_, _, err = casework.Open(w, m, now)
	if err == nil || errors.Is(err, store.ErrCorrupt) {
		err = errors.Join(err, casework.Renew(w, m, now))
	}
	if err != nil {
		return fmt.Errorf("open a case: %w", err)
	}
	return nil
}

// known is what is known of a person now, as a case holds it.
func (s *Server) known(r store.Reader, handle string) (casework.Matter, error) {
	row, err := r.Get(store.Subjects, handle)
	if err != nil {
		return casework.Matter{}, fmt.Errorf("read what is known of %s: %w", handle, err)
	}
	sub, err := dossier(row, false)
	if err != nil {
		return casework.Matter{}, err
	}
	return s.matter(r, sub)
}

// Renew brings the open cases of a person up to date. It implements [intake.Opener].
func (s *Server) Renew(w store.Writer, handle string, sub *report.Subject, now time.Time) error {
	waits, err := casework.Waits(w, handle)
	if err != nil || !waits {
		return err
	}
	of := *sub
	of.ID = handle
	m, err := s.matter(w, &of)
	if err == nil {
		err = casework.Renew(w, m, now)
	}
	if err != nil {
		return fmt.Errorf("renew a case: %w", err)
	}
	return nil
}

// matter is what a case about a person starts from.
func (s *Server) matter(r store.Reader, sub *report.Subject) (casework.Matter, error) {
	a := sub.Assessment
	from, err := s.vendors(r, sub.ID)
	if err != nil {
		return casework.Matter{}, err
	}
	m := casework.Matter{
		Subject: sub.ID, Stage: sub.Stage, State: sub.State, Weight: a.Total - a.Prior, Probability: int(sub.Probability * 1e4),
		AsOf: a.AsOf, Policy: a.Policy, Ring: sub.Ring,
	}
	cards := s.cards()
	for _, e := range sub.Evidence {
		v := casework.Evidence{Indicator: e.Indicator, Title: cards.Title(e.Indicator), Family: e.Family, Weight: e.Part.Counted, Statement: e.Statement, Vendor: vendorOf(from, e.Part.Finding.Cites)}
		for _, why := range e.Innocent {
			v.Explanations = append(v.Explanations, casework.Explanation{Text: why})
		}
		m.Evidence = append(m.Evidence, v)
		for _, other := range e.Related {
			if h := string(other); !slices.Contains(m.Linked, h) {
				m.Linked = append(m.Linked, h)
			}
		}
	}
	return m, nil
}
