// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"daylight/weigh"
)

// TestManyPeopleInShort: of many people, the most pressing are shown in full and each
// of the others in a line, unless everybody is asked for.
func TestManyPeopleInShort(t *testing.T) {
	r := fixture()
	i := slices.IndexFunc(r.Subjects, func(s *Subject) bool { return s.State == weigh.Escalate })
	one := r.Subjects[i]
	for n := range 60 {
		s := *one
		s.ID, s.Aliases, s.Ring = fmt.Sprintf("x-%03d", n), nil, ""
		r.Subjects = append(r.Subjects, &s)
	}
	write := func(all bool) string {
		var b bytes.Buffer
		if err := r.WriteText(&b, TextOptions{All: all}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	brief, whole := write(false), write(true)
	if n := strings.Count(brief, "By the assumed rate"); n != textFull {
		t.Errorf("%d people are shown in full, want %d", n, textFull)
	}
	if n := strings.Count(whole, "By the assumed rate"); n < 60 {
		t.Errorf("of everybody, %d are shown in full", n)
	}
	if strings.Contains(whole, "in short; --all") {
		t.Error("everybody is shown in full and some in short")
	}
	// Each of those who are not in full has a line, as far as there are lines.
	lines := 0
	for l := range strings.Lines(brief) {
		if strings.HasPrefix(l, "● ") && strings.Contains(l, " dB  ") {
			lines++
		}
		if n := columns(strings.TrimSuffix(l, "\n")); n > 80 {
			t.Errorf("%d columns: %s", n, l)
		}
	}
	if lines != textLines {
		t.Errorf("%d people have a line, want %d", lines, textLines)
	}
	if !strings.Contains(brief, "more people.") {
		t.Error("nothing says that there are more")
	}
}

// TestShapes holds that each state has a sign of its own.
func TestShapes(t *testing.T) {
	seen := map[string]weigh.State{}
	for _, s := range []weigh.State{weigh.Clear, weigh.Insufficient, weigh.FollowUp, weigh.Escalate} {
		sign := shape(s)
		if other, twice := seen[sign]; twice || sign == "" {
			t.Errorf("%s and %s have the same sign %q", s, other, sign)
		}
		seen[sign] = s
	}
}
