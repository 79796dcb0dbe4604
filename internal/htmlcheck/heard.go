// SPDX-License-Identifier: Apache-2.0

package htmlcheck

import (
	"encoding/json"

	"github.com/chromedp/cdproto/accessibility"
)

// Heard is one thing that a screen reader is told of a page: its role and its name.
type Heard struct{ Role, Name string }

// Heard is the page as a screen reader is told it, in order (the accessibility tree of
// the browser); what is hidden from it is left out.
func (w *Window) Heard() []Heard {
	w.t.Helper()
	tree := call(w.tab, w.t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	word := func(v *accessibility.Value) (s string) {
		if v == nil || len(v.Value) == 0 {
			return ""
		}
		if err := json.Unmarshal(v.Value, &s); err != nil {
			w.t.Fatalf("the browser tells %s: %v", v.Value, err)
		}
		return s
	}
	var out []Heard
	for _, n := range tree.Nodes {
		if !n.Ignored {
			out = append(out, Heard{word(n.Role), word(n.Name)})
		}
	}
	return out
}
