// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"daylight/account"
	"daylight/intake"
	"daylight/store"
)

// benchPeople is how many people the console of the benchmark has.
const benchPeople = 10_000

// BenchmarkPages opens pages over ten thousand people and reports the 99th
// percentile, with the bare query of the store beside it: what is above that is the
// page's own.
func BenchmarkPages(b *testing.B) {
	st := sampleStore(b)
	c := newConsole(b, func(o *Options) { o.Store = st })
	multiply(b, st)
	handle, ring := c.heaviest(b)
	who := c.as(account.Security)
	handler := c.Handler()
	for _, path := range []string{"/queue", "/queue?family=pay", "/people", "/people?page=100", "/people/" + handle, "/rings", "/rings/" + ring, "/catalogue", "/requests"} {
		b.Run(path, func(b *testing.B) {
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
	err := st.View(b.Context(), func(r store.Reader) error {
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
				if err := w.Put(store.Subjects, row); err != nil {
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
