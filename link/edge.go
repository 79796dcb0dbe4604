// SPDX-License-Identifier: Apache-2.0

// Package link finds subjects who share what strangers do not share: how
// surprising each shared identifier is, which relations explain it, and the
// rings that shared identifiers connect. It reads identifiers and never who the
// people are.
package link

import (
	"time"

	"daylight/record"
)

// Edge says that a subject shares an identifier with another, and how
// surprising that is. Each pair and identifier gives one edge in the view of
// each of the two.
type Edge struct {
	Other record.SubjectID      `json:"other"`
	Via   record.IdentifierType `json:"via"`
	Value record.Redacted       `json:"value,omitzero"`
	// Holders is how many subjects hold the value: 2 is telling, 2,000 is an
	// office.
	Holders int `json:"holders"`
	// Weight is how surprising the share is between strangers, after damping by
	// Holders and by declared relations; 0 when it says nothing.
	Weight record.Weight `json:"weight"`
	// Names is how far the names of the two profiles agree.
	Names record.NameMatch `json:"names,omitzero"`
	// Relation is the declared relation that explains the share, or "".
	Relation record.RelationKind `json:"relation,omitzero"`
	// Reapplication is set when the two profiles agree in e-mail or phone as well
	// as name: one person who applied twice.
	Reapplication bool `json:"reapplication,omitzero"`
	// OtherStage and OtherOutcome say where the other stands: a worker, and what
	// people decided of their case ("", confirmed, cleared, unresolved).
	OtherStage   record.Stage `json:"other_stage,omitzero"`
	OtherOutcome string       `json:"other_outcome,omitzero"`
	OtherLeft    time.Time    `json:"other_left,omitzero"`
	// Days is on how many days both used the value (networks, devices); 0 when
	// the identifier has no time.
	Days int `json:"days,omitzero"`
	// Simultaneous is how many quarter-hours both used it.
	Simultaneous int `json:"simultaneous,omitzero"`
	// OtherPlace is set when the two claim places more than 100 km apart.
	OtherPlace bool `json:"other_place,omitzero"`
	// Text is set for ResumeText and SkillSet edges.
	Text *Overlap `json:"text,omitzero"`
	// Detail says how a PhotoHash, DocumentID or DocumentBatch edge matched, in words.
	Detail string `json:"detail,omitzero"`
	// First and Last bound when the share was seen, UTC.
	First time.Time         `json:"first,omitzero"`
	Last  time.Time         `json:"last,omitzero"`
	Cites []record.Citation `json:"cites"`
}

// Overlap is how much two texts have in common.
type Overlap struct {
	// Share is how much of this subject's wording also stands in the
	// other's text, 0-1; ShareOther is the other direction.
	Share      float64 `json:"share"`
	ShareOther float64 `json:"share_other"`
	// Nats is the surprise of the shared passages, in natural-log units, summed
	// over distinct passages by how rare each is in the company's own corpus.
	Nats float64 `json:"nats"`
	// Passages are the longest shared passages, longest first, at most five.
	Passages []Passage `json:"passages,omitzero"`
	// Holders is how many people have what the two share, see [Edge.Holders], which
	// shows it; 0 for the two alone. Above 64 there is no edge.
	Holders int `json:"-"`
	// Skills is the number of skills shared, for SkillSet edges.
	Skills int `json:"skills,omitzero"`
	// Traits is what two pictures of documents have in common, in words, for
	// DocumentBatch edges, which show it as their Detail.
	Traits []string `json:"-"`
}

// Passage is one run of words found in both texts.
type Passage struct {
	Words      int             `json:"words"`
	Text       record.Redacted `json:"text,omitzero"`
	Where      string          `json:"where"`       // in this text: "page 1, lines 8-31"
	WhereOther string          `json:"where_other"` // in the other's
}
