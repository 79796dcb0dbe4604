// SPDX-License-Identifier: Apache-2.0

package simulate_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"daylight/document"
	"daylight/evaluate/simulate"
	"daylight/record"
)

// minShare is from where app.resume_text_clone looks at a match, beside
// document.MinNats.
const minShare = 0.15

// corpus is résumés in an index, each of a person of its own.
type corpus struct {
	t     *testing.T
	index *document.Index
	n     uint32
}

func newCorpus(t *testing.T, size int) *corpus {
	t.Helper()
	return &corpus{t: t, index: document.NewIndex(size)}
}

// add reads a résumé as a scan reads a text file.
func (c *corpus) add(r simulate.Resume) {
	c.t.Helper()
	doc, err := document.Read("resume.txt", []byte(r.Text()))
	if err != nil {
		c.t.Fatal(err)
	}
	c.n++
	c.index.Add(c.n, c.n, doc.Text(record.NewName(r.Name)))
}

// weighing are the people whose résumés weigh against this one.
func (c *corpus) weighing(id uint32) []uint32 {
	var out []uint32
	ms, _ := c.index.Matches(id)
	for _, m := range ms {
		if weighs(m) {
			out = append(out, m.Person)
		}
	}
	return out
}

func weighs(m document.Match) bool { return max(m.Share, m.ShareOther) >= minShare }

// small reports whether a measurement is to be cut short.
func small() bool { return testing.Short() || simulate.UnderRace() }

// long is a company's résumés with ten lines of work or more that share no
// template and no agency.
func long(c simulate.Config) []simulate.Resume {
	return slices.DeleteFunc(simulate.Resumes(c), func(r simulate.Resume) bool {
		return len(r.Work()) < 10 || slices.Contains(r.Groups, "same_template") || slices.Contains(r.Groups, "same_agency")
	})
}

// copied takes a share of the lines of work from one résumé into another: in
// their order, or in any.
func copied(c simulate.Chance, from, into simulate.Resume, share float64, shuffled bool, say func(string) string) simulate.Resume {
	theirs, lines := from.Work(), into.Work()
	n := int(math.Round(share * float64(min(len(theirs), len(lines)))))
	if shuffled {
		c.Shuffle(len(theirs), func(i, j int) { theirs[i], theirs[j] = theirs[j], theirs[i] })
		c.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	}
	for i := range n {
		lines[i] = say(theirs[i])
	}
	return into.With(lines)
}

// TestCopiedResumes plants copies among independent résumés: each of the
// independent ones is the original of one copy, which goes into the résumé of
// somebody else whose own is not in the corpus. Names, posts, firms, dates and
// skills are the copier's own.
func TestCopiedResumes(t *testing.T) {
	each := 50
	if small() {
		each = 8
		t.Log("a sixth of the pairs, and no floors")
	}
	var table []cell
	for _, words := range []float64{synonymsOnly, .05, .10, .20, .40} {
		for _, share := range []float64{.2, .4, .6, .8} {
			table = append(table, cell{words: words, share: share}, cell{words: words, share: share, shuffled: true})
		}
	}
	n := len(table) * each
	all := long(config(3*n+600, 0, seeded(t, 41)))
	if len(all) < 2*n {
		t.Fatalf("only %d résumés for %d pairs", len(all), n)
	}
	c := newCorpus(t, 2*n)
	for k := range 2 * n { // the copy of 1 is n+1
		r := all[k]
		if k >= n {
			cell, rng := table[(k-n)/each], simulate.Draw(1, uint64(k), "copy")
			r = copied(rng, all[k-n], r, cell.share, cell.shuffled, cell.say(rng))
		}
		c.add(r)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d independent résumés, %d copies, %d a cell\n%-9s %7s %-8s %9s %7s %10s\n", n, n, each, "words", "copied", "order", "reported", "recall", "precision")
	wrong := 0
	for i := range table {
		cell := &table[i]
		for k := i * each; k < (i+1)*each; k++ {
			cell.count(c, uint32(k)+1, uint32(k+n)+1)
		}
		wrong += cell.wrong
		fmt.Fprintln(&b, cell)
		if floor := floors[cell.words][int(5*cell.share+.5)-1]; each == 50 && 100*cell.found < floor*each {
			t.Errorf("recall is below %d %%: %v", floor, cell)
		}
	}
	t.Log(b.String())
	if wrong > 0 {
		t.Errorf("%d times a résumé weighs that is no copy", wrong)
	}
}

// synonymsOnly changes every word that has a synonym, and no other.
const synonymsOnly = -1

// floors are the least recall of 20, 40, 60 and 80 % copied, in percent: what was
// measured less about two and a half standard errors of 50 pairs; 0 where copies
// are not found.
var floors = map[float64][4]int{
	synonymsOnly: {32, 92, 94, 94}, .05: {50, 94, 94, 94}, .10: {20, 84, 94, 94}, .20: {6, 46, 78, 92}, .40: {0, 0, 2, 20},
}

// cell is one way of copying, and how it fared.
type cell struct {
	words, share float64
	shuffled     bool
	n, reported  int // pairs; those worth document.MinNats
	found, wrong int // of those, the ones that weigh; weighing ones that are no copies
}

func (c *cell) say(rng simulate.Chance) func(string) string {
	return func(line string) string {
		if c.words == synonymsOnly {
			return simulate.Synonyms(line)
		}
		return simulate.Reword(rng, line, c.words)
	}
}

func (c *cell) count(in *corpus, original, copied uint32) {
	reported, found := false, false
	for _, pair := range [][2]uint32{{original, copied}, {copied, original}} {
		ms, _ := in.index.Matches(pair[0])
		for _, m := range ms {
			switch {
			case m.Person == pair[1]:
				reported, found = true, found || weighs(m)
			case weighs(m):
				c.wrong++
			}
		}
	}
	c.n++
	c.reported += one(reported)
	c.found += one(found)
}

func (c *cell) String() string {
	words, order, precision := "synonyms", "kept", "-"
	if c.words != synonymsOnly {
		words = fmt.Sprintf("%.0f %%", 100*c.words)
	}
	if c.shuffled {
		order = "changed"
	}
	if c.found+c.wrong > 0 {
		precision = fmt.Sprintf("%d %%", 100*c.found/(c.found+c.wrong))
	}
	return fmt.Sprintf("%-9s %5.0f %% %-8s %7d %% %5d %% %10s", words, 100*c.share, order, 100*c.reported/c.n, 100*c.found/c.n, precision)
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestFortyNames sends one résumé under forty names, each with a tenth of the
// words of its lines changed: whole, and with posts, firms, skills and number of
// lines of each one's own.
func TestFortyNames(t *testing.T) {
	const names = 40
	others := 2000
	if small() {
		others = 500
		t.Log("among a quarter of the others, and no floor for the second")
	}
	all := long(config(2*others, 0, seeded(t, 43)))
	original := all[others+names]
	for _, test := range []struct {
		what string
		own  bool
		want int // names found
	}{{"one résumé", false, names}, {"its lines in résumés of their own", true, names - 4}} {
		c := newCorpus(t, others+names)
		for _, r := range all[:others] {
			c.add(r)
		}
		rng := simulate.Draw(2, 0, "personas")
		reworded := func(line string) string { return simulate.Reword(rng, line, .1) }
		for _, r := range all[others : others+names] {
			if test.own {
				r = copied(rng, original, r, 1, false, reworded)
			} else {
				r = copied(rng, original, original, 1, false, reworded).As(r)
			}
			c.add(r)
		}
		first := uint32(others) + 1
		found, wrong, fewest := 0, 0, names
		for id := uint32(1); id <= c.n; id++ {
			right := 0
			for _, other := range c.weighing(id) {
				if id >= first && other >= first {
					right++
				} else {
					wrong++
				}
			}
			if id >= first {
				fewest = min(fewest, right)
				found += one(right > 0)
			}
		}
		t.Logf("%d names, %s, among %d: %d found, each with %d others or more (at most %d are compared); %d false", names, test.what, others, found, fewest, document.MaxMatches, wrong)
		if found < test.want && (!test.own || !small()) || wrong > 0 {
			t.Errorf("%s: %d of %d names found, want %d; %d false, want 0", test.what, found, names, test.want, wrong)
		}
	}
}

// TestTemplates gives each run of two to eight people the phrases of one template
// or agency; nobody copied anything. Where they live in one town, it stands beside
// the phrases. What many have weighs nothing, and neither does what two or three
// people of 2,000 have: it stands in the frame of a résumé and not in its account of
// work.
func TestTemplates(t *testing.T) {
	people := 2000
	if small() {
		people = 500
		t.Log("a quarter of the people, and limits only where all have a template")
	}
	seed := seeded(t, 47)
	for _, test := range []struct {
		of       int // people for each one with a template
		together bool
		most     int // pairs that weigh, of 1,000
	}{{1, false, 0}, {1, true, 0}, {12, false, 0}, {12, true, 0}, {60, false, 0}, {60, true, 0}} {
		all, runs := simulate.Templated(config(people, 0, seed), test.of, test.together)
		c := newCorpus(t, len(all))
		size := map[int]int{}
		for i, r := range all {
			c.add(r)
			if runs[i] >= 0 {
				size[runs[i]]++
			}
		}
		pairs, weighing, reported := 0, 0, 0
		for _, n := range size {
			pairs += n * (n - 1) / 2
		}
		for id := uint32(1); id <= c.n; id++ {
			ms, _ := c.index.Matches(id)
			for _, m := range ms {
				if m.Person > id {
					reported++
					weighing += one(weighs(m))
				}
			}
		}
		t.Logf("one of %2d people has a template, together in a town %v: %d pairs of one template, %d worth %d nats, %d weigh",
			test.of, test.together, pairs, reported, document.MinNats, weighing)
		if 1000*weighing > test.most*pairs && (test.of == 1 || !small()) {
			t.Errorf("%d of %d pairs of one template weigh, want %d in 1,000 or fewer", weighing, pairs, test.most)
		}
	}
}
