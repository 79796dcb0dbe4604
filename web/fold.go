// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"slices"
)

// unfolded says which of the parts that fold are open when a page is served: those
// that the address names, so that a link can lead into one without a script, or every
// one, for paper. A browser opens what holds the target of a link by itself.
type unfolded struct {
	all   bool
	named []string
}

// unfoldedOf reads what the address of a request asks for: ?open=journey, or
// ?print=1.
func unfoldedOf(r *http.Request) unfolded {
	q := r.URL.Query()
	return unfolded{q.Get("print") == "1", q["open"]}
}

// Opened reports whether a part is open: one of the names is its own, or that of
// something in it.
func (u unfolded) Opened(names ...string) bool {
	return u.all || slices.ContainsFunc(names, func(n string) bool { return slices.Contains(u.named, n) })
}

// Whole reports whether every part is open.
func (u unfolded) Whole() bool { return u.all }
