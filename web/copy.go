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
	"daylight/texts"
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
	Agreed       *copyAgreed   `json:"hours_for_short_checks,omitempty"`
	Looked       []copyLooked  `json:"looked_at"`
	Missing      []string      `json:"not_looked_at,omitempty"`
	Asked        []mineRequest `json:"asked,omitempty"`
	LeftOut      string        `json:"left_out"`
	Language     string        `json:"language"` // of what is said in words

	texts texts.Texts
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
func leftOut(words texts.Texts) string {
	return words.T("took.left.who") + " " + words.T("took.left.short") + " " + words.T("took.left.own")
}

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
	var closed bool
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		c, closed = nil, false
		if _, _, err := s.mineHandle(w, x.r.PathValue("link")); err != nil {
			return err
		}
		row, tries, err := copyTries(w, x.r.PathValue("link"))
		if err != nil {
			return err
		}
		if closed = s.Now().Before(tries.Closed); closed {
			return nil
		}
		value := strings.TrimSpace(form.Get("address"))
		known, err := intake.Find(w, value)
		if err != nil {
			return err
		}
		if !strings.ContainsAny(value, "@+") || !slices.Contains(known, handle) {
			closed = tries.wrong(s.Now())
			if row.Body, err = json.Marshal(tries); err != nil {
				return fmt.Errorf("encode the tries of a link: %w", err)
			}
			if err := w.Put(store.Links, row); err != nil {
				return err
			}
			if closed {
				return s.byPerson(w, "copy.close", handle, map[string]string{"wrong": strconv.Itoa(mostWrongCopies)})
			}
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
		v.WrongCopy = v.T("mine.copy.wrong")
		if closed {
			v.WrongCopy = v.T("mine.copy.closed")
		}
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

// A link gives no copy for a day after so many wrong addresses within a day: whoever has
// only the link must not find the address by trying.
const (
	mostWrongCopies = 10
	copyRest        = 24 * time.Hour
)

// wrongCopies are the wrong addresses that were tried with a link, kept with it.
type wrongCopies struct {
	Count  int       `json:"wrong"`
	Since  time.Time `json:"since,omitzero"`
	Closed time.Time `json:"closed_until,omitzero"`
}

// copyTries reads what was tried with a link.
func copyTries(r store.Reader, link string) (row store.Row, tries wrongCopies, err error) {
	if row, err = r.Get(store.Links, mineKey(link)); err != nil || len(row.Body) == 0 {
		return row, tries, err
	}
	if err := json.Unmarshal(row.Body, &tries); err != nil {
		return row, tries, fmt.Errorf("read the tries of a link: %w", err)
	}
	return row, tries, nil
}

// wrong counts one more, and reports whether the copy is closed by it.
func (t *wrongCopies) wrong(now time.Time) bool {
	if now.Sub(t.Since) >= copyRest {
		*t = wrongCopies{Since: now}
	}
	t.Count++
	if t.Count < mostWrongCopies {
		return false
	}
	*t = wrongCopies{Closed: now.Add(copyRest)}
	return true
}

// copyOf gathers what is held. What does not open is left out.
func (s *Server) copyOf(r store.Reader, v *mineView, handle string) (*mineCopy, error) {
	c := &mineCopy{
		Schema: copySchema, Organisation: v.Organisation, Contact: v.Contact, Made: s.Now().UTC(), Assessed: v.At,
		Profiles: []copyRecord{}, Resumes: []copyRecord{}, Documents: []copyFile{}, Other: []copyRecord{}, Held: []copyMeeting{}, Looked: []copyLooked{},
		Asked: v.Asked, LeftOut: leftOut(v.Texts), Language: v.Code, texts: v.Texts,
	}
	for _, n := range v.Not {
		c.Missing = append(c.Missing, n.Words)
	}
	for _, l := range v.Looked {
		c.Looked = append(c.Looked, copyLooked{l.Title, l.Rationale, l.Open, l.Innocent})
	}
	if v.Hours != nil {
		c.Hours = &copyHours{v.Hours.Zone, v.Hours.Days, v.Hours.Count}
	}
	if v.Suits != nil {
		c.Agreed = agreedCopy(v.Suits.Hours)
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
	if err := c.records(r, holders); err != nil {
		return nil, err
	}
	for _, h := range holders {
		own := store.Query{Where: []store.Cond{{Column: "holder", Op: store.Equal, Text: h}}}
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

// records sorts the records under a person's keys into what the person supplied and what
// else there is. They are looked at together: one may say how the others are shown.
func (c *mineCopy) records(r store.Reader, holders []string) error {
	var bodies [][]byte
	lost := false
	for _, h := range holders {
		for row, err := range r.Find(store.Records, store.Query{Where: []store.Cond{{Column: "holder", Op: store.Equal, Text: h}}}) {
			if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
				lost = true
				continue
			}
			if err != nil {
				return err
			}
			bodies = append(bodies, row.Body)
		}
	}
	shown, err := intake.ShownRecords(bodies, lost)
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
