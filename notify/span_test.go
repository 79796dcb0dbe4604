// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"fmt"
	"strings"
	"testing"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"daylight/notify"
)

// TestSpans: each attempt is a span, which says how it went and of nobody; the target is
// told nothing of the trace.
func TestSpans(t *testing.T) {
	w := newWorld(t)
	w.answers = []int{200, 400}
	spans := tracetest.NewSpanRecorder()
	o := w.options(notify.Target{Name: "chat", Kind: notify.Slack, URL: w.server.URL + "/secret?who=nadia"})
	o.Tracer = sdk.NewTracerProvider(sdk.WithSpanProcessor(spans)).Tracer("test")
	w.happens("case.open", "k-1")
	w.happens("case.close", "k-1")
	w.once(o)
	var got strings.Builder
	for _, s := range spans.Ended() {
		fmt.Fprintf(&got, "%s %s %q", s.Name(), s.Status().Code, s.Status().Description)
		for _, a := range s.Attributes() {
			fmt.Fprintf(&got, " %s=%s", a.Key, a.Value.String())
		}
		got.WriteString("\n")
	}
	const want = `deliver Unset "" daylight.target=chat daylight.kind=slack daylight.attempt=1
deliver Error "refused" daylight.target=chat daylight.kind=slack daylight.attempt=1
`
	if got.String() != want {
		t.Errorf("spans\n%swant\n%s", got.String(), want)
	}
	for _, r := range w.requests {
		if r.header.Get("Traceparent") != "" {
			t.Error("the target is told of the trace")
		}
	}
}
