// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"fmt"

	"daylight/store"
)

// Rekey wraps every key of the store at o.Path with another master key. Nothing of
// it opens with o.Master afterwards, and once that is destroyed neither do older
// copies of the store. The store must not be open; a process that opens it meanwhile
// is refused by its next update. It returns the number of keys
// that were wrapped anew.
func Rekey(ctx context.Context, o Options, master []byte) (n int, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("change the master key: %w", err)
		}
	}()
	next, err := wrapper(master)
	if err != nil {
		return 0, err
	}
	o.exclusive = true
	s, err := Open(ctx, o)
	if err != nil {
		return 0, err
	}
	defer func() {
		if closeErr := s.Close(); err == nil {
			err = closeErr
		}
	}()
	err = s.update(ctx, func(t *tx) error {
		if o.Record != nil {
			if err := o.Record(t); err != nil {
				return err
			}
		}
		sealed, err := s.keys.seal(next, s.keys.secret, secretFor(s.keys.id))
		if err != nil {
			return err
		}
		if err := t.change("UPDATE store SET secret = ?, epoch = epoch + 1", sealed); err != nil {
			return err
		}
		all, err := t.holders()
		if err != nil {
			return err
		}
		for _, h := range all {
			if h.gone {
				continue
			}
			wrapped, err := t.wrapped(h.name)
			if err != nil {
				return t.fail("read the key of a holder", err)
			}
			key, err := unseal(s.keys.wrap, wrapped, keyFor(h.name))
			if err != nil {
				return fmt.Errorf("unwrap the key of a holder: %w", err)
			}
			wrapped, err = s.keys.seal(next, key, keyFor(h.name))
			clear(key)
			if err != nil {
				return err
			}
			// As long as before, so it overwrites the old one where it lies.
			if err := t.change("UPDATE holders SET wrapped = ? WHERE holder = ?", wrapped, h.name); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	s.scrubDue.Store(true)
	s.scrub(ctx)
	if s.scrubDue.Load() {
		return n, fmt.Errorf("%w: the journal was not emptied", store.ErrReadOnly)
	}
	return n, nil
}
