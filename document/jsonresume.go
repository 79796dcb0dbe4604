// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"daylight/record"
)

// jsonResume is the part of JSON Resume 1.0 that is read. Fields that writers
// of the format fill with other types than the schema's are read loosely.
// Source: https://jsonresume.org/schema, version 1.0.0.
type jsonResume struct {
	Basics struct {
		Label    loose `json:"label"`
		Email    loose `json:"email"`
		Phone    loose `json:"phone"`
		URL      loose `json:"url"`
		Summary  loose `json:"summary"`
		Profiles []struct {
			URL loose `json:"url"`
		} `json:"profiles"`
	} `json:"basics"`
	Work         []jsonEntry `json:"work"`
	Volunteer    []jsonEntry `json:"volunteer"`
	Projects     []jsonEntry `json:"projects"`
	Education    []jsonEntry `json:"education"`
	Awards       []jsonEntry `json:"awards"`
	Certificates []jsonEntry `json:"certificates"`
	Publications []jsonEntry `json:"publications"`
	Skills       []struct {
		Name     loose   `json:"name"`
		Keywords []loose `json:"keywords"`
	} `json:"skills"`
	References []jsonEntry `json:"references"`
}

type jsonEntry struct {
	Name         loose   `json:"name"`
	Company      loose   `json:"company"` // 0.x name of work[].name
	Organization loose   `json:"organization"`
	Institution  loose   `json:"institution"`
	Position     loose   `json:"position"`
	Area         loose   `json:"area"`
	StudyType    loose   `json:"studyType"`
	Title        loose   `json:"title"`
	Awarder      loose   `json:"awarder"`
	Issuer       loose   `json:"issuer"`
	Publisher    loose   `json:"publisher"`
	Description  loose   `json:"description"`
	StartDate    loose   `json:"startDate"`
	EndDate      loose   `json:"endDate"`
	Summary      loose   `json:"summary"`
	Reference    loose   `json:"reference"`
	Highlights   []loose `json:"highlights"`
	Keywords     []loose `json:"keywords"`
	Courses      []loose `json:"courses"`
}

// loose is a JSON string, or a number or boolean as written; anything else is
// empty.
type loose string

// UnmarshalJSON never fails on well-formed JSON.
func (l *loose) UnmarshalJSON(b []byte) error {
	*l = ""
	switch {
	case len(b) == 0 || b[0] == '{' || b[0] == '[' || b[0] == 'n':
	case b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return fmt.Errorf("reading a string: %w", err)
		}
		*l = loose(strings.TrimSpace(s))
	default:
		*l = loose(b)
	}
	return nil
}

// isJSONResume reports whether data is an object with "basics" and one of the
// sections of a résumé.
func isJSONResume(data []byte) bool {
	if len(data) > MaxBytes || !bytes.Contains(data, []byte(`"basics"`)) {
		return false
	}
	var top map[string]json.RawMessage
	if json.Unmarshal(bytes.TrimPrefix(data, bom8), &top) != nil || !bytes.HasPrefix(top["basics"], []byte("{")) {
		return false
	}
	for _, section := range []string{"work", "education", "skills", "projects", "volunteer"} {
		if bytes.HasPrefix(top[section], []byte("[")) {
			return true
		}
	}
	return bytes.Contains(top["$schema"], []byte("jsonresume"))
}

func (d *Document) readJSONResume(data []byte) error {
	var j jsonResume
	if err := json.Unmarshal(bytes.TrimPrefix(data, bom8), &j); err != nil {
		return fmt.Errorf("reading JSON Resume: %w: %w", ErrBroken, err)
	}
	n := 0
	add := func(parts ...loose) {
		var words []string
		for _, p := range parts {
			if p != "" {
				words = append(words, string(p))
			}
		}
		for line := range strings.SplitSeq(strings.Join(words, "  "), "\n") {
			if line = strings.TrimSpace(line); line != "" {
				n++
				d.addLine(0, n, line)
			}
		}
	}
	b := j.Basics
	add(b.Label)
	add(b.Email, b.Phone, b.URL)
	for _, p := range b.Profiles {
		add(p.URL)
		d.addLink(string(p.URL))
	}
	d.addLink(string(b.URL))
	add(b.Summary)
	for _, section := range [][]jsonEntry{j.Work, j.Volunteer, j.Projects, j.Education, j.Awards, j.Certificates, j.Publications, j.References} {
		for _, e := range section {
			add(e.Position, e.Title, e.Name, e.Company, e.Organization, e.Institution, e.Awarder, e.Issuer, e.Publisher)
			add(e.StudyType, e.Area, e.StartDate, e.EndDate)
			for _, text := range slices.Concat([]loose{e.Description, e.Summary, e.Reference}, e.Highlights, e.Courses) {
				add(text)
			}
			add(e.Keywords...)
		}
	}
	r := &record.Resume{}
	for i, e := range j.Work {
		if job, ok := e.job(i); ok {
			r.Jobs = append(r.Jobs, job)
		}
	}
	for _, s := range j.Skills {
		add(append([]loose{s.Name}, s.Keywords...)...)
		// With keywords, the name is a heading over them.
		if len(s.Keywords) == 0 {
			r.Skills = append(r.Skills, string(s.Name))
		}
		for _, k := range s.Keywords {
			r.Skills = append(r.Skills, string(k))
		}
	}
	d.structured = r
	return nil
}

// job reads one entry of "work". Without an employer and a start it is nothing
// to compare.
func (e jsonEntry) job(i int) (record.Job, bool) {
	job := record.Job{
		Employer: record.Redacted(firstOf(e.Name, e.Company, e.Organization)),
		Title:    string(e.Position),
		From:     isoDate(string(e.StartDate)),
		To:       isoDate(string(e.EndDate)),
		Where:    "work[" + strconv.Itoa(i) + "]",
	}
	// The schema: "endDate" is left out, or empty, for a present job.
	job.Current = job.To.IsZero() && (e.EndDate == "" || isPresent(string(e.EndDate)))
	job.FullTime = saysFullTime(string(e.Position)) || saysFullTime(string(e.Description))
	return job, job.Employer != "" && !job.From.IsZero()
}

func firstOf(vs ...loose) loose {
	for _, v := range vs {
		if v != "" {
			return v
		}
	}
	return ""
}

// isoDate reads "2014", "2014-05" or "2014-05-31" and what follows it. It
// returns the zero date for anything else.
func isoDate(s string) record.Date {
	var d record.Date
	part := func(from, to, lo, hi int) int {
		if len(s) < to || from > 0 && s[from-1] != '-' {
			return 0
		}
		n, err := strconv.Atoi(s[from:to])
		if err != nil || n < lo || n > hi {
			return 0
		}
		return n
	}
	if d.Year = part(0, 4, minYear, maxYear); d.Year == 0 {
		return record.Date{}
	}
	if d.Month = part(5, 7, 1, 12); d.Month != 0 {
		d.Day = part(8, 10, 1, 31)
	}
	return d
}
