// SPDX-License-Identifier: Apache-2.0

package detecttest

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestSourceProblems holds that every marked line of the sample is found, and no
// other.
func TestSourceProblems(t *testing.T) {
	problems, err := SourceProblems("testdata/source")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("testdata/source/wrong.go")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		at := fmt.Sprintf("wrong.go:%d ", n)
		var found []string
		for _, p := range problems {
			if strings.HasPrefix(p, at) {
				found = append(found, p)
			}
		}
		if want := strings.HasSuffix(line, "// wrong\n"); (len(found) > 0) != want {
			t.Errorf("found %q, want any: %v, in %s", found, want, line)
		}
	}
	if _, err := SourceProblems("testdata"); err == nil {
		t.Error("a folder without Go files was accepted")
	}
}
