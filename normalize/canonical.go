// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"net/netip"
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"daylight/document"
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
// in ASCII), or "" for what is no address. Addresses that some providers deliver
// to one mailbox by another rule (user@alias.fastmail.com) stay apart: nothing
// in the address says so, and such a domain may be anybody's.
func Email(s string) record.Redacted {
	s = visible(s)
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

// visible returns s with compatibility forms folded and without what nobody sees:
// characters that have no width, and space around it.
func visible(s string) string {
	s = norm.NFKC.String(document.Visible(s))
	if seen := document.Visible(s); seen != s { // folding brought one
		s = norm.NFKC.String(seen)
	}
	return strings.TrimSpace(s)
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
	s = strings.TrimPrefix(visible(s), "tel:")
	n, err := phonenumbers.Parse(s, region.Reveal())
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return ""
	}
	e164 := phonenumbers.Format(n, phonenumbers.E164)
	// A number that is read differently from its own E.164, such as zeros of
	// which one is dropped at each reading, would have several canonical forms.
	again, err := phonenumbers.Parse(e164, "")
	if err != nil || phonenumbers.Format(again, phonenumbers.E164) != e164 {
		return ""
	}
	return record.Redacted(e164)
}

// shared are sites where the first part of the path is the person and case does
// not matter in it. Their front page is nobody's profile.
var shared = map[string]bool{
	"linkedin.com": true, "github.com": true, "gitlab.com": true, "bitbucket.org": true, "twitter.com": true, "x.com": true,
	"facebook.com": true, "instagram.com": true, "medium.com": true, "upwork.com": true, "freelancer.com": true,
	"stackoverflow.com": true, "t.me": true, "angel.co": true, "wellfound.com": true,
}

// ProfileURL returns a web address without scheme, "www.", port, query, fragment,
// empty and dotted parts of the path, the name of an index page and trailing
// slash, or "" for what is no address of anybody's page. Of a LinkedIn profile's
// pages (in other languages, of single sections) it is the profile.
func ProfileURL(s string) record.Redacted {
	s = visible(s)
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
	page := visible(u.Path)
	if strings.ContainsAny(page, "?#%") || strings.ContainsFunc(page, unseen) {
		page = u.EscapedPath() // decoded, it would be another address
	}
	page = tidyPath(page)
	if shared[site] {
		if page == "" {
			return ""
		}
		page = strings.ToLower(page)
	}
	if site == "linkedin.com" {
		if parts := strings.SplitN(page, "/", 4); len(parts) == 4 && parts[1] == "in" {
			page = "/in/" + parts[2]
		}
	}
	return record.Redacted(site + page)
}

// tidyPath returns the path of a page without what servers ignore in it, and ""
// for the front page.
func tidyPath(page string) string {
	page = path.Clean("/" + page)
	for {
		before, last := path.Split(page)
		if !strings.EqualFold(last, "index.html") && !strings.EqualFold(last, "index.htm") {
			return strings.TrimRight(page, "/")
		}
		page = path.Clean(before)
	}
}

// profileOn returns the profile that a cell of a site's own column names: a
// whole address, or only the handle.
func profileOn(site, cell string) record.Redacted {
	cell = visible(cell)
	if handle := strings.TrimPrefix(cell, "@"); !strings.ContainsAny(handle, "./ ") && handle != "" {
		return ProfileURL(site + "/" + handle)
	}
	if strings.HasPrefix(cell, "in/") {
		return ProfileURL("linkedin.com/" + cell)
	}
	return ProfileURL(cell)
}

// unspaced leaves out spaces and what cannot be seen. Bytes that are no text are
// replaced first: without the space between them two could become a hidden character.
func unspaced(s string) string {
	return strings.Join(strings.Fields(document.Visible(strings.ToValidUTF8(s, "\uFFFD"))), "")
}

// BankAccount returns an account number or IBAN without spaces, in capitals.
func BankAccount(s string) record.Redacted {
	return record.Redacted(strings.ToUpper(unspaced(s)))
}

// Wallet returns the address of a cryptocurrency wallet. Case matters in some,
// so it is kept; hexadecimal addresses, where it is a checksum only (EIP-55),
// are lower-case.
func Wallet(s string) record.Redacted {
	s = unspaced(s)
	if strings.HasPrefix(s, "0x") || strings.HasPrefix(s, "0X") {
		s = strings.ToLower(s)
	}
	return record.Redacted(s)
}

// Handle returns an account on a site as "site:name", or the name alone, in
// lower case.
func Handle(site, name string) record.Redacted {
	name = strings.TrimLeft(strings.ToLower(visible(name)), "@")
	if name == "" || strings.ContainsFunc(name, unseen) {
		return ""
	}
	if site = strings.ToLower(visible(site)); site != "" {
		name = site + ":" + name
	}
	return record.Redacted(name)
}

// ClientAddr returns an IP address, without port or zone; IPv4 in IPv6 is IPv4.
func ClientAddr(s string) netip.Addr {
	s = strings.TrimSpace(document.Visible(s))
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

// id returns an id or account name without what nobody sees in it, so that two
// that look the same are the same.
func id(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, document.Visible(s)))
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
