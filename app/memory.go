// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// How the service bounds its memory. An assessment makes much garbage, and the service
// shares its machine.
const (
	// collectAt is by how many percent of what is in use memory grows before garbage is
	// collected.
	collectAt = 50
	// aimedMemory is what the runtime is to stay below, bytes. Beside it there is what
	// SQLite holds and the program itself, about 100 MiB.
	aimedMemory = 760 << 20
	// leastRoom is by how many percent of what is in use the bound is above it: near to
	// it, collecting takes more of the processor than the work.
	leastRoom  = 20
	boundEvery = 2 * time.Second
)

// memoryBound is what the runtime is to stay below while so much of the heap is in use,
// bytes: what is aimed at, or more if a company needs it.
func memoryBound(live uint64) int64 {
	return max(aimedMemory, int64(live+live*leastRoom/100)) //nolint:gosec // far below 2^63
}

// boundMemory keeps the memory of the process low until the context ends, as far as the
// environment does not say how (GOGC, GOMEMLIMIT).
func (a *app) boundMemory(ctx context.Context) {
	if a.Env("GOGC") == "" {
		defer debug.SetGCPercent(debug.SetGCPercent(collectAt))
	}
	var again <-chan time.Time
	if a.Env("GOMEMLIMIT") == "" {
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(aimedMemory))
		ticker := time.NewTicker(boundEvery)
		defer ticker.Stop()
		again = ticker.C
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	for {
		select {
		case <-ctx.Done():
			return
		case <-again:
			metrics.Read(live)
			debug.SetMemoryLimit(memoryBound(live[0].Value.Uint64()))
		}
	}
}
