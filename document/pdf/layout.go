// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Distances are in units of the type's size.
const (
	wordGap    = 0.1  // from which a gap is a space, as in poppler
	columnGap  = 1.2  // from which it is more than one
	lineShift  = 0.35 // by which baselines of one line may differ
	maxColumns = 4    // depth to which a page is split
)

// segment is a run of glyphs on one baseline without a wide gap.
type segment struct {
	text   strings.Builder
	x0, x1 float64
	y      float64
	size   float64
	last   string // text of the last glyph
}

// Page returns the lines of a page, counted from 0, in the order of reading,
// and the number of words on it that a reader does not see.
func (f *File) Page(i int) (lines []string, hidden int, err error) {
	if i < 0 || i >= len(f.pages) || f.over != nil {
		return nil, 0, f.over
	}
	pg := f.pages[i]
	b := pg.box
	p := painter{f: f, page: box{min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3])}}
	var content []byte
	for _, o := range f.list(pg.dict["Contents"]) {
		content = append(append(content, f.data(f.stream(o))...), '\n')
	}
	p.run(content, pg.resources, state{ctm: identity, scale: 1, device: 1})
	if f.over != nil {
		return nil, 0, f.over
	}
	glyphs := p.visible()
	hidden = len(strings.Fields(strings.Join(f.layout(p.rest(glyphs), pg.rotate), " ")))
	return f.layout(glyphs, pg.rotate), hidden, nil
}

// visible returns the glyphs a reader sees. On a scanned page, the text that
// recognition put under the picture stands for what is seen.
func (p *painter) visible() []glyph {
	want := shown
	if p.picture && !slices.ContainsFunc(p.placed, func(g glyph) bool { return g.hidden == shown }) {
		want = invisible
	}
	var out []glyph
	for _, g := range p.placed {
		if g.hidden == want {
			out = append(out, g)
		}
	}
	return out
}

// rest returns the other glyphs.
func (p *painter) rest(visible []glyph) []glyph {
	if len(visible) == len(p.placed) {
		return nil
	}
	want := shown
	if len(visible) > 0 {
		want = visible[0].hidden
	}
	var out []glyph
	for _, g := range p.placed {
		if g.hidden != want {
			out = append(out, g)
		}
	}
	return out
}

// layout makes lines of glyphs: those that run the page's own way first, then
// those that run another.
func (f *File) layout(glyphs []glyph, rotate int) []string {
	turn := map[int][]glyph{}
	var ways []int
	base := -float64(rotate) * math.Pi / 180
	for _, g := range glyphs {
		way := int(math.Round((g.angle+base)/(math.Pi/36))) * 5 // to 5 degrees
		way = ((way % 360) + 360) % 360
		if a := float64(way)*math.Pi/180 - base; way != 0 || rotate != 0 {
			s, c := math.Sincos(-a)
			g.x, g.y = g.x*c-g.y*s, g.x*s+g.y*c
		}
		if turn[way] == nil {
			ways = append(ways, way)
		}
		turn[way] = append(turn[way], g)
	}
	slices.Sort(ways)
	var out []string
	for _, w := range ways {
		out = append(out, joinHyphens(f.read(segments(turn[w]), 0))...)
	}
	return out
}

// segments joins glyphs in the order they are shown while they go on to the
// right on one baseline.
func segments(glyphs []glyph) []*segment {
	glyphs = leadingAccents(glyphs)
	var out []*segment
	var cur *segment
	for i, g := range glyphs {
		if cur != nil {
			if mark, ok := over(glyphs, i, cur); ok {
				cur.accent(mark)
				continue
			}
		}
		gap := 0.0
		if cur != nil {
			size := max(min(cur.size, g.size), 0.1)
			gap = (g.x - cur.x1) / size
			if math.Abs(g.y-cur.y) > lineShift*max(cur.size, g.size) || gap > columnGap || gap < -0.6 {
				cur = nil
			}
		}
		blank := strings.TrimSpace(g.text) == ""
		if cur == nil {
			if blank {
				continue
			}
			cur = &segment{x0: g.x, x1: g.x, y: g.y, size: g.size}
			out = append(out, cur)
			gap = 0
		}
		if blank {
			// A space shown is a space only as far as it takes room, as drawn ones do.
			if !strings.HasSuffix(cur.text.String(), " ") && g.width > 0 {
				cur.text.WriteByte(' ')
			}
			cur.x1 = max(cur.x1, g.x+g.width)
			continue
		}
		if gap > wordGap && !strings.HasSuffix(cur.last, " ") && !endsWithSpace(cur) {
			cur.text.WriteByte(' ')
		}
		cur.put(g)
	}
	return out
}

func endsWithSpace(s *segment) bool {
	t := s.text.String()
	return t != "" && t[len(t)-1] == ' '
}

func (s *segment) put(g glyph) {
	s.text.WriteString(g.text)
	s.last = g.text
	s.x1 = max(s.x1, g.x+g.width)
	s.size = max(s.size, g.size)
}

// over reports whether glyph i is an accent drawn over the letter before it.
func over(glyphs []glyph, i int, cur *segment) (mark string, ok bool) {
	g := glyphs[i]
	mark, ok = composers[g.text]
	if !ok || i == 0 || cur.last != glyphs[i-1].text {
		return "", false
	}
	l := glyphs[i-1]
	centre := g.x + g.width/2
	first, _ := utf8.DecodeRuneInString(l.text)
	return mark, unicode.IsLetter(first) && centre > l.x && centre < l.x+l.width && math.Abs(g.y-l.y) < max(l.size, g.size)
}

// accent puts a combining mark after the last letter.
func (s *segment) accent(mark string) {
	s.text.WriteString(mark)
	s.last += mark
}

// leadingAccents composes accents that are drawn before their letter.
func leadingAccents(glyphs []glyph) []glyph {
	var out []glyph
	for i := 0; i < len(glyphs); i++ {
		g := glyphs[i]
		if mark, ok := composers[g.text]; ok && i+1 < len(glyphs) {
			l := glyphs[i+1]
			first, _ := utf8.DecodeRuneInString(l.text)
			centre := g.x + g.width/2
			if unicode.IsLetter(first) && centre > l.x && centre < l.x+l.width && math.Abs(g.y-l.y) < max(l.size, g.size) && overlap(g, l) > 0.5 {
				base := l.text
				switch base {
				case "ı":
					base = "i"
				case "ȷ":
					base = "j"
				}
				l.text = base + mark
				out = append(out, l)
				i++
				continue
			}
		}
		out = append(out, g)
	}
	return out
}

// overlap is the part of the narrower glyph that both cover.
func overlap(a, b glyph) float64 {
	w := min(a.x+a.width, b.x+b.width) - max(a.x, b.x)
	return w / max(min(a.width, b.width), 0.01)
}

// row is the segments of one baseline.
type row struct {
	segs []*segment
	y    float64
	size float64
}

// rows groups segments by baseline, top to bottom.
func rows(segs []*segment) []row {
	sorted := slices.Clone(segs)
	slices.SortStableFunc(sorted, func(a, b *segment) int { return cmp.Compare(b.y, a.y) })
	var out []row
	for _, s := range sorted {
		if n := len(out) - 1; n >= 0 && out[n].y-s.y < lineShift*max(out[n].size, s.size) {
			out[n].segs = append(out[n].segs, s)
			out[n].size = max(out[n].size, s.size)
			continue
		}
		out = append(out, row{[]*segment{s}, s.y, s.size})
	}
	for _, r := range out {
		slices.SortStableFunc(r.segs, func(a, b *segment) int { return cmp.Compare(a.x0, b.x0) })
	}
	return out
}

// read puts segments in the order of reading. It looks for the tallest block of
// rows that a gutter divides into columns, reads what is above, the columns from
// left to right, and what is below. When the file has used up its visits the
// rows are read as they stand.
func (f *File) read(segs []*segment, depth int) []string {
	rs := rows(segs)
	if depth < maxColumns && len(rs) <= 400 {
		// Fewer rows are left out first; of as many, those at the top.
		for out := 0; out <= len(rs)*2/3 && len(rs)-out >= minColumnRows; out++ {
			for top := out; top >= 0; top-- {
				block := rs[top : len(rs)-(out-top)]
				x, ok := f.gutter(block)
				if !ok {
					continue
				}
				var left, right []*segment
				for _, r := range block {
					for _, s := range r.segs {
						if s.x0 < x {
							left = append(left, s)
						} else {
							right = append(right, s)
						}
					}
				}
				lines := f.read(flatten(rs[:top]), depth+1)
				lines = append(lines, joinHyphens(f.read(left, depth+1))...)
				lines = append(lines, joinHyphens(f.read(right, depth+1))...)
				return append(lines, f.read(flatten(rs[len(rs)-(out-top):]), depth+1)...)
			}
		}
	}
	var lines []string
	for _, r := range rs {
		if l := r.line(); l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

func flatten(rs []row) []*segment {
	var out []*segment
	for _, r := range rs {
		out = append(out, r.segs...)
	}
	return out
}

const (
	minColumnRows = 5
	columnText    = 22 // characters a line of running text has at least
)

// gutter finds a vertical strip that no segment of the rows crosses and that
// divides columns: text on both sides that does not share baselines, or running
// text on both sides. Dates set flush right beside what they date share
// baselines and are short: they stay in their lines.
func (f *File) gutter(rs []row) (x float64, ok bool) {
	if f.visits <= 0 {
		return 0, false
	}
	var all []*segment
	for _, r := range rs {
		all = append(all, r.segs...)
	}
	if f.visits -= len(all); len(all) < 2*minColumnRows {
		return 0, false
	}
	slices.SortFunc(all, func(a, b *segment) int { return cmp.Compare(a.x0, b.x0) })
	right := all[0].x1
	for i := 1; i < len(all); i++ {
		s := all[i]
		if s.x0 > right+max(0.8*s.size, 6) && columns(rs, (right+s.x0)/2) {
			return (right + s.x0) / 2, true
		}
		right = max(right, s.x1)
	}
	return 0, false
}

// columns decides whether a strip at x divides columns.
func columns(rs []row, x float64) bool {
	var leftRows, rightRows, both, leftText, rightText int
	for _, r := range rs {
		l, t := 0, 0
		for _, s := range r.segs {
			n := utf8.RuneCountInString(s.text.String())
			if s.x0 < x {
				l++
				leftText += n
			} else {
				t++
				rightText += n
			}
		}
		if l > 0 {
			leftRows++
		}
		if t > 0 {
			rightRows++
		}
		if l > 0 && t > 0 {
			both++
		}
	}
	fewer := min(leftRows, rightRows)
	if fewer < minColumnRows {
		return false
	}
	running := leftText/leftRows >= columnText && rightText/rightRows >= columnText
	return running || both*10 < fewer*6
}

// line joins the segments of a row: wide gaps become two spaces.
func (r row) line() string {
	var b strings.Builder
	for i, s := range r.segs {
		if i > 0 {
			before := r.segs[i-1]
			switch gap := (s.x0 - before.x1) / max(min(s.size, before.size), 0.1); {
			case gap > columnGap:
				b.WriteString("  ")
			case gap > wordGap:
				b.WriteByte(' ')
			}
		}
		b.WriteString(s.text.String())
	}
	return clean(b.String())
}

// clean normalises a line: compatibility forms (ligatures, full width) are
// decomposed, private-use and control characters (icon fonts) removed.
func clean(s string) string {
	s = norm.NFC.String(s) // before NFKC, which would part accents from spaces
	s = norm.NFKC.String(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0', r == '\t':
			return ' '
		case r == '\u00ad': // shown, so it is a hyphen
			return '-'
		case r < ' ', r == '\ufeff', r == '\ufffd', unicode.Is(unicode.Co, r), r >= 0x7f && r < 0xa0:
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// joinHyphens takes a word that is broken at the end of a line together.
func joinHyphens(lines []string) []string {
	for i := 0; i+1 < len(lines); i++ {
		head, ok := strings.CutSuffix(lines[i], "-")
		if !ok {
			head, ok = strings.CutSuffix(lines[i], "\u2010")
		}
		if before, _ := utf8.DecodeLastRuneInString(head); !ok || !unicode.IsLetter(before) {
			continue
		}
		next, rest, _ := strings.Cut(lines[i+1], " ")
		if first, _ := utf8.DecodeRuneInString(next); !unicode.IsLower(first) {
			continue
		}
		lines[i] = head + next
		lines[i+1] = strings.TrimSpace(rest)
	}
	return slices.DeleteFunc(lines, func(l string) bool { return l == "" })
}
