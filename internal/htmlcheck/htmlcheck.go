// SPDX-License-Identifier: Apache-2.0

// Package htmlcheck looks into pages for tests: it parses HTML as a browser does
// and finds elements by a path of simple selectors, and looks at pages in a real
// browser. It is not a validator.
package htmlcheck

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Page is a parsed document.
type Page struct{ root *html.Node }

// Parse reads a page. The parser accepts anything, as browsers do; it fails only
// when reading does.
func Parse(r io.Reader) (*Page, error) {
	root, err := html.Parse(r)
	if err != nil {
		return nil, fmt.Errorf("parse page: %w", err)
	}
	return &Page{root}, nil
}

// All returns every element of the page in document order.
func (p *Page) All() iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		for n := range p.root.Descendants() {
			if n.Type == html.ElementNode && !yield(n) {
				return
			}
		}
	}
}

// Matcher is a condition on the elements at a path; it returns what is wrong, or
// "".
type Matcher func(found []*html.Node) string

// In checks the elements at a path of selectors separated by spaces, each one
// an element, #id, .class, [attribute] or [attribute=value], or a run of these
// such as "a.more[href]"; a space means a descendant.
func (p *Page) In(t *testing.T, path string, m Matcher) {
	t.Helper()
	if wrong := m(p.Find(path)); wrong != "" {
		t.Errorf("%s: %s", path, wrong)
	}
}

// Find returns the elements at a path, in document order.
func (p *Page) Find(path string) []*html.Node {
	steps := strings.Fields(path)
	var out []*html.Node
	for n := range p.All() {
		if len(steps) > 0 && matches(n, steps) {
			out = append(out, n)
		}
	}
	return out
}

func matches(n *html.Node, steps []string) bool {
	last := len(steps) - 1
	if !fits(n, steps[last]) {
		return false
	}
	if last == 0 {
		return true
	}
	for up := range n.Ancestors() {
		if up.Type == html.ElementNode && matches(up, steps[:last]) {
			return true
		}
	}
	return false
}

// fits reports whether an element fits one run of simple selectors.
func fits(n *html.Node, selector string) bool {
	for selector != "" {
		end := strings.IndexAny(selector[1:], "#.[") + 1
		if selector[0] == '[' {
			end = strings.IndexByte(selector, ']') + 1
		}
		if end <= 0 {
			end = len(selector)
		}
		part := selector[:end]
		selector = selector[end:]
		var ok bool
		switch part[0] {
		case '#':
			ok = Attr(n, "id") == part[1:]
		case '.':
			ok = slices.Contains(strings.Fields(Attr(n, "class")), part[1:])
		case '[':
			name, value, has := strings.Cut(strings.Trim(part, "[]"), "=")
			ok = slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name && (!has || a.Val == value) })
		default:
			ok = n.Data == part
		}
		if !ok {
			return false
		}
	}
	return true
}

// Attr returns an attribute's value, or "".
func Attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// Text returns the text within an element, with white space as one space.
func Text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Count asks for exactly n elements.
func Count(n int) Matcher {
	return func(found []*html.Node) string {
		if len(found) != n {
			return fmt.Sprintf("found %d, want %d", len(found), n)
		}
		return ""
	}
}

// None asks that there is no such element.
func None() Matcher { return Count(0) }

// Says asks that one of the elements holds the words.
func Says(words string) Matcher {
	return func(found []*html.Node) string {
		if slices.ContainsFunc(found, func(n *html.Node) bool { return strings.Contains(Text(n), words) }) {
			return ""
		}
		return fmt.Sprintf("none of %d says %q", len(found), words)
	}
}

// Has asks that there are elements and each has a value in the attribute.
func Has(attribute string) Matcher {
	return func(found []*html.Node) string {
		if len(found) == 0 {
			return "found none"
		}
		for _, n := range found {
			if Attr(n, attribute) == "" {
				return fmt.Sprintf("%q has no %s", Text(n), attribute)
			}
		}
		return ""
	}
}
