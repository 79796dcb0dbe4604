// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"context"
	"testing"
	"time"
)

// TimeActivity runs a scan up to and including the look-up of places, and
// returns how long the folding of activity and the look-ups took, by the clock
// and of the time that used counts.
func TimeActivity(ctx context.Context, b *testing.B, o Options, used func() time.Duration) (wall, cpu time.Duration) {
	b.Helper()
	if o.Workers == 0 {
		o.Workers = 2
	}
	s := newScan(o)
	for _, stage := range []func(context.Context) error{s.recognise, s.readRecords, s.readDocuments, s.readDatabases, s.joinPeople} {
		if err := stage(ctx); err != nil {
			b.Fatal(err)
		}
	}
	start, before := time.Now(), used()
	for _, stage := range []func(context.Context) error{s.foldActivity, s.enrich} {
		if err := stage(ctx); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start), used() - before
}
