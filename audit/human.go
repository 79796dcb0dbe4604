// SPDX-License-Identifier: Apache-2.0

package audit

import "slices"

// Human is what is known of whose an account is, for what takes two people.
type Human struct {
	Account string
	// Person is the same for every account of one human being, given when the account
	// was made and never changed; "" where it is not known.
	Person string
	// Shown is a keyed hash of the name that the account shows. Two that show one name
	// are taken for one: the one thing that an owner can change only makes them more
	// alike.
	Shown string
	// Hands are the accounts and persons whose one-time links made the account or gave
	// it a new password: they may have used those links themselves.
	Hands []string
}

// Same reports whether two accounts are, or may be, those of one human being.
func (h Human) Same(other Human) bool {
	switch {
	case h.Account == other.Account, h.Person == "" || other.Person == "", h.Person == other.Person:
		return true
	case h.Shown != "" && h.Shown == other.Shown:
		return true
	}
	return h.heldBy(other) || other.heldBy(h)
}

// heldBy reports whether a one-time link of the account went through other's hands.
func (h Human) heldBy(other Human) bool {
	return slices.Contains(h.Hands, other.Account) || slices.Contains(h.Hands, other.Person)
}
