// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

type object = map[string]any

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// rows writes a CSV file, each row as it comes.
func rows(w io.Writer, header []string, each func(add func(...string))) error {
	buffered := bufio.NewWriter(w)
	out := csv.NewWriter(buffered)
	_ = out.Write(header) // the writer keeps its first error for Error
	each(func(cells ...string) { _ = out.Write(cells) })
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return buffered.Flush()
}

// list writes a JSON array of values, one a line, between two pieces of text.
func list(w io.Writer, before, after string, each func(add func(any) error) error) error {
	b := bufio.NewWriter(w)
	_, _ = b.WriteString(before) // Flush tells
	first := true
	err := each(func(v any) error {
		line, err := json.Marshal(v)
		if err != nil {
			return err
		}
		if !first {
			_, _ = b.WriteString(",\n")
		}
		first = false
		_, _ = b.Write(line)
		return nil
	})
	if err != nil {
		return err
	}
	_, _ = b.WriteString(after)
	return b.Flush()
}

// candidates writes everybody as they once applied, as Greenhouse's Harvest API
// returns them.
func (s *company) candidates(w io.Writer) error {
	return list(w, "[\n", "\n]\n", func(add func(any) error) error {
		for _, p := range s.people {
			if err := add(s.candidate(p, p.id, p.email, p.applied)); err != nil {
				return err
			}
			if e := p.earlier; e != nil {
				if err := add(s.candidate(p, e.id, e.address(s, p), e.at)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// address is the e-mail of the earlier application.
func (e *earlier) address(s *company, p *person) string {
	if e.email == "" {
		return p.email
	}
	return fmt.Sprintf("%s.%s@%s", ascii(p.family), e.id[2:6], of(s.draw(p, "earlier"), mailHosts))
}

func (s *company) candidate(p *person, id, email string, at time.Time) object {
	t := towns[p.town]
	job := object{"id": 900 + len(p.role), "name": p.role, "requisition_id": p.req}
	application := object{
		"id": "a" + id[1:], "candidate_id": id, "applied_at": stamp(at), "status": "active",
		"jobs": []object{job}, "answers": []object{},
	}
	if p.linkedin != "" {
		application["answers"] = []object{{"question": "LinkedIn Profile", "answer": "https://www.linkedin.com/in/" + p.linkedin}}
	}
	sites := []object{}
	if p.github != "" {
		sites = append(sites, object{"value": "https://github.com/" + p.github, "type": "other"})
	}
	return object{
		"id": id, "first_name": p.given, "last_name": p.family, "created_at": stamp(at), "updated_at": stamp(at.Add(time.Hour)),
		"email_addresses": []object{{"value": email, "type": "personal"}},
		"phone_numbers":   []object{{"value": p.phone, "type": "mobile"}},
		"addresses":       []object{{"value": fmt.Sprintf("%s, %s, %s, %s", p.street, t.city, t.region, t.country), "type": "home"}},
		"applications":    []object{application}, "website_addresses": sites, "social_media_addresses": []object{}, "tags": []string{},
		"attachments": []object{{"filename": s.resumeFile(p, id), "type": "resume", "created_at": stamp(at)}},
	}
}
