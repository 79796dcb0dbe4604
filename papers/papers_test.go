// SPDX-License-Identifier: Apache-2.0

package papers

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/document"
	"daylight/record"
)

// The zone of ICAO Doc 9303 part 4, appendix A: a passport that was good until 15
// April 2012.
const (
	names = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
	right = names + "\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
	wrong = names + "\nL898902C46UTO7408122F1204159ZE184226B<<<<<10" // another number
)

// never has the 30th of February as its expiry, with the digits for it:
// 7*1+3*2+1*0+7*2+3*3+1*0 = 36, so 6, and 4 for the whole of the line.
const never = names + "\nL898902C36UTO7408122F1202306ZE184226B<<<<<14"

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 80, 60))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestRead holds what is said of documents, and that it says what else would explain
// whatever does not fit.
func TestRead(t *testing.T) {
	then, now := time.Date(2011, 3, 2, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	generated := picture(t)
	generated = append(generated[:len(generated)-12], chunk("tEXt", "Software\x00Midjourney")...)
	generated = append(generated, chunk("IEND", "")...)
	for name, c := range map[string]struct {
		sent     Sent
		at       time.Time
		recorded bool
		says     []string // side, part of what is said
	}{
		"lines alone": {Sent{Kind: Identity, Zone: right, Told: true}, then, true, []string{"fits|All 5 check digits", "fits|good until 2012-04-15"}},
		"small letters and spaces": {
			Sent{Kind: Identity, Zone: strings.ToLower(strings.ReplaceAll(right, "<<<", " <<< ")), Told: true},
			then, true,
			[]string{"fits|All 5 check digits", "fits|good until"},
		},
		"expired":        {Sent{Kind: Identity, Zone: right, Told: true}, now, true, []string{"fits|All 5", "does not fit|expired on 2012-04-15"}},
		"another number": {Sent{Kind: Identity, Zone: wrong, Told: true}, then, true, []string{"does not fit|2 of 5 check digits do not come out (TD3, as typed): document number, composite", "fits|good until"}},
		"a picture alone": {
			Sent{Kind: Identity, File: picture(t), Told: true},
			now, true,
			[]string{"says nothing|The text in a picture is not read", "says nothing|names no editing software", "says nothing|does not say how its picture was taken"},
		},
		"a generator": {
			Sent{Kind: Address, File: generated, Told: true},
			now, true,
			[]string{"does not fit|image generator: Midjourney", "says nothing|does not say how"},
		},
		"a certificate": {Sent{Kind: Other, File: generated, Told: true}, now, false, []string{"does not fit|image generator", "says nothing|does not say how"}},
	} {
		t.Run(name, func(t *testing.T) {
			p, id, err := Read(c.sent, c.at)
			if err != nil {
				t.Fatal(err)
			}
			if p.Recorded != c.recorded || len(p.Checks) != len(c.says) {
				t.Fatalf("recorded: %v, %+v", p.Recorded, p.Checks)
			}
			for i, want := range c.says {
				side, says, _ := strings.Cut(want, "|")
				got := p.Checks[i]
				if string(got.Side) != side || !strings.Contains(got.Says, says) {
					t.Errorf("%+v, want %q", got, want)
				}
				if (got.Side == Not) != (len(got.Innocent) > 0) {
					t.Errorf("%+v has %d innocent explanations", got, len(got.Innocent))
				}
			}
			if strings.Contains(strings.ToLower(c.sent.Zone), "eriksson") && id.Digits != 5 {
				t.Errorf("%+v", id)
			}
		})
	}
}

// TestImpossibleDate holds that a date that stands in no calendar is said, whatever its
// digit.
func TestImpossibleDate(t *testing.T) {
	p, id, err := Read(Sent{Kind: Identity, Zone: never, Told: true}, time.Now())
	if err != nil || len(id.Impossible) != 1 || len(id.Wrong) > 0 || p.Checks[1].Side != Not || !strings.Contains(p.Checks[1].Says, "date of expiry") {
		t.Errorf("%v: %+v", err, p.Checks)
	}
	for name, s := range map[string]Sent{
		"no lines": {Kind: Identity, Zone: "P<UTO", Told: true}, "too long": {Kind: Identity, Zone: right + strings.Repeat(" ", 400), Told: true},
		"of a certificate": {Kind: Other, Zone: right, Told: true},
	} {
		if _, _, err := Read(s, time.Now()); !errors.Is(err, ErrZone) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func chunk(kind, text string) []byte {
	b := append([]byte{0, 0, 0, byte(len(text))}, kind+text...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// TestOwnWords holds that nothing which whoever made a file can write there is in what is
// said of it: it stands apart, and a well-known program is called by its name alone.
func TestOwnWords(t *testing.T) {
	const who = "Anna Maria Eriksson"
	signed := document.Credential{Signer: who, Issuer: "Issued to " + who, Signature: document.Holds, Claim: document.Holds, Content: document.Holds}
	broken := signed
	broken.Content = document.Broken
	making := func(id record.IdentityDocument) Check { return fileChecks(&document.Document{}, id)[0] }
	for name, c := range map[string]struct {
		got  Check
		says string // part of what is said
		own  bool
	}{
		"who signed":             {credential(signed), "signed by somebody whose name is in the certificate; the signature comes out", true},
		"who signed another":     {credential(broken), "signed by somebody whose name is in the certificate, and it does not belong", true},
		"no name":                {credential(document.Credential{Signature: document.Holds, Claim: document.Holds}), "somebody whose certificate has no name", false},
		"a camera":               {taken(record.Capture{Camera: "Phone of " + who}), "taken by a camera that it names", true},
		"a PDF":                  {written(record.Provenance{Creator: who, Producer: "Microsoft® Word 2019 of " + who}), "made with a program that is not well known, written by Microsoft Word", true},
		"a PDF of known ones":    {written(record.Provenance{Creator: "Microsoft® Word", Producer: "libreoffice"}), "made with Microsoft Word, written by LibreOffice", true},
		"a generator":            {making(record.IdentityDocument{Generator: who}), "an image generator: a program that is not well known.", true},
		"a well-known generator": {making(record.IdentityDocument{Generator: "Midjourney"}), "an image generator: Midjourney.", false},
		"an editor":              {making(record.IdentityDocument{Editor: "Adobe Photoshop " + who}), "edits pictures: Adobe Photoshop.", true},
		"a record of edits":      {making(record.IdentityDocument{Editor: "software that keeps a record of its edits (C2PA)"}), "edits pictures: software that keeps a record", false},
	} {
		if !strings.Contains(c.got.Says, c.says) || strings.Contains(c.got.Says, who) {
			t.Errorf("%s: %q, want %q", name, c.got.Says, c.says)
		}
		if own := c.got.Named.Reveal(); (own != "") != c.own {
			t.Errorf("%s: the file's own words are %q", name, own)
		}
	}
}

// TestPicturesNotLookedAt holds that a picture within a file which is too large to be
// looked at is said, so that nobody takes silence for a finding.
func TestPicturesNotLookedAt(t *testing.T) {
	of := func(side int) []byte {
		return fmt.Appendf(nil, "%%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Count 1 /Kids [ 3 0 R ] >>\nendobj\n"+
			"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /XObject << /I 4 0 R >> >> >>\nendobj\n"+
			"4 0 obj\n<< /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceGray /Length 1 >>\nstream\nx\nendstream\nendobj\n"+
			"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n0\n%%%%EOF\n", side, side)
	}
	for side, want := range map[int]bool{1: false, 7000: true} {
		p, _, err := Read(Sent{Kind: Identity, File: of(side), Told: true}, time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		said := slices.ContainsFunc(p.Checks, func(c Check) bool {
			return c.Side == Blank && c.About == "What was not read" && strings.Contains(c.Says, "or too many: 1.")
		})
		if said != want {
			t.Errorf("of a side of %d it is said: %v, want %v: %+v", side, said, want, p.Checks)
		}
	}
}
