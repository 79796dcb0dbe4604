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
	"strconv"
	"strings"
	"time"

	"daylight/checkin"
	"daylight/enrich"
	"daylight/interview"
	"daylight/record"
	"daylight/store"
	"daylight/texts"
)

// checkinRow is one thing that was collected, in the person's words.
type checkinRow struct {
	Label  string
	Values []string     // one a line
	Still  template.URL // the picture itself; "" for none
}

// rows are the rows of a page in a language.
type rows struct {
	texts.Texts
	all []checkinRow
}

func (r *rows) add(label string, values ...string) {
	r.all = append(r.all, checkinRow{Label: label, Values: values})
}

// collected words all that was collected, stills included. What is in [checkin.Collected]
// and neither here nor about somebody else fails TestAllThatWasCollected.
func (v *checkinView) collected(r store.Reader, now time.Time) ([]checkinRow, error) {
	c := v.CheckIn
	if c.Agreed.IsZero() {
		return nil, nil
	}
	out := &rows{Texts: v.Texts}
	out.add(v.T("row.agreed"), moment(c.Agreed))
	out.add(v.T("row.seed"), string(c.Seed))
	for i, s := range c.Steps {
		if s.Asked.IsZero() && s.Answered.IsZero() {
			continue
		}
		row := checkinRow{Label: v.T("row.step", "n", i+1, "title", v.T(s.Kind+".title")), Values: v.step(s)}
		still, err := c.Still(r, i, now)
		if err != nil {
			return nil, err
		}
		if still != nil {
			row.Values = append(row.Values, v.T("row.still"))
			row.Still = dataURL(still)
		}
		out.all = append(out.all, row)
		if s.Kind == checkin.Camera && c.Camera != "" {
			out.add(v.T("row.camera"), c.Camera)
		}
		if s.Kind == checkin.Typed && c.Typing != nil {
			out.add(v.T("row.typing"), v.typing(*c.Typing)...)
		}
	}
	v.line(out)
	if c.More > 0 {
		out.add(v.T("row.more"), strconv.Itoa(c.More))
	}
	return out.all, nil
}

// step words what came of one step, a line each.
func (v *checkinView) step(s checkin.Step) (lines []string) {
	outcome := v.T("unknown")
	if s.Outcome != "" {
		outcome = v.T("outcome." + s.Outcome)
	}
	if s.Drawn != "" {
		outcome += " (" + v.Apart(s.Drawn) + ")"
	}
	lines = append(lines, outcome, v.T("row.asked", "time", moment(s.Asked)))
	if !s.Answered.IsZero() {
		lines = append(lines, v.T("row.answered", "time", moment(s.Answered)))
	}
	light := func(by string, l *checkin.Light) {
		if l != nil {
			lines = append(lines, by,
				v.T("row.light", "mean", hundred(l.Mean), "red", hundred(l.Red), "green", hundred(l.Green), "blue", hundred(l.Blue)),
				v.T("row.ends", "white", hundred(l.White), "black", hundred(l.Black)))
		}
	}
	light(v.T("row.light.page"), s.Light)
	light(v.T("row.light.still"), s.Seen)
	return lines
}

// typing words the rhythm of typing, a line each.
func (v *checkinView) typing(t record.Typing) []string {
	right := v.T("row.typing.wrong")
	if t.Right {
		right = v.T("row.typing.right")
	}
	return []string{right, v.T("row.typing.value", "median", t.Median, "least", t.Least, "most", t.Most), v.T("row.typing.number", "n", t.N)}
}

// line words what was collected of the line.
func (v *checkinView) line(out *rows) {
	c := v.CheckIn
	if c.Tries > 0 {
		out.add(v.T("row.tries"), strconv.Itoa(c.Tries))
	}
	if c.From.IsValid() {
		out.add(v.T("row.address"), c.From.String())
		v.network(out, c.Net)
	}
	if p := c.Path; p != nil {
		out.add(v.T("row.transport"), v.transport(*p))
		out.add(v.T("row.rounds"), v.rounds(*p)...)
		out.add(v.T("row.clock"), v.clock(*p))
	}
	for _, way := range c.Ways {
		at := func(key string, values ...string) { out.add(v.T(key, "place", way.From.Name), values...) }
		if way.Addr.IsValid() {
			at("row.from.address", way.Addr.String())
		}
		at("row.from.transport", v.transport(way.Path))
		at("row.from.rounds", v.rounds(way.Path)...)
		at("row.from.clock", v.clock(way.Path))
	}
	if c.Zone != "" {
		out.add(v.T("row.zone"), c.Zone)
	}
}

// network words what tables say of the address of the line.
func (v *checkinView) network(out *rows, n enrich.Network) {
	place := []string{v.T("unknown")}
	if p := placeWords(n); p != "" {
		place[0] = p
	}
	if n.HasPoint {
		place = append(place, v.T("row.point", "lat", fmt.Sprintf("%.2f", n.Lat), "lon", fmt.Sprintf("%.2f", n.Lon), "km", math.Round(n.RadiusKM)))
	}
	if n.Zone != "" {
		place = append(place, v.T("row.place.zone", "zone", n.Zone))
	}
	if n.Table != "" {
		place = append(place, v.T("row.place.table", "table", n.Table))
	}
	out.add(v.T("row.place"), place...)
	out.add(v.T("row.class"), v.T("class."+string(n.Class)))
	if n.Operator != "" || n.AS != 0 {
		out.add(v.T("row.operator"), strings.TrimSpace(fmt.Sprintf("%s (AS%d)", n.Operator, n.AS)))
	}
}

// transport words the time to whatever answers first, or why it is not known.
func (v *checkinView) transport(p checkin.Path) string {
	switch {
	case p.Transport > 0:
		return v.T("row.ms", "n", milli(p.Transport))
	case p.Why == checkin.NoKernel:
		return v.T("row.why.kernel")
	case p.Why == checkin.OwnProxy:
		return v.T("row.why.proxy")
	}
	return v.T("unknown")
}

// rounds words the time to the browser, a line each.
func (v *checkinView) rounds(p checkin.Path) []string {
	return []string{
		v.T("row.rounds.value", "least", milli(p.Least), "median", milli(p.Median), "n", p.Rounds),
		v.T("row.rounds.half", "lower", milli(p.Lower), "upper", milli(p.Upper)),
	}
}

// clock words how far the browser's clock is ahead.
func (v *checkinView) clock(p checkin.Path) string {
	return v.T("row.seconds", "n", fmt.Sprintf("%.1f", float64(p.Clock)/1000))
}

// moment words an instant to the second.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

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

// checkinCopy gives the person all that was collected: as a page to read, or as data. It
// holds every step and what they are drawn from, so there is none while a step is open:
// what is to be done before the camera could be prepared. That it was taken is an entry, or
// it is not given.
func (s *Server) checkinCopy(x *exchange) error {
	v := x.checkinView()
	data := x.r.URL.Query().Get("as") == "data"
	var body bytes.Buffer
	err := s.Store.Update(x.r.Context(), func(w store.Writer) (err error) {
		body.Reset()
		if v.settings, _, err = readSettings(w); err != nil {
			return err
		}
		if v.CheckIn, err = checkin.Open(w, x.r.PathValue("link"), x.visit(), s.Now()); err != nil {
			return err
		}
		if _, open := v.At(); v.Agreed.IsZero() || open {
			return checkin.ErrEarly
		}
		if err := s.byPerson(w, "copy.take", v.Handle, map[string]string{"check_in": v.ID}); err != nil {
			return err
		}
		if data {
			return copyData(w, v.CheckIn, s.Now(), &body)
		}
		v.Rows, err = v.collected(w, s.Now())
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
