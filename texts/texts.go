// SPDX-License-Identifier: Apache-2.0

// Package texts holds what people read who have no account here: the pages of the
// check-in and of what was looked at, the copy they take with them, calendar files, and
// what is said to them in an interview. There is one catalogue a language.
package texts

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed *.json
var catalogues embed.FS

// Language is one in which the texts are there. It is chosen by the person with a link,
// and kept nowhere: what somebody reads is nobody's business.
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

// Inside begins the keys of what only those who work with the console read. Another
// language need not have them.
const Inside = "interviewer."

// Texts are the texts in one language.
type Texts struct {
	Language
	words map[string]string
}

// In returns the texts in a language; in the first one if there is none of the code.
func In(code string) Texts {
	all := Languages()
	i := max(0, slices.IndexFunc(all, func(l Language) bool { return l.Code == code }))
	return Texts{all[i], read()[all[i].Code]}
}

// read reads the catalogues; a test holds that they are whole.
var read = sync.OnceValue(func() map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, l := range Languages() {
		words := map[string]string{}
		data, err := catalogues.ReadFile(l.Code + ".json")
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

// Has reports whether there is a text under a key.
func (t Texts) Has(key string) bool { return t.words[key] != "" }

// Apart sets a value apart from the text that it stands in, where that runs from the
// right (Unicode's FSI and PDI).
func (t Texts) Apart(value string) string {
	if t.Dir == "rtl" {
		return "\u2068" + value + "\u2069"
	}
	return value
}
