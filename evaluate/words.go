// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// percent writes a share as a percentage with as many digits as tell anything.
// The space before the sign does not break.
func percent(x Number) string { return figure(x) + "\u00a0%" }

// figure is a percentage without its sign: 58, 3.4, 0.02.
func figure(x Number) string {
	p := float64(x) * 100
	switch a := math.Abs(p); {
	case a == 0, a >= 99.95:
		return strconv.FormatFloat(p, 'f', 0, 64)
	case a >= 9.95 && a < 99:
		return strconv.FormatFloat(p, 'f', 0, 64)
	case a >= 0.95:
		return strconv.FormatFloat(p, 'f', 1, 64)
	case a >= 0.0095:
		return strconv.FormatFloat(p, 'f', 2, 64)
	}
	return strconv.FormatFloat(p, 'g', 1, 64)
}

// rateWords writes a share with its range: "58 % [32–81]".
func rateWords(r Rate) string {
	if r.Of == 0 {
		return "–"
	}
	return fmt.Sprintf("%s\u00a0[%s–%s]", percent(r.Value), figure(r.Low), figure(r.High))
}

// counted writes a share with the numbers behind it: "7 of 12 (58 %)".
func counted(r Rate) string {
	if r.Of == 0 {
		return "of nobody"
	}
	return fmt.Sprintf("%s of %s (%s)", thousands(r.Count), thousands(r.Of), percent(r.Value))
}

func shareWords(s Share) string {
	switch {
	case !s.Known:
		return "unknown"
	case math.IsInf(float64(s.Low), 0):
		return percent(s.Value)
	}
	return fmt.Sprintf("%s\u00a0[%s–%s]", percent(s.Value), figure(s.Low), figure(s.High))
}

// pointsWords writes a change of a share, in percentage points with its sign.
func pointsWords(x Number) string {
	if x == 0 {
		return "0"
	}
	sign := "+"
	if x < 0 {
		sign = "−"
	}
	return sign + figure(Number(math.Abs(float64(x))))
}

// decimals writes a figure with so many decimals and a true minus sign.
func decimals(x Number, places int) string {
	if math.IsInf(float64(x), 0) {
		return "none"
	}
	s := strconv.FormatFloat(float64(x), 'f', places, 64)
	if f, err := strconv.ParseFloat(s, 64); err == nil && f == 0 {
		s = strings.TrimPrefix(s, "-")
	}
	return strings.Replace(s, "-", "−", 1)
}

// ratioWords writes a ratio with its range.
func ratioWords(r Ratio) string {
	high := "any"
	if !math.IsInf(float64(r.High), 0) {
		high = decimals(r.High, 2)
	}
	value := "only here"
	if !math.IsInf(float64(r.Value), 0) {
		value = decimals(r.Value, 2)
	}
	return fmt.Sprintf("%s\u00a0[%s–%s]", value, decimals(r.Low, 2), high)
}

// decibans writes a weight with its sign.
func decibans(x Number) string {
	s := decimals(x, 1)
	if x > 0 && s != "0.0" {
		return "+" + s
	}
	return s
}

// thousands writes a number with commas.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural gives a number with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

func people(n int) string { return plural(n, "person", "people") }

// some quotes the first few names, and counts the rest.
func some[S ~string](names []S) string {
	const most = 5
	var out []string
	for _, n := range names[:min(len(names), most)] {
		out = append(out, strconv.Quote(string(n)))
	}
	s := strings.Join(out, ", ")
	if more := len(names) - most; more > 0 {
		s += fmt.Sprintf(" and %s more", thousands(more))
	}
	return s
}

// verdictWords say how a comparison ended.
func verdictWords(v Verdict) string {
	switch v {
	case Exceeds:
		return "ABOVE THE LIMIT"
	case Below:
		return "looked at less often"
	case NotShown:
		return "not shown to be within the limit"
	case Inside:
		return "within, too few people to be sure"
	case Shown:
		return "shown to be within"
	case NoData:
		return "nothing to compare"
	case Outside:
		return "outside the limit: to ask is right"
	}
	return string(v)
}
