// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"daylight/document"
	"daylight/normalize"
	"daylight/record"
	"daylight/sanctions"
	"daylight/source"
)

// Document is a file that somebody sent in, as read: what is needed of it once
// everybody is known.
type Document struct {
	Path   string          `json:"path"`
	Digest string          `json:"digest"`
	Format document.Format `json:"format"`
	Lines  []document.Line `json:"lines,omitempty"`
	Resume record.Resume   `json:"resume"` // contact points as written
	Photos []record.Photo  `json:"photos,omitempty"`
	// Identity is set for a copy of an identity document.
	Identity *record.IdentityDocument `json:"identity,omitempty"`
}

func newDocument(path string, doc *document.Document) *Document {
	d := &Document{Path: path, Digest: doc.Digest, Format: doc.Format, Lines: doc.Lines, Resume: doc.Resume(), Photos: doc.Photos()}
	if identity, ok := doc.Identity(); ok {
		// Nothing that reads like a résumé, and no portrait, is taken from an identity
		// document.
		d.Identity, d.Lines, d.Resume, d.Photos = &identity, nil, record.Resume{}, nil
	}
	return d
}

// text is one document, for comparison with others.
type text struct {
	*Document
	subject int // -1 until joined
}

// isDocument reports whether a file is read by package document: the document
// shapes, and JSON that no vendor's format claimed and that reads as a résumé.
func isDocument(in *input) bool {
	if in.sanctions != sanctions.None {
		return false
	}
	switch in.file.Shape {
	case source.PDF, source.DOCX, source.HTML, source.Markdown, source.Text, source.Image:
		return true
	case source.JSONDocument, source.JSONLines:
		return in.Format == jsonResume
	case source.JSONArray, source.JSONPage, source.CSV, source.MaxMind, source.Git, source.Empty, source.Unknown:
	}
	return false
}

const jsonResume = "json_resume"

// readDocuments reads the text, structure and provenance of every document.
func (s *scan) readDocuments(ctx context.Context) error {
	found := make([]*text, len(s.files))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(s.Workers)
	for i, in := range s.files {
		if in.file == nil || !isDocument(in) {
			continue
		}
		g.Go(func() error {
			data, err := in.file.Document(gctx)
			if err != nil {
				in.skip(0, rejected(err))
				return gctx.Err()
			}
			doc, err := document.Read(in.Path, data)
			if err != nil {
				in.skip(0, strings.TrimPrefix(err.Error(), in.Path+": "))
				return gctx.Err()
			}
			in.Format = string(doc.Format)
			if doc.Large > 0 {
				in.Notes = append(in.Notes, fmt.Sprintf("pictures that were not looked at, because they are too large, or too many: %d", doc.Large))
			}
			found[i] = &text{newDocument(in.Path, doc), -1}
			s.Progress("read documents", i, len(s.files))
			return gctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, t := range found {
		if t != nil {
			s.texts = append(s.texts, *t)
		}
	}
	return nil
}

// readDatabases adds the databases in MaxMind's format to the tables. A later one
// refines an earlier one, so they are added in the order of their paths.
func (s *scan) readDatabases(ctx context.Context) error {
	files := slices.SortedFunc(slices.Values(s.files), func(a, b *input) int { return cmp.Compare(a.Path, b.Path) })
	for _, in := range files {
		data := in.database
		if in.file != nil && in.file.Shape == source.MaxMind {
			var err error
			if data, err = in.file.Document(ctx); err != nil {
				in.skip(0, rejected(err))
				continue
			}
		}
		if data == nil {
			continue
		}
		if err := s.Tables.AddDatabase(path.Base(in.Path), data); err != nil {
			in.skip(0, err.Error())
			continue
		}
		in.Records++
		in.Notes = append(in.Notes, "used to place addresses")
	}
	return ctx.Err()
}

// rejected is the reason of an error without the file's name, which is said
// beside it.
func rejected(err error) string {
	if bad, ok := err.(*source.Rejection); ok { //nolint:errorlint // Document returns it unwrapped
		return bad.Reason
	}
	// What a decoder says may quote the document.
	for _, known := range []error{document.ErrEncrypted, document.ErrTooLarge, document.ErrUnknown, document.ErrBroken} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return "cannot be read"
}

// joinDocuments gives each document to its person: by the attachment's name in
// the ATS, by a file name that begins with the person's id, or by the e-mail or
// phone inside. A document that fits nobody, or two people, is kept apart and
// reported.
func (s *scan) joinDocuments() {
	attachments := map[string]int{}
	for i, rs := range s.bySubject {
		for _, r := range rs {
			if p, ok := r.Body.(record.Person); ok {
				for _, f := range p.ResumeFiles {
					enter(attachments, []string{fold(path.Base(f))}, i)
				}
			}
		}
	}
	inputs := s.byPath()
	s.documents = map[int][]string{}
	slices.SortFunc(s.texts, func(a, b text) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Digest, b.Digest))
	})
	for i := range s.texts {
		t := &s.texts[i]
		in := inputs[t.Path]
		t.subject = s.ownerOf(t, canonical(t.Resume, record.Country{}), attachments)
		if t.subject < 0 {
			in.count(0, 1)
			in.Notes = append(in.Notes, unowned[t.subject])
			continue
		}
		in.count(1, 0)
		s.documents[t.subject] = append(s.documents[t.subject], t.Path)
		if s.after(s.datedBy(t.subject)) {
			in.postpone(1)
			t.subject = -1
			continue
		}
		s.addDocument(t, canonical(t.Resume, s.countryOf(t.subject)))
	}
}

// canonical puts the contact points of a résumé, which are as written, into the
// form in which identifiers are compared. Telephone numbers without a country
// code are read as numbers of the region, or left out.
func canonical(r record.Resume, region record.Country) record.Resume {
	r.Emails = each(r.Emails, normalize.Email)
	r.Phones = each(r.Phones, func(v string) record.Redacted { return normalize.Phone(v, region) })
	r.Profiles = each(r.Profiles, normalize.ProfileURL)
	return r
}

func each(values []record.Redacted, form func(string) record.Redacted) []record.Redacted {
	var out []record.Redacted
	for _, v := range values {
		if c := form(v.Reveal()); c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// countryOf is the country of the person's newest address that has one.
func (s *scan) countryOf(subject int) record.Country {
	var country record.Country
	var at time.Time
	for _, r := range s.bySubject[subject] {
		if p, ok := r.Body.(record.Person); ok && !p.Address.Country.IsZero() && !r.At.Before(at) {
			country, at = p.Address.Country, r.At
		}
	}
	return country
}

func (s *scan) ownerOf(t *text, resume record.Resume, attachments map[string]int) int {
	base := fold(path.Base(t.Path))
	for _, name := range []string{base, strings.TrimSuffix(strings.TrimSuffix(base, ".gz"), ".zst")} {
		if i, ok := attachments[name]; ok && i != ambiguous {
			return i
		}
	}
	// The longest id wins, so that c-1 does not take c-10's file.
	for end := len(base); end > 0; end-- {
		if end < len(base) && isWord(base[end]) {
			continue
		}
		if i, ok := s.directory.byID[base[:end]]; ok && i != ambiguous {
			return i
		}
	}
	owner := -1
	match := func(m map[string]int, v record.Redacted) {
		if i, ok := m[fold(v.Reveal())]; ok && i != ambiguous {
			if owner == -1 || owner == i {
				owner = i
			} else {
				owner = ambiguous - 1
			}
		}
	}
	for _, e := range resume.Emails {
		match(s.directory.byEmail, e)
	}
	if owner == -1 {
		for _, p := range resume.Phones {
			match(s.directory.byPhone, p)
		}
	}
	// Anybody can write somebody else's address into a file.
	if owner >= 0 && !namedIn(t.Document, s.namesOf(owner)) {
		return namesAnother
	}
	return max(owner, nobody)
}

// Why a document is given to no person.
const (
	nobody       = -1
	namesAnother = -9
)

var unowned = map[int]string{
	nobody:       "fits no person by attachment, file name, e-mail or phone, or fits several; not used",
	namesAnother: "has the e-mail or phone of a person whose name is not at its top; not used",
}

// headLines is how much of a document its owner's name must stand in.
const headLines = 12

// namedIn reports whether a line at the top of the document agrees with one of
// the person's names. A person without a name is not asked for one.
func namedIn(d *Document, names []record.Name) bool {
	if len(names) == 0 {
		return true
	}
	for _, line := range d.Lines[:min(len(d.Lines), headLines)] {
		written := record.NewName(line.Text.Reveal())
		for _, n := range names {
			if m := n.Compare(written); m == record.NameSame || m == record.NameClose {
				return true
			}
		}
	}
	return false
}

func isWord(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 0x80
}

// addDocument turns a document into records, which its person is yet to be dealt.
func (s *scan) addDocument(t *text, resume record.Resume) {
	id, source := s.directory.subjects[t.subject], s.directory.sources[t.subject]
	add := func(body record.Body, locator string) {
		origin := record.Origin{Feed: string(t.Format), Path: t.Path, Locator: locator}
		// A document has no time of its own: its person's application dates it, and
		// what its metadata says is evidence, not a clock.
		r, err := normalize.Seal(origin, record.Ref{ID: string(source)}, s.datedBy(t.subject), body)
		if err != nil {
			return
		}
		r.Subject = id
		s.records, s.owners = append(s.records, r), append(s.owners, t.subject)
	}
	if t.Identity != nil {
		add(*t.Identity, "the document")
		return
	}
	if t.Format != document.Picture {
		add(resume, "the document")
	}
	for _, p := range t.Photos {
		add(p, "picture in the document")
	}
}
