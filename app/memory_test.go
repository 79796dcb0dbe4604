// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"math"
	"runtime/debug"
	"testing"
	"testing/synctest"
)

// TestMemoryBound holds that the bound leaves room above what is in use, however large
// the company, and is what is aimed at as long as that is possible.
func TestMemoryBound(t *testing.T) {
	const mib = 1 << 20
	for _, c := range []struct{ live, want uint64 }{
		{0, 760 * mib},
		{500 * mib, 760 * mib},
		{633 * mib, 760 * mib}, // and a fifth is less
		{700 * mib, 840 * mib},
		{10_000 * mib, 12_000 * mib},
	} {
		if got := memoryBound(c.live); got != int64(c.want) {
			t.Errorf("%d MiB in use are bounded by %d bytes, want %d", c.live/mib, got, c.want)
		}
	}
}

// TestBoundsMemory holds that a service sets the bound while it runs, and leaves alone
// what the environment says.
func TestBoundsMemory(t *testing.T) {
	percent, limit := debug.SetGCPercent(87), debug.SetMemoryLimit(math.MaxInt64)
	defer debug.SetGCPercent(percent)
	defer debug.SetMemoryLimit(limit)
	for _, c := range []struct {
		env     map[string]string
		percent int
		limit   int64
	}{
		{nil, collectAt, aimedMemory},
		{map[string]string{"GOGC": "100"}, 87, aimedMemory},
		{map[string]string{"GOMEMLIMIT": "3GiB"}, collectAt, math.MaxInt64},
		{map[string]string{"GOGC": "100", "GOMEMLIMIT": "3GiB"}, 87, math.MaxInt64},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			a := &app{World: World{Env: func(name string) string { return c.env[name] }}}
			done := make(chan struct{})
			go func() { a.boundMemory(ctx); close(done) }()
			synctest.Wait()
			now := debug.SetGCPercent(87)
			debug.SetGCPercent(now)
			if bound := debug.SetMemoryLimit(-1); now != c.percent || bound != c.limit {
				t.Errorf("%v: garbage is collected at %d %%, memory bounded by %d; want %d and %d", c.env, now, bound, c.percent, c.limit)
			}
			stop()
			<-done
			if bound := debug.SetMemoryLimit(-1); bound != math.MaxInt64 {
				t.Errorf("%v: the bound outlives the service: %d", c.env, bound)
			}
		})
	}
}
