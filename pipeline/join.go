// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"daylight/document"
	"daylight/record"
)

// directory joins what several systems say into subjects, and answers who an
// account belongs to. Joining is by exact equality of an id, an alias, a
// username or an e-mail address, as far as names allow (see [joiner]); anything
// less certain is left to package link, which shows it as a link.
type directory struct {
	subjects []record.SubjectID // by index, as [Options.Name] calls them
	sources  []record.SubjectID // by index, as sources call them
	aliases  map[record.SubjectID][]string
	// of is the subject's index of each person record.
	of map[record.ID]int
	// apart are the person records whose id is also another person's.
	apart []apart

	byID, byEmail, byUser, byPhone map[string]int // to a subject's index, or ambiguous
	// byFeed is byID within one system, for an id that several systems give to
	// different people.
	byFeed map[string]int
}

// apart is a record whose subject could not have the id that its source gives
// it, because a record of another source has it and is of another person.
type apart struct {
	path string // of the record
	feed string // of the source whose person keeps the id
}

const ambiguous = -1

// profile is one person record with the keys it joins on.
type profile struct {
	family                     string
	own                        string // the record's own id, not an alias
	ids, emails, users, phones []string
	// handles are accounts on public code hosts. They find a person and join no
	// profiles: anyone can name an account.
	handles []string
	// declared are ids that somebody wrote down as the same person's.
	declared []string
	names    []record.Name // former ones too: they only keep names from differing
}

// family is the system that a feed comes from: "greenhouse" of
// "greenhouse.candidates". Any system can have written a CSV.
func family(feed string) string {
	if strings.HasPrefix(feed, "csv.") {
		return ""
	}
	name, _, _ := strings.Cut(feed, ".")
	return name
}

func profileOf(r record.Record) profile {
	p := profile{family: family(r.Origin.Feed)}
	add := func(dst *[]string, v string) {
		if v = fold(v); v != "" {
			*dst = append(*dst, v)
		}
	}
	p.own = fold(r.Ref.ID)
	add(&p.ids, r.Ref.ID)
	for _, a := range r.Ref.Aliases {
		if p.family == "" {
			add(&p.declared, a) // a column that is there for nothing else
		} else {
			add(&p.ids, a)
		}
	}
	add(&p.emails, r.Ref.Email.Reveal())
	add(&p.users, r.Ref.Username)
	add(&p.phones, r.Ref.Phone.Reveal())
	if b, ok := r.Body.(record.Person); ok {
		for _, n := range append([]record.Name{b.Name}, b.Former...) {
			if !n.IsZero() {
				p.names = append(p.names, n)
			}
		}
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
				add(&p.declared, rel.With)
			}
		}
	}
	return p
}

// fold puts a key into the form in which keys are compared: visible characters,
// lower case.
func fold(s string) string {
	visible := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, document.Visible(s))
	return strings.ToLower(strings.TrimSpace(visible))
}

// newDirectory joins person records, which it sorts. The result does not depend on
// their order.
func newDirectory(people []record.Record, name func(record.SubjectID) record.SubjectID) *directory {
	slices.SortFunc(people, func(a, b record.Record) int { return cmp.Compare(a.ID, b.ID) })
	j := newJoiner(people)
	j.join()
	d := &directory{
		aliases: map[record.SubjectID][]string{}, of: map[record.ID]int{}, byFeed: map[string]int{},
		byID: map[string]int{}, byEmail: map[string]int{}, byUser: map[string]int{}, byPhone: map[string]int{},
	}
	d.number(people, j.profiles, j.sets, name)
	return d
}

// group is the records of one subject. The first one's id is the subject's.
type group struct {
	members []int // into people
	rank    int
	id      string // as the source has it
}

// number gives every set of joined records its subject id, the smallest in
// stage order (an applicant's id outlives the account made for it), and fills
// the look-up tables. An id that several sets would have is the first one's in
// that order; the others' begins with the name of their feed.
func (d *directory) number(people []record.Record, profiles []profile, sets *sets, name func(record.SubjectID) record.SubjectID) {
	members := map[int][]int{}
	for i := range people {
		root := sets.find(i)
		members[root] = append(members[root], i)
	}
	groups := make([]group, 0, len(members))
	for _, m := range members {
		slices.SortFunc(m, func(i, k int) int {
			a, b := people[i], people[k]
			return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(nameOf(a), nameOf(b)), cmp.Compare(a.ID, b.ID))
		})
		groups = append(groups, group{m, rank(people[m[0]]), nameOf(people[m[0]])})
	}
	slices.SortFunc(groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(people[a.members[0]].Origin.Feed, people[b.members[0]].Origin.Feed),
			cmp.Compare(people[a.members[0]].ID, people[b.members[0]].ID))
	})
	holder := map[string]string{} // of an id in use: the feed of its subject
	again := map[string]int{}     // how often an id was given out once more
	ids := make(map[int]record.SubjectID, len(groups))
	for n, g := range groups {
		feed := people[g.members[0]].Origin.Feed
		id := g.id
		if first, taken := holder[fold(id)]; taken {
			id = feed + ":" + g.id
			for _, taken := holder[fold(id)]; taken; _, taken = holder[fold(id)] {
				again[feed+":"+g.id]++
				id = feed + ":" + g.id + "#" + strconv.Itoa(again[feed+":"+g.id]+1)
			}
			for _, i := range g.members {
				d.apart = append(d.apart, apart{people[i].Origin.Path, first})
			}
		}
		holder[fold(id)] = feed
		ids[n] = record.SubjectID(id)
	}
	names := ids
	if name != nil {
		names = make(map[int]record.SubjectID, len(ids))
		for n, id := range ids {
			names[n] = name(id)
		}
	}
	// By what sources call them: bounds on what is compared go by this order, and must
	// not let another name change an assessment.
	order := slices.SortedFunc(maps.Keys(ids), func(a, b int) int { return cmp.Compare(ids[a], ids[b]) })
	for n, i := range order {
		d.subjects = append(d.subjects, names[i])
		d.enter(n, ids[i], groups[i].members, people, profiles)
	}
}

// enter fills the look-up tables with one subject.
func (d *directory) enter(n int, id record.SubjectID, members []int, people []record.Record, profiles []profile) {
	d.sources = append(d.sources, id)
	var aliases []string
	for _, i := range members {
		p := &profiles[i]
		if name := nameOf(people[i]); name != string(id) {
			aliases = append(aliases, name)
		}
		d.of[people[i].ID] = n
		enter(d.byID, p.ids, n)
		enter(d.byID, p.declared, n)
		enter(d.byEmail, p.emails, n)
		enter(d.byUser, p.users, n)
		enter(d.byUser, p.handles, n)
		enter(d.byPhone, p.phones, n)
		if p.family != "" {
			for _, own := range p.ids {
				enter(d.byFeed, []string{p.family + ":" + own}, n)
			}
		}
	}
	if key := fold(string(id)); len(members) > 0 {
		if _, taken := d.byID[key]; !taken && people[members[0]].Ref.ID != "" {
			d.byID[key] = n
		}
	}
	slices.Sort(aliases)
	if aliases = slices.Compact(aliases); len(aliases) > 0 {
		d.aliases[d.subjects[n]] = aliases
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

// whose returns the index of the subject that a record is about. An id that
// several people have is that of the record's own system.
func (d *directory) whose(r record.Record) (int, bool) {
	if i, ok := d.of[r.ID]; ok {
		return i, true
	}
	if system := family(r.Origin.Feed); system != "" && r.Ref.ID != "" && d.byID[fold(r.Ref.ID)] == ambiguous {
		if i, ok := d.byFeed[system+":"+fold(r.Ref.ID)]; ok && i != ambiguous {
			return i, true
		}
	}
	return d.resolve(r.Ref)
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

// maxKnown bounds the accounts that are remembered, about 100 bytes each: a log
// can name millions of strangers.
const maxKnown = 1 << 17

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
			if len(a.known) >= maxKnown {
				clear(a.known)
			}
			a.known[s] = i
		}
		if i != ambiguous {
			return i, true
		}
	}
	return 0, false
}
