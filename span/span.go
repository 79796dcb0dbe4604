// SPDX-License-Identifier: Apache-2.0

// Package span gives background work spans of OpenTelemetry: what was done, how much
// of it, and why it failed, as a word of the program's own. A collector is often read by
// more people than the console, so a span takes no error, whose words may be a stranger's
// or hold an address, but its class.
//
// It is not for requests, whose spans continue a trace of the sender's; see package web.
package span

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"daylight/store"
)

// Tracer begins spans; nil begins none.
type Tracer = trace.Tracer

// Span is one piece of work. The zero value records nothing and allocates nothing.
type Span struct{ of trace.Span }

// Start begins a span, whose name is a constant. It is not put into a context: nothing
// that the work asks of others belongs to the trace.
func Start(ctx context.Context, t Tracer, name string) Span {
	if t == nil {
		return Span{}
	}
	_, of := t.Start(ctx, name)
	return Span{of}
}

// Count notes how many of something there were.
func (s Span) Count(of string, n int) {
	if s.of != nil {
		s.of.SetAttributes(attribute.Int("daylight."+of, n))
	}
}

// Word notes a word that the program or its configuration chose, never one that came in.
func (s Span) Word(of, word string) {
	if s.of != nil {
		s.of.SetAttributes(attribute.String("daylight."+of, word))
	}
}

// End ends the work; failed is the class of what went wrong, "" if nothing did.
func (s Span) End(failed string) {
	if s.of == nil {
		return
	}
	if failed != "" {
		s.of.SetStatus(codes.Error, failed)
	}
	s.of.End()
}

// Class is the class of an error: why the store or the end of the service stopped some
// work, and "failed" for all else.
func Class(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, store.ErrConflict):
		return "conflict"
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.Is(err, store.ErrReadOnly):
		return "read_only"
	case errors.Is(err, store.ErrCorrupt):
		return "damaged"
	}
	return "failed"
}
