// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"daylight/store"
)

// memory is a store in maps that a test can tamper with at will.
type memory struct {
	store.Writer // the methods that the log does not use
	log          []store.Entry
	rows         map[string]map[string]store.Row
}

// newMemory is a store as it is made: with the empty head of its log.
func newMemory() *memory {
	head := store.Row{Key: store.HeadRow, Text: map[string]string{"kind": store.HeadRow}}
	return &memory{rows: map[string]map[string]store.Row{store.Tree.Name: {store.HeadRow: head}}}
}

// clone copies the store, so that each case tampers with its own.
func (m *memory) clone() *memory {
	c := newMemory()
	c.log = slices.Clone(m.log)
	for name, rows := range m.rows {
		c.rows[name] = maps.Clone(rows)
	}
	return c
}

func (m *memory) Get(c store.Collection, key string) (store.Row, error) {
	row, ok := m.rows[c.Name][key]
	if !ok {
		return store.Row{}, store.ErrNotFound
	}
	return row, nil
}

func (m *memory) Put(c store.Collection, row store.Row) error {
	if m.rows[c.Name] == nil {
		m.rows[c.Name] = map[string]store.Row{}
	}
	row.Body = slices.Clone(row.Body)
	row.Version++
	m.rows[c.Name][row.Key] = row
	return nil
}

// Find knows what package audit asks: equal text, a range of numbers, and order
// by one number.
func (m *memory) Find(c store.Collection, q store.Query) iter.Seq2[store.Row, error] {
	var rows []store.Row
	for _, row := range m.rows[c.Name] {
		if !slices.ContainsFunc(q.Where, func(w store.Cond) bool { return !holds(row, w) }) {
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b store.Row) int {
		by := cmp.Or(cmp.Compare(a.Ints[q.By], b.Ints[q.By]), strings.Compare(a.Key, b.Key))
		if q.Desc {
			return -by
		}
		return by
	})
	if q.Limit > 0 && len(rows) > q.Limit {
		rows = rows[:q.Limit]
	}
	return func(yield func(store.Row, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func holds(row store.Row, c store.Cond) bool {
	if c.Op == store.AtLeast {
		return row.Ints[c.Column] >= c.Int
	}
	if c.Op == store.Below {
		return row.Ints[c.Column] < c.Int
	}
	return row.Text[c.Column] == c.Text
}

func (m *memory) Count(c store.Collection, q store.Query) (int, error) {
	n := 0
	for _, err := range m.Find(c, q) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

func (m *memory) Append(_ store.Log, at time.Time, data []byte) (int64, error) {
	n := int64(len(m.log))
	m.log = append(m.log, store.Entry{Number: n, At: at, Data: slices.Clone(data)})
	return n, nil
}

func (m *memory) Entries(_ store.Log, from int64) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		for _, e := range m.log[min(from, int64(len(m.log))):] {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (m *memory) Length(store.Log) (int64, error) { return int64(len(m.log)), nil }

func (m *memory) Hash(kind, value string) string {
	h := strings.Repeat("0", 24) + kind + value + "00000000"
	return h[:32]
}
