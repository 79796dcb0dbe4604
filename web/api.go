// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/account"
	"daylight/casework"
	"daylight/report"
	"daylight/store"
	"daylight/weigh"
)

func apiRoutes() []route {
	return []route{
		{pattern: "GET /v1/people", scope: account.ScopeRead, acts: "list people by handle with the state of their assessment", recorded: true, handle: (*Server).apiPeople},
		{pattern: "GET /v1/people/{handle}", scope: account.ScopeRead, acts: "give one assessment as a report does, without a name", recorded: true, handle: (*Server).apiPerson},
		{pattern: "GET /openapi.json", foreign: true, acts: "describe the interface for programs (OpenAPI 3.1)", handle: func(_ *Server, x *exchange) error {
			data, err := files.ReadFile("openapi/openapi.json")
			if err != nil {
				return fmt.Errorf("read the description of the interface: %w", err)
			}
			x.w.Header().Set("Content-Type", "application/json")
			_, _ = x.w.Write(data) // the program has left: nothing can be done
			return nil
		}},
	}
}

// Pages of the list of people.
const (
	apiPage = 100
	apiMost = 1000
)

// apiPersonLine is a person as the list names them.
type apiPersonLine struct {
	Handle      string    `json:"handle"`
	Stage       string    `json:"stage"`
	State       string    `json:"state"`
	Probability float64   `json:"probability"`
	WeightDB    float64   `json:"weight_db"`
	Families    []string  `json:"families"`
	Ring        string    `json:"ring,omitempty"`
	Since       time.Time `json:"since"`
	Assessed    time.Time `json:"assessed"`
}

// apiPeople lists people by handle, a page after another: next is where to go on.
func (s *Server) apiPeople(x *exchange) error {
	q := x.r.URL.Query()
	limit := apiPage
	if v := q.Get("limit"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > apiMost {
			return fmt.Errorf("list people: limit: %w", errBadRequest)
		}
		limit = n
	}
	// Who was merged or erased has no state.
	query := store.Query{Bare: true, Limit: limit + 1, Where: []store.Cond{{Column: "state", Op: store.NotEqual}}}
	if state := q.Get("state"); state != "" {
		if !slices.Contains([]string{string(weigh.Clear), string(weigh.Insufficient), string(weigh.FollowUp), string(weigh.Escalate)}, state) {
			return fmt.Errorf("list people: state: %w", errBadRequest)
		}
		query.Where = append(query.Where, store.Cond{Column: "state", Op: store.Equal, Text: state})
	}
	if after := q.Get("after"); after != "" {
		if !isHandle(after) {
			return fmt.Errorf("list people: after: %w", errBadRequest)
		}
		query.Where = append(query.Where, store.Cond{Column: "key", Op: store.Above, Text: after})
	}
	out := struct {
		People []apiPersonLine `json:"people"`
		Next   string          `json:"next,omitempty"`
	}{People: []apiPersonLine{}}
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		if err := openToPrograms(r); err != nil {
			return err
		}
		for row, err := range r.Find(store.Subjects, query) {
			if err != nil {
				return err
			}
			if len(out.People) == limit {
				out.Next = out.People[limit-1].Handle
				break
			}
			out.People = append(out.People, apiLine(row))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("list people: %w", err)
	}
	if err := x.note("people.list", "people", map[string]string{"count": strconv.Itoa(len(out.People))}); err != nil {
		return err
	}
	return x.json(http.StatusOK, out)
}

// openToPrograms refuses while shadow mode is on: nobody knows who reads on at the
// other end.
func openToPrograms(r store.Reader) error {
	on, err := casework.Shadow(r)
	if err == nil && on {
		err = errForbidden
	}
	return err
}

func apiLine(row store.Row) apiPersonLine {
	l := apiPersonLine{
		Handle: row.Key, Stage: row.Text["stage"], State: row.Text["state"], Ring: row.Text["ring"], Families: []string{},
		Probability: float64(row.Ints["probability"]) / 10000, WeightDB: float64(row.Ints["weight"]) / 10,
		Since: millis(row.Ints["since"]), Assessed: millis(row.Ints["assessed"]),
	}
	if f := row.Text["families"]; f != "" {
		l.Families = strings.Split(f, ",")
	}
	return l
}

// apiPerson gives one assessment. Names of files that people sent in are masked.
func (s *Server) apiPerson(x *exchange) error {
	handle := x.r.PathValue("handle")
	if !isHandle(handle) {
		return store.ErrNotFound
	}
	var sub *report.Subject
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		if err := openToPrograms(r); err != nil {
			return err
		}
		row, err := r.Get(store.Subjects, handle)
		if err != nil {
			return err
		}
		if row.Text["merged"] != "" {
			return store.ErrNotFound
		}
		sub, err = dossier(row, false)
		return err
	})
	if err != nil {
		return fmt.Errorf("give an assessment: %w", err)
	}
	if err := x.note("person.view", handle, nil); err != nil {
		return err
	}
	return x.json(http.StatusOK, sub.Canonical())
}
