// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"daylight/store"
)

func roundTrip(t *testing.T, s store.Store) {
	for _, c := range store.Collections() {
		for name, body := range map[string][]byte{
			"nil": nil, "empty": {}, "zeros": make([]byte, 100), "text": []byte("as it was"), "large": bytes.Repeat([]byte("large "), 200_000),
		} {
			for _, holder := range []string{"", "s:p-1"} {
				want := store.Row{Key: name + " of " + holder, Holder: holder, Body: body, Text: map[string]string{}, Ints: map[string]int64{}}
				for i, col := range c.Text {
					want.Text[col] = []string{"", "word", "\x00\xff ' \" ; ü"}[i%3]
				}
				for i, col := range c.Ints {
					want.Ints[col] = []int64{-1 << 63, 0, 1<<63 - 1}[i%3]
				}
				put(t, s, c, want)
				got, err := get(t, s, c, want.Key)
				if err != nil {
					t.Fatalf("get %s of %s: %v", want.Key, c.Name, err)
				}
				if !bytes.Equal(got.Body, body) {
					t.Errorf("%s: the body %q came back otherwise", c.Name, name)
				}
				want.Version, want.Body, got.Body = 1, nil, nil
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-put +got):\n%s", c.Name, diff)
				}
			}
		}
	}
	put(t, s, store.Cases, store.Row{Key: "sparse", Text: map[string]string{"state": "open"}})
	got, err := get(t, s, store.Cases, "sparse")
	if err != nil {
		t.Fatal(err)
	}
	same(t, map[string]string{"subject": "", "state": "open", "owner": "", "disposition": "", "audience": ""}, got.Text)
	same(t, map[string]int64{"opened": 0, "due": 0, "closed": 0, "weight": 0, "held": 0}, got.Ints)
}

func absent(t *testing.T, s store.Store) {
	put(t, s, store.Faces, store.Row{Key: "a"})
	_, err := get(t, s, store.Faces, "A")
	is(t, err, store.ErrNotFound)
	_, err = get(t, s, store.Rings, "a")
	is(t, err, store.ErrNotFound)
	_, err = get(t, s, store.Faces, "")
	is(t, err, store.ErrNotFound)
}

func versions(t *testing.T, s store.Store) {
	row := store.Row{Key: "c", Text: map[string]string{"state": "open", "owner": "one"}, Ints: map[string]int64{"due": 5}, Body: []byte("1")}
	put(t, s, store.Cases, row)
	put(t, s, store.Cases, store.Row{Key: "c", Holder: "s:p", Text: map[string]string{"state": "held"}, Body: []byte("2")}) // unconditionally
	got, err := get(t, s, store.Cases, "c")
	if err != nil {
		t.Fatal(err)
	}
	same(t, store.Row{
		Key: "c", Version: 2, Holder: "s:p", Body: []byte("2"),
		Text: map[string]string{"subject": "", "state": "held", "owner": "", "disposition": "", "audience": ""},
		Ints: map[string]int64{"opened": 0, "due": 0, "closed": 0, "weight": 0, "held": 0},
	}, got)
	for want := int64(3); want < 6; want++ {
		put(t, s, store.Cases, got)
		if got, err = get(t, s, store.Cases, "c"); err != nil {
			t.Fatal(err)
		}
		same(t, want, got.Version)
	}
	view(t, s, func(r store.Reader) {
		n, err := r.Count(store.Cases, store.Query{})
		if n != 1 || err != nil {
			t.Errorf("counted %d, %v", n, err)
		}
	})
}

// anew holds that a row which was deleted and put anew is not taken for the one that
// somebody read before.
func anew(t *testing.T, s store.Store) {
	row := store.Row{Key: "c", Body: []byte("1")}
	put(t, s, store.Cases, row)
	put(t, s, store.Cases, row)
	for range 3 {
		old, err := get(t, s, store.Cases, "c")
		if err != nil {
			t.Fatal(err)
		}
		change(t, s, func(w store.Writer) error {
			if err := w.Delete(store.Cases, "c"); err != nil {
				return err
			}
			return w.Put(store.Cases, row)
		})
		if now, err := get(t, s, store.Cases, "c"); err != nil || now.Version == old.Version {
			t.Errorf("version %d before it was deleted, and %d after it was put anew (%v)", old.Version, now.Version, err)
		}
		is(t, s.Update(t.Context(), func(w store.Writer) error { return w.Put(store.Cases, old) }), store.ErrConflict)
	}
}

func conflicts(t *testing.T, s store.Store) {
	put(t, s, store.Cases, store.Row{Key: "c", Body: []byte("1")})
	mine, err := get(t, s, store.Cases, "c")
	if err != nil {
		t.Fatal(err)
	}
	theirs := mine
	theirs.Body = []byte("theirs")
	put(t, s, store.Cases, theirs)
	mine.Body = []byte("mine")
	is(t, s.Update(t.Context(), func(w store.Writer) error { return w.Put(store.Cases, mine) }), store.ErrConflict)
	is(t, s.Update(t.Context(), func(w store.Writer) error {
		return w.Put(store.Cases, store.Row{Key: "none", Version: 1})
	}), store.ErrConflict)
	got, err := get(t, s, store.Cases, "c")
	if err != nil || string(got.Body) != "theirs" || got.Version != 2 {
		t.Errorf("got %+v, %v", got, err)
	}
	// A conflict is of one row: f may go on.
	change(t, s, func(w store.Writer) error {
		is(t, w.Put(store.Cases, mine), store.ErrConflict)
		return w.Put(store.Cases, store.Row{Key: "d"})
	})
	if _, err := get(t, s, store.Cases, "d"); err != nil {
		t.Error(err)
	}
}

func undeclared(t *testing.T, s store.Store) {
	for name, row := range map[string]store.Row{
		"no key":              {},
		"unknown text column": {Key: "a", Text: map[string]string{"name": "x"}},
		"unknown ints column": {Key: "a", Ints: map[string]int64{"age": 1}},
		"column of the other": {Key: "a", Text: map[string]string{"due": "x"}},
	} {
		if err := s.Update(t.Context(), func(w store.Writer) error { return w.Put(store.Cases, row) }); err == nil {
			t.Errorf("a row with %s was accepted", name)
		}
	}
	none := store.Collection{Name: "none"}
	for _, f := range []func(w store.Writer) error{
		func(w store.Writer) error { return w.Put(none, store.Row{Key: "a"}) },
		func(w store.Writer) error { return w.Delete(none, "a") },
		func(w store.Writer) error { _, err := w.Get(none, "a"); return err },
		func(w store.Writer) error { _, err := w.Count(none, store.Query{}); return err },
	} {
		if err := s.Update(t.Context(), f); err == nil || errors.Is(err, store.ErrNotFound) {
			t.Errorf("a collection that there is not was accepted: %v", err)
		}
	}
}

func deleting(t *testing.T, s store.Store) {
	put(t, s, store.Faces, store.Row{Key: "a"}, store.Row{Key: "b"})
	change(t, s, func(w store.Writer) error { return w.Delete(store.Faces, "a") })
	change(t, s, func(w store.Writer) error { return w.Delete(store.Faces, "a") })
	_, err := get(t, s, store.Faces, "a")
	is(t, err, store.ErrNotFound)
	if _, err := get(t, s, store.Faces, "b"); err != nil {
		t.Error(err)
	}
}

func allOrNothing(t *testing.T, s store.Store) {
	put(t, s, store.Faces, store.Row{Key: "a", Body: []byte("before")}, store.Row{Key: "gone"})
	change(t, s, func(w store.Writer) error { return w.Enqueue(store.Dirty, "x", at(0)) })
	broken := errors.New("broken")
	err := s.Update(t.Context(), func(w store.Writer) error {
		_, appendErr := w.Append(store.Audit, at(0), []byte("entry"))
		return errors.Join(
			w.Put(store.Faces, store.Row{Key: "a", Body: []byte("after")}),
			w.Put(store.Faces, store.Row{Key: "new", Holder: "s:new"}),
			w.Delete(store.Faces, "gone"),
			appendErr,
			w.Enqueue(store.Dirty, "y", at(0)),
			broken,
		)
	})
	is(t, err, broken)
	view(t, s, func(r store.Reader) {
		same(t, []string{"a", "gone"}, found(t, r, store.Faces, store.Query{}))
		row, err := r.Get(store.Faces, "a")
		if err != nil || string(row.Body) != "before" || row.Version != 1 {
			t.Errorf("got %+v, %v", row, err)
		}
		if n, err := r.Length(store.Audit); n != 0 || err != nil {
			t.Errorf("the log has %d entries, %v", n, err)
		}
		if n, _, err := r.Depth(store.Dirty); n != 1 || err != nil {
			t.Errorf("the queue has %d jobs, %v", n, err)
		}
	})
}

func panicking(t *testing.T, s store.Store) {
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a panic was swallowed")
			}
		}()
		_ = s.Update(t.Context(), func(w store.Writer) error {
			_ = w.Put(store.Faces, store.Row{Key: "a"})
			panic("broken")
		})
	}()
	func() {
		defer func() { _ = recover() }()
		_ = s.View(t.Context(), func(store.Reader) error { panic("broken") })
	}()
	put(t, s, store.Faces, store.Row{Key: "b"})
	view(t, s, func(r store.Reader) { same(t, []string{"b"}, found(t, r, store.Faces, store.Query{})) })
}

func ownWrites(t *testing.T, s store.Store) {
	change(t, s, func(w store.Writer) error {
		for i := range 3 {
			if err := w.Put(store.Faces, store.Row{Key: "a", Holder: "s:a", Body: []byte{byte(i)}}); err != nil {
				return err
			}
			row, err := w.Get(store.Faces, "a")
			if err != nil || row.Version != int64(i+1) || row.Body[0] != byte(i) {
				t.Errorf("got %+v, %v", row, err)
			}
		}
		same(t, []string{"a"}, found(t, w, store.Faces, store.Query{}))
		if err := w.Delete(store.Faces, "a"); err != nil {
			return err
		}
		same(t, 0, len(found(t, w, store.Faces, store.Query{})))
		return nil
	})
}

// state is everything that a reader sees of a small store.
func state(t *testing.T, r store.Reader) map[string]any {
	t.Helper()
	row, err := r.Get(store.Faces, "a")
	if err != nil && !errors.Is(err, store.ErrErased) {
		t.Fatal(err)
	}
	count, err := r.Count(store.Faces, store.Query{})
	if err != nil {
		t.Fatal(err)
	}
	length, err := r.Length(store.Audit)
	if err != nil {
		t.Fatal(err)
	}
	depth, oldest, err := r.Depth(store.Dirty)
	if err != nil {
		t.Fatal(err)
	}
	erased, err := r.Erased("s:a")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{"body": string(row.Body), "count": count, "length": length, "depth": depth, "oldest": oldest, "erased": erased}
}

func snapshot(t *testing.T, s store.Store) {
	put(t, s, store.Faces, store.Row{Key: "a", Holder: "s:a", Body: []byte("before")})
	var before map[string]any
	view(t, s, func(old store.Reader) {
		before = state(t, old)
		change(t, s, func(w store.Writer) error {
			_, err := w.Append(store.Audit, at(0), nil)
			return errors.Join(err,
				w.Put(store.Faces, store.Row{Key: "a", Holder: "s:a", Body: []byte("after")}),
				w.Put(store.Faces, store.Row{Key: "b"}),
				w.Enqueue(store.Dirty, "x", at(0)),
				w.Destroy("s:a"))
		})
		same(t, before, state(t, old))
		same(t, []string{"a"}, found(t, old, store.Faces, store.Query{}))
		view(t, s, func(now store.Reader) {
			same(t, map[string]any{"body": "", "count": 2, "length": int64(1), "depth": 1, "oldest": at(0), "erased": true}, state(t, now))
		})
	})
}

func nested(t *testing.T, s store.Store) {
	put(t, s, store.Faces, store.Row{Key: "a", Body: []byte("before")})
	var deep func(n int)
	deep = func(n int) {
		view(t, s, func(r store.Reader) {
			if _, err := r.Get(store.Faces, "a"); err != nil {
				t.Error(err)
			}
			if n > 0 {
				deep(n - 1)
			}
		})
	}
	deep(20)
	change(t, s, func(w store.Writer) error {
		if err := w.Put(store.Faces, store.Row{Key: "a", Body: []byte("after")}); err != nil {
			return err
		}
		row, err := get(t, s, store.Faces, "a")
		if string(row.Body) != "before" {
			t.Errorf("a view sees what is not committed: %q", row.Body)
		}
		return err
	})
}
