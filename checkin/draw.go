// SPDX-License-Identifier: Apache-2.0

package checkin

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/audit"
	"daylight/interview"
	"daylight/store"
)

// Kinds of steps besides the challenges.
const (
	Camera     = "camera"     // switch the camera on
	Typed      = "typed"      // type digits
	Connection = "connection" // measure the way
)

// Step is one thing that the person is asked to do, and what came of it.
type Step struct {
	Kind string `json:"kind"`
	// Drawn is how many fingers, or which digits.
	Drawn string `json:"drawn,omitempty"`
	// Asked is when the page was first told of the step, Answered when the answer
	// came.
	Asked    time.Time `json:"asked,omitzero"`
	Answered time.Time `json:"answered,omitzero"`
	Outcome  string    `json:"outcome,omitempty"`
	// Light is what the page measured of the picture, Seen what was measured of the
	// still that it sent, where one is kept.
	Light *Light `json:"light,omitempty"`
	Seen  *Light `json:"seen,omitempty"`
	// Still names the picture that is kept of it; "" for none.
	Still string `json:"still,omitempty"`
}

// Outcomes of a step. Skipped, and every way in which a camera is not there, is what
// it says and no more.
const (
	Done    = "done"
	Skipped = "skipped" // the person said they could not, or would rather not
	Denied  = "denied"  // the browser was not allowed to use the camera
	Missing = "missing" // no camera is there
	Failed  = "failed"  // the browser could not
)

// draw lays out the steps of a plan: the challenges in an order drawn from the seed.
func draw(p Plan, seed interview.Seed) []Step {
	var steps []Step
	if len(p.Asked) > 0 {
		steps = append(steps, Step{Kind: Camera})
		asked := inOrder(p.Asked)
		for _, i := range seed.Order("challenges", len(asked)) {
			s := Step{Kind: asked[i]}
			if s.Kind == Fingers {
				s.Drawn = strconv.Itoa(1 + seed.Draw("fingers", 0, mostFingers))
			}
			steps = append(steps, s)
		}
	}
	if p.Typed {
		digits := make([]byte, typedDigits)
		for i := range digits {
			digits[i] = "0123456789"[seed.Draw("digits", i, 10)]
		}
		steps = append(steps, Step{Kind: Typed, Drawn: string(digits)})
	}
	if p.Connection {
		steps = append(steps, Step{Kind: Connection})
	}
	return steps
}

// inOrder sorts challenges: in which order a plan lists them does not matter.
func inOrder(asked []string) []string { return slices.Sorted(slices.Values(asked)) }

const (
	// typedDigits is how many digits are typed: digits are the same keys everywhere, so
	// that they say nothing about a keyboard or a language.
	typedDigits = 12
	// mostFingers can be held up with one hand.
	mostFingers = 5
)

// DrawKind is what the terms of a drawing say that it is of.
const DrawKind = "check-in"

// terms is what a drawing follows from besides its seed.
type terms struct {
	Kind       string   `json:"kind"`
	ID         string   `json:"id"`
	Asked      []string `json:"asked"`
	Typed      bool     `json:"typed"`
	Connection bool     `json:"connection"`
}

// Terms are what the steps follow from besides the seed, as one line of JSON: with the
// seed they are enough for anybody to draw again, by [Redraw].
func (c *CheckIn) Terms() string {
	out, err := json.Marshal(terms{DrawKind, c.ID, inOrder(c.Plan.Asked), c.Plan.Typed, c.Plan.Connection})
	if err != nil {
		return err.Error() // words and booleans can be written
	}
	return string(out)
}

// Commitment is what the audit log says of the drawing from the invitation on.
func (c *CheckIn) Commitment() string { return c.Seed.Commitment(c.Terms()) }

// Redraw draws again from terms and a seed, for [CheckIn.Terms]: the steps that come
// out, and the commitment that the audit log must hold. It fails on terms of no plan.
func Redraw(text string, seed interview.Seed) (steps []Step, commitment string, err error) {
	var t terms
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&t); err != nil {
		return nil, "", fmt.Errorf("read the terms of a check-in: %w", err)
	}
	if t.Kind != DrawKind {
		return nil, "", errors.New("read the terms of a check-in: they are of something else")
	}
	p := Plan{Asked: t.Asked, Typed: t.Typed, Connection: t.Connection, Answer: minAnswer, Box: minBox}
	if err := p.Validate(); err != nil {
		return nil, "", fmt.Errorf("read the terms of a check-in: %w", err)
	}
	return draw(p, seed), seed.Commitment(text), nil
}

// commit puts the commitment to the seed into the audit log, before anybody has seen a
// step.
func (c *CheckIn) commit(w store.Writer, now time.Time) error {
	return audit.Append(w, audit.Entry{At: now, Actor: c.By, Act: "draw.commit", Object: c.ID, Detail: map[string]string{"subject": c.Handle, "commitment": c.Commitment()}})
}

// reveal puts the seed into the audit log, once nothing can be drawn with it any more.
func (c *CheckIn) reveal(w store.Writer, now time.Time) error {
	return audit.Append(w, audit.Entry{At: now, Actor: audit.System, Act: "draw.reveal", Object: c.ID, Detail: map[string]string{
		"subject": c.Handle, "seed": string(c.Seed), "commitment": c.Commitment(),
	}})
}
