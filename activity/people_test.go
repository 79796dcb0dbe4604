// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"daylight/record"
)

// person acts on days of 2026 by the clock of where the person really is.
type person struct {
	zone    *time.Location
	profile Profile
	rng     lcg
}

func newPerson(tb testing.TB, zone string) *person {
	tb.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		tb.Fatal(err)
	}
	return &person{zone: loc, rng: 11}
}

func (p *person) chance(percent int) bool { return int(p.rng.next()%100) < percent }

// work makes acts between two hours (to may pass 24) of the nth day of 2026,
// about two in three hours, on a device.
func (p *person) work(day int, from, to float64, device string) {
	for h := from; h < to; h += 0.5 {
		if !p.chance(55) {
			continue
		}
		minute := int(h*60) + int(p.rng.next()%30)
		p.act(day, minute, device, false)
	}
}

func (p *person) act(day, minute int, device string, automated bool) {
	at := time.Date(2026, 1, 1+day, 0, minute, 0, 0, p.zone)
	e := record.Event{
		At: at.UnixMilli(), Class: record.Chat, Act: record.Message, Automated: automated, Device: []byte(device),
		Addr: netip.MustParseAddr("203.0.113.7"),
	}
	p.profile.Add(&e)
}

// weekdays calls f with the working days among the first n of 2026, a Thursday.
func weekdays(n int, f func(day int)) {
	for day := range n {
		if wd := (day + 3) % 7; wd < 5 {
			f(day)
		}
	}
}

func TestInnocentPeople(t *testing.T) {
	cases := []struct {
		name string
		live func(p *person)
		// blocks is how many daily blocks there are; 0 leaves it open.
		blocks int
	}{
		{"ordinary", func(p *person) {
			weekdays(90, func(d int) { p.work(d, 9, 17.5, "laptop") })
		}, 1},
		{"night owl", func(p *person) {
			weekdays(90, func(d int) { p.work(d, 13, 22, "laptop") })
		}, 1},
		{"early bird", func(p *person) {
			weekdays(90, func(d int) { p.work(d, 5.5, 14, "laptop") })
		}, 1},
		{"parent with split hours", func(p *person) {
			weekdays(90, func(d int) {
				p.work(d, 8.5, 14.5, "laptop")
				p.work(d, 20, 24, "laptop")
			})
		}, 2},
		{"parent who uses two machines", func(p *person) {
			weekdays(90, func(d int) {
				for _, hours := range [][2]float64{{8, 13}, {19, 24}} {
					device := "laptop"
					if p.chance(40) {
						device = "desktop"
					}
					p.work(d, hours[0], hours[1], device)
				}
			})
		}, 2},
		{"laptop by day, telephone all day", func(p *person) {
			weekdays(90, func(d int) {
				p.work(d, 9, 17.5, "laptop")
				p.work(d, 8, 22, "telephone")
			})
		}, 0},
		{"on call one week in four", func(p *person) {
			weekdays(120, func(d int) {
				p.work(d, 9, 18, "laptop")
				if d/7%4 == 0 && p.chance(60) {
					p.work(d, 26, 28, "laptop")
				}
			})
		}, 1},
		{"two weeks of travel nine hours away", func(p *person) {
			weekdays(90, func(d int) {
				if d >= 40 && d < 54 {
					p.work(d, 0, 8.5, "laptop")
				} else {
					p.work(d, 9, 17.5, "laptop")
				}
			})
		}, 0},
		{"automation around the clock", func(p *person) {
			for d := range 90 {
				for h := range 24 * 4 {
					p.act(d, h*15, "laptop", true)
				}
			}
			weekdays(90, func(d int) { p.work(d, 9, 17.5, "laptop") })
		}, 1},
		{"new laptop and new hours together", func(p *person) {
			weekdays(90, func(d int) {
				device := "old laptop"
				if d > 45 {
					device = "new laptop"
				}
				p.work(d, 8, 13, device)
				p.work(d, 19, 24, device)
			})
		}, 2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := newPerson(t, "America/Chicago")
			c.live(p)
			none := time.Time{}
			fit := Rhythm(&p.profile, p.zone, nil, none, none)
			if !fit.Enough || fit.LogRatio > 0.3 {
				t.Errorf("rhythm: enough %v, error %d min, log ratio %.2f", fit.Enough, fit.Error, fit.LogRatio)
			}
			sleep := Sleep(&p.profile, p.zone, none, none)
			if !sleep.Enough || sleep.QuietMinutes < 5*60 || 4*sleep.Restless > sleep.DenseDays || sleep.LongRuns > 0 {
				t.Errorf("sleep: %+v", sleep)
			}
			shifts := Shifts(&p.profile, p.zone, none, none, 1)
			if shifts.Relay || c.blocks > 0 && len(shifts.Blocks) != c.blocks {
				t.Errorf("shifts: %+v", shifts)
			}
			t.Logf("error %d min, claim mass %.2f, log ratio %.2f; quiet from %d for %d min (%d-%d), %d of %d restless; %d blocks, %s information %.2f, p %.3f",
				fit.Error, fit.ClaimMass, fit.LogRatio, sleep.QuietStart, sleep.QuietMinutes, sleep.StartLow, sleep.StartHigh,
				sleep.Restless, sleep.DenseDays, len(shifts.Blocks), shifts.Fingerprint, shifts.Information, shifts.P)
		})
	}
}

func TestWrongClaim(t *testing.T) {
	p := newPerson(t, "Asia/Tokyo")
	weekdays(90, func(d int) { p.work(d, 9, 18, "laptop") })
	chicago, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	fit := Rhythm(&p.profile, chicago, nil, time.Time{}, time.Time{})
	// Tokyo is 15 hours east of Chicago, which a clock shows as 9 hours west.
	if !fit.Enough || fit.LogRatio < 1.5 || abs(fit.Best-9*60) > 60 || abs(fit.Error+9*60) > 120 || fit.ClaimMass > 0.01 ||
		fit.Low > 9*60 || fit.High < 9*60 {
		t.Errorf("%+v", fit)
	}
	if n := len(fit.Offsets); n != 53 || fit.Offsets[0].Minutes != -12*60 || fit.Offsets[n-1].Minutes != 14*60 {
		t.Errorf("offsets %v", fit.Offsets)
	}
	var sum float64
	for _, o := range fit.Offsets {
		sum += o.Mass
	}
	if sum < 0.999 || sum > 1.001 {
		t.Errorf("masses sum to %v", sum)
	}
	// A claim two hours off weighs no more than a true one.
	for _, zone := range []string{"Asia/Singapore", "Australia/Brisbane", "Pacific/Guadalcanal"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		if fit := Rhythm(&p.profile, loc, nil, time.Time{}, time.Time{}); fit.LogRatio > -1 {
			t.Errorf("%s: log ratio %.2f", zone, fit.LogRatio)
		}
	}
}

// TestStatedHours: nights that the employer states fit the claimed place, where they
// fit half a world away otherwise; so does a day in spite of such an entry; and
// neither makes another continent's day fit.
func TestStatedHours(t *testing.T) {
	none := time.Time{}
	night, day := []record.Hours{{From: 22 * 60, To: 6 * 60}}, []record.Hours{{From: 9 * 60, To: 17 * 60}}
	works := func(from, to float64) *person {
		p := newPerson(t, "Europe/London")
		weekdays(60, func(d int) { p.work(d, from, to, "laptop") })
		return p
	}
	for _, c := range []struct {
		what     string
		from, to float64
		stated   []record.Hours
		fits, by bool
	}{
		{"nights, nothing stated", 22, 30, nil, false, false},
		{"nights, stated", 22, 30, night, true, true},
		{"nights, a day stated", 22, 30, day, false, false},
		{"nights of a rota", 22, 30, slices.Concat(day, night), true, true},
		{"a day, nights stated", 9, 17, night, true, false},
		{"a day, stated", 9, 17, day, true, false},
		{"neither", 16, 23, []record.Hours{{From: 3 * 60, To: 7 * 60}}, false, false},
	} {
		p := works(c.from, c.to)
		fit := Rhythm(&p.profile, p.zone, c.stated, none, none)
		if c.fits != (fit.LogRatio < 0) || c.by != fit.Stated {
			t.Errorf("%s: log ratio %.2f, error %d, stated %v", c.what, fit.LogRatio, fit.Error, fit.Stated)
		}
	}
}

func TestLittleIsNotEnough(t *testing.T) {
	p := newPerson(t, "Europe/Paris")
	none := time.Time{}
	for _, days := range []int{0, 10} {
		weekdays(days, func(d int) { p.work(d, 0, 24, "laptop") })
		if Rhythm(&p.profile, p.zone, nil, none, none).Enough || Sleep(&p.profile, p.zone, none, none).Enough ||
			Season(&p.profile, p.zone, none, none).Enough || Shifts(&p.profile, p.zone, none, none, 1).Enough {
			t.Errorf("%d days are enough", days)
		}
	}
	// An act a day at any hour is neither sleep nor the want of it.
	sparse := newPerson(t, "Europe/Paris")
	for d := range 200 {
		sparse.act(d, int(sparse.rng.next()%1440), "laptop", false)
	}
	if s := Sleep(&sparse.profile, sparse.zone, none, none); s.DenseDays != 0 || s.Restless != 0 || s.LongRuns != 0 {
		t.Errorf("%+v", s)
	}
}

func TestRelay(t *testing.T) {
	none := time.Time{}
	t.Run("two hands with a pause", func(t *testing.T) {
		p := newPerson(t, "Europe/Madrid")
		weekdays(60, func(d int) {
			p.work(d, 7, 13, "machine A")
			p.work(d, 17, 23, "machine B")
		})
		s := Shifts(&p.profile, p.zone, none, none, 1)
		if !s.Relay || s.Fingerprint != "endpoint" || len(s.Blocks) != 2 || s.Information < 0.9 {
			t.Errorf("%+v", s)
		}
		if again := Shifts(&p.profile, p.zone, none, none, 1); again.P != s.P {
			t.Errorf("p %v, then %v", s.P, again.P)
		}
	})
	t.Run("two hands without one", func(t *testing.T) {
		p := newPerson(t, "Europe/Madrid")
		weekdays(60, func(d int) {
			p.work(d, 6, 14, "machine A")
			p.work(d, 14, 22, "machine B")
		})
		if s := Shifts(&p.profile, p.zone, none, none, 1); !s.Relay {
			t.Errorf("%+v", s)
		}
	})
	t.Run("three hands around the clock", func(t *testing.T) {
		p := newPerson(t, "Europe/Madrid")
		for d := range 40 {
			p.work(d, 0, 8, "machine A")
			p.work(d, 8, 16, "machine B")
			p.work(d, 16, 24, "machine C")
		}
		s := Sleep(&p.profile, p.zone, none, none)
		if s.DenseDays < 38 || s.Restless < s.DenseDays*9/10 || s.QuietMinutes > 60 || s.LongRuns == 0 || s.LongestRun < 72*time.Hour {
			t.Errorf("%+v", s)
		}
	})
}

func TestSeason(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		really string
		stays  bool
	}{{"Europe/Berlin", false}, {"Africa/Algiers", true}} { // Algiers is UTC+1 all year
		p := newPerson(t, c.really)
		weekdays(200, func(d int) { p.work(d, 9, 17.5, "laptop") })
		f := Season(&p.profile, berlin, time.Time{}, time.Time{})
		t.Logf("%s: moved %d min (%d to %d), log ratio %.2f", c.really, f.Shift, f.Low, f.High, f.LogRatio)
		want := 0
		if c.stays {
			want = 60
		}
		if !f.Enough || f.Shift != want || f.Low > want || f.High < want || c.stays != (f.LogRatio > 0) {
			t.Errorf("%s: %+v", c.really, f)
		}
	}
	p := newPerson(t, "Asia/Kolkata")
	weekdays(200, func(d int) { p.work(d, 9, 17.5, "laptop") })
	if f := Season(&p.profile, p.zone, time.Time{}, time.Time{}); f.Enough {
		t.Errorf("a zone without clock changes: %+v", f)
	}
}

// TestSeasonOnPublicRepositories compares people who live by their zone's clock
// with the same acts as if they had stayed on UTC.
func TestSeasonOnPublicRepositories(t *testing.T) {
	var right, wrong, both int
	var follow, stay figures
	for _, a := range authors(t) {
		f := Season(a.profile, a.zone, time.Time{}, time.Time{})
		if !f.Enough {
			continue
		}
		var moved Profile
		for q := range a.profile.Quarters() {
			at := time.Unix(int64(q)*900, 0)
			if at.In(a.zone).IsDST() {
				at = at.Add(time.Hour)
			}
			moved.Add(&record.Event{At: at.UnixMilli(), Class: record.Code})
		}
		g := Season(&moved, a.zone, time.Time{}, time.Time{})
		both++
		if f.LogRatio > 1 {
			wrong++
		}
		if g.LogRatio > 1 {
			right++
		}
		follow.right = append(follow.right, f.LogRatio)
		stay.wrong = append(stay.wrong, g.LogRatio)
	}
	f := figures{right: follow.right, wrong: stay.wrong}
	t.Logf("%d authors: AUC %.3f; log ratio above 1 for %d who followed the clock and %d who stayed on UTC", both, f.auc(), wrong, right)
	if f.auc() < 0.8 || wrong > both/20 {
		t.Errorf("AUC %.3f, %d of %d wrongly said to stay on UTC", f.auc(), wrong, both)
	}
}
