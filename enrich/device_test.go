// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"encoding/hex"
	"strings"
	"testing"
	"unicode"

	"daylight/record"
)

func TestMail(t *testing.T) {
	tables := builtin(t)
	for domain, want := range map[string]MailClass{
		"gmail.com": MailFree, "GMAIL.com.": MailFree, "qq.com": MailFree, "web.de": MailFree, "rediffmail.com": MailFree,
		"mailinator.com": MailDisposable, "guerrillamail.com": MailDisposable,
		// Aliases that forward to a mailbox are not throw-away.
		"privaterelay.appleid.com": MailFree, "duck.com": MailFree, "mozmail.com": MailFree, "abc.mozmail.com": MailFree,
		"example.com": MailOrdinary, "company.example": MailOrdinary, "": MailOrdinary, "com": MailOrdinary, "co.uk": MailOrdinary,
		"notgmail.com": MailOrdinary,
	} {
		if got := tables.Mail(domain); got != want {
			t.Errorf("%q: %q, want %q", domain, got, want)
		}
	}
}

func TestTool(t *testing.T) {
	tables := builtin(t)
	for _, c := range []struct {
		name, path, want string
		class            ToolClass
	}{
		{"AnyDesk.exe", `C:\Program Files (x86)\AnyDesk\AnyDesk.exe`, "AnyDesk", RemoteAccess},
		{"AnyDesk 8.0.10", "", "AnyDesk", RemoteAccess},
		{"", "/Applications/AnyDesk.app/Contents/MacOS/AnyDesk", "AnyDesk", RemoteAccess},
		{"launchd helper", "/Applications/RustDesk.app/Contents/MacOS/helper", "RustDesk", RemoteAccess},
		{"TeamViewer_Service.exe", "", "TeamViewer", RemoteAccess},
		{"TeamViewer 15 (64-bit)", "", "TeamViewer", RemoteAccess},
		{"ScreenConnect Client (1a2b3c4d5e6f7a8b)", "", "ScreenConnect", RemoteAccess},
		{"remoting_host.exe", "", "Chrome Remote Desktop", RemoteAccess},
		{"rustdesk-1.2.3-x86_64.exe", "", "RustDesk", RemoteAccess},
		{"Splashtop Streamer", "", "Splashtop", RemoteAccess},
		{"JumpConnect.exe", "", "Jump Desktop", RemoteAccess},
		{"MeshAgent", "", "MeshCentral", RemoteAccess},
		{"parsecd", "/usr/bin/parsecd", "Parsec", RemoteAccess},
		{"Move Mouse.exe", "", "Move Mouse", Jiggler},
		{"caffeine64.exe", "", "Caffeine", Jiggler},
		{"OBS Virtual Camera", "", "OBS Virtual Camera", VirtualCamera},
		{"SplitCam Video Driver", "", "SplitCam", VirtualCamera},
		{"ManyCam Virtual Webcam", "", "ManyCam", VirtualCamera},
		{"astrill.exe", "", "Astrill VPN", VPNClient},
		{"firefox.exe", `C:\Users\x\Desktop\Tor Browser\Browser\..\Tor Browser\firefox.exe`, "Tor Browser", VPNClient},
		{"level.exe", `C:\Program Files\Level\level.exe`, "Level", RemoteAccess},
	} {
		got, ok := tables.Tool(c.name, c.path)
		if !ok || got.Name != c.want || got.Class != c.class || got.Vendor == "" || got.Table == "" {
			t.Errorf("%q %q: %+v, %v", c.name, c.path, got, ok)
		}
	}
	// Look-alikes: parts of names, assistive technology, clients, meetings.
	for _, name := range []string{
		"Docker Desktop", "docker", "Dock", "Dell Dock Firmware", "OBS Studio", "obs64.exe", "firefox.exe", "level.exe", "agent.exe",
		"mstsc.exe", "putty.exe", "WinSCP.exe", "nvda.exe", "VoiceOver", "zoom.exe", "Microsoft Teams", "Logitech Options", "logi_helper.exe",
		"Parsec Test Framework", "My AnyDesk Notes.txt", "teamviewer-notes", "Jump", "Team Foundation Viewer", "Desktop", "remote", "", " ", "()", "rdp.exe",
		"clash of clans", "Outline", "Camera", "Integrated Camera", "HD Webcam", "Visual Studio Code", "Tailscale Funnel Docs",
	} {
		if got, ok := tables.Tool(name, ""); ok {
			t.Errorf("%q is taken for %s", name, got.Name)
		}
	}
}

// TestNamedInCases holds the products that published cases name.
func TestNamedInCases(t *testing.T) {
	tables := builtin(t)
	for _, name := range []string{
		"Caffeine", "Mouse Jiggler", "Move Mouse", "mJig", "SplitCam", "OBS Virtual Camera", "ManyCam", "AnyDesk", "Chrome Remote Desktop",
		"TeamViewer", "RustDesk", "Jump Desktop", "Splashtop", "ScreenConnect", "Parsec", "UltraViewer", "MeshCentral", "Astrill", "IPRoyal Pawns",
	} {
		if _, ok := tables.Tool(name, ""); !ok {
			t.Errorf("%s is not known", name)
		}
	}
}

func TestHardware(t *testing.T) {
	tables := builtin(t)
	usb := func(vid, pid, vendor, name, unit string) record.Device {
		return record.Device{Fact: record.USB, VendorID: vid, ModelID: pid, Vendor: vendor, Name: name, Unit: unit}
	}
	display := func(vendor, model, name, unit string) record.Device {
		return record.Device{Fact: record.Display, VendorID: vendor, ModelID: model, Name: name, Unit: unit}
	}
	for _, c := range []struct {
		what   string
		device record.Device
		class  HardwareClass // "" for unknown
		strong bool
	}{
		{"PiKVM", usb("1d6b", "0104", "PiKVM", "PiKVM Composite Device", "CAFEBABE"), IPKVM, true},
		{"PiKVM by its name alone", usb("", "", "", "PiKVM Composite Device", ""), IPKVM, true},
		{"renamed PiKVM with its serial", usb("0x1D6B", "0x0104", "Logitech", "Keyboard", "CAFEBABE"), IPKVM, true},
		{"another maker's CAFEBABE", usb("0483", "374b", "STMicroelectronics", "ST-LINK/V2.1", "CAFEBABE"), "", false},
		{"BliKVM", usb("1d6b", "0106", "smart-kvm", "", "6b65796d696d6570690"), IPKVM, true},
		{"NanoKVM by name", usb("3346", "1009", "sipeed", "NanoKVM", "0123456789ABCDEF"), IPKVM, true},
		{"NanoKVM's ids alone", usb("3346", "1009", "sipeed", "", ""), IPKVM, false},
		{"another board of that maker", usb("3346", "0004", "sipeed", "Maix", ""), "", false},
		{"GL.iNet by vendor id", usb("38eb", "0001", "", "", ""), IPKVM, false},
		{"Raspberry Pi as a gadget", usb("1d6b", "0104", "Raspberry Pi", "Zero 2 W", "100000"), Gadget, false},
		{"Linux root hub", usb("1d6b", "0002", "Linux Foundation", "2.0 root hub", "0000:00:14.0"), "", false},
		{"capture stick", usb("534d", "2109", "MACROSILICON", "USB Video", ""), CaptureCard, false},
		{"capture stick 3", usb("345f", "2130", "", "Guermok USB3 Video", ""), CaptureCard, false},
		{"capture as a camera", record.Device{Fact: record.Camera, Name: "Guermok USB3 Video"}, CaptureCard, false},
		{"jiggler stick", usb("", "", "", "Mouse Jiggler", ""), JigglerStick, true},
		{"dock", usb("17ef", "30b0", "Lenovo", "ThinkPad Thunderbolt 4 Dock", ""), "", false},
		{"ordinary KVM switch", usb("0557", "2221", "ATEN International Co., Ltd", "Winbond Hermon", ""), "", false},
		{"keyboard", usb("046d", "c31c", "Logitech, Inc.", "Keyboard K120", ""), "", false},
		{"laptop camera", record.Device{Fact: record.Camera, Name: "FaceTime HD Camera"}, "", false},

		{"PiKVM's monitor", display("LNX", "7773", "PiKVM V4 Plus", "CAFEBABE"), IPKVM, true},
		{"the same in numbers", display("31d8", "7771", "", ""), IPKVM, true},
		{"the same in decimal", display("12760", "30577", "", ""), IPKVM, true},
		{"a plug-and-play id", display("LNX7770", "", "", ""), IPKVM, true},
		{"QEMU's LNX monitor", display("LNX", "0001", "Linux", "0"), "", false},
		{"TinyPilot's monitor", display("TSB", "9876", "TinyPilot", ""), IPKVM, true},
		{"stock bridge", display("TSB", "0x8801", "T749-fHD720", ""), CaptureBridge, false},
		{"Toshiba television", display("TSB", "0206", "TOSHIBA-TV", ""), "", false},
		{"Dell monitor", display("DEL", "a0d9", "DELL U2720Q", "ABC1234"), "", false},
		{"a program of that name", record.Device{Fact: record.Software, Name: "PiKVM"}, "", false},
		{"nothing", usb("", "", "", "", ""), "", false},
	} {
		h, ok := tables.Hardware(c.device)
		if ok != (c.class != "") || h.Class != c.class || h.Strong != c.strong {
			t.Errorf("%s: %+v, %v", c.what, h, ok)
		}
		if ok && (h.Signal == "" || h.Product == "" || h.Table == "") {
			t.Errorf("%s: incomplete: %+v", c.what, h)
		}
	}
}

// sample is an EDID made by hand after VESA E-EDID 1.3: vendor ABC, product
// 0x1234, serial 1, week 2 of 2020, name "Test", serial text "S1".
func sample() []byte {
	b := make([]byte, 128)
	copy(b, edidHeader)
	copy(b[8:], []byte{0x04, 0x43, 0x34, 0x12, 1, 0, 0, 0, 2, 30})
	copy(b[54:], append([]byte{0, 0, 0, 0xfc, 0}, "Test\n        "...))
	copy(b[72:], append([]byte{0, 0, 0, 0xff, 0}, "S1\n          "...))
	return b
}

func TestParseEDID(t *testing.T) {
	want := EDID{Vendor: "ABC", Product: 0x1234, Serial: 1, Week: 2, Year: 2020, Name: "Test", Unit: "S1"}
	got, err := ParseEDIDHex(hex.EncodeToString(sample()))
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"", "00", "zz", strings.Repeat("00", 128)} {
		if _, err := ParseEDIDHex(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func FuzzParseEDID(f *testing.F) {
	f.Add(sample())
	f.Add(sample()[:127])
	f.Add(make([]byte, 256))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := ParseEDID(b)
		if err != nil {
			return
		}
		if len(e.Vendor) != 0 && len(e.Vendor) != 3 || len(e.Name) > 13 || len(e.Unit) > 13 || e.Year < 1990 || e.Year > 2245 || e.Week > 54 {
			t.Errorf("impossible: %+v", e)
		}
		for _, r := range e.Name + e.Unit {
			if r < ' ' || r > '~' {
				t.Errorf("unprintable text in %+v", e)
			}
		}
		if again, err := ParseEDIDHex(hex.EncodeToString(b)); err != nil || again != e {
			t.Errorf("as hexadecimal: %+v, %v", again, err)
		}
	})
}

func FuzzTool(f *testing.F) {
	f.Add("AnyDesk 8.0.10", `C:\x\y.exe`)
	f.Add("(((", "///")
	f.Add(")", "0")
	tables := builtin(f)
	f.Fuzz(func(t *testing.T, name, path string) {
		a, ok := tables.Tool(name, path)
		ascii := !strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII })
		if b, again := tables.Tool(strings.ToUpper(name), path); ascii && (ok != again || a != b) {
			t.Errorf("%q: case matters: %v, %v", name, a, b)
		}
		if n := programName(name); strings.ContainsAny(n, " ()") {
			t.Errorf("%q is %q", name, n)
		}
	})
}

func BenchmarkTool(b *testing.B) {
	tables := builtin(b)
	b.ReportAllocs()
	for b.Loop() {
		tables.Tool("Google Chrome Helper (Renderer)", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome Helper")
	}
}
