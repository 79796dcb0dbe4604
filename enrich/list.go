// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// ErrExpired is returned for a list whose time is over.
var ErrExpired = errors.New("list has expired")

// List describes a list of networks that the user adds, such as a public list of
// VPN exits or the company's own egress addresses.
type List struct {
	Name    string       // as it appears in reports
	Class   NetworkClass // what every network of the list is
	Source  string       // who made it and when
	Expires time.Time    // zero: never
}

type list struct {
	name, source, version string
	class                 NetworkClass
	networks              prefixes[struct{}]
	systems               map[uint32]struct{}
}

func (l *list) find(a netip.Addr, as uint32) (NetworkClass, bool) {
	if _, ok := l.networks.find(a); ok {
		return l.class, true
	}
	if as != 0 {
		if _, ok := l.systems[as]; ok {
			return l.class, true
		}
	}
	return Unclassified, false
}

// AddList adds a list: one network ("198.51.100.0/24"), address or AS number
// ("AS64496") a line; "#" and ";" start comments, and what follows a blank or a
// comma is ignored. It returns the number of entries. asOf is the instant of the
// assessment: a list that expired before it is refused with [ErrExpired]. A line
// that is none of these is an error that names it, and nothing is added.
func (t *Tables) AddList(d List, asOf time.Time, lines io.Reader) (int, error) {
	if _, ok := classOf(string(d.Class)); !ok {
		return 0, fmt.Errorf("list %s: unknown class %q", d.Name, d.Class)
	}
	if !d.Expires.IsZero() && !asOf.Before(d.Expires) {
		return 0, fmt.Errorf("list %s: %w on %s", d.Name, ErrExpired, d.Expires.UTC().Format(time.DateOnly))
	}
	l := &list{name: d.Name, source: d.Source, class: d.Class, systems: map[uint32]struct{}{}, version: d.Name}
	if d.Source != "" {
		l.version += "@" + d.Source
	}
	n := 0
	in := bufio.NewScanner(lines)
	for line := 1; in.Scan(); line++ {
		entry := in.Text()
		if i := strings.IndexAny(entry, "#;, \t"); i > 0 {
			entry = entry[:i]
		}
		entry = strings.TrimSpace(entry)
		if entry == "" || entry[0] == '#' || entry[0] == ';' {
			continue
		}
		if err := l.add(entry); err != nil {
			return 0, fmt.Errorf("list %s, line %d: %w", d.Name, line, err)
		}
		n++
	}
	if err := in.Err(); err != nil {
		return 0, fmt.Errorf("reading list %s: %w", d.Name, err)
	}
	l.networks.sort()
	t.lists = append(t.lists, l)
	return n, nil
}

func (l *list) add(entry string) error {
	if len(entry) > 2 && strings.EqualFold(entry[:2], "AS") {
		as, err := strconv.ParseUint(entry[2:], 10, 32)
		if err != nil {
			return fmt.Errorf("%q is not an AS number", entry)
		}
		l.systems[uint32(as)] = struct{}{}
		return nil
	}
	if p, err := netip.ParsePrefix(entry); err == nil {
		l.networks.add(p, struct{}{})
		return nil
	}
	a, err := netip.ParseAddr(entry)
	if err != nil {
		return fmt.Errorf("%q is not a network, an address or an AS number", entry)
	}
	a = a.Unmap().WithZone("")
	l.networks.add(netip.PrefixFrom(a, a.BitLen()), struct{}{})
	return nil
}
