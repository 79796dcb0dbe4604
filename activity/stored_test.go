// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"bytes"
	"errors"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestStoredProfileIsTheProfile reads profiles back and finds the same in them,
// joins and readings included.
func TestStoredProfileIsTheProfile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p, more Profile
		for _, e := range rapid.SliceOfN(rapid.Custom(anyEvent), 0, 20).Draw(t, "events") {
			for _, e := range spread(e, rapid.SampledFrom([]int{1, 1, 30, 300}).Draw(t, "times")) {
				p.Add(&e)
			}
		}
		for _, e := range rapid.SliceOfN(rapid.Custom(anyEvent), 0, 5).Draw(t, "later events") {
			more.Add(&e)
		}
		stored, _ := p.AppendBinary(nil)
		var back Profile
		if err := back.UnmarshalBinary(stored); err != nil {
			t.Fatal(err)
		}
		if again, _ := back.AppendBinary(nil); !bytes.Equal(stored, again) {
			t.Fatal("another profile came back")
		}
		if diff := cmp.Diff(readings(&p), readings(&back), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
			t.Fatal(diff)
		}
		p.Join(&more)
		back.Join(&more)
		x, _ := p.AppendBinary(nil)
		if y, _ := back.AppendBinary(nil); !bytes.Equal(x, y) {
			t.Fatal("joins differ after a profile was stored")
		}
	})
}

func FuzzUnmarshalProfile(f *testing.F) {
	p := newPerson(f, "Europe/Lisbon")
	weekdays(40, func(day int) { p.work(day, 9, 17, "laptop") })
	stored, _ := p.profile.AppendBinary(nil)
	f.Add(stored)
	f.Add([]byte{canonicalVersion})
	f.Fuzz(func(t *testing.T, data []byte) {
		var p Profile
		if err := p.UnmarshalBinary(data); err != nil {
			if !errors.Is(err, ErrStored) {
				t.Errorf("unexpected error %v", err)
			}
			return
		}
		if p.Size() > 128<<10 {
			t.Errorf("%d bytes, past every bound", p.Size())
		}
		stored, _ := p.AppendBinary(nil)
		var back Profile
		if err := back.UnmarshalBinary(stored); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if again, _ := back.AppendBinary(nil); !bytes.Equal(stored, again) {
			t.Error("another profile came back")
		}
	})
}
