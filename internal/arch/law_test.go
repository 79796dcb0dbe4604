// SPDX-License-Identifier: Apache-2.0

package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestRulesAreHeld holds that each of the rules that docs/privacy.md lists says what
// the software does, by which tests that stays so, and what is left to the employer.
// That the tests are there is held by TestDocsNameTheirTests.
func TestRulesAreHeld(t *testing.T) {
	data, err := os.ReadFile("../../docs/privacy.md")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if !regexp.MustCompile(`^\| (R\d+|Step \d+|Never)`).MatchString(line) {
			continue
		}
		name := strings.TrimSpace(cells[0])
		found[name]++
		if len(cells) != 4 || !named.MatchString(cells[2]) || len(strings.TrimSpace(cells[1])) < 40 || len(strings.TrimSpace(cells[3])) < 5 {
			t.Errorf("%s does not say what is done, by which test it is held and what is left to do: %s", name, line)
		}
	}
	for kind, last := range map[string]int{"R": 18, "Step ": 10} {
		for n := 1; n <= last; n++ {
			rows := 0
			for name, times := range found {
				if strings.HasPrefix(name, fmt.Sprintf("%s%d ", kind, n)) {
					rows += times
				}
			}
			if rows != 1 {
				t.Errorf("%s%d stands in the table %d times", kind, n, rows)
			}
		}
	}
}

// TestConnectorsOnlyRead holds that nothing is written to the systems that are read:
// no status is set there, nobody is invited, dismissed or locked out. The one POST asks
// for a token.
func TestConnectorsOnlyRead(t *testing.T) {
	calls := regexp.MustCompile(`http\.(?:NewRequestWithContext\([^,]+,\s*([^,]+),|NewRequest\(\s*([^,]+),|(Post|PostForm)\()|\.(PostForm|Post)\(`)
	seen := 0
	for _, f := range tracked(t, "connect/*.go") {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		data, err := os.ReadFile(filepath.Join("../..", f))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range calls.FindAllStringSubmatch(string(data), -1) {
			seen++
			method := m[1] + m[2]
			if method != "http.MethodGet" && (method != "http.MethodPost" || filepath.Base(f) != "oauth.go") {
				t.Errorf("%s sends more than a question: %s", f, m[0])
			}
		}
	}
	if seen < 2 {
		t.Errorf("%d requests are found", seen)
	}
}

// TestEventsHoldNoContent holds that of what people do in chat, mail and code there is
// no field for what they wrote: an event has who, what kind, when, from where and with
// what, and no other field is added without a look at this list.
func TestEventsHoldNoContent(t *testing.T) {
	want := []string{
		"ActorEmail", "ActorID", "ActorName", "Addr", "Agent", "Automated", "Act", "At", "Class", "Device", "Failed", "HasOffset", "HasPlace",
		"Lat", "Lon", "Managed", "Object", "OffsetMinutes", "Pos", "Proxy", "Session", "Token",
	}
	file, err := parser.ParseFile(token.NewFileSet(), "../../record/event.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	fields := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name != "Event" {
			return true
		}
		for _, field := range spec.Type.(*ast.StructType).Fields.List { //nolint:forcetypeassert // else the test is to fail
			for _, name := range field.Names {
				fields++
				if !slices.Contains(want, name.Name) {
					t.Errorf("an event has a field %s", name.Name)
				}
			}
		}
		return true
	})
	if fields < 15 {
		t.Errorf("%d fields of an event are found", fields)
	}
}
