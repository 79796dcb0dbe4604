// SPDX-License-Identifier: Apache-2.0

// Package tamper changes the file of a store behind its back, as a fault of the disk or
// whoever has the file would, for tests of what the program then does.
package tamper

import (
	"database/sql"
	"testing"

	_ "modernc.org/sqlite" // opens the file
)

// Do runs statements on the file of a store, which may be open.
func Do(tb testing.TB, path, change string, args ...any) {
	tb.Helper()
	behind(tb, path, func(db *sql.DB) error {
		_, err := db.ExecContext(tb.Context(), change, args...)
		return err
	})
}

// Zero makes zeros of the bodies of the rows of a table of which a condition holds, so
// that they do not open. There has to be one.
func Zero(tb testing.TB, path, table, where string, args ...any) {
	tb.Helper()
	behind(tb, path, func(db *sql.DB) error {
		done, err := db.ExecContext(tb.Context(), `UPDATE "`+table+`" SET body = zeroblob(length(body)) WHERE `+where, args...) //nolint:gosec // tests write the condition
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			tb.Fatalf("there is no row of %s to damage where %s %v: %v", table, where, args, err)
		}
		return nil
	})
}

// PastTriggers is [Do] past the triggers that keep a log as it is. They are as before
// afterwards, and the file may not be open.
func PastTriggers(tb testing.TB, path, change string) {
	tb.Helper()
	behind(tb, path, func(db *sql.DB) error {
		// They come as one text, so that no cursor is open while they are dropped.
		var drop, again string
		err := db.QueryRowContext(tb.Context(), "SELECT group_concat('DROP TRIGGER ' || name, ';'), group_concat(sql, ';') FROM sqlite_master WHERE type = 'trigger'").Scan(&drop, &again)
		for _, statements := range []string{drop, change, again} {
			if err == nil {
				_, err = db.ExecContext(tb.Context(), statements)
			}
		}
		return err
	})
}

// behind opens the file beside the store, and waits for it.
func behind(tb testing.TB, path string, change func(*sql.DB) error) {
	tb.Helper()
	db, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	}()
	if err := change(db); err != nil {
		tb.Fatal(err)
	}
}
