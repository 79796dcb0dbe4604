// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"
)

// TestMilitaryPost holds that about half of the people with a military address
// have it declared as protected, nobody else has, and that a parcel to one names
// no town.
func TestMilitaryPost(t *testing.T) {
	s := companyOf(t, 20_000, 100)
	served, told := map[string]bool{}, 0
	for _, p := range s.people {
		served[p.id] = p.in("military_apo")
		switch {
		case p.protect != "" && !served[p.id]:
			t.Errorf("%s has no military address and a protected one", p.id)
		case p.protect != "":
			told++
		}
	}
	posted := 0
	for _, r := range cells(t, s.shippingCSV) {
		if (r["city"] == militaryPost) != served[r["person"]] {
			t.Errorf("%s: post to %q", r["person"], r["city"])
		}
		if r["city"] == militaryPost {
			posted++
			if r["region"] != "" || r["country"] == "" {
				t.Errorf("%s: a military address in %q, %q", r["person"], r["region"], r["country"])
			}
		}
	}
	if posted < 60 { // 96 expected
		t.Fatalf("only %d people with a military address", posted)
	}
	if got, sd := float64(told)/float64(posted), 0.5/math.Sqrt(float64(posted)); math.Abs(got-toldMilitary) > 4.5*sd {
		t.Errorf("%d of %d addresses are protected", told, posted)
	}
	for _, r := range cells(t, s.peopleCSV) {
		if served[r["id"]] && r["city"] == militaryPost {
			t.Errorf("%s claims to live at a post office", r["id"])
		}
	}
}

// TestPrivateCode holds that people with private code have no public profile and
// cannot tell as many details, and that others have profiles.
func TestPrivateCode(t *testing.T) {
	s := companyOf(t, 3000, 0)
	var b bytes.Buffer
	if err := s.candidates(&b); err != nil {
		t.Fatal(err)
	}
	var all []struct {
		ID           string           `json:"id"`
		Sites        []map[string]any `json:"website_addresses"`
		Applications []struct {
			Answers []map[string]any `json:"answers"`
		} `json:"applications"`
	}
	if err := json.Unmarshal(b.Bytes(), &all); err != nil {
		t.Fatal(err)
	}
	shown := map[string]int{}
	for _, c := range all {
		shown[c.ID] = len(c.Sites) + len(c.Applications[0].Answers)
	}
	members, profiles := 0, 0
	for _, p := range s.people {
		if !p.in(privateCode) {
			profiles += shown[p.id]
			continue
		}
		members++
		if shown[p.id] > 0 {
			t.Errorf("%s has code that nobody can see and %d public profiles", p.id, shown[p.id])
		}
		if p.odds[shallowAnswers] <= oddsOf(false)[shallowAnswers] {
			t.Errorf("%s can tell as many details as others", p.id)
		}
	}
	if members < 100 || profiles < 2*len(s.people)/3 {
		t.Errorf("%d members; the others have %d profiles", members, profiles)
	}
}
