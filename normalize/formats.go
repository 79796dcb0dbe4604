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
		{Name: "google.activities", Matches: matchesGoogle, NewEvents: newGoogle},
		{Name: "entra.sign_ins", Matches: matchesEntra, NewEvents: newEntra},
		{Name: "ocsf.event", Matches: matchesOCSF, NewEvents: newOCSF, NewRecords: newOCSFInventory},
		{Name: "zoom.participants", Matches: matchesZoom, NewRecords: newZoom},
		{Name: "osquery.results", Matches: matchesOsquery, NewRecords: newOsquery},
		{Name: "fleet.hosts", Matches: matchesFleetHosts, NewRecords: newFleetHosts},
		{Name: "fleet.hosts", Matches: matchesFleetCSV, NewRecords: newFleetCSV},
		{Name: "fleet.report", Matches: matchesFleetReport, NewRecords: newFleetReport},
		{Name: "jamf.computers", Matches: matchesJamf, NewRecords: newJamf},
		{Name: "jamf.computers", Matches: matchesJamfCSV, NewRecords: newJamfCSV},
		{Name: "intune.devices", Matches: matchesIntune, NewRecords: newIntune},
		{Name: "intune.devices", Matches: matchesIntuneCSV, NewRecords: newIntuneCSV},
		{Name: "intune.apps", Matches: matchesIntuneApps, NewRecords: newIntuneApps},
		{Name: "github.user", Matches: matchesGitHubUser, NewRecords: newGitHubUsers},
		{Name: "greenhouse.candidates", Matches: matchesGreenhouseCandidates, NewRecords: newGreenhouseCandidates},
		{Name: "greenhouse.applications", Matches: matchesGreenhouseApplications, NewRecords: newGreenhouseApplications},
		{Name: "lever.opportunities", Matches: matchesLever, NewRecords: newLever},
		{Name: "ashby.candidates", Matches: matchesAshbyCandidates, NewRecords: newAshbyCandidates},
		{Name: "ashby.applications", Matches: matchesAshbyApplications, NewRecords: newAshbyApplications},
		{Name: "ashby.client_info", Matches: matchesAshbyClients, NewRecords: newAshbyClients},
		{Name: "workable.candidates", Matches: matchesWorkable, NewRecords: newWorkable},
		{Name: "scim.users", Matches: matchesSCIM, NewRecords: newSCIM},
		{Name: "bamboohr.employees", Matches: matchesBambooJSON, NewRecords: newBambooJSON},
		{Name: "stix.bundle", Matches: matchesSTIX, NewListed: newSTIX},
		{Name: "misp.events", Matches: matchesMISP, NewListed: newMISP},
		{Name: "identity.verifications", Matches: matchesVerification, NewRecords: newVerifications},
		{Name: "interviews", Matches: matchesInterviews, NewRecords: newInterviews},
		{Name: "csv.checks", Matches: matchesChecks, NewRecords: newChecks},
		{Name: "csv.outcomes", Matches: matchesOutcomes, NewRecords: newOutcomes},
		{Name: "csv.pay", Matches: matchesPay, NewRecords: newPay},
		{Name: "csv.shipping", Matches: matchesShipping, NewRecords: newShipping},
		{Name: "csv.identifiers", Matches: matchesListed, NewListed: newListed},
		{Name: "bamboohr.report", Matches: matchesBamboo, NewRecords: newBamboo},
		{Name: "workday.report", Matches: matchesWorkday, NewRecords: newWorkday},
		// Last, because a person's id and little else stands in other tables too.
		{Name: "csv.people", Matches: matchesPeople, NewRecords: newPeople},
	}
}
