// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"slices"
	"strings"
	"time"

	"daylight/record"
	"daylight/source"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// This file reads what people wrote down about one person: interviews, checks
// and outcomes.

// whose are the columns that say whom a row is about.
func whose(columns columnsOf) columnsOf {
	columns["person"] = []string{"personid", "id", "candidateid", "candidate", "applicantid", "employeeid", "workerid", "userid", "subject"}
	columns["email"] = []string{"emailaddress", "personemail"}
	columns["username"] = []string{"login"}
	return columns
}

// interviewWords are the closed words of an interview, by column.
func interviewWords() map[string][]string {
	words := map[string][]string{}
	for field, list := range record.Words() {
		if name, ok := strings.CutPrefix(field, "interview."); ok {
			words[name] = list
		}
	}
	return words
}

func interviewColumns() columnsOf {
	columns := whose(columnsOf{
		"at": {"date", "time", "heldat", "startedat"}, "time_zone": {"timezone", "tz"}, "interviewer": {"by", "interviewedby"}, "channel": {"medium"},
		"camera_device": {"cameraname", "cameralabel"}, "note": {"notes", "comment", "comments"},
		"until": {"endedat"},
	})
	for name := range interviewWords() {
		columns[name] = nil
	}
	return columns
}

// matchesInterviews asks for a person and either an interviewer or two things an
// interviewer can observe.
func matchesInterviews(s *Sample) bool {
	names := s.Columns
	if s.Shape != source.CSV {
		names = map[string]bool{}
		for _, r := range s.Rows {
			for key := range r {
				names[Column(key)] = true
			}
		}
		if !names["person"] {
			return false
		}
	}
	columns, words, seen, whom := interviewColumns(), interviewWords(), 0, false
	for folded := range names {
		name := columns.canonical(folded)
		if _, ok := words[name]; ok {
			seen++
		}
		whom = whom || name == "person" || name == "email"
	}
	return whom && (seen >= 2 || seen == 1 && names["interviewer"])
}

type interviews struct {
	*table
	words  map[string][]string
	schema columnsOf
}

func newInterviews(f File) RecordDecoder {
	schema := interviewColumns()
	return &interviews{newTable(f, "interviews", schema), interviewWords(), schema}
}

// Decode implements [RecordDecoder].
func (d *interviews) Decode(row source.Row, emit func(record.Record)) error {
	if row.JSON != nil {
		cells, err := d.members(row.JSON)
		if err != nil {
			return err
		}
		row.Cells = cells
	}
	d.begin(row)
	loc, zoneName := d.zone("time_zone")
	at := d.at("at", loc)
	word := func(name string) string { return d.word(name, d.words[name]...) }
	i := record.Interview{
		TimeZone: zoneName, Interviewer: d.text("interviewer"), Channel: strings.ToLower(d.text("channel")), CameraDevice: d.text("camera_device"),
		Scheduled: word("scheduled"), Camera: word("camera"), Lighting: word("lighting"), Background: word("background"),
		VideoQuality: word("video_quality"), Excuse: word("excuse"), Audio: word("audio"), Window: word("window"), Gesture: word("gesture"),
		Profile: word("prompt_profile"), Hand: word("prompt_hand"), Fingers: word("prompt_fingers"), Near: word("prompt_near"),
		LocalKnowledge: word("local_knowledge"), Answers: word("answers"), BackgroundCheck: word("background_check"),
		SamePerson: word("same_person"), Note: record.Redacted(d.text("note")), Until: d.until("until", at, loc),
	}
	return d.observed(row, at, i, emit)
}

// longestSession is the longest that an interview lasts; what ends later is a slip.
const longestSession = 12 * time.Hour

// until returns when a session ended that began at an instant.
func (d *interviews) until(name string, began time.Time, loc *time.Location) time.Time {
	if d.text(name) == "" {
		return time.Time{}
	}
	end := d.at(name, loc)
	if !end.IsZero() && !began.IsZero() && (end.Before(began) || end.Sub(began) > longestSession) {
		d.bad.add("column " + name + ": not within 12 hours of the beginning")
		return time.Time{}
	}
	return end
}

// members lays a JSON object out as the cells of a row whose header it makes.
func (d *interviews) members(raw []byte) ([]string, error) {
	m := membersOf(raw)
	if m == nil {
		return nil, Bad("not a JSON object")
	}
	d.index, d.cells = map[string][]int{}, nil
	for key, v := range m {
		name := d.schema.canonical(column(key, d.file.Columns))
		switch {
		case name == "":
			if !slices.Contains(d.unknown, key) && len(d.unknown) < 50 {
				d.unknown = append(d.unknown, key)
				slices.Sort(d.unknown)
			}
			continue
		case d.index[name] != nil:
			return nil, Bad("two members for " + name)
		}
		cell, ok := plain(v)
		if !ok {
			return nil, Bad("member " + name + ": not a word")
		}
		d.index[name] = []int{len(d.cells)}
		d.cells = append(d.cells, cell)
	}
	return d.cells, nil
}

// plain returns a string, number or truth value as a cell; null is blank.
func plain(v jsontext.Value) (string, bool) {
	switch v.Kind() {
	case '"':
		var s string
		err := json.Unmarshal(v, &s)
		return s, err == nil
	case 'n':
		return "", true
	case 't':
		return "yes", true
	case 'f':
		return "no", true
	case '0':
		return string(v), true
	case jsontext.KindInvalid, jsontext.KindBeginObject, jsontext.KindEndObject, jsontext.KindBeginArray, jsontext.KindEndArray:
	}
	return "", false
}

func checkColumns() columnsOf {
	return whose(columnsOf{
		"check": {"checktype", "type"}, "result": {"outcome", "status"}, "at": {"date", "checkedat", "completedat"}, "by": {"checkedby", "provider"},
		"about": {"organisation", "organization", "employer", "institution"}, "note": {"notes", "comment"},
	})
}

func matchesChecks(s *Sample) bool {
	return s.Shape == source.CSV && s.Columns["check"] && checkColumns().among(s, "person", "check", "result")
}

type checks struct {
	*table
	words map[string][]string
}

func newChecks(f File) RecordDecoder {
	return checks{newTable(f, "csv.checks", checkColumns()), record.Words()}
}

// Decode implements [RecordDecoder]. Work-authorisation papers are no check that
// this program knows: a row about one is refused like any unknown word.
func (d checks) Decode(row source.Row, emit func(record.Record)) error {
	d.begin(row)
	c := record.Check{
		Check: d.word("check", d.words["check.check"]...), Result: d.word("result", d.words["check.result"]...),
		About: record.Redacted(strings.Join(strings.Fields(d.text("about")), " ")), By: d.text("by"), Note: record.Redacted(d.text("note")),
	}
	if c.Check == "" || c.Result == "" {
		return incomplete(d.table, "check or result")
	}
	return d.observed(row, d.at("at", utc), c, emit)
}

func outcomeColumns() columnsOf {
	return whose(columnsOf{"outcome": {"disposition", "result"}, "at": {"date", "decidedat", "closedat"}, "by": {"decidedby", "reviewer"}})
}

func matchesOutcomes(s *Sample) bool {
	return s.Shape == source.CSV && (s.Columns["outcome"] || s.Columns["disposition"]) && outcomeColumns().among(s, "person", "outcome")
}

type outcomes struct {
	*table
	words []string
}

func newOutcomes(f File) RecordDecoder {
	return outcomes{newTable(f, "csv.outcomes", outcomeColumns()), record.Words()["outcome.outcome"]}
}

// Decode implements [RecordDecoder].
func (d outcomes) Decode(row source.Row, emit func(record.Record)) error {
	d.begin(row)
	o := record.Outcome{Outcome: d.word("outcome", d.words...), By: d.text("by")}
	if o.Outcome == "" {
		return incomplete(d.table, "outcome")
	}
	return d.observed(row, d.at("at", utc), o, emit)
}
