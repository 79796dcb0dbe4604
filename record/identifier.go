// SPDX-License-Identifier: Apache-2.0

package record

// IdentifierType is the type of a value that a subject holds and that another
// subject may hold too (STIX: observable).
type IdentifierType string

// The identifier types. Values are canonical: E.164 phones; e-mail lower-case
// without plus-tag (and without dots where the provider ignores them); URLs
// without scheme, "www." and trailing slash; addresses as produced by
// [Address.Key]; MAC and hardware ids lower-case.
const (
	Email         IdentifierType = "email"
	Phone         IdentifierType = "phone"
	ProfileURL    IdentifierType = "profile_url"
	PostalAddress IdentifierType = "postal_address"
	BankAccount   IdentifierType = "bank_account"
	Wallet        IdentifierType = "wallet"
	Handle        IdentifierType = "handle"
	DeviceSerial  IdentifierType = "device_serial"
	HardwareID    IdentifierType = "hardware_id"
	GatewayMAC    IdentifierType = "gateway_mac"
	ClientAddr    IdentifierType = "client_address" // the address an application came from
	Network       IdentifierType = "network_address"
	FactorDevice  IdentifierType = "factor_device"
	BrowserToken  IdentifierType = "browser_token"
	PhotoHash     IdentifierType = "photo"
	DocumentID    IdentifierType = "document_id"
	ResumeText    IdentifierType = "resume_text"
	SkillSet      IdentifierType = "skill_set"
	Referee       IdentifierType = "referee"
	// DocumentBatch has no value: the pictures of two identity documents are alike
	// in how they were taken.
	DocumentBatch IdentifierType = "document_batch"
)

// Identifier is one canonical, comparable value.
type Identifier struct {
	Type  IdentifierType `json:"type"`
	Value Redacted       `json:"value"`
}

// Listed is a known identifier from an intelligence list or a closed case. It
// is about a value, never about a person or a name.
type Listed struct {
	Identifier
	Source     string `json:"source"`     // who vouches for it
	Confidence int    `json:"confidence"` // 0-100, as STIX 2.1
	Seen       Date   `json:"seen,omitzero"`
	// Until is when the entry stops counting; zero means it does not.
	Until Date `json:"until,omitzero"`
	// Revoked entries are kept and never match.
	Revoked bool `json:"revoked,omitzero"`
	// Closed marks an identifier of one of the company's own confirmed cases.
	Closed bool     `json:"closed,omitzero"`
	Cite   Citation `json:"cite"`
}
