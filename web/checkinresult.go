// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/checkin"
	"daylight/enrich"
	"daylight/report"
	"daylight/store"
	"daylight/sun"
	"daylight/texts"
)

// resultView is what a check-in measured, beside what one would expect.
type resultView struct {
	*checkin.CheckIn
	State    string
	Rows     []checkinRow
	Compared []compared
	Stills   []shownStill
	Past     time.Time // the stills were deleted then
	Wrong    string
	// Read are the challenges, each with what can be said of it.
	Read  []readable
	Look  []readable // those of which there is a picture to look at
	Drawn drawnOf
}

// readable is one challenge that somebody can say something of.
type readable struct {
	Challenge, Title string
	Words            []choice
	Said             string // as it was chosen, when the form was not accepted
}

// readables are the challenges of a check-in, in the order in which they were asked.
func readables(c *checkin.CheckIn, words texts.Texts) (out []readable) {
	for _, step := range c.Steps {
		if !slices.Contains(c.Plan.Asked, step.Kind) {
			continue
		}
		r := readable{Challenge: step.Kind, Title: words.T(step.Kind + ".title")}
		for _, word := range checkin.ReadWords(step.Kind) {
			r.Words = append(r.Words, choice{word, saidWords[word]})
		}
		out = append(out, r)
	}
	return out
}

// saidWords are the words of a reading as a person reads them.
var saidWords = map[string]string{
	"bright": "It is light outside", "dark": "It is dark outside", "not_shown": "None was shown",
	"done": "It was done, and the picture held", "failed": "The picture broke up",
}

// readable is what can be said of one challenge.
func (v *resultView) readable(challenge string) []readable {
	i := slices.IndexFunc(v.Read, func(r readable) bool { return r.Challenge == challenge })
	if i < 0 {
		return nil
	}
	return v.Read[i : i+1]
}

// Seen words one reading: each challenge with what was seen of it.
func (v *resultView) Seen(r checkin.Reading) string {
	var out []string
	for _, c := range v.Read {
		if word := r.Outcomes[c.Challenge]; word != "" {
			out = append(out, c.Title+": "+strings.ToLower(saidWords[word][:1])+saidWords[word][1:])
		}
	}
	return strings.Join(out, "; ")
}

// compared is one thing that was measured, what is expected where the person says to
// be, and what would explain a difference.
type compared struct{ What, Measured, Expected, Explained string }

type shownStill struct {
	Title string
	At    time.Time
	Image template.URL
}

func (s *Server) checkinResult(x *exchange) error {
	v, err := s.resultView(x)
	if err != nil {
		return err
	}
	if err := x.note("checkin.view", v.Handle, map[string]string{"check_in": v.ID}); err != nil {
		return err
	}
	return x.page("checkins/result", v)
}

func (s *Server) resultView(x *exchange) (*resultView, error) {
	v := &resultView{}
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		kept, err := hidden(r, x.who)
		if err != nil {
			return err
		}
		if kept {
			return errForbidden
		}
		if v.CheckIn, err = checkin.Get(r, x.r.PathValue("checkin"), s.Now()); err != nil {
			return err
		}
		row, err := subjectRow(r, x.who, v.Handle)
		if err != nil {
			return err
		}
		v.State = checkinState(v.CheckIn, x.who)
		if v.CheckIn.State != checkin.Finished {
			return nil // what was not handed in is the person's own
		}
		shown := checkinView{Texts: texts.In("en"), CheckIn: v.CheckIn}
		if v.Rows, err = shown.collected(r, s.Now()); err != nil {
			return err
		}
		for i := range v.Rows {
			v.Rows[i].Still = ""
		}
		v.Read, v.Drawn = readables(v.CheckIn, shown.Texts), drawing(v.CheckIn)
		for i, step := range v.Steps {
			image, err := v.Still(r, i, s.Now())
			if err != nil {
				return err
			}
			if image != nil {
				v.Look = append(v.Look, v.readable(step.Kind)...)
				v.Stills = append(v.Stills, shownStill{strings.TrimSpace(shown.T(step.Kind+".title") + " " + step.Drawn), step.Answered, dataURL(image)})
			} else if step.Still != "" {
				v.Past = v.StillsUntil()
			}
		}
		sub, err := dossier(row, false)
		if err != nil {
			return err
		}
		v.Compared = s.beside(v.CheckIn, sub.Claimed)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("show a check-in: %w", err)
	}
	return v, nil
}

// beside puts what was measured beside what one would expect at the place that the
// person claims; nil where that is not known or protected. It says what differs and
// not what that means.
func (s *Server) beside(c *checkin.CheckIn, claim *report.Claim) []compared {
	var out []compared
	for _, step := range c.Steps {
		light := step.Seen
		if light == nil {
			light = step.Light
		}
		if step.Kind != checkin.Window || light == nil {
			continue
		}
		out = append(out, compared{
			"The window", fmt.Sprintf("mean brightness %s of 100, blue %.1f times red, nearly white %s %%, nearly black %s %%", hundred(light.Mean), ratio(light.Blue, light.Red), hundred(light.White), hundred(light.Black)),
			skyAt(step.Answered, claim), "Blinds, lamps, weather, an inner room; a camera sets its own exposure, so look at the picture before you read the number",
		})
	}
	if c.From.IsValid() {
		out = append(out, compared{"The line", lineWords(c), distanceWords(c, claim), "A company gateway, a VPN, a privacy relay, a trip, a database that errs"})
	}
	if p := c.Path; p != nil {
		out = append(out, wayWords(*p))
	}
	out = append(out, s.bounds(c, claim)...)
	if c.Zone != "" {
		out = append(out, zoneWords(c, claim))
	}
	return out
}

const noClaim = "where the person says to be is not known, or protected"

// skyAt words the sky at the claimed place.
func skyAt(at time.Time, claim *report.Claim) string {
	if claim == nil {
		return noClaim
	}
	e := sun.Elevation(at, claim.Lat, claim.Lon)
	side := "over"
	if e < 0 {
		side = "below"
	}
	return fmt.Sprintf("the sun stands %.1f° %s the horizon at %s: %s", math.Abs(e), side, claim.Place, sun.ClassOf(e))
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

func lineWords(c *checkin.CheckIn) string {
	words := []string{texts.In("en").T("class." + string(c.Net.Class))}
	if c.Net.Operator != "" {
		words = append(words, c.Net.Operator)
	}
	if p := placeWords(c.Net); p != "" {
		words = append(words, p)
	}
	return strings.Join(words, "; ")
}

func distanceWords(c *checkin.CheckIn, claim *report.Claim) string {
	switch {
	case claim == nil:
		return noClaim
	case !c.Net.HasPoint:
		return "near " + claim.Place + "; where the line is, no table says"
	}
	return fmt.Sprintf("near %s, which is %s from there, give or take %s", claim.Place, kilometres(enrich.DistanceKM(c.Net.Lat, c.Net.Lon, claim.Lat, claim.Lon)), kilometres(c.Net.RadiusKM))
}

func wayWords(p checkin.Path) compared {
	out := compared{
		What: "The way to the browser", Measured: fmt.Sprintf("browser %s ms at least, the middle half from %s to %s ms, %d rounds", milli(p.Least), milli(p.Lower), milli(p.Upper), p.Rounds),
		Explained: "A company gateway or a security product that ends connections, a VPN or relay of some kinds, a remote desktop, a busy device",
	}
	apart, known := p.Apart()
	gap, _ := p.Gap()
	switch {
	case p.Transport == 0 && p.Why == checkin.OwnProxy:
		out.Expected = "the transport's time is not known: a proxy of this service ends the connection"
	case p.Transport == 0:
		out.Expected = "the transport's time is not known on this system"
	case !known:
		out.Expected = "too few rounds to compare"
	case apart:
		out.Expected = fmt.Sprintf("transport %s ms; the browser answers steadily %s ms later, so something nearer than the browser answers for it", milli(p.Transport), milli(gap))
	default:
		out.Expected = fmt.Sprintf("transport %s ms: nothing shows that stands between", milli(p.Transport))
	}
	return out
}

func zoneWords(c *checkin.CheckIn, claim *report.Claim) compared {
	out := compared{What: "The clock", Measured: c.Zone, Expected: noClaim, Explained: "A trip, a device set to the zone of an office"}
	if c.Path != nil && c.Path.Rounds > 0 {
		out.Measured += fmt.Sprintf("; %.1f s ahead of ours", float64(c.Path.Clock)/1000)
	}
	if claim == nil || claim.Zone == "" {
		return out
	}
	here, err := time.LoadLocation(c.Zone)
	if err != nil {
		return out
	}
	there, err := time.LoadLocation(claim.Zone)
	if err != nil {
		return out
	}
	at := c.Ended
	_, a := at.In(here).Zone()
	_, b := at.In(there).Zone()
	out.Expected = fmt.Sprintf("%s at %s: the same time of day", claim.Zone, claim.Place)
	if a != b {
		out.Expected = fmt.Sprintf("%s at %s: %s hours apart", claim.Zone, claim.Place, strconv.FormatFloat(math.Abs(float64(a-b))/3600, 'f', -1, 64))
	}
	return out
}
