// SPDX-License-Identifier: Apache-2.0

package web

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/intake"
	"daylight/record"
	"daylight/store"
)

// mineCopy is what is held about a person, as they take it with them. It has what they
// supplied, what records say about them and what was looked at; no weight, no state, no
// finding in detail, and nobody else: who interviewed, manages, referred or decided is
// left out.
type mineCopy struct {
	Schema       string        `json:"schema"`
	Organisation string        `json:"organisation,omitempty"`
	Contact      string        `json:"contact,omitempty"`
	Made         time.Time     `json:"made"`
	Assessed     time.Time     `json:"assessed,omitzero"`
	Profiles     []copyRecord  `json:"profiles"`                   // what systems say that the person is called and reached at
	Resumes      []copyRecord  `json:"resumes"`                    // as they were read
	Documents    []copyFile    `json:"documents"`                  // as they came
	Other        []copyRecord  `json:"other"`                      // interviews, checks, machines, pay, shipments and the like
	Held         []copyMeeting `json:"held"`                       // interviews, short calls and check-ins
	Arranged     time.Time     `json:"arrangement_since,omitzero"` // see [intake.ArrangedSince]
	Accounts     int           `json:"accounts"`                   // whose activity was counted, by hours and places
	Hours        *copyHours    `json:"hours,omitempty"`
	Looked       []copyLooked  `json:"looked_at"`
	Missing      []string      `json:"not_looked_at,omitempty"`
	Asked        []mineRequest `json:"asked,omitempty"`
	LeftOut      string        `json:"left_out"`
}

type copyRecord struct {
	Kind   record.Kind `json:"kind"`
	System string      `json:"system"`
	At     time.Time   `json:"at,omitzero"`
	Data   record.Body `json:"data,omitempty"`
}

type copyFile struct {
	Name string `json:"name"`
	File string `json:"file"` // in the archive
	body []byte
}

type copyLooked struct {
	What     string   `json:"what"`
	Why      string   `json:"why"`
	Question bool     `json:"raised_a_question"`
	Explains []string `json:"what_would_explain_it,omitempty"`
}

const copySchema = "daylight.copy/v1"

// leftOut says what is not in the copy, and how to come by it.
const leftOut = "This copy leaves out who else appears in a record (interviewers, managers, referrers, payees, neighbours, whoever reported something), what people wrote while they decided, and how much each thing counted. " +
	"Of an account that pay goes to it gives the last four characters, and of pictures of a check-in that they are kept. " +
	"It does not show an adjustment that was declared elsewhere, a former name or a protected address that you declared, so that nobody who opens this file by mistake learns of it. Ask the contact above for any of these."

// mineCopy sends the person concerned a copy of what is held. A link alone is not
// enough: whoever takes it has to know an address that is held, so that it is not a way
// for others to read a name that nobody recorded a reveal of.
func (s *Server) mineCopy(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	v, handle, err := s.mineView(x)
	if err != nil {
		return err
	}
	var c *mineCopy
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		c = nil
		if _, _, err := s.mineHandle(w, x.r.PathValue("link")); err != nil {
			return err
		}
		value := strings.TrimSpace(form.Get("address"))
		known, err := intake.Find(w, value)
		if err != nil {
			return err
		}
		if !strings.ContainsAny(value, "@+") || !slices.Contains(known, handle) {
			return s.byPerson(w, "copy.refuse", handle, nil)
		}
		if c, err = s.copyOf(w, v, handle); err != nil {
			return err
		}
		return s.byPerson(w, "copy.take", handle, map[string]string{"documents": strconv.Itoa(len(c.Documents))})
	})
	if err != nil {
		return fmt.Errorf("make a copy for the person concerned: %w", err)
	}
	if c == nil {
		v.WrongCopy = "This is not an e-mail address or a telephone number that is kept about you. Type one that you gave, a number with its country code."
		return x.again("mine", v)
	}
	body, err := c.pack()
	if err != nil {
		return fmt.Errorf("make a copy for the person concerned: %w", err)
	}
	h := x.w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="copy.zip"`)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	x.w.WriteHeader(http.StatusOK)
	_, err = x.w.Write(body)
	return err
}

// copyOf gathers what is held. What does not open is left out.
func (s *Server) copyOf(r store.Reader, v *mineView, handle string) (*mineCopy, error) {
	c := &mineCopy{
		Schema: copySchema, Organisation: v.Organisation, Contact: v.Contact, Made: s.Now().UTC(), Assessed: v.At,
		Profiles: []copyRecord{}, Resumes: []copyRecord{}, Documents: []copyFile{}, Other: []copyRecord{}, Held: []copyMeeting{}, Looked: []copyLooked{},
		Missing: v.Not, Asked: v.Asked, LeftOut: leftOut,
	}
	for _, l := range v.Looked {
		c.Looked = append(c.Looked, copyLooked{l.Title, l.Rationale, l.Open, l.Innocent})
	}
	if v.Hours != nil {
		c.Hours = &copyHours{v.Hours.Zone, v.Hours.Days, v.Hours.Count}
	}
	held, err := meetings(r, handle, s.Now())
	if err != nil {
		return nil, err
	}
	c.Held = append(c.Held, held...)
	if c.Arranged, err = intake.ArrangedSince(r, handle); err != nil {
		return nil, err
	}
	holders, err := intake.Holders(r, handle)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(holders, intake.Holder(handle)) {
		holders = append(holders, intake.Holder(handle)) // what was noted here
	}
	for _, h := range holders {
		own := store.Query{Where: []store.Cond{{Column: "holder", Op: store.Equal, Text: h}}}
		var bodies [][]byte
		for row, err := range r.Find(store.Records, own) {
			if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
				continue
			}
			if err != nil {
				return nil, err
			}
			bodies = append(bodies, row.Body)
		}
		if err := c.records(bodies); err != nil {
			return nil, err
		}
		for row, err := range r.Find(store.Documents, own) {
			if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
				continue
			}
			if err != nil {
				return nil, err
			}
			if name, body, err := intake.Original(row); err == nil && len(body) > 0 {
				c.Documents = append(c.Documents, copyFile{Name: name, File: fmt.Sprintf("documents/%03d%s", len(c.Documents)+1, safeEnd(name)), body: body})
			}
		}
		n, err := r.Count(store.Profiles, own)
		if err != nil {
			return nil, err
		}
		c.Accounts += min(n, 1) // an account has one key and a row for each name of files
	}
	uploaded, err := paperFiles(r, handle, s.Now())
	if err != nil {
		return nil, err
	}
	for _, f := range uploaded {
		f.File = fmt.Sprintf("documents/%03d%s", len(c.Documents)+1, f.File)
		c.Documents = append(c.Documents, f)
	}
	return c, nil
}

var plainEnd = regexp.MustCompile(`^\.[a-z0-9]{1,5}$`)

// safeEnd is the ending of a name that somebody chose, if it is an ordinary one.
func safeEnd(name string) string {
	if end := strings.ToLower(path.Ext(name)); plainEnd.MatchString(end) {
		return end
	}
	return ".bin"
}

// records sorts records into what the person supplied and what else there is.
func (c *mineCopy) records(bodies [][]byte) error {
	shown, err := intake.ShownRecords(bodies)
	if err != nil {
		return err
	}
	for _, body := range shown {
		if body == nil {
			continue
		}
		var kept struct {
			Record record.Record `json:"record"`
		}
		if err := json.Unmarshal(body, &kept); err != nil {
			return fmt.Errorf("read a record: %w", err)
		}
		system, _, _ := strings.Cut(kept.Record.Origin.Feed, ".")
		of := copyRecord{Kind: kept.Record.Body.Kind(), System: system, At: kept.Record.At}
		switch b := kept.Record.Body.(type) {
		case record.Person:
			b.Manager, b.Referrer, b.Relations = "", "", nil
			of.Data = b
			c.Profiles = append(c.Profiles, of)
		case record.Resume:
			of.Data = b
			c.Resumes = append(c.Resumes, of)
		case record.Outcome: // what people decided is given with its reasons, in writing
		case record.Photo, record.IdentityDocument, record.Interview, record.Check, record.Payout, record.Shipment, record.Device, record.CodeHistory, record.Call:
			of.Data = aboutThem(b)
			c.Other = append(c.Other, of)
		}
	}
	return nil
}

// pack makes the archive: the copy in plain words, for machines, and the documents.
func (c *mineCopy) pack() ([]byte, error) {
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode the copy: %w", err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	files := append([]copyFile{{File: "copy.txt", body: []byte(c.words())}, {File: "copy.json", body: data}}, c.Documents...)
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.File, Method: zip.Deflate, Modified: c.Made})
		if err == nil {
			_, err = w.Write(f.body)
		}
		if err != nil {
			return nil, fmt.Errorf("pack the copy: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack the copy: %w", err)
	}
	return out.Bytes(), nil
}

// words is the copy as somebody reads it.
func (c *mineCopy) words() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	day := func(t time.Time) string {
		if t.IsZero() {
			return "no day given"
		}
		return t.UTC().Format("2 January 2006")
	}
	line("A copy of what is held about you, made %s", day(c.Made))
	if c.Organisation != "" {
		line("By %s. Questions: %s", c.Organisation, c.Contact)
	}
	line("\nWhat systems say of you (in full in copy.json)")
	for _, p := range c.Profiles {
		if b, ok := p.Data.(record.Person); ok {
			line("- %s, %s: %s; e-mail %s; telephone %s", p.System, day(p.At), b.Name.Reveal(), strings.Join(revealed(b.Emails), ", "), strings.Join(revealed(b.Phones), ", "))
		}
	}
	line("\nWhat you sent in: %d files, in the folder documents; %d of them were read as a résumé", len(c.Documents), len(c.Resumes))
	for _, d := range c.Documents {
		line("- %s is %s", d.File, d.Name)
	}
	line("\nOther records")
	for _, o := range c.Other {
		said := "only its kind and day are given"
		if o.Data != nil {
			said = inWords(o.Data)
		}
		line("- %s, %s, from %s: %s", strings.ReplaceAll(string(o.Kind), "_", " "), day(o.At), o.System, said)
	}
	if len(c.Held) > 0 {
		line("\nInterviews, short calls and check-ins (what a check-in measured is in copy.json)")
	}
	for _, m := range c.Held {
		line("- %s, %s: %s %s", m.What, day(m.At), strings.ReplaceAll(m.State, "_", " "), m.Words)
	}
	if !c.Arranged.IsZero() {
		line("\nAnother way")
		line("- you asked for one on %s; since then nothing that needs a camera, a voice, a quick reply or attendance counts for you or against you, until you say that you need none any more", day(c.Arranged))
	}
	line("\nActivity")
	line("- accounts whose activity was counted by hour and place: %d", c.Accounts)
	if c.Hours != nil {
		line("- on %d days; how often in which hour, by the clock of %s, is in copy.json", c.Hours.Days, c.Hours.Zone)
	}
	line("\nWhat was looked at")
	for _, l := range c.Looked {
		answer := "it raised no question"
		if l.Question {
			answer = "it raised a question"
			if len(l.Explains) > 0 {
				answer += ", which this would explain: " + strings.Join(l.Explains, "; ")
			}
		}
		line("- %s: %s. %s", l.What, answer, l.Why)
	}
	if len(c.Missing) > 0 {
		line("There was no information on: %s. That counts neither for you nor against you.", strings.Join(c.Missing, "; "))
	}
	if len(c.Asked) > 0 {
		line("\nWhat you asked")
		for _, q := range c.Asked {
			line("- %s, %s. %s", q.Words, day(q.At), q.Answer)
		}
	}
	line("\n%s", c.LeftOut)
	return b.String()
}
