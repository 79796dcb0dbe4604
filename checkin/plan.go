// SPDX-License-Identifier: Apache-2.0

// Package checkin is the short check that a person makes alone, in a browser, by a
// link that works once: what may be asked, what was agreed to, what was measured, and
// what is kept of it.
//
// Nothing is measured before the person has agreed, everything is shown to the person
// before it is handed in, and what is not handed in is deleted. Nothing here says
// whether somebody is who they say: numbers and pictures are for a person to read.
// What a browser sends can be made up by whoever runs it, and is worded so.
package checkin

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"daylight/interview"
	"daylight/store"
)

// Version names what people are told and agree to; it changes when the meaning of
// the texts or of a measure does. It says nothing about the language they read.
const Version = "check-in-5"

// Bounds of a plan.
const (
	minAnswer      = 4     // hours
	minBox, maxBox = 5, 60 // minutes
	maxAsked       = 6     // challenges before the camera

	// MaxAnswer is for how many hours a link waits at most: three days reach over a
	// weekend, and a link that waits for longer can go astray for longer.
	MaxAnswer = 72
)

// What may be asked before the camera.
const (
	Window  = interview.Window  // show a window
	Profile = interview.Profile // turn the head to the side
	Hand    = interview.Hand    // pass a hand before the face
	Fingers = interview.Fingers // hold up as many fingers as were drawn
	Near    = interview.Near    // come nearer to the camera
)

// Challenges returns what may be asked before the camera, in a fixed order.
func Challenges() []string { return []string{Window, Profile, Hand, Fingers, Near} }

// Plan says what a check-in consists of. It is the same for everybody, and each
// invitation keeps the plan that it was made with.
type Plan struct {
	// Asked are the challenges before the camera; none: no camera.
	Asked []string `json:"asked,omitempty"`
	// StillDays is for how many days the pictures are kept that are taken at the
	// challenges; 0: no picture leaves the browser. It is of the plan of what the person
	// applied for: where there is none, no picture is kept.
	StillDays int `json:"still_days,omitempty"`
	// Typed asks to type digits, for the rhythm of typing: an experiment, which weighs
	// nothing.
	Typed bool `json:"typed,omitempty"`
	// Connection measures the way to the browser and notes its address, clock and zone.
	Connection bool `json:"connection,omitempty"`
	// Answer is for how many hours the link waits; Box is for how many minutes the
	// check-in is open once it was begun.
	Answer int `json:"answer_hours"`
	Box    int `json:"box_minutes"`
}

// DefaultPlan is what is asked until somebody sets it. It keeps no picture.
func DefaultPlan() Plan {
	return Plan{Asked: []string{Window, Profile, Hand, Fingers}, Connection: true, Answer: 48, Box: 15}
}

// Validate reports what a plan may not say.
func (p Plan) Validate() error {
	seen := map[string]bool{}
	for _, a := range p.Asked {
		if !slices.Contains(Challenges(), a) || seen[a] {
			return fmt.Errorf("%q is no challenge, or is there twice", a)
		}
		seen[a] = true
	}
	switch {
	case len(p.Asked) > maxAsked:
		return fmt.Errorf("more than %d challenges", maxAsked)
	case len(p.Asked) == 0 && p.StillDays != 0:
		return errors.New("pictures are kept only of challenges before the camera")
	case p.StillDays < 0:
		return errors.New("pictures are kept for no or some days")
	case p.Answer < minAnswer || p.Answer > MaxAnswer:
		return fmt.Errorf("a link waits for %d to %d hours", minAnswer, MaxAnswer)
	case p.Box < minBox || p.Box > maxBox:
		return fmt.Errorf("a check-in takes %d to %d minutes", minBox, maxBox)
	case len(p.Asked) == 0 && !p.Typed && !p.Connection:
		return errors.New("nothing is asked")
	}
	return nil
}

func (p Plan) waits() time.Duration { return time.Duration(p.Answer) * time.Hour }
func (p Plan) box() time.Duration   { return time.Duration(p.Box) * time.Minute }

// For returns the plan for one person. Where what they applied for has a plan of its
// own, that says which challenges there are and whether pictures are kept.
func (p Plan) For(r store.Reader, handle string) (Plan, error) {
	own, _, ok, err := interview.PlanFor(r, handle)
	if err != nil {
		return p, fmt.Errorf("look for the plan of a person: %w", err)
	}
	p.StillDays = 0
	if !ok {
		return p, nil
	}
	p.Asked = nil
	for _, c := range Challenges() {
		if slices.Contains(own.Challenges, c) {
			p.Asked = append(p.Asked, c)
		}
	}
	if own.Stills && len(p.Asked) > 0 {
		p.StillDays = own.KeepDays
	}
	return p, nil
}
