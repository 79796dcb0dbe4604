// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

func decode(t *testing.T, text string) (Config, error) {
	t.Helper()
	var c Config
	dec := yaml.NewDecoder(bytes.NewReader([]byte(text)))
	dec.KnownFields(true)
	return c, dec.Decode(&c)
}

const goodConfig = `
allow: [ghe.example.com, 10.20.0.0/16]
pull:
  - {name: okta, kind: okta, url: https://example.okta.com, client_id: 0oa1, key_id: k1, secret: {file: /run/secrets/okta.pem}, every: 1m}
  - {name: chat, kind: slack, secret: {command: [printenv, SLACK_TOKEN]}, since: 720h}
  - {name: code, kind: github, enterprise: example, url: https://ghe.example.com/api/v3, secret: {command: [vault, read, github]}, overlap: 30m}
  - {name: google, kind: google, subject: admin@example.com, applications: [login, drive], secret: {file: key.json}}
  - {name: ats, kind: greenhouse, client_id: abc, subject: "77", secret: {command: [printenv, GREENHOUSE]}}
  - {name: old-ats, kind: greenhouse, version: v1, secret: {command: [printenv, HARVEST]}}
  - {name: lever, kind: lever, secret: {command: [printenv, LEVER]}}
notices:
  everybody: {policy: Monitoring at work, version: "3", date: "2026-01-15"}
hooks:
  greenhouse: {secrets: [{command: [printenv, A]}, {command: [printenv, B]}]}
  lever: {secrets: [{command: [printenv, C]}], wakes: lever, window: 2h}
`

func TestConfig(t *testing.T) {
	c, err := decode(t, goodConfig)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	if c.Pull[0].Every != time.Minute || c.Pull[2].Overlap != 30*time.Minute {
		t.Errorf("durations: %+v", c.Pull)
	}
	if err := (Config{}).Validate(); err != nil {
		t.Errorf("an empty one: %v", err)
	}
}

// TestConfigProblems: all are reported at once.
func TestConfigProblems(t *testing.T) {
	c, err := decode(t, `
pull:
  - {name: Okta, kind: okta, secret: {command: [a], file: b}}
  - {name: x, kind: slack, organization: y, secret: {}}
  - {name: x, kind: github, organization: a, enterprise: b, url: "https://u@x", secret: {command: [printenv, A]}, every: 1s}
  - {name: g, kind: google, applications: ["../x"], secret: {command: [printenv, A]}}
  - {name: h, kind: greenhouse, version: v2, secret: {command: [printenv, A]}, since: 200000h}
  - {name: n, kind: nothing}
notices: {everybody: {policy: p, version: "1", date: soon}}
hooks:
  lever: {secrets: [{command: [printenv, C]}], wakes: x}
  ashby: {secrets: [], window: 1s}
  other: {}
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"pull: number 1: a name is lower-case", "it needs the url", "a secret comes from a file or from a command", "organization: it means nothing to slack", "it needs a secret",
		"pull: x: two have this name", "one of organization and enterprise", "url: it is not an address", "every: it lies between",
		"it needs the subject", `no application is called "../x"`, "version is v3 or v1", "since: it lies between", `there is no kind "nothing"`,
		"everybody: the date", "hooks: lever: wakes", "hooks: ashby: it needs one secret", "hooks: ashby: window", "hooks: ashby: wakes and window", "hooks: other: there are webhooks of",
	}
	err = c.Validate()
	if err == nil {
		t.Fatal("all is well")
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("it does not say %q", w)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
	if _, err := decode(t, "pull: [{nmae: x}]"); err == nil {
		t.Error("an unknown key is taken")
	}
}

// TestDocumentedConfiguration: what docs/connectors.md shows is a configuration.
func TestDocumentedConfiguration(t *testing.T) {
	page := string(readTestFile(t, "../docs/connectors.md"))
	_, block, ok := strings.Cut(page, "```yaml\n")
	block, _, ended := strings.Cut(block, "```")
	if !ok || !ended {
		t.Fatal("the page shows no configuration")
	}
	var whole struct {
		Connect Config `yaml:"connect"`
	}
	dec := yaml.NewDecoder(strings.NewReader(block))
	dec.KnownFields(true)
	if err := dec.Decode(&whole); err != nil {
		t.Fatal(err)
	}
	if err := whole.Connect.Validate(); err != nil || len(whole.Connect.Pull) != len(kinds) || len(whole.Connect.Hooks) != len(schemes) {
		t.Errorf("%d connectors, %d webhooks: %v", len(whole.Connect.Pull), len(whole.Connect.Hooks), err)
	}
}
