// SPDX-License-Identifier: Apache-2.0

// Package enrich says what reference data knows of an identifier: where an
// address is and what kind of network it belongs to, where a town lies and which
// clock it keeps, whether a mail domain is disposable, whether a program is a
// remote-access tool, whether a USB device or a monitor is a remote keyboard.
//
// Every fact names the table that said so. Nothing here opens a socket: tables
// are embedded or read from files the caller opened.
package enrich

import (
	"net/netip"

	"daylight/record"
)

// NetworkClass is the kind of network an address belongs to.
type NetworkClass string

// The classes. Unclassified is an operator that no table places; it must be
// read as "could be a home".
const (
	Unclassified NetworkClass = ""
	Residential  NetworkClass = "residential"
	Mobile       NetworkClass = "mobile"
	Business     NetworkClass = "business"
	Education    NetworkClass = "education"
	Hosting      NetworkClass = "hosting"
	VPN          NetworkClass = "vpn"
	Tor          NetworkClass = "tor"
	Relay        NetworkClass = "relay" // privacy relays of operating systems and browsers
	Corporate    NetworkClass = "corporate"
	Satellite    NetworkClass = "satellite"
	Private      NetworkClass = "private" // RFC 1918, loopback, documentation ranges
	// ResidentialProxy is a home's line that is rented out, or lent by malware, as
	// somebody else's exit. No embedded table has them: the user's lists do.
	ResidentialProxy NetworkClass = "residential_proxy"
)

// Words name the kind of network in a sentence, with its article.
func (c NetworkClass) Words() string {
	switch c {
	case Unclassified:
		return "a network of no known kind"
	case Residential:
		return "home broadband"
	case VPN:
		return "a commercial VPN"
	case Tor:
		return "the Tor network"
	case Hosting:
		return "a hosting provider"
	case Relay:
		return "a privacy relay"
	case ResidentialProxy:
		return "a residential proxy"
	case Mobile, Business, Education, Corporate, Satellite, Private:
	}
	return "a " + string(c) + " network"
}

// Anonymous reports whether the class hides where its user is.
func (c NetworkClass) Anonymous() bool {
	return c == VPN || c == Tor || c == Relay || c == Hosting || c == ResidentialProxy
}

// Personal reports whether an address of the class can stand for one home: what
// is left when shared and anonymous networks are taken away.
func (c NetworkClass) Personal() bool { return c == Residential || c == Unclassified }

// Network is what is known of an IP address.
type Network struct {
	Country  record.Country `json:"country,omitzero"`
	Region   string         `json:"region,omitzero"`
	City     string         `json:"city,omitzero"`
	AS       uint32         `json:"as,omitzero"`
	Operator string         `json:"operator,omitzero"`
	Class    NetworkClass   `json:"class,omitzero"`
	// Lat and Lon in degrees, with RadiusKM the accuracy radius in kilometres;
	// HasPoint is false when only the country is known.
	HasPoint bool    `json:"has_point,omitzero"`
	Lat      float64 `json:"lat,omitzero"`
	Lon      float64 `json:"lon,omitzero"`
	RadiusKM float64 `json:"radius_km,omitzero"`
	Zone     string  `json:"zone,omitzero"`  // IANA, when the database has it
	Table    string  `json:"table,omitzero"` // name@version of the table that placed it
}

// Place is what the gazetteer knows of a claimed place.
type Place struct {
	Name     string         `json:"name"` // as shown, such as "Austin, Texas"
	Country  record.Country `json:"country,omitzero"`
	Lat      float64        `json:"lat"`
	Lon      float64        `json:"lon"`
	RadiusKM float64        `json:"radius_km"` // how large the named place is
	Zone     string         `json:"zone"`      // IANA
	// Ambiguous is set when several places of similar size fit the words; such a
	// place must not carry a distance.
	Ambiguous bool   `json:"ambiguous,omitzero"`
	Table     string `json:"table,omitzero"`
}

// MailClass is the kind of a mail domain.
type MailClass string

// The classes of mail domain.
const (
	MailOrdinary   MailClass = ""
	MailFree       MailClass = "free"
	MailDisposable MailClass = "disposable"
)

// ToolClass is the kind of a program that bears on who sits at a device.
type ToolClass string

// The classes of tool.
const (
	RemoteAccess  ToolClass = "remote_access"
	Jiggler       ToolClass = "jiggler"
	VirtualCamera ToolClass = "virtual_camera"
	VPNClient     ToolClass = "vpn_client"
)

// Tool is a program that reference data knows.
type Tool struct {
	Name   string    `json:"name"`   // the product
	Vendor string    `json:"vendor"` // products of one vendor count once
	Class  ToolClass `json:"class"`
	Table  string    `json:"table,omitzero"`
}

// HardwareClass is the kind of a device that bears on who sits at a machine.
type HardwareClass string

// The classes of hardware.
const (
	IPKVM         HardwareClass = "ip_kvm"         // names itself one
	CaptureBridge HardwareClass = "capture_bridge" // stock bridge EDID, several products
	CaptureCard   HardwareClass = "capture_card"   // shows a picture as a camera
	Gadget        HardwareClass = "generic_gadget" // stock Linux gadget; proves nothing alone
	JigglerStick  HardwareClass = "hardware_jiggler"
)

// Hardware is a USB device or monitor that reference data knows.
type Hardware struct {
	Product string        `json:"product"`
	Class   HardwareClass `json:"class"`
	// Strong is set when the match is by a name or serial the product gives
	// itself; otherwise the identity is shared with other devices.
	Strong bool   `json:"strong,omitzero"`
	Signal string `json:"signal"` // what matched, in words, such as "USB manufacturer string"
	Table  string `json:"table,omitzero"`
}

// HardwareKey is what identifies a device for the table, all lower-case.
type HardwareKey struct {
	Fact                                  record.DeviceFact
	VendorID, ModelID, Vendor, Name, Unit string
}

// KeyOf returns the hardware key of an inventory row.
func KeyOf(d record.Device) HardwareKey {
	return HardwareKey{d.Fact, lower(d.VendorID), lower(d.ModelID), lower(d.Vendor), lower(d.Name), lower(d.Unit)}
}

// Facts is what reference data says of everything in a population. It is filled
// by the enrich stage and read-only afterwards; a missing key means that no
// table knows the value, which is never evidence.
type Facts struct {
	Networks map[netip.Addr]Network
	Places   map[record.PlaceKey]Place
	Mail     map[string]MailClass // by lower-case domain
	Tools    map[string]Tool      // by program name as observed, lower-case
	Hardware map[HardwareKey]Hardware
}

// NewFacts returns empty facts.
func NewFacts() *Facts {
	return &Facts{
		Networks: map[netip.Addr]Network{},
		Places:   map[record.PlaceKey]Place{},
		Mail:     map[string]MailClass{},
		Tools:    map[string]Tool{},
		Hardware: map[HardwareKey]Hardware{},
	}
}
