// SPDX-License-Identifier: Apache-2.0

package document

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zeebo/xxh3"
	"golang.org/x/text/cases"

	"daylight/record"
)

// Text is a document made comparable: the hash of each of its words after
// normalisation, and where each stands. Two texts that differ in case, accents,
// ligatures, punctuation, line breaks, contact details, the person's own name,
// characters that nobody sees, or Latin letters replaced by Greek or Cyrillic
// ones that look like them, have the same hashes.
type Text struct {
	hashes []uint64
	spans  []span
	lines  []Line
	odd    int
	work   []bool // by line, those that tell of work and projects; nil where all may
}

// span is the place of one word: bytes from and to of a line.
type span struct{ line, from, to uint32 }

// minAccount is the least number of words in the account of work for which the rest
// of a document is taken for its frame: shorter ones may stand under a heading that
// is not known.
const minAccount = 60

// tellsOfWork says which lines tell of work and projects, nil for all, and how many
// stand above all headings. Of a short account everything else counts too, but for a
// head that is as short: that is no account under a heading nobody knows, and
// templates write it.
func (t *Text) tellsOfWork(lines []bool, head int) {
	if t.work = lines; t.account() >= minAccount {
		return
	}
	t.work = make([]bool, len(t.lines))
	for i := range t.work {
		t.work[i] = i < head
	}
	if n := t.account(); n == 0 || n >= minAccount {
		t.work = nil
		return
	}
	for i := range t.work {
		t.work[i] = i >= head
	}
}

// inWork reports whether word i stands in the account of work.
func (t *Text) inWork(i int) bool { return t.work == nil || t.work[t.spans[i].line] }

// account is how many words the account of work has.
func (t *Text) account() int {
	if t.work == nil {
		return len(t.hashes)
	}
	n := 0
	for i := range t.hashes {
		if t.inWork(i) {
			n++
		}
	}
	return n
}

// Len returns the number of words.
func (t *Text) Len() int { return len(t.hashes) }

// OddWords returns how many words have invisible characters between their
// letters, letters of two alphabets, or a digit among letters that stands for
// one. Each has an innocent cause and most compare all the same; where they are
// many, finding no copy shows nothing.
func (t *Text) OddWords() int { return t.odd }

// The hashes that stand for masked words. A constant rather than nothing, so
// that a run of copied words stays a run when its e-mail address changes.
const (
	maskContact uint64 = 0x6d61736b00000001
	maskName    uint64 = 0x6d61736b00000002
)

// maxWords bounds one text: 500 pages of 1,000 words.
const maxWords = 500_000

// NewText normalises lines: compatibility forms and case folded, punctuation,
// accents and invisible characters removed, look-alike letters made one, e-mail
// addresses, telephone numbers and URLs masked, and the words of the given names
// masked. Words beyond the 500,000th are left out. Where headings say which lines
// tell of work and projects, only those are compared; see accountOf.
func NewText(lines []Line, names ...record.Name) *Text {
	size := 0
	for _, l := range lines {
		size += len(l.Text)
	}
	t := &Text{
		hashes: make([]uint64, 0, size/6+4),
		spans:  make([]span, 0, size/6+4),
		lines:  lines,
	}
	s := scanner{fold: cases.Fold()}
	for _, n := range names {
		s.line(n.Reveal(), func(h uint64, _, _ int) {
			if s.names == nil {
				s.names = map[uint64]bool{}
			}
			s.names[h] = true
		})
	}
	s.odd = 0
	for i, l := range lines {
		s.line(l.Text.Reveal(), func(h uint64, from, to int) {
			if len(t.hashes) == maxWords {
				return
			}
			if s.names[h] {
				h = maskName
			}
			t.hashes = append(t.hashes, h)
			t.spans = append(t.spans, span{uint32(i), uint32(from), uint32(to)}) //nolint:gosec // bounded by the 64 MiB limit on documents
		})
	}
	t.odd = min(s.odd, len(t.hashes))
	t.tellsOfWork(accountOf(lines))
	return t
}

// scanner splits lines into words and hashes each word once.
type scanner struct {
	fold  cases.Caser
	names map[uint64]bool
	buf   []byte
	odd   int // words written in a way that ordinary text is not
	apart separation
}

// separation says whether invisible characters separate the words of a line.
type separation byte

const (
	notAsked separation = iota
	bySpaces
	byNothing
)

// The classes of bytes that decide how a line is split.
const (
	other byte = iota
	alnum
	space
	glue   // + and #, part of a word when they follow one: c++, c#
	detail // @ and /, of which contact details are made
)

var classOf = func() (t [utf8.RuneSelf]byte) {
	for c := range t {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			t[c] = alnum
		case c == ' ', c == '\t', c == '\r', c == '\n', c == '\f', c == '\v':
			t[c] = space
		case c == '+', c == '#':
			t[c] = glue
		case c == '@', c == '/':
			t[c] = detail
		}
	}
	return t
}()

// line calls word for each normalised word of a line, in order.
func (s *scanner) line(l string, word func(h uint64, from, to int)) {
	s.apart = notAsked
	for i := 0; i < len(l); {
		if l[i] < utf8.RuneSelf && classOf[l[i]] == space {
			i++
			continue
		}
		end := i
		b := s.buf[:0]
		for end < len(l) && l[end]|0x20-'a' < 26 { // the fast path: nothing but letters
			b = append(b, l[end]|0x20)
			end++
		}
		s.buf = b
		if end == len(l) || l[end] == ' ' {
			word(xxh3.Hash(b), i, end)
			i = end
			continue
		}
		odd := false // something a contact detail has and a plain word has not
		for end < len(l) {
			c := l[end]
			if c < utf8.RuneSelf {
				k := classOf[c]
				if k == space {
					break
				}
				odd = odd || k == detail || c == '.' || c <= '9'
			}
			end++
		}
		if odd {
			if n := phoneAt(l[i:]); n > 0 {
				word(maskContact, i, i+n)
				i += n
				continue
			}
			if isContact(l[i:end]) {
				word(maskContact, i, end)
				i = end
				continue
			}
		}
		s.chunk(l, i, end, word)
		i = end
	}
}

// chunk splits one run without spaces at punctuation. Invisible characters are
// part of a word, unless the line has nothing else between its words.
func (s *scanner) chunk(l string, from, end int, word func(h uint64, from, to int)) {
	start, ascii := -1, true
	flush := func(to int) {
		if start >= 0 {
			if h, ok := s.hash(l[start:to], ascii); ok {
				word(h, start, to)
			}
		}
		start, ascii = -1, true
	}
	for i := from; i < end; {
		c := l[i]
		if c < utf8.RuneSelf {
			switch {
			case classOf[c] == alnum:
				if start < 0 {
					start = i
				}
			case classOf[c] == glue && start >= 0, c == '\'' && start >= 0:
			default:
				flush(i)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(l[i:])
		switch {
		case unspaced(r):
			// Scripts written without spaces: each sign counts as a word, so that
			// copies are found in them as in any other.
			flush(i)
			start, ascii = i, false
			flush(i + n)
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), r == '\u2019' && start >= 0:
			if start < 0 {
				start = i
			}
			ascii = false
		case ignorable(r):
			if start < 0 {
				break
			}
			ascii = false
			if joinless(r) && s.separates(l, i, i+n) {
				flush(i)
				s.odd++
			}
		default:
			flush(i)
		}
		i += n
	}
	flush(end)
}

// separates reports whether the invisible character at l[from:to] stands
// between two words instead of a space.
func (s *scanner) separates(l string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(l[:from])
	after, _ := utf8.DecodeRuneInString(l[to:])
	if alphabetOf(before) == noAlphabet || alphabetOf(after) == noAlphabet {
		return false
	}
	if s.apart == notAsked {
		s.apart = bySpaces
		if runsTogether(l) {
			s.apart = byNothing
		}
	}
	return s.apart == byNothing
}

func unspaced(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func (s *scanner) hash(w string, ascii bool) (uint64, bool) {
	b := s.buf[:0]
	odd, digits := false, !ascii
	if ascii {
		for i := range len(w) {
			c := w[i]
			if c-'A' < 26 {
				c |= 0x20
			}
			digits = digits || c-'0' < 2
			if c != '\'' {
				b = append(b, c)
			}
		}
	} else {
		b, odd = s.wide(b, w)
	}
	if digits && digitLetters(b) {
		odd = true
	}
	if odd {
		s.odd++
	}
	s.buf = b
	return xxh3.Hash(b), len(b) > 0
}

// isContact reports whether a run without spaces is an e-mail address or a URL.
func isContact(w string) bool {
	if at := strings.IndexByte(w, '@'); at >= 0 {
		return at > 0 && strings.IndexByte(w[at:], '.') > 0 || len(w) > 1 && at == 0
	}
	if strings.Contains(w, "://") || hasPrefixFold(w, "www.") || hasPrefixFold(w, "mailto:") {
		return true
	}
	// A host followed by a path: linkedin.com/in/someone. "ci/cd" and
	// "node.js/react" are not: the part before the slash must end in a label that
	// is used as a top-level domain by sites where people keep profiles.
	host, _, slash := strings.Cut(w, "/")
	dot := strings.LastIndexByte(host, '.')
	if dot <= 0 {
		return false
	}
	if hasPrefixFold(host, "asp.") || hasPrefixFold(host, "vb.") || hasPrefixFold(host, "ado.") {
		return false // the technologies
	}
	switch strings.ToLower(strings.TrimRight(host[dot+1:], ",;)")) {
	case "com", "org", "net", "dev", "me", "info", "page":
		return true
	case "io", "app", "co", "uk", "de", "fr", "in", "br", "ca", "eu", "tech", "xyz", "site", "ai":
		return slash
	}
	return false
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// phoneAt returns the length of the telephone number that s begins with, or 0:
// 8 to 15 digits (or 7 after a plus sign) with at most two separators between
// two of them. Ranges of years ("2014 - 2019") are not numbers.
func phoneAt(s string) int {
	i, digits, gap, end := 0, 0, 0, 0
	plus := false
	if s[0] == '+' {
		plus, i = true, 1
	} else if strings.HasPrefix(s, "(+") {
		plus, i = true, 2
	} else if s[0] != '(' && (s[0] < '0' || s[0] > '9') {
		return 0
	}
	group, groups, years := 0, 0, 0
	closeGroup := func() {
		if group > 0 {
			groups++
			if group == 4 && (s[end-4:end-2] == "19" || s[end-4:end-2] == "20") {
				years++
			}
		}
		group = 0
	}
scan:
	for ; i < len(s) && digits < 16; i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
			group++
			gap = 0
			end = i + 1
		case c == ' ' || c == '-' || c == '.' || c == '(' || c == ')':
			closeGroup()
			if gap++; gap > 2 {
				break scan
			}
		default:
			break scan
		}
	}
	if i < len(s) && i == end && (classOf[s[i]&0x7f] == alnum && s[i] < utf8.RuneSelf || s[i] == '/') {
		return 0 // digits that run on into a word or a date
	}
	closeGroup()
	if digits > 15 || years >= 2 || years > 0 && years == groups || years > 0 && groups <= 3 && digits <= 8 {
		return 0
	}
	if digits >= 8 || plus && digits == 7 || digits == 7 && groups == 2 && s[min(3, len(s)-1)] == '-' {
		return end
	}
	return 0
}
