// SPDX-License-Identifier: Apache-2.0

package document

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/fxamacker/cbor/v2"
)

// manifest is what the C2PA manifests of a picture claim of its making. Anybody can
// leave a manifest out, copy one or sign one in any name, so it is read as any other
// metadata is; [Credential] says whether what was signed is what is there.
type manifest struct {
	Software  string // who says so: the claim's generator, or the software of the act
	Generated bool   // an act's source is a trained model
	Edited    bool   // the content was changed after it was made
}

// Source: C2PA Technical Specification 2.1, chapters 8 (assertions), 10 (claims)
// and 18.15 (actions); JUMBF is ISO 19566-5.

// edits are the actions that change what a picture shows. Cropping, resizing and
// converting are what everybody does.
var edits = []string{"c2pa.edited", "c2pa.drawing", "c2pa.placed", "c2pa.removed", "c2pa.filtered", "c2pa.color_adjustments"}

const (
	maxBoxes = 4096
	maxJUMBF = 8 << 20 // bytes of manifests that are read
)

// readManifest finds the manifests of a picture and reads them.
func readManifest(data []byte, format string) manifest {
	var m manifest
	left := maxBoxes
	m.read(storeOf(data, format).boxes, 0, &left)
	return m
}

// manifestPlace is where in a file its manifests lie, with what holds them, and the
// boxes that they are.
type manifestPlace struct {
	boxes    []byte
	from, to int
}

// storeOf finds the manifests of a picture.
func storeOf(data []byte, format string) manifestPlace {
	switch format {
	case "jpeg":
		return jpegJUMBF(data)
	case "png":
		return pngJUMBF(data)
	case "webp":
		return webpJUMBF(data)
	}
	return manifestPlace{}
}

// read goes through boxes and the boxes in them.
func (m *manifest) read(boxes []byte, depth int, left *int) {
	label := ""
	for len(boxes) > 0 && depth < 16 && *left > 0 {
		*left--
		kind, content, rest, ok := nextBox(boxes)
		if !ok {
			return
		}
		switch kind {
		case "jumd":
			label = boxLabel(content)
		case "jumb":
			m.read(content, depth+1, left)
		case "cbor":
			m.claim(label, content)
		}
		boxes = rest
	}
}

// nextBox splits a box off. Source: ISO 19566-5, B.2, as ISO/IEC 14496-12, 4.2.
func nextBox(b []byte) (kind string, content, rest []byte, ok bool) {
	if len(b) < 8 {
		return "", nil, nil, false
	}
	size, head := uint64(binary.BigEndian.Uint32(b)), uint64(8)
	switch size {
	case 0:
		size = uint64(len(b))
	case 1:
		if len(b) < 16 {
			return "", nil, nil, false
		}
		size, head = binary.BigEndian.Uint64(b[8:]), 16
	}
	if size < head || size > uint64(len(b)) {
		return "", nil, nil, false
	}
	return string(b[4:8]), b[head:size], b[size:], true
}

// boxLabel is the label in a description box: 16 bytes of type, one of flags, and
// a text that ends with 0.
func boxLabel(b []byte) string {
	if len(b) < 17 || b[16]&2 == 0 {
		return ""
	}
	label, _, _ := strings.Cut(string(b[17:]), "\x00")
	return label
}

// action is one act of a c2pa.actions assertion.
type action struct {
	Action string          `cbor:"action"`
	Source string          `cbor:"digitalSourceType"`
	Agent  cbor.RawMessage `cbor:"softwareAgent"`
}

// claim reads the content of an assertion or of a claim.
func (m *manifest) claim(label string, content []byte) {
	switch {
	case label == "c2pa.claim" || label == "c2pa.claim.v2":
		var c struct {
			Generator string          `cbor:"claim_generator"`
			Info      cbor.RawMessage `cbor:"claim_generator_info"`
		}
		if decode.Unmarshal(content, &c) == nil && m.Software == "" {
			if m.Software = softwareAgent(c.Info); m.Software == "" {
				m.Software = strings.ReplaceAll(c.Generator, "_", " ")
			}
		}
	case strings.HasPrefix(label, "c2pa.actions"):
		var a struct {
			Actions []action `cbor:"actions"`
		}
		if decode.Unmarshal(content, &a) != nil {
			return
		}
		for _, act := range a.Actions {
			// "composite…" and the plain term: all or part of it was made by a model.
			generated := strings.HasSuffix(strings.ToLower(act.Source), "trainedalgorithmicmedia")
			edited := slices.Contains(edits, act.Action)
			if name := softwareAgent(act.Agent); name != "" && (generated && !m.Generated || edited && !m.Edited && !m.Generated) {
				m.Software = name
			}
			m.Generated = m.Generated || generated
			m.Edited = m.Edited || edited
		}
	}
}

// softwareAgent reads the name of software: a text, a map with a name, or a list
// of such maps, by the version of the standard.
func softwareAgent(raw cbor.RawMessage) string {
	type info struct {
		Name string `cbor:"name"`
	}
	var (
		text string
		one  info
		many []info
	)
	switch {
	case len(raw) == 0:
	case decode.Unmarshal(raw, &text) == nil:
	case decode.Unmarshal(raw, &one) == nil:
		text = one.Name
	case decode.Unmarshal(raw, &many) == nil && len(many) > 0:
		text = many[0].Name
	}
	return clip(strings.ToValidUTF8(text, ""))
}

// decode reads CBOR within limits.
var decode = func() cbor.DecMode {
	mode, err := cbor.DecOptions{MaxNestedLevels: 16, MaxArrayElements: 4096, MaxMapPairs: 4096}.DecMode()
	if err != nil {
		panic(err) // the options are constants
	}
	return mode
}()

// jpegJUMBF joins the APP11 segments of a JPEG that carry boxes. Source: ISO
// 19566-5, annex D: "JP", an instance number, a sequence number, and the head of
// the box again in every segment.
func jpegJUMBF(data []byte) manifestPlace {
	var p manifestPlace
	for i := 2; i+4 <= len(data) && data[i] == 0xff && len(p.boxes) < maxJUMBF; {
		marker, n := data[i+1], int(binary.BigEndian.Uint16(data[i+2:]))
		if marker == 0xda || n < 2 || i+2+n > len(data) {
			break
		}
		body := data[i+4 : i+2+n]
		if marker == 0xeb && len(body) >= 16 && string(body[:2]) == "JP" {
			head := 16 // JP, instance, sequence, length, type
			if binary.BigEndian.Uint32(body[8:]) == 1 {
				head += 8
			}
			if binary.BigEndian.Uint32(body[4:]) == 1 {
				p.boxes = append(p.boxes, body[8:]...)
			} else if len(body) >= head {
				p.boxes = append(p.boxes, body[head:]...)
			}
			// What stands between two such segments is no part of the manifests.
			if p.to == 0 {
				p.from, p.to = i, i
			}
			if p.to == i {
				p.to = i + 2 + n
			}
		}
		i += 2 + n
	}
	return p
}

// pngJUMBF returns the content of the caBX chunk.
func pngJUMBF(data []byte) manifestPlace {
	for i := 8; i+12 <= len(data); {
		n := int64(binary.BigEndian.Uint32(data[i:]))
		if n > int64(len(data)-i-12) {
			return manifestPlace{}
		}
		if string(data[i+4:i+8]) == "caBX" {
			return manifestPlace{data[i+8 : i+8+int(min(n, maxJUMBF))], i, i + 12 + int(n)}
		}
		i += 12 + int(n)
	}
	return manifestPlace{}
}

// webpJUMBF returns the content of the C2PA chunk of a RIFF container.
func webpJUMBF(data []byte) manifestPlace {
	for i := 12; i+8 <= len(data); {
		n := int64(binary.LittleEndian.Uint32(data[i+4:]))
		if n > int64(len(data)-i-8) {
			return manifestPlace{}
		}
		if string(data[i:i+4]) == "C2PA" {
			return manifestPlace{data[i+8 : i+8+int(min(n, maxJUMBF))], i, i + 8 + int(n+n&1)}
		}
		i += 8 + int(n+n&1)
	}
	return manifestPlace{}
}
