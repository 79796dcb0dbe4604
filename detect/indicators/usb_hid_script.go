// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"strings"

	"daylight/detect"
	"daylight/record"
)

type usbHIDScriptParams struct {
	Tools int `json:"tools" doc:"percent of the weight of two kinds of tool without a meeting opened by a script; a starting value" min:"1" max:"100"`
}

var usbHIDScript = detect.Define(detect.Meta{
	ID:        "dev.usb_hid_script",
	Title:     "Tools that script a keyboard, packets or sockets, with meetings opened by a script",
	Rationale: "A published set-up relayed keys and screens with a few scripts: one writes to a keyboard gadget, one builds packets, one keeps a socket open, and a meeting is opened for the screen.",
	Innocent: []string{
		"an engineer of networks, security or test equipment, for whom these are daily tools",
		"a maker of keyboards or of accessible input",
		"a packet recorder that other software brought along",
	},
	References: []string{"CASES"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindDevice},
	Present:    60,
	Absent:     0,
	Weighing:   "Four times likelier with the meeting: the combination has few other uses. Two tools alone count a third, because engineers have them, and one says nothing. Neither does not seeing them.",
}, usbHIDScriptParams{Tools: 33}, func(p *detect.Pass, cfg usbHIDScriptParams) {
	tools := map[string]record.Record{} // the first row of each kind
	var meeting *record.Record
	inventory := false
	for r, d := range detect.Each[record.Device](p.View) {
		if d.Fact != record.Software && d.Fact != record.Process {
			continue
		}
		inventory = true
		kind := scriptTool(d)
		if kind == record.MeetingLink && meeting == nil {
			meeting = &r
		}
		if _, ok := tools[kind]; !ok && kind != "" && kind != record.MeetingLink && !d.Removed {
			tools[kind] = r
		}
	}
	var kinds []string
	var rows []record.Record
	for kind, words := range map[string]string{
		record.HIDGadget: "a script for a keyboard gadget", record.PacketScript: "a packet tool", record.SocketScript: "a socket tool",
	} {
		if r, ok := tools[kind]; ok {
			kinds, rows = append(kinds, words), append(rows, r)
		}
	}
	slices.Sort(kinds)
	switch {
	case !inventory:
		p.Unknown("no inventory of programs is on record")
	case len(kinds) < 2:
		p.Clear(nil, "The inventory does not show two kinds of tools that script a keyboard, packets or sockets.")
	case meeting == nil:
		p.Report(cfg.Tools, cites(rows...), "The person's machines have %s.", list(kinds))
	default:
		p.Report(100, cites(append(rows, *meeting)...), "The person's machines have %s, and a command opened a meeting by its link.", list(kinds))
	}
})

// scriptTool is which kind of tool a row shows: what its command does, or what
// the program is known for.
func scriptTool(d record.Device) string {
	switch {
	case d.Sign == record.HIDGadget, d.Sign == record.PacketScript, d.Sign == record.SocketScript, d.Sign == record.MeetingLink:
		return d.Sign
	case d.Fact != record.Software:
		return ""
	}
	switch name, _, _ := strings.Cut(strings.ToLower(d.Name), " "); name {
	case "npcap", "winpcap", "scapy", "python3-scapy":
		return record.PacketScript
	case "websocat", "wscat", "python3-websocket", "python3-websockets":
		return record.SocketScript
	}
	return ""
}
