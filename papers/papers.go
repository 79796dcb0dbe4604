// SPDX-License-Identifier: Apache-2.0

// Package papers is documents of a person that somebody at the company uploads, or
// whose machine-readable lines they type, and what package document finds in them.
//
// What is found is put in words for whoever looks, and of a picture of an identity
// document or of typed lines it becomes a record about the person, which the
// indicators weigh as they do one of a file that was sent in. Nothing here decides
// anything, and nothing that is printed on a document is kept but its date of expiry.
// The file itself is kept only until a day that whoever uploads it names, under a key
// of its own, which is destroyed with it. Its name is not kept: it mostly says whose
// it is.
package papers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/audit"
	"daylight/casework"
	"daylight/document"
	"daylight/interview"
	"daylight/record"
	"daylight/store"
)

// What a document is refused for.
var (
	ErrRole    = errors.New("not a role that may do this")
	ErrNothing = errors.New("something is missing")
	ErrFile    = errors.New("not a file that can be read")
	ErrZone    = errors.New("not a machine-readable zone")
	ErrMany    = errors.New("too many documents of one person")
)

// Limits of what is taken.
const (
	MaxFile = 12 << 20 // bytes
	MaxKeep = 90       // days
	maxEach = 40       // documents of one person
	maxZone = 400      // bytes of typed lines
)

// Kind is what a document is said to be.
type Kind string

// The kinds. Of the first two a record is made, of other papers none.
const (
	Identity Kind = "identity"
	Address  Kind = "address"
	Other    Kind = "other"
)

// Paper is one document and what was found in it.
type Paper struct {
	ID      string    `json:"id"`
	Subject string    `json:"subject"` // handle
	Kind    Kind      `json:"kind"`
	At      time.Time `json:"at"`
	By      string    `json:"by"` // account
	// Type is the file's media type by its content, "" where only lines were typed.
	Type   string    `json:"type,omitempty"`
	Size   int       `json:"size,omitempty"` // bytes
	Digest string    `json:"digest,omitempty"`
	Until  time.Time `json:"until,omitzero"` // when the file is deleted; zero: it was not kept
	// Recorded is set where a record was made of it.
	Recorded bool    `json:"recorded,omitempty"`
	Checks   []Check `json:"checks"`
}

// Check is what one look at a document found, in words.
type Check struct {
	About string `json:"about"`
	Side  Side   `json:"side"`
	// Says has nothing in it that whoever made the file could have written there.
	Says string `json:"says"`
	// Named is what they wrote, which may be a person's name; "" for nothing.
	Named record.Redacted `json:"named,omitempty"`
	// Innocent is what would also explain it, where it does not fit.
	Innocent []string `json:"innocent,omitempty"`
}

// Side is what a check speaks for. It weighs nothing.
type Side string

// The sides.
const (
	Fits  Side = "fits"
	Not   Side = "does not fit"
	Blank Side = "says nothing"
)

// Sent is what somebody uploads.
type Sent struct {
	Subject string // handle
	Kind    Kind
	File    []byte // may be empty where lines were typed
	Zone    string // typed machine-readable lines; may be empty
	Days    int    // how long the file is kept; 0: not at all
	// Told is set where the person was told that the document is looked at.
	Told bool
}

// Actor is who does something.
type Actor = interview.Actor

// may reports whether the actor handles documents.
func may(by Actor) bool {
	return slices.ContainsFunc(by.Roles, func(r string) bool { return r == interview.RoleHR || r == interview.RoleSecurity || r == "legal" })
}

// Read looks at what was sent without keeping it. It takes its time over a large
// picture, so it is not called within a transaction. It fails with [ErrNothing],
// [ErrFile] or [ErrZone].
func Read(s Sent, now time.Time) (Paper, record.IdentityDocument, error) {
	p := Paper{Subject: s.Subject, Kind: s.Kind, At: now.UTC(), Size: len(s.File)}
	var id record.IdentityDocument
	switch {
	case s.Kind != Identity && s.Kind != Address && s.Kind != Other:
		return p, id, fmt.Errorf("%w: what kind of document it is", ErrNothing)
	case !s.Told:
		return p, id, fmt.Errorf("%w: tell the person first, and say here that you did", ErrNothing)
	case len(s.File) == 0 && strings.TrimSpace(s.Zone) == "":
		return p, id, fmt.Errorf("%w: a file, or the machine-readable lines", ErrNothing)
	case s.Days < 0 || s.Days > MaxKeep:
		return p, id, fmt.Errorf("%w: a number of days up to %d", ErrNothing, MaxKeep)
	}
	var zone *record.IdentityDocument
	if strings.TrimSpace(s.Zone) != "" {
		typed, ok := document.ReadZone(s.Zone[:min(len(s.Zone), maxZone)])
		if !ok || len(s.Zone) > maxZone || s.Kind != Identity {
			return p, id, fmt.Errorf("%w: two lines of 44 or of 36 characters, or three of 30, of an identity document, as printed with every <", ErrZone)
		}
		zone = &typed
	}
	if len(s.File) == 0 {
		id = *zone
		p.Recorded = true
		p.Checks = zoneChecks(id, true, now)
		return p, id, nil
	}
	doc, err := readFile(&p, s)
	if err != nil {
		return p, id, err
	}
	id, p.Recorded = doc.IdentityWith(zone)
	p.Recorded = p.Recorded && s.Kind != Other
	p.Checks = append(zoneChecks(id, zone != nil, now), fileChecks(doc, id)...)
	if s.Kind != Identity {
		p.Checks = fileChecks(doc, id)
	}
	return p, id, nil
}

// readFile reads a file that is a PDF or a picture by its content. Containers of other
// files are not opened at all.
func readFile(p *Paper, s Sent) (*document.Document, error) {
	if p.Type = mediaType(s.File); p.Type == "" {
		return nil, fmt.Errorf("%w: a PDF, or a picture as JPEG, PNG or WebP", ErrFile)
	}
	if len(s.File) > MaxFile {
		return nil, fmt.Errorf("%w: at most %d MB", ErrFile, MaxFile>>20)
	}
	sum := sha256.Sum256(s.File)
	p.Digest = hex.EncodeToString(sum[:])
	doc, err := document.Read("identity-document", s.File)
	switch {
	case errors.Is(err, document.ErrEncrypted):
		return nil, fmt.Errorf("%w: it is locked by a password", ErrFile)
	case errors.Is(err, document.ErrTooLarge):
		return nil, fmt.Errorf("%w: it unfolds into more than is read", ErrFile)
	case err != nil:
		return nil, fmt.Errorf("%w: it is damaged, or not what its first bytes say", ErrFile)
	}
	return doc, nil
}

// mediaType is what a file is by its first bytes, of the types that are taken.
func mediaType(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("%PDF-")):
		return "application/pdf"
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	case len(b) >= 12 && bytes.HasPrefix(b, []byte("RIFF")) && string(b[8:12]) == "WEBP":
		return "image/webp"
	}
	return ""
}

// Keep keeps a document that [Read] read, and the file if a day was named. It fails
// with [ErrRole], [ErrMany], or as [interview.Observe] does.
func Keep(w store.Writer, by Actor, s Sent, p Paper, id record.IdentityDocument, now time.Time) (Paper, error) {
	if !may(by) {
		return p, fmt.Errorf("keep a document: %w", ErrRole)
	}
	all, err := Of(w, s.Subject)
	if err != nil {
		return p, err
	}
	if len(all) >= maxEach {
		return p, fmt.Errorf("keep a document: %w", ErrMany)
	}
	p.By = by.Account
	p.ID = "pa-" + w.Hash("paper", s.Subject+" "+now.UTC().Format(time.RFC3339Nano)+" "+strconv.Itoa(len(all)))[:16]
	if len(s.File) > 0 && s.Days > 0 {
		p.Until = now.UTC().AddDate(0, 0, s.Days)
		if err := put(w, store.Row{
			Key: fileKey(p.ID), Holder: FileHolder(p.ID), Text: map[string]string{"subject": s.Subject, "part": partFile}, Ints: map[string]int64{"at": now.UnixMilli(), "until": p.Until.UnixMilli()},
		}, file{s.Subject, s.File}); err != nil {
			return p, fmt.Errorf("keep a document: %w", err)
		}
	}
	if err := put(w, store.Row{
		Key: p.ID, Holder: interview.Holder(s.Subject), Text: map[string]string{"subject": s.Subject, "part": partAbout}, Ints: map[string]int64{"at": now.UnixMilli()},
	}, p); err != nil {
		return p, fmt.Errorf("keep a document: %w", err)
	}
	if p.Recorded {
		if err := interview.Observe(w, interview.Observed{Subject: s.Subject, Locator: p.ID, At: now, Body: id}, now); err != nil {
			return p, fmt.Errorf("keep a document: %w", err)
		}
	}
	detail := map[string]string{"subject": s.Subject, "kind": string(p.Kind), "days": strconv.Itoa(s.Days), "size": strconv.Itoa(p.Size), "told": "yes"}
	return p, audit.Append(w, audit.Entry{At: now, Actor: by.Account, Act: "document.add", Object: p.ID, Detail: detail})
}

// file is the body of a row that holds a file.
type file struct {
	Subject string `json:"subject"`
	Data    []byte `json:"data"`
}

// The parts of a document, as rows of [store.Papers] are told apart.
const (
	partAbout = "about"
	partFile  = "file"
)

func fileKey(id string) string { return id + " file" }

// FileHolder names the key that the file of a document is sealed under.
func FileHolder(id string) string { return "pa:" + id }

// Load reads what was found in a document.
func Load(r store.Reader, id string) (Paper, error) {
	var p Paper
	row, err := r.Get(store.Papers, id)
	if err == nil && row.Text["part"] != partAbout {
		err = store.ErrNotFound
	}
	if err == nil {
		err = decode(row, &p)
	}
	if err != nil {
		return Paper{}, fmt.Errorf("read a document: %w", err)
	}
	return p, nil
}

// Of lists the documents of a person, the oldest first.
func Of(r store.Reader, subject string) ([]Paper, error) {
	var out []Paper
	q := store.Query{By: "at", Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: subject}, {Column: "part", Op: store.Equal, Text: partAbout}}}
	for row, err := range r.Find(store.Papers, q) {
		if errors.Is(err, store.ErrErased) {
			continue
		}
		var p Paper
		if err == nil {
			err = decode(row, &p)
		}
		if err != nil {
			return nil, fmt.Errorf("list the documents of a person: %w", err)
		}
		out = append(out, p)
	}
	return out, nil
}

// Open returns the file of a document. It fails with [store.ErrErased] once its time
// is over.
func Open(r store.Reader, p Paper, now time.Time) ([]byte, error) {
	if p.Until.IsZero() {
		return nil, fmt.Errorf("open a document: %w", store.ErrNotFound)
	}
	row, err := r.Get(store.Papers, fileKey(p.ID))
	if err == nil && now.UnixMilli() >= row.Ints["until"] {
		err = store.ErrErased
	}
	var f file
	if err == nil {
		err = decode(row, &f)
	}
	if err != nil {
		return nil, fmt.Errorf("open a document: %w", err)
	}
	return f.Data, nil
}

// Remove takes a document back: the file, what was found and the record of it.
func Remove(w store.Writer, by Actor, id string, now time.Time) error {
	p, err := Load(w, id)
	if err != nil {
		return err
	}
	if !may(by) {
		return fmt.Errorf("remove a document: %w", ErrRole)
	}
	if s, err := casework.Stands(w, p.Subject); err != nil || s.Held {
		return fmt.Errorf("remove a document: %w", errors.Join(err, held(s.Held)))
	}
	if p.Recorded {
		if err := interview.Unobserve(w, p.Subject, p.ID, "", now); err != nil {
			return fmt.Errorf("remove a document: %w", err)
		}
	}
	if err := removeFile(w, p.ID); err != nil {
		return fmt.Errorf("remove a document: %w", err)
	}
	if err := w.Delete(store.Papers, p.ID); err != nil {
		return fmt.Errorf("remove a document: %w", err)
	}
	return audit.Append(w, audit.Entry{At: now, Actor: by.Account, Act: "document.remove", Object: p.ID, Detail: map[string]string{"subject": p.Subject}})
}

// ErrHeld is why nothing is removed while a case about the person is under legal hold.
var ErrHeld = errors.New("a case about the person is under legal hold")

func held(yes bool) error {
	if yes {
		return ErrHeld
	}
	return nil
}

// removeFile deletes a file and destroys its key, so that no backup shows it either.
func removeFile(w store.Writer, id string) error {
	if err := w.Delete(store.Papers, fileKey(id)); err != nil {
		return err
	}
	return w.Destroy(FileHolder(id))
}

// Sweep deletes the files whose time is over, but of people about whom a case is under
// legal hold, or does not open: nobody can say whether it is. It is called every minute.
func Sweep(ctx context.Context, st store.Store, now time.Time) error {
	over := store.Query{Bare: true, Where: []store.Cond{{Column: "part", Op: store.Equal, Text: partFile}, {Column: "until", Op: store.AtMost, Int: now.UnixMilli()}}}
	due := 0
	err := st.View(ctx, func(r store.Reader) (err error) {
		due, err = r.Count(store.Papers, over)
		return err
	})
	if err == nil && due > 0 {
		err = st.Update(ctx, func(w store.Writer) error { return sweep(w, over, now) })
	}
	if err != nil {
		return fmt.Errorf("delete files of documents: %w", err)
	}
	return nil
}

func sweep(w store.Writer, over store.Query, now time.Time) error {
	var gone []string
	for row, err := range w.Find(store.Papers, over) {
		if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
			return err
		}
		s, err := casework.Stands(w, row.Text["subject"])
		if err != nil && !errors.Is(err, store.ErrCorrupt) {
			return err
		}
		if err == nil && !s.Held {
			gone = append(gone, strings.TrimSuffix(row.Key, " file"))
		}
	}
	for _, id := range gone {
		if err := removeFile(w, id); err != nil {
			return err
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return audit.Append(w, audit.Entry{At: now, Actor: audit.System, Act: "document.delete", Detail: map[string]string{"files": strconv.Itoa(len(gone))}})
}

func put(w store.Writer, row store.Row, body any) error {
	var err error
	if row.Body, err = json.Marshal(body); err != nil {
		return err
	}
	return w.Put(store.Papers, row)
}

func decode(row store.Row, into any) error {
	if err := json.Unmarshal(row.Body, into); err != nil {
		return fmt.Errorf("%w: %w", store.ErrCorrupt, err)
	}
	return nil
}
