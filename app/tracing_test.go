// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"
)

// TestTracing: spans reach the collector that the environment names, before the
// service ends; without one nothing is sent.
func TestTracing(t *testing.T) {
	var got atomic.Int64
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/v1/traces" && r.ContentLength > 0 {
			got.Add(1)
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	defer collector.Close()
	tracer, flush, err := tracing(t.Context(), func(string) string { return "" })
	if err != nil || tracer != nil || flush(t.Context()) != nil {
		t.Errorf("without a collector: %v %v", tracer, err)
	}
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	if tracer, flush, err = tracing(t.Context(), os.Getenv); err != nil {
		t.Fatal(err)
	}
	_, span := tracer.Start(t.Context(), "GET /queue")
	span.End()
	if err := flush(t.Context()); err != nil || got.Load() != 1 {
		t.Errorf("the collector got %d posts, %v", got.Load(), err)
	}
}
