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

// table is a set of keyed values, sorted by key, that keeps of each group of keys
// the limit that stand first in a fixed order. Because a key once dropped has
// limit keys before it that stay, what remains after any order of adding and
// joining is the same; so is cut, which holds exactly when a group ever had more
// than limit distinct keys.
type table[K key, V any] struct {
	rows  []row[K, V]
	worst K // the next to drop, when known is set
	known bool
	cut   bool
}

// bound is how a table is limited.
type bound struct {
	limit int // rows in each group
	// groupBits: keys that agree above so many low bits are a group; 0 makes the
	// table one group. The smallest keys of a group are kept.
	groupBits uint
	// wide is a group with another limit, if wideLimit is not 0.
	wide      uint64
	wideLimit int
	// dayBits, where not 0, says that keys begin with a day above so many low
	// bits. Then days are kept in the order of a hash, or the newest if newest.
	// Such a table has no groups.
	dayBits uint
	newest  bool
}

// room is the limit of a group.
func (b bound) room(group uint64) int {
	if b.wideLimit != 0 && group == b.wide {
		return b.wideLimit
	}
	return b.limit
}

// rank is what rows are kept by, the smaller first, equal ones by key.
func (b bound) rank(k uint64) uint32 {
	if b.dayBits == 0 {
		return 0
	}
	day := uint32(k >> b.dayBits) //nolint:gosec // days take 17 bits
	if b.newest {
		return ^day
	}
	return scatter(day)
}

// before reports whether a is kept rather than c.
func (b bound) before(a, c uint64) bool {
	if x, y := b.rank(a), b.rank(c); x != y {
		return x < y
	}
	return a < c
}

// find returns the place of k, or where it belongs. It looks near the end first:
// events come in the order of time, and so do most keys.
func (t *table[K, V]) find(k K) (int, bool) {
	rows := t.rows
	lo, hi := 0, len(rows)
	for step := 1; hi > 0; step *= 2 {
		i := max(0, len(rows)-step)
		if rows[i].key <= k {
			lo = i
			break
		}
		hi = i
	}
	for lo < hi {
		m := int(uint(lo+hi) >> 1)
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
		if drop, full := t.last(k, i, b); full {
			t.cut = true
			if !b.before(uint64(k), uint64(drop)) {
				return nil, false
			}
			from, _ := t.find(drop)
			i = t.move(from, i)
			t.rows[i] = row[K, V]{key: k}
			t.known = false
			return &t.rows[i].val, true
		}
	}
	t.insert(i, b)
	t.rows[i].key = k
	return &t.rows[i].val, true
}

// last returns the key that k, which belongs at i, has to stand before to be
// kept; full is false when there is room.
func (t *table[K, V]) last(k K, i int, b bound) (last K, full bool) {
	switch {
	case b.groupBits != 0:
		g := uint64(k) >> b.groupBits
		first, end := i, i
		for first > 0 && uint64(t.rows[first-1].key)>>b.groupBits == g {
			first--
		}
		for end < len(t.rows) && uint64(t.rows[end].key)>>b.groupBits == g {
			end++
		}
		if end-first < b.room(g) {
			return 0, false
		}
		return t.rows[end-1].key, true
	case b.dayBits == 0:
		return t.rows[len(t.rows)-1].key, true
	case !t.known:
		t.worst, t.known = t.rows[0].key, true
		for j := range t.rows {
			if b.before(uint64(t.worst), uint64(t.rows[j].key)) {
				t.worst = t.rows[j].key
			}
		}
	}
	return t.worst, true
}

// move closes the gap at from and opens one for what belongs at to, and returns
// where that is now.
func (t *table[K, V]) move(from, to int) int {
	if from < to {
		copy(t.rows[from:to-1], t.rows[from+1:to])
		return to - 1
	}
	copy(t.rows[to+1:from+1], t.rows[to:from])
	return to
}

// insert opens a zero row at i. Capacity doubles while it is small and then grows
// by half: there are many small profiles.
func (t *table[K, V]) insert(i int, b bound) {
	n := len(t.rows)
	if n == cap(t.rows) {
		room := max(4, 2*n)
		if n >= 16 {
			room = n + n/2
		}
		if b.groupBits == 0 {
			room = min(room, b.limit)
		}
		grown := make([]row[K, V], n, room)
		copy(grown, t.rows)
		t.rows = grown
	}
	t.known = false
	t.rows = t.rows[:n+1]
	copy(t.rows[i+1:], t.rows[i:n])
	t.rows[i] = row[K, V]{}
}

// join adds the rows of o, merging values of equal keys with merge.
func (t *table[K, V]) join(o *table[K, V], b bound, merge func(into, from *V)) {
	t.cut, t.known = t.cut || o.cut, false
	if len(o.rows) == 0 {
		return
	}
	out := make([]row[K, V], 0, len(t.rows)+len(o.rows))
	i, j := 0, 0
	for i < len(t.rows) || j < len(o.rows) {
		switch {
		case j == len(o.rows) || i < len(t.rows) && t.rows[i].key < o.rows[j].key:
			out = append(out, t.rows[i])
			i++
		case i == len(t.rows) || o.rows[j].key < t.rows[i].key:
			out = append(out, o.rows[j])
			j++
		default:
			out = append(out, t.rows[i])
			merge(&out[len(out)-1].val, &o.rows[j].val)
			i++
			j++
		}
	}
	t.rows = out
	t.limit(b)
	t.rows = slices.Clip(t.rows)
}

// limit drops the rows past the bound.
func (t *table[K, V]) limit(b bound) {
	if len(t.rows) <= b.limit {
		return
	}
	switch {
	case b.groupBits != 0:
		inGroup, group := 0, uint64(0)
		t.rows = slices.DeleteFunc(t.rows, func(r row[K, V]) bool {
			if g := uint64(r.key) >> b.groupBits; g != group {
				inGroup, group = 0, g
			}
			inGroup++
			past := inGroup > b.room(group)
			t.cut = t.cut || past
			return past
		})
	case b.dayBits != 0:
		keys := make([]uint64, len(t.rows))
		for i := range t.rows {
			keys[i] = uint64(t.rows[i].key)
		}
		slices.SortFunc(keys, func(x, y uint64) int {
			switch {
			case x == y:
				return 0
			case b.before(x, y):
				return -1
			default:
				return 1
			}
		})
		past := keys[b.limit-1]
		t.rows = slices.DeleteFunc(t.rows, func(r row[K, V]) bool { return b.before(past, uint64(r.key)) })
		t.cut = true
	default:
		t.rows = t.rows[:b.limit]
		t.cut = true
	}
}
