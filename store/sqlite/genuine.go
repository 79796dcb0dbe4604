// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strings"

	"daylight/store"
)

// errForeign is what is wrong with a file that holds other tables, indexes, views or
// triggers than the program makes: a trigger that somebody put in would be run.
var errForeign = fmt.Errorf("%w: the file holds what daylight did not make", store.ErrCorrupt)

// things are what a file says it holds: the text that made each, by kind and name.
type things map[string]string

// querier is a database or one connection of it.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func thingsOf(ctx context.Context, db querier) (all things, err error) {
	rows, err := db.QueryContext(ctx, "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	all = things{}
	for rows.Next() {
		var kind, name, of, text string
		if err := rows.Scan(&kind, &name, &of, &text); err != nil {
			return nil, err
		}
		all[kind+" "+name] = of + "\n" + text
	}
	return all, rows.Err()
}

// maxForeign bounds the names in an error.
const maxForeign = 5

// differ fails with errForeign, naming what is in a file and not made by the program,
// made otherwise, or gone.
func (want things) differ(have things) error {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(have)) {
		switch text, ok := want[name]; {
		case !ok:
			words = append(words, name)
		case text != have[name]:
			words = append(words, name+" (changed)")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if _, ok := have[name]; !ok {
			words = append(words, name+" (gone)")
		}
	}
	if len(words) == 0 {
		return nil
	}
	if more := len(words) - maxForeign; more > 0 {
		words = append(words[:maxForeign], fmt.Sprintf("%d more", more))
	}
	return fmt.Errorf("%w: %s", errForeign, strings.Join(words, ", "))
}

// latest is the version after every migration that there is.
const latest = math.MaxInt64

// made is what the migrations make up to a version, found by running them.
func made(ctx context.Context, files fs.FS, version int64) (all things, err error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1) // each connection would have a database of its own
	at, err := steps(ctx, db, files)
	if err == nil && version > 0 {
		_, err = at.UpTo(ctx, version)
	}
	if err != nil {
		return nil, fmt.Errorf("make the tables to compare with: %w", err)
	}
	return thingsOf(ctx, db)
}

// genuine fails with errForeign if the tables, indexes, views and triggers of a file are
// not those, to the letter, that the migrations make up to a version. files is as in
// migrate.
func genuine(ctx context.Context, db querier, files fs.FS, version int64) error {
	want, err := made(ctx, files, version)
	if err != nil {
		return err
	}
	have, err := thingsOf(ctx, db)
	if err != nil {
		return fmt.Errorf("read what the file holds: %w", err)
	}
	return want.differ(have)
}
