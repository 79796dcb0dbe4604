// SPDX-License-Identifier: Apache-2.0

package record

// Words returns the closed words of the fields that hold one, by the name of the
// field as golden cases and stored records write it. Decoders accept these and
// no others, and the golden harness refuses a case that holds another, so that
// no indicator waits for a word that no input can bring.
func Words() map[string][]string {
	return map[string][]string{
		"interview.scheduled":        {"planned", "unscheduled"},
		"interview.camera":           {"on", "off", "refused", "brief"},
		"interview.lighting":         {"good", "poor", "dark"},
		"interview.background":       {"clear", "blurred", "virtual"},
		"interview.video_quality":    {"good", "poor", "frozen"},
		"interview.excuse":           {"none", "bandwidth", "camera", "other"},
		"interview.audio":            {"clear", "others_talking", "call_centre", "delayed"},
		"interview.window":           {"bright", "dark", "not_shown", "refused"},
		"interview.gesture":          {"done", "failed", "refused", "not_asked"},
		"interview.prompt_profile":   {"done", "failed", "refused", "not_asked"},
		"interview.prompt_hand":      {"done", "failed", "refused", "not_asked"},
		"interview.prompt_fingers":   {"done", "failed", "refused", "not_asked"},
		"interview.prompt_near":      {"done", "failed", "refused", "not_asked"},
		"interview.local_knowledge":  {"good", "poor", "not_asked"},
		"interview.answers":          {"fluent", "read_aloud", "long_pauses"},
		"interview.background_check": {"willing", "evasive", "refused", "not_asked"},
		"interview.same_person":      {"yes", "no", "unsure", "not_compared"},
		"check.check": append([]string{
			"identity_document", "employment", "education", "reference", "background", "in_person", "account_holder", "extortion", Arrangement,
			"employment_record", "education_record", "identity_record",
		}, attested()...),
		"check.result": append([]string{
			"passed", "denied", "no_such_organisation", "no_answer", "close", "mismatch", "refused", "withdrawn", "extended", "pending",
			"belongs_to_other", "reported", ArrangementResult,
		}, AttestationResults[:]...),
		"outcome.outcome": {"confirmed", "cleared", "unresolved"},
		"stage":           {string(Applicant), string(Worker), string(Leaver)},
		"relation":        {string(Household), string(Referral), string(AgencyOf), string(Coworking), string(SamePerson)},
		"device.fact": {
			string(Software), string(Process), string(USB), string(Display), string(Interface), string(Listening), string(Clock),
			string(Enrolled), string(Camera), string(Neighbour), string(Extension), string(RemoteLogon),
			string(BrowserAccount),
		},
		"device.sign": {RemoteHostPIN, Survey, HIDGadget, PacketScript, SocketScript, MeetingLink},
		"identifier": {
			string(Email), string(Phone), string(ProfileURL), string(PostalAddress), string(BankAccount), string(Wallet), string(Handle),
			string(DeviceSerial), string(HardwareID), string(GatewayMAC), string(ClientAddr), string(Network), string(FactorDevice),
			string(BrowserToken), string(PhotoHash), string(DocumentID), string(ResumeText), string(SkillSet), string(Referee),
			string(DocumentBatch),
		},
	}
}

func attested() []string {
	var words []string
	for _, a := range Attestations() {
		words = append(words, a.Check)
	}
	return words
}
