// SPDX-License-Identifier: Apache-2.0

package checkin

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/interview"
	"daylight/record"
	"daylight/store"
)

// Reading is what a person read off a check-in.
type Reading struct {
	By string    `json:"by"` // account
	At time.Time `json:"at"`
	// Outcomes are one word of [ReadWords] a challenge; what cannot be told is left out.
	Outcomes map[string]string `json:"outcomes,omitempty"`
}

// ReadWords are what can be read off a challenge.
func ReadWords(challenge string) []string {
	if challenge == Window {
		return []string{"bright", "dark", "not_shown"}
	}
	return []string{"done", "failed"}
}

// read is the part of a check-in whose record holds what people read off it.
const read = "read"

// Read keeps what somebody read off a check-in. What the same reader wrote down before
// is replaced. However many read it, a check-in is one session: it leaves one record
// about the person, with what its readers agree on, each challenge with its own
// outcome. Read fails with [interview.ErrWord] on a word that is not of [ReadWords], or
// a challenge that was not asked.
func (c *CheckIn) Read(w store.Writer, r Reading, now time.Time) error {
	if c.State != Finished {
		return ErrEarly
	}
	for challenge, word := range r.Outcomes {
		if !slices.Contains(c.Plan.Asked, challenge) || !slices.Contains(ReadWords(challenge), word) {
			return fmt.Errorf("keep what was read off a check-in: %w: %s %q", interview.ErrWord, challenge, word)
		}
	}
	c.Readings = append(slices.DeleteFunc(c.Readings, func(o Reading) bool { return o.By == r.By }), r)
	if err := c.keepRead(w, now); err != nil {
		return fmt.Errorf("keep what was read off a check-in: %w", err)
	}
	return c.put(w)
}

// keepRead writes the one record of what was read, or takes it back where nothing is left
// that the readers agree on.
func (c *CheckIn) keepRead(w store.Writer, now time.Time) error {
	agreed := agreedOn(c.Readings)
	if len(agreed) == 0 {
		return interview.Unobserve(w, c.Handle, c.ID, read, now)
	}
	var by []string
	for _, r := range c.Readings {
		by = append(by, r.By)
	}
	return c.observe(w, read, c.seen(), record.Interview{
		Interviewer: strings.Join(slices.Sorted(slices.Values(by)), ", "), Channel: feed, Window: agreed[Window],
		Profile: agreed[Profile], Hand: agreed[Hand], Fingers: agreed[Fingers], Near: agreed[Near],
	}, now)
}

// agreedOn are the words on which all agree who wrote one down. Two who looked at the
// same pictures and saw different things have seen nothing that can be told.
func agreedOn(readings []Reading) map[string]string {
	words, split := map[string]string{}, map[string]bool{}
	for _, r := range readings {
		for challenge, word := range r.Outcomes {
			split[challenge] = split[challenge] || words[challenge] != "" && words[challenge] != word
			words[challenge] = word
		}
	}
	for challenge := range words {
		if split[challenge] {
			delete(words, challenge)
		}
	}
	return words
}

// seen is when the window was seen, and where none was asked for when the last answer
// came: by the end of a check-in the sun may stand elsewhere.
func (c *CheckIn) seen() (at time.Time) {
	for _, s := range c.Steps {
		if s.Kind == Window {
			return s.Answered
		}
		if s.Answered.After(at) {
			at = s.Answered
		}
	}
	return at
}
