// SPDX-License-Identifier: Apache-2.0

// Package document reads résumés and other files people send: their text in
// reading order, their structure, what the file says of its own making, and the
// pictures in it. It also compares texts: an [Index] finds copied passages
// among many documents and says how surprising they are.
//
// It reads bytes it is given and nothing else: no file system, no network, no
// clock. Everything it returns that a person wrote is personal data and is
// typed so. It judges nobody; indicators do that.
package document

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"daylight/record"
)

// Format names what a document was recognised as, by its content.
type Format string

// The formats.
const (
	PDF        Format = "pdf"
	DOCX       Format = "docx"
	ODT        Format = "odt"
	HTML       Format = "html"
	Markdown   Format = "markdown"
	PlainText  Format = "text"
	JSONResume Format = "json_resume"
	Picture    Format = "image"
)

// Limits on what is read. Exceeding one is [ErrTooLarge].
const (
	MaxBytes   = 64 << 20 // of one file
	MaxPages   = 500
	MaxPixels  = 40_000_000 // of one picture, from its header, before decoding
	MaxNesting = 100        // of elements or objects
	maxRatio   = 100        // decompressed to compressed
	minBudget  = 10 << 20   // decompressed bytes that are always allowed
	maxLines   = 200_000
	maxLine    = 4096 // bytes
	// maxStructure is how many bytes of text are searched for structure.
	maxStructure = 1 << 20
)

// Why a document cannot be read. Errors returned by [Read] wrap one of these.
var (
	ErrEncrypted = errors.New("encrypted")
	ErrBroken    = errors.New("broken")
	ErrTooLarge  = errors.New("too large")
	ErrUnknown   = errors.New("not a document of a known format")
)

// Line is one line of text as a reader sees it.
type Line struct {
	Page   int // 1-based; 0 where the format has no pages
	Number int // 1-based, on its page
	Text   record.Redacted
}

// Image is a picture in a document, or the whole of one.
type Image struct {
	Digest string // SHA-256 of its bytes as stored, 16 hex digits
	Width  int
	Height int
	// Hash is the 64-bit perceptual hash; 0 with Detail 0 when the picture could
	// not be decoded or is out of proportion.
	Hash   uint64
	Detail int // 0-100, see [PerceptualHash]
	// Software is an editor or generator named in the picture's metadata.
	Software  string
	generated bool // Software is a generator
	// Credential is what was signed about the picture; nil for nothing, and for every
	// picture behind the first of a document that has one.
	Credential *Credential
	capture    record.Capture
}

// Document is one file as read.
type Document struct {
	Name   string // as given; for messages
	Format Format
	Digest string // SHA-256 of the file, 32 hex digits
	Pages  int
	Lines  []Line // in reading order
	// HiddenWords counts words a reader does not see (white or invisible text,
	// text off the page). They are left out of Lines.
	HiddenWords int
	Links       []record.Redacted // targets of hyperlinks, in order, unique
	Provenance  record.Provenance
	Images      []Image
	// Large counts the pictures in the document that were not decoded because they are
	// larger than [MaxPixels] or [MaxMemory] allow, or because there are too many.
	Large int

	structured *record.Resume // from formats that carry structure
}

// Read recognises data by its content and reads it. The name is used only to
// tell Markdown from plain text and in error messages. Errors wrap
// [ErrEncrypted], [ErrBroken], [ErrTooLarge] or [ErrUnknown].
func Read(name string, data []byte) (doc *Document, err error) {
	// Decoders of pictures and their metadata are not ours; one that panics on a
	// hostile file must cost that file only.
	defer func() {
		if p := recover(); p != nil {
			doc, err = nil, fmt.Errorf("%s: a decoder gave up: %w", name, ErrBroken)
		}
	}()
	d := &Document{Name: name, Format: Recognise(name, data)}
	sum := sha256.Sum256(data)
	d.Digest = hex.EncodeToString(sum[:16])
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("%s: %d bytes: %w", name, len(data), ErrTooLarge)
	}
	switch d.Format {
	case PDF:
		err = d.readPDF(data)
	case DOCX, ODT:
		err = d.readOffice(data)
	case HTML:
		err = d.readHTML(data)
	case Markdown, PlainText:
		err = d.readText(data)
	case JSONResume:
		err = d.readJSONResume(data)
	case Picture:
		err = d.readPicture(data)
	default:
		err = ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return d, nil
}

// Recognise says what data is, from its content. The name decides only between
// Markdown and plain text. It returns "" for what is none of the formats.
func Recognise(name string, data []byte) Format {
	head := data[:min(len(data), 4096)]
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(head, bom8), " \t\r\n")
	switch {
	case bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		return PDF
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return recogniseZip(data)
	case isPicture(head):
		return Picture
	case bytes.HasPrefix(trimmed, []byte("{")):
		if isJSONResume(data) {
			return JSONResume
		}
		return ""
	case looksHTML(trimmed):
		return HTML
	}
	text, err := decodeText(head, len(data) > len(head))
	if err != nil || len(bytes.TrimSpace(data)) == 0 {
		return ""
	}
	if isMarkdown(name, text) {
		return Markdown
	}
	return PlainText
}

// Text returns the document's words for an [Index], with the given names
// masked.
func (d *Document) Text(names ...record.Name) *Text { return NewText(d.Lines, names...) }

// Photos returns the pictures that may show a person, as records: large enough,
// roughly of a portrait's proportions, and with enough detail to compare.
func (d *Document) Photos() []record.Photo {
	var ps []record.Photo
	for _, i := range d.Images {
		w, h := i.Width, i.Height
		if i.Detail < MinDetail || min(w, h) < 48 || max(w, h) > 3*min(w, h) {
			continue
		}
		ps = append(ps, record.Photo{Hash: i.Hash, Detail: i.Detail, Generator: i.Software})
	}
	return ps
}

// addLine appends one line, in parts if it is very long, unless the document
// already has as many as are allowed.
func (d *Document) addLine(page, number int, text string) {
	for len(d.Lines) < maxLines {
		part := text
		if len(part) > maxLine {
			cut := maxLine
			for cut > 1 && !utf8.RuneStart(part[cut]) {
				cut--
			}
			part = part[:cut]
			if space := strings.LastIndexByte(part, ' '); space > 0 {
				part = part[:space]
			}
		}
		d.Lines = append(d.Lines, Line{page, number, record.Redacted(part)})
		if text = text[len(part):]; text == "" {
			return
		}
	}
}

// forStructure returns the lines in which structure is looked for: the first
// mebibyte of text, more than any résumé has.
func forStructure(lines []Line) []Line {
	size := 0
	for i, l := range lines {
		if size += len(l.Text); size > maxStructure {
			return lines[:i]
		}
	}
	return lines
}

// budget bounds how much a file may decompress to.
type budget struct{ left int64 }

func newBudget(compressed int) *budget {
	return &budget{max(int64(compressed)*maxRatio, minBudget)}
}
