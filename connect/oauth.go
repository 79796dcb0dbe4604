// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// key puts a key that does not expire onto requests.
type key struct{ header string }

func (k key) put(_ context.Context, req *http.Request) error {
	req.Header.Set("Authorization", k.header)
	return nil
}

func (k key) renew() bool { return false }

// basic is HTTP Basic authentication with the key as user name and no password, as
// Greenhouse (developers.greenhouse.io/harvest.html) and Lever ask for.
func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// token puts a token onto requests that is fetched when there is none.
type token struct {
	api   *api
	url   string
	form  func(now time.Time) (url.Values, error)
	basic string // authorises fetching it, "" for nothing

	value string
	until time.Time
	// ahead is how far the vendor's clock was ahead of ours when it refused an assertion
	// for its times.
	ahead time.Duration
}

// earlier is how long before its end a token is no longer used.
const earlier = time.Minute

func (t *token) put(ctx context.Context, req *http.Request) error {
	if t.value == "" || !t.api.now().Before(t.until) {
		if err := t.fetch(ctx); err != nil {
			return err
		}
	}
	req.Header.Set("Authorization", "Bearer "+t.value)
	return nil
}

func (t *token) renew() bool {
	t.value = ""
	return true
}

// fetch asks for a token (RFC 6749, 5.1). Greenhouse gives its end as an instant,
// others as seconds from now.
//
// A vendor refuses an assertion whose times are not near its own clock. Where its answer
// shows that ours is another, the assertion is made once more by the vendor's.
func (t *token) fetch(ctx context.Context) error {
	asked := t.api.now()
	said, err := t.ask(ctx, asked.Add(t.ahead))
	if ahead := vendorTime(said, asked).Sub(asked); errors.Is(err, errNoToken) && (ahead-t.ahead).Abs() > mostSkew {
		t.ahead = ahead
		_, err = t.ask(ctx, t.api.now().Add(ahead))
	}
	return err
}

// mostSkew is how far two clocks may be apart before an assertion is made again.
const mostSkew = 10 * time.Second

var errNoToken = errors.New("no token was given")

// ask asks for a token with an assertion made at an instant. It returns the headers of
// the answer, nil if there was none.
func (t *token) ask(ctx context.Context, at time.Time) (http.Header, error) {
	form, err := t.form(at)
	if err != nil {
		return nil, &failure{kind: refusedUs, words: "the secret is not in the form that is needed", err: err}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.url, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	if t.basic != "" {
		req.Header.Set("Authorization", t.basic)
	}
	resp, err := t.api.client.Do(req)
	if err != nil {
		return nil, t.api.network(ctx, err)
	}
	defer resp.Body.Close() //nolint:errcheck // read only
	switch code := resp.StatusCode; {
	case code == http.StatusBadRequest, code == http.StatusUnauthorized, code == http.StatusForbidden:
		return resp.Header, &failure{kind: refusedUs, words: fmt.Sprintf("the vendor gave no token for the secret (HTTP %d)", code), err: errNoToken}
	case code != http.StatusOK && code != http.StatusCreated:
		return resp.Header, t.api.status(resp, nil)
	}
	var answer struct {
		Token     string    `json:"access_token"`
		ExpiresIn int64     `json:"expires_in"`
		ExpiresAt time.Time `json:"expires_at"`
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxToken))
	if err != nil {
		return resp.Header, t.api.network(ctx, err)
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Token == "" || strings.ContainsAny(answer.Token, "\r\n") {
		return resp.Header, &failure{kind: broken, words: "the vendor's answer holds no token"}
	}
	t.value = answer.Token
	switch now := t.api.now(); {
	case answer.ExpiresIn > 0 && answer.ExpiresIn < 1<<31:
		t.until = now.Add(time.Duration(answer.ExpiresIn)*time.Second - earlier)
	case !answer.ExpiresAt.IsZero():
		t.until = now.Add(answer.ExpiresAt.Sub(vendorTime(resp.Header, now)) - earlier)
	default:
		t.until = now.Add(30 * time.Minute)
	}
	return resp.Header, nil
}

// privateKey reads an RSA key in PEM, PKCS #8 or PKCS #1.
func privateKey(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("it is no PEM")
	}
	if k, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return k, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("it holds no private key")
	}
	k, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("it holds no RSA key")
	}
	return k, nil
}

// sign makes a JSON Web Token, signed with RS256 (RFC 7515, 7518).
func sign(k *rsa.PrivateKey, id string, claims map[string]any) (string, error) {
	head := map[string]any{"alg": "RS256", "typ": "JWT"}
	if id != "" {
		head["kid"] = id
	}
	var parts []string
	for _, part := range []any{head, claims} {
		raw, err := json.Marshal(part)
		if err != nil {
			return "", err
		}
		parts = append(parts, base64.RawURLEncoding.EncodeToString(raw))
	}
	text := strings.Join(parts, ".")
	digest := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, k, crypto.SHA256, digest[:])
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}
