// SPDX-License-Identifier: Apache-2.0

package app

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"daylight/enrich"
	"daylight/interview"
	"daylight/record"
	"daylight/sun"
	"daylight/texts"
)

func (a *app) sunCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sun PLACE [TIME]",
		Short: "Say how high the sun stands at a place, and when it is day there",
		Long: `Sun says how high the sun stands at a place and instant, whether a window there should
be bright, and the day's times. PLACE is a town ("Austin, Texas, US") or a latitude and
longitude ("30.27,-97.74"). TIME is RFC 3339, or a local date and time; now by default.
Positions are those of NREL's SPA (Reda & Andreas 2004), within 0.0003 degrees.`,
		Example: `  daylight sun "Austin, Texas, US" 2026-04-16T18:00
  daylight sun plan "Halifax, Nova Scotia, CA" --from 2026-12-01 --days 5`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(_ *cobra.Command, args []string) error {
			place, loc, err := a.place(args[0])
			if err != nil {
				return err
			}
			at := a.Now()
			if len(args) == 2 {
				if at, err = localInstant(args[1], loc); err != nil {
					return usage("TIME: %w", err)
				}
			}
			return writeSun(a.Stdout, place, loc, at)
		},
	}
	cmd.AddCommand(a.sunPlanCommand())
	return cmd
}

func (a *app) sunPlanCommand() *cobra.Command {
	var from, language string
	var days, calendar int
	cmd := &cobra.Command{
		Use:   "plan PLACE",
		Short: "Find the times at which asking to see daylight tells most",
		Long: `Plan ranks the times, within working hours of the claimed place, at which a window there
is in full day while as many people elsewhere as possible have a dark one. A blind, an
inner room or a storm explains a dark window too: what is seen is never a verdict.
With --calendar, the time of that rank is written as an iCalendar file instead, in the
language that --language names.`,
		Example: `  daylight sun plan "Austin, Texas, US" --from 2026-12-01 --days 14
  daylight sun plan "Austin, Texas, US" --from 2026-12-01 --calendar 1 > interview.ics`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			place, loc, err := a.place(args[0])
			if err != nil {
				return err
			}
			start := a.Now().In(loc)
			if from != "" {
				if start, err = localInstant(from, loc); err != nil {
					return usage("--from: %w", err)
				}
			}
			if days < 1 || days > 60 {
				return usage("--days is 1 to 60, not %d", days)
			}
			slots, err := slotsFrom(place, loc, start, days)
			if err != nil {
				return err
			}
			if calendar != 0 {
				return a.writeSlot(place, slots, calendar, language)
			}
			return a.writePlan(place, loc, slots, days)
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "first day (default: today)")
	cmd.Flags().IntVar(&days, "days", 7, "how many days to look at, 1 to 60")
	cmd.Flags().IntVar(&calendar, "calendar", 0, "write the time of this rank, from 1, as an iCalendar file")
	cmd.Flags().StringVar(&language, "language", "en", "of the calendar file, which the person reads: "+strings.Join(languages(), ", "))
	return cmd
}

// slotsFrom finds the times that tell most, the best first.
func slotsFrom(place enrich.Place, loc *time.Location, start time.Time, days int) ([]sun.Slot, error) {
	tables, err := enrich.Builtin()
	if err != nil {
		return nil, fmt.Errorf("open the gazetteer: %w", err)
	}
	world, err := tables.World(2)
	if err != nil {
		return nil, fmt.Errorf("open the gazetteer: %w", err)
	}
	towns := make([]sun.Town, len(world))
	for i, w := range world {
		towns[i] = sun.Town{Lat: w.Lat, Lon: w.Lon, People: float64(w.People)}
	}
	return sun.Plan(sun.Request{
		Lat: place.Lat, Lon: place.Lon, Zone: loc, From: start, To: start.AddDate(0, 0, days), World: towns, Alike: 2,
	}), nil
}

// languages are the codes of the languages that people concerned are written to in.
func languages() (codes []string) {
	for _, l := range texts.Languages() {
		codes = append(codes, l.Code)
	}
	return codes
}

// writeSlot writes one of the times for a calendar. It names nobody, and a file that
// is made again is of the same appointment.
func (a *app) writeSlot(place enrich.Place, slots []sun.Slot, rank int, language string) error {
	if rank < 1 || rank > len(slots) {
		return usage("--calendar is a rank from 1 to %d, not %d", len(slots), rank)
	}
	if !slices.Contains(languages(), language) {
		return usage("--language is one of %s, not %q", strings.Join(languages(), ", "), language)
	}
	s, words := slots[rank-1], texts.In(language)
	id := sha256.Sum256(fmt.Appendf(nil, "%s %.4f %.4f", s.From.UTC().Format(time.RFC3339), place.Lat, place.Lon))
	e := interview.Event{
		UID: hex.EncodeToString(id[:12]) + "@daylight", Stamp: a.Now(), From: s.From, To: s.To, Language: words.Code,
		Summary: words.T("calendar.any"), Notes: words.T("calendar.window") + " " + words.T("calendar.another"),
	}
	_, err := a.Stdout.Write(e.ICS())
	return err
}

func (a *app) writePlan(place enrich.Place, loc *time.Location, slots []sun.Slot, days int) error {
	if len(slots) == 0 {
		_, err := fmt.Fprintf(a.Stdout, "%s: no working hour in full day within %d days. Ask for something other than daylight.\n", place.Name, days)
		return err
	}
	innocent := func(s sun.Slot) string { return interview.InnocentDark(s.Elevation) }
	differ := slices.ContainsFunc(slots, func(s sun.Slot) bool { return innocent(s) != innocent(slots[0]) })
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): when asking to see daylight tells most\n\n%-28s %13s %15s %11s %10s\n",
		place.Name, loc, "local time", "sun's height", "elsewhere dark", "if dark", "expected")
	for _, s := range slots {
		fmt.Fprintf(&b, "%-28s %12.1f° %14.0f%% %8.1f dB %7.1f dB\n",
			s.From.Format("Mon 2006-01-02 15:04")+"-"+s.To.Format("15:04"), s.Elevation, s.Dark*100, s.IfDark, s.Information)
		if differ {
			fmt.Fprintf(&b, "  %s\n", innocent(s))
		}
	}
	if !differ {
		fmt.Fprintf(&b, "\n%s", innocent(slots[0]))
	}
	b.WriteString("\n\"Elsewhere dark\" is the share of people away from it for whom it is then night;\n\"expected\" is what the answer tells on average if being there and not are equally likely.\nBlinds, an inner room and weather explain a dark window too.\n")
	_, err := io.WriteString(a.Stdout, b.String())
	return err
}

// place reads a town or a point, with its clock.
func (a *app) place(s string) (enrich.Place, *time.Location, error) {
	tables, err := enrich.Builtin()
	if err != nil {
		return enrich.Place{}, nil, fmt.Errorf("open the gazetteer: %w", err)
	}
	key, err := placeKey(s)
	if err != nil {
		return enrich.Place{}, nil, usage("PLACE: %w", err)
	}
	p, ok := tables.Place(key)
	switch {
	case !ok:
		return p, nil, usage("PLACE: %q is not in the gazetteer; give latitude,longitude", s)
	case p.Ambiguous:
		return p, nil, usage("PLACE: %q could be several places; add the region and the country, or give latitude,longitude", s)
	}
	loc, err := time.LoadLocation(p.Zone)
	if err != nil {
		return p, nil, fmt.Errorf("clock of %s: %w", p.Name, err)
	}
	return p, loc, nil
}

func placeKey(s string) (record.PlaceKey, error) {
	parts := strings.Split(s, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	if len(parts) == 2 {
		lat, err1 := strconv.ParseFloat(parts[0], 64)
		lon, err2 := strconv.ParseFloat(parts[1], 64)
		if err1 == nil && err2 == nil {
			if lat < -90 || lat > 90 || lon < -180 || lon > 180 {
				return record.PlaceKey{}, fmt.Errorf("%q is not on Earth", s)
			}
			return record.PlaceKey{Lat: lat, Lon: lon, HasPoint: true}, nil
		}
	}
	switch len(parts) {
	case 1:
		return record.PlaceKey{City: parts[0]}, nil
	case 2:
		if len(parts[1]) == 2 && strings.ToUpper(parts[1]) == parts[1] {
			return record.PlaceKey{City: parts[0], Country: record.NewCountry(parts[1])}, nil
		}
		return record.PlaceKey{City: parts[0], Region: parts[1]}, nil
	case 3:
		return record.PlaceKey{City: parts[0], Region: parts[1], Country: record.NewCountry(parts[2])}, nil
	}
	return record.PlaceKey{}, fmt.Errorf("%q is neither a town (\"Town, Region, CC\") nor latitude,longitude", s)
}

// localInstant reads an instant, or a date and time on the clock of loc.
func localInstant(s string, loc *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, loc); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is neither RFC 3339 nor a local date and time such as 2026-04-16T18:00", s)
}

func writeSun(w io.Writer, place enrich.Place, loc *time.Location, at time.Time) error {
	local := at.In(loc)
	elevation := sun.Elevation(at, place.Lat, place.Lon)
	class := sun.ClassOf(elevation)
	window := map[sun.Class]string{
		sun.Day: "a window should be bright", sun.LowSun: "a window may look either way",
		sun.Twilight: "a window may look either way", sun.Dark: "a window should be dark",
	}[class]
	if _, err := fmt.Fprintf(w, "%s (%s, %.4f, %.4f)\n%s  sun %+.2f°, %s: %s\n\n",
		place.Name, loc, place.Lat, place.Lon, local.Format("2006-01-02 15:04:05 MST"), elevation, class, window); err != nil {
		return err
	}
	d := sun.TimesOn(local.Year(), local.Month(), local.Day(), place.Lat, place.Lon, loc)
	clock := func(t time.Time) string {
		if t.IsZero() {
			return "none"
		}
		return t.In(loc).Format("15:04")
	}
	_, err := fmt.Fprintf(w, "day         %s, %s of daylight\ndawn        %s\nsunrise     %s\nnoon        %s (%.1f° high)\nsunset      %s\ndusk        %s\n",
		d.State, d.Length.Round(time.Minute), clock(d.Dawn), clock(d.Sunrise), clock(d.Noon), d.NoonElevation, clock(d.Sunset), clock(d.Dusk))
	return err
}
