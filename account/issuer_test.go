// SPDX-License-Identifier: Apache-2.0

package account

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// issuer is an identity provider as OpenID Connect Core 1.0 describes one: it
// describes itself, publishes its keys, checks client, code, redirection and PKCE,
// and gives each code out for one token. Tests change what it does wrong.
type issuer struct {
	t    *testing.T
	http *httptest.Server
	key  *rsa.PrivateKey

	claims func(map[string]any)               // changes the claims of the next tokens
	sign   func(claims map[string]any) string // makes the next tokens; nil: as it should
	now    func() time.Time
	groups any

	codes map[string]url.Values // of authorization requests
	seen  []url.Values          // token requests
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{t: t, key: key, codes: map[string]url.Values{}, groups: []string{"daylight-hr", "everybody"}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		i.json(w, map[string]any{
			"issuer": i.http.URL, "authorization_endpoint": i.http.URL + "/authorize", "token_endpoint": i.http.URL + "/token", "jwks_uri": i.http.URL + "/keys",
			// A provider that lists more than it should: the client pins its own list.
			"id_token_signing_alg_values_supported": []string{"none", "HS256", "RS256", "ES256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		i.json(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k1", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("POST /token", i.token)
	i.http = httptest.NewServer(mux)
	t.Cleanup(i.http.Close)
	return i
}

func (i *issuer) json(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		i.t.Error(err)
	}
}

// authorize is what happens in the browser at the provider: the person signs in and
// is sent back with a code.
func (i *issuer) authorize(t *testing.T, there string) url.Values {
	t.Helper()
	u, err := url.Parse(there)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{"response_type": "code", "client_id": "daylight", "redirect_uri": "https://daylight.example.com/sign-in/back", "code_challenge_method": "S256"} {
		if q.Get(name) != want {
			t.Errorf("the request has %s=%q, want %q", name, q.Get(name), want)
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(q.Get(name)) != 43 {
			t.Errorf("the request has %s=%q, want 256 bits", name, q.Get(name))
		}
	}
	code := "code-" + q.Get("state")[:8]
	i.codes[code] = q
	return url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {i.http.URL}}
}

func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		i.t.Error(err)
	}
	i.seen = append(i.seen, r.PostForm)
	asked, ok := i.codes[r.PostForm.Get("code")]
	delete(i.codes, r.PostForm.Get("code"))
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	id, secret, basic := r.BasicAuth()
	if basic { // RFC 6749, section 2.3.1: encoded as in a form
		if plain, err := url.QueryUnescape(secret); err == nil {
			secret = plain
		}
	} else {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	if !ok || id != "daylight" || secret != "client secret" || base64.RawURLEncoding.EncodeToString(sum[:]) != asked.Get("code_challenge") || r.PostForm.Get("redirect_uri") != asked.Get("redirect_uri") {
		w.WriteHeader(http.StatusBadRequest)
		i.json(w, map[string]string{"error": "invalid_grant"})
		return
	}
	c := map[string]any{
		"iss": i.http.URL, "sub": "user-17", "aud": "daylight", "nonce": asked.Get("nonce"), "name": "Lindiwe Brandt", "groups": i.groups,
		"iat": i.now().Unix(), "exp": i.now().Add(5 * time.Minute).Unix(),
	}
	if i.claims != nil {
		i.claims(c)
	}
	sign := i.signed
	if i.sign != nil {
		sign = i.sign
	}
	i.json(w, map[string]any{"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": sign(c)})
}

// signed is a token as it should be.
func (i *issuer) signed(c map[string]any) string {
	return i.jws(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: i.key, KeyID: "k1"}}, c)
}

func (i *issuer) jws(key jose.SigningKey, c map[string]any) string {
	i.t.Helper()
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		i.t.Fatal(err)
	}
	body, err := json.Marshal(c)
	if err != nil {
		i.t.Fatal(err)
	}
	obj, err := signer.Sign(body)
	if err != nil {
		i.t.Fatal(err)
	}
	out, err := obj.CompactSerialize()
	if err != nil {
		i.t.Fatal(err)
	}
	return out
}

// unsigned is a token whose header claims an algorithm and whose signature is empty.
func (i *issuer) unsigned(alg string, c map[string]any) string {
	body, err := json.Marshal(c)
	if err != nil {
		i.t.Fatal(err)
	}
	enc := base64.RawURLEncoding
	return enc.EncodeToString([]byte(`{"alg":"`+alg+`","kid":"k1","typ":"JWT"}`)) + "." + enc.EncodeToString(body) + "."
}

// forgeries are tokens that a client which trusts the token's own header, or checks
// too little, accepts.
func (i *issuer) forgeries(t *testing.T) map[string]func(map[string]any) string {
	t.Helper()
	pub, err := x509.MarshalPKIXPublicKey(i.key.Public())
	if err != nil {
		t.Fatal(err)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	elliptical, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	with := func(change map[string]any) func(map[string]any) string {
		return func(c map[string]any) string {
			maps.Copy(c, change)
			return i.signed(c)
		}
	}
	without := func(name string) func(map[string]any) string {
		return func(c map[string]any) string {
			delete(c, name)
			return i.signed(c)
		}
	}
	// A key server of whoever forges: nothing may ever ask it.
	trap := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("the client followed a token's header to %s", r.URL)
		i.json(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: other.Public(), KeyID: "k9", Algorithm: "RS256", Use: "sig"}}})
	}))
	t.Cleanup(trap.Close)
	made := func(alg jose.SignatureAlgorithm, key any, opts *jose.SignerOptions) func(map[string]any) string {
		return func(c map[string]any) string {
			body, err := json.Marshal(c)
			if err != nil {
				t.Fatal(err)
			}
			signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, opts)
			if err != nil {
				t.Fatal(err)
			}
			obj, err := signer.Sign(body)
			if err != nil {
				t.Fatal(err)
			}
			out, err := obj.CompactSerialize()
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
	}
	headed := func(alg jose.SignatureAlgorithm, key any, kid string, header map[jose.HeaderKey]any) func(map[string]any) string {
		return made(alg, jose.JSONWebKey{Key: key, KeyID: kid}, &jose.SignerOptions{ExtraHeaders: header})
	}
	zeros := make([]byte, 32)
	pemKey := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pub})
	return map[string]func(map[string]any) string{
		"alg nOnE":                      func(c map[string]any) string { return i.unsigned("nOnE", c) },
		"alg NONE":                      func(c map[string]any) string { return i.unsigned("NONE", c) },
		"no alg":                        func(c map[string]any) string { return i.unsigned("", c) },
		"HS256 with the key as PEM":     headed(jose.HS256, pemKey, "k1", nil),
		"HS384 with the key as PEM":     headed(jose.HS384, pemKey, "k1", nil),
		"HS512 with the key as PEM":     headed(jose.HS512, pemKey, "k1", nil),
		"a kid that is a path":          headed(jose.HS256, zeros, "../../../../dev/null", nil),
		"a kid that is an address":      headed(jose.RS256, other, trap.URL+"/k9", nil),
		"a kid with SQL in it":          headed(jose.HS256, zeros, "k1' UNION SELECT 'x", nil),
		"no kid, another key":           headed(jose.RS256, other, "", nil),
		"the kid of another kind":       headed(jose.ES256, elliptical, "k1", nil),
		"a jku of one's own":            headed(jose.RS256, other, "k9", map[jose.HeaderKey]any{"jku": trap.URL + "/keys"}),
		"a jku and the known kid":       headed(jose.RS256, other, "k1", map[jose.HeaderKey]any{"jku": trap.URL + "/keys"}),
		"an x5u of one's own":           headed(jose.RS256, other, "k9", map[jose.HeaderKey]any{"x5u": trap.URL + "/chain"}),
		"a critical header":             headed(jose.RS256, i.key, "k1", map[jose.HeaderKey]any{"crit": []string{"exp"}, "exp": 1}),
		"the right key, RS512":          headed(jose.RS512, i.key, "k1", nil),
		"the right key, PS384":          headed(jose.PS384, i.key, "k1", nil),
		"an audience that begins alike": with(map[string]any{"aud": "daylight-two"}),
		"an empty audience":             with(map[string]any{"aud": []string{}}),
		"an empty nonce":                with(map[string]any{"nonce": ""}),
		"an issuer in capitals":         with(map[string]any{"iss": strings.ToUpper(i.http.URL)}),
		"an empty subject":              with(map[string]any{"sub": ""}),
		"an expiry as text":             with(map[string]any{"exp": "never"}),
		"alg none":                      func(c map[string]any) string { return i.unsigned("none", c) },
		"alg None":                      func(c map[string]any) string { return i.unsigned("None", c) },
		"no signature":                  func(c map[string]any) string { return i.unsigned("RS256", c) },
		"HS256 with the public key": func(c map[string]any) string {
			return i.jws(jose.SigningKey{Algorithm: jose.HS256, Key: jose.JSONWebKey{Key: pub, KeyID: "k1"}}, c)
		},
		"HS256 with the client's secret": func(c map[string]any) string {
			return i.jws(jose.SigningKey{Algorithm: jose.HS256, Key: []byte("client secret, long enough for HS256")}, c)
		},
		"another key by the same name": func(c map[string]any) string {
			return i.jws(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: other, KeyID: "k1"}}, c)
		},
		"an unknown key": func(c map[string]any) string {
			return i.jws(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: other, KeyID: "k2"}}, c)
		},
		"its own key in its header": made(jose.ES256, elliptical, &jose.SignerOptions{EmbedJWK: true}),
		"claims changed after signing": func(c map[string]any) string {
			good := i.signed(c)
			c["sub"] = "user-1"
			forged := i.unsigned("RS256", c)
			return forged + good[len(good)-342:]
		},
		"another issuer":                          with(map[string]any{"iss": "https://elsewhere.example.net"}),
		"the issuer with a slash":                 with(map[string]any{"iss": i.http.URL + "/"}),
		"no issuer":                               without("iss"),
		"another audience":                        with(map[string]any{"aud": "another-client"}),
		"no audience":                             without("aud"),
		"two audiences and no authorized party":   with(map[string]any{"aud": []string{"daylight", "another-client"}}),
		"another authorized party":                with(map[string]any{"azp": "another-client"}),
		"two audiences, another authorized party": with(map[string]any{"aud": []string{"daylight", "another-client"}, "azp": "another-client"}),
		"another nonce":                           with(map[string]any{"nonce": "another"}),
		"no nonce":                                without("nonce"),
		"no subject":                              without("sub"),
		"expired":                                 with(map[string]any{"exp": i.now().Add(-time.Second).Unix()}),
		"no expiry":                               without("exp"),
		"not valid yet":                           with(map[string]any{"nbf": i.now().Add(time.Hour).Unix()}),
		"no token":                                func(map[string]any) string { return "" },
		"not a token":                             func(map[string]any) string { return "a.b.c" },
	}
}
