// SPDX-License-Identifier: Apache-2.0

package record

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Unseen returns where a text holds a character that is unseen or changes how others are
// seen - a control character, a bidi control, a zero-width or a blank one - as an index
// in bytes; -1 if it holds none. Joiners that spelling needs are seen by what they do.
func Unseen(s string) int {
	var before rune
	for i, r := range s {
		if hides(before, s[i:]) {
			return i
		}
		before = r
	}
	return -1
}

// Seen is a text without the characters that [Unseen] finds.
func Seen(s string) string {
	if Unseen(s) < 0 {
		return s
	}
	var b strings.Builder
	var before rune
	for i, r := range s {
		if hides(before, s[i:]) {
			continue
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

// hides reports whether a text begins with a character that [Unseen] finds, where one
// stands before it.
func hides(before rune, s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	after, _ := utf8.DecodeRuneInString(s[n:])
	return Hiding(r) && !Joins(before, r, after)
}

// Hiding reports whether a character is unseen, or changes how others are seen.
func Hiding(r rune) bool {
	switch {
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs):
		return true
	case r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0x2800: // blank letters
		return true
	case r == 0x034f, r >= 0x180b && r <= 0x180f, r >= 0xe0100 && r <= 0xe01ef: // invisible joiners and selectors
		return true
	case r == 0x17b4, r == 0x17b5: // inherent vowels that show nothing
		return true
	}
	return false
}

// The zero width non-joiner and the zero width joiner.
const (
	nonJoiner = '\u200c'
	joiner    = '\u200d'
)

// joining are the scripts in which joiners change how a word is written: those whose
// letters join, and those that write a vowel's absence (RFC 5892, appendix A).
var joining = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Mandaic, unicode.Nko, unicode.Mongolian, unicode.Adlam, unicode.Hanifi_Rohingya,
	unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada,
	unicode.Malayalam, unicode.Sinhala, unicode.Myanmar, unicode.Khmer, unicode.Balinese, unicode.Javanese, unicode.Meetei_Mayek,
}

// Joins reports whether a character is a joiner in a place where spelling needs one:
// between two letters of such a script, as in Persian and Sinhala names, or at the sign
// that a consonant has no vowel. 0 stands for the beginning of a text, 0 or
// [utf8.RuneError] for its end.
func Joins(before, r, after rune) bool {
	if r != nonJoiner && r != joiner {
		return false
	}
	if virama(before) {
		return after != nonJoiner && after != joiner
	}
	return inWord(before) && (letter(after) || virama(after)) && (letter(before) || letter(after))
}

// letter reports whether a character is a letter of a script with joiners.
func letter(r rune) bool { return unicode.In(r, joining...) && unicode.IsLetter(r) }

// inWord reports whether a joiner can stand behind a character: a letter of such a
// script, or a mark on one.
func inWord(r rune) bool { return letter(r) || unicode.Is(unicode.M, r) && !Hiding(r) }

// virama reports whether a mark takes its letter's vowel away (combining class 9).
func virama(r rune) bool { return r > 0 && norm.NFC.PropertiesString(string(r)).CCC() == 9 }
