// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"daylight/vantage"
)

// TestVantage starts a vantage point as it is typed; it answers a ticket of its key and
// no other, and ends when it is told to.
func TestVantage(t *testing.T) {
	text := strings.Repeat("2a", vantage.KeySize)
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	in, out := io.Pipe()
	var stderr bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- Main(ctx, World{
			Args:   []string{"vantage", "--name", "Exampleton", "--console", "https://daylight.example.com", "--key-file", key, "--listen", "127.0.0.1:0"},
			Stdout: out, Stderr: &stderr, Env: func(string) string { return "" },
		})
		_ = out.Close()
	}()
	line, err := bufio.NewReader(in).ReadString('\n')
	_, at, ok := strings.Cut(strings.TrimSpace(line), "The vantage point Exampleton listens on ")
	if err != nil || !ok {
		t.Fatalf("%q, %v, ended with %d: %s", line, err, <-ended, &stderr)
	}
	status := func(path string) int {
		t.Helper()
		res, err := http.Get("http://" + at + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	k, err := vantage.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	good, err := k.SealTicket(vantage.Ticket{Visit: "v", Point: "Exampleton", Until: 4e12})
	if err != nil {
		t.Fatal(err)
	}
	other, err := vantage.Key{1}.SealTicket(vantage.Ticket{Visit: "v", Point: "Exampleton", Until: 4e12})
	if err != nil {
		t.Fatal(err)
	}
	// A request that is no WebSocket gets past the ticket, and no further.
	for path, want := range map[string]int{
		"/healthz": http.StatusNoContent, vantage.Path + "?ticket=" + good: http.StatusUpgradeRequired,
		vantage.Path + "?ticket=" + other: http.StatusForbidden, "/": http.StatusNotFound,
	} {
		if got := status(path); got != want {
			t.Errorf("%s answers %d, want %d", path[:min(len(path), 20)], got, want)
		}
	}
	cancel()
	if code := <-ended; code != exitDone {
		t.Errorf("stopped with %d: %s", code, &stderr)
	}
}
