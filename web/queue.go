// SPDX-License-Identifier: Apache-2.0

package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"daylight/account"
	"daylight/casework"
	"daylight/detect"
	"daylight/store"
	"daylight/weigh"
)

func queueRoutes() []route {
	return []route{
		{pattern: "GET /{$}", roles: anyone, acts: "go to the page where the work of the account is", example: "-", handle: (*Server).first},
		{pattern: "GET /queue", acts: "list who needs somebody, by state and age", recorded: true, roles: readers, handle: (*Server).queue},
		{pattern: "GET /queue/work", acts: "say how far reading and assessing are, in numbers", roles: readers, handle: (*Server).queueWork},
		{pattern: "POST /queue/claim", acts: "take the cases of several people at once", recorded: true, roles: claimers, handle: (*Server).claim},
		{pattern: "POST /queue/filters", acts: "keep a selection of the queue under a name", roles: readers, handle: (*Server).keepFilter},
		{pattern: "POST /queue/filters/delete", acts: "forget a kept selection of the queue", roles: readers, handle: (*Server).dropFilter},
	}
}

// claimers are the roles that work on cases.
var claimers = []account.Role{account.HR, account.Security, account.Legal}

// first sends somebody to where their work is: the queue, the log for who audits, what
// comes in for who runs the service.
func (s *Server) first(x *exchange) error {
	to := "/account"
	if links := s.railFor(x.who, ""); len(links) > 0 {
		to = links[0].Path
	}
	switch {
	case x.who.Has(readers...):
	case x.who.Has(account.Auditor):
		to = "/audit"
	case x.who.Has(account.Administrator):
		to = "/sources"
	}
	http.Redirect(x.w, x.r, to, http.StatusSeeOther)
	return nil
}

// queueView is what the queue shows.
type queueView struct {
	selection
	pager
	Hidden, OneStage, MayClaim bool
	People                     []personLine
	Need                       int // people in the selection
	Counts                     []stateCount
	Assessed                   time.Time // the newest assessment
	All, Lacking               int
	Filters                    []filterLine
	States                     []weigh.State
	Families                   []detect.Family
	Me                         string
	Names                      map[string]string // by account: who works on cases
	Owners                     []string          // accounts that own an open case of the list, but the reader's, by name
	Claimed, Kept              string            // what a claim just did
	workView
}

// workView is how much is not in the list yet.
type workView struct {
	Reading, Assessing int    // files that came in, and people or rules that changed
	Selected           string // the query of the queue that the reader looks at
}

// Working reports whether the list is not of everything yet.
func (v workView) Working() bool { return v.Reading+v.Assessing > 0 }

// queueWork is what the queue's line of progress asks for again and again: numbers and
// no person, so that waiting is not recorded as looking.
func (s *Server) queueWork(x *exchange) error {
	sel := selectionOf(x.r)
	v := &workView{Selected: sel.QueryText()}
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		kept, err := hidden(r, x.who)
		if err != nil || kept {
			return err
		}
		return v.work(r)
	})
	if err != nil {
		return fmt.Errorf("say how far the work is: %w", err)
	}
	return x.page("queue/work", v)
}

func (s *Server) queue(x *exchange) error {
	v := &queueView{
		selection: selectionOf(x.r), pager: pagerOf(x.r), OneStage: stageFor(x.who) != "", MayClaim: x.who.Has(claimers...),
		States: states, Families: detect.Families, Me: x.who.Account,
		Claimed: digits(x.r.FormValue("claimed")), Kept: digits(x.r.FormValue("kept")),
	}
	if err := s.nameOwners(x, v); err != nil {
		return err
	}
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		var err error
		if v.Hidden, err = hidden(r, x.who); err != nil || v.Hidden {
			return err
		}
		if err := s.fillQueue(r, x, v); err != nil {
			return err
		}
		if v.Counts, err = countStates(r, stageFor(x.who)); err != nil {
			return err
		}
		for _, c := range v.Counts {
			v.All += c.N
			if c.State == weigh.Insufficient {
				v.Lacking = c.N
			}
		}
		for row, err := range r.Find(store.Subjects, store.Query{Bare: true, By: "assessed", Desc: true, Limit: 1}) {
			if err != nil && !errors.Is(err, store.ErrErased) {
				return err
			}
			v.Assessed = millis(row.Ints["assessed"])
		}
		if v.Filters, err = filtersOf(r, x.who.Account); err != nil {
			return err
		}
		v.Selected = v.QueryText()
		return v.work(r)
	})
	if err != nil {
		return fmt.Errorf("list the queue: %w", err)
	}
	if err := x.listed("queue.list", v.Hidden, v.QueryText(), v.Page, len(v.People)); err != nil {
		return err
	}
	return x.page("queue", v)
}

// nameOwners reads who works on cases, for a reader who does.
func (s *Server) nameOwners(x *exchange, v *queueView) error {
	if !v.MayClaim {
		return nil
	}
	all, err := s.accounts.List(x.r.Context())
	if err != nil {
		return fmt.Errorf("list who works on cases: %w", err)
	}
	v.Names = map[string]string{}
	for _, a := range all {
		v.Names[a.ID] = a.Name
	}
	return nil
}

// work says what is not in the list yet.
func (v *workView) work(r store.Reader) (err error) {
	if v.Reading, _, err = r.Depth(store.Inbox); err != nil {
		return err
	}
	v.Assessing, _, err = r.Depth(store.Dirty)
	return err
}

// pressing are the states in which a person needs somebody.
var pressing = []string{string(weigh.Escalate), string(weigh.FollowUp)}

// fillQueue lists those who need somebody: the people in a pressing state that no
// case has settled since, and those whose case is open whatever their state is now.
// Both are few, so they are put together here and not in the store.
func (s *Server) fillQueue(r store.Reader, x *exchange, v *queueView) error {
	who := x.who
	open, settled, away, err := caseLines(r, x)
	if err != nil {
		return err
	}
	for _, c := range open {
		if c.Owner != "" && c.Owner != who.Account && !slices.Contains(v.Owners, c.Owner) {
			v.Owners = append(v.Owners, c.Owner)
		}
	}
	slices.SortFunc(v.Owners, func(a, b string) int {
		return cmp.Or(strings.Compare(v.Names[a], v.Names[b]), strings.Compare(a, b))
	})
	where := v.where(stageFor(who))
	if v.State == "" {
		// In place of any state: few rows, by their index.
		where = slices.DeleteFunc(where, func(c store.Cond) bool { return c.Column == "state" || c.Column == "families" })
		where = append(where, store.Cond{Column: "state", Op: store.OneOf, In: pressing})
	}
	by := v.by(s.Now())
	var lines []personLine
	add := func(row store.Row) {
		l := s.lineOf(row)
		if c, ok := open[row.Key]; ok {
			l.Case = &c
			delete(open, row.Key)
		} else if at, ok := settled[row.Key]; ok && v.State == "" && !at.Before(l.Since) {
			return
		}
		l.Closed = away[row.Key]
		if v.holds(row) && v.owned(l, who.Account) && (by.IsZero() || !l.Since.After(by)) {
			lines = append(lines, l)
		}
	}
	for row, err := range r.Find(store.Subjects, store.Query{Bare: true, Where: where}) {
		if err != nil && !errors.Is(err, store.ErrErased) {
			return err
		}
		add(row)
	}
	if v.State == "" && len(open) > 0 {
		var left []string
		for handle := range open {
			left = append(left, handle)
		}
		where := append(v.where(stageFor(who)), store.Cond{Column: "key", Op: store.OneOf, In: left})
		for row, err := range r.Find(store.Subjects, store.Query{Bare: true, Where: where}) {
			if err != nil && !errors.Is(err, store.ErrErased) {
				return err
			}
			add(row)
		}
	}
	v.sort(lines)
	v.Need = len(lines)
	v.of(v.Need)
	v.People = lines[v.skip():min(len(lines), v.skip()+v.Size)]
	return nil
}

// owned reports whether a line has the owner of the selection.
func (sel selection) owned(l personLine, me string) bool {
	switch sel.Owner {
	case "me":
		return l.Case != nil && l.Case.Owner == me
	case "nobody":
		return l.Case == nil || l.Case.Owner == ""
	case "":
		return true
	}
	return l.Case != nil && l.Case.Owner == sel.Owner
}

// sort orders lines by the column of the selection, then by weight and handle.
func (sel selection) sort(lines []personLine) {
	by := func(a, b personLine) int {
		switch sel.Sort {
		case "since":
			return a.Since.Compare(b.Since)
		case "stage":
			return cmp.Compare(a.Stage, b.Stage)
		case "state":
			return cmp.Compare(slices.Index(states, a.State), slices.Index(states, b.State))
		case "ring":
			return cmp.Compare(a.Ring, b.Ring)
		case "due":
			return dueOf(a).Compare(dueOf(b))
		case "person":
			return cmp.Compare(a.Handle, b.Handle)
		}
		return cmp.Compare(a.Weight, b.Weight)
	}
	slices.SortFunc(lines, func(a, b personLine) int {
		n := by(a, b)
		if sel.Desc {
			n = -n
		}
		return cmp.Or(n, cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Handle, b.Handle))
	})
}

// dueOf is when a person's case is due; without one, after all that are.
func dueOf(l personLine) time.Time {
	if l.Case == nil || l.Case.Due.IsZero() {
		return time.Unix(1<<40, 0)
	}
	return l.Case.Due
}

// caseLines are the open cases by person, when the case of the others was closed, and
// about whom there is one that is not for the reader: of that, nothing but that they
// cannot take it. Who does not work on cases sees none, but is spared what is settled.
func caseLines(r store.Reader, x *exchange) (open map[string]caseLine, settled map[string]time.Time, away map[string]bool, err error) {
	open, settled, away = map[string]caseLine{}, map[string]time.Time{}, map[string]bool{}
	for row, err := range r.Find(store.Cases, store.Query{Bare: true}) {
		if err != nil && !errors.Is(err, store.ErrErased) {
			return nil, nil, nil, err
		}
		subject := row.Text["subject"]
		switch row.Text["state"] {
		case "": // of somebody who was erased
			continue
		case "closed":
			settled[subject] = millis(row.Ints["closed"])
			continue
		}
		if !x.who.Has(claimers...) {
			continue
		}
		if row.Text["audience"] != "" {
			c, err := casework.Load(r, row.Key)
			if err != nil && !errors.Is(err, store.ErrErased) {
				return nil, nil, nil, err
			}
			if err != nil || !c.Visible(claimant(x)) {
				away[subject] = true
				continue
			}
		}
		open[subject] = caseLine{row.Key, row.Text["state"], row.Text["owner"], millis(row.Ints["due"])}
	}
	for handle := range open {
		delete(settled, handle) // one case was closed, and another, of a handle that was joined, was not
	}
	return open, settled, away, nil
}

// digits returns a short number as it stands, or "".
func digits(s string) string {
	if len(s) > 6 || strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		return ""
	}
	return s
}
