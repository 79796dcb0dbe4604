// SPDX-License-Identifier: Apache-2.0

package table

import (
	"fmt"
	"slices"
	"sort"
)

// Strings is a sorted set of strings in one block of memory, found by binary
// search; a string's index is its rank.
type Strings struct {
	blob   string
	starts []uint32 // len+1 offsets into blob
}

// Len returns the number of strings.
func (s *Strings) Len() int { return max(len(s.starts)-1, 0) }

// At returns the string of a rank, without copying it.
func (s *Strings) At(i int) string { return s.blob[s.starts[i]:s.starts[i+1]] }

// Find returns the rank of a string.
func (s *Strings) Find(x string) (int, bool) {
	return sort.Find(s.Len(), func(i int) int {
		switch at := s.At(i); {
		case x < at:
			return -1
		case x > at:
			return 1
		}
		return 0
	})
}

// strings writes a sorted, unique list front-coded: how much each shares with
// the one before, and the rest.
func (w *writer) strings(sorted []string) {
	w.count(len(sorted))
	prev := ""
	for _, s := range sorted {
		shared := 0
		for shared < min(len(s), len(prev)) && s[shared] == prev[shared] {
			shared++
		}
		w.count(shared)
		w.string(s[shared:])
		prev = s
	}
}

func (r *reader) strings() Strings {
	n := r.count()
	blob := make([]byte, 0, 16*n)
	starts := make([]uint32, 1, n+1)
	prev := 0 // where the previous string starts
	for range n {
		shared := r.uint()
		if shared > uint64(len(blob)-prev) || len(blob) > maxDecoded {
			r.fail()
			break
		}
		at := len(blob)
		blob = append(blob, blob[prev:prev+int(shared)]...) //nolint:gosec // checked above
		blob = append(blob, r.bytes(r.count())...)
		starts = append(starts, uint32(len(blob))) //nolint:gosec // bounded by maxDecoded
		prev = at
	}
	if r.err != nil {
		return Strings{}
	}
	return Strings{string(blob), starts}
}

// EncodeDomains writes sets of domain names, each sorted and made unique.
func EncodeDomains(version string, sets ...[]string) ([]byte, error) {
	var w writer
	w.string(version)
	w.count(len(sets))
	for _, set := range sets {
		set = slices.Clone(set)
		slices.Sort(set)
		w.strings(slices.Compact(set))
	}
	return w.compress()
}

// DecodeDomains reads what EncodeDomains wrote.
func DecodeDomains(data []byte) (version string, sets []Strings, err error) {
	r, err := decompress(data)
	if err != nil {
		return "", nil, err
	}
	return parseDomains(r)
}

func parseDomains(r *reader) (version string, sets []Strings, err error) {
	version = r.string()
	for range r.count() {
		sets = append(sets, r.strings())
	}
	if err := r.done(); err != nil {
		return "", nil, fmt.Errorf("reading domains: %w", err)
	}
	return version, sets, nil
}
