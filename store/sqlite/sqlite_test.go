// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"path/filepath"
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
	return closing(t, s)
}

// closing closes a store when the test ends.
func closing(t *testing.T, s *Store) *Store {
	t.Helper()
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

// TestContractOnDisk holds a store as services open it to the same contract: unlike a
// temporary one it is synchronised with the disk, and its folder is not its own.
func TestContractOnDisk(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		t.Helper()
		return lasting(t, filepath.Join(t.TempDir(), "state.db"), master(7))
	})
}
