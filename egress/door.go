// SPDX-License-Identifier: Apache-2.0

package egress

import (
	"fmt"
	"io"
	"net/http"
)

// door checks the address of each request, and bounds what comes back.
type door struct {
	guard *Guard
	next  http.RoundTripper
}

// RoundTrip implements [http.RoundTripper].
func (d *door) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := d.guard.CheckURL(req.URL); err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	resp, err := d.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	limit := d.guard.options.MaxBody
	if resp.ContentLength > limit {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("%w: it says that it has %d bytes", ErrTooLarge, resp.ContentLength)
	}
	resp.Body = &bounded{ReadCloser: resp.Body, left: limit}
	return resp, nil
}

// CloseIdleConnections closes connections that wait for another request.
func (d *door) CloseIdleConnections() {
	if c, ok := d.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// bounded fails once more than left bytes were read: a body that was cut off must
// not look like one that ended.
type bounded struct {
	io.ReadCloser
	left int64
}

// Read implements [io.Reader].
func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return n + int(b.left), ErrTooLarge
	}
	return n, err
}
