// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"daylight/casework"
	"daylight/detect"
	"daylight/policy"
	"daylight/report"
	"daylight/store"
	"daylight/weigh"
)

// Compare weighs what was found about everybody under another policy, and says who
// would be in another state than they are in now. configured is the configuration's
// policy, which is in force where none was adopted. Nothing is changed. One person at
// a time is held in memory, and at most a bounded number of those who would move.
func Compare(ctx context.Context, st store.Store, catalog []*detect.Indicator, configured, other weigh.Policy, now time.Time) (policy.Comparison, error) {
	c := policy.Comparison{At: now.UTC()}
	err := st.View(ctx, func(r store.Reader) error {
		current, err := policy.Current(r)
		damaged := errors.Is(err, policy.ErrDamaged) // what was assessed by it stands
		if err != nil && !errors.Is(err, store.ErrNotFound) && !damaged {
			return err
		}
		suppressed, _, err := casework.InForce(r, now)
		if err != nil {
			return err
		}
		if c.With = current.Key; !damaged {
			c.Version = cmp.Or(current.Version, configured.Version)
		}
		for row, err := range r.Find(store.Subjects, store.Query{Where: []store.Cond{{Column: "merged", Op: store.Equal}}}) {
			if errors.Is(err, store.ErrErased) {
				continue
			}
			if err != nil && !errors.Is(err, store.ErrCorrupt) {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			sub, bad := report.DecodeDossier(row.Body)
			if err != nil || bad != nil {
				c.Unread++
				continue
			}
			after := policy.Reweigh(other, catalog, sub.Assessment)
			c.Add(row.Key, sub.Assessment, casework.Without(other, catalog, after, suppressed[row.Key]))
		}
		return nil
	})
	if err != nil {
		return c, fmt.Errorf("compare policies: %w", err)
	}
	c.Sort()
	return c, nil
}
