// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"daylight/casework"
	"daylight/detect"
	"daylight/intake"
	"daylight/report"
	"daylight/store"
)

func requestRoutes() []route {
	return []route{
		{pattern: "GET /requests", acts: "list the checks that were asked for, and what the people concerned ask for", recorded: true, roles: readers, handle: (*Server).requests},
		{pattern: "GET /requests/{id}", acts: "show one request: a check with a neutral message to copy, or what the person concerned wrote", recorded: true, roles: readers, example: "/requests/{request}", handle: (*Server).request},
		{pattern: "POST /requests/{id}", acts: "say that a check was done or is not needed, or answer the person concerned (hr, legal)", recorded: true, roles: readers, handle: (*Server).settleRequest},
		{pattern: "POST /people/{handle}/requests", acts: "ask for a next check of a person", recorded: true, roles: readers, handle: (*Server).askCheck},
	}
}

// Kinds and states of rows of [store.Requests] that this page makes. The other kinds
// come from the people concerned, and are kept by package casework.
const (
	kindCheck   = "check"
	stateOpen   = casework.RequestOpen
	stateDone   = casework.RequestDone
	stateUnused = "withdrawn"
)

// requestKinds are all kinds of request, as lists word them.
var requestKinds = []choice{
	{kindCheck, "check"},
	{string(casework.Correction), "correction"},
	{string(casework.Appeal), "appeal"},
	{string(casework.Reasons), "reasons in writing"},
	{string(casework.Alternative), "another proof"},
}

// checkDue is how long a check that was asked for is expected to take.
const checkDue = 7 * 24 * time.Hour

// asked is the body of a request for a check.
type asked struct {
	Indicator string `json:"indicator"`
	Offer     string `json:"offer"`
	By        string `json:"by"` // account
}

// requestLine is a request as lists name it.
type requestLine struct {
	ID, Handle, Kind, Words, State, Indicator, Offer, By, Case string
	At, Due                                                    time.Time
	Late                                                       bool
	Planner                                                    bool // the console proposes times for it
	Damaged                                                    bool // the row does not open, or that of the case
}

// requestOf reads a row. What the person concerned wrote is not part of lists.
func requestOf(row store.Row) requestLine {
	l := requestLine{
		ID: row.Key, Handle: row.Text["subject"], Kind: row.Text["kind"], Words: wordsOf(requestKinds, row.Text["kind"]), State: row.Text["state"], Case: row.Text["case"],
		At: millis(row.Ints["at"]), Due: millis(row.Ints["due"]),
	}
	var a asked
	if l.Kind == kindCheck && len(row.Body) > 0 && json.Unmarshal(row.Body, &a) == nil {
		l.Indicator, l.Offer, l.By = a.Indicator, inConsole(a.Offer), a.By
		l.Planner = strings.Contains(a.Offer, plannerCommand)
	}
	return l
}

// requestsOf lists the requests about a person that wait, those that the reader sees.
func requestsOf(r store.Reader, x *exchange, handle string) ([]requestLine, error) {
	var out []requestLine
	for row, err := range r.Find(store.Requests, store.Query{By: "at", Where: []store.Cond{
		{Column: "subject", Op: store.Equal, Text: handle}, {Column: "state", Op: store.Equal, Text: stateOpen}, {Column: "kind", Op: store.NotEqual, Text: intake.KindErasure},
	}}) {
		if err != nil && !errors.Is(err, store.ErrCorrupt) {
			return nil, fmt.Errorf("list the requests about a person: %w", err)
		}
		if l, ok, err := lineOf(r, x, row, err); err != nil {
			return nil, err
		} else if ok {
			out = append(out, l)
		}
	}
	return out, nil
}

// requestsView is what the list of requests shows.
type requestsView struct {
	pager
	Requests []requestLine
	Settled  []requestLine // the newest that are answered or not needed any more
	All      int
	Late     int
	Kind     string
	Kinds    []choice
	Hidden   bool
}

func (s *Server) requests(x *exchange) error {
	v := &requestsView{pager: pagerOf(x.r), Kinds: requestKinds}
	if k := x.r.FormValue("kind"); chosen(v.Kinds, k) {
		v.Kind = k
	}
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		var err error
		if v.Hidden, err = hidden(r, x.who); err != nil || v.Hidden {
			return err
		}
		if v.Requests, err = v.listed(r, x, store.Query{By: "due"}, store.Equal, math.MaxInt); err != nil {
			return err
		}
		if v.Settled, err = v.listed(r, x, store.Query{By: "at", Desc: true, Limit: lookedSettled}, store.NotEqual, mostSettled); err != nil {
			return err
		}
		for i, l := range v.Requests {
			if !l.Due.IsZero() && l.Due.Before(s.Now()) {
				v.Requests[i].Late = true
				v.Late++
			}
		}
		v.All = len(v.Requests)
		v.of(v.All)
		v.Requests = v.Requests[v.skip():min(v.All, v.skip()+v.Size)]
		return nil
	})
	if err != nil {
		return fmt.Errorf("list requests: %w", err)
	}
	if err := x.listed("requests.list", v.Hidden, v.Kind, v.Page, len(v.Requests)); err != nil {
		return err
	}
	return x.page("requests", v)
}

// mostSettled bounds the requests that are listed though nothing waits for them.
const mostSettled = 20

// lookedSettled bounds how many of those are read, the newest first: a reader to whom few
// of them belong does not wait for all there ever were.
const lookedSettled = 500

// listed are the requests of the view's kind that the reader sees and whose state is, or
// is not, open: at most a number of them.
func (v *requestsView) listed(r store.Reader, x *exchange, q store.Query, open store.Op, most int) (out []requestLine, err error) {
	q.Where = []store.Cond{{Column: "state", Op: open, Text: stateOpen}, {Column: "kind", Op: store.NotEqual, Text: intake.KindErasure}}
	switch {
	case v.Kind != "":
		q.Where = append(q.Where, store.Cond{Column: "kind", Op: store.Equal, Text: v.Kind})
	case !x.who.Has(caseworkers...):
		// What the people concerned ask for is for those who work on cases.
		q.Where = append(q.Where, store.Cond{Column: "kind", Op: store.Equal, Text: kindCheck})
	default:
		q.Where = append(q.Where, store.Cond{Column: "kind", Op: store.NotEqual}) // nothing of whoever was erased
	}
	for row, err := range r.Find(store.Requests, q) {
		if len(out) == most {
			break
		}
		if errors.Is(err, store.ErrErased) {
			continue
		}
		if err != nil && !errors.Is(err, store.ErrCorrupt) {
			return nil, err
		}
		l, ok, err := lineOf(r, x, row, err)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, l)
		}
	}
	return out, nil
}

// Outcome words what became of a request.
func (l requestLine) Outcome() string {
	switch {
	case l.State == stateUnused:
		return "not needed"
	case l.State == stateOpen:
		return "waits"
	case l.Kind == kindCheck:
		return "done"
	}
	return "answered"
}

// lineOf is a request as lists name it, false if it is not for the reader. damage is
// [store.ErrCorrupt] where the row does not open, nil elsewhere: the line says so, by its
// plain columns. Of a request whose case does not open it is not known for whom it is;
// it is a line without a person.
func lineOf(r store.Reader, x *exchange, row store.Row, damage error) (requestLine, bool, error) {
	l := requestOf(row)
	l.Damaged = damage != nil
	ok, err := theirs(r, x, l)
	if errors.Is(err, store.ErrCorrupt) {
		return requestLine{Words: l.Words, Due: l.Due, Damaged: true}, true, nil
	}
	return l, ok, err
}

// theirs reports whether a request is for the reader: a check of somebody whom they
// see, or what somebody asks for, of those who work on cases and see the case that it
// is part of.
func theirs(r store.Reader, x *exchange, l requestLine) (bool, error) {
	if l.Kind == kindCheck {
		if stageFor(x.who) == "" {
			return true, nil
		}
		_, err := subjectRow(r, x.who, l.Handle)
		return err == nil, nil // whoever cannot be read is nobody's
	}
	if l.Case == "" || !x.who.Has(caseworkers...) {
		return x.who.Has(caseworkers...), nil
	}
	c, err := casework.Load(r, l.Case)
	if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil && c.Visible(claimant(x)), err
}

// requestView is what the page of one request shows.
type requestView struct {
	requestLine
	Message string
	Third   string            // text for whoever else would answer the check, "" where nobody would
	Heard   *casework.Request // what the person concerned wrote, where there is no case
	Answers bool              // the reader may answer it
	MayAsk  bool              // the reader may see interviews, and when to hold them
	// Arranged is since when nothing that depends on camera, speech, speed or attendance
	// is weighed for whoever asked for another way; zero where it is, and for those who do
	// not answer.
	Arranged time.Time
	Names    map[string]string // of accounts, by id
	Wrong    string
	Text     string // as typed
}

func (s *Server) request(x *exchange) error {
	v, err := s.requestView(x)
	if err != nil {
		return err
	}
	if err := x.note("request.view", v.Handle, map[string]string{"request": v.ID}); err != nil {
		return err
	}
	if i := slices.IndexFunc(s.Catalog, func(ind *detect.Indicator) bool { return ind.ID == v.Indicator }); i >= 0 && s.Catalog[i].Next != nil {
		v.Message = message(*s.Catalog[i].Next)
		if third, ok := thirdParties[v.Indicator]; ok {
			v.Message, v.Third = permission(third), third.letter()
		}
	}
	return x.page("requests/request", v)
}

// theirRequest reads a request that is for the reader; any other is as absent as one
// that is not there.
func theirRequest(r store.Reader, x *exchange) (store.Row, requestLine, error) {
	kept, err := hidden(r, x.who)
	if err != nil {
		return store.Row{}, requestLine{}, err
	}
	row, err := r.Get(store.Requests, x.r.PathValue("id"))
	if err != nil {
		return row, requestLine{}, err
	}
	l := requestOf(row)
	ok, err := theirs(r, x, l)
	if err == nil && (kept || !ok) {
		err = store.ErrNotFound
	}
	return row, l, err
}

// requestView reads what the page of one request shows.
func (s *Server) requestView(x *exchange) (v *requestView, err error) {
	v = &requestView{Answers: x.who.Has(linkMakers...), MayAsk: x.who.Has(interviewers...)}
	if v.Names, err = s.accountNames(x); err != nil {
		return nil, err
	}
	err = s.Store.View(x.r.Context(), func(r store.Reader) error {
		var row store.Row
		if row, v.requestLine, err = theirRequest(r, x); err != nil {
			return err
		}
		if v.Kind == string(casework.Alternative) && v.Answers {
			if v.Arranged, err = intake.ArrangedSince(r, v.Handle); err != nil {
				return err
			}
		}
		if v.Kind != kindCheck && v.Case == "" {
			q, err := casework.Heard(row)
			v.Heard = &q
			return err
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("show a request: %w", err)
	}
	return v, nil
}

// message is a neutral text to the person concerned. It names no finding: one that
// hints at what was seen would accuse the many whom it has an innocent explanation
// for, and warn the few whom it has not.
func message(n detect.NextCheck) string {
	return strings.Join([]string{
		"Hello,",
		sameForAll + "One check is still open for you. " +
			"It takes " + takes(n.CandidateCost) + " of your time: [say here what you would like to do together, and offer two times].",
		"If that does not suit you, you can show the same in another way: in person at one of our offices, with a notary, or with an accredited verifier of your choice, at our cost. " +
			"If you need an adjustment, tell us; you need not say why.",
		"If anything we hold about you is wrong, tell us: we correct it and look again. Nothing has been decided.",
		"With thanks",
	}, "\n\n")
}

// sameForAll is true of an organisation or not: whoever sends a message knows.
const sameForAll = "[Confirm before sending, or leave out: before the next step we make the same checks with everyone in your situation.] "

// thirdParty is somebody else who answers a check.
type thirdParty struct {
	Who     string // as the person is told
	Confirm string // what they are asked to confirm
	Told    string // the same, to the person
}

// thirdParties answer the checks that these indicators offer, by id of the indicator.
var thirdParties = map[string]thirdParty{
	"app.employer_denies":  {"a past employer of yours", "that the person named below worked for you, and from when to when", "that you worked there, and from when to when"},
	"app.degree_denied":    {"the institution that awarded your degree", "the degree of the person named below, and the year of it", "your degree, and the year of it"},
	"app.reference_linked": {"a referee whom you named", "that you know the person named below from work, and that you agreed to be asked", "that they know you from work, and agreed to be asked"},
}

// permission is a neutral text that asks the person before anybody else is asked.
func permission(t thirdParty) string {
	return strings.Join([]string{
		"Hello,",
		sameForAll + "One check is still open for you, and somebody else would answer it. " +
			"May we ask " + t.Who + " [say whom, and through which published address or number]? We would ask them to confirm " +
			t.Told + ", and would tell them nothing else about you.",
		"We ask nobody before you say yes. Tell us if a former name should be given, or if they must not be asked yet, for example because you still work there.",
		"If that does not suit you, you can show the same in another way: with a document that you choose, or with an accredited verifier of your choice, at our cost. You need not say why.",
		"If anything we hold about you is wrong, tell us: we correct it and look again. Nothing has been decided.",
		"With thanks",
	}, "\n\n")
}

// letter is a neutral text to the third party. It says nothing of why it is asked.
func (t thirdParty) letter() string {
	return strings.Join([]string{
		"Hello,",
		"with the permission of the person, we ask you to confirm " + t.Confirm + ".",
		"[Name, as the person permitted it to be given; what they stated, with its dates]",
		"A yes, a no or a correction is enough. If you cannot say, or keep no such record, please tell us just that: it is not held against anybody.",
		"With thanks",
	}, "\n\n")
}

// takes words a candidate's cost, 1 (a minute) to 10 (a day).
func takes(cost int) string {
	switch {
	case cost <= 1:
		return "a minute or two"
	case cost <= 3:
		return "a quarter of an hour"
	case cost <= 6:
		return "an hour or two"
	}
	return "up to a day"
}

// askCheck asks for a next check: one that the assessment offers, once.
func (s *Server) askCheck(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	handle, indicator := x.r.PathValue("handle"), form.Get("check")
	var random [10]byte
	if _, err := io.ReadFull(s.Random, random[:]); err != nil {
		return fmt.Errorf("make the number of a request: %w", err)
	}
	id := "q-" + hex.EncodeToString(random[:])
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		row, err := subjectRow(w, x.who, handle)
		if err != nil {
			return err
		}
		if kept, err := hidden(w, x.who); err != nil {
			return err
		} else if kept {
			return errForbidden
		}
		waiting, err := requestsOf(w, x, handle)
		if err != nil {
			return err
		}
		for _, l := range waiting {
			if l.Kind == kindCheck && l.Indicator == indicator {
				id = l.ID // asked for before: it is not doubled
				return nil
			}
		}
		sub, err := dossier(row, false)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(sub.NextChecks, func(n report.NextCheck) bool { return n.Check == indicator })
		if i < 0 {
			return errBadRequest
		}
		body, err := json.Marshal(asked{indicator, sub.NextChecks[i].Do, x.who.Account})
		if err != nil {
			return err
		}
		now := s.Now()
		err = w.Put(store.Requests, store.Row{
			Key: id, Holder: intake.Holder(handle), Body: body,
			Text: map[string]string{"subject": handle, "kind": kindCheck, "state": stateOpen},
			Ints: map[string]int64{"at": now.UnixMilli(), "due": now.Add(checkDue).UnixMilli()},
		})
		if err != nil {
			return err
		}
		return x.enterAbout(w, "check.ask", handle, map[string]string{"request": id}, map[string]string{"indicator": indicator})
	})
	if err != nil {
		return fmt.Errorf("ask for a check: %w", err)
	}
	return x.see("/requests/" + id)
}

// settleRequest says what became of a check. Its result comes in as a record, from
// where the company keeps such things: nothing is weighed that was typed here.
func (s *Server) settleRequest(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	to := form.Get("state")
	if form.Has("text") {
		return s.answerRequest(x, form.Get("text"))
	}
	if form.Get("act") == "end-arrangement" {
		return s.endArrangement(x)
	}
	if to != stateDone && to != stateUnused {
		return fmt.Errorf("settle a request: %w", errBadRequest)
	}
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		if kept, err := hidden(w, x.who); err != nil {
			return err
		} else if kept {
			return errForbidden
		}
		row, l, err := theirRequest(w, x)
		if err != nil {
			return err
		}
		if l.Kind != kindCheck {
			return errBadRequest // it is answered
		}
		if l.State != stateOpen {
			return store.ErrConflict
		}
		row.Text["state"] = to
		if err := w.Put(store.Requests, row); err != nil {
			return err
		}
		return x.enterAbout(w, "check."+to, l.Handle, map[string]string{"request": l.ID}, map[string]string{"indicator": l.Indicator})
	})
	if err != nil {
		return fmt.Errorf("settle a request: %w", err)
	}
	return x.see("/requests")
}

// answerRequest keeps the answer to what the person concerned asked for, who reads it
// on their page.
func (s *Server) answerRequest(x *exchange, text string) error {
	if !x.who.Has(linkMakers...) {
		return errForbidden
	}
	err := s.Store.Update(x.r.Context(), func(w store.Writer) error {
		if _, _, err := theirRequest(w, x); err != nil {
			return err
		}
		return casework.AnswerHeard(w, x.r.PathValue("id"), claimant(x), text, s.Now())
	})
	if errors.Is(err, casework.ErrReasons) || errors.Is(err, casework.ErrState) {
		v, verr := s.requestView(x)
		if verr != nil {
			return verr
		}
		v.Wrong, v.Text = "Write an answer, 20,000 bytes at most.", text
		if errors.Is(err, casework.ErrState) {
			v.Wrong = "Somebody answered it in the meantime, or a case took it in."
		}
		return x.again("requests/request", v)
	}
	if err != nil {
		return fmt.Errorf("answer the person concerned: %w", err)
	}
	return x.see("/requests/" + x.r.PathValue("id"))
}

// endArrangement weighs again what depends on camera, speech, speed and attendance, for
// somebody who asked for another way and says that they need none any more. The log says
// for good that something was settled, and what under the person's key alone.
func (s *Server) endArrangement(x *exchange) error {
	if !x.who.Has(linkMakers...) {
		return errForbidden
	}
	err := s.Store.Update(x.r.Context(), func(w store.Writer) error {
		_, l, err := theirRequest(w, x)
		if err != nil {
			return err
		}
		if l.Kind != string(casework.Alternative) {
			return errBadRequest
		}
		if err := intake.EndArrangements(w, l.Handle, s.Now()); err != nil {
			return err
		}
		return x.enterAbout(w, "request.settle", l.Handle, map[string]string{"request": l.ID}, map[string]string{"arrangement": "ended"})
	})
	if err != nil {
		return fmt.Errorf("end an arrangement: %w", err)
	}
	return x.see("/requests/" + x.r.PathValue("id"))
}

func wordsOf(list []choice, value string) string {
	for _, c := range list {
		if c.Value == value {
			return c.Words
		}
	}
	return value
}
