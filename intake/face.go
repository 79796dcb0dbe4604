// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"encoding/json"
	"fmt"
	"slices"

	"daylight/pipeline"
	"daylight/record"
)

// Face is what shows who a person is. It is kept apart from the assessment, and
// reading it is a recorded act. It has no address: nobody needs one to decide.
type Face struct {
	Names        []record.Name     `json:"names,omitempty"`
	IDs          []string          `json:"ids,omitempty"` // the source's id first
	Emails       []record.Redacted `json:"emails,omitempty"`
	Phones       []record.Redacted `json:"phones,omitempty"`
	Usernames    []string          `json:"usernames,omitempty"`
	Profiles     []record.Redacted `json:"profiles,omitempty"`
	Roles        []string          `json:"roles,omitempty"`
	Requisitions []string          `json:"requisitions,omitempty"`
	Employers    []string          `json:"employers,omitempty"`
	Agencies     []string          `json:"agencies,omitempty"`
	Managers     []string          `json:"managers,omitempty"`
	Documents    []string          `json:"documents,omitempty"` // names of attachments
}

// DecodeFace reads the body of a row of [store.Faces].
func DecodeFace(body []byte) (Face, error) {
	var f Face
	if err := json.Unmarshal(body, &f); err != nil {
		return Face{}, fmt.Errorf("decode a face: %w", err)
	}
	return f, nil
}

// faceOf gathers who a person is from all that is said about them. A former name
// is never shown.
func faceOf(s *pipeline.Subject) Face {
	f := Face{IDs: append([]string{string(s.ID)}, s.Aliases...)}
	for _, r := range s.View.Records {
		b, ok := r.Body.(record.Person)
		if !ok {
			continue
		}
		if !b.Name.IsZero() && !slices.Contains(f.Names, b.Name) {
			f.Names = append(f.Names, b.Name)
		}
		f.Emails = adds(f.Emails, append(slices.Clone(b.Emails), r.Ref.Email)...)
		f.Phones = adds(f.Phones, append(slices.Clone(b.Phones), r.Ref.Phone)...)
		f.Usernames = adds(f.Usernames, append(slices.Clone(b.Usernames), r.Ref.Username)...)
		f.Profiles = adds(f.Profiles, b.Profiles...)
		f.Roles = adds(f.Roles, b.Role)
		f.Requisitions = adds(f.Requisitions, b.Requisition)
		f.Employers = adds(f.Employers, b.Employer)
		f.Agencies = adds(f.Agencies, b.Agency)
		f.Managers = adds(f.Managers, b.Manager)
		f.Documents = adds(f.Documents, b.ResumeFiles...)
	}
	return f
}

// adds appends the values that are not there and not empty.
func adds[T ~string](to []T, values ...T) []T {
	for _, v := range values {
		if v != "" && !slices.Contains(to, v) {
			to = append(to, v)
		}
	}
	return to
}
