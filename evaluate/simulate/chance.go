// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"encoding/binary"
	"hash/fnv"
	"math/rand/v2"
)

// chance draws for one concern of one person.
type chance struct{ *rand.Rand }

// draw returns a generator that depends on the seed, who it is for and what is
// drawn, and on nothing else.
func draw(seed uint64, who uint64, what string) chance {
	h := fnv.New64a()
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], seed)
	binary.BigEndian.PutUint64(b[8:], who)
	_, _ = h.Write(b[:])                                 // a hash takes everything
	_, _ = h.Write([]byte(what))                         // as above
	return chance{rand.New(rand.NewPCG(h.Sum64(), who))} //nolint:gosec // a simulation, the same each time
}

// is reports whether something of probability p happens.
func (c chance) is(p float64) bool { return c.Float64() < p }

// between draws evenly from [from, to).
func (c chance) between(from, to float64) float64 { return from + c.Float64()*(to-from) }

// around draws from a normal distribution cut at two and a half deviations.
func (c chance) around(mean, sd float64) float64 {
	return mean + sd*max(-2.5, min(2.5, c.NormFloat64()))
}

// of draws one of the values evenly.
func of[T any](c chance, from []T) T { return from[c.IntN(len(from))] }

// some draws n different values, all if there are fewer.
func some[T any](c chance, from []T, n int) []T {
	var out []T
	for _, i := range c.Perm(len(from))[:min(n, len(from))] {
		out = append(out, from[i])
	}
	return out
}

// scramble is a one-to-one map of 32-bit numbers (the finaliser of MurmurHash3),
// so that numbers of people say nothing of the order they were made in.
func scramble(x uint32) uint32 {
	x ^= x >> 16
	x *= 0x85ebca6b
	x ^= x >> 13
	x *= 0xc2b2ae35
	return x ^ x>>16
}
