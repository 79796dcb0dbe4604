// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"daylight/connect"
	"daylight/store"
	"daylight/weigh"
)

// metrics are what Prometheus reads: how the service does, in numbers of which
// none belongs to a person.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
}

func newMetrics(o Options) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "daylight_http_requests_total", Help: "Requests by route and class of answer.",
		}, []string{"route", "answer"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "daylight_http_request_seconds", Help: "How long requests took, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5},
		}, []string{"route"}),
	}
	m.registry.MustRegister(m.requests, m.took, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), newState(o))
	return m
}

// saw counts one request. Routes are patterns, so a path that holds a handle or a
// case leaves no trace.
func (m *metrics) saw(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status/100)+"xx").Inc()
	m.took.WithLabelValues(route).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// state reads the store when it is asked, so that its numbers are those of now and
// a restart loses none.
type state struct {
	store store.Store
	now   func() time.Time
	log   *slog.Logger
	// outbox is how many notifications are due, see [Options]
	outbox func(store.Reader, time.Time) (int, time.Time, error)

	people, cases, deliveries, queued, waited, entries, readable *prometheus.Desc

	connectors, connector, succeeded *prometheus.Desc
}

func newState(o Options) *state {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("daylight_"+name, help, labels, nil)
	}
	return &state{
		store: o.Store, now: o.Now, log: o.Log, outbox: o.Outbox,
		people:     desc("people", "People by the state of their assessment.", "state"),
		cases:      desc("cases", "Cases by their state.", "state"),
		deliveries: desc("deliveries", "Notifications by what became of them.", "state"),
		connectors: desc("connectors", "Connectors by their state.", "state"),
		connector:  desc("connector_state", "1 at the state that the feed of a connector is in.", "connector", "feed", "state"),
		succeeded:  desc("connector_last_success_timestamp_seconds", "When the feed of a connector last went well, as Unix time; 0 if it never did.", "connector", "feed"),
		queued:     desc("queue_jobs", "Jobs that wait or are being done.", "queue"),
		waited:     desc("queue_oldest_seconds", "How long the oldest job of a queue has waited.", "queue"),
		entries:    desc("audit_entries", "Entries of the audit log."),
		readable:   desc("store_readable", "1 if the store could be read for these numbers."),
	}
}

// Describe implements [prometheus.Collector].
func (c *state) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.people, c.cases, c.deliveries, c.connectors, c.connector, c.succeeded, c.queued, c.waited, c.entries, c.readable} {
		out <- d
	}
}

// gatherTime bounds the reading of the store for one answer.
const gatherTime = 10 * time.Second

// Collect implements [prometheus.Collector].
func (c *state) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), gatherTime) //nolint:forbidigo // a collector is given no context
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	var found []func()
	err := c.store.View(ctx, func(r store.Reader) error {
		for _, k := range []struct {
			desc   *prometheus.Desc
			from   store.Collection
			states []string
		}{
			{c.people, store.Subjects, []string{string(weigh.Clear), string(weigh.Insufficient), string(weigh.FollowUp), string(weigh.Escalate)}},
			{c.cases, store.Cases, []string{"open", "checking", "proposed", "closed"}},
			{c.deliveries, store.Deliveries, []string{"waiting", "sent", "failed"}},
		} {
			for _, s := range k.states {
				n, err := r.Count(k.from, store.Query{Where: []store.Cond{{Column: "state", Op: store.Equal, Text: s}}})
				if err != nil {
					return err
				}
				found = append(found, func() { gauge(k.desc, float64(n), s) })
			}
		}
		told, err := c.ways(r, gauge)
		if err != nil {
			return err
		}
		found = append(found, told)
		queues := map[string]func() (int, time.Time, error){}
		if c.outbox != nil {
			queues["outbox"] = func() (int, time.Time, error) { return c.outbox(r, c.now()) }
		}
		for _, q := range []store.Queue{store.Inbox, store.Dirty} {
			queues[string(q)] = func() (int, time.Time, error) { return r.Depth(q) }
		}
		for q, depth := range queues {
			n, since, err := depth()
			if err != nil {
				return err
			}
			waited := 0.0
			if n > 0 {
				waited = max(0, c.now().Sub(since).Seconds())
			}
			found = append(found, func() { gauge(c.queued, float64(n), q); gauge(c.waited, waited, q) })
		}
		n, err := r.Length(store.Audit)
		found = append(found, func() { gauge(c.entries, float64(n)) })
		return err
	})
	if err != nil {
		c.log.WarnContext(ctx, "the store could not be read for the metrics", slog.Any("error", err))
		gauge(c.readable, 0)
		return
	}
	gauge(c.readable, 1)
	for _, tell := range found {
		tell()
	}
}

// ways reads how the connectors do, and returns what tells it.
func (c *state) ways(r store.Reader, gauge func(*prometheus.Desc, float64, ...string)) (func(), error) {
	healths, err := connect.Healths(r)
	if err != nil {
		return nil, err
	}
	return func() {
		by := map[string]int{connect.StateOK: 0, connect.StateReading: 0, connect.StateFailing: 0, connect.StateRefused: 0, connect.StateDamaged: 0}
		for _, h := range healths {
			by[h.State]++
			gauge(c.connector, 1, h.Connector, h.Feed, h.State)
			last := 0.0
			if !h.LastSuccess.IsZero() {
				last = float64(h.LastSuccess.Unix())
			}
			gauge(c.succeeded, last, h.Connector, h.Feed)
		}
		for state, n := range by {
			gauge(c.connectors, float64(n), state)
		}
	}, nil
}
