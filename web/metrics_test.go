// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"daylight/account"
	"daylight/store"
)

// TestMetrics holds the numbers against what was put into the store, and that a
// path never becomes a label.
func TestMetrics(t *testing.T) {
	c := newConsole(t)
	err := c.Store.Update(t.Context(), func(w store.Writer) error {
		for key, state := range map[string]string{"p-0000000001": "escalate", "p-0000000002": "clear", "p-0000000003": "clear"} {
			row := store.Row{Key: key, Text: map[string]string{"state": state}, Body: []byte("{}")}
			if err := w.Put(store.Subjects, row); err != nil {
				return err
			}
		}
		return w.Enqueue(store.Dirty, "p-0000000001", c.now.Add(-90*time.Second))
	})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := c.accounts.NewToken(t.Context(), c.as(account.Administrator).who.Account, "prometheus", []account.Scope{account.ScopeMetrics}, c.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	c.as("").get("/no/such/p-0000000001")
	c.as("").get("/healthz")
	body := c.scrape(t, secret, http.StatusOK)
	for _, want := range []string{
		`daylight_people{state="escalate"} 1`, `daylight_people{state="clear"} 2`, `daylight_queue_jobs{queue="dirty"} 1`,
		`daylight_queue_oldest_seconds{queue="dirty"} 90`, `daylight_store_readable 1`,
		`daylight_http_requests_total{answer="2xx",route="GET /healthz"} 1`,
	} {
		if !strings.Contains(body, want+"\n") {
			t.Errorf("the metrics lack %s", want)
		}
	}
	if strings.Contains(body, "p-0000000001") {
		t.Error("the metrics hold a path")
	}
	c.scrape(t, "wrong", http.StatusUnauthorized)
}

// TestMetricsOfConnectors: every connector is counted at its state, whatever it is, and
// says when it last went well; of notifications, those that are due are a queue.
func TestMetricsOfConnectors(t *testing.T) {
	c := newConsole(t, func(o *Options) { o.Store = damaging{o.Store, store.Cursors.Name, "files/events"} })
	c.change(t, func(w store.Writer) error {
		for key, body := range map[string]string{
			"directory/people": `{"state":"ok","last_success":"2026-11-02T09:00:00Z"}`,
			"directory/events": `{"state":"reading","last_success":"2026-11-02T08:30:00.5Z"}`,
			"mail/events":      `{"state":"failing","last_success":"2026-10-30T00:00:00Z","error":"it answered 500"}`,
			"board/events":     `{"state":"refused"}`,
			"files/events":     `{"state":"ok"}`,
		} {
			connector, _, _ := strings.Cut(key, "/")
			if err := w.Put(store.Cursors, store.Row{Key: key, Text: map[string]string{"connector": connector, "state": "ok"}, Body: []byte(body)}); err != nil {
				return err
			}
		}
		for key, next := range map[string]time.Time{"1.chat": c.now.Add(-40 * time.Second), "2.chat": c.now.Add(-10 * time.Second), "3.chat": c.now.Add(time.Minute)} {
			row := store.Row{Key: key, Text: map[string]string{"target": "chat", "state": "waiting"}, Ints: map[string]int64{"next": next.UnixMilli()}, Body: []byte("{}")}
			if err := w.Put(store.Deliveries, row); err != nil {
				return err
			}
		}
		return nil
	})
	body := c.scrape(t, c.newToken(t, account.ScopeMetrics), http.StatusOK)
	for _, want := range []string{
		`daylight_connectors{state="ok"} 1`, `daylight_connectors{state="reading"} 1`, `daylight_connectors{state="failing"} 1`,
		`daylight_connectors{state="refused"} 1`, `daylight_connectors{state="damaged"} 1`,
		`daylight_connector_state{connector="directory",feed="events",state="reading"} 1`,
		`daylight_connector_state{connector="files",feed="events",state="damaged"} 1`,
		// 2026-11-02 is 20759 days after 1970-01-01; 09:00 is 32400 s later.
		`daylight_connector_last_success_timestamp_seconds{connector="directory",feed="people"} 1.79361e+09`,
		`daylight_connector_last_success_timestamp_seconds{connector="board",feed="events"} 0`,
		`daylight_queue_jobs{queue="outbox"} 2`, `daylight_queue_oldest_seconds{queue="outbox"} 40`,
	} {
		if !strings.Contains(body, want+"\n") {
			t.Errorf("the metrics lack %s", want)
		}
	}
}

// scrape asks for the metrics as Prometheus does.
func (c *console) scrape(t *testing.T, secret string, status int) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.http.URL+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+secret)
	got := c.as("").do(req)
	if got.StatusCode != status {
		t.Fatalf("answered %d, want %d", got.StatusCode, status)
	}
	return got.body
}

// TestReady: a console whose store is closed says so, and still answers.
func TestReady(t *testing.T) {
	c := newConsole(t)
	if got := c.as("").get("/readyz"); got.StatusCode != http.StatusOK {
		t.Errorf("ready answered %d", got.StatusCode)
	}
	if err := c.Store.Close(); err != nil {
		t.Fatal(err)
	}
	if got := c.as("").get("/readyz"); got.StatusCode < 500 {
		t.Errorf("without a store ready answered %d", got.StatusCode)
	}
	if got := c.as("").get("/healthz"); got.StatusCode != http.StatusOK {
		t.Errorf("without a store health answered %d", got.StatusCode)
	}
}

// TestSpans: a request is one span, named by its route, in the trace that the
// sender began.
func TestSpans(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	provider := sdk.NewTracerProvider(sdk.WithSyncer(spans))
	c := newConsole(t, func(o *Options) { o.Tracer = provider.Tracer("test") })
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.http.URL+"/healthz?name=Sampla", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	c.as("").do(req)
	got := spans.GetSpans()
	if len(got) != 1 || got[0].Name != "GET /healthz" || got[0].SpanContext.TraceID().String() != "4bf92f3577b34da6a3ce929d0e0e4736" {
		t.Fatalf("spans %+v", got)
	}
	for _, a := range got[0].Attributes {
		if strings.Contains(a.Value.String(), "Sampla") {
			t.Errorf("attribute %s holds what the sender wrote", a.Key)
		}
	}
}
