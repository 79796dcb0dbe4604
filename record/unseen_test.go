// SPDX-License-Identifier: Apache-2.0

package record

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestUnseen: names of many scripts are whole, and what hides or turns text around is
// found and taken out, whatever it stands beside.
func TestUnseen(t *testing.T) {
	for _, whole := range []string{
		"Rosalind Okafor", "Nguyễn Thị Ánh", "O’Brien-Łukasz", "Ā́nanda", "王秀英", "יעל כהן", "עמית בן־דוד", "محمّد الهاشمي", "ሰላማዊት",
		"علی\u200cرضا",             // Persian: Alireza
		"می\u200cنا خان\u200cزاده", // two words, one each
		"ශ්\u200dරී ජයවර්\u200dධන", // Sinhala: Sri Jayawardhana
		"ক্\u200cষমা",              // Bengali, behind the sign of no vowel
		"র\u200d্যাপ",              // Bengali, before it
		"അവന്\u200d",               // Malayalam, at the end of a word
		"अनुष्\u200dका",            // Devanagari: Anushka
		"", " ",
	} {
		if i := Unseen(whole); i >= 0 || Seen(whole) != whole {
			t.Errorf("%+q: found at %d, and left %+q", whole, i, Seen(whole))
		}
	}
	for hidden, left := range map[string]string{
		"Ana\u202eretsuM": "AnaretsuM", "\u2066Ana\u2069": "Ana", "Ana\u200f": "Ana", "a\u200eb": "ab", "Ana\u061cx": "Anax", // bidi
		"pay\u200cpal": "paypal", "Ana\u200d": "Ana", "\u200dAna": "Ana", "Ana \u200c Muster": "Ana  Muster", // joiners where nothing joins
		"علی\u200c": "علی", "\u200cعلی": "علی", "علی\u200c رضا": "علی رضا", "علی\u200c\u200cرضا": "علی\u200cرضا", "علی\u200cReza": "علیReza", "é\u0302\u200c\u0302": "é\u0302\u0302",
		"\ufeffAna": "Ana", "A\u200bna": "Ana", "A\u00adna": "Ana", "A\u2060na": "Ana", "\U000e0041Ana": "Ana", "Ana\ufff9": "Ana", "\u3164": "", "\u2800": "", // zero width, blank
		"Ana\tMuster": "AnaMuster", "Ana\nMuster": "AnaMuster", "\x1b[2J": "[2J", "\u0085x": "x", "\u2028x": "x", "\ue000": "", "ශ්\u200d\u200dරී": "ශ්\u200dරී",
	} {
		if i := Unseen(hidden); i < 0 || Seen(hidden) != left {
			t.Errorf("%+q: found at %d, left %+q, want %+q", hidden, i, Seen(hidden), left)
		}
	}
}

func FuzzSeen(f *testing.F) {
	for _, s := range []string{"علی\u200cرضا", "ශ්\u200d\u200dරී", "\u202e\xff\u200d", "a\u200b\u200cb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		left := Seen(s)
		if i := Unseen(left); i >= 0 {
			t.Errorf("%+q leaves %+q, with one at %d", s, left, i)
		}
		if strings.ContainsAny(left, "\u202e\u2066\u200f\u200b\ufeff") || utf8.RuneCountInString(left) > utf8.RuneCountInString(s) {
			t.Errorf("%+q leaves %+q", s, left)
		}
	})
}
