// SPDX-License-Identifier: Apache-2.0

package link

import (
	"math"
	"slices"

	"daylight/record"
)

// Rule is how surprising one type of identifier is when two strangers hold the
// same value.
type Rule struct {
	Type record.IdentifierType
	// Base is the weight between two strangers, centibans.
	Base record.Weight
	// Full is the number of holders up to which Base counts in full; from there it
	// falls with the logarithm of the holders and is 0 at None.
	Full, None int
	Reason     string
}

// Rules returns the weight of every type, for documentation. All figures are
// starting values, not measurements: they order the types by how often honest
// strangers share one, and a company's own outcomes replace them by way of the
// indicators' weights.
func Rules() []Rule { return slices.Clone(rules) }

var rules = []Rule{
	{record.Email, 130, 3, 20, "one mailbox is one reader; small teams and families share some"},
	{record.Wallet, 130, 6, 50, "a wallet has one key"},
	{record.BankAccount, 120, 6, 50, "strangers are not paid into one account; an agency's account is a hub"},
	{record.ProfileURL, 120, 3, 20, "a profile is one person's; a company page is a hub"},
	{record.Handle, 120, 3, 20, "an account in public code is one person's; an organisation's is a hub"},
	{record.PhotoHash, 110, 10, 60, "one picture under several names; a stock avatar is a hub"},
	{record.Phone, 110, 3, 20, "a telephone has one owner or one household"},
	{record.Network, 110, 10, 64, "one home's address, day after day; whole rings sit behind one, and so do offices"},
	{record.GatewayMAC, 110, 10, 64, "one router; as for the network address, without the carrier's sharing"},
	{record.FactorDevice, 110, 3, 16, "an authenticator is carried by one person"},
	{record.DocumentID, 90, 4, 30, "files with one ancestor; a template shop is a hub"},
	{record.DeviceSerial, 90, 4, 16, "one machine; it may have been issued again"},
	{record.BrowserToken, 90, 3, 16, "one browser; a public computer is a hub"},
	{record.HardwareID, 80, 10, 40, "one unit's serial number, or the network card or disk of one machine in a call; careless makers repeat theirs, and those are hubs"},
	{record.PostalAddress, 80, 3, 20, "goods for strangers at one door; half of it where both live there, for people share houses"},
	{record.ResumeText, 120, 48, 64, "by the surprise of the shared passages, see Overlap.Nats; Base is the most. One text under forty names is the scheme itself, so its holders do not damp it; what more people have is a template"},
	{record.ClientAddr, 40, 2, 16, "one application each from one address: a campus, a library or a flat"},
	{record.SkillSet, 30, 4, 30, "people in one trade list one trade's skills"},
	{record.DocumentBatch, 100, 3, 16, "pictures of two identity documents alike in camera and zone, half hour, background and date of expiry; a desk that takes everybody's picture is a hub. Three of the four are what one desk explains, and count three tenths"},
	{record.Referee, 30, 3, 15, "former colleagues name the same manager"},
}

// limit is how many holders a value may have before it makes no edges at all: an
// office, a carrier or a stock picture says nothing, and listing it would cost
// the square of its size. It is the largest None of the table.
const limit = 64

func ruleOf(t record.IdentifierType) Rule {
	if i := slices.IndexFunc(rules, func(r Rule) bool { return r.Type == t }); i >= 0 {
		return rules[i]
	}
	return Rule{Type: t}
}

// damp is the percentage of Base that counts at a number of holders, rounded
// down: 100·(1 − log2(holders/Full) / log2(None/Full)) between Full and None.
func (r Rule) damp(holders int) record.Weight {
	switch {
	case holders <= r.Full:
		return 100
	case holders >= r.None:
		return 0
	}
	full := float64(r.Full)
	return record.Weight(100 * (1 - math.Log2(float64(holders)/full)/math.Log2(float64(r.None)/full)))
}

// Explanation is what a declared relation leaves of a share. Types that a
// relation does not list keep their whole weight.
type Explanation struct {
	Relation record.RelationKind
	Types    []record.IdentifierType
	Percent  record.Weight // what is left of the weight
	Reason   string
}

// Explanations returns what each declared relation explains, for documentation.
func Explanations() []Explanation { return slices.Clone(explanations) }

var explanations = []Explanation{
	{
		record.Household,
		[]record.IdentifierType{
			record.PostalAddress, record.Network, record.ClientAddr, record.GatewayMAC, record.BankAccount,
			record.Phone, record.HardwareID, record.BrowserToken, record.DocumentID, record.Referee, record.DocumentBatch,
		},
		0,
		"one home has one door, one line, one router, often one account, one telephone and one family computer",
	},
	{
		record.Household,
		[]record.IdentifierType{record.Email, record.Wallet, record.DeviceSerial, record.FactorDevice},
		25,
		"a family mailbox or wallet is possible; company machines and authenticators are personal, and are borrowed at home",
	},
	{
		record.Household,
		[]record.IdentifierType{record.ResumeText, record.SkillSet},
		50,
		"people who live together help each other write",
	},
	{
		record.Referral,
		[]record.IdentifierType{record.Referee, record.SkillSet},
		0,
		"people refer those they worked with",
	},
	{
		record.Referral,
		[]record.IdentifierType{record.Email, record.Phone, record.ProfileURL, record.ClientAddr},
		25,
		"a referrer who submits for a friend leaves their own contact; never an account or a machine",
	},
	{
		record.Referral,
		[]record.IdentifierType{record.ResumeText, record.DocumentID},
		50,
		"friends pass on the file of their own résumé",
	},
	{
		record.AgencyOf,
		[]record.IdentifierType{
			record.Email, record.Phone, record.PostalAddress, record.ClientAddr, record.Network, record.GatewayMAC,
			record.BrowserToken, record.BankAccount, record.DocumentID, record.SkillSet, record.Referee, record.DocumentBatch,
		},
		0,
		"an agency submits, formats, hosts and is paid for its people",
	},
	{
		record.AgencyOf,
		[]record.IdentifierType{record.ResumeText, record.HardwareID},
		25,
		"an agency rewrites résumés with its own phrases and lends equipment; it does not copy a career",
	},
	{
		record.Coworking,
		[]record.IdentifierType{record.PostalAddress, record.Network, record.ClientAddr, record.GatewayMAC, record.HardwareID},
		0,
		"one site has one door, one line and shared desks; nothing else",
	},
}

// explain returns the declared relation that leaves least of a share of type t,
// and what it leaves in percent.
func explain(kinds []record.RelationKind, t record.IdentifierType) (record.RelationKind, record.Weight) {
	var best record.RelationKind
	left := record.Weight(100)
	for _, k := range kinds {
		if k == record.SamePerson { // two profiles of one person share everything
			return k, 0
		}
		for _, e := range explanations {
			if e.Relation == k && e.Percent < left && slices.Contains(e.Types, t) {
				best, left = k, e.Percent
			}
		}
	}
	return best, left
}

// repeated is the percentage of a network's weight that counts by the number of
// days on which both used it: once is a visit.
func repeated(days int) record.Weight {
	return [...]record.Weight{0, 25, 50, 75, 75, 100}[min(days, 5)]
}

// nearLine is what is left, in percent, of a shared network or router when the
// two do not claim places far apart: a café, a co-working site or an office that
// no table knows is likelier than one desk. By itself it connects no ring.
const nearLine = 40

// What two people who live at one door leave of other shares, in percent.
// Names do not enter: in many traditions a couple shares none.
const (
	sameHomeLine = 10 // of the network they share: sharing a door implies it
	sameHomeMost = 40 // of account, telephone, mailbox or machine, for a home of two
)

// Pictures of documents that share all four traits weigh the Base of
// DocumentBatch, and those that share fewer someTraits percent of it.
const (
	allTraits  = 4
	someTraits = 30
)

// nats bounds the surprise of shared wording: below natsFloor it weighs nothing
// (method §6), at natsFull it weighs the Base of ResumeText.
const natsFloor, natsFull = 30, 90

func textWeight(nats float64) record.Weight {
	base := ruleOf(record.ResumeText).Base
	switch {
	case !(nats >= natsFloor): // also NaN
		return 0
	case nats >= natsFull:
		return base
	}
	// Half of Base at the floor, rising evenly: what passes it is already unusual.
	return base/2 + record.Weight(float64(base/2)*(nats-natsFloor)/(natsFull-natsFloor))
}
