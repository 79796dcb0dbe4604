// SPDX-License-Identifier: Apache-2.0

package audit

import "testing"

func TestHuman(t *testing.T) {
	ana := Human{Account: "a-1", Person: "h-ana", Shown: "n-ana", Hands: []string{"a-boss", "h-boss"}}
	for name, tc := range map[string]struct {
		other Human
		same  bool
	}{
		"herself":                              {ana, true},
		"another account of hers":              {Human{Account: "a-2", Person: "h-ana", Shown: "n-else"}, true},
		"an account of her name":               {Human{Account: "a-2", Person: "h-2", Shown: "n-ana"}, true},
		"nobody knows whose":                   {Human{Account: "a-2", Shown: "n-2"}, true},
		"who invited her":                      {Human{Account: "a-boss", Person: "h-x", Shown: "n-boss"}, true},
		"another account of who invited her":   {Human{Account: "a-boss2", Person: "h-boss", Shown: "n-boss"}, true},
		"whom she invited or reset":            {Human{Account: "a-2", Person: "h-2", Shown: "n-2", Hands: []string{"a-1"}}, true},
		"whom another account of hers invited": {Human{Account: "a-2", Person: "h-2", Shown: "n-2", Hands: []string{"a-7", "h-ana"}}, true},
		"somebody else":                        {Human{Account: "a-2", Person: "h-2", Shown: "n-2"}, false},
		"somebody else without a name":         {Human{Account: "a-2", Person: "h-2"}, false},
		"invited by the same":                  {Human{Account: "a-2", Person: "h-2", Shown: "n-2", Hands: []string{"a-boss", "h-boss"}}, false},
	} {
		if ana.Same(tc.other) != tc.same || tc.other.Same(ana) != tc.same {
			t.Errorf("%s: %v and %v, want %v", name, ana.Same(tc.other), tc.other.Same(ana), tc.same)
		}
	}
}
