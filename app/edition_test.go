// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"strings"
	"testing"

	"daylight/detect"
	"daylight/detect/indicators"
)

// TestEditionRefusesIDTwice holds that no command runs with two indicators of one
// id, be the other built in or of the private edition too.
func TestEditionRefusesIDTwice(t *testing.T) {
	own := func(id string) *detect.Indicator {
		return detect.Define(detect.Meta{ID: id, Title: "Own"}, struct{}{}, func(*detect.Pass, struct{}) {})
	}
	builtin := indicators.Catalog()[0].ID
	for _, tt := range []struct {
		name  string
		extra []*detect.Indicator
		twice string
	}{
		{"none", nil, ""},
		{"another", []*detect.Indicator{own("prv.own")}, ""},
		{"a built-in one", []*detect.Indicator{own("prv.own"), own(builtin)}, builtin},
		{"its own", []*detect.Indicator{own("prv.own"), own("prv.own")}, "prv.own"},
	} {
		var out, words bytes.Buffer
		code := Main(t.Context(), World{Args: []string{"indicators"}, Stdout: &out, Stderr: &words, Env: func(string) string { return "" }, Extra: tt.extra})
		if tt.twice == "" {
			if code != exitDone || len(tt.extra) != strings.Count(out.String(), "prv.own ") {
				t.Errorf("%s: exit code %d, %s", tt.name, code, words.String())
			}
			continue
		}
		if code != exitFailed || !strings.Contains(words.String(), `two indicators are called "`+tt.twice+`"`) || out.Len() > 0 {
			t.Errorf("%s: exit code %d, %q; wrote %d bytes", tt.name, code, words.String(), out.Len())
		}
	}
}
