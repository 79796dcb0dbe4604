// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"slices"
	"strings"

	"daylight/record"
)

// surveys are the commands with which somebody looks a machine over for the
// first time. Each is ordinary by itself.
var surveys = []string{"dxdiag", "systeminfo", "whoami", "msinfo32", "ipconfig", "hostname", "system_profiler", "sw_vers", "lscpu", "dmidecode"}

// signOf returns what a process's name and arguments show, or "". The names are
// those of the reports that package detect cites for the indicators concerned.
func signOf(name, command string) string {
	program := strings.TrimSuffix(strings.ToLower(baseName(name)), ".exe")
	args := strings.ToLower(command)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(args, w) })
	}
	switch {
	case (has("remoting_start_host", "chrome-remote-desktop/start-host") || program == "remoting_start_host") && has("--pin"):
		return record.RemoteHostPIN
	case has("/dev/hidg"):
		return record.HIDGadget
	case strings.HasPrefix(program, "python") && has("scapy"), program == "scapy":
		return record.PacketScript
	case program == "wscat", program == "websocat", strings.HasPrefix(program, "python") && has("websocket"):
		return record.SocketScript
	case has("zoommtg:", "msteams:/l/meetup", "webex://") && slices.Contains([]string{
		"cmd", "powershell", "pwsh", "schtasks", "cscript", "wscript", "osascript", "open", "xdg-open", "python", "python3", "sh", "bash",
	}, program):
		return record.MeetingLink
	case slices.Contains(surveys, program):
		return record.Survey
	}
	return ""
}
