// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"daylight/audit"
	"daylight/span"
	"daylight/store"
)

// Options is what telling others needs. All but Roots and Tracer is required.
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
	// Tracer, if set, gets a span of each attempt to deliver.
	Tracer span.Tracer
	// Tool is the program's name and version.
	Tool string
}

// Patience: after so many attempts, over about two days, a delivery has failed.
const (
	maxAttempts = 16
	firstPause  = 10 * time.Second
	longestWait = 4 * time.Hour
	// No delivery is due later than this from now, unless a clock that was ahead said so.
	longestPause = longestWait + longestWait/4
)

// refused is an answer that will not change by asking again.
type refused struct{ error }

// later is an answer that says when to ask again.
type later struct {
	error
	after time.Duration
}

// deliverer sends deliveries, to each target one after the other.
type deliverer struct {
	Options
	busy     sync.Map   // targets that are being told
	spreads  sync.Mutex // Rand is of one goroutine
	finished atomic.Int64
}

// Run follows the log and delivers until the context ends. Each target is told by a
// goroutine of its own, so that one that does not answer holds up no other, nor what
// happens meanwhile.
func Run(ctx context.Context, o Options, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	d := &deliverer{Options: o}
	var lanes sync.WaitGroup
	defer lanes.Wait()
	held := func(err error) {
		if err != nil && ctx.Err() == nil {
			o.Log.WarnContext(ctx, "notifications are held up", slog.Any("error", err))
		}
	}
	for {
		held(d.round(ctx, &lanes, held))
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Once follows the log, sends everything that is due, and waits for it. It returns how
// many deliveries were sent.
func Once(ctx context.Context, o Options) (int, error) {
	d := &deliverer{Options: o}
	var lanes sync.WaitGroup
	failed := make(chan error, 1)
	err := d.round(ctx, &lanes, func(err error) {
		select {
		case failed <- err:
		default: // one is enough
		}
	})
	lanes.Wait()
	select {
	case lane := <-failed:
		err = errors.Join(err, lane)
	default:
	}
	return int(d.finished.Load()), err
}

// round follows the log and begins to tell each target that has something due and is
// not being told. held is called with what ends the telling of a target early.
func (d *deliverer) round(ctx context.Context, lanes *sync.WaitGroup, held func(error)) error {
	now := d.Now()
	if _, err := Follow(ctx, d.Store, d.Targets, now); err != nil {
		return err
	}
	due, err := d.byTarget(ctx, now)
	if err != nil {
		return fmt.Errorf("look for deliveries that are due: %w", err)
	}
	for target, keys := range due {
		if _, is := d.busy.LoadOrStore(target, true); is {
			continue
		}
		lanes.Go(func() {
			defer d.busy.Delete(target)
			for _, key := range keys {
				if err := d.deliver(ctx, key); err != nil {
					held(err)
					return
				}
			}
		})
	}
	return nil
}

// Due returns how many deliveries are due, and since when the first one is: after now
// where only a clock that was ahead said when.
func Due(r store.Reader, now time.Time) (n int, since time.Time, err error) {
	for row, err := range due(r, now) {
		if err != nil {
			return 0, time.Time{}, err
		}
		if at := time.UnixMilli(row.Ints["next"]); n == 0 || at.Before(since) {
			since = at
		}
		n++
	}
	return n, since, nil
}

// due are the deliveries that are due, without their bodies. What is put off for longer
// than anything is was put off by a clock that was ahead.
func due(r store.Reader, now time.Time) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		for _, when := range []store.Cond{
			{Column: "next", Op: store.AtMost, Int: now.UnixMilli()},
			{Column: "next", Op: store.Above, Int: now.Add(longestPause).UnixMilli()},
		} {
			q := store.Query{Where: []store.Cond{{Column: "state", Op: store.Equal, Text: waiting}, when}, Bare: true}
			for row, err := range r.Find(store.Deliveries, q) {
				if !yield(row, err) {
					return
				}
			}
		}
	}
}

// byTarget returns the deliveries that are due, by target and in the order of the log.
func (d *deliverer) byTarget(ctx context.Context, now time.Time) (map[string][]string, error) {
	keys := map[string][]string{}
	err := d.Store.View(ctx, func(r store.Reader) error {
		for row, err := range due(r, now) {
			if err != nil {
				return err
			}
			keys[row.Text["target"]] = append(keys[row.Text["target"]], row.Key)
		}
		return nil
	})
	for _, of := range keys {
		// They begin with the number of the entry and end alike.
		slices.SortFunc(of, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	}
	return keys, err
}

// deliver sends one delivery and writes what became of it.
func (d *deliverer) deliver(ctx context.Context, key string) error {
	var row store.Row
	var m delivery
	err := d.Store.View(ctx, func(r store.Reader) error {
		var err error
		row, err = r.Get(store.Deliveries, key)
		if err != nil {
			return err
		}
		return json.Unmarshal(row.Body, &m)
	})
	switch {
	case errors.Is(err, store.ErrCorrupt):
		return d.spoilt(ctx, key)
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrErased):
		return nil
	case err != nil:
		return fmt.Errorf("read delivery %s: %w", key, err)
	case row.Text["state"] != waiting:
		return nil
	}
	target, now := row.Text["target"], d.Now()
	m.Attempts++
	pause := d.pause(m.Attempts)
	// The attempt is written before it is made: while nothing can be written, nobody is
	// told the same again and again, and no finding leaves.
	var begun store.Row
	var t Target
	var no error // why it is not made
	err = d.Store.Update(ctx, func(w store.Writer) (err error) {
		if err := put(w, row, m, target, waiting, now.Add(pause)); err != nil {
			return err
		}
		if begun, err = w.Get(store.Deliveries, key); err != nil {
			return err
		}
		t, no = d.mayBeTold(w, target, m)
		if errors.As(no, new(refused)) {
			return nil
		}
		if no != nil || !t.finds() {
			return no
		}
		return exported(w, t, key, m, now)
	})
	if errors.Is(err, store.ErrErased) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("begin delivery %s: %w", key, err)
	}
	sending := no
	if no == nil {
		s := span.Start(ctx, d.Tracer, "deliver")
		s.Word("target", t.Name)
		s.Word("kind", string(t.Kind))
		s.Count("attempt", m.Attempts)
		sending = d.send(ctx, t, key, m)
		s.End(class(sending))
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	state, next := outcome(&m, sending, now, pause)
	if state == failed {
		d.Log.WarnContext(ctx, "a notification was given up", slog.String("target", target), slog.Int("attempts", m.Attempts))
	}
	err = d.Store.Update(ctx, func(w store.Writer) error { return put(w, begun, m, target, state, next) })
	if err != nil && !errors.Is(err, store.ErrErased) {
		return fmt.Errorf("write what became of delivery %s: %w", key, err)
	}
	if state == sent {
		d.finished.Add(1)
	}
	return nil
}

// spoilt ends a delivery that does not open, so that it holds up no other.
func (o Options) spoilt(ctx context.Context, key string) error {
	o.Log.WarnContext(ctx, "a notification does not open and is given up", slog.String("delivery", key))
	err := o.Store.Update(ctx, func(w store.Writer) error { return w.Delete(store.Deliveries, key) })
	if err != nil {
		return fmt.Errorf("give up a delivery that does not open: %w", err)
	}
	return nil
}

// pause is how long an attempt that fails is waited after.
func (d *deliverer) pause(attempts int) time.Duration {
	pause := min(firstPause<<min(attempts-1, 20), longestWait)
	d.spreads.Lock()
	defer d.spreads.Unlock()
	return pause + time.Duration(d.Rand.Int64N(int64(pause)/4+1))
}

// outcome says what state an attempt leaves a delivery in, and when it is due.
func outcome(m *delivery, err error, now time.Time, pause time.Duration) (string, time.Time) {
	if err == nil {
		m.Error = ""
		return sent, now
	}
	m.Error = err.Error()
	if errors.As(err, new(refused)) || m.Attempts >= maxAttempts {
		return failed, now
	}
	if wait, ok := errors.AsType[later](err); ok {
		pause = max(pause, min(wait.after, longestWait))
	}
	return waiting, now.Add(pause)
}

// class is the class of an attempt that failed, for traces.
func class(err error) string {
	switch {
	case errors.As(err, new(refused)):
		return "refused"
	case errors.As(err, new(later)):
		return "later"
	}
	return span.Class(err)
}

// mayBeTold finds the target of a delivery, if it is still to be told of it.
func (o Options) mayBeTold(r store.Reader, target string, d delivery) (Target, error) {
	i := slices.IndexFunc(o.Targets, func(t Target) bool { return t.Name == target })
	if i < 0 {
		return Target{}, refused{errors.New("the target is no longer configured")}
	}
	if _, ok := happened(d.Act); !ok {
		return Target{}, refused{errors.New("nobody is told of this any more")}
	}
	kept, err := keptBack(r, d.Act, d.Object)
	if err != nil {
		return Target{}, err
	}
	if kept { // since it was announced
		return Target{}, refused{errors.New("the case is not shown to everybody who works on cases")}
	}
	return o.Targets[i], nil
}

// exported records that a finding is about to leave, which says of a person what was
// computed about them. It is one entry an attempt and not one a delivery: an attempt whose
// answer was lost may have arrived, and each takes the assessment as it is by then.
func exported(w store.Writer, t Target, key string, d delivery, now time.Time) error {
	evidence := "no"
	if t.Evidence {
		evidence = "yes"
	}
	return audit.Append(w, audit.Entry{At: now, Actor: audit.System, Act: "export.finding", Object: d.Object, Detail: map[string]string{
		"target": t.Name, "evidence": evidence, "attempt": strconv.Itoa(d.Attempts), "finding": key,
	}})
}

func (o Options) send(ctx context.Context, t Target, key string, d delivery) error {
	h, _ := happened(d.Act)
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
