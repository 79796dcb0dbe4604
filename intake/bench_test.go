// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"runtime"
	"testing"
	"testing/fstest"
	"time"

	"daylight/enrich"
	"daylight/pipeline"
	"daylight/store"
	"daylight/store/sqlite"
)

// oktaEvents writes n sign-ins of people, one a minute, as Okta's System Log has
// them.
func oktaEvents(w io.Writer, from, n, people int) {
	for i := from; i < from+n; i++ {
		at := time.Date(2026, 3, 1, 0, 0, i, 0, time.UTC).Format("2006-01-02T15:04:05.000Z")
		_, _ = fmt.Fprintf(w, `{"uuid":"u-%d","published":"%s","eventType":"user.session.start","actor":{"id":"00u%d","type":"User","alternateId":"person%d@example.com"},"client":{"ipAddress":"203.0.113.%d","userAgent":{"rawUserAgent":"Mozilla/5.0"},"device":"Computer"},"outcome":{"result":"SUCCESS"},"authenticationContext":{"externalSessionId":"s%d"}}`+"\n",
			i, at, i*7919%people, i*7919%people, i%250, i%5000)
	}
}

// BenchmarkIngest is what taking events in costs on disk, beside what folding them
// costs without a store and storing their bytes without reading them.
func BenchmarkIngest(b *testing.B) {
	const batches, each, people = 20, 10_000, 1000
	bodies := make([][]byte, batches)
	for i := range bodies {
		var body bytes.Buffer
		oktaEvents(&body, i*each, each, people)
		bodies[i] = body.Bytes()
	}
	tables, err := enrich.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	rate := func(b *testing.B) {
		b.Helper()
		b.ReportMetric(float64(b.N*batches*each)/b.Elapsed().Seconds(), "events/s")
	}
	onDisk := func(b *testing.B) *service {
		b.Helper()
		st, err := sqlite.Open(b.Context(), sqlite.Options{Path: filepath.Join(b.TempDir(), "b.db"), Master: make([]byte, sqlite.KeySize)})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = st.Close() })
		return newService(b, st)
	}
	b.Run("fold alone", func(b *testing.B) {
		for b.Loop() {
			for i, body := range bodies {
				name := fmt.Sprintf("okta-%d.jsonl", i)
				_, err := pipeline.Read(b.Context(), pipeline.Options{Files: fstest.MapFS{name: {Data: body}}, Tables: tables}, name, 1, func([]pipeline.Account) error { return nil })
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		rate(b)
	})
	b.Run("receive alone", func(b *testing.B) {
		s := onDisk(b)
		n := 0
		for b.Loop() {
			for _, body := range bodies {
				s.receive(b, fmt.Sprintf("okta/%d/log.jsonl", n), body)
				n++
			}
		}
		rate(b)
	})
	b.Run("receive and read", func(b *testing.B) {
		s := onDisk(b)
		n := 0
		for b.Loop() {
			for _, body := range bodies {
				s.receive(b, fmt.Sprintf("okta/%d/log.jsonl", n), body)
				n++
			}
			s.drain(b)
		}
		rate(b)
	})
}

// endless writes events until it has written so many bytes.
type endless struct {
	left, from int
	buf        bytes.Buffer
}

// Read implements [io.Reader].
func (e *endless) Read(p []byte) (int, error) {
	if e.buf.Len() == 0 {
		if e.left <= 0 {
			return 0, io.EOF
		}
		oktaEvents(&e.buf, e.from, 1000, 50)
		e.from += 1000
		e.left -= e.buf.Len()
	}
	return e.buf.Read(p)
}

// TestLargeUploadIsBounded takes in and reads a body that is much larger than the
// memory it may take.
func TestLargeUploadIsBounded(t *testing.T) {
	const size, most = 128 << 20, 72 << 20
	s := newService(t, temporary(t))
	s.Reader.Log = slog.New(slog.DiscardHandler)
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	peak := make(chan uint64, 1)
	stop := make(chan struct{})
	go func() {
		top := uint64(0)
		for {
			select {
			case <-stop:
				peak <- top
				return
			case <-time.After(20 * time.Millisecond):
				runtime.ReadMemStats(&now)
				top = max(top, now.HeapInuse)
			}
		}
	}()
	if _, err := s.box.Receive(t.Context(), "test", "okta.jsonl", &endless{left: size}); err != nil {
		t.Fatal(err)
	}
	s.drain(t)
	close(stop)
	if top := <-peak; top > before.HeapInuse+most {
		t.Errorf("%d MiB of memory for %d MiB of input", (top-before.HeapInuse)>>20, size>>20)
	}
	view(t, s.store, func(r store.Reader) error {
		n, err := r.Count(store.Profiles, store.Query{})
		if n != 50 || err != nil {
			t.Errorf("%d profiles (%v)", n, err)
		}
		return nil
	})
}
