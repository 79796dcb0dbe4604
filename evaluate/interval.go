// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"math"
	"strconv"
)

// Number is a measured figure. In JSON it has six significant digits, so that a
// rounding of the last bit on another machine changes no byte, and a figure
// that is not finite is null: there is no such bound.
type Number float64

// MarshalJSON writes the number, or null.
func (n Number) MarshalJSON() ([]byte, error) {
	if math.IsInf(float64(n), 0) || math.IsNaN(float64(n)) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(n), 'g', 6, 64), nil
}

// z95 is the 97.5th percentile of the normal distribution, for intervals of 95 %.
const z95 = 1.959963984540054

// Rate is a share of people, with its 95 % Wilson score interval (Wilson, J. Am.
// Stat. Assoc. 22, 1927), which stays inside 0 to 1 and has a width at counts of
// 0 and of all. Of nobody the rate is 0 and the interval is 0 to 1.
type Rate struct {
	Count int    `json:"count"`
	Of    int    `json:"of"`
	Value Number `json:"rate"`
	Low   Number `json:"low"`
	High  Number `json:"high"`
}

// NewRate returns count of n with its interval.
func NewRate(count, n int) Rate {
	if n == 0 {
		return Rate{High: 1}
	}
	low, high := wilson(float64(count), float64(n))
	return Rate{Count: count, Of: n, Value: Number(float64(count) / float64(n)), Low: Number(low), High: Number(high)}
}

// wilson returns the score interval of x of n; n need not be whole, so that it
// serves for an effective number of people too.
func wilson(x, n float64) (low, high float64) {
	if n <= 0 {
		return 0, 1
	}
	p, z2 := x/n, z95*z95
	centre := (p + z2/(2*n)) / (1 + z2/n)
	half := z95 / (1 + z2/n) * math.Sqrt(p*(1-p)/n+z2/(4*n*n))
	low, high = max(0, centre-half), min(1, centre+half)
	// At the ends the bound is exact, and rounding must not move it.
	if x <= 0 {
		low = 0
	}
	if x >= n {
		high = 1
	}
	return low, high
}

// Difference is one rate less another, with its 95 % interval by Newcombe's
// hybrid score method (Stat. Med. 17, 1998, 873-890, method 10).
type Difference struct {
	Value Number `json:"difference"`
	Low   Number `json:"low"`
	High  Number `json:"high"`
}

// newDifference returns a less b. Where either is of nobody, the interval is
// that of no knowledge.
func newDifference(a, b Rate) Difference {
	if a.Of == 0 || b.Of == 0 {
		return Difference{Low: -1, High: 1}
	}
	d := a.Value - b.Value
	return Difference{
		Value: d,
		Low:   d - Number(math.Hypot(float64(a.Value-a.Low), float64(b.High-b.Value))),
		High:  d + Number(math.Hypot(float64(a.High-a.Value), float64(b.Value-b.Low))),
	}
}

// Ratio is one rate over another, with its 95 % interval by the method of Katz,
// Baptista, Azen and Pike (Biometrics 34, 1978, 469-474): normal on the logarithm.
// Where a count is 0 that logarithm does not exist; then the bounds come from
// counts with a half added to each (Pettigrew, Gart and Thomas, Biometrika 73,
// 1986), and the bound on the far side is 0 or none. Nobody of either is a ratio
// of 1 without bounds.
type Ratio struct {
	Value Number `json:"ratio"` // +Inf when only the second count is 0
	Low   Number `json:"low"`
	High  Number `json:"high"` // +Inf when the second count is 0
}

// newRatio returns a over b.
func newRatio(a, b Rate) Ratio {
	switch {
	case a.Of == 0 || b.Of == 0 || a.Count == 0 && b.Count == 0:
		return Ratio{Value: 1, High: Number(math.Inf(1))}
	case a.Count == 0:
		_, high := katz(float64(a.Count)+.5, float64(a.Of)+.5, float64(b.Count)+.5, float64(b.Of)+.5)
		return Ratio{High: high}
	case b.Count == 0:
		low, _ := katz(float64(a.Count)+.5, float64(a.Of)+.5, float64(b.Count)+.5, float64(b.Of)+.5)
		return Ratio{Value: Number(math.Inf(1)), Low: low, High: Number(math.Inf(1))}
	}
	low, high := katz(float64(a.Count), float64(a.Of), float64(b.Count), float64(b.Of))
	return Ratio{Value: a.Value / b.Value, Low: low, High: high}
}

// katz returns the interval of (x/m)/(y/n); all four are above 0.
func katz(x, m, y, n float64) (low, high Number) {
	ratio := (x / m) / (y / n)
	half := z95 * math.Sqrt(max(0, 1/x-1/m+1/y-1/n))
	return Number(ratio * math.Exp(-half)), Number(ratio * math.Exp(half))
}

// koopman returns the 95 % score interval of (x/m)/(y/n) of Koopman (Biometrics 40,
// 1984, 513-517), where x+y is above 0: from 0 where x is 0, and to infinity where y
// is. It is found by bisection, to a millionth of the ratio, and no further than a
// factor of 1e12 either way.
func koopman(x, m, y, n float64) (low, high float64) {
	beyond := func(logRatio float64) bool {
		r := math.Exp(logRatio)
		// The rates that are likeliest if their ratio is r.
		a, b := (m+n)*r, m*r+x+n+y*r
		q := (b - math.Sqrt(max(0, b*b-4*a*(x+y)))) / (2 * a)
		p := r * q
		v := p*(1-p)/m + r*r*q*(1-q)/n
		d := x/m - r*y/n
		return d*d > z95*z95*v
	}
	const end = 27.6 // the logarithm of 1e12
	search := func(in, out float64) float64 {
		for math.Abs(in-out) > 1e-6 {
			if mid := (in + out) / 2; beyond(mid) {
				out = mid
			} else {
				in = mid
			}
		}
		return in
	}
	middle := math.Log((x + .5) / (m + 1) / ((y + .5) / (n + 1)))
	if x > 0 && y > 0 {
		middle = math.Log(x / m / (y / n))
	}
	low, high = 0, math.Inf(1)
	if x > 0 {
		low = math.Exp(search(middle, -end))
	}
	if y > 0 {
		high = math.Exp(search(middle, end))
	}
	return low, high
}

// aucInterval returns the 95 % interval of an area under the ROC of m deceptive
// and n genuine people, by Newcombe's method 5 (Stat. Med. 25, 2006, 559-573):
// the score form of Hanley and McNeil's variance, which keeps a width at an area
// of 1. It is found by bisection to 1e-9.
func aucInterval(area float64, m, n int) (low, high float64) {
	if m == 0 || n == 0 {
		return 0, 1
	}
	star := float64(m+n)/2 - 1
	beyond := func(theta float64) bool {
		v := theta * (1 - theta) * (1 + star*(1-theta)/(2-theta) + star*theta/(1+theta)) / (float64(m) * float64(n))
		return math.Abs(area-theta) > z95*math.Sqrt(v)
	}
	// search finds the last value within reach between area and an end.
	search := func(end float64) float64 {
		in, out := area, end
		for math.Abs(in-out) > 1e-9 {
			if mid := (in + out) / 2; beyond(mid) {
				out = mid
			} else {
				in = mid
			}
		}
		return in
	}
	return search(0), search(1)
}

// fisher returns the two-sided probability of Fisher's exact test that x of m
// and y of n differ as much as they do, when they have one rate: the sum of the
// tables with these margins that are no likelier than the one seen.
func fisher(x, m, y, n int) float64 {
	k := x + y
	least, most := max(0, k-n), min(k, m)
	logs := make([]float64, 0, most-least+1)
	l := logChoose(m, least) + logChoose(n, k-least) - logChoose(m+n, k)
	for i := least; i <= most; i++ {
		logs = append(logs, l)
		l += math.Log(float64(m-i)) - math.Log(float64(i+1)) + math.Log(float64(k-i)) - math.Log(float64(n-k+i+1))
	}
	seen := logs[x-least]
	sum := 0.0
	for _, l := range logs {
		if l <= seen+1e-7 { // equal but for rounding
			sum += math.Exp(l)
		}
	}
	return min(1, sum)
}

func logChoose(n, k int) float64 {
	f := func(n int) float64 { l, _ := math.Lgamma(float64(n) + 1); return l }
	return f(n) - f(k) - f(n-k)
}
