// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// What comes in is logs, mostly, and the disk is what taking it in waits for: each
// part is written to the journal, to the database, and again as zeros when it was
// read. So parts are packed before they are sealed.

// The first byte of a packed part.
const (
	packedNot  = 0
	packedZstd = 1
)

var errPacked = errors.New("not a packed part")

// packers are of the whole program: making one takes longer than using it.
var packers = sync.OnceValues(func() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(false))
})

var unpackers = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderMaxMemory(segment), zstd.WithDecoderLowmem(true))
})

// pack makes a part smaller if it can be.
func pack(data []byte) []byte {
	if len(data) == 0 {
		return nil
	}
	if enc, err := packers(); err == nil {
		if out := enc.EncodeAll(data, append(make([]byte, 0, len(data)/4), packedZstd)); len(out) <= len(data) {
			return out
		}
	}
	return append([]byte{packedNot}, data...)
}

// unpack returns what was packed, a segment at most.
func unpack(part []byte) ([]byte, error) {
	if len(part) == 0 {
		return nil, errPacked
	}
	switch part[0] {
	case packedNot:
		return part[1:], nil
	case packedZstd:
		dec, err := unpackers()
		if err != nil {
			return nil, fmt.Errorf("unpack a part: %w", err)
		}
		out, err := dec.DecodeAll(part[1:], nil)
		if err != nil {
			return nil, fmt.Errorf("unpack a part: %w", err)
		}
		return out, nil
	}
	return nil, errPacked
}
