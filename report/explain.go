// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// step is one line of the sum: a contribution and the total after it.
type step struct {
	Number  int // from 1, in the order of the sum
	Part    weigh.Contribution
	Card    detect.Meta
	Running record.Weight
}

// assessment returns what stands behind a subject. Of a report that was read
// back from JSON only the evidence is left, and the rest is made of it.
func (r *Report) assessment(s *Subject) weigh.Assessment {
	a := s.Assessment
	if a.Prior != 0 || len(a.Contributions) > 0 {
		return a
	}
	a.Prior, a.Scale = logOdds(r.prior(s)), r.Policy.Scale
	a.Total = a.Prior
	for _, f := range detect.Families {
		t := weigh.FamilyTotal{Family: f}
		for _, e := range s.Evidence {
			if e.Family != f {
				continue
			}
			w := centibans(e.WeightDB)
			a.Contributions = append(a.Contributions, weigh.Contribution{
				Finding: detect.Finding{Indicator: e.Indicator, Outcome: detect.Present, Statement: e.Statement, Cites: e.Records, Related: e.Related},
				Family:  f, Weight: w, Counted: w,
			})
			a.Total += w
			t.Answered++
			t.Toward += max(w, 0)
			t.Against += min(w, 0)
		}
		if t.Answered > 0 {
			a.Families = append(a.Families, t)
		}
	}
	return a
}

// steps lists the contributions in the order they are added, with the running
// total, starting at the prior. The last running total is the assessment's.
func (r *Report) steps(s *Subject) []step {
	a := r.assessment(s)
	total := a.Prior
	out := make([]step, 0, len(a.Contributions))
	for i, c := range a.Contributions {
		total += c.Counted
		card := r.card(c.Finding.Indicator)
		out = append(out, step{Number: i + 1, Part: c, Card: card, Running: total})
	}
	return out
}

// NotFound stands before the title of what was looked for and not found: the title
// alone would read as an accusation.
const NotFound = "Checked, nothing found: "

// Title names what was looked for, and says so when it was not found.
func (s step) Title() string {
	title := s.Card.Title
	if title == "" {
		title = s.Part.Finding.Indicator
	}
	if s.Part.Finding.Outcome == detect.Absent {
		return NotFound + title
	}
	return title
}

// declared is the weight an indicator has under the policy, before strength.
func (r *Report) declared(c weigh.Contribution, card detect.Meta) record.Weight {
	present, absent := card.Present, card.Absent
	if o, ok := r.Policy.Weights[c.Finding.Indicator]; ok {
		present, absent = o.Present, o.Absent
	}
	if c.Finding.Outcome == detect.Present {
		return present
	}
	return absent
}

// reckoning says how a contribution's weight came about.
func (r *Report) reckoning(c weigh.Contribution, card detect.Meta) string {
	if c.Weight == 0 && c.Why != "" {
		return c.Why
	}
	words := "declared " + dB(r.declared(c, card))
	if c.Finding.Strength != 100 && c.Finding.Strength != 0 {
		words += fmt.Sprintf(", at %d %% strength %s", c.Finding.Strength, dB(c.Weight))
	} else if c.Weight != r.declared(c, card) {
		words += ", weighed as " + dB(c.Weight)
	}
	switch {
	case c.Why != "":
		words += "; counted " + dB(c.Counted) + " (" + c.Why + ")"
	case c.Counted != c.Weight:
		words += "; counted " + dB(c.Counted)
	default:
		words += "; counted in full"
	}
	return words
}

// change is one thing that would move an assessment.
// Plain says it for readers who do not reckon in decibans.
type change struct{ Words, Plain string }

// changes says what would move an assessment: each family explained away, and
// the next checks.
func (r *Report) changes(s *Subject) []change {
	var out []change
	a := r.assessment(s)
	for _, f := range a.Families {
		if f.Toward <= 0 {
			continue
		}
		left := a.Scale.LogOdds(a.Prior, a.Total-f.Toward)
		chance := likely(probability(left))
		out = append(out, change{
			fmt.Sprintf("If everything under %s (%s) had an innocent explanation, it would come to about %s: %s.", f.Family, dB(f.Toward), dB(left), chance),
			fmt.Sprintf("If everything under %s had an innocent explanation, it would come to %s.", f.Family, chance),
		})
	}
	for _, n := range s.NextChecks {
		out = append(out, change{nextWords(n), offer(n)})
	}
	return out
}

// WriteExplain writes everything behind one person's assessment, for someone
// who doubts it: the sum from the prior to the total, every indicator that
// looked with what it saw and what would explain it, what could not be
// answered, and what would change the result. It returns [ErrNoSubject] for an
// id that is not in the report.
func (r *Report) WriteExplain(w io.Writer, id string, o TextOptions) error {
	s, err := r.Subject(id)
	if err != nil {
		return err
	}
	p := o.printer(w)
	p.hang(0, shape(s.State)+" ", bold, bold, s.title()+": "+string(s.State))
	p.para(2, plainStyle, r.chance(s))
	if c := s.concluded(); c != "" {
		p.para(2, bold, c)
	}
	p.para(2, quiet, r.asOf()+" "+Decides)

	r.explainSum(p, s)
	r.explainParts(p, s)
	r.explainUnanswered(p, s)

	p.heading("What would change it")
	for _, c := range r.changes(s) {
		p.hang(2, "· ", quiet, plainStyle, c.Words)
	}
	p.hang(2, "· ", quiet, plainStyle, "A record that is wrong can be corrected at its source; the assessment is then made anew.")
	if g, ok := r.ring(s); ok {
		p.heading("Group " + g.label())
		for _, l := range strongest(g.of(s.ID)) {
			p.hang(2, pad(decibans(centibans(l.WeightDB)), 6, true)+" dB  ", mismatch, plainStyle, linkWords(l))
		}
	}
	p.heading("What the figures rest on")
	for _, a := range r.assumptions() {
		p.hang(2, "· ", quiet, plainStyle, a)
	}
	return p.err
}

// explainSum writes the sum as a table that adds up.
func (r *Report) explainSum(p *printer, s *Subject) {
	p.heading("How the sum comes about, in dB")
	name := p.width - 2 - 9 - 9 - 10
	line := func(st style, label, weight, counted, running string) {
		p.raw(p.paint(st, "  "+pad(cut(visible(label), name), name, false)+pad(weight, 9, true)+pad(counted, 9, true)+pad(running, 10, true)) + "\n")
	}
	line(quiet, "", "weight", "counted", "sum")
	a := r.assessment(s)
	prior := a.Prior
	line(plainStyle, "prior, "+percent(probability(prior)), "", decibans(prior), decibans(prior))
	for _, st := range r.steps(s) {
		line(plainStyle, st.Part.Finding.Indicator, decibans(st.Part.Weight), decibans(st.Part.Counted), decibans(st.Running))
	}
	for _, c := range corrections(a) {
		line(plainStyle, c.Words, "", decibans(c.Counted), decibans(c.Running))
	}
	counts := a.LogOdds()
	line(bold, "together", "", "", decibans(counts))
	if words := scaleWords(a.Scale); words != "" {
		p.para(2, plainStyle, words)
	}
	p.para(2, plainStyle, fmt.Sprintf("%s is odds of %s, which is %s.", dB(counts), odds(counts), likely(probability(counts))))
}

func (r *Report) explainParts(p *printer, s *Subject) {
	var family detect.Family
	for i, st := range r.steps(s) {
		c := st.Part
		if i == 0 || c.Family != family {
			family = c.Family
			p.heading(familyTitle(family, r.assessment(s)))
		}
		mark := plainStyle
		if c.Counted > 0 {
			mark = mismatch
		} else if c.Counted < 0 {
			mark = consistent
		}
		p.blank()
		p.hang(2, pad(decibans(c.Counted), 6, true)+" dB  ", mark, bold, c.Finding.Indicator+": "+st.Title())
		p.para(13, plainStyle, sentence(string(c.Finding.Outcome)+": "+c.Finding.Statement))
		p.para(13, quiet, sentence("weight: "+r.reckoning(c, st.Card)))
		if st.Card.Weighing != "" {
			p.para(13, quiet, "Why so much: "+sentence(st.Card.Weighing))
		}
		if len(st.Card.Innocent) > 0 && c.Finding.Outcome == detect.Present && c.Weight >= 0 {
			p.para(13, plainStyle, "Would also explain it: "+stop(strings.Join(st.Card.Innocent, "; ")))
		}
		if at := where(c.Finding.Cites, 50); at != "" {
			p.para(13, quiet, "Records: "+at)
		}
		if len(c.Finding.Related) > 0 {
			p.para(13, quiet, "Concerns also: "+listed(subjects(c.Finding.Related), 20)+".")
		}
	}
}

// familyTitle heads a family with what it adds.
func familyTitle(f detect.Family, a weigh.Assessment) string {
	i := slices.IndexFunc(a.Families, func(t weigh.FamilyTotal) bool { return t.Family == f })
	if i < 0 {
		return capital(string(f))
	}
	t := a.Families[i]
	return fmt.Sprintf("%s: %s (%s answered)", capital(string(f)), dB(t.Sum()), plural(t.Answered, "indicator", "indicators"))
}

func capital(s string) string {
	if s == "" {
		return "No family"
	}
	return strings.TrimSuffix(sentence(s), ".")
}

func (r *Report) explainUnanswered(p *printer, s *Subject) {
	if len(s.Assessment.Unanswered) == 0 {
		return
	}
	p.heading("Could not be answered; weighs nothing")
	for _, f := range s.Assessment.Unanswered {
		card := r.card(f.Indicator)
		p.para(2, plainStyle, sentence(unansweredWords(f, card)))
	}
}
