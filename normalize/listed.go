// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"cmp"
	"strconv"
	"strings"

	"daylight/record"
	"daylight/source"
)

// This file reads lists of known identifiers: values, and never people. A name
// on a list is refused, because a name is not an identifier.

// unsaid is the confidence of an entry that states none: "medium" in STIX 2.1,
// appendix A.
const unsaid = 50

func listedColumns() columnsOf {
	return columnsOf{
		"type": {"kind", "indicatortype"}, "value": {"indicator", "observable"}, "source": {"feed", "reference"},
		"confidence": {"score"}, "seen": {"lastseen", "date", "firstseen"}, "until": {"validuntil", "expires"}, "revoked": {"withdrawn"},
	}
}

func matchesListed(s *Sample) bool {
	c := listedColumns()
	return s.Shape == source.CSV && c.among(s, "type", "value") && (c.among(s, "source") || c.among(s, "confidence") || c.among(s, "seen"))
}

type listed struct{ *table }

func newListed(f File) ListedDecoder { return listed{newTable(f, "csv.identifiers", listedColumns())} }

// Decode implements [ListedDecoder].
func (d listed) Decode(row source.Row, emit func(record.Listed)) error {
	d.begin(row)
	ids, err := knownValue(d.text("type"), d.text("value"))
	if err != nil {
		return err
	}
	l := record.Listed{
		Source: cmp.Or(d.text("source"), d.file.Path), Confidence: d.confidence(), Seen: d.day("seen"), Until: d.day("until"),
		Revoked: d.yes("revoked"), Cite: d.file.cite(row),
	}
	if err := d.bad.err(); err != nil {
		return err
	}
	for _, l.Identifier = range ids {
		emit(l)
	}
	return nil
}

func (f File) cite(row source.Row) record.Citation {
	o := f.origin("", row)
	return record.Citation{Path: o.Path, Locator: o.Locator}
}

func (t *table) day(name string) record.Date {
	d, ok := date(t.text(name))
	if !ok {
		t.bad.add("column " + name + ": date not understood")
	}
	return d
}

// confidence reads 0 to 100, or the words of STIX 2.1, appendix A.
func (t *table) confidence() int {
	cell := strings.TrimSuffix(t.text("confidence"), "%")
	switch strings.ToLower(cell) {
	case "":
		return unsaid
	case "none":
		return 0
	case "low":
		return 15
	case "medium", "med":
		return 50
	case "high":
		return 85
	}
	n, err := strconv.Atoi(strings.TrimSpace(cell))
	if err != nil || n < 0 || n > 100 {
		t.bad.add("column confidence: not 0 to 100")
	}
	return n
}

// knownValue returns the identifiers that a value of the named type is. An address of
// a network is two: an application may have come from it, and a sign-in.
func knownValue(kind, value string) ([]record.Identifier, error) {
	var t record.IdentifierType
	var v record.Redacted
	switch Column(kind) {
	case "email", "emailaddr", "emailaddress", "mail":
		t, v = record.Email, Email(value)
	case "phone", "phonenumber", "tel":
		t, v = record.Phone, Phone(value, record.Country{})
	case "url", "profileurl", "website", "link", "domain", "domainname":
		t, v = record.ProfileURL, ProfileURL(value)
	case "ip", "ipv4", "ipv6", "ipaddr", "ipaddress", "ipv4addr", "ipv6addr", "clientaddress", "networkaddress":
		a := ClientAddr(value)
		if !a.IsValid() {
			return nil, Bad("value is no network address (ranges are not read)")
		}
		s := record.Redacted(record.Site(a).String())
		return []record.Identifier{{Type: record.ClientAddr, Value: s}, {Type: record.Network, Value: s}}, nil
	case "bankaccount", "iban", "account":
		t, v = record.BankAccount, BankAccount(value)
	case "wallet", "cryptocurrencywallet", "xcryptocurrencywallet", "xcryptowallet", "bitcoin", "btc", "ethereum", "eth", "usdt", "xmr":
		t, v = record.Wallet, Wallet(value)
	case "handle", "useraccount", "username", "login":
		site, name, ok := strings.Cut(value, ":")
		if !ok {
			site, name = "", value
		}
		t, v = record.Handle, Handle(site, name)
	case "githubhandle", "github":
		t, v = record.Handle, Handle("github", value)
	case "deviceserial", "serial", "serialnumber":
		t, v = record.DeviceSerial, record.Redacted(value)
	case "hardwareid":
		t, v = record.HardwareID, record.Redacted(strings.ToLower(value))
	case "gatewaymac", "mac", "macaddr":
		t, v = record.GatewayMAC, record.Redacted(strings.ReplaceAll(strings.ToLower(value), "-", ":"))
	case "documentid":
		t, v = record.DocumentID, record.Redacted(value)
	case "photo", "photohash":
		t, v = record.PhotoHash, record.Redacted(strings.TrimLeft(strings.ToLower(value), "0"))
	case "name", "fullname", "person", "individual", "alias", "identity", "threatactor":
		return nil, Bad("names are not read as identifiers")
	default:
		return nil, Bad("unknown type " + shape(kind))
	}
	if v == "" {
		return nil, Bad("value is not of its type")
	}
	return []record.Identifier{{Type: t, Value: v}}, nil
}
