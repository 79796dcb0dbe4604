// SPDX-License-Identifier: Apache-2.0

package app

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestServeOverTLS starts the service with a certificate and no address: what it prints
// opens, its cookies are for TLS alone, browsers are told to stay with it, and neither an
// older TLS nor plain HTTP gets anything.
func TestServeOverTLS(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "cert.key")
	certificate(t, cert, key, time.Now().Add(time.Hour))
	config := filepath.Join(dir, "daylight.yaml")
	if err := os.WriteFile(config, []byte("serve: {tls_cert: "+cert+", tls_key: "+key+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := startServe(t, "--data", filepath.Join(dir, "data"), "--config", config)
	port, ok := strings.CutPrefix(s.address, "https://127.0.0.1:")
	if !ok {
		t.Fatalf("the console is at %s", s.address)
	}
	if link := <-s.link; !strings.HasPrefix(link, s.address+"/welcome/") {
		t.Errorf("the link of the first administrator is %s", link)
	}
	text, err := os.ReadFile(cert)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(text)
	browser := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}}}
	defer browser.CloseIdleConnections()
	res, err := browser.Get(s.address + "/sign-in")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(body), "<h1") {
		t.Errorf("%v %d\n%s", err, res.StatusCode, body)
	}
	if got := res.Header.Get("Strict-Transport-Security"); !strings.HasPrefix(got, "max-age=") {
		t.Errorf("Strict-Transport-Security: %q", got)
	}
	if len(res.Cookies()) == 0 {
		t.Error("the sign-in form sets no cookie")
	}
	for _, c := range res.Cookies() {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" {
			t.Errorf("cookie: %s", c.Raw)
		}
	}

	for version, want := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		conn, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{RootCAs: trusted, MinVersion: version, MaxVersion: version})
		if err == nil {
			_ = conn.Close()
		}
		if (err == nil) != want || !want && !strings.Contains(err.Error(), "protocol version") {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
	}
	plain, err := http.Get("http://127.0.0.1:" + port + "/sign-in")
	if err != nil {
		t.Fatal(err)
	}
	_ = plain.Body.Close()
	if plain.StatusCode != http.StatusBadRequest || len(plain.Cookies()) > 0 {
		t.Errorf("plain HTTP is answered with %d and %d cookies", plain.StatusCode, len(plain.Cookies()))
	}
}
