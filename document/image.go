// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // a format of pictures that are read
	_ "image/jpeg" // the same
	_ "image/png"  // the same
	"regexp"
	"slices"
	"strings"

	"github.com/bep/imagemeta"
	_ "golang.org/x/image/webp" // the same
)

func isPicture(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")) || bytes.HasPrefix(head, []byte("\xff\xd8\xff")) ||
		bytes.HasPrefix(head, []byte("GIF87a")) || bytes.HasPrefix(head, []byte("GIF89a")) ||
		len(head) >= 12 && bytes.HasPrefix(head, []byte("RIFF")) && string(head[8:12]) == "WEBP"
}

func (d *Document) readPicture(data []byte) error {
	i, err := readImage(data, true)
	if err != nil {
		return err
	}
	d.keep(i)
	d.Provenance.Software = i.Software
	return nil
}

// addImage looks at a picture inside a document, once for each digest. One that cannot
// be decoded still has a digest.
func (d *Document) addImage(data []byte) {
	digest := digest16(data)
	if d.has(digest) {
		return
	}
	// One signed record is told of a document, so no more than one is checked.
	signed := slices.ContainsFunc(d.Images, func(i Image) bool { return i.Credential != nil })
	i, err := readImage(data, !signed)
	if err != nil {
		i = Image{Digest: digest}
		if errors.Is(err, ErrTooLarge) {
			d.Large++
		}
	}
	d.keep(i)
}

// keep adds a picture, once for each digest.
func (d *Document) keep(i Image) {
	if d.has(i.Digest) {
		return
	}
	d.Images = append(d.Images, i)
	at, _ := slices.BinarySearch(d.Provenance.Images, i.Digest)
	d.Provenance.Images = slices.Insert(d.Provenance.Images, at, i.Digest)
}

func (d *Document) has(digest string) bool {
	return slices.ContainsFunc(d.Images, func(i Image) bool { return i.Digest == digest })
}

func digest16(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// readImage decodes a picture within the limits. Whether what was signed about it holds
// is worked out only where that is asked for.
func readImage(data []byte, signed bool) (Image, error) {
	i := Image{Digest: digest16(data)}
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return i, fmt.Errorf("reading the picture's header: %w: %w", ErrBroken, err)
	}
	i.Width, i.Height = config.Width, config.Height
	if int64(i.Width)*int64(i.Height) > MaxPixels {
		return i, fmt.Errorf("a picture of %d x %d: %w", i.Width, i.Height, ErrTooLarge)
	}
	if n := memory(data, format, config); n > MaxMemory {
		return i, fmt.Errorf("a picture that takes %d MB to decode: %w", n>>20, ErrTooLarge)
	}
	m, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return i, fmt.Errorf("decoding the picture: %w: %w", ErrBroken, err)
	}
	i.Hash, i.Detail = PerceptualHash(m)
	i.Software, i.generated = software(data, format)
	i.capture = captureOf(data, format, m)
	if signed {
		i.Credential = readCredential(data, format)
	}
	return i, nil
}

var (
	// generators leave their names in PNG text, EXIF, XMP or a C2PA manifest.
	generators = regexp.MustCompile(`(?i)\b(stable diffusion|midjourney|dall[·-]?e(?: ?[23])?|adobe firefly|firefly|comfyui|automatic1111|novelai|openai|gpt-?4o|imagen|google ai|bing image creator|flux\.1|leonardo\.ai|invokeai|stylegan|thispersondoesnotexist)\b`)
	// trainedMedia is the IPTC source type that generators write.
	trainedMedia = []byte("trainedAlgorithmicMedia")
	// editors change the content of pictures; scanners and cameras do not.
	editors = regexp.MustCompile(`(?i)\b(adobe photoshop[\w .]*|photoshop|gimp[ \d.]*|affinity photo[ \d.]*|pixelmator[\w .]*|paint\.net[ \d.]*|picsart|snapseed|facetune|faceapp|canva|pixlr|photopea|coreldraw[\w .]*|inkscape[ \d.]*|adobe illustrator[\w .]*)`)
)

// software names the editor or generator that a picture's metadata names, or "",
// and says whether it is a generator.
func software(data []byte, format string) (name string, generated bool) {
	var found []string
	for _, text := range metadata(data, format) {
		if g := generators.FindString(text); g != "" {
			return clip(g), true
		}
		if e := editors.FindString(text); e != "" {
			found = append(found, clip(e))
		}
	}
	m := readManifest(data, format)
	// IPTC's source type stands in XMP too, wherever the container has it.
	if m.Generated || bytes.Contains(data, trainedMedia) {
		return cmp.Or(clip(generators.FindString(m.Software)), m.Software, unnamedGenerator), true
	}
	if m.Edited {
		found = append(found, cmp.Or(clip(editors.FindString(m.Software)), m.Software, unnamedEditor))
	}
	if len(found) > 0 {
		return found[0], false
	}
	return "", false
}

// metadata returns the strings in which software names itself: EXIF Software,
// XMP CreatorTool, PNG text.
func metadata(data []byte, format string) []string {
	var out []string
	if format == "png" {
		out = pngText(data)
	}
	kinds := map[string]imagemeta.ImageFormat{"jpeg": imagemeta.JPEG, "png": imagemeta.PNG, "webp": imagemeta.WebP}
	kind, ok := kinds[format]
	if !ok {
		return out
	}
	wanted := []string{"Software", "ProcessingSoftware", "CreatorTool", "Artist", "ImageDescription", "HistorySoftwareAgent"}
	_, err := imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(data), ImageFormat: kind,
		Sources:         imagemeta.EXIF | imagemeta.XMP,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool { return slices.Contains(wanted, t.Tag) },
		HandleTag: func(t imagemeta.TagInfo) error {
			if s, ok := t.Value.(string); ok {
				out = append(out, clip(s))
			}
			return nil
		},
	})
	if err != nil {
		return out // metadata is a by-product: a picture is not broken for lack of it
	}
	return out
}

// pngText returns keyword and text of tEXt and iTXt chunks, the uncompressed
// ones. Source: PNG (third edition), 11.3.3.
func pngText(data []byte) []string {
	var out []string
	for i := 8; i+12 <= len(data) && len(out) < 64; {
		n := int(data[i])<<24 | int(data[i+1])<<16 | int(data[i+2])<<8 | int(data[i+3])
		if n > len(data)-i-12 {
			break
		}
		switch string(data[i+4 : i+8]) {
		case "tEXt", "iTXt":
			chunk := string(data[i+8 : i+8+min(n, 8<<10)])
			// Stable Diffusion's web UI writes its settings under this key.
			if strings.HasPrefix(chunk, "parameters\x00") && strings.Contains(chunk, "Sampler") {
				chunk += " Stable Diffusion"
			}
			out = append(out, strings.ToValidUTF8(strings.ReplaceAll(chunk, "\x00", " "), ""))
		case "IEND":
			return out
		}
		i += 12 + n
	}
	return out
}
