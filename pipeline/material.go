// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"daylight/activity"
	"daylight/detect"
	"daylight/record"
	"daylight/sanctions"
	"daylight/source"
)

// Material is what reading one file yields, whoever else is known. [Assess] makes
// a result of the material of many files, the same that [Scan] makes of the files.
type Material struct {
	Input Input // Unattributed counts events that name no account
	// Skipped are rows that were refused and Unread what could not be read at all:
	// the first of each, Input.Skipped counts them all.
	Skipped, Unread []Skipped
	Late            int // events after the instant of reading, which were not used
	// Attachable is whether the file speaks for the company. If its name begins
	// with a person's id, it is what somebody sent in, and is set aside.
	Attachable bool
	// Number is what sightings in the file point to, and Unit what their positions
	// count; "" for a file without events.
	Number uint32
	Unit   string

	Records   []record.Record
	Listed    []record.Listed
	Document  *Document
	Sanctions []sanctions.Entry
	Database  []byte // in MaxMind's format
}

// Account is the folded activity of one account, named by whatever the source
// knows of it. Two with the same names are one: their profiles are joined, their
// events added and the newest kept.
type Account struct {
	Email, ID, Name string
	Profile         *activity.Profile // nil when no event counts
	Events          int
	Newest          int64 // Unix milliseconds, events that do not count included
}

// How much folded activity [Read] holds before it hands it on.
const (
	maxAccounts     = 1 << 16
	maxProfileBytes = 32 << 20
	// blocksBetween is how many blocks pass between two looks at the memory.
	blocksBetween = 16
)

// Read reads one file of o.Files. number is what sightings in it point to (see
// [NumberOf]). Activity is handed to each in pieces of bounded size, in which the
// same account may come up again; each is called by one goroutine at a time, and
// its error ends the reading. What cannot be read is in the material; an error
// means that there is none.
func Read(ctx context.Context, o Options, path string, number uint32, each func([]Account) error) (*Material, error) {
	s := newScan(o)
	f, bad := source.Open(ctx, o.Files, path)
	if bad != nil {
		in := &input{Input: Input{Path: path, Format: "unread"}}
		in.lose(bad)
		return in.material(), ctx.Err()
	}
	in := &input{Input: Input{Path: path}, file: f, number: number}
	s.files = []*input{in}
	s.name(ctx, in)
	in.attachable = !isDocument(in)
	for _, read := range []func(context.Context) error{s.readRecords, s.readDocuments, s.readSanctions} {
		if err := read(ctx); err != nil {
			return nil, fmt.Errorf("read a file: %w", err)
		}
	}
	m := &Material{Records: s.records, Listed: s.listed, Sanctions: s.sanctioned, Attachable: in.attachable}
	for _, t := range s.texts {
		m.Document = t.Document
	}
	switch {
	case f.Shape == source.MaxMind:
		data, err := f.Document(ctx)
		if err != nil {
			in.skip(0, rejected(err))
		}
		m.Database = data
	case f.Shape == source.Git:
		in.skip(0, "a git repository is read by a scan of its folder only")
	case in.format != nil && in.format.NewEvents != nil:
		m.Number, m.Unit = number, in.source().Unit
		if err := s.foldAccounts(ctx, in, each); err != nil {
			return nil, fmt.Errorf("read a file: %w", err)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("read a file: %w", err)
	}
	read := in.material()
	m.Input, m.Skipped, m.Unread, m.Late = read.Input, read.Skipped, read.Unread, read.Late
	return m, nil
}

// newScan returns the state of a run with what the options leave open filled in.
func newScan(o Options) *scan {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	if o.Company == nil {
		o.Company = &detect.Company{}
	}
	return &scan{Options: o, sources: record.Sources{}}
}

// material is what there is to say of a file that was read.
func (in *input) material() *Material {
	return &Material{Input: in.Input, Skipped: firstOf(in.skipped), Unread: firstOf(in.unread), Late: in.late}
}

// foldAccounts folds a file of events into the profiles of its accounts.
func (s *scan) foldAccounts(ctx context.Context, in *input, each func([]Account) error) error {
	var mu sync.Mutex
	folders := make([]*folder, s.Workers)
	index := make([]*accounts, s.Workers)
	hand := func(w int) error {
		out := index[w].take(folders[w])
		mu.Lock()
		defer mu.Unlock()
		if len(out) == 0 {
			return nil
		}
		return each(out)
	}
	for w := range folders {
		index[w] = &accounts{known: map[string]int{}, told: s.Told, format: in.format.Name}
		folders[w] = newFolder(s, index[w], 0)
		blocks := 0
		folders[w].after = func() error {
			if index[w].failed != nil {
				return index[w].failed
			}
			blocks++
			if len(index[w].all) < maxAccounts/s.Workers && (blocks%blocksBetween != 0 || folders[w].size() < maxProfileBytes/s.Workers) {
				return nil
			}
			return hand(w)
		}
	}
	if err := s.foldFiles(ctx, []*input{in}, folders); err != nil {
		return err
	}
	for w := range folders {
		if err := hand(w); err != nil {
			return err
		}
	}
	return nil
}

// size is the memory that a folder's profiles hold, in bytes.
func (f *folder) size() int {
	n := 0
	for _, p := range f.profiles.All() {
		n += p.Size()
	}
	return n
}

// accounts numbers the accounts of events as they come up. It is for one
// goroutine, and allocates only for accounts not seen before.
type accounts struct {
	known map[string]int
	all   []Account
	key   []byte

	told   func(format string, e *record.Event) (func(at int64) bool, error) // may be nil
	format string
	may    []func(at int64) bool // by account, if told is set
	failed error
}

// of implements [attributor]: an account is its names together. An event without
// one is nobody's, whoever will be known.
func (a *accounts) of(e *record.Event) (int, bool) {
	if len(e.ActorEmail)+len(e.ActorID)+len(e.ActorName) == 0 {
		return 0, false
	}
	a.key = append(a.key[:0], e.ActorEmail...)
	a.key = append(append(a.key, 0), e.ActorID...)
	a.key = append(append(a.key, 0), e.ActorName...)
	i, ok := a.known[string(a.key)]
	if !ok {
		i = len(a.all)
		a.known[string(a.key)] = i
		a.all = append(a.all, Account{Email: string(e.ActorEmail), ID: string(e.ActorID), Name: string(e.ActorName)})
		if a.told != nil {
			may, err := a.told(a.format, e)
			if err != nil {
				a.failed, may = err, func(int64) bool { return false }
			}
			a.may = append(a.may, may)
		}
	}
	if a.told != nil && !a.may[i](e.At) {
		return heldBack, true
	}
	a.all[i].Events++
	a.all[i].Newest = max(a.all[i].Newest, e.At)
	return i, true
}

// take returns the accounts with their profiles, and begins anew.
func (a *accounts) take(f *folder) []Account {
	out := a.all
	for i, p := range f.profiles.All() {
		out[i].Profile = p
	}
	// Of an account that is held back whole, not even the name goes on.
	out = slices.DeleteFunc(out, func(a Account) bool { return a.Events == 0 })
	a.all, a.may, f.profiles = nil, nil, activity.NewFold(0)
	clear(a.known)
	return out
}

// Kept is the material of many files, from wherever it is kept.
type Kept struct {
	Files []File
	// Records are those of the files, each once for every place where it was read. They
	// are sorted and dealt out where they stand, and are the result's afterwards.
	Records  []record.Record
	Accounts []KeptAccount
}

// File is the material of one file, less its records and activity, which are kept
// once for all files.
type File struct {
	Material
	// Accounts counts the file's events by their accounts.
	Accounts []Counted
	// Group is one of files of events with the same [AttachmentGroup].
	Group string
}

// Counted is how many events of a file are an account's.
type Counted struct {
	Key    string // of the account
	Events int
}

// KeptAccount is the folded activity of one account in all files that count: those
// whose groups are none of [Kept.Aside].
type KeptAccount struct {
	Key             string
	Email, ID, Name string
	// Activity is the stored form of a profile, see [activity.Profile.AppendBinary];
	// empty when no event counts. It takes less room than the profile.
	Activity []byte
	Newest   int64 // Unix milliseconds
	// Aside says that none of the account's files counts.
	Aside bool
}

// AttachmentGroup is the same for files whose names begin alike, as far as it
// matters to whether they are a person's attachments. Activity is joined within a
// group, so that all of it can be left out.
func AttachmentGroup(path string) string {
	return strings.Join(prefixes(path), "\x00")
}

// Assess makes a result of what is kept. o.Files is not used. The result does not
// depend on the order of what is kept, nor on how often it was received.
func Assess(ctx context.Context, o Options, k Kept) (*Result, error) {
	p, err := Gather(ctx, o, k)
	if err != nil {
		return nil, err
	}
	return p.collect(ctx)
}

// Gather joins and links everybody of whom something is kept. o.Files is not used.
func Gather(ctx context.Context, o Options, k Kept) (*People, error) {
	s := newScan(o)
	files := sortedFiles(k.Files)
	s.gather(files, k.Records)
	for i := range files {
		files[i].Document = nil // it need not be held until activity is counted
	}
	accounts := k.Accounts // and not the whole of it, of which records need not be held as they came
	err := s.run(ctx, []stage{
		{"read place databases", s.readDatabases},
		{"join people", s.joinPeople},
		{"attribute activity", func(ctx context.Context) error { return s.attribute(ctx, files, accounts) }},
	})
	if err != nil {
		return nil, err
	}
	return &People{s}, nil
}

// Aside returns the groups of files that do not count: they are attachments by the
// ids that the records say. Accounts are not looked at.
func (k Kept) Aside() map[string]bool {
	s := newScan(Options{})
	aside := s.gatherFiles(sortedFiles(k.Files), k.Records)
	left := map[string]bool{}
	for _, f := range k.Files {
		if aside[f.Input.Path] {
			left[f.Group] = true
		}
	}
	return left
}

// gatherFiles fills in the files, and returns the paths of those that are attachments.
func (s *scan) gatherFiles(files []File, records []record.Record) (aside map[string]bool) {
	byPath := map[string]int{}
	for _, f := range files {
		i, again := byPath[f.Input.Path]
		if !again {
			i = len(s.files)
			byPath[f.Input.Path] = i
			s.files = append(s.files, &input{Input: Input{Path: f.Input.Path}})
		}
		s.files[i].add(f)
	}
	said := saying{}
	for _, r := range records {
		if i, ok := byPath[r.Origin.Path]; ok {
			said.add(r, i)
		}
	}
	aside = map[string]bool{}
	for _, i := range s.attachments(said) {
		aside[s.files[i].Path] = true
		s.files[i].setAside()
	}
	return aside
}

// sortedFiles returns a copy in the order in which files are gone through.
func sortedFiles(files []File) []File {
	files = slices.Clone(files)
	slices.SortStableFunc(files, func(a, b File) int {
		return cmp.Or(cmp.Compare(a.Input.Path, b.Input.Path), cmp.Compare(a.Number, b.Number))
	})
	return files
}

// gather fills the state that reading leaves.
func (s *scan) gather(files []File, records []record.Record) {
	aside := s.gatherFiles(files, records)
	for _, f := range files {
		if aside[f.Input.Path] {
			continue
		}
		s.listed = append(s.listed, f.Listed...)
		s.sanctioned = append(s.sanctioned, f.Sanctions...)
		if f.Document != nil {
			s.texts = append(s.texts, text{f.Document, -1})
		}
		if f.Unit != "" {
			s.sources[f.Number] = record.Source{Path: f.Input.Path, Unit: f.Unit}
		}
	}
	s.records = once(slices.DeleteFunc(records, func(r record.Record) bool { return aside[r.Origin.Path] }))
}

// add puts the counts of one version of a file to those of the others.
func (in *input) add(f File) {
	in.Format = f.Input.Format
	in.Records += f.Input.Records
	in.Unattributed += f.Input.Unattributed
	in.Skipped += f.Input.Skipped
	in.skipped = append(in.skipped, f.Skipped...)
	in.unread = append(in.unread, f.Unread...)
	in.late += f.Late
	in.attachable = in.attachable || f.Attachable
	for _, note := range f.Input.Notes {
		if !slices.Contains(in.Notes, note) {
			in.Notes = append(in.Notes, note)
		}
	}
	if f.Database != nil {
		in.database = f.Database
	}
}

// attribute gives the activity of each account to whom the directory says it is.
// That which it gives to nobody waits, and is counted.
func (s *scan) attribute(ctx context.Context, files []File, accounts []KeptAccount) error {
	who := newActors(s.directory)
	s.stored = make([][][]byte, len(s.directory.subjects))
	s.accounts = map[int][]string{}
	strangers := map[string]bool{}
	var e record.Event
	for _, a := range accounts {
		e.ActorEmail, e.ActorID, e.ActorName = []byte(a.Email), []byte(a.ID), []byte(a.Name)
		i, ok := who.of(&e)
		if !ok {
			strangers[a.Key] = true
			continue
		}
		s.accounts[i] = append(s.accounts[i], a.Key)
		if a.Aside {
			continue
		}
		if a.Newest > 0 {
			s.see(time.UnixMilli(a.Newest))
		}
		if len(a.Activity) > 0 {
			s.stored[i] = append(s.stored[i], a.Activity)
		}
	}
	byPath := s.byPath()
	for _, f := range files {
		in := byPath[f.Input.Path]
		if in.Format == "attachment" {
			continue
		}
		for _, c := range f.Accounts {
			if strangers[c.Key] {
				in.count(0, c.Events)
			}
		}
	}
	return ctx.Err()
}
