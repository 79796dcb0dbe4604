// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"daylight/account"
	"daylight/checkin"
)

// asksForMoreTime asks for it as often as there is more, and is then not offered any.
func (p *walk) asksForMoreTime() {
	p.Helper()
	for n := 1; p.w.Shows("#more"); n++ {
		before := p.w.Text("#until")
		p.touch("run.more")
		p.w.Until(fmt.Sprintf("document.getElementById('until').textContent !== %q", before))
		if c := p.c.last(p.T); c.More != n || c.MayExtend() != p.w.Shows("#more") {
			p.Fatalf("asked %d times, the service gave more time %d times", n, c.More)
		}
	}
	p.w.Open(p.page())
	p.stands(checkin.Connection)
	if p.w.Count("#more") != 0 {
		p.Error("more time is offered, and there is none")
	}
}

// losesConnection loses it with a picture, while asking for more time, before the line is
// measured and when handing in; the page is loaded anew, and the first time is over
// before the end.
func (p *walk) losesConnection() {
	p.keepsStills()
	p.isSentLink()
	p.begins()
	p.films()
	p.w.Offline(true)
	p.touch(p.take)
	p.says("lost")
	p.look("lost")
	p.touch("again")
	p.says("lost")
	if got := p.w.Focused(); got != p.words("again") {
		p.Errorf("the focus is on %q", got)
	}
	until := p.w.Text("#until")
	p.touch("run.more")
	p.holds(held{State: checkin.Started, Steps: "camera done", Camera: "fake_device_0", Consents: 1})
	p.w.Offline(false)
	p.touch("again")
	p.w.Until(fmt.Sprintf("document.getElementById('count').textContent === %q && !document.getElementById('go').disabled", p.words("run.step", "n", 3, "of", 4)))
	if got := p.w.Text("#until"); got != until {
		p.Errorf("there is more time than was given: %q", got)
	}
	p.touch("run.more")
	p.w.Until(fmt.Sprintf("document.getElementById('until').textContent !== %q", until))
	p.w.Open(p.page()) // loaded anew: the camera has to be switched on again
	p.asked()
	p.films()
	p.answers(p.take)
	p.stands(checkin.Connection)
	p.w.Offline(true)
	p.touch("connection.do")
	p.says("lost")
	p.w.Offline(false)
	p.touch("again")
	p.arrives("review.title")
	p.sweeps(16 * time.Minute)
	p.w.Offline(true)
	p.touch("hand.in")
	p.w.Until("location.protocol === 'chrome-error:'")
	p.w.Offline(false)
	if status := p.w.Open(p.page()); status != http.StatusOK {
		p.Fatalf("after the connection was lost the link answers %d", status)
	}
	if n := p.w.Count("img.still"); n != 2 {
		p.Errorf("%d pictures are shown", n)
	}
	p.handsIn()
	if c := p.holds(allDone); c.More != 1 || c.Tries != 1 {
		p.Errorf("more time was given %d times, the line was measured %d times", c.More, c.Tries)
	}
	p.remarks = append(p.remarks, "ERR_INTERNET_DISCONNECTED")
}

// comesLate opens a link that ran out, and does another one.
func (p *walk) comesLate() {
	p.keepsStills()
	p.isSentLink()
	p.sweeps(49 * time.Hour)
	p.isGone(p.w)
	p.look("gone")
	p.holds(held{State: checkin.Expired})
	p.isSentLink()
	p.doesAll()
	p.holds(allDone)
}

// doesAll does a check-in from the link to the end.
func (p *walk) doesAll() {
	p.Helper()
	p.begins()
	p.films()
	p.answers(p.take)
	p.answers(p.take)
	p.measures()
	p.handsIn()
}

// runsOutOfTime takes a picture and then too long, and does another one.
func (p *walk) runsOutOfTime() {
	p.keepsStills()
	p.isSentLink()
	p.begins()
	p.films()
	p.answers(p.take)
	p.holds(held{State: checkin.Started, Steps: "camera done, " + p.taken(), Camera: "fake_device_0", Consents: 1, Stills: 1, Lights: 1})
	p.later.Add(int64(16 * time.Minute))
	p.touch(p.take)
	p.arrives("over.title")
	p.look("over")
	p.remarks = append(p.remarks, "status of 410")
	p.sweeps(0)
	p.holds(held{State: checkin.Unfinished, Consents: 1})
	p.isSentLink()
	p.doesAll()
	p.holds(allDone)
}

// taken is the challenge that was done first, and that it was.
func (p *walk) taken() string {
	p.Helper()
	return p.c.last(p.T).Steps[1].Kind + " " + checkin.Done
}

// sharesLink gives the link to somebody else, who opens it before it is begun, while it
// is done and afterwards.
func (p *walk) sharesLink() {
	p.keepsStills()
	p.isSentLink()
	early, late := p.other(), p.other()
	early.Open(p.page())
	p.begins()
	if status := early.Press(p.words("agree")); status != http.StatusGone {
		p.Errorf("agreeing a second time is answered %d", status)
	}
	p.isGone(late)
	p.films()
	p.answers(p.take)
	p.answers(p.take)
	p.measures()
	p.isGone(late)
	p.handsIn()
	p.holds(allDone)
	p.isGone(late)
	p.w.Open(p.page())
	p.arrives("done.title")
	p.later.Add(int64(25 * time.Hour))
	p.isGone(p.w)
	p.holds(allDone)
}

// refuses says no.
func (p *walk) refuses() {
	p.keepsStills()
	p.isSentLink()
	p.w.Open(p.page())
	p.w.Press(p.words("refuse.do"))
	p.arrives("refused.title")
	p.look("refused")
	p.isGone(p.w)
	p.holds(held{State: checkin.Refused})
}

// deletes stops after a picture was taken.
func (p *walk) deletes() {
	p.keepsStills()
	p.isSentLink()
	p.begins()
	p.films()
	p.answers(p.take)
	p.w.Press(p.words("run.stop"))
	p.arrives("withdrawn.title")
	p.look("withdrawn")
	p.isGone(p.w)
	p.holds(held{State: checkin.Withdrawn, Consents: 1})
}

// needsAnotherWay asks for one before anything is begun.
func (p *walk) needsAnotherWay() {
	p.keepsStills()
	p.isSentLink()
	p.w.Open(p.page())
	p.asksForAnotherWay()
}

// needsAnotherWayInMidRun asks for one after a picture was taken.
func (p *walk) needsAnotherWayInMidRun() {
	p.keepsStills()
	p.isSentLink()
	p.begins()
	p.films()
	p.answers(p.take)
	p.asksForAnotherWay()
}

func (p *walk) asksForAnotherWay() {
	p.Helper()
	p.w.Type(p.words("another.words"), "I cannot hold the telephone")
	p.w.Press(p.words("another.do"))
	p.arrives("wished.title")
	p.look("wished")
	p.isGone(p.w)
	// The one record is of an arrangement, which nothing shows.
	if c := p.holds(held{State: checkin.Another, Records: "check", Consents: p.consents}); c.Words != "I cannot hold the telephone" {
		p.Errorf("what the person told is %q", c.Words)
	}
	if page := p.c.as(account.HR).get("/people/"+p.handle+"/check-ins").want(p.T, http.StatusOK).body; !strings.Contains(page, "the person needs another way") {
		p.Error("those who answer people are not told")
	}
}
