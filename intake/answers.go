// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"daylight/detect"
	"daylight/report"
	"daylight/store"
)

// answersKey is the row of [store.Settings] that holds [Answers].
const answersKey = "answers"

// Answers is how often each indicator answered what when everybody was last
// assessed. It names nobody.
type Answers struct {
	At         time.Time        `json:"at"`
	People     int              `json:"people"`
	Indicators map[string]Count `json:"indicators"`
}

// Count is how many people one indicator gave each answer for.
type Count struct {
	Present int `json:"present,omitempty"`
	Absent  int `json:"absent,omitempty"`
	Unknown int `json:"unknown,omitempty"`
	Failed  int `json:"failed,omitempty"`
}

func (c *Count) add(o detect.Outcome) {
	switch o {
	case detect.Present:
		c.Present++
	case detect.Absent:
		c.Absent++
	case detect.Unknown:
		c.Unknown++
	case detect.Failed:
		c.Failed++
	}
}

// ReadAnswers reads the answers of the last assessment; none is no error.
func ReadAnswers(r store.Reader) (Answers, error) {
	var a Answers
	row, err := r.Get(store.Settings, answersKey)
	if errors.Is(err, store.ErrNotFound) {
		return a, nil
	}
	if err != nil {
		return a, fmt.Errorf("read the answers of indicators: %w", err)
	}
	if err := json.Unmarshal(row.Body, &a); err != nil {
		return a, fmt.Errorf("read the answers of indicators: %w", err)
	}
	return a, nil
}

// add counts the answers about one person.
func (a *Answers) add(s *report.Subject) {
	add := func(f detect.Finding) {
		c := a.Indicators[f.Indicator]
		c.add(f.Outcome)
		a.Indicators[f.Indicator] = c
	}
	a.People++
	for _, c := range s.Assessment.Contributions {
		add(c.Finding)
	}
	for _, f := range s.Assessment.Unanswered {
		add(f)
	}
}

// writeAnswers keeps the answers about everybody.
func (a *assessed) writeAnswers(ctx context.Context, answers Answers) error {
	body, err := json.Marshal(answers)
	if err != nil {
		return fmt.Errorf("encode the answers of indicators: %w", err)
	}
	err = a.st.Update(ctx, func(w store.Writer) error {
		return putChanged(w, store.Settings, store.Row{Key: answersKey, Body: body})
	})
	if err != nil {
		return fmt.Errorf("write the answers of indicators: %w", err)
	}
	return nil
}
