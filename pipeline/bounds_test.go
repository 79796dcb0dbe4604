// SPDX-License-Identifier: Apache-2.0

package pipeline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"daylight/enrich"
	"daylight/link"
	"daylight/pipeline"
	"daylight/record"
	"daylight/weigh"
)

// oneResume is a company in which n people sent one résumé, and n more their
// own.
func oneResume(n int) fstest.MapFS {
	files := fstest.MapFS{"people.csv": {Data: peopleCSV(2 * n)}}
	for i := range 2 * n {
		lines := resumeLines(i)
		if i%2 == 0 {
			lines = slices.Concat(lines[:3], resumeLines(0)[3:])
		}
		files[fmt.Sprintf("resumes/%d.txt", i)] = &fstest.MapFile{Data: []byte(strings.Join(lines, "\n"))}
	}
	return files
}

// ringDB is the weight from which an edge makes two people members of one ring.
const ringDB = 50

// links counts edges, of texts those of a ring: sentences that everybody here makes
// of the same ten words come to the least surprise that is reported, and to no more.
func links(res *pipeline.Result, of record.IdentifierType) (n, most int) {
	for _, s := range res.Subjects {
		own := 0
		for _, e := range s.View.Edges {
			if e.Via == of && (of != record.ResumeText || e.Weight >= ringDB) {
				own++
			}
		}
		n, most = n+own, max(most, own)
	}
	return n, most
}

// One résumé of thirty people links them; one of a hundred links nobody, and the
// report on the input says so.
func TestOneResumeOfMany(t *testing.T) {
	for _, c := range []struct {
		people int
		note   string
	}{
		{30, "shares unusual wording with 9 more documents than could be compared"},
		{100, "most of its wording stands in the documents of more than 64 people and does not count"},
	} {
		res := scan(t, oneResume(c.people), 2)
		n, most := links(res, record.ResumeText)
		if c.people <= 64 && (n < c.people || most > c.people-1) || c.people > 64 && n > 0 {
			t.Errorf("%d people with one résumé: %d links, most %d", c.people, n, most)
		}
		noted := 0
		for _, in := range res.Inputs {
			if slices.Contains(in.Notes, c.note) {
				noted++
			}
		}
		if noted != c.people {
			t.Errorf("%d of %d files say %q", noted, c.people, c.note)
		}
	}
}

// What a template writes above the account of work links nobody; the same words told
// as work do.
func TestFramesLinkNobody(t *testing.T) {
	frame := []string{
		"Profile: a patient mind for harbour cranes, looking for a team that with four interns and one kettle gets things done before noon.",
		"References, a full list of projects and two dull photographs of bridges are sent on request within nineteen working days.",
		"Open to quiet work on the estuary, to long reviews of other people's drawings, and to meetings that end when they are over.",
	}
	files := func(asWork bool) fstest.MapFS {
		out := fstest.MapFS{"people.csv": {Data: peopleCSV(2)}}
		for i := range 2 {
			own := resumeLines(i)
			at := 3 // below the name, the address and the town
			if asWork {
				at = 7 // below the first employer
			}
			lines := slices.Concat(own[:at], frame, own[at:])
			out[fmt.Sprintf("resumes/%d.txt", i)] = &fstest.MapFile{Data: []byte(strings.Join(lines, "\n"))}
		}
		return out
	}
	for _, asWork := range []bool{false, true} {
		longest := 0 // sentences of the two that are alike are shorter than the frame
		for _, s := range scan(t, files(asWork), 2).Subjects {
			for _, e := range s.View.Edges {
				if e.Via == record.ResumeText && len(e.Text.Passages) > 0 {
					longest = max(longest, e.Text.Passages[0].Words)
				}
			}
		}
		if longest > 30 != asWork {
			t.Errorf("told as work: %v; the longest passage that links has %d words", asWork, longest)
		}
	}
}

// Everyone's cell holds the same addresses, as an export gone wrong has them.
func TestManyNetworksInOneExport(t *testing.T) {
	var log strings.Builder
	for p := range 4 {
		for a := range link.MaxValues + 10 {
			fmt.Fprintf(&log, "{\"eventType\":\"user.session.start\",\"published\":\"2026-03-%02dT10:%02d:00.000Z\",\"uuid\":\"%d-%d\",\"outcome\":{\"result\":\"SUCCESS\"},"+
				"\"actor\":{\"id\":\"u%d\",\"type\":\"User\",\"alternateId\":\"p%d@larkspur.example\"},\"client\":{\"ipAddress\":\"192.0.2.%d\"}}\n", 1+p, a%60, p, a, p, p, a+1)
		}
	}
	res := scan(t, fstest.MapFS{"people.csv": {Data: peopleCSV(4)}, "okta.jsonl": {Data: []byte(log.String())}}, 2)
	if _, most := links(res, record.Network); most != 3*3 {
		t.Errorf("somebody has %d edges over networks, want three with each of three", most)
	}
	noted := false
	for _, in := range res.Inputs {
		noted = noted || in.Path == "okta.jsonl" && slices.Contains(in.Notes, "4 times a person has more than 50 identifiers of one type; those beyond were not compared with other people's")
	}
	if !noted {
		t.Errorf("the log's input does not say what was left out: %+v", res.Inputs)
	}
}

// BenchmarkOneResume is a company in which n people sent one résumé, and n more
// their own: the whole scan, without indicators.
func BenchmarkOneResume(b *testing.B) {
	tables, err := enrich.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{50, 100, 200, 400} {
		files := oneResume(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := pipeline.Scan(b.Context(), pipeline.Options{Files: files, Tables: tables, Policy: weigh.DefaultPolicy()}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(2*n), "ns/doc")
		})
	}
}
