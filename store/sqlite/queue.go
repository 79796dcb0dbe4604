// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"daylight/store"
)

// A job is one row: lease is 0 while it waits, again says that it was queued once
// more while it was leased. Times are Unix microseconds.

// Claim implements [store.Store].
func (s *Store) Claim(ctx context.Context, queue store.Queue, worker string, n int, now, until time.Time) ([]store.Job, error) {
	if n <= 0 {
		return nil, nil
	}
	var jobs []store.Job
	err := s.update(ctx, func(t *tx) error {
		keys, err := t.list("SELECT key FROM jobs WHERE queue = ? AND (lease = 0 OR until <= ?) ORDER BY added, key LIMIT ?", []any{string(queue), now.UnixMicro(), n})
		if err != nil {
			return err
		}
		for _, key := range keys {
			j := store.Job{Queue: queue, Key: key}
			if err := t.row("UPDATE store SET lease = lease + 1 RETURNING lease").Scan(&j.Lease); err != nil {
				return t.fail("number a lease", err)
			}
			err := t.row("UPDATE jobs SET lease = ?, worker = ?, until = ?, attempts = attempts + 1, again = NULL WHERE queue = ? AND key = ? RETURNING attempts",
				j.Lease, worker, until.UnixMicro(), string(queue), key).Scan(&j.Attempts)
			if err != nil {
				return t.fail("lease a job", err)
			}
			jobs = append(jobs, j)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("claim jobs: %w", err)
	}
	return jobs, nil
}

// Enqueue implements [store.Writer].
func (t *tx) Enqueue(q store.Queue, key string, now time.Time) error {
	err := t.change(`INSERT INTO jobs (queue, key, added, lease, worker, until, attempts) VALUES (?, ?, ?, 0, '', 0, 0)
		ON CONFLICT (queue, key) DO UPDATE SET again = coalesce(again, excluded.added) WHERE lease <> 0`, string(q), key, now.UnixMicro())
	if err != nil {
		return fmt.Errorf("enqueue a job: %w", err)
	}
	return nil
}

// Finish implements [store.Writer].
func (t *tx) Finish(job store.Job) error {
	var again sql.NullInt64
	err := t.row("SELECT again FROM jobs WHERE queue = ? AND key = ? AND lease = ? AND lease <> 0", string(job.Queue), job.Key, job.Lease).Scan(&again)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("finish a job: %w", store.ErrConflict)
	case err != nil:
		return t.fail("finish a job", err)
	case again.Valid:
		err = t.change("UPDATE jobs SET added = again, again = NULL, lease = 0, worker = '', until = 0, attempts = 0 WHERE queue = ? AND key = ?", string(job.Queue), job.Key)
	default:
		err = t.change("DELETE FROM jobs WHERE queue = ? AND key = ?", string(job.Queue), job.Key)
	}
	if err != nil {
		return fmt.Errorf("finish a job: %w", err)
	}
	return nil
}

// Renew implements [store.Writer].
func (t *tx) Renew(job store.Job, until time.Time) error {
	n, err := t.run("UPDATE jobs SET until = ? WHERE queue = ? AND key = ? AND lease = ? AND lease <> 0", until.UnixMicro(), string(job.Queue), job.Key, job.Lease)
	if err == nil && n == 0 {
		err = store.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("renew a lease: %w", err)
	}
	return nil
}

// Release implements [store.Writer].
func (t *tx) Release(q store.Queue) error {
	if err := t.change("UPDATE jobs SET until = -9223372036854775808 WHERE queue = ? AND lease <> 0", string(q)); err != nil {
		return fmt.Errorf("release jobs: %w", err)
	}
	return nil
}

// Depth implements [store.Reader].
func (t *tx) Depth(q store.Queue) (int, time.Time, error) {
	var n int
	var oldest sql.NullInt64
	if err := t.row("SELECT count(*), min(added) FROM jobs WHERE queue = ?", string(q)).Scan(&n, &oldest); err != nil {
		return 0, time.Time{}, t.fail("measure a queue", err)
	}
	if !oldest.Valid {
		return 0, time.Time{}, nil
	}
	return n, time.UnixMicro(oldest.Int64).UTC(), nil
}
