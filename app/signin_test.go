// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// checkServe runs serve --check on a configuration.
func checkServe(t *testing.T, text string) (int, string) {
	t.Helper()
	config := filepath.Join(t.TempDir(), "daylight.yaml")
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, words bytes.Buffer
	code := Main(t.Context(), World{Args: []string{"serve", "--check", "--config", config}, Stdout: &out, Stderr: &words, Env: func(string) string { return "" }})
	return code, words.String()
}

// TestDocumentedSignInAndTargets: what docs/configuration.md shows is in order.
func TestDocumentedSignInAndTargets(t *testing.T) {
	page, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		if !strings.Contains(block[1], "oidc:") && !strings.HasPrefix(block[1], "notify:") {
			continue
		}
		seen++
		if code, words := checkServe(t, block[1]); code != exitDone {
			t.Errorf("%d %s\n%s", code, words, block[1])
		}
	}
	if seen != 2 {
		t.Errorf("%d examples were tried, want 2", seen)
	}
}

// TestSignInAndTargetsRefused names everything that is wrong at once.
func TestSignInAndTargetsRefused(t *testing.T) {
	code, words := checkServe(t, `
serve:
  oidc: {issuer: "http://login.example.com", groups: {all: [emperor]}}
notify:
  - {name: x, kind: pigeon}
`)
	if code != exitUsage {
		t.Errorf("it answered %d", code)
	}
	for _, want := range []string{"https://", "client_id", "secret_file", `"emperor"`, `kind "pigeon"`} {
		if !strings.Contains(words, want) {
			t.Errorf("nothing about %s in\n%s", want, words)
		}
	}
}

// TestSecrets are read from where they are, and an empty one is none.
func TestSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := func(name string) string { return map[string]string{"GIVEN": "from the environment"}[name] }
	for _, test := range []struct{ file, env, want string }{
		{file, "", "from a file"}, {"", "GIVEN", "from the environment"}, {"", "MISSING", ""}, {file + "x", "", ""},
	} {
		got, err := readSecret(test.file, test.env, env)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%+v: %q, %v", test, got, err)
		}
	}
}
