// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/coder/websocket"

	"daylight/checkin"
	"daylight/enrich"
	"daylight/store"
)

// This file measures the way to a browser that does a check-in: over one connection,
// what the kernel says of its round trips and how long the page takes to answer.

const (
	// maxWays is how many ways are measured at a time.
	maxWays = 32
	// wayRounds are measured, one after the other with a pause, within wayTime.
	wayRounds = 30
	wayPause  = 20 * time.Millisecond
	wayTime   = 45 * time.Second
	roundTime = 5 * time.Second
	// roundBytes is how long an answer of the page may be.
	roundBytes = 64
)

type connKey struct{}

// withConn keeps the connection of a request at hand.
func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// transport is the least round trip of the connection that a request came over, as the
// kernel counts it; 0 and why if it is not known.
func (s *Server) transport(x *exchange) (time.Duration, string) {
	peer, err := netip.ParseAddrPort(x.r.RemoteAddr)
	if err != nil || s.proxy(peer.Addr().Unmap()) {
		return 0, checkin.OwnProxy
	}
	c, _ := x.r.Context().Value(connKey{}).(net.Conn)
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	if d, ok := leastTrip(c); ok {
		return d, ""
	}
	return 0, checkin.NoKernel
}

// way measures the way to the browser of a check-in that the person has agreed to.
func (s *Server) way(x *exchange) error {
	select {
	case s.ways <- struct{}{}:
		defer func() { <-s.ways }()
	default:
		return errTooMany
	}
	link, visit := x.r.PathValue("link"), x.visit()
	err := s.Store.Update(x.r.Context(), func(w store.Writer) error {
		c, err := checkin.Open(w, link, visit, s.Now())
		if err != nil {
			return err
		}
		return c.Try(w)
	})
	if err != nil {
		return checkinError(err)
	}
	socket, err := websocket.Accept(x.w, x.r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return nil // Accept has answered
	}
	defer func() { _ = socket.CloseNow() }()
	socket.SetReadLimit(roundBytes)
	ctx, cancel := context.WithTimeout(x.r.Context(), wayTime)
	defer cancel()
	rounds := s.rounds(ctx, socket)
	least, why := s.transport(x)
	path := checkin.Measure(rounds, least, why)
	from := x.address()
	var net enrich.Network
	if s.Network != nil {
		net, _ = s.Network(from)
	}
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		c, err := checkin.Open(w, link, visit, s.Now())
		if err != nil {
			return err
		}
		return c.Measured(w, path, from, net)
	})
	if err != nil {
		// The answer was given: the page says that it did not work, and the log why.
		_ = socket.Close(websocket.StatusInternalError, "")
		if checkinError(err) == err && ctx.Err() == nil { //nolint:errorlint // whether it is one that a browser is told
			s.Log.LogAttrs(x.r.Context(), slog.LevelError, "keeping what was measured failed", slog.String("request", x.id), slog.String("error", err.Error()))
		}
		return nil
	}
	_ = socket.Close(websocket.StatusNormalClosure, "") // the browser has left: nothing can be done
	return nil
}

// rounds sends the page what it cannot guess and takes it back, with the time of its
// clock. What is wrong or late ends it; what was measured until then counts.
func (s *Server) rounds(ctx context.Context, socket *websocket.Conn) []checkin.Round {
	var out []checkin.Round
	for range wayRounds {
		r, err := s.round(ctx, socket)
		if err != nil {
			return out
		}
		out = append(out, r)
		select {
		case <-ctx.Done():
			return out
		case <-time.After(wayPause):
		}
	}
	return out
}

var errRound = errors.New("not an answer to what was sent")

func (s *Server) round(ctx context.Context, socket *websocket.Conn) (checkin.Round, error) {
	ctx, cancel := context.WithTimeout(ctx, roundTime)
	defer cancel()
	var b [8]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return checkin.Round{}, err
	}
	word := hex.EncodeToString(b[:])
	sent := s.Now()
	if err := socket.Write(ctx, websocket.MessageText, []byte(word)); err != nil {
		return checkin.Round{}, err
	}
	_, answer, err := socket.Read(ctx)
	came := s.Now()
	if err != nil {
		return checkin.Round{}, err
	}
	back, clock, ok := strings.Cut(string(answer), " ")
	ms, err := strconv.ParseInt(clock, 10, 64)
	if !ok || back != word || err != nil || ms < 0 || ms > maxClock {
		return checkin.Round{}, errRound
	}
	return checkin.Round{Sent: sent, Came: came, Clock: ms}, nil
}

// maxClock is the last instant that a browser's clock may show: the year 9999.
const maxClock = 253_402_300_799_000
