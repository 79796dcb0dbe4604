// SPDX-License-Identifier: Apache-2.0

// Package indicators is the catalogue: one file an indicator, one golden file
// beside it in testdata, one line here.
//
// An indicator states what was observed of one subject. It never reads who the
// subject is: names can only be compared, countries only be equal or not.
package indicators

import (
	"daylight/detect"
	"daylight/detect/indicators/arabic"
)

// Catalog returns every built-in indicator, in the order of the ids beside them.
// One that is declared and not listed here fails the tests of this package.
func Catalog() []*detect.Indicator {
	list := []*detect.Indicator{
		anonymisedIP,             // app.anonymised_ip
		answerClone,              // app.answer_clone
		atsAPIPattern,            // app.ats_api_pattern
		burstSameClient,          // app.burst_same_client
		contactReuse,             // app.contact_reuse
		degreeDenied,             // app.degree_denied
		dormantAccountRevived,    // app.dormant_account_revived
		emailLinkedOtherName,     // app.email_linked_other_name
		emailYoung,               // app.email_young
		employerDenies,           // app.employer_denies
		formMachineFilled,        // app.form_machine_filled
		gitCommitsPredateAccount, // app.git_commits_predate_account
		gitContributorOverlap,    // app.git_contributor_overlap
		gitCopiedRepos,           // app.git_copied_repos
		gitIdentityRotation,      // app.git_identity_rotation
		ipVsClaimedPlace,         // app.ip_vs_claimed_place
		jdMirror,                 // app.jd_mirror
		knownSelector,            // app.known_selector
		offPlatformRequest,       // app.off_platform_request
		photoGenerated,           // app.photo_generated
		photoReuse,               // app.photo_reuse
		portfolioInfraShared,     // app.portfolio_infra_shared
		profileInconsistency,     // app.profile_inconsistency
		referenceLinked,          // app.reference_linked
		referralCluster,          // app.referral_cluster
		resumeFileFingerprint,    // app.resume_file_fingerprint
		resumeLayoutClone,        // app.resume_layout_clone
		resumeTextClone,          // app.resume_text_clone
		roleSpray,                // app.role_spray
		skillSetIdentical,        // app.skill_set_identical
		staffingChainUnverified,  // app.staffing_chain_unverified
		throwawayWorkAccount,     // app.throwaway_work_account
		timelineImpossible,       // app.timeline_impossible
		voipPhone,                // app.voip_phone
		buildTamper,              // dat.build_tamper
		bulkClone,                // dat.bulk_clone
		cloudExfilVDI,            // dat.cloud_exfil_vdi
		copyToPersonal,           // dat.copy_to_personal
		extraKeys,                // dat.extra_keys
		privPush,                 // dat.priv_push
		secretHarvest,            // dat.secret_harvest
		smallCharges,             // dat.small_charges
		arpFarm,                  // dev.arp_farm
		bssidPlace,               // dev.bssid_place
		captureAsWebcam,          // dev.capture_as_webcam
		clockZone,                // dev.clock_zone
		concurrentCalls,          // dev.concurrent_calls
		crdScripted,              // dev.crd_scripted
		doubleHID,                // dev.double_hid
		firstRecon,               // dev.first_recon
		genericGadget,            // dev.generic_gadget
		helperExtensions,         // dev.helper_extensions
		inputLag,                 // dev.input_lag
		ipkvmEDID,                // dev.ipkvm_edid
		ipkvmUSB,                 // dev.ipkvm_usb
		jiggler,                  // dev.jiggler
		meetingRemoteControl,     // dev.meeting_remote_control
		profileSyncOther,         // dev.profile_sync_other
		rackProfile,              // dev.rack_profile
		rdpInbound,               // dev.rdp_inbound
		rmmEarly,                 // dev.rmm_early
		rmmTwoVendors,            // dev.rmm_two_vendors
		rmmUnapproved,            // dev.rmm_unapproved
		usbHIDScript,             // dev.usb_hid_script
		avDesync,                 // int.av_desync
		cameraRefused,            // int.camera_refused
		checkEvaded,              // int.check_evaded
		clientShared,             // int.client_shared
		daylightMismatch,         // int.daylight_mismatch
		depthGap,                 // int.depth_gap
		excuseRepeat,             // int.excuse_repeat
		inPersonRefused,          // int.in_person_refused
		callPlace,                // int.ip_vs_claimed
		latencyHigh,              // int.latency_high
		liveIDDeclined,           // int.live_id_declined
		nameMismatch,             // int.name_mismatch
		occlusionArtifact,        // int.occlusion_artifact
		otherAccountsOnScreen,    // int.other_accounts_on_screen
		personChanged,            // int.person_changed
		personaCollision,         // int.persona_collision
		placeKnowledgeFail,       // int.place_knowledge_fail
		rareAVDevice,             // int.rare_av_device
		remoteHost,               // int.remote_host
		secondVoice,              // int.second_voice
		slowRealtime,             // int.slow_realtime
		typingRhythm,             // int.typing_rhythm
		videoPoor,                // int.video_poor
		virtualCamera,            // int.virtual_camera
		astrillEgress,            // net.astrill_egress
		concurrentPlaces,         // net.concurrent_places
		consumerVPN,              // net.consumer_vpn
		deviceTokenMulti,         // net.device_token_multi
		geoVsClaimed,             // net.geo_vs_claimed
		impossibleTravel,         // net.impossible_travel
		ipSharedAccounts,         // net.ip_shared_accounts
		mfaDeviceShared,          // net.mfa_device_shared
		mfaPhoneShared,           // net.mfa_phone_shared
		neverOff,                 // net.never_off
		pushSourceSplit,          // net.push_source_split
		remotePortHome,           // net.remote_port_home
		residentialProxy,         // net.residential_proxy
		unmanagedSession,         // net.unmanaged_session
		extortion,                // off.extortion
		laptopReturnOdd,          // off.laptop_return_odd
		postExitUse,              // off.post_exit_use
		returnsAsAlias,           // off.returns_as_alias
		vanishOnRecheck,          // off.vanish_on_recheck
		contactChurn,             // onb.contact_churn
		docEdited,                // onb.doc_edited
		docPhotoSwapped,          // onb.doc_photo_swapped
		docPipelineShared,        // onb.doc_pipeline_shared
		esignIP,                  // onb.esign_ip
		firstBootGeo,             // onb.first_boot_geo
		identityOfOther,          // onb.identity_of_other
		idvFail,                  // onb.idv_fail
		inPersonVerified,         // onb.in_person_verified
		mfaEnrolElsewhere,        // onb.mfa_enrol_elsewhere
		networkTransition,        // onb.network_transition
		ownDeviceInsisted,        // onb.own_device_insisted
		recipientMismatch,        // onb.recipient_mismatch
		shipAddressShared,        // onb.ship_address_shared
		shipChangeLate,           // onb.ship_change_late
		shipForwarder,            // onb.ship_forwarder
		shipNeIDAddress,          // onb.ship_ne_id_address
		ssnTraceConflict,         // onb.ssn_trace_conflict
		accountShared,            // pay.account_shared
		payChangeFrequency,       // pay.change_frequency
		changeFromRiskIP,         // pay.change_from_risk_ip
		cryptoRequest,            // pay.crypto_request
		invoiceClone,             // pay.invoice_clone
		msbRoute,                 // pay.msb_route
		payNameMismatch,          // pay.name_mismatch
		prepayPressure,           // pay.prepay_pressure
		taxConflict,              // pay.tax_conflict
		thirdPartyPayee,          // pay.third_party_payee
		cameraNever,              // wrk.camera_never
		clockChange,              // wrk.clock_change
		contextLoss,              // wrk.context_loss
		coworkerPII,              // wrk.coworker_pii
		historyConsistent,        // wrk.history_consistent
		hoursVsClaimed,           // wrk.hours_vs_claimed
		identitySwitch,           // wrk.identity_switch
		meetupAvoided,            // wrk.meetup_avoided
		multiHireCluster,         // wrk.multi_hire_cluster
		outputSwings,             // wrk.output_swings
		shiftRelay,               // wrk.shift_relay
	}
	return detect.Translated(list, "ar", arabic.Words)
}
