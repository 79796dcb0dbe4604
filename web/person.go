// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"daylight/casework"
	"daylight/detect"
	"daylight/intake"
	"daylight/record"
	"daylight/report"
	"daylight/store"
	"daylight/weigh"
)

func personRoutes() []route {
	return []route{
		{
			pattern: "GET /people/{handle}", acts: "show one person: what was weighed, what would explain it, and what to do next", recorded: true,
			roles: readers, example: "/people/{handle}", handle: (*Server).person,
		},
		{
			pattern: "POST /people/{handle}/reveal", acts: "show a person's name for a quarter of an hour, for a stated reason", recorded: true,
			roles: readers, handle: (*Server).reveal,
		},
	}
}

// revealFor is how long names stay shown in the session that asked for them.
const revealFor = 15 * time.Minute

// revealReasons are why somebody may need a name; the words are for the page, the
// slugs for the audit log.
var revealReasons = []choice{
	{"explanation", "To check an innocent explanation"},
	{"contact", "To write to the person or call them"},
	{"interview", "To prepare an interview or a check"},
	{"case", "To work on a case"},
	{"request", "To answer the person's own question"},
	{"duty", "For a legal duty"},
}

// choice is one entry of a list to choose from.
type choice struct{ Value, Words string }

func chosen(list []choice, value string) bool {
	return slices.ContainsFunc(list, func(c choice) bool { return c.Value == value })
}

// personView is what the page of a person shows.
type personView struct {
	unfolded

	Handle   string
	Stage    string
	Since    time.Time
	Assessed time.Time
	Hidden   bool // shadow mode keeps the assessment from this reader
	Sheet    *report.Sheet
	Meaning  string // of the state, in plain words
	Toward   []kind // of evidence that together speaks for a mismatch
	Against  []kind // and for consistency
	Findings int    // in those
	Speak    record.Weight
	Patterns template.HTML
	Map      *report.Map
	Shades   []shade
	Chosen   bool // the map is shaded at an instant that was asked for
	Next     []offered
	Records  []cited
	// Cited counts all records, and MoreRecords those that are not listed.
	Cited, MoreRecords int
	RingID             string
	Sharing            int                 // how many others are in the picture of the ring
	RingDamaged        bool                // its row does not open
	Ring               *report.RingPicture // the person and those they share something with
	Case               *caseLine
	Waiting            []requestLine
	Face               *faceView
	Until              time.Time // names are shown until then
	Reasons            []choice
	About              *aboutView
	Policy             string
	Plain              bool // the reader is told how strong evidence is in words, not in decibans
	MayLink            bool // the reader may make a link for the person concerned
	MayErase           bool
	MayAsk             bool // the reader asks candidates
	MayPaper           bool // the reader looks at documents
}

// meanings say in plain words what a state asks of a reader.
var meanings = map[weigh.State]string{
	weigh.Escalate:     "Somebody should look at this person now.",
	weigh.FollowUp:     "One more check is worth while.",
	weigh.Insufficient: "Too little is on record to say anything.",
	weigh.Clear:        "Nothing calls for a check.",
}

// kind is a family of evidence as the page folds it.
type kind struct {
	At    int    // in the families of the sheet
	Brief string // what is in it, in one line
	Open  bool
}

// shade is an instant that the map can be shaded at.
type shade struct {
	Words, Value string
	Current      bool
}

// offered is a next check, and whether somebody has asked for it.
type offered struct {
	Indicator, Offer, Why string
	Request               string // the id of the one that waits, or ""
	Planner               bool   // the console proposes times for it
}

// cited is one record that the assessment rests on.
type cited struct {
	Path, Locator string
	At            time.Time
	Times         int // pieces of evidence that cite it
}

// caseLine is a case as lists name it.
type caseLine struct {
	ID, State, Owner string
	Due              time.Time
}

// faceView is who a person is, after a recorded reveal.
type faceView struct {
	Names, Emails, Phones, IDs, Other []string
}

// aboutView is the card of the indicator that was selected.
type aboutView struct {
	detect.Meta
	Statement string
}

func (s *Server) person(x *exchange) error {
	handle := x.r.PathValue("handle")
	v := &personView{unfolded: unfoldedOf(x.r), Handle: handle, Reasons: revealReasons, MayLink: x.who.Has(linkMakers...), MayErase: x.who.Has(erasers...), MayAsk: x.who.Has(interviewers...), MayPaper: x.who.Has(caseworkers...), Plain: plainly(x.who)}
	var row store.Row
	var ring report.Ring
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		var err error
		if row, err = subjectRow(r, x.who, handle); err != nil {
			return err
		}
		if row.Text["merged"] != "" {
			return nil
		}
		if v.Hidden, err = hidden(r, x.who); err != nil {
			return err
		}
		if err := v.readFace(r, x, handle); err != nil {
			return err
		}
		if v.Hidden {
			return nil
		}
		v.MayLink = x.who.Has(linkMakers...)
		if v.Waiting, err = requestsOf(r, x, handle); err != nil {
			return err
		}
		if v.Case, err = caseOf(r, x, handle); err != nil {
			return err
		}
		if id := row.Text["ring"]; id != "" && x.who.Has(ringReaders...) {
			if ring, err = ringRow(r, id); errors.Is(err, store.ErrCorrupt) {
				v.RingDamaged, err = true, nil
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if to := row.Text["merged"]; to != "" {
		return x.see("/people/" + to)
	}
	detail := map[string]string{}
	if v.Face != nil {
		detail["names"] = "shown"
	}
	if err := x.note("person.view", handle, detail); err != nil {
		return err
	}
	v.Stage, v.Since, v.Assessed = row.Text["stage"], millis(row.Ints["since"]), millis(row.Ints["assessed"])
	if !v.Hidden {
		if err := v.word(s, x, row, ring); err != nil {
			return err
		}
	}
	return x.page("person", v)
}

// word makes the sheet of the page from the row.
func (v *personView) word(s *Server, x *exchange, row store.Row, ring report.Ring) error {
	sub, err := dossier(row, v.Face != nil)
	if err != nil {
		return err
	}
	book, err := s.opened(x.r.Context())
	if err != nil {
		return err
	}
	book.AsOf = sub.Assessment.AsOf
	v.Policy = book.Policy.Version
	v.Sheet, v.Meaning = book.Sheet(sub), meanings[sub.State]
	v.fold()
	if v.Patterns, err = report.Patterns(); err != nil {
		return err
	}
	for i, n := range sub.NextChecks {
		o := offered{Indicator: n.Check, Offer: inConsole(v.Sheet.Next[i].Offer), Why: v.Sheet.Next[i].Why}
		o.Planner = v.MayAsk && strings.Contains(v.Sheet.Next[i].Offer, plannerCommand)
		if v.Plain {
			o.Why = v.Sheet.Next[i].Plain
		}
		for _, w := range v.Waiting {
			if w.Indicator == n.Check && w.Kind == kindCheck {
				o.Request = w.ID
			}
		}
		v.Next = append(v.Next, o)
	}
	v.place(sub, x.r.FormValue("at"))
	v.cite(sub.Assessment)
	if ring.ID != "" {
		v.RingID = ring.ID
		v.Ring = report.NewRingPicture(around(ring, v.Handle))
		v.Sharing = v.Ring.All - 1
	}
	if about := x.r.FormValue("about"); about != "" {
		v.about(book.Cards, sub.Assessment, about)
	}
	return nil
}

// plannerCommand is the command that offers name where the console has the planner of
// interviews, on a person's own page.
const plannerCommand = "`daylight sun plan`"

// inConsole leaves out the commands that an offer names in brackets: who reads it here
// has no terminal.
func inConsole(offer string) string {
	before, rest, ok := strings.Cut(offer, " (`daylight ")
	if !ok {
		return offer
	}
	_, after, _ := strings.Cut(rest, ")")
	return before + after
}

// fold parts the families by what they speak for. A family is open where the address
// names something in it.
func (v *personView) fold() {
	for i, f := range v.Sheet.Families {
		k := kind{At: i, Brief: f.Steps[0].Title()}
		if more := len(f.Steps) - 1; more > 0 {
			k.Brief += fmt.Sprintf(" and %d more", more)
		}
		for _, st := range f.Steps {
			k.Open = k.Open || v.Opened(st.Anchor)
		}
		if f.Sum > 0 {
			v.Toward = append(v.Toward, k)
			continue
		}
		v.Against = append(v.Against, k)
		v.Findings += len(f.Steps)
		v.Speak += f.Sum
	}
}

// AgainstOpen reports whether something in what speaks for consistency is open.
func (v *personView) AgainstOpen() bool {
	return slices.ContainsFunc(v.Against, func(k kind) bool { return k.Open })
}

// place draws the map at the instant that was chosen, or the newest.
func (v *personView) place(sub *report.Subject, at string) {
	chosen, err := time.Parse(time.RFC3339, at)
	v.Chosen = err == nil
	if err != nil {
		chosen = time.Time{}
	}
	v.Map = report.NewMap(sub, chosen)
	if v.Map == nil {
		return
	}
	for i, p := range sub.Places {
		if i == mostShades {
			break
		}
		v.Shades = append(v.Shades, shade{
			Words: fmt.Sprintf("%d, %s", i+1, instant(p.Last)), Value: p.Last.UTC().Format(time.RFC3339),
			Current: p.Last.Truncate(time.Second).Equal(v.Map.At.Truncate(time.Second)),
		})
	}
}

// mostShades bounds the instants offered for the map.
const mostShades = 6

// mostCited bounds the list of records on a person's page.
const mostCited = 200

// cite lists what the assessment rests on, each record once, newest first.
func (v *personView) cite(a weigh.Assessment) {
	at := map[[2]string]int{}
	for _, c := range a.Contributions {
		for _, r := range c.Finding.Cites {
			k := [2]string{r.Path, r.Locator}
			if i, ok := at[k]; ok {
				v.Records[i].Times++
				continue
			}
			at[k] = len(v.Records)
			v.Records = append(v.Records, cited{Path: r.Path, Locator: r.Locator, At: r.At, Times: 1})
		}
	}
	slices.SortStableFunc(v.Records, func(a, b cited) int { return b.At.Compare(a.At) })
	v.Cited = len(v.Records)
	v.MoreRecords = max(0, len(v.Records)-mostCited)
	v.Records = v.Records[:len(v.Records)-v.MoreRecords]
}

// about selects the card of an indicator that answered for the person.
func (v *personView) about(cards []detect.Meta, a weigh.Assessment, id string) {
	i := slices.IndexFunc(cards, func(m detect.Meta) bool { return m.ID == id })
	j := slices.IndexFunc(a.Contributions, func(c weigh.Contribution) bool { return c.Finding.Indicator == id })
	if i >= 0 && j >= 0 {
		v.About = &aboutView{cards[i], a.Contributions[j].Finding.Statement}
	}
}

// readFace reads who the person is if this session asked for it a short while ago.
func (v *personView) readFace(r store.Reader, x *exchange, handle string) error {
	until, err := shownUntil(r, x, handle)
	if err != nil || until.IsZero() {
		return err
	}
	v.Until = until
	v.Face = &faceView{}
	row, err := r.Get(store.Faces, handle)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read who a person is: %w", err)
	}
	f, err := intake.DecodeFace(row.Body)
	if err != nil {
		return err
	}
	for _, n := range f.Names {
		v.Face.Names = append(v.Face.Names, n.Reveal())
	}
	v.Face.Emails, v.Face.Phones, v.Face.IDs = revealed(f.Emails), revealed(f.Phones), f.IDs
	for _, list := range [][]string{f.Roles, f.Requisitions, f.Managers, f.Usernames, revealed(f.Profiles)} {
		v.Face.Other = append(v.Face.Other, list...)
	}
	return nil
}

// shownUntil is when this session no longer shows who a person is; zero where it does not.
func shownUntil(r store.Reader, x *exchange, handle string) (time.Time, error) {
	row, err := r.Get(store.Links, revealKey(r, x, handle))
	if errors.Is(err, store.ErrNotFound) || err == nil && !x.s.Now().Before(millis(row.Ints["until"])) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("read whether names are shown: %w", err)
	}
	return millis(row.Ints["until"]), nil
}

func revealed(values []record.Redacted) []string {
	var out []string
	for _, v := range values {
		out = append(out, v.Reveal())
	}
	return out
}

// revealKey is the row of [store.Links] that says that a session may see a name.
func revealKey(r store.Reader, x *exchange, handle string) string {
	return r.Hash("reveal", strings.Join([]string{x.secret, x.who.Account, handle}, " "))
}

// reveal records why somebody needs a name and shows it in their session.
func (s *Server) reveal(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	handle, reason := x.r.PathValue("handle"), form.Get("reason")
	if !chosen(revealReasons, reason) {
		return fmt.Errorf("show a name: %w", errBadRequest)
	}
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		row, err := subjectRow(w, x.who, handle)
		if err != nil {
			return err
		}
		if row.Text["merged"] != "" {
			return store.ErrNotFound
		}
		if kept, err := hidden(w, x.who); err != nil {
			return err
		} else if kept {
			return errForbidden
		}
		key := revealKey(w, x, handle)
		old, err := w.Get(store.Links, key)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		err = w.Put(store.Links, store.Row{
			Key: key, Version: old.Version, Text: map[string]string{"purpose": "reveal", "subject": handle},
			Ints: map[string]int64{"until": s.Now().Add(revealFor).UnixMilli()},
		})
		if err != nil {
			return err
		}
		return x.enter(w, "name.reveal", handle, map[string]string{"reason": reason})
	})
	if err != nil {
		return fmt.Errorf("show a name: %w", err)
	}
	return x.see("/people/" + handle)
}

// caseOf is the case about a person, nil if there is none that the reader may see.
func caseOf(r store.Reader, x *exchange, handle string) (*caseLine, error) {
	id, err := casework.Of(r, handle)
	if err != nil {
		return nil, err
	}
	c, err := casework.Load(r, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !c.Visible(claimant(x)) {
		return nil, nil
	}
	return &caseLine{c.ID, string(c.State), c.Owner, c.Due}, nil
}
