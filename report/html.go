// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"daylight/detect"
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

var pageTemplate = template.Must(template.Must(newPictures()).Parse(pageSource))

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

	Queue   []*Sheet // with a section each
	CutFull int      // people who should have one and do not
	Rings   []*RingPicture
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
	style := pageStyle + PictureStyle
	digest := sha256.Sum256([]byte(style))
	p := &pageView{
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) +
			"'; base-uri 'none'; form-action 'none'",
		Style: template.CSS(style), //nolint:gosec // our own embedded style sheet
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
			p.Queue = append(p.Queue, r.Sheet(s))
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
				x.Links = append(x.Links, LinkSentence{dB(centibans(l.WeightDB)), linkWords(l), l.Holders > ringHub})
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
