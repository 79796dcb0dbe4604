// SPDX-License-Identifier: Apache-2.0

package document

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"daylight/record"
)

// writer makes texts whose words follow a Zipf law, like those of a language.
type writer struct {
	r    *rand.Rand
	zipf *rand.Zipf
	voc  []string
}

func newWriter(seed uint64) *writer {
	r := rand.New(rand.NewPCG(seed, 7))
	w := &writer{r: r, zipf: rand.NewZipf(r, 1.1, 8, 19999)}
	for range 20000 {
		b := make([]byte, 3+r.IntN(8))
		for j := range b {
			b[j] = byte('a' + r.IntN(26))
		}
		w.voc = append(w.voc, string(b))
	}
	return w
}

func (w *writer) word() string { return w.voc[w.zipf.Uint64()] }

// lines returns n words in lines of 8 to 16.
func (w *writer) lines(n int) []string {
	var out []string
	for n > 0 {
		k := min(n, 8+w.r.IntN(9))
		words := make([]string, k)
		for i := range words {
			words[i] = w.word()
		}
		out = append(out, strings.Join(words, " "))
		n -= k
	}
	return out
}

// splice returns a text of its own in which a share of the lines is copied from
// another, a share of their words changed.
func (w *writer) splice(own, from []string, copied, changed float64) []string {
	out := slices.Clone(own)
	for i := range out {
		if w.r.Float64() >= copied {
			continue
		}
		words := strings.Fields(from[i%len(from)])
		for j := range words {
			if w.r.Float64() < changed {
				words[j] = w.word()
			}
		}
		out[i] = strings.Join(words, " ")
	}
	return out
}

func textOf(lines ...string) *Text {
	var ls []Line
	for i, l := range lines {
		ls = append(ls, Line{Page: 1, Number: i + 1, Text: record.Redacted(l)})
	}
	return NewText(ls)
}

func matches(x *Index, id uint32) []Match {
	ms, _ := x.Matches(id)
	return ms
}

// TestCopyCurve plants copies at three strengths among 2,000 texts, as
// docs/method.md describes, and asks for at least the share found there.
func TestCopyCurve(t *testing.T) {
	const pairs = 150
	for _, c := range []struct{ copied, changed, want float64 }{
		{0.2, 0.1, 0.80}, {0.4, 0.2, 0.85}, {0.8, 0.4, 0.80}, {0.05, 0.1, 0}, {0.8, 0.1, 0.99},
	} {
		w := newWriter(1)
		x := NewIndex(2000)
		id := uint32(0)
		add := func(lines []string) {
			x.Add(id, id, textOf(lines...))
			id++
		}
		for range pairs {
			original := w.lines(587)
			add(original)
			add(w.splice(w.lines(587), original, c.copied, c.changed))
		}
		for id < 2000 {
			add(w.lines(587))
		}
		found, wrong := 0, 0
		for i := range id {
			for _, m := range matches(x, i) {
				switch {
				case i < 2*pairs && m.Other == i^1:
					found++
				default:
					wrong++
				}
			}
		}
		got := float64(found) / (2 * pairs)
		t.Logf("%.0f %% of lines copied, %.0f %% of their words changed: %.0f %% found, %d false", 100*c.copied, 100*c.changed, 100*got, wrong)
		if got < c.want || wrong > 0 {
			t.Errorf("copied %v changed %v: found %v of pairs, want %v; %d false matches, want 0", c.copied, c.changed, got, c.want, wrong)
		}
	}
}

// TestEveryRunIsFound copies a run of at least RunWords between two random
// texts and looks for it in the passages.
func TestEveryRunIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.Uint64()
		a := rapid.SliceOfN(word, 0, 60).Draw(t, "a")
		b := rapid.SliceOfN(word, 0, 60).Draw(t, "b")
		run := rapid.SliceOfN(word, RunWords, 30).Draw(t, "run")
		i, j := rapid.IntRange(0, len(a)).Draw(t, "i"), rapid.IntRange(0, len(b)).Draw(t, "j")
		a, b = slices.Insert(a, i, run...), slices.Insert(b, j, run...)
		both := map[uint64]bool{}
		winnow(a, func(h uint64, _ int) { both[h] = true })
		var shared []uint64
		winnow(b, func(h uint64, _ int) {
			if both[h] {
				shared = append(shared, h)
			}
		})
		covered := make([]bool, len(a))
		for _, p := range passages(align(a, b, shared)) {
			for k := p.a; k < p.aEnd; k++ {
				covered[k] = true
			}
		}
		if slices.Contains(covered[i:i+len(run)], false) {
			t.Fatalf("a run of %d words at %d and %d is not in the passages", len(run), i, j)
		}
	})
}

// TestBoilerplateWeighsNothing gives twelve people of sixty the same forty
// words, and two of them twenty words of their own in common.
func TestBoilerplateWeighsNothing(t *testing.T) {
	w := newWriter(3)
	agency := w.lines(40)
	secret := w.lines(26)
	x := NewIndex(60)
	for i := range uint32(60) {
		lines := w.lines(300)
		if i < 12 {
			lines = append(slices.Clone(agency), lines...)
		}
		if i == 3 || i == 40 {
			lines = append(lines, secret...)
		}
		x.Add(i, i, textOf(lines...))
	}
	for i := range uint32(60) {
		var got []uint32
		for _, m := range matches(x, i) {
			got = append(got, m.Other)
		}
		want := map[uint32][]uint32{3: {40}, 40: {3}}[i]
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("matches of %d (-want +got):\n%s", i, diff)
		}
	}
}

// TestOneTextUnderFortyNames must not hide itself as boilerplate.
func TestOneTextUnderFortyNames(t *testing.T) {
	w := newWriter(4)
	original := w.lines(400)
	x := NewIndex(100)
	for i := range uint32(100) {
		if i < 40 {
			x.Add(i, i, textOf(w.splice(original, w.lines(400), 0.05, 0)...))
		} else {
			x.Add(i, i, textOf(w.lines(400)...))
		}
	}
	for i := range uint32(100) {
		want := 0
		if i < 40 {
			want = MaxMatches
		}
		got, left := x.Matches(i)
		if len(got) != want || left.Documents != max(0, 39-MaxMatches) && i < 40 || left.Common {
			t.Errorf("document %d has %d matches, want %d; left out %+v", i, len(got), want, left)
		}
		for _, m := range got {
			if m.Holders < 30 || m.Holders > 40 {
				t.Errorf("document %d: %d people have what it shares with %d", i, m.Holders, m.Other)
			}
		}
	}
}

func TestPersonIsNotMatchedWithThemselves(t *testing.T) {
	w := newWriter(5)
	lines := w.lines(300)
	x := NewIndex(2)
	x.Add(1, 9, textOf(lines...))
	x.Add(2, 9, textOf(lines...))
	if ms := matches(x, 1); ms != nil {
		t.Errorf("two files of one person match: %v", ms)
	}
	if x.Add(2, 8, textOf(lines...)) {
		t.Error("an id was added twice")
	}
}

func TestBackgroundWeighsNothing(t *testing.T) {
	x := NewIndex(2)
	var lines []string
	for l := range strings.Lines(background) {
		lines = append(lines, strings.TrimSpace(l))
	}
	for person := range uint32(2) {
		w := newWriter(uint64(person))
		var mixed []string // a word of one's own between phrases: no joints in common
		for _, l := range lines {
			mixed = append(mixed, l, w.word())
		}
		x.Add(person, person, textOf(mixed...))
	}
	for _, m := range matches(x, 1) {
		t.Errorf("stock phrases match: %.0f nats, %q", m.Nats, m.Passages[0].Text.Reveal())
	}
}

func TestIgnoredTextWeighsNothing(t *testing.T) {
	w := newWriter(6)
	ad := w.lines(120)
	x := NewIndex(2)
	x.Add(1, 1, textOf(append(w.lines(200), ad...)...))
	x.Ignore(textOf(ad...))
	x.Add(2, 2, textOf(append(w.lines(200), ad...)...))
	if ms := matches(x, 1); len(ms) != 0 {
		t.Errorf("the advertisement's wording matches: %.0f nats", ms[0].Nats)
	}
}

// TestOrderDoesNotMatter adds the same documents in two orders.
func TestOrderDoesNotMatter(t *testing.T) {
	w := newWriter(8)
	texts := map[uint32]*Text{}
	var ids []uint32
	base := w.lines(300)
	for i := range uint32(60) {
		lines := w.lines(300)
		if i%6 == 0 {
			lines = w.splice(lines, base, 0.4+float64(i)/100, 0.1)
		}
		texts[i] = textOf(lines...)
		ids = append(ids, i)
	}
	all := func(ids []uint32) map[uint32][]Match {
		x := NewIndex(4)
		for _, i := range ids {
			x.Add(i, i/2, texts[i])
		}
		out := map[uint32][]Match{}
		for _, i := range ids {
			out[i] = matches(x, i)
		}
		return out
	}
	want := all(ids)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	if diff := cmp.Diff(want, all(ids), revealed); diff != "" {
		t.Errorf("another order, another answer (-first +second):\n%s", diff)
	}
	some := 0
	for i, ms := range want {
		for _, m := range ms {
			some++
			if !slices.ContainsFunc(want[m.Other], func(o Match) bool { return o.Other == i && o.Nats == m.Nats && o.Share == m.ShareOther }) {
				t.Errorf("%d matches %d but not the other way round", i, m.Other)
			}
		}
	}
	if some == 0 {
		t.Error("nothing matched: the test shows nothing")
	}
}

// revealed lets go-cmp see personal data of invented people.
var revealed = cmp.Comparer(func(a, b record.Redacted) bool { return a.Reveal() == b.Reveal() })

func TestMatchSaysWhere(t *testing.T) {
	copied := "rebuilt the tram dispatch ledger around a bitemporal store that replays every depot shift since the flood without losing corrections made by night clerks"
	x := NewIndex(2)
	x.Add(1, 1, textOf("ana@example.com", "First line of my own making here", "I "+copied[:60], copied[60:], "and more"))
	x.Add(2, 2, textOf("Before", strings.ToUpper(copied)+"!"))
	ms := matches(x, 1)
	if len(ms) != 1 || len(ms[0].Passages) != 1 {
		t.Fatalf("matches: %+v", ms)
	}
	p := ms[0].Passages[0]
	if p.Where != "page 1, lines 3-4" || p.WhereOther != "page 1, line 2" {
		t.Errorf("where: %q and %q", p.Where, p.WhereOther)
	}
	if got := p.Text.Reveal(); !strings.HasPrefix(got, "rebuilt the tram") || !strings.HasSuffix(got, "night clerks") {
		t.Errorf("text: %q", got)
	}
	if fmt.Sprint(p.Text) != "[redacted]" {
		t.Error("a passage shows itself")
	}
}

func TestNewTextMasks(t *testing.T) {
	plain := func(lines ...string) []uint64 { return textOf(lines...).hashes }
	same := map[string][2]string{
		"case and punctuation": {"Led a team, of 5!", "led A TEAM of 5"},
		"ligature":             {"eﬃcient ﬁle", "efficient file"},
		"composed accents":     {"re\u0301sume\u0301", "r\u00e9sum\u00e9"},
		"e-mail":               {"mail ana.silva@example.com now", "mail b@example.org now"},
		"telephone":            {"call +1 (202) 555-0142 now", "call 030 5550 1234 now"},
		"address":              {"see https://example.com/a?b now", "see linkedin.com/in/someone now"},
		"apostrophe":           {"the team’s goal", "the team's goal"},
		"full width":           {"ＡＢＣ １２", "abc 12"},
	}
	for name, pair := range same {
		if diff := cmp.Diff(plain(pair[0]), plain(pair[1])); diff != "" {
			t.Errorf("%s: texts differ\n%s", name, diff)
		}
	}
	different := map[string][2]string{
		"years":    {"Acme 2014 - 2019", "Acme 2015 - 2020"},
		"c++":      {"wrote C++ code", "wrote C code"},
		"asp.net":  {"wrote ASP.NET code", "wrote VB.NET code"},
		"han":      {"软件工程师", "软件工程帅"},
		"ci and a": {"CI/CD", "CI/CT"},
	}
	for name, pair := range different {
		if slices.Equal(plain(pair[0]), plain(pair[1])) {
			t.Errorf("%s: texts are the same", name)
		}
	}
	masked := NewText([]Line{{Text: "Zanele Dlamini wrote this"}}, record.NewName("Dlamini, Zanele"))
	other := NewText([]Line{{Text: "Ngozi Haddad wrote this"}}, record.NewName("Ngozi Haddad"))
	if !slices.Equal(masked.hashes, other.hashes) {
		t.Error("the person's own name is not masked")
	}
}
