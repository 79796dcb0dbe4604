// SPDX-License-Identifier: Apache-2.0

package record

// Protected reports whether the record says that the person's address and former
// name are protected. It holds for everything about them.
func (r Record) Protected() bool {
	p, ok := r.Body.(Person)
	return ok && p.Protected
}

// Shown returns the record as anybody may read it: without what says that the
// person has an accommodation or is protected, without former names, and without
// addresses where they are protected, as any record about the person may say.
func (r Record) Shown(protected bool) Record {
	switch b := r.Body.(type) {
	case Person:
		b.Accommodation, b.Protected, b.Former = false, false, nil
		if protected {
			b.Address = Address{}
		}
		r.Body = b
	case Shipment:
		if protected {
			b.Address = Address{}
		}
		r.Body = b
	case Resume, Photo, IdentityDocument, Interview, Check, Payout, Device, CodeHistory, Outcome, Call:
	}
	return r
}
