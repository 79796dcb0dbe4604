// SPDX-License-Identifier: Apache-2.0

package vantage

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"daylight/checkin"
)

// KeySize is the length of a [Key] in bytes.
const KeySize = 32

// Key is what the console and its vantage points share. Whoever has it can make up
// measurements.
type Key [KeySize]byte

// ParseKey reads a key of 64 hexadecimal digits. Its error does not hold them.
func ParseKey(text string) (Key, error) {
	var k Key
	raw, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != KeySize {
		return k, fmt.Errorf("the key of vantage points is not %d hex digits", 2*KeySize)
	}
	copy(k[:], raw)
	return k, nil
}

// ErrSeal is a ticket or a result that the key did not make, that is of another point,
// or whose time is over.
var ErrSeal = errors.New("not sealed with the key, or not good here")

// Ticket lets a browser be measured at one vantage point.
type Ticket struct {
	// Visit names the check-in, see [checkin.CheckIn.Pseudonym].
	Visit string `json:"visit"`
	Point string `json:"point"` // name of the vantage point
	// Until is when the check-in is over, Unix milliseconds.
	Until int64 `json:"until"`
}

// Result is what a vantage point measured. It is carried by the browser, which can
// withhold it and cannot change it.
type Result struct {
	Visit string       `json:"visit"`
	Point string       `json:"point"`
	Path  checkin.Path `json:"path"`
	// From is the address that the vantage point saw, invalid behind a proxy.
	From netip.Addr `json:"from,omitzero"`
}

// The kinds of what is sealed, so that one cannot be taken for the other.
const (
	ticketKind = "daylight vantage ticket 1\n"
	resultKind = "daylight vantage result 1\n"
)

// MaxSealed is how long a ticket or a result may be, in bytes.
const MaxSealed = 1024

// SealTicket writes a ticket as an address can hold it.
func (k Key) SealTicket(t Ticket) (string, error) { return k.seal(ticketKind, t) }

// OpenTicket reads a ticket for the vantage point of a name. It fails with [ErrSeal].
func (k Key) OpenTicket(text, point string, now time.Time) (Ticket, error) {
	var t Ticket
	if err := k.open(ticketKind, text, &t); err != nil {
		return Ticket{}, err
	}
	if t.Point != point || !now.Before(time.UnixMilli(t.Until)) {
		return Ticket{}, ErrSeal
	}
	return t, nil
}

// SealResult writes a result as a browser carries it.
func (k Key) SealResult(r Result) (string, error) { return k.seal(resultKind, r) }

// OpenResult reads what a vantage point measured for a check-in. It fails with
// [ErrSeal].
func (k Key) OpenResult(text, visit string) (Result, error) {
	var r Result
	if err := k.open(resultKind, text, &r); err != nil {
		return Result{}, err
	}
	if r.Visit != visit {
		return Result{}, ErrSeal
	}
	return r, nil
}

func (k Key) seal(kind string, v any) (string, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("seal for a vantage point: %w", err)
	}
	enc := base64.RawURLEncoding
	return enc.EncodeToString(body) + "." + enc.EncodeToString(k.mac(kind, body)), nil
}

func (k Key) open(kind, text string, into any) error {
	head, tail, ok := strings.Cut(text, ".")
	if !ok || len(text) > MaxSealed {
		return ErrSeal
	}
	body, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil {
		return ErrSeal
	}
	mac, err := base64.RawURLEncoding.DecodeString(tail)
	if err != nil || !hmac.Equal(mac, k.mac(kind, body)) {
		return ErrSeal
	}
	if err := json.Unmarshal(body, into); err != nil {
		return ErrSeal
	}
	return nil
}

func (k Key) mac(kind string, body []byte) []byte {
	h := hmac.New(sha256.New, k[:])
	_, _ = h.Write([]byte(kind)) // never fails
	_, _ = h.Write(body)
	return h.Sum(nil)
}
