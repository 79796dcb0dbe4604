// SPDX-License-Identifier: Apache-2.0

package document

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"daylight/record"
)

const plainText = "rebuilt the tram dispatch ledger around a bitemporal store that replays every depot shift since the flood without losing corrections made by night clerks"

func TestUnseenChangesDoNotHide(t *testing.T) {
	every := func(text, put string) string { // after each letter
		var b strings.Builder
		for _, r := range text {
			b.WriteRune(r)
			if r != ' ' {
				b.WriteString(put)
			}
		}
		return b.String()
	}
	inWords := func(text, put string) string { // once in each word of two letters or more
		words := strings.Fields(text)
		for i, w := range words {
			if len(w) > 1 {
				words[i] = w[:1] + put + w[1:]
			}
		}
		return strings.Join(words, " ")
	}
	odd := func(words ...string) string { return strings.Join(words, " ") }
	for name, c := range map[string]struct {
		written, plain string
		odd            bool
	}{
		"zero-width space":              {inWords(plainText, "\u200b"), plainText, true},
		"zero-width space everywhere":   {every(plainText, "\u200b"), plainText, true},
		"zero-width joiner":             {every(plainText, "\u200d"), plainText, true},
		"zero-width non-joiner":         {inWords(plainText, "\u200c"), plainText, true},
		"word joiner":                   {every(plainText, "\u2060"), plainText, true},
		"byte order mark":               {inWords(plainText, "\ufeff"), plainText, true},
		"soft hyphen":                   {inWords(plainText, "\u00ad"), plainText, false},
		"combining grapheme joiner":     {inWords(plainText, "\u034f"), plainText, true},
		"variation selector":            {every(plainText, "\ufe0f"), plainText, true},
		"variation selector supplement": {inWords(plainText, "\U000e0101"), plainText, true},
		"tag":                           {inWords(plainText, "\U000e0061"), plainText, true},
		"direction mark":                {inWords(plainText, "\u200e"), plainText, true},
		"Hangul filler":                 {inWords(plainText, "\u3164"), plainText, true},
		"low line under letters":        {every(plainText, "\u0332"), plainText, false},
		"Hebrew point under letters":    {every(plainText, "\u05b8"), plainText, false},
		"acute on letters":              {inWords("abc defg", "\u0301"), "abc defg", false},
		"Cyrillic":                      {strings.NewReplacer("a", "а", "e", "е", "o", "о").Replace(plainText), plainText, true},
		"all look-alikes":               {strings.NewReplacer("a", "а", "c", "с", "e", "е", "i", "і", "o", "о", "p", "р", "s", "ѕ", "x", "х", "y", "у").Replace(plainText), plainText, true},
		"whole words of Cyrillic":       {"а ѕсоре сору", "a scope copy", false},
		"Greek":                         {strings.NewReplacer("o", "ο", "v", "ν", "a", "α").Replace(plainText), plainText, true},
		"capitals":                      {"Тhe ВIG НOUSE Ρlan", "the big house plan", true},
		"accented Cyrillic":             {"р\u0301lan dёpot", "plan depot", true},
		"digits":                        {strings.NewReplacer("o", "0", "i", "1").Replace(plainText), plainText, true},
		"digit at the edge":             {"0f 1n t0", "of in to", false},
		"digit and Cyrillic":            {"с0ре", "cope", true},
		"spaces of no width":            {strings.ReplaceAll(plainText, " ", "\u200b"), plainText, true},
		"spaces of no width, joiner":    {strings.ReplaceAll(plainText, " ", "\u2060"), plainText, true},
		"mathematical letters":          {"𝐩𝐥𝐚𝐧 of depots", "plan of depots", false},
		"accents":                       {"résumé naïve Łódź", "resume naive Łodz", false},
		"dotless i":                     {"dısk", "disk", false},
		"Persian joiner":                {"می\u200cخواهم", "میخواهم", false},
		"Arabic vowels":                 {"كَتَبَ", "كتب", false},
		"Arabic stretched":              {"كـــتب", "كتب", false},
		"Devanagari joiner":             {"क्\u200dष", "क्ष", false},
		"Hangul composed":               {"\u1112\u1161\u11ab글", "한글", false},
		"Han with selector":             {"漢\ufe00字\u200b表", "漢字表", false},
		"hidden in one long word":       {"c\u200bo\u200br\u200brections", "corrections", true},
		"beside punctuation":            {odd("\u200bled,\u200b", "a\u200b", "team\ufeff."), "led a team", false},
	} {
		got, want := textOf(c.written), textOf(c.plain)
		if !slices.Equal(got.hashes, want.hashes) || got.Len() == 0 {
			t.Errorf("%s: %q is not %q", name, c.written, c.plain)
		}
		if got.OddWords() > 0 != c.odd {
			t.Errorf("%s: %d odd words of %d", name, got.OddWords(), got.Len())
		}
		if want.OddWords() != 0 {
			t.Errorf("%s: %q has %d odd words", name, c.plain, want.OddWords())
		}
	}
}

func TestHonestWordsStayApart(t *testing.T) {
	for _, words := range [][]string{
		{"h264", "h265", "h26a"},
		{"k8s", "k3s", "web3", "web2", "5g", "4g", "s3", "ec2"},
		{"mall", "mail", "fall", "fail"},
		{"нота", "рота", "кота", "пота"},
		{"ΑΒΓ", "ΑΒΔ"},
		{"क", "का", "कि"},
		{"กา", "กี"},
		{"が", "か"},
		{"كتب", "كتاب"},
		{"2010", "2011", "2001"},
		{"c", "c++", "c#"},
		{"łaska", "laska"},
	} {
		seen := map[uint64]string{}
		for _, w := range words {
			text := textOf(w)
			if text.OddWords() != 0 {
				t.Errorf("%s is odd", w)
			}
			for _, h := range text.hashes[:1] {
				if len(text.hashes) > 1 {
					h = text.hashes[0] ^ text.hashes[1]<<1
				}
				if other, ok := seen[h]; ok {
					t.Errorf("%s is taken for %s", w, other)
				}
				seen[h] = w
			}
		}
	}
	// Case does not matter in any alphabet, look-alikes or not.
	for _, w := range []string{"Нота", "Ёлка", "Άνοιξη", "Straße", "Kotκa", "Река"} {
		if !slices.Equal(textOf(w).hashes, textOf(strings.ToUpper(w)).hashes) {
			t.Errorf("%s differs from its capitals", w)
		}
	}
}

// TestOrdinaryTextIsNotOdd holds ordinary ways of writing, in many scripts, to
// be no sign of anything.
func TestOrdinaryTextIsNotOdd(t *testing.T) {
	for _, s := range []string{
		"Разработка API-интеграций на Java и C++, Jira, 1С",
		"Java를 사용한 백엔드 개발, AWS에서 운영",
		"می\u200cخواهم برنامه\u200cنویس",
		"ការ\u200bងារ\u200bរបស់\u200bខ្ញុំ",
		"প্রকৌশলী, ক\u200dষ",
		"👩\u200d💻 Café résumé naïve, h264, k8s, web3, 10x, B2B",
		"Donau\u00addampf\u00adschiff",
		"https://example.com/\u200ba",
		"λ-calculus and β-testing",
	} {
		if n := textOf(s).OddWords(); n != 0 {
			t.Errorf("%q: %d odd words", s, n)
		}
	}
}

func TestIgnorable(t *testing.T) {
	// Counted in DerivedCoreProperties.txt of Unicode 15: the assigned ones and
	// those kept free for such characters.
	n := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if ignorable(r) {
			n++
		}
	}
	if n != 4174 {
		t.Errorf("%d characters are ignorable, not 4174", n)
	}
	for _, r := range "a \u0301\u0600\u06dd\ufff9أ漢\u00a0" {
		if ignorable(r) {
			t.Errorf("%U is ignorable", r)
		}
	}
}

func TestIgnorablesAnywhere(t *testing.T) {
	hidden := []rune("\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\ufe0f\U000e0100\U000e0041\u180b\u115f")
	words := strings.Fields(plainText + " Straße Ärger résumé цех нота река λόγος 漢字 कार्य برنامه 한글 h264 k8s c++")
	// A line of nothing but long words cannot be told from one without spaces.
	words = slices.DeleteFunc(words, func(w string) bool { return utf8.RuneCountInString(w) > longRun })
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOfN(rapid.SampledFrom(words), 1, 30).Draw(t, "words")
		written := slices.Clone(plain)
		for i, w := range plain {
			var b strings.Builder
			for j, r := range w {
				if j > 0 && r != '+' && rapid.IntRange(0, 3).Draw(t, "put") == 0 {
					b.WriteRune(rapid.SampledFrom(hidden).Draw(t, "hidden"))
				}
				b.WriteRune(r)
			}
			written[i] = b.String()
		}
		a, b := textOf(strings.Join(plain, " ")), textOf(strings.Join(written, " "))
		if !slices.Equal(a.hashes, b.hashes) {
			t.Fatalf("%q differs", written)
		}
	})
}

// BenchmarkNormaliseCyrillic is the cost of text beyond ASCII, beside that of
// the same with an invisible character in each word.
func BenchmarkNormaliseCyrillic(b *testing.B) {
	line := strings.Repeat("разработка распределённых систем хранения данных ", 10)
	for name, l := range map[string]string{"plain": line, "hidden": strings.ReplaceAll(line, "а", "а\u200b")} {
		b.Run(name, func(b *testing.B) {
			lines := textOf(l).lines
			b.SetBytes(int64(len(l)))
			b.ReportAllocs()
			for b.Loop() {
				if NewText(lines).Len() != 50 {
					b.Fatal("words")
				}
			}
		})
	}
}

func TestResumeWithHiddenCharacters(t *testing.T) {
	d, err := Read("cv.txt", []byte("Ngozi Haddad\nngo\u200bzi@exam\u2060ple.com, tel. +1 202 555\u200b-0142, linkedin.com/in/ngozi\u200d-example\nL\u200bed the de\u200bsign of a ledger\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := d.Resume()
	for _, c := range []struct {
		got  []record.Redacted
		want string
	}{{r.Emails, "ngozi@example.com"}, {r.Phones, "+1 202 555-0142"}, {r.Profiles, "linkedin.com/in/ngozi-example"}} {
		if len(c.got) != 1 || c.got[0].Reveal() != c.want {
			t.Errorf("%d contact details, not %s", len(c.got), c.want)
		}
	}
	if r.OddWords < 2 || r.OddWords > r.Words {
		t.Errorf("%d odd words of %d", r.OddWords, r.Words)
	}
}
