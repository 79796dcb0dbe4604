// SPDX-License-Identifier: Apache-2.0

package record

import (
	"strconv"
	"time"
)

// Job is one post a résumé claims.
type Job struct {
	Employer Redacted `json:"employer,omitzero"`
	Title    string   `json:"title,omitzero"`
	From     Date     `json:"from,omitzero"`
	To       Date     `json:"to,omitzero"` // zero with Current false: not given
	Current  bool     `json:"current,omitzero"`
	FullTime bool     `json:"full_time,omitzero"` // only when the résumé says so
	Where    string   `json:"where,omitzero"`     // "page 1, line 12"
}

// Claim is a technology said to have been used from a year on.
type Claim struct {
	Skill string `json:"skill"` // lower-case
	Year  int    `json:"year"`
	Where string `json:"where,omitzero"`
}

// Provenance is what a file says of its own making.
type Provenance struct {
	Producer   string    `json:"producer,omitzero"`
	Creator    string    `json:"creator,omitzero"`
	Author     Name      `json:"author,omitzero"`
	ModifiedBy Name      `json:"modified_by,omitzero"`
	Template   string    `json:"template,omitzero"`
	Created    time.Time `json:"created,omitzero"`
	Modified   time.Time `json:"modified,omitzero"`
	// OffsetMinutes is the UTC offset written in the creation time.
	OffsetMinutes *int `json:"offset_minutes,omitzero"`
	// DocumentIDs are XMP DocumentID and OriginalDocumentID, PDF trailer ids.
	DocumentIDs []string `json:"document_ids,omitzero"`
	// SaveIDs are DOCX revision-save ids, sorted.
	SaveIDs []string `json:"save_ids,omitzero"`
	// Fonts are embedded font names with their subset prefix, sorted.
	Fonts []string `json:"fonts,omitzero"`
	// Images are SHA-256 digests (16 hex digits) of embedded images, sorted.
	Images []string `json:"images,omitzero"`
	// Software is an editor or generator named in metadata (EXIF, C2PA, PNG text).
	Software string `json:"software,omitzero"`
}

// Resume is what was read out of one résumé. The text itself stays with the
// document index; indicators see structure and provenance.
type Resume struct {
	hidden
	Digest     string     `json:"digest"` // SHA-256 of the file, 32 hex digits
	Format     string     `json:"format"` // "pdf", "docx", "html", "markdown", "text", "json_resume"
	Pages      int        `json:"pages,omitzero"`
	Words      int        `json:"words,omitzero"`
	OddWords   int        `json:"odd_words,omitzero"` // of Words; see document.Text.OddWords
	Emails     []Redacted `json:"emails,omitzero"`
	Phones     []Redacted `json:"phones,omitzero"`
	Profiles   []Redacted `json:"profiles,omitzero"`
	Jobs       []Job      `json:"jobs,omitzero"`
	Skills     []string   `json:"skills,omitzero"` // lower-case, sorted, unique
	Claims     []Claim    `json:"claims,omitzero"`
	Provenance Provenance `json:"provenance,omitzero"`
}

// Kind implements [Body].
func (Resume) Kind() Kind { return KindResume }

// Identifiers implements [Body].
func (r Resume) Identifiers() []Identifier {
	var ids []Identifier
	for _, e := range r.Emails {
		ids = append(ids, Identifier{Email, e})
	}
	for _, t := range r.Phones {
		ids = append(ids, Identifier{Phone, t})
	}
	for _, u := range r.Profiles {
		ids = append(ids, Identifier{ProfileURL, u})
	}
	for _, d := range r.Provenance.DocumentIDs {
		ids = append(ids, Identifier{DocumentID, Redacted(d)})
	}
	return ids
}

// Photo is a picture of the person in a profile or a document, as a perceptual
// hash. There are no face templates.
type Photo struct {
	hidden
	Hash uint64 `json:"hash"` // 64-bit perceptual hash (DCT), see document.PerceptualHash
	// Detail is 0-100: how much the picture varies. Blank and icon-like pictures
	// score low and must not be matched.
	Detail    int    `json:"detail"`
	Generator string `json:"generator,omitzero"` // as metadata names it
}

// Kind implements [Body].
func (Photo) Kind() Kind { return KindPhoto }

// Identifiers implements [Body].
func (p Photo) Identifiers() []Identifier {
	return []Identifier{{PhotoHash, Redacted(strconv.FormatUint(p.Hash, 16))}}
}

// IdentityDocument is the outcome of arithmetic on a machine-readable zone, and
// what the file says of its own making. Of what is printed on the document only
// the date of expiry is kept.
type IdentityDocument struct {
	hidden
	Format string   `json:"format"`         // "TD1", "TD2", "TD3"; "" for a picture without a zone that could be read
	Digits int      `json:"digits"`         // check digits examined
	Wrong  []string `json:"wrong,omitzero"` // names of those that fail, such as "document number"
	// Impossible names the dates that stand in no calendar.
	Impossible []string `json:"impossible,omitzero"`
	Expires    Date     `json:"expires,omitzero"`
	// Editor is image-editing software named in the file's metadata.
	Editor string `json:"editor,omitzero"`
	// Generator is an image generator named there.
	Generator string  `json:"generator,omitzero"`
	Capture   Capture `json:"capture,omitzero"`
}

// Capture is how the picture of a document was taken. It is compared with other
// people's and never with what anybody looks like.
type Capture struct {
	Camera string `json:"camera,omitzero"` // maker and model
	// Taken is when, by the camera's clock: UTC if OffsetMinutes is set, otherwise
	// the camera's local time as though it were UTC.
	Taken         time.Time `json:"taken,omitzero"`
	OffsetMinutes *int      `json:"offset_minutes,omitzero"`
	// Surround is a perceptual hash of the picture's margin, what the document lies
	// on, and SurroundDetail how much it varies, 0-100; see [Photo].
	Surround       uint64 `json:"surround,omitzero"`
	SurroundDetail int    `json:"surround_detail,omitzero"`
}

// Kind implements [Body].
func (IdentityDocument) Kind() Kind { return KindIdentity }

// Identifiers implements [Body].
func (IdentityDocument) Identifiers() []Identifier { return nil }
