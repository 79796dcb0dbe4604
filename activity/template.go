// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"math"

	"daylight/record"
)

// habit is one way to spend a working day: bumps of presence over local time.
// weekend is how busy a Saturday or Sunday is beside a weekday.
type habit struct {
	name    string
	weight  float64 // prior share of people
	weekend float64
	bumps   []bump
}

// bump is a rounded stretch of presence: level between from and to (hours; to may
// pass 24), falling off over about edge hours.
type bump struct{ from, to, level, edge float64 }

// habits are the built-in templates, written down from what working days look
// like: an early shift, office hours, a late riser's day, and a day split by
// family with work again in the evening. No person was fitted. The half hour they
// begin later than a bare 6-15, 8:30-17:30 and 10:30-19:30 was chosen, with the
// constants of builtin, on the commit times of three public repositories whose
// authors' zones are known. TestRhythmOnPublicRepositories chooses all of them
// anew on two repositories and measures on the third; docs/method.md §4 says how
// far the figures depend on perDay and saturation.
var habits = []habit{
	{"early", 0.10, 0.25, []bump{{7, 16, 1, 0.8}, {19.5, 22, 0.2, 1}}},
	{"ordinary", 0.40, 0.25, []bump{{9.5, 18.5, 1, 0.9}, {20.5, 23.5, 0.25, 1}}},
	{"late", 0.30, 0.45, []bump{{11.5, 20.5, 1, 1.2}, {20.5, 25.5, 0.6, 1.2}}},
	{"split", 0.20, 0.50, []bump{{9, 16, 0.8, 1}, {20, 24.5, 1, 1}}},
}

// tuning is what a model is made with besides habits.
type tuning struct {
	// background is the share of presence that follows no habit.
	background float64
	// perDay is how many independent observations an active day is worth: hours
	// of one day are not independent. saturation is the number of days at which
	// more of them have lost half their worth: nobody fits a template exactly,
	// however long one looks.
	perDay, saturation float64
	// spread is the standard deviation of a person's own clock around the
	// templates, hours.
	spread float64
}

var builtin = newModel(habits, tuning{background: 0.2, perDay: 0.5, saturation: 100, spread: 1.25})

// modelOf returns the model of people whose employer states these hours, or nil
// where they are an ordinary day's: the habits describe that better than a contract
// does.
func modelOf(stated []record.Hours) *model {
	var all []habit
	for _, h := range stated {
		if !h.ByDay() {
			from := float64(h.From) / 60
			// A shift says nothing of weekdays: they are as likely as weekends.
			all = append(all, habit{name: "stated", weight: 1 / float64(len(stated)), weekend: 1, bumps: []bump{{from, from + float64(h.Minutes())/60, 1, 0.9}}})
		}
	}
	if len(all) == 0 {
		return nil
	}
	days := float64(len(stated)-len(all)) / float64(len(stated))
	for _, h := range habits {
		if h.weight *= days; h.weight > 0 {
			all = append(all, h)
		}
	}
	return newModel(all, builtin.tuning)
}

// model is a mixture of habits as log probabilities.
type model struct {
	tuning
	templates []template
}

// template is the log probability of presence by local weekday and hour.
type template struct {
	logWeight float64
	logp      [7][24]float64
}

func newModel(habits []habit, tune tuning) *model {
	m := &model{tuning: tune}
	for _, h := range habits {
		day := h.day()
		t := template{logWeight: math.Log(h.weight)}
		for d := range t.logp {
			share := 1.0
			if d >= 5 {
				share = h.weekend
			}
			for i := range day {
				shape := (1-tune.background)*day[i] + tune.background/24
				t.logp[d][i] = math.Log(share / (5 + 2*h.weekend) * shape)
			}
		}
		m.templates = append(m.templates, t)
	}
	return m
}

// day is the habit's presence by hour, summing to one.
func (h habit) day() (day [24]float64) {
	var sum float64
	for i := range day {
		for _, b := range h.bumps {
			for _, turn := range []float64{-24, 0, 24} { // the circle of the day
				x := float64(i) + 0.5 + turn
				day[i] += b.level * (logistic((x-b.from)/b.edge*2) - logistic((x-b.to)/b.edge*2))
			}
		}
		sum += day[i]
	}
	for i := range day {
		day[i] /= sum
	}
	return day
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// likelihood is the log likelihood of UTC offsets half an hour apart. The first
// is from half-hours from the claim, and claims are counted so throughout.
type likelihood struct {
	from int
	ll   []float64
}

// reach is how far a person's own clock is followed: half-hours, four standard
// deviations and more.
const reach = 10

// logLikelihood returns the tempered log likelihood of the grid for every offset
// from UTC−12 to UTC+14. Beyond the circle of the day the hours are the same and
// the weekdays are not: Monday morning in Tokyo is Sunday in Chicago.
func (m *model) logLikelihood(g *hourGrid) likelihood {
	return m.temper(g, m.fits(g))
}

// fits returns the log likelihood of each template, as if all hours were
// independent, for every offset that logLikelihood looks at and reach more on
// either side: all templates of the first offset, then of the next.
func (m *model) fits(g *hourGrid) []float64 {
	from, to := g.offsets()
	all := make([]float64, (to-from+1+2*reach)*len(m.templates))
	for i := range len(all) / len(m.templates) {
		// Local time under the hypothesis is claimed local time plus half·30 min.
		// An odd number takes the grid of half-past hours: an hour beginning at
		// h:30 claimed begins at a whole hour there.
		half := from - reach + i
		phase := half & 1
		roll := (half + phase) / 2
		ll := all[i*len(m.templates):][:len(m.templates)]
		for b, n := range &g.count[phase] {
			if n == 0 {
				continue
			}
			at := ((b+roll)%168 + 168) % 168
			for k := range m.templates {
				ll[k] += n * m.templates[k].logp[at/24][at%24]
			}
		}
	}
	return all
}

// offsets are the first and the last offset, in half-hours from the claim.
func (g *hourGrid) offsets() (from, to int) {
	return int(-floor(int64(g.claim+720), 30)), int(floor(int64(840-g.claim), 30))
}

// temper makes of what fits returns for the grid what its hours are worth.
func (m *model) temper(g *hourGrid, fits []float64) likelihood {
	days := float64(g.days) / (1 + float64(g.days)/m.saturation)
	temper := min(1, m.perDay*days/float64(max(1, g.hours)))
	plain := make([]float64, len(fits)/len(m.templates))
	ll := make([]float64, len(m.templates))
	for i := range plain {
		for k := range m.templates {
			ll[k] = fits[i*len(m.templates)+k]*temper + m.templates[k].logWeight
		}
		plain[i] = logSum(ll)
	}
	from, _ := g.offsets()
	return likelihood{from: from, ll: m.smear(plain)}
}

// smear allows for the person's own clock: each offset takes in its neighbours.
func (m *model) smear(plain []float64) []float64 {
	out := make([]float64, len(plain)-2*reach)
	var terms [2*reach + 1]float64
	for i := range out {
		for d := range terms {
			x := float64(d-reach) / 2 / m.spread
			terms[d] = plain[i+d] - x*x/2
		}
		out[i] = logSum(terms[:])
	}
	return out
}

func logSum(x []float64) float64 {
	top := math.Inf(-1)
	for _, v := range x {
		top = max(top, v)
	}
	if math.IsInf(top, -1) {
		return top
	}
	var sum float64
	for _, v := range x {
		sum += math.Exp(v - top)
	}
	return top + math.Log(sum)
}
