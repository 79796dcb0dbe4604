// SPDX-License-Identifier: Apache-2.0

package simulate

// Sign is something that can be the case about a person, or happen to them,
// whether they are honest or not.
type Sign string

// Figure is one assumption: how often something is the case among honest and
// among deceptive people who reach the stage where it can be.
type Figure struct {
	Sign              Sign
	What              string  // as the end of "how often ..."
	Honest, Deceptive float64 // probabilities
	Source            string  // "assumption" where no publication gives a figure
}

const assumed = "assumption"

// The signs that have a figure. Unless it says otherwise, each is drawn once a
// person.
const (
	applyVPN      Sign = "apply_vpn"
	applyHosting  Sign = "apply_hosting"
	workVPN       Sign = "work_vpn"
	mobileUse     Sign = "mobile_use"
	wrongPlace    Sign = "wrong_place"
	claimsNeed    Sign = "claims_accommodation"
	claimsName    Sign = "claims_former_name"
	farFactor     Sign = "far_factor"
	sharedFactor  Sign = "shared_factor"
	sharedPhone   Sign = "shared_phone"
	sharedFile    Sign = "shared_file"
	foreignAuthor Sign = "foreign_author"
	impossible    Sign = "impossible_history"

	cameraRefused   Sign = "camera_refused"
	cameraBrief     Sign = "camera_brief"
	poorLight       Sign = "poor_light"
	poorVideo       Sign = "poor_video"
	bandwidthExcuse Sign = "bandwidth_excuse"
	virtualScene    Sign = "virtual_background"
	virtualCamera   Sign = "virtual_camera"
	captureCard     Sign = "capture_card"
	windowHidden    Sign = "window_not_shown"
	windowRefused   Sign = "window_refused"
	windowMisread   Sign = "window_misread"
	gestureFailed   Sign = "gesture_failed"
	gestureRefused  Sign = "gesture_refused"
	localPoor       Sign = "local_knowledge_poor"
	readAloud       Sign = "answers_read_aloud"
	longPauses      Sign = "answers_long_pauses"
	othersTalking   Sign = "others_talking"
	callCentre      Sign = "call_centre"
	delayedAudio    Sign = "delayed_audio"
	checkEvasive    Sign = "background_check_evasive"
	checkRefused    Sign = "background_check_refused"
	otherPerson     Sign = "other_person_judged"
	unsurePerson    Sign = "same_person_unsure"

	jobDenied        Sign = "employment_denied"
	noSuchFirm       Sign = "employer_unknown"
	jobSilent        Sign = "employment_no_answer"
	degreeDenied     Sign = "education_denied"
	refereeSilent    Sign = "reference_no_answer"
	documentMismatch Sign = "document_mismatch"
	documentOther    Sign = "document_of_other"
	checkExtended    Sign = "check_extended"
	withdrew         Sign = "withdrew"
	meetingRefused   Sign = "in_person_refused"
	meetingPassed    Sign = "in_person_passed"
	voipPhone        Sign = "phone_voip"
	formMachine      Sign = "form_by_machine"
	advertMirrored   Sign = "advert_mirrored"
	layoutShared     Sign = "layout_shared"
	lipsApart        Sign = "lips_out_of_step"
	slowReplies      Sign = "slow_replies"
	signedElsewhere  Sign = "signed_elsewhere"
	ownDevice        Sign = "own_device_insisted"
	forwarder        Sign = "address_forwarder"
	receivedByOther  Sign = "received_by_other"
	inputDelayed     Sign = "input_delayed"
	builtinUnused    Sign = "builtin_unused"
	rackProfile      Sign = "rack_profile"
	contextLost      Sign = "context_lost"
	meetupsAvoided   Sign = "meetups_avoided"
	prepayment       Sign = "prepayment_pressed"
	linkedReference  Sign = "reference_linked"
	shallowAnswers   Sign = "depth_gap"
	liveIDDeclined   Sign = "live_id_declined"
	otherPortrait    Sign = "portrait_mismatch"
	moneyService     Sign = "money_service"

	lateAddress    Sign = "late_address"
	remoteLeftover Sign = "remote_tool"
	remoteEarly    Sign = "remote_tool_72h"
	remoteSecond   Sign = "remote_tool_second"
	consoleUSB     Sign = "ip_kvm"
	jiggler        Sign = "jiggler"
	otherClock     Sign = "other_clock"
	bankChange     Sign = "bank_change"
	otherHolder    Sign = "other_holder"
	sharedAccount  Sign = "shared_account"
	wallet         Sign = "wallet"
	bulkClone      Sign = "bulk_clone"
	copyOutside    Sign = "copy_outside"
	extortion      Sign = "extortion"
)

const (
	table = "simulation defaults of the design, after published cases"
	cases = "assumption; direction from published cases (FBI 2405, 2501; Mandiant; Okta 2025)"
)

// Figures lists every assumption about how often something is so, in the order
// of docs/simulator.md. Tactics and honest groups change some of them.
func Figures() []Figure {
	return []Figure{
		{applyVPN, "an application comes through a consumer VPN", 0.15, 0.60, table},
		{applyHosting, "an application comes from a rented server", 0.01, 0.10, cases},
		{workVPN, "a worker uses a consumer VPN on about half of the days", 0.15, 0.60, table},
		{mobileUse, "a worker uses a mobile line on some days", 0.30, 0.30, assumed},
		{wrongPlace, "the place database puts a home line about 300 km away", 0.02, 0.02, assumed},
		{claimsNeed, "an accommodation is claimed to avoid a check, and recorded", 0, 0.04, assumed + "; honest people with one are a group of their own"},
		{claimsName, "a former name is claimed that was never theirs, so that denials are put down to it", 0, 0.04, assumed + "; honest people with one are a group of their own"},
		{farFactor, "the first factor is enrolled from another line than the laptop's", 0.05, 0.35, cases},
		{sharedFactor, "one telephone approves sign-ins of four fifths of a group", 0, 0.25, cases},
		{sharedPhone, "one telephone number stands in the applications of four fifths of a group or of a couple", 0.05, 0.25, cases},
		{sharedFile, "the résumés of four fifths of a group come from one file", 0, 0.35, cases},
		{foreignAuthor, "the author in a résumé's file is somebody else", 0.03, 0.20, cases},
		{impossible, "a résumé claims a tool before it existed, or full-time posts at once", 0.02, 0.20, cases},

		{cameraRefused, "the camera is refused, an interview", 0.03, 0.20, cases},
		{cameraBrief, "the camera is on only briefly, an interview", 0.05, 0.30, cases},
		{poorLight, "the scene is poorly lit or dark, an interview", 0.08, 0.35, cases},
		{poorVideo, "the video is poor or freezes, an interview", 0.10, 0.35, cases},
		{bandwidthExcuse, "a bad connection is given as the reason, an interview", 0.08, 0.35, cases},
		{virtualScene, "the background is blurred or virtual, an interview", 0.45, 0.60, assumed},
		{virtualCamera, "the camera is a virtual one, an interview", 0.05, 0.25, table + "; deceptive: a quarter with a live face-swap (Pindrop 2026)"},
		{captureCard, "a capture card serves as the camera", 0.005, 0.08, cases},
		{windowHidden, "no window is to be seen, an interview", 0.25, 0.40, assumed},
		{windowRefused, "showing the window is refused, an interview", 0.02, 0.20, cases},
		{windowMisread, "what is seen of the window is the opposite of the sun outside", 0.03, 0.03, assumed + " (blinds, lamps); one in five is a habit and comes again"},
		{gestureFailed, "the picture breaks at the asked gesture, an interview", 0.02, 0.20, cases},
		{gestureRefused, "the asked gesture is refused, an interview", 0.02, 0.20, cases},
		{localPoor, "questions about the own application are answered poorly, an interview", 0.05, 0.40, cases},
		{readAloud, "answers seem read aloud, an interview", 0.05, 0.30, "6 % admit interview fraud (Gartner 2025); deceptive: " + assumed},
		{longPauses, "answers come after long pauses, an interview", 0.10, 0.25, assumed},
		{othersTalking, "others are heard talking, an interview", 0.05, 0.15, cases},
		{callCentre, "the room sounds like a call centre, an interview", 0.005, 0.10, cases},
		{delayedAudio, "the sound is delayed, an interview", 0.05, 0.20, assumed},
		{checkEvasive, "a background check is evaded when asked for", 0.03, 0.30, cases},
		{checkRefused, "a background check is refused when asked for", 0.01, 0.10, cases},
		{otherPerson, "interviewers judge that two meetings were with different people", 0.003, 0.05, assumed},
		{unsurePerson, "interviewers are unsure whether two meetings were with one person", 0.02, 0.10, assumed},

		{jobDenied, "a past employer denies a claimed post, a check", 0.015, 0.35, cases + "; honest: closed firms, agencies, changed names"},
		{noSuchFirm, "there is no such employer, a check", 0.003, 0.12, cases},
		{jobSilent, "a past employer does not answer, a check", 0.20, 0.30, assumed},
		{degreeDenied, "an institution denies the degree", 0.01, 0.30, cases},
		{refereeSilent, "a referee does not answer", 0.10, 0.20, assumed},
		{documentMismatch, "the identity document fails its check", 0.01, 0.10, cases},
		{documentOther, "the identity document belongs to somebody else, and that is found", 0.0003, 0.08, cases},
		{checkExtended, "the background report takes longer than set", 0.10, 0.20, assumed},
		{withdrew, "the person withdraws at a check", 0.02, 0.15, cases},
		{meetingRefused, "the check in person is refused or not come to", 0.02, 0.40, cases},
		{meetingPassed, "the check in person, if come to, is passed", 0.99, 0.45, assumed + " (a paid local comes instead)"},
		{voipPhone, "the telephone is found to be a VoIP line", 0.12, 0.50, assumed},
		{formMachine, "the form is found to be filled in by a program", 0.10, 0.25, assumed + "; honest: browsers' and helpers' form filling"},
		{advertMirrored, "the résumé is found to repeat the advert", 0.10, 0.20, "39 % use AI in applications (Gartner); both: " + assumed},
		{layoutShared, "the first page is found to look like another's", 0.05, 0.15, assumed},
		{lipsApart, "lips and voice are apart in two rounds", 0.03, 0.15, assumed},
		{slowReplies, "the person is hard to reach in the stated hours", 0.05, 0.20, assumed},
		{signedElsewhere, "the contract is signed from another place", 0.04, 0.30, assumed},
		{ownDevice, "the person insists on an own device", 0.03, 0.12, assumed},
		{forwarder, "the delivery address is found to be a forwarder", 0.02, 0.15, cases},
		{receivedByOther, "somebody else signs for the parcel", 0.03, 0.25, cases},
		{inputDelayed, "input arrives with a network's delay, above 110 ms", 0.02, 0.45, "Amazon (above 110 ms where peers show tens); rates: " + assumed},
		{builtinUnused, "the laptop's own keyboard is not used for two weeks", 0.30, 0.70, assumed + "; honest: docked desks"},
		{rackProfile, "the laptop is always closed, wired, on mains and at one address", 0.08, 0.45, cases},
		{contextLost, "the person does not know what was agreed in own meetings", 0.04, 0.15, assumed},
		{meetupsAvoided, "every event in person is declined", 0.05, 0.40, assumed},
		{prepayment, "early pay is pressed for", 0.01, 0.05, assumed},
		{moneyService, "pay goes to a money service", 0.04, 0.15, cases},

		{linkedReference, "a reference is found to be connected to the person or another candidate, when looked for", 0.02, 0.25, cases + "; honest: small firms and freelancers; deceptive: as often as rings share a telephone"},
		{shallowAnswers, "answers collapse at an unscripted follow-up, when two are asked", 0.10, 0.35, assumed + "; honest: twice as often as questions about the own application go poorly; deceptive: between answers read aloud and poor local knowledge"},
		{liveIDDeclined, "showing a document on camera is declined twice, with alternatives", 0.01, 0.25, cases + "; honest: half of who declines to meet, as there is more to choose from; deceptive: between a declined gesture and a declined meeting"},
		{otherPortrait, "whoever compares finds that the portrait is of somebody else", 0.06, 0.25, "6 % of valid portraits rejected and 14 % of others' accepted by passport officers (White et al. 2014, doi 10.1371/journal.pone.0103510); that a quarter of deceptive people show another's portrait: assumption"},

		{lateAddress, "the delivery address changes late", 0.05, 0.40, table},
		{remoteLeftover, "a remote-access tool of old stands on the laptop", 0.01, 0.05, table},
		{remoteEarly, "a remote-access tool appears within 72 hours", 0.002, 0.50, table},
		{remoteSecond, "a second remote-access tool appears beside the first", 0.05, 0.25, cases},
		{consoleUSB, "an IP-KVM is plugged in", 0.0005, 0.25, table},
		{jiggler, "a mouse jiggler runs", 0.03, 0.20, table},
		{otherClock, "the laptop's clock keeps another zone than the claimed one", 0.02, 0.10, assumed},
		{bankChange, "pay moves to another account within the first year", 0.06, 0.25, assumed},
		{otherHolder, "the account's holder has another name", 0.02, 0.20, cases},
		{sharedAccount, "four fifths of a group, or both of a couple, are paid to one account", 0.30, 0.15, cases},
		{wallet, "pay goes to a wallet", 0.003, 0.04, cases},
		{bulkClone, "a new hire clones most repositories at once", 0.02, 0.12, cases},
		{copyOutside, "company code is pushed outside", 0.005, 0.06, cases},
		{extortion, "a threat is reported after exit", 0, 0.07, table},
	}
}

// odds are the probabilities that hold for one person.
type odds map[Sign]float64

// oddsOf returns the figures' odds, for honest or for deceptive people.
func oddsOf(deceptive bool) odds {
	o := odds{}
	for _, f := range Figures() {
		if o[f.Sign] = f.Honest; deceptive {
			o[f.Sign] = f.Deceptive
		}
	}
	return o
}

// known reports whether a sign has a figure.
func known(s Sign) bool {
	for _, f := range Figures() {
		if f.Sign == s {
			return true
		}
	}
	return false
}
