// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/detect"
	"daylight/record"
	"daylight/store"
	"daylight/weigh"
)

func peopleRoutes() []route {
	return []route{
		{pattern: "GET /people", acts: "list everybody who was assessed, by handle", recorded: true, roles: readers, handle: (*Server).people},
	}
}

// personLine is one person in a list.
type personLine struct {
	Handle   string
	State    weigh.State
	Stage    string
	Families []string
	More     int // families beyond those
	Weight   record.Weight
	Ring     string
	Since    time.Time
	Age      string
	Closed   bool // the case is for a small circle
	Case     *caseLine
}

// mostFamilies are the kinds of evidence that a line names.
const mostFamilies = 3

func (s *Server) lineOf(row store.Row) personLine {
	l := personLine{
		Handle: row.Key, State: weigh.State(row.Text["state"]), Stage: row.Text["stage"], Weight: record.Weight(row.Ints["weight"]),
		Ring: row.Text["ring"], Since: millis(row.Ints["since"]),
	}
	l.Age = age(s.Now(), l.Since)
	if f := row.Text["families"]; f != "" {
		l.Families = strings.Split(f, ",")
		l.More = max(0, len(l.Families)-mostFamilies)
		l.Families = l.Families[:len(l.Families)-l.More]
	}
	return l
}

// selection is what a list of people is asked for: the fields of a form and of
// every link that keeps them.
type selection struct {
	State, Stage, Family, Owner, Sort string
	Age                               string // whole days that the state lasts, at least
	Desc                              bool
}

// Ages are the days to choose from, with their words.
func (selection) Ages() []choice {
	return []choice{{"1", "a day or more"}, {"7", "a week or more"}, {"30", "a month or more"}}
}

// by is the newest instant at which the state of somebody of the selection began; the
// zero time, where any will do.
func (sel selection) by(now time.Time) time.Time {
	days, err := strconv.Atoi(sel.Age)
	if err != nil {
		return time.Time{}
	}
	return now.Add(-time.Duration(days) * 24 * time.Hour)
}

// Some reports whether the selection leaves anybody out.
func (sel selection) Some() bool {
	return sel.State != "" || sel.Stage != "" || sel.Family != "" || sel.Owner != "" || sel.Age != ""
}

// states in the order in which people need somebody.
var states = []weigh.State{weigh.Escalate, weigh.FollowUp, weigh.Insufficient, weigh.Clear}

// stages of a working life.
var stages = []record.Stage{record.Applicant, record.Worker, record.Leaver}

// Stages are the stages to choose from.
func (selection) Stages() []record.Stage { return stages }

// columns by which lists can be sorted, and the plain columns behind them.
var columns = map[string]string{"weight": "weight", "since": "since", "stage": "stage", "state": "state", "ring": "ring", "person": "", "due": ""}

// accountID is the form of an account's id: no other word gets into an address that
// the audit log keeps.
var accountID = regexp.MustCompile(`^a-[0-9a-f]{1,40}$`)

// selectionOf reads a selection, by weight where nothing else is asked for; what is not
// known is left out.
func selectionOf(r *http.Request) selection {
	q := r.URL.Query()
	sel := selection{Sort: "weight", Desc: true}
	if st := weigh.State(q.Get("state")); slices.Contains(states, st) {
		sel.State = string(st)
	}
	if st := record.Stage(q.Get("stage")); slices.Contains(stages, st) {
		sel.Stage = string(st)
	}
	if f := detect.Family(q.Get("family")); slices.Contains(detect.Families, f) {
		sel.Family = string(f)
	}
	if o := q.Get("owner"); o == "me" || o == "nobody" || accountID.MatchString(o) {
		sel.Owner = o
	}
	if a := q.Get("age"); chosen(selection{}.Ages(), a) {
		sel.Age = a
	}
	if _, ok := columns[q.Get("sort")]; ok {
		sel.Sort, sel.Desc = q.Get("sort"), q.Get("desc") == "1"
	}
	return sel
}

// query writes a selection as it stands in an address.
func (sel selection) query() url.Values {
	q := url.Values{}
	for k, v := range map[string]string{"state": sel.State, "stage": sel.Stage, "family": sel.Family, "owner": sel.Owner, "age": sel.Age, "sort": sel.Sort} {
		if v != "" {
			q.Set(k, v)
		}
	}
	if sel.Desc {
		q.Set("desc", "1")
	}
	return q
}

// QueryText is the selection as it stands in an address.
func (sel selection) QueryText() string { return sel.query().Encode() }

// By is the address of the same list sorted by another column, or the other way
// round.
func (sel selection) By(column string) string {
	sel.Desc = column != sel.Sort && column == "weight" || column == sel.Sort && !sel.Desc
	sel.Sort = column
	return "?" + sel.query().Encode()
}

// Arrow is the sign beside the column that a list is sorted by.
func (sel selection) Arrow(column string) string {
	switch {
	case column != sel.Sort:
		return ""
	case sel.Desc:
		return "↓"
	}
	return "↑"
}

// Sorted is the value of aria-sort of a column.
func (sel selection) Sorted(column string) string {
	switch {
	case column != sel.Sort:
		return "none"
	case sel.Desc:
		return "descending"
	}
	return "ascending"
}

// where are the conditions on plain columns that a selection stands for. Who was
// merged into somebody has no state and stands in no list.
func (sel selection) where(stage record.Stage) []store.Cond {
	var where []store.Cond
	if stage != "" {
		sel.Stage = string(stage)
	}
	if sel.Stage != "" {
		where = append(where, store.Cond{Column: "stage", Op: store.Equal, Text: sel.Stage})
	}
	if sel.State != "" {
		where = append(where, store.Cond{Column: "state", Op: store.Equal, Text: sel.State})
	} else {
		where = append(where, store.Cond{Column: "state", Op: store.NotEqual, Text: ""})
	}
	if sel.Family != "" {
		where = append(where, store.Cond{Column: "families", Op: store.Above, Text: ""})
	}
	return where
}

// holds reports whether a row has the family of the selection, which no plain
// column is alone for.
func (sel selection) holds(row store.Row) bool {
	return sel.Family == "" || slices.Contains(strings.Split(row.Text["families"], ","), sel.Family)
}

// pageSize is how many rows a page lists.
const pageSize = 50

// pager parts a long list into pages.
type pager struct {
	Page, Pages, Size int
	prefix            string
}

func pagerOf(r *http.Request) pager {
	q := r.URL.Query()
	n, err := strconv.Atoi(q.Get("page"))
	if err != nil || n < 1 || n > 1_000_000 {
		n = 1
	}
	q.Del("page")
	prefix := "?"
	if len(q) > 0 {
		prefix += q.Encode() + "&"
	}
	return pager{Page: n, Pages: 1, Size: pageSize, prefix: prefix}
}

// of says how long the list is.
func (p *pager) of(all int) {
	p.Pages = max(1, (all+p.Size-1)/p.Size)
	p.Page = min(p.Page, p.Pages)
}

func (p pager) skip() int { return (p.Page - 1) * p.Size }

// Before and After are the addresses of the pages beside this one, or "".
func (p pager) Before() string { return p.at(p.Page - 1) }

// After is the address of the next page, or "".
func (p pager) After() string { return p.at(p.Page + 1) }

func (p pager) at(n int) string {
	if n < 1 || n > p.Pages {
		return ""
	}
	return p.prefix + "page=" + strconv.Itoa(n)
}

// peopleView is what the list of everybody shows.
type peopleView struct {
	selection
	pager
	Hidden, OneStage bool
	People           []personLine
	All              int
	Counts           []stateCount
	States           []weigh.State
	Families         []detect.Family
}

// stateCount is how many people are in a state.
type stateCount struct {
	State weigh.State
	N     int
}

func (s *Server) people(x *exchange) error {
	v := &peopleView{
		selection: selectionOf(x.r), pager: pagerOf(x.r), OneStage: stageFor(x.who) != "",
		States: states, Families: detect.Families,
	}
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		var err error
		if v.Hidden, err = hidden(r, x.who); err != nil || v.Hidden {
			return err
		}
		if v.Counts, err = countStates(r, stageFor(x.who)); err != nil {
			return err
		}
		q := store.Query{Bare: true, By: columns[v.Sort], Desc: v.Desc, Where: v.where(stageFor(x.who))}
		if by := v.by(s.Now()); !by.IsZero() {
			q.Where = append(q.Where, store.Cond{Column: "since", Op: store.AtMost, Int: by.UnixMilli()})
		}
		if v.Family == "" {
			if v.All, err = v.count(r, q); err != nil {
				return err
			}
			v.of(v.All)
			q.Limit, q.Skip = v.Size, v.skip()
		}
		var lines []personLine
		for row, err := range r.Find(store.Subjects, q) {
			if err != nil && !errors.Is(err, store.ErrErased) {
				return err
			}
			if v.holds(row) {
				lines = append(lines, s.lineOf(row))
			}
		}
		if v.Family != "" {
			v.All = len(lines)
			v.of(v.All)
			lines = lines[v.skip():min(len(lines), v.skip()+v.Size)]
		}
		v.People = lines
		return nil
	})
	if err != nil {
		return fmt.Errorf("list people: %w", err)
	}
	if err := x.listed("people.list", v.Hidden, v.QueryText(), v.Page, len(v.People)); err != nil {
		return err
	}
	return x.page("people", v)
}

// count is how many people a selection holds, from the counts by state where they
// say it.
func (v *peopleView) count(r store.Reader, q store.Query) (int, error) {
	if v.Stage != "" && !v.OneStage || v.Age != "" {
		return r.Count(store.Subjects, q)
	}
	all := 0
	for _, c := range v.Counts {
		if v.State == "" || v.State == string(c.State) {
			all += c.N
		}
	}
	return all, nil
}

// countStates counts people by state.
func countStates(r store.Reader, stage record.Stage) ([]stateCount, error) {
	var out []stateCount
	for _, st := range states {
		n, err := r.Count(store.Subjects, store.Query{Where: selection{State: string(st)}.where(stage)})
		if err != nil {
			return nil, err
		}
		out = append(out, stateCount{st, n})
	}
	return out, nil
}

// stateWords words counts of states: "2 escalate, 1 clear".
func stateWords(n map[string]int) string {
	var words []string
	for _, st := range states {
		if n[string(st)] > 0 {
			words = append(words, strconv.Itoa(n[string(st)])+" "+string(st))
		}
	}
	return strings.Join(words, ", ")
}
