// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"daylight/record"
)

// This file reads what osquery tells of the network around a machine, of its
// browsers and of who is signed in. Each is cut down to what bears on the
// question before it becomes a record.

// neighbours numbers the machines of one look at the network, because of their
// addresses only the maker's half is kept: without a number, three boards of one
// maker would be one record. The whole addresses stay here until the next look.
type neighbours struct {
	host   string
	at     time.Time
	seen   map[string]bool
	makers map[string]int
}

// number returns the maker's half of a hardware address and which machine of
// that maker it is, from 1; ok is false for one that was counted before.
func (n *neighbours) number(host string, at time.Time, mac string) (maker string, nth int, ok bool) {
	if n.seen == nil || n.host != host || !n.at.Equal(at) {
		*n = neighbours{host, at, map[string]bool{}, map[string]int{}}
	}
	if n.seen[mac] {
		return "", 0, false
	}
	n.seen[mac] = true
	maker = mac[:8]
	n.makers[maker]++
	return maker, n.makers[maker], true
}

// readNeighbour leaves out addresses that name no maker: those that a machine
// makes up for itself, and those of groups.
func readNeighbour(r *result, c map[string]string, d *record.Device) string {
	mac := macAddress(c["mac"])
	if mac == "" || strings.ContainsRune("1235679abdef", rune(mac[1])) || d.Removed {
		return skipped // the two lowest bits of the first byte are set in those
	}
	maker, nth, ok := r.neighbours.number(d.Host, r.at, mac)
	if !ok {
		return skipped
	}
	d.Fact, d.MAC, d.Unit = record.Neighbour, maker, strconv.Itoa(nth)
	return ""
}

// macAddress writes a hardware address of 48 bits as "00:00:5e:00:53:01", or ""
// for anything else and for one that is all zeros.
func macAddress(s string) string {
	digits := strings.NewReplacer(":", "", "-", "", ".", "").Replace(strings.ToLower(strings.TrimSpace(s)))
	if len(digits) != 12 || strings.Trim(digits, "0123456789abcdef") != "" || strings.Trim(digits, "0") == "" {
		return ""
	}
	var pairs []string
	for i := 0; i < len(digits); i += 2 {
		pairs = append(pairs, digits[i:i+2])
	}
	return strings.Join(pairs, ":")
}

// readExtension reads an extension of Chrome and its kin, or of Firefox. The
// profile is kept as a token: its name and its folder are its owner's.
func readExtension(_ *result, c map[string]string, d *record.Device) string {
	if c["type"] != "" && c["type"] != "extension" {
		return skipped // themes and dictionaries of Firefox; the latter tell languages
	}
	d.Fact, d.Name, d.Version, d.ModelID = record.Extension, c["name"], c["version"], firstOf(c, "identifier", "referenced_identifier")
	if profile := firstOf(c, "profile_path", "profile"); profile != "" {
		d.Unit = opaque(d.Host, c["uid"], profile)
	}
	if d.Name == "" && d.ModelID == "" {
		return "an extension without name and id"
	}
	return ""
}

// readBrowserAccount reads google_chrome_profiles, a table of Fleet's agent.
func readBrowserAccount(_ *result, c map[string]string, d *record.Device) string {
	mail := Email(c["email"])
	if mail == "" {
		return skipped // a profile that is signed in to nothing
	}
	d.Fact, d.Unit = record.BrowserAccount, opaque(d.Host, mail.Reveal())
	return ""
}

// opaque stands for a value that is only counted. It differs from machine to
// machine, so that it links nobody.
func opaque(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// readLogon reads sessions that another machine opened. A name of that machine
// is not kept: people name machines after themselves.
func readLogon(_ *result, c map[string]string, d *record.Device) string {
	host, _, _ := strings.Cut(c["host"], "%")
	switch kind := c["type"]; {
	case kind != "" && kind != "user" && kind != "active":
		return skipped // boots, log-in prompts, sessions that ended
	case host == "" || strings.HasPrefix(host, ":") && !strings.HasPrefix(host, "::") || strings.HasPrefix(host, "localhost") || d.Removed:
		return skipped // the console, and a display of the machine itself
	case strings.HasPrefix(host, "tmux(") || strings.HasPrefix(host, "mosh "):
		return skipped // names of programs that keep a session
	}
	d.Fact = record.RemoteLogon
	if a, err := netip.ParseAddr(host); err == nil {
		if a.IsLoopback() || a.IsUnspecified() {
			return skipped
		}
		d.Addr = a.Unmap().String()
	}
	return ""
}
