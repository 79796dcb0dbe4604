// SPDX-License-Identifier: Apache-2.0

package record

import (
	"net/netip"
	"strings"
	"time"
)

// StillsChannel is the channel of an [Interview] in which nobody was met: two people
// looked at stills of two rounds.
const StillsChannel = "stills"

// CheckInChannel is the channel of an [Interview] in which nobody was met: the person
// did a check-in alone, and people looked at what was handed in.
const CheckInChannel = "check-in"

// Interview is what an interviewer recorded of one session. Every field is the
// closed word of the interview CSV (docs/formats.md), or "" for not observed.
type Interview struct {
	hidden
	TimeZone        string   `json:"time_zone,omitzero"`
	Interviewer     string   `json:"interviewer,omitzero"`
	Channel         string   `json:"channel,omitzero"`
	Scheduled       string   `json:"scheduled,omitzero"`        // planned, unscheduled
	Camera          string   `json:"camera,omitzero"`           // on, off, refused, brief
	CameraDevice    string   `json:"camera_device,omitzero"`    // label the meeting software reports
	Lighting        string   `json:"lighting,omitzero"`         // good, poor, dark
	Background      string   `json:"background,omitzero"`       // clear, blurred, virtual
	VideoQuality    string   `json:"video_quality,omitzero"`    // good, poor, frozen
	Excuse          string   `json:"excuse,omitzero"`           // none, bandwidth, camera, other
	Audio           string   `json:"audio,omitzero"`            // clear, others_talking, call_centre, delayed
	Window          string   `json:"window,omitzero"`           // bright, dark, not_shown, refused
	Gesture         string   `json:"gesture,omitzero"`          // done, failed, refused, not_asked
	Profile         string   `json:"prompt_profile,omitzero"`   // done, failed, refused, not_asked, as Gesture
	Hand            string   `json:"prompt_hand,omitzero"`      // as Profile
	Fingers         string   `json:"prompt_fingers,omitzero"`   // as Profile
	Near            string   `json:"prompt_near,omitzero"`      // as Profile
	LocalKnowledge  string   `json:"local_knowledge,omitzero"`  // good, poor, not_asked
	Answers         string   `json:"answers,omitzero"`          // fluent, read_aloud, long_pauses
	BackgroundCheck string   `json:"background_check,omitzero"` // willing, evasive, refused, not_asked
	SamePerson      string   `json:"same_person,omitzero"`      // yes, no, unsure, not_compared
	Note            Redacted `json:"note,omitzero"`
	// Until is when the session ended, zero where only its beginning is known.
	Until time.Time `json:"until,omitzero"`
	// Typed is how the digits of a check-in were typed; nil where none were asked for.
	Typed *Typing `json:"typed,omitzero"`
}

// Typing is the rhythm in which somebody typed the digits that a check-in showed.
type Typing struct {
	Right bool `json:"right"` // the digits were those asked for
	N     int  `json:"n"`     // times between digits
	// Least, Median and Most are of those times, milliseconds.
	Least  int `json:"least_ms"`
	Median int `json:"median_ms"`
	Most   int `json:"most_ms"`
}

// Met reports whether somebody met the person.
func (i Interview) Met() bool { return i.Channel != StillsChannel && i.Channel != CheckInChannel }

// Prompt is what became of one thing that was asked before the camera.
type Prompt struct {
	Name string // of the column: gesture where it is not said which it was
	Word string // done, failed, refused
}

// Prompts are the camera prompts of the session that were asked, each with its own
// outcome.
func (i Interview) Prompts() []Prompt {
	var out []Prompt
	for _, p := range []Prompt{{"gesture", i.Gesture}, {"prompt_profile", i.Profile}, {"prompt_hand", i.Hand}, {"prompt_fingers", i.Fingers}, {"prompt_near", i.Near}} {
		if p.Word != "" && p.Word != "not_asked" {
			out = append(out, p)
		}
	}
	return out
}

// Kind implements [Body].
func (Interview) Kind() Kind { return KindInterview }

// Identifiers implements [Body].
func (Interview) Identifiers() []Identifier { return nil }

// Arrangement is the [Check] that says that the person asked for another way and has
// one: it is as a declared accommodation, and no output shows it.
const (
	Arrangement       = "arrangement"
	ArrangementResult = "agreed"
)

// Arrangement reports whether the record says that the person has an arrangement, which
// is nobody's evidence and is shown nowhere.
func (r Record) Arrangement() bool {
	c, ok := r.Body.(Check)
	return ok && c.Check == Arrangement
}

// Check is the result of one verification.
type Check struct {
	hidden
	// Check is identity_document, employment, education, reference, background,
	// in_person, account_holder, extortion, or one of [Attestations].
	Check string `json:"check"`
	// Result is passed, denied, no_such_organisation, no_answer, close, mismatch,
	// refused, withdrawn, extended, pending, belongs_to_other, reported, or one of
	// [AttestationResults].
	Result string `json:"result"`
	// About is who was asked: the employer, the institution, the referee. Two
	// answers about one are that one's, asked again.
	About Redacted `json:"about,omitzero"`
	By    string   `json:"by,omitzero"`
	Note  Redacted `json:"note,omitzero"`
	// Declined and Missed are how many follow-ups the person said no to and did not
	// answer, of the check slow_replies that follow-ups leave; 0 of any other.
	Declined int `json:"declined,omitzero"`
	Missed   int `json:"missed,omitzero"`
}

// Kind implements [Body].
func (Check) Kind() Kind { return KindCheck }

// Identifiers implements [Body].
func (Check) Identifiers() []Identifier { return nil }

// Payout is where pay goes from an instant on.
type Payout struct {
	hidden
	Method      string   `json:"method,omitzero"`
	Institution string   `json:"institution,omitzero"`
	Country     Country  `json:"country,omitzero"`
	Account     Redacted `json:"account"`
	Holder      Name     `json:"holder,omitzero"`
}

// Kind implements [Body].
func (Payout) Kind() Kind { return KindPayout }

// Identifiers implements [Body].
func (p Payout) Identifiers() []Identifier {
	if p.Account == "" {
		return nil
	}
	if p.Method == "wallet" || p.Method == "crypto" {
		return []Identifier{{Wallet, p.Account}}
	}
	return []Identifier{{BankAccount, p.Account}}
}

// Shipment is the journey of one piece of equipment to the person.
type Shipment struct {
	hidden
	RequestedAt time.Time `json:"requested_at,omitzero"`
	ShippedAt   time.Time `json:"shipped_at,omitzero"`
	DeliveredAt time.Time `json:"delivered_at,omitzero"`
	Serial      string    `json:"serial,omitzero"`
	Address     Address   `json:"address,omitzero"`
	// ChangedAt is when the address was last changed; zero if it was not, or if
	// the source only says that it was (Changed).
	ChangedAt time.Time `json:"changed_at,omitzero"`
	Changed   bool      `json:"changed,omitzero"`
}

// Kind implements [Body].
func (Shipment) Kind() Kind { return KindShipment }

// Identifiers implements [Body].
func (s Shipment) Identifiers() []Identifier {
	var ids []Identifier
	if k := s.Address.Key(); k != "" {
		ids = append(ids, Identifier{PostalAddress, k})
	}
	if s.Serial != "" {
		ids = append(ids, Identifier{DeviceSerial, Redacted(s.Serial)})
	}
	return ids
}

// DeviceFact says what kind of thing an inventory row describes.
type DeviceFact string

// The kinds of inventory row.
const (
	Software  DeviceFact = "software"  // an installed application or program
	Process   DeviceFact = "process"   // a running process
	USB       DeviceFact = "usb"       // a USB device, from usb_devices or the registry
	Display   DeviceFact = "display"   // a monitor and its EDID
	Interface DeviceFact = "interface" // a network interface
	Listening DeviceFact = "listening" // a listening port
	Clock     DeviceFact = "clock"     // the system's time zone
	Enrolled  DeviceFact = "enrolled"  // first seen by device management
	Camera    DeviceFact = "camera"    // a camera as the endpoint names it
	// Neighbour is another machine on the same network: of its hardware address
	// only the maker's half is kept.
	Neighbour   DeviceFact = "neighbour"
	Extension   DeviceFact = "extension"    // of a browser
	RemoteLogon DeviceFact = "remote_logon" // an interactive session from another machine (Addr)
	// BrowserAccount is an account that a browser on the machine is signed in to,
	// as an opaque token (Unit).
	BrowserAccount DeviceFact = "browser_account"
)

// The signs that the command of a process can show. A command itself is personal
// and is not read by indicators.
const (
	RemoteHostPIN = "remote_host_pin" // it sets up a remote-access host with a PIN among its arguments
	Survey        = "survey"          // it lists what the machine is and who is signed in
	HIDGadget     = "hid_gadget"      // it writes to a keyboard or pointer that the machine itself pretends to be
	PacketScript  = "packet_script"   // it builds network packets by hand
	SocketScript  = "socket_script"   // it opens a WebSocket from the command line
	MeetingLink   = "meeting_link"    // it opens a meeting by its link, as a script does
)

// Device is one row of a device's inventory, as a fact about the device at an
// instant. Fields that do not apply are empty.
type Device struct {
	hidden
	Fact     DeviceFact `json:"fact"`
	Host     string     `json:"host,omitzero"`   // the inventory's id of the machine
	Serial   string     `json:"serial,omitzero"` // the machine's serial number
	Name     string     `json:"name,omitzero"`   // program, process, USB model, monitor, interface
	Vendor   string     `json:"vendor,omitzero"`
	Version  string     `json:"version,omitzero"`
	Path     string     `json:"path,omitzero"`
	Command  Redacted   `json:"command,omitzero"`   // process arguments
	Sign     string     `json:"sign,omitzero"`      // what the command shows: RemoteHostPIN, ...
	VendorID string     `json:"vendor_id,omitzero"` // USB vid or EDID vendor, lower-case hex or letters
	ModelID  string     `json:"model_id,omitzero"`  // USB pid, EDID product, or the store's id of an extension
	// Unit is the serial of the USB device or monitor, an opaque token of a browser's
	// profile or account, or the number of a neighbour among those of its maker.
	Unit string `json:"unit,omitzero"`
	Year int    `json:"year,omitzero"` // EDID year of manufacture
	MAC  string `json:"mac,omitzero"`  // of a neighbour, the maker's half
	Port int    `json:"port,omitzero"`
	Zone string `json:"zone,omitzero"` // IANA name or "UTC+08:00"
	Addr string `json:"addr,omitzero"` // address the machine was seen from
	// InstalledAt is when the program was installed, if the inventory says.
	InstalledAt time.Time `json:"installed_at,omitzero"`
	// Removed is set for differential rows that say the thing went away.
	Removed bool `json:"removed,omitzero"`
}

// Kind implements [Body].
func (Device) Kind() Kind { return KindDevice }

// Identifiers implements [Body].
func (d Device) Identifiers() []Identifier {
	var ids []Identifier
	if d.Serial != "" {
		ids = append(ids, Identifier{DeviceSerial, Redacted(d.Serial)})
	}
	if d.Fact == USB && d.Unit != "" && d.VendorID != "" && !stockSerial(d.Unit) {
		ids = append(ids, Identifier{HardwareID, Redacted(d.VendorID + ":" + d.ModelID + ":" + d.Unit)})
	}
	return ids
}

// stockSerial reports whether a unit's serial number is one that every unit of
// its make carries, so that two people who own one share nothing.
func stockSerial(s string) bool {
	switch strings.ToLower(s) {
	case "cafebabe", "6b65796d696d6570690", "0123456789", "0123456789abcdef", "123456789abc", "00000000", "000000000000":
		return true
	}
	return false
}

// CodeHistory is what one repository or code account says of its owner.
type CodeHistory struct {
	hidden
	Repository  string    `json:"repository,omitzero"`
	Account     string    `json:"account,omitzero"`
	AccountMade time.Time `json:"account_made,omitzero"` // zero: not known
	FirstCommit time.Time `json:"first_commit,omitzero"` // author date of the owner's first commit
	LastCommit  time.Time `json:"last_commit,omitzero"`
	Commits     int       `json:"commits,omitzero"`
	// Backdated counts the owner's commits with an author date before AccountMade.
	Backdated int  `json:"backdated,omitzero"`
	Fork      bool `json:"fork,omitzero"`
	// Authors is how many identities committed to the repository, the owner among
	// them and bots not; 0 when not known.
	Authors int `json:"authors,omitzero"`
	// NamesPerEmail is the largest number of different names one of the owner's
	// e-mails commits under; EmailsPerName likewise. The values are never kept.
	NamesPerEmail int `json:"names_per_email,omitzero"`
	EmailsPerName int `json:"emails_per_name,omitzero"`
	// GapDays is the longest time between two of the owner's commits, in whole
	// days, Resumed the author date of the commit that ended it, and AfterGap how
	// many of the Commits came after it, that one included. Of equal gaps it is the
	// last. One of less than a day is none.
	GapDays  int       `json:"gap_days,omitzero"`
	Resumed  time.Time `json:"resumed,omitzero"`
	AfterGap int       `json:"after_gap,omitzero"`
}

// Kind implements [Body].
func (CodeHistory) Kind() Kind { return KindCode }

// Identifiers implements [Body].
func (c CodeHistory) Identifiers() []Identifier {
	if c.Account == "" {
		return nil
	}
	return []Identifier{{Handle, Redacted("github:" + c.Account)}}
}

// Call is what meeting software recorded of one person in one meeting.
// Services leave fields out for guests: empty is not known, never evasive.
type Call struct {
	hidden
	Meeting string     `json:"meeting,omitzero"` // its id
	Shown   Name       `json:"shown,omitzero"`   // the name shown to the others
	Left    time.Time  `json:"left,omitzero"`    // the record's time is that of joining
	Addr    netip.Addr `json:"addr,omitzero"`
	MAC     string     `json:"mac,omitzero"`     // lower-case
	DiskID  string     `json:"disk_id,omitzero"` // lower-case
	Host    string     `json:"host,omitzero"`    // the machine's own name
	Client  string     `json:"client,omitzero"`  // the machine's kind as the service names it

	Camera     string `json:"camera,omitzero"`
	Microphone string `json:"microphone,omitzero"`
	Speaker    string `json:"speaker,omitzero"`
	// Video is how many minutes of video the person sent, nil when not known.
	Video *int `json:"video_minutes,omitzero"`
	// Latency in milliseconds and Loss in percent of the video the person sent,
	// the median over the meeting; nil when not known.
	Latency *int     `json:"latency_ms,omitzero"`
	Loss    *float64 `json:"loss_percent,omitzero"`
}

// Kind implements [Body].
func (Call) Kind() Kind { return KindCall }

// Identifiers implements [Body].
func (m Call) Identifiers() []Identifier {
	var ids []Identifier
	if ownMAC(m.MAC) {
		ids = append(ids, Identifier{HardwareID, Redacted("mac:" + m.MAC)})
	}
	if ownDisk(m.DiskID) {
		ids = append(ids, Identifier{HardwareID, Redacted("disk:" + m.DiskID)})
	}
	return ids
}

// Outcome is what people concluded about a subject.
type Outcome struct {
	hidden
	Outcome string `json:"outcome"` // confirmed, cleared, unresolved
	By      string `json:"by,omitzero"`
}

// Kind implements [Body].
func (Outcome) Kind() Kind { return KindOutcome }

// Identifiers implements [Body].
func (Outcome) Identifiers() []Identifier { return nil }
