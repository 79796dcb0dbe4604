// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"daylight/store"
)

// ErrUnproven is returned where damaged rows of the tree are not made anew, since nothing
// that was signed proves the entries that they are of.
var ErrUnproven = errors.New("the entries of the audit log are not proven")

// Intact reports whether an entry can be added, as far as the tree is concerned: it fails
// with [ErrTree] where it cannot.
func Intact(r store.Reader) error {
	_, err := Current(r)
	return err
}

// Mend makes those rows of the tree anew that do not open, from the entries, and returns
// how many. It does so only where the whole log agrees with everything else that is kept
// of it, and a signed checkpoint covers each of the entries; anything else fails with
// [ErrUnproven] and changes nothing. What was made anew is itself an entry of the log.
//
// An entry that no checkpoint covers yet is vouched for by its row alone: entries stand
// in the file as text, and whoever can write to the file could change one and damage its
// row. With unsigned set, somebody takes them as they stand, which the entry says.
func Mend(ctx context.Context, s store.Store, now time.Time, unsigned bool) (int, error) {
	rebuilt := map[int64][]byte{}
	var v *verifier
	err := s.View(ctx, func(r store.Reader) error {
		key, err := PublicKey(r)
		if errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("%w: nothing was signed", ErrUnproven)
		}
		if err == nil {
			v, err = verify(ctx, r, key, nil, rebuilt)
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("mend the audit log: %w", err)
	}
	if !v.OK() {
		return 0, fmt.Errorf("mend the audit log: %w: %s", ErrUnproven, v.Faults[0])
	}
	if len(rebuilt) == 0 {
		return 0, nil
	}
	numbers := slices.Sorted(maps.Keys(rebuilt))
	from, _ := slices.BinarySearch(numbers, v.Sealed)
	if open := len(numbers) - from; open > 0 && !unsigned {
		return 0, fmt.Errorf("mend the audit log: %w: entry %d is newer than what was signed", ErrUnproven, numbers[from])
	}
	err = s.Update(ctx, func(w store.Writer) error {
		for _, n := range numbers {
			hashes := make([]tlog.Hash, completed(n))
			for i := range hashes {
				copy(hashes[i][:], rebuilt[n][i*tlog.HashSize:])
			}
			if err := putHashes(w, n, hashes); err != nil {
				return err
			}
		}
		return Append(w, Entry{At: now, Actor: System, Act: "audit.mend", Object: "audit", Detail: map[string]string{
			"rows": strconv.Itoa(len(numbers)), "first": strconv.FormatInt(numbers[0], 10), "last": strconv.FormatInt(numbers[len(numbers)-1], 10),
			"signed": strconv.FormatInt(v.Sealed, 10), "unsigned": strconv.Itoa(len(numbers) - from),
		}})
	})
	if err != nil {
		return 0, fmt.Errorf("mend the audit log: %w", err)
	}
	return len(numbers), nil
}
