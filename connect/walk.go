// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"daylight/normalize"
	"daylight/notice"
	"daylight/record"
	"daylight/store"
)

// vendor is how one system is spoken to.
type vendor struct {
	base string // scheme and host; pages of any other are not asked for
	// authorise makes the credentials of a request from the secret.
	authorise func(a *api, secret string) (credentials, error)
	headers   http.Header
	gap       time.Duration // between two requests, by the vendor's limits
	feeds     []feed
	// limits, if set, reports whether an answer 403 or 429 says that its limits are met: some
	// vendors say so in the body alone.
	limits func(body []byte) bool
}

// feed is one list of a vendor.
type feed struct {
	name string // of the vendor's export, such as "system_log"
	// first is the address at which reading begins, for everything since then.
	first func(since time.Time) string
	// split takes a page apart.
	split func(body []byte, header http.Header, at *url.URL) (page, error)
	// at says when a row happened or was changed; the zero time if it does not say.
	at func(row []byte) time.Time
	// polls is set where the last page's next address is where to go on later.
	polls bool
	// overlap is how much is read again, for what arrives late.
	overlap time.Duration
	// events decodes what people did. Feeds that have it are monitoring, and are
	// read only of people who were told.
	events func() normalize.EventDecoder
	// realm comes before ids and names that are no e-mail address.
	realm string
}

// page is one answer of a vendor.
type page struct {
	rows []json.RawMessage
	next string // "" for none
}

// walk is one reading of a feed, from where the last ended to where there is
// nothing new.
type walk struct {
	connector *connector
	feed      feed
	log       *slog.Logger
	state     progress

	unnoticed, unread int
	people            map[string]bool
	pages, rows       int
}

// The limits of one walk.
const (
	maxPages  = 20_000
	maxFirst  = 5 * 366 * 24 * time.Hour // how far back a first reading may go
	firstTime = 30 * 24 * time.Hour      // how far back it goes unless told
)

var errLoop = errors.New("the vendor gives the same page again and again")

// read walks the feed. Where the saved place is no longer known to the vendor it
// begins again from the time that everything was read up to.
func (w *walk) read(ctx context.Context) error {
	a, err := w.connector.api(ctx)
	if err != nil {
		return err
	}
	a.trouble = w.trouble
	resumed := w.state.Next != ""
	address := w.state.Next
	if address == "" {
		address = w.feed.first(w.since())
	}
	seen := map[string]bool{}
	for {
		p, err := w.page(ctx, a, address)
		var f *failure
		if resumed && errors.As(err, &f) && f.kind == expired {
			w.log.InfoContext(ctx, "saved place is no longer known to the vendor; reading again from the last known time")
			resumed, w.state.Next, w.state.Began = false, "", time.Time{}
			address = w.feed.first(w.since())
			clear(seen)
			continue
		}
		if err != nil {
			return err
		}
		seen[address] = true
		resumed = false
		if w.state.Began.IsZero() {
			w.state.Began = a.began
		}
		if err := w.keep(ctx, p); err != nil {
			return err
		}
		done := p.next == "" || w.feed.polls && len(p.rows) == 0
		w.advance(p, done)
		if w.state.State != StateOK {
			w.state.State, w.state.Error = StateReading, ""
		}
		if err := w.save(ctx); err != nil {
			return fmt.Errorf("save how far the feed was read: %w", err)
		}
		switch w.pages++; {
		case done:
			return nil
		case seen[p.next], w.pages >= maxPages:
			// A place that leads in circles is not one to go on from.
			w.state.Next, w.state.Began = "", time.Time{}
			return &failure{kind: broken, words: errLoop.Error(), err: errLoop}
		}
		address = p.next
	}
}

// fail notes why the feed is not read now.
func (w *walk) fail(err error) {
	state := StateFailing
	if f, ok := errors.AsType[*failure](err); ok && f.kind == refusedUs {
		state = StateRefused
	}
	w.state.fail(w.connector.options.Now().UTC(), state, words(err))
}

// trouble writes down why a page cannot be had while it is tried again: that may go on for
// hours, if the vendor asks for it. What of it cannot be written is written with the end
// of the reading.
func (w *walk) trouble(ctx context.Context, err error) {
	w.fail(err)
	if err := w.save(ctx); err != nil && ctx.Err() == nil {
		w.log.ErrorContext(ctx, "connector could not write down its state", slog.Any("error", err))
	}
}

// since is the time from which a new walk reads.
func (w *walk) since() time.Time {
	now := w.connector.options.Now().UTC()
	if w.state.Since.IsZero() {
		return now.Add(-w.connector.pull.first())
	}
	return w.state.Since.Add(-w.connector.pull.overlap(w.feed))
}

// page fetches and takes apart one page. One that is cut off or no page at all is
// asked for again.
func (w *walk) page(ctx context.Context, a *api, address string) (page, error) {
	var p page
	err := a.try(ctx, func() error {
		body, header, at, err := a.get(ctx, address)
		if err != nil {
			return err
		}
		p, err = w.feed.split(body, header, at)
		var f *failure
		if err != nil && !errors.As(err, &f) {
			err = &failure{kind: broken, words: "the answer was not understood or was cut off", err: err}
		}
		if err == nil && p.next != "" {
			p.next, err = a.resolve(at, p.next)
		}
		return err
	})
	return p, err
}

// keep hands the rows of a page on, without those of people who were not told.
func (w *walk) keep(ctx context.Context, p page) error {
	rows := p.rows
	if w.feed.events != nil {
		if err := w.connector.options.Store.View(ctx, func(r store.Reader) error {
			var err error
			rows, err = w.noticed(r, p.rows)
			return err
		}); err != nil {
			return fmt.Errorf("look up who was told: %w", err)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	var body bytes.Buffer
	for _, row := range rows {
		if err := json.Compact(&body, row); err != nil {
			return &failure{kind: broken, words: "the answer was not understood or was cut off", err: err}
		}
		body.WriteByte('\n')
	}
	// The digest names the folder, so that a page that is read twice is one file. The
	// file's own name is the same for all: one that begins otherwise might be somebody's
	// attachment, and activity is kept apart for each beginning.
	name, digest := w.connector.pull.Name, sha256.Sum256(body.Bytes())
	path := fmt.Sprintf("%s/%s-%x/%s.jsonl", name, w.connector.options.Now().UTC().Format(time.DateOnly), digest[:8], w.feed.name)
	if err := w.connector.options.Sink.Receive(ctx, name, path, &body); err != nil {
		return fmt.Errorf("store what was read: %w", err)
	}
	w.state.Rows += int64(len(rows))
	w.rows += len(rows)
	return nil
}

// noticed leaves out the rows of people without a recorded notice, and rows that no
// decoder would read.
func (w *walk) noticed(r store.Reader, rows []json.RawMessage) ([]json.RawMessage, error) {
	decoder := w.feed.events()
	var e record.Event
	var kept []json.RawMessage
	told := map[string][]notice.Span{}
	for _, row := range rows {
		if err := decoder.Decode(row, &e); err != nil || len(e.ActorID)+len(e.ActorEmail)+len(e.ActorName) == 0 {
			w.unread++
			continue
		}
		who := notice.Identifiers(w.feed.realm, &e)
		key := strings.Join(who, "\x00")
		spans, known := told[key]
		if !known {
			var err error
			if spans, err = w.connector.notices.Spans(r, who); err != nil {
				return nil, err
			}
			told[key] = spans
		}
		if !slices.ContainsFunc(spans, func(s notice.Span) bool { return s.Holds(e.At) }) {
			w.unnoticed++
			if w.people == nil {
				w.people = map[string]bool{}
			}
			w.people[notice.Person(r, who[0])] = true
			continue
		}
		kept = append(kept, row)
	}
	return kept, nil
}

// advance notes where to go on. The time up to which everything was read moves only
// at the end of a walk: lists that begin with the newest are not read up to it
// before.
func (w *walk) advance(p page, done bool) {
	for _, row := range p.rows {
		if at := w.feed.at(row).UTC(); at.After(w.state.Newest) && !at.After(w.connector.options.Now().Add(time.Hour)) {
			w.state.Newest = at
		}
	}
	w.state.Next = p.next
	if done && !w.feed.polls {
		w.state.Next = ""
	}
	if done && w.state.Since.IsZero() {
		// Nothing was there yet: what arrives late is still found from here.
		w.state.Since = w.since()
	}
	if done {
		// A row that was changed during the walk may stand on a page that was read
		// before, where lists are not by time: what is newer than the walk is asked for
		// again.
		upTo := w.state.Newest
		if upTo.After(w.state.Began) && !w.state.Began.IsZero() && !w.feed.polls {
			upTo = w.state.Began
		}
		if upTo.After(w.state.Since) {
			w.state.Since = upTo
		}
		w.state.Began = time.Time{}
	}
}
