// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"daylight/store"
)

func erasing(t *testing.T, s store.Store) {
	put(t, s, store.Faces, store.Row{Key: "a", Holder: "s:a", Body: []byte("a")}, store.Row{Key: "b", Holder: "s:b", Body: []byte("b")}, store.Row{Key: "own", Body: []byte("own")})
	put(t, s, store.Records, store.Row{Key: "1", Holder: "s:a", Body: []byte("1")})
	change(t, s, func(w store.Writer) error {
		if err := w.Destroy("s:a"); err != nil {
			return err
		}
		_, err := w.Get(store.Faces, "a") // at once
		is(t, err, store.ErrErased)
		return nil
	})
	for range 2 {
		row, err := get(t, s, store.Faces, "a")
		is(t, err, store.ErrErased)
		if row.Body != nil {
			t.Error("an erased body was read")
		}
		_, err = get(t, s, store.Records, "1")
		is(t, err, store.ErrErased)
		for key, want := range map[string]string{"b": "b", "own": "own"} {
			if row, err := get(t, s, store.Faces, key); err != nil || string(row.Body) != want {
				t.Errorf("%s: got %q, %v", key, row.Body, err)
			}
		}
		view(t, s, func(r store.Reader) {
			for holder, want := range map[string]bool{"s:a": true, "s:b": false, "": false, "s:none": false} {
				if got, err := r.Erased(holder); got != want || err != nil {
					t.Errorf("%q is erased: %v, %v", holder, got, err)
				}
			}
		})
		change(t, s, func(w store.Writer) error { return w.Destroy("s:a") }) // again is no error
	}
	is(t, s.Update(t.Context(), func(w store.Writer) error {
		return w.Put(store.Faces, store.Row{Key: "new", Holder: "s:a", Body: []byte("new")})
	}), store.ErrErased)
	_, err := get(t, s, store.Faces, "new")
	is(t, err, store.ErrNotFound)
	// The key of the row is free for another holder, and the row can be removed.
	put(t, s, store.Faces, store.Row{Key: "a", Holder: "s:b", Body: []byte("again")})
	if row, err := get(t, s, store.Faces, "a"); err != nil || string(row.Body) != "again" {
		t.Errorf("got %q, %v", row.Body, err)
	}
	change(t, s, func(w store.Writer) error { return w.Delete(store.Records, "1") })
	if err := s.Update(t.Context(), func(w store.Writer) error { return w.Destroy("") }); err == nil {
		t.Error("the service's own key was destroyed")
	}
	if row, err := get(t, s, store.Faces, "own"); err != nil || string(row.Body) != "own" {
		t.Errorf("got %q, %v", row.Body, err)
	}
}

func erasingRolledBack(t *testing.T, s store.Store) {
	put(t, s, store.Faces, store.Row{Key: "a", Holder: "s:a", Body: []byte("a")})
	broken := errors.New("broken")
	is(t, s.Update(t.Context(), func(w store.Writer) error { return errors.Join(w.Destroy("s:a"), broken) }), broken)
	if row, err := get(t, s, store.Faces, "a"); err != nil || string(row.Body) != "a" {
		t.Errorf("got %q, %v", row.Body, err)
	}
	view(t, s, func(r store.Reader) {
		if got, err := r.Erased("s:a"); got || err != nil {
			t.Errorf("erased: %v, %v", got, err)
		}
	})
	put(t, s, store.Faces, store.Row{Key: "a", Holder: "s:a", Body: []byte("b")})
}

func erasingUnknown(t *testing.T, s store.Store) {
	change(t, s, func(w store.Writer) error { return w.Destroy("s:later") })
	is(t, s.Update(t.Context(), func(w store.Writer) error {
		return w.Put(store.Faces, store.Row{Key: "a", Holder: "s:later"})
	}), store.ErrErased)
	view(t, s, func(r store.Reader) {
		if got, err := r.Erased("s:later"); !got || err != nil {
			t.Errorf("erased: %v, %v", got, err)
		}
	})
}

func erasedInQueries(t *testing.T, s store.Store) {
	for _, key := range []string{"a", "b", "c"} {
		put(t, s, store.Subjects, store.Row{Key: key, Holder: "s:" + key, Text: map[string]string{"state": "clear"}, Body: []byte(key)})
	}
	put(t, s, store.Settings, store.Row{Key: "own"}) // under the service's own key
	change(t, s, func(w store.Writer) error { return w.Destroy("s:b") })
	look := func(r store.Reader) {
		var got []string
		for row, err := range r.Find(store.Subjects, store.Query{}) {
			got = append(got, row.Key+row.Text["state"]+string(row.Body))
			if erased := errors.Is(err, store.ErrErased); erased != (row.Key == "b") || !erased && err != nil {
				t.Errorf("%s: %v", row.Key, err)
			}
		}
		same(t, []string{"acleara", "bclear", "cclearc"}, got)
		same(t, []string{"a", "b", "c"}, found(t, r, store.Subjects, store.Query{Bare: true}))
		readable := store.Query{Readable: true, Where: []store.Cond{{Column: "state", Op: store.Equal, Text: "clear"}}}
		same(t, []string{"a", "c"}, found(t, r, store.Subjects, readable))
		if n, err := r.Count(store.Subjects, readable); n != 2 || err != nil {
			t.Errorf("%d rows can be read: %v", n, err)
		}
		readable.Skip, readable.Limit = 1, 1
		same(t, []string{"c"}, found(t, r, store.Subjects, readable))
		same(t, []string{"own"}, found(t, r, store.Settings, store.Query{Readable: true}))
	}
	view(t, s, look)
	change(t, s, func(w store.Writer) error { look(w); return nil })
}

func backup(t *testing.T, s store.Store) {
	put(t, s, store.Faces, store.Row{Key: "a", Holder: "s:a", Body: []byte("a")})
	var writing sync.WaitGroup
	stop := make(chan struct{})
	writing.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			if err := s.Update(t.Context(), func(w store.Writer) error { return w.Put(store.Faces, store.Row{Key: "a", Holder: "s:a"}) }); err != nil {
				t.Errorf("update during a backup: %v", err)
				return
			}
		}
	})
	path := filepath.Join(t.TempDir(), "backup")
	err := s.Backup(t.Context(), path)
	close(stop)
	writing.Wait()
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() == 0 {
		t.Errorf("the backup: %v, %v", info, err)
	}
	if err := s.Backup(t.Context(), path); err == nil {
		t.Error("a backup overwrote a file")
	}
}
