// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"errors"
	"slices"
	"unique"

	"daylight/pipeline"
	"daylight/record"
	"daylight/store"
)

// material is what is kept, in as little room as can be. Between two assessments only
// what changed is read again, but for records: decoded they are most of it, and an
// assessment takes them over.
type material struct {
	files     cache[pipeline.File]
	documents cache[foldedDocument]
	activity  folded
	damage    damage // of the last load
	// sealed are the keys that records of the last load are sealed under, and papers
	// those of documents, by path.
	sealed map[record.ID]string
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
		if errors.Is(err, errStore) {
			return err
		}
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
		if k.Records, err = m.records(r); err != nil {
			return err
		}
		if k.Files, err = m.kept(); err != nil {
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

// records reads every record, once for each place where it was read.
func (m *material) records(r store.Reader) ([]record.Record, error) {
	n, err := r.Count(store.Records, store.Query{})
	if err != nil {
		return nil, err
	}
	m.sealed = make(map[record.ID]string, n)
	same := words{}
	// There is room for what documents add when people are joined.
	all := make([]record.Record, 0, n+2*len(m.documents.rows))
	for row, err := range r.Find(store.Records, store.Query{}) {
		switch {
		case errors.Is(err, store.ErrErased):
			continue
		case errors.Is(err, store.ErrCorrupt):
			m.damage.row(store.Records, row)
			continue
		case err != nil:
			return nil, err
		}
		b, err := decodeRecord(row.Body)
		if err != nil {
			m.damage.row(store.Records, row)
			continue
		}
		same.share(&b)
		m.sealed[b.Record.ID] = same.once(row.Holder)
		for _, place := range b.Places {
			read := b.Record
			read.Origin = place
			all = append(all, read)
		}
	}
	return all, nil
}

// words are the strings of one load, of which each is held once however many records
// have it.
type words map[string]string

func (w words) once(s string) string {
	if known, ok := w[s]; ok {
		return known
	}
	w[s] = s
	return s
}

// share has a record hold its own of the strings that many have.
func (w words) share(b *recordBody) {
	ref := &b.Record.Ref
	ref.ID, ref.Username = w.once(ref.ID), w.once(ref.Username)
	ref.Email, ref.Phone = record.Redacted(w.once(string(ref.Email))), record.Redacted(w.once(string(ref.Phone)))
	for i := range b.Places {
		b.Places[i].Feed, b.Places[i].Path = w.once(b.Places[i].Feed), w.once(b.Places[i].Path)
	}
}

// kept is the files, with their documents.
func (m *material) kept() ([]pipeline.File, error) {
	m.papers = make(map[string][]string, len(m.documents.rows))
	for _, d := range m.documents.rows {
		m.papers[d.value.path] = append(m.papers[d.value.path], d.holder)
	}
	files := make([]pipeline.File, 0, len(m.files.rows))
	for key, f := range m.files.rows {
		file := f.value
		if d, ok := m.documents.rows[key]; ok {
			var err error
			if file.Document, err = d.value.unfold(); err != nil {
				return nil, err
			}
		}
		files = append(files, file)
	}
	return files, nil
}

func (m *material) refresh(r store.Reader) error {
	bad := &m.damage
	err := m.files.refresh(r, store.Files, store.Query{}, bad, func(row store.Row) (pipeline.File, error) { return file(r, row) })
	if err != nil {
		return err
	}
	whole := store.Query{Where: []store.Cond{{Column: "file", Op: store.NotEqual}}}
	return m.documents.refresh(r, store.Documents, whole, bad, func(row store.Row) (foldedDocument, error) {
		return foldDocument(row.Body)
	})
}

// once is a string that is held once, however many there are of it.
func once(s string) string { return unique.Make(s).Value() }

// holders returns the keys that a person's material is sealed under.
func (m *material) holders(s *pipeline.Subject) []string {
	var all []string
	for _, r := range s.View.Records {
		if holder, ok := m.sealed[r.ID]; ok {
			all = append(all, holder)
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
