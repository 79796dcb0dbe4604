// SPDX-License-Identifier: Apache-2.0

package account

import "net/netip"

// ThisMachine reports whether a host, without its port, is this machine alone, so that
// what is sent there in the clear is on no network: localhost or an address of the
// loopback. No other name is looked up: who answers for it may change.
func ThisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
