// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"daylight/account"
	"daylight/casework"
	"daylight/enrich"
	"daylight/intake"
	"daylight/notice"
	"daylight/store"
)

// benchPeople is how many people the console of the benchmark has, benchLogs how many
// logs were read, and benchAccounts how many accounts each names.
const (
	benchPeople   = 10_000
	benchLogs     = 50
	benchAccounts = 4_000
)

// BenchmarkPages opens pages over ten thousand people and reports the 99th
// percentile, with the bare query of the store beside it: what is above that is the
// page's own. Every applicant is due to be erased, but for one in twenty who has a case,
// and the page of sources lists logs that name many accounts each.
func BenchmarkPages(b *testing.B) {
	st := sampleStore(b)
	c := newConsole(b, func(o *Options) { o.Store = st })
	multiply(b, st)
	readLogs(b, c)
	handle, ring := c.heaviest(b)
	handler := c.Handler()
	for _, path := range []string{"/queue", "/queue?family=pay", "/people", "/people?page=100", "/people/" + handle, "/rings", "/rings/" + ring, "/catalogue", "/requests", "/retention", "/sources"} {
		b.Run(path, func(b *testing.B) {
			who := c.as(account.Security)
			if path == "/retention" {
				who = c.as(account.Administrator)
			}
			var took []time.Duration
			for b.Loop() {
				req := httptest.NewRequestWithContext(b.Context(), http.MethodGet, c.http.URL+path, nil)
				for _, k := range who.http.Jar.Cookies(req.URL) {
					req.AddCookie(k)
				}
				w := httptest.NewRecorder()
				began := time.Now()
				handler.ServeHTTP(w, req)
				took = append(took, time.Since(began))
				if w.Code != http.StatusOK {
					body, _ := io.ReadAll(w.Body)
					b.Fatalf("status %d: %s", w.Code, body)
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
		})
	}
	b.Run("bare query", func(b *testing.B) {
		for b.Loop() {
			err := st.View(b.Context(), func(r store.Reader) error {
				for _, err := range r.Find(store.Subjects, store.Query{Bare: true, By: "weight", Desc: true, Limit: pageSize}) {
					if err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// multiply fills a store with copies of the sample company's people: one in twenty is
// in the queue, the others are clear.
func multiply(b *testing.B, st store.Store) {
	b.Helper()
	var pressed, settled []store.Row
	var matter casework.Matter
	err := st.View(b.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Cases, store.Query{Limit: 1}) {
			if err != nil {
				return err
			}
			c, err := casework.Decode(row.Body)
			if err != nil {
				return err
			}
			matter = c.Matter
		}
		for row, err := range r.Find(store.Subjects, store.Query{}) {
			if err != nil {
				return err
			}
			if slices.Contains(pressing, row.Text["state"]) {
				pressed = append(pressed, row)
			} else {
				settled = append(settled, row)
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for from := 0; from < benchPeople; from += 500 {
		err := st.Update(b.Context(), func(w store.Writer) error {
			for i := from; i < from+500; i++ {
				row := settled[i%len(settled)]
				if i%20 == 0 {
					row = pressed[i/20%len(pressed)]
				}
				row.Key, row.Version = fmt.Sprintf("p-%010x", i), 0
				row.Holder = intake.Holder(row.Key)
				row.Ints["from"] = start.AddDate(-1, 0, -i%30).UnixMilli()
				if err := w.Put(store.Subjects, row); err != nil {
					return err
				}
				if i%20 != 1 {
					continue
				}
				matter.Subject = row.Key
				if _, _, err := casework.Open(w, matter, start); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// readLogs has logs read that are about the same accounts each.
func readLogs(b *testing.B, c *console) {
	b.Helper()
	tables, err := enrich.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	box := &intake.Box{Store: c.Store, Now: c.Now}
	for n := range benchLogs {
		var body bytes.Buffer
		for i := range benchAccounts {
			_, _ = fmt.Fprintf(&body, `{"uuid":"u-%d-%d","published":"%s","eventType":"user.session.start","actor":{"id":"00u%d","type":"User","alternateId":"person%d@example.com"},"client":{"ipAddress":"203.0.113.%d"},"outcome":{"result":"SUCCESS"}}`+"\n",
				n, i, start.Add(time.Duration(i-benchAccounts)*time.Second).Format(time.RFC3339), i, i, i%250)
		}
		if _, err := box.Receive(b.Context(), "api:shipper", fmt.Sprintf("logs/%d/okta.jsonl", n), &body); err != nil {
			b.Fatal(err)
		}
	}
	told := notice.Rule{Everybody: notice.Since(start.AddDate(-1, 0, 0))}
	reader := &intake.Reader{Store: c.Store, Tables: tables, Notices: told, Now: c.Now, Log: slog.New(slog.DiscardHandler)}
	if err := reader.Drain(b.Context()); err != nil {
		b.Fatal(err)
	}
}
