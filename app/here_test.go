// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"daylight/detect/indicators"
	"daylight/egress"
)

// here is the service with its whole wiring, in the process of the test: by a clock that
// the test sets, and what runs each minute and each hour can be run at once.
type here struct {
	*daemon
	app  *app
	data string
	life // where it is, and its first link
	stop func() error

	mu  sync.Mutex
	off time.Duration // of its clock
}

// said is what the service wrote to standard error, and may be read while it does.
type said struct {
	turns
	b bytes.Buffer
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// now is the service's clock.
func (h *here) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Now().Add(h.off)
}

// jump sets the service's clock so far ahead, or back.
func (h *here) jump(by time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.off += by
}

// startHere starts the service on a data folder.
func startHere(t *testing.T, o Serve, config string) *here {
	t.Helper()
	return startHereAt(t, o, config, 0)
}

// startHereAt starts it with a clock that is so far ahead.
func startHereAt(t *testing.T, o Serve, config string, ahead time.Duration) *here {
	t.Helper()
	return startHereOut(t, o, config, ahead, egress.Options{})
}

// startHereOut starts it with another way out.
func startHereOut(t *testing.T, o Serve, config string, ahead time.Duration, out egress.Options) *here {
	t.Helper()
	h := &here{data: o.Data, off: ahead}
	in, printed := io.Pipe()
	words := &said{}
	words.w = &words.b
	h.app = &app{
		World:      World{Stdout: printed, Stderr: words, Env: func(string) string { return "" }, Now: h.now},
		catalog:    slices.SortedFunc(slices.Values(indicators.Catalog()), byID),
		configPath: config,
		out:        out,
	}
	o.Listen = "127.0.0.1:0"
	plan, err := h.app.planServe(o, keySource{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ready, ended := make(chan *daemon, 1), make(chan error, 1)
	go func() {
		err := h.app.serve(ctx, plan, func(_ context.Context, d *daemon) error {
			ready <- d
			return nil
		})
		_ = printed.Close()
		ended <- err
	}()
	h.stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() {
		_ = h.stop()
		if t.Failed() {
			t.Logf("it said:\n%s", words)
		}
	})
	lines := bufio.NewScanner(in)
	for h.address == "" && lines.Scan() {
		_, h.address, _ = strings.Cut(lines.Text(), "The console is at ")
	}
	if h.address == "" {
		t.Fatalf("it does not start: %v\n%s", h.stop(), words)
	}
	h.daemon = <-ready
	first := make(chan string, 1)
	go func() {
		defer close(first)
		for lines.Scan() { // nothing it prints may hold it up
			if _, link, ok := strings.Cut(lines.Text(), "within a day: "); ok {
				first <- link
			}
		}
	}()
	select {
	case h.link = <-first:
	case <-time.After(time.Second): // it is not the first start
	}
	return h
}
