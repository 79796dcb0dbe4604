// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"daylight/store"
)

// memory is as much of a store as connectors use.
type memory struct {
	store.Store
	mu   sync.Mutex
	rows map[string]store.Row
	fail error // of every write
	// wrote, if set, is called after each write.
	wrote func()
}

type memoryTx struct {
	store.Writer
	m *memory
}

func newMemory() *memory { return &memory{rows: map[string]store.Row{}} }

func (m *memory) View(_ context.Context, f func(store.Reader) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return f(memoryTx{m: m})
}

func (m *memory) Update(_ context.Context, f func(store.Writer) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	before := maps.Clone(m.rows)
	err := f(memoryTx{m: m})
	switch {
	case err != nil:
		m.rows = before
	case m.wrote != nil:
		m.wrote()
	}
	return err
}

func (tx memoryTx) Get(c store.Collection, key string) (store.Row, error) {
	row, ok := tx.m.rows[c.Name+"\x00"+key]
	if !ok {
		return row, store.ErrNotFound
	}
	return row, nil
}

func (tx memoryTx) Put(c store.Collection, row store.Row) error {
	tx.m.rows[c.Name+"\x00"+row.Key] = row
	return nil
}

func (tx memoryTx) Find(c store.Collection, _ store.Query) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		for _, k := range slices.Sorted(maps.Keys(tx.m.rows)) {
			if strings.HasPrefix(k, c.Name+"\x00") && !yield(tx.m.rows[k], nil) {
				return
			}
		}
	}
}

// Erased implements [store.Reader]: nobody is erased here.
func (tx memoryTx) Erased(string) (bool, error) { return false, nil }

func (tx memoryTx) Hash(kind, value string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(kind+"\x00"+value)))[:32]
}

// sink keeps what it was given.
type sink struct {
	mu    sync.Mutex
	files map[string][]byte
	rows  map[string]int
	fail  int // as many of the next are refused
}

var errDisk = errors.New("no space left")

func newSink() *sink { return &sink{files: map[string][]byte{}, rows: map[string]int{}} }

func (s *sink) Receive(_ context.Context, source, path string, body io.Reader) error {
	data, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail > 0 {
		s.fail--
		return errDisk
	}
	if source == "" || path == "" {
		return errors.New("nameless")
	}
	s.files[path] = data
	for row := range bytes.Lines(data) {
		s.rows[strings.TrimSuffix(string(row), "\n")]++
	}
	return nil
}

// count is how many different rows arrived.
func (s *sink) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.rows)
}

// direct answers requests without a network, so that a test's time is its own.
type direct struct{ handler http.Handler }

func (d direct) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, req)
	resp := w.Result()
	resp.Request = req
	if resp.Header.Get("X-Cut") != "" {
		resp.Body = io.NopCloser(&cut{r: resp.Body})
	}
	return resp, nil
}

// cut is a body whose connection breaks after half a line.
type cut struct {
	r    io.Reader
	done bool
}

func (c *cut) Read(p []byte) (int, error) {
	if c.done {
		return 0, io.ErrUnexpectedEOF
	}
	c.done = true
	return c.r.Read(p[:min(len(p), 40)])
}

// steady is randomness that is always in the middle, and never twice the same: it
// differs where [spread] does not look.
type steady struct{}

var readings atomic.Uint32

func (steady) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 0x80
	}
	n := readings.Add(1)
	for i := 0; i < len(p); i += 8 {
		p[i] = byte(n >> i) // the lowest byte, then the next
	}
	return len(p), nil
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// secretIn puts a secret into a file of a test.
func secretIn(t *testing.T, value string) Secret {
	t.Helper()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(value), 0o600); err != nil {
		t.Fatal(err)
	}
	return Secret{File: file}
}

// server is a vendor: a list of rows, served in the vendor's way.
type server struct {
	mu     sync.Mutex
	events []event // by time
	// page is how many rows a page has at most, fewer than were asked for, as vendors
	// may; 0 for as many as were asked for.
	page   int
	calls  []string
	sizes  []int                            // of the pages that were served
	faults []func(http.ResponseWriter) bool // of the next requests; true is the answer
	// expired makes places that were given out before unknown.
	generation int
	want       string // the Authorization header
	token      func(*http.Request) (string, error)
	// lives is how many requests a token is good for, 0 for any number.
	lives, issued, used int
	// untidy has a page begin with the last row of the one before, and be out of order.
	untidy bool
	// skew is how far the vendor's clock is ahead of ours.
	skew time.Duration
	// most requests are answered within a window; 0 for any number. busy answers others.
	most   int
	window time.Duration
	opened time.Time
	asked  int
	busy   func(w http.ResponseWriter, now, reset time.Time)
	held   int // requests that were answered by busy
}

// event is a row, when it happened and, if that was later, when the vendor had it.
type event struct {
	at     time.Time
	row    string
	stored time.Time
	list   string // of a vendor with several
}

// since returns the events from an instant on.
func (s *server) since(at time.Time) []event {
	i, _ := slices.BinarySearchFunc(s.events, at, func(e event, at time.Time) int { return e.at.Compare(at) })
	return s.events[i:]
}

// of returns the events of one list from an instant on, in the order of by.
func (s *server) of(list string, at time.Time, by func(a, b event) int) []event {
	var out []event
	for _, e := range s.since(at) {
		if e.list == list {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, by)
	return out
}

func (s *server) add(e ...event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e...)
	slices.SortStableFunc(s.events, func(a, b event) int { return a.at.Compare(b.at) })
}

// size is how many rows a page may have: as many as the parameter asks for, between 1
// and the most that the vendor's documentation allows.
func (s *server) size(asked string, usual, most int) (int, bool) {
	n := usual
	if asked != "" {
		var err error
		if n, err = strconv.Atoi(asked); err != nil || n < 1 || n > most {
			return 0, false
		}
	}
	if s.page > 0 {
		n = min(n, s.page)
	}
	return n, true
}

// cut takes a page out of a list, and says whether there is more behind it.
func (s *server) cut(all []event, from, n int) (got []event, more bool) {
	got = slices.Clone(window(all, from, n))
	s.sizes = append(s.sizes, len(got))
	more = from+len(got) < len(all)
	if s.untidy && len(got) > 0 {
		slices.Reverse(got)
		if from > 0 {
			got = append(got, all[from-1])
		}
	}
	return got, more
}

// handler checks credentials, misbehaves as told, keeps its limits and serves.
func (s *server) handler(serve func(w http.ResponseWriter, r *http.Request)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		now := time.Now().Add(s.skew)
		w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
		if s.token != nil && strings.Contains(r.URL.Path, "token") {
			value, err := s.token(r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusUnauthorized)
				return
			}
			s.issued, s.used = s.issued+1, 0
			_, _ = fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":3600}`, s.worn(value))
			return
		}
		s.calls = append(s.calls, r.URL.String())
		if len(s.faults) > 0 {
			f := s.faults[0]
			s.faults = s.faults[1:]
			if f(w) {
				return
			}
		}
		if s.used++; s.lives > 0 && s.token != nil && s.used > s.lives || r.Header.Get("Authorization") != s.worn(s.want) {
			http.Error(w, "unauthorised", http.StatusUnauthorized)
			return
		}
		if s.most > 0 {
			if now.Sub(s.opened) >= s.window {
				s.opened, s.asked = now, 0
			}
			if s.asked++; s.asked > s.most {
				s.held++
				s.busy(w, now, s.opened.Add(s.window))
				return
			}
		}
		serve(w, r)
	})
}

// worn is a token of those that were given out, by its number.
func (s *server) worn(value string) string {
	if s.lives == 0 || s.token == nil {
		return value
	}
	return value + "-" + strconv.Itoa(s.issued)
}

// status is a fault: an answer with a status and headers.
func status(code int, headers ...string) func(http.ResponseWriter) bool {
	return func(w http.ResponseWriter) bool {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		http.Error(w, "no", code)
		return true
	}
}

// cutOff is a fault: the connection breaks within the page.
func cutOff(w http.ResponseWriter) bool {
	w.Header().Set("X-Cut", "1")
	return false
}

// halfJSON is a fault: the page ends too early and the connection does not tell.
func halfJSON(w http.ResponseWriter) bool {
	_, _ = io.WriteString(w, `[{"uuid":"1","publ`)
	return true
}

func rows(events []event) string {
	var out []string
	for _, e := range events {
		out = append(out, e.row)
	}
	return strings.Join(out, ",\n ")
}

func window(events []event, from, n int) []event {
	from = min(max(from, 0), len(events))
	return events[from:min(from+n, len(events))]
}

// connectorFor makes the one connector of a configuration, on a client.
func connectorFor(t *testing.T, o Options) *connector {
	t.Helper()
	o.Log, o.Random = quiet(), cmp.Or[io.Reader](o.Random, steady{})
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := o.Config.Validate(); err != nil {
		t.Fatal(err)
	}
	told, err := o.Config.Notices.Rule()
	if err != nil {
		t.Fatal(err)
	}
	v, err := o.Config.Pull[0].vendor()
	if err != nil {
		t.Fatal(err)
	}
	return &connector{pull: o.Config.Pull[0], vendor: v, options: o, notices: told, wake: make(chan struct{}, 1)}
}
