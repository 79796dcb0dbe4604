// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"
)

// Told is what the person concerned is told of an indicator.
type Told struct {
	Title, Rationale string
	Innocent         []string
}

// Words are what indicators say in another language: by an indicator's id, and then by
// the English. So a text whose English has changed since is read in English.
type Words struct {
	read func() map[string]map[string]string
}

// NewWords returns the words of a file in JSON, which is read when the first is asked
// for: few commands need any. A file that cannot be read has none.
func NewWords(file []byte) *Words {
	return &Words{sync.OnceValue(func() map[string]map[string]string {
		var words map[string]map[string]string
		if json.Unmarshal(file, &words) != nil {
			return nil
		}
		return words
	})}
}

// of are the words of one indicator; nil for none.
func (w *Words) of(id string) map[string]string {
	if w == nil {
		return nil
	}
	return w.read()[id]
}

// In returns what the person concerned is told in a language (BCP 47), and true; in
// English, and false, where one of the texts is not there.
func (m Meta) In(language string) (Told, bool) {
	told := Told{m.Title, m.Rationale, slices.Clone(m.Innocent)}
	if language == "en" {
		return told, true
	}
	words := m.Words[language].of(m.ID)
	texts := []*string{&told.Title, &told.Rationale}
	for i := range told.Innocent {
		texts = append(texts, &told.Innocent[i])
	}
	for _, text := range texts {
		other := words[*text]
		if other == "" {
			return Told{m.Title, m.Rationale, slices.Clone(m.Innocent)}, false
		}
		*text = other
	}
	return told, true
}

// Translated returns the indicators with words in one more language (BCP 47).
func Translated(catalog []*Indicator, language string, words *Words) []*Indicator {
	out := make([]*Indicator, len(catalog))
	for i, ind := range catalog {
		more := *ind
		more.Words = map[string]*Words{}
		maps.Copy(more.Words, ind.Words)
		more.Words[language] = words
		out[i] = &more
	}
	return out
}
