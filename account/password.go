// SPDX-License-Identifier: Apache-2.0

package account

import (
	"context"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Cost is what hashing a password with Argon2id takes.
type Cost struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// DefaultCost is the second recommended option of RFC 9106, section 4: 64 MiB, three
// passes, four lanes.
var DefaultCost = Cost{Memory: 64 << 10, Passes: 3, Threads: 4}

// Limits of passwords. A length of twelve with a list of common ones follows NIST SP
// 800-63B-4, section 3.1.1, which asks for no mixture of characters. Longer than 256
// bytes is nothing anybody types, and hashing it would be work for free.
const (
	shortest = 12
	longest  = 256
	hashers  = 2 // passwords hashed at a time: 128 MiB
	saltLen  = 16
	hashLen  = 32
)

// common are passwords that attackers try first, in lower case: the forms of twelve
// characters and more that lists of breached passwords begin with.
//
//go:embed common.txt
var commonSource string

// checkPassword says why a password cannot be accepted.
func checkPassword(password, login, name string) error {
	password = norm.NFKC.String(password)
	folded := strings.ToLower(password)
	switch {
	case utf8.RuneCountInString(password) < shortest:
		return fmt.Errorf("%w: a password needs at least %d characters", ErrInput, shortest)
	case len(password) > longest:
		return fmt.Errorf("%w: a password may have at most %d bytes", ErrInput, longest)
	case distinct(folded) < 5:
		return fmt.Errorf("%w: this password repeats a few characters", ErrInput)
	case login != "" && strings.Contains(folded, fold(login)) || name != "" && strings.Contains(folded, fold(name)):
		return fmt.Errorf("%w: this password holds your name", ErrInput)
	}
	for line := range strings.Lines(commonSource) {
		if strings.TrimSpace(line) == folded {
			return fmt.Errorf("%w: this password is one of those that attackers try first", ErrInput)
		}
	}
	return nil
}

// distinct counts different characters.
func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// hash returns the hash of a password in the usual form, "$argon2id$v=19$m=65536,t=3,p=4$salt$hash".
func (s *Service) hash(password string) (string, error) {
	salt := make([]byte, saltLen)
	if _, err := io.ReadFull(s.random, salt); err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	sum := argon2.IDKey([]byte(norm.NFKC.String(password)), salt, s.cost.Passes, s.cost.Memory, s.cost.Threads, hashLen)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, s.cost.Memory, s.cost.Passes, s.cost.Threads, enc.EncodeToString(salt), enc.EncodeToString(sum)), nil
}

// hashed is hash, waiting for one of the few places at which passwords are hashed.
func (s *Service) hashed(ctx context.Context, password string) (string, error) {
	if err := s.turn(ctx); err != nil {
		return "", err
	}
	defer func() { <-s.hashing }()
	return s.hash(password)
}

func (s *Service) turn(ctx context.Context) error {
	select {
	case s.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for a turn: %w", ctx.Err())
	}
}

// verify reports whether a password has the hash.
func (s *Service) verify(ctx context.Context, hash, password string) (bool, error) {
	var version int
	var cost Cost
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("read a password's hash: unknown form")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &cost.Memory, &cost.Passes, &cost.Threads); err != nil || version != argon2.Version {
		return false, fmt.Errorf("read a password's hash: unknown parameters")
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("read a password's hash: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) != hashLen {
		return false, fmt.Errorf("read a password's hash: unknown length")
	}
	if len(password) > longest {
		password = "" // no account has it, and the work is the same
	}
	if err := s.turn(ctx); err != nil {
		return false, err
	}
	defer func() { <-s.hashing }()
	got := argon2.IDKey([]byte(norm.NFKC.String(password)), salt, cost.Passes, cost.Memory, cost.Threads, hashLen)
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}
