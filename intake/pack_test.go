// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

func TestPack(t *testing.T) {
	noise := make([]byte, segment)
	for i, rng := 0, rand.New(rand.NewPCG(1, 2)); i < len(noise); i++ {
		noise[i] = byte(rng.Uint32())
	}
	for name, data := range map[string][]byte{
		"one byte": {7}, "noise": noise, "log": bytes.Repeat([]byte(`{"published":"2026-03-01T00:00:00Z"}`), segment/36), "zeros": make([]byte, segment),
	} {
		packed := pack(data)
		got, err := unpack(packed)
		if err != nil || !bytes.Equal(got, data) || len(packed) > len(data)+1 {
			t.Errorf("%s: %d bytes packed into %d and back into %d: %v", name, len(data), len(packed), len(got), err)
		}
		if name == "log" && len(packed) > len(data)/20 {
			t.Errorf("a log of %d bytes takes %d", len(data), len(packed))
		}
	}
	if pack(nil) != nil {
		t.Error("nothing is packed into something")
	}
	long := pack(make([]byte, segment))
	for name, part := range map[string][]byte{"empty": {}, "unknown": {9, 1}, "torn": long[:len(long)-1], "not zstd": {packedZstd, 1, 2, 3}} {
		if got, err := unpack(part); err == nil {
			t.Errorf("%s: %d bytes", name, len(got))
		}
	}
}

func BenchmarkPack(b *testing.B) {
	var body bytes.Buffer
	oktaEvents(&body, 0, 3000, 1000)
	data := body.Bytes()[:segment*3/4]
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		pack(data)
	}
}
