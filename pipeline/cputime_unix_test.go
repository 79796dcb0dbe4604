// SPDX-License-Identifier: Apache-2.0

//go:build unix

package pipeline_test

import (
	"syscall"
	"time"
)

// cpuTime is the processor time this program has used. On a shared machine it
// says more than the clock on the wall.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
