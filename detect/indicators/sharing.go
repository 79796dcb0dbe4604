// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/link"
	"daylight/record"
)

// samePerson reports whether the other profile is this person's own: an earlier
// application, or an alias somebody declared.
func samePerson(e link.Edge) bool {
	return e.Reapplication || e.Relation == record.SamePerson
}

// explained reports whether a declared relation explains the share, or linking
// found nothing surprising in it.
func explained(e link.Edge) bool { return e.Relation != "" || e.Weight <= 0 }

// under words how the names of two profiles compare, without either.
func under(m record.NameMatch) string {
	switch m {
	case record.NameSame:
		return "under the same name"
	case record.NameClose:
		return "under a name that agrees in part"
	case record.NameDifferent:
		return "under another name"
	default:
		return "whose name is not on record"
	}
}
