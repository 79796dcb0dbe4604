// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"slices"

	"daylight/record"
)

// Challenge is one thing that is asked of every finalist, in the words that the
// interviewer reads.
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
	OwnFacts   = "own_facts"
	Depth      = "depth"
	SamePerson = "same_person"
	Background = "background_check"
)

// prompts are the challenges in which a hand or a turn of the head passes the face.
var prompts = []string{Profile, Hand, Fingers}

func promptWords() []Word {
	return []Word{
		{"done", "it was done, and the picture stayed whole"},
		{"failed", "it was done, and the picture of the face broke up"},
		{"refused", "it was declined"},
	}
}

// Challenges are all that a plan can hold, in the order in which they are asked.
func Challenges() []Challenge {
	const inPerson = "A visit to an office or a notary, or a check by a trusted firm. The company pays."
	return []Challenge{
		{
			Slug: Camera, Title: "Camera on", CheckIn: true, Indicator: "int.camera_refused", Another: inPerson,
			Say: "We ask everyone to have the camera on for this talk. Please put no picture in place of the room.",
			Do:  []string{"Say this before the conversation, not in it.", "A camera that fails and then works is on. Write down a technical reason below if there was one."},
			Words: []Word{
				{"on", "it was on for most of the conversation"}, {"brief", "it was on for a short time"}, {"off", "it was off"}, {"refused", "it was declined"},
			},
		},
		{
			Slug: Window, Title: "Look out of a window", CheckIn: true, Indicator: "int.daylight_mismatch",
			Another: "Another talk out of doors by day. Or a visit to an office or a notary, or a check by a trusted firm. The company pays.",
			Say:     "If there is a window near you, could you turn the camera to it for a moment? A shut blind that is bright is enough.",
			Do: []string{
				"Look only at how light it is outside. Do not ask what can be seen, and write nothing down about the room or the view.",
				"A room without a window is \"not shown\", which weighs nothing.",
			},
			Words: []Word{
				{"bright", "it was light outside"}, {"dark", "it was dark outside"}, {"not_shown", "there was no window, or it could not be told"}, {"refused", "it was declined"},
			},
		},
		{
			Slug: Profile, Title: "Turn to profile", CheckIn: true, Indicator: "int.occlusion_artifact", Words: promptWords(), Another: inPerson,
			Say: "Please turn your head slowly to one side, and back.",
			Do:  []string{"Watch the edge of the face and the glasses. A low bit rate blurs the whole picture; what counts is a face that breaks apart from the rest."},
		},
		{
			Slug: Hand, Title: "Pass a hand before the face", CheckIn: true, Indicator: "int.occlusion_artifact", Words: promptWords(), Another: inPerson,
			Say: "Please pass one open hand slowly across your face.",
			Do:  []string{"Watch the fingers where they cross eyes and mouth. Filters and blurred backgrounds fray there too: ask for them to be switched off first."},
		},
		{
			Slug: Fingers, Title: "Hold up the fingers drawn now", CheckIn: true, Drawn: true, Indicator: "int.occlusion_artifact", Words: promptWords(), Another: inPerson,
			Say: "Please hold up as many fingers as I say now, beside your cheek. Any two hands, cards or words will do as well.",
			Do:  []string{"The numbers are drawn for this conversation. Say them one after the other.", "Whoever has other hands than most may hold up a card, or say the number."},
		},
		{
			Slug: OwnFacts, Title: "Questions about what they wrote", Drawn: true, Indicator: "int.place_knowledge_fail",
			Another: "The same questions in writing, with as much time as is wanted.",
			Say:     "I have a few short questions about things in your own application.",
			Do: []string{
				"Ask only the questions drawn below. They come from what the person wrote, and every finalist gets as many.",
				"Never ask about holidays, food, neighbourhoods, accents, family or beliefs.",
				"Poor is: most of them could not be answered. Nerves and a slow start are not poor.",
			},
			Words: []Word{{"good", "most were answered"}, {"poor", "most could not be answered"}},
		},
		{
			Slug: Depth, Title: "Unscripted depth", Indicator: "int.depth_gap",
			Another: "The same two levels in writing, or with somebody else as interviewer.",
			Say:     "Choose a piece of work you know well. Tell me about it, and I will ask further.",
			Do: []string{
				"Score the first answer from 0 to 5, then ask two questions that follow from it and that nobody could foresee, and score those.",
				"0: nothing. 1: words of the trade only. 3: right and plain. 5: right, with what went wrong and why. Language is not scored.",
			},
			Words: []Word{{"scored", "both levels were scored"}, {"refused", "it was declined"}},
		},
		{
			Slug: SamePerson, Title: "The same person as before", Indicator: "int.person_changed", Another: "Two people who met the person look at the stills of the rounds.",
			Say: "",
			Do:  []string{"Only if you met the person in an earlier round. Unsure is a good answer: faces are hard, and light, hair and weight change."},
			Words: []Word{
				{"yes", "this is the person I met"}, {"unsure", "I cannot tell"}, {"no", "this is not the person I met"}, {"not_compared", "I had not met them"},
			},
		},
		{
			Slug: Background, Title: "Background and identity check", Indicator: "int.check_evaded",
			Another: "A notary, a trusted firm or a visit, as they choose. The company pays.",
			Say:     "Everyone who is hired goes through the same check of identity and history. Is that all right with you, and what do you need for it?",
			Do:      []string{"Questions about it are welcome and are not evasive. Evasive is: another reason each time, and none of the alternatives."},
			Words:   []Word{{"willing", "it was agreed to"}, {"evasive", "it was put off, with other reasons each time"}, {"refused", "it was declined, alternatives included"}},
		},
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
