// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// Limits of the HTML form, so that a report on thousands of people stays a file
// that a browser opens at once. The page says what was cut; the JSON form holds
// everything.
const (
	htmlFull       = 500    // people with a section of their own
	htmlClear      = 10_000 // rows of people who are clear
	htmlClearFull  = 2_000  // of those, with their evidence
	htmlLack       = 5_000  // rows of people who lack data
	htmlCites      = 12     // records cited per piece of evidence
	htmlSkipped    = 200    // files with skipped input
	htmlInputs     = 200    // files listed one by one before they are summed by format
	htmlRings      = 50     // rings drawn
	htmlWhy        = 3      // statements that a section begins with
	htmlZero       = 120    // findings that counted nothing, listed per person
	htmlPersonLink = 24     // links of a ring listed in a person's section
)

//go:embed page.tmpl
var pageSource string

//go:embed page.css
var pageStyle string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"v":        visible,
	"brief":    brief,
	"db":       dB,
	"decibans": decibans,
	"pct":      likely,
	"sentence": func(s string) string { return sentence(visible(s)) },
	"stop":     func(s string) string { return stop(visible(s)) },
	"capital":  func(s string) string { return capital(visible(s)) },
	"count":    count,
	"people":   people,
	"plural":   plural,
	"join":     func(s []string) string { return visible(strings.Join(s, ", ")) },
	"anchor":   anchor,
	"shape":    shape,
	"instant":  instant,
	"cites":    func(c []record.Citation) []record.Citation { return c[:min(len(c), htmlCites)] },
	"moreCites": func(c []record.Citation) int {
		return max(0, len(c)-htmlCites)
	},
}).Parse(pageSource))

// pageView is what the template shows. Its strings are raw; the template escapes
// them for HTML and makes hidden characters visible.
type pageView struct {
	Policy   string // content security policy
	Style    template.CSS
	Title    string
	Headline string
	AsOf     string
	Notes    []string
	Decides  string

	Compliance      []Concern
	ComplianceTitle string
	ComplianceWords string

	Queue   []*person // with a section each
	CutFull int       // people who should have one and do not
	Rings   []*ringPicture
	CutRing int

	Lack     []lackRow
	LackAll  int
	LackWhy  []counted
	Clear    []clearRow
	ClearAll int
	Skipped  []skippedIn
	SkipAll  int
	CutSkip  int
	Inputs   []inputRow
	InputAll int
	ByFormat bool
	Assume   []string
	Cards    []detect.Meta
}

// person is one section.
type person struct {
	*Subject
	Anchor, Word, Shape string
	Chance, Concluded   string
	Why                 []reason // the strongest toward a mismatch
	Strongest           string
	Balance             balance
	Prior, Total        record.Weight
	Steps               []step // what weighs or was present
	Families            []familyView
	Zero                []step // answered, and weighs nothing
	Next                []nextView
	Unanswered          []string
	Journey             *journeyPicture
	Rhythm              *rhythmPicture
	RingAnchor          string
	Links               []linkSentence
	MoreLinks           int
	Changes             []change
}

// reason is one of the strongest statements, with a link to the whole of it.
type reason struct {
	DB, Statement, Innocent, Anchor string
}

type nextView struct{ Offer, Why string }

type familyView struct {
	Title string
	Steps []stepView
}

type stepView struct {
	step
	Anchor, Reckoning string
	Innocent          []string
	Side              string // "toward", "against" or ""
}

type lackRow struct {
	ID, Stage, Missing string
	Weight, Concluded  string
}

type clearRow struct {
	ID, Stage, Probability, Weight string
	Concluded                      string
	Evidence                       []Evidence
}

// WriteHTML writes one self-contained page: no script, no request, a content
// security policy that allows only its own style sheet.
func (r *Report) WriteHTML(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<16)
	if err := pageTemplate.Execute(out, r.page()); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return out.Flush()
}

func (r *Report) page() *pageView {
	digest := sha256.Sum256([]byte(pageStyle))
	p := &pageView{
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) +
			"'; base-uri 'none'; form-action 'none'",
		Style: template.CSS(pageStyle), //nolint:gosec // our own embedded style sheet
		Title: "Daylight report", Headline: r.Headline(), AsOf: r.asOf(), Notes: r.notes(), Decides: Decides,
		Assume: r.assumptions(), InputAll: len(r.Inputs),
	}
	p.Compliance, p.ComplianceTitle, p.ComplianceWords = r.Compliance, complianceTitle, complianceWords
	if !r.undated() {
		p.Title += ", " + r.AsOf.UTC().Format("2 January 2006")
	}
	p.Inputs, p.ByFormat = r.inputRows(htmlInputs)
	p.Skipped = r.skippedByFile()
	for _, f := range p.Skipped {
		p.SkipAll += f.N
	}
	p.CutSkip = max(0, len(p.Skipped)-htmlSkipped)
	p.Skipped = p.Skipped[:min(len(p.Skipped), htmlSkipped)]

	full := map[string]bool{}
	var lack []*Subject
	for _, s := range r.queue() {
		switch {
		case s.State == weigh.Clear:
			p.ClearAll++
			if len(p.Clear) < htmlClear {
				p.Clear = append(p.Clear, r.clearRow(s, len(p.Clear) < htmlClearFull))
			}
			continue
		case s.State == weigh.Insufficient && !leans(s):
		case len(p.Queue) < htmlFull:
			p.Queue = append(p.Queue, r.person(s))
			full[s.ID] = true
		default:
			p.CutFull++
		}
		if s.State == weigh.Insufficient {
			lack = append(lack, s)
		}
	}
	p.LackAll, p.LackWhy = len(lack), lacking(lack)
	for _, s := range lack[:min(len(lack), htmlLack)] {
		p.Lack = append(p.Lack, lackRow{s.ID, string(s.Stage), strings.Join(s.Missing, "; "), dB(centibans(s.WeightDB)), s.concluded()})
	}
	r.pageRings(p, full)
	r.pageCards(p)
	return p
}

// leans reports whether anything speaks for a mismatch. Of people who lack data
// only those have a section of their own.
func leans(s *Subject) bool {
	return slices.ContainsFunc(s.Evidence, func(e Evidence) bool { return e.WeightDB > 0 })
}

func (r *Report) pageRings(p *pageView, full map[string]bool) {
	pressing := r.pressingRings()
	rings := slices.Clone(pressing)
	for _, g := range r.Rings {
		if !slices.ContainsFunc(pressing, func(x Ring) bool { return x.ID == g.ID }) {
			rings = append(rings, g)
		}
	}
	p.CutRing = max(0, len(rings)-htmlRings)
	for _, g := range rings[:min(len(rings), htmlRings)] {
		p.Rings = append(p.Rings, newRingPicture(g, full))
	}
	drawn := map[string]bool{}
	for _, g := range p.Rings {
		drawn[g.ID] = true
	}
	for _, x := range p.Queue {
		g, ok := r.ring(x.Subject)
		if !ok {
			continue
		}
		if drawn[g.ID] {
			x.RingAnchor = anchor("r", g.ID)
		}
		for _, l := range strongest(g.of(x.ID)) {
			switch {
			case len(x.Links) == htmlPersonLink:
				x.MoreLinks++
			default:
				x.Links = append(x.Links, linkSentence{dB(centibans(l.WeightDB)), linkWords(l), l.Holders > ringHub})
			}
		}
	}
}

// pageCards keeps the cards of indicators that a section names, with the
// weights in force.
func (r *Report) pageCards(p *pageView) {
	used := map[string]bool{}
	for _, x := range p.Queue {
		for _, st := range x.Steps {
			used[st.Part.Finding.Indicator] = true
		}
	}
	for _, c := range r.Cards {
		if used[c.ID] {
			if o, ok := r.Policy.Weights[c.ID]; ok {
				c.Present, c.Absent = o.Present, o.Absent
			}
			p.Cards = append(p.Cards, c)
		}
	}
}

func (r *Report) clearRow(s *Subject, full bool) clearRow {
	row := clearRow{ID: s.ID, Stage: string(s.Stage), Probability: likely(s.Probability), Weight: dB(centibans(s.WeightDB)), Concluded: s.concluded()}
	if full {
		row.Evidence = s.Evidence
	}
	return row
}

func (r *Report) person(s *Subject) *person {
	a := r.assessment(s)
	x := &person{
		Subject: s, Anchor: anchor("p", s.ID), Word: string(s.State), Shape: shape(s.State), Chance: r.chance(s), Concluded: s.concluded(),
		Prior: a.Prior, Total: a.Total,
		Journey: newJourney(s, r.AsOf), Rhythm: newRhythm(s), Changes: r.changes(s),
	}
	running := a.Prior
	for _, st := range pressingFirst(r.steps(s), a) {
		if st.Part.Counted == 0 && st.Part.Finding.Outcome != detect.Present {
			if len(x.Zero) < htmlZero {
				x.Zero = append(x.Zero, st)
			}
			continue
		}
		running += st.Part.Counted
		st.Number, st.Running = len(x.Steps)+1, running
		x.Steps = append(x.Steps, st)
	}
	x.Balance = r.newBalance(s, x.Steps)
	for i, st := range x.Steps {
		if i == 0 || st.Part.Family != x.Steps[i-1].Part.Family {
			x.Families = append(x.Families, familyView{Title: familyTitle(st.Part.Family, a)})
		}
		f := &x.Families[len(x.Families)-1]
		f.Steps = append(f.Steps, r.stepView(x, st))
	}
	if toward, against := sides(s.Evidence); len(toward) > 0 {
		x.Strongest = step{Part: toward[0].Part, Card: r.card(toward[0].Indicator)}.Title()
	} else if len(against) > 0 {
		x.Strongest = step{Part: against[0].Part, Card: r.card(against[0].Indicator)}.Title()
	}
	for _, n := range s.NextChecks {
		view := nextView{Offer: offer(n)}
		if words := nextWords(n); len(words) > len(view.Offer) {
			view.Why = strings.TrimSpace(words[len(view.Offer):])
		}
		x.Next = append(x.Next, view)
	}
	for _, f := range a.Unanswered {
		card := r.card(f.Indicator)
		x.Unanswered = append(x.Unanswered, unansweredWords(f, card))
	}
	x.Why = x.reasons()
	return x
}

// pressingFirst orders steps for a reader who asks why: the family that adds
// most toward a mismatch first, those that speak for consistency after, the
// strongest of each side first. The sum is the same in any order.
func pressingFirst(steps []step, a weigh.Assessment) []step {
	sums := map[detect.Family]record.Weight{}
	for _, f := range a.Families {
		sums[f.Family] = f.Sum()
	}
	heavier := func(x, y record.Weight) int {
		return cmp.Or(cmp.Compare(side(x), side(y)), cmp.Compare(abs(y), abs(x)))
	}
	slices.SortStableFunc(steps, func(x, y step) int {
		f, g := x.Part.Family, y.Part.Family
		if f != g {
			return cmp.Or(heavier(sums[f], sums[g]), cmp.Compare(slices.Index(detect.Families, f), slices.Index(detect.Families, g)))
		}
		return heavier(x.Part.Counted, y.Part.Counted)
	})
	return steps
}

// side orders weights: toward a mismatch, toward consistency, neither.
func side(w record.Weight) int {
	switch {
	case w > 0:
		return 0
	case w < 0:
		return 1
	}
	return 2
}

// reasons returns the strongest statements toward a mismatch.
func (x *person) reasons() []reason {
	var out []reason
	for _, e := range speakFor(x.Evidence) {
		if len(out) == htmlWhy {
			break
		}
		out = append(out, reason{
			DB: dB(centibans(e.WeightDB)), Statement: sentence(e.Statement), Innocent: wouldExplain(e.Innocent, textReasons), Anchor: x.anchorOf(e.Part),
		})
	}
	return out
}

// anchorOf returns the anchor of a contribution's article, or of the section.
func (x *person) anchorOf(c weigh.Contribution) string {
	for _, f := range x.Families {
		for _, st := range f.Steps {
			if st.Part.Finding.Indicator == c.Finding.Indicator {
				return st.Anchor
			}
		}
	}
	return x.Anchor
}

func (r *Report) stepView(x *person, st step) stepView {
	v := stepView{step: st, Anchor: fmt.Sprintf("%s.e%d", x.Anchor, st.Number), Reckoning: sentence(r.reckoning(st.Part, st.Card))}
	switch {
	case st.Part.Counted > 0:
		v.Side = "toward"
	case st.Part.Counted < 0:
		v.Side = "against"
	}
	i := slices.IndexFunc(x.Evidence, func(e Evidence) bool { return e.Indicator == st.Part.Finding.Indicator })
	if i >= 0 {
		v.Innocent = x.Evidence[i].Innocent
	}
	return v
}
