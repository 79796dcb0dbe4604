// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"fmt"
	"testing"
	"testing/synctest"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// TestSpans: each reading of a feed is a span with counts and names of the configuration,
// and nothing of the rows.
func TestSpans(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, testVendors[0], Pull{Name: "okta", Kind: "okta", URL: "http://okta.example.com", Secret: Secret{Command: []string{"echo", "x"}}}, &server{want: "SSWS x"})
		spans := tracetest.NewSpanRecorder()
		w.c.options.Tracer = sdk.NewTracerProvider(sdk.WithSpanProcessor(spans)).Tracer("test")
		w.happen(7)
		if err := w.all(t); err != nil {
			t.Fatal(err)
		}
		w.happen(1)
		w.sink.fail = 1
		if err := w.all(t); err == nil {
			t.Fatal("a full disk is no failure")
		}
		for i, s := range spans.Ended() {
			seen := map[string]string{}
			for _, a := range s.Attributes() {
				seen[string(a.Key)] = a.Value.String()
			}
			want := []string{`pull Unset "" 7 4`, `pull Error "failed" 0 4`}[i]
			got := fmt.Sprintf("%s %s %q %s %d", s.Name(), s.Status().Code, s.Status().Description, seen["daylight.rows"], len(seen))
			if got != want || seen["daylight.connector"] != "okta" || seen["daylight.feed"] != "system_log" {
				t.Errorf("span %s %v, want %s", got, seen, want)
			}
		}
		if len(spans.Ended()) != 2 {
			t.Errorf("%d spans, want 2", len(spans.Ended()))
		}
	})
}
