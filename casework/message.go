// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"text/template"
	"time"
)

//go:embed messages/*.txt
var messages embed.FS

// Message is a draft for somebody to copy, finish and send. The service sends
// none.
type Message struct {
	Name  string // of the template
	Title string
	To    string
	Text  string
}

// letter is what a template may say. There is no name in it: what names people is
// in brackets, for whoever sends it.
type letter struct {
	Case, Opened, AsOf, Policy, Until string
	Stage, State                      string
	Findings                          []string
	Linked                            int
	Frozen                            []Frozen
}

// Messages fills the templates from a case: neutral ones to the person concerned,
// and drafts of reports for counsel.
func Messages(c Case) ([]Message, error) {
	l := letter{
		Case: c.ID, Opened: day(c.Opened), AsOf: day(c.Matter.AsOf), Policy: c.Matter.Policy, Until: day(c.Notice.Waits),
		Stage: string(c.Matter.Stage), State: string(c.State), Linked: len(c.Linked), Frozen: c.Frozen,
	}
	for _, e := range c.Evidence {
		if e.against() && !e.explained() {
			l.Findings = append(l.Findings, e.Statement)
		}
	}
	files, err := fs.Glob(messages, "messages/*.txt")
	if err != nil {
		return nil, fmt.Errorf("find the messages: %w", err)
	}
	out := make([]Message, 0, len(files))
	for _, f := range files {
		source, err := fs.ReadFile(messages, f)
		if err != nil {
			return nil, fmt.Errorf("read a message: %w", err)
		}
		title, rest, _ := strings.Cut(string(source), "\n")
		to, body, _ := strings.Cut(rest, "\n")
		t, err := template.New(f).Option("missingkey=error").Parse(body)
		if err != nil {
			return nil, fmt.Errorf("read a message: %w", err)
		}
		var b strings.Builder
		if err := t.Execute(&b, l); err != nil {
			return nil, fmt.Errorf("fill a message: %w", err)
		}
		_, name, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(f, "messages/"), ".txt"), "-")
		out = append(out, Message{Name: name, Title: title, To: to, Text: b.String()})
	}
	return out, nil
}

// day is a day in UTC, "" for none.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02")
}
