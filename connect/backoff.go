// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"encoding/binary"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The bounds of waiting.
const (
	shortestWait = time.Second
	longestWait  = 5 * time.Minute // between two tries of one's own
	longestHold  = time.Hour       // that a vendor may ask for
)

// backoff is how long to wait after so many failures in a row: it doubles from two
// seconds up to longestWait, and between half and all of that is waited.
func backoff(failures int, random io.Reader) time.Duration {
	d := longestWait
	if failures < 16 {
		d = min(d, shortestWait<<max(failures, 1))
	}
	return d/2 + spread(d/2, random)
}

// spread is a random part of a duration.
func spread(d time.Duration, random io.Reader) time.Duration {
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil || d <= 0 {
		return 0
	}
	return time.Duration(float64(binary.LittleEndian.Uint64(b[:])>>11) / (1 << 53) * float64(d))
}

// hold is how long a vendor asks to be left alone, and whether it does: by
// Retry-After in seconds or as a date (RFC 9110, 10.2.3), or by the instant at which
// its limit starts anew: X-Rate-Limit-Reset (Okta, developer.okta.com/docs/reference/
// rl-best-practices), X-RateLimit-Reset (GitHub, Greenhouse), in seconds since 1970.
// Instants are the vendor's, so they are compared with its own clock where it says it.
func hold(h http.Header, now time.Time) (time.Duration, bool) {
	now = vendorTime(h, now)
	if s := strings.TrimSpace(h.Get("Retry-After")); s != "" {
		if n, err := strconv.ParseInt(s, 10, 32); err == nil && n >= 0 {
			return bound(time.Duration(n) * time.Second), true
		}
		if at, err := http.ParseTime(s); err == nil {
			return bound(at.Sub(now)), true
		}
	}
	for _, name := range []string{"X-Rate-Limit-Reset", "X-Ratelimit-Reset"} {
		if n, err := strconv.ParseInt(strings.TrimSpace(h.Get(name)), 10, 64); err == nil && n > 0 && n < 1<<40 {
			return bound(time.Unix(n, 0).Sub(now)), true
		}
	}
	return 0, false
}

// vendorTime is the vendor's clock by the Date of an answer (RFC 9110, 6.6.1), or ours
// where it has none.
func vendorTime(h http.Header, ours time.Time) time.Time {
	if at, err := http.ParseTime(h.Get("Date")); err == nil {
		return at
	}
	return ours
}

func bound(d time.Duration) time.Duration { return min(max(d, shortestWait), longestHold) }

// spent reports whether the answer says that no further request is allowed now.
func spent(h http.Header) bool {
	for _, name := range []string{"X-Rate-Limit-Remaining", "X-Ratelimit-Remaining"} {
		if h.Get(name) == "0" {
			return true
		}
	}
	return false
}
