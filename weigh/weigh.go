// SPDX-License-Identifier: Apache-2.0

package weigh

import (
	"cmp"
	"slices"

	"daylight/detect"
	"daylight/record"
)

// Assess weighs one subject's findings under a policy. It is a pure function:
// the order of findings and of the catalogue does not matter.
//
// A present finding weighs its declared (or overridden) Present weight times its
// strength, an absent one its Absent weight; unknown and failed ones weigh
// nothing and are listed as unanswered. Indicators that are not stable are shown
// and count 0. Then, for each sign by itself:
//
//  1. where findings of different families rest on one observation, one family
//     counts it in full and the others half of it. The family is chosen that
//     makes the side heaviest, which is the one with the largest finding unless
//     that family is already full;
//  2. in each family, sorted by what is left, the policy's percentages apply;
//  3. each family is cut at its cap, weakest finding first.
//
// All products are divided in integers and rounded towards zero, so Total is
// exactly Prior plus the sum of Counted. The choice in step 1 keeps two promises
// that fixed rules break: more evidence of one sign never moves the total the
// other way, and one fact is never counted twice in full.
//
// Where the policy has a [Scale], the thresholds on the probability read the
// scaled log-odds; those on families read the weights as they are.
//
// A habit (see [detect.Meta]) counts only where two families reach the weight for
// escalation without it; otherwise it is shown and counts 0.
//
// What a declaration waives weighs nothing, and nor does what nobody answered. But
// whoever has none of those answers lacks the comfort of them, so the threshold of
// follow-up takes them as given in the person's favour: the first at
// [Policy.SparedShare], the others in full.
//
// Nobody is escalated on answers that were given once and can be asked again, see
// [detect.SecondLook]: as long as they could bring somebody below the thresholds,
// the state is follow-up, and the next checks ask them again.
//
// Rhythm never asks for follow-up alone: where no other family adds anything,
// it is left out when the thresholds of follow-up are applied.
func Assess(p Policy, catalog []*detect.Indicator, v *detect.View, findings []detect.Finding) Assessment {
	meta := make(map[string]*detect.Indicator, len(catalog))
	for _, ind := range catalog {
		meta[ind.ID] = ind
	}
	a := sum(p, meta, v.Stage, findings)
	a.Subject, a.Stage, a.AsOf, a.Policy = v.Subject, v.Stage, v.AsOf, p.Version
	a.Scale = p.Scale
	a.Held = p.held(meta, a, findings)
	a.Spared = p.spared(meta, v, a, findings)
	a.State = p.State(a)
	a.Next = p.next(meta, v, a, findings)
	return a
}

// held reports whether somebody would be escalated, and would not be if the
// answers that can be asked again spoke for them.
func (p Policy) held(meta map[string]*detect.Indicator, a Assessment, findings []detect.Finding) bool {
	if a.Conclusive || p.State(a) != Escalate {
		return false
	}
	answered := slices.Clone(findings)
	open := false
	for i, f := range findings {
		ind, ok := meta[f.Indicator]
		if !ok || ind.Lifecycle != detect.Stable {
			continue
		}
		if look := ind.Again.Open(f); look != nil {
			answered[i].Strength, open = look.Left, true
		}
	}
	if !open {
		return false
	}
	rest := sum(p, meta, a.Stage, answered)
	rest.Scale = a.Scale
	return p.State(rest) != Escalate
}

// spared returns what answers that are lacking through no doing of the person's would
// add if all of them spoke for the person: what a declaration waives at the policy's
// share, and in full what an employer or an office does not answer, who confirm nearly
// everybody when they do. Whoever may not be asked, or whose employers keep silent, would
// otherwise lack the comfort that everybody else has, and be asked about other things
// more often. Habits are taken away for the same reason: they say how urgent it is that
// somebody looks, and are never the reason to look.
func (p Policy) spared(meta map[string]*detect.Indicator, v *detect.View, a Assessment, findings []detect.Finding) record.Weight {
	_, known := p.items(meta, findings)
	spared := 0
	for _, f := range findings {
		ind, ok := meta[f.Indicator]
		if !ok || !f.Spared || ind.Lifecycle != detect.Stable {
			continue
		}
		if _, absent := p.asked(ind); absent < 0 {
			if ind.Waived(v) {
				absent = absent * p.SparedShare / 100
			}
			known = append(known, item{family: ind.Family, shared: ind.Observation, id: ind.ID, weight: absent})
			spared++
		}
	}
	habit := func(it item) bool { return meta[it.id].Habit }
	if spared == 0 && !slices.ContainsFunc(known, habit) {
		return 0
	}
	return min(0, p.total(slices.DeleteFunc(known, habit))-(a.Total-a.Prior))
}

// sum fills everything of an assessment that follows from the findings alone.
func sum(p Policy, meta map[string]*detect.Indicator, stage record.Stage, findings []detect.Finding) Assessment {
	var a Assessment
	a.Prior = p.prior(stage)
	var items []item
	a.Contributions, items = p.items(meta, findings)
	items = p.heeded(meta, items)
	// As much room as is needed: a scan holds the assessments of everybody.
	a.Unanswered = slices.Grow(a.Unanswered, len(findings)-len(a.Contributions))
	for _, f := range findings {
		if f.Outcome != detect.Present && f.Outcome != detect.Absent {
			a.Unanswered = append(a.Unanswered, f)
		}
	}
	slices.SortFunc(a.Unanswered, compareFindings)
	for _, it := range items {
		f := a.Contributions[it.at].Finding
		a.Conclusive = a.Conclusive || meta[it.id].Conclusive && f.Outcome == detect.Present && f.Strength >= 100
	}
	for _, s := range []side{toward, against} {
		for _, part := range p.count(items, s) {
			c := &a.Contributions[part.at]
			c.Counted, c.Why = part.counted, part.why
		}
	}
	for i, c := range a.Contributions {
		if ind, ok := meta[c.Finding.Indicator]; ok && ind.Habit && c.Weight != 0 && c.Why == "" && c.Counted == 0 {
			a.Contributions[i].Why = "a habit: counts beside two other families only"
		}
	}
	a.Families = totals(a.Contributions, meta)
	p.own(a.Families, meta, items)
	a.Total = a.Prior
	for _, f := range a.Families {
		a.Total += f.Sum()
	}
	slices.SortFunc(a.Contributions, func(x, y Contribution) int {
		return cmp.Or(compareFamilies(x.Family, y.Family), cmp.Compare(y.Counted, x.Counted), compareFindings(x.Finding, y.Finding))
	})
	return a
}

// items returns the answered findings, weighed but not counted, and those of
// them that may count.
func (p Policy) items(meta map[string]*detect.Indicator, findings []detect.Finding) ([]Contribution, []item) {
	var cs []Contribution
	var items []item
	for _, f := range findings {
		if f.Outcome != detect.Present && f.Outcome != detect.Absent {
			continue
		}
		c := Contribution{Finding: f}
		ind, ok := meta[f.Indicator]
		switch {
		case !ok:
			c.Why = "not in the catalogue: weighs nothing"
		case ind.Lifecycle != detect.Stable:
			c.Family, c.Why = ind.Family, lifecycleWord(ind.Lifecycle)+": shown, weighs nothing"
		default:
			c.Family, c.Weight = ind.Family, p.weight(ind, f)
			items = append(items, item{at: len(cs), family: ind.Family, shared: ind.Observation, id: f.Indicator, weight: c.Weight})
		}
		cs = append(cs, c)
	}
	return slices.Clone(cs), items
}

// compareFindings orders by indicator. Run gives one finding an indicator; the
// rest of the key keeps the order total for a caller who gives more.
func compareFindings(a, b detect.Finding) int {
	return cmp.Or(cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Outcome, b.Outcome),
		cmp.Compare(b.Strength, a.Strength), cmp.Compare(a.Statement, b.Statement))
}

// compareFamilies orders as people see them; unknown families last, by name.
func compareFamilies(a, b detect.Family) int {
	rank := func(f detect.Family) int {
		if i := slices.Index(detect.Families, f); i >= 0 {
			return i
		}
		return len(detect.Families)
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
}

func lifecycleWord(l detect.Lifecycle) string {
	if l == "" {
		return string(detect.Experimental)
	}
	return string(l)
}

// weight is what a finding of a stable indicator weighs before any discount.
func (p Policy) weight(ind *detect.Indicator, f detect.Finding) record.Weight {
	present, absent := p.weights(ind)
	strength := record.Weight(min(max(f.Strength, 0), 100))
	if f.Outcome == detect.Present {
		return present * strength / 100
	}
	if strength == 0 {
		return absent
	}
	return absent * strength / 100
}

// asked returns what one answer to an indicator's check would weigh: less than its
// weights where it takes several to count in full.
func (p Policy) asked(ind *detect.Indicator) (present, absent record.Weight) {
	present, absent = p.weights(ind)
	if ind.Next == nil {
		return present, absent
	}
	if one := record.Weight(ind.Next.One); one > 0 {
		present = present * one / 100
	}
	if comfort := record.Weight(ind.Next.Comfort); comfort > 0 {
		absent = absent * comfort / 100
	}
	return present, absent
}

// weights returns the weights in force of an indicator.
func (p Policy) weights(ind *detect.Indicator) (present, absent record.Weight) {
	o := p.WeightsOf(ind)
	return o.Present, o.Absent
}

// prior is the log-odds before any evidence. Whoever is not an applicant has the
// prior of a worker.
func (p Policy) prior(s record.Stage) record.Weight {
	rate := p.PriorWorker
	if s == record.Applicant {
		rate = p.PriorApplicant
	}
	return LogOdds(rate)
}

func totals(cs []Contribution, meta map[string]*detect.Indicator) []FamilyTotal {
	var out []FamilyTotal
	for _, c := range cs {
		ind, ok := meta[c.Finding.Indicator]
		if !ok || ind.Lifecycle != detect.Stable {
			continue
		}
		i := slices.IndexFunc(out, func(f FamilyTotal) bool { return f.Family == c.Family })
		if i < 0 {
			i = len(out)
			out = append(out, FamilyTotal{Family: c.Family})
		}
		out[i].Answered++
		if c.Weight != 0 {
			out[i].Telling++
		}
		out[i].Toward += max(c.Counted, 0)
		out[i].Against += min(c.Counted, 0)
	}
	slices.SortFunc(out, func(a, b FamilyTotal) int { return compareFamilies(a.Family, b.Family) })
	return out
}

// heeded leaves out the habits of somebody of whom fewer than two families say
// enough to escalate without them: what many honest people do is no reason to ask
// about anyone. No other finding counts less because of one.
func (p Policy) heeded(meta map[string]*detect.Indicator, items []item) []item {
	rest := slices.DeleteFunc(slices.Clone(items), func(it item) bool { return meta[it.id].Habit })
	if len(rest) == len(items) {
		return items
	}
	// Each family by itself: an observation that it shares with another must not
	// make it weaker here, or more evidence could count for less.
	families := map[detect.Family][]item{}
	for _, it := range rest {
		families[it.family] = append(families[it.family], it)
	}
	strong := 0
	for _, members := range families {
		if p.total(members) >= p.EscalateFamily {
			strong++
		}
	}
	if strong >= minimumFamilies {
		return items
	}
	return rest
}

// own fills what each family adds without the findings that others can cause.
// They are left out before discounts and caps: by sending in copies of one's own
// application nobody pushes other findings below a threshold.
func (p Policy) own(families []FamilyTotal, meta map[string]*detect.Indicator, items []item) {
	for i := range families {
		families[i].Own = families[i].Toward
	}
	left := slices.DeleteFunc(slices.Clone(items), func(it item) bool { return meta[it.id].Framable })
	if len(left) == len(items) {
		return
	}
	for i := range families {
		families[i].Own = 0
	}
	for _, part := range p.count(left, toward) {
		i := slices.IndexFunc(families, func(f FamilyTotal) bool { return f.Family == part.family })
		families[i].Own += part.counted // of every item there is a family
	}
}

// besideFramed is +6 dB, more than any weak sign: a private line must not be all
// that a stranger's copies lack to escalate somebody.
const besideFramed record.Weight = 60

// sources counts the families that are heavy enough to escalate on. What others
// can send in is one source, in however many families, and it counts beside a
// family of the person's own that weighs besideFramed or more.
func (p Policy) sources(families []FamilyTotal) int {
	strong, framed := 0, 0
	var heaviest record.Weight
	for _, f := range families {
		switch own := f.Own + f.Against; {
		case own >= p.EscalateFamily:
			strong++
			heaviest = max(heaviest, own)
		case f.Sum() >= p.EscalateFamily:
			framed = 1
		}
	}
	if heaviest < besideFramed {
		framed = 0
	}
	return strong + framed
}

// State applies method §3 to an assessment's families, prior, total, scale,
// conclusion, whether it is held and what it was spared; it reads nothing else of it.
func (p Policy) State(a Assessment) State {
	if a.Conclusive {
		return Escalate
	}
	telling := 0
	var rhythm, toward record.Weight
	alone := true
	for _, f := range a.Families {
		telling = max(telling, f.Telling)
		if f.Family == detect.Rhythm {
			rhythm = max(f.Sum(), 0)
		} else if f.Sum() > 0 {
			alone = false
		}
		toward += f.Toward
	}
	if p.sources(a.Families) >= max(p.EscalateFamilies, minimumFamilies) && a.Probability() >= p.EscalateProbability {
		if a.Held {
			return FollowUp
		}
		return Escalate
	}
	asked := a
	asked.Total += a.Spared
	if alone {
		asked.Total -= rhythm
		toward -= rhythm
	}
	if toward > p.FollowUpToward && asked.Probability() >= p.FollowUpProbability || slices.ContainsFunc(a.Families, func(f FamilyTotal) bool {
		return f.Sum() > p.FollowUpFamily && (!alone || f.Family != detect.Rhythm)
	}) {
		return FollowUp
	}
	if telling < p.MinimumAnswers {
		return Insufficient
	}
	return Clear
}
