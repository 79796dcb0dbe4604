// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"daylight/store"
)

// ledgerSuffix follows the path of the store in the name of its ledger.
const ledgerSuffix = ".erased"

var errLedger = errors.New("not the ledger of this store")

// ledger is a file that lists the erasures of a store, appended to and never
// rewritten: keyed hashes of holders, one a line. With it, a store that was put
// back to an older state forgets again whom it had forgotten.
//
// A line says that an erasure begins before it is committed, so that none can be
// missing, and a second one how it ended.
type ledger struct {
	path  string
	store string // id of the store, the first line
}

// The words that lines begin with. The last three are followed by a hash; of
// several lines with the same hash the last one holds.
const (
	ledgerStore   = "store "
	ledgerErasing = "erasing "
	ledgerErased  = "erased "
	ledgerKept    = "kept "
)

// header is the first line.
func (l *ledger) header() string { return ledgerStore + l.store + "\n" }

// append writes lines and waits until they are on disk.
func (l *ledger) append(word string, hashes []string) error {
	f, err := os.OpenFile(l.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return unwritable(err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if info.Size() < int64(len(l.header())) { // new, or a power cut tore its first line
		if err := f.Truncate(0); err != nil {
			return unwritable(err)
		}
		out.WriteString(l.header())
	} else {
		last := make([]byte, 1)
		if _, err := f.ReadAt(last, info.Size()-1); err != nil {
			return err
		}
		if last[0] != '\n' { // a line that a power cut tore
			out.WriteByte('\n')
		}
	}
	for _, h := range hashes {
		out.WriteString(word + h + "\n")
	}
	if _, err := f.Write(out.Bytes()); err != nil {
		return unwritable(err)
	}
	if err := f.Sync(); err != nil {
		return unwritable(err)
	}
	return f.Close()
}

// read returns the word that holds for each hash. A file that is not there lists
// nobody.
func (l *ledger) read() (map[string]string, error) {
	data, err := os.ReadFile(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	switch text := string(data); {
	case strings.HasPrefix(text, l.header()), strings.HasPrefix(l.header(), text): // the second is torn
	case strings.HasPrefix(text, ledgerStore):
		return nil, fmt.Errorf("%s: %w: it is of another store", l.path, errLedger)
	default:
		return nil, fmt.Errorf("%s: %w", l.path, errLedger)
	}
	words := map[string]string{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		for _, word := range []string{ledgerErasing, ledgerErased, ledgerKept} {
			if h, ok := strings.CutPrefix(line, word); ok && len(h) == hashLength {
				words[h] = word
			}
		}
	}
	return words, nil
}

func (k *keyring) erasure(holder string) string { return k.sum(k.erased, holder) }

// note writes how an erasure stands. Only the ledger beside the store must succeed:
// the others are brought up to date when the store is opened.
func (s *Store) note(ctx context.Context, word string, holders []string) error {
	if len(holders) == 0 {
		return nil
	}
	hashes := make([]string, len(holders))
	for i, h := range holders {
		hashes[i] = s.keys.erasure(h)
	}
	for i, l := range s.ledgers {
		if err := l.append(word, hashes); err != nil {
			err = fmt.Errorf("write the ledger of erasures: %w", err)
			if i == 0 {
				return err
			}
			s.log.WarnContext(ctx, "a further ledger of erasures was not written", slog.Any("error", err))
		}
	}
	return nil
}

// holder is one that the store knows.
type holder struct {
	name string
	gone bool // its key was destroyed
}

// holders returns every holder, by the hash that stands for it in the ledger.
func (t *tx) holders() (map[string]holder, error) {
	rows, err := t.rows("SELECT holder, wrapped FROM holders")
	if err != nil {
		return nil, t.fail("list holders", err)
	}
	defer rows.close()
	all := map[string]holder{}
	for rows.Next() {
		var name string
		var wrapped []byte
		if err := rows.Scan(&name, &wrapped); err != nil {
			return nil, t.fail("list holders", err)
		}
		all[t.s.keys.erasure(name)] = holder{name, destroyed(wrapped)}
	}
	if err := rows.Err(); err != nil {
		return nil, t.fail("list holders", err)
	}
	return all, nil
}

// reconcile erases whom a ledger lists and the store knows: the file was put back
// to an older state. It then completes the ledgers with what a crash or a missing
// disk kept from being written. An erasure that began and was never committed is
// taken back, unless unfinished ones shall count too, as in a restore: then every
// ledger must be readable. It returns how many keys it destroyed.
//
// Where the ledgers and the store agree, nothing is written: another process may be
// writing to the store. Where they do not, that process may be erasing at this moment,
// so that they are read again when it has ended.
func (s *Store) reconcile(ctx context.Context, unfinished bool) (int, error) {
	lists, err := s.lists(ctx, unfinished)
	if err != nil {
		return 0, err
	}
	settled := false
	if err := s.View(ctx, func(r store.Reader) error {
		all, err := r.(*tx).holders() //nolint:forcetypeassert // View passes nothing else
		settled = err == nil && agree(lists, all)
		return err
	}); err != nil || settled {
		return 0, err
	}
	erased := 0
	err = s.update(ctx, func(t *tx) error {
		lists, err := s.lists(ctx, unfinished)
		if err != nil {
			return err
		}
		all, err := t.holders()
		if err != nil {
			return err
		}
		if erased, err = t.destroyListed(lists, all, unfinished); err != nil {
			return err
		}
		return s.complete(ctx, lists, all)
	})
	if err != nil {
		return 0, err
	}
	return erased, nil
}

// lists reads what each ledger says of whom.
func (s *Store) lists(ctx context.Context, all bool) ([]map[string]string, error) {
	var lists []map[string]string
	for i, l := range s.ledgers {
		words, err := l.read()
		if err != nil && (i == 0 || all || errors.Is(err, errLedger)) {
			return nil, fmt.Errorf("read the ledger of erasures: %w", err)
		}
		if err != nil {
			s.log.WarnContext(ctx, "a further ledger of erasures was not read", slog.Any("error", err))
		}
		lists = append(lists, words)
	}
	return lists, nil
}

// agree reports whether every ledger says of each holder what the store does.
func agree(lists []map[string]string, all map[string]holder) bool {
	for _, words := range lists {
		for h, known := range all {
			if word := words[h]; known.gone != (word == ledgerErased) || word == ledgerErasing {
				return false
			}
		}
	}
	return true
}

// destroyListed destroys the keys of those whom a ledger lists, and says so in all.
func (t *tx) destroyListed(lists []map[string]string, all map[string]holder, unfinished bool) (n int, err error) {
	for _, words := range lists {
		for h, word := range words {
			known, ok := all[h]
			if !ok || known.gone || word == ledgerKept || word == ledgerErasing && !unfinished {
				continue
			}
			if err := t.Destroy(known.name); err != nil {
				return 0, err
			}
			all[h] = holder{known.name, true}
			n++
		}
	}
	t.destroyed = nil // the ledgers have them, or get them by complete
	return n, nil
}

// complete writes into each ledger what it lacks. No erasure runs meanwhile: it is
// called within an update. If that fails to be committed, who is listed by then is
// erased when the store is opened again.
func (s *Store) complete(ctx context.Context, lists []map[string]string, all map[string]holder) error {
	for i, l := range s.ledgers {
		missing := map[string][]string{}
		for h, known := range all {
			switch word := lists[i][h]; {
			case known.gone && word != ledgerErased:
				missing[ledgerErased] = append(missing[ledgerErased], h)
			case !known.gone && word == ledgerErasing:
				missing[ledgerKept] = append(missing[ledgerKept], h)
			}
		}
		for word, hashes := range missing {
			err := l.append(word, hashes)
			if err != nil && i == 0 {
				return fmt.Errorf("write the ledger of erasures: %w", err)
			}
			if err != nil {
				s.log.WarnContext(ctx, "a further ledger of erasures was not written", slog.Any("error", err))
			}
		}
	}
	return nil
}
