// SPDX-License-Identifier: Apache-2.0

package normalize_test

import "testing"

// TestWorkAuthorisationIsNoCheck: papers that say who may work where are no input: a
// row about them is refused, and nothing of it is kept.
func TestWorkAuthorisationIsNoCheck(t *testing.T) {
	for _, check := range []string{"work_authorisation", "work_authorization", "i9", "i-9", "e_verify", "e-verify", "visa", "right_to_work", "citizenship"} {
		got := readAll(t, "checks.csv", []byte("person,check,result,at\nv-1,"+check+",passed,2026-04-12\nv-2,employment,passed,2026-04-12\n"), nil)
		if len(got.records) != 1 || len(got.rejected) != 1 || got.records[0].Ref.ID != "v-2" {
			t.Errorf("%s: %s", check, got.show(t))
		}
	}
}
