// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestDayCurve compares the picture with figures computed by hand: Austin on
// 15 January 2026, where PyEphem 4.2.1 has sunrise at 13:28 and sunset at 23:53 UTC.
func TestDayCurve(t *testing.T) {
	loc, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 1, 15, 18, 0, 0, 0, time.UTC)
	c := NewDayCurve("Austin", 30.27, -97.74, loc, from, from.Add(30*time.Minute))
	if c.Right != 1440 || c.Date != "2026-01-15" {
		t.Errorf("%d minutes of %s", c.Right, c.Date)
	}
	// Local noon is minute 720: the box is from there to 12:30.
	if !strings.HasPrefix(c.Marked[0], "M720 ") || !strings.Contains(c.Marked[0], "H750") {
		t.Errorf("marked %s", c.Marked)
	}
	// 90 - 30.27 - 21.1 degrees of declination at noon.
	if c.Peak != "39" || c.Low != "−81" {
		t.Errorf("from %s to %s", c.Low, c.Peak)
	}
	var classes []string
	sum := 0
	for _, b := range c.Bands {
		classes = append(classes, b.Class)
		if b.From != sum {
			t.Errorf("a band begins at %d, want %d", b.From, sum)
		}
		sum += b.Width
	}
	if got := strings.Join(classes, " "); got != "n0 n1 n2 n3 n2 n1 n0" || sum != c.Right {
		t.Errorf("bands %s, %d minutes", got, sum)
	}
	for _, b := range c.Bands {
		// Sunrise at 7:28 by the clock, and full day half an hour later.
		if b.Class == "n3" && (b.From < 478 || b.From > 490) {
			t.Errorf("full day from minute %d", b.From)
		}
	}
	html, err := c.HTML()
	if err != nil || !strings.Contains(string(html), "39° above the horizon") {
		t.Errorf("%v: %s", err, html)
	}
}

// TestDayCurveOfOddDays draws days that are not 24 hours long, and that have no
// sunrise.
func TestDayCurveOfOddDays(t *testing.T) {
	for _, c := range []struct {
		zone     string
		lat, lon float64
		at       time.Time
		minutes  int
		bands    string
	}{
		{"Europe/Berlin", 52.5, 13.4, time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC), 1380, "n0 n1 n2 n3 n2 n1 n0"},
		{"Europe/Oslo", 69.65, 18.96, time.Date(2026, 6, 21, 12, 0, 0, 0, time.UTC), 1440, "n2 n3 n2"},
		{"Europe/Oslo", 69.65, 18.96, time.Date(2026, 12, 21, 12, 0, 0, 0, time.UTC), 1440, "n0 n1 n0"},
		{"Pacific/Kiritimati", 1.87, -157.4, time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), 1440, "n0 n1 n2 n3 n2 n1 n0"},
		{"Pacific/Auckland", -36.85, 174.76, time.Date(2026, 9, 26, 22, 0, 0, 0, time.UTC), 1380, "n0 n1 n2 n3 n2 n1 n0"},
	} {
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		d := NewDayCurve("somewhere", c.lat, c.lon, loc, c.at, c.at.Add(time.Hour))
		var bands []string
		for _, b := range d.Bands {
			bands = append(bands, b.Class)
		}
		if got := strings.Join(bands, " "); d.Right != c.minutes || got != c.bands {
			t.Errorf("%s: %d minutes, %s", c.zone, d.Right, got)
		}
	}
}

func TestWorld(t *testing.T) {
	at := time.Date(2026, 6, 21, 18, 0, 0, 0, time.UTC)
	m := NewWorld("Austin", 30.27, -97.74, at)
	// (180 - 97.74) of 360 degrees from the left; (85 - 30.27) of 165 from the top.
	if got := fmt.Sprintf("%.1f %.1f", m.Ring.X, m.Ring.Y); got != "22.9 33.2" {
		t.Errorf("the ring is at %s", got)
	}
	if len(m.Night) != 3 || len(m.Marks) != 0 || !strings.Contains(m.Alt, "above the horizon") {
		t.Errorf("%d shades, %s", len(m.Night), m.Alt)
	}
	html, err := m.HTML()
	if err != nil || strings.Contains(string(html), "No activity") || strings.Contains(string(html), "uncertainty") {
		t.Errorf("%v: %.400s", err, html)
	}
}
