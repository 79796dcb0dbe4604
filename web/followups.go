// SPDX-License-Identifier: Apache-2.0

package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/account"
	"daylight/checkin"
	"daylight/interview"
	"daylight/store"
	"daylight/texts"
)

func followUpRoutes() []route {
	return []route{
		{pattern: "POST /people/{handle}/follow-ups", acts: "write down the hours that a person agreed to, or draw their follow-ups within them", recorded: true, roles: interviewers, handle: (*Server).drawFollowUps},
		{pattern: "POST /follow-ups/{id}", acts: "note that a follow-up was made, and what became of it", recorded: true, roles: interviewers, handle: (*Server).settleFollowUp},
	}
}

// followUpsView is the part of a person's page that is about follow-ups.
type followUpsView struct {
	Draw *interview.Draw
	// Hours are those that somebody wrote down, nil where nobody did, and Settled whether
	// follow-ups may be drawn within them.
	Hours   *interview.Hours
	Settled bool
	// MayWrite is set while hours can be written down: the person has not answered. What
	// was written down is shown to HR and to whoever wrote it.
	MayWrite bool
	Names    map[string]string // of accounts
	// MayAgreed is set for whoever may see what the person agreed to: it may tell of an
	// accommodation.
	MayAgreed bool
	// Seen are those whose time has come; Ahead is how many have not, and nobody is
	// shown when they will.
	Seen        []followUpLine
	Ahead       int
	Refused     string // why the last form about follow-ups was not accepted
	Agreed      agreedForm
	Weekdays    []dayBox
	texts.Texts // of the form, in the console's language
}

// followUpLine is a follow-up as lists name it.
type followUpLine struct {
	interview.FollowUp
	Due, Over, Announced bool
	// Window is from when until when, by the person's own clock and in UTC.
	Window string
}

// agreedForm is what was typed about the hours that a person agreed to.
type agreedForm struct {
	Zone, Opens, Closes, Quiet, Off string
	Ahead                           bool
}

// dayBox is one day of the week.
type dayBox struct {
	Number int
	On     bool
}

func weekdays(on func(int) bool) []dayBox {
	var out []dayBox
	for _, n := range []int{1, 2, 3, 4, 5, 6, 0} {
		out = append(out, dayBox{n, on(n)})
	}
	return out
}

func (s *Server) followUpLine(f interview.FollowUp) followUpLine {
	return followUpLine{f, f.Due(s.Now()), f.Over(s.Now()), f.Announced(s.Now()), instant(f.At) + " to " + instant(f.Until)}
}

// readFollowUps reads a person's follow-ups. Hours are suggested in the zone of the
// claimed place; where none is known it is left for whoever asked to enter.
func (v *followUpsView) readFollowUps(s *Server, r store.Reader, who account.Identity, handle, zone string) error {
	v.MayAgreed = who.Has(account.HR)
	draws, err := interview.DrawsOf(r, handle)
	if err != nil {
		return err
	}
	if len(draws) > 0 {
		v.Draw = &draws[len(draws)-1]
	}
	all, err := interview.FollowUpsOf(r, handle)
	if err != nil {
		return err
	}
	clock, err := interview.Clock(r, handle)
	if err != nil {
		return err
	}
	for _, f := range all {
		l := s.followUpLine(f)
		l.Window = byClock(f.At, clock) + " to " + byClock(f.Until, clock)
		if l.State != interview.Drawn || l.Due || l.Over || l.Announced {
			v.Seen = append(v.Seen, l)
		} else {
			v.Ahead++
		}
	}
	v.Texts = texts.In("")
	v.Agreed = agreedForm{Zone: zone, Opens: "09:00", Closes: "17:00", Quiet: "12:00-13:00"}
	v.Weekdays = weekdays(func(n int) bool { return n >= 1 && n <= 5 })
	h, ok, err := interview.HoursOf(r, handle)
	v.MayWrite = !ok || h.Answered.IsZero()
	if ok {
		v.Hours, v.Settled = &h, h.Settled(s.Now())
		if v.MayAgreed || h.By == who.Account {
			v.Agreed, v.Weekdays = agreedAs(h.Agreed)
		}
	}
	return err
}

// agreedAs is the form of hours, filled with what was written down.
func agreedAs(a interview.Agreement) (agreedForm, []dayBox) {
	clock := func(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }
	var quiet []string
	for _, q := range a.Quiet {
		quiet = append(quiet, clock(q.From)+"-"+clock(q.To))
	}
	return agreedForm{a.Zone, clock(a.Opens), clock(a.Closes), strings.Join(quiet, " "), strings.Join(a.Off, " "), a.Ahead},
		weekdays(func(n int) bool { return slices.Contains(a.Days, n) })
}

// agreedTyped is the form of hours, filled with what was typed.
func agreedTyped(form url.Values) (agreedForm, []dayBox) {
	return agreedForm{form.Get("zone"), form.Get("opens"), form.Get("closes"), form.Get("quiet"), form.Get("off"), form.Get("ahead") != ""},
		weekdays(func(n int) bool { return slices.Contains(form["day"], strconv.Itoa(n)) })
}

// clockMinutes reads "09:30" as minutes from midnight, -1 for what is no time. 24:00
// ends a day.
func clockMinutes(s string) int {
	if s == "24:00" {
		return 24 * 60
	}
	t, err := time.Parse("15:04", strings.TrimSpace(s))
	if err != nil {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}

// agreement reads the form of hours.
func agreement(form url.Values) (interview.Agreement, error) {
	a := interview.Agreement{
		Zone: strings.TrimSpace(form.Get("zone")), Opens: clockMinutes(form.Get("opens")), Closes: clockMinutes(form.Get("closes")), Ahead: form.Get("ahead") != "",
		Off: strings.Fields(strings.ReplaceAll(form.Get("off"), ",", " ")),
	}
	for _, text := range form["day"] {
		n, err := strconv.Atoi(text)
		if err != nil {
			return a, interview.ErrDays
		}
		a.Days = append(a.Days, n)
	}
	for part := range strings.FieldsSeq(strings.ReplaceAll(form.Get("quiet"), ",", " ")) {
		from, to, _ := strings.Cut(part, "-")
		q := interview.Quiet{From: clockMinutes(from), To: clockMinutes(to)}
		if q.From < 0 || q.To < 0 {
			return a, interview.ErrQuiet
		}
		a.Quiet = append(a.Quiet, q)
	}
	return a, nil
}

func (s *Server) drawFollowUps(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	handle := x.r.PathValue("handle")
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		if _, err := subjectRow(w, x.who, handle); err != nil {
			return err
		}
		if form.Get("act") == "draw" {
			h, ok, err := interview.HoursOf(w, handle)
			if err == nil && !ok {
				err = fmt.Errorf("draw follow-ups: %w: which hours suit the person", interview.ErrNothing)
			}
			if err == nil {
				_, err = interview.DrawFollowUps(w, interviewActor(x), h, s.Random, s.Now())
			}
			return err
		}
		a, err := agreement(form)
		if err != nil {
			return fmt.Errorf("write hours down: %w", err)
		}
		return interview.WriteHours(w, interviewActor(x), handle, a, s.Now())
	})
	if words, ok := refusal(err); ok {
		v, err := s.readPersonInterviews(x, "")
		if err != nil {
			return err
		}
		v.Refused = words
		if form.Get("act") != "draw" {
			v.Agreed, v.Weekdays = agreedTyped(form)
		}
		return x.again("sittings/person", v)
	}
	if err != nil {
		return fmt.Errorf("draw follow-ups: %w", err)
	}
	return x.see("/people/" + handle + "/interviews#follow-ups")
}

// told is what a form says of a person who was told the day before.
const told = "told"

// settleFollowUp notes that a person was asked, or what became of it.
func (s *Server) settleFollowUp(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	var f interview.FollowUp
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		if f, err = interview.LoadFollowUp(w, x.r.PathValue("id")); err != nil {
			return err
		}
		if _, err := subjectRow(w, x.who, f.Subject); err != nil {
			return err
		}
		if form.Get("invite") == told {
			if !f.Announced(s.Now()) {
				return store.ErrNotFound // nobody is shown what is to come
			}
			return interview.MarkTold(w, interviewActor(x), f.ID, s.Now())
		}
		if s.Now().Before(f.At) && form.Get("state") != string(interview.Withdrawn) {
			return store.ErrNotFound // nobody is shown what is to come
		}
		if form.Get("invite") == interview.ByCheckIn {
			return nil // with the link, below
		}
		if how := form.Get("invite"); how != "" {
			_, err = interview.MarkInvited(w, interviewActor(x), f.ID, how, s.Now())
			return err
		}
		begun, err := checkin.UnderWay(w, f, s.Now())
		if err != nil {
			return err
		}
		if begun {
			return fmt.Errorf("%w: the person is doing the check-in of this follow-up now, and it says by itself what became of it", interview.ErrState)
		}
		_, err = interview.Settle(w, interviewActor(x), f.ID, interview.Answer{
			State: interview.FollowUpState(form.Get("state")), How: cmp.Or(form.Get("how"), f.How, interview.ByCall), Reason: form.Get("reason"),
		}, s.Now())
		return err
	})
	if err == nil && form.Get("invite") == interview.ByCheckIn {
		c, link, made := s.makeCheckin(x, f.Subject, f.ID)
		if made == nil {
			return x.madeCheckin(c, link)
		}
		err = made
	}
	words, ok := refusal(err)
	if errors.Is(err, checkin.ErrMany) {
		words, ok = manyLinks, true
	}
	if ok {
		x.r.SetPathValue("handle", f.Subject)
		v, err := s.readPersonInterviews(x, "")
		if err != nil {
			return err
		}
		v.Refused = words
		return x.again("sittings/person", v)
	}
	if err != nil && errors.Is(err, interview.ErrRole) {
		return fmt.Errorf("settle a follow-up: %w", errForbidden)
	}
	if err != nil {
		return fmt.Errorf("settle a follow-up: %w", err)
	}
	return x.see("/people/" + f.Subject + "/interviews#follow-ups")
}
