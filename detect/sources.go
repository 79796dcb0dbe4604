// SPDX-License-Identifier: Apache-2.0

package detect

// Source is a publication that indicators refer to by a short key.
type Source struct{ Key, Title string }

// Sources lists the keys that References may use, in order. A private catalogue
// cites its own sources in full.
func Sources() []Source {
	return []Source{
		{"ASHBY", "Ashby, API documentation (candidate client information)"},
		{"ATTACK", "MITRE ATT&CK, T1219.003 Remote Access Hardware"},
		{"BBC", "BBC, reports on remote workers under assumed identities"},
		{"C2PA", "C2PA technical specification 2.1"},
		{"CASES", "published case reports: incident write-ups by companies and security firms, and accounts in the press, that describe the same observation"},
		{"DISPOSABLE", "the disposable-email-domains list"},
		{"DOJ-CHAP", "US v. Chapman (2024), indictment"},
		{"DOJ-KNOOT", "US v. Knoot (2024), indictment"},
		{"DOJ-WANG", "US v. Wang and others (2025), indictment"},
		{"DTEX", "DTEX Systems, reports on insider risk"},
		{"ELASTIC", "Elastic, published detection rules"},
		{"FBI-2206", "FBI IC3, public service announcement of 28 June 2022"},
		{"FBI-2310", "FBI IC3, public service announcement of 18 October 2023"},
		{"FBI-2405", "FBI IC3, public service announcement of 16 May 2024"},
		{"FBI-2501", "FBI IC3, public service announcement of 23 January 2025"},
		{"FBI-2507", "FBI IC3, public service announcement of 23 July 2025"},
		{"GTIG25", "Google Threat Intelligence Group, report of 2025"},
		{"GUIDE22", "US Treasury, State and FBI, guidance of 2022"},
		{"HUNT", "Huntress, case report of 2026"},
		{"ICAO9303", "ICAO Doc 9303, Machine Readable Travel Documents, parts 3-6"},
		{"KNOWBE4", "KnowBe4, report on a hire of its own"},
		{"KRAKEN", "Kraken, report on an applicant of its own"},
		{"KVM-SRC", "source code and default settings of KVM-over-IP products"},
		{"LOLRMM", "LOLRMM, list of remote-management tools"},
		{"MANDIANT", "Mandiant, reports on remote workers under assumed identities"},
		{"MS2130", "MacroSilicon MS2130, data sheet"},
		{"MS25", "Microsoft, guidance of 2025"},
		{"MS26", "Microsoft, guidance of 2026"},
		{"OFSI", "UK Office of Financial Sanctions Implementation, advisory on IT workers (2024)"},
		{"OKTA", "Okta, documentation of device tokens and detections"},
		{"OOXML", "ECMA-376 part 1, Office Open XML (revision-save ids)"},
		{"RF", "Recorded Future (Insikt Group), reports"},
		{"SEAL", "Security Alliance (SEAL), reports and guidance"},
		{"SIGMA", "Sigma, published detection rules"},
		{"SPA", "I. Reda, A. Andreas, Solar position algorithm for solar radiation applications, Solar Energy 76 (2004)"},
		{"SPLUNK", "Splunk, published detections for video meetings"},
		{"SPUR", "Spur, research on the exits of VPN providers and residential proxies"},
		{"STIX", "OASIS, STIX version 2.1"},
		{"UNIT42", "Unit 42, \"False Face\" (2025)"},
		{"X4BNET", "X4BNet, lists of VPN and hosting networks"},
		{"XMP", "ISO 16684-1, Extensible Metadata Platform"},
	}
}
