// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/record"
)

type personChangedParams struct {
	One      int `json:"one" doc:"percent of the weight when one interviewer alone saw a different person; a starting value" min:"1" max:"100"`
	Answered int `json:"answered" doc:"percent of the weight when two others have recorded the same person since; a starting value" min:"1" max:"100"`
	Split    int `json:"split" doc:"percent of the weight when as many or more recorded the same person; a starting value" min:"1" max:"100"`
}

var personChanged = detect.Define(detect.Meta{
	ID:        "int.person_changed",
	Title:     "An interviewer recorded that this was not the person met before",
	Rationale: "A stand-in for the technical interview, or a worker who is not the one who was hired, is seen by whoever has met both.",
	Innocent: []string{
		"poor light or video, a new haircut, glasses, weight or transition between sessions",
		"an interviewer who does not recognise faces well, or compared with an old photograph",
		"the wrong recording or the wrong candidate's notes",
	},
	References:  []string{"method §9", "FBI-2206", "CASES"},
	Family:      detect.Interview,
	Lifecycle:   detect.Stable,
	Observation: detect.CameraSession,
	Needs:       []record.Kind{record.KindInterview},
	Waivers:     []detect.Waiver{detect.Accommodated},
	Present:     140,
	Absent:      -5,
	Weighing:    "Two interviewers who independently say that this is not the person they met are rarely both wrong: 25 times likelier. One alone errs often, as studies of matching unfamiliar faces show, so one counts for half, where others recognised the person too: a stand-in comes to some meetings and not to all. A quarter is left where two others have recognised the person since. Being recognised each time is half a dB: one person, but not which.",
	Next:        &detect.NextCheck{Do: "have two people who met the candidate before join the next conversation and each record whether it is the same person", CandidateCost: 2, CompanyCost: 4, Asks: []string{"interviews.same_person"}},
	Again:       &detect.SecondLook{Do: "have two others who met the candidate before join the next conversation and each record whether it is the same person", Left: 25},
}, personChangedParams{One: 50, Split: 50, Answered: 25}, func(p *detect.Pass, cfg personChangedParams) {
	var differ, same []record.Record
	var witnesses, since []string // since: who recorded the same person after that
	for r, iv := range detect.Each[record.Interview](p.View) {
		switch iv.SamePerson {
		case "no":
			differ, since = append(differ, r), nil
			witnesses = append(witnesses, iv.Interviewer)
		case "yes":
			same = append(same, r)
			if !slices.Contains(since, iv.Interviewer) {
				since = append(since, iv.Interviewer)
			}
		}
	}
	slices.Sort(witnesses)
	witnesses = slices.Compact(witnesses)
	switch {
	case len(differ)+len(same) == 0:
		p.Unknown("nobody compared the person with one they had met before")
	case !p.AskedEvenly(detect.ItemSamePerson):
		p.Unknown(uneven)
	case len(differ) == 0:
		p.Clear(cites(same...), "Recognised as the same person in %s.", count(len(same), "session"))
	case len(same) >= len(differ) && len(witnesses) == 1 && len(since) > 1:
		p.Report(cfg.Answered, cites(differ...), "1 interviewer recorded a different person, on %s; %d others have recorded the same one since.", day(differ[0].At), len(since))
	case len(same) >= len(differ):
		p.Report(cfg.Split, cites(differ...), "Interviewers disagree: a different person in %d of %s, the first on %s.", len(differ), count(len(same)+len(differ), "session"), day(differ[0].At))
	case len(witnesses) > 1:
		p.Report(100, cites(differ...), "%s recorded that the person was not the one met before, in %s from %s to %s.",
			count(len(witnesses), "interviewer"), count(len(differ), "session"), day(differ[0].At), day(differ[len(differ)-1].At))
	default:
		p.Report(cfg.One, cites(differ...), "1 interviewer recorded that the person was not the one met before, on %s.", day(differ[0].At))
	}
})
