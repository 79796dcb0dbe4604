// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"daylight/record"
)

// visible returns s with everything that could steer a terminal, hide text or
// reorder it written as a visible escape: control characters (C0, C1), bidi
// controls, zero-width and other format characters, line separators, blank
// letters, tags, and piles of combining marks. The rest is untouched, and so are
// joiners where spelling needs them.
func visible(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	marks := 0
	var before rune
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		after, _ := utf8.DecodeRuneInString(s[i+n:])
		switch {
		case r == utf8.RuneError && n <= 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r):
			marks++
			if marks > 4 || record.Hiding(r) {
				b.WriteString(escapeRune(r))
				before = 0
			} else {
				b.WriteRune(r)
				before = r
			}
			i += n
			continue
		case record.Hiding(r) && !record.Joins(before, r, after):
			b.WriteString(escapeRune(r))
			r = 0
		default:
			b.WriteRune(r)
		}
		before, marks = r, 0 // no joiner joins an escape
		i += n
	}
	return b.String()
}

// Visible returns s as [Report.WriteText] writes it: with everything that could
// steer a terminal, hide text or reorder it as a visible escape. It is for words
// of the input that stand outside a report, in errors.
func Visible(s string) string { return visible(s) }

func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func escapeRune(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < 0x100:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// columns returns how many terminal columns s takes.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	case width.Neutral, width.EastAsianAmbiguous, width.EastAsianNarrow, width.EastAsianHalfwidth:
		return 1
	}
	return 1
}

// pad fills s with spaces to n columns, to the left when right is set.
func pad(s string, n int, right bool) string {
	gap := strings.Repeat(" ", max(0, n-columns(s)))
	if right {
		return gap + s
	}
	return s + gap
}

// cut shortens s to n columns, keeping its end, which tells file names apart.
func cut(s string, n int) string {
	if columns(s) <= n {
		return s
	}
	room, from := n-1, len(s)
	for from > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:from])
		if room -= runeColumns(r); room < 0 {
			break
		}
		from -= size
	}
	return "…" + s[from:]
}

// wrap breaks s at spaces into lines of at most n columns. A longer word is
// broken where it must be. Text in other scripts without spaces breaks so too.
func wrap(s string, n int) []string {
	n = max(n, 10)
	var lines []string
	line, used := "", 0
	flush := func() {
		if line != "" {
			lines = append(lines, line)
		}
		line, used = "", 0
	}
	for word := range strings.FieldsSeq(s) {
		w := columns(word)
		if used > 0 && used+1+w > n {
			flush()
		}
		for w > n {
			head, k := 0, 0
			for head < len(word) {
				r, size := utf8.DecodeRuneInString(word[head:])
				if k+runeColumns(r) > n {
					break
				}
				k += runeColumns(r)
				head += size
			}
			lines = append(lines, word[:head])
			word = word[head:]
			w -= k
		}
		if word == "" {
			continue
		}
		if used > 0 {
			line += " "
			used++
		}
		line += word
		used += w
	}
	flush()
	return lines
}

// style is a way of writing on a terminal.
type style string

const (
	plainStyle style = ""
	bold       style = "1"
	quiet      style = "2"
	mismatch   style = "33" // toward a mismatch: amber, never red
	consistent style = "36" // toward consistency: teal, never green
)

// printer writes wrapped lines to a terminal and keeps the first error.
type printer struct {
	w      io.Writer
	width  int
	colour bool
	err    error
}

func (p *printer) raw(s string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, s)
	}
}

func (p *printer) paint(st style, s string) string {
	if !p.colour || st == plainStyle || s == "" {
		return s
	}
	return "\x1b[" + string(st) + "m" + s + "\x1b[0m"
}

func (p *printer) blank() { p.raw("\n") }

// para writes words wrapped under an indent.
func (p *printer) para(indent int, st style, s string) { p.hang(indent, "", st, st, s) }

// hang writes words wrapped beside a label; further lines begin under the first.
func (p *printer) hang(indent int, label string, labelStyle, st style, s string) {
	gap := indent + columns(label)
	lines := wrap(visible(s), p.width-gap)
	if len(lines) == 0 {
		lines = []string{""}
	}
	for i, l := range lines {
		lead := strings.Repeat(" ", gap)
		if i == 0 {
			lead = strings.Repeat(" ", indent) + p.paint(labelStyle, label)
		}
		p.raw(strings.TrimRight(lead+p.paint(st, l), " ") + "\n")
	}
}

// WriteParagraph writes words under an indent, wrapped at so many columns, never fewer
// than 60.
func WriteParagraph(w io.Writer, words string, indent, width int) error {
	p := TextOptions{Width: width}.printer(w)
	p.para(indent, plainStyle, words)
	return p.err
}

// heading writes a section's title.
func (p *printer) heading(s string) {
	p.blank()
	p.para(0, bold, s)
}
