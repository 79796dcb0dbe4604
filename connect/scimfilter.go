// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// This file reads filters of RFC 7644, 3.4.2.2, and says whom they find. Beside what is
// written there it takes emails[type eq "work"].value eq "a", as Entra sends it.

// filter is a condition on a user or on one of several values.
type filter struct {
	joint string   // and, or, not: of parts; "" for a comparison
	parts []filter // of not one

	enterprise     bool // of the enterprise extension
	attribute, sub string
	within         *filter // which of several values are meant; nil for all
	op             string  // eq, ne, co, sw, ew, gt, ge, lt, le, pr; "" asks for a value within
	value          any     // string, bool, float64 or nil
}

// maxFilter bounds a filter or a path, bytes, and maxNested how deep a filter is.
const (
	maxFilter = 4096
	maxNested = 32
)

var operators = []string{"eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr"}

// errFilter names nothing of the filter: it may hold what people are called.
func errFilter(why string) error {
	return refuse(400, "invalidFilter", "the filter cannot be understood: %s", why)
}

// parseFilter reads a filter on an object of these attributes.
func parseFilter(s string, of []attribute) (filter, error) {
	if len(s) > maxFilter {
		return filter{}, errFilter("it is too long")
	}
	r := &filterReader{rest: strings.TrimSpace(s), of: of}
	f, err := r.joined("or", func() (filter, error) { return r.joined("and", r.one) })
	if err == nil && r.rest != "" {
		err = errFilter("there is more than a condition")
	}
	return f, err
}

// filterReader reads from the beginning of what is left, which begins with no space.
type filterReader struct {
	rest   string
	of     []attribute
	nested int
}

// joined reads conditions that a word joins.
func (r *filterReader) joined(word string, one func() (filter, error)) (filter, error) {
	var parts []filter
	for {
		f, err := one()
		if err != nil {
			return filter{}, err
		}
		parts = append(parts, f)
		if !r.take(word) {
			break
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return filter{joint: word, parts: parts}, nil
}

// take reads a word, in any case, if it is the next one.
func (r *filterReader) take(word string) bool {
	n := len(word)
	if len(r.rest) <= n || !strings.EqualFold(r.rest[:n], word) || r.rest[n] != ' ' && r.rest[n] != '(' {
		return false
	}
	r.rest = strings.TrimLeft(r.rest[n:], " ")
	return true
}

// one reads a condition in parentheses, its contrary, or a comparison.
func (r *filterReader) one() (filter, error) {
	if bare := *r; bare.take("not") && strings.HasPrefix(bare.rest, "(") {
		r.rest = bare.rest
		f, err := r.group()
		return filter{joint: "not", parts: []filter{f}}, err
	}
	if strings.HasPrefix(r.rest, "(") {
		return r.group()
	}
	return r.comparison()
}

func (r *filterReader) group() (filter, error) {
	if r.nested++; r.nested > maxNested {
		return filter{}, errFilter("it is nested too deep")
	}
	r.rest = strings.TrimLeft(r.rest[1:], " ")
	f, err := r.joined("or", func() (filter, error) { return r.joined("and", r.one) })
	if err != nil {
		return filter{}, err
	}
	if !strings.HasPrefix(r.rest, ")") {
		return filter{}, errFilter("a parenthesis is not closed")
	}
	r.nested--
	r.rest = strings.TrimLeft(r.rest[1:], " ")
	return f, nil
}

// comparison reads attribute[filter].sub op value.
func (r *filterReader) comparison() (filter, error) {
	var f filter
	end := strings.IndexAny(r.rest, " [()")
	if end < 0 {
		end = len(r.rest)
	}
	name := r.rest[:end]
	if r.rest = r.rest[end:]; !attributeName(name) {
		return f, errFilter("a condition begins with no attribute")
	}
	f.enterprise, f.attribute, f.sub = named(name)
	a, _ := attributeOf(attributesOf(r.of, f.enterprise), f.attribute)
	if strings.HasPrefix(r.rest, "[") {
		if err := r.within(&f, a); err != nil {
			return f, err
		}
		if next := strings.TrimLeft(r.rest, " "); f.sub == "" && (next == "" || next[0] == ')' || joins(next)) {
			r.rest = next
			return f, nil
		}
	}
	if !strings.HasPrefix(r.rest, " ") {
		return f, errFilter("an operator is missing")
	}
	op, after, _ := cutSpace(strings.TrimLeft(r.rest, " "))
	if bare, tail, cut := strings.Cut(op, ")"); cut && strings.EqualFold(bare, "pr") { // title pr)
		op, after = bare, ")"+tail+" "+after
	}
	f.op = strings.ToLower(op)
	if r.rest = after; !slices.Contains(operators, f.op) {
		return f, errFilter("there is no such operator")
	}
	if f.op == "pr" {
		return f, nil
	}
	value, after, ok := literal(r.rest)
	if !ok || after != "" && after[0] != ' ' && after[0] != ')' {
		return f, errFilter("a comparison ends in no value")
	}
	f.value, r.rest = value, strings.TrimLeft(after, " ")
	return f, f.comparable(a)
}

// joins reports whether a text begins with a word that joins conditions.
func joins(s string) bool {
	r := filterReader{rest: s}
	return r.take("and") || r.take("or")
}

// within reads [filter], and .sub behind it.
func (r *filterReader) within(f *filter, a attribute) error {
	if f.sub != "" {
		return errFilter("brackets stand where no values are")
	}
	end := closingBracket(r.rest[1:])
	if end < 0 {
		return errFilter("a bracket is not closed")
	}
	inner, err := parseWithin(r.rest[1:1+end], a)
	if err != nil {
		return err
	}
	f.within, r.rest = &inner, r.rest[end+2:]
	if after, dotted := strings.CutPrefix(r.rest, "."); dotted {
		n := strings.IndexAny(after, " )")
		if n < 0 {
			n = len(after)
		}
		if f.sub, r.rest = after[:n], after[n:]; !word(f.sub) {
			return errFilter("brackets are followed by no attribute")
		}
	}
	return nil
}

// parseWithin reads a filter on the values of an attribute; there are no brackets in it.
func parseWithin(s string, a attribute) (filter, error) {
	f, err := parseFilter(s, a.sub)
	if err == nil && f.anyOf(func(part filter) bool { return part.within != nil || part.enterprise }) {
		err = errFilter("brackets stand within brackets")
	}
	return f, err
}

// anyOf reports whether any comparison of a filter is one.
func (f filter) anyOf(is func(filter) bool) bool {
	if f.joint == "" {
		return is(f)
	}
	return slices.ContainsFunc(f.parts, func(part filter) bool { return part.anyOf(is) })
}

// comparable refuses what RFC 7644 says cannot be compared in this way.
func (f filter) comparable(a attribute) error {
	if part, ok := attributeOf(a.sub, f.sub); ok {
		a = part
	}
	_, isText := f.value.(string)
	switch f.op {
	case "co", "sw", "ew":
		if !isText {
			return errFilter("only texts have a beginning, an end and parts")
		}
	case "gt", "ge", "lt", "le":
		if _, isNumber := f.value.(float64); a.flag || !isText && !isNumber {
			return errFilter("only texts, numbers and times come one after the other")
		}
	}
	if a.flag && f.value != nil {
		if _, err := readFlag(a.name, f.value); err != nil || f.op != "eq" && f.op != "ne" {
			return errFilter("what is true or false is compared with neither")
		}
	}
	if f.isTime() && f.op != "co" && f.op != "sw" && f.op != "ew" && f.value != nil {
		if text, _ := f.value.(string); !isTime(text) {
			return errFilter("a time is not one of RFC 3339")
		}
	}
	return nil
}

// isTime reports whether a comparison is of an instant.
func (f filter) isTime() bool {
	return !f.enterprise && strings.EqualFold(f.attribute, "meta") && (strings.EqualFold(f.sub, "created") || strings.EqualFold(f.sub, "lastModified"))
}

func isTime(s string) bool {
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}

// holds reports whether a condition is true of an object.
func (f filter) holds(o object) bool {
	switch f.joint {
	case "and":
		return !slices.ContainsFunc(f.parts, func(part filter) bool { return !part.holds(o) })
	case "or":
		return slices.ContainsFunc(f.parts, func(part filter) bool { return part.holds(o) })
	case "not":
		return !f.parts[0].holds(o)
	}
	values := f.values(o)
	switch {
	case f.op == "" || f.op == "pr":
		return len(values) > 0
	case len(values) == 0: // absent, null and empty are the same; what is not said to be true is false
		return (f.op == "eq") == (f.value == nil || f.value == "" || f.value == false) && (f.op == "eq" || f.op == "ne")
	}
	return slices.ContainsFunc(values, f.compares)
}

// values are what a comparison is about: of an attribute that has parts and names none,
// the one that stands for it.
func (f filter) values(o object) []any {
	if f.enterprise {
		o, _ = o[scimEnterpriseURN].(object)
	}
	v := valueOf(o, f.attribute)
	all, several := v.([]any)
	if !several && v != nil {
		all = []any{v}
	}
	var out []any
	for _, item := range all {
		part, isObject := item.(object)
		switch {
		case f.within != nil && (!isObject || !f.within.holds(part)):
			continue
		case isObject && f.sub != "":
			item = valueOf(part, f.sub)
		case isObject && f.op != "" && f.op != "pr":
			item = valueOf(part, cmp.Or(plainOf(f.attribute), "value"))
		case f.sub != "":
			continue
		}
		if item != nil && item != "" {
			out = append(out, item)
		}
	}
	return out
}

// plainOf is the part that stands for an attribute, "" if it has none.
func plainOf(name string) string {
	if a, ok := attributeOf(userAttributes, name); ok {
		return a.plain
	}
	a, _ := attributeOf(enterpriseAttributes, name)
	return a.plain
}

// valueOf is the value of an attribute, in any case of its name.
func valueOf(o object, name string) any {
	if v, ok := o[name]; ok {
		return v
	}
	for have, v := range o {
		if strings.EqualFold(have, name) {
			return v
		}
	}
	return nil
}

// exact reports whether case counts in an attribute, as the schema says of it.
func (f filter) exact() bool {
	return !f.enterprise && (strings.EqualFold(f.attribute, "id") || strings.EqualFold(f.attribute, "externalId"))
}

// compares reports whether a value is what a comparison asks for.
func (f filter) compares(got any) bool {
	switch want := f.value.(type) {
	case nil:
		return f.op == "ne"
	case string:
		if flag, ok := got.(bool); ok { // Entra sends "True" and "False"
			asked, err := readFlag("", want)
			return err == nil && (flag == asked) == (f.op == "eq")
		}
		text, ok := got.(string)
		return ok && f.comparesText(text, want) || !ok && f.op == "ne"
	case float64:
		n, ok := got.(float64)
		return ok && ordered(f.op, cmp.Compare(n, want)) || !ok && f.op == "ne"
	}
	return (got == f.value) == (f.op == "eq")
}

func (f filter) comparesText(got, want string) bool {
	if f.isTime() && isTime(want) {
		a, err := time.Parse(time.RFC3339, got)
		b, _ := time.Parse(time.RFC3339, want)
		return err == nil && ordered(f.op, a.Compare(b))
	}
	if !f.exact() {
		got, want = strings.ToLower(got), strings.ToLower(want)
	}
	switch f.op {
	case "co":
		return strings.Contains(got, want)
	case "sw":
		return strings.HasPrefix(got, want)
	case "ew":
		return strings.HasSuffix(got, want)
	}
	return ordered(f.op, strings.Compare(got, want))
}

// ordered reports whether what an operator says is so, of two that compare as order.
func ordered(op string, order int) bool {
	switch op {
	case "eq":
		return order == 0
	case "ne":
		return order != 0
	case "gt":
		return order > 0
	case "ge":
		return order >= 0
	case "lt":
		return order < 0
	case "le":
		return order <= 0
	}
	return false
}

// equal are the values that an element has for which the filter holds, and whether they
// say all of it: comparisons by eq, joined by and.
func (f filter) equal() (map[string]any, bool) {
	parts := []filter{f}
	if f.joint == "and" {
		parts = f.parts
	}
	out := map[string]any{}
	for _, part := range parts {
		if part.joint != "" || part.op != "eq" || part.sub != "" {
			return nil, false
		}
		out[strings.ToLower(part.attribute)] = part.value
	}
	return out, true
}

// cutSpace splits at the first run of spaces.
func cutSpace(s string) (word, rest string, ok bool) {
	word, rest, ok = strings.Cut(s, " ")
	return word, strings.TrimLeft(rest, " "), ok
}

// literal reads a JSON text, number, true, false or null at the beginning.
func literal(s string) (value any, rest string, ok bool) {
	end := strings.IndexAny(s, " ])")
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
