// SPDX-License-Identifier: Apache-2.0

package web

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"daylight/account"
	"daylight/detect"
	"daylight/intake"
	"daylight/store"
	"daylight/weigh"
)

func catalogueRoutes() []route {
	return []route{
		{pattern: "GET /catalogue", acts: "list every indicator with what it looks for and how much it counts", roles: anyone, handle: (*Server).catalogue},
		{pattern: "GET /catalogue/{id}", acts: "show one indicator's card, and how often it is present now", roles: anyone, example: "/catalogue/{indicator}", handle: (*Server).indicator},
	}
}

// catalogueView is what the list of indicators shows, by family.
type catalogueView struct {
	Families []familyCards
	All      int
	Stable   int
	Plain    bool // the reader is told what an indicator counts in words
}

type familyCards struct {
	Family detect.Family
	Cards  []cardLine
}

type cardLine struct {
	detect.Meta
	Weights weigh.Override
}

func (s *Server) catalogue(x *exchange) error {
	v := &catalogueView{All: len(s.Catalog), Plain: gradesOnly(x.who)}
	book, err := s.opened(x.r.Context())
	if err != nil {
		return err
	}
	inForce := book.Policy
	for _, f := range detect.Families {
		group := familyCards{Family: f}
		for _, ind := range s.Catalog {
			if ind.Family == f {
				group.Cards = append(group.Cards, cardLine{ind.Meta, inForce.WeightsOf(ind)})
				if ind.Lifecycle == detect.Stable {
					v.Stable++
				}
			}
		}
		slices.SortFunc(group.Cards, func(a, b cardLine) int { return cmp.Compare(a.ID, b.ID) })
		if len(group.Cards) > 0 {
			v.Families = append(v.Families, group)
		}
	}
	return x.page("catalogue", v)
}

// gradesOnly is [plainly], of pages that are not about people and that others read too:
// auditors and administrators check the figures.
func gradesOnly(who account.Identity) bool { return who.Has(account.Recruiter) && plainly(who) }

// indicatorView is what an indicator's card shows.
type indicatorView struct {
	detect.Meta
	Weights weigh.Override
	Changed bool // the policy's weights differ from the catalogue's
	Policy  string
	Needs   string
	Params  []param
	Sources []detect.Source
	Waivers []string
	Now     *intake.Count // nil if nobody was assessed with it
	At      time.Time
	Hidden  bool
	Planner bool // the console proposes times for the next check
	Plain   bool // the reader is told what it counts in words
}

// param is one setting of an indicator.
type param struct{ Name, Value, Bounds, Doc string }

func (s *Server) indicator(x *exchange) error {
	id := x.r.PathValue("id")
	i := slices.IndexFunc(s.Catalog, func(ind *detect.Indicator) bool { return ind.ID == id })
	if i < 0 {
		return store.ErrNotFound
	}
	ind := s.Catalog[i]
	book, err := s.opened(x.r.Context())
	if err != nil {
		return err
	}
	inForce := book.Policy
	v := &indicatorView{Meta: ind.Meta, Plain: gradesOnly(x.who), Weights: inForce.WeightsOf(ind), Policy: inForce.Version, Params: paramsOf(ind), Needs: ind.NeedWords()}
	v.Planner = x.who.Has(interviewers...) && v.Next != nil && strings.Contains(v.Next.Do, plannerCommand)
	v.Changed = v.Weights.Present != ind.Present || v.Weights.Absent != ind.Absent
	for _, w := range ind.Waivers {
		v.Waivers = append(v.Waivers, w.String())
	}
	for _, key := range ind.References {
		source := detect.Source{Title: key}
		for _, k := range detect.Sources() {
			if k.Key == key {
				source = k
			}
		}
		v.Sources = append(v.Sources, source)
	}
	if x.who.Has(ringReaders...) {
		if err := s.countNow(x, v); err != nil {
			return fmt.Errorf("count the answers of an indicator: %w", err)
		}
	}
	return x.page("catalogue/indicator", v)
}

// countNow reads how often the indicator answers what, over everybody assessed.
func (s *Server) countNow(x *exchange, v *indicatorView) error {
	return s.Store.View(x.r.Context(), func(r store.Reader) error {
		var err error
		if v.Hidden, err = hidden(r, x.who); err != nil || v.Hidden {
			return err
		}
		answers, err := intake.ReadAnswers(r)
		if err != nil {
			return err
		}
		if n, ok := answers.Indicators[v.ID]; ok {
			v.Now, v.At = &n, answers.At
		}
		return nil
	})
}

// paramsOf lists the settings of an indicator with their bounds and meaning.
func paramsOf(ind *detect.Indicator) []param {
	value := reflect.ValueOf(ind.Params())
	if value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	if value.Kind() != reflect.Struct {
		return nil
	}
	var out []param
	for i := range value.NumField() {
		f := value.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		p := param{Name: name, Value: fmt.Sprint(value.Field(i).Interface()), Doc: f.Tag.Get("doc")}
		if least, greatest, ok := detect.Bounds(f); ok {
			p.Bounds = fmt.Sprintf("%v to %v", least, greatest)
		}
		out = append(out, p)
	}
	return out
}
