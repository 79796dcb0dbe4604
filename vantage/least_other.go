// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package vantage

import (
	"net"
	"time"
)

// leastTrip is not known here.
func leastTrip(net.Conn) (time.Duration, bool) { return 0, false }
