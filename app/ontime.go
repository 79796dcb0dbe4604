// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	"daylight/audit"
	"daylight/checkin"
	"daylight/intake"
	"daylight/papers"
)

// every does something again and again until the context ends, the first time at once or
// when a pause is over.
func every(ctx context.Context, pause time.Duration, atOnce bool, do func()) {
	if atOnce {
		do()
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
			do()
		}
	}
}

// eachMinute deletes what is over of check-ins and documents, and signs the audit log.
// What of it fails is logged, and tried again a minute later.
func (s *daemon) eachMinute(ctx context.Context, now func() time.Time, log *slog.Logger) {
	jumped, err := s.clock.keep(ctx)
	if jumped {
		log.WarnContext(ctx, "the clock jumped ahead: what is deleted by its time waits for three days, or until the clock is put back")
	}
	if err != nil && ctx.Err() == nil {
		log.ErrorContext(ctx, "it was not kept when the clock was looked at", slog.Any("error", err))
	}
	if err := checkin.Sweep(ctx, s.store, s.clock.due()); err != nil && ctx.Err() == nil {
		log.ErrorContext(ctx, "deleting what is over of check-ins failed", slog.Any("error", err))
	}
	if err := papers.Sweep(ctx, s.store, s.clock.due()); err != nil && ctx.Err() == nil {
		log.ErrorContext(ctx, "deleting files of documents failed", slog.Any("error", err))
	}
	if _, err := audit.Keep(ctx, s.store, rand.Reader, now()); err != nil && ctx.Err() == nil {
		log.ErrorContext(ctx, "signing the audit log failed", slog.Any("error", err))
	}
}

// eachHour removes sessions that are over, erases by age, and joins activity.
func (s *daemon) eachHour(ctx context.Context, log *slog.Logger) {
	if err := s.console.Sweep(ctx); err != nil && ctx.Err() == nil {
		log.ErrorContext(ctx, "sweeping sessions failed", slog.Any("error", err))
	}
	if _, err := intake.Retain(ctx, s.store, s.clock.due()); err != nil && ctx.Err() == nil {
		log.ErrorContext(ctx, "erasing what is due failed", slog.Any("error", err))
	}
	if err := intake.Settle(ctx, s.store, s.clock.due()); err != nil && ctx.Err() == nil {
		log.ErrorContext(ctx, "joining activity failed", slog.Any("error", err))
	}
}
