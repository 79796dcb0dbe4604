// SPDX-License-Identifier: Apache-2.0

package checkin_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"daylight/checkin"
	"daylight/internal/reading"
)

func catalogue(t *testing.T, code string) map[string]string {
	t.Helper()
	data, err := os.ReadFile("texts/" + code + ".json")
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
	first := catalogue(t, checkin.Languages()[0].Code)
	if len(first) < 100 {
		t.Fatalf("only %d texts", len(first))
	}
	rtl := false
	for _, l := range checkin.Languages() {
		rtl = rtl || l.Dir == "rtl"
		words := catalogue(t, l.Code)
		for key, text := range first {
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
			if l.Code == "ar" && !strings.ContainsFunc(other, isArabic) {
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
	files, err := filepath.Glob("../web/checkin*/*.tmpl")
	if err != nil || len(files) < 6 {
		t.Fatalf("templates %v: %v", files, err)
	}
	goFiles, err := filepath.Glob("../web/checkin*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(append(files, goFiles...), "../web/layout/public.tmpl") {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?:T\(?|closedWith\(v, (?:http\.)?\w+,|add\(|at\() ?"([a-z.]+[a-z])"`).FindAllStringSubmatch(string(data), -1) {
			keys := []string{m[1]}
			if strings.HasPrefix(m[0], "closedWith") {
				keys = []string{m[1] + ".title", m[1] + ".text"}
			}
			for _, key := range keys {
				named[key] = true
				if first[key] == "" {
					t.Errorf("%s names %s, which is not there", f, key)
				}
			}
		}
	}
	for key := range first {
		head, _, _ := strings.Cut(key, ".")
		made := head == "outcome" || head == "class" || slices.Contains(checkin.Challenges(), head) || slices.Contains([]string{checkin.Camera, checkin.Typed, checkin.Connection}, head)
		if !named[key] && !made {
			t.Errorf("no page shows %s", key)
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
		if strings.HasPrefix(key, "row.") || strings.HasPrefix(key, "class.") || strings.HasPrefix(key, "outcome.") {
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
	if got := checkin.TextsIn("ar").T("run.step", "n", 1, "of", 6); !strings.Contains(got, "\u20681\u2069") || !strings.Contains(got, "\u20686\u2069") {
		t.Errorf("%q", got)
	}
	if got := checkin.TextsIn("en").T("run.step", "n", "{of}", "of", 6); got != "Step {of} of 6" {
		t.Errorf("%q", got)
	}
	if got := checkin.TextsIn("tlh"); got.Code != "en" || got.Dir != "ltr" {
		t.Errorf("a language that is not there is %+v", got.Language)
	}
}
