// SPDX-License-Identifier: Apache-2.0

package link

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"daylight/record"
)

// everybody builds n people who each hold the same values of one type, and one
// of their own.
func everybody(n, values int) []Subject {
	out := make([]Subject, n)
	for i := range out {
		holds := []Holding{hold(record.Phone, strconv.Itoa(i))}
		for v := range values {
			holds = append(holds, hold(record.Email, fmt.Sprintf("%04d@example.com", v)))
		}
		out[i] = person(fmt.Sprintf("s%03d", i), fmt.Sprintf("Given%d Family%d", i, i), holds...)
	}
	return out
}

// People with one cell of 3,000 addresses have three edges with each other,
// not of three thousand, and the graph says what it left out.
func TestManyValuesInOneCell(t *testing.T) {
	const people, values = 4, 3000
	all := everybody(people, values)
	g := build(all, options())
	for i, s := range all {
		if got, want := len(g.Edges(s.ID)), (people-1)*maxShares; got != want {
			t.Fatalf("%s has %d edges, want %d", s.ID, got, want)
		}
		left := g.Surplus(s.ID)
		if len(left) != 1 || left[0].Type != record.Email || left[0].Count != values-MaxValues || left[0].Cite.Locator != "email 0050@example.com" {
			t.Fatalf("%s leaves out %+v", s.ID, left)
		}
		slices.Reverse(all[i].Holds)
	}
	if d := len(g.values); d != people+MaxValues {
		t.Errorf("%d values are kept, want %d", d, people+MaxValues)
	}
	looked := 0
	for m, e := range g.shares(0, nil) {
		if m == 0 || e.Holders != people {
			t.Fatalf("a share with %d: %+v", m, e)
		}
		looked++
	}
	if want := (people - 1) * MaxValues; looked != want {
		t.Errorf("%d shares are weighed, want %d", looked, want)
	}
	looked = 0
	for range g.strong(0) {
		looked++
	}
	if looked != people-1 {
		t.Errorf("%d strong neighbours, want each of %d once", looked, people-1)
	}
	for _, s := range all { // now in another order
		again := build(all, options())
		if len(again.Edges(s.ID)) != len(g.Edges(s.ID)) || again.Edges(s.ID)[0].Value != g.Edges(s.ID)[0].Value || !slices.Equal(again.Surplus(s.ID), g.Surplus(s.ID)) {
			t.Fatalf("%s: the order of values decides what is taken", s.ID)
		}
	}
}

// Of more networks than are taken, those used most are, wherever they stand.
func TestMostUsedNetworksAreTaken(t *testing.T) {
	var holds []Holding
	for i := range 3 * MaxValues {
		holds = append(holds, network(fmt.Sprintf("2001:db8::%d", i), 1))
	}
	often := network("2001:db8::ffff", 1, 2, 3, 4, 5)
	g := build([]Subject{person("x", "Amara Okafor", append(holds, often)...), person("y", "Mateo Quispe", often)}, options())
	if e := g.Edges("x"); len(e) != 1 || e[0].Days != 5 {
		t.Errorf("edges: %+v", e)
	}
	if left := g.Surplus("x"); len(left) != 1 || left[0].Count != 2*MaxValues+1 {
		t.Errorf("left out: %+v", left)
	}
}

func TestPicturesAreBounded(t *testing.T) {
	var holds []Holding
	for i := range uint64(2 * MaxValues) {
		holds = append(holds, photo(i<<40|1, 30))
	}
	g := build([]Subject{person("x", "Amara Okafor", append(holds, photo(0xabcd<<20, 90))...)}, options())
	n := g.nodes[0]
	if len(n.pictures) != MaxValues || n.pictures[0].hash != 0xabcd<<20 {
		t.Errorf("%d pictures, the first %x", len(n.pictures), n.pictures[0].hash)
	}
	if left := g.Surplus("x"); len(left) != 1 || left[0].Type != record.PhotoHash || left[0].Count != MaxValues+1 {
		t.Errorf("left out: %+v", left)
	}
}

// mesh says that everyone's text is everyone else's.
func mesh(people []Subject, holders int) []Shared {
	var out []Shared
	for i, a := range people {
		for _, b := range people[:i] {
			out = append(out, Shared{a.ID, b.ID, record.ResumeText, Overlap{Share: 1, ShareOther: 1, Nats: 500, Holders: holders}, nil})
		}
	}
	return out
}

// One text under forty names is the scheme itself and counts in full; it is
// nothing from 64 people on. At 56 holders log2(56/48)/log2(64/48) = 0.5359 is
// gone, so that 46 % of 120 are left.
func TestOverlapsAreDamped(t *testing.T) {
	people := everybody(8, 0)
	for holders, want := range map[int]record.Weight{0: 120, 2: 120, 6: 120, 40: 120, 48: 120, 56: 55, 63: 6, 64: 0} {
		g := build(people, options())
		if err := g.AddOverlaps(mesh(people, holders)); err != nil {
			t.Fatal(err)
		}
		e := g.Edges("s003")
		if len(e) != 7 || e[0].Weight != want || e[0].Holders != max(holders, 2) {
			t.Errorf("%d holders: %d edges, the first %+v, want weight %d", holders, len(e), e[0], want)
		}
		rings := g.Rings()
		if (len(rings) == 1) != (want >= DefaultThreshold) || len(rings) > 0 && len(rings[0].Subjects) != len(people) {
			t.Errorf("%d holders: rings %+v", holders, rings)
		}
	}
	g := build(people, options())
	if err := g.AddOverlaps(mesh(people, limit+1)); err != nil || len(g.Edges("s003")) != 0 {
		t.Errorf("a text of more than %d people has edges: %+v, %v", limit, g.Edges("s003"), err)
	}
}

// Overlaps added at once give what they give one by one, in any order.
func TestOverlapsAtOnce(t *testing.T) {
	people := everybody(9, 0)
	list := mesh(people, 2)[:20]
	at, step := build(people, options()), build(people, options())
	if err := at.AddOverlaps(list); err != nil {
		t.Fatal(err)
	}
	for _, o := range slices.Backward(list) {
		if err := step.AddOverlaps([]Shared{o}); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range people {
		if a, b := at.Edges(s.ID), step.Edges(s.ID); len(a) != len(b) || len(a) > 0 && (a[0].Other != b[0].Other || a[len(a)-1].Other != b[len(b)-1].Other) {
			t.Errorf("%s: %d edges at once, %d one by one", s.ID, len(a), len(b))
		}
	}
	if a, b := fmt.Sprint(members(at.Rings())), fmt.Sprint(members(step.Rings())); a != b {
		t.Errorf("rings at once %s, one by one %s", a, b)
	}
	if got := len(at.components); got != 1 {
		t.Errorf("%d components, want 1", got)
	}
}

// BenchmarkManyValues is sixty people with one cell of 3,000 addresses, up to
// their rings.
func BenchmarkManyValues(b *testing.B) {
	people := everybody(60, 3000)
	b.ReportAllocs()
	for b.Loop() {
		g := build(people, options())
		if r := g.Rings(); len(r) > 1 {
			b.Fatalf("%d rings", len(r))
		}
	}
}

// BenchmarkAddOverlaps is a chain of people each of whom shares text with the
// twenty before: one component of all.
func BenchmarkAddOverlaps(b *testing.B) {
	for _, n := range []int{500, 1000, 2000} {
		people := everybody(n, 0)
		for i := range people {
			people[i].ID = record.SubjectID(strconv.Itoa(i))
		}
		var list []Shared
		for i := range people {
			for _, o := range people[max(i-20, 0):i] {
				list = append(list, Shared{people[i].ID, o.ID, record.ResumeText, Overlap{Nats: 90}, nil})
			}
		}
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				g := build(people, options())
				if err := g.AddOverlaps(list); err != nil || len(g.components) != 1 {
					b.Fatal(err, len(g.components))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/subject")
		})
	}
}
