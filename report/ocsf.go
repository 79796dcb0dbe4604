// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"

	"daylight/record"
	"daylight/weigh"
)

// OCSF's numbers for a Detection Finding, as version 1.4.0 of the schema gives
// them (https://schema.ocsf.io/1.4.0/classes/detection_finding).
const (
	ocsfVersion      = "1.4.0"
	findingsCategory = 2
	detectionFinding = 2004
	analyticRule     = 1 // "Rule": the indicators and their weights are written down
)

// FindingActivity is what happened to a finding.
type FindingActivity int

// What happened to a finding, in OCSF's numbers.
const (
	FindingCreated FindingActivity = 1
	FindingUpdated FindingActivity = 2
	FindingClosed  FindingActivity = 3
)

// Finding is one OCSF Detection Finding, class 2004. It is a question for a
// person: its severity never exceeds medium, and its state is in words of ours.
type Finding struct {
	ActivityID  FindingActivity   `json:"activity_id"`
	CategoryUID int               `json:"category_uid"`
	ClassUID    int               `json:"class_uid"`
	TypeUID     int               `json:"type_uid"`
	Time        int64             `json:"time"` // Unix milliseconds, UTC
	SeverityID  int               `json:"severity_id"`
	Severity    string            `json:"severity"`
	StatusID    int               `json:"status_id"`
	Status      string            `json:"status"`
	IsAlert     bool              `json:"is_alert"`
	Confidence  int               `json:"confidence_score"` // percent
	Message     string            `json:"message"`
	Metadata    findingMetadata   `json:"metadata"`
	Info        findingInfo       `json:"finding_info"`
	Evidences   []findingEvidence `json:"evidences,omitempty"`
	Comment     string            `json:"comment"`
}

type findingMetadata struct {
	Version string         `json:"version"`
	UID     string         `json:"uid"`
	Product findingProduct `json:"product"`
}

type findingProduct struct {
	Name       string `json:"name"`
	VendorName string `json:"vendor_name"`
	Version    string `json:"version,omitempty"`
}

type findingInfo struct {
	UID         string          `json:"uid"`
	Title       string          `json:"title"`
	CreatedTime int64           `json:"created_time"`
	Types       []string        `json:"types"`
	Analytic    findingAnalytic `json:"analytic"`
}

type findingAnalytic struct {
	Name   string `json:"name"`
	TypeID int    `json:"type_id"`
	UID    string `json:"uid"`
}

type findingEvidence struct {
	UID  string       `json:"uid"`
	Name string       `json:"name"`
	Data evidenceData `json:"data"`
}

type evidenceData struct {
	Family    string            `json:"family"`
	WeightDB  float64           `json:"weight_db"`
	Statement string            `json:"statement"`
	Innocent  []string          `json:"innocent"`
	Records   []record.Citation `json:"records"`
}

// NewFinding words one person's assessment as a finding. tool is the program's
// name and version, policy the version of the policy in force, and what the
// evidence says is left out unless full is set: a feed that many people read gets
// the state alone.
func NewFinding(s *Subject, activity FindingActivity, at time.Time, tool, policy string, full bool) Finding {
	f := Finding{
		ActivityID: activity, CategoryUID: findingsCategory, ClassUID: detectionFinding, TypeUID: detectionFinding*100 + int(activity),
		Time: at.UnixMilli(), SeverityID: 1, Severity: "Informational", StatusID: 1, Status: "New",
		Confidence: int(math.Round(100 * s.Probability)),
		Message:    fmt.Sprintf("%s: %s", s.ID, s.State), Comment: Decides,
		Metadata: findingMetadata{Version: ocsfVersion, UID: fmt.Sprintf("%s %d %d", s.ID, at.UnixMilli(), activity), Product: findingProduct{Name: "Daylight", VendorName: "Daylight", Version: tool}},
		Info: findingInfo{
			UID: s.ID, Title: "Does one real, consistent person stand behind this profile?", CreatedTime: at.UnixMilli(),
			Types: []string{string(s.State)}, Analytic: findingAnalytic{Name: "Daylight assessment", TypeID: analyticRule, UID: policy},
		},
	}
	switch s.State {
	case weigh.Escalate:
		f.SeverityID, f.Severity, f.IsAlert = 3, "Medium", true
	case weigh.FollowUp:
		f.SeverityID, f.Severity = 2, "Low"
	case weigh.Clear, weigh.Insufficient:
	}
	if activity == FindingClosed {
		f.StatusID, f.Status, f.IsAlert = 4, "Resolved", false
	}
	if full {
		for _, e := range s.Evidence {
			f.Evidences = append(f.Evidences, findingEvidence{UID: e.Indicator, Name: e.Indicator, Data: evidenceData{
				Family: string(e.Family), WeightDB: tenth(e.WeightDB), Statement: e.Statement, Innocent: filled(e.Innocent), Records: filled(e.Records),
			}})
		}
	}
	return f
}

// WriteOCSF writes one Detection Finding a line for everybody who is followed up
// or escalated.
func (r *Report) WriteOCSF(w io.Writer) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	for _, s := range r.canonical().Subjects {
		if s.State != weigh.Escalate && s.State != weigh.FollowUp {
			continue
		}
		if err := enc.Encode(NewFinding(s, FindingCreated, r.AsOf.UTC(), r.Tool, r.Policy.Version, true)); err != nil {
			return fmt.Errorf("encode a finding: %w", err)
		}
	}
	_, err := w.Write(EscapeJSON(buf.Bytes(), record.Hiding))
	return err
}
