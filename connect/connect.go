// SPDX-License-Identifier: Apache-2.0

// Package connect gets data in from other systems: connectors that pull logs and
// applications, webhooks of applicant tracking systems, and a SCIM server to which
// an identity provider pushes people who join, move and leave.
//
// What arrives is handed on as bytes in the vendor's own format, so that one set of
// decoders reads files and feeds. How far a connector has read is saved only after
// what it read is safely stored: a page may be read twice, and none is lost.
package connect

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"daylight/intake"
	"daylight/notice"
	"daylight/span"
	"daylight/store"
)

// Sink takes what was fetched or pushed.
type Sink interface {
	// Receive stores a file of a source under a path of its own. When it returns nil
	// the file survives a power cut; receiving the same bytes again changes nothing.
	Receive(ctx context.Context, source, path string, body io.Reader) error
}

// Into hands what arrives to package intake.
func Into(box *intake.Box) Sink { return inbox{box} }

type inbox struct{ box *intake.Box }

// Receive implements [Sink].
func (i inbox) Receive(ctx context.Context, source, path string, body io.Reader) error {
	_, err := i.box.Receive(ctx, source, path, body)
	return err
}

// Options are what connectors work with.
type Options struct {
	Config Config
	Store  store.Store
	Sink   Sink
	// Client reaches the vendors; it is one of package egress.
	Client *http.Client
	// Now reads the clock.
	Now func() time.Time
	// Random spreads requests in time. It is safe for several goroutines.
	Random io.Reader
	Log    *slog.Logger
	// Tracer, if set, gets a span of each reading of a feed.
	Tracer span.Tracer
	// Wake, if set, tells connectors by their name that there is something new. It
	// is closed by nobody; see [Hooks].
	Wake <-chan string
}

// Run pulls from every configured system until the context ends, each in its own
// goroutine: one that fails waits and tries again, and stops no other. It returns
// when all have stopped, with the context's error, or at once with what is wrong
// with the configuration.
func Run(ctx context.Context, o Options) error {
	if err := o.Config.Validate(); err != nil {
		return err
	}
	notices, err := o.Config.Notices.Rule()
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	wakes := map[string]chan struct{}{}
	for _, p := range o.Config.Pull {
		feeds, err := p.vendor()
		if err != nil {
			return err
		}
		c := &connector{pull: p, vendor: feeds, options: o, notices: notices, wake: make(chan struct{}, 1)}
		wakes[p.Name] = c.wake
		all.Go(func() { c.run(ctx) })
	}
	all.Go(func() { forward(ctx, o.Wake, wakes) })
	all.Wait()
	return context.Cause(ctx)
}

// forward passes wake-up calls on. A connector that is already to be woken is not
// woken twice.
func forward(ctx context.Context, from <-chan string, to map[string]chan struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case name := <-from:
			select {
			case to[name] <- struct{}{}:
			default:
			}
		}
	}
}

// connector pulls from one system.
type connector struct {
	pull    Pull
	vendor  vendor
	options Options
	notices notice.Rule
	wake    chan struct{}
}

// run reads everything there is, waits, and begins again, until the context ends.
func (c *connector) run(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		ok := true
		for _, f := range c.vendor.feeds {
			err := c.round(ctx, f)
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				ok = false
			}
		}
		wait := c.pull.every()
		if failures++; ok {
			failures = 0
		} else {
			wait = max(wait, backoff(failures, c.options.Random))
		}
		if !pause(ctx, wait+spread(wait/10, c.options.Random), c.wake) {
			return
		}
	}
}

// pause waits, or until it is woken. It reports whether the context lives.
func pause(ctx context.Context, d time.Duration, wake <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
	case <-wake:
	}
	return true
}

// round reads one feed until there is nothing new, and writes down how it went.
func (c *connector) round(ctx context.Context, f feed) error {
	log := c.options.Log.With(slog.String("connector", c.pull.Name), slog.String("feed", f.name))
	w := &walk{connector: c, feed: f, log: log}
	s := span.Start(ctx, c.options.Tracer, "pull")
	s.Word("connector", c.pull.Name)
	s.Word("feed", f.name)
	err := w.round(ctx)
	s.Count("pages", w.pages)
	s.Count("rows", w.rows)
	s.End(class(err))
	return err
}

func (w *walk) round(ctx context.Context) error {
	c, log := w.connector, w.log
	if err := w.load(ctx); err != nil {
		// Nothing is written: it would begin the feed anew.
		log.ErrorContext(ctx, "connector could not read its state", slog.Any("error", err))
		return err
	}
	err := w.read(ctx)
	if ctx.Err() != nil {
		return err
	}
	if err == nil {
		now := c.options.Now().UTC()
		w.state.LastTry, w.state.LastSuccess = now, now
		w.state.State, w.state.Error, w.state.Failures, w.state.FailingSince = StateOK, "", 0, time.Time{}
		w.state.Unnoticed, w.state.UnnoticedPeople, w.state.Unread = w.unnoticed, len(w.people), w.unread
	} else {
		w.state.Failures++
		w.fail(err)
		log.WarnContext(ctx, "connector could not read", slog.String("reason", w.state.Error))
	}
	if saveErr := w.save(ctx); saveErr != nil {
		log.ErrorContext(ctx, "connector could not write down its state", slog.Any("error", saveErr))
		return errors.Join(err, saveErr)
	}
	return err
}
