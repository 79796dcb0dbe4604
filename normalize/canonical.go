// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"daylight/record"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// dotless are providers that deliver to one mailbox whatever dots are written
// before the @: Gmail ("Dots don't matter in Gmail addresses") and Proton
// ("Creating a new account: dots, hyphens and underscores are ignored").
var dotless = map[string]string{
	"gmail.com": "gmail.com", "googlemail.com": "gmail.com",
	"proton.me": "proton.me", "protonmail.com": "protonmail.com", "pm.me": "pm.me",
}

// Email returns the canonical form of an address (lower case, compatibility
// forms folded, no plus-tag, no dots where the provider ignores them, the domain
// in ASCII), or "" for what is no address.
func Email(s string) record.Redacted {
	s = strings.TrimSpace(norm.NFKC.String(s))
	if i := strings.LastIndexByte(s, '<'); i >= 0 && strings.HasSuffix(s, ">") {
		s = s[i+1 : len(s)-1]
	}
	s = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(s)), "mailto:")
	at := strings.LastIndexByte(s, '@')
	if at < 1 || len(s) > 320 || strings.ContainsFunc(s, unseen) {
		return ""
	}
	local, domain := s[:at], host(s[at+1:])
	if !strings.Contains(domain, ".") {
		return ""
	}
	if i := strings.IndexByte(local, '+'); i > 0 {
		local = local[:i]
	}
	if to, ok := dotless[domain]; ok {
		domain = to
		if short := strings.ReplaceAll(local, ".", ""); short != "" {
			local = short
		}
	}
	return record.Redacted(local + "@" + domain)
}

// host returns a host name in lower-case ASCII without a final dot, or "".
func host(s string) string {
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(s, "."))
	if err != nil {
		return ""
	}
	// What is not its own canonical form is no host that anybody can look up.
	if again, err := idna.Lookup.ToASCII(ascii); err != nil || again != ascii || strings.Contains("."+ascii+".", "..") {
		return ""
	}
	return ascii
}

// unseen reports white space, control characters and what is not UTF-8.
func unseen(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError }

// Phone returns the number in E.164, or "" for what cannot be one. A number
// without its country code is read as one of the region, if that is given. An
// extension is dropped.
func Phone(s string, region record.Country) record.Redacted {
	if len(s) > 64 {
		return ""
	}
	s = strings.TrimPrefix(strings.TrimSpace(norm.NFKC.String(s)), "tel:")
	n, err := phonenumbers.Parse(s, region.Reveal())
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return ""
	}
	return record.Redacted(phonenumbers.Format(n, phonenumbers.E164))
}

// shared are sites where the first part of the path is the person and case does
// not matter in it. Their front page is nobody's profile.
var shared = map[string]bool{
	"linkedin.com": true, "github.com": true, "gitlab.com": true, "bitbucket.org": true, "twitter.com": true, "x.com": true,
	"facebook.com": true, "instagram.com": true, "medium.com": true, "upwork.com": true, "freelancer.com": true,
	"stackoverflow.com": true, "t.me": true, "angel.co": true, "wellfound.com": true,
}

// ProfileURL returns a web address without scheme, "www.", query, fragment and
// trailing slash, or "" for what is no address of anybody's page.
func ProfileURL(s string) record.Redacted {
	s = strings.TrimSpace(norm.NFKC.String(s))
	if s == "" || len(s) > 2048 || strings.ContainsFunc(s, unseen) {
		return ""
	}
	if !strings.Contains(s, "://") {
		s = "https://" + strings.TrimPrefix(s, "//")
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "HTTP" && u.Scheme != "HTTPS") {
		return ""
	}
	site := host(u.Hostname())
	for strings.HasPrefix(site, "www.") {
		site = strings.TrimPrefix(site, "www.")
	}
	if !strings.Contains(site, ".") {
		return ""
	}
	if before, ok := strings.CutSuffix(site, ".linkedin.com"); ok && len(before) <= 3 {
		site = "linkedin.com" // country pages of the same profiles
	}
	path := u.Path
	if strings.ContainsAny(path, "?#%") || strings.ContainsFunc(path, unseen) {
		path = u.EscapedPath() // decoded, it would be another address
	}
	if path = strings.TrimRight(path, "/"); shared[site] {
		if path == "" {
			return ""
		}
		path = strings.ToLower(path)
	}
	return record.Redacted(site + path)
}

// profileOn returns the profile that a cell of a site's own column names: a
// whole address, or only the handle.
func profileOn(site, cell string) record.Redacted {
	cell = strings.TrimSpace(cell)
	if handle := strings.TrimPrefix(cell, "@"); !strings.ContainsAny(handle, "./ ") && handle != "" {
		return ProfileURL(site + "/" + handle)
	}
	if strings.HasPrefix(cell, "in/") {
		return ProfileURL("linkedin.com/" + cell)
	}
	return ProfileURL(cell)
}

// BankAccount returns an account number or IBAN without spaces, in capitals.
func BankAccount(s string) record.Redacted {
	return record.Redacted(strings.ToUpper(strings.Join(strings.Fields(s), "")))
}

// Wallet returns the address of a cryptocurrency wallet. Case matters in some,
// so it is kept; hexadecimal addresses, where it is a checksum only (EIP-55),
// are lower-case.
func Wallet(s string) record.Redacted {
	s = strings.Join(strings.Fields(s), "")
	if strings.HasPrefix(s, "0x") || strings.HasPrefix(s, "0X") {
		s = strings.ToLower(s)
	}
	return record.Redacted(s)
}

// Handle returns an account on a site as "site:name", or the name alone, in
// lower case.
func Handle(site, name string) record.Redacted {
	name = strings.TrimLeft(strings.ToLower(strings.TrimSpace(norm.NFKC.String(name))), "@")
	if name == "" || strings.ContainsFunc(name, unseen) {
		return ""
	}
	if site = strings.ToLower(strings.TrimSpace(site)); site != "" {
		name = site + ":" + name
	}
	return record.Redacted(name)
}

// ClientAddr returns an IP address, without port or zone; IPv4 in IPv6 is IPv4.
func ClientAddr(s string) netip.Addr {
	s = strings.TrimSpace(s)
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

// clean removes control characters other than tab and newline, and the marks
// that turn the direction of text around. Joiners stay: some scripts need them.
func clean(s string) string {
	bad := func(r rune) bool {
		return unicode.IsControl(r) && r != '\t' && r != '\n' || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff
	}
	if !strings.ContainsFunc(s, bad) {
		return strings.TrimSpace(s)
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if bad(r) {
			return -1
		}
		return r
	}, s))
}

// each canonicalises a list, dropping what cannot be and what is there twice. It
// reports whether anything was dropped for the first reason.
func each(list []string, canon func(string) record.Redacted) (out []record.Redacted, bad bool) {
	seen := map[record.Redacted]bool{}
	for _, s := range list {
		if strings.TrimSpace(s) == "" {
			continue
		}
		switch v := canon(s); {
		case v == "":
			bad = true
		case !seen[v]:
			seen[v] = true
			out = append(out, v)
		}
	}
	return out, bad
}
