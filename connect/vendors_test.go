// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// testVendor is a vendor as tests use it: a server as its documentation describes
// it, and a configuration for it.
type testVendor struct {
	name, kind string
	formats    []string // of what each of its lists delivers
	lists      []string // by name, where there are several
	serve      func(s *server) func(http.ResponseWriter, *http.Request)
	row        func(i int, at time.Time) string
	pull       func(s *server, secret func(string) Secret) Pull
	// The most rows of a page, and the requests that are answered within a window, by
	// the vendor's documentation.
	most   int
	limit  int
	window time.Duration
	busy   func(w http.ResponseWriter, now, reset time.Time)
}

// list is the name of the list that row i stands in.
func (v testVendor) list(i int) string {
	if len(v.lists) == 0 {
		return ""
	}
	return v.lists[i%len(v.lists)]
}

var people = []string{"amara.okafor", "lars.lindqvist", "mei.tanaka", "tomas.novak", "aroha.ngata", "priya.raman", "omar.haddad", "lucia.ferreira"}

func mail(i int) string { return people[i%len(people)] + "@example.com" }

// place is a cursor as vendors give them out: opaque, and of no use once it is old.
func place(s *server, since string, from int) string {
	return base64.RawURLEncoding.EncodeToString([]byte(fmt.Sprintf("%d|%s|%d", s.generation, since, from)))
}

func readPlace(s *server, text string) (since string, from int, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	parts := strings.Split(string(raw), "|")
	if err != nil || len(parts) != 3 || parts[0] != strconv.Itoa(s.generation) {
		return "", 0, false
	}
	from, err = strconv.Atoi(parts[2])
	return parts[1], from, err == nil
}

var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

func keyPEM() string {
	der, err := x509.MarshalPKCS8PrivateKey(testKey())
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// keyFile is the key file of an invented service account.
func keyFile() string {
	raw, err := json.Marshal(map[string]string{"type": "service_account", "client_email": "reader@example.com", "private_key": keyPEM(), "private_key_id": "k1"})
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// serviceAccount is Google's side of the grant.
func (s *server) serviceAccount(r *http.Request) (string, error) {
	if r.Host != "oauth2.googleapis.com" || r.FormValue("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
		return "", errors.New("unsupported_grant_type")
	}
	claims, err := verified(r.FormValue("assertion"))
	if err != nil {
		return "", err
	}
	if claims["iss"] != "reader@example.com" || claims["sub"] != "admin@example.com" || claims["scope"] != googleScope || claims["aud"] != "https://oauth2.googleapis.com/token" ||
		claims["exp"].(float64)-claims["iat"].(float64) > 3600 || !s.timely(claims) {
		return "", errors.New("invalid_grant")
	}
	return "google-token", nil
}

// serviceApp is Okta's side of the client credentials grant for a service app: the
// assertion is signed by its key, made for this very endpoint and good for an hour at
// most, and each is taken once.
func serviceApp(s *server) func(*http.Request) (string, error) {
	taken := map[any]bool{}
	return func(r *http.Request) (string, error) {
		if r.Method != http.MethodPost || r.Host != "okta.example.com" || r.URL.Path != "/oauth2/v1/token" || r.FormValue("grant_type") != "client_credentials" ||
			r.FormValue("scope") != "okta.logs.read" || r.FormValue("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
			return "", errors.New("invalid_request")
		}
		claims, err := verified(r.FormValue("client_assertion"))
		if err != nil {
			return "", err
		}
		if claims["iss"] != "0oa1" || claims["sub"] != "0oa1" || claims["aud"] != "http://okta.example.com/oauth2/v1/token" || !s.timely(claims) || claims["jti"] == "" || taken[claims["jti"]] {
			return "", errors.New("invalid_client")
		}
		taken[claims["jti"]] = true
		return "okta-token", nil
	}
}

// timely reports whether the times of an assertion fit the vendor's clock: not over, not
// for more than an hour, and not made in the future.
func (s *server) timely(claims map[string]any) bool {
	now, exp, iat := float64(time.Now().Add(s.skew).Unix()), claims["exp"].(float64), claims["iat"].(float64)
	return exp > now && exp <= now+3600 && iat <= now
}

// verified checks a token's signature and returns its claims.
func verified(token string) (map[string]any, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, errors.New("not a token")
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, err
	}
	if err := rsa.VerifyPKCS1v15(&testKey().PublicKey, crypto.SHA256, digest[:], signature); err != nil {
		return nil, err
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, err
	}
	var claims map[string]any
	return claims, json.Unmarshal(raw, &claims)
}

// TestOktaKeyThatIsNone: what is no private key is refused before anything is asked.
func TestOktaKeyThatIsNone(t *testing.T) {
	if _, err := oktaToken(&api{now: time.Now, random: steady{}}, Pull{}, "not a key"); err == nil {
		t.Error("a key that is none is taken")
	}
}

func TestNextLink(t *testing.T) {
	for _, c := range []struct {
		headers []string
		want    string
	}{
		{nil, ""},
		{[]string{`<https://a/1>; rel="self"`, `<https://a/2>; rel="next"`}, "https://a/2"},
		{[]string{`<https://a/1>; rel="prev", <https://a/2>; rel="next"`}, "https://a/2"},
		{[]string{`<https://a/2,b>; title="x, <https://evil/>; rel=next"; rel="next"`}, "https://a/2,b"},
		{[]string{`<https://a/2>; rel=next`}, "https://a/2"},
		{[]string{`<https://a/2>; REL="last next"`}, "https://a/2"},
		{[]string{`<https://a/2>; rel="nextish"`}, ""},
		{[]string{`https://a/2; rel="next"`, `<`, `>`, `><`, `<a`}, ""},
		{[]string{`<>; rel="next"`}, ""},
	} {
		if got := next(http.Header{"Link": c.headers}); got != c.want {
			t.Errorf("%q: %q, want %q", c.headers, got, c.want)
		}
	}
}

func FuzzNextLink(f *testing.F) {
	f.Add(`<https://a/1>; rel="prev", <https://a/2>; rel="next"`)
	f.Add(`<a>;rel="`)
	a := &api{base: &url.URL{Scheme: "https", Host: "a"}}
	f.Fuzz(func(t *testing.T, line string) {
		target := next(http.Header{"Link": {line}})
		if to, err := a.resolve(a.base, target); err == nil && !strings.HasPrefix(to, "https://a/") && to != "https://a" && !strings.HasPrefix(to, "https://a?") && !strings.HasPrefix(to, "https://a#") {
			t.Errorf("%q leads to %q", line, to)
		}
	})
}
