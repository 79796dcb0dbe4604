// SPDX-License-Identifier: Apache-2.0

package report

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/activity"
	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

// TestTouches is one person from application to work, checked by hand: they apply and
// are called in Boise, then from Austin on another machine, and work from both. Boise to
// Austin is 2,203 km by the haversine on these coordinates; the errors are 20 km each.
func TestTouches(t *testing.T) {
	at := func(d int) time.Time { return time.Date(2026, 3, d, 12, 0, 0, 0, time.UTC) }
	addr := netip.MustParseAddr
	boise := enrich.Network{Class: enrich.Residential, City: "Boise", Lat: 43.62, Lon: -116.20, RadiusKM: 20, HasPoint: true}
	austin := enrich.Network{Class: enrich.Residential, City: "Austin", Lat: 30.27, Lon: -97.74, RadiusKM: 20, HasPoint: true}
	vpn, phone, bare := boise, boise, enrich.Network{Class: enrich.Residential}
	vpn.Class, phone.Class = enrich.VPN, enrich.Mobile
	facts := enrich.NewFacts()
	for a, n := range map[string]enrich.Network{"192.0.2.1": boise, "192.0.2.2": vpn, "192.0.2.3": phone, "192.0.2.4": bare, "198.51.100.1": austin} {
		facts.Networks[addr(a)] = n
	}
	var p activity.Profile
	for d, a := range map[int]string{10: "198.51.100.1", 11: "192.0.2.1", 12: "192.0.2.1", 13: "198.51.100.1"} {
		p.Add(&record.Event{At: at(d).UnixMilli(), Class: record.SignIns, Act: record.SignIn, Addr: addr(a)})
	}
	call := func(a, mac string) record.Call { return record.Call{Addr: addr(a), MAC: mac, Left: at(30)} }
	v := &detect.View{
		Subject: "w-1", AsOf: at(20), Profile: &p, Facts: facts,
		Records: []record.Record{
			{At: at(1), Body: record.Person{AppliedAt: at(1), ClientAddr: addr("192.0.2.1")}},
			{At: at(2), Body: call("192.0.2.1", "3c:52:82:00:00:01")},
			{At: at(3), Body: record.Call{Addr: addr("192.0.2.4"), Left: at(3)}},
			{At: at(4), Body: call("192.0.2.2", "3c:52:82:00:00:01")},
			{At: at(5), Body: call("198.51.100.1", "3c:52:82:00:00:02")},
			{At: at(6), Body: call("192.0.2.3", "")},
			{At: at(7), Body: call("203.0.113.9", "")},
			{At: at(8), Body: record.Shipment{Serial: "S-1", ShippedAt: at(8)}},
			{At: at(9), Body: record.Device{Fact: record.Enrolled, Serial: "S-1", Addr: "198.51.100.1"}},
			{At: at(14), Body: record.Device{Fact: record.Enrolled, Serial: "S-2"}},
			{At: at(15), Body: record.Device{Fact: record.Software, Serial: "S-3", Addr: "192.0.2.1"}},
		},
	}
	want := []string{
		"2026-03-01 application: from Boise, over home broadband",
		"2026-03-02 call: from Boise, over home broadband; the same region as before; the first machine that is named in this way",
		"2026-03-03 check-in: over home broadband, for which the tables have no place",
		"2026-03-04 call: over a commercial VPN, which hides where its user is; the same machine as on 2026-03-02",
		"2026-03-05 call: from Austin, over home broadband; 2,203 km from that of 2026-03-02, errors 40 km together; another machine than on 2026-03-04",
		"2026-03-06 call: over a mobile network, which may lead out far from its user",
		"2026-03-07 call: over a network that no table knows",
		"2026-03-09 equipment, first switched on: from Austin, over home broadband; the same region as before; the machine that was sent",
		"2026-03-10 work, first sign-in or other activity: from Austin, over home broadband; the same region as before",
		"2026-03-11 work: from Boise, over home broadband; 2,203 km from that of 2026-03-10, errors 40 km together",
		"2026-03-14 equipment, first switched on: another machine than on 2026-03-09",
	}
	said := func() (out []string) {
		for _, m := range newTouches(v) {
			if m.Break {
				t.Errorf("a change by itself is drawn as a break: %s", m.What)
			}
			out = append(out, day(m.At)+" "+m.What)
		}
		return out
	}
	if got := said(); !slices.Equal(got, want) {
		t.Errorf("the line is\n%q, want\n%q", got, want)
	}

	data, err := EncodeDossier(&Subject{ID: "w-1", Touches: newTouches(v)})
	if err != nil {
		t.Fatal(err)
	}
	if back, err := DecodeDossier(data); err != nil || !slices.Equal(back.Touches, newTouches(v)) {
		t.Errorf("what is kept of it: %v, %v", back, err)
	}

	v.Company = &detect.Company{Egress: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}}
	if got := said(); !slices.Contains(got, "2026-03-10 work, first sign-in or other activity: over the company's own network") {
		t.Errorf("the company's own network is held against a place: %q", got)
	}
	v.Company = nil
	away, _ := v.Records[0].Body.(record.Person)
	away.Absences = []record.Absence{{From: record.DateOf(at(11)), To: record.DateOf(at(11))}}
	v.Records[0].Body = away
	if got := said(); len(got) < 10 || got[9] != want[9]+", in an absence that was declared" {
		t.Errorf("a declared absence is not said: %q", got)
	}
	v.Protected = true
	if got, want := said(), []string{
		"2026-03-02 call: the first machine that is named in this way", "2026-03-04 call: the same machine as on 2026-03-02",
		"2026-03-05 call: another machine than on 2026-03-04", "2026-03-09 equipment, first switched on: the machine that was sent",
		"2026-03-14 equipment, first switched on: another machine than on 2026-03-09",
	}; !slices.Equal(got, want) {
		t.Errorf("of a protected person is said\n%q, want\n%q", got, want)
	}
}

// TestTouchesBreak holds which change of place from one step to the next breaks the line:
// far beyond the errors, over another operator's line, and in no declared absence. A
// machine never does, nor does a place within one step or back at an earlier one.
func TestTouchesBreak(t *testing.T) {
	at := func(d int) time.Time { return time.Date(2026, 3, d, 12, 0, 0, 0, time.UTC) }
	home := enrich.Network{Class: enrich.Residential, City: "Boise", Lat: 43.62, Lon: -116.20, RadiusKM: 20, HasPoint: true, AS: 64496}
	far := enrich.Network{Class: enrich.Residential, City: "Austin", Lat: 30.27, Lon: -97.74, RadiusKM: 20, HasPoint: true, AS: 64497}
	with := func(n enrich.Network, change func(*enrich.Network)) enrich.Network { change(&n); return n }
	applied := record.Record{At: at(1), Body: record.Person{AppliedAt: at(1), ClientAddr: netip.MustParseAddr("192.0.2.1")}}
	call := func(d int, a string) record.Record {
		return record.Record{At: at(d), Body: record.Call{Addr: netip.MustParseAddr(a), MAC: "3c:52:82:00:00:0" + a[len(a)-1:], Left: at(30)}}
	}
	boot := func(d int, a string) record.Record {
		return record.Record{At: at(d), Body: record.Device{Fact: record.Enrolled, Serial: "S-1", Addr: a}}
	}
	const here, there = "192.0.2.1", "198.51.100.2"
	for name, c := range map[string]struct {
		second  enrich.Network
		records []record.Record
		absent  bool
		breaks  int
	}{
		"a call from elsewhere":             {far, []record.Record{applied, call(2, there)}, false, 1},
		"and the equipment there too":       {far, []record.Record{applied, call(2, there), boot(3, there)}, false, 1},
		"and the equipment back home":       {far, []record.Record{applied, call(2, there), boot(3, here)}, false, 2},
		"within one step":                   {far, []record.Record{applied, call(2, here), call(3, there)}, false, 0},
		"back at an earlier step":           {far, []record.Record{applied, boot(2, here), call(3, there)}, false, 0},
		"in an absence":                     {far, []record.Record{applied, call(2, there)}, true, 0},
		"one operator":                      {with(far, func(n *enrich.Network) { n.AS = home.AS }), []record.Record{applied, call(2, there)}, false, 0},
		"an operator that is not known":     {with(far, func(n *enrich.Network) { n.AS = 0 }), []record.Record{applied, call(2, there)}, false, 0},
		"over a VPN":                        {with(far, func(n *enrich.Network) { n.Class = enrich.VPN }), []record.Record{applied, call(2, there)}, false, 0},
		"over a mobile network":             {with(far, func(n *enrich.Network) { n.Class = enrich.Mobile }), []record.Record{applied, call(2, there)}, false, 0},
		"within the errors":                 {with(far, func(n *enrich.Network) { n.RadiusKM = 1700 }), []record.Record{applied, call(2, there)}, false, 0},
		"another machine at the same place": {home, []record.Record{applied, call(2, here), call(3, there)}, false, 0},
		// 1.2 degrees of latitude are 133 km: another region, and no break.
		"the next region": {with(home, func(n *enrich.Network) { n.Lat, n.AS = 44.82, 64497 }), []record.Record{applied, call(2, there)}, false, 0},
	} {
		facts := enrich.NewFacts()
		facts.Networks[netip.MustParseAddr(here)], facts.Networks[netip.MustParseAddr(there)] = home, c.second
		v := &detect.View{Subject: "w-1", AsOf: at(20), Facts: facts, Records: slices.Clone(c.records)}
		if c.absent {
			b, _ := v.Records[0].Body.(record.Person)
			b.Absences = []record.Absence{{From: record.DateOf(at(2)), To: record.DateOf(at(2))}}
			v.Records[0].Body = b
		}
		breaks := 0
		for _, m := range newTouches(v) {
			if m.Break {
				breaks++
			}
			if m.Break != strings.Contains(m.What, "would explain it") {
				t.Errorf("%s: a break without what would explain it, or that without a break: %q", name, m.What)
			}
		}
		if breaks != c.breaks {
			t.Errorf("%s: %d breaks, want %d: %v", name, breaks, c.breaks, newTouches(v))
		}
	}
}
