// SPDX-License-Identifier: Apache-2.0

package detecttest

import (
	"fmt"
	"maps"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// swapped returns the case as it would be if everyone in it came from somewhere
// else: every name is replaced by another in another script and of another
// length, every country by another, and the same is done to the local parts of
// e-mail addresses, phones, street lines, handles and accounts. Each
// replacement is one-to-one over the whole case, so everything that was equal
// stays equal and everything that was different stays different.
func (c Case) swapped() Case {
	s := swapper{words: c.nameWords()}
	s.leaf = s.personal
	out := s.value(reflect.ValueOf(c), "").Interface().(Case)
	out.accommodated, out.protected = c.accommodated, c.protected
	for i, e := range c.Edges {
		out.Edges[i].Value = e.Value // a token: it says only what is equal
	}
	return out
}

// Abroad returns the view as it would be if every country were another: those of
// the records and of what reference data knows of their places and networks, one
// to one, so that what was one country stays one and what was two stays two. Towns,
// coordinates and clocks stay, and so does all else that is no country. Views of
// one company are changed alike.
func Abroad(v *detect.View) *detect.View {
	s := swapper{leaf: func(v reflect.Value, _ string) (reflect.Value, bool) {
		c, ok := reflect.TypeAssert[record.Country](v)
		if !ok {
			return v, false
		}
		return reflect.ValueOf(record.NewCountry(shift(c.Reveal()))), true
	}}
	out := *v
	out.Records = s.value(reflect.ValueOf(v.Records), "").Interface().([]record.Record)
	out.Facts = s.value(reflect.ValueOf(v.Facts), "").Interface().(*enrich.Facts)
	return &out
}

type swapper struct {
	// leaf returns what stands in place of a value of the field of that name, and
	// whether it is to be left at that.
	leaf  func(v reflect.Value, name string) (reflect.Value, bool)
	words []string // all words of names in the case, folded, sorted
}

// handles are the fields that hold a name or a handle as a plain string.
var handles = []string{"Usernames", "Manager", "Referrer", "Interviewer", "By", "Account", "Repository"}

// personal replaces all that says who somebody is or where they are from.
func (s *swapper) personal(v reflect.Value, name string) (reflect.Value, bool) {
	switch x := v.Interface().(type) {
	case record.Name:
		return reflect.ValueOf(s.name(x)), true
	case record.Country:
		return reflect.ValueOf(record.NewCountry(shift(x.Reveal()))), true
	case record.Redacted:
		if name == "Command" || name == "Text" {
			return v, true
		}
		return reflect.ValueOf(record.Redacted(shift(string(x)))), true
	case string:
		if slices.Contains(handles, name) {
			return reflect.ValueOf(shift(x)), true
		}
		return v, true
	}
	return v, false
}

// value returns a deep copy of v with the replacements made.
func (s *swapper) value(v reflect.Value, name string) reflect.Value {
	if x, done := s.leaf(v, name); done {
		return x
	}
	switch v.Kind() { //nolint:exhaustive // what else there is holds nothing to replace
	case reflect.Struct:
		return s.fields(v)
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() || v.Kind() == reflect.Pointer && v.Type().Elem().Kind() != reflect.Struct {
			return v
		}
		inner := s.value(v.Elem(), name)
		if v.Kind() == reflect.Interface {
			return inner
		}
		p := reflect.New(v.Type().Elem())
		p.Elem().Set(inner)
		return p
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(s.value(v.Index(i), name))
		}
		return out
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeMapWithSize(v.Type(), v.Len())
		for k, e := range v.Seq2() {
			if k.Kind() == reflect.Struct {
				k = s.value(k, name)
			}
			out.SetMapIndex(k, s.value(e, name))
		}
		return out
	default:
		return v
	}
}

func (s *swapper) fields(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	for f, x := range v.Fields() {
		if f.IsExported() && x.CanInterface() {
			out.FieldByIndex(f.Index).Set(s.value(x, f.Name))
		}
	}
	return out
}

// name replaces each word of a name. The first letter is replaced by rule and
// the rest by a number in letters, so that initials still agree with the words
// they stand for, and length and script say nothing.
func (s *swapper) name(n record.Name) record.Name {
	if n.IsPlaceholder() { // it names nobody
		return n
	}
	words := fold(n.Reveal())
	for i, w := range words {
		head := []rune(w)[0]
		to := string(alphabet[int(head)%len(alphabet)]) + string(alphabet[int(head)/len(alphabet)%len(alphabet)])
		if len([]rune(w)) == 1 {
			words[i] = string(georgian(head))
			continue
		}
		at, _ := slices.BinarySearch(s.words, w)
		words[i] = string(georgian(head)) + strings.Repeat(string(alphabet[at%len(alphabet)]), 1+at/len(alphabet)) + to
	}
	return record.NewName(strings.Join(words, " "))
}

var alphabet = []rune("აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ")

// georgian replaces a Latin letter by a Georgian one and leaves others alone.
func georgian(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return alphabet[r-'a']
	}
	return r
}

// fold splits a name as [record.Name.Compare] does.
func fold(s string) []string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, cases.Fold().String(norm.NFKD.String(s)))
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// shift replaces letters and digits one to one and keeps everything else. Of an
// e-mail address it keeps the domain, which says who provides it; a network
// address it keeps whole.
func shift(s string) string {
	if _, err := netip.ParseAddr(s); err == nil {
		return s
	}
	local, domain, isMail := strings.Cut(s, "@")
	local = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return 'a' + (r-'a'+7)%26
		case r >= 'A' && r <= 'Z':
			return 'A' + (r-'A'+7)%26
		case r >= '0' && r <= '9':
			return '0' + (r-'0'+3)%10
		}
		return r
	}, local)
	if isMail {
		return local + "@" + domain
	}
	return local
}

// walk calls f with every value of a type found in the case.
func walk[T any](v reflect.Value, f func(T)) {
	if !v.IsValid() || !v.CanInterface() {
		return
	}
	if x, ok := reflect.TypeAssert[T](v); ok && v.Kind() != reflect.Interface {
		f(x)
		return
	}
	switch v.Kind() { //nolint:exhaustive // nothing else holds other values
	case reflect.Struct:
		for _, x := range v.Fields() {
			walk(x, f)
		}
	case reflect.Interface, reflect.Pointer:
		walk(v.Elem(), f)
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), f)
		}
	case reflect.Map:
		for _, x := range v.Seq2() {
			walk(x, f)
		}
	default:
	}
}

func (c Case) nameWords() []string {
	words := map[string]bool{}
	walk(reflect.ValueOf(c), func(n record.Name) {
		for _, w := range fold(n.Reveal()) {
			words[w] = true
		}
	})
	return slices.Sorted(maps.Keys(words))
}

// leaks says which personal values of the case a statement shows: a name, a
// contact point, an account, a line of an address.
func (c Case) leaks(statement string) (problems []string) {
	const short = 4 // shorter values occur in words by chance
	low := strings.ToLower(statement)
	check := func(s string) {
		if len(s) > short && strings.Contains(low, strings.ToLower(s)) {
			problems = append(problems, fmt.Sprintf("the statement shows %q: %s", s, statement))
		}
	}
	walk(reflect.ValueOf(c), func(r record.Redacted) { check(r.Reveal()) })
	for _, w := range c.nameWords() {
		check(w)
	}
	return problems
}
