// SPDX-License-Identifier: Apache-2.0

package record

import (
	"encoding/hex"
	"slices"
	"strings"
)

// ownMAC reports whether a hardware address, lower-case with colons, is one that
// its maker gave to one network card. It is not when it is no address, when it is
// a group's or locally administered (IEEE 802, bits 0 and 1 of the first octet),
// as random ones are (IEEE 802-2014, 8.2), and when a program gives it to every
// machine.
func ownMAC(s string) bool {
	b, err := hex.DecodeString(strings.ReplaceAll(s, ":", ""))
	if err != nil || len(b) != 6 || b[0]&3 != 0 || b[3]|b[4]|b[5] == 0 {
		return false
	}
	return !slices.ContainsFunc(stockMACs, func(prefix string) bool { return strings.HasPrefix(s, prefix) })
}

// stockMACs begin the addresses of network cards that exist in software only and
// are the same, or drawn from a few, on every machine that has the program.
var stockMACs = []string{
	"00:05:9a:3c:7", // Cisco AnyConnect
	"00:09:0f:fe:",  // Fortinet
	"00:09:0f:aa:",
	"00:1c:42:00:00:", // Parallels, on the host
	"00:50:56:c0:00:", // VMware, on the host
	"44:45:53:54:",    // "DEST": Windows' dial-up and several VPN clients
	"00:ff:",          // TAP adapters
}

// ownDisk reports whether a disk's id, lower-case, can be that of one disk: not
// empty, not one that makers or hypervisors repeat, and of four different
// characters or more.
func ownDisk(s string) bool {
	distinct := map[rune]bool{}
	for _, r := range s {
		if r != ' ' && r != '-' && r != '_' && r != '.' {
			distinct[r] = true
		}
	}
	// QEMU numbers its disks from one in every machine.
	return len(s) >= 6 && len(distinct) >= 4 && !stockSerial(s) && !strings.HasPrefix(s, "qm0000") && !slices.Contains(stockDisks, s)
}

// stockDisks are what systems write where a disk has no number.
var stockDisks = []string{
	"unknown", "default", "default string", "to be filled by o.e.m.", "system serial number",
	"not specified", "not available", "virtual disk", "vmware virtual",
}
