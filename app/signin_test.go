// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// checkServe runs serve --check on a configuration.
func checkServe(t *testing.T, text string) (int, string) {
	t.Helper()
	return checkServeIn(t, text, func(string) string { return "" })
}

// checkServeIn runs it in an environment.
func checkServeIn(t *testing.T, text string, env func(string) string) (int, string) {
	t.Helper()
	config := filepath.Join(t.TempDir(), "daylight.yaml")
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, words bytes.Buffer
	code := Main(t.Context(), World{Args: []string{"serve", "--check", "--config", config}, Stdout: &out, Stderr: &words, Env: env})
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
		if code, words := checkServe(t, provided(t, block[1])); code != exitDone {
			t.Errorf("%d %s\n%s", code, words, block[1])
		}
	}
	if seen != 2 {
		t.Errorf("%d examples were tried, want 2", seen)
	}
}

// provided is a documented configuration with the files that it names.
func provided(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	text = strings.NewReplacer("/etc/daylight/", dir+"/", "/var/lib/daylight", dir, "/var/log/daylight/", dir+"/", "[pass, show, ", "[echo, ").Replace(text)
	certificate(t, filepath.Join(dir, "cert.pem"), filepath.Join(dir, "cert.key"), time.Now().Add(time.Hour))
	for _, name := range regexp.MustCompile(regexp.QuoteMeta(dir)+`/([a-z-]+)`).FindAllStringSubmatch(text, -1) {
		body := strings.Repeat("ab", 32)
		if _, err := os.Stat(name[0]); err == nil || name[1] == "cert" {
			continue
		}
		if err := os.WriteFile(name[0], []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return text
}

// TestSignInAndTargetsRefused names everything that is wrong at once.
func TestSignInAndTargetsRefused(t *testing.T) {
	code, words := checkServe(t, `
serve:
  oidc: {issuer: "http://login.example.com", groups: {all: [emperor]}}
notify:
  - {name: x, kind: pigeon}
connect:
  hooks: {lever: {secrets: [{file: /run/secrets/lever-hook}]}}
`)
	if code != exitUsage {
		t.Errorf("it answered %d", code)
	}
	for _, want := range []string{"https://", "client_id", "it needs a secret", `"emperor"`, `kind "pigeon"`, "connect: hooks: lever: wakes"} {
		if !strings.Contains(words, want) {
			t.Errorf("nothing about %s in\n%s", want, words)
		}
	}
	said := map[string]bool{}
	for line := range strings.Lines(words) {
		if said[line] {
			t.Errorf("it says twice %s", line)
		}
		said[line] = true
	}
}

// TestCheckOpensSecrets: serve --check opens each secret, the master key and the
// certificate, says of each what is wrong, and shows none.
func TestCheckOpensSecrets(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, []byte(text), mode), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good, open := file("good", "hush", 0o600), file("open", "hush", 0o644)
	certificate(t, filepath.Join(dir, "cert.pem"), filepath.Join(dir, "cert.key"), time.Now().Add(time.Hour))
	certificate(t, filepath.Join(dir, "old.pem"), filepath.Join(dir, "old.key"), time.Now().Add(-time.Hour))
	with := func(cert, key, master, oidc, target, pull, hook string) string {
		return strings.NewReplacer("CERT", filepath.Join(dir, cert), "PRIVATE", filepath.Join(dir, key), "MASTER", master, "OIDC", oidc, "TARGET", target, "PULL", pull, "HOOK", hook).Replace(`
serve:
  tls_cert: CERT
  tls_key: PRIVATE
  master_key: MASTER
  oidc: {issuer: "https://login.example.com", client_id: c, secret: OIDC, groups: {all: [hr]}}
notify:
  - {name: hook, kind: webhook, url: https://hooks.example.com, secret: TARGET}
connect:
  pull:
    - {name: slack, kind: slack, secret: PULL}
  hooks:
    ashby: {secrets: [HOOK]}
`)
	}
	in := func(path string) string { return "{file: " + path + "}" }
	key := in(file("master", strings.Repeat("ab", 32), 0o600))
	if code, words := checkServe(t, with("cert.pem", "cert.key", key, in(good), "{command: [echo, hush]}", in(good), in(good))); code != exitDone {
		t.Errorf("what is in order: %d\n%s", code, words)
	}
	code, words := checkServe(t, with("cert.pem", "old.key", in(good), in(filepath.Join(dir, "none")), "{command: [false]}", in(open), in(file("empty", "\n", 0o600))))
	if code != exitFailed {
		t.Errorf("it answered %d", code)
	}
	for _, want := range []string{
		"serve: master_key: read the key: ", "is not 64 hex digits", "serve: tls_cert and tls_key: open the certificate: ", "private key does not match",
		"serve: oidc: secret: open " + dir + "/none: no such file", "notify: hook: secret: the command false ended with exit status 1",
		"connect: pull: slack: secret: everybody on this machine may open " + open, "connect: hooks: ashby: secret 1: there is nothing in it",
	} {
		if !strings.Contains(words, want) {
			t.Errorf("nothing about %q in\n%s", want, words)
		}
	}
	if strings.Contains(words, "hush") {
		t.Errorf("a secret is shown:\n%s", words)
	}
	for _, pair := range [][3]string{{"old.pem", "old.key", "ended on"}, {"none.pem", "cert.key", "no such file"}} {
		if code, words := checkServe(t, with(pair[0], pair[1], key, in(good), in(good), in(good), in(good))); code != exitFailed || !strings.Contains(words, pair[2]) {
			t.Errorf("%s: %d\n%s", pair[0], code, words)
		}
	}
}

// certificate writes a certificate of its own signing, with its key.
func certificate(t *testing.T, cert, key string, until time.Time) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: until.Add(-48 * time.Hour), NotAfter: until, DNSNames: []string{"daylight.example.com"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	signed, err := x509.CreateCertificate(rand.Reader, of, of, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), 0o600),
		os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}), 0o600),
	)
	if err != nil {
		t.Fatal(err)
	}
}
