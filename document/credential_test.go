// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"hash/crc32"
	"math/big"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// signer signs manifests in a test.
type signer struct {
	alg  int64
	key  crypto.Signer
	cert []byte
}

func newSigner(tb testing.TB, alg int64) signer {
	tb.Helper()
	var key crypto.Signer
	var err error
	switch alg {
	case -7:
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case -35:
		key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case -36:
		key, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case -8:
		_, key, err = ed25519.GenerateKey(rand.Reader)
	default:
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		tb.Fatal(err)
	}
	name := pkix.Name{Organization: []string{"Example Cameras"}, CommonName: "Example Camera 2"}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: name, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0)}
	der, err := x509.CreateCertificate(rand.Reader, c, &x509.Certificate{Subject: pkix.Name{CommonName: "Example Root"}}, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	return signer{alg, key, der}
}

// cose signs as RFC 9052, 4.4 says.
func (s signer) cose(tb testing.TB, claim []byte, old bool) []byte {
	tb.Helper()
	head, loose := map[any]any{1: s.alg, 33: [][]byte{s.cert}}, map[any]any{}
	if old { // before version 2 the chain was by its name, and not protected
		delete(head, 33)
		loose["x5chain"] = s.cert
	}
	protected := marshal(tb, head)
	message := marshal(tb, []any{"Signature1", protected, []byte{}, claim})
	var signature []byte
	var err error
	switch key := s.key.(type) {
	case *ecdsa.PrivateKey:
		h := map[int64]crypto.Hash{-7: crypto.SHA256, -35: crypto.SHA384, -36: crypto.SHA512}[s.alg]
		size := (key.Params().BitSize + 7) / 8
		var r, t *big.Int
		if r, t, err = ecdsa.Sign(rand.Reader, key, sumOf(h, message)); err == nil {
			signature = append(r.FillBytes(make([]byte, size)), t.FillBytes(make([]byte, size))...)
		}
	case *rsa.PrivateKey:
		h := map[int64]crypto.Hash{-37: crypto.SHA256, -38: crypto.SHA384, -39: crypto.SHA512}[s.alg]
		signature, err = rsa.SignPSS(rand.Reader, key, h, sumOf(h, message), &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	case ed25519.PrivateKey:
		signature = ed25519.Sign(key, message)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return marshal(tb, cbor.Tag{Number: 18, Content: []any{protected, loose, nil, signature}})
}

func marshal(tb testing.TB, v any) []byte {
	tb.Helper()
	b, err := cbor.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

type object = map[string]any

// credentialed is a PNG with a signed manifest behind its header. change may alter what is
// signed before it is.
func credentialed(tb testing.TB, s signer, old bool, change func(hash object)) []byte {
	tb.Helper()
	return repeating(tb, s, old, 0, change)
}

// repeating is [credentialed] with a claim that names its actions so many times more.
func repeating(tb testing.TB, s signer, old bool, again int, change func(hash object)) []byte {
	tb.Helper()
	const at = 33 // after the signature and the header
	file := pngOf(tb, photo(2, 80, 80))
	var chunk []byte
	// The manifest's length is part of what is hashed around it: as long as it changes,
	// once more.
	for length := 0; len(chunk) != length || length == 0; {
		length = len(chunk)
		sum := sha256.Sum256(file)
		// The length is always written in as many bytes.
		hash := object{"alg": "sha256", "hash": sum[:], "exclusions": []object{{"start": at, "length": max(length, 1<<9)}}}
		if change != nil {
			change(hash)
		}
		data := superbox("c2pa.hash.data", box("cbor", marshal(tb, hash)))
		actions := superbox("c2pa.actions", box("cbor", marshal(tb, object{"actions": []object{{"action": "c2pa.created"}}})))
		refer := func(name string, b []byte) object {
			sum := sha256.Sum256(b[8:])
			return object{"url": "self#jumbf=c2pa.assertions/" + name, "hash": sum[:]}
		}
		named := []object{refer("c2pa.hash.data", data)}
		for range 1 + again {
			named = append(named, refer("c2pa.actions", actions))
		}
		claim := marshal(tb, object{"alg": "sha256", "claim_generator": "Example", "assertions": named})
		store := superbox("c2pa", superbox("urn:c2pa:0001", superbox("c2pa.assertions", data, actions),
			superbox("c2pa.claim", box("cbor", claim)), superbox("c2pa.signature", box("cbor", s.cose(tb, claim, old)))))
		chunk = append(binary.BigEndian.AppendUint32(nil, uint32(len(store))), "caBX"...)
		chunk = append(chunk, store...)
		chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	}
	return bytes.Join([][]byte{file[:at], chunk, file[at:]}, nil)
}

// TestCredential holds that a signature of each algorithm comes out, and that it no
// longer does once the claim, an assertion or the picture is another.
func TestCredential(t *testing.T) {
	whole := Credential{"Example Cameras, Example Camera 2", "Example Root", Holds, Holds, Holds}
	for _, alg := range []int64{-7, -35, -36, -37, -38, -39, -8} {
		s := newSigner(t, alg)
		for _, old := range []bool{false, true} {
			if got := readCredential(credentialed(t, s, old, nil), "png"); got == nil || *got != whole {
				t.Errorf("algorithm %d, old: %v: %+v", alg, old, got)
			}
		}
	}
	s := newSigner(t, -7)
	file := credentialed(t, s, false, nil)
	altered := func(part string, by int) []byte {
		out := bytes.Clone(file)
		i := bytes.LastIndex(out, []byte(part))
		if i < 0 {
			t.Fatalf("there is no %q", part)
		}
		out[i+by]++
		return out
	}
	other := newSigner(t, -7)
	for name, c := range map[string]struct {
		data []byte
		want Credential
	}{
		"another claim":          {altered("Example", 0), Credential{Signature: Broken, Claim: Holds, Content: Holds}},
		"another assertion":      {altered("c2pa.created", 5), Credential{Signature: Holds, Claim: Broken, Content: Holds}},
		"another picture":        {altered("IEND", -20), Credential{Signature: Holds, Claim: Holds, Content: Broken}},
		"something added":        {append(bytes.Clone(file), 0), Credential{Signature: Holds, Claim: Holds, Content: Broken}},
		"another's certificate":  {bytes.Replace(file, s.cert, padded(other.cert, len(s.cert)), 1), Credential{Signature: Broken, Claim: Holds, Content: Holds}},
		"everything is left out": {credentialed(t, s, false, func(h object) { h["exclusions"] = []object{{"start": 0, "length": 1 << 9}} }), Credential{Signature: Holds, Claim: Holds, Content: Unread}},
		"an unknown hash":        {credentialed(t, s, false, func(h object) { h["alg"] = "md5" }), Credential{Signature: Holds, Claim: Holds, Content: Unread}},
	} {
		got := readCredential(c.data, "png")
		if got == nil || got.Signature != c.want.Signature && name != "another's certificate" || got.Signature == Holds && name == "another's certificate" || got.Claim != c.want.Claim || got.Content != c.want.Content {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	if got := readCredential(pngOf(t, photo(2, 80, 80)), "png"); got != nil {
		t.Errorf("a picture without a manifest: %+v", got)
	}
	d, err := Read("x.png", file)
	if err != nil || d.Images[0].Credential == nil || *d.Images[0].Credential != whole {
		t.Errorf("%v: the document does not have it", err)
	}
}

// TestCredentialWork holds that a claim which names an assertion again is not read, that a
// document's second signed record is not checked, and that a picture which is there twice
// is decoded once.
func TestCredentialWork(t *testing.T) {
	s := newSigner(t, -7)
	one := repeating(t, s, false, 1, nil)
	if got := readCredential(one, "png"); got == nil || got.Signature != Holds || got.Claim != Unread {
		t.Errorf("an assertion named twice: %+v", got)
	}
	var d Document
	for i, data := range [][]byte{pngOf(t, photo(3, 80, 80)), one, credentialed(t, s, false, nil)} {
		d.addImage(data)
		if got := d.Images[i].Credential != nil; got != (i == 1) {
			t.Errorf("picture %d of a document has its record checked: %v", i, got)
		}
	}
	// Decoding one of these takes more than a hundred.
	if n := testing.AllocsPerRun(3, func() { d.addImage(one) }); n > 10 || len(d.Images) != 3 {
		t.Errorf("the same picture again takes %v allocations, and makes it %d pictures", n, len(d.Images))
	}
}

// padded is b as long as n, so that lengths around it stay right.
func padded(b []byte, n int) []byte {
	return append(bytes.Clone(b), make([]byte, max(0, n-len(b)))...)[:n]
}

func FuzzReadCredential(f *testing.F) {
	for _, alg := range []int64{-7, -37, -8} {
		f.Add(credentialed(f, newSigner(f, alg), alg == -7, nil))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range []string{"png", "jpeg", "webp"} {
			if c := readCredential(data, format); c != nil && (c.Signature == "" || c.Claim == "" || c.Content == "") {
				t.Errorf("%+v", c)
			}
		}
	})
}
