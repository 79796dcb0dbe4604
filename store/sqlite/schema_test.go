// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"daylight/store"
)

var update = flag.Bool("update", false, "rewrite the first migration; only while nothing is released")

const first = "migrations/00001_start.sql"

// start is the first migration, out of the collections.
func start() string {
	var b strings.Builder
	b.WriteString(`-- +goose Up

-- The one row of the store itself: its name, its secret under the master key, how
-- often the master key was changed, the number of the last lease, and the highest
-- revision of a row that was deleted, so that one put anew is at none it was at.
CREATE TABLE store (
    id TEXT NOT NULL,
    secret BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    lease INTEGER NOT NULL,
    deleted INTEGER NOT NULL
) STRICT;

-- Keys of holders. Rows are added at the end, stay as long as they are and are
-- never removed, so that SQLite never copies one to another page: a key that is
-- overwritten with zeros is gone.
CREATE TABLE holders (
    id INTEGER PRIMARY KEY,
    holder TEXT NOT NULL UNIQUE,
    wrapped BLOB NOT NULL CHECK (length(wrapped) = 72)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER holders_stay BEFORE DELETE ON holders BEGIN
    SELECT raise(ABORT, 'holders are not removed');
END;
-- +goose StatementEnd

CREATE TABLE entries (
    log TEXT NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (log, number)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER entries_unchanged BEFORE UPDATE ON entries BEGIN
    SELECT raise(ABORT, 'logs are only appended to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER entries_stay BEFORE DELETE ON entries BEGIN
    SELECT raise(ABORT, 'logs are only appended to');
END;
-- +goose StatementEnd

CREATE TABLE jobs (
    queue TEXT NOT NULL,
    key TEXT NOT NULL,
    added INTEGER NOT NULL,
    again INTEGER,
    lease INTEGER NOT NULL,
    worker TEXT NOT NULL,
    until INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (queue, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX jobs_added ON jobs (queue, added, key);

-- Collections, as store.Collections has them. The body is last: what does not
-- need it does not read it.
`)
	for _, c := range store.Collections() {
		fmt.Fprintf(&b, "\nCREATE TABLE %q (\n    \"key\" TEXT NOT NULL PRIMARY KEY,\n    \"revision\" INTEGER NOT NULL,\n    \"holder\" TEXT NOT NULL,\n", c.Name)
		for _, col := range c.Text {
			fmt.Fprintf(&b, "    %q TEXT NOT NULL DEFAULT '',\n", col)
		}
		for _, col := range c.Ints {
			fmt.Fprintf(&b, "    %q INTEGER NOT NULL DEFAULT 0,\n", col)
		}
		b.WriteString("    \"body\" BLOB NOT NULL\n) STRICT;\n")
		for _, col := range append([]string{"holder"}, append(c.Text, c.Ints...)...) {
			fmt.Fprintf(&b, "CREATE INDEX %q ON %q (%q, \"key\");\n", c.Name+"_"+col, c.Name, col)
		}
		for _, p := range c.Pairs {
			fmt.Fprintf(&b, "CREATE INDEX %q ON %q (%q, %q, \"key\");\n", c.Name+"_"+p[0]+"_"+p[1], c.Name, p[0], p[1])
		}
	}
	return b.String()
}

// TestTables holds that the tables have exactly the columns of the collections,
// each with its index.
func TestTables(t *testing.T) {
	if *update {
		if err := os.WriteFile(first, []byte(start()), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Skip("the migration was rewritten; run the tests again without -update")
	}
	if written, err := os.ReadFile(first); err != nil || string(written) != start() {
		t.Errorf("%s is not what -update writes (%v)", first, err)
	}
	s := temporary(t)
	for _, c := range store.Collections() {
		var got []string
		rows, err := s.db.QueryContext(t.Context(), "SELECT name || ' ' || type FROM pragma_table_info(?)", c.Name)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var col string
			if err := rows.Scan(&col); err != nil {
				t.Fatal(err)
			}
			got = append(got, col)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		want := []string{"key TEXT", "revision INTEGER", "holder TEXT"}
		for _, col := range c.Text {
			want = append(want, col+" TEXT")
		}
		for _, col := range c.Ints {
			want = append(want, col+" INTEGER")
		}
		want = append(want, "body BLOB")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("table %s (-collection +table); write a migration, or before the first release rewrite the first one with -update:\n%s", c.Name, diff)
		}
		for _, col := range append([]string{"holder"}, append(c.Text, c.Ints...)...) {
			var n int
			err := s.db.QueryRowContext(t.Context(), "SELECT count(*) FROM pragma_index_list(?) l JOIN pragma_index_info(l.name) i WHERE i.seqno = 0 AND i.name = ?", c.Name, col).Scan(&n)
			if err != nil || n == 0 {
				t.Errorf("column %s of %s has no index: %v", col, c.Name, err)
			}
		}
		for _, p := range c.Pairs {
			var n int
			err := s.db.QueryRowContext(t.Context(), "SELECT count(*) FROM pragma_index_list(?) l JOIN pragma_index_info(l.name) i JOIN pragma_index_info(l.name) j WHERE i.seqno = 0 AND i.name = ? AND j.seqno = 1 AND j.name = ?", c.Name, p[0], p[1]).Scan(&n)
			if err != nil || n == 0 {
				t.Errorf("columns %s of %s have no index: %v", p, c.Name, err)
			}
		}
	}
}
