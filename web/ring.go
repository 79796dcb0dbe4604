// SPDX-License-Identifier: Apache-2.0

package web

import (
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"slices"

	"daylight/account"
	"daylight/record"
	"daylight/report"
	"daylight/store"
	"daylight/weigh"
)

// ringReaders are the roles that see who shares what with whom.
var ringReaders = []account.Role{account.Security, account.Legal, account.HR}

func ringRoutes() []route {
	return []route{
		{pattern: "GET /rings", acts: "list the groups of people connected by what they share", recorded: true, roles: ringReaders, handle: (*Server).rings},
		{
			pattern: "GET /rings/{id}", acts: "show one group: its picture, every link as a sentence, and how two people are connected", recorded: true,
			roles: ringReaders, example: "/rings/{ring}", handle: (*Server).ring,
		},
	}
}

// ringsView is what the list of rings shows.
type ringsView struct {
	Hidden bool
	Rings  []ringLine
	All    int
	pager
}

type ringLine struct {
	ID       string
	Size     int
	Assessed string
	Heaviest string // the heaviest link as a sentence
	DB       string
	States   string
	Damaged  bool // the row does not open
}

func (s *Server) rings(x *exchange) error {
	v := &ringsView{pager: pagerOf(x.r)}
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		var err error
		if v.Hidden, err = hidden(r, x.who); err != nil || v.Hidden {
			return err
		}
		if v.All, err = r.Count(store.Rings, store.Query{}); err != nil {
			return err
		}
		v.of(v.All)
		var ids []string
		byRing := map[string]map[string]int{}
		for row, err := range r.Find(store.Rings, store.Query{By: "size", Desc: true, Limit: v.Size, Skip: v.skip()}) {
			line := ringLine{ID: row.Key, Size: int(row.Ints["size"]), Assessed: instant(millis(row.Ints["assessed"]))}
			if line.Damaged = errors.Is(err, store.ErrCorrupt); !line.Damaged {
				if err != nil {
					return err
				}
				ring, err := report.DecodeRing(row.Body)
				if err != nil {
					return err
				}
				if p := report.NewRingPicture(ring); len(p.Sentences) > 0 {
					line.DB, line.Heaviest = p.Sentences[0].DB, p.Sentences[0].Words
				}
				line.Size = len(ring.Subjects)
			}
			v.Rings = append(v.Rings, line)
			ids = append(ids, row.Key)
			byRing[row.Key] = map[string]int{}
		}
		if len(ids) == 0 {
			return nil
		}
		for row, err := range r.Find(store.Subjects, store.Query{Bare: true, Where: []store.Cond{{Column: "ring", Op: store.OneOf, In: ids}}}) {
			if err != nil && !errors.Is(err, store.ErrErased) {
				return err
			}
			byRing[row.Text["ring"]][row.Text["state"]]++
		}
		for i := range v.Rings {
			v.Rings[i].States = stateWords(byRing[v.Rings[i].ID])
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("list the rings: %w", err)
	}
	if err := x.listed("rings.list", v.Hidden, "", v.Page, len(v.Rings)); err != nil {
		return err
	}
	return x.page("rings", v)
}

// ringView is what the page of a ring shows.
type ringView struct {
	ID       string
	Hidden   bool
	Picture  *report.RingPicture
	Members  []member
	From, To string
	Asked    bool
	Path     []report.LinkSentence
	Far      bool // no path
	Patterns template.HTML
}

// member is one person of a ring.
type member struct {
	Handle, Stage string
	State         weigh.State
	Number, Links int
	Weight        record.Weight
}

func (s *Server) ring(x *exchange) error {
	id := x.r.PathValue("id")
	v := &ringView{ID: id, From: x.r.FormValue("from"), To: x.r.FormValue("to")}
	var ring report.Ring
	states := map[string]store.Row{}
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		var err error
		if v.Hidden, err = hidden(r, x.who); err != nil || v.Hidden {
			return err
		}
		if ring, err = ringRow(r, id); err != nil {
			return err
		}
		if ring.ID == "" {
			return store.ErrNotFound
		}
		for row, err := range r.Find(store.Subjects, store.Query{Bare: true, Where: []store.Cond{{Column: "ring", Op: store.Equal, Text: id}}}) {
			if err != nil && !errors.Is(err, store.ErrErased) {
				return err
			}
			states[row.Key] = row
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("show a ring: %w", err)
	}
	if v.Hidden {
		return x.page("rings/ring", v)
	}
	if err := x.note("ring.view", id, nil); err != nil {
		return err
	}
	v.Picture = report.NewRingPicture(ring)
	links := map[string]int{}
	for _, l := range ring.Links {
		links[l.A]++
		links[l.B]++
	}
	for i, handle := range ring.Subjects {
		row := states[handle]
		v.Members = append(v.Members, member{
			Handle: handle, State: weigh.State(row.Text["state"]), Stage: row.Text["stage"], Number: i + 1, Links: links[handle],
			Weight: record.Weight(row.Ints["weight"]),
		})
	}
	if v.To == "" && len(ring.Subjects) > 1 {
		v.To = ring.Subjects[1]
	}
	if v.From != "" && slices.Contains(ring.Subjects, v.From) && slices.Contains(ring.Subjects, v.To) {
		v.Asked = true
		path := between(ring.Links, v.From, v.To)
		v.Far = path == nil && v.From != v.To
		v.Path = report.Sentences(path)
	}
	return x.page("rings/ring", v)
}

// ringRow reads a ring; none is no error.
func ringRow(r store.Reader, id string) (report.Ring, error) {
	row, err := r.Get(store.Rings, id)
	if errors.Is(err, store.ErrNotFound) {
		return report.Ring{}, nil
	}
	if err != nil {
		return report.Ring{}, err
	}
	ring, err := report.DecodeRing(row.Body)
	if err != nil {
		return report.Ring{}, fmt.Errorf("read a ring: %w", err)
	}
	ring.ID = row.Key
	return ring, nil
}

// around is the part of a ring that one person shares something in.
func around(ring report.Ring, handle string) report.Ring {
	out := report.Ring{ID: ring.ID, Subjects: []string{handle}}
	for _, l := range ring.Links {
		if l.A != handle && l.B != handle {
			continue
		}
		out.Links = append(out.Links, l)
		for _, other := range []string{l.A, l.B} {
			if !slices.Contains(out.Subjects, other) {
				out.Subjects = append(out.Subjects, other)
			}
		}
	}
	return out
}

// between is the shortest chain of links from one person to another, of chains as
// short the one whose weakest link is the heaviest; nil for none. Links that many
// hold are as good as any here: the sentences say how many.
func between(links []report.Link, from, to string) []report.Link {
	type reached struct {
		steps   int
		weakest float64
		by      report.Link
		prev    string
	}
	at := map[string]reached{from: {weakest: 1e9}}
	edge := []string{from}
	for len(edge) > 0 {
		if _, ok := at[to]; ok {
			break
		}
		next := map[string]reached{}
		for _, here := range edge {
			for _, l := range links {
				other := l.B
				switch here {
				case l.A:
				case l.B:
					other = l.A
				default:
					continue
				}
				if _, done := at[other]; done {
					continue
				}
				weakest := min(at[here].weakest, l.WeightDB)
				if old, ok := next[other]; !ok || weakest > old.weakest {
					next[other] = reached{at[here].steps + 1, weakest, l, here}
				}
			}
		}
		edge = edge[:0]
		for other, how := range next {
			at[other] = how
			edge = append(edge, other)
		}
		slices.SortFunc(edge, cmp.Compare[string])
	}
	var path []report.Link
	for here := to; here != from; {
		how, ok := at[here]
		if !ok {
			return nil
		}
		path = append(path, how.by)
		here = how.prev
	}
	slices.Reverse(path)
	return path
}
