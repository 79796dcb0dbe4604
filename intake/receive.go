// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"daylight/store"
)

// Limits of what is received.
const (
	// MaxBody is the size of one input as it comes, compressed or not, in bytes.
	MaxBody = 4 << 30
	// MaxWaiting is how many inputs may wait to be read before no more are taken.
	MaxWaiting = 20_000
	// segment is how much of a body is packed at a time, and from how much that is
	// packed on it is sealed: what one that is larger than memory takes of it.
	segment = 1 << 20
)

// What [Box.Receive] refuses.
var (
	ErrTooLarge = errors.New("larger than one input may be")
	ErrBusy     = errors.New("too much waits to be read")
	ErrPath     = errors.New("not the path of a file")
)

// Box is where input is put. It is safe for several goroutines.
type Box struct {
	Store store.Store
	Now   func() time.Time
	// Wake, if set, is called when there is something to read.
	Wake func()

	uploads atomic.Int64
}

// Receipt says what became of an input.
type Receipt struct {
	// ID names the input: equal for the same bytes under the same path of a source.
	ID string `json:"receipt"`
	// Known is set when the same input came before; it is not read again.
	Known bool  `json:"known"`
	Size  int64 `json:"size"` // bytes
}

// arrival is the body of a row of [store.Received] that waits.
type arrival struct {
	Source string `json:"source"`
	Path   string `json:"path"`
	Upload string `json:"upload"` // begins the keys of the parts
	Parts  int    `json:"parts"`
	Size   int64  `json:"size"`
	Waits  waits  `json:"waits,omitzero"` // of one that is held
}

// States of rows of [store.Received].
const (
	stateWaiting = "waiting"
	statePart    = "part"
	stateKey     = "key"
)

// Receive stores a file of a source under a path, which evidence cites. When it
// returns without an error, the input is on disk and will be read; the same input
// once more changes nothing. A large body is sealed piece by piece as it comes.
// What is in also is done in the transaction that acknowledges, or nothing is received.
// It fails with [ErrTooLarge], [ErrBusy] or [ErrPath], as the store does, or as also does.
func (b *Box) Receive(ctx context.Context, source, name string, body io.Reader, also ...func(store.Writer, Receipt) error) (Receipt, error) {
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	if !fs.ValidPath(name) || name == "." || len(name) > 1024 || len(source) > 256 {
		return Receipt{}, ErrPath
	}
	now := b.Now()
	up := &upload{
		box: b, now: now, digest: sha256.New(), also: also,
		arrival: arrival{Source: source, Path: name, Upload: fmt.Sprintf("up-%x-%x", now.UnixNano(), b.uploads.Add(1))},
	}
	r, err := up.take(ctx, body)
	if err != nil {
		// What has no head is swept; the caller need not wait for it.
		return Receipt{}, fmt.Errorf("receive input: %w", err)
	}
	if b.Wake != nil {
		b.Wake()
	}
	return r, nil
}

// hourHolder names the key that what comes within an hour is sealed under until it
// is read. A key an input would leave a trace of each for good.
func hourHolder(now time.Time) string { return "in:" + now.UTC().Format("2006-01-02T15") }

// openHour is the key of the hour, or a further one of it where that was destroyed: a
// clock that was put back comes to an hour whose key is gone.
func openHour(r store.Reader, now time.Time) (string, error) {
	hour := hourHolder(now)
	for holder, n := hour, 2; ; n++ {
		erased, err := r.Erased(holder)
		if err != nil || !erased {
			return holder, err
		}
		holder = fmt.Sprintf("%s/%d", hour, n)
	}
}

// upload is one body on its way in.
type upload struct {
	arrival
	box    *Box
	now    time.Time
	holder string
	also   []func(store.Writer, Receipt) error
	// waiting are packed parts that are not in the store yet, packed their bytes, and
	// stored is how many went before them.
	waiting [][]byte
	packed  int
	stored  int
	digest  interface {
		io.Writer
		Sum([]byte) []byte
	}
}

// segments are used again: most of what comes is much smaller than one.
var segments sync.Pool

func (u *upload) take(ctx context.Context, body io.Reader) (Receipt, error) {
	held, ok := segments.Get().(*[segment]byte)
	if !ok {
		held = new([segment]byte)
	}
	defer segments.Put(held)
	buf := held[:]
	for {
		n, last, err := fill(body, buf)
		if err != nil {
			return Receipt{}, fmt.Errorf("read the body: %w", err)
		}
		if u.Size += int64(n); u.Size > MaxBody {
			return Receipt{}, ErrTooLarge
		}
		_, _ = u.digest.Write(buf[:n]) // a hash does not fail
		u.pack(buf[:n])
		switch {
		case last:
			return u.finish(ctx)
		case u.packed < segment:
			continue
		}
		if err := u.box.Store.Update(ctx, u.put); err != nil {
			return Receipt{}, err
		}
		u.waiting, u.packed, u.stored = nil, 0, u.Parts
	}
}

// fill reads until buf is full or the body has ended. Unlike io.ReadFull it tells
// the end from a body that broke off, which must not be acknowledged.
func fill(body io.Reader, buf []byte) (n int, last bool, err error) {
	for n < len(buf) {
		m, err := body.Read(buf[n:])
		n += m
		if err == io.EOF { // readers return it bare
			return n, true, nil
		}
		if err != nil {
			return n, false, err
		}
	}
	return n, false, nil
}

// pack adds a part to those that wait to be sealed.
func (u *upload) pack(data []byte) {
	if len(data) == 0 {
		return
	}
	part := pack(data)
	u.waiting = append(u.waiting, part)
	u.packed += len(part)
}

// put seals the parts that wait.
func (u *upload) put(w store.Writer) error {
	u.Parts = u.stored // the transaction may be run again
	if u.stored == 0 { // the key of the hour of its beginning may be gone
		var err error
		if u.holder, err = openHour(w, u.box.Now()); err != nil {
			return err
		}
	}
	if len(u.waiting) == 0 {
		return nil
	}
	if err := w.Put(store.Received, store.Row{
		Key: u.holder, Text: map[string]string{"state": stateKey}, Ints: map[string]int64{"at": u.now.UnixMilli()},
	}); err != nil {
		return err
	}
	for _, part := range u.waiting {
		row := store.Row{Key: partKey(u.Upload, u.Parts), Holder: u.holder, Body: part, Text: map[string]string{"state": statePart}, Ints: map[string]int64{"at": u.now.UnixMilli()}}
		if err := w.Put(store.Received, row); err != nil {
			return err
		}
		u.Parts++
	}
	return nil
}

func partKey(upload string, n int) string { return fmt.Sprintf("%s-%06d", upload, n) }

// finish stores the last parts and the head in one transaction: from then on the
// input is received.
func (u *upload) finish(ctx context.Context) (Receipt, error) {
	var out Receipt
	err := u.box.Store.Update(ctx, func(w store.Writer) error {
		digest := hex.EncodeToString(u.digest.Sum(nil))
		out = Receipt{ID: w.Hash("input", u.Source+"\x00"+u.Path+"\x00"+digest), Size: u.Size}
		known, err := isKnown(w, out.ID)
		if err != nil {
			return err
		}
		if known {
			out.Known = true
			if err := removeParts(w, u.Upload, u.stored); err != nil {
				return err
			}
			return u.alsoDo(w, out)
		}
		if n, _, err := w.Depth(store.Inbox); err != nil {
			return err
		} else if n >= MaxWaiting {
			return ErrBusy
		}
		if err := u.put(w); err != nil {
			return err
		}
		body, err := json.Marshal(u.arrival)
		if err != nil {
			return err
		}
		if err := w.Put(store.Received, store.Row{
			Key: out.ID, Holder: u.holder, Body: body, Ints: map[string]int64{"at": u.now.UnixMilli()},
			Text: map[string]string{"state": stateWaiting, "source": u.Source, "digest": digest},
		}); err != nil {
			return err
		}
		if err := w.Enqueue(store.Inbox, out.ID, u.now); err != nil {
			return err
		}
		return u.alsoDo(w, out)
	})
	return out, err
}

func (u *upload) alsoDo(w store.Writer, r Receipt) error {
	for _, do := range u.also {
		if err := do(w, r); err != nil {
			return err
		}
	}
	return nil
}

// isKnown reports whether an input waits or was read. One of which something was held
// back until it was removed may come again, and so may one that does not open, or whose
// row does not: sending it again mends it.
func isKnown(r store.Reader, id string) (bool, error) {
	for _, c := range []store.Collection{store.Received, store.Files} {
		row, err := r.Get(c, id)
		var b fileBody
		switch {
		case err == nil && c.Name == store.Files.Name && json.Unmarshal(row.Body, &b) == nil && b.Lapsed:
		case err == nil, errors.Is(err, store.ErrErased):
			return true, nil
		case !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrCorrupt):
			return false, err
		}
	}
	return false, nil
}

func removeParts(w store.Writer, upload string, parts int) error {
	for n := range parts {
		if err := w.Delete(store.Received, partKey(upload, n)); err != nil {
			return err
		}
	}
	return nil
}

// abandoned is after how long the parts of an upload that was never finished are
// removed.
const abandoned = 24 * time.Hour

// sweep removes what uploads left that broke off, and destroys the keys of hours
// of which nothing waits any longer. due is the instant by which days are over.
func sweep(ctx context.Context, st store.Store, now, due time.Time) error {
	err := st.Update(ctx, func(w store.Writer) error {
		kept, err := sweepHeld(w, due)
		if err != nil {
			return err
		}
		var gone []string
		for row, err := range w.Find(store.Received, store.Query{Bare: true, Where: []store.Cond{
			{Column: "state", Op: store.Equal, Text: statePart}, {Column: "at", Op: store.Below, Int: due.Add(-abandoned).UnixMilli()},
		}}) {
			if err != nil {
				return err
			}
			if i := strings.LastIndexByte(row.Key, '-'); i < 0 || !kept[row.Key[:i]] {
				gone = append(gone, row.Key)
			}
		}
		waiting, _, err := w.Depth(store.Inbox)
		if err != nil {
			return err
		}
		if waiting == 0 { // otherwise they may be parts of what waits
			for _, key := range gone {
				if err := w.Delete(store.Received, key); err != nil {
					return err
				}
			}
		}
		var hours []string
		for row, err := range w.Find(store.Received, store.Query{Bare: true, Where: []store.Cond{{Column: "state", Op: store.Equal, Text: stateKey}}}) {
			if err != nil {
				return err
			}
			if !strings.HasPrefix(row.Key, hourHolder(now)) {
				hours = append(hours, row.Key)
			}
		}
		for _, holder := range hours {
			n, err := w.Count(store.Received, store.Query{Where: []store.Cond{{Column: "holder", Op: store.Equal, Text: holder}}})
			if err != nil {
				return err
			}
			if n > 0 {
				continue
			}
			if err := w.Delete(store.Received, holder); err != nil {
				return err
			}
			if err := w.Destroy(holder); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("sweep the inbox: %w", err)
	}
	return nil
}
