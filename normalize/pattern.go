// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"slices"
	"strings"

	"daylight/record"
)

// This file reads the patterns of STIX 2.1, section 9, that name values:
// comparisons by = and IN, joined by AND and OR. Every value that is named is an
// identifier; account_type and account_login of one observation are one account.
// Other operators are refused, because their values are not what is known.

// maxPattern is the longest pattern that is read, in bytes.
const maxPattern = 1 << 20

// comparison is "object:path = value" or "object:path IN (value, ...)".
type comparison struct {
	object, path string
	values       []string
}

func patternIdentifiers(pattern string) ([]record.Identifier, error) {
	if len(pattern) > maxPattern {
		return nil, Bad("pattern is too long")
	}
	p := &patternParser{tokens: tokenize(pattern)}
	var out []record.Identifier
	var wrong error
	for !p.end() {
		observation, err := p.observation()
		if err != nil {
			return nil, err
		}
		ids, err := observed(observation)
		if err != nil {
			wrong = err
		}
		for _, id := range ids {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	if len(out) == 0 && wrong == nil {
		wrong = Bad("pattern names no identifier")
	}
	return out, wrong
}

// observed turns the comparisons of one observation into identifiers. The error
// is of the last comparison that is none.
func observed(all []comparison) (out []record.Identifier, wrong error) {
	site := ""
	for _, c := range all {
		if c.object == "user-account" && c.path == "account_type" && len(c.values) == 1 {
			site = c.values[0]
		}
	}
	for _, c := range all {
		for _, v := range c.values {
			var ids []record.Identifier
			var err error
			switch {
			case c.object == "user-account" && c.path == "account_type":
				continue
			case c.object == "user-account" && (c.path == "account_login" || c.path == "user_id"):
				ids, err = stixAccount(site, v)
			case c.path == "value" || c.path == "address":
				ids, err = stixValue(c.object, v)
			default:
				err = Bad("pattern compares what is not read " + shape(c.object+":"+c.path))
			}
			if err != nil {
				wrong = err
			}
			out = append(out, ids...)
		}
	}
	return out, wrong
}

type patternParser struct {
	tokens []token
	at     int
}

func (p *patternParser) end() bool { return p.at >= len(p.tokens) }

func (p *patternParser) next() token {
	if p.end() {
		return token{}
	}
	p.at++
	return p.tokens[p.at-1]
}

// observation reads the next "[...]"; at the end of the pattern it is empty.
// Qualifiers and operators between observations say when, not what, and are
// passed over.
func (p *patternParser) observation() ([]comparison, error) {
	for {
		if p.end() {
			return nil, nil
		}
		if t := p.next(); t.text == "[" && !t.quoted {
			break
		}
	}
	var out []comparison
	for {
		t := p.next()
		switch {
		case t == token{}, t.quoted:
			return nil, Bad("pattern is not understood")
		case t.text == "]":
			return out, nil
		case t.text == "(" || t.text == ")" || strings.EqualFold(t.text, "AND") || strings.EqualFold(t.text, "OR"):
			continue
		}
		c, err := p.comparison(t.text)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
}

func (p *patternParser) comparison(path string) (comparison, error) {
	object, property, ok := strings.Cut(path, ":")
	if !ok {
		return comparison{}, Bad("pattern is not understood")
	}
	c := comparison{object: strings.ToLower(object), path: strings.Trim(strings.ToLower(property), "'")}
	switch op := p.next(); {
	case op.quoted:
	case op.text == "=" || op.text == "==":
		if v := p.next(); v.quoted {
			c.values = []string{v.text}
			return c, nil
		}
	case strings.EqualFold(op.text, "IN"):
		if p.next().text != "(" {
			break
		}
		for {
			v := p.next()
			if !v.quoted {
				break
			}
			c.values = append(c.values, v.text)
			switch sep := p.next(); {
			case sep.quoted:
			case sep.text == ",":
				continue
			case sep.text == ")":
				return c, nil
			}
			break
		}
	default:
		return c, Bad("pattern uses an operator that is not read " + shape(op.text))
	}
	return c, Bad("pattern is not understood")
}

type token struct {
	text   string
	quoted bool
}

// tokenize cuts a pattern into strings, signs and words.
func tokenize(s string) []token {
	var out []token
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '\'':
			var b strings.Builder
			for i++; i < len(s) && s[i] != '\''; i++ {
				if s[i] == '\\' && i+1 < len(s) {
					i++
				}
				b.WriteByte(s[i])
			}
			i++
			out = append(out, token{b.String(), true})
		case strings.IndexByte("[](),", c) >= 0:
			out = append(out, token{s[i : i+1], false})
			i++
		case strings.IndexByte("=!<>", c) >= 0:
			n := i + 1
			for n < len(s) && strings.IndexByte("=<>", s[n]) >= 0 {
				n++
			}
			out = append(out, token{s[i:n], false})
			i = n
		default:
			n := i + 1
			for n < len(s) && strings.IndexByte(" \t\r\n[](),=!<>'", s[n]) < 0 {
				n++
			}
			out = append(out, token{s[i:n], false})
			i = n
		}
	}
	return out
}
