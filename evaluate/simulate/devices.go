// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"bufio"
	"encoding/json"
	"io"
	"time"
)

// osquery writes inventory rows of the workers' laptops.
func (s *company) osquery(w io.Writer) error {
	b := bufio.NewWriter(w)
	for _, p := range s.people {
		if !p.worker() {
			continue
		}
		if err := s.inventory(b, p); err != nil {
			return err
		}
	}
	return b.Flush()
}

func (s *company) inventory(w io.Writer, p *person) error {
	c, o := s.draw(p, "inventory"), p.odds
	enc := json.NewEncoder(w)
	var failed error
	row := func(query string, at time.Time, columns object) {
		if !at.Before(s.end) || failed != nil {
			return
		}
		failed = enc.Encode(object{
			"name": "pack_inventory_" + query, "hostIdentifier": "host-" + p.id[2:], "calendarTime": at.UTC().Format("Mon Jan _2 15:04:05 2006 UTC"), "unixTime": at.Unix(),
			"epoch": 0, "counter": 0, "decorations": object{"hardware_serial": p.serial(), "username": p.user}, "columns": columns, "action": "added",
		})
	}
	program := func(name string, at time.Time, installed string) {
		row("programs", at, object{"name": name, "version": "1.0", "publisher": "", "install_date": installed})
	}
	first := p.hired.Add(3 * time.Hour)
	for _, name := range some(c, programs, 5+c.IntN(6)) {
		program(name, first, "")
	}
	row("usb_devices", first, of(c, receivers))
	row("connected_displays", first, object{"name": of(c, []string{"Color LCD", "DELL U2720Q", "LG HDR 4K", "HP E24"}), "vendor_id": "610", "product_id": "a050", "manufactured_year": "2024", "serial_number": ""})
	zone := towns[p.town].zone
	if c.is(o[otherClock]) {
		t := p.handsTown
		if t == p.town {
			t = otherTown(c, p.town)
		}
		zone = towns[t].zone
	}
	row("time", first.AddDate(0, 0, 2), object{"local_timezone": zone})

	tools := some(c, remoteTools, 2)
	early := p.hired.Add(time.Duration(c.between(4, 70) * float64(time.Hour)))
	switch {
	case c.is(o[remoteEarly]):
		program(tools[0], early, early.Format("20060102"))
		if c.is(o[remoteSecond]) {
			second := early.AddDate(0, 0, c.IntN(20))
			program(tools[1], second, second.Format("20060102"))
		}
	case c.is(o[remoteLeftover]):
		at := p.hired.AddDate(0, 0, 5+c.IntN(200))
		program(tools[0], at, at.Format("20060102"))
	}
	if c.is(o[consoleUSB]) {
		k := of(c, consoles)
		if p.tactic == careful {
			k = consoles[len(consoles)-1]
		}
		at := p.hired.Add(time.Duration(c.between(5, 200) * float64(time.Hour)))
		row("usb_devices", at, k.usb)
		if c.is(0.7) {
			row("connected_displays", at, k.display)
		}
	}
	if c.is(o[captureCard]) {
		card := object{"vendor": "MACROSILICON", "vendor_id": "534d", "model": "USB3 Video", "model_id": "2109", "serial": "", "removable": "1"}
		if p.tactic == careful {
			card = object{"vendor": "Logitech", "vendor_id": "046d", "model": "HD Webcam C270", "model_id": "0825", "serial": "", "removable": "1"}
		}
		row("usb_devices", p.hired.AddDate(0, 0, 3), card)
	}
	if c.is(o[jiggler]) {
		program(of(c, []string{"Mouse Jiggler", "Move Mouse", "Caffeine"}), p.hired.AddDate(0, 0, 1+c.IntN(60)), "")
	}
	return failed
}

// console is an IP-KVM as a computer sees it: the identifiers are the makers'
// defaults, which published cases and the makers' sources give.
type console struct{ usb, display object }

var (
	consoles = []console{
		{
			object{"vendor": "PiKVM", "vendor_id": "1d6b", "model": "PiKVM Composite Device", "model_id": "0104", "serial": "CAFEBABE", "removable": "1"},
			object{"name": "PiKVM V3", "vendor_id": "LNX", "product_id": "7773", "manufactured_year": "2016", "serial_number": "CAFEBABE"},
		},
		{
			object{"vendor": "tinypilot", "vendor_id": "1d6b", "model": "Multifunction USB Device", "model_id": "0104", "serial": "6b65796d696d6570690", "removable": "1"},
			object{"name": "Toshiba TC358743", "vendor_id": "TSB", "product_id": "9876", "manufactured_year": "2016", "serial_number": ""},
		},
		{
			object{"vendor": "JetKVM", "vendor_id": "1d6b", "model": "USB Emulation Device", "model_id": "0104", "serial": "", "removable": "1"},
			object{"name": "T749-fHD720", "vendor_id": "TSB", "product_id": "8801", "manufactured_year": "2011", "serial_number": ""},
		},
		{ // with its identifiers changed
			object{"vendor": "Logitech", "vendor_id": "046d", "model": "USB Keyboard", "model_id": "c31c", "serial": "", "removable": "1"},
			object{"name": "DELL P2419H", "vendor_id": "DEL", "product_id": "a0d9", "manufactured_year": "2021", "serial_number": ""},
		},
	}
	// remoteTools are named in published cases.
	remoteTools = []string{"AnyDesk", "Chrome Remote Desktop Host", "TeamViewer", "RustDesk", "Jump Desktop Connect", "Splashtop Streamer", "ScreenConnect Client"}
	programs    = []string{
		"Firefox", "Slack", "Docker Desktop", "Visual Studio Code", "Google Chrome", "IntelliJ IDEA", "Postman", "Git", "Node.js", "Wireshark", "Zoom", "1Password", "Figma",
		"VLC media player", "7-Zip", "Spotify", "PuTTY", "LibreOffice", "Python 3.13", "OBS Studio", "Notepad++",
	}
	receivers = []object{
		{"vendor": "Logitech", "vendor_id": "046d", "model": "USB Receiver", "model_id": "c52b", "serial": "", "removable": "1"},
		{"vendor": "Microsoft", "vendor_id": "045e", "model": "Wired Keyboard 600", "model_id": "0750", "serial": "", "removable": "1"},
		{"vendor": "Dell", "vendor_id": "413c", "model": "USB Optical Mouse", "model_id": "301a", "serial": "", "removable": "1"},
		{"vendor": "CalDigit", "vendor_id": "2188", "model": "TS4 Dock", "model_id": "5802", "serial": "", "removable": "1"},
	}
)
