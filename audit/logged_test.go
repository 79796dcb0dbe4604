// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"daylight/store"
)

// torn is a log of which reading fails after some entries.
type torn struct {
	*memory
	after int
}

var errTorn = errors.New("torn")

func (l torn) Entries(log store.Log, from int64) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		for _, e := range slices.Collect(firsts(l.memory.Entries(log, from)))[:l.after] {
			if !yield(e, nil) {
				return
			}
		}
		yield(store.Entry{}, errTorn)
	}
}

func firsts(all iter.Seq2[store.Entry, error]) iter.Seq[store.Entry] {
	return func(yield func(store.Entry) bool) {
		for e, err := range all {
			if err != nil {
				return
			}
			if !yield(e) {
				return
			}
		}
	}
}

// TestEntries holds that an entry that cannot be read, or whose details do not open,
// holds up no other, and that nothing follows a log that cannot be read.
func TestEntries(t *testing.T) {
	m := newMemory()
	add := func(data []byte) {
		if _, err := m.Append(store.Audit, start, data); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 5 {
		e := act(n)
		if n == 3 {
			e.Detail = map[string]string{sealedDetail: "00"} // not the hash of what is sealed
			if err := m.Put(store.Details, store.Row{Key: "3", Body: []byte(`{}`)}); err != nil {
				t.Fatal(err)
			}
		}
		data, err := Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		if n == 2 {
			data = []byte("{}")
		}
		add(data)
	}
	told := func(all iter.Seq2[Logged, error]) (out []string) {
		for e, err := range all {
			kind := "read"
			for name, sentinel := range map[string]error{"no entry": ErrEntry, "corrupt": store.ErrCorrupt, "torn": errTorn} {
				if errors.Is(err, sentinel) {
					kind = name
				}
			}
			out = append(out, fmt.Sprintf("%d %s %s %v", e.Number, e.Object, kind, e.At.IsZero()))
		}
		return out
	}
	written := []string{"1 p-0000000001 read false", "2  no entry false", "3 p-0000000003 read false", "4 p-0000000004 read false"}
	if diff := cmp.Diff(written, told(Entries(m, 1))); diff != "" {
		t.Error(diff)
	}
	opened := slices.Clone(written)
	opened[2] = "3 p-0000000003 corrupt false"
	if diff := cmp.Diff(opened, told(Opened(m, 1))); diff != "" {
		t.Error(diff)
	}
	short := []string{written[0], "0  torn true"}
	if diff := cmp.Diff(short, told(Opened(torn{m, 1}, 1))); diff != "" {
		t.Error(diff)
	}
	for e, err := range Opened(m, 0) {
		if err != nil || e.Number == 1 {
			break
		}
	}
}
