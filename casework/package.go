// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"daylight/audit"
	"daylight/store"
)

// PackageSchema is the version of the form of an evidence package.
const PackageSchema = "daylight.package/v1"

// Source is one source record, as the service keeps it.
type Source struct {
	ID   string
	Kind string
	File string // key of the row of [store.Files] that it was read from
	At   time.Time
	Body []byte // JSON
}

// Document is one file that somebody sent in, as it came.
type Document struct {
	Name string // as it was called; it becomes no name of a file
	Body []byte
}

// Upload is a document about the person that somebody at the company uploaded.
type Upload struct {
	ID   string
	Kind string
	At   time.Time
	// Found is what was noted when it was uploaded, JSON, with the SHA-256 of the file
	// under "digest".
	Found []byte
	// End is what names of files of its type end with, and File the file; nil where it is
	// not kept (any more).
	End  string
	File []byte
}

// Material is what a package preserves, as far as it is not in the case itself.
type Material struct {
	Records   []Source
	Documents []Document
	Uploads   []Upload
	// Unread counts the records and documents that are kept and do not open: the
	// package says that it lacks them.
	Unread int
	// Lost is set where one of them is a record: nobody can tell whether it says that
	// the person's address is protected.
	Lost       bool
	Assessment []byte // JSON: the row of [store.Subjects]
	Policy     []byte // JSON: the policy in force
	Catalogue  []byte // JSON: the indicators that ran, with their versions
	// Clock says where the service's time comes from, in words.
	Clock string
	Tool  string // the program and its version
}

// Gather reads the records and the documents that are sealed under the keys of a
// person, and the assessment. original turns a row of [store.Documents] into the
// file as it came. What was erased or does not open is left out and counted.
func Gather(r store.Reader, handle string, holders []string, original func(store.Row) (Document, error)) (m Material, err error) {
	if !slices.Contains(holders, holder(handle)) {
		holders = append(slices.Clone(holders), holder(handle))
	}
	q := store.Query{Where: []store.Cond{{Column: "holder", Op: store.OneOf, In: holders}}}
	for row, err := range r.Find(store.Records, q) {
		if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
			m.Unread++
			m.Lost = true
			continue
		}
		if err != nil {
			return m, fmt.Errorf("gather the records of %s: %w", handle, err)
		}
		m.Records = append(m.Records, Source{ID: row.Key, Kind: row.Text["kind"], File: row.Text["file"], At: time.UnixMilli(row.Ints["at"]).UTC(), Body: row.Body})
	}
	for row, err := range r.Find(store.Documents, q) {
		if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
			m.Unread++
			continue
		}
		if err != nil {
			return m, fmt.Errorf("gather the documents of %s: %w", handle, err)
		}
		d, err := original(row)
		if err != nil { // it was decrypted and is no document: one file does not keep the rest from being preserved
			m.Unread++
			continue
		}
		m.Documents = append(m.Documents, d)
	}
	row, err := r.Get(store.Subjects, handle)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return m, fmt.Errorf("gather the assessment of %s: %w", handle, err)
	}
	m.Assessment = row.Body
	return m, nil
}

// Freeze makes an evidence package of a case and keeps it. The chain of custody
// ends with the entry of the audit log that says that this package is being made,
// and a checkpoint is signed right after it. random is for the key of the log.
func Freeze(w store.Writer, id string, by Actor, m Material, random io.Reader, now time.Time) (Frozen, error) {
	c, err := Load(w, id)
	if err != nil {
		return Frozen{}, err
	}
	if !c.Visible(by) {
		return Frozen{}, fmt.Errorf("freeze case %s: %w", id, ErrRole)
	}
	name := "e-" + w.Hash("package", id+now.UTC().Format(time.RFC3339Nano))[:10]
	begin := audit.Entry{
		At: now, Actor: by.Account, Act: "case.preserve", Object: id,
		Detail: map[string]string{"subject": c.Matter.Subject, "package": name, "records": fmt.Sprint(len(m.Records)), "documents": fmt.Sprint(len(m.Documents) + len(m.Uploads)), "unread": fmt.Sprint(m.Unread)},
	}
	if err := audit.Append(w, begin); err != nil {
		return Frozen{}, err
	}
	custody, err := chain(w, c, m.Uploads, random, now)
	if err != nil {
		return Frozen{}, err
	}
	files, err := contents(c, name, by, m, custody, now)
	if err != nil {
		return Frozen{}, err
	}
	signed, err := audit.Sign(w, statement(name, id, sums(files), now))
	if err != nil {
		return Frozen{}, err
	}
	body, err := pack(files, signed, now)
	if err != nil {
		return Frozen{}, err
	}
	f := Frozen{ID: name, Digest: digest(body), By: by.Account, At: now.UTC()}
	row := store.Row{
		Key: name, Holder: holder(c.Matter.Subject), Body: body,
		Text: map[string]string{"case": id, "digest": f.Digest}, Ints: map[string]int64{"at": now.UnixMilli()},
	}
	if c.Hold != nil {
		row.Holder = holdHolder(id)
	}
	if err := w.Put(store.Packages, row); err != nil {
		return Frozen{}, fmt.Errorf("keep a package of case %s: %w", id, err)
	}
	_, err = Do(w, id, Event{At: now, By: by, Act: Frost{ID: f.ID, Digest: f.Digest}})
	return f, err
}

// Package returns an evidence package, and records that somebody took it.
func Package(w store.Writer, id string, by Actor, now time.Time) ([]byte, error) {
	row, err := w.Get(store.Packages, id)
	if err != nil {
		return nil, fmt.Errorf("read package %s: %w", id, err)
	}
	c, err := Load(w, row.Text["case"])
	if err != nil {
		return nil, err
	}
	if !c.Visible(by) {
		return nil, fmt.Errorf("read package %s: %w", id, ErrRole)
	}
	return row.Body, audit.Append(w, audit.Entry{
		At: now, Actor: by.Account, Act: "export.package", Object: row.Text["case"],
		Detail: map[string]string{"package": id, "sha256": row.Text["digest"]},
	})
}

// custody is the chain of custody: what the audit log says of the case, of the person
// and of what was uploaded about them, each entry proven to be in the log that the checkpoint signs.
type custody struct {
	Checkpoint string   `json:"-"`
	Key        string   `json:"-"`
	Entries    []proven `json:"entries"`
}

type proven struct {
	Number int64  `json:"number"`
	Entry  string `json:"entry"` // exactly as it is in the log
	// Sealed is what the log holds only the hash of, exactly as it was sealed.
	Sealed string           `json:"sealed,omitempty"`
	Proof  tlog.RecordProof `json:"proof"`
}

func chain(w store.Writer, c Case, uploads []Upload, random io.Reader, now time.Time) (custody, error) {
	about := append([]string{c.ID, c.Matter.Subject}, c.Formerly...)
	for _, u := range uploads {
		about = append(about, u.ID)
	}
	point, err := audit.Seal(w, random, now)
	if err != nil {
		return custody{}, err
	}
	key, err := audit.PublicKey(w)
	if err != nil {
		return custody{}, err
	}
	out := custody{Checkpoint: string(point.Note), Key: key + "\n"}
	for e, err := range audit.Entries(w, 0) {
		if err != nil {
			return custody{}, err
		}
		if slices.Contains(about, e.Object) {
			_, sealed, err := audit.Open(w, e.Number, e.Entry)
			if err != nil {
				return custody{}, err
			}
			out.Entries = append(out.Entries, proven{Number: e.Number, Entry: string(e.Data), Sealed: string(sealed)})
		}
	}
	for i := range out.Entries {
		if out.Entries[i].Proof, err = audit.ProveEntry(w, point.Size, out.Entries[i].Number); err != nil {
			return custody{}, err
		}
	}
	return out, nil
}

// file is one file of a package.
type file struct {
	name string
	body []byte
}

// Manifest says what is in a package and where each thing comes from.
type Manifest struct {
	Schema    string    `json:"schema"`
	ID        string    `json:"id"`
	Case      string    `json:"case"`
	Subject   string    `json:"subject"`
	FrozenAt  time.Time `json:"frozen_at"`
	FrozenBy  string    `json:"frozen_by"` // account
	Tool      string    `json:"tool"`
	Clock     string    `json:"clock"`
	Policy    string    `json:"policy"` // version
	Catalogue string    `json:"catalogue_sha256,omitempty"`
	Unread    int       `json:"unread,omitempty"` // records and documents that are kept, do not open and are not in it
	Files     []Listed  `json:"files"`
}

// Listed is one file of a package.
type Listed struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Bytes  int    `json:"bytes"`
	What   string `json:"what"`
	// Of a source record: its id, kind and time, and where it was read from. Of a
	// document: how it was called.
	Record   string    `json:"record,omitempty"`
	Kind     string    `json:"kind,omitempty"`
	At       time.Time `json:"at,omitzero"`
	ReadFrom string    `json:"read_from,omitempty"`
	Original string    `json:"original_name,omitempty"`
	// Upload is the id of an uploaded document, of what was noted of it and of its file.
	Upload string `json:"upload,omitempty"`
}

// uploadedFile is what the manifest calls the file of an uploaded document.
const uploadedFile = "uploaded document, as it came"

// Names of files of a package that are referred to.
const (
	sumsName       = "SHA256SUMS"
	signatureName  = "signature.txt"
	manifestName   = "manifest.json"
	custodyName    = "custody/entries.json"
	checkpointName = "custody/checkpoint.txt"
	keyName        = "custody/key.txt"
)

// contents lays out the files of a package, without the list of their hashes and
// its signature.
func contents(c Case, id string, by Actor, m Material, chain custody, now time.Time) ([]file, error) {
	man := Manifest{
		Schema: PackageSchema, ID: id, Case: c.ID, Subject: c.Matter.Subject, FrozenAt: now.UTC(), FrozenBy: by.Account,
		Tool: m.Tool, Clock: m.Clock, Policy: c.Matter.Policy, Unread: m.Unread, Files: []Listed{},
	}
	var files []file
	add := func(l Listed, body []byte) {
		l.SHA256, l.Bytes = digest(body), len(body)
		man.Files = append(man.Files, l)
		files = append(files, file{l.Name, body})
	}
	whole, err := indented(c)
	if err != nil {
		return nil, err
	}
	add(Listed{Name: "case.json", What: "the case: evidence, explanations, notes, decision"}, whole)
	if len(m.Assessment) > 0 {
		add(Listed{Name: "assessment.json", What: "the assessment as the console shows it"}, m.Assessment)
	}
	if len(m.Policy) > 0 {
		add(Listed{Name: "policy.json", What: "the policy in force when it was frozen"}, m.Policy)
	}
	if len(m.Catalogue) > 0 {
		man.Catalogue = digest(m.Catalogue)
		add(Listed{Name: "catalogue.json", What: "the indicators that ran"}, m.Catalogue)
	}
	records := slices.Clone(m.Records)
	slices.SortFunc(records, func(a, b Source) int { return strings.Compare(a.ID, b.ID) })
	for i, r := range records {
		name := fmt.Sprintf("records/%05d.json", i+1)
		add(Listed{Name: name, What: "source record", Record: r.ID, Kind: r.Kind, At: r.At, ReadFrom: r.File}, r.Body)
	}
	documents := slices.Clone(m.Documents)
	slices.SortStableFunc(documents, func(a, b Document) int {
		return strings.Compare(a.Name+digest(a.Body), b.Name+digest(b.Body))
	})
	for i, d := range documents {
		name := fmt.Sprintf("documents/%05d%s", i+1, extension(d.Name))
		add(Listed{Name: name, What: "original document", Original: d.Name}, d.Body)
	}
	for i, u := range m.Uploads {
		name := fmt.Sprintf("uploads/%05d", i+1)
		add(Listed{Name: name + ".json", What: "uploaded document, what was noted of it", Kind: u.Kind, At: u.At, Upload: u.ID}, u.Found)
		if u.File != nil {
			add(Listed{Name: name + extension(u.End), What: uploadedFile, Kind: u.Kind, At: u.At, Upload: u.ID}, u.File)
		}
	}
	entries, err := indented(chain)
	if err != nil {
		return nil, err
	}
	add(Listed{Name: custodyName, What: "chain of custody: entries of the audit log, with proofs"}, entries)
	add(Listed{Name: checkpointName, What: "signed checkpoint of the audit log"}, []byte(chain.Checkpoint))
	add(Listed{Name: keyName, What: "verifier key of the audit log"}, []byte(chain.Key))
	add(Listed{Name: "README.txt", What: "how to verify this package"}, []byte(howTo))
	page, err := cover(c, man, chain)
	if err != nil {
		return nil, err
	}
	add(Listed{Name: "index.html", What: "cover page"}, page)
	manifest, err := indented(man)
	if err != nil {
		return nil, err
	}
	return append(files, file{manifestName, manifest}), nil
}

func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode a file of a package: %w", err)
	}
	return b.Bytes(), nil
}

// plainExtension is what the name of a file may end with to keep it.
var plainExtension = regexp.MustCompile(`^\.[a-z0-9]{1,5}$`)

// extension is the ending of a name, if it is an ordinary one. Nothing else of a
// name that somebody else chose becomes part of a path.
func extension(name string) string {
	if e := strings.ToLower(path.Ext(name)); plainExtension.MatchString(e) {
		return e
	}
	return ".bin"
}
