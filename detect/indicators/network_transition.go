// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"strings"
	"time"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type networkTransitionParams struct {
	One     int `json:"one" doc:"percent of the weight when one source has found it and no other has; a starting value" min:"1" max:"100"`
	Rows    int `json:"rows" doc:"percent of the weight when the inventory's own rows show it; a starting value" min:"1" max:"100"`
	Hours   int `json:"hours" doc:"hours after the first Wi-Fi within which the device and the cable come; (from HUNT, which saw a quarter of an hour to some hours)" min:"1" max:"336"`
	Settled int `json:"settled_days" doc:"days on the cable, without Wi-Fi again, after which it counts as permanent; a starting value" min:"1" max:"90"`
}

var networkTransition = detect.Define(detect.Meta{
	ID:        "onb.network_transition",
	Title:     "The laptop went from Wi-Fi to a cable for good as a new device appeared",
	Rationale: "Setting up a laptop for somebody far away follows a sequence: one evening on Wi-Fi, then a box beside it and a cable that stays.",
	Innocent: []string{
		"a docking station or an adapter at a desk at home",
		"Wi-Fi that is weak where the desk stands",
		"a home laboratory that the laptop joined",
	},
	References: []string{"HUNT"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Either:     []record.Kind{record.KindDevice, record.KindCheck},
	Asks:       []string{"console_after_wifi"},
	Present:    90,
	Absent:     -5,
	Weighing:   "Eight times likelier with the device that could be the console: a published case has exactly this, and docks bring the cable without it. One source, or the rows alone, counts less, because a first look at an inventory can miss what was there before.",
}, networkTransitionParams{One: 60, Rows: 60, Hours: 48, Settled: 7}, func(p *detect.Pass, cfg networkTransitionParams) {
	if found, unseen := attested(p, "console_after_wifi"); len(found)+len(unseen) > 0 {
		attest(p, attestParams{One: cfg.One}, attestation{
			check: "console_after_wifi",
			found: "a console or input device and a permanent wired link followed the first home Wi-Fi within two days",
			clear: "no console or input device with a permanent wired link followed the first home Wi-Fi",
		})
		return
	}
	links := linksOf(p)
	if len(links) == 0 {
		p.Unknown("nobody has answered, and no inventory tells Wi-Fi from a cable")
		return
	}
	var cited []record.Record
	for _, l := range links {
		cited = append(cited, l.wifi)
		if box, ok := l.settles(p, cfg); ok {
			p.Report(cfg.Rows, cites(l.wifi, box, l.wired),
				"The laptop was first on Wi-Fi on %s; within %d hours a device that can be a console was there and a cable in use, and Wi-Fi was not used again.",
				moment(l.wifi.At), cfg.Hours)
			return
		}
	}
	p.Clear(cites(cited...), "No console device with a cable for good followed the first Wi-Fi of a machine within %d hours.", cfg.Hours)
})

// links are the first and last sightings of a machine on Wi-Fi and on a cable.
type links struct {
	host                 string
	wifi, wired          record.Record // the first of each
	lastWifi, lastOnWire time.Time
}

// linksOf returns the machines that were seen on Wi-Fi, in the order of time.
func linksOf(p *detect.Pass) []*links {
	var out []*links
	byHost := map[string]*links{}
	for r, d := range detect.Each[record.Device](p.View) {
		if d.Fact != record.Interface || d.Addr == "" || d.Host == "" || r.At.IsZero() {
			continue
		}
		host, name := strings.ToLower(d.Host), strings.ToLower(d.Name)
		l := byHost[host]
		switch {
		case hasPrefix(name, "wl", "wi-fi", "wifi", "airport"):
			if l == nil {
				l = &links{host: host, wifi: r}
				byHost[host], out = l, append(out, l)
			}
			l.lastWifi = r.At
		case l != nil && hasPrefix(name, "eth", "enp", "eno", "ens", "enx"):
			if l.wired.Body == nil {
				l.wired = r
			}
			l.lastOnWire = r.At
		}
	}
	return out
}

// settles returns the device that came with the cable for good.
func (l *links) settles(p *detect.Pass, cfg networkTransitionParams) (box record.Record, ok bool) {
	within := time.Duration(cfg.Hours) * time.Hour
	if l.wired.Body == nil || l.wired.At.Sub(l.wifi.At) > within || l.lastWifi.After(l.wired.At) ||
		l.lastOnWire.Sub(l.wired.At) < time.Duration(cfg.Settled)*24*time.Hour {
		return box, false
	}
	for r, d := range detect.Each[record.Device](p.View) {
		if strings.ToLower(d.Host) != l.host || d.Removed || d.Fact != record.USB && d.Fact != record.Display {
			continue
		}
		switch p.Facts.Hardware[enrich.KeyOf(d)].Class {
		case enrich.IPKVM, enrich.Gadget, enrich.CaptureBridge:
			// One that was there before the first Wi-Fi came for another reason.
			if after := r.At.Sub(l.wifi.At); after < 0 {
				return box, false
			} else if after <= within {
				return r, true
			}
		case enrich.CaptureCard, enrich.JigglerStick:
		}
	}
	return box, false
}

func hasPrefix(name string, prefixes ...string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
