// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

type object = map[string]any

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func pretty(v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	return append(b, '\n'), err
}

// table writes rows as CSV under a header.
func table(header []string, rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(header); err != nil {
		return nil, err
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// greenhouse writes the applicants, and the workers as they once applied, as a
// Harvest candidates export.
func (c *company) greenhouse() ([]byte, error) {
	var all []object
	for i, p := range c.people {
		t := p.at()
		cand := object{
			"id":              p.id,
			"first_name":      p.given,
			"last_name":       p.family,
			"created_at":      stamp(p.applied),
			"updated_at":      stamp(p.applied.Add(time.Hour)),
			"email_addresses": []object{{"value": p.email, "type": "personal"}},
			"phone_numbers":   []object{{"value": p.phone, "type": "mobile"}},
			"addresses":       []object{{"value": fmt.Sprintf("%s, %s, %s, %s", p.street, t.city, t.region, t.country), "type": "home"}},
			"applications": []object{{
				"id": 70000 + i, "candidate_id": p.id, "applied_at": stamp(p.applied), "status": "active",
				"jobs": []object{{"id": 900 + i%3, "name": p.role, "requisition_id": p.req}},
			}},
			"website_addresses": []object{}, "social_media_addresses": []object{}, "tags": []string{},
		}
		if p.resume != "" {
			cand["attachments"] = []object{{"filename": p.resumeFile(), "type": "resume", "created_at": stamp(p.applied)}}
		}
		if o := p.origin; o != nil {
			cand["custom_fields"] = object{"gender": o.Title, "date_of_birth": o.Born, "nationality": o.Nation, "native_language": o.Language}
			cand["educations"] = []object{{"school_name": o.School, "degree": "Master's", "discipline": "Engineering", "start_date": o.Born}}
		}
		all = append(all, cand)
	}
	return pretty(all)
}

// peopleCSV is what the ATS and HR know beside the candidates export: where
// applications came from, and what people declared.
func (c *company) peopleCSV() ([]byte, error) {
	header := []string{
		"id", "stage", "name", "email", "address", "city", "region", "country", "time_zone", "applied_at", "hired_at", "left_at",
		"role", "requisition", "agency", "ip", "user_agent", "username",
		"declared_absence", "declared_relation", "accommodation", "protected",
	}
	if c.swap.Origin != nil {
		header = append(header, "gender", "pronouns", "date_of_birth", "nationality", "citizenship", "native_language", "locale", "university")
	}
	var rows [][]string
	date := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return stamp(t)
	}
	for _, p := range c.people {
		stage, user := "applicant", ""
		if p.worker {
			stage, user = "worker", p.user()
		}
		t := p.at()
		rows = append(rows, []string{
			p.id, stage, p.name(), p.email, p.street, t.city, t.region, t.country, t.zone, date(p.applied), date(p.hired), date(p.left),
			p.role, p.req, p.agency, p.applyIP, p.agents[0], user,
			p.absence, p.relation, p.accommod, p.protected,
		})
		if o := p.origin; o != nil {
			last := &rows[len(rows)-1]
			*last = append(*last, o.Title, o.Title, o.Born, o.Nation, o.Nation, o.Language, o.Language, o.School)
		}
	}
	return table(header, rows)
}

// scim writes the workers as an identity provider's ListResponse.
func (c *company) scim() ([]byte, error) {
	var users []object
	for i, p := range c.workers() {
		t := p.at()
		user := object{
			"schemas":    []string{"urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"},
			"id":         fmt.Sprintf("00u%05d", 4100+i),
			"externalId": p.id,
			"userName":   p.workEmail(),
			"active":     p.left.IsZero(),
			"name":       object{"givenName": p.given, "familyName": p.family, "formatted": p.name()},
			"emails":     []object{{"value": p.workEmail(), "type": "work", "primary": true}},
			"addresses":  []object{{"type": "home", "streetAddress": p.street, "locality": t.city, "region": t.region, "country": t.country}},
			"timezone":   t.zone,
			"title":      p.role,
			"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": object{"employeeNumber": p.id, "department": "Engineering"},
			"meta": object{"resourceType": "User", "created": stamp(p.hired)},
		}
		if o := p.origin; o != nil {
			user["locale"], user["preferredLanguage"], user["nationality"], user["gender"] = o.Language, o.Language, o.Nation, o.Title
			user["name"].(object)["honorificPrefix"] = o.Title
		}
		users = append(users, user)
	}
	return pretty(object{
		"schemas":      []string{"urn:ietf:params:scim:api:messages:2.0:ListResponse"},
		"totalResults": len(users), "startIndex": 1, "itemsPerPage": len(users), "Resources": users,
	})
}

func (c *company) interviews() ([]byte, error) {
	header := []string{
		"person", "at", "time_zone", "interviewer", "channel", "scheduled", "camera", "lighting", "background", "video_quality", "excuse",
		"audio", "window", "gesture", "local_knowledge", "answers", "background_check", "same_person", "note", "camera_device",
	}
	var rows [][]string
	add := func(p person, days int, hour float64, interviewer string, values map[string]string) {
		t := p.at()
		loc, err := time.LoadLocation(t.zone)
		if err != nil {
			loc = time.UTC
		}
		d := p.applied.AddDate(0, 0, days)
		at := time.Date(d.Year(), d.Month(), d.Day(), int(hour), int(hour*60)%60, 0, 0, loc)
		row := []string{p.id, at.Format(time.RFC3339), t.zone, interviewer, "video"}
		for _, h := range header[5:] {
			row = append(row, values[h])
		}
		rows = append(rows, row)
	}
	good := map[string]string{
		"scheduled": "planned", "camera": "on", "lighting": "good", "background": "clear", "video_quality": "good", "excuse": "none", "audio": "clear",
		"window": "bright", "gesture": "done", "local_knowledge": "good", "answers": "fluent", "background_check": "willing", "same_person": "yes",
	}
	with := func(changes ...string) map[string]string {
		m := map[string]string{}
		maps.Copy(m, good)
		for i := 0; i+1 < len(changes); i += 2 {
			m[changes[i]] = changes[i+1]
		}
		return m
	}
	for _, p := range c.people {
		switch p.note {
		case "applicant ring":
			v := with("camera", "brief", "lighting", "dark", "excuse", "bandwidth", "window", "dark", "gesture", "refused", "audio", "others_talking", "local_knowledge", "poor", "same_person", "not_compared")
			if p.id == "c-103" {
				v = with("camera", "brief", "window", "dark", "gesture", "failed", "video_quality", "poor", "camera_device", "ManyCam Virtual Webcam", "same_person", "not_compared")
			}
			add(p, 4, 12.5, "interviewer-1", v)
			add(p, 8, 13, "interviewer-2", v)
		case "borrowed identity":
			v := with("window", "refused", "gesture", "failed", "local_knowledge", "poor", "answers", "read_aloud", "background_check", "evasive", "same_person", "unsure")
			add(p, 5, 12, "interviewer-1", v)
			add(p, 9, 14, "interviewer-3", v)
		case "stand-in at the interview":
			add(p, 6, 11, "interviewer-2", good)
			add(p, 41, 10, "manager-4", with("same_person", "no", "window", "not_shown"))
			add(p, 42, 15, "manager-5", with("same_person", "no", "window", "not_shown"))
		case "laptop farm":
			add(p, 6, 12, "interviewer-1", with("camera", "brief", "background", "virtual", "window", "not_shown", "gesture", "not_asked", "same_person", "not_compared"))
		case "poor camera, rural line":
			v := with("camera", "brief", "lighting", "poor", "video_quality", "frozen", "excuse", "bandwidth", "window", "bright", "same_person", "not_compared")
			add(p, 4, 12, "interviewer-1", v)
			add(p, 9, 11, "interviewer-2", v)
		case "declines video, accommodated":
			v := with("camera", "off", "lighting", "", "background", "", "video_quality", "", "window", "not_shown", "gesture", "refused", "same_person", "not_compared")
			add(p, 4, 12, "interviewer-1", v)
			add(p, 8, 12, "interviewer-3", v)
		default:
			add(p, 5, 12+float64(p.id[4]%3), "interviewer-2", good)
		}
	}
	return table(header, rows)
}

func (c *company) checks() ([]byte, error) {
	var rows [][]string
	add := func(p person, check, result string, at time.Time) {
		rows = append(rows, []string{p.id, check, result, stamp(at), "screening-desk", ""})
	}
	for i, p := range c.people {
		at := p.applied.AddDate(0, 0, 12)
		switch {
		case p.note == "borrowed identity":
			add(p, "employment", "denied", at)
			add(p, "background", "extended", at)
			add(p, "background", "extended", at.AddDate(0, 0, 6))
		case p.note == "applicant ring":
			add(p, "employment", "no_answer", at)
		case p.note == "short history, new phone":
			add(p, "identity_document", "passed", at)
			add(p, "employment", "no_answer", at)
		case p.note == "declines video, accommodated":
			add(p, "in_person", "passed", at)
		case p.deceptive:
			add(p, "identity_document", "passed", at)
		default:
			add(p, "employment", "passed", at)
			if p.worker && i%2 == 0 {
				add(p, "in_person", "passed", at.AddDate(0, 0, 40))
			}
		}
		if p.note == "laptop farm" && p.id == "w-202" {
			add(p, "account_holder", "mismatch", p.hired.AddDate(0, 0, 20))
		}
	}
	return table([]string{"person", "check", "result", "at", "by", "note"}, rows)
}

func (c *company) payroll() ([]byte, error) {
	var rows [][]string
	for _, p := range c.workers() {
		country := p.at().country
		pay := func(at time.Time, account string) {
			rows = append(rows, []string{p.id, stamp(at), "bank", "Sample Savings Bank", country, account, p.holder})
		}
		pay(p.hired.AddDate(0, 0, 3), p.account)
		switch {
		case p.note == "moved and changed bank in one month":
			pay(day(2026, 4, 8), "XX91 LARK 0000 2727 2828")
		case p.id == "w-203":
			pay(day(2026, 3, 6), "XX31 LARK 0000 6061 6263")
			pay(day(2026, 4, 3), "XX32 LARK 0000 6464 6566")
		}
	}
	return table([]string{"person", "effective_at", "method", "institution", "country", "account", "holder"}, rows)
}

// serial is the serial number of a worker's laptop.
func (p *person) serial() string { return "LK" + p.id[2:] + "Q7" }

func (c *company) shipping() ([]byte, error) {
	var rows [][]string
	for _, p := range c.workers() {
		t, street, changed := p.at(), p.street, ""
		requested := p.hired.AddDate(0, 0, -7)
		shipped, delivered := p.hired.AddDate(0, 0, -4), p.hired.AddDate(0, 0, -1)
		if p.note == "laptop farm" {
			t, street, changed = towns["columbus"], c.swap.Street.of("880 Rental Court"), stamp(shipped.AddDate(0, 0, -1))
		}
		if p.note == "stand-in at the interview" {
			street, changed = c.swap.Street.of("Unit 9, 61 Forwarding Quay"), stamp(shipped.AddDate(0, 0, -2))
		}
		rows = append(rows, []string{p.id, stamp(requested), stamp(shipped), stamp(delivered), p.serial(), street, t.city, t.region, t.country, changed})
	}
	return table([]string{"person", "requested_at", "shipped_at", "delivered_at", "serial", "address", "city", "region", "country", "changed"}, rows)
}
