// SPDX-License-Identifier: Apache-2.0

package normalize

// Formats returns every format, in the order in which recognition tries them: a
// new format is one line here and one file. The slice is the caller's.
func Formats() []*Format {
	return []*Format{
		{Name: "okta.system_log", Matches: matchesOkta, NewEvents: newOkta},
		{Name: "github.audit_log", Matches: matchesGitHub, NewEvents: newGitHub},
		{Name: "slack.audit_log", Matches: matchesSlackAudit, NewEvents: newSlackAudit},
		{Name: "slack.access_log", Matches: matchesSlackAccess, NewEvents: newSlackAccess},
		{Name: "ocsf.event", Matches: matchesOCSF, NewEvents: newOCSF},
	}
}
