// SPDX-License-Identifier: Apache-2.0

package document

import (
	"cmp"
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"daylight/record"
)

const (
	maxSkills = 200
	maxClaims = 100
)

// technology is one line of the table of first releases.
type technology struct {
	name string
	year int
	// plainWord is set for names that are also common words: they count only
	// where nothing else can be meant.
	plainWord bool
}

// releases lists well-known technologies with the year of their first public
// release, betas included, from their own histories. Columns: name, year,
// aliases separated by spaces, "word" when the name is also a common word.
//
//go:embed releases.csv
var releases string

var technologies = func() map[string]technology {
	m := map[string]technology{}
	for line := range strings.Lines(releases) {
		f := strings.Split(strings.TrimSpace(line), ",")
		if len(f) != 4 || f[0] == "name" {
			continue
		}
		year, _ := strconv.Atoi(f[1]) // a test reads every line
		t := technology{f[0], year, f[3] == "word"}
		m[f[0]] = t
		for alias := range strings.FieldsSeq(f[2]) {
			m[strings.ReplaceAll(alias, "_", " ")] = t
		}
	}
	return m
}()

// FirstRelease returns the year in which a technology was first released to the
// public, betas included. The name is matched without case; versions are not
// known.
func FirstRelease(skill string) (year int, ok bool) {
	t, ok := technologies[strings.ToLower(strings.TrimSpace(skill))]
	return t.year, ok
}

var (
	listSplit   = regexp.MustCompile(`[,;|•·▪●■]|\s{2,}|\t|\s+[–—-]\s+`)
	parenthesis = regexp.MustCompile(`\s*\([^)]*\)?`)
	labelled    = regexp.MustCompile(`^[^:,;]{2,40}:\s*`)
	groupLabel  = regexp.MustCompile(`(?i)^\s*(?:programming|languages?|back[\s-]?end|front[\s-]?end|full[\s-]?stack|devops|tools?|databases?|frameworks?|cloud|libraries|platforms?|technologies|web|mobile|testing|data|other|infrastructure)\s+(?:languages?\s+|technologies\s+)?`)
	// Human languages are never compared.
	spoken    = regexp.MustCompile(`(?i)^(?:english|spanish|french|german|italian|portuguese|dutch|polish|russian|ukrainian|turkish|arabic|hebrew|hindi|urdu|bengali|tamil|telugu|marathi|punjabi|gujarati|mandarin|cantonese|chinese|japanese|korean|vietnamese|thai|indonesian|malay|tagalog|filipino|swahili|yoruba|igbo|hausa|amharic|zulu|xhosa|afrikaans|greek|romanian|bulgarian|hungarian|czech|slovak|serbian|croatian|swedish|norwegian|danish|finnish|persian|farsi|armenian|georgian|kazakh|uzbek|latvian|lithuanian|estonian|catalan|nepali|sinhala)\b`)
	levelWord = regexp.MustCompile(`(?i)^(?:expert|advanced|intermediate|beginner|basic|proficient|familiar|fluent|native|excellent|good|strong|working knowledge|others?|etc\.?|and|misc)$`)
)

// findSkills reads the lists in the skills sections.
func findSkills(secs []section) []string {
	var out []string
	for _, s := range secs {
		if s.kind != skillList {
			continue
		}
		for _, l := range s.lines {
			line := bullet.ReplaceAllString(l.Text.Reveal(), "")
			listed := labelled.MatchString(line)
			line = labelled.ReplaceAllString(line, "")
			line = parenthesis.ReplaceAllString(line, "")
			items := listSplit.Split(line, 64)
			if slices.ContainsFunc(items, func(i string) bool { return len(strings.Fields(i)) > 6 }) {
				continue // a sentence
			}
			if len(items) > 1 && !listed && strings.Contains(line, "  ") && strings.Contains(line, ",") && !strings.Contains(items[0], ",") && strings.HasPrefix(line[len(items[0]):], "  ") {
				items = items[1:] // "Languages   Go, Python": a label in a column of its own
			}
			if len(items) >= 3 {
				items[0] = groupLabel.ReplaceAllString(items[0], "")
			}
			for _, item := range items {
				item = strings.Trim(strings.TrimPrefix(strings.TrimSpace(item), "and "), " \t.:*")
				if len(out) < maxSkills && isSkill(item) {
					out = append(out, strings.ToLower(item))
				}
			}
		}
	}
	return out
}

// isSkill reports whether an item of a list can be a skill: short, with a
// letter, no sentence.
func isSkill(s string) bool {
	n := utf8.RuneCountInString(s)
	return n > 0 && n <= 40 && len(strings.Fields(s)) <= 4 && strings.ContainsFunc(s, unicode.IsLetter) &&
		(n > 1 || strings.EqualFold(s, "c") || strings.EqualFold(s, "r")) &&
		!levelWord.MatchString(s) && !spoken.MatchString(s) && !strings.HasSuffix(s, ".") && !isContact(s) && len(dates(s)) == 0
}

var (
	since      = regexp.MustCompile(`(?i)\b(?:since|seit|depuis|desde|dal|sinds)\s+(?:\p{L}{3,12}\.?\s+)?((?:19|20)\d\d)\b`)
	inBrackets = regexp.MustCompile(`\(\s*((?:19|20)\d\d)\s*[-–—]\s*(?:(?:19|20)\d\d|(?i:` + presentWords + `))\s*\)`)
	techWord   = regexp.MustCompile(`[\p{L}\p{N}.+#/-]+`)
)

// maxBetween is how many words may stand between a technology and "since".
const maxBetween = 3

// sinceClaims finds "Rust since 2009", "Kubernetes in production since 2009" and
// "Rust (2009-2012)": a technology and, right after it or a few words on, the year
// from which it is said to have been used.
func sinceClaims(lines []Line) []record.Claim {
	var out []record.Claim
	for _, l := range lines {
		text := l.Text.Reveal()
		for _, re := range []*regexp.Regexp{since, inBrackets} {
			for _, m := range re.FindAllStringSubmatchIndex(text, 16) {
				year, _ := strconv.Atoi(text[m[2]:m[3]]) // digits by the expression
				t, ok := lastTechnology(text[:m[0]])
				if !ok && re == since {
					t, ok = earlierTechnology(text[:m[0]])
				}
				if ok && len(out) < maxClaims {
					out = append(out, record.Claim{Skill: t.name, Year: year, Where: locate(l, l)})
				}
			}
		}
	}
	return out
}

// lastTechnology returns the technology that text ends with, if any.
func lastTechnology(text string) (technology, bool) {
	text = strings.TrimRight(text, " (,:–—-")
	for words := 3; words >= 1; words-- {
		fields := strings.Fields(text)
		if len(fields) < words {
			continue
		}
		name := strings.ToLower(strings.Trim(strings.Join(fields[len(fields)-words:], " "), "().,;:•*-"))
		if t, ok := technologies[name]; ok && (!t.plainWord || capital(fields[len(fields)-words])) {
			return t, true
		}
	}
	return technology{}, false
}

// between matches a word that leaves "since" with the technology before it: in
// small letters, without punctuation. another matches words that begin another
// thought, or name people who may have been there since.
var (
	between = regexp.MustCompile(`^\p{Ll}+$`)
	another = regexp.MustCompile(`^(?:and|or|but|for|as|with|while|when|where|who|which|that|by|from|until|then|also|team|group|department|company|firm|client|clients|customers?|employed|working|und|oder|für|et|ou|pour|y|para|con)$`)
)

// earlierTechnology returns the technology that stands one to [maxBetween] words
// before the end of text. Names that are common words do not count there.
func earlierTechnology(text string) (technology, bool) {
	fields := strings.Fields(text)
	for n := 1; n <= maxBetween && n < len(fields); n++ {
		w := fields[len(fields)-n]
		if !between.MatchString(w) || another.MatchString(w) || roleWord.MatchString(w) {
			return technology{}, false
		}
		before := strings.Join(fields[:len(fields)-n], " ")
		if strings.ContainsAny(before[len(before)-1:], ".,;:!?") {
			return technology{}, false
		}
		if t, ok := lastTechnology(before); ok {
			return t, !t.plainWord
		}
	}
	return technology{}, false
}

func capital(w string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(w, "(•*-"))
	return unicode.IsUpper(r)
}

// jobClaims finds technologies named in the text of a finished job. The claim's
// year is that of the job's end: the latest in which the technology can have
// been used there, so that the claim is never made to look earlier than it is.
func jobClaims(jobs []record.Job, bodies [][]Line) []record.Claim {
	var out []record.Claim
	for i, j := range jobs {
		if j.Current || j.To.IsZero() {
			continue
		}
		for _, l := range bodies[i] {
			for _, t := range named(l.Text.Reveal()) {
				if len(out) < maxClaims {
					out = append(out, record.Claim{Skill: t.name, Year: j.To.Year, Where: locate(l, l)})
				}
			}
		}
	}
	return out
}

// named finds the technologies a line names. Names that are common words count
// only as items of a list of three or more.
func named(line string) []technology {
	var out []technology
	words := techWord.FindAllString(line, 200)
	for i := range words {
		words[i] = strings.ToLower(strings.Trim(words[i], "./-"))
	}
	for i, w := range words {
		if i+1 < len(words) {
			if t, ok := technologies[w+" "+words[i+1]]; ok && !t.plainWord {
				out = append(out, t)
			}
		}
		if t, ok := technologies[w]; ok && !t.plainWord {
			out = append(out, t)
		}
	}
	if items := strings.Split(labelled.ReplaceAllString(line, ""), ","); len(items) >= 3 {
		for _, item := range items {
			item = strings.Trim(item, " .()")
			if t, ok := technologies[strings.ToLower(item)]; ok && t.plainWord && capital(item) {
				out = append(out, t)
			}
		}
	}
	return out
}

// uniqueClaims keeps the earliest year of each skill said to be used since, in
// the order of skill and year.
func uniqueClaims(cs []record.Claim) []record.Claim {
	slices.SortStableFunc(cs, func(a, b record.Claim) int {
		return cmp.Or(cmp.Compare(a.Skill, b.Skill), cmp.Compare(a.Year, b.Year))
	})
	return slices.CompactFunc(cs, func(a, b record.Claim) bool { return a.Skill == b.Skill })
}
