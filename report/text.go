// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"daylight/record"
	"daylight/weigh"
)

// TextOptions say how to write for a terminal.
type TextOptions struct {
	// Width is the number of columns to wrap at: 80 when 0, never below 60.
	Width int
	// Colour writes ANSI colours. Nothing is said by colour alone.
	Colour bool
	// All shows everybody in full: those beyond the most pressing, who otherwise have a
	// line each, and those who are clear or lack data, who are counted.
	All bool
}

func (o TextOptions) printer(w io.Writer) *printer {
	if o.Width == 0 {
		o.Width = 80
	}
	return &printer{w: w, width: max(o.Width, 60), colour: o.Colour}
}

// Limits of the text form; the JSON form holds everything.
const (
	textToward  = 3  // pieces of evidence toward a mismatch shown per person
	textAgainst = 1  // pieces toward consistency
	textCites   = 2  // records cited per piece
	textReasons = 2  // innocent explanations per piece
	textFull    = 12 // people shown in full; the rest has a line each
	textLines   = 40 // people who have a line
	textRings   = 6  // groups with their strongest links; the rest is counted
	textInputs  = 24 // files listed one by one before they are summed by format
	textSkipped = 8  // files with skipped input listed one by one

	textConclusions = 12 // people with an outcome who are not shown otherwise
)

// WriteText writes what a reader understands in a minute: how many people need
// a look, groups first, then each of them with the strongest evidence, what
// would innocently explain it and what to do next; then what is not known, what
// was not read, and what the figures rest on.
func (r *Report) WriteText(w io.Writer, o TextOptions) error {
	p := o.printer(w)
	p.para(0, bold, r.Headline())
	p.para(0, quiet, r.asOf()+" "+Decides)
	for _, n := range r.notes() {
		p.para(0, quiet, n)
	}

	r.textCompliance(p)
	r.textRings(p, o.All)
	queue := r.queue()
	shown := slices.DeleteFunc(slices.Clone(queue), func(s *Subject) bool { return !o.All && rank(s.State) > 1 })
	if len(shown) > 0 {
		p.heading("People, most pressing first")
		full := len(shown)
		if !o.All && full > textFull {
			full = textFull
		}
		for _, s := range shown[:full] {
			p.blank()
			r.textSubject(p, s)
		}
		r.textShort(p, shown[full:])
	}
	textConcluded(p, queue, shown)
	r.textInsufficient(p, queue)
	r.textSkippedInput(p)
	r.textInputTable(p)

	p.heading("What the figures rest on")
	for _, a := range r.assumptions() {
		p.hang(2, "· ", quiet, plainStyle, a)
	}
	return p.err
}

// rings that hold someone who needs a look, widest first.
func (r *Report) pressingRings() []Ring {
	pressing := map[string]bool{}
	for _, s := range r.Subjects {
		if s.Ring != "" && rank(s.State) <= 1 {
			pressing[s.Ring] = true
		}
	}
	rings := slices.DeleteFunc(slices.Clone(r.Rings), func(g Ring) bool { return !pressing[g.ID] })
	slices.SortStableFunc(rings, func(a, b Ring) int {
		return cmp.Or(cmp.Compare(len(b.Subjects), len(a.Subjects)), cmp.Compare(a.ID, b.ID))
	})
	return rings
}

// strongest returns a ring's links, heaviest first.
func strongest(links []Link) []Link {
	out := slices.Clone(links)
	slices.SortStableFunc(out, func(a, b Link) int {
		return cmp.Or(cmp.Compare(b.WeightDB, a.WeightDB), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B), cmp.Compare(a.Kind, b.Kind))
	})
	return out
}

func (r *Report) textRings(p *printer, all bool) {
	rings := r.pressingRings()
	if len(rings) == 0 {
		return
	}
	p.heading("People connected by what they share")
	for i, g := range rings {
		if i == textRings && !all {
			p.para(2, quiet, fmt.Sprintf("and %s, with %s; --all lists them.", plural(len(rings)-i, "more group", "more groups"), people(members(rings[i:]))))
			break
		}
		p.hang(2, g.label()+"  ", bold, plainStyle, people(len(g.Subjects))+": "+listed(g.Subjects, 6)+".")
		for i, l := range strongest(g.Links) {
			if i == 2 {
				p.para(4, quiet, "and "+plural(len(g.Links)-2, "more link", "more links")+".")
				break
			}
			p.hang(4, pad(decibans(centibans(l.WeightDB)), 6, true)+" dB  ", mismatch, plainStyle, linkWords(l))
		}
	}
}

// members counts people of groups; nobody is in two.
func members(rings []Ring) int {
	n := 0
	for _, g := range rings {
		n += len(g.Subjects)
	}
	return n
}

// textShort gives those who are not among the most pressing a line each.
func (r *Report) textShort(p *printer, rest []*Subject) {
	if len(rest) == 0 {
		return
	}
	p.blank()
	p.para(0, bold, "And "+plural(len(rest), "more person", "more people")+" in short; --all shows them in full, `daylight explain ID EXPORTS` one of them")
	for i, s := range rest {
		if i == textLines {
			p.para(2, quiet, "and "+plural(len(rest)-i, "more person", "more people")+".")
			break
		}
		toward := []string{}
		for _, f := range familiesFrom(r.assessment(s).Families, 1) {
			toward = append(toward, string(f.Family))
		}
		p.hang(0, shape(s.State)+" "+pad(dB(centibans(s.WeightDB)), 9, true)+"  ", plainStyle, plainStyle, s.title()+": "+strings.Join(slices.DeleteFunc([]string{string(s.State), listed(toward, 4)}, func(w string) bool { return w == "" }), "; "))
	}
}

// of returns the links that a person has.
func (g Ring) of(id string) []Link {
	return slices.DeleteFunc(slices.Clone(g.Links), func(l Link) bool { return l.A != id && l.B != id })
}

func (g Ring) label() string { return visible(g.ID) }

// title is a person's line: id, other ids, stage and state.
func (s *Subject) title() string {
	who := visible(s.ID)
	if len(s.Aliases) > 0 {
		who += " (also " + visible(listed(s.Aliases, 4)) + ")"
	}
	if s.Stage != "" {
		who += ", " + visible(string(s.Stage))
	}
	return who
}

func (r *Report) textSubject(p *printer, s *Subject) {
	p.hang(0, shape(s.State)+" ", bold, bold, s.title()+": "+string(s.State))
	if c := s.concluded(); c != "" {
		p.para(2, bold, c)
	}
	p.para(2, plainStyle, r.chance(s))
	toward, against := sides(s.Evidence)
	textEvidence(p, toward, textToward, mismatch, "toward a mismatch")
	textEvidence(p, against, textAgainst, consistent, "toward consistency")
	if len(s.Evidence) == 0 {
		p.para(2, plainStyle, "Nothing was seen that weighs either way.")
	}
	for i, n := range s.NextChecks {
		label := "Next  "
		if i > 0 {
			label = "or    "
		}
		p.hang(2, label, bold, plainStyle, nextWords(n))
	}
	if g, ok := r.ring(s); ok {
		others := slices.DeleteFunc(slices.Clone(g.Subjects), func(id string) bool { return id == s.ID })
		p.hang(2, "Group  ", bold, plainStyle, fmt.Sprintf("%s, with %s.", g.ID, listed(others, 6)))
	}
	if len(s.Missing) > 0 {
		p.hang(2, "Not known  ", quiet, plainStyle, stop(strings.Join(s.Missing, "; ")))
	}
}

// sides parts evidence toward a mismatch from the rest, each strongest first.
func sides(evidence []Evidence) (toward, against []Evidence) {
	for _, e := range evidence {
		if e.WeightDB < 0 || e.WeightDB == 0 && e.Part.Weight < 0 {
			against = append(against, e)
		} else {
			toward = append(toward, e)
		}
	}
	return toward, against
}

func textEvidence(p *printer, evidence []Evidence, most int, st style, side string) {
	for i, e := range evidence {
		if i == most {
			rest := record.Weight(0)
			for _, e := range evidence[most:] {
				rest += centibans(e.WeightDB)
			}
			together := " together"
			if len(evidence)-most == 1 {
				together = ""
			}
			p.para(2, quiet, fmt.Sprintf("and %s %s, %s%s.", plural(len(evidence)-most, "more piece", "more pieces"), side, dB(rest), together))
			return
		}
		p.hang(2, pad(decibans(centibans(e.WeightDB)), 6, true)+" dB  ", st, plainStyle, sentence(e.Statement))
		if at := where(e.Records, textCites); at != "" {
			p.para(13, quiet, at)
		}
		if words := wouldExplain(e.Innocent, textReasons); words != "" {
			p.para(13, plainStyle, words)
		}
	}
}

// offer is what could be done, in words.
func offer(n NextCheck) string {
	if n.Do == "" {
		return sentence(n.Check)
	}
	if strings.HasPrefix(n.Do, "You could ") {
		return stop(n.Do)
	}
	return stop("You could " + n.Do)
}

// nextWords is a next check as an offer, with what it would tell.
func nextWords(n NextCheck) string {
	words := offer(n)
	if n.Why != "" {
		words += " " + sentence(n.Why)
	}
	if n.ExpectedDB > 0 {
		words += fmt.Sprintf(" It is expected to move the sum by %.1f dB towards what is true.", n.ExpectedDB)
	}
	return words
}

// textConcluded lists what people concluded about those who are not shown.
func textConcluded(p *printer, queue, shown []*Subject) {
	var about []*Subject
	for _, s := range queue {
		if len(s.Outcomes) > 0 && !slices.Contains(shown, s) {
			about = append(about, s)
		}
	}
	if len(about) == 0 {
		return
	}
	p.heading("Concluded by people before: " + people(len(about)))
	for i, s := range about {
		if i == textConclusions {
			p.para(2, quiet, "and "+plural(len(about)-i, "other", "others")+".")
			return
		}
		p.para(2, plainStyle, s.ID+": "+s.concluded()+" Now: "+string(s.State)+".")
	}
}

func (r *Report) textInsufficient(p *printer, queue []*Subject) {
	lack := slices.DeleteFunc(slices.Clone(queue), func(s *Subject) bool { return s.State != weigh.Insufficient })
	if len(lack) == 0 {
		return
	}
	p.heading("Not enough to say anything: " + people(len(lack)))
	p.para(2, plainStyle, "This is not the same as clear. What was missing, and for how many:")
	why := lacking(lack)
	for i, m := range why {
		if i == mostMissing {
			p.para(4, quiet, "and "+plural(len(why)-i, "other reason", "other reasons")+".")
			break
		}
		p.hang(4, pad(count(m.N), 6, true)+"  ", plainStyle, plainStyle, m.Words)
	}
	if len(why) == 0 {
		p.para(4, quiet, "too few indicators could answer.")
	}
	var leaning []string
	for _, s := range lack {
		if s.WeightDB > 0 {
			leaning = append(leaning, s.ID+" ("+dB(centibans(s.WeightDB))+")")
		}
	}
	if len(leaning) > 0 {
		p.para(2, plainStyle, "Some evidence toward a mismatch, too little to judge: "+listed(leaning, 6)+".")
	}
}

// skippedIn is what was skipped of one file.
type skippedIn struct {
	Path  string
	First Skipped
	N     int
}

// skippedByFile gathers skipped input by file, most first.
func (r *Report) skippedByFile() []skippedIn {
	at := map[string]int{}
	var out []skippedIn
	for _, s := range r.Skipped {
		i, seen := at[s.Path]
		if !seen {
			i = len(out)
			at[s.Path] = i
			out = append(out, skippedIn{Path: s.Path, First: s})
		}
		out[i].N++
		if s.Line < out[i].First.Line {
			out[i].First = s
		}
	}
	// A file may have counted more than it lists.
	for _, in := range r.Inputs {
		if i, ok := at[in.Path]; ok {
			out[i].N = max(out[i].N, in.Skipped)
		}
	}
	slices.SortStableFunc(out, func(a, b skippedIn) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Path, b.Path))
	})
	return out
}

// Words says what was skipped of the file, with the first place and reason.
func (s skippedIn) Words() string {
	at := ""
	if s.First.Line > 0 {
		at = fmt.Sprintf("line %d: ", s.First.Line)
	}
	if s.N > 1 {
		return fmt.Sprintf("%s skipped; first, %s%s", count(s.N), at, stop(s.First.Reason))
	}
	return at + stop(s.First.Reason)
}

func (r *Report) textSkippedInput(p *printer) {
	files := r.skippedByFile()
	if len(files) == 0 {
		return
	}
	total := 0
	for _, f := range files {
		total += f.N
	}
	p.heading(fmt.Sprintf("Not read: %s in %s", plural(total, "piece of input", "pieces of input"), plural(len(files), "file", "files")))
	for i, f := range files {
		if i == textSkipped {
			p.para(2, quiet, "and "+plural(len(files)-i, "more file", "more files")+".")
			return
		}
		p.para(2, plainStyle, f.Path+": "+f.Words())
	}
}

// inputRow is a line of the table of inputs.
type inputRow struct {
	Path, Format                   string
	Files                          int
	Records, Skipped, Unattributed int
	Notes                          []string
}

// inputRows lists the files, or the formats when there are more than most.
func (r *Report) inputRows(most int) (rows []inputRow, byFormat bool) {
	byFormat = len(r.Inputs) > most
	at := map[string]int{}
	for _, in := range r.Inputs {
		i, seen := at[in.Format]
		if !byFormat || !seen {
			i = len(rows)
			at[in.Format] = i
			rows = append(rows, inputRow{Path: in.Path, Format: in.Format})
		}
		row := &rows[i]
		row.Files++
		row.Records += in.Records
		row.Skipped += in.Skipped
		row.Unattributed += in.Unattributed
		for _, n := range in.Notes {
			if byFormat {
				n = in.Path + ": " + n
			}
			row.Notes = append(row.Notes, n)
		}
	}
	for i := range rows {
		if byFormat && rows[i].Files > 1 {
			rows[i].Path = count(rows[i].Files) + " files"
		}
	}
	return rows, byFormat
}

func (r *Report) textInputTable(p *printer) {
	if len(r.Inputs) == 0 {
		p.heading("Nothing was read")
		return
	}
	p.heading("What was read: " + plural(len(r.Inputs), "file", "files"))
	rows, _ := r.inputRows(textInputs)
	const figures = 9 + 9 + 14
	room := p.width - 2 - figures
	format := min(max(room*2/5, 8), 24)
	path := room - format - 1
	line := func(st style, a, b, c, d, e string) {
		p.raw(p.paint(st, "  "+pad(cut(visible(a), path), path, false)+" "+pad(cut(visible(b), format), format, false)+
			pad(c, 9, true)+pad(d, 9, true)+pad(e, 14, true)) + "\n")
	}
	line(quiet, "file", "format", "records", "skipped", "unattributed")
	for _, row := range rows {
		line(plainStyle, row.Path, row.Format, count(row.Records), count(row.Skipped), count(row.Unattributed))
		for i, n := range row.Notes {
			if i == 3 {
				p.para(4, quiet, "and "+plural(len(row.Notes)-i, "more note", "more notes")+".")
				break
			}
			p.para(4, quiet, n)
		}
	}
}

// ErrNoSubject is returned for a subject that the report does not hold.
var ErrNoSubject = errors.New("no such person in the report")

// Subject returns the subject with the id or alias.
func (r *Report) Subject(id string) (*Subject, error) {
	for _, s := range r.Subjects {
		if s.ID == id {
			return s, nil
		}
	}
	for _, s := range r.Subjects {
		if slices.Contains(s.Aliases, id) {
			return s, nil
		}
	}
	return nil, fmt.Errorf("%w: %s; use an id or an alias as in the report", ErrNoSubject, visible(id))
}
