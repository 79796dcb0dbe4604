// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"daylight/account"
	"daylight/casework"
	"daylight/checkin"
	"daylight/interview"
	"daylight/report"
	"daylight/store"
	"daylight/texts"
)

// This file is the check-in as the person sees it who got the link. It is for
// browsers that nobody signs in at; the link and a cookie that is gone when the
// check-in is over are all that is known of them.

func checkinRoutes() []route {
	return []route{
		{pattern: "GET /check-in/{link}", acts: "show the check-in of a link to the person it was made for", example: "-", pace: (*Server).checkinPace, handle: (*Server).checkin},
		{pattern: "POST /check-in/{link}", acts: "agree to a check-in, decline it, hand it in or delete it", recorded: true, pace: (*Server).checkinPace, handle: (*Server).checkinAct},
		{pattern: "POST /check-in/{link}/step", acts: "answer a step of a check-in that was agreed to", recorded: true, pace: (*Server).checkinPace, handle: (*Server).checkinStep},
		{pattern: "GET /check-in/{link}/way", acts: "measure the way to the browser of a check-in that was agreed to", example: "-", pace: (*Server).checkinPace, handle: (*Server).way},
		{pattern: "GET /check-in/{link}/copy", acts: "give the person a copy of all that was collected", recorded: true, example: "-", pace: (*Server).checkinPace, handle: (*Server).checkinCopy},
	}
}

// visitCookie binds a check-in that was begun to the browser it was begun in. It names
// nobody, and goes when the check-in is over or the browser is closed.
const visitCookie = "daylight-check-in"

// visit is the secret of the browser's check-in, "" for none.
func (x *exchange) visit() string {
	if c, err := x.r.Cookie(x.s.cookieName(visitCookie)); err == nil {
		return c.Value
	}
	return ""
}

// checkinView is what the pages of a check-in show.
type checkinView struct {
	texts.Texts
	settings
	*checkin.CheckIn
	Path     string // of the link, without the language
	Chosen   string // the query that keeps the language
	Others   []otherLanguage
	Rows     []checkinRow
	Title    string
	Text     string
	Deadline string
	Stills   bool
	Back     bool   // the link may still work
	Places   string // of further vantage points, "" for none
	// own is the clock that the person lives by; see [clockOf].
	own *time.Location
}

// When words an instant by the person's own clock, where they named one, and in UTC.
func (v *checkinView) When(t time.Time) string { return byClock(t, v.own) }

// Clockless is what is said where no clock of theirs is known, "" otherwise.
func (v *checkinView) Clockless() string { return clockless(v.Texts, v.own) }

// clockless is what is said to somebody whose clock is not known, "" of one that is.
func clockless(words texts.Texts, clock *time.Location) string {
	if clock != nil {
		return ""
	}
	return words.T("moment.utc")
}

// clockOf is the clock that a person lives by: that of the hours they agreed to, or of
// the place they claim; nil where neither is known. The assessment is read where none is
// given.
func clockOf(r store.Reader, handle string, sub *report.Subject) (*time.Location, error) {
	loc, err := interview.Clock(r, handle)
	if loc != nil || err != nil {
		return loc, err
	}
	if sub == nil {
		row, err := r.Get(store.Subjects, handle)
		if err != nil {
			return nil, ignoreGone(err)
		}
		if sub, err = dossier(row, true); err != nil {
			return nil, nil //nolint:nilerr // UTC does without
		}
	}
	if sub.Claimed == nil || sub.Claimed.Zone == "" {
		return nil, nil
	}
	if loc, err = time.LoadLocation(sub.Claimed.Zone); err != nil {
		return nil, nil //nolint:nilerr // a zone that no table has any more
	}
	return loc, nil
}

// ignoreGone is nil for a row that is not there, is erased or does not open.
func ignoreGone(err error) error {
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
		return nil
	}
	return err
}

// byClock words an instant by a clock and in UTC; nil stands for UTC alone. The date
// stands with both: it may be another.
func byClock(t time.Time, clock *time.Location) string {
	if clock == nil || t.IsZero() {
		return instant(t)
	}
	return t.In(clock).Format("2006-01-02 15:04 ") + clock.String() + " (" + instant(t) + ")"
}

// of says whose check-in a page shows, and by which clock they live.
func (v *checkinView) of(r store.Reader, c *checkin.CheckIn) error {
	v.CheckIn = c
	var err error
	v.own, err = clockOf(r, c.Handle, nil)
	return err
}

type otherLanguage struct {
	texts.Language
	Path    string
	Current bool
}

// Days is for how long measurements are kept.
func (v *checkinView) Days() int { return checkin.KeptDays }

// Counts says what saying no counts for.
func (v *checkinView) Counts() string {
	if v.FollowUp != "" {
		return v.T("follow.counts")
	}
	return v.T("no.counts")
}

// Link is the address of the page in the language that was chosen.
func (v *checkinView) Link() string { return v.Path + v.Chosen }

// checkinView prepares a page. The language is what the link says: what the browser
// says of it is not read.
func (x *exchange) checkinView() *checkinView {
	path := checkinPath + x.linkAfter(checkinPath)
	v := &checkinView{Path: path}
	v.Texts, v.Chosen, v.Others = x.languages(path)
	var places []string
	for _, p := range x.s.Vantages {
		places = append(places, v.Apart(p.Name))
	}
	v.Places = strings.Join(places, " · ")
	return v
}

// languages are the texts in the language that an address says, the query that keeps it,
// and the choice of all of them for the page at a path.
func (x *exchange) languages(path string) (words texts.Texts, chosen string, all []otherLanguage) {
	words = texts.In(x.r.URL.Query().Get("l"))
	for _, l := range texts.Languages() {
		all = append(all, otherLanguage{l, path + "?l=" + l.Code, l.Code == words.Code})
	}
	return words, "?l=" + words.Code, all
}

// checkinPath is where the pages of check-ins begin.
const checkinPath = "/check-in/"

// linkAfter is the secret of the link that a request came by, also where no route fits it.
func (x *exchange) linkAfter(path string) string {
	if link := x.r.PathValue("link"); link != "" {
		return link
	}
	link, _, _ := strings.Cut(strings.TrimPrefix(x.r.URL.Path, path), "/")
	return link
}

// checkinFails answers with a page of the check-in, in the person's language, what any
// other request is answered with a page of the console.
func (x *exchange) checkinFails(status int) error {
	v := x.checkinView()
	switch status {
	case http.StatusForbidden:
		return x.closedWith(v, status, "stale")
	case http.StatusNotFound, http.StatusGone:
		return x.closedWith(v, http.StatusGone, "gone")
	case http.StatusRequestEntityTooLarge:
		return x.closedWith(v, status, "large")
	case http.StatusTooManyRequests:
		return x.closedWith(v, status, "many")
	}
	if status >= http.StatusInternalServerError {
		return x.closedWith(v, status, "broken")
	}
	return x.closedWith(v, status, "wrong")
}

// checkinError is what a browser is told of an error of a check-in.
func checkinError(err error) error {
	switch {
	case errors.Is(err, checkin.ErrGone), errors.Is(err, checkin.ErrOver):
		return fmt.Errorf("%w: %w", account.ErrLink, err)
	case errors.Is(err, checkin.ErrMany):
		return fmt.Errorf("%w: %w", errTooMany, err)
	case errors.Is(err, checkin.ErrEarly), errors.Is(err, checkin.ErrAnswer), errors.Is(err, checkin.ErrStill):
		return fmt.Errorf("%w: %w", errBadRequest, err)
	}
	return err
}

// closedWith answers with a page that says how a check-in ended.
func (x *exchange) closedWith(v *checkinView, status int, key string, pairs ...any) error {
	v.Title, v.Text = v.T(key+".title"), v.T(key+".text", pairs...)
	v.Back = status >= http.StatusBadRequest && status != http.StatusGone
	return x.pageWith(status, "checkin/closed", v)
}

// checkinFailed answers an error on a page in the person's language.
func (x *exchange) checkinFailed(v *checkinView, err error) error {
	switch {
	case errors.Is(err, checkin.ErrOver):
		return x.closedWith(v, http.StatusGone, "over")
	case errors.Is(err, checkin.ErrGone):
		return x.closedWith(v, http.StatusGone, "gone")
	case errors.Is(err, checkin.ErrEarly), errors.Is(err, checkin.ErrAnswer), errors.Is(err, errBadRequest):
		return x.closedWith(v, http.StatusBadRequest, "wrong")
	case errors.Is(err, checkin.ErrMany):
		return x.closedWith(v, http.StatusTooManyRequests, "many")
	case errors.Is(err, store.ErrConflict):
		return x.closedWith(v, http.StatusConflict, "wrong")
	}
	return err
}

// cameraHere lets this one page use the camera, and ask for nothing else; its script
// measures the way by a connection to the console, and one to each vantage point.
func (s *Server) cameraHere(x *exchange) {
	h := x.w.Header()
	h.Set("Permissions-Policy", strings.Replace(permissions, "camera=()", "camera=(self)", 1))
	socket := "ws://"
	if s.secure() {
		socket = "wss://"
	}
	may := []string{"connect-src 'self'", socket + s.address.Host}
	for _, v := range s.Vantages {
		may = append(may, strings.TrimSuffix(v.URL, "/"))
	}
	h.Set("Content-Security-Policy", strings.Replace(contentPolicy, "connect-src 'self'", strings.Join(may, " "), 1))
}

func (s *Server) checkin(x *exchange) error {
	v := x.checkinView()
	err := s.Store.View(x.r.Context(), func(r store.Reader) (err error) {
		if v.settings, _, err = readSettings(r); err != nil {
			return err
		}
		c, err := checkin.Open(r, x.r.PathValue("link"), x.visit(), s.Now())
		if err != nil {
			return err
		}
		if err := v.of(r, c); err != nil {
			return err
		}
		v.Rows, err = v.collected(r, s.Now())
		return err
	})
	if err != nil {
		return x.checkinFailed(v, err)
	}
	v.Stills = v.Plan.StillDays > 0
	v.Deadline = v.When(v.CheckIn.Deadline)
	_, open := v.At()
	switch {
	case v.State == checkin.Invited:
		return x.page("checkin", v)
	case v.State == checkin.Started && open:
		s.cameraHere(x)
		return x.page("checkin/run", v)
	case v.State == checkin.Started:
		return x.page("checkin/review", v)
	}
	v.Deadline = v.When(v.Ended.Add(shownFor))
	return x.page("checkin/done", v)
}

// shownFor is for how long the person is told that the page stays.
const shownFor = 24 * time.Hour

// checkinAct does what a button of the page says.
func (s *Server) checkinAct(x *exchange) error {
	v := x.checkinView()
	form, err := x.form()
	if err != nil {
		return err
	}
	act := form.Get("act")
	visit := ""
	if act == "agree" {
		if visit, err = s.random(32); err != nil {
			return err
		}
	}
	err = s.checkinUpdate(x, func(w store.Writer, c *checkin.CheckIn) error {
		now := s.Now()
		if err := v.of(w, c); err != nil {
			return err
		}
		switch act {
		case "agree":
			return c.Agree(w, visit, now)
		case "refuse":
			return c.Decline(w, checkin.Refused, "", now)
		case "another":
			return s.wish(w, c, form.Get("words"), now)
		case "more":
			return c.Extend(w, now)
		case "withdraw":
			return c.Withdraw(w, now)
		case "finish":
			return c.Finish(w, now)
		}
		return errBadRequest
	})
	if err != nil {
		return x.checkinFailed(v, err)
	}
	switch act {
	case "agree":
		s.setCookie(x, visitCookie, visit, 0)
	case "refuse":
		return x.closedWith(v, http.StatusOK, "refused", "counts", v.Counts())
	case "another":
		s.setCookie(x, visitCookie, "", -1)
		return x.closedWith(v, http.StatusOK, "wished", "time", v.When(s.Now().Add(wishDue)))
	case "withdraw":
		s.setCookie(x, visitCookie, "", -1)
		return x.closedWith(v, http.StatusOK, "withdrawn", "counts", v.Counts())
	}
	return x.see(v.Link())
}

// checkinUpdate changes a check-in that the browser may change.
func (s *Server) checkinUpdate(x *exchange, change func(store.Writer, *checkin.CheckIn) error) error {
	err := s.Store.Update(x.r.Context(), func(w store.Writer) error {
		c, err := checkin.Open(w, x.r.PathValue("link"), x.visit(), s.Now())
		if err != nil {
			return err
		}
		return change(w, c)
	})
	if err != nil {
		return fmt.Errorf("change a check-in: %w", err)
	}
	return nil
}

// wish ends a check-in of somebody who needs another way, and puts the wish where
// requests of people are answered.
func (s *Server) wish(w store.Writer, c *checkin.CheckIn, words string, now time.Time) error {
	if err := c.Decline(w, checkin.Another, words, now); err != nil {
		return err
	}
	id, err := s.random(8)
	if err != nil {
		return err
	}
	return casework.Hear(w, c.Handle, casework.Ask{ID: "q-" + id, Kind: casework.Alternative, Text: c.Words}, now)
}

// wishDue is when the person is answered at the latest (GDPR, Art. 12(3): a month).
const wishDue = 30 * 24 * time.Hour

// random is so many random bytes as hex digits.
func (s *Server) random(bytes int) (string, error) {
	b := make([]byte, bytes)
	if _, err := io.ReadFull(s.Random, b); err != nil {
		return "", fmt.Errorf("draw a secret: %w", err)
	}
	return hex.EncodeToString(b), nil
}

// nextStep is what the page's script is told.
type nextStep struct {
	Number int    `json:"number"`
	Of     int    `json:"of"`
	Kind   string `json:"kind"`
	Count  string `json:"count"`
	Title  string `json:"title"`
	Text   string `json:"text"`
	Until  string `json:"until"`
	// More is set while there can be more time.
	More bool `json:"more"`
	// Ways are addresses of further vantage points that measure the way as well.
	Ways []string `json:"ways,omitempty"`
	// Over is set once there is no step: the page is loaded anew.
	Over bool `json:"over,omitempty"`
}

// checkinStep takes the answer to a step, if there is one, and tells the next.
func (s *Server) checkinStep(x *exchange) error {
	v := x.checkinView()
	form, err := x.form()
	if err != nil {
		return err
	}
	still, err := x.still()
	if err != nil {
		return err
	}
	var next nextStep
	err = s.checkinUpdate(x, func(w store.Writer, c *checkin.CheckIn) error {
		if err := v.of(w, c); err != nil {
			return err
		}
		if form.Get("act") == "more" {
			if err := c.Extend(w, s.Now()); err != nil {
				return err
			}
		}
		if text := form.Get("answer"); text != "" {
			a, err := checkin.DecodeAnswer([]byte(text))
			if err != nil {
				return err
			}
			a.Ways = s.measuredFrom(c, a.Measured)
			if err := c.Take(w, a, still, s.Now()); err != nil {
				return err
			}
		}
		n, open, err := c.Ask(w, s.Now())
		if err != nil {
			return err
		}
		if next.Over = !open; next.Over {
			return nil
		}
		step := c.Steps[n]
		next = nextStep{
			Number: n, Of: len(c.Steps), Kind: step.Kind, Count: v.T("run.step", "n", n+1, "of", len(c.Steps)),
			More: c.MayExtend(), Title: v.T(step.Kind + ".title"), Text: v.T(step.Kind+".text", "drawn", step.Drawn), Until: v.T("run.until", "time", v.When(c.Deadline)),
		}
		if step.Kind == checkin.Connection {
			next.Ways, err = s.farther(c)
		}
		return err
	})
	if errors.Is(err, checkin.ErrGone) || errors.Is(err, checkin.ErrOver) {
		next.Over = true // the page says which, when it is loaded anew
	} else if err != nil {
		return checkinError(err)
	}
	return x.json(http.StatusOK, next)
}

// still is the picture that came with a step; nil if none did.
func (x *exchange) still() ([]byte, error) {
	if x.r.MultipartForm == nil || len(x.r.MultipartForm.File["still"]) == 0 {
		return nil, nil
	}
	head := x.r.MultipartForm.File["still"][0]
	if head.Size > checkin.MaxStillBytes {
		return nil, errTooLarge
	}
	f, err := head.Open()
	if err != nil {
		return nil, fmt.Errorf("read a still: %w", err)
	}
	defer func() { _ = f.Close() }()
	body, err := io.ReadAll(io.LimitReader(f, checkin.MaxStillBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read a still: %w", err)
	}
	return body, nil
}
