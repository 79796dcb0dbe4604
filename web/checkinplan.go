// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"daylight/checkin"
	"daylight/store"
	"daylight/texts"
)

// This file is what a check-in consists of.

// checkinPlanKey is the row of [store.Settings] that holds the plan.
const checkinPlanKey = "check-in"

// readPlan returns the plan that is in force.
func readPlan(r store.Reader) (checkin.Plan, error) {
	row, err := r.Get(store.Settings, checkinPlanKey)
	if errors.Is(err, store.ErrNotFound) {
		return checkin.DefaultPlan(), nil
	}
	var p checkin.Plan
	if err == nil {
		err = json.Unmarshal(row.Body, &p)
	}
	if err != nil {
		return p, fmt.Errorf("read the plan of check-ins: %w", err)
	}
	p.Answer = min(p.Answer, checkin.MaxAnswer) // one of before may have had more
	return p, nil
}

type checkinPlanView struct {
	checkin.Plan
	All   []choice
	Done  bool
	Wrong string
}

// Longest is for how many hours a link waits at most.
func (checkinPlanView) Longest() int { return checkin.MaxAnswer }

// Has reports whether a challenge is in the plan.
func (v checkinPlanView) Has(name string) bool { return slices.Contains(v.Asked, name) }

func (s *Server) planView(p checkin.Plan) *checkinPlanView {
	v := &checkinPlanView{Plan: p}
	words := texts.In("en")
	for _, c := range checkin.Challenges() {
		v.All = append(v.All, choice{c, words.T(c + ".title")})
	}
	return v
}

func (s *Server) checkinPlan(x *exchange) error {
	var p checkin.Plan
	err := s.Store.View(x.r.Context(), func(r store.Reader) (err error) {
		p, err = readPlan(r)
		return err
	})
	if err != nil {
		return err
	}
	v := s.planView(p)
	v.Done = x.r.URL.Query().Has("done")
	return x.page("checkins/plan", v)
}

func (s *Server) setCheckinPlan(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	number := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(form.Get(name)))
		if err != nil {
			return -1 // in no bounds
		}
		return n
	}
	p := checkin.Plan{
		Asked: form["asked"], Typed: form.Has("typed"), Connection: form.Has("connection"),
		Answer: number("answer_hours"), Box: number("box_minutes"),
	}
	if err := p.Validate(); err != nil {
		v := s.planView(p)
		v.Wrong = err.Error()
		return x.again("checkins/plan", v)
	}
	body, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("change the plan of check-ins: %w", err)
	}
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		if err := w.Put(store.Settings, store.Row{Key: checkinPlanKey, Body: body}); err != nil {
			return err
		}
		return x.enter(w, "config.change", "check-in", map[string]string{
			"asked": strings.Join(p.Asked, ","), "typed": strconv.FormatBool(p.Typed),
			"connection": strconv.FormatBool(p.Connection), "answer_hours": strconv.Itoa(p.Answer), "box_minutes": strconv.Itoa(p.Box),
		})
	})
	if err != nil {
		return fmt.Errorf("change the plan of check-ins: %w", err)
	}
	return x.see("/check-in-plan?done=1")
}
