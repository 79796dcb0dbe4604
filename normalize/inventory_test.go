// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"testing"
	"time"

	"daylight/record"
)

// TestWindowsZones holds that every zone of the table can be loaded, and four of
// them against the offsets that Microsoft gives for them.
func TestWindowsZones(t *testing.T) {
	for name, iana := range windowsZones {
		if _, err := time.LoadLocation(iana); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	winter := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	for name, hours := range map[string]float64{
		"Pacific Standard Time": -8, "Pacific Daylight Time": -8, "india standard time": 5.5, "Newfoundland Standard Time": -3.5, "GMT Standard Time": 0,
	} {
		iana, ok := windowsZone(name)
		loc, err := time.LoadLocation(iana)
		if !ok || err != nil {
			t.Errorf("%s: %q, %v", name, iana, err)
			continue
		}
		if _, offset := winter.In(loc).Zone(); float64(offset) != 3600*hours {
			t.Errorf("%s is %d seconds from UTC, want %v hours", name, offset, hours)
		}
	}
	for _, name := range []string{"", "Pacific Time", "Heure normale de l’Est", "PST"} {
		if iana, ok := windowsZone(name); ok {
			t.Errorf("%q is %s", name, iana)
		}
	}
}

func TestSignOf(t *testing.T) {
	for _, tt := range []struct{ name, command, want string }{
		{"remoting_start_host.exe", "remoting_start_host.exe --pin=123456", record.RemoteHostPIN},
		{"powershell.exe", `& "C:\Program Files (x86)\Google\Chrome Remote Desktop\CurrentVersion\remoting_start_host.exe" --name=x --pin=1`, record.RemoteHostPIN},
		{"remoting_start_host", "remoting_start_host --name=x", ""}, // by hand, and asks for the PIN
		{"git", "git log --pin=1", ""},
		{"python3", "python3 relay.py /dev/hidg0", record.HIDGadget},
		{"python3", "python3 -m scapy", record.PacketScript},
		{"vim", "vim scapy.md", ""},
		{"wscat", "wscat -c wss://example.com", record.SocketScript},
		{"open", "open zoommtg://example.com/join", record.MeetingLink},
		{"zoom.us", "zoom.us zoommtg://example.com/join", ""}, // a link that was clicked
		{`C:\Windows\System32\WHOAMI.EXE`, "whoami", record.Survey},
		{"editor", "", ""},
	} {
		if got := signOf(tt.name, tt.command); got != tt.want {
			t.Errorf("signOf(%q, %q) = %q, want %q", tt.name, tt.command, got, tt.want)
		}
	}
}

func TestMACAddress(t *testing.T) {
	for s, want := range map[string]string{
		"00005E005301": "00:00:5e:00:53:01", "00-00-5E-00-53-01": "00:00:5e:00:53:01", "0000.5e00.5301": "00:00:5e:00:53:01",
		"00:00:00:00:00:00": "", "": "", "00:00:5e": "", "(incomplete)": "", "zz:00:5e:00:53:01": "",
	} {
		if got := macAddress(s); got != want {
			t.Errorf("macAddress(%q) = %q, want %q", s, got, want)
		}
	}
}

// TestMayBeInventory holds that no row of an inventory is passed over unread.
func TestMayBeInventory(t *testing.T) {
	for raw, want := range map[string]bool{
		`{"class_uid":5001}`: true, `{"a":1, "class_uid" : 1007}`: true, `{"x":{"class_uid":3002},"class_uid":1010}`: true,
		`{"class_uid":3002}`: false, `{"class_uid":`: false, `{}`: false, ``: false,
	} {
		if got := mayBeInventory([]byte(raw)); got != want {
			t.Errorf("mayBeInventory(%s) = %v", raw, got)
		}
	}
}
