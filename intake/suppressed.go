// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"fmt"

	"daylight/casework"
	"daylight/store"
)

// expire ends the suppressions whose time is over, which has those people assessed
// again.
func (a *Assessor) expire(ctx context.Context) error {
	now, over := either(a.Due, a.Now)(), 0
	err := a.Store.View(ctx, func(r store.Reader) (err error) {
		over, err = r.Count(store.Suppressions, store.Query{Where: []store.Cond{{Column: "until", Op: store.AtMost, Int: now.UnixMilli()}}})
		return err
	})
	if err == nil && over > 0 {
		err = a.Store.Update(ctx, func(w store.Writer) error {
			_, err := casework.Expire(w, now)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("end suppressions: %w", err)
	}
	return nil
}

// suppressed are the findings that people decided shall not count, by handle. Those
// of whom one does not open are noted as damage.
func (a *Assessor) suppressed(r store.Reader) (map[string][]casework.Suppression, error) {
	in, damaged, err := casework.InForce(r, either(a.Due, a.Now)())
	for _, row := range damaged {
		a.material.damage.person(store.Suppressions, row.Key, row.Text["subject"])
	}
	return in, err
}
