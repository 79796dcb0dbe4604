// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"daylight/store"
)

// Options is what telling others needs. All but Evidence of the targets is required.
type Options struct {
	Store   store.Store
	Targets []Target
	// Address is where the console is reached, without a slash at the end.
	Address string
	// Client reaches the targets. It is guarded: what a configuration names must not
	// become a way into the network that the service stands in.
	Client *http.Client
	// Dial opens connections to mail servers and syslog, guarded likewise.
	Dial Dialer
	// Roots sign the certificates of mail servers and syslog; nil: the machine's.
	Roots *x509.CertPool
	Now   func() time.Time
	Rand  *rand.Rand // spreads repetitions
	Log   *slog.Logger
	// Tool is the program's name and version.
	Tool string
}

// Patience: after so many attempts, over about two days, a delivery has failed.
const (
	maxAttempts = 16
	firstPause  = 10 * time.Second
	longestWait = 4 * time.Hour
	leaseFor    = 2 * time.Minute
	batch       = 16
)

// refused is an answer that will not change by asking again.
type refused struct{ error }

// later is an answer that says when to ask again.
type later struct {
	error
	after time.Duration
}

// Run follows the log and delivers until the context ends.
func Run(ctx context.Context, o Options, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	var last time.Time
	for {
		// Who has a lease when this begins is gone, and what was leased by a clock that was
		// ahead must not wait until it is that late.
		now := o.Now()
		if last.IsZero() || now.Before(last) {
			if err := o.Store.Update(ctx, func(w store.Writer) error { return w.Release(store.Outbox) }); err == nil {
				last = now
			}
		} else {
			last = now
		}
		if _, err := Once(ctx, o); err != nil && ctx.Err() == nil {
			o.Log.WarnContext(ctx, "notifications are held up", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Once follows the log, and sends everything that is due. It returns how many
// deliveries were sent; one that a target refuses holds up no other.
func Once(ctx context.Context, o Options) (int, error) {
	now := o.Now()
	if _, err := Follow(ctx, o.Store, o.Targets, now); err != nil {
		return 0, err
	}
	if err := requeue(ctx, o.Store, now); err != nil {
		return 0, err
	}
	n := 0
	for {
		jobs, err := o.Store.Claim(ctx, store.Outbox, "notify", batch, now, now.Add(leaseFor))
		if err != nil {
			return n, fmt.Errorf("claim deliveries: %w", err)
		}
		for _, j := range jobs {
			ok, err := o.deliver(ctx, j)
			if err != nil {
				return n, err
			}
			if ok {
				n++
			}
		}
		if len(jobs) < batch {
			return n, nil
		}
	}
}

// requeue puts deliveries that failed before and are due again back on the queue.
func requeue(ctx context.Context, s store.Store, now time.Time) error {
	due := store.Query{
		Where: []store.Cond{{Column: "state", Op: store.Equal, Text: waiting}, {Column: "next", Op: store.AtMost, Int: now.UnixMilli()}},
		By:    "next", Limit: stretch, Bare: true,
	}
	var keys []string
	err := s.View(ctx, func(r store.Reader) error {
		for row, err := range r.Find(store.Deliveries, due) {
			if err != nil {
				return err
			}
			keys = append(keys, row.Key)
		}
		return nil
	})
	if err != nil || len(keys) == 0 {
		return err
	}
	return s.Update(ctx, func(w store.Writer) error {
		for _, k := range keys {
			if err := w.Enqueue(store.Outbox, k, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// deliver sends one delivery and writes what became of it.
func (o Options) deliver(ctx context.Context, job store.Job) (bool, error) {
	var row store.Row
	var d delivery
	err := o.Store.View(ctx, func(r store.Reader) error {
		var err error
		row, err = r.Get(store.Deliveries, job.Key)
		if err != nil {
			return err
		}
		return json.Unmarshal(row.Body, &d)
	})
	if errors.Is(err, store.ErrCorrupt) {
		return false, o.spoilt(ctx, job)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrErased) {
		return false, fmt.Errorf("read delivery %s: %w", job.Key, err)
	}
	now := o.Now()
	if err != nil || row.Text["state"] != waiting || row.Ints["next"] > now.UnixMilli() {
		return false, o.Store.Update(ctx, func(w store.Writer) error { return w.Finish(job) })
	}
	sending := o.send(ctx, row.Text["target"], job.Key, d)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	state, next := o.outcome(&d, sending, now)
	if state == failed {
		o.Log.WarnContext(ctx, "a notification was given up", slog.String("target", row.Text["target"]), slog.Int("attempts", d.Attempts))
	}
	err = o.Store.Update(ctx, func(w store.Writer) error {
		if err := put(w, row, d, row.Text["target"], state, next); err != nil && !errors.Is(err, store.ErrErased) {
			return err
		}
		return w.Finish(job)
	})
	if err != nil {
		return false, fmt.Errorf("write what became of delivery %s: %w", job.Key, err)
	}
	return state == sent, nil
}

// spoilt ends a delivery that does not open, so that it holds up no other.
func (o Options) spoilt(ctx context.Context, job store.Job) error {
	o.Log.WarnContext(ctx, "a notification does not open and is given up", slog.String("delivery", job.Key))
	err := o.Store.Update(ctx, func(w store.Writer) error {
		if err := w.Delete(store.Deliveries, job.Key); err != nil {
			return err
		}
		return w.Finish(job)
	})
	if err != nil {
		return fmt.Errorf("give up a delivery that does not open: %w", err)
	}
	return nil
}

// outcome says what state an attempt leaves a delivery in, and when it is due.
func (o Options) outcome(d *delivery, err error, now time.Time) (string, time.Time) {
	d.Attempts++
	if err == nil {
		d.Error = ""
		return sent, now
	}
	d.Error = err.Error()
	if errors.As(err, new(refused)) || d.Attempts >= maxAttempts {
		return failed, now
	}
	pause := min(firstPause<<min(d.Attempts-1, 20), longestWait)
	pause += time.Duration(o.Rand.Int64N(int64(pause)/4 + 1))
	if wait, ok := errors.AsType[later](err); ok {
		pause = max(pause, min(wait.after, longestWait))
	}
	return waiting, now.Add(pause)
}

func (o Options) send(ctx context.Context, target, key string, d delivery) error {
	i := slices.IndexFunc(o.Targets, func(t Target) bool { return t.Name == target })
	if i < 0 {
		return refused{errors.New("the target is no longer configured")}
	}
	h, ok := happened(d.Act)
	if !ok {
		return refused{errors.New("nobody is told of this any more")}
	}
	var kept bool
	err := o.Store.View(ctx, func(r store.Reader) (err error) {
		kept, err = circled(r, d.Object)
		return err
	})
	if err != nil {
		return err
	}
	if kept { // since it was announced
		return refused{errors.New("the case is kept to named accounts")}
	}
	t := o.Targets[i]
	m := message{key: key, happening: h, delivery: d, link: o.Address + expand(h.path, d.Object)}
	switch t.Kind {
	case Slack, Teams, Jira, Webhook:
		return o.post(ctx, t, m)
	case Email:
		return o.mail(ctx, t, m)
	case OCSFFile, OCSFHTTP, Syslog:
		return o.find(ctx, t, m)
	}
	return refused{fmt.Errorf("kind %q is not known", t.Kind)}
}
