// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"time"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

// Compared is one step of somebody's first days, held against a place that they or
// the company named: the delivery, the first switch-on and the first sign-in.
type Compared struct {
	What    string    `json:"what"` // in words
	At      time.Time `json:"at"`
	Network string    `json:"network,omitzero"`
	// With is the place that it is held against: [StatedPlace] or [ShippedPlace].
	With   string `json:"with"`
	Answer Region `json:"answer"`
	// Why says what was measured, or why nothing can be said.
	Why string `json:"why"`
}

// The places that the first days are held against.
const (
	StatedPlace  = "the stated place"
	ShippedPlace = "the address the equipment was sent to"
)

// Region says whether something was in the region of a place.
type Region string

// What can be said of a region.
const (
	Within  Region = "fits"
	Outside Region = "elsewhere"
	Untold  Region = "says nothing"
)

// ArrivalKM is how far beyond the errors of both places something has to be before it
// is elsewhere, in kilometres: the starting value of onb.first_boot_geo.
const ArrivalKM = 100

// mostCompared bounds the comparisons of one person.
const mostCompared = 12

// newArrival compares where somebody's equipment went and was first used, and where
// they first signed in from, with the places on record. It weighs nothing: the
// indicators that read the same records do. Of a protected person nothing is said.
func newArrival(v *detect.View) []Compared {
	if v.Protected {
		return nil
	}
	var out []Compared
	stated, _, claims := v.Claimed(v.AsOf)
	boot, machine, booted := firstBoot(v)
	for _, r := range v.Records {
		b, ok := r.Body.(record.Shipment)
		if !ok {
			continue
		}
		to, located := v.Place(b.Address)
		if claims && located && !b.DeliveredAt.IsZero() {
			answer, why := apart(to, stated)
			out = append(out, Compared{What: delivered, At: b.DeliveredAt.UTC(), With: StatedPlace, Answer: answer, Why: why})
		}
		if booted && located && (b.Serial == "" || machine.Serial == "" || b.Serial == machine.Serial) && !boot.At.Before(b.ShippedAt) {
			out = append(out, fromNetwork(v, firstSwitchOn, boot.At, machine.Addr, ShippedPlace, to))
		}
	}
	if booted && claims {
		at, _, _ := v.Claimed(boot.At)
		out = append(out, fromNetwork(v, firstSwitchOn, boot.At, machine.Addr, StatedPlace, at))
	}
	if first, addr, ok := firstUse(v); ok && claims {
		at, _, _ := v.Claimed(first)
		out = append(out, fromNetwork(v, firstSignIn, first, addr, StatedPlace, at))
	}
	slices.SortStableFunc(out, func(a, b Compared) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.What, b.What), cmp.Compare(a.With, b.With))
	})
	out = slices.Compact(out)
	return out[:min(len(out), mostCompared)]
}

// firstBoot is the oldest enrolment of a machine that has an address.
func firstBoot(v *detect.View) (record.Record, record.Device, bool) {
	for r, d := range detect.Each[record.Device](v) {
		if d.Fact == record.Enrolled && d.Addr != "" {
			return r, d, true
		}
	}
	return record.Record{}, record.Device{}, false
}

// firstUse is when, and from which address, somebody was first active.
func firstUse(v *detect.View) (first time.Time, addr string, ok bool) {
	if v.Profile == nil {
		return first, "", false
	}
	for _, u := range v.Profile.Networks() {
		if !ok || u.First.At.Before(first) {
			first, addr, ok = u.First.At, u.Addr.String(), true
		}
	}
	return first, addr, ok
}

// fromNetwork compares where a network leads out with a place.
func fromNetwork(v *detect.View, what string, at time.Time, addr, with string, place enrich.Place) Compared {
	c := Compared{What: what, At: at.UTC(), With: with, Answer: Untold}
	a, err := netip.ParseAddr(addr)
	n, known := v.Network(a)
	if err != nil || !known {
		c.Why = "no table knows the network"
		return c
	}
	c.Network = n.Class.Words()
	switch {
	case v.Away(at):
		c.Why = "an absence was declared for that day"
	case v.Company.Deploys(n, a):
		c.Why = "it is the company's own network"
	case n.Class.Anonymous():
		c.Why = "the network hides its user"
	case !n.Class.Personal() && n.Class != enrich.Business && n.Class != enrich.Education:
		c.Why = "such a network leads out far from its user"
	case !n.HasPoint && (n.Country.IsZero() || place.Country.IsZero()):
		c.Why = "the tables name no place for it"
	case !n.HasPoint && n.Country != place.Country:
		c.Answer, c.Why = Outside, "another country, and the tables know no more"
	case !n.HasPoint:
		c.Answer, c.Why = Within, "the same country, and the tables know no more"
	default:
		c.Answer, c.Why = apart(enrich.Place{Lat: n.Lat, Lon: n.Lon, RadiusKM: n.RadiusKM, Country: n.Country}, place)
	}
	return c
}

// apart compares two places. A border between them says nothing by itself where they
// are near each other.
func apart(a, b enrich.Place) (Region, string) {
	km, errs := enrich.DistanceKM(a.Lat, a.Lon, b.Lat, b.Lon), a.RadiusKM+b.RadiusKM
	switch {
	case km-errs > ArrivalKM:
		return Outside, measured(km, errs)
	case !a.Country.IsZero() && !b.Country.IsZero() && a.Country != b.Country:
		return Untold, measured(km, errs) + ", across a border"
	}
	return Within, measured(km, errs)
}

// measured words a distance between two places with the errors of both.
func measured(km, errs float64) string {
	return fmt.Sprintf("%s km away, errors %s km together", count(int(math.Round(km))), count(int(math.Round(errs))))
}
