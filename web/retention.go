// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/account"
	"daylight/casework"
	"daylight/intake"
	"daylight/store"
)

func retentionRoutes() []route {
	return []route{
		{
			pattern: "GET /retention", acts: "show how long people are kept, and who is due to be erased", recorded: true,
			roles: []account.Role{account.HR, account.Legal, account.Auditor, account.Administrator}, handle: (*Server).retention,
		},
		{pattern: "POST /retention", acts: "set how long people are kept", recorded: true, roles: administrators, handle: (*Server).setRetention},
	}
}

// soon is how far ahead the page of retention looks.
const soon = 30 * 24 * time.Hour

// retentionView is the page of retention.
type retentionView struct {
	intake.Retention                  // as the form has it
	Force            intake.Retention // as it is in force
	Least, Most      int
	Counts           []dueCount
	Next             []intake.Due // the first that are due, without those that are kept
	Held             []intake.Due // who is due now and is kept
	Last             intake.Retained
	May              bool // the reader may set it
	Hidden           bool // shadow mode: no handles
	Wrong            string
	ClosedText       string // requisitions that were closed, a line each
}

// closedLines reads requisitions with the day on which each was closed, a line each,
// and reports a line that is not one.
func closedLines(text string, to *map[string]time.Time) (bad bool) {
	out := map[string]time.Time{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		i := strings.LastIndexByte(line, ' ')
		at, err := time.Parse(time.DateOnly, line[i+1:])
		if i <= 0 || err != nil {
			return true
		}
		out[strings.ToLower(strings.TrimSpace(line[:i]))] = at
	}
	*to = out
	return false
}

// closedText is what [closedLines] reads.
func closedText(closed map[string]time.Time) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(closed)) {
		fmt.Fprintf(&b, "%s %s\n", name, closed[name].Format(time.DateOnly))
	}
	return b.String()
}

// dueCount is how many people one rule is about.
type dueCount struct {
	Rule            string
	Days            int
	Now, Soon, Held int
}

// mostDue is how many people the page names.
const mostDue = 50

func (s *Server) retention(x *exchange) error {
	v := &retentionView{}
	if err := s.planned(x, v); err != nil {
		return err
	}
	v.Retention, v.ClosedText = v.Force, closedText(v.Force.Closed)
	return x.page("retention", v)
}

// planned counts who is due under the settings in force, and records that they were
// looked at.
func (s *Server) planned(x *exchange, v *retentionView) error {
	v.Least, v.Most, v.May = intake.MinDays, intake.MaxDays, x.who.Has(administrators...)
	now := s.Now()
	err := s.Store.View(x.r.Context(), func(r store.Reader) (err error) {
		if v.Hidden, err = hidden(r, x.who); err != nil {
			return err
		}
		if v.Last, err = intake.ReadRetained(r); err != nil {
			return err
		}
		if v.Force, err = intake.ReadRetention(r); err != nil {
			return err
		}
		due, err := intake.Ahead(r, v.Force, now, now.Add(soon), mostDue)
		if err != nil {
			return err
		}
		v.Next = due.Next
		v.Counts = []dueCount{
			{Rule: "applicants whom nobody is asked to look at", Days: v.Force.Applicants, Now: due.Now[intake.DueApplicant], Soon: due.Soon[intake.DueApplicant]},
			{Rule: "leavers", Days: v.Force.Leavers, Now: due.Now[intake.DueLeaver], Soon: due.Soon[intake.DueLeaver]},
		}
		return v.held(r, x, due.Held, now)
	})
	if err != nil {
		return fmt.Errorf("show retention: %w", err)
	}
	return x.listed("retention.list", v.Hidden, "", 1, len(v.Next)+len(v.Held))
}

// held counts who is due and kept, and names who is due now, but for cases that the
// reader does not see.
func (v *retentionView) held(r store.Reader, x *exchange, held []intake.Due, now time.Time) error {
	for _, d := range held {
		c := &v.Counts[0]
		if d.Why == intake.DueLeaver {
			c = &v.Counts[1]
		}
		c.Held++
		if d.At.After(now) || len(v.Held) == mostDue {
			continue
		}
		kept, err := keptToCircle(r, x, d.Handle)
		if err != nil {
			return err
		}
		if !kept {
			v.Held = append(v.Held, d)
		}
	}
	return nil
}

func (s *Server) setRetention(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	v := &retentionView{Retention: intake.Retention{On: form.Get("on") == "yes"}}
	for name, to := range map[string]*int{"applicants": &v.Applicants, "leavers": &v.Leavers, "documents": &v.Documents} {
		if *to, err = strconv.Atoi(form.Get(name)); err != nil {
			*to = 0 // out of bounds, which is said
		}
	}
	v.ClosedText = form.Get("closed")
	bad := closedLines(v.ClosedText, &v.Closed)
	if bad || v.Validate() != nil {
		v.Wrong = "A closed requisition is a line with its name and the day, as in: R-204 2026-05-01. " + fmt.Sprintf("Each number of days is between %d and %d.", intake.MinDays, intake.MaxDays)
		if err := s.planned(x, v); err != nil {
			return err
		}
		return x.again("retention", v)
	}
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		return intake.SetRetention(w, x.who.Account, v.Retention, s.Now())
	})
	if err != nil {
		return fmt.Errorf("set retention: %w", err)
	}
	return x.see("/retention")
}

// keptToCircle reports whether a person has a case that is kept to a circle in which
// the reader is not: that there is one is not said with their handle.
func keptToCircle(r store.Reader, x *exchange, handle string) (bool, error) {
	for row, err := range r.Find(store.Cases, store.Query{Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: handle}}}) {
		if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) || err == nil && row.Text["audience"] == "" {
			continue
		}
		if err != nil {
			return false, fmt.Errorf("read the cases of a person: %w", err)
		}
		if c, err := casework.Decode(row.Body); err != nil || !c.Visible(claimant(x)) {
			return true, err
		}
	}
	return false, nil
}
