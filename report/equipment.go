// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

// Stop is one point on the way of a person's equipment, from the address it was
// asked for at to where it was first switched on, and the first sign-in.
type Stop struct {
	What     string    `json:"what"` // in words
	At       time.Time `json:"at"`
	Place    string    `json:"place,omitzero"`
	Lat      float64   `json:"lat"`
	Lon      float64   `json:"lon"`
	RadiusKM float64   `json:"radius_km"` // how far off it may be
	Network  string    `json:"network,omitzero"`
	// Exit is set where the network hides where its user is: the stop then says
	// nothing about the place.
	Exit bool `json:"exit,omitzero"`
}

// mostStops bounds the stops of one person.
const mostStops = 20

// newEquipment gathers the way of somebody's equipment. Of a protected person
// nothing is said, and what no table places is left out.
func newEquipment(v *detect.View) []Stop {
	if v.Protected {
		return nil
	}
	var out []Stop
	at := func(what string, when time.Time, addr string) {
		a, err := netip.ParseAddr(addr)
		if err != nil {
			return
		}
		n, known := v.Network(a)
		if !known || !n.HasPoint || n.Class == enrich.Private {
			return
		}
		out = append(out, Stop{
			What: what, At: when.UTC(), Place: n.City, Lat: n.Lat, Lon: n.Lon, RadiusKM: n.RadiusKM, Network: n.Class.Words(), Exit: n.Class.Anonymous(),
		})
	}
	for _, r := range v.Records {
		switch b := r.Body.(type) {
		case record.Shipment:
			place, ok := v.Place(b.Address)
			if !ok {
				continue
			}
			for _, s := range []struct {
				what string
				at   time.Time
			}{{askedFor, b.RequestedAt}, {shippedTo, b.ShippedAt}, {delivered, b.DeliveredAt}} {
				if !s.at.IsZero() {
					out = append(out, Stop{What: s.what, At: s.at.UTC(), Place: place.Name, Lat: place.Lat, Lon: place.Lon, RadiusKM: place.RadiusKM})
				}
			}
		case record.Device:
			if b.Fact == record.Enrolled && b.Addr != "" {
				at(firstSwitchOn, r.At, b.Addr)
			}
		default: // nothing else travels
		}
	}
	if first, addr, ok := firstUse(v); ok {
		at(firstSignIn, first, addr)
	}
	slices.SortStableFunc(out, func(a, b Stop) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.What, b.What)) })
	out = slices.Compact(out)
	return out[:min(len(out), mostStops)]
}

// What the steps of the way are called.
const (
	askedFor      = "equipment asked for, to this address"
	shippedTo     = "equipment shipped to this address"
	delivered     = "equipment delivered"
	firstSwitchOn = "first switched on, as device management saw it"
	firstSignIn   = "first sign-in or other activity"
)

// NoStop names the steps of the way that none of the stops is.
func NoStop(stops []Stop) []string {
	steps := []string{askedFor, shippedTo, delivered, firstSwitchOn, firstSignIn}
	return slices.DeleteFunc(steps, func(step string) bool {
		return slices.ContainsFunc(stops, func(s Stop) bool { return s.What == step })
	})
}

// Apart words how far a stop is from the claimed place, with the error of both:
// "at the claimed place, within the error of the tables", "412 km
// away, errors 50 km together".
func (s Stop) Apart(c *Claim) string {
	switch {
	case c == nil:
		return "no claimed place to compare with"
	case s.Exit:
		return "the network hides its user: it says nothing"
	}
	km := enrich.DistanceKM(s.Lat, s.Lon, c.Lat, c.Lon)
	errs := s.RadiusKM + c.RadiusKM
	if km <= errs {
		return "at the claimed place, within the error of the tables"
	}
	return measured(km, errs)
}

// NewEquipmentMap draws the way of a person's equipment, with a circle as large as
// the uncertainty around each stop; nil where there is none. Stops at one place
// within each other's error are one number.
func NewEquipmentMap(s *Subject) *Map {
	if len(s.Equipment) == 0 {
		return nil
	}
	of := &Subject{ID: s.ID, Claimed: s.Claimed}
	words := make([]string, 0, len(s.Equipment))
	for _, stop := range s.Equipment {
		of.Places = append(of.Places, Seen{Place: stop.Place, Lat: stop.Lat, Lon: stop.Lon, RadiusKM: stop.RadiusKM, Network: stop.Network, Exit: stop.Exit, First: stop.At, Last: stop.At, Days: 1})
		w := stop.What
		if stop.Place != "" {
			w += ": " + stop.Place
		}
		if stop.Network != "" {
			w += ", " + stop.Network
		}
		words = append(words, w+"; "+stop.Apart(s.Claimed))
	}
	m := NewMap(of, s.Equipment[len(s.Equipment)-1].At)
	m.Way = true
	m.Label = "Way of the equipment of " + s.ID
	m.Alt = plural(len(words), "stop", "stops")
	for i := range m.Marks {
		m.Marks[i].Words = words[i]
		m.Alt += fmt.Sprintf("; %d %s", i+1, words[i])
	}
	m.Alt = stop(m.Alt)
	return m
}
