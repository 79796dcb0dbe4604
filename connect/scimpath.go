// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
)

// This file reads filters and paths of RFC 7644, 3.4.2.2 and 3.5.2, as far as
// identity providers use them: comparisons by eq, joined by and.

// term is one comparison.
type term struct {
	attribute string
	value     any // string, bool, float64 or nil
}

// maxFilter bounds a filter or a path, bytes.
const maxFilter = 4096

// parseFilter reads comparisons joined by and.
func parseFilter(s string) ([]term, error) {
	bad := func() ([]term, error) {
		return nil, refuse(400, "invalidFilter", "a filter is comparisons by eq, joined by and")
	}
	if len(s) > maxFilter {
		return bad()
	}
	var out []term
	for rest := strings.TrimSpace(s); ; {
		name, after, ok := cutSpace(rest)
		op, after, ok2 := cutSpace(after)
		if !ok || !ok2 || !strings.EqualFold(op, "eq") || !attributeName(name) {
			return bad()
		}
		value, after, ok := literal(after)
		if !ok || after != "" && after[0] != ' ' {
			return bad()
		}
		out = append(out, term{unprefixed(name), value})
		if after = strings.TrimLeft(after, " "); after == "" {
			return out, nil
		}
		joint, after, ok := cutSpace(after)
		if !ok || !strings.EqualFold(joint, "and") {
			return bad()
		}
		rest = strings.TrimLeft(after, " ")
	}
}

// cutSpace splits at the first run of spaces.
func cutSpace(s string) (word, rest string, ok bool) {
	word, rest, ok = strings.Cut(s, " ")
	return word, strings.TrimLeft(rest, " "), ok
}

// literal reads a JSON text, number, true, false or null at the beginning.
func literal(s string) (value any, rest string, ok bool) {
	end := strings.IndexAny(s, " ]")
	if strings.HasPrefix(s, `"`) {
		end = closingQuote(s) + 1
		if end == 0 {
			return nil, "", false
		}
	}
	if end < 0 {
		end = len(s)
	}
	switch word := s[:end]; strings.ToLower(word) {
	case "true":
		return true, s[end:], true
	case "false":
		return false, s[end:], true
	default:
		if err := json.Unmarshal([]byte(word), &value); err != nil {
			return nil, "", false
		}
	}
	switch value.(type) {
	case string, float64, nil:
		return value, s[end:], true
	}
	return nil, "", false
}

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
	s = unprefixed(s)
	name, sub, dotted := strings.Cut(s, ".")
	return word(name) && (!dotted || word(sub))
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

// holds reports whether a value has everything the terms ask for. Texts are compared
// without case, as the attributes of a user are.
func holds(terms []term, o object) bool {
	for _, t := range terms {
		var got any
		for name, v := range o {
			if strings.EqualFold(name, t.attribute) {
				got = v
			}
		}
		a, isText := got.(string)
		b, wantText := t.value.(string)
		if isText && wantText && strings.EqualFold(a, b) {
			continue
		}
		if !reflect.DeepEqual(got, t.value) && (t.value != false || got != nil) {
			return false
		}
	}
	return true
}

// scimPath is where a PATCH operation changes something.
type scimPath struct {
	enterprise bool   // within the enterprise extension
	attribute  string // "" for the extension as a whole
	filter     []term // nil for none
	sub        string // "" for none
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
		terms, err := parseFilter(rest[:end])
		if err != nil {
			return scimPath{}, err
		}
		p.filter = terms
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
