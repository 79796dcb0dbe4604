// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/casework"
	"daylight/papers"
	"daylight/record"
	"daylight/report"
	"daylight/store"
)

func paperRoutes() []route {
	return []route{
		{
			pattern: "GET /people/{handle}/documents", acts: "show what was found in documents of a person that were uploaded, and the form to upload one", recorded: true,
			roles: caseworkers, example: "/people/{handle}/documents", handle: (*Server).documents,
		},
		{
			pattern: "POST /people/{handle}/documents", acts: "upload a document of a person, or type its machine-readable lines", recorded: true,
			roles: caseworkers, limit: papers.MaxFile + formLimit, handle: (*Server).addDocument,
		},
		{pattern: "POST /documents/{paper}/file", acts: "load the file of a document for a stated reason", recorded: true, roles: caseworkers, handle: (*Server).openDocument},
		{pattern: "POST /documents/{paper}/remove", acts: "remove a document, what was found in it and the record of it", recorded: true, roles: caseworkers, handle: (*Server).removeDocument},
	}
}

// papering are the indicators that answer from documents.
var papering = []string{"onb.doc_edited", "onb.doc_photo_swapped", "onb.doc_pipeline_shared", "onb.identity_of_other", "onb.idv_fail", "onb.in_person_verified", "onb.ssn_trace_conflict"}

// documentsView is the page of one person's documents.
type documentsView struct {
	Handle  string
	Hidden  bool
	Shown   bool // who the person is, and so what files say in their own words
	Papers  []paperLine
	Reasons []choice
	Kinds   []choice
	Days    []int
	Answers []indicatorAnswer
	Unasked []string
	Sent    papers.Sent // as it was typed, when it was not accepted
	Wrong   string
	MaxMB   int
}

// paperLine is a document in the list.
type paperLine struct {
	papers.Paper
	Found  []checkLine
	Number int
	What   string // its kind in words
	Size   string
	Open   bool // the file is kept
}

// checkLine is what one look found.
type checkLine struct {
	papers.Check
	Own string // Named, while who the person is is shown
}

// paperKinds are what a document can be said to be.
var paperKinds = []choice{
	{string(papers.Identity), "Passport or identity card"},
	{string(papers.Address), "Proof of address"},
	{string(papers.Other), "Certificate or other paper"},
}

func (s *Server) documents(x *exchange) error {
	v, err := s.readDocuments(x)
	if err != nil {
		return err
	}
	detail := map[string]string{"documents": strconv.Itoa(len(v.Papers))}
	if v.Shown {
		detail["names"] = "shown"
	}
	if err := x.note("documents.view", v.Handle, detail); err != nil {
		return err
	}
	return x.page("papers", v)
}

func (s *Server) readDocuments(x *exchange) (*documentsView, error) {
	v := &documentsView{Handle: x.r.PathValue("handle"), Reasons: revealReasons, Kinds: paperKinds, Days: []int{0, 7, 30, papers.MaxKeep}, MaxMB: papers.MaxFile >> 20}
	v.Sent.Days = 30
	var sub *report.Subject
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		row, err := s.standing(r, x, v.Handle)
		if err != nil {
			return err
		}
		if v.Hidden, err = hidden(r, x.who); err != nil {
			return err
		}
		until, err := shownUntil(r, x, v.Handle)
		if err != nil {
			return err
		}
		v.Shown = !until.IsZero() && !v.Hidden
		if sub, err = dossier(row, false); err != nil {
			return err
		}
		all, err := papers.Of(r, v.Handle)
		if err != nil {
			return err
		}
		for i, p := range all {
			if v.Hidden {
				p.Checks = nil
			}
			var found []checkLine
			for _, c := range p.Checks {
				line := checkLine{Check: c}
				if v.Shown {
					line.Own = c.Named.Reveal()
				}
				found = append(found, line)
			}
			v.Papers = append(v.Papers, paperLine{p, found, i + 1, kindWords(p.Kind), sizeWords(p.Size), !p.Until.IsZero() && s.Now().Before(p.Until)})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("show documents: %w", err)
	}
	slices.Reverse(v.Papers)
	if !v.Hidden {
		v.Answers, v.Unasked = s.answersOf(sub, papering)
	}
	return v, nil
}

// standing reads the row of somebody whom the reader sees and who is not part of
// another.
func (s *Server) standing(r store.Reader, x *exchange, handle string) (store.Row, error) {
	row, err := subjectRow(r, x.who, handle)
	if err == nil && row.Text["merged"] != "" {
		err = store.ErrNotFound
	}
	return row, err
}

func kindWords(k papers.Kind) string {
	for _, c := range paperKinds {
		if c.Value == string(k) {
			return c.Words
		}
	}
	return string(k)
}

func sizeWords(n int) string {
	switch {
	case n == 0:
		return ""
	case n < 1<<20:
		return strconv.Itoa((n+1023)>>10) + " KB"
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

// paperFaults are what the form is refused for.
var paperFaults = []error{papers.ErrNothing, papers.ErrFile, papers.ErrZone, papers.ErrMany}

func (s *Server) addDocument(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(form.Get("days"))
	if err != nil {
		return fmt.Errorf("upload a document: %w", errBadRequest)
	}
	sent := papers.Sent{Subject: x.r.PathValue("handle"), Kind: papers.Kind(form.Get("kind")), Zone: form.Get("zone"), Days: days, Told: form.Get("told") != ""}
	if sent.File, err = uploaded(x.r, "file"); err != nil {
		return err
	}
	// Who may not see the person learns nothing from how a file is refused.
	if err := s.Store.View(x.r.Context(), func(r store.Reader) error { _, err := s.standing(r, x, sent.Subject); return err }); err != nil {
		return fmt.Errorf("upload a document: %w", err)
	}
	p, id, err := s.readPaper(x, sent)
	if err == nil {
		err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
			if _, err := s.standing(w, x, sent.Subject); err != nil {
				return err
			}
			_, err := papers.Keep(w, interviewActor(x), sent, p, id, s.Now())
			return err
		})
	}
	if words, ok := faultWords(err); ok {
		v, err := s.readDocuments(x)
		if err != nil {
			return err
		}
		sent.File = nil
		v.Sent, v.Wrong = sent, words
		return x.again("papers", v)
	}
	if err != nil {
		return fmt.Errorf("upload a document: %w", err)
	}
	return x.see("/people/" + sent.Subject + "/documents")
}

// readPaper looks at a document. One is read at a time: a picture takes up to a
// quarter of a gigabyte while it is open, see [document.MaxMemory].
func (s *Server) readPaper(x *exchange, sent papers.Sent) (papers.Paper, record.IdentityDocument, error) {
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	case <-x.r.Context().Done():
		return papers.Paper{}, record.IdentityDocument{}, x.r.Context().Err()
	}
	return papers.Read(sent, s.Now())
}

// uploaded returns the one file of a field, nil for none.
func uploaded(r *http.Request, field string) ([]byte, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	files := r.MultipartForm.File[field]
	if len(files) == 0 || files[0].Size == 0 {
		return nil, nil
	}
	if len(files) > 1 {
		return nil, fmt.Errorf("upload a document: %w", errBadRequest)
	}
	f, err := files[0].Open()
	if err != nil {
		return nil, fmt.Errorf("upload a document: %w", err)
	}
	defer f.Close() //nolint:errcheck // it is memory
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("upload a document: %w", err)
	}
	return data, nil
}

// faultWords words why a form was not accepted.
func faultWords(err error) (string, bool) {
	for _, f := range paperFaults {
		if !errors.Is(err, f) {
			continue
		}
		_, why, found := strings.Cut(err.Error(), f.Error()+": ")
		switch {
		case !found:
			why = f.Error()
		case f != papers.ErrNothing: //nolint:errorlint // the list's own element
			why = f.Error() + ": " + why
		}
		return strings.ToUpper(why[:1]) + why[1:] + ".", true
	}
	return "", false
}

// paper reads a document of somebody whom the reader sees.
func (s *Server) paper(r store.Reader, x *exchange) (papers.Paper, error) {
	p, err := papers.Load(r, x.r.PathValue("paper"))
	if err != nil {
		return p, err
	}
	_, err = s.standing(r, x, p.Subject)
	return p, err
}

// fileEnds are how the names of files end that are handed out.
var fileEnds = map[string]string{"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}

// openDocument hands out a file. That it was, and why, is recorded first.
func (s *Server) openDocument(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	reason := form.Get("reason")
	if !slices.ContainsFunc(revealReasons, func(c choice) bool { return c.Value == reason }) {
		return fmt.Errorf("open a document: %w", errBadRequest)
	}
	var p papers.Paper
	var data []byte
	err = s.Store.Update(x.r.Context(), func(w store.Writer) (err error) {
		if p, err = s.paper(w, x); err != nil {
			return err
		}
		if data, err = papers.Open(w, p, s.Now()); err != nil {
			return err
		}
		return x.enter(w, "document.open", p.ID, map[string]string{"subject": p.Subject, "reason": reason})
	})
	if err != nil {
		return fmt.Errorf("open a document: %w", err)
	}
	h := x.w.Header()
	h.Set("Content-Type", p.Type)
	h.Set("Content-Disposition", `attachment; filename="`+p.ID+fileEnds[p.Type]+`"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = x.w.Write(data) // the reader has left: nothing can be done
	return nil
}

func (s *Server) removeDocument(x *exchange) error {
	if _, err := x.form(); err != nil {
		return err
	}
	var p papers.Paper
	err := s.Store.Update(x.r.Context(), func(w store.Writer) (err error) {
		if p, err = s.paper(w, x); err != nil {
			return err
		}
		return papers.Remove(w, interviewActor(x), p.ID, s.Now())
	})
	if err != nil {
		return fmt.Errorf("remove a document: %w", err)
	}
	return x.see("/people/" + p.Subject + "/documents")
}

// uploads are a person's documents as an evidence package has them, with the files
// that are kept.
func uploads(r store.Reader, handle string, now time.Time) ([]casework.Upload, error) {
	all, err := papers.Of(r, handle)
	if err != nil {
		return nil, err
	}
	var out []casework.Upload
	for _, p := range all {
		u := casework.Upload{ID: p.ID, Kind: string(p.Kind), At: p.At, End: fileEnds[p.Type]}
		if u.Found, err = json.Marshal(p); err != nil {
			return nil, fmt.Errorf("preserve a document: %w", err)
		}
		u.File, err = papers.Open(r, p, now)
		if err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
			return nil, err
		}
		out = append(out, u)
	}
	return out, nil
}

// paperFiles are the files of a person's documents, for the copy that is theirs.
func paperFiles(r store.Reader, handle string, now time.Time) ([]copyFile, error) {
	all, err := uploads(r, handle, now)
	if err != nil {
		return nil, err
	}
	var out []copyFile
	for _, u := range all {
		if u.File != nil {
			out = append(out, copyFile{Name: kindWords(papers.Kind(u.Kind)) + ", uploaded on " + u.At.Format("2006-01-02"), File: u.End, body: u.File})
		}
	}
	return out, nil
}
