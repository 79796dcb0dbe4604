// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestDossierLosesNothing shows a person from their dossier as from the run that
// made it, down to what the JSON form of a report leaves out.
func TestDossierLosesNothing(t *testing.T) {
	want, got := fixture(), fixture()
	shown := false
	for i, s := range want.Subjects {
		data, err := EncodeDossier(s)
		if err != nil {
			t.Fatal(err)
		}
		back, err := DecodeDossier(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s, back, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-written +read):\n%s", s.ID, diff)
		}
		shown = shown || back.Activity != nil && len(back.Journey) > 0 && len(back.Evidence) > 0 && back.Evidence[0].Part.Counted != 0
		got.Subjects[i] = back
	}
	if !shown {
		t.Error("nobody in the fixture has activity, a journey and evidence: the test shows nothing")
	}
	for i, r := range want.Rings {
		data, err := EncodeRing(r)
		if err != nil {
			t.Fatal(err)
		}
		if got.Rings[i], err = DecodeRing(data); err != nil {
			t.Fatal(err)
		}
	}
	for name, pair := range map[string][2][]byte{
		"page": {written(t, want.WriteHTML), written(t, got.WriteHTML)},
		"JSON": {written(t, want.WriteJSON), written(t, got.WriteJSON)},
	} {
		if !bytes.Equal(pair[0], pair[1]) {
			t.Errorf("%s from dossiers differs:\n%s", name, cmp.Diff(string(pair[0]), string(pair[1])))
		}
	}
}

func TestDossierOfNoTime(t *testing.T) {
	s := fixture().Subjects[0]
	far := time.Date(200_000, 1, 1, 0, 0, 0, 0, time.UTC)
	s.Assessment.AsOf, s.Journey[0].At, s.Evidence[0].At = far, far, &far
	s.Assessment.Contributions[0].Finding.Cites[0].At = far
	data, err := EncodeDossier(s)
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeDossier(data)
	if err != nil {
		t.Fatal(err)
	}
	if !back.Assessment.AsOf.IsZero() || !back.Journey[0].At.IsZero() || back.Evidence[0].At != nil {
		t.Error("a year beyond 9999 came back as another time")
	}
}

func TestDossierOfAnotherVersion(t *testing.T) {
	for _, data := range []string{``, `{}`, `{"version":2}`, `{"version":1,"Subject":3`, `[]`} {
		if _, err := DecodeDossier([]byte(data)); err == nil {
			t.Errorf("%q was read", data)
		}
	}
}

func FuzzDecodeDossier(f *testing.F) {
	for _, s := range fixture().Subjects {
		data, err := EncodeDossier(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := DecodeDossier(data)
		if err != nil {
			return
		}
		again, err := EncodeDossier(s)
		if err != nil {
			t.Skip() // a weight beyond what JSON can hold
		}
		if _, err := DecodeDossier(again); err != nil {
			t.Errorf("what was written cannot be read: %v", err)
		}
	})
}
