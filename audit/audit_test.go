// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// act is the n-th entry of the logs of these tests.
func act(n int) Entry {
	return Entry{
		At: start.Add(time.Duration(n) * 1500 * time.Millisecond), Actor: "a-01", Act: "person.view",
		Object: fmt.Sprintf("p-%010x", n), Detail: map[string]string{"page": "person", "because": "case"},
	}
}

func fill(t *testing.T, m *memory, from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		if err := Append(m, act(n)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEncode(t *testing.T) {
	e := Entry{
		At: time.Date(2026, 3, 2, 10, 0, 0, 123456789, time.FixedZone("", 3600)), Actor: System, Act: "config.change",
		Object: "policy", Detail: map[string]string{"to": "v2 <b>", "from": "v1"},
	}
	got, err := Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"at":"2026-03-02T09:00:00.123Z","actor":"system","act":"config.change","object":"policy","detail":{"from":"v1","to":"v2 <b>"}}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	back, err := Decode(got)
	if err != nil {
		t.Fatal(err)
	}
	e.At = e.At.UTC().Truncate(time.Millisecond)
	if diff := cmp.Diff(e, back); diff != "" {
		t.Error(diff)
	}
}

func TestRefused(t *testing.T) {
	long := strings.Repeat("x", 300)
	for name, change := range map[string]func(*Entry){
		"no time":                func(e *Entry) { e.At = time.Time{} },
		"no actor":               func(e *Entry) { e.Actor = "" },
		"an act without a dot":   func(e *Entry) { e.Act = "view" },
		"an act in capitals":     func(e *Entry) { e.Act = "Person.View" },
		"an address as object":   func(e *Entry) { e.Object = "someone@example.com" },
		"an address as detail":   func(e *Entry) { e.Detail = map[string]string{"to": "someone@example.com"} },
		"a line break":           func(e *Entry) { e.Object = "a\nb" },
		"a reversed direction":   func(e *Entry) { e.Object = "a\u202eb" },
		"bytes that are no text": func(e *Entry) { e.Object = "\xff" },
		"a long object":          func(e *Entry) { e.Object = long },
		"a long detail":          func(e *Entry) { e.Detail = map[string]string{"x": long} },
		"a detail with a space":  func(e *Entry) { e.Detail = map[string]string{"x y": "z"} },
	} {
		t.Run(name, func(t *testing.T) {
			e := act(1)
			change(&e)
			m := newMemory()
			if err := Append(m, e); !errors.Is(err, ErrEntry) {
				t.Errorf("error %v, want %v", err, ErrEntry)
			}
			if len(m.log) != 0 {
				t.Error("it was written")
			}
		})
	}
}

// TestProofs holds that every entry is proven in every later log, and every log
// to be the beginning of every later one, by the checks of package tlog; and that
// no proof holds for another entry or another beginning.
func TestProofs(t *testing.T) {
	m := newMemory()
	const all = 21
	var heads []Head
	for n := range all {
		fill(t, m, n, n+1)
		h, err := Current(m)
		if err != nil {
			t.Fatal(err)
		}
		heads = append(heads, h)
	}
	leaf := func(n int64) tlog.Hash { return tlog.RecordHash(m.log[n].Data) }
	for _, h := range heads {
		again, err := HeadAt(m, h.Size)
		if err != nil || again != h {
			t.Fatalf("the head at %d was %v and is %v (%v)", h.Size, h, again, err)
		}
		for n := range h.Size {
			p, err := ProveEntry(m, h.Size, n)
			if err != nil {
				t.Fatal(err)
			}
			if err := tlog.CheckRecord(p, h.Size, h.Root, n, leaf(n)); err != nil {
				t.Errorf("entry %d of %d: %v", n, h.Size, err)
			}
			if tlog.CheckRecord(p, h.Size, h.Root, n, leaf((n+1)%all)) == nil {
				t.Errorf("the proof of entry %d of %d holds for another entry", n, h.Size)
			}
		}
		for _, older := range heads[:h.Size] {
			p, err := tlog.ProveTree(h.Size, older.Size, tree{m})
			if err != nil {
				t.Fatal(err)
			}
			if err := tlog.CheckTree(p, h.Size, h.Root, older.Size, older.Root); err != nil {
				t.Errorf("%d begins with %d: %v", h.Size, older.Size, err)
			}
			if older.Size < h.Size && tlog.CheckTree(p, h.Size, h.Root, older.Size, leaf(0)) == nil && older.Size > 1 {
				t.Errorf("the proof that %d begins with %d holds for another root", h.Size, older.Size)
			}
		}
	}
	if _, err := ProveEntry(m, 5, 5); err == nil {
		t.Error("an entry after the end is proven")
	}
}

// TestRoot compares with the root computed by the definition of RFC 6962, 2.1.
func TestRoot(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newMemory()
		n := rapid.IntRange(1, 40).Draw(rt, "n")
		fill(t, m, 0, n)
		leaves := make([]tlog.Hash, n)
		for i := range leaves {
			leaves[i] = tlog.RecordHash(m.log[i].Data)
		}
		h, err := Current(m)
		if err != nil {
			rt.Fatal(err)
		}
		if want := root(leaves); h.Root != want || h.Size != int64(n) {
			rt.Fatalf("head %v, want the root %v", h, want)
		}
	})
}

func root(leaves []tlog.Hash) tlog.Hash {
	if len(leaves) == 1 {
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	return tlog.NodeHash(root(leaves[:k]), root(leaves[k:]))
}

func FuzzDecode(f *testing.F) {
	for n := range 3 {
		data, err := Encode(act(n))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"at":"2026-03-02T09:00:00.123Z","actor":"system","act":"a.b","act":"c.d"}`))
	f.Add([]byte(`{"at":"2026-03-02T09:00:00.123Z", "actor":"system","act":"a.b"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := Decode(data)
		if err != nil {
			return
		}
		again, err := Encode(e)
		if err != nil || string(again) != string(data) {
			t.Errorf("read %q and wrote %q (%v)", data, again, err)
		}
	})
}
