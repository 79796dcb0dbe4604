// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"daylight/internal/htmlcheck"
	"daylight/record"
	"daylight/weigh"

	"golang.org/x/net/html"
)

func TestHTMLGolden(t *testing.T) { golden(t, "report.html", written(t, fixture().WriteHTML)) }

func pageOf(t *testing.T, r *Report) *htmlcheck.Page {
	t.Helper()
	p, err := htmlcheck.Parse(bytes.NewReader(written(t, r.WriteHTML)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestHTMLQueue: the queue shows what speaks for a mismatch, also for a person
// for whom more speaks against one, and no one who lacks data and has nothing.
func TestHTMLQueue(t *testing.T) {
	r := fixture()
	s := r.Subjects[3] // the follow-up
	slices.Reverse(s.Evidence)
	if got := r.Sheet(s).Strongest; !strings.HasPrefix(got, "A remote-access tool runs") {
		t.Errorf("the queue shows %q", got)
	}
	lean := r.Subjects[4]
	lean.Evidence[0].WeightDB = -4
	pageOf(t, r).In(t, "section.person", htmlcheck.Count(4))
}

func TestHTMLStructure(t *testing.T) {
	p := pageOf(t, fixture())
	p.In(t, "html[lang=en]", htmlcheck.Count(1))
	p.In(t, "h1", htmlcheck.Says("4 of 14 people need a person's look: 3 escalate, 1 follow-up; 6 clear, 4 lack data."))
	p.In(t, "main", htmlcheck.Count(1))
	p.In(t, "nav", htmlcheck.Has("aria-label"))
	p.In(t, "main section", htmlcheck.Has("aria-labelledby"))
	p.In(t, "svg[role=img]", htmlcheck.Has("aria-label"))
	p.In(t, "section.person", htmlcheck.Count(5)) // 3 escalate, 1 follow-up, 1 insufficient with evidence
	p.In(t, "#p-c-0042 h2", htmlcheck.Says("● escalate"))
	p.In(t, "#p-c-0042 svg", htmlcheck.Count(3)) // balance, journey, rhythm
	p.In(t, "#p-c-0042 article.evidence", htmlcheck.Count(9))
	p.In(t, "#p-c-0042 .records", htmlcheck.Says("resumes/c-0042.pdf, page 1, lines 8-31"))
	p.In(t, "#p-u-1187", htmlcheck.Says("Checked, nothing found: Sign-ins come from far"))
	p.In(t, "#clear tbody tr", htmlcheck.Count(6))
	p.In(t, "#lack tbody tr", htmlcheck.Count(4))
	p.In(t, "footer", htmlcheck.Says(Decides))

	// Headings step down by one at most.
	level := 0
	for n := range p.All() {
		if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
			l := int(n.Data[1] - '0')
			if l > level+1 {
				t.Errorf("%s after a heading of level %d: %s", n.Data, level, htmlcheck.Text(n))
			}
			level = l
		}
	}
	// What a label or a link points at exists.
	ids := map[string]bool{}
	for _, n := range p.Find("[id]") {
		ids[htmlcheck.Attr(n, "id")] = true
	}
	for n := range p.All() {
		for _, ref := range []string{strings.TrimPrefix(htmlcheck.Attr(n, "href"), "#"), htmlcheck.Attr(n, "aria-labelledby")} {
			if ref != "" && !ids[ref] {
				t.Errorf("<%s> points at %q, which is not there", n.Data, ref)
			}
		}
	}
}

// TestHTMLPolicy: the policy names the very style sheet in the page, and nothing
// in the page needs more.
func TestHTMLPolicy(t *testing.T) {
	p := pageOf(t, fixture())
	style := p.Find("style")
	if len(style) != 1 || style[0].FirstChild == nil {
		t.Fatalf("%d style elements", len(style))
	}
	digest := sha256.Sum256([]byte(style[0].FirstChild.Data))
	want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'"
	policy := htmlcheck.Attr(p.Find("meta[http-equiv=Content-Security-Policy]")[0], "content")
	if !strings.Contains(policy, want) || !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q, want %q in it", policy, want)
	}
	onlyOurs(t, p)
}

// onlyOurs asserts that a page holds nothing but the elements and attributes its
// template writes: no script, no request, no inline style, no handler.
func onlyOurs(t *testing.T, p *htmlcheck.Page) {
	t.Helper()
	elements := strings.Fields(`html head meta title style body a svg defs pattern rect circle line text div nav p ul ol li main header
		h1 h2 h3 h4 h5 section table caption thead tbody tfoot tr th td bdi span time details summary figure figcaption article footer strong`)
	for n := range p.All() {
		if !slices.Contains(elements, n.Data) {
			t.Errorf("element <%s>", n.Data)
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "style", strings.HasPrefix(a.Key, "on"), a.Key == "src", a.Key == "srcset":
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			case a.Key == "href" && !strings.HasPrefix(a.Val, "#"):
				t.Errorf("<%s href=%q> leads out of the page", n.Data, a.Val)
			case a.Key == "fill" && a.Val != "url(#hatch)":
				t.Errorf("fill=%q", a.Val)
			}
		}
	}
}

func TestHostileHTML(t *testing.T) {
	for _, s := range hostile {
		out := written(t, hostileReport(s).WriteHTML)
		if c, bad := dangerous(string(out)); bad {
			t.Errorf("%q lets %U through", s, c)
		}
		p, err := htmlcheck.Parse(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		onlyOurs(t, p)
		for _, n := range p.Find("[id]") {
			if id := htmlcheck.Attr(n, "id"); strings.ContainsAny(id, " \t\n<>\"'&") {
				t.Errorf("id %q", id)
			}
		}
		if c := countComments(p); c > 0 {
			t.Errorf("%q: %d comments", s, c)
		}
	}
}

func countComments(p *htmlcheck.Page) int {
	n := 0
	for e := range p.All() {
		for c := range e.ChildNodes() {
			if c.Type == html.CommentNode {
				n++
			}
		}
	}
	return n
}

// TestHTMLSumsAddUp adds the figures of each balance's table as a reader would, works
// the probability out of their sum, and compares the picture with both: also where the
// policy counts more or less of the evidence than is there.
func TestHTMLSumsAddUp(t *testing.T) {
	for _, scale := range []weigh.Scale{{}, {Slope: 150}, {Slope: 84, Intercept: -12}, {Intercept: 7}} {
		r := fixture()
		for _, s := range r.Subjects {
			s.Assessment.Scale = scale
			s.Probability = s.Assessment.Probability()
		}
		sumsAddUp(t, pageOf(t, r))
	}
}

func sumsAddUp(t *testing.T, p *htmlcheck.Page) {
	t.Helper()
	figure := func(n *html.Node) int {
		f, err := strconv.ParseFloat(strings.ReplaceAll(htmlcheck.Text(n), "−", "-"), 64)
		if err != nil {
			t.Fatal(err)
		}
		return int(f*10 + 0.5*map[bool]float64{true: 1, false: -1}[f > 0])
	}
	tables := 0
	for _, person := range p.Find("section.person") {
		id := htmlcheck.Attr(person, "id")
		rows := p.Find("#" + id + " .sum tbody tr")
		sum := 0
		for i := range rows {
			cells := cellsOf(rows[i])
			sum += figure(cells[2])
			if got := figure(cells[3]); got != sum {
				t.Errorf("%s row %d: %d tenths shown, %d added up", id, i, got, sum)
			}
		}
		foot := cellsOf(p.Find("#" + id + " .sum tfoot tr")[0])
		if got := figure(foot[3]); got != sum {
			t.Errorf("%s: the sum is shown as %d tenths and adds up to %d", id, got, sum)
		}
		chance := likely(1 / (1 + math.Pow(10, -float64(sum)/100)))
		if got := htmlcheck.Text(foot[1]); got != "Together, "+chance {
			t.Errorf("%s: %d tenths are %s, and the foot says %q", id, sum, chance, got)
		}
		label := htmlcheck.Attr(p.Find("#" + id + " svg.balance")[0], "aria-label")
		if want := fmt.Sprintf("make %s, which is %s.", dB(record.Weight(sum)), chance); !strings.HasSuffix(label, want) {
			t.Errorf("%s: the balance reads %q, without %q", id, label, want)
		}
		tables++
	}
	if tables != 5 {
		t.Errorf("%d tables", tables)
	}
}

func cellsOf(row *html.Node) []*html.Node {
	var out []*html.Node
	for c := range row.ChildNodes() {
		if c.Type == html.ElementNode {
			out = append(out, c)
		}
	}
	return out
}

// TestSumWords has the figures of an assessment that counts half as much again, by hand:
// −20 + 1.5 × 33 = 29.5, and 0.84 × 33 = 27.72, of which tenths are kept.
func TestSumWords(t *testing.T) {
	for _, c := range []struct {
		scale weigh.Scale
		want  string
	}{
		{weigh.Scale{}, "A prior of −20.0 dB and evidence of +33.0 dB make +13.0 dB, which is 95 %."},
		{weigh.Scale{Slope: 150}, "A prior of −20.0 dB and evidence of +33.0 dB, counted 150 % (+49.5 dB), make +29.5 dB, which is over 99 %."},
		{weigh.Scale{Slope: 84, Intercept: -12}, "A prior of −20.0 dB and evidence of +33.0 dB, counted 84 % (+27.7 dB), and the −1.2 dB that the policy adds make +6.5 dB, which is 82 %."},
	} {
		if got := sumWords(weigh.Assessment{Prior: -200, Total: 130, Scale: c.scale}); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// TestBalanceGeometry: blocks lie end to end from zero, and the needle stands
// where prior and blocks add up to, whatever of the evidence counts.
func TestBalanceGeometry(t *testing.T) {
	for _, c := range []struct {
		slope          int
		blocks, needle float64 // dB
	}{{0, 33, 13}, {150, 49.5, 29.5}} {
		r := fixture()
		r.Subjects[0].Assessment.Scale.Slope = c.slope
		balanceStands(t, r.Sheet(r.Subjects[0]).Balance, c.blocks, c.needle)
	}
}

func balanceStands(t *testing.T, b balance, blocks, needle float64) {
	t.Helper()
	var right, left pc
	for _, k := range b.Blocks {
		if strings.HasPrefix(k.Class, "to") {
			right += k.Width
		} else {
			left += k.Width
		}
	}
	unit := (b.Ticks[1].X - b.Ticks[0].X) / 20 // percent a deciban; ticks are 20 dB apart
	if diff := float64((right-left)/unit) - blocks; diff > 1e-6 || diff < -1e-6 {
		t.Errorf("the blocks are %v dB long, want %v", (right-left)/unit, blocks)
	}
	if diff := float64((b.Needle-b.ZeroAt)/unit) - needle; diff > 1e-6 || diff < -1e-6 {
		t.Errorf("the needle stands at %v dB, want %v", (b.Needle-b.ZeroAt)/unit, needle)
	}
	cut := 0
	for _, k := range b.Blocks {
		if k.Cut {
			cut++
		}
	}
	if cut != 2 {
		t.Errorf("%d blocks hatched, want the 2 that a discount cut", cut)
	}
}

func TestRhythmGeometry(t *testing.T) {
	s := fixture().Subjects[0]
	g := newRhythm(s)
	if len(g.Dots) != 5*10+1 {
		t.Errorf("%d dots, want one an active hour: 51", len(g.Dots))
	}
	s.Activity.SleepFrom, s.Activity.SleepTo = 22, 6
	g = newRhythm(s)
	if len(g.Sleep) != 2 || g.Sleep[0].Width != 2*rhythmColumn || g.Sleep[1].Width != 6*rhythmColumn {
		t.Errorf("a window over midnight is drawn as %v", g.Sleep)
	}
	// Midnight in Chicago in winter is 14 o'clock eight hours east of Greenwich.
	if g.Others[0].Text != "14" || g.Hours[0].Text != "00" {
		t.Errorf("scales begin at %s and %s", g.Others[0].Text, g.Hours[0].Text)
	}
	s.Activity.Night = nil
	if g = newRhythm(s); len(g.Cells) != 7 {
		t.Errorf("without a place there are %d shades, want one a row", len(g.Cells))
	}
}

func TestRingLimits(t *testing.T) {
	r := longFixture()
	p := newRingPicture(r.Rings[1], nil)
	if len(p.Nodes) != ringNodes || p.Cut == "" || p.All != 80 || !p.Numbered {
		t.Errorf("%d people drawn of %d, said %q", len(p.Nodes), p.All, p.Cut)
	}
	for _, l := range p.Lines {
		if l.Width < 1 || l.Width > 6 {
			t.Errorf("a line %v wide", l.Width)
		}
	}
	hubs := 0
	for _, l := range newRingPicture(r.Rings[0], nil).Lines {
		if l.Class == "hub" {
			hubs++
		}
	}
	if hubs != 1 {
		t.Errorf("%d faded lines, want the one that 40 people hold", hubs)
	}
}

func TestAnchorsDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, id := range append([]string{"a b", "a_b", "a_20b", "a-b", "A-b", "a%20b", "é", "e\u0301"}, hostile...) {
		a := anchor("p", id)
		if old, twice := seen[a]; twice && old != id {
			t.Errorf("%q and %q share the anchor %s", id, old, a)
		}
		seen[a] = id
	}
}
