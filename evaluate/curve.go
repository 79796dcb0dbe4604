// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"cmp"
	"slices"

	"daylight/record"
)

// Curve is what the total weight alone could do, at every threshold. The policy
// asks for more than weight (two families), so its own rates are a point of
// their own and need not lie on the curve.
type Curve struct {
	// AUC is the area under the ROC: the chance that a deceptive person has a
	// higher total than a genuine one, ties counting a half (Mann and Whitney).
	AUC Share `json:"auc"`
	// AveragePrecision is the sum over thresholds of the precision times the step
	// in recall, at the sample's own base rate and without interpolation; somebody
	// who sorts by chance has the base rate.
	AveragePrecision Number `json:"average_precision"`
	BaseRate         Number `json:"base_rate"` // deceptive of all measured
	// Recall is the best recall within a budget of false alarms.
	Recall []RecallAt `json:"recall_at"`
	// Points are the thresholds, the highest first: all with this total or more.
	Points []Point `json:"points"`
}

// RecallAt is the share of deceptive people at or above the lowest threshold
// that no more than Budget of the genuine reach.
type RecallAt struct {
	Budget  Number `json:"budget"`  // share of genuine people
	Allowed int    `json:"allowed"` // the same as a number of them, rounded down
	Recall  Rate   `json:"recall"`
	False   Rate   `json:"false"`
	// ThresholdDB is the total at which it is reached; null when even the highest
	// total is shared by too many genuine people.
	ThresholdDB Number `json:"threshold_db"`
}

// Point is one threshold: how many have this total or more.
type Point struct {
	TotalDB   Number `json:"total_db"`
	Deceptive int    `json:"deceptive"`
	Genuine   int    `json:"genuine"`
}

// budgets are the shares of false escalations of method §8.
var budgets = []float64{0.001, 0.01}

func newCurve(outcomes []Outcome) Curve {
	totals := make([]scored, len(outcomes))
	var deceptive, genuine int
	for i, o := range outcomes {
		totals[i] = scored{o.Total, o.Deceptive}
		if o.Deceptive {
			deceptive++
		} else {
			genuine++
		}
	}
	c := Curve{Points: points(totals), Recall: []RecallAt{}}
	area := area(c.Points)
	low, high := aucInterval(area, deceptive, genuine)
	c.AUC = Share{Known: deceptive > 0 && genuine > 0, Value: Number(area), Low: Number(low), High: Number(high)}
	if len(outcomes) > 0 {
		c.BaseRate = Number(float64(deceptive) / float64(len(outcomes)))
	}
	c.AveragePrecision = averagePrecision(c.Points, deceptive)
	for _, b := range budgets {
		c.Recall = append(c.Recall, recallAt(c.Points, b, deceptive, genuine))
	}
	return c
}

// scored is a total and the truth.
type scored struct {
	total     record.Weight
	deceptive bool
}

// points counts people at or above each total that somebody has. It sorts in
// place. People of one total come together, so that no order among them counts.
func points(totals []scored) []Point {
	slices.SortFunc(totals, func(a, b scored) int { return cmp.Compare(b.total, a.total) })
	out := []Point{}
	var p Point
	for i, t := range totals {
		if t.deceptive {
			p.Deceptive++
		} else {
			p.Genuine++
		}
		if i+1 == len(totals) || totals[i+1].total != t.total {
			p.TotalDB = Number(t.total.DB())
			out = append(out, p)
		}
	}
	return out
}

// area is the area under the ROC by trapezia, which is the Mann-Whitney
// statistic with ties a half; 0 where there are none of a kind.
func area(points []Point) float64 {
	if len(points) == 0 {
		return 0
	}
	all := points[len(points)-1]
	if all.Deceptive == 0 || all.Genuine == 0 {
		return 0
	}
	twice := 0
	var last Point
	for _, p := range points {
		twice += (p.Genuine - last.Genuine) * (p.Deceptive + last.Deceptive)
		last = p
	}
	return float64(twice) / 2 / float64(all.Deceptive) / float64(all.Genuine)
}

func averagePrecision(points []Point, deceptive int) Number {
	if deceptive == 0 {
		return 0
	}
	sum := 0.0
	last := 0
	for _, p := range points {
		sum += float64(p.Deceptive-last) * float64(p.Deceptive) / float64(p.Deceptive+p.Genuine)
		last = p.Deceptive
	}
	return Number(sum / float64(deceptive))
}

func recallAt(points []Point, budget float64, deceptive, genuine int) RecallAt {
	r := RecallAt{Budget: Number(budget), Allowed: int(budget * float64(genuine)), ThresholdDB: none}
	best := Point{}
	for _, p := range points {
		if p.Genuine > r.Allowed {
			break
		}
		best, r.ThresholdDB = p, p.TotalDB
	}
	r.Recall, r.False = NewRate(best.Deceptive, deceptive), NewRate(best.Genuine, genuine)
	return r
}
