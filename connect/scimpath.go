// SPDX-License-Identifier: Apache-2.0

package connect

import "strings"

// This file reads paths of RFC 7644, 3.5.2, and names of attributes.

// closingQuote is where a JSON text that begins at 0 ends, -1 if nowhere.
func closingQuote(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// attributeName reports whether a text can name an attribute, with its schema before
// it and a sub-attribute behind (RFC 7644, 3.10).
func attributeName(s string) bool {
	_, name, sub := named(s)
	return word(name) && (sub == "" && !strings.HasSuffix(s, ".") || word(sub))
}

// named takes the name of an attribute apart.
func named(s string) (enterprise bool, name, sub string) {
	s = unprefixed(s)
	if n := len(scimEnterpriseURN); len(s) > n && strings.EqualFold(s[:n], scimEnterpriseURN) && s[n] == ':' {
		enterprise, s = true, s[n+1:]
	}
	name, sub, _ = strings.Cut(s, ".")
	return enterprise, name, sub
}

// word reports whether a text is a name of RFC 7643, 2.1.
func word(s string) bool {
	for i, c := range s {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		other := c >= '0' && c <= '9' || c == '-' || c == '_' || c == '$'
		if !letter && (i == 0 || !other) {
			return false
		}
	}
	return s != ""
}

// unprefixed is a name without the URN of the user's schema.
func unprefixed(s string) string {
	if prefix := scimUserURN + ":"; len(s) > len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):]
	}
	return s
}

// scimPath is where a PATCH operation changes something.
type scimPath struct {
	enterprise bool    // within the enterprise extension
	attribute  string  // "" for the extension as a whole
	filter     *filter // nil for none
	sub        string  // "" for none
}

// parsePath reads [urn:]attribute[filter].sub.
func parsePath(s string) (scimPath, error) {
	bad := func() (scimPath, error) {
		return scimPath{}, refuse(400, "invalidPath", "the path is not one of an attribute")
	}
	s = strings.TrimSpace(s)
	if len(s) > maxFilter {
		return bad()
	}
	var p scimPath
	s = unprefixed(s)
	if strings.EqualFold(s, scimEnterpriseURN) {
		return scimPath{enterprise: true}, nil
	}
	if prefix := scimEnterpriseURN; len(s) > len(prefix)+1 && strings.EqualFold(s[:len(prefix)], prefix) && (s[len(prefix)] == ':' || s[len(prefix)] == '.') {
		p.enterprise, s = true, s[len(prefix)+1:]
	}
	name, rest, filtered := strings.Cut(s, "[")
	if filtered {
		end := closingBracket(rest)
		if end < 0 {
			return bad()
		}
		a, _ := attributeOf(attributesOf(userAttributes, p.enterprise), name)
		f, err := parseWithin(rest[:end], a)
		if err != nil {
			return scimPath{}, err
		}
		p.filter = &f
		switch tail := rest[end+1:]; {
		case tail == "":
		case strings.HasPrefix(tail, ".") && word(tail[1:]):
			p.sub = tail[1:]
		default:
			return bad()
		}
	} else if base, sub, dotted := strings.Cut(name, "."); dotted {
		if !word(sub) {
			return bad()
		}
		name, p.sub = base, sub
	}
	if !word(name) {
		return bad()
	}
	p.attribute = name
	return p, nil
}

// closingBracket is where the bracket ends that was opened before s, -1 if nowhere.
func closingBracket(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			n := closingQuote(s[i:])
			if n < 0 {
				return -1
			}
			i += n
		case ']':
			return i
		}
	}
	return -1
}
