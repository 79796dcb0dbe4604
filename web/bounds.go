// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"math"

	"daylight/checkin"
	"daylight/enrich"
	"daylight/record"
	"daylight/report"
)

// This file words how far away a browser can be, by the ways that were measured to it.

// bounds are what each vantage point says of how far away the browser is, and what
// they say together. nil where nothing was measured.
func (s *Server) bounds(c *checkin.CheckIn, claim *report.Claim) []compared {
	ways := c.Ways
	var out []compared
	if c.Path != nil {
		if s.Vantage == nil {
			out = append(out, boundWords(checkin.Way{Path: *c.Path}, claim))
		} else {
			ways = append([]checkin.Way{{From: *s.Vantage, Path: *c.Path}}, ways...)
		}
	}
	var discs []checkin.Disc
	for _, way := range ways {
		words := boundWords(way, claim)
		if way.Addr.IsValid() && way.Addr != c.From {
			words.Measured += "; the line had another address there (" + way.Addr.String() + ")"
			words.Explained += "; a line with an address of either version, a relay that changes its exits"
		}
		out = append(out, words)
		if d, ok := way.Path.Disc(way.From); ok {
			discs = append(discs, d)
		}
	}
	if len(discs) > 1 {
		out = append(out, meetWords(discs))
	}
	return out
}

// boundWords says how far from one vantage point the browser can be. One without a
// name is the service's own, where nobody said where it stands.
func boundWords(way checkin.Way, claim *report.Claim) compared {
	p, from := way.Path, way.From
	out := compared{
		What: "How far away it can be", Measured: "the browser within " + kilometres(math.Ceil(checkin.BoundKM(p.Least))),
		Explained: "The wrong place on file for the person or for " + vantageWords(from),
	}
	if from.Name != "" {
		out.What = "How far from " + from.Name + " it can be"
	}
	switch {
	case p.Rounds == 0:
		out.Measured, out.Expected, out.Explained = "nothing came back", "says nothing", "A network or a program that lets no such connection through"
		return out
	case from.Name == "":
		out.Expected = "where this service stands is not set (serve: vantage)"
		return out
	case claim == nil:
		out.Expected = noClaim
		return out
	}
	km := enrich.DistanceKM(from.Lat, from.Lon, claim.Lat, claim.Lon)
	out.Expected = fmt.Sprintf("%s is %s from %s, which that allows", claim.Place, kilometres(km), from.Name)
	if p.TooFar(km, from.RadiusKM+claimRadiusKM) {
		out.Expected = fmt.Sprintf("%s is %s from %s: light in fibre does not go there and back in that time", claim.Place, kilometres(km), from.Name)
	}
	return out
}

// kilometres words a distance, its digits in threes.
func kilometres(km float64) string { return record.Grouped(int(math.Round(km))) + " km" }

func vantageWords(from checkin.Vantage) string {
	if from.Name == "" {
		return "this service"
	}
	return from.Name
}

// meetWords says whether all that was measured can be of one browser.
func meetWords(discs []checkin.Disc) compared {
	out := compared{
		What: "All of them together", Measured: fmt.Sprintf("the browser within each of %d distances", len(discs)),
		Expected:  "some places on Earth lie within all of them",
		Explained: "The wrong place on file for one of the points that measured; a relay with exits at several places",
	}
	if !checkin.Meet(discs) {
		out.Expected = "no place on Earth lies within all of them: either a point that measured stands elsewhere than is on file, or what answered was not one machine"
	}
	return out
}

// claimRadiusKM is how far around a claimed town its people live.
const claimRadiusKM = 50
