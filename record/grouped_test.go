// SPDX-License-Identifier: Apache-2.0

package record_test

import (
	"testing"

	"daylight/record"
)

func TestGrouped(t *testing.T) {
	for n, want := range map[int]string{
		0: "0", 999: "999", 1000: "1,000", 8950: "8,950", 123456: "123,456", 1234567: "1,234,567", -999: "-999", -1000: "-1,000", -123456: "-123,456",
	} {
		if got := record.Grouped(n); got != want {
			t.Errorf("%d is worded %q, want %q", n, got, want)
		}
	}
}
