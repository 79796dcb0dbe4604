// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"fmt"
	"math"
)

// matrix is [a b c d e f] of ISO 32000-1, 8.3.3.
type matrix [6]float64

func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

func (m matrix) apply(x, y float64) (float64, float64) {
	return m[0]*x + m[2]*y + m[4], m[1]*x + m[3]*y + m[5]
}

// glyph is one shown character code, in page space with y upwards.
type glyph struct {
	text   string
	x, y   float64
	width  float64 // along the baseline
	size   float64
	angle  float64 // of the baseline, radians
	hidden visibility
}

type visibility uint8

const (
	shown     visibility = iota
	invisible            // text rendering mode 3, as under a scanned page
	concealed            // white on white, transparent, off the page, tiny
)

// box is a rectangle in page space.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) has(x, y float64) bool { return x >= b.x0 && x <= b.x1 && y >= b.y0 && y <= b.y1 }

func (b *box) add(x, y float64) {
	b.x0, b.x1 = min(b.x0, x), max(b.x1, x)
	b.y0, b.y1 = min(b.y0, y), max(b.y1, y)
}

func noBox() box { return box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)} }

// state is the graphics state, as far as text depends on it.
type state struct {
	ctm     matrix
	font    *font
	size    float64
	char    float64 // Tc
	word    float64 // Tw
	scale   float64 // Tz / 100
	leading float64
	rise    float64
	mode    int
	white   bool // the fill colour
	device  int  // components of the fill colour space when it is known to be plain
	clear   bool // fill opacity 0
}

// painter runs content streams and collects glyphs.
type painter struct {
	f       *File
	page    box
	placed  []glyph
	painted []box // areas filled with something other than white, and pictures
	picture bool  // the page shows one
	path    box
	depth   int
}

// run executes one content stream. Damage ends it; what was shown stays.
func (p *painter) run(data []byte, resources dict, s state) {
	if p.depth++; p.depth > maxForms {
		p.depth--
		return
	}
	defer func() { p.depth-- }()
	r := runner{painter: p, resources: resources, state: s, tm: identity, line: identity}
	p.path = noBox()
	l := lexer{b: data}
	var args []object
	for p.f.over == nil {
		o, err := l.next()
		if err != nil {
			return
		}
		op, ok := o.(operator)
		if !ok {
			if len(args) < 64 {
				args = append(args, o)
			}
			continue
		}
		if p.f.ops--; p.f.ops < 0 {
			p.f.over = fmt.Errorf("more than %d operators: %w", maxOps, ErrTooLarge)
			return
		}
		if op == "BI" {
			skipInline(&l)
			p.picture = true
		} else {
			r.do(op, args)
		}
		args = args[:0]
	}
}

// skipInline moves behind the data of an inline picture.
func skipInline(l *lexer) {
	for ; l.pos+3 < len(l.b); l.pos++ {
		if isSpace(l.b[l.pos]) && l.b[l.pos+1] == 'E' && l.b[l.pos+2] == 'I' && isSpace(l.b[l.pos+3]) {
			l.pos += 3
			return
		}
	}
	l.pos = len(l.b)
}

var identity = matrix{1, 0, 0, 1, 0, 0}

// runner is one content stream being run.
type runner struct {
	*painter
	state
	resources dict
	saved     []state
	tm, line  matrix
}

func (r *runner) do(op operator, args []object) {
	n := func(i int) float64 {
		if i >= len(args) {
			return 0
		}
		v, _ := args[i].(float64)
		return v
	}
	six := func() matrix { return matrix{n(0), n(1), n(2), n(3), n(4), n(5)} }
	last := func() object {
		if len(args) == 0 {
			return nil
		}
		return args[len(args)-1]
	}
	switch op {
	case "q":
		if len(r.saved) < 1000 {
			r.saved = append(r.saved, r.state)
		}
	case "Q":
		if k := len(r.saved) - 1; k >= 0 {
			r.state, r.saved = r.saved[k], r.saved[:k]
		}
	case "cm":
		r.ctm = six().times(r.ctm)
	case "BT":
		r.tm, r.line = identity, identity
	case "Tf":
		if len(args) >= 2 {
			fontName, _ := args[0].(name)
			r.font = r.f.font(r.f.dict(r.resources["Font"])[fontName])
			r.size = n(1)
		}
	case "Tc":
		r.char = n(0)
	case "Tw":
		r.word = n(0)
	case "Tz":
		r.scale = n(0) / 100
	case "TL":
		r.leading = n(0)
	case "Ts":
		r.rise = n(0)
	case "Tr":
		r.mode = int(n(0))
	case "Td":
		r.newline(n(0), n(1))
	case "TD":
		r.leading = -n(1)
		r.newline(n(0), n(1))
	case "Tm":
		r.line = six()
		r.tm = r.line
	case "T*":
		r.newline(0, -r.leading)
	case "Tj":
		r.show(last())
	case "'":
		r.newline(0, -r.leading)
		r.show(last())
	case "\"":
		r.word, r.char = n(0), n(1)
		r.newline(0, -r.leading)
		r.show(last())
	case "TJ":
		a, _ := last().(array)
		for _, o := range a {
			if k, ok := o.(float64); ok {
				r.tm = matrix{1, 0, 0, 1, -k / 1000 * r.size * r.scale, 0}.times(r.tm)
			} else {
				r.show(o)
			}
		}
	case "Do":
		xName, _ := last().(name)
		r.xobject(xName)
	case "gs":
		gName, _ := last().(name)
		r.extended(r.f.dict(r.f.dict(r.resources["ExtGState"])[gName]))
	default:
		if !r.colour(op, args, n) {
			r.shape(op, n)
		}
	}
}

func (r *runner) newline(x, y float64) {
	r.line = matrix{1, 0, 0, 1, x, y}.times(r.line)
	r.tm = r.line
}

// extended applies the entries of a graphics state dictionary.
func (r *runner) extended(g dict) {
	if g == nil {
		return
	}
	if a, ok := r.f.resolve(g["ca"]).(float64); ok {
		r.clear = a <= 0.02
	}
	if ft := r.f.array(g["Font"]); len(ft) == 2 {
		r.font = r.f.font(ft[0])
		r.size = r.f.number(ft[1], r.size)
	}
}

// show places the glyphs of a string.
func (r *runner) show(o object) {
	s, ok := o.(text)
	if !ok || r.font == nil {
		return
	}
	for b := string(s); b != ""; {
		code, size := r.font.next(b)
		b = b[size:]
		trm := matrix{r.size * r.scale, 0, 0, r.size, 0, r.rise}.times(r.tm).times(r.ctm)
		w := r.font.advance(code)
		if r.f.glyphs--; r.f.glyphs < 0 {
			r.f.over = fmt.Errorf("more than %d characters: %w", maxGlyphs, ErrTooLarge)
			return
		}
		g := glyph{
			text: r.font.text(code), x: trm[4], y: trm[5],
			width: w * math.Hypot(trm[0], trm[1]),
			size:  math.Hypot(trm[2], trm[3]),
			angle: math.Atan2(trm[1], trm[0]),
		}
		if r.font.unit != 0.001 { // Type 3: the size of a glyph is its matrix's matter
			g.size *= min(1, r.font.unit*1000)
		}
		g.hidden = r.visibility(g)
		if g.text != "" && finite(g) {
			r.placed = append(r.placed, g)
		}
		advance := w*r.size + r.char
		if size == 1 && code == ' ' {
			advance += r.word
		}
		r.tm = matrix{1, 0, 0, 1, advance * r.scale, 0}.times(r.tm)
	}
}

func finite(g glyph) bool {
	sum := g.x + g.y + g.width + g.size + g.angle
	return !math.IsNaN(sum) && !math.IsInf(sum, 0)
}

func (r *runner) visibility(g glyph) visibility {
	const margin = 2 // points off the page that print shops would cut
	switch {
	case r.mode == 3 || r.mode == 7:
		return invisible
	case r.clear, g.size < 1,
		g.x < r.page.x0-margin, g.x > r.page.x1+margin, g.y < r.page.y0-margin, g.y > r.page.y1+margin:
		return concealed
	case r.white && (r.mode == 0 || r.mode == 4):
		// White on something painted is how headers in colour are made.
		for _, b := range r.painted {
			if b.has(g.x+g.width/2, g.y+g.size/3) {
				return shown
			}
		}
		return concealed
	}
	return shown
}

func (r *runner) xobject(key name) {
	s := r.f.stream(r.f.dict(r.resources["XObject"])[key])
	if s == nil {
		return
	}
	switch r.f.name(s.dict["Subtype"]) {
	case "Image":
		b := noBox()
		for _, c := range [][2]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
			b.add(r.ctm.apply(c[0], c[1]))
		}
		r.paint(b)
		r.picture = true
	case "Form":
		resources := r.f.dict(s.dict["Resources"])
		if resources == nil {
			resources = r.resources
		}
		inner := r.state
		if m := r.f.array(s.dict["Matrix"]); len(m) == 6 {
			var fm matrix
			for i := range fm {
				fm[i] = r.f.number(m[i], 0)
			}
			inner.ctm = fm.times(r.ctm)
		}
		r.run(r.f.data(s), resources, inner)
	}
}

// colour applies operators that set the fill colour. Only in plain device
// spaces is it known what is white.
func (r *runner) colour(op operator, args []object, n func(int) float64) bool {
	const nearly = 0.97
	switch op {
	case "g":
		r.device, r.white = 1, n(0) >= nearly
	case "rg":
		r.device, r.white = 3, min(n(0), n(1), n(2)) >= nearly
	case "k":
		r.device, r.white = 4, max(n(0), n(1), n(2), n(3)) <= 1-nearly
	case "cs":
		r.white = false
		var space name
		if len(args) > 0 {
			space, _ = args[0].(name)
		}
		r.device = r.components(space)
	case "sc", "scn":
		if r.device == 0 || len(args) != r.device {
			r.white = false
			return true
		}
		switch r.device {
		case 1:
			r.white = n(0) >= nearly
		case 3:
			r.white = min(n(0), n(1), n(2)) >= nearly
		case 4:
			r.white = max(n(0), n(1), n(2), n(3)) <= 1-nearly
		}
	default:
		return false
	}
	return true
}

// components returns the number of components of a colour space that is grey,
// RGB or CMYK, and 0 for others.
func (r *runner) components(space name) int {
	var o object = space
	if named, ok := r.f.dict(r.resources["ColorSpace"])[space]; ok {
		o = named
	}
	family := r.f.name(o)
	var a array
	if family == "" {
		if a = r.f.array(o); len(a) > 0 {
			family = r.f.name(a[0])
		}
	}
	switch family {
	case "DeviceGray", "CalGray":
		return 1
	case "DeviceRGB", "CalRGB":
		return 3
	case "DeviceCMYK":
		return 4
	case "ICCBased":
		if len(a) > 1 {
			return int(r.f.number(r.f.dict(a[1])["N"], 0))
		}
	}
	return 0
}

// shape follows paths by their bounding boxes.
func (r *runner) shape(op operator, n func(int) float64) {
	add := func(x, y float64) { r.path.add(r.ctm.apply(x, y)) }
	switch op {
	case "m", "l":
		add(n(0), n(1))
	case "c":
		add(n(0), n(1))
		add(n(2), n(3))
		add(n(4), n(5))
	case "v", "y":
		add(n(0), n(1))
		add(n(2), n(3))
	case "re":
		add(n(0), n(1))
		add(n(0)+n(2), n(1)+n(3))
		add(n(0)+n(2), n(1))
		add(n(0), n(1)+n(3))
	case "f", "F", "f*", "B", "B*", "b", "b*":
		if !r.white && !r.clear {
			r.paint(r.path)
		}
		r.path = noBox()
	case "S", "s", "n":
		r.path = noBox()
	case "sh":
		r.paint(r.page)
	}
}

func (r *runner) paint(b box) {
	if len(r.painted) < 2000 && b.x1 > b.x0 && b.y1 > b.y0 {
		r.painted = append(r.painted, b)
	}
}
