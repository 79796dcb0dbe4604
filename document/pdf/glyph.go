// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// helvetica holds the widths of U+0020 to U+007E in Adobe's Helvetica metrics,
// for fonts that a file does not describe.
var helvetica = [95]int{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

// standardUpper is Adobe's standard encoding above 160. Source: ISO 32000-1,
// annex D.2.
var standardUpper = map[int]string{
	161: "¡", 162: "¢", 163: "£", 164: "⁄", 165: "¥", 166: "ƒ", 167: "§", 168: "¤", 169: "'", 170: "“", 171: "«", 172: "‹",
	173: "›", 174: "ﬁ", 175: "ﬂ", 177: "–", 178: "†", 179: "‡", 180: "·", 182: "¶", 183: "•", 184: "‚", 185: "„", 186: "”",
	187: "»", 188: "…", 189: "‰", 191: "¿", 193: "`", 194: "´", 195: "ˆ", 196: "˜", 197: "¯", 198: "˘", 199: "˙", 200: "¨",
	202: "˚", 203: "¸", 205: "˝", 206: "˛", 207: "ˇ", 208: "—", 225: "Æ", 227: "ª", 232: "Ł", 233: "Ø", 234: "Œ", 235: "º",
	241: "æ", 245: "ı", 248: "ł", 249: "ø", 250: "œ", 251: "ß",
}

func standardEncoding(c int) string {
	switch {
	case c == 39:
		return "’"
	case c == 96:
		return "‘"
	case c >= 32 && c < 127:
		return string(rune(c))
	}
	return standardUpper[c]
}

// glyphNames are names of the Adobe Glyph List that are not built from a letter
// and an accent.
var glyphNames = func() map[string]string {
	m := map[string]string{}
	for pair := range strings.FieldsSeq(`space:U+20 nbspace:U+A0 nonbreakingspace:U+A0 exclam:! quotedbl:" numbersign:# dollar:$ percent:%
		ampersand:& quotesingle:' quoteright:’ quoteleft:‘ parenleft:( parenright:) asterisk:* plus:+ comma:, hyphen:- minus:−
		sfthyphen:U+AD softhyphen:U+AD period:. slash:/ zero:0 one:1 two:2 three:3 four:4 five:5 six:6 seven:7 eight:8 nine:9
		colon:U+3A semicolon:; less:< equal:= greater:> question:? at:@ bracketleft:[ backslash:\ bracketright:] asciicircum:^
		underscore:_ grave:U+60 braceleft:{ bar:| braceright:} asciitilde:~ exclamdown:¡ cent:¢ sterling:£ fraction:⁄ yen:¥ florin:ƒ
		section:§ currency:¤ quotedblleft:“ guillemotleft:« guilsinglleft:‹ guilsinglright:› fi:fi fl:fl ff:ff ffi:ffi ffl:ffl
		f_i:fi f_l:fl f_f:ff f_f_i:ffi f_f_l:ffl T_h:Th t_t:tt t_i:ti endash:– emdash:— dagger:† daggerdbl:‡ periodcentered:·
		middot:· paragraph:¶ bullet:• quotesinglbase:‚ quotedblbase:„ quotedblright:” guillemotright:» ellipsis:… perthousand:‰
		questiondown:¿ acute:´ circumflex:ˆ tilde:˜ macron:¯ breve:˘ dotaccent:˙ dieresis:¨ ring:˚ cedilla:¸ hungarumlaut:˝
		ogonek:˛ caron:ˇ AE:Æ ae:æ OE:Œ oe:œ Lslash:Ł lslash:ł Oslash:Ø oslash:ø germandbls:ß dotlessi:ı dotlessj:ȷ
		ordfeminine:ª ordmasculine:º Eth:Ð eth:ð Thorn:Þ thorn:þ Dcroat:Đ dcroat:đ Hbar:Ħ hbar:ħ Tbar:Ŧ tbar:ŧ kgreenlandic:ĸ
		Eng:Ŋ eng:ŋ multiply:× divide:÷ plusminus:± degree:° copyright:© registered:® trademark:™ mu:µ onesuperior:¹
		twosuperior:² threesuperior:³ onequarter:¼ onehalf:½ threequarters:¾ logicalnot:¬ brokenbar:¦ Euro:€ euro:€ summation:∑
		product:∏ radical:√ infinity:∞ integral:∫ approxequal:≈ notequal:≠ lessequal:≤ greaterequal:≥ partialdiff:∂ lozenge:◊
		arrowright:→ arrowleft:← arrowup:↑ arrowdown:↓ arrowboth:↔ asteriskmath:∗ bulletoperator:∙ square:□ filledbox:■
		circle:○ openbullet:◦ triagrt:► checkmark:✓ star:★ phone:☎ telephone:☎ dotmath:⋅ similar:∼ visiblespace:␣
		Alpha:Α Beta:Β Gamma:Γ Delta:Δ Epsilon:Ε Zeta:Ζ Eta:Η Theta:Θ Iota:Ι Kappa:Κ Lambda:Λ Mu:Μ Nu:Ν Xi:Ξ Omicron:Ο Pi:Π
		Rho:Ρ Sigma:Σ Tau:Τ Upsilon:Υ Phi:Φ Chi:Χ Psi:Ψ Omega:Ω alpha:α beta:β gamma:γ delta:δ epsilon:ε zeta:ζ eta:η theta:θ
		iota:ι kappa:κ lambda:λ nu:ν xi:ξ omicron:ο pi:π rho:ρ sigma:σ sigma1:ς tau:τ upsilon:υ phi:φ chi:χ psi:ψ omega:ω`) {
		glyph, to, _ := strings.Cut(pair, ":")
		if hex, ok := strings.CutPrefix(to, "U+"); ok {
			v, _ := strconv.ParseUint(hex, 16, 21) // the table above
			to = string(rune(v))
		}
		m[glyph] = to
	}
	return m
}()

// accents are the suffixes of glyph names, as combining characters.
var accents = map[string]string{
	"acute": "\u0301", "grave": "\u0300", "circumflex": "\u0302", "dieresis": "\u0308", "tilde": "\u0303", "ring": "\u030a",
	"caron": "\u030c", "cedilla": "\u0327", "ogonek": "\u0328", "macron": "\u0304", "breve": "\u0306", "dotaccent": "\u0307",
	"hungarumlaut": "\u030b", "commaaccent": "\u0327", "dotbelow": "\u0323", "horn": "\u031b", "hookabove": "\u0309",
}

// glyphText returns the characters of a glyph's name, or "".
func glyphText(glyph string) string {
	glyph, _, _ = strings.Cut(glyph, ".") // "a.sc", "one.oldstyle"
	if t, ok := glyphNames[glyph]; ok {
		return t
	}
	if utf8.RuneCountInString(glyph) == 1 {
		return glyph
	}
	if hex, ok := strings.CutPrefix(glyph, "uni"); ok && len(hex) >= 4 {
		var b strings.Builder
		for i := 0; i+4 <= len(hex); i += 4 {
			if v, err := strconv.ParseUint(hex[i:i+4], 16, 16); err == nil && v >= 32 {
				b.WriteRune(rune(v))
			}
		}
		return b.String()
	}
	if hex, ok := strings.CutPrefix(glyph, "u"); ok && len(hex) >= 4 && len(hex) <= 6 {
		if v, err := strconv.ParseUint(hex, 16, 21); err == nil && v >= 32 {
			return string(rune(v))
		}
	}
	// Cyrillic of Adobe's older names.
	if digits, ok := strings.CutPrefix(glyph, "afii"); ok {
		if n, err := strconv.Atoi(digits); err == nil {
			return cyrillic(n)
		}
	}
	if len(glyph) > 2 {
		if mark, ok := accents[glyph[1:]]; ok {
			return norm.NFC.String(glyph[:1] + mark)
		}
	}
	if strings.Contains(glyph, "_") {
		var b strings.Builder
		for part := range strings.SplitSeq(glyph, "_") {
			if part != "" && !strings.Contains(part, "_") {
				b.WriteString(glyphText(part))
			}
		}
		return b.String()
	}
	return ""
}

// cyrillic maps afii10017-10097 to the letters, in their own order.
func cyrillic(n int) string {
	switch {
	case n >= 10017 && n <= 10022:
		return string(rune(0x410 + n - 10017))
	case n == 10023:
		return "Ё"
	case n >= 10024 && n <= 10049:
		return string(rune(0x416 + n - 10024))
	case n >= 10065 && n <= 10070:
		return string(rune(0x430 + n - 10065))
	case n == 10071:
		return "ё"
	case n >= 10072 && n <= 10097:
		return string(rune(0x436 + n - 10072))
	}
	return ""
}

// composers turn an accent that is drawn over a letter into a combining one.
var composers = map[string]string{
	"´": "\u0301", "`": "\u0300", "ˆ": "\u0302", "^": "\u0302", "¨": "\u0308", "˜": "\u0303", "~": "\u0303", "˚": "\u030a",
	"ˇ": "\u030c", "¸": "\u0327", "˛": "\u0328", "¯": "\u0304", "˘": "\u0306", "˙": "\u0307", "˝": "\u030b", "ˋ": "\u0300", "ˊ": "\u0301",
}
