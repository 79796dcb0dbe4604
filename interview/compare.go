// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"daylight/record"
	"daylight/store"
)

// Comparison is two stills of one person from different rounds that two people look
// at, each without knowing what the other said.
type Comparison struct {
	ID      string    `json:"id"`
	Subject string    `json:"subject"` // handle
	Stills  [2]string `json:"stills"`
	Rounds  [2]string `json:"rounds"` // in words
	At      time.Time `json:"at"`
	By      string    `json:"by"` // account
	// Answers are what was said, at most two. They are shown by [Comparison.Seen].
	Answers []Attested `json:"answers,omitempty"`
}

// Attested is what one person said who looked at both stills.
type Attested struct {
	Account string    `json:"account"`
	Person  string    `json:"person,omitempty"`
	Word    string    `json:"word"`
	At      time.Time `json:"at"`
}

// What can be said of two stills.
const (
	Same    = "same"
	NotSure = "not_sure"
	NotSame = "not_the_same"
)

// attestations is how many people look.
const attestations = 2

// Done reports whether both have said what they see.
func (c Comparison) Done() bool { return len(c.Answers) == attestations }

// Seen is what somebody may know of the answers: their own, and the other's only
// once both are in.
func (c Comparison) Seen(by Actor) []Attested {
	if c.Done() {
		return slices.Clone(c.Answers)
	}
	var own []Attested
	for _, a := range c.Answers {
		if a.Account == by.Account {
			own = append(own, a)
		}
	}
	return own
}

// May reports whether somebody can still say what they see: they have not, under
// this account or another. Where it is not known who somebody is, they may be
// whoever has.
func (c Comparison) May(by Actor) bool {
	return by.may() && !c.Done() && !slices.ContainsFunc(c.Answers, func(a Attested) bool {
		return a.Account == by.Account || a.Person == by.Person || a.Person == "" || by.Person == ""
	})
}

// Compare has two people look at two stills of a person. There is one comparison of
// the same two.
func Compare(w store.Writer, by Actor, subject, first, second string, now time.Time) (Comparison, error) {
	c, err := compareStills(w, by, subject, first, second, now)
	if err != nil {
		return c, fmt.Errorf("compare stills: %w", err)
	}
	return c, nil
}

func compareStills(w store.Writer, by Actor, subject, first, second string, now time.Time) (Comparison, error) {
	var c Comparison
	if !by.may() {
		return c, ErrRole
	}
	a, err := LoadStill(w, first, now)
	if err != nil {
		return c, err
	}
	b, err := LoadStill(w, second, now)
	if err != nil {
		return c, err
	}
	if a.Subject != subject || b.Subject != subject || a.Visit == b.Visit {
		return c, fmt.Errorf("%w: two stills of one person, of different rounds", ErrNothing)
	}
	if b.At.Before(a.At) {
		a, b = b, a
	}
	c = Comparison{
		ID: "co-" + w.Hash("comparison", a.ID+" "+b.ID)[:16], Subject: subject, Stills: [2]string{a.ID, b.ID}, Rounds: [2]string{a.Round, b.Round},
		At: now.UTC(), By: by.Account,
	}
	old, _, err := decode[Comparison](w.Get(store.Comparisons, c.ID))
	if !errors.Is(err, store.ErrNotFound) {
		return old, err
	}
	if err := c.save(w, 0); err != nil {
		return c, err
	}
	return c, note(w, by, "comparison.open", c.ID, now, map[string]string{"subject": subject})
}

func (c Comparison) save(w store.Writer, version int64) error {
	state := "open"
	if c.Done() {
		state = "done"
	}
	return put(w, store.Comparisons, store.Row{
		Key: c.ID, Version: version, Holder: Holder(c.Subject), Text: map[string]string{"subject": c.Subject, "state": state},
		Ints: map[string]int64{"at": c.At.UnixMilli()},
	}, c)
}

// LoadComparison reads a comparison.
func LoadComparison(r store.Reader, id string) (Comparison, error) {
	c, _, err := decode[Comparison](r.Get(store.Comparisons, id))
	if err != nil {
		return c, fmt.Errorf("read a comparison: %w", err)
	}
	return c, nil
}

// ComparisonsOf lists the comparisons of a person, the oldest first.
func ComparisonsOf(r store.Reader, subject string) ([]Comparison, error) {
	all, err := list[Comparison](r, store.Comparisons, store.Query{By: "at", Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: subject}}})
	if err != nil {
		return nil, fmt.Errorf("list the comparisons of a person: %w", err)
	}
	return all, nil
}

// Attest keeps what somebody sees on the stills. It cannot be changed, or the second
// could follow the first. Once both are in, they become records about the person,
// one of each.
func Attest(w store.Writer, by Actor, id, word string, now time.Time) (Comparison, error) {
	c, err := attest(w, by, id, word, now)
	if err != nil {
		return c, fmt.Errorf("say what is on stills: %w", err)
	}
	return c, nil
}

func attest(w store.Writer, by Actor, id, word string, now time.Time) (Comparison, error) {
	c, version, err := decode[Comparison](w.Get(store.Comparisons, id))
	if err != nil {
		return c, err
	}
	column := map[string]string{Same: "yes", NotSure: "unsure", NotSame: "no"}
	switch {
	case !by.may():
		return c, ErrRole
	case column[word] == "":
		return c, fmt.Errorf("%w: %q", ErrWord, word)
	case !c.May(by):
		return c, fmt.Errorf("%w: two different people look, and each once", ErrState)
	}
	for _, id := range c.Stills {
		// Nobody can say what they see on a still that is gone.
		_, err := LoadStill(w, id, now)
		switch {
		case errors.Is(err, store.ErrErased), errors.Is(err, store.ErrNotFound):
			return c, fmt.Errorf("%w: a still was deleted, its time was over", ErrState)
		case err != nil:
			return c, err
		}
	}
	c.Answers = append(c.Answers, Attested{by.Account, by.Person, word, now.UTC()})
	if err := c.save(w, version); err != nil {
		return c, err
	}
	if c.Done() {
		for i, a := range c.Answers {
			err := Observe(w, Observed{
				Subject: c.Subject, Locator: c.ID, Part: []string{"first", "second"}[i], At: a.At,
				Body: record.Interview{Interviewer: a.Account, Channel: record.StillsChannel, SamePerson: column[a.Word]},
			}, now)
			if err != nil {
				return c, err
			}
		}
	}
	// What was said is not in the log: whoever reads it would not be blind.
	return c, note(w, by, "comparison.attest", c.ID, now, map[string]string{"subject": c.Subject, "of": map[bool]string{true: "2", false: "1"}[c.Done()]})
}
