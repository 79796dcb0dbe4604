// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"daylight/account"
	"daylight/intake"
	"daylight/record"
	"daylight/report"
	"daylight/store"
)

func complianceRoutes() []route {
	return []route{
		{pattern: "GET /compliance", acts: "list what a legal duty may be attached to, apart from every assessment", recorded: true, roles: counsel, handle: (*Server).compliance},
		{pattern: "POST /compliance", acts: "write down what counsel made of one of these", recorded: true, roles: counsel, handle: (*Server).resolve},
		{pattern: "POST /compliance/stix", acts: "download identifiers of confirmed cases as a STIX bundle, with what was taken back", recorded: true, roles: counsel, handle: (*Server).downloadSTIX},
		{pattern: "GET /v1/stix", scope: account.ScopeShare, acts: "give identifiers of confirmed cases as a STIX bundle, with what was taken back", recorded: true, handle: (*Server).apiSTIX},
	}
}

// counsel is who sees what a legal duty is attached to, and nobody else: a match with
// a sanctions list says nothing about who somebody is.
var counsel = []account.Role{account.Legal}

// concernStates are what counsel may make of a concern.
var concernStates = []choice{
	{intake.ConcernOther, "Not the same: nothing follows"},
	{intake.ConcernReferred, "With outside counsel or an authority"},
	{intake.ConcernOpen, "To be looked at again"},
}

// maxConcernReason is how long a reason may be, in characters.
const maxConcernReason = 4000

// complianceView is what the page for counsel shows.
type complianceView struct {
	pager
	Lines     []concernLine
	All, Open int
	Names     map[string]string // of accounts
	States    []choice
	Wrong     string
	At        string // the concern that was not resolved
	Reason    string // as typed
	// Damaged are rows that do not open, of which nothing is shared or taken back.
	Damaged []intake.DamagedRow
}

type concernLine struct {
	intake.Concern
	Cites []string
}

func (s *Server) compliance(x *exchange) error {
	v := &complianceView{}
	if err := s.fillCompliance(x, v); err != nil {
		return err
	}
	return x.page("compliance", v)
}

func (s *Server) fillCompliance(x *exchange, v *complianceView) error {
	v.pager, v.States = pagerOf(x.r), concernStates
	var err error
	if v.Names, err = s.accountNames(x); err != nil {
		return err
	}
	err = s.Store.View(x.r.Context(), func(r store.Reader) error {
		all, err := intake.Concerns(r)
		if err != nil {
			return err
		}
		for _, c := range all {
			if c.State == intake.ConcernOpen && c.Gone.IsZero() {
				v.Open++
			}
		}
		v.All = len(all)
		v.of(v.All)
		for _, c := range all[v.skip():min(v.All, v.skip()+v.Size)] {
			v.Lines = append(v.Lines, concernLine{c, places(c.Records)})
		}
		v.Damaged, err = intake.Unshared(r, s.Now())
		return err
	})
	if err != nil {
		return fmt.Errorf("list what is for counsel: %w", err)
	}
	return x.listed("compliance.list", false, "", v.Page, len(v.Lines))
}

// mostPlaces is how many records a concern cites on the page.
const mostPlaces = 6

// places word where a concern was found; the name of a file that somebody sent in is
// not shown.
func places(cites []record.Citation) []string {
	var out []string
	for i, c := range cites {
		if i == mostPlaces {
			return append(out, fmt.Sprintf("and %d more", len(cites)-i))
		}
		path := c.Path
		if NamedByPerson(path) {
			path = "a file that somebody sent in"
		}
		out = append(out, strings.TrimSuffix(path+", "+c.Locator, ", "))
	}
	return out
}

func (s *Server) resolve(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	state, reason := form.Get("state"), strings.TrimSpace(form.Get("reason"))
	if !chosen(concernStates, state) || utf8.RuneCountInString(reason) > maxConcernReason {
		return fmt.Errorf("resolve a concern: %w", errBadRequest)
	}
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		return intake.Resolve(w, form.Get("concern"), intake.ConcernDecision{State: state, Reason: reason, By: x.who.Account, At: s.Now().UTC()})
	})
	if errors.Is(err, intake.ErrReason) {
		v := &complianceView{Wrong: "Write down why.", At: form.Get("concern"), Reason: reason}
		if err := s.fillCompliance(x, v); err != nil {
			return err
		}
		return x.again("compliance", v)
	}
	if err != nil {
		return err
	}
	return x.see("/compliance")
}

// stixType is the media type of a bundle (STIX 2.1, TAXII 2.1).
const stixType = "application/stix+json;version=2.1"

// stix gathers the bundle, notes what is given away and records it, in one
// transaction.
func (s *Server) stix(x *exchange, may func(store.Reader) error) (*bytes.Buffer, error) {
	var out bytes.Buffer
	err := s.Store.Update(x.r.Context(), func(w store.Writer) error {
		out.Reset() // the transaction may be run again
		if err := may(w); err != nil {
			return err
		}
		known, damaged, err := intake.Share(w, s.Now())
		if err != nil {
			return err
		}
		retracted := 0
		for _, k := range known {
			if !k.Retracted.IsZero() {
				retracted++
			}
		}
		if err := report.WriteBundle(&out, known); err != nil {
			return err
		}
		detail := map[string]string{"count": strconv.Itoa(len(known) - retracted), "retracted": strconv.Itoa(retracted)}
		if len(damaged) > 0 {
			detail["damaged"] = strconv.Itoa(len(damaged))
			x.w.Header().Set("Daylight-Damaged", detail["damaged"])
		}
		return x.enter(w, "export.stix", "identifiers", detail)
	})
	if err != nil {
		return nil, fmt.Errorf("share identifiers: %w", err)
	}
	return &out, nil
}

func (s *Server) apiSTIX(x *exchange) error {
	out, err := s.stix(x, openToPrograms)
	if err != nil {
		return err
	}
	x.w.Header().Set("Content-Type", stixType)
	_, _ = out.WriteTo(x.w) // the program has left: nothing can be done
	return nil
}

func (s *Server) downloadSTIX(x *exchange) error {
	out, err := s.stix(x, func(store.Reader) error { return nil })
	if err != nil {
		return err
	}
	h := x.w.Header()
	h.Set("Content-Type", stixType)
	h.Set("Content-Disposition", `attachment; filename="daylight-identifiers-`+s.Now().UTC().Format(time.DateOnly)+`.json"`)
	x.w.WriteHeader(http.StatusOK)
	_, _ = out.WriteTo(x.w) // the reader has left: nothing can be done
	return nil
}
