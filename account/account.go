// SPDX-License-Identifier: Apache-2.0

// Package account is who may use the service and how they prove it: accounts with
// their roles, sign-in by password and one-time code, by passkey or by the
// organisation's identity provider, sessions of browsers and tokens of programs.
//
// It decides who somebody is, never what they may see: that is the table of routes
// in package web. Secrets are stored as hashes only, and every change is an entry of
// the audit log in the same transaction.
package account

import "slices"

// Role is what somebody does at the company; pages ask for roles.
type Role string

// The roles.
const (
	Recruiter     Role = "recruiter"     // sees applicants, without names, and asks for checks
	HR            Role = "hr"            // sees employees and decides together with legal
	Security      Role = "security"      // works cases
	Legal         Role = "legal"         // approves outcomes that go against somebody
	Auditor       Role = "auditor"       // reads the audit log and changes nothing
	Administrator Role = "administrator" // manages accounts, sources and settings
)

// Roles returns every role, in the order in which pages list them.
func Roles() []Role {
	return []Role{Recruiter, HR, Security, Legal, Auditor, Administrator}
}

// Valid reports whether the role is one of [Roles].
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Identity is who is signed in. The zero value is nobody.
type Identity struct {
	Account string // id of the account, as the audit log names it
	Name    string // as pages show it
	Roles   []Role
	// Person is the same for every account of one human being, "" where it is not
	// known. It is given when the account is made and never changes.
	Person string
	// Hands are the accounts and persons whose one-time links made this account or
	// gave it a new password.
	Hands []string
}

// Has reports whether the identity holds one of the roles.
func (i Identity) Has(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(i.Roles, r) })
}
