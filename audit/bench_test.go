// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"daylight/audit"
	"daylight/store"
	"daylight/store/sqlite"
)

// unsealed is a store that keeps where the log ends in memory, and not in a sealed row.
type unsealed struct {
	store.Writer
	head *store.Row
}

// Get answers for the head with what was put.
func (u unsealed) Get(c store.Collection, key string) (store.Row, error) {
	if c.Name == store.Tree.Name && key == store.HeadRow {
		return *u.head, nil
	}
	return u.Writer.Get(c, key)
}

// Put keeps the head, and gives everything else on.
func (u unsealed) Put(c store.Collection, row store.Row) error {
	if c.Name == store.Tree.Name && row.Key == store.HeadRow {
		row.Body = bytes.Clone(row.Body)
		*u.head = row
		return nil
	}
	return u.Writer.Put(c, row)
}

// BenchmarkAppend measures what the sealed head of the audit log costs: entries on a disk,
// one to a transaction as acts write them, and many to one; with the head and without, in
// turns, so that what else the machine does is in both.
func BenchmarkAppend(b *testing.B) {
	for name, entries := range map[string]int{"one a transaction": 1, "hundred a transaction": 100} {
		b.Run(name, func(b *testing.B) {
			add := func(file string, wrap func(store.Writer) store.Writer) func() time.Duration {
				s, err := sqlite.Open(b.Context(), sqlite.Options{Path: filepath.Join(b.TempDir(), file), Master: make([]byte, sqlite.KeySize)})
				if err != nil {
					b.Fatal(err)
				}
				b.Cleanup(func() { _ = s.Close() })
				return func() time.Duration {
					began := time.Now()
					err := s.Update(b.Context(), func(w store.Writer) error {
						for range entries {
							if err := audit.Append(wrap(w), audit.Entry{At: began, Actor: "a-01", Act: "person.view", Object: "p-1"}); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						b.Fatal(err)
					}
					return time.Since(began)
				}
			}
			head := store.Row{Key: store.HeadRow}
			sealed := add("sealed.db", func(w store.Writer) store.Writer { return w })
			bare := add("bare.db", func(w store.Writer) store.Writer { return unsealed{w, &head} })
			var with, without time.Duration
			for b.Loop() {
				with += sealed()
				without += bare()
			}
			each := float64(b.N*entries) * float64(time.Microsecond)
			b.ReportMetric(float64(with)/each, "µs-sealed/entry")
			b.ReportMetric(float64(without)/each, "µs-unsealed/entry")
			b.ReportMetric(float64(with)/float64(without), "sealed/unsealed")
			b.ReportMetric(0, "ns/op")
		})
	}
}
