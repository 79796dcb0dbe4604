// SPDX-License-Identifier: Apache-2.0

// Package activity folds high-volume events into one bounded profile a subject,
// and reads rhythm, places, devices and deeds out of it.
//
// The fold is a join: idempotent, commutative and associative. So the order of
// files, a duplicated export, a retry and the number of workers cannot change a
// profile, and two profiles of one subject can always be joined. Sets that could
// grow are kept as the k entries with the smallest hash (bottom-k), which is a
// join too; what was cut is said by [Profile.Truncated].
package activity

import (
	"net/netip"
	"time"

	"daylight/record"
)

// NetworkUse is one address as a subject used it. IPv6 addresses are kept as
// their /64.
type NetworkUse struct {
	Addr        netip.Addr
	First, Last Sighting
	Days        []int32 // UTC days since 1970, sorted, of successful acts
	// Quarters are the quarter-hours (since 1970, UTC) with an act, sorted.
	Quarters []int32
	Proxy    bool // the source itself called the address a proxy
	// HasPlace, Lat, Lon is the source's own placing of the address, degrees.
	HasPlace bool
	Lat, Lon float64
}

// Sighting is an instant and where to look it up.
type Sighting struct {
	At    time.Time // UTC
	Locus record.Locus
}

// Visit is presence at one address within one UTC hour, between two sightings.
// It is what travel between places is judged on.
type Visit struct {
	Addr        netip.Addr
	First, Last Sighting
	Session     uint64 // 32 bits of hash of the session id, 0 when the source gives none
	// FactorUsed and FactorEnrolled are set when an authenticator was used, or
	// asked for, and enrolled in it.
	FactorUsed, FactorEnrolled bool
}

// MachineUse is when machines were in use that the company manages, or that it
// does not, as far as the source says.
type MachineUse struct {
	First, Last Sighting
	Days        []int32 // UTC days since 1970, sorted: of the newest 128 with either
}

// DeviceKind says what a device id identifies.
type DeviceKind uint8

// The kinds of device id.
const (
	EndpointDevice DeviceKind = iota // the machine a session ran on
	FactorDevice                     // an authenticator
	BrowserToken                     // a browser's token hash
	ClientAgent                      // a client or user agent string, hashed
)

// DeviceUse is one device id as a subject used it successfully.
type DeviceUse struct {
	Kind        DeviceKind
	ID          string // as the source gives it; for ClientAgent 16 hex digits
	First, Last Sighting
	Days        []int32
	Quarters    []int32 // quarter-hours with an act, sorted; see NetworkUse
}

// Deed is one rare act worth keeping by itself: a clone, a fork, a copy out, a
// key added, a factor enrolled.
type Deed struct {
	Act    record.Act
	Object string // repository, file or device, as the source names it
	Sighting
}

// Latest is one of the newest acts of a class.
type Latest struct {
	Class     record.Class
	Act       record.Act
	Automated bool // the source shows no deliberate act of a person
	Sighting
}

// OffsetUse is one UTC offset that a subject's clients wrote (commits).
type OffsetUse struct {
	Minutes     int // east of UTC
	First, Last Sighting
	Days        []int32 // UTC days since 1970, sorted
}

// Exemplar is a recent deliberate act within one UTC hour of the day: a citation
// for what is said about that hour.
type Exemplar struct {
	Hour int // 0-23, UTC
	Sighting
}
