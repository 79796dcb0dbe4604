// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"daylight/checkin"
	"daylight/interview"
	"daylight/record"
	"daylight/store"
)

// This file decides what of each record goes into the copy that the person concerned
// takes: what it says about them, and nothing by which somebody else is known.

// aboutThem is what a record says about the person it is about; nil for one of which
// only its kind and day are told. Whoever noted, answered or was paid in their place is
// left out, and so is free text, in which anybody may be named.
func aboutThem(b record.Body) record.Body {
	switch b := b.(type) {
	case record.Interview:
		b.Interviewer, b.Note = "", ""
		return b
	case record.Check:
		if b.Check == "extortion" {
			return nil // somebody else reported it
		}
		b.By, b.Note = "", ""
		return b
	case record.Payout:
		b.Account, b.Holder = lastDigits(b.Account), record.Name{}
		return b
	case record.Device:
		if b.Fact == record.Neighbour {
			return nil // a household's
		}
		b.Command, b.Unit, b.MAC = "", "", ""
		return b
	case record.Call:
		b.Meeting = ""
		return b
	case record.Shipment, record.CodeHistory, record.Photo, record.IdentityDocument:
		return b
	case record.Person, record.Resume, record.Outcome:
	}
	return nil
}

// lastDigits is by how much of an account's number its holder knows it again: a link
// that went astray must not give the rest away.
func lastDigits(account record.Redacted) record.Redacted {
	r := []rune(account.Reveal())
	if len(r) <= 4 {
		return ""
	}
	return record.Redacted("…" + string(r[len(r)-4:]))
}

// copyHours is when the accounts of a person were active.
type copyHours struct {
	Zone string `json:"zone"`
	Days int    `json:"days"`
	// Count is the number of active quarter-hours by weekday, Monday first, and hour.
	Count [7][24]int `json:"quarter_hours"`
}

// copyMeeting is an interview, a follow-up or a check-in. What was noted in an
// interview is among the records.
type copyMeeting struct {
	What  string    `json:"what"`
	At    time.Time `json:"at,omitzero"`
	Until time.Time `json:"until,omitzero"`
	State string    `json:"state"`
	// Words are the person's own: why they declined, or what other way they need.
	Words string `json:"your_words,omitempty"`
	// Measured is what a check-in has that was handed in, and Pictures how many stills
	// of it are kept.
	Measured *checkin.Collected `json:"measured,omitempty"`
	Pictures int                `json:"pictures,omitempty"`
}

// meetings lists what was held with a person, and what was drawn and is over: what is
// yet to come at a drawn time is told when it comes.
func meetings(r store.Reader, handle string, now time.Time) ([]copyMeeting, error) {
	var out []copyMeeting
	sittings, err := interview.SittingsOf(r, handle)
	if err != nil {
		return nil, err
	}
	for _, s := range sittings {
		out = append(out, copyMeeting{What: "interview", At: s.From, Until: s.To, State: string(s.State)})
	}
	followUps, err := interview.FollowUpsOf(r, handle)
	if err != nil {
		return nil, err
	}
	for _, f := range followUps {
		if f.State != interview.Drawn {
			out = append(out, copyMeeting{What: "short call", At: f.At, Until: f.Until, State: string(f.State), Words: f.Reason.Reveal()})
		}
	}
	all, err := checkin.List(r, handle, now)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		m := copyMeeting{What: "check-in", At: c.Made, Until: c.Ended, State: string(c.State), Words: c.Words}
		if c.State == checkin.Finished {
			m.Measured = &c.Collected
			if m.Pictures, err = r.Count(store.Stills, store.Query{Where: []store.Cond{{Column: "visit", Op: store.Equal, Text: c.ID}}}); err != nil {
				return nil, fmt.Errorf("count stills: %w", err)
			}
		}
		out = append(out, m)
	}
	return out, nil
}

// inWords is what a record says, "name: value", by name.
func inWords(b record.Body) string {
	raw, err := json.Marshal(b)
	if err != nil {
		return ""
	}
	var fields map[string]any
	if json.Unmarshal(raw, &fields) != nil {
		return ""
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		value := fields[name]
		if value == nil || value == "" {
			continue
		}
		text, ok := value.(string)
		if !ok {
			if raw, err = json.Marshal(value); err != nil {
				continue
			}
			text = string(raw)
		}
		out = append(out, strings.ReplaceAll(name, "_", " ")+": "+text)
	}
	return strings.Join(out, "; ")
}
