// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"encoding/json"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// TestWilson has the examples of Newcombe, Stat. Med. 17, 1998, 857-872, table I,
// method 3 (score, without continuity correction).
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		x, n      int
		low, high float64
	}{
		{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}, {29, 29, 0.8830, 1},
	} {
		r := NewRate(c.x, c.n)
		near(t, "low", float64(r.Low), c.low, 5e-5)
		near(t, "high", float64(r.High), c.high, 5e-5)
	}
	if r := NewRate(0, 0); r.Low != 0 || r.High != 1 {
		t.Errorf("of nobody: %+v", r)
	}
}

// TestDifference has examples of Newcombe, Stat. Med. 17, 1998, 873-890, table
// II, method 10: 56/70 against 48/80, and 9/10 against 3/10.
func TestDifference(t *testing.T) {
	for _, c := range []struct {
		x, m, y, n int
		low, high  float64
	}{{56, 70, 48, 80, 0.0524, 0.3339}, {9, 10, 3, 10, 0.1705, 0.8090}, {5, 56, 0, 29, -0.0381, 0.1926}, {10, 10, 0, 10, 0.6075, 1}} {
		d := newDifference(NewRate(c.x, c.m), NewRate(c.y, c.n))
		near(t, "low", float64(d.Low), c.low, 5e-5)
		near(t, "high", float64(d.High), c.high, 5e-5)
	}
}

// TestRatio: ln 2 ± 1.96·√(1/20 - 1/100 + 1/10 - 1/100) = 0.6931 ± 0.7067.
func TestRatio(t *testing.T) {
	r := newRatio(NewRate(20, 100), NewRate(10, 100))
	near(t, "ratio", float64(r.Value), 2, 1e-12)
	near(t, "low", float64(r.Low), math.Exp(0.6931-0.7067), 1e-3)
	near(t, "high", float64(r.High), math.Exp(0.6931+0.7067), 1e-3)

	none := newRatio(NewRate(0, 50), NewRate(0, 60))
	if none.Value != 1 || none.Low != 0 || !math.IsInf(float64(none.High), 1) {
		t.Errorf("nobody of either: %+v", none)
	}
	first := newRatio(NewRate(0, 50), NewRate(5, 60))
	if first.Value != 0 || first.Low != 0 || math.IsInf(float64(first.High), 1) {
		t.Errorf("nobody of the first: %+v", first)
	}
	second := newRatio(NewRate(5, 50), NewRate(0, 60))
	if !math.IsInf(float64(second.Value), 1) || second.Low <= 0 || !math.IsInf(float64(second.High), 1) {
		t.Errorf("nobody of the second: %+v", second)
	}
	if b, err := json.Marshal(second); err != nil || string(b) != `{"ratio":null,"low":`+lowOf(second)+`,"high":null}` {
		t.Errorf("as JSON %s, %v", b, err)
	}
}

func lowOf(r Ratio) string { b, _ := r.Low.MarshalJSON(); return string(b) }

// TestFisher has Fisher's tea (p = 0.4857 for 3 of 4 and 1 of 4, two-sided) and
// 8 of 10 against 1 of 6: the tables no likelier than it are those with 8, 9
// and, on the other side, 3: (270 + 10 + 120) / 11440.
func TestFisher(t *testing.T) {
	near(t, "tea", fisher(3, 4, 1, 4), 34.0/70, 1e-9)
	near(t, "8 of 10, 1 of 6", fisher(8, 10, 1, 6), 400.0/11440, 1e-9)
	near(t, "equal", fisher(5, 10, 5, 10), 1, 1e-9)
	near(t, "none", fisher(0, 10, 0, 10), 1, 1e-9)
	near(t, "nobody", fisher(0, 0, 3, 10), 1, 1e-9)
}

// TestFisherIsAProbability holds for every table, large ones too, and does not
// depend on which group is named first.
func TestFisherIsAProbability(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n := rapid.IntRange(0, 3000).Draw(t, "m"), rapid.IntRange(0, 3000).Draw(t, "n")
		x, y := rapid.IntRange(0, m).Draw(t, "x"), rapid.IntRange(0, n).Draw(t, "y")
		p := fisher(x, m, y, n)
		if math.IsNaN(p) || p < 0 || p > 1 {
			t.Fatalf("p = %v", p)
		}
		if q := fisher(y, n, x, m); math.Abs(p-q) > 1e-6 {
			t.Fatalf("%v one way and %v the other", p, q)
		}
	})
}

// TestIntervalsHoldTheirFigure: every interval contains what it is of.
func TestIntervalsHoldTheirFigure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n := rapid.IntRange(1, 500).Draw(t, "m"), rapid.IntRange(1, 500).Draw(t, "n")
		a, b := NewRate(rapid.IntRange(0, m).Draw(t, "x"), m), NewRate(rapid.IntRange(0, n).Draw(t, "y"), n)
		d, r := newDifference(a, b), newRatio(a, b)
		for _, c := range [][3]Number{{a.Low, a.Value, a.High}, {d.Low, d.Value, d.High}, {r.Low, r.Value, r.High}} {
			if c[0] > c[1]+1e-12 || c[1] > c[2]+1e-12 {
				t.Fatalf("%v is not within %v to %v", c[1], c[0], c[2])
			}
		}
		area := rapid.Float64Range(0, 1).Draw(t, "area")
		low, high := aucInterval(area, m, n)
		if low < 0 || low > area || high < area || high > 1 {
			t.Fatalf("area %v within %v to %v", area, low, high)
		}
	})
}

// TestAreaInterval: at an area of 1 the bound solves (1-θ)² = z²·V(θ), which for
// 9 and 37 people (n* = 22) is θ = 0.862; more people narrow it.
func TestAreaInterval(t *testing.T) {
	low, high := aucInterval(1, 9, 37)
	if high != 1 {
		t.Errorf("high %v", high)
	}
	theta, star := low, 22.0
	v := theta * (1 - theta) * (1 + star*(1-theta)/(2-theta) + star*theta/(1+theta)) / (9 * 37)
	near(t, "the bound solves its equation", 1-theta, z95*math.Sqrt(v), 1e-6)
	if more, _ := aucInterval(1, 90, 370); more <= low {
		t.Errorf("with ten times the people the bound is %v, before %v", more, low)
	}
}
