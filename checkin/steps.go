// SPDX-License-Identifier: Apache-2.0

package checkin

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"daylight/enrich"
	"daylight/interview"
	"daylight/record"
	"daylight/store"
)

// At is the number of the step that comes next, and false once there is none.
func (c *CheckIn) At() (int, bool) {
	for i, s := range c.Steps {
		if s.Answered.IsZero() {
			return i, true
		}
	}
	return len(c.Steps), false
}

// Ask returns the step that comes next and notes when the page was first told of it;
// false once there is none.
func (c *CheckIn) Ask(w store.Writer, now time.Time) (int, bool, error) {
	if c.State != Started {
		return 0, false, ErrEarly
	}
	i, ok := c.At()
	if !ok || !c.Steps[i].Asked.IsZero() {
		return i, ok, nil
	}
	c.Steps[i].Asked = now.UTC()
	return i, true, c.put(w)
}

// Take keeps the answer to the step that comes next. An answer to an earlier one was
// sent twice, and changes nothing. still is the picture, nil for none; one that the
// plan does not keep is refused.
func (c *CheckIn) Take(w store.Writer, a Answer, still []byte, now time.Time) error {
	at, open := c.At()
	switch {
	case c.State != Started:
		return ErrEarly
	case a.Step < at:
		return nil
	case !open || a.Step > at || c.Steps[at].Asked.IsZero():
		return ErrEarly
	}
	s := &c.Steps[at]
	if err := fits(*s, a, still != nil); err != nil {
		return err
	}
	s.Answered, s.Outcome = now.UTC(), a.Outcome
	switch s.Kind {
	case Camera:
		if a.Outcome == Done {
			c.Camera = a.Camera
		} else {
			c.without(now)
		}
	case Typed:
		if a.Outcome == Done {
			c.Typing = typingOf(s.Drawn, a)
		}
	case Connection:
		c.Zone, c.Ways = ownZone(a.Zone), a.Ways
	default:
		s.Light = a.Light
	}
	if still != nil {
		if err := c.keep(w, at, still); err != nil {
			return err
		}
	}
	return c.put(w)
}

// fits refuses an answer that has what its step does not ask for.
func fits(s Step, a Answer, still bool) error {
	challenge := s.Kind != Camera && s.Kind != Typed && s.Kind != Connection
	done := a.Outcome == Done
	switch {
	case a.Camera != "" && (s.Kind != Camera || !done),
		(len(a.Gaps) > 0 || a.Typed != "") && (s.Kind != Typed || !done),
		(a.Zone != "" || len(a.Measured)+len(a.Ways) > 0) && s.Kind != Connection,
		a.Light != nil && (!challenge || !done),
		still && (!challenge || !done):
		return fmt.Errorf("%w: something that was not asked for", ErrAnswer)
	}
	return nil
}

// without passes over the challenges where there is no camera.
func (c *CheckIn) without(now time.Time) {
	for i := range c.Steps {
		s := &c.Steps[i]
		if s.Answered.IsZero() && s.Kind != Typed && s.Kind != Connection {
			s.Asked, s.Answered, s.Outcome = now.UTC(), now.UTC(), Missing
		}
	}
}

// keep seals a still under a key of its own. Until the check-in is handed in, nobody
// but the person sees it, and it goes with the check-in.
func (c *CheckIn) keep(w store.Writer, step int, body []byte) error {
	if c.Plan.StillDays == 0 {
		return fmt.Errorf("%w: no pictures are kept", ErrStill)
	}
	kept, seen, err := ReadStill(body)
	if err != nil {
		return err
	}
	key := fmt.Sprintf("%s-%02d", c.ID, step)
	c.Steps[step].Seen, c.Steps[step].Still = &seen, key
	err = w.Put(store.Stills, store.Row{
		Key: key, Holder: interview.StillHolder(key), Body: kept,
		Text: map[string]string{"visit": c.ID}, Ints: map[string]int64{"at": c.Steps[step].Answered.UnixMilli(), "until": c.Deadline.UnixMilli()},
	})
	if err != nil {
		return fmt.Errorf("keep a still: %w", err)
	}
	return nil
}

// keepDrafts has the pictures stay until the deadline.
func (c *CheckIn) keepDrafts(w store.Writer) error {
	for _, s := range c.Steps {
		if s.Still == "" {
			continue
		}
		row, err := w.Get(store.Stills, s.Still)
		if err != nil {
			return fmt.Errorf("give a picture more time: %w", err)
		}
		row.Ints["until"] = c.Deadline.UnixMilli()
		if err := w.Put(store.Stills, row); err != nil {
			return fmt.Errorf("give a picture more time: %w", err)
		}
	}
	return nil
}

// Still returns the picture of a step; nil if none is kept, or not any more.
func (c *CheckIn) Still(r store.Reader, step int, now time.Time) (image []byte, err error) {
	if step < 0 || step >= len(c.Steps) || c.Steps[step].Still == "" {
		return nil, nil
	}
	if c.State == Finished {
		var s interview.Still
		s, err = interview.LoadStill(r, c.Steps[step].Still, now)
		image = s.Image
	} else {
		var row store.Row
		row, err = r.Get(store.Stills, c.Steps[step].Still)
		image = row.Body
	}
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrErased) {
		return nil, nil
	}
	return image, err
}

// StillsUntil is when the pictures are deleted, at the latest: what the person was told
// before they agreed.
func (c *CheckIn) StillsUntil() time.Time { return c.Ended.AddDate(0, 0, c.Plan.StillDays) }

// Try counts an attempt to measure the way, and refuses one before the person has
// agreed, one that the plan does not ask for, or one too many.
func (c *CheckIn) Try(w store.Writer) error {
	i, open := c.At()
	switch {
	case c.State != Started || !open || c.Steps[i].Kind != Connection:
		return ErrEarly
	case c.Tries >= maxTries:
		return ErrMany
	}
	c.Tries++
	return c.put(w)
}

// Measured keeps what was measured of the way, and the address it leads to.
func (c *CheckIn) Measured(w store.Writer, p Path, from netip.Addr, net enrich.Network) error {
	if i, open := c.At(); c.State != Started || !open || c.Steps[i].Kind != Connection {
		return ErrEarly
	}
	c.Path, c.From, c.Net = &p, from, net
	return c.put(w)
}

// Finish hands a check-in in, once every step was answered: the pictures are kept as
// those of a round, and what the check-in tells by itself, what the camera is called,
// how digits were typed and from where it was done, becomes records about the person.
// All else is for people to read.
func (c *CheckIn) Finish(w store.Writer, now time.Time) error {
	if _, open := c.At(); c.State != Started || open {
		return ErrEarly
	}
	c.end(Finished, now)
	if err := c.handIn(w, now); err != nil {
		return fmt.Errorf("hand a check-in in: %w", err)
	}
	if err := c.put(w); err != nil {
		return err
	}
	if err := c.enter(w, "checkin.end", "checkin.done", nil, now); err != nil {
		return err
	}
	return c.ended(w, now)
}

func (c *CheckIn) handIn(w store.Writer, now time.Time) error {
	round := ""
	if c.Plan.StillDays > 0 {
		var err error
		if round, err = c.round(w); err != nil {
			return err
		}
	}
	for i := range c.Steps {
		s := &c.Steps[i]
		if s.Still == "" {
			continue
		}
		row, err := w.Get(store.Stills, s.Still)
		if err != nil {
			return err
		}
		kept, err := interview.KeepStill(w, interview.Still{
			Subject: c.Handle, Visit: c.ID, Round: round, At: s.Answered, Consent: c.Texts, Type: "image/jpeg", Image: row.Body, Until: c.StillsUntil(),
		}, now)
		if errors.Is(err, interview.ErrState) {
			kept.ID, err = "", nil // the plan keeps none any more
		}
		if err != nil {
			return err
		}
		s.Still = kept.ID
	}
	if err := deleteDrafts(w, c.ID); err != nil {
		return err
	}
	if c.Camera != "" {
		if err := c.observe(w, "camera", c.Ended, record.Interview{Interviewer: feed, Channel: feed, CameraDevice: c.Camera}, now); err != nil {
			return err
		}
	}
	if c.Typing != nil {
		if err := c.observe(w, typing, c.Ended, record.Interview{Interviewer: feed, Channel: feed, Typed: c.Typing}, now); err != nil {
			return err
		}
	}
	if c.From.IsValid() {
		return c.observe(w, line, c.Ended, record.Call{Meeting: c.ID, Left: c.Ended, Addr: c.From}, now)
	}
	return nil
}

// feed is how records call a check-in.
const feed = record.CheckInChannel

// Parts of a check-in whose records go with its measurements.
const (
	line   = "line"   // holds the address of the line
	typing = "typing" // holds the rhythm of typing
)

func (c *CheckIn) observe(w store.Writer, part string, at time.Time, body record.Body, now time.Time) error {
	return interview.Observe(w, interview.Observed{Subject: c.Handle, Locator: c.ID, Part: part, At: at, Body: body}, now)
}

// deleteDrafts deletes the pictures of a check-in that are nobody's but the person's,
// and destroys their keys.
func deleteDrafts(w store.Writer, id string) error {
	for row, err := range w.Find(store.Stills, store.Query{Bare: true, Where: []store.Cond{{Column: "visit", Op: store.Equal, Text: id}}}) {
		if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
			return fmt.Errorf("delete pictures: %w", err)
		}
		if row.Text["subject"] != "" {
			continue
		}
		if err := w.Delete(store.Stills, row.Key); err != nil {
			return fmt.Errorf("delete pictures: %w", err)
		}
		if err := w.Destroy(interview.StillHolder(row.Key)); err != nil {
			return fmt.Errorf("delete pictures: %w", err)
		}
	}
	return nil
}
