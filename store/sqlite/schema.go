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
	if files == nil {
		var err error
		if files, err = fs.Sub(migrations, "migrations"); err != nil {
			return fmt.Errorf("find the migrations: %w", err)
		}
	}
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode(WAL)").Scan(&mode); err != nil {
		return fmt.Errorf("turn the write-ahead log on: %w", err)
	}
	if mode != "wal" {
		return fmt.Errorf("turn the write-ahead log on: the file system does not allow it (mode %q)", mode)
	}
	p, done, err := steps(ctx, db, files)
	if done || err != nil {
		return err
	}
	err = whole(ctx, db, path, func(one *sql.DB) error {
		// Another process may have done it meanwhile.
		if p, done, err = steps(ctx, one, files); done || err != nil {
			return err
		}
		_, err := p.Up(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("bring the tables up to date: %w", err)
	}
	return nil
}

// steps returns what brings the tables up to date, and whether they are.
func steps(ctx context.Context, db *sql.DB, files fs.FS) (p *goose.Provider, done bool, err error) {
	p, err = goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, false, fmt.Errorf("read the migrations: %w", err)
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("read the version of the tables: %w", err)
	}
	if have > want {
		return nil, false, errors.New("the store was made by a newer daylight")
	}
	return p, have == want, nil
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
