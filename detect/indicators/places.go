// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"fmt"

	"daylight/enrich"
)

// gap is how far an address and a place are apart, with the errors of both.
type gap struct {
	// Known is false when the network cannot speak for where a person is: it is
	// anonymous, mobile, corporate or satellite, or no table places it.
	Known bool
	// Elsewhere is set when the country differs, or when the distance is beyond
	// both errors by more than the indicator's own limit.
	Elsewhere bool
	// KM is the distance between the centres and ErrorKM the sum of both radii;
	// HasKM is false when only countries are known.
	HasKM       bool
	KM, ErrorKM float64
}

// placed compares where an address is with a place. Which country it is does
// not matter, only whether it is the same; within one country a distance counts
// beyond both error radii only, and next to a border a different country does
// not count (method §5).
func placed(n enrich.Network, at enrich.Place, beyondKM float64) gap {
	switch n.Class {
	case enrich.VPN, enrich.Tor, enrich.Relay, enrich.Hosting, enrich.Mobile, enrich.Corporate, enrich.Satellite, enrich.Private, enrich.ResidentialProxy:
		return gap{}
	case enrich.Unclassified, enrich.Residential, enrich.Business, enrich.Education:
	}
	g := gap{HasKM: n.HasPoint}
	if g.HasKM {
		g.KM, g.ErrorKM = enrich.DistanceKM(n.Lat, n.Lon, at.Lat, at.Lon), n.RadiusKM+at.RadiusKM
	}
	far := g.HasKM && g.KM-g.ErrorKM > beyondKM
	switch {
	case n.Country.IsZero() || at.Country.IsZero():
		g.Known, g.Elsewhere = g.HasKM, far
	case n.Country == at.Country:
		g.Known, g.Elsewhere = true, far
	default:
		g.Known, g.Elsewhere = true, far || !g.HasKM
		if !g.Elsewhere { // a border town
			g.Known = false
		}
	}
	return g
}

// String words the gap: a distance with its error, or that countries differ.
func (g gap) String() string {
	if g.HasKM {
		return fmt.Sprintf("%s km away (error radii %s km together)", kilometres(g.KM), kilometres(g.ErrorKM))
	}
	return "in another country (no distance is known)"
}
