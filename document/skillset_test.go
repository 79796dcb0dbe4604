// SPDX-License-Identifier: Apache-2.0

package document

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// matchesOfAll compares a person with everybody.
func matchesOfAll(s *SkillSets, person uint32, minShared int, minNats float64) []SkillMatch {
	var out []SkillMatch
	for other := range s.people {
		if m := s.Compare(person, other); other != person && m.Shared >= minShared && m.Nats >= minNats {
			m.Holders = 0
			for _, list := range s.people {
				if slices.Equal(list, s.people[person]) && slices.Equal(list, s.people[other]) {
					m.Holders++
				}
			}
			m.Holders = max(m.Holders, 2)
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b SkillMatch) int {
		return cmp.Or(cmp.Compare(b.Nats, a.Nats), cmp.Compare(a.Person, b.Person))
	})
	return out[:min(len(out), MaxMatches)]
}

// A list that half the company has is nobody's; one of sixty makes twenty
// matches for each.
func TestOneListOfMany(t *testing.T) {
	list := []string{"go", "forth", "apl", "cobol", "ada", "prolog", "eiffel", "snobol"}
	for _, c := range []struct{ people, want int }{{60, MaxMatches}, {MaxHolders, MaxMatches}, {MaxHolders + 1, 0}, {500, 0}} {
		s := NewSkillSets()
		for p := range c.people {
			s.Add(uint32(p), list)
			s.Add(uint32(10000+p), []string{fmt.Sprint("other ", p)})
		}
		got := s.Matches(7, 6, 3)
		if len(got) != c.want || c.want > 0 && (got[0].Person != 0 || got[0].Holders != c.people) {
			t.Errorf("%d people with one list: %d matches, want %d: %+v", c.people, len(got), c.want, got)
		}
	}
}

// Through the index the same people are found as by comparing with everybody.
func TestSkillMatchesLikeAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := NewSkillSets()
		people := rapid.IntRange(1, 25).Draw(t, "people")
		for p := range people {
			n := rapid.IntRange(0, 12).Draw(t, "skills")
			var skills []string
			for range n {
				// The product makes low numbers common and high ones rare.
				skills = append(skills, fmt.Sprint("skill ", rapid.IntRange(0, 6).Draw(t, "a")*rapid.IntRange(0, 6).Draw(t, "b")))
			}
			s.Add(uint32(7*p), skills)
		}
		minShared := rapid.IntRange(0, 6).Draw(t, "minShared")
		minNats := rapid.SampledFrom([]float64{0, 0.5, 2, 5, 8, 12}).Draw(t, "minNats")
		for _, p := range append(slices.Sorted(maps.Keys(s.people)), 3) {
			want, got := matchesOfAll(s, p, minShared, minNats), s.Matches(p, minShared, minNats)
			if p == 3 && minShared+int(minNats) > 0 {
				want = nil // nobody of that number
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Fatalf("person %d, %d skills, %v nats (-all +index):\n%s", p, minShared, minNats, diff)
			}
		}
		s.Add(0, []string{"one more"})
		if diff := gocmp.Diff(matchesOfAll(s, 0, 1, 0.5), s.Matches(0, 1, 0.5)); diff != "" {
			t.Fatalf("after adding (-all +index):\n%s", diff)
		}
	})
}

// crowd is a company's applicants: 20 trades of 150 skills, some much commoner
// than others, 10 to 25 skills each, and one pair in a thousand with the same
// list.
func crowd(n int) *SkillSets {
	rng := rand.New(rand.NewPCG(7, 8))
	s := NewSkillSets()
	var last []string
	for p := range n {
		trade := rng.IntN(20)
		var skills []string
		for range 10 + rng.IntN(16) {
			k := int(150 * math.Pow(rng.Float64(), 3))
			if rng.IntN(4) == 0 {
				skills = append(skills, fmt.Sprint("general ", k))
				continue
			}
			skills = append(skills, fmt.Sprint("trade ", trade, " skill ", k))
		}
		if p%1000 == 999 {
			skills = last
		}
		last = skills
		s.Add(uint32(p), skills)
	}
	return s
}

// BenchmarkSkills finds the like lists of one of n applicants, through the index
// and by comparing with everybody. All n take n times as long.
func BenchmarkSkills(b *testing.B) {
	for _, n := range []int{2000, 20000} {
		s := crowd(n)
		s.Matches(0, 6, 8)
		for name, find := range map[string]func(*SkillSets, uint32, int, float64) []SkillMatch{
			"index": (*SkillSets).Matches, "everybody": matchesOfAll,
		} {
			b.Run(fmt.Sprint(name, "/", n), func(b *testing.B) {
				b.ReportAllocs()
				p, found := 0, 0
				for b.Loop() {
					found += len(find(s, uint32(p), 6, 8))
					p = (p + 997) % n
				}
				b.ReportMetric(float64(found)/float64(b.N), "matches/op")
				b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*float64(n), "s/all")
			})
		}
	}
}
