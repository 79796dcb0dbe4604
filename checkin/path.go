// SPDX-License-Identifier: Apache-2.0

package checkin

import (
	"net/netip"
	"slices"
	"time"
)

// Path is how long the way to the browser takes: there and back, in microseconds.
//
// The transport is answered by whatever ends the connection: the browser's machine, or
// a proxy or gateway before it. The browser alone answers a round of the page. Where
// the two differ much and steadily, something between them answers for the browser.
// Company gateways, security products, privacy relays and VPNs of some kinds do that.
type Path struct {
	// Transport is the least round trip that the kernel saw (TCP_INFO), 0 where it is
	// not known.
	Transport int64 `json:"transport_us,omitempty"`
	// Why says why it is not known: [NoKernel], [OwnProxy].
	Why string `json:"why,omitempty"`
	// Rounds is how many rounds of the page were measured; the rest is of those.
	Rounds int   `json:"rounds"`
	Least  int64 `json:"least_us"`
	Lower  int64 `json:"lower_us"` // quartile
	Median int64 `json:"median_us"`
	Upper  int64 `json:"upper_us"` // quartile
	// Clock is how far the browser's clock is ahead, milliseconds, within half the least
	// round.
	Clock int64 `json:"clock_ms"`
}

// Why the transport's round trip is not known.
const (
	NoKernel = "kernel" // this system does not say
	OwnProxy = "proxy"  // a proxy of the service's own ends the connection
)

// Round is one round of the page.
type Round struct {
	Sent, Came time.Time
	// Clock is what the browser's clock showed when it answered, Unix milliseconds.
	Clock int64
}

// MaxRounds bounds how many rounds are measured.
const MaxRounds = 60

// Measure sums rounds up. transport is 0 where it is not known, and why says why.
func Measure(rounds []Round, transport time.Duration, why string) Path {
	p := Path{Transport: transport.Microseconds(), Why: why, Rounds: len(rounds)}
	if transport > 0 {
		p.Transport, p.Why = max(1, p.Transport), ""
	}
	if p.Rounds == 0 {
		return p
	}
	least := rounds[0]
	var took []int64
	for _, r := range rounds {
		if r.Came.Sub(r.Sent) < least.Came.Sub(least.Sent) {
			least = r
		}
		took = append(took, max(0, r.Came.Sub(r.Sent).Microseconds()))
	}
	slices.Sort(took)
	n := len(took)
	p.Least, p.Lower, p.Median, p.Upper = took[0], took[n/4], took[n/2], took[3*n/4]
	// The answer was written at the earliest when the question was sent and at the
	// latest when it came: the middle errs by half the round at most.
	middle := least.Sent.Add(least.Came.Sub(least.Sent) / 2)
	p.Clock = least.Clock - middle.UnixMilli()
	return p
}

// Limits of what is called apart.
const (
	// fewRounds is how many rounds it takes.
	fewRounds = 10
	// apartFrom is the least gap, microseconds: a page in a background tab of a slow
	// phone answers later than that now and then, but not every time.
	apartFrom = 30_000
)

// Gap is by how much the least round of the page exceeds the transport's,
// microseconds; false where the transport's is not known or too little was measured.
func (p Path) Gap() (int64, bool) {
	if p.Transport == 0 || p.Rounds < fewRounds {
		return 0, false
	}
	return max(0, p.Least-p.Transport), true
}

// Apart reports whether something between answers for the browser: the gap is large,
// and the rounds vary by less than it. known is false where that cannot be said.
func (p Path) Apart() (apart, known bool) {
	gap, known := p.Gap()
	return known && gap >= apartFrom && p.Upper-p.Least <= gap, known
}

// kmPerMS is how far a place can be at a round trip of a millisecond: light in fibre
// covers about 200 km in a millisecond, one way.
const kmPerMS = 100

// BoundKM is how far away whoever answers in a round trip of so many microseconds can
// be, kilometres.
func BoundKM(us int64) float64 { return kmPerMS * float64(us) / 1000 }

// Vantage is a place from which round trips are measured: where the service stands, or
// a further one.
type Vantage struct {
	Name     string  `yaml:"name" json:"name"`
	Lat      float64 `yaml:"latitude" json:"lat"`  // degrees
	Lon      float64 `yaml:"longitude" json:"lon"` // degrees
	RadiusKM float64 `yaml:"radius_km,omitempty" json:"radius_km,omitempty"`
	// URL is where browsers reach a further vantage point, "" for the service itself.
	URL string `yaml:"url,omitempty" json:"-"`
}

// maxName is how long the name of a vantage point may be, bytes: browsers carry it.
const maxName = 100

// Valid reports whether a vantage point is a point of the Earth.
func (v Vantage) Valid() bool {
	return v.Name != "" && len(v.Name) <= maxName && v.Lat >= -90 && v.Lat <= 90 && v.Lon >= -180 && v.Lon <= 180 && v.RadiusKM >= 0 && v.RadiusKM <= 20_100
}

// Way is what a further vantage point measured.
type Way struct {
	From Vantage `json:"from"` // as it was configured then
	Path Path    `json:"path"`
	// Addr is the address that it saw, invalid where a proxy stands before it.
	Addr netip.Addr `json:"addr,omitzero"`
}

// MaxVantages is how many further vantage points a check-in is measured from.
const MaxVantages = 8

// Disc is where the browser can be by a way measured from a vantage point; false where
// nothing was measured.
func (p Path) Disc(from Vantage) (Disc, bool) {
	return Disc{from.Lat, from.Lon, BoundKM(p.Least) + from.RadiusKM}, p.Rounds > 0
}

// TooFar reports whether a place so many kilometres from a vantage point, give or
// take the radii of both, cannot have answered in a round of the page.
func (p Path) TooFar(km, radii float64) bool {
	return p.Rounds > 0 && km-radii > BoundKM(p.Least)
}
