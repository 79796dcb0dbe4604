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
// that was sealed proves the entries that they are of.
var ErrUnproven = errors.New("the entries of the audit log are not proven")

// Mend makes those rows of the tree anew that do not open, from the entries, and returns
// how many. It does so only where the whole log agrees with its sealed head and with
// everything else that is kept of it; anything else fails with [ErrUnproven] and changes
// nothing. What was made anew is itself an entry of the log.
//
// Where the head itself does not open, nothing proves where the log ends, and no
// checkpoint does: whoever can write to the file could damage the head, cut the log off
// and drop the newer checkpoints. With unsigned set, somebody takes the log as it stands,
// which the entry says, with the number of entries that no checkpoint covers. A head that
// is gone, or that the log does not agree with, is never made anew: restore a backup.
func Mend(ctx context.Context, s store.Store, now time.Time, unsigned bool) (int, error) {
	n, err := mend(ctx, s, now, unsigned)
	if err != nil {
		return 0, fmt.Errorf("mend the audit log: %w", err)
	}
	return n, nil
}

func mend(ctx context.Context, s store.Store, now time.Time, unsigned bool) (rows int, err error) {
	rebuilt := map[int64][]byte{}
	var v *verifier
	err = s.View(ctx, func(r store.Reader) error {
		key, err := ownKey(r)
		if err == nil {
			v, err = verify(ctx, r, key, nil, rebuilt)
		}
		return err
	})
	switch {
	case err != nil:
		return 0, err
	case !v.OK():
		return 0, fmt.Errorf("%w: %s", ErrUnproven, v.Faults[0])
	case v.headless && !unsigned:
		return 0, fmt.Errorf("%w: the sealed row that says where the log ends does not open", ErrUnproven)
	}
	if rows = len(rebuilt); v.headless {
		rows++
	}
	if rows == 0 {
		return 0, nil
	}
	numbers := slices.Sorted(maps.Keys(rebuilt))
	detail := map[string]string{"rows": strconv.Itoa(len(numbers)), "signed": strconv.FormatInt(v.Sealed, 10)}
	if len(numbers) > 0 {
		detail["first"] = strconv.FormatInt(numbers[0], 10)
		detail["last"] = strconv.FormatInt(numbers[len(numbers)-1], 10)
	}
	if v.headless {
		detail["head"] = "anew"
		detail["unsigned"] = strconv.FormatInt(v.Size-v.Sealed, 10)
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
		if v.headless {
			if err := (edge{size: v.Size, roots: v.edge}).put(w); err != nil {
				return err
			}
		}
		return Append(w, Entry{At: now, Actor: System, Act: "audit.mend", Object: "audit", Detail: detail})
	})
	return rows, err
}
