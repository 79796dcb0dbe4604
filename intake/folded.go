// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"errors"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"daylight/activity"
	"daylight/pipeline"
	"daylight/store"
)

// folded is the activity of every account, joined over all files that count and in
// its stored form: what is kept has a row for each account and group of files, a
// hundred of them for whoever works every day. Between two assessments only what
// changed is read.
type folded struct{ accounts map[string]*foldedAccount }

type foldedAccount struct {
	pipeline.KeptAccount
	named bool
	rows  []foldedRow // that were joined, by key
}

// foldedRow is one row: a hash of its key, and its version.
type foldedRow struct {
	key     uint64
	version int64
}

// refresh brings the activity up to what is kept; aside are the groups of files that
// do not count. A row that was erased or does not open is left out, and the latter is
// damage.
func (f *folded) refresh(r store.Reader, aside map[string]bool, bad *damage) error {
	ends := map[string]bool{} // of keys
	for group := range aside {
		ends[strings.TrimPrefix(profileKey(r, "", group), " ")] = true
	}
	next := folded{accounts: make(map[string]*foldedAccount, len(f.accounts))}
	var rows []store.Row // of one account
	done := func() error {
		if len(rows) == 0 {
			return nil
		}
		key, _, _ := strings.Cut(rows[0].Key, " ")
		a, err := f.accounts[key].refresh(r, key, rows, ends, bad)
		if a != nil {
			next.accounts[key] = a
		}
		rows = rows[:0]
		return err
	}
	for row, err := range r.Find(store.Profiles, store.Query{Bare: true}) {
		if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
			return err
		}
		if len(rows) > 0 && !sameAccount(rows[0].Key, row.Key) {
			if err := done(); err != nil {
				return err
			}
		}
		rows = append(rows, row)
	}
	if err := done(); err != nil {
		return err
	}
	*f = next
	return nil
}

func sameAccount(a, b string) bool {
	a, _, _ = strings.Cut(a, " ")
	b, _, _ = strings.Cut(b, " ")
	return a == b
}

// refresh returns the account as its rows have it, nil if none of them opens. The
// account may be nil, and is not changed. ends are those of the keys of rows that do
// not count.
func (a *foldedAccount) refresh(r store.Reader, key string, rows []store.Row, ends map[string]bool, bad *damage) (*foldedAccount, error) {
	next, fresh := a.unchanged(rows, ends)
	var found damage
	next.Key = key
	var all *activity.Profile
	if len(next.Activity) > 0 && len(fresh) > 0 {
		all = new(activity.Profile)
		if err := all.UnmarshalBinary(next.Activity); err != nil {
			return nil, err
		}
	}
	for _, bare := range fresh {
		counts := !ends[groupEnd(bare.Key)]
		if !counts && next.named {
			continue
		}
		kept, err := openProfile(r, bare, &found)
		if err != nil {
			return nil, err
		}
		if kept == nil {
			if a.joined(bare.Key) {
				return (*foldedAccount)(nil).refresh(r, key, rows, ends, bad)
			}
			continue
		}
		next.Email, next.ID, next.Name, next.named = kept.Email, kept.ID, kept.Name, true
		if !counts {
			continue
		}
		next.Newest = max(next.Newest, kept.Newest)
		next.rows = append(next.rows, foldedRow{xxh3.HashString(bare.Key), bare.Version})
		switch {
		case all == nil:
			all = kept.Profile
		case kept.Profile != nil:
			all.Join(kept.Profile)
		}
	}
	bad.join(found)
	if !next.named {
		return nil, nil
	}
	if next.Aside = len(next.rows) == 0; next.Aside || len(fresh) == 0 || all == nil {
		return next, nil
	}
	stored, err := all.AppendBinary(nil)
	next.Activity = append(make([]byte, 0, len(stored)), stored...)
	return next, err
}

// unchanged returns what of an account stands, and the rows that have to be read for
// the rest. Joins cannot be undone: when a row is gone or does not count any longer,
// nothing stands.
func (a *foldedAccount) unchanged(rows []store.Row, ends map[string]bool) (*foldedAccount, []store.Row) {
	if a == nil {
		return &foldedAccount{}, rows
	}
	known := make(map[uint64]int64, len(a.rows))
	for _, row := range a.rows {
		known[row.key] = row.version
	}
	next := &foldedAccount{KeptAccount: a.KeptAccount, named: a.named, rows: make([]foldedRow, 0, len(rows))}
	var fresh []store.Row
	for _, row := range rows {
		key := xxh3.HashString(row.Key)
		version, joined := known[key]
		if joined && ends[groupEnd(row.Key)] {
			return &foldedAccount{}, rows
		}
		delete(known, key)
		if joined && version == row.Version {
			next.rows = append(next.rows, foldedRow{key, version})
			continue
		}
		fresh = append(fresh, row)
	}
	if len(known) > 0 {
		return &foldedAccount{}, rows
	}
	return next, fresh
}

// joined reports whether a row is part of the account's activity.
func (a *foldedAccount) joined(key string) bool {
	return a != nil && slices.ContainsFunc(a.rows, func(row foldedRow) bool { return row.key == xxh3.HashString(key) })
}

// groupEnd is what of a row's key stands for the group of files.
func groupEnd(key string) string {
	_, end, _ := strings.Cut(key, " ")
	end, _, _ = strings.Cut(end, " ")
	return end
}

// openProfile reads a row, and returns nil if it was erased or does not open.
func openProfile(r store.Reader, bare store.Row, bad *damage) (*keptAccount, error) {
	row, err := r.Get(store.Profiles, bare.Key)
	switch {
	case errors.Is(err, store.ErrErased), errors.Is(err, store.ErrNotFound):
		return nil, nil
	case errors.Is(err, store.ErrCorrupt):
		bad.row(store.Profiles, bare)
		return nil, nil
	case err != nil:
		return nil, err
	}
	if kept, err := decodeProfile(row.Key, row.Body); err == nil {
		return &kept, nil
	}
	bad.row(store.Profiles, bare)
	return nil, nil
}
