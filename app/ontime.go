// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"time"

	"daylight/audit"
	"daylight/checkin"
	"daylight/intake"
	"daylight/interview"
	"daylight/papers"
	"daylight/store"
	"daylight/web"
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

// eachMinute deletes what is over of check-ins and documents, notes which follow-ups are
// due, mends the audit log, records by which settings the service runs if that has to be
// made up for, and signs the log.
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
	if err := interview.Opened(ctx, s.store, now()); err != nil && ctx.Err() == nil {
		log.ErrorContext(ctx, "noting follow-ups that are due failed", slog.Any("error", err))
	}
	if err := papers.Sweep(ctx, s.store, s.clock.due()); err != nil && ctx.Err() == nil {
		log.ErrorContext(ctx, "deleting files of documents failed", slog.Any("error", err))
	}
	s.mendLog(ctx, now(), log)
	if err := s.keepSettings(ctx, now(), log); err != nil && ctx.Err() == nil {
		log.ErrorContext(ctx, "which settings changed was not recorded", slog.Any("error", err))
	}
	if _, err := audit.Keep(ctx, s.store, rand.Reader, now()); err != nil && ctx.Err() == nil {
		log.ErrorContext(ctx, "signing the audit log failed", slog.Any("error", err))
	}
}

// How often every kept row is read, and how many that do not open are counted.
const (
	checkEvery = 24 * time.Hour
	checkLimit = 10_000
)

// checked is what the last look at every kept row found.
func (s *daemon) checked() web.Checked {
	if c := s.found.Load(); c != nil {
		return *c
	}
	return web.Checked{}
}

// check reads every kept row, and says how many do not open.
func (s *daemon) check(ctx context.Context, now time.Time, log *slog.Logger) {
	rows, err := s.store.Check(ctx, checkLimit)
	if err != nil {
		if ctx.Err() == nil {
			log.ErrorContext(ctx, "the kept rows were not looked through", slog.Any("error", err))
		}
		return
	}
	if len(rows) > 0 {
		log.WarnContext(ctx, "kept rows do not open", slog.Int("rows", len(rows)))
	}
	s.found.Store(&web.Checked{At: now, Rows: rows})
}

// mendLog makes damaged rows of the audit log's tree anew, where signed checkpoints prove
// the entries. Where they do not, it says so and tries again after an hour: what has to be
// recorded stays kept back.
func (s *daemon) mendLog(ctx context.Context, now time.Time, log *slog.Logger) {
	damaged := slices.ContainsFunc(s.checked().Rows, func(f store.Fault) bool { return f.Collection == store.Tree.Name })
	if err := s.store.View(ctx, audit.Intact); !errors.Is(err, audit.ErrTree) && !damaged || now.Sub(time.UnixMilli(s.unmended.Load())).Abs() < time.Hour {
		return
	}
	switch n, err := audit.Mend(ctx, s.store, now, false); {
	case ctx.Err() != nil:
	case err != nil:
		s.unmended.Store(now.UnixMilli())
		log.ErrorContext(ctx, "the audit log is damaged and was not mended; daylight audit verify says more", slog.Any("error", err))
	case n > 0:
		log.WarnContext(ctx, "damaged rows of the audit log's tree were made anew from entries that are signed", slog.Int("rows", n))
		s.check(ctx, now, log)
	}
}

// eachHour removes sessions that are over, erases by age, joins activity, and once a day
// looks at every kept row.
func (s *daemon) eachHour(ctx context.Context, now func() time.Time, log *slog.Logger) {
	if at := now(); at.Sub(s.checked().At).Abs() >= checkEvery {
		s.check(ctx, at, log)
	}
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
