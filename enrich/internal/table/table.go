// SPDX-License-Identifier: Apache-2.0

// Package table holds the compact forms of the reference data that is embedded
// in the program: encoders for the compiler that makes them, decoders for the
// program that reads them, so that each format is written down once.
//
// Every file is one zstd frame around a stream of unsigned varints and byte
// strings. The decoders check every count and length against the input, so that
// a damaged file is an error and never a panic.
package table

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"

	"github.com/klauspost/compress/zstd"
)

// ErrDamaged is returned for data that no encoder of this package wrote.
var ErrDamaged = errors.New("reference table is damaged")

// maxDecoded bounds a decompressed table, bytes. The largest is about 12 MB.
const maxDecoded = 64 << 20

// writer appends varints and strings.
type writer struct{ buf []byte }

func (w *writer) uint(v uint64) { w.buf = binary.AppendUvarint(w.buf, v) }

func (w *writer) count(n int) { w.uint(uint64(max(n, 0))) }

func (w *writer) int(v int64) { w.buf = binary.AppendVarint(w.buf, v) }

func (w *writer) string(s string) {
	w.count(len(s))
	w.buf = append(w.buf, s...)
}

func (w *writer) compress() ([]byte, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(8<<20), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("compressing a table: %w", err)
	}
	defer func() { _ = enc.Close() }()
	return enc.EncodeAll(w.buf, nil), nil
}

// reader reads what writer wrote. After the first error every read returns
// zero, so callers check err once for each block.
type reader struct {
	buf []byte
	err error
}

func decompress(data []byte) (*reader, error) {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxDecoded))
	if err != nil {
		return nil, fmt.Errorf("decompressing a table: %w", err)
	}
	defer dec.Close()
	buf, err := dec.DecodeAll(data, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return &reader{buf: buf}, nil
}

func (r *reader) fail() {
	r.buf = nil
	if r.err == nil {
		r.err = ErrDamaged
	}
}

func (r *reader) uint() uint64 {
	// The one-byte case is by far the commonest: deltas are small.
	if len(r.buf) > 0 && r.buf[0] < 0x80 {
		v := r.buf[0]
		r.buf = r.buf[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(r.buf)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.buf = r.buf[n:]
	return v
}

func (r *reader) int() int64 {
	v, n := binary.Varint(r.buf)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.buf = r.buf[n:]
	return v
}

// count reads a number of items that take at least one byte each, so it can
// never ask for more memory than a small multiple of the input.
func (r *reader) count() int {
	n := r.uint()
	if n > uint64(len(r.buf)) {
		r.fail()
		return 0
	}
	return int(n) //nolint:gosec // at most len(r.buf)
}

func (r *reader) bytes(n int) []byte {
	if n < 0 || n > len(r.buf) {
		r.fail()
		return nil
	}
	b := r.buf[:n]
	r.buf = r.buf[n:]
	return b
}

func (r *reader) string() string { return string(r.bytes(r.count())) }

func (r *reader) done() error {
	if r.err == nil && len(r.buf) != 0 {
		r.fail()
	}
	return r.err
}

// Checksum returns a short digest (FNV-1a) that tells editions of a text apart.
func Checksum(s string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s))
	return h.Sum32()
}
