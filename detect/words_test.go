// SPDX-License-Identifier: Apache-2.0

package detect_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"daylight/detect"
)

// TestIn: the person concerned reads an indicator in their language where all of it is
// there, and in English otherwise, tuned or not.
func TestIn(t *testing.T) {
	type settings struct {
		Days int `json:"days" doc:"days" min:"1" max:"9"`
	}
	plain := detect.Define(detect.Meta{ID: "x.one", Title: "A title", Rationale: "A reason.", Innocent: []string{"a journey"}}, settings{1}, func(*detect.Pass, settings) {})
	english := detect.Told{Title: "A title", Rationale: "A reason.", Innocent: []string{"a journey"}}
	whole := map[string]string{"A title": "Un titre", "A reason.": "Une raison.", "a journey": "un voyage"}
	french := detect.Told{Title: "Un titre", Rationale: "Une raison.", Innocent: []string{"un voyage"}}
	for name, c := range map[string]struct {
		words map[string]string
		code  string
		want  detect.Told
		there bool
	}{
		"all of it":              {whole, "fr", french, true},
		"English":                {whole, "en", english, true},
		"another language":       {whole, "sw", english, false},
		"none":                   {nil, "fr", english, false},
		"the title has changed":  {map[string]string{"An old title": "Un titre", "A reason.": "Une raison.", "a journey": "un voyage"}, "fr", english, false},
		"an explanation is gone": {map[string]string{"A title": "Un titre", "A reason.": "Une raison."}, "fr", english, false},
	} {
		t.Run(name, func(t *testing.T) {
			file, err := json.Marshal(map[string]map[string]string{"x.one": c.words})
			if err != nil {
				t.Fatal(err)
			}
			catalog := detect.Translated([]*detect.Indicator{plain}, "fr", detect.NewWords(file))
			tuned, err := catalog[0].Tune(json.RawMessage(`{"days":2}`))
			if err != nil {
				t.Fatal(err)
			}
			for _, ind := range []*detect.Indicator{catalog[0], tuned} {
				told, there := ind.In(c.code)
				if diff := cmp.Diff(c.want, told); diff != "" || there != c.there {
					t.Errorf("there: %v\n%s", there, diff)
				}
			}
		})
	}
	if _, there := detect.Translated([]*detect.Indicator{plain}, "fr", detect.NewWords([]byte("{")))[0].In("fr"); there {
		t.Error("a file that is none has words")
	}
	if _, there := plain.In("fr"); there {
		t.Error("the indicator that was translated was changed")
	}
}
