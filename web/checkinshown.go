// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"strings"
	"time"

	"daylight/checkin"
	"daylight/enrich"
	"daylight/interview"
	"daylight/store"
)

// checkinRow is one thing that was collected, in the person's words.
type checkinRow struct {
	Label, Value string
	Still        template.URL // the picture itself; "" for none
}

// collected words all that was collected, stills included.
func (v *checkinView) collected(r store.Reader, now time.Time) ([]checkinRow, error) {
	c := v.CheckIn
	if c.Agreed.IsZero() {
		return nil, nil
	}
	rows := []checkinRow{{Label: v.T("row.agreed"), Value: instant(c.Agreed)}, {Label: v.T("row.seed"), Value: string(c.Seed)}}
	add := func(key, value string) { rows = append(rows, checkinRow{Label: v.T(key), Value: value}) }
	for i, s := range c.Steps {
		if s.Answered.IsZero() {
			continue
		}
		row := checkinRow{Label: v.T("row.step", "n", i+1, "title", v.T(s.Kind+".title")), Value: v.T("outcome." + s.Outcome)}
		if s.Drawn != "" {
			row.Value += " (" + v.Apart(s.Drawn) + ")"
		}
		row.Value += " · " + v.Apart(instant(s.Answered))
		for _, l := range []*checkin.Light{s.Light, s.Seen} {
			if l != nil {
				row.Value += " · " + v.T("row.light", "mean", hundred(l.Mean), "red", hundred(l.Red), "green", hundred(l.Green), "blue", hundred(l.Blue))
			}
		}
		still, err := c.Still(r, i, now)
		if err != nil {
			return nil, err
		}
		if still != nil {
			row.Value += " · " + v.T("row.still")
			row.Still = dataURL(still)
		}
		rows = append(rows, row)
		if s.Kind == checkin.Camera && c.Camera != "" {
			add("row.camera", c.Camera)
		}
		if s.Kind == checkin.Typed && c.Typing != nil {
			add("row.typing", v.T("row.typing.value", "median", c.Typing.Median, "least", c.Typing.Least, "most", c.Typing.Most))
		}
	}
	rows = append(rows, v.line()...)
	return rows, nil
}

// line words what was collected of the line.
func (v *checkinView) line() (rows []checkinRow) {
	c := v.CheckIn
	add := func(key, value string) { rows = append(rows, checkinRow{Label: v.T(key), Value: value}) }
	if c.From.IsValid() {
		place := v.T("unknown")
		if p := placeWords(c.Net); p != "" {
			place = v.T("row.km", "place", p, "km", math.Round(c.Net.RadiusKM))
		}
		add("row.address", c.From.String())
		add("row.place", place)
		add("row.class", v.T("class."+string(c.Net.Class)))
	}
	if p := c.Path; p != nil {
		transport := v.T("unknown")
		if p.Transport > 0 {
			transport = v.T("row.ms", "n", milli(p.Transport))
		}
		add("row.transport", transport)
		add("row.rounds", v.T("row.rounds.value", "least", milli(p.Least), "median", milli(p.Median), "n", p.Rounds))
		add("row.clock", v.T("row.seconds", "n", fmt.Sprintf("%.1f", float64(p.Clock)/1000)))
	}
	for _, way := range c.Ways {
		at := func(key, value string) {
			rows = append(rows, checkinRow{Label: v.T(key, "place", way.From.Name), Value: value})
		}
		p := way.Path
		if way.Addr.IsValid() {
			at("row.from.address", way.Addr.String())
		}
		if p.Transport > 0 {
			at("row.from.transport", v.T("row.ms", "n", milli(p.Transport)))
		}
		at("row.from.rounds", v.T("row.rounds.value", "least", milli(p.Least), "median", milli(p.Median), "n", p.Rounds))
	}
	if c.Zone != "" {
		add("row.zone", c.Zone)
	}
	return rows
}

// placeWords is where a line is, as far as it is known.
func placeWords(n enrich.Network) string {
	var parts []string
	for _, p := range []string{n.City, n.Region, n.Country.Reveal()} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

func hundred(share float64) string { return fmt.Sprintf("%.0f", 100*share) }

// milli words microseconds as milliseconds.
func milli(us int64) string {
	if us < 1000 {
		return fmt.Sprintf("%.2f", float64(us)/1000)
	}
	return fmt.Sprintf("%.1f", float64(us)/1000)
}

// dataURL is a JPEG of ours as an address.
func dataURL(jpeg []byte) template.URL {
	return template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(jpeg)) //nolint:gosec // letters of base64 alone
}

// checkinCopy gives the person all that was collected: as a page to read, or as data.
func (s *Server) checkinCopy(x *exchange) error {
	v := x.checkinView()
	data := x.r.URL.Query().Get("as") == "data"
	var body bytes.Buffer
	err := s.Store.View(x.r.Context(), func(r store.Reader) (err error) {
		if v.settings, _, err = readSettings(r); err != nil {
			return err
		}
		if v.CheckIn, err = checkin.Open(r, x.r.PathValue("link"), x.visit(), s.Now()); err != nil {
			return err
		}
		if v.Agreed.IsZero() {
			return checkin.ErrEarly
		}
		if data {
			return copyData(r, v.CheckIn, s.Now(), &body)
		}
		v.Rows, err = v.collected(r, s.Now())
		return err
	})
	if err != nil {
		return x.checkinFailed(v, err)
	}
	h := x.w.Header()
	if data {
		h.Set("Content-Type", "application/json")
		h.Set("Content-Disposition", `attachment; filename="check-in.json"`)
	} else {
		if err := s.pages["checkin/copy"].ExecuteTemplate(&body, "layout", view{Data: v}); err != nil {
			return fmt.Errorf("write a copy: %w", err)
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Disposition", `attachment; filename="check-in.html"`)
	}
	x.w.WriteHeader(http.StatusOK)
	_, _ = body.WriteTo(x.w) // the reader has left: nothing can be done
	return nil
}

// drawnOf is how the steps of a check-in were drawn, for whoever wants to draw again.
type drawnOf struct {
	Seed       interview.Seed `json:"seed"`
	Terms      string         `json:"terms"`
	Commitment string         `json:"commitment"`
}

func drawing(c *checkin.CheckIn) drawnOf { return drawnOf{c.Seed, c.Terms(), c.Commitment()} }

// copyData writes a check-in and its stills as JSON.
func copyData(r store.Reader, c *checkin.CheckIn, now time.Time, out *bytes.Buffer) error {
	copied := struct {
		Version string            `json:"version"`
		Plan    checkin.Plan      `json:"plan"`
		Agreed  any               `json:"agreed"`
		Ended   any               `json:"ended"`
		Drawn   drawnOf           `json:"drawn"`
		Got     checkin.Collected `json:"collected"`
		Stills  map[int][]byte    `json:"stills_jpeg_base64"` // by the number of the step, from 0
	}{c.Texts, c.Plan, c.Agreed, c.Ended, drawing(c), c.Collected, map[int][]byte{}}
	for i := range c.Steps {
		still, err := c.Still(r, i, now)
		if err != nil {
			return err
		}
		if still != nil {
			copied.Stills[i] = still
		}
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	if err := enc.Encode(copied); err != nil {
		return fmt.Errorf("write a copy: %w", err)
	}
	return nil
}
