// SPDX-License-Identifier: Apache-2.0

package table

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters are Latin letters that do not decompose, as people without them on
// the keyboard write them.
var letters = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "ł", "l", "ı", "i",
	"ħ", "h", "ŋ", "n", "ŧ", "t", "ə", "e", "ʻ", "", "ʼ", "", "'", "", "’", "", "‘", "", "`", "")

// short forms of words in place names, by the long one.
var short = map[string]string{"saint": "st", "sainte": "ste", "mount": "mt", "fort": "ft"}

// Fold returns the form in which place names are compared: compatibility
// decomposed, without accents, case, apostrophes or punctuation, "Saint",
// "Mount" and "Fort" shortened. It is idempotent.
func Fold(s string) string {
	s = letters.Replace(strings.ToLower(norm.NFKD.String(s)))
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mc, r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(b.String())
	for i, w := range words {
		if s, ok := short[w]; ok {
			words[i] = s
		}
	}
	return strings.Join(words, " ")
}
