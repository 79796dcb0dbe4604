// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"net/http"
	"testing"
	"time"
)

// Sign returns the signature header of a webhook.
func Sign(t *testing.T, id string, at time.Time, body, secret string) string {
	t.Helper()
	h := http.Header{}
	if err := sign(h, id, at, []byte(body), secret); err != nil {
		t.Fatal(err)
	}
	return h.Get("Webhook-Signature")
}
