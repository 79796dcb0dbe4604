// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/account"
	"daylight/casework"
	"daylight/detect"
	"daylight/intake"
	"daylight/store"
)

// caseworkers are the roles that work on cases.
var caseworkers = []account.Role{account.HR, account.Security, account.Legal}

func caseRoutes() []route {
	return []route{
		{
			pattern: "GET /cases/{id}", acts: "show one case: evidence and what may explain it, checklist, notes, decision", recorded: true,
			roles: caseworkers, example: "/cases/{case}", handle: (*Server).showCase,
		},
		{
			pattern: "POST /cases/{id}", acts: "work on a case: check, write down, propose, approve, close", recorded: true,
			roles: caseworkers, handle: (*Server).workOnCase,
		},
		{
			pattern: "POST /cases/{id}/freeze", acts: "freeze the evidence of a case into a signed package", recorded: true,
			roles: caseworkers, handle: (*Server).freezeCase,
		},
		{
			pattern: "POST /cases/{id}/suppress", acts: "have an indicator shown of a person and not counted, for a reason and until a day", recorded: true,
			roles: caseworkers, handle: (*Server).suppress,
		},
		{
			pattern: "GET /cases/{id}/packages/{package}", acts: "download an evidence package", recorded: true,
			roles: caseworkers, example: "-", handle: (*Server).downloadPackage,
		},
	}
}

// clockWords says in evidence packages where times come from.
const clockWords = "the clock of the machine that runs the service, in UTC; it was not compared with another clock"

// caseActor is who asks, as package casework knows them, and whose their account is.
func caseActor(r store.Reader, x *exchange) casework.Actor {
	who := claimant(x)
	who.Person, who.Hands = x.who.Person, x.who.Hands
	if name := strings.ToLower(strings.Join(strings.Fields(x.who.Name), " ")); name != "" {
		who.Shown = r.Hash("shown name", name)
	}
	return who
}

// visibleCase reads a case that the one who asks may see; any other is as absent as
// one that is not there.
func visibleCase(r store.Reader, x *exchange) (casework.Case, error) {
	c, err := casework.Load(r, x.r.PathValue("id"))
	if err != nil {
		return c, err
	}
	kept, err := hidden(r, x.who)
	if err == nil && (kept || !c.Visible(claimant(x))) {
		err = store.ErrNotFound
	}
	return c, err
}

func (s *Server) showCase(x *exchange) error {
	err := s.Store.Update(x.r.Context(), func(w store.Writer) error {
		c, err := visibleCase(w, x)
		if err != nil {
			return err
		}
		return x.enter(w, "case.view", c.ID, map[string]string{"subject": c.Matter.Subject})
	})
	// A full disk keeps nobody from reading; what is read then cannot be recorded and
	// is not shown.
	if err != nil {
		return fmt.Errorf("show a case: %w", err)
	}
	v, err := s.caseView(x)
	if err != nil {
		return err
	}
	return x.page("case", v)
}

// workOnCase applies what a form asks for.
func (s *Server) workOnCase(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	act, at, err := caseAct(form.Get)
	if err != nil {
		return err
	}
	if circle, ok := act.(casework.Enclose); ok && form.Get("act") == "circle" {
		circle.Accounts = append(slices.Clone(form["account"]), x.who.Account)
		act = circle
	}
	named, err := s.mayBeNamed(x, act)
	if err != nil {
		return err
	}
	return s.changeCase(x, at, func(w store.Writer, c casework.Case, who casework.Actor) error {
		if err := named(c); err != nil {
			return err
		}
		switch a := act.(type) {
		case casework.Ask:
			a.ID = "r-" + strconv.Itoa(len(c.Requests)+1)
			act = a
		case casework.Approve:
			if a.Now, err = s.known(w, c.Matter.Subject); err != nil {
				return err
			}
			act = a
		}
		_, err := casework.Do(w, c.ID, casework.Event{At: s.Now(), By: who, Act: act})
		return err
	})
}

// changeCase does one thing to a case that the one who asks may see, and shows the page
// again: at the place of the form, or with the reason why it was not accepted.
func (s *Server) changeCase(x *exchange, at string, do func(store.Writer, casework.Case, casework.Actor) error) error {
	err := s.Store.Update(x.r.Context(), func(w store.Writer) error {
		c, err := visibleCase(w, x)
		if err != nil {
			return err
		}
		return do(w, c, caseActor(w, x))
	})
	problem := caseProblem(err)
	if problem == "" {
		if err != nil {
			return fmt.Errorf("work on a case: %w", err)
		}
		return x.see("/cases/" + x.r.PathValue("id") + "?open=" + url.QueryEscape(at) + "#" + at)
	}
	v, err := s.caseView(x)
	if err != nil {
		return err
	}
	v.Problem = problem
	return x.again("case", v)
}

// caseProblem words why the life of a case does not allow something; "" where it is
// not that.
func caseProblem(err error) string {
	for _, p := range []struct {
		err   error
		words string
	}{
		{casework.ErrSecond, "Another person has to do this: you proposed it, or decided it before the person appealed; or your account may be of whoever did: it has the same name or owner, or one of you invited the other or gave them a new password."},
		{casework.ErrReasons, "Reasons in writing are missing: a sentence at least for a decision, a few words for everything else."},
		{casework.ErrUnchecked, "Innocent explanations stand in the way: look at each of them first. Where they explain everything, close the case as cleared."},
		{casework.ErrChecklist, "The checklist is not answered: say of every step but the last that it is done, or why it is not needed. Then approve."},
		{casework.ErrStale, "Something else is known of the person now than in the package that you were shown. Freeze the evidence again, and look at it before you approve."},
		{casework.ErrOrder, "Something else comes first: preserve the evidence before proposing; preserve and contain before telling; the disclosure before a notice, where an outside firm's datum is part of it; wait until the time is over and disputes are answered before a final notice."},
		{casework.ErrState, "The case does not stand where this is possible. Somebody may have changed it in the meantime."},
		{casework.ErrNothing, "The case has no such thing, or a choice is missing."},
		{casework.ErrRole, "This is not for your role: a legal hold is for legal, and showing a case of shadow mode for legal and security."},
	} {
		if errors.Is(err, p.err) {
			return p.words
		}
	}
	return ""
}

// caseAct reads what a form asks for, and the place of the page to come back to.
func caseAct(field func(string) string) (casework.Act, string, error) {
	text := field("text")
	number, numberErr := strconv.Atoi(field("number"))
	switch field("act") {
	case "take":
		return casework.Take{Owner: field("owner")}, "desk", nil
	case "due":
		due, err := time.Parse(time.DateOnly, field("due"))
		if err != nil {
			return nil, "", fmt.Errorf("read a day: %w", errBadRequest)
		}
		return casework.SetDue{Due: due}, "desk", nil
	case "explain":
		if numberErr != nil {
			return nil, "", fmt.Errorf("read the number of an explanation: %w", errBadRequest)
		}
		found := casework.Found(field("found"))
		switch {
		case field("looked") == "" && field("was") != "":
			found = "" // the tick was taken away
		case found == "":
			found = "no choice" // whoever writes what they found has looked, ticked or not
		}
		return casework.Explain{Indicator: field("indicator"), Number: number, Found: found, Note: text}, "e-" + field("indicator"), nil
	case "circle", "everybody":
		return casework.Enclose{}, "seen", nil
	case "show":
		return casework.Unveil{}, "seen", nil
	case "linked":
		return casework.LookAt{Handle: field("handle"), Note: text}, "linked", nil
	case "step":
		return casework.Tick{Step: field("step"), Answer: casework.Answer(field("answer")), Note: text}, "s-" + field("step"), nil
	case "note":
		return casework.Write{Text: text}, "notes-h", nil
	case "propose":
		return casework.Propose{Reasons: text}, "decision-h", nil
	case "approve":
		return casework.Approve{Package: field("package")}, "decision-h", nil
	case "decline":
		return casework.Decline{Reasons: text}, "decision-h", nil
	case "close":
		return casework.Close{Disposition: casework.Disposition(field("disposition")), Reasons: text}, "decision-h", nil
	case "reopen":
		return casework.Reopen{Reasons: text}, "decision-h", nil
	default:
		return lawAct(field)
	}
}

// lawAct reads a form of the parts that the law asks for.
func lawAct(field func(string) string) (casework.Act, string, error) {
	text := field("text")
	switch field("act") {
	case "hold":
		return casework.PutHold{Reason: text}, "preserve-h", nil
	case "release":
		return casework.LiftHold{}, "preserve-h", nil
	case "disclose":
		day, err := time.Parse(time.DateOnly, field("day"))
		if err != nil {
			return nil, "", fmt.Errorf("read a day: %w", errBadRequest)
		}
		return casework.Disclose{At: day}, "notice", nil
	case "notice":
		days, err := strconv.Atoi(field("days"))
		if err != nil || days < 0 || days > 365 {
			return nil, "", fmt.Errorf("read a number of days: %w", errBadRequest)
		}
		return casework.GiveNotice{Copy: field("copy"), Wait: time.Duration(days) * 24 * time.Hour}, "notice", nil
	case "dispute":
		return casework.Dispute{Text: text}, "notice", nil
	case "settle":
		return casework.Settle{Answer: text}, "notice", nil
	case "finish":
		return casework.Finish{}, "notice", nil
	case "ask":
		return casework.Ask{Kind: casework.Kind(field("kind")), Text: text}, "requests", nil
	case "reply":
		return casework.Reply{ID: field("request"), Answer: text}, "requests", nil
	}
	return nil, "", fmt.Errorf("work on a case: %w", errBadRequest)
}

// freezeCase makes an evidence package.
func (s *Server) freezeCase(x *exchange) error {
	catalogue := make([]detect.Meta, len(s.Catalog))
	for i, ind := range s.Catalog {
		catalogue[i] = ind.Meta
	}
	return s.changeCase(x, "preserve-h", func(w store.Writer, c casework.Case, who casework.Actor) error {
		if c.State != casework.StateClosed {
			// The package and the case hold the same: what is known now.
			now, err := s.known(w, c.Matter.Subject)
			if err != nil {
				return err
			}
			if err := casework.Refresh(w, c.ID, now, s.Now()); err != nil {
				return err
			}
		}
		holders, err := intake.Holders(w, c.Matter.Subject)
		if err != nil {
			return err
		}
		m, err := casework.Gather(w, c.Matter.Subject, holders, func(row store.Row) (casework.Document, error) {
			name, body, err := intake.Original(row)
			return casework.Document{Name: name, Body: body}, err
		})
		if err != nil {
			return err
		}
		bodies := make([][]byte, len(m.Records))
		for i, rec := range m.Records {
			bodies[i] = rec.Body
		}
		if bodies, err = intake.ShownRecords(bodies, m.Lost); err != nil {
			return err
		}
		for i := range m.Records {
			m.Records[i].Body = bodies[i]
		}
		m.Records = slices.DeleteFunc(m.Records, func(f casework.Source) bool { return f.Body == nil })
		if m.Uploads, err = uploads(w, c.Matter.Subject, s.Now()); err != nil {
			return err
		}
		m.Clock, m.Tool = clockWords, "daylight "+s.Version
		if m.Catalogue, err = json.Marshal(catalogue); err != nil {
			return fmt.Errorf("write the catalogue down: %w", err)
		}
		book, err := s.book(w)
		if err != nil {
			return err
		}
		if m.Policy, err = json.Marshal(book.Policy); err != nil {
			return fmt.Errorf("write the policy down: %w", err)
		}
		_, err = casework.Freeze(w, c.ID, who, m, s.Random, s.Now())
		return err
	})
}

// downloadPackage sends an evidence package.
func (s *Server) downloadPackage(x *exchange) error {
	id := x.r.PathValue("package")
	var body []byte
	err := s.Store.Update(x.r.Context(), func(w store.Writer) error {
		c, err := visibleCase(w, x)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(c.Frozen, func(f casework.Frozen) bool { return f.ID == id }) {
			return store.ErrNotFound
		}
		body, err = casework.Package(w, id, caseActor(w, x), s.Now())
		return err
	})
	if err != nil {
		return fmt.Errorf("download a package: %w", err)
	}
	h := x.w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="`+id+`.zip"`)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	x.w.WriteHeader(http.StatusOK)
	_, _ = x.w.Write(body) // the reader has left: nothing can be done
	return nil
}

// suppress sets or ends a dated exception.
func (s *Server) suppress(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	indicator := form.Get("indicator")
	until, err := time.Parse(time.DateOnly, form.Get("until"))
	if err != nil && form.Get("end") == "" {
		return fmt.Errorf("read a day: %w", errBadRequest)
	}
	return s.changeCase(x, "suppressed", func(w store.Writer, c casework.Case, who casework.Actor) error {
		if form.Get("end") != "" {
			return casework.Unsuppress(w, who, c.Matter.Subject, indicator, s.Now())
		}
		if !slices.ContainsFunc(c.Evidence, func(e casework.Evidence) bool { return e.Indicator == indicator }) {
			return casework.ErrNothing
		}
		_, err := casework.Suppress(w, who, casework.Suppression{
			Subject: c.Matter.Subject, Indicator: indicator, Reason: form.Get("text"), Until: until,
		}, s.Now())
		return err
	})
}
