// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"daylight/account"
	"daylight/audit"
	"daylight/connect"
	"daylight/intake"
	"daylight/policy"
	"daylight/store"
)

func healthRoutes() []route {
	return []route{
		{pattern: "GET /healthz", acts: "say that the process answers", foreign: true, handle: healthy},
		{pattern: "GET /readyz", acts: "say that the store can be read, and what does not go well", foreign: true, handle: ready},
		{pattern: "GET /metrics", acts: "read the service's own numbers (Prometheus)", scope: account.ScopeMetrics, handle: func(s *Server, x *exchange) error {
			s.metrics.handler().ServeHTTP(x.w, x.r)
			return nil
		}},
	}
}

func healthy(_ *Server, x *exchange) error {
	x.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(x.w, "ok\n") // whoever asked has left: nothing can be done
	return nil
}

// ready answers when the store does. One that can be read and not written is
// ready: people go on reading, and what cannot be taken in is refused by itself. What
// does not go well follows, a line each; names of what is connected are for programs
// with a token of the scope metrics, for anybody may ask.
func ready(s *Server, x *exchange) error {
	lines, err := s.ailments(x)
	if err != nil {
		return fmt.Errorf("read the store: %w", err)
	}
	if len(lines) == 0 {
		return healthy(s, x)
	}
	x.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(x.w, "degraded\n"+strings.Join(lines, "\n")+"\n") //nolint:gosec // as in healthy; plain text, and said to be
	return nil
}

// ailments are what does not go well, in words that say nothing about a person.
func (s *Server) ailments(x *exchange) ([]string, error) {
	var healths []connect.Health
	var damaged intake.Damaged
	var tree, rule error
	err := s.Store.View(x.r.Context(), func(r store.Reader) (err error) {
		if _, err = r.Length(store.Audit); err != nil {
			return err
		}
		if tree = audit.Intact(r); tree != nil && !errors.Is(tree, audit.ErrTree) {
			return tree
		}
		if _, rule = policy.Current(r); rule != nil && !errors.Is(rule, policy.ErrDamaged) && !errors.Is(rule, store.ErrNotFound) {
			return rule
		}
		if healths, err = connect.Healths(r); err != nil {
			return err
		}
		damaged, err = intake.ReadDamaged(r)
		if errors.Is(err, store.ErrCorrupt) {
			err = nil // the check counts the row
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var lines []string
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	if since, refused := s.writing.refused(s.probe(x)); refused {
		say("nothing can be written, since %s: the disk is full or read-only; what was acknowledged is kept and can be read", since.UTC().Format(time.RFC3339))
	}
	if tree != nil {
		say("the audit log is damaged: what has to be recorded is kept back, until it is mended (daylight audit verify says more)")
	}
	if errors.Is(rule, policy.ErrDamaged) {
		say("the policy in force is damaged: nobody is assessed until another one is adopted")
	}
	secret, _ := strings.CutPrefix(x.r.Header.Get("Authorization"), "Bearer ")
	named := false
	if secret != "" {
		_, err := s.accounts.Program(x.r.Context(), secret, account.ScopeMetrics)
		named = err == nil
	}
	for _, h := range healths {
		if h.State == connect.StateOK || h.State == connect.StateReading {
			continue
		}
		what := "a way in"
		if named {
			what = h.Connector + " " + h.Feed
		}
		last := "never"
		if !h.LastSuccess.IsZero() {
			last = h.LastSuccess.UTC().Format(time.RFC3339)
		}
		say("%s is %s; it last went well: %s", what, h.State, last)
	}
	if n := max(len(damaged.Rows), len(s.faults().Rows)); n > 0 {
		say("kept rows that do not open: %d", n)
	}
	if since, ahead, doubted := s.doubt(); doubted {
		say("the clock jumped ahead by %s at %s: what is deleted by its time waits", ahead.Round(time.Minute), since.UTC().Format(time.RFC3339))
	}
	return lines, nil
}

// doubt is what is known of a clock that jumped.
func (s *Server) doubt() (since time.Time, ahead time.Duration, doubted bool) {
	if s.Doubt == nil {
		return time.Time{}, 0, false
	}
	return s.Doubt()
}

// Checked is what a look at every kept row found.
type Checked struct {
	At   time.Time // zero: there was none
	Rows []store.Fault
}

// checkedKind is how many rows of a collection do not open.
type checkedKind struct {
	Collection string
	Rows       int
}

// kinds counts the rows by their collections; "" is the store as a whole.
func (c Checked) kinds() []checkedKind {
	var out []checkedKind
	for _, f := range c.Rows {
		i := slices.IndexFunc(out, func(k checkedKind) bool { return k.Collection == f.Collection })
		if i < 0 {
			out = append(out, checkedKind{f.Collection, 1})
			continue
		}
		out[i].Rows++
	}
	return out
}

func (s *Server) faults() Checked {
	if s.Check == nil {
		return Checked{}
	}
	return s.Check()
}

// probeEvery bounds how often it is tried whether something can be written.
const probeEvery = 5 * time.Second

// probeKey is the row of [store.Settings] by which it is tried.
const probeKey = "probe"

// writing is whether the store takes changes.
type writing struct {
	mu     sync.Mutex
	tried  time.Time
	since  time.Time // of when it did not; zero: it does
	latest time.Time // when it last did not
}

// full notes that a change was refused.
func (w *writing) full(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.since.IsZero() {
		w.since = now
	}
	w.latest = now
}

// refused tells since when changes are refused, after trying one, at most now and then.
// A small change may find room where a large one did not: what was refused within a
// minute counts.
func (w *writing) refused(now time.Time, try func() error) (time.Time, bool) {
	w.mu.Lock()
	due := now.Sub(w.tried).Abs() >= probeEvery
	if due {
		w.tried = now
	}
	w.mu.Unlock()
	if due {
		if errors.Is(try(), store.ErrReadOnly) {
			w.full(now)
		} else {
			w.mu.Lock()
			if now.Sub(w.latest).Abs() >= time.Minute {
				w.since = time.Time{}
			}
			w.mu.Unlock()
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.since, !w.since.IsZero()
}

// probe is a change that says nothing, and when it is tried.
func (s *Server) probe(x *exchange) (time.Time, func() error) {
	return s.Now(), func() error {
		return s.Store.Update(x.r.Context(), func(w store.Writer) error {
			return w.Put(store.Settings, store.Row{Key: probeKey})
		})
	}
}
