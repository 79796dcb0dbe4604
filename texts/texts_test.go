// SPDX-License-Identifier: Apache-2.0

package texts_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"daylight/casework"
	"daylight/checkin"
	"daylight/internal/reading"
	"daylight/interview"
	"daylight/record"
	"daylight/texts"
)

func catalogue(t *testing.T, code string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(code + ".json")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

var place = regexp.MustCompile(`\{[a-z]+\}`)

// TestTexts holds that every text is there in every language, with the same places to
// fill, that pages name no other, and that no text is left over.
func TestTexts(t *testing.T) {
	first := catalogue(t, texts.Languages()[0].Code)
	if len(first) < 100 {
		t.Fatalf("only %d texts", len(first))
	}
	rtl := false
	for _, l := range texts.Languages() {
		rtl = rtl || l.Dir == "rtl"
		words := catalogue(t, l.Code)
		for key, text := range first {
			if l.Code != texts.Languages()[0].Code && strings.HasPrefix(key, texts.Inside) {
				continue
			}
			other, ok := words[key]
			if !ok || strings.TrimSpace(other) == "" {
				t.Errorf("%s has no text for %s", l.Code, key)
				continue
			}
			a, b := place.FindAllString(text, -1), place.FindAllString(other, -1)
			slices.Sort(a)
			slices.Sort(b)
			if !slices.Equal(a, b) {
				t.Errorf("%s, %s: places %v, want %v", l.Code, key, b, a)
			}
			if l.Code == "ar" && strings.ContainsFunc(place.ReplaceAllString(text, ""), unicode.IsLetter) && !strings.ContainsFunc(other, isArabic) {
				t.Errorf("%s, %s is not translated: %q", l.Code, key, other)
			}
		}
		for key := range words {
			if _, ok := first[key]; !ok {
				t.Errorf("%s has a text that the first language has not: %s", l.Code, key)
			}
		}
	}
	if !rtl {
		t.Error("no language runs from the right")
	}
	named := map[string]bool{}
	var files []string
	for _, glob := range []string{"../web/checkin*/*.tmpl", "../web/mine/*.tmpl", "../web/layout/*.tmpl", "../web/*.go", "../interview/*.go", "../app/*.go"} {
		found, err := filepath.Glob(glob)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v, %v", glob, found, err)
		}
		files = append(files, found...)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") || strings.HasSuffix(f, "/assets.go") { // which names files
			continue
		}
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range names.FindAllStringSubmatch(string(data), -1) {
			named[m[1]] = true
			if first[m[1]] == "" {
				t.Errorf("%s names %s, which is not there", f, m[1])
			}
		}
		for _, m := range closings.FindAllStringSubmatch(string(data), -1) {
			for _, key := range []string{m[1] + ".title", m[1] + ".text"} {
				named[key] = true
				if first[key] == "" {
					t.Errorf("%s names %s, which is not there", f, key)
				}
			}
		}
	}
	made := composed()
	for _, key := range made {
		if first[key] == "" {
			t.Errorf("there is no text for %s", key)
		}
		named[key] = true
	}
	for key := range first {
		head, _, _ := strings.Cut(key, ".")
		if !named[key] && head != "outcome" && head != "class" && !strings.HasPrefix(key, texts.Inside) {
			t.Errorf("no page shows %s", key)
		}
	}
}

var (
	// names find the keys that code and templates write whole, closings those of pages that
	// say how something ended.
	names    = regexp.MustCompile(`(?:T\(?|\b(?:add|at|head|item|letters)\(|quoted\([\w.]+,|interview\.Err\w+,) ?"([a-z]+(?:[.-][a-z]+)*)"`)
	closings = regexp.MustCompile(`(?:closedWith\(v, (?:http\.)?\w+,|key :?=|key, v\.Back =) "([a-z.]+)"`)
)

// composed are the keys that are put together of what they are about.
func composed() (keys []string) {
	for _, c := range append(checkin.Challenges(), checkin.Camera, checkin.Typed, checkin.Connection) {
		keys = append(keys, c+".title", c+".text")
	}
	for _, k := range []record.Kind{
		record.KindPerson, record.KindResume, record.KindPhoto, record.KindIdentity, record.KindInterview, record.KindCheck, record.KindPayout,
		record.KindShipment, record.KindDevice, record.KindCode, record.KindOutcome, record.KindCall, record.KindActivity, "document", "profile",
	} {
		keys = append(keys, "kind."+string(k))
	}
	for _, k := range []record.Kind{
		record.KindPerson, record.KindResume, record.KindPhoto, record.KindIdentity, record.KindInterview, record.KindCheck, record.KindPayout,
		record.KindShipment, record.KindDevice, record.KindCode, record.KindActivity,
	} {
		keys = append(keys, "lack."+string(k))
	}
	for _, k := range casework.Kinds() {
		keys = append(keys, "say."+string(k))
	}
	for n := range 7 {
		keys = append(keys, "day."+strconv.Itoa(n))
	}
	for _, s := range []string{
		"interview", "short call", "check-in", string(interview.Planned), string(interview.Held), string(interview.NotHeld),
		string(interview.Answered), string(interview.Missed), string(interview.Declined), string(interview.Withdrawn),
		string(checkin.Invited), string(checkin.Started), string(checkin.Finished), string(checkin.Refused), string(checkin.Another),
		string(checkin.Withdrawn), string(checkin.Unfinished), string(checkin.Expired), string(checkin.Revoked),
	} {
		keys = append(keys, "met."+strings.ReplaceAll(s, " ", "_"))
	}
	for _, c := range interview.Challenges() {
		if keys = append(keys, "challenge."+c.Slug+".another"); c.Say != "" {
			keys = append(keys, "challenge."+c.Slug+".say")
		}
	}
	return keys
}

// TestInside holds that every text for interviewers is one of a challenge, and that each
// challenge has all of its words.
func TestInside(t *testing.T) {
	shown := map[string]bool{}
	for _, c := range interview.Challenges() {
		shown[c.Title] = true
		for _, do := range c.Do {
			shown[do] = true
		}
		for _, w := range c.Words {
			shown[w.Means] = true
			if strings.HasPrefix(w.Means, texts.Inside) {
				t.Errorf("%s has no words for %s", c.Slug, w.Word)
			}
		}
		if strings.HasPrefix(c.Title, texts.Inside) || len(c.Do) == 0 || len(c.Words) < 2 {
			t.Errorf("%s lacks words: %+v", c.Slug, c)
		}
	}
	for key, text := range catalogue(t, "en") {
		if strings.HasPrefix(key, texts.Inside) && !shown[text] {
			t.Errorf("no interviewer is shown %s", key)
		}
	}
}

// counted is a number and the word after it.
var counted = regexp.MustCompile(`\{(?:n|days|minutes)\} (\p{L}+)`)

// TestArabicCountsNothing: no noun stands after a number in Arabic, where it would have
// another form after one, two, three to ten and more. Numbers stand by themselves, or
// before an abbreviation, and in English none stands before a noun where it may be one.
func TestArabicCountsNothing(t *testing.T) {
	for key, text := range catalogue(t, "ar") {
		if m := counted.FindStringSubmatch(text); m != nil && m[1] != "من" && m[1] != "م" && m[1] != "ث" {
			t.Errorf("%s counts: %q", key, text)
		}
	}
	for key, text := range catalogue(t, "en") {
		// Minutes are five at least, measurements are kept for 180 days, seconds have a
		// decimal.
		if m := counted.FindStringSubmatch(text); m != nil && !slices.Contains([]string{"ask.takes", "keep.text", "row.seconds", "run.step"}, key) && m[1] != "ms" && m[1] != "in" {
			t.Errorf("%s counts: %q", key, text)
		}
	}
	if !counted.MatchString("بعد {days} يومًا") {
		t.Error("a noun after a number is not found")
	}
}

func isArabic(r rune) bool { return unicode.Is(unicode.Arabic, r) }

// TestReadingAge holds the English texts to a reading age of 12: the Flesch-Kincaid
// grade (Kincaid et al. 1975), plus five years, over all of them and over each page's
// longer ones.
func TestReadingAge(t *testing.T) {
	var all strings.Builder
	for key, text := range catalogue(t, "en") {
		if strings.HasPrefix(key, texts.Inside) || strings.HasPrefix(key, "row.") || strings.HasPrefix(key, "class.") || strings.HasPrefix(key, "outcome.") {
			continue // labels of a table
		}
		text = place.ReplaceAllString(text, "ten")
		if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "?") {
			text += "."
		}
		all.WriteString(text + " ")
		if g := reading.Grade(text); len(strings.Fields(text)) >= 15 && g > 7 {
			t.Errorf("%s needs a reading age of %.1f: %s", key, g+5, text)
		}
	}
	if g := reading.Grade(all.String()); g > 5 || g < 1 {
		t.Errorf("the texts need a reading age of %.1f", g+5)
	}
}

// TestT: values keep their own direction in a text that runs from the right, and a
// value cannot bring places of its own.
func TestT(t *testing.T) {
	if got := texts.In("ar").T("run.step", "n", 1, "of", 6); !strings.Contains(got, "\u20681\u2069") || !strings.Contains(got, "\u20686\u2069") {
		t.Errorf("%q", got)
	}
	if got := texts.In("en").T("run.step", "n", "{of}", "of", 6); got != "Step {of} of 6" {
		t.Errorf("%q", got)
	}
	if got := texts.In("tlh"); got.Code != "en" || got.Dir != "ltr" {
		t.Errorf("a language that is not there is %+v", got.Language)
	}
}

// TestFollowUpsAreSaidToCount holds that wherever somebody is told that a follow-up that
// is declined or ran out says nothing, they are told that several count.
func TestFollowUpsAreSaidToCount(t *testing.T) {
	for code, word := range map[string]string{"en": "count", "ar": "وزن"} {
		for _, key := range []string{"gone.text", "follow.counts", "hours.text"} {
			text := texts.In(code).T(key)
			nothing, counts := strings.Index(text, map[string]string{"en": "nothing", "ar": "لا يقول"}[code]), strings.Index(text, word)
			if nothing < 0 || counts < nothing {
				t.Errorf("%s in %s: %q", key, code, text)
			}
		}
	}
}
