// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"time"

	"daylight/pipeline"
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

// aside returns the handles of those whose material does not open: whose keys were
// known to be theirs, and those of the result who have other material under the same
// key. Assessing them without it would say of them what is not so.
func (d *damage) aside(r store.Reader, holders map[string][]string) (map[string]bool, error) {
	out := map[string]bool{}
	for _, h := range d.people {
		out[h] = true
	}
	for _, h := range d.holders {
		found := false
		if handle, ok := strings.CutPrefix(h, "s:"); ok {
			out[handle], found = true, true
		}
		for handle, own := range holders {
			if slices.Contains(own, h) {
				out[handle], found = true, true
			}
		}
		for row, err := range r.Find(store.Identifiers, store.Query{Bare: true, Where: []store.Cond{
			{Column: "hash", Op: store.Equal, Text: h}, {Column: "type", Op: store.Equal, Text: HolderType},
		}}) {
			if err != nil {
				return nil, err
			}
			out[row.Text["subject"]], found = true, true
		}
		if !found {
			d.unknown++
		}
	}
	return out, nil
}

// setAside says who is not to be written, and keeps what is wrong where the page of
// sources shows it.
func (a *Assessor) setAside(ctx context.Context, res *pipeline.Result, at time.Time) (map[string]bool, error) {
	d := a.material.damage
	var people map[string]bool
	err := a.Store.View(ctx, func(r store.Reader) (err error) {
		people, err = d.aside(r, a.material.holders(res))
		return err
	})
	if err != nil {
		return nil, err
	}
	now := Damaged{Rows: d.rows, Unknown: d.unknown}
	for handle := range people {
		now.People = append(now.People, handle)
	}
	slices.Sort(now.People)
	if len(now.Rows) > 0 {
		a.Log.WarnContext(ctx, "kept rows do not open and are set aside", slog.Int("rows", len(now.Rows)), slog.Int("people", len(now.People)))
	}
	err = a.Store.Update(ctx, func(w store.Writer) error {
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
	return people, err
}
