// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"fmt"

	"daylight/casework"
	"daylight/pipeline"
	"daylight/store"
)

// expire ends the suppressions whose time is over, which has those people assessed
// again.
func (a *Assessor) expire(ctx context.Context) error {
	now, over := a.Now(), 0
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

// suppress weighs again whoever has a finding that people decided shall not count.
// People have the names of [Handles].
func (a *Assessor) suppress(ctx context.Context, res *pipeline.Result, rules Rules) error {
	return a.Store.View(ctx, func(r store.Reader) error {
		suppressed, damaged, err := casework.InForce(r, a.Now())
		for _, row := range damaged {
			a.material.damage.person(store.Suppressions, row.Key, row.Text["subject"])
		}
		if err != nil || len(suppressed) == 0 {
			return err
		}
		for _, s := range res.Subjects {
			if own := suppressed[string(s.View.Subject)]; len(own) > 0 {
				s.Assessment = casework.Without(rules.Policy, rules.Catalog, s.Assessment, own)
			}
		}
		return nil
	})
}
