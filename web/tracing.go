// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// span begins a span of a request, as part of the trace that its sender began, if
// there is one (W3C Trace Context).
func (s *Server) span(r *http.Request) (*http.Request, trace.Span) {
	ctx := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	ctx, span := s.Tracer.Start(ctx, "request", trace.WithSpanKind(trace.SpanKindServer))
	return r.WithContext(ctx), span
}

// ended names the span by its route, which unlike the path says nothing about a
// person, and ends it. The attributes are OpenTelemetry's for HTTP.
func (x *exchange) ended(span trace.Span, status int) {
	span.SetName(x.pattern())
	span.SetAttributes(
		attribute.String("http.route", x.pattern()), attribute.String("http.request.method", method(x.r.Method)),
		attribute.Int("http.response.status_code", status), attribute.String("daylight.request", x.id),
	)
	if status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// method keeps words of a stranger's out of what is recorded.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "_OTHER"
}
