// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"daylight/egress"
)

// TestHostileServers: what a server on the network can do to a connector ends in
// words, in bounded time and memory.
func TestHostileServers(t *testing.T) {
	release := make(chan struct{})
	var here *httptest.Server
	inner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("the inner server was asked, with %q", r.Header.Get("Authorization"))
		w.WriteHeader(http.StatusOK)
	}))
	defer inner.Close()
	here = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/fine":
			_, _ = io.WriteString(w, "[]")
		case "/slow":
			_, _ = io.WriteString(w, "[")
			w.(http.Flusher).Flush()
			<-release
		case "/huge":
			_, _ = io.WriteString(w, strings.Repeat("[", 200_000))
		case "/huge-unsaid":
			for range 200 {
				_, _ = io.WriteString(w, strings.Repeat("[", 1000))
				w.(http.Flusher).Flush()
			}
		case "/cut":
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, "[")
		case "/reset":
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_ = conn.Close()
			}
		case "/inner":
			http.Redirect(w, r, inner.URL+"/x", http.StatusFound)
		case "/metadata":
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
		case "/circle":
			http.Redirect(w, r, "/circle", http.StatusFound)
		default:
			http.Redirect(w, r, "/fine", http.StatusFound)
		}
	}))
	defer here.Close()
	defer close(release)
	guard, err := egress.New(egress.Options{Allow: []string{here.URL}, Timeout: 300 * time.Millisecond, MaxBody: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	c := connectorFor(t, Options{
		Config: Config{Pull: []Pull{{Name: "okta", Kind: "okta", URL: here.URL, Secret: secretIn(t, "secret-key")}}}, Store: newMemory(), Sink: newSink(), Client: guard.Client(),
	})
	for path, want := range map[string]string{
		"/fine": "", "/moved": "", "/slow": "the vendor did not answer in time", "/huge": "the answer is larger than allowed", "/huge-unsaid": "the answer is larger than allowed",
		"/cut": "the answer was cut off", "/reset": "the connection failed", "/inner": "the vendor redirects to another host", "/metadata": "the vendor redirects to another host",
		"/circle": "the address may not be reached from here; see connect.allow",
	} {
		a, err := c.api(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, _, _, err = a.get(t.Context(), here.URL+path)
		if (err == nil) != (want == "") || err != nil && words(err) != want {
			t.Errorf("%s: %v", path, err)
		}
		if err != nil && strings.Contains(words(err)+err.Error(), "secret-key") {
			t.Errorf("%s: the error holds the secret", path)
		}
	}
	// Without the allow-list the server is one of the inside.
	bare, err := egress.New(egress.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c.options.Client = bare.Client()
	a, err := c.api(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := a.get(t.Context(), here.URL+"/fine"); err == nil || words(err) != "the address may not be reached from here; see connect.allow" {
		t.Errorf("an inner server is reached: %v", err)
	}
}
