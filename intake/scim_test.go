// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"fmt"
	"testing"

	"daylight/store"
)

// TestReactivatedIsNoLeaver holds that somebody whose account a directory ends and makes
// active again works here, in whatever order the changes are read.
func TestReactivatedIsNoLeaver(t *testing.T) {
	push := func(active bool, changed string) []byte {
		return fmt.Appendf(nil, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"s-1","userName":"ana@example.com","active":%t,"name":{"givenName":"Ana","familyName":"Souza"},"meta":{"resourceType":"User","created":"2026-01-05T09:00:00Z","lastModified":"%s"}}`+"\n", active, changed)
	}
	joined, ended, back := push(true, "2026-01-05T09:00:00Z"), push(false, "2026-03-01T09:00:00Z"), push(true, "2026-05-01T09:00:00Z")
	for want, pushes := range map[string][][]byte{
		"leaver": {joined, ended}, "worker": {joined, ended, back}, "worker ": {back, ended, joined},
	} {
		s := newService(t, temporary(t))
		for i, p := range pushes {
			s.receive(t, fmt.Sprintf("scim/s-1-%d/user.jsonl", i+1), p)
			s.assessed(t)
		}
		view(t, s.store, func(r store.Reader) error {
			row, err := r.Get(store.Subjects, "p-"+r.Hash("subject", "s-1")[:handleDigits])
			if got := row.Text["stage"]; err == nil && got != want[:6] {
				t.Errorf("after %d changes the stage is %s, want %s", len(pushes), got, want)
			}
			return err
		})
	}
}
