// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"

	"daylight/record"
)

func TestNamesIdentity(t *testing.T) {
	for name, want := range map[string]bool{
		"c-12-passport.jpg": true, "c-12_id-card.png": true, "identity/c-12.jpg": true, "c-12-identity-document.webp": true,
		"uploads/proof of address/w-4.png": true, "w-4 driving licence.jpg": true, "w-4-driving-license.jpg": true,
		"c-12.jpg": false, "id-12.jpg": false, "c-12-portrait.png": false, "candidate.jpg": false, "passports-office-cv.pdf": false,
		"identity/2024/c-12.jpg": false, "photo_id12.jpg": false,
	} {
		if got := NamesIdentity(name); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// exifOf lays out an EXIF segment with the camera in the first directory and the
// time in the second, as Exif 3.0, 4.5 and 4.6 say.
func exifOf(camera, model, taken, offset string) []byte {
	type entry struct {
		tag  uint16
		text string
	}
	var out []byte
	u16 := func(v int) { out = binary.BigEndian.AppendUint16(out, uint16(v)) }
	u32 := func(v int) { out = binary.BigEndian.AppendUint32(out, uint32(v)) }
	directory := func(es []entry, pointer bool) {
		n := len(es)
		if pointer {
			n++
		}
		start := len(out)
		at := start + 2 + 12*n + 4
		u16(n)
		var texts []byte
		for _, e := range es {
			u16(int(e.tag))
			u16(2)
			u32(len(e.text) + 1)
			u32(at + len(texts))
			texts = append(append(texts, e.text...), 0)
		}
		if pointer {
			u16(0x8769)
			u16(4)
			u32(1)
			u32(at + len(texts))
		}
		u32(0)
		out = append(out, texts...)
	}
	out = append(out, "MM\x00*\x00\x00\x00\x08"...)
	directory([]entry{{0x010f, camera}, {0x0110, model}}, true)
	es := []entry{{0x9003, taken}}
	if offset != "" {
		es = append(es, entry{0x9011, offset})
	}
	directory(es, false)
	return append([]byte("Exif\x00\x00"), out...)
}

func jpegWith(tb testing.TB, m image.Image, segments ...[]byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 80}); err != nil {
		tb.Fatal(err)
	}
	out := bytes.Clone(b.Bytes()[:2])
	for _, s := range segments {
		out = append(out, s...)
	}
	return append(out, b.Bytes()[2:]...)
}

func segment(marker byte, body []byte) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2)), body...)
}

func TestCapture(t *testing.T) {
	nine := 540
	for _, c := range []struct {
		name   string
		exif   []byte
		camera string
		taken  string
		offset *int
	}{
		{"with its zone", exifOf("Example", "Example Phone 7", "2026:03:01 18:20:05", "+09:00"), "Example Phone 7", "2026-03-01T09:20:05Z", &nine},
		{"without", exifOf("Example", "Phone 7", "2026:03:01 18:20:05", ""), "Example Phone 7", "2026-03-01T18:20:05Z", nil},
		{"a clock that was never set", exifOf("Example", "Phone 7", "0000:00:00 00:00:00", "+99:00"), "Example Phone 7", "0001-01-01T00:00:00Z", nil},
	} {
		d, err := Read("c-1-passport.jpg", jpegWith(t, photo(4, 160, 120), segment(0xe1, c.exif)))
		if err != nil {
			t.Fatal(err)
		}
		id, ok := d.Identity()
		if !ok {
			t.Fatal("a picture named as one of a passport is none")
		}
		want := record.Capture{Camera: c.camera, OffsetMinutes: c.offset, Surround: id.Capture.Surround, SurroundDetail: id.Capture.SurroundDetail}
		want.Taken, _ = time.Parse(time.RFC3339, c.taken)
		if diff := cmp.Diff(want, id.Capture); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestSurround holds that two documents on one table have one surround, and that
// the document does not count.
func TestSurround(t *testing.T) {
	on := func(table, document uint64) image.Image {
		m := photo(table, 320, 240)
		draw.Draw(m, image.Rect(60, 45, 260, 195), photo(document, 200, 150), image.Point{}, draw.Src)
		return m
	}
	first, detail := surround(on(1, 10))
	if detail < MinDetail {
		t.Fatalf("detail %d of a table's grain", detail)
	}
	if same, _ := surround(on(1, 11)); Distance(first, same) > AlikeDistance {
		t.Errorf("two documents on one table: %d bits apart", Distance(first, same))
	}
	for table := uint64(2); table < 20; table++ {
		if other, _ := surround(on(table, 10)); Distance(first, other) <= AlikeDistance {
			t.Errorf("one document on tables 1 and %d: %d bits apart", table, Distance(first, other))
		}
	}
	blank := image.NewUniform(color.Gray{128})
	flat := image.NewRGBA(image.Rect(0, 0, 200, 200))
	draw.Draw(flat, flat.Bounds(), blank, image.Point{}, draw.Src)
	if _, detail := surround(flat); detail >= MinDetail {
		t.Errorf("a blank sheet has detail %d", detail)
	}
}

// box lays out a box of JUMBF, and superbox one with a description.
func box(kind string, content ...[]byte) []byte {
	body := bytes.Join(content, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8)), kind...), body...)
}

func superbox(label string, content ...[]byte) []byte {
	description := append(append(make([]byte, 16), 3), label+"\x00"...)
	return box("jumb", box("jumd", description), bytes.Join(content, nil))
}

func manifestStore(tb testing.TB, claim, actions any) []byte {
	tb.Helper()
	var raw [2][]byte
	for i, v := range []any{claim, actions} {
		var err error
		if raw[i], err = cbor.Marshal(v); err != nil {
			tb.Fatal(err)
		}
	}
	return superbox("c2pa", superbox("urn:c2pa:0001",
		superbox("c2pa.assertions", superbox("c2pa.actions.v2", box("cbor", raw[1]))),
		superbox("c2pa.claim.v2", box("cbor", raw[0])),
	))
}

func TestManifest(t *testing.T) {
	type object = map[string]any
	claim := object{"claim_generator_info": object{"name": "Example Studio"}}
	const media = "http://cv.iptc.org/newscodes/digitalsourcetype/"
	act := func(name, source string, agent any) object {
		o := object{"action": name}
		if source != "" {
			o["digitalSourceType"] = media + source
		}
		if agent != nil {
			o["softwareAgent"] = agent
		}
		return object{"actions": []object{o}}
	}
	for _, c := range []struct {
		name           string
		claim, actions any
		want           manifest
	}{
		{"a camera", object{"claim_generator_info": []object{{"name": "Example Camera"}}}, act("c2pa.created", "digitalCapture", nil), manifest{Software: "Example Camera"}},
		{"a model", claim, act("c2pa.created", "trainedAlgorithmicMedia", object{"name": "Example Imagen"}), manifest{"Example Imagen", true, false}},
		{"in part", claim, act("c2pa.placed", "compositeWithTrainedAlgorithmicMedia", nil), manifest{"Example Studio", true, true}},
		{"an edit, by version 1", object{"claim_generator": "Example_Studio/2.0"}, act("c2pa.edited", "", "Example Retouch"), manifest{"Example Retouch", false, true}},
		{"cropped only", claim, act("c2pa.cropped", "", nil), manifest{Software: "Example Studio"}},
	} {
		store := manifestStore(t, c.claim, c.actions)
		file := pngOf(t, photo(2, 80, 80))
		chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(store))), "caBX"...)
		chunk = append(chunk, store...)
		chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
		webp := bytes.Join([][]byte{[]byte("RIFF\x00\x00\x00\x00WEBPC2PA"), binary.LittleEndian.AppendUint32(nil, uint32(len(store))), store}, nil)
		half := len(store) / 2
		for container, data := range map[string][]byte{
			"png": bytes.Join([][]byte{file[:33], chunk, file[33:]}, nil),
			"jpeg": jpegWith(t, photo(2, 80, 80),
				segment(0xeb, append([]byte("JP\x00\x01\x00\x00\x00\x01"), store[:half]...)),
				segment(0xeb, append(append([]byte("JP\x00\x01\x00\x00\x00\x02"), store[:8]...), store[half:]...))),
			"webp": webp,
		} {
			if diff := cmp.Diff(c.want, readManifest(data, container)); diff != "" {
				t.Errorf("%s, %s: %s", c.name, container, diff)
			}
		}
	}
	store := manifestStore(t, claim, act("c2pa.created", "trainedAlgorithmicMedia", object{"name": "Example Imagen"}))
	d, err := Read("w-7-identity-card.jpg", jpegWith(t, photo(2, 80, 80), segment(0xeb, append([]byte("JP\x00\x01\x00\x00\x00\x01"), store...))))
	if err != nil {
		t.Fatal(err)
	}
	// The words of a known generator are shortened to its name.
	if id, ok := d.Identity(); !ok || !strings.EqualFold(id.Generator, "imagen") || id.Editor != "" {
		t.Errorf("%+v, %v", id, ok)
	}
}

func FuzzReadManifest(f *testing.F) {
	store := manifestStore(f, map[string]any{"claim_generator": "x"}, map[string]any{"actions": []any{map[string]any{"action": "c2pa.edited"}}})
	f.Add(append([]byte("RIFF\x00\x00\x00\x00WEBPC2PA\xff\x00\x00\x00"), store...), "webp")
	f.Add(jpegWith(f, photo(2, 16, 16), segment(0xeb, append([]byte("JP\x00\x01\x00\x00\x00\x01"), store...))), "jpeg")
	f.Add([]byte("\x89PNG\r\n\x1a\n\xff\xff\xff\xffcaBX\x00\x00\x00\x00"), "png")
	f.Add(bytes.Repeat([]byte("\x00\x00\x00\x00jumb"), 64), "webp")
	f.Fuzz(func(t *testing.T, data []byte, format string) {
		m := readManifest(data, format)
		if len(m.Software) > len(data)+64 {
			t.Errorf("%d bytes of software from %d", len(m.Software), len(data))
		}
		var deep manifest
		left := maxBoxes
		deep.read(data, 0, &left)
		if left < 0 {
			t.Errorf("more than %d boxes are read", maxBoxes)
		}
	})
}
