// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"fmt"
	"slices"

	"daylight/record"
	"daylight/texts"
)

// Challenge is one thing that is asked of every finalist. Its words are in the catalogue
// of texts.
type Challenge struct {
	Slug  string
	Title string
	// Say is what the person is told, Do what the interviewer does and looks at.
	Say string
	Do  []string
	// Words are the outcomes that can be recorded, besides [NotAsked] and [Another].
	Words []Word
	// Another is how the same can be shown without it.
	Another string
	// Indicator weighs the outcome; its card says what it weighs either way.
	Indicator string
	// Drawn is set where something is drawn at random for each sitting.
	Drawn bool
	// CheckIn is set where the check-in page can ask it without an interviewer.
	CheckIn bool
}

// Word is an outcome, and what it means.
type Word struct{ Word, Means string }

// Outcomes that every challenge has, and that are evidence of nothing.
const (
	// NotAsked: it was left out, which the report of who was asked what shows.
	NotAsked = "not_asked"
	// Another: it was shown in another way, which nobody has to give a reason for.
	Another = "another_way"
)

// The challenges by their slugs.
const (
	Camera     = "camera"
	Window     = "window"
	Profile    = "profile"
	Hand       = "hand"
	Fingers    = "fingers"
	Near       = "near"
	OwnFacts   = "own_facts"
	Depth      = "depth"
	SamePerson = "same_person"
	Background = "background_check"
)

// prompts are the challenges in which something passes the face, or the face moves.
var prompts = []string{Profile, Hand, Fingers, Near}

// outcomesOf are the words of the outcomes, in the order in which they are offered.
func outcomesOf(slug string) []string {
	switch slug {
	case Camera:
		return []string{"on", "brief", "off", "refused"}
	case Window:
		return []string{"bright", "dark", "not_shown", "refused"}
	case Profile, Hand, Fingers, Near:
		return []string{"done", "failed", "refused"}
	case OwnFacts:
		return []string{"good", "poor"}
	case Depth:
		return []string{"scored", "refused"}
	case SamePerson:
		return []string{"yes", "unsure", "no", "not_compared"}
	case Background:
		return []string{"willing", "evasive", "refused"}
	}
	return nil
}

// Challenges are all that a plan can hold, in the order in which they are asked.
func Challenges() []Challenge {
	return ChallengesIn(texts.In(""))
}

// ChallengesIn are the challenges, with what the person is told in a language. What only
// the interviewer reads is in the console's.
func ChallengesIn(spoken texts.Texts) []Challenge {
	out := []Challenge{
		{Slug: Camera, CheckIn: true, Indicator: "int.camera_refused"},
		{Slug: Window, CheckIn: true, Indicator: "int.daylight_mismatch"},
		{Slug: Profile, CheckIn: true, Indicator: "int.occlusion_artifact"},
		{Slug: Hand, CheckIn: true, Indicator: "int.occlusion_artifact"},
		{Slug: Fingers, CheckIn: true, Drawn: true, Indicator: "int.occlusion_artifact"},
		{Slug: Near, CheckIn: true, Indicator: "int.occlusion_artifact"},
		{Slug: OwnFacts, Drawn: true, Indicator: "int.place_knowledge_fail"},
		{Slug: Depth, Indicator: "int.depth_gap"},
		{Slug: SamePerson, Indicator: "int.person_changed"},
		{Slug: Background, Indicator: "int.check_evaded"},
	}
	for i := range out {
		out[i].word(spoken)
	}
	return out
}

// word fills in the texts. Nothing is said to the person where two people compare what
// they saw themselves.
func (c *Challenge) word(spoken texts.Texts) {
	inside, key := texts.In(""), texts.Inside+c.Slug
	c.Title = inside.T(key + ".title")
	if c.Slug != SamePerson {
		c.Say = spoken.T("challenge." + c.Slug + ".say")
	}
	c.Another = spoken.T("challenge." + c.Slug + ".another")
	for n := 1; inside.Has(fmt.Sprintf("%s.do.%d", key, n)); n++ {
		c.Do = append(c.Do, inside.T(fmt.Sprintf("%s.do.%d", key, n)))
	}
	if slices.Contains(prompts, c.Slug) {
		key = texts.Inside + "prompt" // all of them have the same outcomes
	}
	for _, word := range outcomesOf(c.Slug) {
		c.Words = append(c.Words, Word{word, inside.T(key + ".word." + word)})
	}
}

// ChallengeOf returns the challenge with a slug.
func ChallengeOf(slug string) (Challenge, bool) {
	all := Challenges()
	i := slices.IndexFunc(all, func(c Challenge) bool { return c.Slug == slug })
	if i < 0 {
		return Challenge{}, false
	}
	return all[i], true
}

// knows reports whether an outcome can be recorded of the challenge.
func (c Challenge) knows(word string) bool {
	return word == NotAsked || word == Another || slices.ContainsFunc(c.Words, func(w Word) bool { return w.Word == word })
}

// NoticedWords are what an interviewer may notice without asking, by the names of
// the columns of docs/formats.md, with the words of each.
func NoticedWords() []Noticed {
	known := record.Words()
	var out []Noticed
	for _, n := range []Noticed{
		{Name: "lighting", Title: "Light in the room"},
		{Name: "background", Title: "Background"},
		{Name: "video_quality", Title: "Picture"},
		{Name: "excuse", Title: "Technical reason given"},
		{Name: "audio", Title: "Sound"},
		{Name: "answers", Title: "Answers"},
	} {
		n.Words = known["interview."+n.Name]
		out = append(out, n)
	}
	return out
}

// Noticed is one thing that an interviewer may notice.
type Noticed struct {
	Name, Title string
	Words       []string
}
