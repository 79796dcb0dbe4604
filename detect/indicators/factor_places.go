// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"time"

	"daylight/detect"
	"daylight/record"
)

// This file reads where an authenticator was used or enrolled, and where work
// was done at about that time.

// factorPair is a visit in which an authenticator was used or enrolled, and
// another within the time given.
type factorPair struct {
	factor, other placedVisit
	km, errorKM   float64
	sure          bool // both lines are homes
}

// factorPairs returns, of the visits that of accepts, those beside a visit that
// beside accepts and that lies so far away that both cannot be one place, and
// those that lie near one.
func factorPairs(p *detect.Pass, within time.Duration, beyondKM float64, of func(placedVisit) bool, beside func(factor, other placedVisit) bool) (far []factorPair, near []placedVisit) {
	visits := placedVisits(p)
	for i, v := range visits {
		if !of(v) {
			continue
		}
		var best factorPair
		isNear := false
		for k, o := range visits {
			gone := max(v.First.At.Sub(o.Last.At), o.First.At.Sub(v.Last.At))
			if k == i || gone > within || !beside(v, o) {
				continue
			}
			km, errorKM := v.line.apart(o.line)
			if km-errorKM <= beyondKM {
				isNear = true
			} else if km-errorKM > best.km-best.errorKM {
				best = factorPair{v, o, km, errorKM, v.line.home() && o.line.home()}
			}
		}
		switch {
		case isNear: // one of the two places is where the person was
			near = append(near, v)
		case best.km > 0:
			far = append(far, best)
		}
	}
	return far, near
}

// furthest returns the pair with the greatest distance beyond the errors, of
// those between homes if there is one.
func furthest(pairs []factorPair) factorPair {
	best := pairs[0]
	for _, f := range pairs[1:] {
		if f.sure && !best.sure || f.sure == best.sure && f.km-f.errorKM > best.km-best.errorKM {
			best = f
		}
	}
	return best
}

// citeVisits cites the first sighting of each visit.
func citeVisits(p *detect.Pass, visits []placedVisit) []record.Citation {
	var out []record.Citation
	for _, v := range visits[:min(len(visits), mostCited)] {
		out = append(out, p.Cite(v.First))
	}
	return out
}

// citePairs cites both visits of each pair.
func citePairs(p *detect.Pass, pairs []factorPair) []record.Citation {
	var out []record.Citation
	for _, f := range pairs[:min(len(pairs), mostCited)] {
		out = append(out, p.Cite(f.factor.First), p.Cite(f.other.First))
	}
	return out
}
