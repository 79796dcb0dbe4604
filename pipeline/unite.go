// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"slices"

	"daylight/record"
)

// joiner decides which person records are about one person.
//
//   - Two records with names join on an equal id, unless they come from different
//     systems, their names differ and they have no e-mail address, username or
//     telephone number in common: two systems that count from 1 use the same ids
//     for different people, and what one of them did must never be laid at the
//     other's door.
//   - Two records with names join on an equal e-mail address or username if their
//     names are the same. Names that agree in part also need a telephone number or
//     an id in common, and two systems: couples share a mailbox and a surname, and
//     anybody can write somebody else's address into a form.
//   - A record without a name joins what it has an id, e-mail address or username
//     in common with, if that is one person; if it is several, it joins none.
//   - What somebody declared to be the same person joins whatever the names.
type joiner struct {
	profiles []profile
	sets     *sets
	ids      map[string][]int // holders of an id, by record
	contacts map[string][]int // holders of an e-mail address or username
}

// maxHolders is how many records may share one key before not every pair of
// them is compared.
const maxHolders = 64

// maxRounds bounds how far records without names are joined to each other's
// people one after the other.
const maxRounds = 16

func newJoiner(people []record.Record) *joiner {
	j := &joiner{profiles: make([]profile, len(people)), sets: newSets(len(people)), ids: map[string][]int{}, contacts: map[string][]int{}}
	for i, r := range people {
		j.profiles[i] = profileOf(r)
		p := &j.profiles[i]
		for _, id := range unique(p.ids) {
			j.ids[id] = append(j.ids[id], i)
		}
		for _, c := range p.contacts() {
			j.contacts[c] = append(j.contacts[c], i)
		}
	}
	return j
}

func unique(keys []string) []string { return slices.Compact(slices.Sorted(slices.Values(keys))) }

// contacts are the keys that are a person's in any system. An e-mail address
// and a username that looks like one are different keys.
func (p *profile) contacts() []string {
	var out []string
	for _, e := range p.emails {
		out = append(out, "mail "+e)
	}
	for _, u := range p.users {
		out = append(out, "user "+u)
	}
	return unique(out)
}

func (j *joiner) join() {
	named := func(i int) bool { return len(j.profiles[i].names) > 0 }
	j.pairs(j.ids, named, sameID)
	j.pairs(j.contacts, named, func(a, b *profile) bool {
		return alike(a.names, b.names) || !differ(a.names, b.names) && !separate(a, b) && (meet(a.phones, b.phones) || meet(a.ids, b.ids))
	})
	for range maxRounds {
		if !j.anchor() {
			break
		}
	}
	names := j.names()
	loose := func(i int) bool { return names[j.sets.find(i)] == nil }
	several := j.several()
	contested := func(p *profile) bool { return slices.ContainsFunc(p.ids, func(id string) bool { return several[id] }) }
	j.pairs(j.ids, loose, func(a, b *profile) bool { return a.family == b.family || !contested(a) && !contested(b) })
	j.pairs(j.contacts, loose, func(a, b *profile) bool { return !contested(a) && !contested(b) && !separate(a, b) })
	j.declare()
}

// sameID reports whether two records with names and an equal id are about one
// person.
func sameID(a, b *profile) bool {
	if a.family != "" && a.family == b.family && a.own != "" && b.own != "" && a.own != b.own && differ(a.names, b.names) {
		return false // two accounts of one system that claim the same alias
	}
	return a.family != "" && a.family == b.family || !differ(a.names, b.names) || meet(a.emails, b.emails) || meet(a.users, b.users) || meet(a.phones, b.phones)
}

// separate reports whether one system gives two records ids of their own. It
// holds them to be two people, and without names nothing says otherwise.
func separate(a, b *profile) bool {
	return a.family == b.family && len(a.ids) > 0 && len(b.ids) > 0 && !meet(a.ids, b.ids)
}

// alike reports whether two people have a name in common.
func alike(a, b []record.Name) bool {
	return slices.ContainsFunc(a, func(x record.Name) bool {
		return slices.ContainsFunc(b, func(y record.Name) bool { return x.Compare(y) == record.NameSame })
	})
}

// differ reports whether two people have names and every two of them differ.
func differ(a, b []record.Name) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Compare(y) != record.NameDifferent {
				return false
			}
		}
	}
	return len(a) > 0 && len(b) > 0
}

func meet(a, b []string) bool {
	return slices.ContainsFunc(a, func(k string) bool { return slices.Contains(b, k) })
}

// pairs joins the holders of each key that are of a kind and agree. Of a key with
// many holders, each is compared with one of every person found so far.
func (j *joiner) pairs(holders map[string][]int, of func(int) bool, agree func(a, b *profile) bool) {
	for _, all := range holders {
		var known []int
		for _, i := range all {
			if !of(i) {
				continue
			}
			found := false
			for _, k := range known {
				if agree(&j.profiles[i], &j.profiles[k]) {
					j.sets.join(i, k)
					found = true
				}
			}
			if len(known) < maxHolders && (!found || len(all) <= maxHolders) {
				known = append(known, i)
			}
		}
	}
}

// names returns, by its root, the names in each set that has any.
func (j *joiner) names() map[int][]record.Name {
	out := map[int][]record.Name{}
	for i := range j.profiles {
		if n := j.profiles[i].names; len(n) > 0 {
			root := j.sets.find(i)
			if len(out[root]) < maxHolders {
				out[root] = append(out[root], n...)
			}
		}
	}
	return out
}

// several returns the ids that several people with names have.
func (j *joiner) several() map[string]bool {
	out := map[string]bool{}
	for id, holders := range j.ids {
		first := -1
		for _, i := range holders {
			if len(j.profiles[i].names) == 0 {
				continue
			}
			if root := j.sets.find(i); first < 0 {
				first = root
			} else if root != first {
				out[id] = true
			}
		}
	}
	return out
}

// anchor joins records without names to the people they have a key in common
// with, and reports whether it joined any. All are decided before any is joined,
// so that their order cannot matter.
func (j *joiner) anchor() bool {
	names := j.names()
	people := map[string][]int{} // the roots that have an id, and those that have it in one system
	for id, holders := range j.ids {
		for _, i := range holders {
			root := j.sets.find(i)
			if names[root] == nil {
				continue
			}
			for _, key := range []string{id, j.profiles[i].family + "\x00" + id} {
				if all := people[key]; len(all) <= maxHolders && !slices.Contains(all, root) {
					people[key] = append(all, root)
				}
			}
		}
	}
	joins := map[int][]int{}
	for i := range j.profiles {
		if names[j.sets.find(i)] == nil {
			if with := j.candidates(i, people, names); len(with) > 0 {
				joins[i] = with
			}
		}
	}
	for i, with := range joins {
		for _, root := range with {
			j.sets.join(i, root)
		}
	}
	return len(joins) > 0
}

// maxReaders is how many records may share a contact before it is no longer
// anybody's own.
const maxReaders = 1024

// candidates returns the roots of the sets that a record without a name belongs
// to: those of its ids and contacts if they can all be one person, otherwise
// those of its ids, otherwise those of its ids that its contacts or its own
// system single out.
func (j *joiner) candidates(i int, people map[string][]int, names map[int][]record.Name) []int {
	p := &j.profiles[i]
	var ids, own, contacts []int
	for _, id := range p.ids {
		ids = append(ids, people[id]...)
		if p.family != "" {
			own = append(own, people[p.family+"\x00"+id]...)
		}
	}
	for _, c := range p.contacts() {
		if holders := j.contacts[c]; len(holders) <= maxReaders {
			for _, k := range holders {
				if root := j.sets.find(k); names[root] != nil && !slices.Contains(contacts, root) && !separate(p, &j.profiles[k]) {
					contacts = append(contacts, root)
				}
			}
		}
	}
	both := slices.DeleteFunc(slices.Clone(ids), func(root int) bool { return !slices.Contains(contacts, root) })
	for _, with := range [][]int{append(slices.Clone(ids), contacts...), ids, both, own} {
		if len(with) > 0 && onePerson(with, names) {
			return with
		}
	}
	return nil
}

// onePerson reports whether no two of the sets hold names that differ.
func onePerson(roots []int, names map[int][]record.Name) bool {
	if len(roots) > maxHolders {
		return false
	}
	for n, a := range roots {
		for _, b := range roots[n+1:] {
			if a != b && differ(names[a], names[b]) {
				return false
			}
		}
	}
	return true
}

// declare joins what somebody wrote down as one person, where the id that is
// named is one person's.
func (j *joiner) declare() {
	joins := map[int][]int{}
	declared := map[string][]int{}
	for i := range j.profiles {
		for _, id := range unique(j.profiles[i].declared) {
			declared[id] = append(declared[id], i)
			if holders := j.ids[id]; len(holders) > 0 && j.oneSet(holders) {
				joins[i] = append(joins[i], holders[0])
			}
		}
	}
	j.pairs(declared, func(int) bool { return true }, sameID)
	for i, with := range joins {
		for _, k := range with {
			j.sets.join(i, k)
		}
	}
}

func (j *joiner) oneSet(members []int) bool {
	root := j.sets.find(members[0])
	return !slices.ContainsFunc(members, func(i int) bool { return j.sets.find(i) != root })
}

// sets is a union-find over dense indices.
type sets struct{ parent []int }

func newSets(n int) *sets {
	s := &sets{parent: make([]int, n)}
	for i := range s.parent {
		s.parent[i] = i
	}
	return s
}

func (s *sets) find(i int) int {
	for s.parent[i] != i {
		s.parent[i] = s.parent[s.parent[i]]
		i = s.parent[i]
	}
	return i
}

func (s *sets) join(a, b int) {
	a, b = s.find(a), s.find(b)
	if a != b {
		s.parent[max(a, b)] = min(a, b)
	}
}
