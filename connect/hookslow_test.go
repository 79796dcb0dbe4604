// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// slowHooks is a server of the webhook of Greenhouse on real connections.
func slowHooks(t *testing.T, atOnce int, bodyTime, waitTime time.Duration) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/v1/hooks/{vendor}", Webhook(HookOptions{
		Hooks: map[string]Hook{"greenhouse": {Secrets: []Secret{secretIn(t, "new-secret")}}},
		Store: newMemory(), Sink: newSink(), Now: time.Now, Log: quiet(), AtOnce: atOnce, BodyTime: bodyTime, WaitTime: waitTime,
	}))
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// begin sends the head of a delivery and the first byte of its body.
func begin(t *testing.T, s *httptest.Server, header string) net.Conn {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := fmt.Fprintf(conn, "POST /v1/hooks/greenhouse HTTP/1.1\r\nHost: x\r\n%sContent-Length: 5000000\r\n\r\n{", header); err != nil {
		t.Fatal(err)
	}
	return conn
}

// said is the first line of what comes back within ten seconds.
func said(t *testing.T, conn net.Conn) string {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(conn)
	status, _, _ := strings.Cut(string(text), "\r\n")
	if status == "" {
		t.Fatalf("no answer: %v", err)
	}
	return status
}

// TestHookBodiesAreBoundedInTime: a body that does not come holds nothing for long, and
// one without a signature is not waited for.
func TestHookBodiesAreBoundedInTime(t *testing.T) {
	signature := "Signature: sha256 " + hexMAC("anything", nil) + "\r\n"
	s := slowHooks(t, 1, 300*time.Millisecond, 10*time.Second)
	if status := said(t, begin(t, s, signature)); !strings.Contains(status, " 408 ") {
		t.Errorf("a body that stops is answered %q", status)
	}
	if got := post(s.Config.Handler, "greenhouse", greenhouseHook, "Signature", "sha256 "+hexMAC("new-secret", []byte(greenhouseHook))); got != http.StatusOK {
		t.Errorf("the next delivery is answered %d: its place is not free again", got)
	}
}

// TestHookBodiesReadAtOnce: one more than may be read waits briefly and is told to come
// again, and one without a signature takes nobody's place.
func TestHookBodiesReadAtOnce(t *testing.T) {
	signature := "Signature: sha256 " + hexMAC("anything", nil) + "\r\n"
	h := &hooks{options: HookOptions{WaitTime: 50 * time.Millisecond}, reading: make(chan struct{}, 2)}
	for i, want := range []bool{true, true, false} {
		if got := h.turn(t.Context()); got != want {
			t.Errorf("delivery %d may be read: %v, want %v", i, got, want)
		}
	}
	<-h.reading
	if !h.turn(t.Context()) {
		t.Error("a place that was given back is not taken")
	}
	s := slowHooks(t, 1, 5*time.Second, 50*time.Millisecond)
	for _, header := range []string{"", "Signature: sha256 00\r\n", "Signature: sha1 " + hexMAC("", nil) + "\r\n", signature + signature} {
		resp := refusedAtOnce(t, s, header)
		if resp != http.StatusUnauthorized {
			t.Errorf("with %q it answers %d", header, resp)
		}
	}
	began := time.Now()
	begin(t, s, signature)
	for refusedAtOnce(t, s, signature) != http.StatusServiceUnavailable { // until the first one is being read
		if time.Since(began) > 4*time.Second {
			t.Fatal("a second body is read beside the first")
		}
	}
}

// refusedAtOnce is the status with which a delivery is refused before its body came.
func refusedAtOnce(t *testing.T, s *httptest.Server, header string) int {
	t.Helper()
	req := httptest.NewRequest(http.MethodPost, "/v1/hooks/greenhouse", never{})
	for line := range strings.SplitSeq(header, "\r\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			req.Header.Add(name, value)
		}
	}
	w := httptest.NewRecorder()
	s.Config.Handler.ServeHTTP(w, req)
	if w.Code == http.StatusServiceUnavailable && w.Header().Get("Retry-After") == "" {
		t.Error("it does not say when to come again")
	}
	return w.Code
}

// never is a body that must not be read.
type never struct{}

func (never) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
