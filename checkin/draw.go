// SPDX-License-Identifier: Apache-2.0

package checkin

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2" // a drawing that can be repeated from its seed; the seed is drawn from crypto/rand
	"slices"
	"strconv"
	"time"
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

// Draw lays out the steps of a plan: the challenges in an order drawn from the seed,
// 64 hex digits. The same seed draws the same, so that a drawing can be shown to be
// one.
func Draw(p Plan, seed string) ([]Step, error) {
	raw, err := hex.DecodeString(seed)
	if err != nil || len(raw) != 32 {
		return nil, fmt.Errorf("draw the challenges: the seed is not 64 hex digits")
	}
	r := rand.New(rand.NewChaCha8([32]byte(raw))) //nolint:gosec // the seed is random; the drawing has to be repeatable
	var steps []Step
	if len(p.Asked) > 0 {
		steps = append(steps, Step{Kind: Camera})
		asked := slices.Clone(p.Asked)
		slices.Sort(asked) // the order in which a plan lists them does not matter
		r.Shuffle(len(asked), func(i, j int) { asked[i], asked[j] = asked[j], asked[i] })
		for _, a := range asked {
			s := Step{Kind: a}
			if a == Fingers {
				s.Drawn = strconv.Itoa(1 + r.IntN(5))
			}
			steps = append(steps, s)
		}
	}
	if p.Typed {
		digits := make([]byte, typedDigits)
		for i := range digits {
			digits[i] = "0123456789"[r.IntN(10)]
		}
		steps = append(steps, Step{Kind: Typed, Drawn: string(digits)})
	}
	if p.Connection {
		steps = append(steps, Step{Kind: Connection})
	}
	return steps, nil
}

// typedDigits is how many digits are typed: digits are the same keys everywhere, so
// that they say nothing about a keyboard or a language.
const typedDigits = 12
