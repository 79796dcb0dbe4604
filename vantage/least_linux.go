// SPDX-License-Identifier: Apache-2.0

package vantage

import (
	"math"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// leastTrip is the least round trip of a connection (tcpi_min_rtt of TCP_INFO).
func leastTrip(c net.Conn) (time.Duration, bool) {
	sc, ok := c.(syscall.Conn)
	if !ok {
		return 0, false
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return 0, false
	}
	var info *unix.TCPInfo
	if err := raw.Control(func(fd uintptr) { info, _ = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO) }); err != nil || info == nil {
		return 0, false
	}
	if info.Min_rtt == 0 || info.Min_rtt == math.MaxUint32 {
		return 0, false // nothing was measured yet
	}
	return time.Duration(info.Min_rtt) * time.Microsecond, true
}
