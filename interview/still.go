// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"daylight/store"
)

// Still is one picture of a person that they agreed to, kept until a day so that two
// people can compare rounds. No program looks at the face in it.
type Still struct {
	ID      string    `json:"id"`
	Subject string    `json:"subject"` // handle
	Visit   string    `json:"visit"`   // of which sitting or check-in
	Round   string    `json:"round"`   // in words: "Application, check-in 1, before any interview"
	At      time.Time `json:"at"`
	Until   time.Time `json:"until"` // when it is deleted
	Consent string    `json:"consent"`
	Type    string    `json:"type"` // image/jpeg or image/png
	Image   []byte    `json:"image"`
}

// maxStill is how large a still may be, in bytes.
const maxStill = 2 << 20

// KeepStill keeps a still under a key of its own, which is destroyed with it. It
// needs the version of the consent that the person gave, and goes when the plan says,
// or at Until where that is set and earlier: what the person was told binds, whatever
// the plan has become since. Without a plan that keeps stills, nothing is kept
// ([ErrState]).
func KeepStill(w store.Writer, s Still, now time.Time) (Still, error) {
	p, _, ok, err := PlanFor(w, s.Subject)
	switch {
	case err != nil:
		return s, err
	case !ok || !p.Stills:
		return s, fmt.Errorf("keep a still: %w: the plan keeps none", ErrState)
	case s.Consent == "" || s.Visit == "" || s.Round == "":
		return s, fmt.Errorf("keep a still: %w: the consent, and of what it is", ErrNothing)
	case len(s.Image) == 0 || len(s.Image) > maxStill || s.Type != imageType(s.Image):
		return s, fmt.Errorf("keep a still: %w: a JPEG or PNG of at most %d bytes", ErrWord, maxStill)
	}
	until := now.UTC().AddDate(0, 0, p.KeepDays)
	if s.Until.IsZero() || until.Before(s.Until) {
		s.Until = until
	}
	s.Until = s.Until.UTC()
	s.At = s.At.UTC()
	s.ID = "st-" + w.Hash("still", s.Subject+" "+s.Visit+" "+s.At.Format(time.RFC3339Nano))[:16]
	err = put(w, store.Stills, store.Row{
		Key: s.ID, Holder: StillHolder(s.ID), Text: map[string]string{"subject": s.Subject, "visit": s.Visit},
		Ints: map[string]int64{"at": s.At.UnixMilli(), "until": s.Until.UnixMilli()},
	}, s)
	if err != nil {
		return s, fmt.Errorf("keep a still: %w", err)
	}
	return s, nil
}

// StillHolder names the key that a still is sealed under.
func StillHolder(id string) string { return "i:" + id }

func imageType(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	}
	return ""
}

// LoadStill reads a still whose time is not over.
func LoadStill(r store.Reader, id string, now time.Time) (Still, error) {
	s, _, err := decode[Still](r.Get(store.Stills, id))
	if err == nil && !now.Before(s.Until) {
		err = store.ErrErased
	}
	if err != nil {
		return Still{}, fmt.Errorf("read a still: %w", err)
	}
	return s, nil
}

// StillsOf lists the stills of a person whose time is not over, the oldest first.
func StillsOf(r store.Reader, subject string, now time.Time) ([]Still, error) {
	all, err := list[Still](r, store.Stills, store.Query{By: "at", Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: subject}}})
	if err != nil {
		return nil, fmt.Errorf("list the stills of a person: %w", err)
	}
	var out []Still
	for _, s := range all {
		if now.Before(s.Until) {
			out = append(out, s)
		}
	}
	return out, nil
}

// SweepStills deletes the stills whose time is over and destroys their keys, so
// that no backup shows them either. It returns how many there were.
func SweepStills(w store.Writer, now time.Time) (int, error) {
	var gone []string
	for row, err := range w.Find(store.Stills, store.Query{Bare: true, Where: []store.Cond{{Column: "until", Op: store.AtMost, Int: now.UnixMilli()}}}) {
		if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
			return 0, fmt.Errorf("delete stills: %w", err)
		}
		gone = append(gone, row.Key)
	}
	for _, id := range gone {
		if err := w.Delete(store.Stills, id); err != nil {
			return 0, fmt.Errorf("delete stills: %w", err)
		}
		if err := w.Destroy(StillHolder(id)); err != nil {
			return 0, fmt.Errorf("delete stills: %w", err)
		}
	}
	return len(gone), nil
}
