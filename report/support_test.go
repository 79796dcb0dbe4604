// SPDX-License-Identifier: Apache-2.0

package report

import (
	"testing"

	"daylight/record"
)

// TestSupportInWords holds the words against the table of verbal equivalents: a ratio
// of ten is ten decibans.
func TestSupportInWords(t *testing.T) {
	for w, want := range map[record.Weight]string{
		-76: "none", 0: "none", 1: "slight", 29: "slight", 30: "weak", 99: "weak", 100: "moderate", 199: "moderate",
		200: "moderately strong", 300: "strong", 399: "strong", 400: "very strong", 599: "very strong", 600: "extremely strong", 830: "extremely strong",
	} {
		if got := support(w); got != want {
			t.Errorf("%s is %q, want %q", dB(w), got, want)
		}
	}
}

// TestMarksOfTypes holds that what people share is told apart in the picture of a ring,
// and that the legend explains what is drawn and nothing else.
func TestMarksOfTypes(t *testing.T) {
	link := func(kind record.IdentifierType, holders int) Link {
		return Link{A: "a", B: "b", Kind: string(kind), WeightDB: 6, Holders: holders}
	}
	p := NewRingPicture(Ring{ID: "r", Subjects: []string{"a", "b"}, Links: []Link{link(record.Email, 2), link(record.Network, 2), link(record.Network, 2)}})
	if !p.Contacts || !p.Devices || p.Written || p.Hubs {
		t.Errorf("the legend explains %+v", p)
	}
	marks := map[string]int{}
	for _, l := range p.Lines {
		marks[l.Mark.Class]++
	}
	if marks[""] != 1 || marks["empty"] != 2 {
		t.Errorf("marks: %v", marks)
	}
	p = NewRingPicture(Ring{ID: "r", Subjects: []string{"a", "b"}, Links: []Link{link(record.ResumeText, ringHub+1)}})
	if !p.Written || !p.Hubs || p.Contacts || p.Lines[0].Mark.Class != "sheet" || p.Lines[0].Class != "hub" {
		t.Errorf("a text that many share: %+v", p.Lines[0])
	}
}
