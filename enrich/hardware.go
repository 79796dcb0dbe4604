// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"daylight/record"
)

// hardware knows USB devices and monitors by rules of our own; the first rule
// that fits is the answer, and the strongest stand first.
type hardware struct {
	usb, displays []hardwareRule
	version       string
}

// hardwareRule fits a device whose every named field has one of the values
// given, exactly. An empty list does not look at the field.
type hardwareRule struct {
	product                               string
	class                                 HardwareClass
	strong                                bool
	vendorID, modelID, vendor, name, unit []string
	signal                                string
}

func newHardware(usb, displays string) (*hardware, error) {
	h := &hardware{version: "hardware@" + digest(usb+displays)}
	var err error
	if h.usb, err = hardwareRules("usb", usb); err != nil {
		return nil, err
	}
	if h.displays, err = hardwareRules("displays", displays); err != nil {
		return nil, err
	}
	return h, nil
}

func hardwareRules(table, text string) ([]hardwareRule, error) {
	rs, err := rows(table, text, 9)
	if err != nil {
		return nil, err
	}
	var out []hardwareRule
	for _, r := range rs {
		h := hardwareRule{
			product: r[0], class: HardwareClass(r[1]), strong: r[2] == "strong",
			vendorID: values(r[3]), modelID: values(r[4]), vendor: values(r[5]), name: values(r[6]), unit: values(r[7]), signal: r[8],
		}
		switch h.class {
		case IPKVM, CaptureBridge, CaptureCard, Gadget, JigglerStick:
		default:
			return nil, fmt.Errorf("table %s: unknown class %q of %s", table, r[1], r[0])
		}
		if h.vendorID == nil && h.vendor == nil && h.name == nil && h.unit == nil {
			return nil, fmt.Errorf("table %s: a rule for %s would fit anything", table, r[0])
		}
		out = append(out, h)
	}
	return out, nil
}

func values(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, "|")
}

func (r hardwareRule) fits(k HardwareKey) bool {
	for _, f := range []struct {
		want []string
		got  string
	}{{r.vendorID, k.VendorID}, {r.modelID, k.ModelID}, {r.vendor, k.Vendor}, {r.name, k.Name}, {r.unit, k.Unit}} {
		if f.want != nil && !slices.Contains(f.want, f.got) {
			return false
		}
	}
	return true
}

// Hardware returns what the table knows of a USB device, a camera or a monitor;
// other inventory rows are never known. Ids may be written with or without
// "0x", a monitor's also as the letters of its vendor, and a row that holds a
// raw EDID as hexadecimal in its name is read as that EDID.
func (t *Tables) Hardware(d record.Device) (Hardware, bool) {
	h, err := builtinHardware()
	if err != nil {
		return Hardware{}, false
	}
	k := KeyOf(d)
	rules := h.usb
	switch d.Fact {
	case record.USB, record.Camera:
		k.VendorID, k.ModelID = hexID(k.VendorID), hexID(k.ModelID)
	case record.Display:
		rules = h.displays
		k = displayKey(k)
	case record.Software, record.Process, record.Interface, record.Listening, record.Clock, record.Enrolled, record.Neighbour, record.Extension,
		record.RemoteLogon, record.BrowserAccount:
		return Hardware{}, false
	default:
		return Hardware{}, false
	}
	for _, r := range rules {
		if r.fits(k) {
			return Hardware{Product: r.product, Class: r.class, Strong: r.strong, Signal: r.signal, Table: h.version}, true
		}
	}
	return Hardware{}, false
}

// displayKey brings a monitor's identity into the table's form: vendor letters
// and four hexadecimal digits.
func displayKey(k HardwareKey) HardwareKey {
	if strings.HasPrefix(k.Name, "00ffffffffffff00") {
		if e, err := ParseEDIDHex(k.Name); err == nil {
			return HardwareKey{k.Fact, lower(e.Vendor), fmt.Sprintf("%04x", e.Product), k.Vendor, lower(e.Name), lower(e.Unit)}
		}
	}
	// A plug-and-play id has both: "LNX7771".
	if len(k.VendorID) == 7 && k.ModelID == "" {
		k.VendorID, k.ModelID = k.VendorID[:3], k.VendorID[3:]
	}
	if v := hexID(k.VendorID); len(v) == 4 && len(k.VendorID) != 3 {
		if n, err := strconv.ParseUint(v, 16, 16); err == nil {
			if letters := edidVendor(uint16(n)); letters != "" {
				k.VendorID = lower(letters)
			}
		}
	}
	k.ModelID = hexID(k.ModelID)
	return k
}

// hexID returns an id as four lower-case hexadecimal digits. Five digits without
// "0x" are decimal: an id has 16 bits. Anything else is returned as it is.
func hexID(s string) string {
	x, prefixed := strings.CutPrefix(s, "0x")
	if x == "" || len(x) > 5 || (prefixed && len(x) > 4) {
		return s
	}
	base := 16
	if len(x) == 5 {
		base = 10
	}
	n, err := strconv.ParseUint(x, base, 16)
	if err != nil {
		return s
	}
	return fmt.Sprintf("%04x", n)
}
