// SPDX-License-Identifier: Apache-2.0

package indicators_test

import (
	"slices"
	"testing"

	"daylight/detect"
	"daylight/detect/indicators"
)

// stable are the indicators that weigh. Promoting one, or taking one back, is a
// change of this list, so that a reviewer sees it. An id is never reused.
var stable = []string{
	"app.anonymised_ip",
	"app.answer_clone",
	"app.ats_api_pattern",
	"app.burst_same_client",
	"app.contact_reuse",
	"app.degree_denied",
	"app.dormant_account_revived",
	"app.email_linked_other_name",
	"app.email_young",
	"app.employer_denies",
	"app.form_machine_filled",
	"app.git_commits_predate_account",
	"app.git_contributor_overlap",
	"app.git_copied_repos",
	"app.git_identity_rotation",
	"app.ip_vs_claimed_place",
	"app.jd_mirror",
	"app.known_selector",
	"app.off_platform_request",
	"app.photo_generated",
	"app.photo_reuse",
	"app.portfolio_infra_shared",
	"app.profile_inconsistency",
	"app.reference_linked",
	"app.referral_cluster",
	"app.resume_file_fingerprint",
	"app.resume_layout_clone",
	"app.resume_text_clone",
	"app.role_spray",
	"app.skill_set_identical",
	"app.staffing_chain_unverified",
	"app.throwaway_work_account",
	"app.timeline_impossible",
	"app.voip_phone",
	"dat.build_tamper",
	"dat.bulk_clone",
	"dat.cloud_exfil_vdi",
	"dat.copy_to_personal",
	"dat.extra_keys",
	"dat.priv_push",
	"dat.secret_harvest",
	"dat.small_charges",
	"dev.arp_farm",
	"dev.bssid_place",
	"dev.capture_as_webcam",
	"dev.clock_zone",
	"dev.concurrent_calls",
	"dev.crd_scripted",
	"dev.double_hid",
	"dev.first_recon",
	"dev.generic_gadget",
	"dev.helper_extensions",
	"dev.ipkvm_edid",
	"dev.ipkvm_usb",
	"dev.jiggler",
	"dev.meeting_remote_control",
	"dev.profile_sync_other",
	"dev.rack_profile",
	"dev.rdp_inbound",
	"dev.rmm_early",
	"dev.rmm_two_vendors",
	"dev.rmm_unapproved",
	"dev.usb_hid_script",
	"int.av_desync",
	"int.camera_refused",
	"int.check_evaded",
	"int.client_shared",
	"int.daylight_mismatch",
	"int.depth_gap",
	"int.excuse_repeat",
	"int.in_person_refused",
	"int.ip_vs_claimed",
	"int.latency_high",
	"int.live_id_declined",
	"int.name_mismatch",
	"int.occlusion_artifact",
	"int.other_accounts_on_screen",
	"int.person_changed",
	"int.persona_collision",
	"int.place_knowledge_fail",
	"int.rare_av_device",
	"int.remote_host",
	"int.second_voice",
	"int.slow_realtime",
	"int.video_poor",
	"int.virtual_camera",
	"net.astrill_egress",
	"net.concurrent_places",
	"net.consumer_vpn",
	"net.device_token_multi",
	"net.geo_vs_claimed",
	"net.impossible_travel",
	"net.ip_shared_accounts",
	"net.mfa_device_shared",
	"net.mfa_phone_shared",
	"net.never_off",
	"net.push_source_split",
	"net.remote_port_home",
	"net.residential_proxy",
	"net.unmanaged_session",
	"off.extortion",
	"off.laptop_return_odd",
	"off.post_exit_use",
	"off.returns_as_alias",
	"off.vanish_on_recheck",
	"onb.contact_churn",
	"onb.doc_edited",
	"onb.doc_photo_swapped",
	"onb.doc_pipeline_shared",
	"onb.esign_ip",
	"onb.first_boot_geo",
	"onb.identity_of_other",
	"onb.idv_fail",
	"onb.in_person_verified",
	"onb.mfa_enrol_elsewhere",
	"onb.network_transition",
	"onb.own_device_insisted",
	"onb.recipient_mismatch",
	"onb.ship_address_shared",
	"onb.ship_change_late",
	"onb.ship_forwarder",
	"onb.ship_ne_id_address",
	"onb.ssn_trace_conflict",
	"pay.account_shared",
	"pay.change_frequency",
	"pay.change_from_risk_ip",
	"pay.crypto_request",
	"pay.invoice_clone",
	"pay.msb_route",
	"pay.name_mismatch",
	"pay.prepay_pressure",
	"pay.tax_conflict",
	"pay.third_party_payee",
	"wrk.camera_never",
	"wrk.clock_change",
	"wrk.context_loss",
	"wrk.coworker_pii",
	"wrk.history_consistent",
	"wrk.hours_vs_claimed",
	"wrk.identity_switch",
	"wrk.meetup_avoided",
	"wrk.multi_hire_cluster",
	"wrk.output_swings",
	"wrk.shift_relay",
}

func TestStable(t *testing.T) {
	var found []string
	for _, ind := range indicators.Catalog() {
		if ind.Lifecycle == detect.Stable {
			found = append(found, ind.ID)
		}
	}
	for _, id := range found {
		if !slices.Contains(stable, id) {
			t.Errorf("%s calls itself stable and is not in the list of this test", id)
		}
	}
	for _, id := range stable {
		if !slices.Contains(found, id) {
			t.Errorf("%s is in the list of this test and no longer stable", id)
		}
	}
}
