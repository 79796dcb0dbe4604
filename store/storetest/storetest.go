// SPDX-License-Identifier: Apache-2.0

// Package storetest is the contract of package store as tests.
package storetest

import (
	"errors"
	"testing"

	"daylight/store"
)

// Run holds a store to the contract. open returns a new, empty store, which it
// closes when the test ends.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	t.Helper()
	t.Run("round trip", func(t *testing.T) {
		s := open(t)
		err := s.Update(t.Context(), func(w store.Writer) error {
			return w.Put(store.Faces, store.Row{Key: "p-1", Holder: "s:p-1", Body: []byte("hello")})
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Update(t.Context(), func(w store.Writer) error { return w.Destroy("s:p-1") }); err != nil {
			t.Fatal(err)
		}
		_ = s.View(t.Context(), func(r store.Reader) error {
			if _, err := r.Get(store.Faces, "p-1"); !errors.Is(err, store.ErrErased) {
				t.Error(err)
			}
			return nil
		})
	})
}
