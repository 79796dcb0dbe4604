// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"daylight/store"
)

// zeros is a source of the key that makes the same key each time.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// sealed is a log of 30 entries with checkpoints at 10 and 25, and its key.
func sealed(t *testing.T) (*memory, string) {
	t.Helper()
	m := newMemory()
	fill(t, m, 0, 10)
	if _, err := Seal(m, zeros{}, start.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	fill(t, m, 10, 25)
	if _, err := Seal(m, zeros{}, start.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	fill(t, m, 25, 30)
	key, err := PublicKey(m)
	if err != nil {
		t.Fatal(err)
	}
	return m, key
}

func kept(t *testing.T, m *memory) [][]byte {
	t.Helper()
	var out [][]byte
	for signed, err := range Checkpoints(m) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, signed)
	}
	return out
}

func TestVerify(t *testing.T) {
	m, key := sealed(t)
	got, err := Verify(t.Context(), m, key, kept(t, m)[:1])
	if err != nil {
		t.Fatal(err)
	}
	head, err := Current(m)
	if err != nil {
		t.Fatal(err)
	}
	want := Report{Head: head, First: act(0).At, Last: act(29).At, Checkpoints: 2, Sealed: 25}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestVerifyEmpty(t *testing.T) {
	m := newMemory()
	c, err := Seal(m, zeros{}, start)
	if err != nil {
		t.Fatal(err)
	}
	key, err := PublicKey(m)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Verify(t.Context(), m, key, [][]byte{c.Note})
	if err != nil || !got.OK() || got.Size != 0 || got.Checkpoints != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

// changed returns another entry in place of one.
func changed(e store.Entry) store.Entry {
	e.Data = bytes.Replace(e.Data, []byte(`"a-01"`), []byte(`"a-02"`), 1)
	return e
}

// tampering is what somebody may do to the rows of the log.
var tampering = map[string]struct {
	do   func([]store.Entry) []store.Entry
	want string // in one of the faults
}{
	"edited": {
		func(l []store.Entry) []store.Entry { l[7] = changed(l[7]); return l }, "the first 10 entries are not those",
	},
	"edited after the first checkpoint": {
		func(l []store.Entry) []store.Entry { l[12] = changed(l[12]); return l }, "the first 25 entries are not those",
	},
	"dropped": {
		func(l []store.Entry) []store.Entry { return renumber(slices.Delete(l, 3, 4)) }, "the first 10 entries are not those",
	},
	"reordered": {
		func(l []store.Entry) []store.Entry { l[4], l[5] = l[5], l[4]; return renumber(l) }, "the first 10 entries are not those",
	},
	"inserted": {
		func(l []store.Entry) []store.Entry { return renumber(slices.Insert(l, 6, changed(l[2]))) }, "the first 10 entries are not those",
	},
	"cut off": {
		func(l []store.Entry) []store.Entry { return l[:24] }, "cut off or rolled back",
	},
	"rolled back and gone on": {
		func(l []store.Entry) []store.Entry {
			for i := 20; i < len(l); i++ {
				l[i] = changed(l[i])
			}
			return l
		}, "the first 25 entries are not those",
	},
	"emptied": {
		func([]store.Entry) []store.Entry { return nil }, "cut off or rolled back",
	},
}

func renumber(l []store.Entry) []store.Entry {
	for i := range l {
		l[i].Number = int64(i)
	}
	return l
}

// TestTampered changes the entries in the store and leaves the rest; and changes
// the entries and computes all hashes anew, as somebody would who holds the
// store's keys; and changes an exported file. All three are seen.
func TestTampered(t *testing.T) {
	m, key := sealed(t)
	for name, tc := range tampering {
		t.Run(name+" in the store", func(t *testing.T) {
			c := m.clone()
			c.log = tc.do(c.log)
			expect(t, tc.want)(Verify(t.Context(), c, key, nil))
		})
		t.Run(name+" with the hashes", func(t *testing.T) {
			c := newMemory()
			for _, e := range tc.do(m.clone().log) {
				entry, err := Decode(e.Data)
				if err != nil {
					t.Fatal(err)
				}
				if err := Append(c, entry); err != nil {
					t.Fatal(err)
				}
			}
			// The store's own key signs what is there now: all agrees with itself.
			if _, err := Seal(c, zeros{}, start.Add(3*time.Hour)); err != nil {
				t.Fatal(err)
			}
			if own, err := Verify(t.Context(), c, key, nil); err != nil || !own.OK() {
				t.Fatalf("the forged log does not agree with itself: %v %v", own, err)
			}
			expect(t, tc.want)(Verify(t.Context(), c, key, kept(t, m)))
		})
		t.Run(name+" in a file", func(t *testing.T) {
			c := m.clone()
			c.log = tc.do(c.log)
			var log, checkpoints bytes.Buffer
			if err := errors.Join(Export(&log, c, 1000), ExportCheckpoints(&checkpoints, m)); err != nil {
				t.Fatal(err)
			}
			notes, err := ReadCheckpoints(&checkpoints)
			if err != nil {
				t.Fatal(err)
			}
			expect(t, tc.want)(VerifyEntries(t.Context(), ReadEntries(&log), key, notes))
		})
	}
}

func expect(t *testing.T, want string) func(Report, error) {
	t.Helper()
	return func(r Report, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if r.OK() || !slices.ContainsFunc(r.Faults, func(f Fault) bool { return strings.Contains(f.String(), want) }) {
			t.Errorf("faults %q, want one with %q", r.Faults, want)
		}
	}
}

// TestTamperedRow changes one row of the store, each of another kind.
func TestTamperedRow(t *testing.T) {
	m, key := sealed(t)
	for name, tc := range map[string]struct {
		do   func(*memory)
		want string
	}{
		"an entry after the last checkpoint": {func(m *memory) { m.log[28] = changed(m.log[28]) }, "entry 28: it is not the entry"},
		"the last entry dropped":             {func(m *memory) { m.log = m.log[:29] }, "hashes of 30 entries, and there are 29"},
		"the time of an entry":               {func(m *memory) { m.log[8].At = start }, "entry 8: the log has it at"},
		"a number skipped":                   {func(m *memory) { m.log = slices.Delete(m.log, 27, 28) }, "entry 27: missing: the next entry has the number 28"},
		"an entry in another form": {
			func(m *memory) { m.log[28].Data = append(m.log[28].Data, ' ') }, "entry 28: not an audit entry",
		},
		"hashes dropped": {func(m *memory) { delete(m.rows[store.Tree.Name], hashesKey(28)) }, "entry 28: its hashes are missing"},
		"an inner hash": {
			func(m *memory) {
				row := m.rows[store.Tree.Name][hashesKey(15)]
				row.Body = slices.Clone(row.Body)
				row.Body[tlog.HashSize] ^= 1
				m.rows[store.Tree.Name][hashesKey(15)] = row
			}, "entry 15: the hashes kept with it do not follow",
		},
		"a checkpoint": {
			func(m *memory) {
				row := m.rows[store.Tree.Name][checkpointKey(25)]
				row.Body = bytes.Replace(row.Body, []byte("\n25\n"), []byte("\n24\n"), 1)
				m.rows[store.Tree.Name][checkpointKey(25)] = row
			}, "not a checkpoint of this log",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := m.clone()
			tc.do(c)
			expect(t, tc.want)(Verify(t.Context(), c, key, nil))
		})
	}
}

// TestGrowth holds that each checkpoint is proven to be the beginning of every
// later one.
func TestGrowth(t *testing.T) {
	m, key := sealed(t)
	if _, err := Seal(m, zeros{}, start.Add(3*time.Hour)); err != nil {
		t.Fatal(err)
	}
	var all []Checkpoint
	for _, signed := range kept(t, m) {
		c, err := OpenCheckpoint(signed, key)
		if err != nil {
			t.Fatal(err)
		}
		for _, older := range all {
			p, err := tlog.ProveTree(c.Size, older.Size, tree{m})
			if err != nil {
				t.Fatal(err)
			}
			if err := tlog.CheckTree(p, c.Size, c.Root, older.Size, older.Root); err != nil {
				t.Errorf("%d begins with %d: %v", c.Size, older.Size, err)
			}
		}
		all = append(all, c)
	}
	if len(all) != 3 || !all[0].At.Equal(start.Add(time.Hour)) {
		t.Errorf("checkpoints %v", all)
	}
}

func TestSealTwice(t *testing.T) {
	m, key := sealed(t)
	first, err := Seal(m, zeros{}, start.Add(3*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	again, err := Seal(m, zeros{}, start.Add(4*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(first.Note), string(again.Note)); diff != "" {
		t.Error("a log that did not grow was signed again:", diff)
	}
	if _, err := OpenCheckpoint(again.Note, strings.Replace(key, "audit/", "other/", 1)); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("another log's key opens it: %v", err)
	}
	other, err := Sign(m, "daylight evidence\n1\n"+first.Root.String()+"\nat 2026-03-02T09:00:00.000Z\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenCheckpoint(other, key); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("another text that the key signed passes for a checkpoint: %v", err)
	}
	if text, err := OpenNote(other, key); err != nil || !strings.HasPrefix(text, "daylight evidence\n") {
		t.Errorf("%q, %v", text, err)
	}
}

func TestDue(t *testing.T) {
	m := newMemory()
	due := func(now time.Time, want bool) {
		t.Helper()
		if got, err := Due(m, now, time.Hour, 5); err != nil || got != want {
			t.Errorf("due %v, want %v (%v)", got, want, err)
		}
	}
	due(start, false) // nothing to sign
	fill(t, m, 0, 1)
	due(start, true) // the first at once
	if _, err := Seal(m, zeros{}, start); err != nil {
		t.Fatal(err)
	}
	due(start.Add(2*time.Hour), false) // has not grown
	fill(t, m, 1, 5)
	due(start.Add(59*time.Minute), false)
	due(start.Add(time.Hour), true)
	fill(t, m, 5, 6)
	due(start.Add(time.Minute), true) // 5 entries
}

func TestReadEntries(t *testing.T) {
	_, key := sealed(t)
	for name, file := range map[string]string{
		"a long line":              strings.Repeat("x", maxEntry+3),
		"a long line among others": "{}\n" + strings.Repeat("x", maxEntry+3) + "\n{}\n",
	} {
		if _, err := VerifyEntries(t.Context(), ReadEntries(strings.NewReader(file)), key, nil); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	r, err := VerifyEntries(t.Context(), ReadEntries(strings.NewReader("\n{}\nx")), key, nil)
	if err != nil || len(r.Faults) != 3 {
		t.Errorf("faults %v, %v; want one a line", r.Faults, err)
	}
}

func FuzzOpenCheckpoint(f *testing.F) {
	m := newMemory()
	if err := Append(m, act(0)); err != nil {
		f.Fatal(err)
	}
	c, err := Seal(m, zeros{}, start)
	if err != nil {
		f.Fatal(err)
	}
	key, err := PublicKey(m)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(c.Note)
	f.Add(append(bytes.Clone(c.Note), c.Note...))
	f.Add([]byte("daylight.audit/x\n1\n\nat 2026-03-02T09:00:00.000Z\n\n— x y\n"))
	f.Add([]byte("\r\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := OpenCheckpoint(data, key)
		if err == nil && (got.Head != c.Head || !got.At.Equal(c.At)) {
			t.Errorf("%q opens as %v", data, got)
		}
		notes, err := ReadCheckpoints(bytes.NewReader(data))
		if err != nil {
			return
		}
		again, err := ReadCheckpoints(bytes.NewReader(bytes.Join(notes, []byte("\n"))))
		if err != nil || !slices.EqualFunc(notes, again, bytes.Equal) {
			t.Errorf("read %q, then %q (%v)", notes, again, err)
		}
	})
}

func FuzzReadEntries(f *testing.F) {
	m := newMemory()
	for n := range 3 {
		if err := Append(m, act(n)); err != nil {
			f.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := Export(&file, m, 3); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Add([]byte("\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := VerifyEntries(t.Context(), ReadEntries(bytes.NewReader(data)), "", nil)
		if err != nil || !r.OK() {
			return
		}
		// What is accepted is exactly the entries: writing them gives the file again.
		again := newMemory()
		for e, err := range ReadEntries(bytes.NewReader(data)) {
			if err != nil {
				t.Fatal(err)
			}
			entry, err := Decode(e.Data)
			if err != nil {
				t.Fatal(err)
			}
			if err := Append(again, entry); err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		if err := Export(&out, again, r.Size); err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSuffix(out.String(), "\n"); got != strings.TrimSuffix(string(data), "\n") {
			t.Errorf("read %q, wrote %q", data, got)
		}
		if head, err := Current(again); r.Size > 0 && (err != nil || head != r.Head) {
			t.Errorf("head %v, want %v (%v)", r.Head, head, err)
		}
	})
}
