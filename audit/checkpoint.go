// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"daylight/store"
)

// keySetting is the row of [store.Settings] that holds the signing key.
const keySetting = "audit-key"

// maxNote bounds a signed note, in bytes.
const maxNote = 1 << 20

// ErrCheckpoint is what is wrong with a checkpoint that does not open: it is
// damaged, or another key signed it.
var ErrCheckpoint = errors.New("not a checkpoint of this log")

// Checkpoint is a signed statement of what the log was at an instant.
type Checkpoint struct {
	Head
	At time.Time // UTC, by the service's clock
	// Note is the signed text, in the form of golang.org/x/mod/sumdb/note and
	// https://c2sp.org/tlog-checkpoint.
	Note []byte
}

// keys are the signing key and the verifier key as package note writes them.
type keys struct {
	Private string `json:"private"`
	Public  string `json:"public"`
}

func readKeys(r store.Reader) (keys, error) {
	row, err := r.Get(store.Settings, keySetting)
	if err != nil {
		return keys{}, fmt.Errorf("read the key of the audit log: %w", err)
	}
	var k keys
	if err := json.Unmarshal(row.Body, &k); err != nil {
		return keys{}, fmt.Errorf("read the key of the audit log: %w", err)
	}
	return k, nil
}

// ensureKeys returns the keys, made on first use.
func ensureKeys(w store.Writer, random io.Reader) (keys, error) {
	k, err := readKeys(w)
	if !errors.Is(err, store.ErrNotFound) {
		return k, err
	}
	// The keyed hash is one store's own, so that two services have two names.
	name := "daylight.audit/" + w.Hash("audit", "name")[:8]
	k.Private, k.Public, err = note.GenerateKey(random, name)
	if err != nil {
		return keys{}, fmt.Errorf("make the key of the audit log: %w", err)
	}
	body, err := json.Marshal(k) // the row is sealed by the store
	if err != nil {
		return keys{}, fmt.Errorf("keep the key of the audit log: %w", err)
	}
	if err := w.Put(store.Settings, store.Row{Key: keySetting, Body: body}); err != nil {
		return keys{}, fmt.Errorf("keep the key of the audit log: %w", err)
	}
	return k, nil
}

// PublicKey is the verifier key of this store's log, to be kept elsewhere. It is
// not there before the first checkpoint ([store.ErrNotFound]).
func PublicKey(r store.Reader) (string, error) {
	k, err := readKeys(r)
	return k.Public, err
}

// Sign signs a text with the key of the log, so that what the service hands out
// can be told from what others make. The key must be there: see [Seal].
func Sign(r store.Reader, text string) ([]byte, error) {
	k, err := readKeys(r)
	if err != nil {
		return nil, err
	}
	return k.sign(text)
}

func (k keys) sign(text string) ([]byte, error) {
	signer, err := note.NewSigner(k.Private)
	if err != nil {
		return nil, fmt.Errorf("read the key of the audit log: %w", err)
	}
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return signed, nil
}

// OpenNote returns the text of a note that the key signed.
func OpenNote(signed []byte, key string) (string, error) {
	v, err := note.NewVerifier(key)
	if err != nil {
		return "", fmt.Errorf("read the verifier key: %w", err)
	}
	if len(signed) > maxNote {
		return "", fmt.Errorf("open a signed note: longer than %d bytes", maxNote)
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return "", fmt.Errorf("open a signed note: %w", err)
	}
	return n.Text, nil
}

// Due reports whether it is time for a checkpoint: the log has grown, and by at
// least after entries, or the last checkpoint is older than every.
func Due(r store.Reader, now time.Time, every time.Duration, after int64) (bool, error) {
	size, err := r.Length(store.Audit)
	if err != nil {
		return false, fmt.Errorf("count the audit log: %w", err)
	}
	last, at, err := lastCheckpoint(r)
	if err != nil {
		return false, err
	}
	grown := size - last
	return grown > 0 && (grown >= after || now.Sub(at) >= every), nil
}

// How often [Keep] is meant to sign: what an entry's loss can cost is an hour, or
// a thousand entries.
const (
	Every = time.Hour
	After = 1000
)

// Keep signs a checkpoint where one is [Due]. The service calls it every minute or
// so; it writes nothing where nothing is due.
func Keep(ctx context.Context, s store.Store, random io.Reader, now time.Time) (sealed bool, err error) {
	return keep(ctx, s, random, now, Every, After)
}

func keep(ctx context.Context, s store.Store, random io.Reader, now time.Time, every time.Duration, after int64) (sealed bool, err error) {
	err = s.View(ctx, func(r store.Reader) (err error) {
		sealed, err = Due(r, now, every, after)
		return err
	})
	if err != nil || !sealed {
		return false, err
	}
	err = s.Update(ctx, func(w store.Writer) error {
		_, err := Seal(w, random, now)
		return err
	})
	return err == nil, err
}

// lastCheckpoint is the size that the newest checkpoint that opens covers and when it was
// made; zeros where there is none.
func lastCheckpoint(r store.Reader) (int64, time.Time, error) {
	q := store.Query{
		Where: []store.Cond{{Column: "kind", Op: store.Equal, Text: kindCheckpoint}},
		By:    "number", Desc: true,
	}
	for row, err := range r.Find(store.Tree, q) {
		if errors.Is(err, store.ErrCorrupt) {
			continue // the log is signed again from the one before
		}
		if err != nil {
			return 0, time.Time{}, fmt.Errorf("read the last checkpoint: %w", err)
		}
		c, err := parseCheckpoint(row.Body)
		if err != nil {
			return 0, time.Time{}, err
		}
		return c.Size, c.At, nil
	}
	return 0, time.Time{}, nil
}

// Seal signs what the log is now and keeps the checkpoint, unless the last one
// says the same. It signs no log that is not [Intact]. random is read once in the life of a store, for its key.
func Seal(w store.Writer, random io.Reader, now time.Time) (Checkpoint, error) {
	k, err := ensureKeys(w, random)
	if err != nil {
		return Checkpoint{}, err
	}
	head, err := intact(w)
	if err != nil {
		return Checkpoint{}, err
	}
	if row, err := w.Get(store.Tree, checkpointKey(head.Size)); err == nil {
		if c, err := OpenCheckpoint(row.Body, k.Public); err == nil && c.Head == head {
			return c, nil
		}
	}
	name, _, _ := strings.Cut(k.Public, "+")
	c := Checkpoint{Head: head, At: now.UTC().Truncate(time.Millisecond)}
	text := fmt.Sprintf("%s\n%d\n%s\nat %s\n", name, c.Size, c.Root, c.At.Format(instant))
	if c.Note, err = k.sign(text); err != nil {
		return Checkpoint{}, err
	}
	row := store.Row{
		Key:  checkpointKey(c.Size),
		Text: map[string]string{"kind": kindCheckpoint},
		Ints: map[string]int64{"number": c.Size},
		Body: c.Note,
	}
	if err := w.Put(store.Tree, row); err != nil {
		return Checkpoint{}, fmt.Errorf("keep a checkpoint: %w", err)
	}
	return c, nil
}

func checkpointKey(size int64) string { return fmt.Sprintf("c%016x", size) }

// Checkpoints yields the signed notes that the store keeps, oldest first.
func Checkpoints(r store.Reader) iter.Seq2[[]byte, error] {
	q := store.Query{
		Where: []store.Cond{{Column: "kind", Op: store.Equal, Text: kindCheckpoint}}, By: "number",
	}
	return func(yield func([]byte, error) bool) {
		for row, err := range r.Find(store.Tree, q) {
			if err != nil {
				err = fmt.Errorf("read the checkpoints: %w", err)
			}
			if !yield(row.Body, err) {
				return
			}
		}
	}
}

// OpenCheckpoint reads a checkpoint and checks its signature. It fails with
// [ErrCheckpoint].
func OpenCheckpoint(signed []byte, key string) (Checkpoint, error) {
	if _, err := OpenNote(signed, key); err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	c, err := parseCheckpoint(signed)
	if err != nil {
		return Checkpoint{}, err
	}
	// The first line names the log: a key that signs other texts too cannot be made
	// to stand for a checkpoint.
	name, _, _ := strings.Cut(key, "+")
	if !bytes.HasPrefix(signed, []byte(name+"\n")) {
		return Checkpoint{}, fmt.Errorf("%w: it names another log", ErrCheckpoint)
	}
	return c, nil
}

// parseCheckpoint reads a checkpoint and not its signature.
func parseCheckpoint(signed []byte) (Checkpoint, error) {
	if len(signed) > maxNote {
		return Checkpoint{}, fmt.Errorf("%w: longer than %d bytes", ErrCheckpoint, maxNote)
	}
	lines := strings.SplitN(string(signed), "\n", 5)
	if len(lines) < 5 {
		return Checkpoint{}, fmt.Errorf("%w: lines are missing", ErrCheckpoint)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("%w: no size", ErrCheckpoint)
	}
	hash, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: no root", ErrCheckpoint)
	}
	at, err := time.Parse("at "+instant, lines[3])
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: no time", ErrCheckpoint)
	}
	return Checkpoint{Head: Head{Size: size, Root: hash}, At: at, Note: bytes.Clone(signed)}, nil
}

// signature is how package note begins a line of signature.
const signature = "— "

// ReadCheckpoints splits a file of signed notes, written one after the other. It
// checks no signature.
func ReadCheckpoints(r io.Reader) ([][]byte, error) {
	var (
		notes  [][]byte
		note   bytes.Buffer
		signed bool // the lines of signature have begun
	)
	end := func() {
		if note.Len() > 0 {
			notes = append(notes, bytes.Clone(note.Bytes()))
		}
		note.Reset()
		signed = false
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxNote)
	for lines.Scan() {
		// A file that went through another system may end its lines in its way.
		line := bytes.TrimRight(lines.Bytes(), "\r")
		isSignature := bytes.HasPrefix(line, []byte(signature))
		if signed && !isSignature {
			end()
		}
		signed = signed || isSignature
		// Blank lines between notes are no part of them.
		if note.Len() == 0 && len(line) == 0 {
			continue
		}
		note.Write(line)
		note.WriteByte('\n')
		if note.Len() > maxNote {
			return nil, fmt.Errorf("%w: longer than %d bytes", ErrCheckpoint, maxNote)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read checkpoints: %w", err)
	}
	end()
	return notes, nil
}
