// SPDX-License-Identifier: Apache-2.0

package checkin

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"math"
)

// Limits of a still as it comes.
const (
	MaxStillBytes = 256 << 10
	maxStillSide  = 960 // pixels
	minStillSide  = 16
	stillQuality  = 80
)

// ErrStill is a still that is not taken.
var ErrStill = errors.New("not a still of the check-in page")

// ReadStill measures a still and returns it as it is kept: drawn anew, so that
// nothing that was put into the file besides the picture stays. It fails with
// [ErrStill] unless it is a JPEG of ordinary size; the size is read before anything
// is unpacked.
func ReadStill(body []byte) (kept []byte, seen Light, err error) {
	if len(body) > MaxStillBytes {
		return nil, Light{}, fmt.Errorf("%w: too many bytes", ErrStill)
	}
	size, err := jpeg.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return nil, Light{}, fmt.Errorf("%w: no JPEG", ErrStill)
	}
	if size.Width < minStillSide || size.Height < minStillSide || size.Width > maxStillSide || size.Height > maxStillSide {
		return nil, Light{}, fmt.Errorf("%w: %d by %d pixels", ErrStill, size.Width, size.Height)
	}
	img, err := jpeg.Decode(bytes.NewReader(body))
	if err != nil {
		return nil, Light{}, fmt.Errorf("%w: no whole JPEG", ErrStill)
	}
	if b := img.Bounds(); b.Dx() != size.Width || b.Dy() != size.Height {
		return nil, Light{}, fmt.Errorf("%w: two sizes", ErrStill)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: stillQuality}); err != nil {
		return nil, Light{}, fmt.Errorf("keep a still: %w", err)
	}
	return out.Bytes(), LightOf(img), nil
}

// The bounds of nearly white and nearly black, of 255. The page has the same.
const (
	nearWhite = 250
	nearBlack = 8
)

// LightOf measures a picture.
func LightOf(img image.Image) Light {
	var l Light
	b := img.Bounds()
	n := float64(b.Dx() * b.Dy())
	if n == 0 {
		return l
	}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r16, g16, b16, _ := img.At(x, y).RGBA()
			r, g, b := r16>>8, g16>>8, b16>>8
			l.Red += linear[r]
			l.Green += linear[g]
			l.Blue += linear[b]
			switch least, most := min(r, g, b), max(r, g, b); {
			case least >= nearWhite:
				l.White++
			case most <= nearBlack:
				l.Black++
			}
		}
	}
	l.Red, l.Green, l.Blue, l.White, l.Black = l.Red/n, l.Green/n, l.Blue/n, l.White/n, l.Black/n
	l.Mean = 0.2126*l.Red + 0.7152*l.Green + 0.0722*l.Blue
	return l
}

// linear is the light of a value of sRGB (IEC 61966-2-1).
var linear = func() (t [256]float64) {
	for i := range t {
		v := float64(i) / 255
		if v <= 0.04045 {
			t[i] = v / 12.92
		} else {
			t[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return t
}()
