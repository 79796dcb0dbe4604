// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"net/netip"

	"daylight/record"

	"github.com/zeebo/xxh3"
)

// mark is what a profile takes of an event, in a form that can wait: its texts
// are hashed, and it points at nothing.
type mark struct {
	at      int64
	pos     uint64
	session uint64 // hash, 0 none
	// device, token and agent are keys of the device table, 0 none; deed is a
	// key of the deed table.
	device, token, agent, deed uint64

	addr     [16]byte
	file     uint32
	lat, lon float32
	offset   int16
	class    record.Class
	act      record.Act
	has      uint8
}

// What a mark has.
const (
	hasAddr = 1 << iota
	hasPlace
	hasOffset
	hasDeed
	isProxy
	isAutomated
	isManaged
	notManaged
)

// read fills the mark and reports whether the event counts at all.
func (m *mark) read(e *record.Event) bool {
	if e.Failed || e.Act == record.SignInFailed || e.At <= 0 || e.At >= endMillis {
		return false
	}
	m.at, m.pos, m.file = e.At, e.Pos.Pos, e.Pos.File
	m.class, m.act = min(e.Class, record.Classes), e.Act
	if isDeed(e.Act) {
		m.has |= hasDeed
		m.deed = uint64(e.Act)<<56 | xxh3.HashSeed(object(e), uint64(e.Act))>>8
	}
	if e.Automated {
		m.has |= isAutomated
		return true
	}
	if factorsOf(e.Act) == 0 { // the authenticator is another machine
		switch e.Managed {
		case record.IsManaged:
			m.has |= isManaged
		case record.NotManaged:
			m.has |= notManaged
		case record.ManagedUnknown:
		}
	}
	if e.HasOffset {
		m.has |= hasOffset
		m.offset = e.OffsetMinutes
	}
	if e.Addr.IsValid() {
		m.has |= hasAddr
		m.addr = fold(e.Addr)
		if e.Proxy {
			m.has |= isProxy
		}
		if e.HasPlace {
			m.has |= hasPlace
			m.lat, m.lon = e.Lat, e.Lon
		}
		if len(e.Session) > 0 {
			m.session = xxh3.Hash(e.Session)
		}
	}
	if len(e.Device) > 0 {
		kind := EndpointDevice
		if e.Act == record.FactorEnrolled || e.Act == record.FactorUsed {
			kind = FactorDevice
		}
		m.device = deviceKey(kind, e.Device)
	}
	if len(e.Token) > 0 {
		m.token = deviceKey(BrowserToken, e.Token)
	}
	if len(e.Agent) > 0 {
		m.agent = deviceKey(ClientAgent, e.Agent)
	}
	return true
}

func (m *mark) latestKey(day uint32) uint32 {
	group := uint32(m.class) << 1
	if m.has&isAutomated != 0 {
		group |= 1
	}
	return group<<24 | fromEnd(day)
}

// fromEnd numbers days backwards, in 24 bits: the smallest are the newest.
func fromEnd(day uint32) uint32 { return 1<<24 - 1 - day }

func isDeed(a record.Act) bool {
	const deeds = 1<<record.FactorEnrolled | 1<<record.Clone | 1<<record.Fork | 1<<record.RepositoryCreated |
		1<<record.Downloaded | 1<<record.CopiedOut | 1<<record.KeyAdded | 1<<record.AccessGranted | 1<<record.AccountRemoved |
		1<<record.CreatedOutside | 1<<record.PushedOutside | 1<<record.SecretsRead | 1<<record.BuildChanged
	return a < 32 && deeds>>a&1 != 0
}

// object is what a deed was done to: the object, or the device where the source
// names none.
func object(e *record.Event) []byte {
	if len(e.Object) == 0 {
		return e.Device
	}
	return e.Object
}

// deviceKey puts the kind above 60 bits of hash.
func deviceKey(kind DeviceKind, id []byte) uint64 {
	return uint64(kind)<<60 | xxh3.HashSeed(id, uint64(kind))>>4
}

// deviceText is what is shown of a device: its id, or for an agent string, which
// may tell of a person, its hash.
func deviceText(k uint64, id []byte) string {
	if DeviceKind(k>>60) == ClientAgent {
		return hex16(k)
	}
	return text(id, k)
}

// scatter is a fixed bijection of 32 bits (two rounds of xorshift and odd
// multiplication, constants by Wellons' hash-prospector).
func scatter(x uint32) uint32 {
	x ^= x >> 16
	x *= 0x21f0aaad
	x ^= x >> 15
	x *= 0x735a2d97
	return x ^ x>>15
}

// mix is the finaliser of SplitMix64.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// fold makes one address of the forms of a host: a v4-mapped IPv6 address is
// IPv4, any other IPv6 address is its /64, zones are dropped.
func fold(a netip.Addr) [16]byte {
	b := a.As16()
	if !a.Unmap().Is4() {
		clear(b[8:])
	}
	return b
}

// text copies an id, or stands in for one too long by its beginning and hash.
func text(b []byte, hash uint64) string {
	if len(b) <= longestText {
		return string(b)
	}
	return string(b[:longestText-17]) + "~" + hex16(hash)
}

func hex16(h uint64) string {
	const digits = "0123456789abcdef"
	var b [16]byte
	for i := range b {
		b[i] = digits[h>>(60-4*i)&15]
	}
	return string(b[:])
}
