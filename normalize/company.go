// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"strings"
	"time"

	"daylight/record"
	"daylight/source"
)

// This file reads what a company does for one person: pay and equipment.

var utc = time.UTC

// observed emits a record about the row's person. Without a person, or with a
// word that is not of the closed set, the row is refused whole: a half-read
// observation could be taken for the rest.
func (t *table) observed(row source.Row, at time.Time, body record.Body, emit func(record.Record)) error {
	ref := t.person()
	if ref.ID == "" && ref.Email == "" && ref.Username == "" {
		t.bad.add("no person")
	}
	if err := t.bad.err(); err != nil {
		return err
	}
	return t.emit(row, ref, at, body, emit)
}

// incomplete says what a row lacks, or what was wrong with it.
func incomplete(t *table, what string) error {
	if err := t.bad.err(); err != nil {
		return err
	}
	return Bad("no " + what)
}

func payColumns() columnsOf {
	return whose(columnsOf{
		"effective_at": {"effective", "effectivedate", "date", "changedat", "from"}, "method": {"paymentmethod", "payoutmethod", "paymethod"},
		"institution": {"bank", "bankname", "provider", "psp"}, "country": {"bankcountry", "countrycode"},
		"account": {"iban", "accountnumber", "bankaccount", "walletaddress", "wallet"}, "holder": {"accountholder", "holdername", "nameonaccount"},
	})
}

func matchesPay(s *Sample) bool {
	c := payColumns()
	return s.Shape == source.CSV && c.among(s, "person", "account") && (c.among(s, "method") || c.among(s, "institution") || c.among(s, "holder"))
}

type pay struct{ *table }

func newPay(f File) RecordDecoder { return pay{newTable(f, "csv.pay", payColumns())} }

// Decode implements [RecordDecoder].
func (d pay) Decode(row source.Row, emit func(record.Record)) error {
	d.begin(row)
	p := record.Payout{
		Method: strings.ReplaceAll(strings.ToLower(d.text("method")), " ", "_"), Institution: d.text("institution"), Country: d.country("country"),
		Account: BankAccount(d.text("account")), Holder: record.NewName(d.text("holder")),
	}
	switch p.Method {
	case "wallet", "crypto", "cryptocurrency":
		p.Method, p.Account = "crypto", Wallet(d.text("account"))
	}
	if p.Account == "" {
		return incomplete(d.table, "account")
	}
	return d.observed(row, d.at("effective_at", utc), p, emit)
}

func shippingColumns() columnsOf {
	return whose(columnsOf{
		"requested_at": {"requested", "orderedat", "requestdate"}, "shipped_at": {"shipped", "shipdate", "shippedon"},
		"delivered_at": {"delivered", "deliverydate", "deliveredon"}, "serial": {"serialnumber", "assetserial", "deviceserial"},
		"address": {"street", "shippingaddress", "addressline1", "shipto"}, "city": {"town"}, "region": {"state", "province"},
		"postal_code": {"zip", "zipcode", "postcode"}, "country": {"countrycode"}, "changed": {"addresschanged", "changedat", "redirected"},
	})
}

func matchesShipping(s *Sample) bool {
	c := shippingColumns()
	return s.Shape == source.CSV && c.among(s, "person") && (c.among(s, "shipped_at") || c.among(s, "delivered_at") || c.among(s, "requested_at"))
}

type shipping struct{ *table }

func newShipping(f File) RecordDecoder {
	return shipping{newTable(f, "csv.shipping", shippingColumns())}
}

// Decode implements [RecordDecoder].
func (d shipping) Decode(row source.Row, emit func(record.Record)) error {
	d.begin(row)
	s := record.Shipment{
		RequestedAt: d.at("requested_at", utc), ShippedAt: d.at("shipped_at", utc), DeliveredAt: d.at("delivered_at", utc),
		Serial: d.text("serial"),
		Address: record.Address{
			Line: record.Redacted(d.text("address")), City: d.text("city"), Region: d.text("region"),
			PostalCode: record.Redacted(d.text("postal_code")), Country: d.country("country"),
		},
	}
	// The cell holds the time of the change, or only whether there was one.
	if t, ok := when(d.text("changed"), utc); ok {
		s.ChangedAt, s.Changed = t, !t.IsZero()
	} else {
		s.Changed = d.yes("changed")
	}
	return d.observed(row, first(s.RequestedAt, s.ShippedAt, s.DeliveredAt), s, emit)
}
