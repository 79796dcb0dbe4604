// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	_ "crypto/sha256" // a hash that manifests name
	_ "crypto/sha512" // the same
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// Credential is who signed the newest C2PA manifest of a picture, and whether what was
// signed is what is there. The certificate comes with the file, and no list of who is
// trusted is shipped: anybody can sign in any name.
type Credential struct {
	// Signer and Issuer are names in the certificate, which nobody has checked; "" where
	// it could not be read.
	Signer, Issuer string
	Signature      Held // of the claim, by the certificate's key
	Claim          Held // the claim's hashes, of the assertions beside it
	Content        Held // the hash of the picture, without the manifest
}

// Held says whether a signature or a hash is right.
type Held string

// What can be said of one.
const (
	Holds  Held = "holds"
	Broken Held = "broken"
	Unread Held = "unread" // in a form that is not read here, or there is none
)

// Sources: C2PA Technical Specification 2.1, 8.4.2 (hashed URIs: the content of a
// superbox without its header), 9.2 (binding by data hash), 13.2 (signatures); RFC
// 9052, 4.4 (what COSE_Sign1 signs); RFC 9053, 2 and RFC 8230 (algorithms).

// manifestBox is a superbox of a manifest: its label, its content, the CBOR in it and
// the superboxes in it.
type manifestBox struct {
	label string
	whole []byte
	cbor  []byte
	boxes []manifestBox
}

func superboxes(b []byte, depth int, left *int) []manifestBox {
	var out []manifestBox
	for len(b) > 0 && depth < 8 && *left > 0 {
		*left--
		kind, content, rest, ok := nextBox(b)
		if !ok {
			break
		}
		if b = rest; kind != "jumb" {
			continue
		}
		s := manifestBox{whole: content}
		for inner := content; len(inner) > 0 && *left > 0; {
			*left--
			kind, part, rest, ok := nextBox(inner)
			if !ok {
				break
			}
			switch inner = rest; kind {
			case "jumd":
				s.label = boxLabel(part)
			case "cbor":
				s.cbor = part
			}
		}
		s.boxes = superboxes(content, depth+1, left)
		out = append(out, s)
	}
	return out
}

// in returns the first superbox whose label begins so; nil for none.
func (s *manifestBox) in(label string) *manifestBox {
	for i := range s.boxes {
		if strings.HasPrefix(s.boxes[i].label, label) {
			return &s.boxes[i]
		}
	}
	return nil
}

// reference is a pointer to a box, with the hash of its content.
type reference struct {
	URL  string `cbor:"url"`
	Alg  string `cbor:"alg"`
	Hash []byte `cbor:"hash"`
}

// claimed is what a claim binds together.
type claimed struct {
	Alg        string      `cbor:"alg"`
	Assertions []reference `cbor:"assertions"`         // of claims of version 1
	Created    []reference `cbor:"created_assertions"` // of version 2
	Gathered   []reference `cbor:"gathered_assertions"`
}

// readCredential reads and checks the newest manifest of a picture; nil where there is
// none.
func readCredential(data []byte, format string) *Credential {
	at := storeOf(data, format)
	left := maxBoxes
	var newest *manifestBox
	for _, store := range superboxes(at.boxes, 0, &left) {
		if store.label == "c2pa" && len(store.boxes) > 0 {
			newest = &store.boxes[len(store.boxes)-1]
		}
	}
	if newest == nil {
		return nil
	}
	c := &Credential{Signature: Unread, Claim: Unread, Content: Unread}
	claim, signature, assertions := newest.in("c2pa.claim"), newest.in("c2pa.signature"), newest.in("c2pa.assertions")
	if claim == nil || claim.cbor == nil {
		return c
	}
	if signature != nil {
		c.signed(signature.cbor, claim.cbor)
	}
	var binds claimed
	if decode.Unmarshal(claim.cbor, &binds) == nil && assertions != nil {
		c.bound(binds, assertions, data, at)
	}
	return c
}

// bound checks the hashes of a claim, and that of the picture, which counts only where
// the claim names it. Nothing is hashed twice: a claim that names an assertion again is
// not read.
func (c *Credential) bound(binds claimed, assertions *manifestBox, data []byte, at manifestPlace) {
	named := slices.Concat(binds.Assertions, binds.Created, binds.Gathered)
	if len(named) == 0 || len(named) > 256 {
		return
	}
	c.Claim = Holds
	seen := map[int]bool{} // by the place of the assertion
	for _, n := range named {
		_, label, ok := strings.Cut(n.URL, "c2pa.assertions/")
		i := slices.IndexFunc(assertions.boxes, func(b manifestBox) bool { return b.label == label })
		if !ok || i < 0 || seen[i] {
			c.Claim = Unread // in another manifest, or elsewhere, or named before
			return
		}
		seen[i] = true
		got, ok := digestOf(n.Alg, binds.Alg, assertions.boxes[i].whole)
		switch {
		case !ok:
			c.Claim = Unread
			return
		case !bytes.Equal(got, n.Hash):
			c.Claim = Broken
			return
		}
		if label == "c2pa.hash.data" {
			c.Content = picture(assertions.boxes[i].cbor, binds.Alg, data, at)
		}
	}
}

// picture checks the hash of a file without the ranges that its manifest lies in. One
// that leaves out more binds nothing.
func picture(assertion []byte, alg string, data []byte, at manifestPlace) Held {
	var h struct {
		Alg        string `cbor:"alg"`
		Hash       []byte `cbor:"hash"`
		Exclusions []struct {
			Start  uint64 `cbor:"start"`
			Length uint64 `cbor:"length"`
		} `cbor:"exclusions"`
	}
	if decode.Unmarshal(assertion, &h) != nil || len(h.Exclusions) > 16 {
		return Unread
	}
	var rest [][]byte
	from := uint64(0)
	for _, e := range h.Exclusions {
		size := uint64(len(data))
		if e.Length > size || e.Start > size-e.Length || e.Start < from || e.Start < uint64(at.from) || e.Start+e.Length > uint64(at.to) { //nolint:gosec // not negative
			return Unread
		}
		rest = append(rest, data[from:e.Start])
		from = e.Start + e.Length
	}
	got, ok := digestOf(h.Alg, alg, append(rest, data[from:])...)
	switch {
	case !ok:
		return Unread
	case bytes.Equal(got, h.Hash):
		return Holds
	}
	return Broken
}

// digestOf hashes parts of one content by the first of two algorithms that is named.
func digestOf(own, of string, parts ...[]byte) ([]byte, bool) {
	if own == "" {
		own = of
	}
	h, ok := map[string]crypto.Hash{"sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512}[own]
	if !ok {
		return nil, false
	}
	sum := h.New()
	for _, b := range parts {
		_, _ = sum.Write(b) // a hash does not fail
	}
	return sum.Sum(nil), true
}

// signed checks a COSE_Sign1 signature over a claim.
func (c *Credential) signed(raw, claim []byte) {
	var tag cbor.RawTag
	if decode.Unmarshal(raw, &tag) == nil && tag.Number == 18 {
		raw = tag.Content
	}
	var cose struct {
		_           struct{} `cbor:",toarray"`
		Protected   []byte
		Unprotected map[any]cbor.RawMessage
		Payload     []byte
		Signature   []byte
	}
	if decode.Unmarshal(raw, &cose) != nil || len(cose.Payload) > 0 {
		return
	}
	var head map[any]cbor.RawMessage
	if decode.Unmarshal(cose.Protected, &head) != nil {
		return
	}
	var alg int64
	if decode.Unmarshal(head[uint64(1)], &alg) != nil {
		return
	}
	cert, ok := firstCertificate(head[uint64(33)], cose.Unprotected[uint64(33)], cose.Unprotected["x5chain"])
	if !ok {
		return
	}
	c.Signer, c.Issuer = cert.name(cert.TBS.Subject), cert.name(cert.TBS.Issuer)
	message, err := cbor.Marshal([]any{"Signature1", cose.Protected, []byte{}, claim})
	if err != nil {
		return
	}
	c.Signature = cert.verify(alg, message, cose.Signature)
}

// certificate is as much of an X.509 certificate as is read. Source: RFC 5280, 4.1.
type certificate struct {
	Raw asn1.RawContent
	TBS struct {
		Raw       asn1.RawContent
		Version   int `asn1:"optional,explicit,default:0,tag:0"`
		Serial    *big.Int
		Algorithm pkix.AlgorithmIdentifier
		Issuer    asn1.RawValue
		Validity  struct{ From, To time.Time }
		Subject   asn1.RawValue
		Key       struct {
			Algorithm pkix.AlgorithmIdentifier
			Bits      asn1.BitString
		}
	}
}

// firstCertificate reads the certificate of whoever signed: the first of a chain, or
// the only one.
func firstCertificate(headers ...cbor.RawMessage) (certificate, bool) {
	var c certificate
	for _, raw := range headers {
		if len(raw) == 0 {
			continue
		}
		var one []byte
		var chain [][]byte
		if decode.Unmarshal(raw, &chain) == nil && len(chain) > 0 {
			one = chain[0]
		} else if decode.Unmarshal(raw, &one) != nil {
			continue
		}
		_, err := asn1.Unmarshal(one, &c)
		return c, err == nil
	}
	return c, false
}

// name is an organisation's and a person's or machine's name in a certificate.
func (c *certificate) name(raw asn1.RawValue) string {
	var rdn pkix.RDNSequence
	if _, err := asn1.Unmarshal(raw.FullBytes, &rdn); err != nil {
		return ""
	}
	var n pkix.Name
	n.FillFromRDNSequence(&rdn)
	parts := n.Organization
	if n.CommonName != "" && !slices.Contains(parts, n.CommonName) {
		parts = append(slices.Clone(parts), n.CommonName)
	}
	return clip(strings.ToValidUTF8(strings.Join(parts, ", "), ""))
}

var (
	oidEC      = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidRSA     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidPSS     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidEd25519 = asn1.ObjectIdentifier{1, 3, 101, 112}
)

// maxModulus bounds the work of one signature, in bits.
const maxModulus = 8192

// verify checks a signature by an algorithm of COSE.
func (c *certificate) verify(alg int64, message, signature []byte) Held {
	bits := c.TBS.Key.Bits.RightAlign()
	of := c.TBS.Key.Algorithm.Algorithm
	var right bool
	switch {
	case alg == -8 && of.Equal(oidEd25519) && len(bits) == ed25519.PublicKeySize:
		right = ed25519.Verify(bits, message, signature)
	case of.Equal(oidEC):
		key, hash, ok := c.curve(alg, bits)
		size := 0
		if ok {
			size = (key.Params().BitSize + 7) / 8
		}
		if !ok || len(signature) != 2*size {
			return Unread
		}
		right = ecdsa.Verify(key, sumOf(hash, message), new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:]))
	case of.Equal(oidRSA) || of.Equal(oidPSS):
		hash, ok := map[int64]crypto.Hash{-37: crypto.SHA256, -38: crypto.SHA384, -39: crypto.SHA512}[alg]
		var key struct {
			N *big.Int
			E int
		}
		if _, err := asn1.Unmarshal(bits, &key); !ok || err != nil || key.N.Sign() <= 0 || key.N.BitLen() > maxModulus || key.E < 3 {
			return Unread
		}
		right = rsa.VerifyPSS(&rsa.PublicKey{N: key.N, E: key.E}, hash, sumOf(hash, message), signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil
	default:
		return Unread
	}
	if right {
		return Holds
	}
	return Broken
}

// curve reads a key on the curve that its parameters name.
func (c *certificate) curve(alg int64, point []byte) (*ecdsa.PublicKey, crypto.Hash, bool) {
	hash, ok := map[int64]crypto.Hash{-7: crypto.SHA256, -35: crypto.SHA384, -36: crypto.SHA512}[alg]
	var id asn1.ObjectIdentifier
	if _, err := asn1.Unmarshal(c.TBS.Key.Algorithm.Parameters.FullBytes, &id); !ok || err != nil {
		return nil, 0, false
	}
	curve, ok := map[string]elliptic.Curve{"1.2.840.10045.3.1.7": elliptic.P256(), "1.3.132.0.34": elliptic.P384(), "1.3.132.0.35": elliptic.P521()}[id.String()]
	if !ok {
		return nil, 0, false
	}
	key, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	return key, hash, err == nil
}

func sumOf(h crypto.Hash, b []byte) []byte {
	sum := h.New()
	_, _ = sum.Write(b) // a hash does not fail
	return sum.Sum(nil)
}
