// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"cmp"
	"slices"
	"strings"

	"daylight/record"
)

// directory joins what several systems say into subjects, and answers who an
// account belongs to. Joining is by exact equality of an id, an alias, a
// username, or an e-mail address under names that do not differ; anything less
// certain is left to package link, which shows it as a link.
type directory struct {
	subjects []record.SubjectID // by index
	aliases  map[record.SubjectID][]string

	byID, byEmail, byUser, byPhone map[string]int // to a subject's index, or ambiguous
}

const ambiguous = -1

// profile is one person record with the keys it joins on.
type profile struct {
	ids, emails, users, phones []string
	// handles are accounts on public code hosts. They find a person and join no
	// profiles: anyone can name an account.
	handles []string
	name    record.Name
}

func profileOf(r record.Record) profile {
	p := profile{}
	add := func(dst *[]string, v string) {
		if v = fold(v); v != "" {
			*dst = append(*dst, v)
		}
	}
	add(&p.ids, r.Ref.ID)
	for _, a := range r.Ref.Aliases {
		add(&p.ids, a)
	}
	add(&p.emails, r.Ref.Email.Reveal())
	add(&p.users, r.Ref.Username)
	add(&p.phones, r.Ref.Phone.Reveal())
	if b, ok := r.Body.(record.Person); ok {
		p.name = b.Name
		for _, e := range b.Emails {
			add(&p.emails, e.Reveal())
		}
		for _, u := range b.Usernames {
			add(&p.users, u)
		}
		for _, t := range b.Phones {
			add(&p.phones, t.Reveal())
		}
		for _, u := range b.Profiles {
			if login, ok := strings.CutPrefix(u.Reveal(), "github.com/"); ok && !strings.Contains(login, "/") {
				add(&p.handles, login)
			}
		}
		for _, rel := range b.Relations {
			if rel.Kind == record.SamePerson {
				add(&p.ids, rel.With)
			}
		}
	}
	return p
}

func fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// newDirectory joins person records. The result does not depend on their order.
func newDirectory(people []record.Record) *directory {
	profiles := make([]profile, len(people))
	for i, r := range people {
		profiles[i] = profileOf(r)
	}
	sets := newSets(len(people))
	unite := func(keys func(profile) []string, agree func(a, b profile) bool) {
		holders := map[string][]int{}
		for i, p := range profiles {
			for _, k := range keys(p) {
				holders[k] = append(holders[k], i)
			}
		}
		for _, hs := range holders {
			for i, a := range hs {
				for _, b := range hs[i+1:] {
					if agree(profiles[a], profiles[b]) {
						sets.join(a, b)
					}
				}
				if len(hs) > maxHolders {
					break // a shared mailbox or a test account: its first holder is enough to see that
				}
			}
		}
	}
	always := func(profile, profile) bool { return true }
	sameName := func(a, b profile) bool { return a.name.Compare(b.name) != record.NameDifferent }
	unite(func(p profile) []string { return p.ids }, always)
	unite(func(p profile) []string { return p.emails }, sameName)
	unite(func(p profile) []string { return p.users }, sameName)

	d := &directory{
		aliases: map[record.SubjectID][]string{},
		byID:    map[string]int{}, byEmail: map[string]int{}, byUser: map[string]int{}, byPhone: map[string]int{},
	}
	d.number(people, profiles, sets)
	return d
}

// maxHolders is how many profiles may share one e-mail address or username
// before pairs are no longer compared with each other.
const maxHolders = 64

// number gives every set of joined records its subject id, the smallest in
// stage order (an applicant's id outlives the account made for it), and fills
// the look-up tables.
func (d *directory) number(people []record.Record, profiles []profile, sets *sets) {
	groups := map[int][]int{}
	for i := range people {
		root := sets.find(i)
		groups[root] = append(groups[root], i)
	}
	type named struct {
		id      record.SubjectID
		members []int
	}
	var all []named
	for _, members := range groups {
		var ids []record.Record
		for _, i := range members {
			ids = append(ids, people[i])
		}
		slices.SortFunc(ids, func(a, b record.Record) int {
			return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(nameOf(a), nameOf(b)))
		})
		all = append(all, named{record.SubjectID(nameOf(ids[0])), members})
	}
	slices.SortFunc(all, func(a, b named) int { return cmp.Compare(a.id, b.id) })
	for n, g := range all {
		d.subjects = append(d.subjects, g.id)
		var aliases []string
		for _, i := range g.members {
			if id := nameOf(people[i]); id != string(g.id) {
				aliases = append(aliases, id)
			}
			enter(d.byID, profiles[i].ids, n)
			enter(d.byEmail, profiles[i].emails, n)
			enter(d.byUser, profiles[i].users, n)
			enter(d.byUser, profiles[i].handles, n)
			enter(d.byPhone, profiles[i].phones, n)
		}
		slices.Sort(aliases)
		if aliases = slices.Compact(aliases); len(aliases) > 0 {
			d.aliases[g.id] = aliases
		}
	}
}

// rank puts the record whose id names the subject first: one with an id before
// one without, an applicant's before a worker's.
func rank(r record.Record) int {
	n := 0
	if r.Ref.ID == "" {
		n += 10
	}
	if p, ok := r.Body.(record.Person); ok && p.Stage != record.Applicant {
		n++
	}
	return n
}

// nameOf is the id a person record offers for its subject.
func nameOf(r record.Record) string {
	return cmp.Or(r.Ref.ID, r.Ref.Username, r.Ref.Email.Reveal())
}

func enter(m map[string]int, keys []string, subject int) {
	for _, k := range keys {
		if old, ok := m[k]; ok && old != subject {
			m[k] = ambiguous
			continue
		}
		m[k] = subject
	}
}

// resolve returns the index of the subject that ref names.
func (d *directory) resolve(ref record.Ref) (int, bool) {
	for _, look := range []struct {
		in  map[string]int
		key string
	}{
		{d.byID, ref.ID},
		{d.byEmail, ref.Email.Reveal()},
		{d.byUser, ref.Username},
		{d.byID, ref.Username},
		{d.byEmail, ref.Username},
		{d.byPhone, ref.Phone.Reveal()},
	} {
		if look.key == "" {
			continue
		}
		if i, ok := look.in[fold(look.key)]; ok && i != ambiguous {
			return i, true
		}
	}
	for _, a := range ref.Aliases {
		if i, ok := d.byID[fold(a)]; ok && i != ambiguous {
			return i, true
		}
	}
	return 0, false
}

// actors answers who an event's account is without allocating for an account
// seen before. It is for one goroutine.
type actors struct {
	d     *directory
	known map[string]int
}

func newActors(d *directory) *actors { return &actors{d: d, known: map[string]int{}} }

// of returns the index of the subject who acted.
func (a *actors) of(e *record.Event) (int, bool) {
	for _, key := range [...][]byte{e.ActorEmail, e.ActorID, e.ActorName} {
		if len(key) == 0 {
			continue
		}
		i, ok := a.known[string(key)]
		if !ok {
			s := string(key)
			if i, ok = a.d.resolve(record.Ref{ID: s, Email: canonicalEmail(s), Username: s}); !ok {
				i = ambiguous
			}
			if len(a.known) < 1<<20 {
				a.known[s] = i
			}
		}
		if i != ambiguous {
			return i, true
		}
	}
	return 0, false
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
