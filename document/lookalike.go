// SPDX-License-Identifier: Apache-2.0

package document

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Visible returns s without the characters that a reader does not see and that
// do not change what is read: Unicode's Default_Ignorable_Code_Point (UAX #44),
// such as joiners, soft hyphens, variation selectors and tags. It is for
// comparing; joiners are part of how some scripts are written.
func Visible(s string) string {
	if !strings.ContainsFunc(s, ignorable) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if ignorable(r) {
			return -1
		}
		return r
	}, s)
}

// ignorable reports Default_Ignorable_Code_Point, as UAX #44 derives it.
func ignorable(r rune) bool {
	switch {
	case r < 0x34f:
		return r == 0xad
	case unicode.Is(unicode.Cf, r):
		return !unicode.Is(unicode.Prepended_Concatenation_Mark, r) && (r < 0xfff9 || r > 0xfffb) && (r < 0x13430 || r > 0x1345f)
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Lo, r), r >= 0x2060:
		return unicode.Is(unicode.Variation_Selector, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
	}
	return false
}

// joinless reports an ignorable character that may stand between two words
// instead of a space. A soft hyphen never does.
func joinless(r rune) bool {
	return r == 0x200b || r == 0x200c || r == 0x200d || r == 0x2060 || r == 0xfeff
}

// The scripts whose letters are taken for each other's.
type alphabet byte

const (
	noAlphabet alphabet = iota // not a letter of any of them
	latin
	lookalikes // Greek and Cyrillic
)

func alphabetOf(r rune) alphabet {
	switch {
	case r < utf8.RuneSelf:
		if r|0x20 >= 'a' && r|0x20 <= 'z' {
			return latin
		}
	case r >= 0xc0 && r < 0x2b0 && r != 0xd7 && r != 0xf7, r >= 0x1e00 && r < 0x1f00:
		return latin
	case r >= 0x370 && r < 0x530, r >= 0x1c80 && r < 0x1c90, r >= 0x1f00 && r < 0x2000, r >= 0xa640 && r < 0xa6a0:
		if unicode.IsLetter(r) {
			return lookalikes
		}
	}
	return noAlphabet
}

// smallLooks and capitalLooks give the Latin letter that a Greek or Cyrillic one is taken
// for, from the confusables of UTS #39. A capital is listed only where it looks
// like another letter than its small form does.
var smallLooks = letters("аa вb гr еe ѕs іi јj кk мm нh оo рp сc тt уy үy хx һh ԁd ԍg ԛq ԝw ѡw ѵv ӏl ԑe ҽe " +
	"αa βb γy εe ηn ιi κk νv οo ρp σo τt υu χx ωw ϲc ϳj ϱp ϵe")

var capitalLooks = letters("АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ҮY ХX ҺH ԌG ԚQ ԜW ѴV ӀI ԐE " +
	"ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC ͿJ")

func letters(pairs string) map[rune]byte {
	m := map[rune]byte{}
	for pair := range strings.FieldsSeq(pairs) {
		r, n := utf8.DecodeRuneInString(pair)
		m[r] = pair[n]
	}
	return m
}

// latinOf returns the small Latin letter that r is taken for, or r.
func latinOf(r rune) rune {
	if c, ok := capitalLooks[r]; ok {
		return rune(c | 0x20)
	}
	if c, ok := smallLooks[r]; ok {
		return rune(c)
	}
	return r
}

// mixed reports whether a word has Latin letters and Greek or Cyrillic ones.
func mixed(w string) bool {
	var seen [lookalikes + 1]bool
	for _, r := range w {
		seen[alphabetOf(r)] = true
	}
	return seen[latin] && seen[lookalikes]
}

// wide appends the form of a word with letters beyond ASCII under which it is
// compared, and reports whether the word is written in a way that ordinary text
// is not. Accents and other marks do not count: they can be put under any letter
// and are left out by people who have no key for them.
func (s *scanner) wide(b []byte, w string) (form []byte, odd bool) {
	if seen := Visible(w); seen != w {
		odd = hidesInside(w)
		w = seen
	}
	w = norm.NFKC.String(w)
	if mixed(w) {
		odd = true
		// Before case is folded: a Greek capital may look like another letter than
		// its small form does.
		w = strings.Map(latinOf, norm.NFKD.String(w))
	}
	start, foreign := len(b), true
	base := noAlphabet
	for _, r := range norm.NFKD.String(s.fold.String(w)) {
		switch {
		case r == '\'', r == '\u2019', r == '\u0640', ignorable(r): // U+0640 lengthens a word of Arabic script
			continue
		case unicode.Is(unicode.Mn, r):
			if base != noAlphabet || accent(r) {
				continue
			}
		case r == 'ı', r == 'ɩ':
			r, base = 'i', latin
		case r == 'ɑ':
			r, base = 'a', latin
		case r == 'ɡ':
			r, base = 'g', latin
		default:
			base = alphabetOf(r)
		}
		if foreign && r != '0' && r != '1' {
			_, ok := smallLooks[r]
			foreign = ok
		}
		b = utf8.AppendRune(b, r)
	}
	if foreign { // nothing but letters that are taken for Latin ones
		word := string(b[start:])
		b = b[:start]
		for _, r := range word {
			b = utf8.AppendRune(b, latinOf(r))
		}
	}
	return b, odd
}

// accent reports the marks of the general blocks, and those of Arabic and
// Hebrew, where writing them is a matter of taste.
func accent(r rune) bool {
	switch {
	case r >= 0x300 && r < 0x370, r >= 0x483 && r < 0x488, r >= 0x1ab0 && r < 0x1b00, r >= 0x1dc0 && r < 0x1e00,
		r >= 0x20d0 && r < 0x2100, r >= 0xfe20 && r < 0xfe30:
		return true
	case r >= 0x591 && r < 0x5c8, r >= 0x610 && r < 0x61b, r >= 0x64b && r < 0x660, r == 0x670, r >= 0x6d6 && r < 0x6ee:
		return true
	}
	return false
}

// hidesInside reports whether an ignorable character other than a soft hyphen
// stands between two letters of alphabets in which it has no use.
func hidesInside(w string) bool {
	before, hidden := noAlphabet, false
	for _, r := range w {
		if ignorable(r) {
			hidden = hidden || r != 0xad
			continue
		}
		k := alphabetOf(r)
		if hidden && before != noAlphabet && k != noAlphabet {
			return true
		}
		before, hidden = k, false
	}
	return false
}

// digitLetters writes o for 0 and i for 1 in a word whose other characters are
// letters, and reports whether it did so between two letters. Words with other
// digits (h264, k8s) stay as they are.
func digitLetters(b []byte) (odd bool) {
	found, letter := false, false
	for _, c := range b {
		switch {
		case c == '0', c == '1':
			found = true
		case c >= '2' && c <= '9':
			return false
		case c >= utf8.RuneSelf, c|0x20 >= 'a' && c|0x20 <= 'z':
			letter = true
		}
	}
	if !found || !letter {
		return false
	}
	before := byte('0')
	for i, c := range b {
		if c == '0' || c == '1' {
			b[i] = "oi"[c-'0']
			odd = odd || before > '9' && i+1 < len(b) && b[i+1] > '9'
		}
		before = c
	}
	return odd
}

// longRun is the mean length, in letters, of what stands between the spaces of
// a line above which invisible characters are taken to stand for spaces. Words
// of the alphabets concerned have a mean of 5 to 8. A line of fewer than
// shortLine letters may be one long word, and is not judged.
const (
	longRun   = 10
	shortLine = 2 * longRun
)

// runsTogether reports whether the words of a line are separated by invisible
// characters rather than by spaces.
func runsTogether(l string) bool {
	letters, runs := 0, 0
	inRun := false
	for _, r := range l {
		switch {
		case unicode.IsSpace(r):
			inRun = false
		case !ignorable(r):
			letters++
			if !inRun {
				runs++
			}
			inRun = true
		}
	}
	return letters > max(longRun*runs, shortLine)
}
