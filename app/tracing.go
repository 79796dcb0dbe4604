// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"go.opentelemetry.io/otel/attribute"
)

// tracing sends spans to a collector if OpenTelemetry's own variables of the
// environment name one (OTLP over HTTP), and to nobody otherwise. flush sends what
// waits, and stops.
func tracing(ctx context.Context, env func(string) string) (tracer trace.Tracer, flush func(context.Context) error, err error) {
	if env("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && env("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		return nil, func(context.Context) error { return nil }, nil
	}
	out, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("set up tracing: %w", err)
	}
	p := sdk.NewTracerProvider(sdk.WithBatcher(out), sdk.WithResource(resource.NewSchemaless(
		attribute.String("service.name", "daylight"), attribute.String("service.version", Version),
	)))
	return p.Tracer("daylight"), p.Shutdown, nil
}
