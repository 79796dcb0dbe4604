// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"
	"net/netip"
)

// parseAddr reads an IP address without allocating, which [netip.ParseAddr]
// does for its errors. An address in IPv6 form that is an IPv4 address becomes
// one; a zone is refused. Anything else gives the zero address.
func parseAddr(b []byte) netip.Addr {
	if len(b) < 2 || len(b) > 45 {
		return netip.Addr{}
	}
	if bytes.IndexByte(b, ':') < 0 {
		four, ok := parse4(b)
		if !ok {
			return netip.Addr{}
		}
		return netip.AddrFrom4(four)
	}
	return parse6(b)
}

func parse4(b []byte) (a [4]byte, ok bool) {
	part, digits, n := 0, 0, 0
	for i := 0; ; i++ {
		if i == len(b) || b[i] == '.' {
			if digits == 0 || part > 3 {
				return a, false
			}
			a[part] = byte(n & 0xff)
			if i == len(b) {
				return a, part == 3
			}
			part, digits, n = part+1, 0, 0
			continue
		}
		c := b[i]
		if c < '0' || c > '9' || (digits > 0 && n == 0) {
			return a, false
		}
		if n = n*10 + int(c-'0'); n > 255 {
			return a, false
		}
		digits++
	}
}

func parse6(b []byte) netip.Addr {
	var a [16]byte
	at, gap := 0, -1
	if b[0] == ':' {
		if b[1] != ':' {
			return netip.Addr{}
		}
		if gap, b = 0, b[2:]; len(b) == 0 {
			return netip.AddrFrom16(a)
		}
	}
	for at < 15 {
		n, digits := 0, 0
		for digits < len(b) && hexDigit(b[digits]) >= 0 {
			if digits == 4 {
				return netip.Addr{}
			}
			n = n<<4 | hexDigit(b[digits])
			digits++
		}
		if digits == 0 {
			return netip.Addr{}
		}
		if digits < len(b) && b[digits] == '.' {
			four, ok := parse4(b)
			if !ok || at > 12 || (gap < 0 && at != 12) {
				return netip.Addr{}
			}
			copy(a[at:], four[:])
			at, b = at+4, nil
			break
		}
		a[at], a[at+1] = byte(n>>8&0xff), byte(n&0xff)
		at += 2
		if b = b[digits:]; len(b) == 0 {
			break
		}
		if b[0] != ':' || len(b) == 1 {
			return netip.Addr{}
		}
		if b = b[1:]; b[0] == ':' {
			if gap >= 0 {
				return netip.Addr{}
			}
			if gap, b = at, b[1:]; len(b) == 0 {
				break
			}
		}
	}
	if len(b) != 0 || (at < 16) != (gap >= 0) {
		return netip.Addr{}
	}
	if gap >= 0 {
		n := copy(a[16-(at-gap):], a[gap:at])
		clear(a[gap : 16-n])
	}
	return netip.AddrFrom16(a).Unmap()
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
