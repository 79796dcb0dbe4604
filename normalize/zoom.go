// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/record"
	"daylight/source"
)

// This file reads who took part in a Zoom meeting: participants of the
// dashboard's metrics, of their quality of service, and of the report, as JSON
// and as the page's CSV. Zoom leaves most of it out for guests: what is empty is
// not known. The vendor's own placing of the address is not read.

// zoomParticipant is one participant of any of the four.
type zoomParticipant struct {
	MeetingID  loose     `json:"meeting_id"`
	Name       string    `json:"name"`
	UserName   string    `json:"user_name"`
	Email      string    `json:"email"`
	UserEmail  string    `json:"user_email"`
	Status     string    `json:"status"` // in_meeting, in_waiting_room
	JoinTime   string    `json:"join_time"`
	LeaveTime  string    `json:"leave_time"`
	Device     string    `json:"device"`
	IPAddress  string    `json:"ip_address"`
	Microphone string    `json:"microphone"`
	Speaker    string    `json:"speaker"`
	Camera     string    `json:"camera"`
	PCName     string    `json:"pc_name"`
	MACAddr    string    `json:"mac_addr"`
	HarddiskID string    `json:"harddisk_id"`
	UserQoS    []zoomQoS `json:"user_qos"`
}

// zoomQoS is one minute of a participant's call.
type zoomQoS struct {
	Video struct {
		Bitrate string `json:"bitrate"` // "500.51 kbps"; empty when nothing was sent
		Latency string `json:"latency"` // "54 ms"
		Loss    string `json:"avg_loss"`
	} `json:"video_output"`
}

func zoomColumns() columnsOf {
	return columnsOf{
		"meeting": {"meetingid"}, "name": {"name(originalname)", "username", "participant"}, "email": {"useremail"},
		"joined": {"jointime"}, "left": {"leavetime"}, "device": nil, "address": {"ipaddress"}, "microphone": nil, "speaker": nil,
		"camera": nil, "waiting": {"inwaitingroom"}, "host": {"pcname"}, "mac": {"macaddr", "macaddress"}, "disk": {"harddiskid"},
		// Known and not read, so that no note calls them strange.
		"ignored": {
			"topic", "starttime", "endtime", "duration(minutes)", "totalduration(minutes)", "duration", "guest", "recordingconsent",
			"recordingdisclaimerresponse", "participants", "location", "networktype", "connectiontype", "datacenter",
			"version", "domain", "hostname", "hostemail",
		},
	}
}

func matchesZoom(s *Sample) bool {
	if s.Shape == source.CSV {
		return zoomColumns().among(s, "name", "email", "joined", "left")
	}
	return s.Any(func(m Members) bool {
		return m.Has("join_time") && (m.Has("user_name") || m.Has("name")) &&
			(m.Has("leave_time") || m.Has("user_qos") || m.Has("pc_name") || m.Has("network_type"))
	})
}

// zoomWaiting is the status of a stay in a meeting's waiting room.
const zoomWaiting = "in_waiting_room"

type zoom struct{ *table }

func newZoom(f File) RecordDecoder { return zoom{newTable(f, "zoom.participants", zoomColumns())} }

// Decode implements [RecordDecoder].
func (d zoom) Decode(row source.Row, emit func(record.Record)) error {
	d.begin(row)
	var z zoomParticipant
	if row.JSON == nil {
		status := ""
		if strings.EqualFold(d.text("waiting"), "yes") {
			status = zoomWaiting
		}
		z = zoomParticipant{
			MeetingID: loose(strings.ReplaceAll(d.text("meeting"), " ", "")), Name: d.text("name"), Email: d.text("email"), JoinTime: d.text("joined"),
			LeaveTime: d.text("left"), Device: d.text("device"), IPAddress: d.text("address"), Microphone: d.text("microphone"),
			Status: status, Speaker: d.text("speaker"), Camera: d.text("camera"), PCName: d.text("host"), MACAddr: d.text("mac"), HarddiskID: d.text("disk"),
		}
	} else if err := decode(row.JSON, &z); err != nil {
		return err
	}
	joined, left := d.moment("join_time", z.JoinTime), d.moment("leave_time", z.LeaveTime)
	if joined.IsZero() {
		if err := d.bad.err(); err != nil {
			return err
		}
		return ErrNoTime
	}
	call := record.Call{
		Meeting: id(string(z.MeetingID)), Shown: record.NewName(clean(cmp.Or(z.UserName, z.Name))), Left: left,
		Addr: zoomAddr(z.IPAddress), MAC: hardwareAddr(z.MACAddr), DiskID: strings.ToLower(clean(z.HarddiskID)),
		Host: clean(z.PCName), Client: clean(z.Device),
		Camera: clean(z.Camera), Microphone: clean(z.Microphone), Speaker: clean(z.Speaker),
	}
	if z.Status == zoomWaiting {
		call.Meeting = "" // whoever waits is in no meeting yet
	}
	call.Video, call.Latency, call.Loss = videoSent(z.UserQoS)
	var ref record.Ref
	if mail := cmp.Or(z.Email, z.UserEmail); mail != "" {
		ref.Email = Email(mail)
	}
	return d.emit(row, ref, joined, call, emit)
}

// moment reads a time in one of the usual forms, or in that of Zoom's page: month
// first, with a clock of twelve hours, which Zoom writes unless an account
// chose another.
func (d zoom) moment(name, text string) time.Time {
	text = clean(text)
	t, ok := when(text, utc)
	for _, layout := range [...]string{"01/02/2006 03:04:05 PM", "2006-01-02 03:04:05 PM", "2006/01/02 03:04:05 PM"} {
		if !ok {
			var err error
			t, err = time.Parse(layout, text)
			ok = err == nil && t.Year() >= 1970 && t.Year() <= 2200
		}
	}
	if !ok {
		d.bad.add("member " + name + ": time not understood")
		return time.Time{}
	}
	return t
}

// zoomAddr is the public address. The dashboard writes "Public: 192.0.2.1
// Private: 10.0.0.4" where it knows both.
func zoomAddr(s string) netip.Addr {
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
		if a := parseAddr([]byte(word)); a.IsValid() {
			return a
		}
	}
	return netip.Addr{}
}

// hardwareAddr returns the MAC address as twelve hexadecimal digits in pairs,
// or "" for what is none.
func hardwareAddr(s string) string {
	var b strings.Builder
	digits := 0
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= '0' && r <= '9' || r >= 'a' && r <= 'f':
			if digits > 0 && digits%2 == 0 {
				b.WriteByte(':')
			}
			b.WriteRune(r)
			digits++
		case r == ':' || r == '-' || r == '.' || r == ' ':
		default:
			return ""
		}
	}
	if digits != 12 {
		return ""
	}
	return b.String()
}

// videoSent counts the minutes in which the participant sent video, and takes
// the median of latency (milliseconds) and loss (percent) over those that give
// them. All are nil when quality was not recorded.
func videoSent(minutes []zoomQoS) (video, latency *int, loss *float64) {
	if len(minutes) == 0 {
		return nil, nil, nil
	}
	sent := 0
	var delays, losses []float64
	for _, m := range minutes {
		if rate, ok := quantity(m.Video.Bitrate, "kbps"); ok && rate > 0 {
			sent++
		}
		if ms, ok := quantity(m.Video.Latency, "ms"); ok {
			delays = append(delays, ms)
		}
		if percent, ok := quantity(m.Video.Loss, "%"); ok {
			losses = append(losses, percent)
		}
	}
	if ms, ok := median(delays); ok {
		whole := int(ms)
		latency = &whole
	}
	if percent, ok := median(losses); ok {
		loss = &percent
	}
	return &sent, latency, loss
}

// quantity reads a number of at most a million with its unit, which may be left
// out.
func quantity(s, unit string) (float64, bool) {
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), unit))
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && f >= 0 && f <= 1e6
}

// median is the middle value, of an even number the lower one.
func median(values []float64) (float64, bool) {
	if len(values) == 0 {
		return 0, false
	}
	slices.Sort(values)
	return values[(len(values)-1)/2], true
}
