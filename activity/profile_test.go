// SPDX-License-Identifier: Apache-2.0

package activity

import "testing"

func TestScatterIsUndone(t *testing.T) {
	for _, x := range []uint32{0, 1, 20000, 1<<31 - 1, 1<<32 - 1, 0xdeadbeef} {
		if got := gather(scatter(x)); got != x {
			t.Errorf("gather(scatter(%#x)) = %#x", x, got)
		}
	}
}
