// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"daylight/store"
)

// bodySize is the size of a subject's body: an assessment with its evidence.
const bodySize = 4 << 10

// subject is a row as the intake writes it.
func subject(i int, body []byte) store.Row {
	return store.Row{
		Key: fmt.Sprintf("p-%010x", uint64(i)*0x9e3779b97f4a7c15>>24), Holder: fmt.Sprintf("s:%d", i), Body: body,
		Text: map[string]string{"source_hash": fmt.Sprintf("%032x", i), "stage": "applicant", "state": []string{"clear", "insufficient", "follow-up", "escalate"}[i%4], "families": "network,rhythm"},
		Ints: map[string]int64{"weight": int64(i * 7919 % 4000), "probability": int64(i % 10000), "since": int64(i), "assessed": int64(i)},
	}
}

func noise() []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, bodySize)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

func opened(b *testing.B) *Store {
	b.Helper()
	s, err := Open(b.Context(), Options{Path: filepath.Join(b.TempDir(), "a.db"), Master: master(1)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}

// BenchmarkPut compares a durable batch of subjects with what SQLite itself takes
// for the same rows, tables, indexes and synchronisation. One operation is a batch
// of each, one after the other, so that a busy machine slows both; x-raw is the
// median of their ratios.
func BenchmarkPut(b *testing.B) {
	body, sealed := noise(), make([]byte, bodySize+40)
	raw := func(t *tx, i int) error {
		r, tab := subject(i, nil), t.s.tables["subjects"]
		args := []any{r.Key, r.Holder, sealed}
		for _, c := range tab.Text {
			args = append(args, r.Text[c])
		}
		for _, c := range tab.Ints {
			args = append(args, r.Ints[c])
		}
		return t.change(tab.put, args...)
	}
	for _, of := range []struct {
		name   string
		holder func(i int) string
	}{
		{"own-key", func(int) string { return "" }},                              // under the service's own key
		{"known-holders", func(i int) string { return fmt.Sprint("s:", i%500) }}, // as when people are assessed again
		{"new-holders", func(i int) string { return fmt.Sprintf("s:%010d", i) }}, // a key is made for each
	} {
		for _, batch := range []int{1, 100, 1000} {
			b.Run(fmt.Sprintf("%s/%d", of.name, batch), func(b *testing.B) {
				stores := [2]*Store{opened(b), opened(b)}
				put := [2]func(t *tx, i int) error{raw, func(t *tx, i int) error {
					r := subject(i, body)
					r.Holder = of.holder(i)
					return t.Put(store.Subjects, r)
				}}
				var took [2][]float64
				done := 0
				for b.Loop() {
					for k, s := range stores {
						start := time.Now()
						err := s.update(b.Context(), func(t *tx) error {
							for i := range batch {
								if err := put[k](t, done+i); err != nil {
									return err
								}
							}
							return nil
						})
						if err != nil {
							b.Fatal(err)
						}
						took[k] = append(took[k], time.Since(start).Seconds())
					}
					done += batch
				}
				var ratios []float64
				for i := range took[0] {
					ratios = append(ratios, took[1][i]/took[0][i])
				}
				for _, v := range [][]float64{ratios, took[0], took[1]} {
					slices.Sort(v)
				}
				b.ReportMetric(0, "ns/op") // of both together says nothing
				b.ReportMetric(ratios[len(ratios)/2], "x-raw")
				b.ReportMetric(float64(batch)/took[0][len(ratios)/2], "raw-rows/s")
				b.ReportMetric(float64(batch)/took[1][len(ratios)/2], "rows/s")
			})
		}
	}
}

// BenchmarkFind reads pages of 50 out of 10,000 subjects.
func BenchmarkFind(b *testing.B) {
	s := opened(b)
	body := noise()
	err := s.Update(b.Context(), func(w store.Writer) error {
		for i := range 10_000 {
			if err := w.Put(store.Subjects, subject(i, body)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	escalated := []store.Cond{{Column: "state", Op: store.Equal, Text: "escalate"}}
	for _, of := range []struct {
		name string
		q    store.Query
	}{
		{"by-weight", store.Query{By: "weight", Desc: true, Limit: 50}},
		{"by-weight-bare", store.Query{By: "weight", Desc: true, Limit: 50, Bare: true}},
		{"state-by-weight", store.Query{Where: escalated, By: "weight", Desc: true, Limit: 50}},
		{"state-by-weight-bare", store.Query{Where: escalated, By: "weight", Desc: true, Limit: 50, Bare: true}},
		{"state-page-40", store.Query{Where: escalated, By: "since", Limit: 50, Skip: 2000, Bare: true}},
	} {
		b.Run(of.name, func(b *testing.B) {
			for b.Loop() {
				n := 0
				err := s.View(b.Context(), func(r store.Reader) error {
					for _, err := range r.Find(store.Subjects, of.q) {
						if err != nil {
							return err
						}
						n++
					}
					return nil
				})
				if err != nil || n != 50 {
					b.Fatal(n, err)
				}
			}
		})
	}
	b.Run("count", func(b *testing.B) {
		for b.Loop() {
			err := s.View(b.Context(), func(r store.Reader) error {
				_, err := r.Count(store.Subjects, store.Query{Where: escalated})
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("get", func(b *testing.B) {
		for b.Loop() {
			err := s.View(b.Context(), func(r store.Reader) error {
				_, err := r.Get(store.Subjects, subject(77, nil).Key)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}
