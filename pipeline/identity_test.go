// SPDX-License-Identifier: Apache-2.0

package pipeline_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math/rand/v2"
	"testing"

	"daylight/record"
	"daylight/weigh"
)

// taken is a picture of a document on a table, as a camera in one time zone writes
// it.
func taken(t *testing.T, table, document uint64, at string) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 320, 240))
	paint := func(seed uint64, area image.Rectangle) {
		// Squares of many greys, and grain: what a table looks like to a hash.
		r := rand.New(rand.NewPCG(seed, 1))
		for y := area.Min.Y; y < area.Max.Y; y += 20 {
			for x := area.Min.X; x < area.Max.X; x += 20 {
				g := uint8(r.UintN(256))
				draw.Draw(m, image.Rect(x, y, x+20, y+20), image.NewUniform(color.Gray{g}), image.Point{}, draw.Src)
			}
		}
		for i := range m.Pix {
			m.Pix[i] = uint8(max(0, min(255, int(m.Pix[i])+r.IntN(9)-4)))
		}
	}
	paint(table, m.Bounds())
	paint(document, image.Rect(60, 40, 260, 200))
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	// Exif 3.0: maker and model, and in the second directory time and offset.
	const head = "Exif\x00\x00MM\x00*\x00\x00\x00\x08" +
		"\x00\x03\x01\x0f\x00\x02\x00\x00\x00\x08\x00\x00\x00\x32\x01\x10\x00\x02\x00\x00\x00\x08\x00\x00\x00\x3a\x87\x69\x00\x04\x00\x00\x00\x01\x00\x00\x00\x42\x00\x00\x00\x00" +
		"Example\x00Phone 7\x00" +
		"\x00\x02\x90\x03\x00\x02\x00\x00\x00\x14\x00\x00\x00\x60\x90\x11\x00\x02\x00\x00\x00\x07\x00\x00\x00\x74\x00\x00\x00\x00"
	exif := head + at + "\x00+02:00\x00"
	segment := append([]byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	return string(b.Bytes()[:2]) + string(segment) + string(b.Bytes()[2:])
}

// TestPicturesOfDocuments goes from files to evidence: the pictures of two people's
// documents that were taken on one table within minutes link them, and one of a
// third person's does not.
func TestPicturesOfDocuments(t *testing.T) {
	const people = "id,stage,name,email,applied_at\nw-1,applicant,Itziar Asmatua,itziar@example.com,2026-04-10T09:00:00Z\n" +
		"w-2,applicant,Kwabena Nsɛmfoɔ,kwabena@example.com,2026-04-11T09:00:00Z\nw-3,applicant,Linh Tưởng,linh@example.com,2026-04-12T09:00:00Z\n"
	res := scan(t, folder(
		"ats/people.csv", people,
		"onboarding/identity/w-1.jpg", taken(t, 1, 10, "2026:04:09 18:20:00"),
		"onboarding/w-2-passport.jpg", taken(t, 1, 11, "2026:04:09 18:31:00"),
		"onboarding/w-3-passport.jpg", taken(t, 2, 12, "2026:04:09 12:31:00"),
		"onboarding/w-3-portrait.jpg", taken(t, 1, 11, "2026:04:09 18:31:00"), // a profile picture is no document
	), 2)
	want := map[record.SubjectID]string{
		"w-1": "present: How the picture of the identity document was taken is as with that of w-2, under another name: " +
			"one model of camera in one time zone, taken within half an hour, on one background.",
		"w-2": "present: How the picture of the identity document was taken is as with that of w-1, under another name: " +
			"one model of camera in one time zone, taken within half an hour, on one background.",
		"w-3": "absent: The picture of the document shares nothing telling with another person's.",
	}
	for _, s := range res.Subjects {
		var got string
		for _, c := range s.Assessment.Contributions {
			if f := c.Finding; f.Indicator == "onb.doc_pipeline_shared" {
				got = fmt.Sprintf("%s: %s", f.Outcome, f.Statement)
			}
		}
		if got != want[s.View.Subject] {
			t.Errorf("%s: %q, want %q", s.View.Subject, got, want[s.View.Subject])
		}
		if s.Assessment.State == weigh.Escalate {
			t.Errorf("%s is escalated for a picture that one desk would explain", s.View.Subject)
		}
	}
}
