// SPDX-License-Identifier: Apache-2.0

package indicators_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"daylight/detect"
	"daylight/detect/indicators"
)

// elsewhere are the signs that no indicator answers. docs/method.md says why, of
// each.
var elsewhere = []string{"net.sanctioned_geo"}

// TestCatalogueCovered holds that nothing which published guidance and case
// reports describe was left out without a word.
func TestCatalogueCovered(t *testing.T) {
	have, ids := indicators.Catalog(), strings.Fields(described)
	for _, id := range ids {
		built := slices.ContainsFunc(have, func(ind *detect.Indicator) bool { return ind.ID == id })
		if built == slices.Contains(elsewhere, id) {
			t.Errorf("%s is in the catalogue: %v, and said to be left out: %v", id, built, slices.Contains(elsewhere, id))
		}
	}
	method, err := os.ReadFile(filepath.Join("..", "..", "docs", "method.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range elsewhere {
		if !slices.Contains(ids, id) || !strings.Contains(string(method), "`"+id+"`") {
			t.Errorf("%s is left out, and is described nowhere or without a word in docs/method.md", id)
		}
	}
}

// described are the signs that published guidance and case reports describe, by
// the ids that the catalogue gives them.
const described = `
app.contact_reuse app.resume_text_clone app.resume_file_fingerprint app.resume_layout_clone app.burst_same_client
app.ats_api_pattern app.role_spray app.ip_vs_claimed_place app.anonymised_ip app.voip_phone app.email_young
app.email_linked_other_name app.known_selector app.photo_reuse app.photo_generated app.profile_inconsistency
app.timeline_impossible app.employer_denies app.degree_denied app.reference_linked app.git_commits_predate_account
app.git_copied_repos app.git_identity_rotation app.git_contributor_overlap app.dormant_account_revived
app.throwaway_work_account app.portfolio_infra_shared app.answer_clone app.jd_mirror app.form_machine_filled
app.off_platform_request app.referral_cluster app.staffing_chain_unverified
int.camera_refused int.excuse_repeat int.daylight_mismatch int.occlusion_artifact int.virtual_camera
int.rare_av_device int.av_desync int.second_voice int.name_mismatch int.client_shared int.ip_vs_claimed
int.remote_host int.latency_high int.person_changed int.live_id_declined int.place_knowledge_fail int.depth_gap
int.other_accounts_on_screen int.in_person_refused int.check_evaded int.persona_collision int.slow_realtime
onb.doc_pipeline_shared onb.doc_edited onb.doc_photo_swapped onb.idv_fail onb.identity_of_other onb.ssn_trace_conflict
onb.ship_ne_id_address onb.ship_change_late onb.ship_address_shared onb.ship_forwarder onb.recipient_mismatch
onb.own_device_insisted onb.first_boot_geo onb.network_transition onb.esign_ip onb.mfa_enrol_elsewhere
onb.contact_churn
net.geo_vs_claimed net.impossible_travel net.consumer_vpn net.astrill_egress net.residential_proxy
net.ip_shared_accounts net.mfa_device_shared net.mfa_phone_shared net.push_source_split net.device_token_multi
net.unmanaged_session net.never_off net.concurrent_places net.remote_port_home net.sanctioned_geo
dev.rmm_unapproved dev.rmm_two_vendors dev.rmm_early dev.crd_scripted dev.rdp_inbound dev.ipkvm_usb dev.ipkvm_edid
dev.generic_gadget dev.capture_as_webcam dev.double_hid dev.jiggler dev.input_lag dev.arp_farm dev.bssid_place
dev.rack_profile dev.meeting_remote_control dev.usb_hid_script dev.profile_sync_other dev.helper_extensions
dev.first_recon dev.concurrent_calls dev.clock_zone
wrk.hours_vs_claimed wrk.shift_relay wrk.output_swings wrk.camera_never wrk.context_loss wrk.meetup_avoided
wrk.identity_switch wrk.coworker_pii wrk.multi_hire_cluster
dat.bulk_clone dat.copy_to_personal dat.cloud_exfil_vdi dat.secret_harvest dat.extra_keys dat.build_tamper
dat.small_charges dat.priv_push
pay.account_shared pay.name_mismatch pay.change_frequency pay.change_from_risk_ip pay.msb_route pay.crypto_request
pay.third_party_payee pay.prepay_pressure pay.tax_conflict pay.invoice_clone
off.extortion off.vanish_on_recheck off.laptop_return_odd off.post_exit_use off.returns_as_alias
`
