// SPDX-License-Identifier: Apache-2.0

package account

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"slices"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/go-webauthn/webauthn/protocol"
)

// authenticator makes and uses one passkey as Web Authentication, level 3, says, for
// the origin and host that it is told. Tests change what it does wrong.
type authenticator struct {
	t            *testing.T
	key          *ecdsa.PrivateKey
	id           []byte
	user         []byte
	origin, host string
	flags        byte // 1: somebody was there, 4: it was the owner
	counter      uint32
}

const attested = 0x40 // the data holds the credential

func newAuthenticator(t *testing.T) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 32)
	if _, err := rand.Read(id); err != nil {
		t.Fatal(err)
	}
	return &authenticator{t: t, key: key, id: id, origin: "https://daylight.example.com", host: "daylight.example.com", flags: 1 | 4, counter: 1}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// clientData is what the browser says the page asked for.
func (a *authenticator) clientData(kind, challenge string) []byte {
	a.t.Helper()
	out, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
	if err != nil {
		a.t.Fatal(err)
	}
	return out
}

// data is the authenticator data of section 6.1.
func (a *authenticator) data(flags byte) []byte {
	host := sha256.Sum256([]byte(a.host))
	return binary.BigEndian.AppendUint32(append(host[:], flags), a.counter)
}

func (a *authenticator) encode(v any) []byte {
	a.t.Helper()
	out, err := cbor.Marshal(v)
	if err != nil {
		a.t.Fatal(err)
	}
	return out
}

// create answers navigator.credentials.create.
func (a *authenticator) create(asked []byte) []byte {
	a.t.Helper()
	var o protocol.PublicKeyCredentialCreationOptions
	if err := json.Unmarshal(asked, &o); err != nil {
		a.t.Fatal(err)
	}
	if o.AuthenticatorSelection.UserVerification != protocol.VerificationRequired || o.RelyingParty.ID != "daylight.example.com" {
		a.t.Errorf("asked for %+v of %s", o.AuthenticatorSelection, o.RelyingParty.ID)
	}
	var handle struct {
		User struct {
			ID string `json:"id"`
		} `json:"user"`
	}
	if err := json.Unmarshal(asked, &handle); err != nil {
		a.t.Fatal(err)
	}
	var err error
	if a.user, err = base64.RawURLEncoding.DecodeString(handle.User.ID); err != nil {
		a.t.Fatal(err)
	}
	point, err := a.key.PublicKey.Bytes()
	if err != nil {
		a.t.Fatal(err)
	}
	cose := a.encode(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	data := a.data(a.flags | attested)
	data = append(data, make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id)))
	data = append(append(data, a.id...), cose...)
	return a.answer(map[string]any{
		"clientDataJSON":    b64(a.clientData("webauthn.create", o.Challenge.String())),
		"attestationObject": b64(a.encode(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})),
	})
}

// get answers navigator.credentials.get.
func (a *authenticator) get(asked []byte) []byte {
	a.t.Helper()
	var o protocol.PublicKeyCredentialRequestOptions
	if err := json.Unmarshal(asked, &o); err != nil {
		a.t.Fatal(err)
	}
	if o.UserVerification != protocol.VerificationRequired || len(o.AllowedCredentials) != 0 {
		a.t.Errorf("asked for %+v", o)
	}
	return a.assert(o.Challenge.String())
}

func (a *authenticator) assert(challenge string) []byte {
	a.t.Helper()
	a.counter++
	client, data := a.clientData("webauthn.get", challenge), a.data(a.flags)
	sum := sha256.Sum256(client)
	digest := sha256.Sum256(append(slices.Clip(data), sum[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(sig), "userHandle": b64(a.user)})
}

func (a *authenticator) answer(response map[string]any) []byte {
	a.t.Helper()
	out, err := json.Marshal(map[string]any{"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		a.t.Fatal(err)
	}
	return out
}
