// SPDX-License-Identifier: Apache-2.0

package report

import (
	"strings"
	"testing"
	"time"
)

func TestEquipmentMap(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 12, 0, 0, 0, time.UTC) }
	s := &Subject{
		ID: "p-1", Claimed: &Claim{Place: "Austin, Texas", Lat: 30.27, Lon: -97.74, RadiusKM: 25},
		Equipment: []Stop{
			{What: "equipment delivered", At: day(2), Place: "Austin, Texas", Lat: 30.27, Lon: -97.74, RadiusKM: 10},
			{What: "first switched on", At: day(3), Place: "Dallas", Lat: 32.78, Lon: -96.80, RadiusKM: 50, Network: "home broadband"},
			{What: "first sign-in", At: day(4), Lat: 50.11, Lon: 8.68, RadiusKM: 20, Network: "a commercial VPN", Exit: true},
		},
	}
	m := NewEquipmentMap(s)
	if len(m.Marks) != 3 || len(m.Circles) != 3 || !m.HasRing {
		t.Fatalf("%+v", m)
	}
	// Austin to Dallas is 293 km by the haversine on these coordinates.
	for i, want := range []string{"at the claimed place", "293 km away, errors 75 km together", "hides its user"} {
		if !strings.Contains(m.Marks[i].Words, want) || !strings.Contains(m.Alt, want) {
			t.Errorf("stop %d: %q", i+1, m.Marks[i].Words)
		}
	}
	if html, err := m.HTML(); err != nil || strings.Contains(string(html), "1 day") {
		t.Errorf("%v: %.200s", err, html)
	}
	if no := NoStop([]Stop{{What: delivered}, {What: firstSignIn}}); len(no) != 3 || no[2] != firstSwitchOn {
		t.Errorf("not on record: %q", no)
	}
	if NewEquipmentMap(&Subject{ID: "p-2", Claimed: s.Claimed}) != nil {
		t.Error("a map of nothing")
	}
	data, err := EncodeDossier(s)
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeDossier(data)
	if err != nil || len(back.Equipment) != 3 || back.Equipment[1] != s.Equipment[1] {
		t.Errorf("%v: %+v", err, back.Equipment)
	}
}
