// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"
	"strings"
	"time"

	"daylight/record"
	"daylight/source"
)

// The classes of OCSF 1.x that say what a machine is and what runs on it.
const (
	ocsfProcess    = 1007 // Process Activity
	ocsfPeripheral = 1010 // Peripheral Activity
	ocsfEntity     = 3004 // Entity Management
	ocsfDevice     = 5001 // Device Inventory Info
	ocsfSoftware   = 5020 // Software Inventory Info
)

// ocsfInventory decodes the inventory in a file of OCSF events. What it passes
// over, and what is wrong with a row as a whole, is [ocsf]'s to say.
type ocsfInventory struct{ file File }

func newOCSFInventory(f File) RecordDecoder { return ocsfInventory{f} }

const errNotInventory = NotEvent("not a row of an inventory")

// Decode implements [RecordDecoder].
func (d ocsfInventory) Decode(row source.Row, emit func(record.Record)) error {
	if !mayBeInventory(row.JSON) {
		return errNotInventory
	}
	m := membersOf(row.JSON)
	at := firstTime(m, "time", "time_dt")
	if m == nil || at.IsZero() {
		return errNotInventory
	}
	device := m.Sub("device")
	entity := m.Sub("entity").Sub("device")
	class, activity := scalarText(m["class_uid"]), scalarText(m["activity_id"])
	if class == "3004" {
		device = entity
	}
	var bad troubles
	to := machine{
		host:   firstText(device, "uid", "hostname", "name"),
		serial: serial(firstText(device.Sub("hw_info"), "serial_number")),
		ref:    ocsfOwner(device.Sub("owner"), m.Sub("actor").Sub("user")),
		origin: d.file.origin("ocsf.event", row), emit: emit, bad: &bad,
	}
	if to.host == "" && to.serial == "" {
		return errNotInventory
	}
	switch {
	case class == "1007" && activity == "1":
		to.process(at, m.Sub("process"))
	case class == "1010":
		to.peripheral(at, activity, m.Sub("peripheral_device"))
	case class == "3004" && (activity == "1" || activity == "6"): // created, enrolled
		to.enrolled(at)
	case class == "5001":
		to.described(at, device)
	case class == "5020":
		to.installed(at, m)
	default:
		return errNotInventory
	}
	return bad.err()
}

// mayBeInventory looks for the number of a class without reading the row, since
// nearly all rows of a log are of other classes. One within an object deeper in
// the row costs only time.
func mayBeInventory(raw []byte) bool {
	const key = `"class_uid"`
	for {
		i := bytes.Index(raw, []byte(key))
		if i < 0 {
			return false
		}
		raw = bytes.TrimLeft(raw[i+len(key):], " \t\r\n:")
		switch n, _ := digits(raw[:min(4, len(raw))]); n {
		case ocsfProcess, ocsfPeripheral, ocsfEntity, ocsfDevice, ocsfSoftware:
			return true
		}
	}
}

// ocsfOwner is whose the machine is: its owner, else who acted, if that is a user
// and has an e-mail address. Accounts of a machine are called alike everywhere.
func ocsfOwner(owner, actor Members) record.Ref {
	if ref := account(owner.Text("name"), owner.Text("email_addr")); ref.Email != "" || ref.Username != "" {
		return ref
	}
	if scalarText(actor["type_id"]) == "1" {
		return record.Ref{Email: Email(actor.Text("email_addr"))}
	}
	return record.Ref{}
}

func (m machine) process(at time.Time, p Members) {
	file := p.Sub("file")
	d := record.Device{Fact: record.Process, Name: firstText(p, "name"), Path: firstText(file, "path"), Command: record.Redacted(p.Text("cmd_line"))}
	if d.Name == "" {
		d.Name = firstFilled(firstText(file, "name"), baseName(d.Path))
	}
	if problem := named(&d); problem != "" {
		m.bad.add("process: " + problem)
		return
	}
	d.Sign = signOf(d.Name, p.Text("cmd_line"))
	m.give(at, d)
}

// peripheral reads a device that was plugged in or taken away. Its uid is what
// the system calls it; on Windows the USB ids stand in it.
func (m machine) peripheral(at time.Time, activity string, p Members) {
	d := record.Device{Removed: activity == "2" || activity == "4" || activity == "5"}
	parts := strings.Split(p.Text("uid"), `\`)
	if len(parts) > 1 && strings.EqualFold(parts[0], "USB") {
		registryUSB(parts[1:], "", "", &d) // what is no device of its own keeps no ids
	}
	kind := strings.ToLower(firstText(p, "type", "class"))
	switch id := scalarText(p["type_id"]); {
	case id == "7" || kind == "monitor":
		d.Fact = record.Display
	case id == "10" || kind == "webcam" || kind == "camera":
		d.Fact = record.Camera
	case strings.Contains(kind, "bluetooth"):
		return
	default:
		d.Fact = record.USB
	}
	d.Name, d.Vendor = firstText(p, "model", "name"), firstText(p, "vendor_name")
	if unit := serial(firstText(p, "serial_number")); unit != "" {
		d.Unit = unit
	}
	if ids := valuesOf(p["vendor_id_list"]); d.VendorID == "" && len(ids) > 0 {
		d.VendorID = hexDigits(scalarText(ids[0]))
	}
	if d.VendorID == "" && d.Name == "" {
		m.bad.add("peripheral: a device without id and name")
		return
	}
	m.give(at, d)
}

// described reads what an inventory says of a machine.
func (m machine) described(at time.Time, device Members) {
	if first := firstTime(device, "first_seen_time", "first_seen_time_dt", "created_time", "created_time_dt"); !first.IsZero() {
		m.enrolled(first)
	}
	m.seen(at, device.Text("ip"), device.Text("mac"))
	for _, v := range valuesOf(device["network_interfaces"]) {
		if i := membersOf(v); i.Text("mac") != device.Text("mac") || i.Text("ip") != device.Text("ip") {
			m.seen(at, i.Text("ip"), i.Text("mac"))
		}
	}
}

// installed reads one program of a machine.
func (m machine) installed(at time.Time, row Members) {
	of := row.Sub("package")
	if of == nil {
		of = row.Sub("product")
	}
	d := record.Device{
		Fact: record.Software, Name: strings.TrimSuffix(of.Text("name"), ".app"), Version: of.Text("version"), Vendor: of.Text("vendor_name"),
		Path: of.Text("path"),
	}
	if problem := named(&d); problem != "" {
		m.bad.add("software: " + problem)
		return
	}
	m.give(at, d)
}
