// SPDX-License-Identifier: Apache-2.0

package source

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// MaxCommits is how many commits of one repository are read.
const MaxCommits = 2_000_000

// maxCommit bounds the size of one commit object. Git itself has no limit;
// messages of more than a few kilobytes are rare.
const maxCommit = 1 << 20

// Commit is what one commit says of who made it and when. Names and addresses
// are as written, in valid UTF-8.
type Commit struct {
	Hash      [20]byte
	Author    Signature
	Committer Signature
	Parents   int // 2 or more for a merge
}

// ID returns the commit's hash in hexadecimal.
func (c *Commit) ID() string { return hex.EncodeToString(c.Hash[:]) }

// Signature is a name, an address and a time, as the client wrote them.
type Signature struct {
	Name, Email string
	Unix        int64 // seconds
	// OffsetMinutes is the client's offset from UTC, if HasOffset: "-0000" and
	// offsets no place has are read as none.
	OffsetMinutes int16
	HasOffset     bool
}

// Commits reads the commits that any reference of a [Git] file reaches, each
// once, in no particular order. Nothing is executed and no network is used. What
// cannot be read becomes a rejection between the commits, and the rest goes on.
func (f *File) Commits(ctx context.Context) iter.Seq2[Commit, *Rejection] {
	return func(yield func(Commit, *Rejection) bool) {
		dir, err := f.FS()
		if err != nil {
			yield(Commit{}, f.reject(0, "not a git repository"))
			return
		}
		r := &repository{file: f, yield: yield, ctx: ctx, seen: map[plumbing.Hash]struct{}{}, known: map[string]string{}}
		r.read(dir)
	}
}

// repository walks one repository.
type repository struct {
	file   *File
	ctx    context.Context //nolint:containedctx // it lives as long as one call of Commits
	yield  func(Commit, *Rejection) bool
	stop   bool
	store  *filesystem.Storage
	queue  []plumbing.Hash
	seen   map[plumbing.Hash]struct{}
	ends   []plumbing.Hash // of a shallow clone: commits whose parents were not fetched
	known  map[string]string
	buffer bytes.Buffer
}

func (r *repository) reject(reason string) {
	if !r.stop {
		r.stop = !r.yield(Commit{}, r.file.reject(0, reason))
	}
}

func (r *repository) read(dir fs.FS) {
	if reason := unsupported(dir); reason != "" {
		r.reject(reason)
		return
	}
	r.store = filesystem.NewStorageWithOptions(gitFS{dir}, cache.NewObjectLRU(8*cache.MiByte), filesystem.Options{
		ExclusiveAccess: true, LargeObjectThreshold: maxCommit,
	})
	defer r.store.Close() //nolint:errcheck // files open for reading only
	r.shallow(dir)
	r.references()
	for read := 0; len(r.queue) > 0 && !r.stop && r.ctx.Err() == nil; {
		hash := r.queue[len(r.queue)-1]
		r.queue = r.queue[:len(r.queue)-1]
		if _, again := r.seen[hash]; again {
			continue
		}
		if read == MaxCommits {
			r.reject(fmt.Sprintf("more than %d commits: the others were not read", MaxCommits))
			return
		}
		r.seen[hash] = struct{}{}
		c, ok, reason := r.object(hash)
		switch {
		case reason != "":
			r.reject(fmt.Sprintf("object %s: %s", hash.String()[:12], reason))
		case ok && !r.stop:
			read++
			r.stop = !r.yield(c, nil)
		}
	}
}

// unsupported names a kind of repository that cannot be read, or "".
func unsupported(dir fs.FS) string {
	config, err := fs.ReadFile(dir, "config")
	if err != nil {
		return "" // a bare copy without configuration is read with the defaults
	}
	text := strings.ToLower(strings.Join(strings.Fields(string(config)), ""))
	switch {
	case strings.Contains(text, "objectformat=sha256"):
		return "git repository with SHA-256 names, which are not read"
	case strings.Contains(text, "refstorage=reftable"):
		return "git repository with reftable references, which are not read"
	}
	return ""
}

func (r *repository) shallow(dir fs.FS) {
	text, err := fs.ReadFile(dir, "shallow")
	if err != nil {
		return
	}
	for line := range strings.FieldsSeq(string(text)) {
		r.ends = append(r.ends, plumbing.NewHash(line))
	}
	if len(r.ends) > 0 {
		r.reject("shallow clone: older commits are missing")
	}
}

// references queues what every branch, tag and other reference points to.
func (r *repository) references() {
	refs, err := r.store.IterReferences()
	if err != nil {
		r.reject("references cannot be read")
		return
	}
	defer refs.Close()
	for {
		ref, err := refs.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.reject("references cannot be read")
			break
		}
		if ref.Type() == plumbing.HashReference {
			r.queue = append(r.queue, ref.Hash())
		}
	}
	if len(r.queue) == 0 {
		r.reject("git repository without references")
	}
}

// object reads one object. A commit is returned; a tag queues what it names;
// others are passed over.
func (r *repository) object(hash plumbing.Hash) (c Commit, ok bool, reason string) {
	defer func() {
		// The library has been seen to panic on damaged packs.
		if p := recover(); p != nil {
			c, ok, reason = Commit{}, false, "damaged"
		}
	}()
	obj, err := r.store.EncodedObject(plumbing.AnyObject, hash)
	switch {
	case errors.Is(err, plumbing.ErrObjectNotFound):
		return c, false, "missing"
	case err != nil:
		return c, false, "damaged"
	case obj.Type() != plumbing.CommitObject && obj.Type() != plumbing.TagObject:
		return c, false, ""
	case obj.Size() > maxCommit:
		return c, false, fmt.Sprintf("larger than %d KiB", maxCommit>>10)
	}
	if r.buffer.Reset(); copyObject(&r.buffer, obj) != nil {
		return c, false, "damaged"
	}
	if obj.Type() == plumbing.TagObject {
		if name, ok := bytes.CutPrefix(r.buffer.Bytes(), []byte("object ")); ok && len(name) >= 40 {
			r.queue = append(r.queue, plumbing.NewHash(string(name[:40])))
		}
		return c, false, ""
	}
	return r.commit(hash)
}

func copyObject(to *bytes.Buffer, obj plumbing.EncodedObject) error {
	reader, err := obj.Reader()
	if err != nil {
		return err
	}
	_, err = io.Copy(to, io.LimitReader(reader, maxCommit))
	return errors.Join(err, reader.Close())
}

// commit parses the header of a commit object, and queues its parents.
func (r *repository) commit(hash plumbing.Hash) (c Commit, ok bool, reason string) {
	c.Hash = hash
	end := slices.Contains(r.ends, hash)
	var author, committer bool
	for rest := r.buffer.Bytes(); len(rest) > 0; {
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		if rest = after; len(line) == 0 {
			break // the message begins
		}
		key, value, _ := bytes.Cut(line, []byte(" "))
		switch string(key) {
		case "parent":
			c.Parents++
			if !end {
				r.queue = append(r.queue, plumbing.NewHash(string(value)))
			}
		case "author":
			c.Author, author = r.signature(value)
		case "committer":
			c.Committer, committer = r.signature(value)
		}
	}
	if !author || !committer {
		return c, false, "author or committer not understood"
	}
	return c, true, ""
}

// signature parses "A Name <name@example.com> 1700000000 +0530".
func (r *repository) signature(b []byte) (s Signature, ok bool) {
	open, end := bytes.IndexByte(b, '<'), bytes.LastIndexByte(b, '>')
	if open < 0 || end < open {
		return s, false
	}
	s.Name, s.Email = r.word(b[:open]), r.word(b[open+1:end])
	when, zone, _ := bytes.Cut(bytes.TrimSpace(b[end+1:]), []byte(" "))
	unix, err := strconv.ParseInt(string(when), 10, 64)
	if err != nil {
		return s, false
	}
	s.Unix = unix
	s.OffsetMinutes, s.HasOffset = offset(zone)
	return s, true
}

// word keeps one copy of each name and address.
func (r *repository) word(b []byte) string {
	b = bytes.TrimSpace(b)
	if w, ok := r.known[string(b)]; ok {
		return w
	}
	w := strings.ToValidUTF8(string(b), "\uFFFD")
	r.known[string(b)] = w
	return w
}

// offset reads "+hhmm". Places keep offsets from -12:00 to +14:00.
func offset(zone []byte) (minutes int16, ok bool) {
	if len(zone) != 5 || (zone[0] != '+' && zone[0] != '-') || string(zone) == "-0000" {
		return 0, false
	}
	n, err := strconv.ParseUint(string(zone[1:]), 10, 16)
	if err != nil || n%100 > 59 {
		return 0, false
	}
	minutes = int16(n/100*60 + n%100) //nolint:gosec // at most 99*60+59
	if zone[0] == '-' {
		minutes = -minutes
	}
	return minutes, minutes >= -12*60 && minutes <= 14*60
}
