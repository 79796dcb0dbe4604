// SPDX-License-Identifier: Apache-2.0

package link

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"daylight/record"
)

// size is the number of subjects that the benchmarks work in. The target, one
// record into a million in less than 5 ms, is measured with -subjects=1000000.
var size = flag.Int("subjects", 100_000, "subjects in the benchmarks' graph")

// crowd is a company of n: each has a telephone, a mailbox, an account and a
// picture; every fourth lives with another, every tenth account has a second
// holder, one in twenty sits behind an office.
func crowd(n int) []Subject {
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([]Subject, n)
	for i := range out {
		s := person("s"+strconv.Itoa(i), "", hold(record.Email, strconv.Itoa(i)), hold(record.Phone, strconv.Itoa(i)))
		s.Names = []record.Name{record.NewName(fmt.Sprintf("Given%d Family%d", rng.IntN(5000), rng.IntN(5000)))}
		account, door, line := i, i, network(strconv.Itoa(i), 1, 2, 3, 4, 5)
		if i%10 == 1 {
			account = i - 1
		}
		if i%4 == 1 {
			door = i - 1
		}
		if i%20 == 0 {
			line = network("office"+strconv.Itoa(rng.IntN(n/2000+1)), 1, 2, 3, 4, 5)
		}
		h := hold(record.PostalAddress, strconv.Itoa(door))
		h.Home = true
		s.Holds = append(s.Holds, hold(record.BankAccount, strconv.Itoa(account)), h, line, photo(rng.Uint64(), 60))
		out[i] = s
	}
	return out
}

// newcomer shares an account, a door and nearly a picture with three others.
func newcomer(people []Subject, i int) Subject {
	s := person("newcomer", "Aroha Ngata", hold(record.Email, "newcomer"),
		people[i%len(people)].Holds[2], people[(i+7)%len(people)].Holds[3])
	pic := people[(i+99)%len(people)].Holds[5]
	h, _ := strconv.ParseUint(pic.Value.Reveal(), 16, 64)
	s.Holds = append(s.Holds, photo(h^0b1011, 60))
	return s
}

func BenchmarkBuild(b *testing.B) {
	people := crowd(*size)
	b.ReportAllocs()
	for b.Loop() {
		build(people, options())
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(*size), "ns/subject")
}

// BenchmarkAdd is one record into a standing graph and out again, with the edges
// of the newcomer read; beside it, what building all again would cost is
// BenchmarkBuild.
func BenchmarkAdd(b *testing.B) {
	people := crowd(*size)
	g := build(people, options())
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		g.Add(newcomer(people, i*1009))
		if len(g.Edges("newcomer")) < 3 {
			b.Fatal("the newcomer shares too little")
		}
		i++
	}
}

// BenchmarkAddRecord adds one record to somebody who is in the graph: an account
// that another has, to a person with a telephone, a mailbox, a picture and wording
// in common with a third. Beside it, in the same run, is building all again.
func BenchmarkAddRecord(b *testing.B) {
	const aim = 5 * time.Millisecond
	people := crowd(*size)
	start := time.Now()
	g := build(people, options())
	rebuild := time.Since(start)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		at, other := i*1009%len(people), (i*1009+len(people)/2)%len(people)
		s, text := people[at], Shared{A: people[at].ID, B: people[other].ID, Via: record.ResumeText, Text: Overlap{Share: .4, ShareOther: .4, Nats: 100}}
		record := people[other].Holds[2]
		s.Holds = append(slices.Clip(s.Holds), record)
		g.Add(s)
		if err := g.AddOverlaps([]Shared{text}); err != nil {
			b.Fatal(err)
		}
		if token := g.Token(record.Identifier); !slices.ContainsFunc(g.Edges(s.ID), func(e Edge) bool { return e.Other == text.B && e.Value == token }) {
			b.Fatal("the record is not in the graph")
		}
		i++
	}
	each := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(rebuild.Seconds()*1000, "ms-rebuild")
	b.ReportMetric(float64(rebuild)/float64(each), "rebuild/add")
	if each > aim {
		b.Errorf("one record took %v, more than %v", each, aim)
	}
}

// BenchmarkPicture compares the index with comparing all.
func BenchmarkPicture(b *testing.B) {
	g := build(crowd(*size), options())
	all := make([]uint64, 0, *size)
	for h := range g.pictures.holders {
		all = append(all, h)
	}
	b.Run("index", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			found := 0
			g.pictures.near(all[i%len(all)]^1, func(uint64, int) bool { found++; return true })
			if found == 0 {
				b.Fatal("not found")
			}
			i++
		}
	})
	b.Run("all", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			if naive(all, all[i%len(all)]^1) == 0 {
				b.Fatal("not found")
			}
			i++
		}
	})
}
