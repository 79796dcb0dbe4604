// SPDX-License-Identifier: Apache-2.0

package web

import (
	"slices"
	"strings"

	"daylight/detect"
	"daylight/report"
	"daylight/texts"
)

// lookedAt is one thing that was looked at, in the catalogue's words.
type lookedAt struct {
	detect.Told
	English bool // though the page is in another language
	Seen    bool // it is so
	Open    bool // it raised a question
}

// notLooked is one thing that could not be looked at.
type notLooked struct {
	Words   string
	English bool // though the page is in another language
}

// looked lists what was looked at, in the catalogue's words. What was found is not
// told in detail: it may be about somebody else as well, and whoever needs the
// reasons can ask for them.
func (v *mineView) looked(sub *report.Subject, catalog []*detect.Indicator) {
	cards := map[string]detect.Meta{}
	for _, ind := range catalog {
		cards[ind.ID] = ind.Meta
	}
	for _, c := range sub.Assessment.Contributions {
		m, ok := cards[c.Finding.Indicator]
		if !ok {
			continue
		}
		l := lookedAt{Seen: c.Finding.Outcome == detect.Present}
		l.Open = l.Seen && c.Weight > 0
		l.Told, l.English = v.told(m)
		if !l.Open {
			l.Innocent = nil
		}
		v.Looked = append(v.Looked, l)
	}
	slices.SortStableFunc(v.Looked, func(a, b lookedAt) int {
		switch {
		case a.Open == b.Open:
			return strings.Compare(a.Title, b.Title)
		case a.Open:
			return -1
		}
		return 1
	})
	for _, lack := range report.Lacks(sub.Assessment, cards) {
		v.Not = append(v.Not, v.lack(lack, cards))
	}
	v.Hours = sub.Activity
}

// told is what the catalogue says of an indicator in the language of the page, and
// whether that is English though the page is not.
func (v *mineView) told(m detect.Meta) (detect.Told, bool) {
	told, there := m.In(v.Code)
	return told, !there
}

// lack words one thing that could not be looked at. What an indicator says of itself is
// there in English alone; in another language it is told what the question was.
func (v *mineView) lack(l report.Lack, cards map[string]detect.Meta) notLooked {
	if l.Kind != "" {
		return notLooked{v.T("lack." + string(l.Kind)), false}
	}
	told, english := v.told(cards[l.Indicator])
	switch first := v.Code == texts.In("").Code; {
	case english || told.Title == "":
		return notLooked{l.Words, !first}
	case l.Failed:
		return notLooked{v.T("lack.failed", "what", told.Title), false}
	case first:
		return notLooked{l.Words, false}
	}
	return notLooked{v.T("lack.unsure", "what", told.Title), false}
}
