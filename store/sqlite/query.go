// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"daylight/store"
)

// Get implements [store.Reader].
func (t *tx) Get(c store.Collection, key string) (store.Row, error) {
	tab, err := t.table(c)
	if err != nil {
		return store.Row{}, fmt.Errorf("get a row: %w", err)
	}
	r, err := t.scan(tab, t.row(tab.get, key), false)
	if err != nil {
		return r, fmt.Errorf("get a row of %s: %w", c.Name, err)
	}
	return r, nil
}

// scan reads a row of the columns key, version, holder, body, wrapped key (the last
// two left out of a bare one) and the plain columns.
func (t *tx) scan(tab *table, from interface{ Scan(dest ...any) error }, bare bool) (store.Row, error) {
	var r store.Row
	var sealed, wrapped []byte
	text, ints := make([]string, len(tab.Text)), make([]int64, len(tab.Ints))
	dest := make([]any, 0, 5+len(text)+len(ints))
	dest = append(dest, &r.Key, &r.Version, &r.Holder)
	if !bare {
		dest = append(dest, &sealed, &wrapped)
	}
	for i := range text {
		dest = append(dest, &text[i])
	}
	for i := range ints {
		dest = append(dest, &ints[i])
	}
	if err := from.Scan(dest...); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return store.Row{}, store.ErrNotFound
		}
		return store.Row{}, t.fail("read", err)
	}
	r.Text, r.Ints = make(map[string]string, len(text)), make(map[string]int64, len(ints))
	for i, v := range text {
		r.Text[tab.Text[i]] = v
	}
	for i, v := range ints {
		r.Ints[tab.Ints[i]] = v
	}
	if bare {
		return r, nil
	}
	a, err := t.cipher(r.Holder, wrapped)
	if err != nil {
		return r, err
	}
	if r.Body, err = unseal(a, sealed, tab.binding(r)); err != nil {
		return r, err
	}
	return r, nil
}

// selection is a query as SQL.
type selection struct {
	where string
	args  []any
	order string
}

func (tab *table) selection(q store.Query) (selection, error) {
	var s selection
	var clauses []string
	for _, c := range q.Where {
		clause, args, err := tab.condition(c)
		if err != nil {
			return s, err
		}
		clauses = append(clauses, clause)
		s.args = append(s.args, args...)
	}
	if q.Readable {
		clauses = append(clauses, "NOT EXISTS (SELECT 1 FROM holders d WHERE d.holder = t.holder AND d.wrapped = zeroblob(?))")
		s.args = append(s.args, wrappedSize)
	}
	if len(clauses) > 0 {
		s.where = " WHERE " + strings.Join(clauses, " AND ")
	}
	down := ""
	if q.Desc {
		down = " DESC"
	}
	switch {
	case (q.By == "" || q.By == "key") && slices.ContainsFunc(q.Where, fewHolders):
		// What some holders have is little: SQLite would rather go through all rows of
		// another column's index, which are in order, than sort it.
		s.order = " ORDER BY +t.key" + down
	case q.By == "" || q.By == "key":
		s.order = " ORDER BY t.key" + down
	case slices.ContainsFunc(q.Where, func(c store.Cond) bool {
		return c.Op == store.NotEqual && slices.Contains(tab.Pairs, [2]string{q.By, c.Column})
	}):
		// Nearly all rows are meant, and an index has both columns: to sort those of equal
		// value is less than to read each row for the condition.
		s.order = " ORDER BY t." + quote(q.By) + down + ", +t.key" + down
	case q.By == "holder" || slices.Contains(tab.Text, q.By) || slices.Contains(tab.Ints, q.By):
		s.order = " ORDER BY t." + quote(q.By) + down + ", t.key" + down
	default:
		return s, fmt.Errorf("%s has no column %q to order by", tab.Name, q.By)
	}
	return s, nil
}

func fewHolders(c store.Cond) bool { return c.Column == "holder" && c.Op == store.OneOf }

// maxOneOf bounds the values of one OneOf: SQLite has a limit on parameters.
const maxOneOf = 16384

func (tab *table) condition(c store.Cond) (string, []any, error) {
	col := "t." + quote(c.Column)
	number := slices.Contains(tab.Ints, c.Column)
	if !number && c.Column != "key" && c.Column != "holder" && !slices.Contains(tab.Text, c.Column) {
		return "", nil, fmt.Errorf("%s has no column %q", tab.Name, c.Column)
	}
	switch c.Op {
	case store.Equal, store.NotEqual, store.Below, store.Above, store.AtLeast, store.AtMost:
		clause := col + " " + string(c.Op) + " ?"
		if number {
			return clause, []any{c.Int}, nil
		}
		if c.Op == store.Equal && c.Text == "" {
			clause = "+" + clause // most rows leave a column out: its index finds nothing
		}
		return clause, []any{c.Text}, nil
	case store.OneOf:
		switch {
		case number:
			return "", nil, fmt.Errorf("%s: %q is of text columns only", c.Column, c.Op)
		case len(c.In) == 0:
			return "0", nil, nil
		case len(c.In) > maxOneOf:
			return "", nil, fmt.Errorf("%s: %d values are more than %d", c.Column, len(c.In), maxOneOf)
		}
		// As many marks as the next power of two: few statements serve all lengths.
		n := 1
		for n < len(c.In) {
			n *= 2
		}
		args := make([]any, n)
		for i := range args {
			args[i] = c.In[min(i, len(c.In)-1)]
		}
		return col + " IN (?" + strings.Repeat(", ?", n-1) + ")", args, nil
	case store.Prefix:
		if number {
			return "", nil, fmt.Errorf("%s: %q is of text columns only", c.Column, c.Op)
		}
		if after := successor(c.Text); after != "" {
			return "(" + col + " >= ? AND " + col + " < ?)", []any{c.Text, after}, nil
		}
		return col + " >= ?", []any{c.Text}, nil
	}
	return "", nil, fmt.Errorf("%s: there is no comparison %q", c.Column, c.Op)
}

// successor is the first string after all that begin with prefix, or "" if there
// is none.
func successor(prefix string) string {
	b := []byte(prefix)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < 0xff {
			b[i]++
			return string(b[:i+1])
		}
	}
	return ""
}

func window(q store.Query) string {
	switch {
	case q.Limit > 0 && q.Skip > 0:
		return fmt.Sprintf(" LIMIT %d OFFSET %d", q.Limit, q.Skip)
	case q.Limit > 0:
		return fmt.Sprintf(" LIMIT %d", q.Limit)
	case q.Skip > 0:
		return fmt.Sprintf(" LIMIT -1 OFFSET %d", q.Skip)
	}
	return ""
}

// Find implements [store.Reader]. In an update it first lists the keys and then
// gets each row, so that f may change the collection meanwhile: rows come as they
// are when they are yielded, and removed ones not at all.
func (t *tx) Find(c store.Collection, q store.Query) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		fail := func(err error) { yield(store.Row{}, fmt.Errorf("find rows of %s: %w", c.Name, err)) }
		tab, err := t.table(c)
		if err != nil {
			fail(err)
			return
		}
		sel, err := tab.selection(q)
		if err != nil {
			fail(err)
			return
		}
		if t.writing {
			keys, err := t.list("SELECT t.key FROM "+quote(tab.Name)+" t"+sel.where+sel.order+window(q), sel.args)
			if err != nil {
				fail(err)
				return
			}
			for _, key := range keys {
				r, err := t.find(tab, key, q.Bare)
				if errors.Is(err, store.ErrNotFound) {
					continue
				}
				if !yield(r, err) || t.stopped(err) {
					return
				}
			}
			return
		}
		rows, err := t.rows(tab.query(sel, q), sel.args...)
		if err != nil {
			fail(damage(err))
			return
		}
		defer rows.close()
		for rows.Next() {
			r, err := t.scan(tab, rows, q.Bare)
			if err != nil {
				err = fmt.Errorf("find rows of %s: %w", c.Name, err)
			}
			if !yield(r, err) {
				return
			}
			if err := t.ready(); err != nil {
				fail(err)
				return
			}
		}
		if err := rows.Err(); err != nil {
			fail(damage(err))
		}
	}
}

// query is a selection as one statement. With a limit the rows are chosen first, by
// indexes and plain columns alone, so that no body is carried through a sort.
func (tab *table) query(sel selection, q store.Query) string {
	columns, from := "SELECT t.key, t.revision, t.holder, t.body, h.wrapped"+tab.list, quote(tab.Name)+" t"
	holders := " LEFT JOIN holders h ON h.holder = t.holder"
	if q.Bare {
		columns, holders = "SELECT t.key, t.revision, t.holder"+tab.list, ""
	}
	if q.Limit <= 0 {
		return columns + " FROM " + from + holders + sel.where + sel.order + window(q)
	}
	return columns + " FROM (SELECT t.rowid AS chosen FROM " + from + sel.where + sel.order + window(q) + ") JOIN " + from + " ON t.rowid = chosen" + holders + sel.order
}

// stopped reports whether an error is of more than one row.
func (t *tx) stopped(err error) bool {
	return err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt)
}

func (t *tx) find(tab *table, key string, bare bool) (store.Row, error) {
	query := tab.get
	if bare {
		query = "SELECT t.key, t.revision, t.holder" + tab.list + " FROM " + quote(tab.Name) + " t WHERE t.key = ?"
	}
	r, err := t.scan(tab, t.row(query, key), bare)
	if err != nil {
		return r, fmt.Errorf("find rows of %s: %w", tab.Name, err)
	}
	return r, nil
}

// list reads a column of strings.
func (t *tx) list(query string, args []any) (out []string, err error) {
	rows, err := t.rows(query, args...)
	if err != nil {
		return nil, t.fail("list", err)
	}
	defer rows.close()
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return nil, t.fail("list", err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, t.fail("list", err)
	}
	return out, nil
}

// Count implements [store.Reader].
func (t *tx) Count(c store.Collection, q store.Query) (int, error) {
	tab, err := t.table(c)
	if err != nil {
		return 0, fmt.Errorf("count rows: %w", err)
	}
	sel, err := tab.selection(q)
	if err != nil {
		return 0, fmt.Errorf("count rows: %w", err)
	}
	var n int
	if err := t.row("SELECT count(*) FROM "+quote(tab.Name)+" t"+sel.where, sel.args...).Scan(&n); err != nil {
		return 0, t.fail("count rows of "+c.Name, err)
	}
	return n, nil
}
