// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"daylight/document"
	"daylight/normalize"
	"daylight/record"
	"daylight/sanctions"
	"daylight/source"
)

// maxSkips is how many rejected rows of one file are named; the rest are counted,
// so that a file of a million bad lines cannot fill memory. Input.Skipped counts
// them all.
const maxSkips = 1000

// input is one file on its way through the stages. Its methods are safe for
// several goroutines.
type input struct {
	Input
	file   *source.File
	format *normalize.Format
	// sanctions says which file of a sanctions list it is, if it is one.
	sanctions sanctions.Kind
	number    uint32 // of a file of events
	database  []byte // in MaxMind's format, when it was read before
	// attachable is whether the file speaks for the company, and so must be none
	// that a person sent in.
	attachable bool

	mu      sync.Mutex
	late    int       // records and events after the instant of the assessment
	skipped []Skipped // rows that a decoder refused
	unread  []Skipped // what the reader of the file could not read, the end of it among others
}

// skip counts and names a row that a decoder refused.
func (in *input) skip(line int, reason string) { in.refuse(&in.skipped, line, reason) }

// lose counts and names what could not be read at all. It is kept apart from rows
// so that a thousand bad ones do not hide that the file broke off.
func (in *input) lose(bad *source.Rejection) { in.refuse(&in.unread, bad.Line, bad.Reason) }

func (in *input) refuse(list *[]Skipped, line int, reason string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.Skipped++
	*list = append(*list, Skipped{in.Path, line, reason})
	if len(*list) > 2*maxSkips {
		*list = firstOf(*list)
	}
}

// byPath returns the files by their path.
func (s *scan) byPath() map[string]*input {
	inputs := make(map[string]*input, len(s.files))
	for _, in := range s.files {
		inputs[in.Path] = in
	}
	return inputs
}

// postpone counts records or events that are later than the assessment.
func (in *input) postpone(n int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.late += n
}

// firstOf returns the first rejections by line, which do not depend on the order
// in which workers came upon them.
func firstOf(list []Skipped) []Skipped {
	slices.SortFunc(list, func(a, b Skipped) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Reason, b.Reason))
	})
	return list[:min(len(list), maxSkips)]
}

// named returns the rejections that are named, and one that says so if there
// are more.
func (in *input) named() []Skipped {
	out := append(slices.Clone(firstOf(in.skipped)), firstOf(in.unread)...)
	if more := in.Skipped - len(out); more > 0 {
		last := slices.MaxFunc(out, func(a, b Skipped) int { return cmp.Compare(a.Line, b.Line) })
		out = append(out, Skipped{in.Path, last.Line + 1, fmt.Sprintf("%d more were skipped; only the first reasons are listed", more)})
	}
	return out
}

func (in *input) count(records, unattributed int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.Records += records
	in.Unattributed += unattributed
}

// recognise walks the folder and names the format of every file.
func (s *scan) recognise(ctx context.Context) error {
	for f, bad := range source.Walk(ctx, s.Files) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if bad != nil {
			in := &input{Input: Input{Path: bad.Path, Format: "unread"}}
			in.lose(bad)
			s.files = append(s.files, in)
			continue
		}
		s.files = append(s.files, &input{Input: Input{Path: f.Path}, file: f})
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.Workers)
	for i, in := range s.files {
		if in.file == nil {
			continue
		}
		g.Go(func() error {
			s.name(ctx, in)
			in.attachable = !isDocument(in)
			s.Progress("recognise files", i, len(s.files))
			return ctx.Err()
		})
	}
	return g.Wait()
}

func (s *scan) name(ctx context.Context, in *input) {
	if s.isSanctions(ctx, in) {
		in.Format = sanctions.Format
		return
	}
	switch f := in.file; f.Shape {
	case source.Empty:
		in.Format = "empty"
		in.skip(0, "the file is empty")
	case source.Unknown:
		in.Format = "unknown"
		in.skip(0, cmp.Or(f.Why, "not a format that is understood"))
	case source.MaxMind, source.Git, source.PDF, source.DOCX, source.HTML, source.Markdown, source.Text, source.Image:
		in.Format = string(f.Shape)
	case source.JSONLines, source.JSONArray, source.JSONPage, source.JSONDocument, source.CSV:
		sample := f.Sample(ctx)
		format, reason := normalize.Recognise(sample, s.Columns)
		if format == nil && (f.Shape == source.JSONDocument || f.Shape == source.JSONLines) && len(sample.JSON) == 1 && document.Recognise(f.Path, sample.JSON[0]) == document.JSONResume {
			in.Format = jsonResume
			return
		}
		if format == nil {
			in.Format = "unknown"
			if len(sample.JSON)+len(sample.Cells) == 0 && s.refuseAll(ctx, in) {
				return
			}
			in.skip(0, reason)
			return
		}
		in.Format, in.format = format.Name, format
	}
}

// refuseAll names the rows of a file of which none can be read, and reports
// whether there are any: the reason of the first is the truth about the file.
func (s *scan) refuseAll(ctx context.Context, in *input) bool {
	refused := false
	for _, bad := range in.file.Rows(ctx) {
		if bad != nil {
			in.lose(bad)
			refused = true
		}
	}
	return refused
}

// readRecords reads every file of records and of known identifiers. They are
// few and precious: all are kept, each once.
func (s *scan) readRecords(ctx context.Context) error {
	type found struct {
		records []record.Record
		listed  []record.Listed
	}
	per := make([]found, len(s.files))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.Workers)
	for i, in := range s.files {
		if in.format == nil || in.format.NewRecords == nil && in.format.NewListed == nil {
			continue
		}
		g.Go(func() error {
			if in.format.NewEvents != nil {
				per[i].records = s.readBeside(ctx, in)
			} else {
				per[i].records, per[i].listed = s.readFile(ctx, in)
			}
			s.Progress("read records", i, len(s.files))
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	said := saying{}
	for i := range per {
		for _, r := range per[i].records {
			said.add(r, i)
		}
	}
	for _, i := range s.attachments(said) {
		s.files[i].setAside()
		per[i] = found{}
	}
	for _, p := range per {
		s.records = append(s.records, p.records...)
		s.listed = append(s.listed, p.listed...)
	}
	s.records = once(s.records)
	return nil
}

func (s *scan) readFile(ctx context.Context, in *input) (records []record.Record, listed []record.Listed) {
	file := normalize.File{Path: in.Path, Shape: in.file.Shape, Header: in.file.Header, Columns: s.Columns}
	var decode func(source.Row) error
	var noter any
	running := newProcesses(s.Tables)
	if in.format.NewRecords != nil {
		dec := in.format.NewRecords(file)
		noter = dec
		decode = func(row source.Row) error {
			return dec.Decode(row, func(r record.Record) {
				r.Origin = record.Origin{Feed: in.Format, Path: in.Path, Locator: in.file.Locator(row)}
				in.Records++
				// Who somebody is has no date; what happened to them has.
				if s.after(r.At) && r.Body.Kind() != record.KindPerson {
					in.postpone(1)
					return
				}
				if running.keep(r) {
					records = append(records, r)
				}
			})
		}
	} else {
		dec := in.format.NewListed(file)
		noter = dec
		decode = func(row source.Row) error {
			return dec.Decode(row, func(l record.Listed) {
				l.Cite = record.Citation{Path: in.Path, Locator: in.file.Locator(row), At: l.Seen.Time()}
				listed = append(listed, l)
				in.Records++
			})
		}
	}
	for row, bad := range in.file.Rows(ctx) {
		if bad != nil {
			in.lose(bad)
			continue
		}
		if err := decode(row); err != nil && !errors.Is(err, normalize.ErrNotEvent) {
			in.skip(row.Line, err.Error())
		}
	}
	if n, ok := noter.(normalize.Noter); ok {
		in.Notes = append(in.Notes, n.Notes()...)
	}
	rest, note := running.rest()
	records = append(records, rest...)
	if note != "" {
		in.Notes = append(in.Notes, note)
	}
	return records, listed
}

// readBeside reads the records in a file of events. The rows are counted, and
// those that cannot be read at all are named, when its events are folded.
func (s *scan) readBeside(ctx context.Context, in *input) (records []record.Record) {
	dec := in.format.NewRecords(normalize.File{Path: in.Path, Shape: in.file.Shape, Header: in.file.Header, Columns: s.Columns})
	running := newProcesses(s.Tables)
	for block, bad := range in.file.Blocks(ctx) {
		if bad != nil {
			continue
		}
		for row := range block.Rows() {
			err := dec.Decode(row, func(r record.Record) {
				r.Origin = record.Origin{Feed: in.Format, Path: in.Path, Locator: in.file.Locator(row)}
				if !s.after(r.At) && running.keep(r) {
					records = append(records, r)
				}
			})
			if err != nil && !errors.Is(err, normalize.ErrNotEvent) {
				in.skip(row.Line, err.Error())
			}
		}
		block.Release()
	}
	rest, note := running.rest()
	if note != "" {
		in.Notes = append(in.Notes, note)
	}
	return append(records, rest...)
}

// once keeps each record once, whichever files repeat it, and cites the first
// of its places in path order. It sorts by id, so that what follows cannot
// depend on the order of reading.
func once(records []record.Record) []record.Record {
	slices.SortFunc(records, func(a, b record.Record) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Origin.Path, b.Origin.Path), naturally(a.Origin.Locator, b.Origin.Locator))
	})
	return slices.CompactFunc(records, func(a, b record.Record) bool { return a.ID == b.ID })
}

// naturally compares locators so that line 9 comes before line 10.
func naturally(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
