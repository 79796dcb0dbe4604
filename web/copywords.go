// SPDX-License-Identifier: Apache-2.0

package web

import (
	"strconv"
	"strings"
	"time"

	"daylight/interview"
	"daylight/record"
	"daylight/texts"
)

// This file is the copy as somebody reads it, in the language of the page that they took
// it from.

// copyAgreed is the hours that are kept of a person, and whose words they are. Whoever of
// the company wrote them down is not named, as nobody else is in a copy.
type copyAgreed struct {
	interview.Agreement
	Written   time.Time `json:"written_down"`
	By        string    `json:"written_down_by"`
	Confirmed time.Time `json:"confirmed_by_you,omitzero"`
	Changed   bool      `json:"changed_by_you,omitempty"`
}

func agreedCopy(h interview.Hours) *copyAgreed {
	return &copyAgreed{h.Agreed, h.At, "somebody who plans interviews", h.Answered, h.Changed}
}

// lines is a text of lines under headings.
type lines struct {
	texts.Texts
	b strings.Builder
}

func (l *lines) head(key string, pairs ...any) { l.b.WriteString("\n" + l.T(key, pairs...) + "\n") }

func (l *lines) item(key string, pairs ...any) { l.say("- " + l.T(key, pairs...)) }

// quoted is an item, and after it what somebody wrote, if they did.
func (l *lines) quoted(words, key string, pairs ...any) {
	line := "- " + l.T(key, pairs...)
	if words != "" {
		line += " " + l.Apart(words)
	}
	l.say(line)
}

func (l *lines) say(text string) { l.b.WriteString(text + "\n") }

// day words the day of an instant, so that no month has to be named.
func (l *lines) day(t time.Time) string {
	if t.IsZero() {
		return l.T("took.noday")
	}
	return t.UTC().Format(time.DateOnly)
}

// words is the copy as somebody reads it.
func (c *mineCopy) words() string {
	l := &lines{Texts: c.texts}
	l.say(l.T("took.head", "day", l.day(c.Made)))
	if c.Organisation != "" {
		l.say(l.T("took.by", "org", c.Organisation, "contact", c.Contact))
	}
	c.supplied(l)
	c.noted(l)
	c.hoursWords(l)
	l.head("mine.title")
	for _, k := range c.Looked {
		answer := l.T("took.no")
		if k.Question {
			answer = l.T("took.yes")
		}
		l.item("took.looked", "what", k.What, "answer", answer, "why", k.Why)
		if k.Question && len(k.Explains) > 0 {
			l.say("  " + l.T("took.explained", "reasons", strings.Join(k.Explains, "; ")))
		}
	}
	if len(c.Missing) > 0 {
		l.head("mine.missing")
		for _, m := range c.Missing {
			l.say("- " + l.Apart(m))
		}
	}
	if len(c.Asked) > 0 {
		l.head("took.asked")
		for _, q := range c.Asked {
			said := q.Answer
			if q.Lost {
				said = c.texts.T("say.lost")
			}
			l.quoted(said, "took.request", "what", q.Words, "day", l.day(q.At))
		}
	}
	l.say("\n" + c.LeftOut)
	return l.b.String()
}

// supplied is what the person gave, and what systems say of them.
func (c *mineCopy) supplied(l *lines) {
	l.head("took.systems")
	for _, p := range c.Profiles {
		if b, ok := p.Data.(record.Person); ok {
			l.item("took.system", "system", p.System, "day", l.day(p.At), "name", b.Name.Reveal(), "mail", strings.Join(revealed(b.Emails), ", "), "phone", strings.Join(revealed(b.Phones), ", "))
		}
	}
	l.head("took.sent", "n", len(c.Documents), "resumes", len(c.Resumes))
	for _, d := range c.Documents {
		l.item("took.file", "file", d.File, "name", d.Name)
	}
	l.head("took.other")
	for _, o := range c.Other {
		said := l.T("took.bare")
		if o.Data != nil {
			said = inWords(o.Data)
		}
		l.item("took.record", "kind", l.T("kind."+string(o.Kind)), "day", l.day(o.At), "system", o.System, "said", said)
	}
}

// noted is what was held with the person, and what they need.
func (c *mineCopy) noted(l *lines) {
	if len(c.Held) > 0 {
		l.head("took.held")
	}
	for _, m := range c.Held {
		key := func(word string) string { return "met." + strings.ReplaceAll(word, " ", "_") }
		l.quoted(m.Words, "took.meeting", "what", l.T(key(m.What)), "day", l.day(m.At), "state", l.T(key(m.State)))
	}
	if !c.Arranged.IsZero() {
		l.head("another.title")
		l.item("took.arranged", "day", l.day(c.Arranged))
	}
	l.head("took.activity")
	l.item("took.accounts", "n", c.Accounts)
	if c.Hours != nil {
		l.item("took.days", "n", c.Hours.Days, "zone", c.Hours.Zone)
	}
}

// hoursWords is the hours in which the person may be asked, and whose words they are.
func (c *mineCopy) hoursWords(l *lines) {
	a := c.Agreed
	if a == nil {
		return
	}
	form, boxes := agreedAs(a.Agreement)
	var days []string
	for _, b := range boxes {
		if b.On {
			days = append(days, l.T("day."+strconv.Itoa(b.Number)))
		}
	}
	l.head("hours.title")
	l.item("took.hours", "opens", form.Opens, "closes", form.Closes, "zone", a.Zone, "days", strings.Join(days, " · "))
	if form.Quiet != "" {
		l.item("took.hours.quiet", "quiet", form.Quiet)
	}
	if form.Off != "" {
		l.item("took.hours.off", "off", form.Off)
	}
	if a.Ahead {
		l.item("took.hours.ahead")
	}
	l.item("took.hours.by", "day", l.day(a.Written))
	switch {
	case a.Changed:
		l.item("took.hours.changed", "day", l.day(a.Confirmed))
	case !a.Confirmed.IsZero():
		l.item("took.hours.right", "day", l.day(a.Confirmed))
	}
}
