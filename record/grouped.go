// SPDX-License-Identifier: Apache-2.0

package record

import "strconv"

// Grouped words a number for people, its digits in threes: 8,950.
func Grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
