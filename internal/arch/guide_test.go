// SPDX-License-Identifier: Apache-2.0

package arch

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPrivateEdition makes the private edition that CONTRIBUTING.md describes, with
// the guide's own example, and holds that it compiles and that the harness accepts
// it. In the place of "go mod tidy", which needs a network, it takes over what this
// module requires.
func TestPrivateEdition(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	guide := read("CONTRIBUTING.md")
	// block returns the fenced block that holds a text.
	block := func(holds string) string {
		for i, b := range strings.Split(guide, "\n```") {
			if _, body, ok := strings.Cut(b, "\n"); ok && i%2 == 1 && strings.Contains(body, holds) {
				return body + "\n"
			}
		}
		t.Fatalf("CONTRIBUTING.md has no block with %q", holds)
		return ""
	}
	// replaced replaces a text that must be there.
	replaced := func(s, old, with string) string {
		if !strings.Contains(s, old) {
			t.Fatalf("%q is not in:\n%s", old, s)
		}
		return strings.Replace(s, old, with, 1)
	}
	own := func(s string) string { return replaced(s, "package indicators", "package private") }
	_, required, _ := strings.Cut(read("go.mod"), "require")
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": replaced(block("module example.com/daylight-private"), "../daylight", root) + "\nrequire" + required,
		"go.sum": read("go.sum"),
		"cmd/daylight/main.go": replaced(replaced(read("cmd/daylight/main.go"), "Env: os.Getenv}", "Env: os.Getenv, Extra: private.Catalog()}"),
			`"daylight/app"`, "\"daylight/app\"\n\n\t\"example.com/daylight-private/private\""),
		"private/background_hidden.go":                 own(block("var backgroundHidden")),
		"private/wording.go":                           own(read("detect/indicators/wording.go")),
		"private/catalog.go":                           "package private\n\nimport \"daylight/detect\"\n\nfunc Catalog() []*detect.Indicator { return []*detect.Indicator{backgroundHidden} }\n",
		"private/private_test.go":                      "package private\n\nimport (\n\t\"testing\"\n\n\t\"daylight/detect/detecttest\"\n)\n\n" + block("func TestIndicators"),
		"private/testdata/int.background_hidden.txtar": block("-- present-twice/case.json --"),
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"go", "vet", "./..."},
		{"go", "test", "-c", "-o", "private/harness", "./private"},
		{"../private/harness", "-test.run", "TestIndicators", "-update"},
		{"../private/harness", "-test.run", "TestIndicators"},
	} {
		cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
		if cmd.Dir = dir; args[0] != "go" {
			cmd.Dir = filepath.Join(dir, "private")
		}
		cmd.Env = append(os.Environ(), "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -mod=mod"), "GOPROXY=off", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	written, err := os.ReadFile(filepath.Join(dir, "private/testdata/int.background_hidden.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(written), "The background was hidden in 2 sessions, last on 2026-03-05.") {
		t.Errorf("the golden file does not hold what the example says:\n%s", written)
	}
}
