// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
)

// Seed is what everything drawn at random for one purpose follows from. Its
// [Seed.Commitment] goes into the audit log when it is drawn and the seed itself
// when the draw has been used: so anybody can tell afterwards that nothing was
// changed since, and nobody who is not shown the seed can tell beforehand what will
// come. It does not show that the seed was drawn once: a service whose program was
// changed could try several before it commits to one.
type Seed string

// seedSize is how long a seed is, in bytes.
const seedSize = 32

// NewSeed draws a seed.
func NewSeed(random io.Reader) (Seed, error) {
	var b [seedSize]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("draw a seed: %w", err)
	}
	return Seed(hex.EncodeToString(b[:])), nil
}

// Commitment is the SHA-256 of the seed's 64 hexadecimal digits, a line feed and
// what the draw is about, as 64 hexadecimal digits.
func (s Seed) Commitment(about string) string {
	digest := sha256.Sum256([]byte(string(s) + "\n" + about))
	return hex.EncodeToString(digest[:])
}

// Draw returns number i of a purpose, evenly from 0 to n-1: the first eight bytes of
// HMAC-SHA-256 under the seed's digits, over "purpose/i/try", of the first try that
// is below the largest multiple of n.
func (s Seed) Draw(purpose string, i, n int) int {
	if n < 2 {
		return 0
	}
	size := uint64(n)
	limit := ^uint64(0) - ^uint64(0)%size
	for try := 0; ; try++ {
		mac := hmac.New(sha256.New, []byte(s))
		_, _ = fmt.Fprintf(mac, "%s/%d/%d", purpose, i, try) // a hash does not fail
		if v := binary.BigEndian.Uint64(mac.Sum(nil)); v < limit {
			return int(v % size) //nolint:gosec // below n
		}
	}
}

// Order returns the numbers from 0 to n-1 in an order drawn for a purpose.
func (s Seed) Order(purpose string, n int) []int {
	out := make([]int, n)
	for i := range out {
		j := s.Draw(purpose, i, i+1)
		out[i], out[j] = out[j], i
	}
	return out
}
