// SPDX-License-Identifier: Apache-2.0

package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync"
)

// blockSize is how much is handed to one decoder at a time: large enough that
// handing over costs nothing, small enough for a processor's cache.
const blockSize = 1 << 20

// blocks recycles the memory of blocks that were released.
//
//nolint:gochecknoglobals // a pool holds no state that anyone can observe
var blocks = sync.Pool{New: func() any { return new(Block) }}

// Block is a run of whole rows of a JSON file. It may be passed to another
// goroutine, so that several decode one file.
type Block struct {
	line  int
	data  []byte
	spans []span // of elements; nil when rows are the lines of data
}

type span struct{ start, end, line, index int }

// Release gives the block's memory back. Neither it nor its rows may be used
// afterwards.
func (b *Block) Release() {
	if cap(b.data) > 4*blockSize {
		b.data = nil
	}
	*b = Block{data: b.data[:0], spans: b.spans[:0]}
	blocks.Put(b)
}

// Len returns the bytes of the block.
func (b *Block) Len() int { return len(b.data) }

// Rows yields the rows. They are not checked: a decoder does that as it reads,
// or [CheckJSON]. The slices are valid until Release. Of JSON Lines, Index is
// the line.
func (b *Block) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		if len(b.spans) > 0 {
			for _, s := range b.spans {
				if !yield(Row{Line: s.line, Index: s.index, JSON: b.data[s.start:s.end]}) {
					return
				}
			}
			return
		}
		rest, line := b.data, b.line
		for len(rest) > 0 {
			row := rest
			if n := bytes.IndexByte(rest, '\n'); n >= 0 {
				row, rest = rest[:n], rest[n+1:]
			} else {
				rest = nil
			}
			if row = bytes.TrimSpace(row); len(row) > 0 && !yield(Row{Line: line, Index: line, JSON: row}) {
				return
			}
			line++
		}
	}
}

// Blocks reads a JSON file as blocks of about 1 MiB in the order of the file,
// and what cannot be read as rejections between them. The reader of the blocks
// releases each.
func (f *File) Blocks(ctx context.Context) iter.Seq2[*Block, *Rejection] {
	return func(yield func(*Block, *Rejection) bool) {
		r, err := f.open(ctx)
		if err != nil {
			yield(nil, f.reject(0, f.reason(err)))
			return
		}
		defer r.Close() //nolint:errcheck // read only: content.Close returns nil
		switch f.Shape {
		case JSONLines:
			l := liner{f: f, r: r, yield: yield, line: 1}
			l.run()
		case JSONArray, JSONPage, JSONDocument:
			e := &elements{f: f, s: newSplitter(r), yield: yield}
			e.run()
		case CSV, PDF, DOCX, HTML, Markdown, Text, Image, MaxMind, Git, Empty, Unknown:
			yield(nil, f.reject(0, "not read as rows"))
		}
	}
}

// liner cuts a stream into blocks of whole lines.
type liner struct {
	f     *File
	r     io.Reader
	yield func(*Block, *Rejection) bool
	line  int // of the first byte of the next block
	tail  []byte
	end   error
}

var overLong = fmt.Sprintf("longer than %d MiB", MaxLine>>20)

func (l *liner) run() {
	for l.end == nil || len(l.tail) > 0 {
		b := blocks.Get().(*Block) // the pool holds nothing else
		b.line = l.line
		b.data = append(slices.Grow(b.data[:0], blockSize), l.tail...)
		cut := l.fill(b)
		l.tail = append(l.tail[:0], b.data[cut:]...)
		b.data = b.data[:cut]
		l.line += bytes.Count(b.data, []byte("\n"))
		if len(b.data) == 0 {
			b.Release()
		} else if !l.yield(b, nil) {
			return
		}
		switch {
		case len(l.tail) > MaxLine:
			if !l.yield(nil, l.f.reject(l.line, "line "+overLong)) {
				return
			}
			l.skip()
		case l.end != nil:
			l.tail = nil // the start of a line that damaged data cut off
		}
	}
	if !errors.Is(l.end, io.EOF) {
		l.yield(nil, l.f.reject(l.line, l.f.reason(l.end)))
	}
}

// fill reads until the block is full and holds a whole line, a line is too long,
// or the stream ends. It returns where the last whole line ends; at a proper end
// of the stream the last line needs no newline.
func (l *liner) fill(b *Block) int {
	for {
		full := min(cap(b.data), MaxLine+1)
		for l.end == nil && len(b.data) < full {
			var n int
			n, l.end = l.r.Read(b.data[len(b.data):full])
			b.data = b.data[:len(b.data)+n]
		}
		whole := bytes.LastIndexByte(b.data, '\n') + 1
		switch {
		case errors.Is(l.end, io.EOF) && len(b.data)-whole <= MaxLine:
			return len(b.data)
		case l.end != nil || whole > 0 || len(b.data) > MaxLine:
			return whole
		}
		b.data = slices.Grow(b.data, len(b.data))
	}
}

// skip drops what is left of a line that is too long, without keeping it.
func (l *liner) skip() {
	buf := l.tail[:blockSize]
	l.tail = nil
	for l.end == nil {
		var n int
		n, l.end = l.r.Read(buf)
		if i := bytes.IndexByte(buf[:n], '\n'); i >= 0 {
			l.line++
			l.tail = bytes.Clone(buf[i+1 : n])
			return
		}
	}
}
