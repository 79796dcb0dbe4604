// SPDX-License-Identifier: Apache-2.0

package checkin

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed texts/*.json
var catalogues embed.FS

// Language is one in which the pages of the check-in are there. It is chosen by the
// person with a link, and kept nowhere: what somebody reads is nobody's business.
type Language struct {
	Code string // BCP 47
	Name string // in itself
	Dir  string // "ltr" or "rtl"
}

// Languages are the languages, the first being the one that pages open in. To add one,
// translate texts/en.json under its code and name it here.
func Languages() []Language {
	return []Language{{"en", "English", "ltr"}, {"ar", "العربية", "rtl"}}
}

// Texts are the texts of the pages in one language.
type Texts struct {
	Language
	words map[string]string
}

// TextsIn returns the texts in a language; in the first one if there is none of the
// code.
func TextsIn(code string) Texts {
	all := Languages()
	i := max(0, slices.IndexFunc(all, func(l Language) bool { return l.Code == code }))
	return Texts{all[i], read()[all[i].Code]}
}

// read reads the catalogues; a test holds that they are whole.
var read = sync.OnceValue(func() map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, l := range Languages() {
		words := map[string]string{}
		data, err := catalogues.ReadFile("texts/" + l.Code + ".json")
		if err == nil {
			err = json.Unmarshal(data, &words)
		}
		if err != nil {
			continue // TestTexts fails
		}
		out[l.Code] = words
	}
	return out
})

// T is a text with its places filled: pairs are the name of a place and its value.
// Where the text runs from the right, values are set apart, so that a number or an
// address keeps its own direction. A key that is not there is returned as it is.
func (t Texts) T(key string, pairs ...any) string {
	text, ok := t.words[key]
	if !ok {
		return key
	}
	var r []string
	for i := 0; i+1 < len(pairs); i += 2 {
		r = append(r, "{"+fmt.Sprint(pairs[i])+"}", t.Apart(fmt.Sprint(pairs[i+1])))
	}
	return strings.NewReplacer(r...).Replace(text)
}

// Apart sets a value apart from the text that it stands in, where that runs from the
// right (Unicode's FSI and PDI).
func (t Texts) Apart(value string) string {
	if t.Dir == "rtl" {
		return "\u2068" + value + "\u2069"
	}
	return value
}
