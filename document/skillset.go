// SPDX-License-Identifier: Apache-2.0

package document

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// SkillSets compares lists of skills between people. What few people list says
// more than what most do. Add everyone first.
// It is not safe for concurrent use.
type SkillSets struct {
	people map[uint32][]string // sorted, unique
	counts map[string]int      // people who list a skill
	index  *skillIndex         // nil until it is needed, and after Add
}

// NewSkillSets returns an empty set of lists.
func NewSkillSets() *SkillSets {
	return &SkillSets{people: map[uint32][]string{}, counts: map[string]int{}}
}

// Add files skills of a person. A person may be added several times.
func (s *SkillSets) Add(person uint32, skills []string) {
	s.index = nil
	have := s.people[person]
	for _, skill := range skills {
		skill = strings.ToLower(strings.Join(strings.Fields(skill), " "))
		at, known := slices.BinarySearch(have, skill)
		if known || skill == "" {
			continue
		}
		have = slices.Insert(have, at, skill)
		s.counts[skill]++
	}
	s.people[person] = have
}

// SkillMatch is another person whose list of skills is alike.
type SkillMatch struct {
	Person uint32
	// Nats is the surprise of the skills both list, times the share of all skills
	// of the two, by surprise, that both list: a list copied whole keeps all of
	// it, two lists that only overlap keep little.
	Nats   float64
	Shared int // skills both list
	Own    int // skills this person lists
	Other  int // skills the other lists
	// Holders is, for two who list the same, how many people do, else 2. Set by
	// Matches.
	Holders int
}

// Compare compares the lists of two people. Unknown people have empty lists.
func (s *SkillSets) Compare(a, b uint32) SkillMatch {
	la, lb := s.people[a], s.people[b]
	m := SkillMatch{Person: b, Own: len(la), Other: len(lb)}
	var both, all float64
	for i, j := 0, 0; i < len(la) || j < len(lb); {
		switch {
		case j == len(lb) || i < len(la) && la[i] < lb[j]:
			all += s.rarity(la[i])
			i++
		case i == len(la) || lb[j] < la[i]:
			all += s.rarity(lb[j])
			j++
		default:
			w := s.rarity(la[i])
			both, all = both+w, all+w
			m.Shared++
			i, j = i+1, j+1
		}
	}
	if all > 0 {
		m.Nats = both * both / all
	}
	return m
}

// rarity is ln(N/k) for a skill that k of N people list.
func (s *SkillSets) rarity(skill string) float64 {
	return math.Log(float64(len(s.people)) / float64(s.counts[skill]))
}

// Matches returns the other people whose lists share at least minShared skills
// and minNats of surprise, most surprising first: of very many about the
// [MaxMatches] who share most. A list that more than [MaxHolders] people have
// matches nobody's.
func (s *SkillSets) Matches(person uint32, minShared int, minNats float64) []SkillMatch {
	alike := s.alike(person)
	if alike > MaxHolders {
		return nil
	}
	var out []SkillMatch
	for _, other := range s.most(person, s.candidates(person, minShared, minNats)) {
		if m := s.Compare(person, other); m.Shared >= minShared && m.Nats >= minNats {
			if m.Holders = 2; m.Shared == m.Own && m.Shared == m.Other {
				m.Holders = max(alike, 2)
			}
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b SkillMatch) int {
		return cmp.Or(cmp.Compare(b.Nats, a.Nats), cmp.Compare(a.Person, b.Person))
	})
	return out[:min(len(out), MaxMatches)]
}
