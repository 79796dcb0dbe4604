// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strings"
	"time"

	"daylight/activity"
	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

// mostTouches bounds how many are kept of one person: the oldest, as those of work go on.
const mostTouches = 20

// touch is a moment at which a person's own line or machine was seen.
type touch struct {
	at      time.Time
	what    string // at which step
	addr    netip.Addr
	machine []machine // what it is known by, all in the same way
	sent    bool      // it is one that the company sent
}

// machine is what a machine is known by, and in which way: what a meeting names, a serial
// number, and what a sign-in names cannot be held against each other.
type machine struct {
	way string
	id  record.Redacted
}

// newTouches says where and on what somebody was met, from application over calls and
// the first days to work: the place as coarse as the tables have it, the kind of network,
// and whether place and machine are those of before. It weighs nothing. Another machine
// is no break: a company's laptop is another than one's own; nor is another place, but
// for what [breaksLine] says of a step to the next. Of a protected person no place is named.
func newTouches(v *detect.View) []Moment {
	var out []Moment
	var placed *touch // the last that tells a place, and its network
	var there enrich.Network
	known := map[machine]touch{}
	reached := 0
	for _, t := range touchesOf(v) {
		var words []string
		broken := false
		if t.addr.IsValid() && !v.Protected {
			n, ok := v.Network(t.addr)
			where, tells := whereOf(v, n, ok, t.addr)
			words = append(words, where)
			if tells {
				if placed != nil {
					words = append(words, besides(v, t, n, *placed, there))
					broken = t.step() > reached && !v.Away(t.at) && breaksLine(n, there)
				}
				if broken {
					words = append(words, "a journey or a move would explain it")
				}
				placed, there = &t, n
				reached = max(reached, t.step())
			}
		}
		if m := machineOf(t, known); m != "" {
			words = append(words, m)
		}
		if len(words) > 0 {
			out = append(out, Moment{At: t.at.UTC(), Lane: "network", What: t.what + ": " + strings.Join(words, "; "), Break: broken})
		}
	}
	return out[:min(len(out), mostTouches)]
}

// step is which of the steps to work it belongs to, in their order.
func (t touch) step() int {
	switch {
	case strings.HasPrefix(t.what, "application"):
		return 1
	case strings.HasPrefix(t.what, "equipment"):
		return 3
	case strings.HasPrefix(t.what, "work"):
		return 4
	}
	return 2 // a call or a check-in
}

// apartKM is how far apart two places of one person have to be, beyond the errors of both,
// to break the line: what onb.mfa_enrol_elsewhere asks of an authenticator and a laptop.
const apartKM = 500

// breaksLine reports whether two places break the line from one step to the next: far apart,
// and over lines of two operators that both are known. One operator's lines may lead out
// in two places though nobody moved.
func breaksLine(a, b enrich.Network) bool {
	return a.AS != 0 && b.AS != 0 && a.AS != b.AS && enrich.DistanceKM(a.Lat, a.Lon, b.Lat, b.Lon)-a.RadiusKM-b.RadiusKM > apartKM
}

// touchesOf gathers them, the oldest first.
func touchesOf(v *detect.View) []touch {
	var out []touch
	var shipped []string
	for _, r := range v.Records {
		switch b := r.Body.(type) {
		case record.Person:
			if b.ClientAddr.IsValid() && !b.AppliedAt.IsZero() {
				out = append(out, touch{at: b.AppliedAt, what: "application", addr: b.ClientAddr})
			}
		case record.Call:
			t := touch{at: r.At, what: "call", addr: b.Addr}
			if b.Left.Equal(r.At) {
				t.what = "check-in" // which notes its line in one instant
			}
			for _, id := range b.Identifiers() {
				t.machine = append(t.machine, machine{"call", id.Value})
			}
			out = append(out, t)
		case record.Shipment:
			if b.Serial != "" {
				shipped = append(shipped, b.Serial)
			}
		case record.Device:
			if b.Fact != record.Enrolled {
				continue
			}
			t := touch{at: r.At, what: "equipment, first switched on", sent: slices.Contains(shipped, b.Serial)}
			t.addr, _ = netip.ParseAddr(b.Addr) // an empty one is no address
			if b.Serial != "" {
				t.machine = []machine{{"serial", record.Redacted(b.Serial)}}
			}
			out = append(out, t)
		default: // nothing else is seen on a line or a machine
		}
	}
	out = append(out, atWork(v)...)
	slices.SortStableFunc(out, func(a, b touch) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.what, b.what)) })
	return slices.DeleteFunc(out, func(t touch) bool { return t.at.IsZero() })
}

// atWork are the first sign-in, each first one from elsewhere, and the first use of each
// machine. What comes after the first changes nothing, so the line of somebody who goes
// on working stays as it is.
func atWork(v *detect.View) []touch {
	if v.Profile == nil {
		return nil
	}
	var out []touch
	nets := v.Profile.Networks()
	slices.SortStableFunc(nets, func(a, b activity.NetworkUse) int {
		return cmp.Or(a.First.At.Compare(b.First.At), a.Addr.Compare(b.Addr))
	})
	var last *enrich.Network
	for i, u := range nets {
		n, ok := v.Network(u.Addr)
		_, tells := whereOf(v, n, ok, u.Addr)
		switch {
		case i == 0:
			out = append(out, touch{at: u.First.At, what: "work, first sign-in or other activity", addr: u.Addr})
		case tells && last != nil && elsewhere(n, *last):
			out = append(out, touch{at: u.First.At, what: "work", addr: u.Addr})
		}
		if tells {
			last = &n
		}
	}
	for _, d := range v.Profile.Devices(activity.EndpointDevice) {
		out = append(out, touch{at: d.First.At, what: "work, first use of a machine", machine: []machine{{"work", record.Redacted(d.ID)}}})
	}
	return out
}

// whereOf words where a line led out, and whether that tells where its user was.
func whereOf(v *detect.View, n enrich.Network, known bool, a netip.Addr) (words string, tells bool) {
	switch {
	case v.Company.Deploys(n, a):
		return "over the company's own network", false
	case !known:
		return "over a network that no table knows", false
	case n.Class.Anonymous():
		return "over " + n.Class.Words() + ", which hides where its user is", false
	case !n.Class.Personal() && n.Class != enrich.Business && n.Class != enrich.Education:
		return "over " + n.Class.Words() + ", which may lead out far from its user", false
	case !n.HasPoint:
		return "over " + n.Class.Words() + ", for which the tables have no place", false
	case n.City == "":
		return "over " + n.Class.Words() + ", at a place without a name in the tables", true
	}
	return "from " + n.City + ", over " + n.Class.Words(), true
}

func elsewhere(a, b enrich.Network) bool {
	return enrich.DistanceKM(a.Lat, a.Lon, b.Lat, b.Lon)-a.RadiusKM-b.RadiusKM > ArrivalKM
}

// besides words a place beside the one before.
func besides(v *detect.View, t touch, n enrich.Network, before touch, there enrich.Network) string {
	if !elsewhere(n, there) {
		return "the same region as before"
	}
	km, errs := enrich.DistanceKM(n.Lat, n.Lon, there.Lat, there.Lon), n.RadiusKM+there.RadiusKM
	out := fmt.Sprintf("%s km from that of %s, errors %s km together", count(int(math.Round(km))), day(before.at), count(int(math.Round(errs))))
	if v.Away(t.at) {
		out += ", in an absence that was declared"
	}
	return out
}

// machineOf words the machine beside those before that are known in the same way.
func machineOf(t touch, known map[machine]touch) string {
	if len(t.machine) == 0 {
		return ""
	}
	last := machine{way: t.machine[0].way}
	words := "the first machine that is named in this way"
	if before, ok := known[last]; ok {
		words = "another machine than on " + day(before.at)
	}
	for _, m := range t.machine {
		if before, ok := known[m]; ok {
			words = "the same machine as on " + day(before.at)
		}
		known[m] = t
	}
	known[last] = t
	if t.sent {
		words = "the machine that was sent"
	}
	return words
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
