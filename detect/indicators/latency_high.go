// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type latencyHighParams struct {
	Millis int     `json:"millis" doc:"milliseconds of delay that count (from published detections for video meetings: 300)" min:"50" max:"5000"`
	Calls  int     `json:"calls" doc:"calls that must give a delay; a starting value" min:"1" max:"100"`
	Peers  int     `json:"peers" doc:"people with a delay on record before anybody is compared; a starting value" min:"2" max:"10000"`
	Above  float64 `json:"above" doc:"share of people, 0-1, who must have a shorter delay; a starting value" min:"0.5" max:"1"`
}

var latencyHigh = detect.Define(detect.Meta{
	ID:        "int.latency_high",
	Title:     "Video is delayed far more than other people's",
	Rationale: "A picture that passes through another machine, or through software that redraws it, arrives late.",
	Innocent: []string{
		"satellite or mobile internet, poor Wi-Fi, an old computer",
		"a long way from the meeting's servers, which says nothing of anybody",
		"others who use the line at the same hours",
	},
	References: []string{"SPLUNK"},
	Family:     detect.Interview,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCall},
	Waivers:    []detect.Waiver{detect.Accommodated},
	Present:    15,
	Absent:     0,
	Weighing:   "A dB and a half: distance and bad lines explain most of it, so it only adds to something else. A short delay says nothing: the common tools add less than the threshold.",
}, latencyHighParams{Millis: 300, Calls: 2, Peers: 20, Above: 0.95}, func(p *detect.Pass, cfg latencyHighParams) {
	var rows []record.Record
	var delays []int
	for r, c := range detect.Each[record.Call](p.View) {
		if c.Latency != nil {
			rows, delays = append(rows, r), append(delays, *c.Latency)
		}
	}
	usual, ok := detect.Median(delays)
	if !ok || len(delays) < cfg.Calls {
		p.Unknown("the delay of video is on record for %s, and %d are needed", count(len(delays), "call"), cfg.Calls)
		return
	}
	if usual <= cfg.Millis {
		p.Clear(cites(rows...), "The delay of video was %d ms in the middle of %s.", usual, count(len(rows), "call"))
		return
	}
	var peers []int
	if p.Company != nil {
		peers = p.Company.Calls.Latency
	}
	shorter := 0
	for _, ms := range peers {
		if ms < usual {
			shorter++
		}
	}
	switch {
	case len(peers) < cfg.Peers:
		p.Unknown("the delay of video was %d ms, and too few others have one on record to compare it with", usual)
	case float64(shorter) < cfg.Above*float64(len(peers)-1): // the person is one of them
		p.Unknown("the delay of video was %d ms, as with others of the company", usual)
	default:
		p.Report(100, cites(rows...), "The delay of video was %d ms in the middle of %s, longer than with %d of %d people.",
			usual, count(len(rows), "call"), shorter, len(peers))
	}
})
