// SPDX-License-Identifier: Apache-2.0

package document

import (
	"image"
	"math"
	"math/bits"
	"slices"
)

const (
	hashSide = 32 // the picture is reduced to this before the transform
	lowSide  = 8  // frequencies that are kept each way
	// MinDetail is the detail from which a picture may be compared. Blank
	// pictures, icons, initials and drawn default avatars stay below.
	MinDetail = 30
	// AlikeDistance is the Hamming distance up to which two pictures are taken to
	// be the same one, rescaled or encoded again.
	AlikeDistance = 8
)

// PerceptualHash returns the 64-bit DCT hash of a picture and its detail, 0-100.
// The picture is reduced to 32x32 grey values; the 64 lowest frequencies, without
// the mean, are compared with their median (Zauner, "Implementation and
// benchmarking of perceptual image hash functions", 2010). Detail is how many
// grey levels and small differences the picture has: flat and drawn pictures
// have few.
func PerceptualHash(m image.Image) (hash uint64, detail int) {
	grey := reduce(m)
	var low [lowSide * lowSide]float64
	dct(&grey, &low)
	low[0] = 0 // the mean says how bright, not what
	sorted := low
	slices.Sort(sorted[:])
	median := (sorted[31] + sorted[32]) / 2
	for i, v := range low {
		if v > median {
			hash |= 1 << i
		}
	}
	return hash, detailOf(&grey)
}

// Distance is the number of bits in which two perceptual hashes differ, 0-64.
func Distance(a, b uint64) int { return bits.OnesCount64(a ^ b) }

// reduce averages the picture into cells of grey. Large pictures are sampled, at
// most 16 points a cell each way.
func reduce(m image.Image) (grey [hashSide * hashSide]float64) {
	b := m.Bounds()
	if b.Dx() < 8 || b.Dy() < 8 {
		return grey // detail 0
	}
	for y := range hashSide {
		y0, y1 := b.Min.Y+y*b.Dy()/hashSide, b.Min.Y+max(y*b.Dy()/hashSide+1, (y+1)*b.Dy()/hashSide)
		for x := range hashSide {
			x0, x1 := b.Min.X+x*b.Dx()/hashSide, b.Min.X+max(x*b.Dx()/hashSide+1, (x+1)*b.Dx()/hashSide)
			var sum float64
			n := 0
			for py := y0; py < y1; py += max(1, (y1-y0)/16) {
				for px := x0; px < x1; px += max(1, (x1-x0)/16) {
					sum += luma(m, px, py)
					n++
				}
			}
			grey[y*hashSide+x] = sum / float64(n)
		}
	}
	return grey
}

// luma returns the grey value, 0-255, over white where the picture is
// transparent.
func luma(m image.Image, x, y int) float64 {
	r, g, b, a := m.At(x, y).RGBA()
	white := float64(0xffff - a)
	return (0.299*float64(r) + 0.587*float64(g) + 0.114*float64(b) + white) / 257
}

// cosines[u][x] is the DCT-II basis.
var cosines = func() (c [lowSide][hashSide]float64) {
	for u := range lowSide {
		for x := range hashSide {
			c[u][x] = math.Cos(float64(2*x+1) * float64(u) * math.Pi / (2 * hashSide))
		}
	}
	return c
}()

func dct(grey *[hashSide * hashSide]float64, low *[lowSide * lowSide]float64) {
	var rows [hashSide][lowSide]float64
	for y := range hashSide {
		for u := range lowSide {
			for x := range hashSide {
				rows[y][u] += grey[y*hashSide+x] * cosines[u][x]
			}
		}
	}
	for v := range lowSide {
		for u := range lowSide {
			for y := range hashSide {
				low[v*lowSide+u] += rows[y][u] * cosines[v][y]
			}
		}
	}
}

// detailOf is the share of neighbouring cells that differ by more than noise, in
// proportion to the number of distinct grey levels: a photograph has a hundred
// levels and changes nearly everywhere; an icon has few and changes at edges.
func detailOf(grey *[hashSide * hashSide]float64) int {
	var levels [128]bool
	changes, n := 0, 0
	for y := range hashSide {
		for x := range hashSide {
			v := grey[y*hashSide+x]
			levels[min(int(v/2), 127)] = true
			if x > 0 {
				n++
				if math.Abs(v-grey[y*hashSide+x-1]) >= 1 {
					changes++
				}
			}
			if y > 0 {
				n++
				if math.Abs(v-grey[(y-1)*hashSide+x]) >= 1 {
					changes++
				}
			}
		}
	}
	distinct := 0
	for _, l := range levels {
		if l {
			distinct++
		}
	}
	return int(100 * float64(changes) / float64(n) * min(1, float64(distinct)/64))
}
