// SPDX-License-Identifier: Apache-2.0

// Package report shows what a run found: text for a terminal, JSON (schema
// daylight.report/v1), CSV and one self-contained HTML file. It only words and
// draws; everything it says was computed before.
package report

import (
	"time"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// Schema is the version of the JSON form.
const Schema = "daylight.report/v1"

// Report is one run's result, in the JSON form of docs/formats.md. Fields
// tagged "-" feed the text and HTML forms only.
type Report struct {
	Schema   string     `json:"schema"`
	AsOf     time.Time  `json:"as_of"`
	Prior    Prior      `json:"prior"`
	Inputs   []Input    `json:"inputs"`
	Skipped  []Skipped  `json:"skipped"`
	Subjects []*Subject `json:"subjects"` // by probability, then id
	Rings    []Ring     `json:"rings"`
	// Compliance is what counsel has to see, by subject. It rests on nothing above
	// and nothing above rests on it.
	Compliance []Concern `json:"compliance"`

	Policy weigh.Policy  `json:"-"`
	Cards  []detect.Meta `json:"-"` // of every indicator that ran, by id
	Tool   string        `json:"-"` // name and version, such as "daylight 0.1.0"
	// Known are identifiers of cases that people confirmed, for the STIX form.
	Known []Known `json:"-"`
	// Undated says that no record has a date, so that AsOf says nothing.
	Undated bool `json:"-"`
}

// Prior is the assumed rate of deception before any evidence, as probabilities.
type Prior struct {
	Applicant float64 `json:"applicant"`
	Worker    float64 `json:"worker"`
}

// Input is one file as read.
type Input struct {
	Path         string `json:"path"`
	Format       string `json:"format"`
	Records      int    `json:"records"`
	Skipped      int    `json:"skipped"`
	Unattributed int    `json:"unattributed"`
	// Notes are things a reader should know that are not rejections: unknown
	// columns, a format recognised but not used.
	Notes []string `json:"notes,omitempty"`
}

// Skipped is one piece of input that was not used, and why.
type Skipped struct {
	Path   string `json:"path"`
	Line   int    `json:"line,omitempty"`
	Reason string `json:"reason"`
}

// Subject is one person's assessment.
type Subject struct {
	ID          string       `json:"id"`
	Aliases     []string     `json:"aliases,omitempty"`
	Stage       record.Stage `json:"stage"`
	State       weigh.State  `json:"state"`
	Probability float64      `json:"probability"` // rounded to 4 decimals
	WeightDB    float64      `json:"weight_db"`   // sum of evidence without the prior, dB
	Evidence    []Evidence   `json:"evidence"`
	NextChecks  []NextCheck  `json:"next_checks"`
	Missing     []string     `json:"missing"`
	Ring        string       `json:"ring,omitempty"`

	Assessment weigh.Assessment `json:"-"`
	Activity   *Activity        `json:"-"`
	Claimed    *Claim           `json:"-"`
	Journey    []Moment         `json:"-"`
	Omitted    Omitted          `json:"-"` // from the journey
	Touches    []Moment         `json:"-"` // where and on what they were met, oldest first
	Places     []Seen           `json:"-"` // most days first
	Outcomes   []Outcome        `json:"-"` // oldest first; they weigh nothing
	Equipment  []Stop           `json:"-"` // oldest first
	Arrival    []Compared       `json:"-"` // oldest first
}

// Evidence is one finding that counted, toward either side.
type Evidence struct {
	Indicator string             `json:"indicator"`
	Family    detect.Family      `json:"family"`
	WeightDB  float64            `json:"weight_db"` // counted, after discounts
	Statement string             `json:"statement"`
	Innocent  []string           `json:"innocent"`
	Records   []record.Citation  `json:"records"`
	Related   []record.SubjectID `json:"related,omitempty"`
	At        *time.Time         `json:"at,omitempty"` // newest cited record
	Part      weigh.Contribution `json:"-"`
}

// NextCheck is an offer, not an order.
type NextCheck struct {
	Check string `json:"check"`
	// Asks names the columns of interviews and people, the checks of checks.csv or
	// the files that answer it, such as "interviews.window" and "checks.education".
	Asks       []string `json:"asks"`
	Why        string   `json:"why"`
	ExpectedDB float64  `json:"expected_db"`
	Do         string   `json:"-"`
}

// Ring is a group of subjects connected by what they share.
type Ring struct {
	ID       string   `json:"id"`
	Subjects []string `json:"subjects"`
	Links    []Link   `json:"links"`
}

// Link is one shared identifier between two subjects.
type Link struct {
	A        string  `json:"a"`
	B        string  `json:"b"`
	Kind     string  `json:"kind"`
	WeightDB float64 `json:"weight_db"`
	Holders  int     `json:"-"` // how many subjects hold the identifier
	Sentence string  `json:"-"` // the link, readable aloud
}

// Outcome is what a person concluded about a subject.
type Outcome struct {
	Word string    // confirmed, cleared or unresolved
	At   time.Time // zero when the record has no date
	By   string    // who, as the record says; may be empty
}

// Activity is when a subject was active, for the rhythm picture.
type Activity struct {
	Zone string // the claimed IANA zone the picture is drawn in
	// Count is the number of active quarter-hours by weekday (Monday 0) and hour
	// of claimed local time.
	Count [7][24]int
	Days  int // distinct active days
	// Night is the share of active weeks, 0-1, in which the sun is below -6° at
	// the claimed place in the middle of that hour; nil when the place is unknown.
	Night *[7][24]float64
	// Sleep is the longest quiet window in claimed local hours [from, to), and
	// HasSleep whether one of five hours or more was found.
	HasSleep           bool
	SleepFrom, SleepTo int
	// Alternative is the best other UTC offset, in words such as "UTC+08:00", and
	// ShiftMinutes how far it is from the claimed clock, -720 to 720, positive
	// east of it; empty when the claim fits best.
	Alternative  string
	ShiftMinutes int
}

// Claim is the place a subject claims, for pictures.
type Claim struct {
	Place    string
	Zone     string
	Lat, Lon float64
	RadiusKM float64 `json:",omitzero"` // how far around Lat and Lon the place may lie
}

// Moment is one point on a subject's journey from application to today.
type Moment struct {
	At   time.Time
	What string // in words, without personal data
	Lane string // contact, place, network, device, pay, interview, work
	// Break marks a loss of continuity.
	Break bool
}
