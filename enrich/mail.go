// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"fmt"
	"strings"

	"daylight/enrich/internal/table"

	"golang.org/x/net/idna"
)

// mail knows disposable and free mail domains.
type mail struct {
	version                 string
	disposable, under, free table.Strings
	ours                    map[string]MailClass // overrides the lists, with everything under each name
}

func newMail(domains []byte, ours string) (*mail, error) {
	version, sets, err := table.DecodeDomains(domains)
	if err != nil {
		return nil, err
	}
	if len(sets) != 3 {
		return nil, fmt.Errorf("reading domains: %d sets: %w", len(sets), table.ErrDamaged)
	}
	m := &mail{version: version, disposable: sets[0], under: sets[1], free: sets[2], ours: map[string]MailClass{}}
	rs, err := rows("mail", ours, 3)
	if err != nil {
		return nil, err
	}
	for _, r := range rs {
		switch c := MailClass(r[1]); c {
		case MailFree, MailDisposable:
			m.ours[r[0]] = c
		case MailOrdinary:
			return nil, fmt.Errorf("table mail: no class for %q", r[0])
		default:
			return nil, fmt.Errorf("table mail: unknown class %q for %q", c, r[0])
		}
	}
	return m, nil
}

// Mail returns the class of a mail domain. A domain that no list knows is
// ordinary. Case, a trailing dot and the script of an international name do not
// matter.
func (t *Tables) Mail(domain string) MailClass {
	domain = strings.TrimSuffix(lower(domain), ".")
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = ascii
	}
	m, err := builtinMail()
	if err != nil || domain == "" {
		return MailOrdinary
	}
	for d := domain; ; {
		if c, ok := m.ours[d]; ok {
			return c
		}
		_, rest, ok := strings.Cut(d, ".")
		if !ok {
			break
		}
		d = rest
	}
	// Many disposable services also stand in the list of free ones.
	if _, ok := m.disposable.Find(domain); ok {
		return MailDisposable
	}
	for d := domain; ; {
		if _, ok := m.under.Find(d); ok {
			return MailDisposable
		}
		_, rest, ok := strings.Cut(d, ".")
		if !ok {
			break
		}
		d = rest
	}
	if _, ok := m.free.Find(domain); ok {
		return MailFree
	}
	return MailOrdinary
}
