// SPDX-License-Identifier: Apache-2.0

package account

import (
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"daylight/store"
)

// One-time codes follow RFC 6238 with the parameters that every authenticator app
// knows: SHA-1, six digits, thirty seconds. One step either way is accepted for
// clocks that are off, and a step is used once.
const (
	step      = 30 * time.Second
	otpLen    = 20 // bytes of a secret: RFC 4226, section 4
	recoverN  = 10
	recoverAt = 10 // bytes of a recovery code
)

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewOTP returns a new secret for an authenticator app, in base32.
func (s *Service) NewOTP() (string, error) {
	b := make([]byte, otpLen)
	if _, err := io.ReadFull(s.random, b); err != nil {
		return "", fmt.Errorf("make a secret: %w", err)
	}
	return base32Plain.EncodeToString(b), nil
}

// OTPAddress is what an authenticator app reads out of a picture: the secret with
// the name that the app shows for it.
func OTPAddress(secret, login string) string {
	q := url.Values{"secret": {secret}, "issuer": {"Daylight"}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/Daylight:" + login, RawQuery: q.Encode()}
	return u.String()
}

// checkOTP checks a secret that a form brought back.
func checkOTP(secret string) error {
	if b, err := base32Plain.DecodeString(secret); err != nil || len(b) != otpLen {
		return fmt.Errorf("%w: the secret of the authenticator app was changed on its way", ErrInput)
	}
	return nil
}

// stepOf returns the step at which a code is right, near now.
func stepOf(secret, code string, now time.Time) (int64, bool) {
	code = strings.ReplaceAll(code, " ", "")
	found, at := 0, int64(0)
	for _, off := range []int64{0, -1, 1} {
		n := now.Unix()/int64(step/time.Second) + off
		want, err := totp.GenerateCodeCustom(secret, time.Unix(n*int64(step/time.Second), 0), totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, false
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found, at = 1, n
		}
	}
	return at, found == 1
}

// useCode accepts a one-time code that was not used before, or a recovery code,
// which is then gone. It fails with [ErrCode].
func (a *record) useCode(r store.Reader, code string, now time.Time) error {
	if a.OTP == "" {
		return ErrCode
	}
	if at, ok := stepOf(a.OTP, code, now); ok {
		// A code that was seen on its way is of no use: its step is behind.
		if at <= a.Step {
			return ErrCode
		}
		a.Step = at
		return nil
	}
	i := slices.Index(a.Recovery, r.Hash("recovery code", foldCode(code)))
	if i < 0 {
		return ErrCode
	}
	a.Recovery = slices.Delete(a.Recovery, i, i+1)
	return nil
}

// foldCode is the one spelling of a recovery code.
func foldCode(code string) string {
	return strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
}

// newRecovery gives an account new recovery codes in place of the old ones and
// returns them, to be shown once.
func (s *Service) newRecovery(r store.Reader, a *record) ([]string, error) {
	a.Recovery = nil
	var codes []string
	for range recoverN {
		b := make([]byte, recoverAt)
		if _, err := io.ReadFull(s.random, b); err != nil {
			return nil, fmt.Errorf("make recovery codes: %w", err)
		}
		code := base32Plain.EncodeToString(b)
		a.Recovery = append(a.Recovery, r.Hash("recovery code", code))
		codes = append(codes, code[:4]+"-"+code[4:8]+"-"+code[8:12]+"-"+code[12:])
	}
	return codes, nil
}

// setOTP takes a secret over once its first code was typed right, so that nobody is
// locked out by an app that was never set up.
func (a *record) setOTP(secret, code string, now time.Time) error {
	if err := checkOTP(secret); err != nil {
		return err
	}
	at, ok := stepOf(secret, code, now)
	if !ok {
		return errors.Join(ErrCode, fmt.Errorf("%w: the code is not the one that the authenticator app shows now", ErrInput))
	}
	a.OTP, a.Step = secret, at
	return nil
}
