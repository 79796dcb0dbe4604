// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"

	"daylight/account"
)

// otpView is a secret for an authenticator app, to read by its camera or to type.
type otpView struct {
	Secret string
	Spaced string // in groups of four
	Path   string // of the QR code, as SVG
	Size   int    // of the QR code, in squares
}

// newOTP returns a new secret.
func (s *Server) newOTP(login string) (otpView, error) {
	secret, err := s.accounts.NewOTP()
	if err != nil {
		return otpView{}, err
	}
	return sameOTP(secret, login)
}

// sameOTP shows a secret that a form brought back.
func sameOTP(secret, login string) (otpView, error) {
	v := otpView{Secret: secret}
	for i := 0; i < len(secret); i += 4 {
		v.Spaced += " " + secret[i:min(i+4, len(secret))]
	}
	v.Spaced = strings.TrimSpace(v.Spaced)
	if login == "" {
		login = "console"
	}
	code, err := qr.Encode(account.OTPAddress(secret, login), qr.M, qr.Auto)
	if err != nil {
		return v, fmt.Errorf("%w: draw the secret of an authenticator app: %w", errBadRequest, err)
	}
	// The standard asks for a margin of four squares.
	const margin = 4
	v.Size = code.Bounds().Dx() + 2*margin
	var path strings.Builder
	for y := range code.Bounds().Dy() {
		for x := range code.Bounds().Dx() {
			if code.At(x, y) == color.Black {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+margin, y+margin)
			}
		}
	}
	v.Path = path.String()
	return v, nil
}
