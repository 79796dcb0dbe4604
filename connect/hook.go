// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"daylight/secret"
	"daylight/store"
)

// HookOptions are what webhooks work with.
type HookOptions struct {
	Hooks map[string]Hook
	Sink  Sink
	// Store remembers which deliveries were taken, over restarts.
	Store store.Store
	Now   func() time.Time
	Log   *slog.Logger
	// Wake takes the names of connectors that have something to read; see
	// [Options.Wake]. A name that cannot be taken at once is dropped: the connector
	// reads at its next turn.
	Wake chan<- string
	// Ways, if set, hears how deliveries end.
	Ways *Ways
	// AtOnce is how many bodies are read at a time, 0 is 16: whoever sends one has not
	// shown yet that it may. BodyTime bounds the reading of one, 0 is 20 s; WaitTime how
	// long a delivery waits for its turn, 0 is 5 s.
	AtOnce             int
	BodyTime, WaitTime time.Duration
}

// maxHook is far more than a candidate with applications takes, and maxWake than a
// delivery of whose content nothing is used, bytes.
const (
	maxHook = 5 << 20
	maxWake = 64 << 10
)

// The defaults of [HookOptions].
const (
	hooksAtOnce  = 16
	hookBodyTime = 20 * time.Second
	hookWaitTime = 5 * time.Second
)

// earlyBy is how far ahead a vendor's clock may be.
const earlyBy = 5 * time.Minute

// scheme is how a vendor signs.
type scheme struct {
	// header and prefix say where the signature stands; header is "" where it stands in
	// the body.
	header, prefix string
	// most is how long a body may be, bytes.
	most int64
	// verify reports whether a delivery was signed with a secret.
	verify func(d delivery, secret string) bool
	// rows returns what the delivery holds in the form of the vendor's exports, nil
	// for nothing.
	rows func(body []byte) ([]byte, error)
	// made is when the delivery says that it was made; nil if it does not.
	made func(d delivery) (time.Time, bool)
	// id names the delivery where the vendor gives it a name of its own in what is
	// signed; nil or "" where it is named by its bytes.
	id func(body []byte) string
}

// delivery is one request, raw.
type delivery struct {
	header http.Header
	body   []byte
}

// schemes, by vendor. Sources: developers.greenhouse.io/webhooks.html
// (Authentication), developers.ashbyhq.com/docs/authenticating-webhooks, and Lever's
// documentation of webhooks (hire.lever.co/developer/documentation).
var schemes = map[string]*scheme{
	"greenhouse": {header: "Signature", prefix: "sha256 ", most: maxHook, verify: signedBody("Signature", "sha256 "), rows: greenhouseRows},
	"ashby":      {header: "Ashby-Signature", prefix: "sha256=", most: maxHook, verify: signedBody("Ashby-Signature", "sha256="), rows: ashbyRows, id: ashbyID},
	"lever":      {most: maxWake, verify: leverSigned, made: leverMade},
}

// Webhook takes in deliveries of applicant tracking systems; it is mounted at
// "POST /v1/hooks/{vendor}". A delivery is acknowledged with 200 once it is safely
// stored; the same one again changes nothing. It answers 401 to one that is not
// signed with a secret of the configuration or is too old, 404 for a vendor that is
// not configured, 413 to one that is too large, 400 to one that is signed and
// malformed, 408 to one that does not come to its end, and 503 when it cannot be read or
// stored now, so that the vendor sends it again. Nothing is read of one without a
// signature.
func Webhook(o HookOptions) http.Handler {
	o.AtOnce, o.BodyTime, o.WaitTime = cmp.Or(o.AtOnce, hooksAtOnce), cmp.Or(o.BodyTime, hookBodyTime), cmp.Or(o.WaitTime, hookWaitTime)
	return &hooks{options: o, secrets: keeper{now: o.Now}, reading: make(chan struct{}, o.AtOnce)}
}

type hooks struct {
	options HookOptions
	secrets keeper
	reading chan struct{} // holds one for each body that is read
}

// remembered is how long a delivery without a time of its own is known again. Its
// vendor signs it for ever; by then what it brought is known or was erased by age.
const remembered = 400 * 24 * time.Hour

// ServeHTTP implements [http.Handler].
func (h *hooks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	vendor := r.PathValue("vendor")
	hook, ok := h.options.Hooks[vendor]
	if !ok {
		http.Error(w, "no such webhook", http.StatusNotFound)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "only POST", http.StatusMethodNotAllowed)
		return
	}
	s := schemes[vendor]
	if s == nil {
		http.Error(w, "no such webhook", http.StatusNotFound)
		return
	}
	log := h.options.Log.With(slog.String("vendor", vendor))
	if !s.mayBeSigned(r.Header) {
		log.WarnContext(r.Context(), "webhook refused: it has no signature")
		h.tell(vendor, http.StatusUnauthorized)
		http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
		return
	}
	if !h.turn(r.Context()) {
		log.WarnContext(r.Context(), "webhook put off: too many are read")
		h.options.Ways.Bad(HookWay(vendor), 1, StateFailing, "too many deliveries came at once")
		w.Header().Set("Retry-After", strconv.Itoa(int(h.options.BodyTime/time.Second)+1))
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		return
	}
	defer func() { <-h.reading }()
	body, err := h.read(w, r, s.most)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		h.options.Ways.Bad(HookWay(vendor), 1, StateFailing, "a delivery was too large")
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	case errors.Is(err, os.ErrDeadlineExceeded):
		h.options.Ways.Bad(HookWay(vendor), 1, StateFailing, "a delivery did not come to its end")
		http.Error(w, "the request took too long", http.StatusRequestTimeout)
		return
	case err != nil:
		http.Error(w, "the request was cut off", http.StatusBadRequest)
		return
	}
	status := h.take(r.Context(), log, vendor, hook, delivery{r.Header, body})
	h.tell(vendor, status)
	if status != http.StatusOK {
		http.Error(w, http.StatusText(status), status)
		return
	}
	w.WriteHeader(status)
}

// mayBeSigned reports whether the headers of a delivery hold a signature, as far as they
// show it.
func (s *scheme) mayBeSigned(header http.Header) bool {
	if s.header == "" {
		return true
	}
	values := header.Values(s.header)
	if len(values) != 1 {
		return false
	}
	text, ok := strings.CutPrefix(values[0], s.prefix)
	given, err := hex.DecodeString(strings.TrimSpace(text))
	return ok && err == nil && len(given) == sha256.Size
}

// turn waits a while until a body may be read, and reports whether it may: then the
// caller gives its place back.
func (h *hooks) turn(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, h.options.WaitTime)
	defer cancel()
	select {
	case h.reading <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// read reads a body within its bounds on bytes and time.
func (h *hooks) read(w http.ResponseWriter, r *http.Request, most int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(r.Context(), h.options.BodyTime)
	defer cancel()
	at, _ := ctx.Deadline()                               // by the machine's clock, as connections go
	_ = http.NewResponseController(w).SetReadDeadline(at) // a connection without deadlines has none to move
	body := http.MaxBytesReader(w, r.Body, most)
	if r.ContentLength > most {
		return nil, &http.MaxBytesError{Limit: most}
	}
	return io.ReadAll(body)
}

// tell notes how a delivery ended.
func (h *hooks) tell(vendor string, status int) {
	ways, way := h.options.Ways, HookWay(vendor)
	switch status {
	case http.StatusOK:
		ways.Good(way, 0)
	case http.StatusUnauthorized:
		ways.Bad(way, 1, StateRefused, "a delivery was not signed with a known secret, or was too old")
	case http.StatusServiceUnavailable:
		ways.Bad(way, 1, StateFailing, "a delivery could not be stored or its secret not be read; the log says more")
	default:
		ways.Bad(way, 1, StateFailing, "a signed delivery was malformed")
	}
}

// take checks and stores a delivery, and returns the status to answer with.
func (h *hooks) take(ctx context.Context, log *slog.Logger, vendor string, hook Hook, d delivery) int {
	s := schemes[vendor]
	switch ok, err := h.signed(ctx, s, hook, d); {
	case err != nil:
		log.ErrorContext(ctx, "secret of a webhook could not be read")
		return http.StatusServiceUnavailable
	case !ok:
		log.WarnContext(ctx, "webhook refused: it is not signed with a known secret")
		return http.StatusUnauthorized
	}
	if s.made != nil {
		return h.dated(ctx, log, s, hook, d)
	}
	rows, err := s.rows(d.body)
	switch {
	case err != nil:
		log.WarnContext(ctx, "webhook refused: it is malformed")
		return http.StatusBadRequest
	case rows == nil:
		return http.StatusOK // a ping, or an act that says nothing about a person
	}
	name := sha256.Sum256(d.body)
	if s.id != nil {
		if id := s.id(d.body); id != "" {
			name = sha256.Sum256([]byte("id " + id))
		}
	}
	switch again, err := h.known(ctx, vendor, name); {
	case err != nil:
		log.ErrorContext(ctx, "webhook could not be looked up", slog.Any("error", err))
		return http.StatusServiceUnavailable
	case again:
		return http.StatusOK
	}
	// The digest names the folder: the same delivery is the same file.
	digest := sha256.Sum256(rows)
	path := fmt.Sprintf("%s/hook-%x/application.jsonl", vendor, digest[:16])
	if err := h.options.Sink.Receive(ctx, vendor, path, bytes.NewReader(rows)); err != nil {
		log.ErrorContext(ctx, "webhook could not be stored", slog.Any("error", err))
		return http.StatusServiceUnavailable
	}
	// Stored first: a delivery that is noted and not stored would be lost.
	if _, err := h.first(ctx, vendor, name, h.options.Now().Add(remembered)); err != nil {
		log.ErrorContext(ctx, "webhook could not be noted", slog.Any("error", err))
		return http.StatusServiceUnavailable
	}
	h.options.Ways.Good(HookWay(vendor), 1)
	return http.StatusOK
}

// signed reports whether one of the secrets signed a delivery. All are tried, in
// constant time each.
func (h *hooks) signed(ctx context.Context, s *scheme, hook Hook, d delivery) (bool, error) {
	ok, usable := false, 0
	var failed error
	for _, place := range hook.Secrets {
		text, err := h.secrets.read(ctx, place)
		if err != nil {
			failed = err
			continue
		}
		usable++
		if s.verify(d, text) {
			ok = true
		}
	}
	if usable == 0 {
		return false, errors.Join(secret.ErrEmpty, failed)
	}
	return ok, nil
}

// dated takes a delivery that says when it was made and whose content is not signed:
// nothing of it is used but that something changed.
func (h *hooks) dated(ctx context.Context, log *slog.Logger, s *scheme, hook Hook, d delivery) int {
	now := h.options.Now()
	window := hook.Window
	if window == 0 {
		window = time.Hour
	}
	made, ok := s.made(d)
	if !ok || now.Sub(made) > window || made.Sub(now) > earlyBy {
		log.WarnContext(ctx, "webhook refused: it is too old, or of the future")
		return http.StatusUnauthorized
	}
	switch first, err := h.first(ctx, "lever", sha256.Sum256(leverText(d)), made.Add(window)); {
	case err != nil:
		log.ErrorContext(ctx, "webhook could not be noted", slog.Any("error", err))
		return http.StatusServiceUnavailable
	case !first:
		return http.StatusOK
	}
	select {
	case h.options.Wake <- hook.Wakes:
	default:
	}
	return http.StatusOK
}

// hookKey is the key under which a delivery is remembered.
func hookKey(r store.Reader, vendor string, name [32]byte) string {
	return r.Hash("hook", vendor+" "+hex.EncodeToString(name[:]))
}

// known reports whether a delivery was taken before.
func (h *hooks) known(ctx context.Context, vendor string, name [32]byte) (again bool, err error) {
	err = h.options.Store.View(ctx, func(r store.Reader) error {
		row, err := r.Get(store.Hooked, hookKey(r, vendor, name))
		if again = err == nil && row.Ints["until"] >= h.options.Now().UnixMilli(); errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	return again, err
}

// mostForgotten is how many deliveries that are over are forgotten with each new one.
const mostForgotten = 100

// first remembers a delivery until it would be refused as too old, and reports whether
// it was not remembered before: of two that come at once, one is the first.
func (h *hooks) first(ctx context.Context, vendor string, name [32]byte, until time.Time) (first bool, err error) {
	now := h.options.Now().UnixMilli()
	err = h.options.Store.Update(ctx, func(w store.Writer) error {
		key := hookKey(w, vendor, name)
		row, err := w.Get(store.Hooked, key)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if first = err != nil || row.Ints["until"] < now; !first {
			return nil
		}
		var over []string
		for row, err := range w.Find(store.Hooked, store.Query{Bare: true, By: "until", Limit: mostForgotten, Where: []store.Cond{{Column: "until", Op: store.Below, Int: now}}}) {
			if err != nil {
				return err
			}
			over = append(over, row.Key)
		}
		for _, key := range over {
			if err := w.Delete(store.Hooked, key); err != nil {
				return err
			}
		}
		return w.Put(store.Hooked, store.Row{Key: key, Ints: map[string]int64{"until": until.UnixMilli()}})
	})
	return first, err
}

// signedBody is HMAC-SHA256 over the raw body, in hexadecimal behind a prefix.
func signedBody(header, prefix string) func(delivery, string) bool {
	return func(d delivery, secret string) bool {
		values := d.header.Values(header)
		if len(values) != 1 {
			return false
		}
		text, ok := strings.CutPrefix(values[0], prefix)
		return ok && equal(text, secret, d.body)
	}
}

// equal compares a signature in hexadecimal with that of a message, in constant
// time.
func equal(text, secret string, message []byte) bool {
	given, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(message)
	return hmac.Equal(given, mac.Sum(nil))
}

// leverEnvelope is what of a delivery of Lever is looked at.
type leverEnvelope struct {
	Token     string         `json:"token"`
	Triggered jsontext.Value `json:"triggeredAt"`
	Signature string         `json:"signature"`
}

func readLever(d delivery) (leverEnvelope, bool) {
	var e leverEnvelope
	if err := json.Unmarshal(d.body, &e); err != nil || e.Token == "" {
		return e, false
	}
	for _, c := range e.Triggered {
		if c < '0' || c > '9' {
			return e, false
		}
	}
	return e, len(e.Triggered) > 0
}

// leverText is what Lever signs: the token and the instant, one behind the other.
func leverText(d delivery) []byte {
	e, _ := readLever(d)
	return []byte(e.Token + string(e.Triggered))
}

// leverSigned checks a signature that stands in the body. The body is read for that
// alone, strictly, and nothing of it but token, time and signature.
func leverSigned(d delivery, secret string) bool {
	e, ok := readLever(d)
	return ok && equal(e.Signature, secret, []byte(e.Token+string(e.Triggered)))
}

// leverMade is when a delivery of Lever was made: Unix milliseconds.
func leverMade(d delivery) (time.Time, bool) {
	e, ok := readLever(d)
	ms, err := strconv.ParseInt(string(e.Triggered), 10, 64)
	return time.UnixMilli(ms), ok && err == nil
}

// greenhouseRows turns a delivery about an application around: the webhook holds the
// candidate within the application, an export the applications within the
// candidate. Nothing else is changed.
func greenhouseRows(body []byte) ([]byte, error) {
	var hook struct {
		Payload struct {
			Application map[string]jsontext.Value `json:"application"`
		} `json:"payload"`
	}
	if err := json.Unmarshal(body, &hook); err != nil {
		return nil, err
	}
	application := hook.Payload.Application
	var candidate map[string]jsontext.Value
	if err := json.Unmarshal(application["candidate"], &candidate); err != nil || candidate == nil {
		return nil, nil //nolint:nilerr // an act about something else
	}
	delete(application, "candidate")
	inner, err := json.Marshal(application, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	candidate["applications"] = append(append(jsontext.Value("["), inner...), ']')
	return line(candidate)
}

// ashbyRows takes the application out of a delivery.
func ashbyRows(body []byte) ([]byte, error) {
	var hook struct {
		Data struct {
			Application jsontext.Value `json:"application"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &hook); err != nil {
		return nil, err
	}
	var application map[string]jsontext.Value
	if err := json.Unmarshal(hook.Data.Application, &application); err != nil || application["candidate"] == nil {
		return nil, nil //nolint:nilerr // an act about something else
	}
	return line(application)
}

// ashbyID is the name that Ashby gives each delivery.
func ashbyID(body []byte) string {
	var hook struct {
		ID string `json:"webhookActionId"`
	}
	_ = json.Unmarshal(body, &hook) // a delivery without one is named by its bytes
	return hook.ID
}

// line writes an object as a row of JSON Lines.
func line(object map[string]jsontext.Value) ([]byte, error) {
	row, err := json.Marshal(object, json.Deterministic(true), jsontext.Multiline(false))
	if err != nil {
		return nil, err
	}
	return append(row, '\n'), nil
}
