// SPDX-License-Identifier: Apache-2.0

package normalize_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// BenchmarkPeople reads a people table of 10,000 rows into sealed records,
// beside what encoding/csv takes to cut the same rows into cells.
func BenchmarkPeople(b *testing.B) {
	var t strings.Builder
	t.WriteString("id,name,email,phone,city,region,country,applied_at,role,linkedin,ip\n")
	for i := range 10_000 {
		fmt.Fprintf(&t, "c-%d,Person %d,p%d@example.com,+1 212 555 %04d,Austin,TX,US,2026-03-01T10:00:00Z,Engineer,https://www.linkedin.com/in/p%d/,192.0.2.%d\n",
			i, i, i, i, i, i%256)
	}
	data := t.String()
	b.Run("records", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if got := readAll(b, "people.csv", []byte(data), nil); len(got.records) != 10_000 {
				b.Fatal(got.format, len(got.records))
			}
		}
	})
	b.Run("encoding_csv cells only", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			r, n := csv.NewReader(strings.NewReader(data)), 0
			for {
				if _, err := r.Read(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != 10_001 {
				b.Fatal(n)
			}
		}
	})
}
