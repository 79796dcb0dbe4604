// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"errors"
	"fmt"
	"slices"

	"daylight/record"
	"daylight/store"
)

// Stated returns what a person wrote about their own work in the documents that
// they sent in: positions, and technologies with the year they give. What is in
// several documents is in it once.
func Stated(r store.Reader, handle string) (jobs []record.Job, claims []record.Claim, err error) {
	holders, err := Holders(r, handle)
	if err != nil {
		return nil, nil, err
	}
	add := func(resume record.Resume) {
		for _, j := range resume.Jobs {
			same := func(o record.Job) bool { return o.Employer == j.Employer && o.Title == j.Title && o.From == j.From }
			if !slices.ContainsFunc(jobs, same) {
				jobs = append(jobs, j)
			}
		}
		for _, c := range resume.Claims {
			if !slices.ContainsFunc(claims, func(o record.Claim) bool { return o.Skill == c.Skill }) {
				claims = append(claims, c)
			}
		}
	}
	for _, h := range append(holders, Holder(handle)) {
		of := store.Query{Where: []store.Cond{{Column: "holder", Op: store.Equal, Text: h}}}
		for row, err := range r.Find(store.Documents, of) {
			if errors.Is(err, store.ErrErased) {
				continue
			}
			if err != nil {
				return nil, nil, fmt.Errorf("read what a person wrote: %w", err)
			}
			if row.Text["file"] == "" {
				continue // a part of a database
			}
			d, _, err := decodeDocument(row.Body)
			if err != nil {
				return nil, nil, err
			}
			if d.Identity == nil {
				add(d.Resume)
			}
		}
		of.Where = append(of.Where, store.Cond{Column: "kind", Op: store.Equal, Text: string(record.KindResume)})
		for row, err := range r.Find(store.Records, of) {
			if errors.Is(err, store.ErrErased) {
				continue
			}
			if err != nil {
				return nil, nil, fmt.Errorf("read what a person wrote: %w", err)
			}
			b, err := decodeRecord(row.Body)
			if err != nil {
				return nil, nil, err
			}
			if resume, ok := b.Record.Body.(record.Resume); ok {
				add(resume)
			}
		}
	}
	return jobs, claims, nil
}
