// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"

	"daylight/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables up to date, all migrations in one transaction: of an upgrade
// of which one fails nothing is kept, and the program before it opens the store. files
// are the migrations; nil stands for those of the program, path is the address of db.
func migrate(ctx context.Context, db *sql.DB, path string, files fs.FS) error {
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode(WAL)").Scan(&mode); err != nil {
		return fmt.Errorf("turn the write-ahead log on: %w", err)
	}
	if mode != "wal" {
		return fmt.Errorf("turn the write-ahead log on: the file system does not allow it (mode %q)", mode)
	}
	at, err := steps(ctx, db, files)
	if err != nil {
		return err
	}
	if at.have == at.want {
		return genuine(ctx, db, files, latest)
	}
	err = whole(ctx, db, path, func(one *sql.DB) error {
		// Another process may have done it meanwhile.
		if at, err = steps(ctx, one, files); err != nil || at.have == at.want {
			return err
		}
		// What somebody put in is not run.
		if err := genuine(ctx, one, files, at.have); err != nil {
			return err
		}
		_, err := at.Up(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("bring the tables up to date: %w", err)
	}
	return genuine(ctx, db, files, latest)
}

// ladder is what brings the tables up to date, and the versions they have and are to have.
type ladder struct {
	*goose.Provider
	have, want int64
}

// steps returns what brings the tables up to date. files is as in migrate.
func steps(ctx context.Context, db *sql.DB, files fs.FS) (at ladder, err error) {
	if files == nil {
		if files, err = fs.Sub(migrations, "migrations"); err != nil {
			return at, fmt.Errorf("find the migrations: %w", err)
		}
	}
	at.Provider, err = goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return at, fmt.Errorf("read the migrations: %w", err)
	}
	newest, err := newestStep(ctx, db)
	if err != nil {
		return at, fmt.Errorf("read the version of the tables: %w", err)
	}
	if all := at.ListSources(); newest > all[len(all)-1].Version {
		return at, errors.New("the store was made by a newer daylight: start that one, or restore a backup that this one made")
	}
	at.have, at.want, err = at.GetVersions(ctx)
	if err != nil {
		return at, fmt.Errorf("read the version of the tables: %w", err)
	}
	return at, nil
}

// newestStep is the newest step that was done, -1 if none was. It is asked before goose
// is, which fails on what it does not know with words that do not say so.
func newestStep(ctx context.Context, db *sql.DB) (newest int64, err error) {
	there := false
	if err := db.QueryRowContext(ctx, "SELECT count(*) > 0 FROM sqlite_master WHERE type = 'table' AND name = 'goose_db_version'").Scan(&there); err != nil {
		return 0, err
	}
	if !there {
		return -1, nil
	}
	err = db.QueryRowContext(ctx, "SELECT coalesce(max(version_id), -1) FROM goose_db_version").Scan(&newest)
	return newest, err
}

// table is a collection with the statements that are always the same.
type table struct {
	store.Collection
	bound                  []string // every plain column, sorted
	list                   string   // plain columns, as SQL
	get, put, swap, remove string
	leave                  string // notes the revision of a row before it is removed
}

func tables() map[string]*table {
	all := map[string]*table{}
	for _, c := range store.Collections() {
		t := &table{Collection: c, bound: slices.Sorted(slices.Values(slices.Concat(c.Text, c.Ints)))}
		cols := slices.Concat([]string{"holder", "body"}, c.Text, c.Ints)
		var names, marks, excluded, sets []string
		for i, col := range cols {
			names = append(names, quote(col))
			marks = append(marks, fmt.Sprintf("?%d", i+2))
			excluded = append(excluded, fmt.Sprintf("%s = excluded.%s", quote(col), quote(col)))
			sets = append(sets, fmt.Sprintf("%s = ?%d", quote(col), i+2))
		}
		for _, col := range slices.Concat(c.Text, c.Ints) {
			t.list += ", t." + quote(col)
		}
		name := quote(c.Name)
		t.get = "SELECT t.key, t.revision, t.holder, t.body, h.wrapped" + t.list + " FROM " + name + " t LEFT JOIN holders h ON h.holder = t.holder WHERE t.key = ?"
		t.put = "INSERT INTO " + name + " (key, revision, " + strings.Join(names, ", ") + ") VALUES (?1, (SELECT deleted FROM store) + 1, " + strings.Join(marks, ", ") +
			") ON CONFLICT (key) DO UPDATE SET revision = revision + 1, " + strings.Join(excluded, ", ")
		t.swap = fmt.Sprintf("UPDATE %s SET revision = revision + 1, %s WHERE key = ?1 AND revision = ?%d", name, strings.Join(sets, ", "), len(cols)+2)
		t.remove = "DELETE FROM " + name + " WHERE key = ?"
		t.leave = "UPDATE store SET deleted = (SELECT revision FROM " + name + " WHERE key = ?1) WHERE deleted < (SELECT revision FROM " + name + " WHERE key = ?1)"
		all[c.Name] = t
	}
	return all
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// binding is what the body of a row is sealed with: columns that are empty are left
// out, so that a column that is added later changes nothing.
func (tab *table) binding(r store.Row) []byte {
	words := []string{"daylight row 1", tab.Name, r.Key, r.Holder}
	for _, col := range tab.bound {
		if v := r.Text[col]; v != "" {
			words = append(words, col, v)
		}
		if v := r.Ints[col]; v != 0 {
			words = append(words, col, fmt.Sprint(v))
		}
	}
	return tuple(words...)
}

// check refuses a row with a column that the collection does not declare, or no key.
func (tab *table) check(r store.Row) error {
	if r.Key == "" {
		return fmt.Errorf("a row of %s has no key", tab.Name)
	}
	for col := range r.Text {
		if !slices.Contains(tab.Text, col) {
			return fmt.Errorf("%s has no text column %q", tab.Name, col)
		}
	}
	for col := range r.Ints {
		if !slices.Contains(tab.Ints, col) {
			return fmt.Errorf("%s has no number column %q", tab.Name, col)
		}
	}
	return nil
}
