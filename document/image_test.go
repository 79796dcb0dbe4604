// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"testing"

	"golang.org/x/image/draw"
)

// photo draws a picture with the traits of a photograph: soft shapes of many
// greys, light that falls off, and grain.
func photo(seed uint64, w, h int) *image.RGBA {
	r := rand.New(rand.NewPCG(seed, 5))
	type blob struct{ x, y, s, v float64 }
	blobs := make([]blob, 14)
	for i := range blobs {
		blobs[i] = blob{r.Float64(), r.Float64(), 0.05 + 0.25*r.Float64(), 240*r.Float64() - 120}
	}
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			fx, fy := float64(x)/float64(w), float64(y)/float64(h)
			v := 128 + 30*fy
			for _, b := range blobs {
				v += b.v * math.Exp(-((fx-b.x)*(fx-b.x)+(fy-b.y)*(fy-b.y))/(b.s*b.s))
			}
			v += 6 * r.NormFloat64()
			g := uint8(max(0, min(255, v)))
			m.Set(x, y, color.RGBA{g, uint8(max(0, min(255, v*0.9))), uint8(max(0, min(255, v*0.8+20))), 255})
		}
	}
	return m
}

func pngOf(tb testing.TB, m image.Image) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func scaled(m image.Image, w, h int) image.Image {
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(out, out.Bounds(), m, m.Bounds(), draw.Src, nil)
	return out
}

func brighter(m *image.RGBA, add int) image.Image {
	out := image.NewRGBA(m.Bounds())
	for i, v := range m.Pix {
		out.Pix[i] = uint8(max(0, min(255, int(v)+add)))
		if i%4 == 3 {
			out.Pix[i] = 255
		}
	}
	return out
}

func TestPerceptualHash(t *testing.T) {
	const n = 40
	var hashes [n]uint64
	worst, least := 0, 64
	for i := range hashes {
		m := photo(uint64(i), 240, 300)
		h, detail := PerceptualHash(m)
		hashes[i] = h
		if detail < MinDetail {
			t.Errorf("picture %d has detail %d, want %d or more", i, detail, MinDetail)
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 40}); err != nil {
			t.Fatal(err)
		}
		again, err := jpeg.Decode(&b)
		if err != nil {
			t.Fatal(err)
		}
		for name, same := range map[string]image.Image{
			"half": scaled(m, 120, 150), "larger": scaled(m, 500, 625), "squeezed": scaled(m, 96, 96),
			"jpeg": again, "brighter": brighter(m, 20), "darker": brighter(m, -20),
		} {
			g, _ := PerceptualHash(same)
			worst = max(worst, Distance(h, g))
			if d := Distance(h, g); d > AlikeDistance {
				t.Errorf("picture %d %s: distance %d, want %d or less", i, name, d, AlikeDistance)
			}
		}
		for j := range i {
			least = min(least, Distance(h, hashes[j]))
		}
	}
	t.Logf("the same picture: at most %d bits; different ones: at least %d", worst, least)
	if least <= 16 {
		t.Errorf("different pictures are %d bits apart, want more than 16", least)
	}
}

// TestPlainPicturesHaveNoDetail covers what many profiles share by default.
func TestPlainPicturesHaveNoDetail(t *testing.T) {
	avatar := image.NewRGBA(image.Rect(0, 0, 200, 200)) // head and shoulders, two colours
	initials := image.NewRGBA(image.Rect(0, 0, 200, 200))
	gradient := image.NewRGBA(image.Rect(0, 0, 200, 200))
	for y := range 200 {
		for x := range 200 {
			dx, dy := float64(x-100), float64(y-70)
			c := color.RGBA{225, 228, 232, 255}
			if math.Hypot(dx, dy) < 35 || math.Hypot(dx, float64(y-190)) < 70 {
				c = color.RGBA{150, 160, 170, 255}
			}
			avatar.Set(x, y, c)
			c = color.RGBA{200, 60, 60, 255}
			if y > 60 && y < 140 && (x > 50 && x < 65 || x > 90 && x < 105 || x > 130 && x < 145 && y > 95) {
				c = color.RGBA{255, 255, 255, 255}
			}
			initials.Set(x, y, c)
			gradient.Set(x, y, color.Gray{uint8(100 + y/4)})
		}
	}
	for name, m := range map[string]image.Image{
		"blank": image.NewRGBA(image.Rect(0, 0, 64, 64)), "avatar": avatar, "initials": initials, "gradient": gradient,
		"tiny": photo(1, 4, 4), "nothing": image.NewRGBA(image.Rect(0, 0, 0, 0)),
	} {
		if _, detail := PerceptualHash(m); detail >= MinDetail {
			t.Errorf("%s has detail %d, want less than %d", name, detail, MinDetail)
		}
	}
}

func TestPicturesThatAreRefused(t *testing.T) {
	good := pngOf(t, photo(1, 50, 50))
	big := bytes.Clone(good) // says it has 50,000 x 50,000 pixels
	binary.BigEndian.PutUint32(big[16:], 50000)
	binary.BigEndian.PutUint32(big[20:], 50000)
	binary.BigEndian.PutUint32(big[29:], crc32.ChecksumIEEE(big[12:29]))
	if _, err := Read("big", big); !errors.Is(err, ErrTooLarge) {
		t.Errorf("2,500 megapixels: %v", err)
	}
	if _, err := Read("cut", good[:len(good)/2]); !errors.Is(err, ErrBroken) {
		t.Errorf("cut short: %v", err)
	}
}

// withText puts a tEXt chunk after the header of a PNG file.
func withText(file []byte, text string) []byte {
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(text)))
	chunk = append(append(chunk, "tEXt"...), text...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return bytes.Join([][]byte{file[:33], chunk, file[33:]}, nil)
}

func TestPictureSoftware(t *testing.T) {
	file := pngOf(t, photo(2, 80, 80))
	var b bytes.Buffer
	if err := jpeg.Encode(&b, photo(2, 80, 80), nil); err != nil {
		t.Fatal(err)
	}
	// An EXIF segment with one entry, Software (0x0131), as TIFF 6.0 lays it out.
	name := "Adobe Photoshop 25.0\x00"
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x31\x00\x02\x00\x00\x00" + string(rune(len(name))) + "\x00\x00\x00\x1a\x00\x00\x00\x00" + name
	app1 := append([]byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	jpg := bytes.Join([][]byte{b.Bytes()[:2], app1, b.Bytes()[2:]}, nil)
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"nothing", file, ""},
		{"camera", withText(file, "Software\x00Example Camera 1.2"), ""},
		{"editor", withText(file, "Software\x00GIMP 2.10"), "GIMP 2.10"},
		{"generator", withText(file, "parameters\x00a portrait\nSteps: 20, Sampler: Euler a"), "Stable Diffusion"},
		{"exif", jpg, "Adobe Photoshop 25.0"},
		{"c2pa by its text alone", append(bytes.Clone(jpg[:len(jpg)-2]), "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia\xff\xd9"...), "a generator (IPTC trainedAlgorithmicMedia)"},
	} {
		d, err := Read(c.name, c.data)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := d.Images[0].Software; got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if _, ok := d.Identity(); ok {
			t.Errorf("%s: a picture without a telling name is taken for an identity document", c.name)
		}
	}
}
