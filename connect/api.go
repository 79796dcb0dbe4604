// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"time"

	"daylight/egress"
	"daylight/intake"
	"daylight/span"
	"daylight/store"
)

// kind is what a failure asks for.
type kind int

const (
	broken    kind = iota // try again after a while
	throttled             // try again when the vendor says
	refusedUs             // nothing helps but another secret, or another address
	expired               // the place is no longer known
)

// failure is why a page could not be had. words has neither secrets nor content.
type failure struct {
	kind  kind
	words string
	wait  time.Duration // that the vendor asks for; 0: it did not say
	least time.Duration // where it did not say, before the second try; see unsaidWait
	err   error
}

// Error implements error.
func (f *failure) Error() string {
	if f.err == nil {
		return f.words
	}
	return f.words + ": " + f.err.Error()
}

// Unwrap makes the cause visible to errors.Is.
func (f *failure) Unwrap() error { return f.err }

// words says an error for people, without anything that it may hold of addresses,
// secrets or content.
func words(err error) string {
	var f *failure
	switch {
	case errors.As(err, &f):
		return f.words
	case errors.Is(err, store.ErrReadOnly):
		return "the store cannot be written"
	case errors.Is(err, intake.ErrBusy):
		return "too much waits to be read here; it goes on when that is done"
	}
	return "an internal error; the log says more"
}

// class is the class of an error, for traces.
func class(err error) string {
	if f, ok := errors.AsType[*failure](err); ok {
		return [...]string{broken: "broken", throttled: "throttled", refusedUs: "refused", expired: "expired"}[f.kind]
	}
	return span.Class(err)
}

// The limits of one page's tries.
const (
	maxTries = 6
	maxHolds = 12
	maxToken = 64 << 10 // bytes of an answer that holds a token, or says what is wrong
	// unsaidWait is how long is waited at first where a vendor says that its limits are
	// met and not until when. GitHub asks for a minute at least, and for longer each time
	// that this does not help (docs.github.com/rest/using-the-rest-api/
	// rate-limits-for-the-rest-api): it doubles up to longestHold.
	unsaidWait = time.Minute
	// A fault that is over sooner is nobody's business, nor is a limit that is met: those
	// of most vendors begin anew each minute.
	usualFault = 10 * time.Second
	usualLimit = 2 * time.Minute
)

// api speaks to one vendor during one walk.
type api struct {
	client      *http.Client
	base        *url.URL
	headers     http.Header
	credentials credentials
	gap         time.Duration
	next        time.Time              // before which nothing is asked
	limits      func(body []byte) bool // see vendor
	now         func() time.Time
	random      io.Reader
	// trouble, if set, is told why a page cannot be had for longer than is usual, and is
	// tried again.
	trouble func(ctx context.Context, err error)
	// began is when the first page was asked for, by the earlier of the vendor's clock
	// and ours; the zero time before that.
	began time.Time
}

// credentials put themselves onto requests.
type credentials interface {
	// put sets the header; it may have to fetch a token first.
	put(ctx context.Context, req *http.Request) error
	// renew forgets a token that was refused, and reports whether there is hope of
	// another.
	renew() bool
}

// api prepares speaking to the connector's vendor. The secret is read each time, so
// that one that was changed is used without a restart.
func (c *connector) api(ctx context.Context) (*api, error) {
	secret, err := c.pull.Secret.Read(ctx)
	if err != nil {
		return nil, &failure{kind: refusedUs, words: "the secret could not be read", err: err}
	}
	base, err := url.Parse(c.vendor.base)
	if err != nil {
		return nil, err
	}
	client := *c.options.Client
	client.CheckRedirect = stay(client.CheckRedirect)
	a := &api{
		client: &client, base: base, headers: c.vendor.headers, gap: c.vendor.gap, limits: c.vendor.limits,
		now: c.options.Now, random: c.options.Random,
	}
	if a.credentials, err = c.vendor.authorise(a, secret); err != nil {
		return nil, &failure{kind: refusedUs, words: "the secret is not in the form that is needed", err: err}
	}
	return a, nil
}

var errElsewhere = errors.New("it leads to another host")

// stay follows redirects within one host only: a vendor's interface has no reason
// to send its callers, and their credentials, elsewhere.
func stay(next func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		if first := via[0].URL; req.URL.Host != first.Host || req.URL.Scheme != first.Scheme {
			return errElsewhere
		}
		if next != nil {
			return next(req, via)
		}
		if len(via) > 3 {
			return errors.New("too many redirects")
		}
		return nil
	}
}

// resolve returns the absolute address of a next page, which must be the vendor's
// own: it is asked for with credentials.
func (a *api) resolve(at *url.URL, next string) (string, error) {
	u, err := at.Parse(next)
	if err == nil && u.Scheme == a.base.Scheme && u.Host == a.base.Host && u.User == nil {
		return u.String(), nil
	}
	return "", &failure{kind: refusedUs, words: "the vendor's next page leads to another host", err: errElsewhere}
}

// try runs f until it succeeds, fails for good, or has failed too often.
func (a *api) try(ctx context.Context, f func() error) error {
	tries, holds, unsaid, renewed := 0, 0, 0, false
	began := a.now()
	for {
		err := f()
		var why *failure
		if err == nil || ctx.Err() != nil || !errors.As(err, &why) {
			return err
		}
		var wait time.Duration
		usual := usualFault
		switch why.kind {
		case throttled:
			if holds++; holds >= maxHolds {
				return err
			}
			wait = why.wait
			switch {
			case why.least > 0:
				wait = min(why.least<<unsaid, longestHold)
				unsaid++
			case wait == 0:
				wait = backoff(holds, a.random)
			}
			wait += spread(max(wait/10, shortestWait), a.random)
			usual = usualLimit
		case broken:
			if tries++; tries >= maxTries || errors.Is(err, egress.ErrTooLarge) {
				return err
			}
			wait = backoff(tries, a.random)
		case refusedUs:
			if renewed || !errors.Is(err, errUnauthorised) || !a.credentials.renew() {
				return err
			}
			renewed = true
		case expired:
			return err
		}
		if a.trouble != nil && a.now().Add(wait).Sub(began) > usual {
			a.trouble(ctx, err)
		}
		if !pause(ctx, wait, nil) {
			return context.Cause(ctx)
		}
	}
}

var errUnauthorised = errors.New("unauthorised")

// get asks for a page. It returns the address that it came from.
func (a *api) get(ctx context.Context, address string) ([]byte, http.Header, *url.URL, error) {
	if wait := a.next.Sub(a.now()); wait > 0 && !pause(ctx, wait, nil) {
		return nil, nil, nil, context.Cause(ctx)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, nil, err
	}
	maps.Copy(req.Header, a.headers)
	if err := a.credentials.put(ctx, req); err != nil {
		return nil, nil, nil, err
	}
	asked := a.now()
	resp, err := a.client.Do(req)
	a.next = a.now().Add(a.gap)
	if err != nil {
		return nil, nil, nil, a.network(ctx, err)
	}
	defer resp.Body.Close() //nolint:errcheck // read only
	if resp.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(resp.Body, maxToken)) // the status alone says enough
		return nil, nil, nil, a.status(resp, said)
	}
	if a.began.IsZero() {
		if a.began = vendorTime(resp.Header, asked); a.began.After(asked) {
			a.began = asked
		}
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, nil, nil, a.network(ctx, err)
	}
	if wait, ok := hold(resp.Header, a.now()); ok && spent(resp.Header) {
		a.next = a.now().Add(wait)
	}
	return body, resp.Header, resp.Request.URL, nil
}

// network says why there is no answer.
func (a *api) network(ctx context.Context, err error) error {
	f := &failure{kind: broken, words: "the connection failed", err: err}
	var timeout net.Error
	var certificate *tls.CertificateVerificationError
	var unknown *net.DNSError
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, egress.ErrRefused):
		f.kind, f.words = refusedUs, "the address may not be reached from here; see connect.allow"
	case errors.Is(err, errElsewhere):
		f.kind, f.words = refusedUs, "the vendor redirects to another host"
	case errors.Is(err, egress.ErrTooLarge):
		f.words = "the answer is larger than allowed"
	case errors.As(err, &timeout) && timeout.Timeout():
		f.words = "the vendor did not answer in time"
	case errors.As(err, &certificate):
		f.words = "the vendor's certificate is not to be trusted: it is over, for another host, or of an unknown issuer"
	case errors.As(err, &unknown):
		f.words = "the vendor's host is not found"
	case errors.Is(err, io.ErrUnexpectedEOF):
		f.words = "the answer was cut off"
	}
	return f
}

// status says what an answer that is not in order asks for; body is what it says.
func (a *api) status(resp *http.Response, body []byte) error {
	code := resp.StatusCode
	wait, asked := hold(resp.Header, a.now())
	said := fmt.Sprintf("HTTP %d", code)
	switch {
	case a.unsaid(resp, asked, body):
		return &failure{kind: throttled, words: "the vendor asks to wait (" + said + ")", least: unsaidWait}
	case code == http.StatusTooManyRequests,
		// GitHub says so: "typically a 403 or 429 response" (docs.github.com, Using the
		// audit log API for your enterprise).
		code == http.StatusForbidden && (spent(resp.Header) || resp.Header.Get("Retry-After") != ""):
		return &failure{kind: throttled, words: "the vendor asks to wait (" + said + ")", wait: wait}
	case code == http.StatusServiceUnavailable && asked:
		return &failure{kind: throttled, words: "the vendor is unavailable (" + said + ")", wait: wait}
	case code >= 500, code == http.StatusRequestTimeout:
		return &failure{kind: broken, words: "the vendor has a fault (" + said + ")"}
	case code == http.StatusUnauthorized:
		return &failure{kind: refusedUs, words: "the vendor refused the credentials (" + said + ")", err: errUnauthorised}
	case code == http.StatusForbidden:
		return &failure{kind: refusedUs, words: "the credentials do not allow this (" + said + ")"}
	case code == http.StatusBadRequest, code == http.StatusNotFound, code == http.StatusGone, code == http.StatusUnprocessableEntity:
		return &failure{kind: expired, words: "the vendor does not know what was asked for (" + said + ")"}
	}
	return &failure{kind: broken, words: "the vendor answered " + said}
}

// unsaid reports whether a vendor that has limits of several kinds says that one of them
// is met, with 403 or 429, and not until when. That a limit begins anew at some time does
// not say so while some of it is left: it is another one that is met.
func (a *api) unsaid(resp *http.Response, asked bool, body []byte) bool {
	code, h := resp.StatusCode, resp.Header
	if a.limits == nil || code != http.StatusForbidden && code != http.StatusTooManyRequests || spent(h) || h.Get("Retry-After") != "" {
		return false
	}
	return a.limits(body) || code == http.StatusTooManyRequests && !asked
}
