// SPDX-License-Identifier: Apache-2.0

package record

// Attestation is a question that no export answers: an outside service looks it
// up, or a person sees it. Its answers come as checks, one row of checks.csv
// each, with the results of [AttestationResults].
type Attestation struct {
	Check string // the word of the check
	Found string // what the result "found" says, as the end of "that ..."
}

// AttestationResults are the results that an attestation can have besides
// "no_answer", "pending" and "refused", which say nothing.
var AttestationResults = [...]string{"found", "not_found"}

// Attestations lists them all. Each is asked by an indicator that names it.
func Attestations() []Attestation {
	return []Attestation{
		// Application.
		{"answers_copied", "the free-text answers or the work sample equal another applicant's"},
		{"endpoint_pattern", "the account called the careers site in the same order as other accounts from the same source"},
		{"email_new", "the e-mail address or its domain was first seen less than 90 days before the application"},
		{"email_other_name", "the e-mail address stands in a profile of a person with another name"},
		{"form_by_machine", "the form was filled in by a program"},
		{"contributors_confirmed", "two or more contributors of the person's repositories are accounts of confirmed cases"},
		{"code_copied", "commits that the person claims stand earlier, by others, in unrelated repositories"},
		{"advert_mirrored", "the résumé repeats the advert nearly word for word"},
		{"off_platform", "the person asked to leave the hiring platform or to use somebody else's account"},
		{"portfolio_shared", "the portfolio shares its build, its hosting project or its analytics with another person's"},
		{"reference_linked", "a reference is connected to the person or to another candidate"},
		{"layout_shared", "the résumé's first page looks the same as another person's"},
		{"agency_unverified", "the agency showed no identity check of its own for the person"},
		{"phone_voip", "the telephone number is a non-fixed VoIP line or was ported within 30 days"},
		// Interview.
		{"lips_out_of_step", "lips and voice were apart in two rounds or more"},
		{"depth_gap", "first answers were fluent and unscripted follow-ups collapsed, by the scored rubric"},
		{"live_id_declined", "the person declined, twice and with alternatives offered, to show a document on camera when every finalist was asked"},
		{"other_accounts_shown", "a shared screen showed other people's accounts, seen by two people"},
		{"never_together", "two candidates were never available at the same time over six slots or more"},
		{"slow_replies", "the person could not be reached in real time in the hours they stated"},
		// Identity and onboarding.
		{"portrait_mismatch", "the portrait is not that of the registered person, by the issuer or a reviewer"},
		{"document_batch", "the pictures of the document come from one batch with another person's"},
		{"verification_denied", "the identity verification was denied twice, or tried from several devices"},
		{"signed_elsewhere", "the contract was signed from another place or from the address of another hire"},
		{"own_device_insisted", "the person insisted on a device of their own"},
		{"received_by_other", "the parcel was signed for by somebody else, or identification at the door was refused"},
		{"address_forwarder", "the delivery address is a mail-box shop, a forwarder, a virtual office or vacant"},
		{"number_trace_conflict", "the number's history lacks the claimed addresses and lists several current employers"},
		// Access.
		{"exposed_console", "a remote console answers at the address of the sign-ins, by a provider of exposure data"},
		{"mfa_phone_shared", "one telephone number serves the sign-in of several accounts"},
		{"push_elsewhere", "sign-ins were approved from another place than they came from"},
		// Device.
		{"wifi_elsewhere", "the Wi-Fi access point maps to another place than claimed"},
		{"calls_at_once", "several calls ran at the same time on three days or more"},
		{"builtin_unused", "the laptop's own keyboard and pointer were not used for two weeks"},
		{"input_delayed", "input arrived with the delay of a network"},
		{"rack_profile", "the laptop was always on mains, closed, wired and at one address"},
		{"unattended_meeting", "a meeting with one account shared the screen and its control for hours, on several days"},
		{"console_after_wifi", "a console or input device and a permanent wired link followed the first home Wi-Fi within two days"},
		// Work.
		{"context_lost", "the person did not know what was agreed in their own meetings, three times or more"},
		{"colleague_identity_asked", "the person asked a colleague for identity details or an account, and it was verified"},
		{"identity_switched", "the person's handle was renamed and another name was seen within 30 days"},
		{"meetups_avoided", "every event in person was declined, with travel to the person offered"},
		{"output_swings", "quality and volume of work jumped from week to week"},
		// Data.
		{"build_touched_early", "workflows, lock files or publishing were changed in the first 60 days by somebody who does not own them"},
		{"uploaded_outside", "far more than usual was uploaded to a personal account"},
		{"secrets_read", "a program that is no browser read its stored sessions or passwords"},
		{"small_charges", "five or more charges below the limit of approval went to a new payee"},
		{"privileges_pressed", "the person pressed for rights beyond their peers' before probation ended"},
		// Pay.
		{"changed_from_shared_address", "the pay account was changed through an anonymous or shared address"},
		{"crypto_asked", "the person asked to be paid in a currency that is not the company's way, or through somebody else"},
		{"money_service", "pay goes to a money service or a prepaid account"},
		{"payee_new_company", "the payee is a company younger than a year that shares its address or telephone with others"},
		{"prepayment_pressed", "the person wanted pay early or without milestones"},
		{"tax_number_elsewhere", "a notice says that the tax number is used by somebody else"},
		{"invoice_shared", "invoices share their template or their file with another contractor's"},
		// Leaving.
		{"returned_oddly", "the laptop came back from elsewhere, not at all, or with new hardware traces"},
		{"vanished_on_recheck", "the person resigned or deleted accounts within two days of a request to verify again"},
	}
}
