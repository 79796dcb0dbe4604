// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"errors"
	"net/http"
	"os"
	"syscall"
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

// AddLine adds a line to a file on a disk that has room for so many bytes more.
func AddLine(f *os.File, line string, room int) error {
	return addLine(&narrow{f, room}, []byte(line))
}

// narrow is a file on a disk that becomes full.
type narrow struct {
	*os.File
	room int
}

// Write writes what there is room for.
func (n *narrow) Write(p []byte) (int, error) {
	if len(p) <= n.room {
		return n.File.Write(p)
	}
	wrote, err := n.File.Write(p[:n.room])
	return wrote, errors.Join(err, syscall.ENOSPC)
}
