// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"daylight/record"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// BenchmarkOkta sets the decoder beside what jsontext needs for the same 724
// bytes without keeping a field, and beside unmarshalling into a struct.
func BenchmarkOkta(b *testing.B) {
	row := eventLines(b, "okta")[0]
	b.Run("decode", func(b *testing.B) { benchmarkDecode(b, "okta", row) })
	b.Run("jsontext_check_only", func(b *testing.B) {
		start(b, row)
		for b.Loop() {
			if !jsontext.Value(row).IsValid() {
				b.Fatal("not valid")
			}
		}
		rate(b)
	})
	b.Run("jsontext_tokens_only", func(b *testing.B) {
		start(b, row)
		var buffer bytes.Buffer
		var dec jsontext.Decoder
		for b.Loop() {
			buffer = *bytes.NewBuffer(row)
			dec.Reset(&buffer)
			for {
				if _, err := dec.ReadToken(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
		rate(b)
	})
	b.Run("json_v2_struct", func(b *testing.B) {
		start(b, row)
		for b.Loop() {
			var v struct {
				Published string `json:"published"`
				EventType string `json:"eventType"`
				Actor     struct {
					ID          string `json:"id"`
					AlternateID string `json:"alternateId"`
				} `json:"actor"`
				Client struct {
					IPAddress string `json:"ipAddress"`
				} `json:"client"`
			}
			if err := json.Unmarshal(row, &v); err != nil {
				b.Fatal(err)
			}
		}
		rate(b)
	})
}

func BenchmarkEvents(b *testing.B) {
	for vendor := range eventVendors {
		b.Run(vendor, func(b *testing.B) { benchmarkDecode(b, vendor, eventLines(b, vendor)[0]) })
	}
}

func benchmarkDecode(b *testing.B, vendor string, row []byte) {
	b.Helper()
	d := eventVendors[vendor].decoder()
	var e record.Event
	start(b, row)
	for b.Loop() {
		if err := d.Decode(row, &e); err != nil {
			b.Fatal(err)
		}
	}
	rate(b)
}

func start(b *testing.B, row []byte) {
	b.Helper()
	b.SetBytes(int64(len(row)))
	b.ReportAllocs()
}

func rate(b *testing.B) {
	b.Helper()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
