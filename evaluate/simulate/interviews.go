// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"fmt"
	"io"
	"maps"
	"math"
	"time"
)

// meeting is what one interviewer wrote down of one meeting.
type meeting struct {
	at                              time.Time
	interviewer, channel            string
	camera, lighting, background    string
	video, excuse, audio            string
	window, gesture, local, answers string
	background2, same, device       string
}

// interviewsCSV writes the meetings of everybody who came so far. All finalists
// are asked the same.
func (s *company) interviewsCSV(w io.Writer) error {
	header := []string{
		"person", "at", "time_zone", "interviewer", "channel", "scheduled", "camera", "lighting", "background", "video_quality", "excuse",
		"audio", "window", "gesture", "local_knowledge", "answers", "background_check", "same_person", "camera_device",
	}
	return rows(w, header, func(add func(...string)) {
		for _, p := range s.people {
			for _, m := range s.meetings(p) {
				zone := towns[p.town].zone
				add(p.id, m.at.In(location(zone)).Format(time.RFC3339), zone, m.interviewer, m.channel, "planned", m.camera, m.lighting, m.background, m.video, m.excuse,
					m.audio, m.window, m.gesture, m.local, m.answers, m.background2, m.same, m.device)
			}
		}
	})
}

// meetings are two interviews for those who came so far, a third for finalists,
// and for some of the hired one with their manager later. What is the case about
// a person, such as a virtual camera, is drawn once; what happens in a meeting,
// each time.
func (s *company) meetings(p *person) []meeting {
	if !p.reached(interviewed) {
		return nil
	}
	c := s.draw(p, "interviews")
	n := 1
	if p.reached(finalist) {
		n = 3
	}
	virtual, capture := c.is(p.odds[virtualCamera]), c.is(p.odds[captureCard])
	h := habits(c, p.odds)
	different := c.is(p.odds[otherPerson])
	var out []meeting
	at := p.applied
	for i := range n {
		at = at.AddDate(0, 0, 3+c.IntN(6))
		m := s.meeting(p, h, c, at, fmt.Sprintf("interviewer-%d", 1+c.IntN(40)))
		if i == 0 {
			m.same = "not_compared"
		}
		if i == 2 && different && !p.worker() {
			m.same = "no"
		}
		m.camouflage(c, virtual, capture, p.tactic == careful)
		out = append(out, m)
	}
	if p.worker() && c.is(0.5) {
		m := s.meeting(p, h, c, p.hired.AddDate(0, 0, 5+c.IntN(30)), fmt.Sprintf("manager-%d", 1+c.IntN(40)))
		m.gesture, m.local, m.background2, m.answers = "not_asked", "not_asked", "not_asked", ""
		if different {
			m.same = "no"
		}
		m.camouflage(c, virtual, capture, p.tactic == careful)
		out = append(out, m)
	}
	for len(out) > 0 && !out[len(out)-1].at.Before(s.end) {
		out = out[:len(out)-1]
	}
	return append(out, s.conversations(p, s.draw(p, "conversations"), h, virtual, capture, different)...)
}

// habitual signs come from a person's room, line and manner, and so again and
// again from the same people.
var habitual = []Sign{
	cameraRefused, cameraBrief, poorLight, poorVideo, bandwidthExcuse, virtualScene, windowHidden, windowRefused, gestureFailed, gestureRefused,
	localPoor, readAloud, longPauses, othersTalking, callCentre, delayedAudio, checkEvasive, checkRefused, unsurePerson,
}

// inHabit is how much of a habitual sign's occurrences come from people with
// that habit, and how often they show it.
const inHabit = 0.8

// habits are one person's odds in each meeting: high for the share of people who
// have the habit, low for the others, and the figure's on average.
func habits(c chance, o odds) odds {
	h := maps.Clone(o)
	for _, sign := range habitual {
		switch p := o[sign]; {
		case p >= inHabit: // nearly everybody
		case c.is(p):
			h[sign] = inHabit
		default:
			h[sign] = (1 - inHabit) * p / (1 - p)
		}
	}
	return h
}

// camouflage says what the camera calls itself. Whoever renames it shows the name of an
// ordinary one.
func (m *meeting) camouflage(c chance, virtual, capture, renamed bool) {
	if m.camera != "on" && m.camera != "brief" {
		return
	}
	switch {
	case renamed:
		m.device = of(c, cameras)
	case virtual && c.is(0.7):
		m.device = of(c, []string{"OBS Virtual Camera", "ManyCam Virtual Webcam", "SplitCam Video Driver"})
	case capture:
		m.device = "USB3 Video"
	default:
		m.device = of(c, cameras)
	}
}

// cameras are what ordinary ones call themselves.
var cameras = []string{"Integrated Camera", "FaceTime HD Camera", "HD Webcam", "USB Camera", "Integrated Webcam"}

// either returns one word with a probability, and another otherwise.
func either(c chance, p float64, yes, no string) string {
	if c.is(p) {
		return yes
	}
	return no
}

func (s *company) meeting(p *person, o odds, c chance, day time.Time, interviewer string) meeting {
	local := time.Date(day.Year(), day.Month(), day.Day(), 9+c.IntN(8), 15*c.IntN(4), 0, 0, location(towns[p.town].zone))
	m := meeting{at: local, interviewer: interviewer, channel: "video", camera: "on", lighting: "good", background: "clear", video: "good", excuse: "none", audio: "clear"}
	switch {
	case c.is(o[cameraRefused]):
		m.camera = either(c, 0.5, "refused", "off")
	case c.is(o[cameraBrief]):
		m.camera = "brief"
	}
	if c.is(o[bandwidthExcuse]) {
		m.excuse = "bandwidth"
	}
	m.gesture = "done"
	switch {
	case c.is(o[gestureRefused]):
		m.gesture = "refused"
	case c.is(o[gestureFailed]):
		m.gesture = "failed"
	case c.is(0.1):
		m.gesture = "not_asked"
	}
	m.local = either(c, o[localPoor], "poor", "good")
	switch {
	case c.is(o[readAloud]):
		m.answers = "read_aloud"
	case c.is(o[longPauses]):
		m.answers = "long_pauses"
	default:
		m.answers = "fluent"
	}
	switch {
	case c.is(o[checkRefused]):
		m.background2 = "refused"
	default:
		m.background2 = either(c, o[checkEvasive], "evasive", "willing")
	}
	switch {
	case c.is(o[callCentre]):
		m.audio = "call_centre"
	case c.is(o[othersTalking]):
		m.audio = "others_talking"
	case c.is(o[delayedAudio]):
		m.audio = "delayed"
	}
	m.same = either(c, o[unsurePerson], "unsure", "yes")
	if m.camera == "refused" || m.camera == "off" { // nothing was to be seen
		m.lighting, m.background, m.video, m.window, m.same = "", "", "", "not_shown", "not_compared"
		m.gesture = either(c, 0.5, "refused", "not_asked")
		return m
	}
	if c.is(o[poorLight]) {
		m.lighting = either(c, 0.3, "dark", "poor")
	}
	if c.is(o[virtualScene]) {
		m.background = either(c, 0.3, "virtual", "blurred")
	}
	if c.is(o[poorVideo]) {
		m.video = either(c, 0.3, "frozen", "poor")
	}
	m.window = s.window(p, o, c, local)
	return m
}

// window is what stands outside: the light at the place where the person is.
func (s *company) window(p *person, o odds, c chance, at time.Time) string {
	switch {
	case c.is(o[windowRefused]):
		return "refused"
	case c.is(o[windowHidden]):
		return "not_shown"
	}
	return s.light(p, o, c, at)
}

// light is what an interviewer makes of the light where the person is.
func (s *company) light(p *person, o odds, c chance, at time.Time) string {
	t := towns[p.meetsFrom]
	height := sunHeight(at, t.lat, t.lon)
	bright := height > 0
	if height > -4 && height < 4 {
		bright = c.is(0.5)
	}
	if s.misread(p, o, c) {
		bright = !bright
	}
	if bright {
		return "bright"
	}
	return "dark"
}

// misread reports whether the window shows the opposite of the sun outside. Of such
// readings one in five is a habit, such as blinds that are always drawn, and comes
// again each time; the others are chance.
func (s *company) misread(p *person, o odds, c chance) bool {
	if s.draw(p, "blinds").is(o[windowMisread] * errsAgain) {
		return true
	}
	return c.is(o[windowMisread] * (1 - errsAgain))
}

// sunHeight is the sun's elevation in degrees, to about a degree: the low-
// precision formula of the Astronomical Almanac, without refraction.
func sunHeight(at time.Time, lat, lon float64) float64 {
	const rad = math.Pi / 180
	days := at.Sub(time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC)).Hours() / 24
	mean := 280.460 + 0.9856474*days
	anomaly := (357.528 + 0.9856003*days) * rad
	ecliptic := (mean + 1.915*math.Sin(anomaly) + 0.020*math.Sin(2*anomaly)) * rad
	tilt := 23.439 * rad
	declination := math.Asin(math.Sin(tilt) * math.Sin(ecliptic))
	ascension := math.Atan2(math.Cos(tilt)*math.Sin(ecliptic), math.Cos(ecliptic))
	sidereal := (280.46062 + 360.98564737*days + lon) * rad
	return math.Asin(math.Sin(lat*rad)*math.Sin(declination)+math.Cos(lat*rad)*math.Cos(declination)*math.Cos(sidereal-ascension)) / rad
}
