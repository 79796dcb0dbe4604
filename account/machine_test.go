// SPDX-License-Identifier: Apache-2.0

package account

import "testing"

// TestThisMachine: what is not clearly this machine is another one.
func TestThisMachine(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost":             true,
		"127.0.0.1":             true,
		"127.255.3.4":           true,
		"::1":                   true,
		"::ffff:127.0.0.1":      true,
		"":                      false, // every address of the machine
		"0.0.0.0":               false,
		"::":                    false,
		"10.0.0.1":              false,
		"169.254.1.1":           false,
		"::ffff:192.0.2.1":      false,
		"LOCALHOST":             false,
		"localhost.":            false,
		"localhost.example.com": false,
		"127.0.0.1.example.com": false,
		"127.1":                 false, // which some read as 127.0.0.1
		"2130706433":            false,
		"localhost:8470":        false,
		"[::1]":                 false,
		"daylight.example.com":  false,
	} {
		if got := ThisMachine(host); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}
