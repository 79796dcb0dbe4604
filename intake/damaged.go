// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"time"

	"daylight/store"
)

// damagedKey is the row of [store.Settings] that holds [Damaged].
const damagedKey = "damaged"

// Damaged is what of the kept rows did not open when everybody was last assessed. They
// are set aside: whoever they are about keeps the assessment that they had, and
// everybody else is assessed.
type Damaged struct {
	At   time.Time    `json:"at"`
	Rows []DamagedRow `json:"rows,omitempty"`
	// People are the handles of those who were not assessed.
	People []string `json:"people,omitempty"`
	// Unknown is how many rows are about nobody who could be told: whoever they are
	// about may have been assessed without them.
	Unknown int `json:"unknown,omitempty"`
}

// DamagedRow is one row that does not open. The key says nothing about a person.
type DamagedRow struct {
	Collection string `json:"collection"`
	Key        string `json:"key"`
}

// ReadDamaged returns what was set aside when everybody was last assessed; none is no
// error.
func ReadDamaged(r store.Reader) (Damaged, error) {
	var d Damaged
	err := readSetting(r, damagedKey, &d)
	return d, err
}

// damage gathers the rows that do not open, and whose they are.
type damage struct {
	rows    []DamagedRow
	holders []string // of rows whose person is not named by the row itself
	people  []string
	unknown int
}

// row adds one that is sealed under a person's key; of the service's own rows, nobody
// can say whom they are about.
func (d *damage) row(c store.Collection, row store.Row) {
	d.rows = append(d.rows, DamagedRow{c.Name, row.Key})
	if row.Holder == "" {
		d.unknown++
		return
	}
	d.holders = append(d.holders, row.Holder)
}

// person adds a row that names the person.
func (d *damage) person(c store.Collection, key, handle string) {
	d.rows = append(d.rows, DamagedRow{c.Name, key})
	d.people = append(d.people, handle)
}

// join adds what another part of the material found.
func (d *damage) join(o damage) {
	d.rows = append(d.rows, o.rows...)
	d.holders = append(d.holders, o.holders...)
	d.people = append(d.people, o.people...)
	d.unknown += o.unknown
}

// asidePeople is who keeps the assessment that they had, because some of what is kept about
// them does not open: assessing them without it would say of them what is not so. It
// is those whose keys were known to be theirs, and those who have other material under
// the same key.
type asidePeople struct {
	people map[string]bool // handles
	keys   map[string]bool // of what does not open; whether it is known whose they are
}

// aside returns those who are known before anybody is assessed.
func (d *damage) aside(r store.Reader) (asidePeople, error) {
	s := asidePeople{people: map[string]bool{}, keys: map[string]bool{}}
	for _, h := range d.people {
		s.people[h] = true
	}
	for _, h := range d.holders {
		handle, known := strings.CutPrefix(h, "s:")
		if known {
			s.people[handle] = true
		}
		s.keys[h] = known
		for row, err := range r.Find(store.Identifiers, store.Query{Bare: true, Where: []store.Cond{
			{Column: "hash", Op: store.Equal, Text: h}, {Column: "type", Op: store.Equal, Text: HolderType},
		}}) {
			if err != nil {
				return s, err
			}
			s.people[row.Text["subject"]], s.keys[h] = true, true
		}
	}
	return s, nil
}

// add sets a person aside whose material is sealed under a key of what does not open.
func (s asidePeople) add(handle string, holders []string) {
	for _, h := range holders {
		if _, bad := s.keys[h]; bad {
			s.people[handle], s.keys[h] = true, true
		}
	}
}

// noteDamage keeps what is wrong where the page of sources shows it.
func (a *Assessor) noteDamage(ctx context.Context, aside asidePeople, at time.Time) error {
	d := a.material.damage
	now := Damaged{Rows: d.rows, Unknown: d.unknown}
	for _, h := range d.holders {
		if !aside.keys[h] {
			now.Unknown++
		}
	}
	for handle := range aside.people {
		now.People = append(now.People, handle)
	}
	slices.Sort(now.People)
	if len(now.Rows) > 0 {
		a.Log.WarnContext(ctx, "kept rows do not open and are set aside", slog.Int("rows", len(now.Rows)), slog.Int("people", len(now.People)))
	}
	return a.Store.Update(ctx, func(w store.Writer) error {
		before, err := ReadDamaged(w)
		if err != nil {
			return err
		}
		before.At = time.Time{}
		if reflect.DeepEqual(before, now) {
			return nil
		}
		if len(now.Rows) == 0 {
			return w.Delete(store.Settings, damagedKey)
		}
		now.At = at.UTC()
		return putSetting(w, damagedKey, now)
	})
}
