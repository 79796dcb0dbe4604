// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
)

// EDID is what the first block of a monitor's identity says (VESA E-EDID 1.3/1.4).
type EDID struct {
	Vendor  string // three letters, as PNP registers them
	Product uint16
	Serial  uint32 // the binary serial number; 0 or a filler for many models
	Week    int    // of manufacture; 0 if not given
	Year    int    // of manufacture or of the model
	Name    string // display descriptor 0xFC
	Unit    string // display descriptor 0xFF, the serial number as text
}

// ErrEDID is returned for bytes that are not an EDID.
var ErrEDID = errors.New("not an EDID")

var edidHeader = []byte{0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0}

// ParseEDID reads the first block of an EDID. The checksum is not required: the
// identity fields are what matters, and several capture bridges get it wrong.
func ParseEDID(b []byte) (EDID, error) {
	if len(b) < 128 || !bytes.Equal(b[:8], edidHeader) {
		return EDID{}, ErrEDID
	}
	e := EDID{
		Vendor:  edidVendor(binary.BigEndian.Uint16(b[8:])),
		Product: binary.LittleEndian.Uint16(b[10:]),
		Serial:  binary.LittleEndian.Uint32(b[12:]),
		Week:    int(b[16]),
		Year:    1990 + int(b[17]),
	}
	if e.Week > 54 { // 0xFF: the year is that of the model
		e.Week = 0
	}
	for at := 54; at+18 <= 126; at += 18 {
		d := b[at : at+18]
		if d[0] != 0 || d[1] != 0 || d[2] != 0 {
			continue
		}
		switch d[3] {
		case 0xfc:
			e.Name = edidText(d[5:])
		case 0xff:
			e.Unit = edidText(d[5:])
		}
	}
	return e, nil
}

// ParseEDIDHex reads an EDID written in hexadecimal, with or without blanks.
func ParseEDIDHex(s string) (EDID, error) {
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		return EDID{}, ErrEDID
	}
	return ParseEDID(b)
}

// edidVendor unpacks three five-bit letters.
func edidVendor(v uint16) string {
	var letters [3]byte
	for i := range letters {
		c := byte(v >> (10 - 5*i) & 0x1f)
		if c < 1 || c > 26 {
			return ""
		}
		letters[i] = 'A' + c - 1
	}
	return string(letters[:])
}

// edidText reads a descriptor's text: up to a line feed, printable ASCII only.
func edidText(b []byte) string {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		b = b[:i]
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, string(b)))
}
