// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"daylight/internal/htmlcheck"
)

func TestInBrowser(t *testing.T) {
	written := map[string][]byte{}
	for name, e := range pages(t) {
		var b bytes.Buffer
		if err := e.WriteHTML(&b); err != nil {
			t.Fatal(err)
		}
		written[name] = b.Bytes()
	}
	htmlcheck.Look(t, written, "defs, defs *, .scroll *", []htmlcheck.View{
		{Page: "evaluation", Width: 1280, Scheme: "light"},
		{Page: "evaluation", Width: 1280, Scheme: "dark"},
		{Page: "evaluation", Width: 390, Scheme: "light"},
		{Page: "evaluation", Width: 390, Scheme: "dark"},
		{Page: "long", Width: 1280, Scheme: "light"},
		{Page: "long", Width: 390, Scheme: "dark"},
		{Page: "empty", Width: 390, Scheme: "light"},
	})
}

// pages are an ordinary evaluation, one with long words in it, and one of nobody.
func pages(t *testing.T) map[string]*Evaluation {
	t.Helper()
	people := crowd(200, 9)
	self := &SelfIdentification{}
	for i := range people {
		p := &people[i]
		if p.Tactic != "" {
			p.Tactic = strings.Repeat("tactic-", 9) + p.Tactic[:1]
		}
		for j := range p.Groups {
			p.Groups[j] = strings.Repeat("group.", 9) + p.Groups[j]
		}
		p.ID = strings.Repeat("0123456789abcdef", 6) + p.ID
		self.Answers = append(self.Answers, Answer{p.ID, strings.Repeat("長い属性 ", 6), fmt.Sprint(strings.Repeat("x", 150), i%3)})
	}
	long := measured(t, Options{Tool: "daylight test", SelfIdentification: self}, people...)
	long.Coverage.Missing = []string{strings.Repeat("missing", 40)}
	return map[string]*Evaluation{"evaluation": crowded(t), "long": long, "empty": measured(t, Options{Fairness: true})}
}
