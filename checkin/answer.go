// SPDX-License-Identifier: Apache-2.0

package checkin

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"daylight/record"
)

// Answer is what the page sends of one step. All of it is what a browser says.
type Answer struct {
	// Step is the number of the step, from 0.
	Step    int    `json:"step"`
	Outcome string `json:"outcome"`
	// Camera is the name that the browser gives the camera that was used.
	Camera string `json:"camera,omitempty"`
	Light  *Light `json:"light,omitempty"`
	// Typed is what was typed, Gaps the times between digits in milliseconds.
	Typed string `json:"typed,omitempty"`
	Gaps  []int  `json:"gaps,omitempty"`
	// Zone is the browser's time zone, as IANA names it.
	Zone string `json:"zone,omitempty"`
	// Measured is what further vantage points sealed for the browser to carry. Whoever
	// has their key opens it into Ways.
	Measured []string `json:"measured,omitempty"`
	Ways     []Way    `json:"-"`
}

// Limits of an answer.
const (
	MaxAnswerBytes = 8 << 10
	maxLabel       = 128 // characters
	maxGaps        = 64
	maxGap         = 60_000 // milliseconds
	maxZone        = 64
	maxSteps       = 32
	maxSealed      = 1024 // bytes
)

// ErrAnswer is an answer that no page of ours sends.
var ErrAnswer = errors.New("not an answer of the check-in page")

// DecodeAnswer reads what the page sends of a step. Unknown names, names that come
// twice, numbers out of range and texts that no browser gives are refused with
// [ErrAnswer].
func DecodeAnswer(body []byte) (Answer, error) {
	var a Answer
	if len(body) > MaxAnswerBytes {
		return a, ErrAnswer
	}
	if err := json.UnmarshalRead(bytes.NewReader(body), &a, json.RejectUnknownMembers(true)); err != nil {
		return Answer{}, fmt.Errorf("%w: not its JSON", ErrAnswer)
	}
	if err := a.check(); err != nil {
		return Answer{}, err
	}
	return a, nil
}

func (a *Answer) check() error {
	switch {
	case a.Step < 0 || a.Step >= maxSteps:
		return fmt.Errorf("%w: the number of the step", ErrAnswer)
	case !slices.Contains([]string{Done, Skipped, Denied, Missing, Failed}, a.Outcome):
		return fmt.Errorf("%w: the outcome", ErrAnswer)
	case !printable(a.Camera) || utf8.RuneCountInString(a.Camera) > maxLabel:
		return fmt.Errorf("%w: the name of the camera", ErrAnswer)
	case len(a.Typed) > typedDigits || strings.Trim(a.Typed, "0123456789") != "":
		return fmt.Errorf("%w: what was typed", ErrAnswer)
	case len(a.Gaps) > maxGaps || slices.ContainsFunc(a.Gaps, func(ms int) bool { return ms < 0 || ms > maxGap }):
		return fmt.Errorf("%w: the times between digits", ErrAnswer)
	case len(a.Zone) > maxZone || strings.ContainsFunc(a.Zone, notZone):
		return fmt.Errorf("%w: the time zone", ErrAnswer)
	case a.Light != nil && !a.Light.valid():
		return fmt.Errorf("%w: the light", ErrAnswer)
	case len(a.Measured) > MaxVantages || slices.ContainsFunc(a.Measured, func(s string) bool { return len(s) > maxSealed }):
		return fmt.Errorf("%w: what vantage points measured", ErrAnswer)
	}
	a.Camera = strings.TrimSpace(a.Camera)
	return nil
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// notZone reports whether a character can be in no IANA name.
func notZone(r rune) bool {
	return r > 127 || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/_+-", r)
}

// Light is how bright a picture is, and of what colour. A camera sets its own
// exposure, so it is no measure of a room: it tells a bright window from a black one.
type Light struct {
	// Mean is the mean luminance, 0 (black) to 1 (white), linear (sRGB, ITU-R BT.709
	// weights); Red, Green and Blue are the mean of each, likewise.
	Mean  float64 `json:"mean"`
	Red   float64 `json:"red"`
	Green float64 `json:"green"`
	Blue  float64 `json:"blue"`
	// White and Black are the shares of the picture that are nearly white and nearly
	// black.
	White float64 `json:"white"`
	Black float64 `json:"black"`
}

func (l Light) valid() bool {
	for _, v := range []float64{l.Mean, l.Red, l.Green, l.Blue, l.White, l.Black} {
		if math.IsNaN(v) || v < 0 || v > 1 {
			return false
		}
	}
	return l.White+l.Black <= 1.0001
}

// typingOf is the rhythm of an answer. It is an experiment: nothing is weighed by it.
func typingOf(asked string, a Answer) *record.Typing {
	t := &record.Typing{Right: a.Typed == asked, N: len(a.Gaps)}
	if t.N == 0 {
		return t
	}
	gaps := slices.Sorted(slices.Values(a.Gaps))
	t.Least, t.Median, t.Most = gaps[0], gaps[t.N/2], gaps[t.N-1]
	return t
}

// ownZone returns a zone that this machine knows too, "" for any other.
func ownZone(name string) string {
	if name == "" || name == "Local" {
		return ""
	}
	if _, err := time.LoadLocation(name); err != nil {
		return ""
	}
	return name
}
