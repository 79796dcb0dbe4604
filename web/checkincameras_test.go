// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"

	"github.com/chromedp/chromedp/kb"

	"daylight/checkin"
)

// choosesCamera takes the second of two cameras, at the second attempt: at the first,
// another program uses it. Of what is asked it skips all.
func (p *walk) choosesCamera() {
	p.keepsStills()
	p.isSentLink()
	p.begins()
	chosen := func(n int) {
		p.Helper()
		p.w.Until(fmt.Sprintf("document.getElementById('cameras').selectedIndex === %d && document.activeElement?.id === 'cameras' && !document.getElementById('go').disabled && document.getElementById('view').srcObject?.active", n))
	}
	p.touch("camera.do")
	chosen(0)
	p.look("cameras")
	p.w.Until("!!(navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotReadableError')))")
	p.w.Keys(kb.ArrowDown)
	p.says("camera.failed")
	p.look("camera-in-use")
	p.w.Until("delete navigator.mediaDevices.getUserMedia")
	p.touch("again")
	chosen(0)
	p.w.Keys(kb.ArrowDown)
	chosen(1)
	p.touch("camera.use")
	p.asked()
	p.answers("skip")
	p.answers("skip")
	p.measures()
	p.w.Wants("fake_device_1")
	p.handsIn()
	p.holds(held{
		State: checkin.Finished, Steps: "camera done, connection done, fingers skipped, window skipped", Camera: "fake_device_1",
		Records: "call, interview", Consents: 1, Measured: true,
	})
}

// goesWithoutCamera tries twice to turn one on, and does the rest without.
func (p *walk) goesWithoutCamera(says, outcome string) {
	p.keepsStills()
	p.isSentLink()
	p.begins()
	for _, key := range []string{"camera.do", "again"} {
		p.touch(key)
		p.says(says)
		if got := p.w.Focused(); got != p.words("again") {
			p.Errorf("the focus is on %q", got)
		}
	}
	p.look("camera-" + outcome)
	p.touch("camera.skip")
	p.measures()
	p.look("review-" + outcome)
	p.handsIn()
	p.holds(held{
		State: checkin.Finished, Steps: "camera " + outcome + ", connection done, fingers missing, window missing", Records: "call", Consents: 1, Measured: true,
	})
}
