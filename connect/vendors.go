// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"daylight/normalize"
)

// vendor returns how the configured system is spoken to.
func (p Pull) vendor() (vendor, error) {
	k, ok := kinds[p.Kind]
	if !ok {
		return vendor{}, errors.New("no connector is called " + p.Kind)
	}
	v := k.make(p)
	for i := range v.feeds {
		v.feeds[i].realm = p.Kind
	}
	return v, nil
}

// kinds are the systems that can be pulled from.
var kinds = map[string]struct {
	make  func(Pull) vendor
	check func(Pull) []string
}{
	"okta":       {okta, checkOkta},
	"slack":      {slack, checkNothing},
	"github":     {github, checkGitHub},
	"google":     {google, checkGoogle},
	"greenhouse": {greenhouse, checkGreenhouse},
	"lever":      {lever, checkNothing},
}

func checkNothing(Pull) []string { return nil }

// events makes the decoder of a format that files of the vendor have, so that a
// feed names an actor as the files do.
func events(format string) func() normalize.EventDecoder {
	return func() normalize.EventDecoder {
		for _, f := range normalize.Formats() {
			if f.Name == format {
				return f.NewEvents()
			}
		}
		return nil
	}
}

// address joins a base, a path and a query.
func address(base, path string, query url.Values) string {
	return strings.TrimSuffix(base, "/") + path + "?" + query.Encode()
}

// list takes a page apart that is an array, with the next page in the Link header.
func list(body []byte, header http.Header, _ *url.URL) (page, error) {
	var p page
	err := json.Unmarshal(body, &p.rows)
	p.next = next(header)
	return p, err
}

// next is the address of the next page in the Link headers (RFC 8288), "" if none.
// Okta sends each link in a header of its own, others all in one.
func next(header http.Header) string {
	for _, line := range header.Values("Link") {
		for line != "" {
			start := strings.IndexByte(line, '<')
			end := strings.IndexByte(line, '>')
			if start < 0 || end < start {
				break
			}
			target, rest := line[start+1:end], line[end+1:]
			parameters, after, more := cutLink(rest)
			if isNext(parameters) {
				return target
			}
			if !more {
				break
			}
			line = after
		}
	}
	return ""
}

// cutLink splits the parameters of one link from the links behind it.
func cutLink(s string) (parameters, after string, more bool) {
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ',' && !quoted:
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// isNext reports whether parameters say that a link leads to the next page.
func isNext(parameters string) bool {
	for p := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for word := range strings.FieldsSeq(strings.Trim(strings.TrimSpace(value), `"`)) {
			if strings.EqualFold(word, "next") {
				return true
			}
		}
	}
	return false
}

// with returns an address with one parameter set.
func with(at *url.URL, name, value string) string {
	u := *at
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// instant reads a time in RFC 3339, the zero time if it is none.
func instant(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return t
}

// member reads one member of a row, the zero value if it is not there or another
// type.
func member[T any](row []byte, into *T) T {
	var zero T
	if json.Unmarshal(row, into) != nil {
		return zero
	}
	return *into
}
