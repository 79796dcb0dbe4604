// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// Decides is the sentence every form for people carries.
const Decides = "Daylight decides nothing about anyone. A person does, after checking what would innocently explain the evidence."

// shape is the sign beside a state's word, so that no state needs a colour.
func shape(s weigh.State) string {
	switch s {
	case weigh.Escalate:
		return "●"
	case weigh.FollowUp:
		return "◐"
	case weigh.Clear:
		return "○"
	case weigh.Insufficient:
		return "◇"
	}
	return "◇"
}

// rank orders states by how soon a person should look.
func rank(s weigh.State) int {
	switch s {
	case weigh.Escalate:
		return 0
	case weigh.FollowUp:
		return 1
	case weigh.Insufficient:
		return 2
	case weigh.Clear:
		return 3
	}
	return 4
}

// percent words a probability. It never says that anything is certain.
func percent(p float64) string {
	switch {
	case math.IsNaN(p):
		return "unknown"
	case p < 0.001:
		return "below 0.1 %"
	case p > 0.999:
		return "over 99.9 %"
	case p < 0.0995 || p > 0.99:
		return strings.TrimSuffix(strconv.FormatFloat(p*100, 'f', 1, 64), ".0") + " %"
	default:
		return strconv.FormatFloat(p*100, 'f', 0, 64) + " %"
	}
}

// likely words a posterior: past 99 % a figure would say more than the
// assumptions behind it can bear. It is rounded as reports keep it, so that −30.0 dB is
// the same figure everywhere.
func likely(p float64) string {
	p = math.Round(p*1e4) / 1e4
	switch {
	case p > 0.99:
		return "over 99 %"
	case p < 0.001:
		return "under 0.1 %"
	}
	return percent(p)
}

// decibans words a weight with its sign: "+13.2", "−3.0", "0.0".
func decibans(w record.Weight) string {
	tenths := int(w)
	sign := ""
	switch {
	case tenths > 0:
		sign = "+"
	case tenths < 0:
		sign, tenths = "−", -tenths
	}
	return fmt.Sprintf("%s%d.%d", sign, tenths/10, tenths%10)
}

// dB words a weight with its unit.
func dB(w record.Weight) string { return decibans(w) + " dB" }

// support words how strongly a weight speaks for a mismatch, for readers who do not
// reckon in decibans: the verbal equivalents of likelihood ratios of the ENFSI
// Guideline for Evaluative Reporting in Forensic Science (2015); what the guideline
// has no word for, a ratio between 1 and 2, is slight.
func support(w record.Weight) string {
	for _, s := range []struct {
		from  record.Weight
		words string
	}{{600, "extremely strong"}, {400, "very strong"}, {300, "strong"}, {200, "moderately strong"}, {100, "moderate"}, {30, "weak"}, {1, "slight"}} {
		if w >= s.from {
			return s.words
		}
	}
	return noSupport
}

const noSupport = "none"

// tells words what a weight of either sign is for, by the grades of [support].
func tells(w record.Weight) string {
	switch {
	case w > 0:
		return support(w) + ", for a mismatch"
	case w < 0:
		return support(-w) + ", for consistency"
	}
	return "nothing"
}

// centibans turns a rounded figure of the JSON form back into an exact weight.
func centibans(db float64) record.Weight { return record.Weight(math.Round(db * 10)) }

// probability of a total weight.
func probability(total record.Weight) float64 {
	return 1 / (1 + math.Pow(10, -float64(total)/100))
}

// logOdds of a probability as a weight, for thresholds on the scale.
func logOdds(p float64) record.Weight {
	if p <= 0 || p >= 1 || math.IsNaN(p) {
		return 0
	}
	return record.Weight(math.Round(100 * math.Log10(p/(1-p))))
}

// odds words a total as odds, such as "29 to 1 for a mismatch".
func odds(total record.Weight) string {
	ratio := math.Pow(10, math.Abs(float64(total))/100)
	n := strconv.FormatFloat(ratio, 'f', 1, 64)
	if ratio >= 9.95 {
		n = count(int(math.Round(min(ratio, 1e9))))
	}
	switch {
	case total > 0:
		return n + " to 1 for a mismatch"
	case total < 0:
		return n + " to 1 for consistency"
	}
	return "even"
}

// count groups digits in threes: 8,950.
func count(n int) string { return record.Grouped(n) }

// plural words a number of things.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

func people(n int) string { return plural(n, "person", "people") }

// instant words a time with its zone.
func instant(t time.Time) string {
	if t.IsZero() {
		return "at an unknown time"
	}
	return t.UTC().Format("2006-01-02 15:04") + " UTC"
}

// sentence gives words a capital and a full stop. A first word that is more
// than small letters is an id or a name, and stays as it is.
func sentence(s string) string {
	s = stop(s)
	word, _, _ := strings.Cut(s, " ")
	word = strings.TrimRight(word, ".,;:")
	if word == "" || strings.ContainsFunc(word, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// stop ends words with a full stop.
func stop(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".?!:") {
		return s
	}
	return s + "."
}

// listed joins words with commas and "and"; of more than most it names the
// first ones and counts the rest.
func listed(words []string, most int) string {
	if len(words) > most {
		rest := len(words) - most
		words = append(slices.Clone(words[:most]), plural(rest, "other", "others"))
	}
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// where words citations: "ids.csv, line 3; resume.pdf, page 1". Citations of
// one file share its name.
func where(cites []record.Citation, most int) string {
	var parts []string
	last := ""
	for i, c := range cites {
		if i == most {
			parts = append(parts, plural(len(cites)-most, "more record", "more records"))
			break
		}
		switch {
		case c.Path == last && len(parts) > 0:
			parts[len(parts)-1] += ", " + c.Locator
		case c.Locator == "":
			parts = append(parts, c.Path)
		default:
			parts = append(parts, c.Path+", "+c.Locator)
		}
		last = c.Path
	}
	return strings.Join(parts, "; ")
}

// tally counts people by state.
type tally struct{ all, escalate, followUp, insufficient, clear int }

func (r *Report) tally() tally {
	t := tally{all: len(r.Subjects)}
	for _, s := range r.Subjects {
		switch s.State {
		case weigh.Escalate:
			t.escalate++
		case weigh.FollowUp:
			t.followUp++
		case weigh.Insufficient:
			t.insufficient++
		case weigh.Clear:
			t.clear++
		}
	}
	return t
}

// Headline says in a few sentences how many people need a person's look, and
// whether counsel's is needed.
func (r *Report) Headline() string {
	if n := len(r.Compliance); n > 0 {
		return r.assessed() + " For compliance, apart from that: " + plural(n, "match", "matches") + "."
	}
	return r.assessed()
}

// assessed says how many people need a look for what the evidence weighs.
func (r *Report) assessed() string {
	t := r.tally()
	rest := func() string {
		var parts []string
		if t.clear > 0 {
			parts = append(parts, count(t.clear)+" clear")
		}
		switch t.insufficient {
		case 0:
		case 1:
			parts = append(parts, "1 lacks data")
		default:
			parts = append(parts, count(t.insufficient)+" lack data")
		}
		if len(parts) == 0 {
			return ""
		}
		return "; " + strings.Join(parts, ", ")
	}
	need := t.escalate + t.followUp
	if t.all == 0 {
		return "There is no one to assess in this input."
	}
	if need == 0 {
		return fmt.Sprintf("No one needs a person's look. %s assessed%s.", people(t.all), rest())
	}
	var states []string
	if t.escalate > 0 {
		states = append(states, count(t.escalate)+" escalate")
	}
	if t.followUp > 0 {
		states = append(states, count(t.followUp)+" follow-up")
	}
	verb := "need"
	if need == 1 {
		verb = "needs"
	}
	return fmt.Sprintf("%s of %s %s a person's look: %s%s.", count(need), people(t.all), verb, strings.Join(states, ", "), rest())
}

// queue returns the subjects in the order a person should look at them: by
// state, then probability, then id.
func (r *Report) queue() []*Subject {
	q := slices.Clone(r.Subjects)
	slices.SortStableFunc(q, func(a, b *Subject) int {
		return cmp.Or(cmp.Compare(rank(a.State), rank(b.State)), byProbability(a, b))
	})
	return q
}

func byProbability(a, b *Subject) int {
	return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.ID, b.ID))
}

// prior returns the assumed rate for a subject's stage.
func (r *Report) prior(s *Subject) float64 {
	if s.Assessment.Prior != 0 {
		return probability(s.Assessment.Prior)
	}
	if s.Stage == record.Applicant {
		return r.Prior.Applicant
	}
	return r.Prior.Worker
}

// ring returns the ring a subject belongs to.
func (r *Report) ring(s *Subject) (Ring, bool) {
	for _, g := range r.Rings {
		if g.ID == s.Ring && s.Ring != "" {
			return g, true
		}
	}
	return Ring{}, false
}

// card returns what is said about an indicator.
func (r *Report) card(id string) detect.Meta {
	i, ok := slices.BinarySearchFunc(r.Cards, id, func(m detect.Meta, id string) int { return cmp.Compare(m.ID, id) })
	if ok {
		return r.Cards[i]
	}
	i = slices.IndexFunc(r.Cards, func(m detect.Meta) bool { return m.ID == id })
	if i < 0 {
		return detect.Meta{ID: id, Title: id}
	}
	return r.Cards[i]
}

// Title is what an indicator is called for readers: its title, or its id if the
// report has no card of it.
func (r *Report) Title(id string) string { return cmp.Or(r.card(id).Title, id) }

// linkWords is a link as a sentence.
func linkWords(l Link) string {
	if l.Sentence != "" {
		return sentence(l.Sentence)
	}
	return fmt.Sprintf("%s and %s share: %s.", l.A, l.B, strings.ReplaceAll(l.Kind, "_", " "))
}

// lacking counts what was missing among subjects, most frequent first.
func lacking(subjects []*Subject) []counted {
	n := map[string]int{}
	for _, s := range subjects {
		for _, m := range s.Missing {
			n[m]++
		}
	}
	return mostFrequent(n)
}

type counted struct {
	Words string
	N     int
}

func mostFrequent(n map[string]int) []counted {
	out := make([]counted, 0, len(n))
	for w, k := range n {
		out = append(out, counted{w, k})
	}
	slices.SortFunc(out, func(a, b counted) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Words, b.Words))
	})
	return out
}
