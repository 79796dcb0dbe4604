// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"

	"daylight/checkin"
	"daylight/enrich"
	"daylight/store"
	"daylight/vantage"
)

// This file measures the way to a browser that does a check-in: over one connection,
// what the kernel says of its round trips and how long the page takes to answer.

// maxWays is how many ways are measured at a time.
const maxWays = 32

// transport is the least round trip of the connection that a request came over, as the
// kernel counts it; 0 and why if it is not known.
func (s *Server) transport(x *exchange) (time.Duration, string) {
	peer, err := netip.ParseAddrPort(x.r.RemoteAddr)
	if err != nil || s.proxy(peer.Addr().Unmap()) {
		return 0, checkin.OwnProxy
	}
	if d, ok := vantage.Least(x.r.Context()); ok {
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
	ctx, cancel := context.WithTimeout(x.r.Context(), vantage.MaxTime)
	defer cancel()
	rounds := vantage.Meter{Now: s.Now, Random: s.Random}.Rounds(ctx, socket)
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

// farther is where the page measures the way from further vantage points: an address
// with a ticket each, none where there are no such points.
func (s *Server) farther(c *checkin.CheckIn) ([]string, error) {
	var out []string
	for _, v := range s.Vantages {
		ticket, err := s.VantageKey.SealTicket(vantage.Ticket{Visit: c.Pseudonym(), Point: v.Name, Until: c.Deadline.UnixMilli()})
		if err != nil {
			return nil, err
		}
		out = append(out, strings.TrimSuffix(v.URL, "/")+vantage.Path+"?"+url.Values{"ticket": {ticket}}.Encode())
	}
	return out, nil
}

// measuredFrom opens what the page brings from further vantage points. What was not
// sealed by one of them for this check-in is left out, as is a second of one point: a
// browser can withhold a measurement, and cannot make one up.
func (s *Server) measuredFrom(c *checkin.CheckIn, sealed []string) []checkin.Way {
	var out []checkin.Way
	for _, v := range s.Vantages {
		for _, text := range sealed {
			r, err := s.VantageKey.OpenResult(text, c.Pseudonym())
			if err == nil && r.Point == v.Name {
				out = append(out, checkin.Way{From: v, Path: r.Path, Addr: r.From})
				break
			}
		}
	}
	return out
}
