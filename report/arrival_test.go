// SPDX-License-Identifier: Apache-2.0

package report

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"daylight/activity"
	"daylight/detect"
	"daylight/enrich"
	"daylight/pipeline"
	"daylight/record"
	"daylight/weigh"
)

// arrived is a person of Boise whose laptop was sent to Austin, first switched on at
// one address and followed by a first sign-in from another. Boise to Austin is
// 2,207 km by the haversine on these coordinates.
func arrived(t *testing.T, boot, first enrich.Network, change func(*detect.View)) *Subject {
	t.Helper()
	day := func(d int) time.Time { return time.Date(2026, 3, d, 12, 0, 0, 0, time.UTC) }
	home, sent := record.Address{City: "Boise", Country: record.NewCountry("US")}, record.Address{City: "Austin", Country: record.NewCountry("US")}
	facts := enrich.NewFacts()
	facts.Places[home.Place()] = enrich.Place{Name: "Boise", Lat: 43.62, Lon: -116.20, RadiusKM: 15, Country: record.NewCountry("US")}
	facts.Places[sent.Place()] = enrich.Place{Name: "Austin", Lat: 30.27, Lon: -97.74, RadiusKM: 20, Country: record.NewCountry("US")}
	facts.Networks[netip.MustParseAddr("192.0.2.1")], facts.Networks[netip.MustParseAddr("198.51.100.1")] = boot, first
	var p activity.Profile
	p.Add(&record.Event{At: day(4).UnixMilli(), Class: record.SignIns, Act: record.SignIn, Addr: netip.MustParseAddr("198.51.100.1")})
	v := &detect.View{
		Subject: "w-1", AsOf: day(20), Profile: &p, Facts: facts,
		Records: []record.Record{
			{ID: "r1", At: day(1), Body: record.Person{Stage: record.Worker, Address: home}},
			{ID: "r2", At: day(2), Body: record.Shipment{Address: sent, ShippedAt: day(2), DeliveredAt: day(3)}},
			{ID: "r3", At: day(3), Body: record.Device{Fact: record.Enrolled, Addr: "192.0.2.1"}},
		},
	}
	if change != nil {
		change(v)
	}
	res := &pipeline.Result{Subjects: []*pipeline.Subject{{View: v, Ring: -1, Assessment: weigh.Assessment{Subject: "w-1", State: weigh.Clear}}}}
	return Build(res, weigh.DefaultPolicy(), nil, "test").Subjects[0]
}

func TestArrival(t *testing.T) {
	us, pl := record.NewCountry("US"), record.NewCountry("PL")
	austin := enrich.Network{Class: enrich.Residential, City: "Austin", Lat: 30.3, Lon: -97.7, RadiusKM: 20, HasPoint: true, Country: us}
	boise := enrich.Network{Class: enrich.Residential, City: "Boise", Lat: 43.6, Lon: -116.2, RadiusKM: 20, HasPoint: true, Country: us}
	vpn := boise
	vpn.Class = enrich.VPN
	mobile := austin
	mobile.Class = enrich.Mobile
	abroad := enrich.Network{Class: enrich.Residential, Country: pl}
	for name, c := range map[string]struct {
		boot, first enrich.Network
		change      func(*detect.View)
		want        []string // what, with, answer
	}{
		"sent elsewhere and used there": {austin, austin, nil, []string{
			firstSwitchOn + "|" + ShippedPlace + "|fits", firstSwitchOn + "|" + StatedPlace + "|elsewhere",
			"equipment delivered|" + StatedPlace + "|elsewhere", firstSignIn + "|" + StatedPlace + "|elsewhere",
		}},
		"carried home first": {boise, boise, nil, []string{
			firstSwitchOn + "|" + ShippedPlace + "|elsewhere", firstSwitchOn + "|" + StatedPlace + "|fits",
			"equipment delivered|" + StatedPlace + "|elsewhere", firstSignIn + "|" + StatedPlace + "|fits",
		}},
		"a VPN and a telephone say nothing": {vpn, mobile, nil, []string{
			firstSwitchOn + "|" + ShippedPlace + "|says nothing", firstSwitchOn + "|" + StatedPlace + "|says nothing",
			"equipment delivered|" + StatedPlace + "|elsewhere", firstSignIn + "|" + StatedPlace + "|says nothing",
		}},
		"a country alone": {abroad, austin, nil, []string{
			firstSwitchOn + "|" + ShippedPlace + "|elsewhere", firstSwitchOn + "|" + StatedPlace + "|elsewhere",
			"equipment delivered|" + StatedPlace + "|elsewhere", firstSignIn + "|" + StatedPlace + "|elsewhere",
		}},
		"a declared journey": {austin, austin, func(v *detect.View) {
			b, _ := v.Records[0].Body.(record.Person)
			b.Absences = []record.Absence{{From: record.DateOf(v.Records[0].At), To: record.DateOf(v.AsOf)}}
			v.Records[0].Body = b
		}, []string{
			firstSwitchOn + "|" + ShippedPlace + "|says nothing", firstSwitchOn + "|" + StatedPlace + "|says nothing",
			"equipment delivered|" + StatedPlace + "|elsewhere", firstSignIn + "|" + StatedPlace + "|says nothing",
		}},
		"the company's network": {austin, austin, func(v *detect.View) {
			v.Company = &detect.Company{Egress: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24")}}
		}, []string{
			firstSwitchOn + "|" + ShippedPlace + "|says nothing", firstSwitchOn + "|" + StatedPlace + "|says nothing",
			"equipment delivered|" + StatedPlace + "|elsewhere", firstSignIn + "|" + StatedPlace + "|says nothing",
		}},
		"a protected person": {austin, austin, func(v *detect.View) { v.Protected = true }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := arrived(t, c.boot, c.first, c.change)
			var got []string
			for _, a := range s.Arrival {
				got = append(got, a.What+"|"+a.With+"|"+string(a.Answer))
				if a.Why == "" || a.At.IsZero() {
					t.Errorf("%+v", a)
				}
			}
			if !sameWords(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
			data, err := EncodeDossier(s)
			if err != nil {
				t.Fatal(err)
			}
			if back, err := DecodeDossier(data); err != nil || len(back.Arrival) != len(s.Arrival) || len(back.Journey) == 0 {
				t.Errorf("%v: %d comparisons, %d moments", err, len(back.Arrival), len(back.Journey))
			}
		})
	}
}

func sameWords(a, b []string) bool {
	seen := map[string]int{}
	for _, w := range a {
		seen[w]++
	}
	for _, w := range b {
		seen[w]--
	}
	for _, n := range seen {
		if n != 0 {
			return false
		}
	}
	return true
}

// TestLineOfClear holds that there is a line of somebody who is clear, that it names
// other contact points, and that it does not change whenever they work.
func TestLineOfClear(t *testing.T) {
	day := func(d, h int) time.Time { return time.Date(2026, 3, d, h, 0, 0, 0, time.UTC) }
	build := func(hour int) *Subject {
		var p activity.Profile
		for _, at := range []time.Time{day(4, 9), day(9, hour)} {
			p.Add(&record.Event{At: at.UnixMilli(), Class: record.SignIns, Act: record.SignIn})
		}
		facts := enrich.NewFacts()
		facts.Mail["post.example"], facts.Mail["firm.example"] = enrich.MailFree, enrich.MailOrdinary
		v := &detect.View{Subject: "w-1", AsOf: day(20, 0), Profile: &p, Facts: facts, Records: []record.Record{
			{ID: "r1", At: day(1, 0), Body: record.Person{AppliedAt: day(1, 0), Emails: []record.Redacted{"ada@post.example"}, Phones: []record.Redacted{"+15550100", "+15550101"}, Address: record.Address{Line: "1 Quay", City: "Boise"}}},
			{ID: "r2", At: day(2, 0), Body: record.Person{Emails: []record.Redacted{"ada@firm.example", "ada@post.example"}, Phones: []record.Redacted{"+15550101"}, Address: record.Address{Line: "1, Quay", City: "Boise"}}},
			{ID: "r3", At: day(3, 0), Body: record.Person{Emails: []record.Redacted{"oke@post.example"}, Phones: []record.Redacted{"+15550102"}, Address: record.Address{Line: "2 Quay", City: "Boise"}}},
		}}
		res := &pipeline.Result{Subjects: []*pipeline.Subject{{View: v, Ring: -1, Assessment: weigh.Assessment{Subject: "w-1", State: weigh.Clear}}}}
		return Build(res, weigh.DefaultPolicy(), nil, "test").Subjects[0]
	}
	s := build(10)
	var got []string
	for _, m := range s.Journey {
		got = append(got, m.At.Format("2 15 ")+m.What)
	}
	want := []string{"1 00 applied", "3 00 another private mailbox on record", "3 00 another telephone number on record", "3 00 another address on record", "4 09 first activity", "9 00 latest activity"}
	if !sameWords(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	a, err := EncodeDossier(s)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := EncodeDossier(build(15)); err != nil || string(a) != string(b) {
		t.Errorf("%v: an hour later the same day is another dossier", err)
	}
	if line, err := DrawJourney(s, nil, day(20, 0)); err != nil || line == "" || strings.Contains(string(line), "@") {
		t.Errorf("%v: nothing is drawn, or a mailbox is named: %s", err, line)
	}
}

// TestOneErrorOfOnePlace holds that the way of the equipment and the comparison of the
// first days give a delivery one distance from the stated place, with one error.
func TestOneErrorOfOnePlace(t *testing.T) {
	austin := enrich.Network{Class: enrich.Residential, City: "Austin", Lat: 30.3, Lon: -97.7, RadiusKM: 20, HasPoint: true, Country: record.NewCountry("US")}
	s := arrived(t, austin, austin, nil)
	// Boise to Austin is 2,203 km by the haversine on the coordinates of [arrived].
	const want = "2,203 km away, errors 35 km together"
	found := 0
	for _, stop := range s.Equipment {
		if stop.What != delivered {
			continue
		}
		if got := stop.Apart(s.Claimed); got != want {
			t.Errorf("on the way: %q, want %q", got, want)
		}
		found++
	}
	for _, c := range s.Arrival {
		if c.What != delivered {
			continue
		}
		if c.Why != want {
			t.Errorf("compared: %q, want %q", c.Why, want)
		}
		found++
	}
	if found != 2 {
		t.Errorf("the delivery stands in %d places, want 2", found)
	}
}
