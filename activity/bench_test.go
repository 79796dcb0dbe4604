// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"daylight/record"
)

// company is a stream of events of many subjects in the order of time, as an
// export has them: decoded, with byte slices that are reused.
type company struct {
	subjects []int32
	events   []record.Event
}

// newCompany makes n events over 90 days by the given number of subjects: each
// has a home address, an office address, a laptop and two agents.
func newCompany(subjects, n int) *company {
	c := &company{subjects: make([]int32, n), events: make([]record.Event, n)}
	rng := lcg(1)
	start := int64(1_767_225_600_000) // 2026-01-01
	agents := [][]byte{[]byte("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"), []byte("slack-desktop/4.40")}
	devices := make([][]byte, subjects)
	for i := range devices {
		devices[i] = []byte("guo" + hex16(mix(uint64(i))) + "0h7")
	}
	for i := range n {
		s := int(rng.next() % uint64(subjects))
		at := start + int64(i)*90*dayMillis/int64(n)
		addr := [4]byte{203, byte(s >> 16), byte(s >> 8), byte(s)}
		if rng.next()%4 == 0 {
			addr = [4]byte{198, 51, 100, byte(s >> 12)}
		}
		class := record.Class(rng.next() % 3)
		e := record.Event{At: at, Class: class, Act: record.Other, Addr: netip.AddrFrom4(addr), Pos: record.Locus{Pos: uint64(i)}}
		switch class {
		case record.SignIns:
			e.Act, e.Device, e.Agent = record.SignIn, devices[s], agents[0]
			e.Session = binary.BigEndian.AppendUint32(nil, uint32(s))
		case record.Chat:
			e.Act, e.Agent = record.Message, agents[1]
		case record.Code:
			e.Act = record.Push
		case record.Meeting, record.Endpoint, record.Classes: // not made here
		}
		c.subjects[i], c.events[i] = int32(s), e
	}
	return c
}

type lcg uint64

func (l *lcg) next() uint64 {
	*l = *l*6364136223846793005 + 1442695040888963407
	return mix(uint64(*l))
}

func BenchmarkFold(b *testing.B) {
	for _, size := range []struct {
		name     string
		subjects int
		events   int
	}{{"1k_subjects", 1000, 200_000}, {"20k_subjects", 20_000, 2_000_000}} {
		b.Run(size.name, func(b *testing.B) {
			c := newCompany(size.subjects, size.events)
			b.ReportAllocs()
			for b.Loop() {
				f := NewFold(size.subjects)
				for i := range c.events {
					f.Add(int(c.subjects[i]), &c.events[i])
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(size.events), "ns/event")
		})
	}
}

// BenchmarkReadings reads everything out of one busy profile.
func BenchmarkReadings(b *testing.B) {
	var p Profile
	c := newCompany(1, 20_000)
	for i := range c.events {
		p.Add(&c.events[i])
	}
	zone := time.FixedZone("", -5*3600)
	for _, r := range []struct {
		name string
		read func()
	}{
		{"rhythm", func() { Rhythm(&p, zone, nil, time.Time{}, time.Time{}) }},
		{"sleep", func() { Sleep(&p, zone, time.Time{}, time.Time{}) }},
		{"season", func() { Season(&p, zone, time.Time{}, time.Time{}) }},
		{"shifts", func() { Shifts(&p, zone, time.Time{}, time.Time{}, 1) }},
		{"networks", func() { p.Networks() }},
	} {
		b.Run(r.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r.read()
			}
		})
	}
}

// BenchmarkFoldNaively is the same as BenchmarkFold with a map of sets a subject,
// the least that answers which quarter-hours, addresses and devices were seen.
func BenchmarkFoldNaively(b *testing.B) {
	const subjects, events = 20_000, 1_000_000
	type sets struct {
		quarters map[int32]struct{}
		networks map[netip.Addr]map[int32]struct{}
		devices  map[string]map[int32]struct{}
	}
	c := newCompany(subjects, events)
	b.ReportAllocs()
	for b.Loop() {
		all := map[int32]*sets{}
		for i := range c.events {
			e := &c.events[i]
			s := all[c.subjects[i]]
			if s == nil {
				s = &sets{map[int32]struct{}{}, map[netip.Addr]map[int32]struct{}{}, map[string]map[int32]struct{}{}}
				all[c.subjects[i]] = s
			}
			q := int32(e.At / quarterMillis)
			s.quarters[q] = struct{}{}
			if s.networks[e.Addr] == nil {
				s.networks[e.Addr] = map[int32]struct{}{}
			}
			s.networks[e.Addr][q] = struct{}{}
			for _, id := range [][]byte{e.Device, e.Agent} {
				if len(id) == 0 {
					continue
				}
				if s.devices[string(id)] == nil {
					s.devices[string(id)] = map[int32]struct{}{}
				}
				s.devices[string(id)][q] = struct{}{}
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/events, "ns/event")
}
