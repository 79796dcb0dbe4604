// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"daylight/activity"
	"daylight/enrich"
	"daylight/notice"
	"daylight/pipeline"
	"daylight/span"
	"daylight/store"
)

// Reader turns what was received into what is kept. One runs at a time.
type Reader struct {
	Store store.Store
	// Tables is what running programs are compared with while inventories are read.
	Tables *enrich.Tables
	// Columns maps headers of CSV files to columns of docs/formats.md.
	Columns map[string]string
	// Notices says of whom activity is read; the zero value asks for a recorded notice
	// of each person.
	Notices notice.Rule
	Now     func() time.Time
	// Due is the instant by which input is removed whose days are over; nil is Now. It
	// may be earlier, while a clock that jumped ahead is not believed.
	Due func() time.Time
	Log *slog.Logger
	// Tracer, if set, gets a span of each batch of inputs.
	Tracer span.Tracer
	// Wake, if set, is called when there is something to assess.
	Wake func()

	leases leases
	// aside are inputs that the service did not survive several times.
	aside map[string]setAside
}

// setAside is an input that is read last, and not before an instant.
type setAside struct {
	job store.Job
	due time.Time
}

// The reader's leases and batches.
const (
	worker = "reader"
	// together is how many inputs are read before what they yield is written: the
	// profile of a person is then written once for all of them.
	together = 64
	// mostAttempts is how often an input that the service does not survive is tried in
	// its turn. After that it is set aside: it is read when nothing else waits and the
	// service has run for a while, longer each time. It is never given up: that it came
	// was acknowledged, and it may have been the machine that failed.
	mostAttempts = 8
	longestAside = time.Minute
)

// Drain reads all that waits.
func (r *Reader) Drain(ctx context.Context) error {
	for {
		n, err := r.Some(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}

// Some reads some of what waits and returns how many inputs it was. It returns
// when they are kept, and those that the context cut off will be read again.
func (r *Reader) Some(ctx context.Context) (int, error) {
	now := r.Now()
	if r.leases.last.IsZero() && r.Notices.Everybody != (notice.Span{}) {
		if err := releaseAll(ctx, r.Store, now); err != nil {
			return 0, fmt.Errorf("read what was held back: %w", err)
		}
	}
	jobs, err := r.next(ctx, now)
	if err != nil {
		return 0, fmt.Errorf("read what was received: %w", err)
	}
	if len(jobs) == 0 {
		return 0, sweep(ctx, r.Store, now, either(r.Due, r.Now)())
	}
	s := span.Start(ctx, r.Tracer, "read input")
	s.Count("inputs", len(jobs))
	working, h := r.leases.hold(ctx, r.Store, r.Now, jobs)
	err = r.readAll(working, now, h, jobs)
	if lost := h.end(); lost != nil {
		err = fmt.Errorf("read what was received: %w", lost)
	}
	s.End(span.Class(err))
	if err != nil {
		return 0, err
	}
	if r.Wake != nil {
		r.Wake()
	}
	return len(jobs), nil
}

// readAll reads inputs and keeps what they yield.
func (r *Reader) readAll(ctx context.Context, now time.Time, h *inHand, jobs []store.Job) error {
	b := newBundle(r.Store, now, h)
	told := &told{st: r.Store, rule: r.Notices}
	for _, job := range jobs {
		if err := r.read(ctx, b, told, job); err != nil {
			return fmt.Errorf("read what was received: %w", err)
		}
		if b.size > maxBundle {
			if err := b.write(ctx); err != nil {
				return fmt.Errorf("keep what was read: %w", err)
			}
		}
	}
	if err := b.write(ctx); err != nil {
		return fmt.Errorf("keep what was read: %w", err)
	}
	return nil
}

// either is the first clock, or the second if there is none.
func either(first, second func() time.Time) func() time.Time {
	if first == nil {
		return second
	}
	return first
}

// next returns what to read now: the oldest, or, if there is nothing else, one that
// was set aside and is due.
func (r *Reader) next(ctx context.Context, now time.Time) ([]store.Job, error) {
	for {
		jobs, err := r.claim(ctx, now)
		if err != nil {
			return nil, err
		}
		if len(jobs) == 0 {
			break
		}
		jobs = slices.DeleteFunc(jobs, func(j store.Job) bool {
			late := j.Attempts > mostAttempts
			if late {
				r.putAside(j, now)
			}
			return late
		})
		if len(jobs) > 0 {
			return jobs, nil
		}
	}
	for key, a := range r.aside {
		if !now.Before(a.due) {
			delete(r.aside, key)
			return []store.Job{a.job}, nil
		}
	}
	return nil, nil
}

func (r *Reader) putAside(j store.Job, now time.Time) {
	if r.aside == nil {
		r.aside = map[string]setAside{}
	}
	a, known := r.aside[j.Key]
	if !known {
		a.due = now.Add(min(time.Second<<min(j.Attempts-mostAttempts, 10), longestAside))
	}
	a.job = j // its newest lease
	r.aside[j.Key] = a
}

// claim takes the oldest input, and more with it unless it was tried before: what
// the service does not survive is then read alone, and counts against no other.
func (r *Reader) claim(ctx context.Context, now time.Time) ([]store.Job, error) {
	if err := r.leases.follow(ctx, r.Store, store.Inbox, now); err != nil {
		return nil, err
	}
	jobs, err := r.Store.Claim(ctx, store.Inbox, worker, 1, now, now.Add(lease))
	if err != nil || len(jobs) == 0 || jobs[0].Attempts > 1 {
		return jobs, err
	}
	more, err := r.Store.Claim(ctx, store.Inbox, worker, together-1, now, now.Add(lease))
	return append(jobs, more...), err
}

// read reads one input into the bundle.
func (r *Reader) read(ctx context.Context, b *bundle, told *told, job store.Job) error {
	in := &received{ctx: ctx, st: r.Store}
	var taken map[uint32]bool
	err := r.Store.View(ctx, func(rd store.Reader) error {
		row, err := rd.Get(store.Received, job.Key)
		if err != nil {
			return err
		}
		in.at = time.UnixMilli(row.Ints["at"]).UTC()
		if err := json.Unmarshal(row.Body, &in.arrival); err != nil {
			return err
		}
		taken, err = numbersTaken(rd, job.Key, in.Path)
		return err
	})
	switch {
	case lost(err):
		r.Log.WarnContext(ctx, "input cannot be opened", slog.String("receipt", job.Key))
		b.drop(job)
		return nil
	case err != nil:
		return err
	}
	f := &readFile{job: job, arrival: in.arrival, at: in.at, accounts: map[string]int{}}
	number := pipeline.NumberOf(in.Path, func(n uint32) bool { return taken[n] || b.numbers[n] })
	b.numbers[number] = true
	group := pipeline.AttachmentGroup(in.Path)
	ask := &asked{ctx: ctx, told: told}
	o := pipeline.Options{Files: in, Tables: r.Tables, Columns: r.Columns, Latest: in.at, Told: ask.about}
	f.material, err = pipeline.Read(ctx, o, in.Path, number, func(accounts []pipeline.Account) error {
		if err := b.addAccounts(ctx, f, group, accounts); err != nil {
			return err
		}
		if b.size > maxBundle {
			return b.writeProfiles(ctx) // joins are idempotent: the file may be read again
		}
		return nil
	})
	if err != nil {
		return err
	}
	// What cannot be read now is read later; only what is lost for good is given up, and
	// may come again.
	switch err := in.fault(); {
	case lost(err):
		r.Log.WarnContext(ctx, "input cannot be opened", slog.String("receipt", job.Key))
		f.lost = true
	case err != nil:
		return err
	}
	var held int
	if f.material.Records, held, err = ask.records(f.material.Records, in.at); err != nil {
		return err
	}
	f.material.Input.Records -= held
	f.group, f.asked, f.waits, f.unread = group, ask, ask.waits(), int(ask.erased.Load())
	if d := f.material.Document; d != nil && d.Identity == nil && !f.lost {
		f.original = in
	}
	b.add(f)
	return nil
}

// lost reports whether an error says that a row will never open.
func lost(err error) bool {
	return errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt)
}

// numbersTaken are the numbers of other files from the one on that a path would
// have.
func numbersTaken(r store.Reader, key, path string) (map[uint32]bool, error) {
	out := map[uint32]bool{}
	n := pipeline.NumberOf(path, func(uint32) bool { return false })
	for row, err := range r.Find(store.Files, store.Query{Bare: true, By: "number", Limit: 1024, Where: []store.Cond{{Column: "number", Op: store.AtLeast, Int: int64(n)}}}) {
		if err != nil && !lost(err) {
			return nil, err
		}
		if row.Key != key {
			out[uint32(row.Ints["number"])] = true //nolint:gosec // it was put there as one
		}
	}
	return out, nil
}

// joinAccount joins b into a; a's profile may be shared with nothing.
func joinAccount(a *keptAccount, b pipeline.Account) {
	a.Newest = max(a.Newest, b.Newest)
	if b.Profile == nil {
		return
	}
	if a.Profile == nil {
		a.Profile = new(activity.Profile)
	}
	a.Profile.Join(b.Profile)
}
