// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"fmt"
	"path/filepath"
	"testing"

	"daylight/store"
)

// TestConnections holds what the connections of a store are set to: the one that writes
// waits for the disk at every commit, into a write-ahead log, and those that read cannot
// write.
func TestConnections(t *testing.T) {
	s := lasting(t, filepath.Join(t.TempDir(), "a.db"), master(1))
	settings := func(c *conn) string {
		t.Helper()
		var synchronous, queryOnly int
		var journal string
		for pragma, into := range map[string]any{"synchronous": &synchronous, "query_only": &queryOnly, "journal_mode": &journal} {
			if err := c.row(t.Context(), "PRAGMA "+pragma).Scan(into); err != nil {
				t.Fatal(err)
			}
		}
		return fmt.Sprintf("synchronous %d, journal %s, query_only %d", synchronous, journal, queryOnly)
	}
	w := <-s.writer
	got := settings(w)
	s.writer <- w
	if want := "synchronous 2, journal wal, query_only 0"; got != want {
		t.Errorf("the connection that writes: %s, want %s", got, want)
	}
	err := s.View(t.Context(), func(r store.Reader) error {
		c := r.(*tx).c
		if got, want := settings(c), "synchronous 2, journal wal, query_only 1"; got != want {
			t.Errorf("a connection that reads: %s, want %s", got, want)
		}
		if err := c.exec(t.Context(), "DELETE FROM settings"); err == nil {
			t.Error("a connection that reads writes")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
