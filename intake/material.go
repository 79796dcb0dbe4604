// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"unique"

	"daylight/pipeline"
	"daylight/record"
	"daylight/store"
)

// material is what is kept, in as little room as can be. Between two assessments only
// what changed is read again.
type material struct {
	files     cache[pipeline.File]
	records   cache[*pipeline.KeptRecord]
	documents cache[foldedDocument]
	activity  folded
	damage    damage // of the last load
	// papers are the keys that documents are sealed under, by path.
	papers map[string][]string
}

// cache holds decoded rows of one collection.
type cache[T any] struct{ rows map[string]cached[T] }

type cached[T any] struct {
	version int64
	holder  string
	value   T
}

// refresh reads the rows that a query selects and that are new or another version,
// and forgets those that are gone. A row that was erased or does not open is left
// out, and the latter is damage.
func (c *cache[T]) refresh(r store.Reader, of store.Collection, q store.Query, bad *damage, decode func(store.Row) (T, error)) error {
	rows := make(map[string]cached[T], len(c.rows))
	q.Bare = true
	for bare, err := range r.Find(of, q) {
		if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
			return err
		}
		if known, ok := c.rows[bare.Key]; ok && known.version == bare.Version && err == nil {
			rows[bare.Key] = known
			continue
		}
		row, err := r.Get(of, bare.Key)
		switch {
		case errors.Is(err, store.ErrErased), errors.Is(err, store.ErrNotFound):
			continue
		case errors.Is(err, store.ErrCorrupt):
			bad.row(of, bare)
			continue
		case err != nil:
			return err
		}
		value, err := decode(row)
		if err != nil {
			bad.row(of, bare)
			continue
		}
		rows[row.Key] = cached[T]{row.Version, once(row.Holder), value}
	}
	c.rows = rows
	return nil
}

// load brings the material up to what is kept. What does not open is left out of it
// and noted as damage.
func (m *material) load(ctx context.Context, st store.Store) (pipeline.Kept, error) {
	m.damage = damage{}
	var k pipeline.Kept
	err := st.View(ctx, func(r store.Reader) error {
		if err := m.refresh(r); err != nil {
			return err
		}
		var err error
		if k, err = m.kept(); err != nil {
			return err
		}
		if err := m.activity.refresh(r, k.Aside(), &m.damage); err != nil {
			return err
		}
		return ctx.Err()
	})
	if err != nil {
		return pipeline.Kept{}, err
	}
	for _, a := range m.activity.accounts {
		k.Accounts = append(k.Accounts, a.KeptAccount)
	}
	return k, nil
}

// kept is all but the activity.
func (m *material) kept() (pipeline.Kept, error) {
	m.papers = make(map[string][]string, len(m.documents.rows))
	for _, d := range m.documents.rows {
		m.papers[d.value.path] = append(m.papers[d.value.path], d.holder)
	}
	k := pipeline.Kept{Files: make([]pipeline.File, 0, len(m.files.rows)), Records: make([]*pipeline.KeptRecord, 0, len(m.records.rows))}
	for key, f := range m.files.rows {
		file := f.value
		if d, ok := m.documents.rows[key]; ok {
			var err error
			if file.Document, err = d.value.unfold(); err != nil {
				return k, err
			}
		}
		k.Files = append(k.Files, file)
	}
	for _, r := range m.records.rows {
		k.Records = append(k.Records, r.value)
	}
	return k, nil
}

func (m *material) refresh(r store.Reader) error {
	bad := &m.damage
	err := m.files.refresh(r, store.Files, store.Query{}, bad, func(row store.Row) (pipeline.File, error) {
		var b fileBody
		if err := json.Unmarshal(row.Body, &b); err != nil {
			return pipeline.File{}, err
		}
		f := b.file()
		for part := range b.Database {
			data, err := r.Get(store.Documents, partKey(row.Key, part))
			if err != nil {
				return pipeline.File{}, err
			}
			f.Database = append(f.Database, data.Body...)
		}
		return f, nil
	})
	if err != nil {
		return err
	}
	err = m.records.refresh(r, store.Records, store.Query{}, bad, func(row store.Row) (*pipeline.KeptRecord, error) {
		b, err := decodeRecord(row.Body)
		return slim(row.Key, b), err
	})
	if err != nil {
		return err
	}
	whole := store.Query{Where: []store.Cond{{Column: "file", Op: store.NotEqual}}}
	return m.documents.refresh(r, store.Documents, whole, bad, func(row store.Row) (foldedDocument, error) {
		return foldDocument(row.Body)
	})
}

// slim is a record with strings that many records have held once for all of them.
func slim(key string, b recordBody) *pipeline.KeptRecord {
	k := &pipeline.KeptRecord{Record: b.Record, Places: slices.Clip(b.Places)}
	if string(k.ID) == key {
		k.ID = record.ID(key)
	}
	for i := range k.Places {
		k.Places[i].Feed, k.Places[i].Path = once(k.Places[i].Feed), once(k.Places[i].Path)
	}
	k.Origin = record.Origin{} // it is among the places
	return k
}

// once is a string that is held once, however many there are of it.
func once(s string) string { return unique.Make(s).Value() }

// holders returns the keys that a person's material is sealed under.
func (m *material) holders(s *pipeline.Subject) []string {
	var all []string
	for _, r := range s.View.Records {
		if kept, ok := m.records.rows[string(r.ID)]; ok {
			all = append(all, kept.holder)
		}
	}
	for _, key := range s.Accounts {
		all = append(all, accountHolder(key))
	}
	for _, path := range s.Documents {
		all = append(all, m.papers[path]...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
