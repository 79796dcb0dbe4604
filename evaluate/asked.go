// SPDX-License-Identifier: Apache-2.0

package evaluate

import "math"

// NextChecks counts the checks that the assessments name for people who are
// followed up or escalated: what it costs to find somebody.
type NextChecks struct {
	Deceptive int `json:"deceptive"` // checks of deceptive people
	Genuine   int `json:"genuine"`   // checks of genuine people
	// PerFound is all of them for each deceptive person who is followed up or
	// escalated, and PerGenuine those of genuine people for each genuine person
	// measured; null of nobody.
	PerFound   Number `json:"per_found"`
	PerGenuine Number `json:"per_genuine"`
}

func newNextChecks(outcomes []Outcome) NextChecks {
	var n NextChecks
	found, genuine := 0, 0
	for _, o := range outcomes {
		checks := 0
		if o.Reviewed() && o.Assessed != nil {
			checks = len(o.Assessed.Assessment.Next)
		}
		switch {
		case !o.Deceptive:
			genuine++
			n.Genuine += checks
		case o.Reviewed():
			found++
			n.Deceptive += checks
		}
	}
	n.PerFound, n.PerGenuine = per(n.Deceptive+n.Genuine, found), per(n.Genuine, genuine)
	return n
}

// per is a number of things for each of so many people; not a number of nobody.
func per(things, people int) Number {
	if people == 0 {
		return Number(math.NaN())
	}
	return Number(float64(things) / float64(people))
}

// words say what the checks cost.
func (n NextChecks) words() string {
	all := n.Deceptive + n.Genuine
	if all == 0 {
		return "No next check was named for anybody."
	}
	words := plural(all, "next check is", "next checks are") + " named for those who are reviewed, " + thousands(n.Genuine) + " of them for genuine people"
	if !math.IsNaN(float64(n.PerGenuine)) {
		words += ", " + decimals(n.PerGenuine, 3) + " for each genuine person measured"
	}
	if !math.IsNaN(float64(n.PerFound)) {
		words += "; " + decimals(n.PerFound, 1) + " in all for each deceptive person reviewed"
	}
	return words + "."
}
