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

func newMetrics(s store.Store, now func() time.Time, log *slog.Logger) *metrics {
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
	m.registry.MustRegister(m.requests, m.took, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), newState(s, now, log))
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

	people, cases, deliveries, connectors, queued, waited, entries, readable *prometheus.Desc
}

func newState(s store.Store, now func() time.Time, log *slog.Logger) *state {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("daylight_"+name, help, labels, nil)
	}
	return &state{
		store: s, now: now, log: log,
		people:     desc("people", "People by the state of their assessment.", "state"),
		cases:      desc("cases", "Cases by their state.", "state"),
		deliveries: desc("deliveries", "Notifications by what became of them.", "state"),
		connectors: desc("connectors", "Connectors by their state.", "state"),
		queued:     desc("queue_jobs", "Jobs that wait or are being done.", "queue"),
		waited:     desc("queue_oldest_seconds", "How long the oldest job of a queue has waited.", "queue"),
		entries:    desc("audit_entries", "Entries of the audit log."),
		readable:   desc("store_readable", "1 if the store could be read for these numbers."),
	}
}

// Describe implements [prometheus.Collector].
func (c *state) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.people, c.cases, c.deliveries, c.connectors, c.queued, c.waited, c.entries, c.readable} {
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
			{c.connectors, store.Cursors, []string{"ok", "failing", "refused"}},
		} {
			for _, s := range k.states {
				n, err := r.Count(k.from, store.Query{Where: []store.Cond{{Column: "state", Op: store.Equal, Text: s}}})
				if err != nil {
					return err
				}
				found = append(found, func() { gauge(k.desc, float64(n), s) })
			}
		}
		for _, q := range []store.Queue{store.Inbox, store.Dirty, store.Outbox} {
			n, since, err := r.Depth(q)
			if err != nil {
				return err
			}
			waited := 0.0
			if n > 0 {
				waited = max(0, c.now().Sub(since).Seconds())
			}
			found = append(found, func() { gauge(c.queued, float64(n), string(q)); gauge(c.waited, waited, string(q)) })
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
