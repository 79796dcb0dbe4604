// SPDX-License-Identifier: Apache-2.0

package activity

import "slices"

// key is what a table sorts by.
type key interface{ ~uint32 | ~uint64 }

// row is one keyed value.
type row[K key, V any] struct {
	key K
	val V
}

// table is a sorted set of keyed values that keeps, of each group of keys, the
// limit smallest. A group is the keys that agree above the lowest groupBits
// bits. Because a key once dropped has limit smaller keys that stay, what
// remains after any order of adding and joining is the same; so is cut, which
// holds exactly when a group ever had more than limit distinct keys.
type table[K key, V any] struct {
	rows []row[K, V]
	cut  bool
}

// bound is how a table is limited: limit keys in each group.
type bound struct {
	limit     int
	groupBits uint // 0 stands for all bits: the whole table is one group
}

func (b bound) group(k uint64) uint64 {
	if b.groupBits == 0 {
		return 0
	}
	return k >> b.groupBits
}

// find returns the place of k, or where it belongs. The ends are looked at
// first: newest-first tables are hit at the front.
func (t *table[K, V]) find(k K) (int, bool) {
	rows := t.rows
	lo, hi := 0, len(rows)
	for lo < hi {
		m := int(uint(lo+hi) >> 1) //nolint:gosec // both are lengths, never negative
		if rows[m].key < k {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo, lo < len(rows) && rows[lo].key == k
}

// slot returns the value kept for k, making room for it when it is new, or nil
// when k is past the limit. The pointer is good until the next call.
func (t *table[K, V]) slot(k K, b bound) (v *V, fresh bool) {
	i, ok := t.find(k)
	if ok {
		return &t.rows[i].val, false
	}
	if len(t.rows) >= b.limit {
		first, end := t.extent(k, i, b)
		if end-first >= b.limit {
			t.cut = true
			if i == end {
				return nil, false
			}
			t.rows = slices.Delete(t.rows, end-1, end)
		}
	}
	t.insert(i)
	t.rows[i].key = k
	return &t.rows[i].val, true
}

// extent returns the rows of k's group, given that k belongs at i.
func (t *table[K, V]) extent(k K, i int, b bound) (first, end int) {
	if b.groupBits == 0 {
		return 0, len(t.rows)
	}
	g := b.group(uint64(k))
	first, end = i, i
	for first > 0 && b.group(uint64(t.rows[first-1].key)) == g {
		first--
	}
	for end < len(t.rows) && b.group(uint64(t.rows[end].key)) == g {
		end++
	}
	return first, end
}

// insert opens a zero row at i. Capacity grows by half and not by double: there
// are many small profiles.
func (t *table[K, V]) insert(i int) {
	n := len(t.rows)
	if n == cap(t.rows) {
		grown := make([]row[K, V], n, n+max(2, n/2))
		copy(grown, t.rows)
		t.rows = grown
	}
	t.rows = t.rows[:n+1]
	copy(t.rows[i+1:], t.rows[i:n])
	t.rows[i] = row[K, V]{}
}

// join adds the rows of o, merging values of equal keys with merge.
func (t *table[K, V]) join(o *table[K, V], b bound, merge func(into, from *V)) {
	t.cut = t.cut || o.cut
	if len(o.rows) == 0 {
		return
	}
	out := make([]row[K, V], 0, min(len(t.rows)+len(o.rows), max(b.limit, len(t.rows), len(o.rows))))
	i, j, inGroup := 0, 0, 0
	for i < len(t.rows) || j < len(o.rows) {
		var r row[K, V]
		switch {
		case j == len(o.rows) || i < len(t.rows) && t.rows[i].key < o.rows[j].key:
			r = t.rows[i]
			i++
		case i == len(t.rows) || o.rows[j].key < t.rows[i].key:
			r = o.rows[j]
			j++
		default:
			r = t.rows[i]
			merge(&r.val, &o.rows[j].val)
			i++
			j++
		}
		if len(out) > 0 && b.group(uint64(out[len(out)-1].key)) != b.group(uint64(r.key)) {
			inGroup = 0
		}
		if inGroup == b.limit {
			t.cut = true
			continue
		}
		inGroup++
		out = append(out, r)
	}
	t.rows = out
}
