// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// TextOptions say how to write for a terminal.
type TextOptions struct {
	// Width is the number of columns to wrap at: 80 when 0, never below 60.
	Width int
	// Colour makes headings bold. Nothing is said by it alone.
	Colour bool
}

// WriteText writes the evaluation for a person at a terminal. Long tables of
// indicators are cut, and say so; the JSON form and the page hold everything.
func (e *Evaluation) WriteText(w io.Writer, o TextOptions) error {
	if o.Width == 0 {
		o.Width = 80
	}
	p := &printer{w: w, width: max(o.Width, 60), bold: o.Colour}
	p.heading(e.Headline())
	for _, n := range e.notes() {
		p.para(0, n)
	}
	for _, s := range e.sections() {
		p.line("")
		p.heading(s.Title)
		for _, l := range s.Lead {
			p.para(2, l)
		}
		for _, t := range s.Tables {
			p.table(t)
		}
		for _, n := range s.Notes {
			p.para(2, n)
		}
	}
	return p.err
}

// printer writes wrapped lines and keeps the first error.
type printer struct {
	w     io.Writer
	width int
	bold  bool
	err   error
}

func (p *printer) line(s string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, strings.TrimRight(s, " ")+"\n")
	}
}

func (p *printer) heading(s string) {
	for _, l := range wrap(s, p.width) {
		if p.bold {
			l = "\x1b[1m" + l + "\x1b[0m"
		}
		p.line(l)
	}
}

func (p *printer) para(indent int, s string) {
	for _, l := range wrap(s, p.width-indent) {
		p.line(strings.Repeat(" ", indent) + l)
	}
}

// table writes columns where they fit into the width; otherwise each row's name
// on a line of its own with its figures in columns below it, or, where these do
// not fit either, with what they are.
func (p *printer) table(t table) {
	p.line("")
	if t.Title != "" {
		p.para(2, t.Title)
	}
	rows := t.Rows
	if t.Most > 0 && len(rows) > t.Most {
		rows = rows[:t.Most]
	}
	head, figures := unnamed(t.Head)[0], unnamed(rows...)
	if widths, ok := p.fit(t.Head, rows); ok {
		p.columns(t.Head, widths)
		for _, row := range rows {
			p.line("  " + columns(row, widths))
		}
	} else if widths, ok := p.fit(head, figures); ok {
		p.columns(head, widths)
		for i, row := range rows {
			p.para(2, row[0])
			p.line("  " + columns(figures[i], widths))
		}
	} else {
		for _, row := range rows {
			p.para(2, row[0])
			var words []string
			for i, cell := range row[1:] {
				words = append(words, t.Head[i+1]+" "+strings.ReplaceAll(cell, " ", "\u00a0"))
			}
			p.para(6, strings.Join(words, "; "))
		}
	}
	if more := len(t.Rows) - len(rows); more > 0 {
		p.para(2, fmt.Sprintf("and %s more; the JSON form and the page hold them.", thousands(more)))
	}
}

// columns writes the heads of columns.
func (p *printer) columns(head []string, widths []int) {
	for _, row := range headLines(head, widths) {
		p.line("  " + columns(row, widths))
	}
}

// unnamed returns copies of rows without what stands in their first cell.
func unnamed(rows ...[]string) [][]string {
	out := make([][]string, len(rows))
	for i, row := range rows {
		out[i] = slices.Clone(row)
		out[i][0] = ""
	}
	return out
}

// fit returns the width of each column, and whether all together fit. Heads may
// take several lines, cells may not.
func (p *printer) fit(head []string, rows [][]string) ([]int, bool) {
	widths := make([]int, len(head))
	sum := 2
	for i := range head {
		for word := range strings.FieldsSeq(head[i]) {
			widths[i] = max(widths[i], utf8.RuneCountInString(word))
		}
		for _, row := range rows {
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
		sum += widths[i] + 2
	}
	return widths, sum-2 <= p.width
}

// headLines breaks heads to the widths of their columns, ending on one line.
func headLines(head []string, widths []int) [][]string {
	broken := make([][]string, len(head))
	high := 0
	for i, h := range head {
		broken[i] = wrap(h, widths[i])
		high = max(high, len(broken[i]))
	}
	lines := make([][]string, high)
	for l := range lines {
		for _, b := range broken {
			if at := l - (high - len(b)); at >= 0 {
				lines[l] = append(lines[l], b[at])
			} else {
				lines[l] = append(lines[l], "")
			}
		}
	}
	return lines
}

// columns aligns the first cell left and the others right.
func columns(row []string, widths []int) string {
	var b strings.Builder
	for i, cell := range row {
		gap := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		if i == 0 {
			b.WriteString(cell + gap)
		} else {
			b.WriteString("  " + gap + cell)
		}
	}
	return strings.ReplaceAll(b.String(), "\u00a0", " ")
}

// wrap breaks s at spaces into lines of at most n runes; spaces that do not
// break become plain ones. A longer word is broken where it must be.
func wrap(s string, n int) []string {
	var lines []string
	line := ""
	for word := range strings.SplitSeq(s, " ") {
		word = strings.ReplaceAll(word, "\u00a0", " ")
		for utf8.RuneCountInString(word) > n {
			if line != "" {
				lines, line = append(lines, line), ""
			}
			r := []rune(word)
			lines, word = append(lines, string(r[:n])), string(r[n:])
		}
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > n:
			lines, line = append(lines, line), word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}
