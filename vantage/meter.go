// SPDX-License-Identifier: Apache-2.0

// Package vantage measures the way to a browser that does a check-in: at the service
// itself, and at further places of the same company, each a small process that keeps
// nothing and answers only to the tickets of its console.
package vantage

import (
	"context"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/coder/websocket"

	"daylight/checkin"
)

const (
	// Rounds are measured over one connection, one after the other with a pause.
	Rounds = 30
	// MaxTime is within how long.
	MaxTime   = 45 * time.Second
	pause     = 20 * time.Millisecond
	roundTime = 5 * time.Second
	// roundBytes is how long an answer of the page may be.
	roundBytes = 64
	// maxClock is the last instant that a browser's clock may show, Unix milliseconds:
	// the year 9999.
	maxClock = 253_402_300_799_000
)

type connKey struct{}

// WithConn keeps the connection of a request at hand: it is an [http.Server]'s
// ConnContext.
func WithConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// Least is the least round trip of the connection that a request came over, as the
// kernel counts it; false if it is not known.
func Least(ctx context.Context) (time.Duration, bool) {
	c, _ := ctx.Value(connKey{}).(net.Conn)
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	return leastTrip(c)
}

// Meter measures rounds of a page.
type Meter struct {
	Now    func() time.Time
	Random io.Reader
}

// Rounds sends the page what it cannot guess and takes it back, with the time of its
// clock. What is wrong or late ends it; what was measured until then counts.
func (m Meter) Rounds(ctx context.Context, socket *websocket.Conn) []checkin.Round {
	socket.SetReadLimit(roundBytes)
	var out []checkin.Round
	for range Rounds {
		r, err := m.round(ctx, socket)
		if err != nil {
			return out
		}
		out = append(out, r)
		select {
		case <-ctx.Done():
			return out
		case <-time.After(pause):
		}
	}
	return out
}

var errRound = errors.New("not an answer to what was sent")

func (m Meter) round(ctx context.Context, socket *websocket.Conn) (checkin.Round, error) {
	ctx, cancel := context.WithTimeout(ctx, roundTime)
	defer cancel()
	var b [8]byte
	if _, err := io.ReadFull(m.Random, b[:]); err != nil {
		return checkin.Round{}, fmt.Errorf("draw what a page sends back: %w", err)
	}
	word := hex.EncodeToString(b[:])
	sent := m.Now()
	if err := socket.Write(ctx, websocket.MessageText, []byte(word)); err != nil {
		return checkin.Round{}, fmt.Errorf("ask the page: %w", err)
	}
	_, answer, err := socket.Read(ctx)
	came := m.Now()
	if err != nil {
		return checkin.Round{}, fmt.Errorf("hear the page: %w", err)
	}
	back, clock, ok := strings.Cut(string(answer), " ")
	ms, err := strconv.ParseInt(clock, 10, 64)
	if !ok || back != word || err != nil || ms < 0 || ms > maxClock {
		return checkin.Round{}, errRound
	}
	return checkin.Round{Sent: sent, Came: came, Clock: ms}, nil
}
