// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"daylight/account"
	"daylight/audit"
	"daylight/casework"
	"daylight/intake"
	"daylight/interview"
	"daylight/report"
	"daylight/store"
	"daylight/texts"
)

func mineRoutes() []route {
	return []route{
		{pattern: "POST /people/{handle}/link", acts: "make a link by which the person concerned sees what was looked at", recorded: true, roles: linkMakers, handle: (*Server).makeMine},
		{pattern: "GET /mine/{link}", acts: "show the person concerned what was looked at, in plain words", recorded: true, example: "-", handle: (*Server).mine},
		{pattern: "POST /mine/{link}/copy", acts: "download a copy of what is held about the person concerned, who types an address that is held", recorded: true, handle: (*Server).mineCopy},
		{pattern: "POST /mine/{link}", acts: "send a correction, an appeal or a question of the person concerned, or which hours suit them", recorded: true, handle: (*Server).mineAsk},
	}
}

// minePath is what the links of people concerned begin with.
const minePath = "/mine/"

// linkMakers are those who write to the people concerned.
var linkMakers = []account.Role{account.HR, account.Legal}

// A link for the person concerned is good for a month, as long as an answer to
// a request for access may take (GDPR, Art. 12(3)), and may be opened again.
const (
	linkMine = "person"
	mineLife = 30 * 24 * time.Hour
)

// maxAsked is how many requests of one person may wait: a link that got into wrong
// hands must not bury those of everybody else.
const maxAsked = 10

// mineView is what the person concerned sees. It shows no weight, no state and
// nothing about anybody else.
type mineView struct {
	texts.Texts
	settings  // who runs the service, and whom to ask
	Until     time.Time
	Path      string // of the link, without the language
	Chosen    string // the query that keeps the language
	Others    []otherLanguage
	At        time.Time // of the assessment
	Kinds     []choice
	Looked    []lookedAt
	Not       []notLooked
	Hours     *report.Activity
	Records   []kindCount
	Asked     []mineRequest
	Sent      bool
	Wrong     string
	WrongCopy string
	Kind      string
	Text      string
	Suits     *suitsView // nil where nobody asked which hours suit them
	own       *time.Location
}

// Link is the address of the page in the language that was chosen.
func (v *mineView) Link() string { return v.Path + v.Chosen }

// When words an instant by the person's own clock, where it is known, and in UTC.
func (v *mineView) When(t time.Time) string { return byClock(t, v.own) }

// Clockless is what is said where no clock of theirs is known, "" otherwise.
func (v *mineView) Clockless() string { return clockless(v.Texts, v.own) }

// suitsView is the hours in which the person may be asked for a short check, as somebody
// wrote them down.
type suitsView struct {
	texts.Texts
	interview.Hours
	Drawn    bool // the times are, so that nothing can be changed
	Agreed   agreedForm
	Weekdays []dayBox
	Wrong    string
}

type kindCount struct {
	What string
	N    int
}

type mineRequest struct {
	Words      string    `json:"what"`
	At         time.Time `json:"at"`
	Due        time.Time `json:"due"`
	Open       bool      `json:"waits"`
	Answer     string    `json:"answer,omitempty"`
	AnsweredAt time.Time `json:"answered,omitzero"`
	// Lost is set where what was asked and answered does not open any longer.
	Lost bool `json:"lost,omitempty"`
}

// kindsIn are what the person concerned can ask for, in a language.
func kindsIn(words texts.Texts) (out []choice) {
	for _, k := range casework.Kinds() {
		out = append(out, choice{string(k), words.T("say." + string(k))})
	}
	return out
}

func (s *Server) mine(x *exchange) error {
	v, handle, err := s.mineView(x)
	if err != nil {
		return err
	}
	if err := x.s.Store.Update(x.r.Context(), func(w store.Writer) error { return s.byPerson(w, "person.self", handle, nil) }); err != nil {
		return fmt.Errorf("record an act: %w", err)
	}
	v.Sent = x.r.URL.Query().Has("sent")
	return x.page("mine", v)
}

func (s *Server) byPerson(w store.Writer, act, handle string, detail map[string]string) error {
	return audit.AppendAbout(w, audit.Entry{At: s.Now(), Actor: audit.Person, Act: act, Object: handle}, intake.Holder(handle), "", detail)
}

// mineFrame prepares a page in the language that the link says.
func (x *exchange) mineFrame() *mineView {
	v := &mineView{Path: minePath + x.linkAfter(minePath)}
	v.Texts, v.Chosen, v.Others = x.languages(v.Path)
	v.Kinds = kindsIn(v.Texts)
	return v
}

// mineView reads what is shown to the person concerned.
func (s *Server) mineView(x *exchange) (*mineView, string, error) {
	v := x.mineFrame()
	var handle string
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		var err error
		if handle, v.Until, err = s.mineHandle(r, x.r.PathValue("link")); err != nil {
			return err
		}
		if v.settings, _, err = readSettings(r); err != nil {
			return err
		}
		row, err := r.Get(store.Subjects, handle)
		if err != nil {
			return err
		}
		sub, err := dossier(row, true)
		if err != nil {
			return err
		}
		v.At = millis(row.Ints["assessed"])
		v.looked(sub, s.Catalog)
		if v.own, err = clockOf(r, handle, sub); err != nil {
			return err
		}
		if v.Records, err = kindsKept(r, handle, v.Texts); err != nil {
			return err
		}
		if v.Asked, err = mineRequests(r, handle, v.Texts); err != nil {
			return err
		}
		v.Suits, err = suitsOf(r, handle, v.Texts)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("show what was looked at: %w", err)
	}
	return v, handle, nil
}

// suitsOf reads the hours that somebody wrote down for a person; nil for none, or where
// they do not open.
func suitsOf(r store.Reader, handle string, words texts.Texts) (*suitsView, error) {
	h, ok, err := interview.HoursOf(r, handle)
	if errors.Is(err, store.ErrCorrupt) {
		err = nil
	}
	if !ok {
		return nil, err
	}
	v := &suitsView{Texts: words, Hours: h}
	v.Agreed, v.Weekdays = agreedAs(h.Agreed)
	v.Drawn, err = interview.HoursDrawn(r, handle)
	return v, err
}

// mineHours keeps which hours suit the person.
func (s *Server) mineHours(x *exchange, form url.Values) error {
	err := s.Store.Update(x.r.Context(), func(w store.Writer) error {
		handle, _, err := s.mineHandle(w, x.r.PathValue("link"))
		if err != nil {
			return err
		}
		a, err := agreement(form)
		if err != nil {
			return fmt.Errorf("answer for one's hours: %w", err)
		}
		return interview.AnswerHours(w, handle, a, s.Now())
	})
	if _, ok := refusal(err); ok {
		key := hoursWrong(err)
		v, _, err := s.mineView(x)
		if err != nil {
			return err
		}
		if v.Suits == nil {
			return fmt.Errorf("answer for one's hours: %w", errBadRequest)
		}
		v.Suits.Wrong = v.T(key)
		v.Suits.Agreed, v.Suits.Weekdays = agreedTyped(form)
		return x.again("mine", v)
	}
	if err != nil {
		return fmt.Errorf("keep which hours suit a person: %w", err)
	}
	return x.see(x.mineFrame().Link() + "#hours")
}

// hoursWrong is the key of the text that says what is wrong with hours.
func hoursWrong(err error) string {
	for _, w := range []struct {
		err error
		key string
	}{
		{interview.ErrZone, "hours.wrong.zone"},
		{interview.ErrBounds, "hours.wrong.bounds"},
		{interview.ErrQuiet, "hours.wrong.quiet"},
		{interview.ErrDays, "hours.wrong.days"},
		{interview.ErrOff, "hours.wrong.off"},
		{interview.ErrMany, "hours.wrong.many"},
		{interview.ErrState, "hours.wrong.drawn"},
		{interview.ErrTime, "hours.wrong"},
	} {
		if errors.Is(err, w.err) {
			return w.key
		}
	}
	return "hours.wrong"
}

// kindsKept counts what is kept about a person, by kind.
func kindsKept(r store.Reader, handle string, words texts.Texts) ([]kindCount, error) {
	holders, err := intake.Holders(r, handle)
	if err != nil {
		return nil, err
	}
	n := map[string]int{}
	for _, h := range holders {
		own := store.Query{Bare: true, Where: []store.Cond{{Column: "holder", Op: store.Equal, Text: h}}}
		for row, err := range r.Find(store.Records, own) {
			if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
				return nil, err
			}
			n["kind."+row.Text["kind"]]++
		}
		for what, c := range map[string]store.Collection{"kind.document": store.Documents, "kind.profile": store.Profiles} {
			k, err := r.Count(c, own)
			if err != nil {
				return nil, err
			}
			n[what] += k
		}
	}
	var out []kindCount
	for key, k := range n {
		if k > 0 {
			out = append(out, kindCount{words.T(key), k})
		}
	}
	slices.SortFunc(out, func(a, b kindCount) int { return strings.Compare(a.What, b.What) })
	return out, nil
}

// mineRequests lists what the person has asked for, with the answers.
func mineRequests(r store.Reader, handle string, words texts.Texts) ([]mineRequest, error) {
	var out []mineRequest
	for row, err := range r.Find(store.Cases, store.Query{Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: handle}}, By: "opened"}) {
		if errors.Is(err, store.ErrErased) {
			continue
		}
		var c casework.Case
		if err == nil {
			c, err = casework.Decode(row.Body)
		}
		if errors.Is(err, store.ErrCorrupt) {
			asked, err := casework.RequestsOf(r, row.Key)
			if err != nil {
				return nil, err
			}
			out = append(out, lostRequests(asked, words)...)
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, q := range c.Requests {
			out = append(out, mineRequestOf(q, words))
		}
	}
	heard, damaged, err := casework.HeardOf(r, handle)
	if err != nil {
		return nil, err
	}
	for _, q := range heard {
		out = append(out, mineRequestOf(q, words))
	}
	return append(out, lostRequests(damaged, words)...), nil
}

// lostRequests are requests of which no more than the plain columns of their rows can be
// read.
func lostRequests(rows []store.Row, words texts.Texts) (out []mineRequest) {
	for _, row := range rows {
		out = append(out, mineRequest{
			Words: words.T("say." + row.Text["kind"]), At: millis(row.Ints["at"]), Due: millis(row.Ints["due"]),
			Open: row.Text["state"] == casework.RequestOpen, Lost: true,
		})
	}
	return out
}

func mineRequestOf(q casework.Request, words texts.Texts) mineRequest {
	return mineRequest{Words: words.T("say." + string(q.Kind)), At: q.At, Due: q.Due, Open: q.Answered.IsZero(), Answer: q.Answer, AnsweredAt: q.Answered}
}

// mineAsk takes a request: into the case about the person if there is one, where an
// appeal opens it again, and to those who answer requests otherwise.
func (s *Server) mineAsk(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	if form.Get("act") == "hours" {
		return s.mineHours(x, form)
	}
	kind, text := form.Get("kind"), strings.TrimSpace(form.Get("text"))
	v, _, err := s.mineView(x)
	if err != nil {
		return err
	}
	v.Kind, v.Text = kind, text
	waiting := 0
	for _, q := range v.Asked {
		if q.Open {
			waiting++
		}
	}
	switch {
	case !chosen(v.Kinds, kind):
		v.Wrong = v.T("say.wrong.kind")
	case text == "" || utf8.RuneCountInString(text) > 4000:
		v.Wrong = v.T("say.wrong.text")
	case waiting >= maxAsked:
		v.Wrong = v.T("say.wrong.many")
	}
	if v.Wrong != "" {
		return x.again("mine", v)
	}
	var random [8]byte
	if _, err := io.ReadFull(s.Random, random[:]); err != nil {
		return fmt.Errorf("make the number of a request: %w", err)
	}
	id := "q-" + hex.EncodeToString(random[:])
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		handle, _, err := s.mineHandle(w, x.r.PathValue("link"))
		if err != nil {
			return err
		}
		return casework.Hear(w, handle, casework.Ask{ID: id, Kind: casework.Kind(kind), Text: text}, s.Now())
	})
	if err != nil {
		return fmt.Errorf("keep what the person concerned asked: %w", err)
	}
	return x.see(v.Link() + "&sent=1")
}

// mineClosed is a page that says why there is nothing else.
type mineClosed struct {
	*mineView
	Title, Text string
	Back        bool // the link may still work
}

// mineFails answers with a page in the person's language what any other request is
// answered with a page of the console.
func (x *exchange) mineFails(status int) error {
	v := mineClosed{mineView: x.mineFrame(), Back: true}
	key := "mine.wrong"
	switch {
	case status == http.StatusForbidden:
		key = "mine.stale"
	case status == http.StatusNotFound, status == http.StatusGone:
		key, v.Back = "mine.gone", false
	case status == http.StatusRequestEntityTooLarge:
		key = "mine.large"
	case status == http.StatusTooManyRequests:
		key = "many"
	case status >= http.StatusInternalServerError:
		key = "broken"
	}
	v.Title, v.Text = v.T(key+".title"), v.T(key+".text")
	return x.pageWith(status, "mine/closed", v)
}
