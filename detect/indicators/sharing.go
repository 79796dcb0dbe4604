// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/link"
	"daylight/record"
)

// samePerson reports whether the other profile is this person's own: an earlier
// application, or an alias somebody declared.
func samePerson(e link.Edge) bool {
	return e.Reapplication || e.Relation == record.SamePerson
}

// under words how the names of two profiles compare, without either.
func under(m record.NameMatch) string {
	switch m {
	case record.NameSame:
		return "under the same name"
	case record.NameClose:
		return "under a name that agrees in part"
	case record.NameDifferent:
		return "under another name"
	case record.NameUnknown:
	}
	return "whose name is not on record"
}

// telling is how strongly an edge counts, in percent of the weight of the
// indicator that reads it, or 0 when the two profiles are one person's or nothing
// surprising is left of the share. Linking has already damped its weight by how
// many hold the value and by declared relations. A name that agrees in part may
// be a changed name and counts half.
func telling(e link.Edge, full record.Weight) int {
	if samePerson(e) || e.Weight <= 0 || e.Names == record.NameSame {
		return 0
	}
	strength := min(100*int(e.Weight)/int(full), 100)
	if e.Names == record.NameClose {
		strength /= 2
	}
	return max(strength, 1)
}

// strongest returns the most telling edge of the types given, its strength and
// everyone those edges lead to.
func strongest(p *detect.Pass, full record.Weight, types ...record.IdentifierType) (best link.Edge, strength int, others []record.SubjectID) {
	for e := range p.EdgesVia(types...) {
		s := telling(e, full)
		if s == 0 {
			continue
		}
		others = append(others, e.Other)
		if s > strength {
			best, strength = e, s
		}
	}
	slices.Sort(others)
	return best, strength, slices.Compact(others)
}

// among words whom a share is with: the other of the strongest edge, under which
// name, and how many there are in all.
func among(best link.Edge, others []record.SubjectID) string {
	words := string(best.Other) + ", " + under(best.Names)
	if best.Relation != "" {
		words += " (a declared relation explains part of it)"
	}
	if n := len(others) - 1; n > 0 {
		words += ", and with " + count(n, "other profile")
	}
	return words
}

// called words a type of identifier.
func called(t record.IdentifierType) string {
	switch t {
	case record.Email:
		return "an e-mail address"
	case record.Phone:
		return "a phone number"
	case record.ProfileURL:
		return "a profile page"
	case record.PostalAddress:
		return "a postal address"
	case record.BankAccount:
		return "a bank account"
	case record.Wallet:
		return "a wallet"
	case record.Handle:
		return "an account name"
	case record.Referee:
		return "a referee"
	case record.ClientAddr, record.Network:
		return "a network address"
	case record.DeviceSerial, record.HardwareID, record.GatewayMAC, record.FactorDevice, record.BrowserToken:
		return "a device"
	case record.PhotoHash:
		return "a picture"
	case record.DocumentID, record.ResumeText, record.SkillSet, record.DocumentBatch:
	}
	return "a file"
}
