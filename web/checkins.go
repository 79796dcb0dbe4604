// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"daylight/account"
	"daylight/checkin"
	"daylight/interview"
	"daylight/store"
	"daylight/texts"
)

// This file is the check-in as those see it who invite to one.

func checkinsRoutes() []route {
	return []route{
		{pattern: "GET /people/{handle}/check-ins", acts: "list a person's check-ins", recorded: true, roles: interviewers, example: "/people/{handle}/check-ins", handle: (*Server).checkins},
		{pattern: "POST /people/{handle}/check-ins", acts: "make a link to a check-in", recorded: true, roles: interviewers, handle: (*Server).inviteCheckin},
		{pattern: "GET /check-ins/{checkin}", acts: "show what a check-in measured", recorded: true, roles: checkinReaders, example: "/check-ins/{checkin}", handle: (*Server).checkinResult},
		{pattern: "POST /check-ins/{checkin}", acts: "write down what was seen in a check-in, or take its link back", recorded: true, roles: checkinReaders, handle: (*Server).readCheckin},
		{pattern: "GET /check-in-plan", acts: "show what a check-in consists of", roles: planKeepers, handle: (*Server).checkinPlan},
		{pattern: "POST /check-in-plan", acts: "change what a check-in consists of", recorded: true, roles: planKeepers, handle: (*Server).setCheckinPlan},
	}
}

var (
	// checkinReaders look at what was measured.
	checkinReaders = []account.Role{account.HR, account.Security, account.Legal}
	// planKeepers say what everybody is asked.
	planKeepers = []account.Role{account.HR, account.Legal, account.Administrator}
)

// checkinLine is a check-in as the list names it.
type checkinLine struct {
	*checkin.CheckIn
	State string
	Words string // of the person; "" for whom they are not meant
	Opens bool   // the reader may look at it
}

type checkinsView struct {
	Handle string
	List   []checkinLine
	Plan   checkin.Plan
	// HandedIn is set where the person has handed one in; Reads where the reader may look
	// at what was measured.
	HandedIn, Reads bool
	// MayPlan is set for those who say what everybody is asked.
	MayPlan bool
	Wrong   string
}

// checkinState word how far a check-in has come. Why one ended without anything is for
// those who answer the person: what somebody needs is not for whoever weighs evidence.
func checkinState(c *checkin.CheckIn, who account.Identity) string {
	switch c.State {
	case checkin.Invited:
		return "waits for the person"
	case checkin.Started:
		return "under way"
	case checkin.Finished:
		return "handed in"
	case checkin.Expired:
		return "the link ran out"
	case checkin.Revoked:
		return "the link was taken back"
	case checkin.Refused, checkin.Another, checkin.Withdrawn, checkin.Unfinished:
	}
	if !who.Has(account.HR, account.Legal) {
		return "ended with nothing handed in"
	}
	return map[checkin.State]string{
		checkin.Refused: "the person said no", checkin.Another: "the person needs another way",
		checkin.Withdrawn: "the person deleted it", checkin.Unfinished: "not finished in time",
	}[c.State]
}

// readBy words how many people have written down what they saw in a check-in.
func readBy(n int) string {
	switch n {
	case 0:
		return ", not read yet"
	case 1:
		return ", read by one person"
	}
	return fmt.Sprintf(", read by %d people", n)
}

func (s *Server) checkins(x *exchange) error {
	v, err := s.checkinsView(x)
	if err != nil {
		return err
	}
	return x.page("checkins", v)
}

func (s *Server) checkinsView(x *exchange) (*checkinsView, error) {
	v := &checkinsView{Handle: x.r.PathValue("handle"), MayPlan: x.who.Has(planKeepers...), Reads: x.who.Has(checkinReaders...)}
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		if _, err := subjectRow(r, x.who, v.Handle); err != nil {
			return err
		}
		list, err := checkin.List(r, v.Handle, s.Now())
		if err != nil {
			return err
		}
		for _, c := range list {
			l := checkinLine{CheckIn: c, State: checkinState(c, x.who), Opens: v.Reads}
			if c.State == checkin.Finished {
				v.HandedIn = true
				l.State += readBy(len(c.Readings))
			}
			if x.who.Has(account.HR, account.Legal) {
				l.Words = c.Words
			}
			v.List = append(v.List, l)
		}
		if v.Plan, err = readPlan(r); err != nil {
			return err
		}
		v.Plan, err = v.Plan.For(r, v.Handle)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list check-ins: %w", err)
	}
	return v, x.note("checkin.list", v.Handle, nil)
}

// inviteCheckin makes a link and shows it once.
func (s *Server) inviteCheckin(x *exchange) error {
	c, link, err := s.makeCheckin(x, x.r.PathValue("handle"), "")
	if errors.Is(err, checkin.ErrMany) {
		v, err := s.checkinsView(x)
		if err != nil {
			return err
		}
		v.Wrong = manyLinks
		return x.again("checkins", v)
	}
	if err != nil {
		return err
	}
	return x.madeCheckin(c, link)
}

// manyLinks is what is said of one link too many.
const manyLinks = "Several links of this person wait already. Use one of them, or take one back."

// madeCheckin shows a link, this once.
func (x *exchange) madeCheckin(c *checkin.CheckIn, link string) error {
	var v checkinView // by the person's own clock, as they will be shown it
	err := x.s.Store.View(x.r.Context(), func(r store.Reader) (err error) {
		if v.settings, _, err = readSettings(r); err != nil {
			return err
		}
		return v.of(r, c)
	})
	if err != nil {
		return fmt.Errorf("show the link of a check-in: %w", err)
	}
	until := v.When(c.Until)
	return x.page("checkins/made", struct {
		Handle, Link, FollowUp, Until string
		Plan                          checkin.Plan
		Letters                       []letter
	}{c.Handle, link, c.FollowUp, until, c.Plan, letters("invite.checkin", v.Organisation, link, until)})
}

// letter is what can be sent to a person with a link, in one language.
type letter struct {
	texts.Language
	Text string
}

// letters are the words that a link can be sent with, in each language.
func letters(key, organisation, link, until string) (out []letter) {
	for _, l := range texts.Languages() {
		words := texts.In(l.Code)
		by := words.Apart(organisation)
		if organisation == "" {
			by = words.T("invite.org")
		}
		out = append(out, letter{l, strings.ReplaceAll(words.T(key, "link", link, "time", until), "{org}", by)})
	}
	return out
}

// makeCheckin makes the link of a check-in, for a follow-up if it names one.
func (s *Server) makeCheckin(x *exchange, handle, followUp string) (c *checkin.CheckIn, link string, err error) {
	secret, err := s.random(24)
	if err != nil {
		return nil, "", err
	}
	id, err := s.random(8)
	if err != nil {
		return nil, "", err
	}
	seed, err := interview.NewSeed(s.Random)
	if err != nil {
		return nil, "", err
	}
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		row, err := subjectRow(w, x.who, handle)
		if err != nil {
			return err
		}
		if row.Text["merged"] != "" {
			return store.ErrNotFound
		}
		plan, err := readPlan(w)
		if err != nil {
			return err
		}
		if plan, err = plan.For(w, handle); err != nil {
			return err
		}
		c, err = checkin.Invite(w, checkin.Invitation{
			ID: "k-" + id, Handle: handle, By: interviewActor(x), Secret: secret, Plan: plan, Seed: seed, FollowUp: followUp,
		}, s.Now())
		if err != nil {
			return err
		}
		return x.enter(w, "checkin.invite", handle, map[string]string{"check_in": c.ID, "until": c.Until.Format(time.DateOnly)})
	})
	if err != nil {
		return nil, "", fmt.Errorf("invite to a check-in: %w", err)
	}
	return c, s.link("/check-in/" + secret), nil
}

// readCheckin writes down what somebody saw: it comes in as every other record does.
func (s *Server) readCheckin(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	v, err := s.resultView(x)
	if err != nil {
		return err
	}
	if form.Get("act") == "revoke" {
		return s.revokeCheckin(x, v)
	}
	if v.CheckIn.State != checkin.Finished {
		return errBadRequest
	}
	read := checkin.Reading{By: x.who.Account, At: s.Now().UTC(), Outcomes: map[string]string{}}
	wrong := false
	for i, c := range v.Look {
		v.Look[i].Said = form.Get("saw-" + c.Challenge)
		if said := v.Look[i].Said; said != "" {
			read.Outcomes[c.Challenge] = said
			wrong = wrong || !chosen(c.Words, said)
		}
	}
	if wrong || len(read.Outcomes) == 0 {
		v.Wrong = "Choose what you saw, in one of the lists at least."
		return x.again("checkins/result", v)
	}
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		c, err := checkin.Get(w, v.ID, s.Now())
		if err != nil {
			return err
		}
		if err := c.Read(w, read, s.Now()); err != nil {
			return err
		}
		return x.enter(w, "checkin.read", v.Handle, map[string]string{"check_in": v.ID})
	})
	if err != nil {
		return fmt.Errorf("write down what was seen: %w", err)
	}
	return x.see("/check-ins/" + v.ID)
}

func (s *Server) revokeCheckin(x *exchange, v *resultView) error {
	err := s.Store.Update(x.r.Context(), func(w store.Writer) error {
		c, err := checkin.Get(w, v.ID, s.Now())
		if err != nil {
			return err
		}
		if err := c.Revoke(w, s.Now()); err != nil {
			return err
		}
		return x.enter(w, "checkin.revoke", v.Handle, map[string]string{"check_in": v.ID})
	})
	if err != nil {
		return checkinError(err)
	}
	return x.see("/people/" + v.Handle + "/check-ins")
}
