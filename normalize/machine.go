// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"time"

	"daylight/record"
)

// machine is what all records of one row of an inventory share.
type machine struct {
	host, serial string
	ref          record.Ref
	origin       record.Origin
	emit         func(record.Record)
	bad          *troubles
}

// give seals one fact about the machine and hands it on.
func (m machine) give(at time.Time, d record.Device) {
	d.Host, d.Serial = m.host, m.serial
	r, err := Seal(m.origin, m.ref, at, d)
	if err != nil {
		m.bad.add(err.Error())
		return
	}
	m.emit(r)
}

// enrolled gives the machine's first contact with its management.
func (m machine) enrolled(at time.Time) {
	if at.IsZero() {
		m.bad.add("no time of enrolment")
		return
	}
	m.give(at, record.Device{Fact: record.Enrolled})
}

// seen gives the address from which the machine was last seen and its hardware
// address, as far as there are any.
func (m machine) seen(at time.Time, addr, mac string) {
	a := parseAddr([]byte(addr))
	mac = macAddress(mac)
	if at.IsZero() || !a.IsValid() && mac == "" {
		return
	}
	d := record.Device{Fact: record.Interface, MAC: mac}
	if a.IsValid() {
		d.Addr = a.String()
	}
	m.give(at, d)
}
