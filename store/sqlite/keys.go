// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/chacha20poly1305"

	"daylight/store"
)

// KeySize is the length of the master key, in bytes.
const KeySize = chacha20poly1305.KeySize

// wrappedSize is the length of every wrapped key, in bytes. One that was destroyed
// is as many zeros: a row of the same length is overwritten where it lies.
const wrappedSize = chacha20poly1305.NonceSizeX + KeySize + chacha20poly1305.Overhead

// keyring holds what opens the store.
type keyring struct {
	random io.Reader
	wrap   cipher.AEAD // wraps keys of holders
	own    cipher.AEAD // the service's own key, of holder ""
	hash   []byte      // of Reader.Hash
	erased []byte      // of the ledger of erasures
	id     string      // of the store, random and no secret
	secret []byte
	epoch  int64 // how often the master key had been changed when the store was opened
}

// sameKey fails with [store.ErrKey] if another process changed the master key since
// the store was opened: what this one wrapped nobody could open.
func (t *tx) sameKey() error {
	if t.s.keys == nil { // the store is being opened
		return nil
	}
	var epoch int64
	if err := t.row("SELECT epoch FROM store").Scan(&epoch); err != nil {
		return t.fail("read the epoch of the master key", err)
	}
	if epoch != t.s.keys.epoch {
		return fmt.Errorf("%w: it was changed while the store was open; start again with the new one", store.ErrKey)
	}
	return nil
}

// unlock reads the secret of the store with the master key, or makes it in a new
// store.
func (s *Store) unlock(ctx context.Context, master []byte, random io.Reader) (*keyring, error) {
	wrap, err := wrapper(master)
	if err != nil {
		return nil, err
	}
	k := &keyring{random: random, wrap: wrap}
	// A store that has its secret is only read: another process may be writing to it.
	err = s.View(ctx, func(r store.Reader) error { return k.open(r.(*tx)) }) //nolint:forcetypeassert // View passes nothing else
	if errors.Is(err, sql.ErrNoRows) {
		err = s.update(ctx, func(t *tx) error {
			if err := k.open(t); !errors.Is(err, sql.ErrNoRows) {
				return err // another process made it meanwhile
			}
			return k.create(t)
		})
	}
	if err != nil {
		return nil, err
	}
	return k, k.derive()
}

// derive makes the other keys out of the secret.
func (k *keyring) derive() (err error) {
	if k.hash, err = hkdf.Key(sha256.New, k.secret, nil, "daylight hash", sha256.Size); err != nil {
		return fmt.Errorf("derive the key of hashes: %w", err)
	}
	if k.erased, err = hkdf.Key(sha256.New, k.secret, nil, "daylight erasures", sha256.Size); err != nil {
		return fmt.Errorf("derive the key of erasures: %w", err)
	}
	own, err := hkdf.Key(sha256.New, k.secret, nil, "daylight service", KeySize)
	if err != nil {
		return fmt.Errorf("derive the service's own key: %w", err)
	}
	if k.own, err = chacha20poly1305.NewX(own); err != nil {
		return fmt.Errorf("use the service's own key: %w", err)
	}
	return nil
}

// open reads the secret of the store. It fails with [sql.ErrNoRows] in a new one.
func (k *keyring) open(t *tx) error {
	var wrapped []byte
	err := t.row("SELECT id, secret, epoch FROM store").Scan(&k.id, &wrapped, &k.epoch)
	if errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err != nil {
		return t.fail("read the store's secret", err)
	}
	if k.secret, err = unseal(k.wrap, wrapped, secretFor(k.id)); err != nil {
		return store.ErrKey
	}
	return nil
}

// create gives a new store its name and its secret.
func (k *keyring) create(t *tx) error {
	id := make([]byte, 8)
	_, err := io.ReadFull(k.random, id)
	if err != nil {
		return fmt.Errorf("draw the name of the store: %w", err)
	}
	k.id = hex.EncodeToString(id)
	if k.secret, err = k.draw(); err != nil {
		return err
	}
	wrapped, err := k.seal(k.wrap, k.secret, secretFor(k.id))
	if err != nil {
		return err
	}
	if err := t.change("INSERT INTO store (id, secret, epoch, lease, deleted) VALUES (?, ?, 0, 0, 0)", k.id, wrapped); err != nil {
		return err
	}
	return k.begin(t)
}

// begin puts the sealed row that says that the audit log is empty, without which there is
// no store.
func (k *keyring) begin(t *tx) error {
	if err := k.derive(); err != nil {
		return err
	}
	t.s.keys = k
	return t.Put(store.Tree, store.Row{Key: store.HeadRow, Text: map[string]string{"kind": store.HeadRow}})
}

// wrapper is the cipher that wraps keys, of a key derived from the master key.
func wrapper(master []byte) (cipher.AEAD, error) {
	if len(master) != KeySize {
		return nil, fmt.Errorf("%w: it has %d bytes, not %d", store.ErrKey, len(master), KeySize)
	}
	key, err := hkdf.Key(sha256.New, master, nil, "daylight wrap", KeySize)
	if err != nil {
		return nil, fmt.Errorf("derive the wrapping key: %w", err)
	}
	return chacha20poly1305.NewX(key)
}

func (k *keyring) draw() ([]byte, error) {
	key := make([]byte, KeySize)
	if _, err := io.ReadFull(k.random, key); err != nil {
		return nil, fmt.Errorf("draw a key: %w", err)
	}
	return key, nil
}

// seal encrypts under a random nonce, which it puts before the result. bound is
// what the result must be read with.
func (k *keyring) seal(a cipher.AEAD, plain, bound []byte) ([]byte, error) {
	out := make([]byte, chacha20poly1305.NonceSizeX, chacha20poly1305.NonceSizeX+len(plain)+chacha20poly1305.Overhead)
	if _, err := io.ReadFull(k.random, out); err != nil {
		return nil, fmt.Errorf("draw a nonce: %w", err)
	}
	return a.Seal(out, out, plain, bound), nil
}

func unseal(a cipher.AEAD, sealed, bound []byte) ([]byte, error) {
	if len(sealed) < chacha20poly1305.NonceSizeX {
		return nil, store.ErrCorrupt
	}
	nonce, sealed := sealed[:chacha20poly1305.NonceSizeX], sealed[chacha20poly1305.NonceSizeX:]
	plain, err := a.Open(nil, nonce, sealed, bound)
	if err != nil {
		return nil, store.ErrCorrupt
	}
	return plain, nil
}

// secretFor and keyFor are what the store's secret and a holder's key are bound to.
func secretFor(id string) []byte  { return tuple("daylight secret 1", id) }
func keyFor(holder string) []byte { return tuple("daylight holder 1", holder) }

// tuple writes words so that no two lists of words give the same bytes.
func tuple(words ...string) []byte {
	n := 0
	for _, w := range words {
		n += len(w) + 4
	}
	out := make([]byte, 0, n)
	for _, w := range words {
		out = binary.BigEndian.AppendUint32(out, uint32(len(w))) //nolint:gosec // no word has 4 GB
		out = append(out, w...)
	}
	return out
}

// hashLength is the length of keyed hashes, in hex digits.
const hashLength = 32

func (k *keyring) sum(key []byte, words ...string) string {
	m := hmac.New(sha256.New, key)
	_, _ = m.Write(tuple(words...))
	return hex.EncodeToString(m.Sum(nil)[:hashLength/2])
}

// destroyed reports whether a wrapped key is one that was overwritten.
func destroyed(wrapped []byte) bool {
	for _, b := range wrapped {
		if b != 0 {
			return false
		}
	}
	return len(wrapped) == wrappedSize
}

// cipherOf unwraps the key of a holder.
func (k *keyring) cipherOf(holder string, wrapped []byte) (cipher.AEAD, error) {
	if destroyed(wrapped) {
		return nil, store.ErrErased
	}
	key, err := unseal(k.wrap, wrapped, keyFor(holder))
	if err != nil {
		return nil, err
	}
	defer clear(key)
	return chacha20poly1305.NewX(key)
}
