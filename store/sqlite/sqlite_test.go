// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"testing"

	"daylight/store"
	"daylight/store/storetest"
)

func temporary(t *testing.T) *Store {
	t.Helper()
	s, err := Temporary(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		t.Helper()
		return temporary(t)
	})
}
