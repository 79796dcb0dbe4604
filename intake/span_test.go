// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// TestSpans: a batch that is read and a round of the assessor are a span each, with counts
// and, on failure, a word, and nothing about a person.
func TestSpans(t *testing.T) {
	s := newService(t, temporary(t))
	spans := tracetest.NewSpanRecorder()
	tracer := sdk.NewTracerProvider(sdk.WithSpanProcessor(spans)).Tracer("test")
	s.Reader.Tracer, s.Assessor.Tracer = tracer, tracer
	s.receive(t, "a.csv", []byte("id,stage,name,email\nm-1,worker,Wanjiru Mfano,wanjiru@example.com\n"))
	s.drain(t)
	s.Rules = func() (Rules, error) { return Rules{}, errors.New("Wanjiru Mfano") }
	if _, err := s.Assessor.Some(t.Context()); err == nil {
		t.Fatal("it assessed without rules")
	}
	s.Rules = rules
	s.Assessor.leases = leases{} // as after a start: what failed is taken again
	s.assessed(t)
	var got strings.Builder
	for _, s := range spans.Ended() {
		fmt.Fprintf(&got, "%s %s %q", s.Name(), s.Status().Code, s.Status().Description)
		for _, a := range s.Attributes() {
			fmt.Fprintf(&got, " %s=%s", a.Key, a.Value.String())
		}
		got.WriteString("\n")
	}
	const want = `read input Unset "" daylight.inputs=1
assess Error "failed" daylight.changes=1
assess Unset "" daylight.changes=1 daylight.people=1
`
	if got.String() != want {
		t.Errorf("spans\n%swant\n%s", got.String(), want)
	}
}
