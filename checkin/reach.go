// SPDX-License-Identifier: Apache-2.0

package checkin

import (
	"math"
	"slices"
)

// Disc is where a browser can be by one measurement: so many kilometres around a
// point, degrees.
type Disc struct{ Lat, Lon, KM float64 }

const (
	earthKM = 6371.0088 // mean radius (IUGG)
	// widened is how much farther than on a sphere a place can be on the Earth, which
	// is flattened: distances on the sphere err by 0.6 % at most.
	widened = 1.006
	// touching is how far apart, in cosines, discs still touch.
	touching = 1e-9
	// sameAxis is the square of the angle below which two discs have one middle.
	sameAxis = 1e-18
)

type vector [3]float64

func (a vector) dot(b vector) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func (a vector) cross(b vector) vector {
	return vector{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

// combine is x·a + y·b.
func combine(x float64, a vector, y float64, b vector) (out vector) {
	for i := range out {
		out[i] = x*a[i] + y*b[i]
	}
	return out
}

// limb is a disc on the unit sphere: all points whose cosine with the axis is at least
// cos.
type limb struct {
	axis vector
	cos  float64
}

// edge is a point of its border.
func (l limb) edge() vector {
	other := vector{1, 0, 0}
	if math.Abs(l.axis[0]) > 0.9 {
		other = vector{0, 1, 0}
	}
	side := l.axis.cross(other)
	n := math.Sqrt(side.dot(side))
	return combine(l.cos, l.axis, math.Sqrt(max(0, 1-l.cos*l.cos))/n, side)
}

// Meet reports whether any place on Earth lies in all discs. Where none does, they
// cannot all be of one browser: a place on file is wrong, or more than one machine
// answered.
func Meet(discs []Disc) bool {
	var limbs []limb
	for _, d := range discs {
		angle := max(0, d.KM) * widened / earthKM
		if angle >= math.Pi {
			continue // all of the Earth
		}
		lat, lon := d.Lat*math.Pi/180, d.Lon*math.Pi/180
		limbs = append(limbs, limb{vector{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}, math.Cos(angle)})
	}
	if len(limbs) < 2 {
		return true
	}
	in := func(p vector) bool {
		return !slices.ContainsFunc(limbs, func(l limb) bool { return p.dot(l.axis) < l.cos-touching })
	}
	// What they have in common has a border, as none is the whole sphere: either all of
	// one's border belongs to it, or a point where two borders cross. Where two points
	// stand close together, arithmetic finds their crossings badly, and their middles well.
	for i, a := range limbs {
		if in(a.axis) || in(a.edge()) {
			return true
		}
		for _, b := range limbs[:i] {
			if slices.ContainsFunc(crossings(a, b), in) {
				return true
			}
		}
	}
	return false
}

// crossings are where the borders of two discs cross.
func crossings(a, b limb) []vector {
	across := a.axis.cross(b.axis)
	q, s := a.axis.dot(b.axis), across.dot(across)
	if s < sameAxis {
		return nil // one lies around the other, or around its antipode
	}
	x, y := (a.cos-q*b.cos)/s, (b.cos-q*a.cos)/s
	base := combine(x, a.axis, y, b.axis)
	rest := 1 - base.dot(base)
	if rest < -touching {
		return nil
	}
	t := math.Sqrt(max(0, rest) / s)
	return []vector{combine(1, base, t, across), combine(1, base, -t, across)}
}
