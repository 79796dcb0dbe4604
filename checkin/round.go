// SPDX-License-Identifier: Apache-2.0

package checkin

import (
	"errors"
	"fmt"

	"daylight/interview"
	"daylight/record"
	"daylight/store"
)

// stageWords are what rounds are called by how far a person was.
var stageWords = map[record.Stage]string{record.Applicant: "Application", record.Worker: "Work", record.Leaver: "After leaving"}

// round names the round that the pictures of a check-in are of, so that two people who
// compare two of them see which they are: "Application, check-in 2, after interview 1",
// "Work, follow-up 3". Check-ins are counted as they are handed in.
func (c *CheckIn) round(r store.Reader) (string, error) {
	words := ""
	row, err := r.Get(store.Subjects, c.Handle)
	if err != nil && !unreadable(err) {
		return "", fmt.Errorf("name a round: %w", err)
	}
	if stage := stageWords[record.Stage(row.Text["stage"])]; stage != "" {
		words = stage + ", "
	}
	if c.FollowUp != "" {
		f, err := interview.LoadFollowUp(r, c.FollowUp)
		if err == nil {
			return fmt.Sprintf("%sfollow-up %d", words, f.Number), nil
		}
		if !unreadable(err) {
			return "", fmt.Errorf("name a round: %w", err)
		}
	}
	n, err := r.Count(store.CheckIns, store.Query{Where: []store.Cond{
		{Column: "subject", Op: store.Equal, Text: c.Handle}, {Column: "state", Op: store.Equal, Text: string(Finished)},
	}})
	if err != nil {
		return "", fmt.Errorf("name a round: %w", err)
	}
	words += fmt.Sprintf("check-in %d", n+1)
	sittings, err := interview.SittingsOf(r, c.Handle)
	if unreadable(err) {
		return words, nil // nobody can tell after which
	}
	if err != nil {
		return "", fmt.Errorf("name a round: %w", err)
	}
	after := 0
	for _, s := range sittings {
		if s.State != interview.NotHeld && !s.To.After(c.Agreed) {
			after = s.Number
		}
	}
	if after == 0 {
		return words + ", before any interview", nil
	}
	return fmt.Sprintf("%s, after interview %d", words, after), nil
}

// unreadable reports whether a row is not there, or does not open.
func unreadable(err error) bool {
	return errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt)
}
