// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"daylight/audit"
)

//go:embed package/howto.txt
var howTo string

//go:embed package/cover.tmpl
var coverSource string

// ErrPackage is what is wrong with a file that is no evidence package at all.
var ErrPackage = errors.New("not an evidence package")

// Bounds of a package that is read.
const (
	maxFiles = 200_000
	maxBytes = 1 << 30 // of all files together
)

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// sums lists the hashes of the files as sha256sum(1) writes and checks them.
func sums(files []file) string {
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintf(&b, "%s  %s\n", digest(f.body), f.name)
	}
	return b.String()
}

// statement is what is signed.
func statement(id, of, sums string, at time.Time) string {
	return fmt.Sprintf("daylight evidence package\n%s\n%s\n%s\nat %s\n", id, of, digest([]byte(sums)), at.UTC().Format(time.RFC3339Nano))
}

// pack writes the archive. The same files give the same bytes.
func pack(files []file, signed []byte, at time.Time) ([]byte, error) {
	all := append(slices.Clone(files), file{sumsName, []byte(sums(files))}, file{signatureName, signed})
	slices.SortFunc(all, func(a, b file) int { return strings.Compare(a.name, b.name) })
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range all {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: at.UTC().Truncate(time.Second)})
		if err != nil {
			return nil, fmt.Errorf("write a package: %w", err)
		}
		if _, err := w.Write(f.body); err != nil {
			return nil, fmt.Errorf("write a package: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("write a package: %w", err)
	}
	return out.Bytes(), nil
}

// coverData is what the cover page shows.
type coverData struct {
	Case     Case
	Manifest Manifest
	Entries  []audit.Entry
}

func cover(c Case, m Manifest, chain custody) ([]byte, error) {
	t, err := template.New("cover").Funcs(template.FuncMap{
		"utc":   func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
		"found": Found.Words,
	}).Parse(coverSource)
	if err != nil {
		return nil, fmt.Errorf("read the cover page: %w", err)
	}
	d := coverData{Case: c, Manifest: m}
	for _, p := range chain.Entries {
		e, err := p.whole()
		if err != nil {
			return nil, err
		}
		d.Entries = append(d.Entries, e)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, d); err != nil {
		return nil, fmt.Errorf("write the cover page: %w", err)
	}
	return b.Bytes(), nil
}

// whole is an entry with what was sealed of it.
func (p proven) whole() (audit.Entry, error) {
	e, err := audit.Decode([]byte(p.Entry))
	if err != nil || p.Sealed == "" {
		return e, err
	}
	return audit.Unfold(e, []byte(p.Sealed))
}

// Words says in a phrase what somebody found.
func (f Found) Words() string {
	switch f {
	case Explains:
		return "explains it"
	case DoesNot:
		return "does not explain it"
	case CannotTell:
		return "cannot be told"
	case notLookedAt:
	}
	return "not looked at"
}

// Checked is what was found in a package.
type Checked struct {
	Manifest Manifest
	// Key is the verifier key that the signatures were checked with; Own says that it
	// came with the package and has to be compared with one that was kept elsewhere.
	Key     string
	Own     bool
	Files   int // that have the hash that is listed
	Entries int // of the audit log, proven
	// Log is the size of the audit log that the checkpoint signs.
	Log int64
	// Faults are what contradicts.
	Faults []string
}

// OK reports whether nothing contradicts.
func (c Checked) OK() bool { return len(c.Faults) == 0 }

func (c *Checked) fault(format string, args ...any) {
	c.Faults = append(c.Faults, fmt.Sprintf(format, args...))
}

// Check verifies a package: the hash of every file, the signature over them, and
// the proof that each entry of the chain of custody is in the signed audit log.
// key is the verifier key of the log that made it; "" takes the one in the
// package. It fails with [ErrPackage] on what cannot be read at all; what
// contradicts is in the result.
func Check(r io.ReaderAt, size int64, key string) (Checked, error) {
	files, err := unpack(r, size)
	if err != nil {
		return Checked{}, err
	}
	c := Checked{Key: strings.TrimSpace(key)}
	if c.Key == "" {
		c.Key, c.Own = strings.TrimSpace(string(files[keyName])), true
	}
	if err := json.Unmarshal(files[manifestName], &c.Manifest); err != nil || c.Manifest.Schema != PackageSchema {
		return Checked{}, fmt.Errorf("%w: no manifest of %s", ErrPackage, PackageSchema)
	}
	c.hashes(files)
	c.listing(files)
	c.uploads(files)
	c.signature(files)
	c.custody(files)
	return c, nil
}

// uploads compares the file of each uploaded document with the hash that was noted
// when it came.
func (c *Checked) uploads(files map[string][]byte) {
	noted := map[string]string{}
	for _, l := range c.Manifest.Files {
		var found struct {
			Digest string `json:"digest"`
		}
		if l.Upload != "" && l.What != uploadedFile && json.Unmarshal(files[l.Name], &found) == nil {
			noted[l.Upload] = found.Digest
		}
	}
	for _, l := range c.Manifest.Files {
		if l.What == uploadedFile && (l.Upload == "" || noted[l.Upload] != digest(files[l.Name])) {
			c.fault("%s is not the file whose hash was noted when it was uploaded", l.Name)
		}
	}
}

// unpack reads the files of an archive whose names are safe to write anywhere.
func unpack(r io.ReaderAt, size int64) (map[string][]byte, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPackage, err)
	}
	if len(z.File) > maxFiles {
		return nil, fmt.Errorf("%w: more than %d files", ErrPackage, maxFiles)
	}
	files := map[string][]byte{}
	left := int64(maxBytes)
	for _, f := range z.File {
		if !fs.ValidPath(f.Name) || strings.ContainsAny(f.Name, "\\:\r\n\x00") || !f.Mode().IsRegular() {
			return nil, fmt.Errorf("%w: the name %q is not one that it would have", ErrPackage, f.Name)
		}
		if _, twice := files[f.Name]; twice {
			return nil, fmt.Errorf("%w: %s is in it twice", ErrPackage, f.Name)
		}
		body, err := read(f, left)
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrPackage, f.Name, err)
		}
		left -= int64(len(body))
		files[f.Name] = body
	}
	return files, nil
}

func read(f *zip.File, most int64) ([]byte, error) {
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(in, most+1))
	if err := errors.Join(err, in.Close()); err != nil {
		return nil, err
	}
	if int64(len(body)) > most {
		return nil, fmt.Errorf("more than %d bytes", int64(maxBytes))
	}
	return body, nil
}

// hashes compares the files with the list of hashes, both ways.
func (c *Checked) hashes(files map[string][]byte) {
	listed := map[string]bool{}
	for line := range strings.Lines(string(files[sumsName])) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		body, there := files[name]
		switch {
		case !ok || listed[name]:
			c.fault("%s: a line is not a hash and a name, or is there twice", sumsName)
		case !there:
			c.fault("%s is listed and not there", name)
		case digest(body) != sum:
			c.fault("%s was changed: its SHA-256 is not the one listed", name)
		default:
			c.Files++
		}
		listed[name] = true
	}
	for _, name := range sortedNames(files) {
		if !listed[name] && name != sumsName && name != signatureName {
			c.fault("%s is there and not listed", name)
		}
	}
}

func sortedNames(files map[string][]byte) []string {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// listing compares the manifest with the files.
func (c *Checked) listing(files map[string][]byte) {
	listed := map[string]bool{manifestName: true, sumsName: true, signatureName: true}
	for _, l := range c.Manifest.Files {
		body, there := files[l.Name]
		if !there || digest(body) != l.SHA256 || len(body) != l.Bytes || listed[l.Name] {
			c.fault("%s: the manifest lists another file", l.Name)
		}
		listed[l.Name] = true
	}
	for _, name := range sortedNames(files) {
		if !listed[name] {
			c.fault("%s is not in the manifest", name)
		}
	}
}

// signature checks that the list of hashes is the one that was signed.
func (c *Checked) signature(files map[string][]byte) {
	text, err := audit.OpenNote(files[signatureName], c.Key)
	if err != nil {
		c.fault("%s: %v", signatureName, err)
		return
	}
	if text != statement(c.Manifest.ID, c.Manifest.Case, string(files[sumsName]), c.Manifest.FrozenAt) {
		c.fault("%s: another package was signed", signatureName)
	}
}

// custody checks that every entry is in the log that the checkpoint signs.
func (c *Checked) custody(files map[string][]byte) {
	point, err := audit.OpenCheckpoint(files[checkpointName], c.Key)
	if err != nil {
		c.fault("%s: %v", checkpointName, err)
		return
	}
	c.Log = point.Size
	var chain custody
	if err := json.Unmarshal(files[custodyName], &chain); err != nil {
		c.fault("%s: %v", custodyName, err)
		return
	}
	last := int64(-1)
	for _, p := range chain.Entries {
		if _, err := p.whole(); err != nil {
			c.fault("%s: entry %d: %v", custodyName, p.Number, err)
			continue
		}
		if p.Number <= last || p.Number >= point.Size ||
			tlog.CheckRecord(p.Proof, point.Size, point.Root, p.Number, tlog.RecordHash([]byte(p.Entry))) != nil {
			c.fault("%s: entry %d is not in the log that was signed", custodyName, p.Number)
			continue
		}
		last = p.Number
		c.Entries++
	}
	if c.Entries == 0 {
		c.fault("%s: no entry", custodyName)
	}
}
