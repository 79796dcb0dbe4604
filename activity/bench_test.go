// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"encoding/binary"
	"net/netip"
	"testing"

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
