// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/account"
	"daylight/checkin"
	"daylight/enrich"
	"daylight/interview"
	"daylight/report"
	"daylight/store"
	"daylight/sun"
	"daylight/texts"
)

// This file is the check-in as those see it who invite to one and look at it.

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

// resultView is what a check-in measured, beside what one would expect.
type resultView struct {
	*checkin.CheckIn
	State    string
	Rows     []checkinRow
	Compared []compared
	Stills   []shownStill
	Past     time.Time // the stills were deleted then
	Wrong    string
	// Read are the challenges, each with what can be said of it.
	Read  []readable
	Look  []readable // those of which there is a picture to look at
	Drawn drawnOf
}

// readable is one challenge that somebody can say something of.
type readable struct {
	Challenge, Title string
	Words            []choice
	Said             string // as it was chosen, when the form was not accepted
}

// readables are the challenges of a check-in, in the order in which they were asked.
func readables(c *checkin.CheckIn, words texts.Texts) (out []readable) {
	for _, step := range c.Steps {
		if !slices.Contains(c.Plan.Asked, step.Kind) {
			continue
		}
		r := readable{Challenge: step.Kind, Title: words.T(step.Kind + ".title")}
		for _, word := range checkin.ReadWords(step.Kind) {
			r.Words = append(r.Words, choice{word, saidWords[word]})
		}
		out = append(out, r)
	}
	return out
}

// saidWords are the words of a reading as a person reads them.
var saidWords = map[string]string{
	"bright": "It is light outside", "dark": "It is dark outside", "not_shown": "None was shown",
	"done": "It was done, and the picture held", "failed": "The picture broke up",
}

// readable is what can be said of one challenge.
func (v *resultView) readable(challenge string) []readable {
	i := slices.IndexFunc(v.Read, func(r readable) bool { return r.Challenge == challenge })
	if i < 0 {
		return nil
	}
	return v.Read[i : i+1]
}

// Seen words one reading: each challenge with what was seen of it.
func (v *resultView) Seen(r checkin.Reading) string {
	var out []string
	for _, c := range v.Read {
		if word := r.Outcomes[c.Challenge]; word != "" {
			out = append(out, c.Title+": "+strings.ToLower(saidWords[word][:1])+saidWords[word][1:])
		}
	}
	return strings.Join(out, "; ")
}

// compared is one thing that was measured, what is expected where the person says to
// be, and what would explain a difference.
type compared struct{ What, Measured, Expected, Explained string }

type shownStill struct {
	Title string
	At    time.Time
	Image template.URL
}

func (s *Server) checkinResult(x *exchange) error {
	v, err := s.resultView(x)
	if err != nil {
		return err
	}
	if err := x.note("checkin.view", v.Handle, map[string]string{"check_in": v.ID}); err != nil {
		return err
	}
	return x.page("checkins/result", v)
}

func (s *Server) resultView(x *exchange) (*resultView, error) {
	v := &resultView{}
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		kept, err := hidden(r, x.who)
		if err != nil {
			return err
		}
		if kept {
			return errForbidden
		}
		if v.CheckIn, err = checkin.Get(r, x.r.PathValue("checkin"), s.Now()); err != nil {
			return err
		}
		row, err := subjectRow(r, x.who, v.Handle)
		if err != nil {
			return err
		}
		v.State = checkinState(v.CheckIn, x.who)
		if v.CheckIn.State != checkin.Finished {
			return nil // what was not handed in is the person's own
		}
		shown := checkinView{Texts: texts.In("en"), CheckIn: v.CheckIn}
		if v.Rows, err = shown.collected(r, s.Now()); err != nil {
			return err
		}
		for i := range v.Rows {
			v.Rows[i].Still = ""
		}
		v.Read, v.Drawn = readables(v.CheckIn, shown.Texts), drawing(v.CheckIn)
		for i, step := range v.Steps {
			image, err := v.Still(r, i, s.Now())
			if err != nil {
				return err
			}
			if image != nil {
				v.Look = append(v.Look, v.readable(step.Kind)...)
				v.Stills = append(v.Stills, shownStill{strings.TrimSpace(shown.T(step.Kind+".title") + " " + step.Drawn), step.Answered, dataURL(image)})
			} else if step.Still != "" {
				v.Past = v.StillsUntil()
			}
		}
		sub, err := dossier(row, false)
		if err != nil {
			return err
		}
		v.Compared = s.beside(v.CheckIn, sub.Claimed)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("show a check-in: %w", err)
	}
	return v, nil
}

// beside puts what was measured beside what one would expect at the place that the
// person claims; nil where that is not known or protected. It says what differs and
// not what that means.
func (s *Server) beside(c *checkin.CheckIn, claim *report.Claim) []compared {
	var out []compared
	for _, step := range c.Steps {
		light := step.Seen
		if light == nil {
			light = step.Light
		}
		if step.Kind != checkin.Window || light == nil {
			continue
		}
		out = append(out, compared{
			"The window", fmt.Sprintf("mean brightness %s of 100, blue %.1f times red, nearly white %s %%, nearly black %s %%", hundred(light.Mean), ratio(light.Blue, light.Red), hundred(light.White), hundred(light.Black)),
			skyAt(step.Answered, claim), "Blinds, lamps, weather, an inner room; a camera sets its own exposure, so look at the picture before you read the number",
		})
	}
	if c.From.IsValid() {
		out = append(out, compared{"The line", lineWords(c), distanceWords(c, claim), "A company gateway, a VPN, a privacy relay, a trip, a database that errs"})
	}
	if p := c.Path; p != nil {
		out = append(out, wayWords(*p))
	}
	out = append(out, s.bounds(c, claim)...)
	if c.Zone != "" {
		out = append(out, zoneWords(c, claim))
	}
	return out
}

const noClaim = "where the person says to be is not known, or protected"

// skyAt words the sky at the claimed place.
func skyAt(at time.Time, claim *report.Claim) string {
	if claim == nil {
		return noClaim
	}
	e := sun.Elevation(at, claim.Lat, claim.Lon)
	side := "over"
	if e < 0 {
		side = "below"
	}
	return fmt.Sprintf("the sun stands %.1f° %s the horizon at %s: %s", math.Abs(e), side, claim.Place, sun.ClassOf(e))
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

func lineWords(c *checkin.CheckIn) string {
	words := []string{texts.In("en").T("class." + string(c.Net.Class))}
	if c.Net.Operator != "" {
		words = append(words, c.Net.Operator)
	}
	if p := placeWords(c.Net); p != "" {
		words = append(words, p)
	}
	return strings.Join(words, "; ")
}

func distanceWords(c *checkin.CheckIn, claim *report.Claim) string {
	switch {
	case claim == nil:
		return noClaim
	case !c.Net.HasPoint:
		return "near " + claim.Place + "; where the line is, no table says"
	}
	return fmt.Sprintf("near %s, which is %s from there, give or take %s", claim.Place, kilometres(enrich.DistanceKM(c.Net.Lat, c.Net.Lon, claim.Lat, claim.Lon)), kilometres(c.Net.RadiusKM))
}

func wayWords(p checkin.Path) compared {
	out := compared{
		What: "The way to the browser", Measured: fmt.Sprintf("browser %s ms at least, the middle half from %s to %s ms, %d rounds", milli(p.Least), milli(p.Lower), milli(p.Upper), p.Rounds),
		Explained: "A company gateway or a security product that ends connections, a VPN or relay of some kinds, a remote desktop, a busy device",
	}
	apart, known := p.Apart()
	gap, _ := p.Gap()
	switch {
	case p.Transport == 0 && p.Why == checkin.OwnProxy:
		out.Expected = "the transport's time is not known: a proxy of this service ends the connection"
	case p.Transport == 0:
		out.Expected = "the transport's time is not known on this system"
	case !known:
		out.Expected = "too few rounds to compare"
	case apart:
		out.Expected = fmt.Sprintf("transport %s ms; the browser answers steadily %s ms later, so something nearer than the browser answers for it", milli(p.Transport), milli(gap))
	default:
		out.Expected = fmt.Sprintf("transport %s ms: nothing shows that stands between", milli(p.Transport))
	}
	return out
}

func zoneWords(c *checkin.CheckIn, claim *report.Claim) compared {
	out := compared{What: "The clock", Measured: c.Zone, Expected: noClaim, Explained: "A trip, a device set to the zone of an office"}
	if c.Path != nil && c.Path.Rounds > 0 {
		out.Measured += fmt.Sprintf("; %.1f s ahead of ours", float64(c.Path.Clock)/1000)
	}
	if claim == nil || claim.Zone == "" {
		return out
	}
	here, err := time.LoadLocation(c.Zone)
	if err != nil {
		return out
	}
	there, err := time.LoadLocation(claim.Zone)
	if err != nil {
		return out
	}
	at := c.Ended
	_, a := at.In(here).Zone()
	_, b := at.In(there).Zone()
	out.Expected = fmt.Sprintf("%s at %s: the same time of day", claim.Zone, claim.Place)
	if a != b {
		out.Expected = fmt.Sprintf("%s at %s: %s hours apart", claim.Zone, claim.Place, strconv.FormatFloat(math.Abs(float64(a-b))/3600, 'f', -1, 64))
	}
	return out
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
