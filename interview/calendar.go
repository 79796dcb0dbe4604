// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Event is an appointment for a calendar.
type Event struct {
	// UID is the same for every file of one appointment, so that a later one moves it.
	UID string
	// Stamp is when the file was made, Sequence how often the appointment changed.
	Stamp    time.Time
	Sequence int
	From, To time.Time
	Summary  string
	Notes    string
	// Language is that of the summary and the notes (BCP 47), "" for none that is told.
	Language string
	// Off is set where the appointment is called off.
	Off bool
}

// ICS writes an appointment as an iCalendar file (RFC 5545): times in UTC, lines of
// at most 75 octets, text escaped. It names nobody that the caller did not.
func (e Event) ICS() []byte {
	var b strings.Builder
	line := func(name, value string) { fold(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Daylight//Interviews//EN")
	line("METHOD", "PUBLISH")
	line("BEGIN", "VEVENT")
	line("UID", escape(e.UID))
	line("DTSTAMP", utc(e.Stamp))
	line("DTSTART", utc(e.From))
	line("DTEND", utc(e.To))
	line("SEQUENCE", strconv.Itoa(e.Sequence))
	language := ""
	if e.Language != "" {
		language = ";LANGUAGE=" + e.Language // RFC 5545, 3.2.10
	}
	line("SUMMARY"+language, escape(e.Summary))
	if e.Notes != "" {
		line("DESCRIPTION"+language, escape(e.Notes))
	}
	status := "CONFIRMED"
	if e.Off {
		status = "CANCELLED"
	}
	line("STATUS", status)
	line("TRANSP", "OPAQUE")
	line("END", "VEVENT")
	line("END", "VCALENDAR")
	return []byte(b.String())
}

// utc writes an instant as "FORM #2: DATE WITH UTC TIME" (RFC 5545, 3.3.5).
func utc(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// escape writes TEXT (RFC 5545, 3.3.11). Control characters but the tab have no
// place in it and are left out.
func escape(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r':
			b.WriteString(`\n`)
		case r == '\\' || r == ';' || r == ',':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' && r != '\t', r == 0x7f:
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// fold writes a content line in pieces of at most 75 octets, never within a
// character (RFC 5545, 3.1).
func fold(b *strings.Builder, line string) {
	const most = 75
	room := most
	for line != "" {
		_, size := utf8.DecodeRuneInString(line)
		if size > room {
			b.WriteString("\r\n ")
			room = most - 1
		}
		b.WriteString(line[:size])
		line, room = line[size:], room-size
	}
	b.WriteString("\r\n")
}
