// SPDX-License-Identifier: Apache-2.0

package pipeline_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"testing"
	"testing/fstest"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"daylight/enrich"
	"daylight/pipeline"
	"daylight/weigh"
)

// oktaLog writes a System Log of n events over p people, about 700 bytes each,
// spread over eight weeks.
func oktaLog(n, p int) []byte {
	rng := rand.New(rand.NewPCG(3, 4))
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	var b bytes.Buffer
	b.Grow(n * 720)
	for i := range n {
		who := rng.IntN(p)
		at := start.Add(time.Duration(i) * 56 * 24 * time.Hour / time.Duration(n))
		fmt.Fprintf(&b, `{"uuid":"%08x-0000-4000-8000-000000000000","published":"%s","eventType":"user.authentication.sso","version":"0","severity":"INFO","legacyEventType":"app.auth.sso","displayMessage":"User single sign on to app","actor":{"id":"00u%07d","type":"User","alternateId":"p%d@larkspur.example","displayName":"Person %d"},"client":{"userAgent":{"rawUserAgent":"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0","os":"Linux","browser":"FIREFOX"},"zone":"null","device":"Computer","ipAddress":"%d.%d.%d.%d"},"outcome":{"result":"SUCCESS"},"authenticationContext":{"externalSessionId":"trs%dx%d"},"securityContext":{"isProxy":false},"debugContext":{"debugData":{"requestUri":"/app/x/sso/saml"}},"target":[{"id":"0oa%d","type":"AppInstance","displayName":"App"}]}`+"\n",
			i, at.Format("2006-01-02T15:04:05.000Z"), who, who, who, 20+who%180, who/256%256, who%256, 1+rng.IntN(3), who, at.YearDay(), i%40)
	}
	return b.Bytes()
}

func peopleCSV(p int) []byte {
	var b bytes.Buffer
	b.WriteString("id,stage,email,username,city,region,country,hired_at\n")
	for i := range p {
		fmt.Fprintf(&b, "w-%d,worker,p%d@larkspur.example,00u%07d,Columbus,Ohio,US,2025-01-15\n", i, i, i)
	}
	return b.Bytes()
}

// BenchmarkActivity measures Okta events from bytes to folded profiles with
// every address looked up, beside the strict decoder alone on the same bytes in
// the same run ("ratio" is its rate over ours, on as many cores). On a shared
// machine processor time is the fairer measure: "cpu-ratio" is ours over the
// decoder's, "events/s-of-cpu" is what we could fold if all cores were ours.
func BenchmarkActivity(b *testing.B) {
	const events, people = 1_000_000, 20_000
	log := oktaLog(events, people)
	files := fstest.MapFS{"okta.jsonl": {Data: log}, "people.csv": {Data: peopleCSV(people)}}
	b.Run("fold", func(b *testing.B) {
		tables, err := enrich.Builtin()
		if err != nil {
			b.Fatal(err)
		}
		if err := tables.Load(); err != nil {
			b.Fatal(err)
		}
		var ours, alone, oursCPU, aloneCPU time.Duration
		for b.Loop() {
			wall, cpu := pipeline.TimeActivity(b.Context(), b, pipeline.Options{Files: files, Tables: tables, Policy: weigh.DefaultPolicy()}, cpuTime)
			ours, oursCPU = ours+wall, oursCPU+cpu
			before := cpuTime()
			alone += decodeOnly(b, log, runtime.GOMAXPROCS(0))
			aloneCPU += cpuTime() - before
		}
		b.ReportMetric(float64(events)*float64(b.N)/ours.Seconds(), "events/s")
		b.ReportMetric(float64(events)*float64(b.N)/alone.Seconds(), "decoder-events/s")
		b.ReportMetric(ours.Seconds()/alone.Seconds(), "ratio")
		if aloneCPU > 0 {
			b.ReportMetric(oursCPU.Seconds()/aloneCPU.Seconds(), "cpu-ratio")
			b.ReportMetric(float64(events)*float64(b.N)*float64(runtime.GOMAXPROCS(0))/oursCPU.Seconds(), "events/s-of-cpu")
		}
		b.ReportMetric(0, "ns/op")
	})
	b.Run("memory", func(b *testing.B) {
		tables, err := enrich.Builtin()
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			b.ReportMetric(peak(b, func() {
				if _, err := pipeline.Scan(b.Context(), pipeline.Options{Files: files, Tables: tables, Policy: weigh.DefaultPolicy()}); err != nil {
					b.Fatal(err)
				}
			})/(1<<20), "MiB-peak")
		}
		b.ReportMetric(0, "ns/op")
	})
}

// decodeOnly times the strict decoder over the same bytes on n cores.
func decodeOnly(b *testing.B, log []byte, n int) time.Duration {
	b.Helper()
	start := time.Now()
	done := make(chan error, n)
	for w := range n {
		from, to := cut(log, w, n), cut(log, w+1, n)
		go func() {
			d := jsontext.NewDecoder(bytes.NewReader(log[from:to]))
			for {
				if _, err := d.ReadValue(); err != nil {
					if err == io.EOF { //nolint:errorlint // the decoder returns it bare
						err = nil
					}
					done <- err
					return
				}
			}
		}()
	}
	for range n {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}

func cut(log []byte, part, of int) int {
	at := len(log) * part / of
	if at == 0 || at == len(log) {
		return at
	}
	return at + bytes.IndexByte(log[at:], '\n') + 1
}

// peak returns the greatest live heap seen while f runs, in bytes.
func peak(b *testing.B, f func()) float64 {
	b.Helper()
	runtime.GC()
	debug.FreeOSMemory()
	ctx, cancel := context.WithCancel(b.Context())
	most := make(chan uint64)
	go func() {
		var m runtime.MemStats
		var top uint64
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				runtime.ReadMemStats(&m)
				top = max(top, m.HeapInuse)
			case <-ctx.Done():
				most <- top
				return
			}
		}
	}()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	cancel()
	return float64(<-most) - float64(before.HeapInuse)
}
