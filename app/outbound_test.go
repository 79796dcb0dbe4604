// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"daylight/egress"
)

// TestCheckGuardsAddresses: serve --check says of every address that the service is to
// reach whether it may be reached, by its setting and with the reason.
func TestCheckGuardsAddresses(t *testing.T) {
	dir := t.TempDir()
	secret := "{file: " + filepath.Join(dir, "secret") + "}"
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte(strings.Repeat("ab", 32)), 0o600); err != nil {
		t.Fatal(err)
	}
	config := func(address, allow string) string {
		return strings.NewReplacer("HOST", address, "SECRET", secret, "DATA", filepath.Join(dir, "data"), "ALLOW", allow).Replace(`
serve:
  data: DATA
  oidc: {issuer: "https://HOST", client_id: c, secret: SECRET, groups: {all: [hr]}}
notify:
  - {name: chat, kind: slack, url: "https://HOST/services/x"}
  - {name: teams, kind: teams, url: "https://HOST/x"}
  - {name: letters, kind: email, url: "smtp://HOST:587", from: daylight@example.com, to: [hr@example.com]}
  - {name: tickets, kind: jira, url: "https://HOST", project: SEC, user: bot@example.com, secret: SECRET}
  - {name: hook, kind: webhook, url: "https://HOST/daylight", secret: SECRET}
  - {name: siem, kind: syslog, url: "tls://HOST:6514"}
  - {name: lake, kind: ocsf_http, url: "https://HOST/ocsf", secret: SECRET}
connect:
  allow: [ALLOW]
  pull:
    - {name: okta, kind: okta, url: "https://HOST", secret: SECRET}
    - {name: google, kind: google, subject: reports@example.com, url: "https://HOST", token_url: "https://HOST/token", secret: SECRET}
`)
	}
	settings := []string{
		"serve: oidc: issuer", "notify: chat: url", "notify: teams: url", "notify: letters: url", "notify: tickets: url", "notify: hook: url", "notify: siem: url",
		"notify: lake: url", "connect: pull: okta: url", "connect: pull: google: url", "connect: pull: google: token_url",
		"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
	}
	const number, private, metadata = "its host is a number in another form than 192.0.2.1", "it is not a public address", "it hands out credentials of the machine"
	here := []string{"serve: oidc: issuer"} // for trying things out
	beside := []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"}
	for _, c := range []struct {
		host, allow, why string
		fine             []string // settings that may name it
	}{
		{"0x7f.1", "", number, nil},
		{"2130706433", "127.0.0.0/8", number, nil},
		{"017700000001", "", number, nil},
		{"10.0.0.1", "", private, beside},
		{"[fd00::1]", "", private, beside},
		{"127.0.0.1", "", private, append(here, beside...)},
		{"localhost", "", private, append(here, beside...)},
		{"169.254.169.254", "169.254.0.0/16", metadata, nil},
		{"10.0.0.1", "10.0.0.0/8", "", settings},
		{"services.example.com", "", "", settings},
	} {
		code, words := checkServeIn(t, config(c.host, c.allow), func(name string) string {
			if strings.HasPrefix(name, "OTEL_EXPORTER_OTLP") {
				return "http://" + c.host + ":4318"
			}
			return ""
		})
		wrong := 0
		for _, s := range settings {
			fine := false
			for _, f := range c.fine {
				fine = fine || f == s
			}
			if fine {
				if strings.Contains(words, s+":") {
					t.Errorf("%s with [%s]: %s is refused:\n%s", c.host, c.allow, s, words)
				}
				continue
			}
			wrong++
			if !strings.Contains(words, s+": address refused: "+c.why) {
				t.Errorf("%s with [%s]: nothing about %s in\n%s", c.host, c.allow, s, words)
			}
		}
		if want := map[bool]int{true: exitUsage, false: exitDone}[wrong > 0]; code != want {
			t.Errorf("%s with [%s]: it answered %d, want %d:\n%s", c.host, c.allow, code, want, words)
		}
	}
	code, words := checkServeIn(t, config("services.example.com", `"0x7f.1"`), func(name string) string {
		return map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"}[name]
	})
	for _, want := range []string{`connect: allow: "0x7f.1" is neither a network nor a host`, "OTEL_EXPORTER_OTLP_ENDPOINT: it is not an address such as http://localhost:4318"} {
		if code != exitUsage || !strings.Contains(words, want) {
			t.Errorf("nothing about %q in\n%s", want, words)
		}
	}
}

// inward resolves every name to an address inside.
type inward struct{}

func (inward) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return []netip.Addr{netip.MustParseAddr("10.20.0.1")}, nil
}

// TestProviderIsGuarded: what signs people in is reached as everything else is, so a
// public name that points inward leads nowhere.
func TestProviderIsGuarded(t *testing.T) {
	a := &app{out: egress.Options{Resolver: inward{}}}
	p := servePlan{Serve: Serve{OIDC: OIDC{Issuer: "https://login.example.com", ClientID: "daylight"}}}
	p.OIDC.Secret.Command = []string{"echo", "secret"}
	for _, address := range []string{"https://login.example.com/keys", "http://login.example.com/keys", "https://10.20.0.1/keys", "https://0x7f.1/keys"} {
		provider, err := a.provider(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := provider.Client.Do(req)
		if err == nil {
			_ = res.Body.Close()
		}
		if !errors.Is(err, egress.ErrRefused) {
			t.Errorf("%s is asked: %v", address, err)
		}
	}
}
