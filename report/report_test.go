// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run with -update to make it)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", name, diff)
	}
}

func written(t *testing.T, write func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	for name, write := range map[string]func(io.Writer) error{
		"report.json": fixture().WriteJSON,
		"report.csv":  fixture().WriteCSV,
		"report.txt":  func(w io.Writer) error { return fixture().WriteText(w, TextOptions{}) },
		"report60.txt": func(w io.Writer) error {
			return fixture().WriteText(w, TextOptions{Width: 60, Colour: true, All: true})
		},
		"explain.txt": func(w io.Writer) error { return fixture().WriteExplain(w, "c-0042", TextOptions{}) },
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, written(t, write)) })
	}
}

func TestSameBytesWhateverTheOrder(t *testing.T) {
	a := fixture()
	b := fixture()
	slices.Reverse(b.Subjects)
	for name, write := range map[string]func(*Report, io.Writer) error{
		"json": (*Report).WriteJSON, "csv": (*Report).WriteCSV,
		"text": func(r *Report, w io.Writer) error { return r.WriteText(w, TextOptions{All: true}) },
	} {
		x := written(t, func(w io.Writer) error { return write(a, w) })
		y := written(t, func(w io.Writer) error { return write(b, w) })
		if !bytes.Equal(x, y) {
			t.Errorf("%s depends on the order of the subjects", name)
		}
	}
}

func TestJSONRoundTrip(t *testing.T) {
	first := written(t, fixture().WriteJSON)
	var back Report
	if err := json.Unmarshal(first, &back); err != nil {
		t.Fatal(err)
	}
	if second := written(t, back.WriteJSON); !bytes.Equal(first, second) {
		t.Error(cmp.Diff(string(first), string(second)))
	}
}

func TestJSONHasNoNull(t *testing.T) {
	r := &Report{Subjects: []*Subject{{ID: "x", Evidence: []Evidence{{}}}}, Rings: []Ring{{ID: "r"}}}
	out := written(t, r.WriteJSON)
	if bytes.Contains(out, []byte("null")) {
		t.Errorf("null in\n%s", out)
	}
	if empty := written(t, (&Report{}).WriteJSON); bytes.Contains(empty, []byte("null")) {
		t.Errorf("null in\n%s", empty)
	}
}

func TestJSONKeys(t *testing.T) {
	var got map[string]json.RawMessage
	if err := json.Unmarshal(written(t, fixture().WriteJSON), &got); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"schema", "as_of", "prior", "inputs", "skipped", "subjects", "rings", "compliance"} {
		if _, ok := got[k]; !ok {
			t.Errorf("no %q", k)
		}
		delete(got, k)
	}
	if len(got) > 0 {
		t.Errorf("keys that docs/formats.md does not have: %v", got)
	}
}

// dangerous matches what no form for a terminal may hold: control characters
// other than line feed, bidi controls, zero-width characters but joiners in their place.
func dangerous(s string) (rune, bool) {
	all := append([]rune(s), 0)
	before := rune(0)
	for i, r := range all[:len(all)-1] {
		joins := record.Joins(before, r, all[i+1])
		if before = r; joins {
			continue
		}
		if r != '\n' && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || r == 0x2028 || r == 0x2029) {
			return r, true
		}
	}
	return 0, false
}

func TestHostileText(t *testing.T) {
	for _, s := range hostile {
		r := hostileReport(s)
		for name, write := range map[string]func(io.Writer) error{
			"text":    func(w io.Writer) error { return r.WriteText(w, TextOptions{All: true}) },
			"explain": func(w io.Writer) error { return r.WriteExplain(w, s, TextOptions{}) },
			"json":    r.WriteJSON,
		} {
			out := string(written(t, write))
			if c, bad := dangerous(out); bad {
				t.Errorf("%s: %q lets %U through", name, s, c)
			}
		}
	}
	if _, err := fixture().Subject("\x1b[31m"); err == nil || strings.Contains(err.Error(), "\x1b") || !strings.Contains(err.Error(), "use an id or an alias") {
		t.Errorf("error %q carries an escape, or does not say what would be an id", err)
	}
}

func TestColourOnlyWhenAsked(t *testing.T) {
	out := written(t, func(w io.Writer) error { return fixture().WriteText(w, TextOptions{Colour: true}) })
	if !bytes.Contains(out, []byte("\x1b[1m")) {
		t.Error("no colour though asked")
	}
	stripped := regexp.MustCompile("\x1b\\[[0-9]+m").ReplaceAll(out, nil)
	if plain := written(t, func(w io.Writer) error { return fixture().WriteText(w, TextOptions{}) }); !bytes.Equal(plain, stripped) {
		t.Error("the words depend on colour")
	}
}

func TestHostileCSV(t *testing.T) {
	ours := regexp.MustCompile(`^-?\d+\.\d+$`)
	for _, s := range hostile {
		out := written(t, hostileReport(s).WriteCSV)
		rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if len(rows) != 1+3 {
			t.Errorf("%q: %d rows, want 4", s, len(rows))
		}
		for _, row := range rows {
			for _, c := range row {
				if c != "" && strings.ContainsRune("=+-@\t\r\n", rune(c[0])) && !ours.MatchString(c) {
					t.Errorf("%q: cell %q is a formula", s, c)
				}
				if r, bad := dangerous(strings.ReplaceAll(c, "\n", "\x01")); bad {
					t.Errorf("%q: cell %q holds %U", s, c, r)
				}
			}
		}
	}
}

func TestCSVIsRFC4180(t *testing.T) {
	out := string(written(t, fixture().WriteCSV))
	if strings.Count(out, "\n") != strings.Count(out, "\r\n") || !strings.HasSuffix(out, "\r\n") {
		t.Error("a line does not end in CRLF")
	}
	want := 1
	for _, s := range fixture().Subjects {
		want += max(len(s.Evidence), 1)
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) != want || strings.Count(out, "\r\n") != want {
		t.Errorf("%d rows, want one a piece of evidence or person without any: %d; %v", len(rows), want, err)
	}
	i := slices.IndexFunc(rows, func(row []string) bool { return row[0] == "c-0402" })
	if i < 0 || rows[i][2] != "insufficient" || rows[i][3] != "0.0099" || strings.Join(rows[i][5:], "") != "" {
		t.Errorf("a person without evidence has row %d of %q", i, rows)
	}
}

func TestWidth(t *testing.T) {
	r := fixture()
	r.Subjects[0].Evidence[0].Statement = "名前が異なる 履歴書 " + strings.Repeat("漢字", 60) + " e\u0301\u0301 " + strings.Repeat("x", 300)
	for _, width := range []int{60, 72, 80, 120} {
		for name, write := range map[string]func(io.Writer) error{
			"text":    func(w io.Writer) error { return r.WriteText(w, TextOptions{Width: width, All: true}) },
			"explain": func(w io.Writer) error { return r.WriteExplain(w, "c-0042", TextOptions{Width: width}) },
		} {
			for line := range strings.Lines(string(written(t, write))) {
				if n := columns(strings.TrimSuffix(line, "\n")); n > width {
					t.Errorf("%s at %d: %d columns: %q", name, width, n, line)
				}
			}
		}
	}
}

// TestSumsAddUpAsShown adds the figures of explain as a reader would.
func TestSumsAddUpAsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var parts []part
		for _, c := range fixtureCards {
			w := record.Weight(rapid.IntRange(-150, 150).Draw(t, c.ID))
			parts = append(parts, part{c.ID, detect.Present, 100, w, w / 2, "", "seen", []record.Citation{{Path: "a"}}, nil})
		}
		prior := record.Weight(rapid.IntRange(-400, -1).Draw(t, "prior"))
		a := assess("x", record.Applicant, weigh.FollowUp, prior, parts)
		s := NewSubject(a, fixtureCardMap())
		sum := 0.0
		for _, e := range s.Evidence {
			sum += e.WeightDB
		}
		if math.Abs(sum-s.WeightDB) > 1e-9 {
			t.Fatalf("evidence adds up to %v, shown is %v", sum, s.WeightDB)
		}
		r := &Report{Subjects: []*Subject{s}, Cards: fixtureCards}
		var b bytes.Buffer
		if err := r.WriteExplain(&b, "x", TextOptions{Width: 80}); err != nil {
			t.Fatal(err)
		}
		_, table, _ := strings.Cut(b.String(), "How the sum comes about, in dB\n")
		table, _, _ = strings.Cut(table, "\n\n")
		running := math.NaN()
		rows := 0
		for line := range strings.Lines(table) {
			f := strings.Fields(strings.ReplaceAll(line, "−", "-"))
			switch {
			case len(f) == 4 && strings.Contains(f[0], "."):
				counted, err1 := strconv.ParseFloat(f[2], 64)
				after, err2 := strconv.ParseFloat(f[3], 64)
				if err := errors.Join(err1, err2); err != nil {
					t.Fatal(err)
				}
				if math.Abs(running+counted-after) > 1e-9 {
					t.Fatalf("%v %+v is not %v", running, counted, after)
				}
				running = after
				rows++
			case len(f) > 0 && f[0] == "prior,":
				running, _ = strconv.ParseFloat(f[len(f)-1], 64)
			case len(f) == 2 && f[0] == "sum":
				if total, _ := strconv.ParseFloat(f[1], 64); math.Abs(total-running) > 1e-9 {
					t.Fatalf("the sum %v is not the last line's %v", total, running)
				}
			}
		}
		if rows != len(parts) {
			t.Fatalf("%d rows for %d contributions in\n%s", rows, len(parts), table)
		}
	})
}

func TestNewSubject(t *testing.T) {
	s := fixture().Subjects[0]
	if s.WeightDB != 33 || s.Probability != 0.9523 {
		// 13.2+1.6+12+8+3+4.2−8−1 = 33.0; −20+33 = 13 dB; 10^1.3/(1+10^1.3) = 0.95226
		t.Errorf("weight %v, probability %v", s.WeightDB, s.Probability)
	}
	var order []string
	for _, e := range s.Evidence {
		order = append(order, e.Indicator)
	}
	want := []string{
		"app.resume_text_clone", "con.shared_phone", "net.impossible_travel", "ver.identity_document", "rhy.zone_fit",
		"net.geo_vs_claimed", "app.skill_before_release", "log.address_changed", "pay.holder_mismatch",
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Error(diff)
	}
	if got := s.Evidence[1].At; got == nil || !got.Equal(at(4, 9)) {
		t.Errorf("newest cited record %v", got)
	}
	if diff := cmp.Diff([]string{"no device inventory"}, s.Missing); diff != "" {
		t.Error(diff)
	}
	for _, e := range s.Evidence {
		if e.WeightDB < 0 && len(e.Innocent) > 0 {
			t.Errorf("%s speaks for the person and has innocent explanations", e.Indicator)
		}
	}
}

// TestMissingHidesDeclarations: a person with interview notes and an
// accommodation reads the same as one without, word for word.
func TestMissingHidesDeclarations(t *testing.T) {
	cards := fixtureCardMap()
	asked := assess("x", record.Applicant, weigh.Clear, -200, []part{{id: "int.daylight_mismatch", outcome: detect.Absent, weight: -60, counted: -60}})
	waived := assess("x", record.Applicant, weigh.Clear, -200, nil, unknown("int.daylight_mismatch")...)
	if diff := cmp.Diff(NewSubject(asked, cards).Missing, NewSubject(waived, cards).Missing); diff != "" {
		t.Errorf("what is missing tells a declaration:\n%s", diff)
	}
	own := detect.Finding{Indicator: "int.daylight_mismatch", Outcome: detect.Unknown, Statement: "the window was not shown"}
	if got := answer(own, cards["int.daylight_mismatch"]); got != noData {
		t.Errorf("explain says %q, which a waived indicator cannot say", got)
	}
}

// TestMissingAlternatives holds that one alternative that is there does not stand
// for the other, and that both are named where neither is.
func TestMissingAlternatives(t *testing.T) {
	cards := map[string]detect.Meta{
		"a.either": {ID: "a.either", Either: []record.Kind{record.KindPayout, record.KindDevice}},
		"a.resume": {ID: "a.resume", Needs: []record.Kind{record.KindResume}},
		"a.device": {ID: "a.device", Needs: []record.Kind{record.KindDevice}},
		"a.both":   {ID: "a.both", Needs: []record.Kind{record.KindResume}, Either: []record.Kind{record.KindPayout, record.KindDevice}},
	}
	seen := func(id string) weigh.Contribution {
		return weigh.Contribution{Finding: detect.Finding{Indicator: id, Outcome: detect.Absent}}
	}
	none := func(ids ...string) (out []detect.Finding) {
		for _, id := range ids {
			out = append(out, detect.Finding{Indicator: id, Outcome: detect.Unknown, Statement: noData})
		}
		return out
	}
	for _, tt := range []struct {
		name string
		a    weigh.Assessment
		want []string
	}{
		{"neither is there", weigh.Assessment{Unanswered: none("a.either")}, []string{"no device inventory", "no pay records"}},
		{"one is, and only the other is lacked", weigh.Assessment{Contributions: []weigh.Contribution{seen("a.either")}, Unanswered: none("a.device")}, []string{"no device inventory"}},
		{"what is certain explains the rest", weigh.Assessment{Unanswered: none("a.both", "a.resume")}, []string{"no résumé"}},
		{"what is there is not named", weigh.Assessment{Contributions: []weigh.Contribution{seen("a.resume")}, Unanswered: none("a.both")}, []string{"no device inventory", "no pay records"}},
	} {
		if got := missing(tt.a, cards); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestNoDataIsDetects holds the words of missing data to detect's own.
func TestNoDataIsDetects(t *testing.T) {
	ind := detect.Define(detect.Meta{ID: "a.b", Needs: []record.Kind{record.KindResume}}, struct{}{}, func(*detect.Pass, struct{}) {})
	got, err := detect.Run(context.WithoutCancel(t.Context()), []*detect.Indicator{ind}, &detect.View{})
	if err != nil || len(got) != 1 || got[0].Statement != noData {
		t.Errorf("detect says %v, %v; want %q", got, err, noData)
	}
}

func TestHeadline(t *testing.T) {
	some := func(states ...weigh.State) *Report {
		r := &Report{}
		for _, s := range states {
			r.Subjects = append(r.Subjects, &Subject{State: s})
		}
		return r
	}
	for _, c := range []struct {
		r    *Report
		want string
	}{
		{some(), "There is no one to assess in this input."},
		{some(weigh.Clear, weigh.Insufficient), "No one needs a person's look. 2 people assessed; 1 clear, 1 lacks data."},
		{some(weigh.Escalate), "1 of 1 person needs a person's look: 1 escalate."},
		{some(weigh.Escalate, weigh.Escalate, weigh.FollowUp, weigh.Clear), "3 of 4 people need a person's look: 2 escalate, 1 follow-up; 1 clear."},
	} {
		if got := c.r.Headline(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, c := range [][2]string{
		{percent(0.0004), "below 0.1 %"},
		{percent(0.0023), "0.2 %"},
		{percent(0.01), "1 %"},
		{percent(0.0994), "9.9 %"},
		{percent(0.0996), "10 %"},
		{percent(0.5), "50 %"},
		{percent(0.991), "99.1 %"},
		{percent(0.99999), "over 99.9 %"},
		{percent(math.NaN()), "unknown"},
		{dB(-30), "−3.0 dB"},
		{dB(7), "+0.7 dB"},
		{dB(-7), "−0.7 dB"},
		{dB(0), "0.0 dB"},
		{odds(130), "20 to 1 for a mismatch"},
		{odds(-3), "1.1 to 1 for consistency"},
		{odds(0), "even"},
		{count(1234567), "1,234,567"},
		{count(-1234), "-1,234"},
		{count(999), "999"},
		{instant(time.Time{}), "at an unknown time"},
		{sentence("a relay"), "A relay."},
		{sentence("Why?"), "Why?"},
		{sentence("c-7 and c-9 share a phone"), "c-7 and c-9 share a phone."},
		{listed([]string{"a", "b", "c", "d"}, 2), "a, b and 2 others"},
		{listed([]string{"a", "b"}, 2), "a and b"},
		{where([]record.Citation{{Path: "a", Locator: "line 1"}, {Path: "a", Locator: "line 2"}, {Path: "b"}, {Path: "c"}}, 3), "a, line 1, line 2; b; 1 more record"},
		{visible("a\x1b[0m\u202eb\n\x80"), `a\x1b[0m\u202eb\n\x80`},
		{visible("علی\u200cرضا, ශ්\u200dරී, pay\u200cpal"), "علی\u200cرضا, ශ්\u200dරී, pay\\u200cpal"}, // joiners, where spelling needs them
		{visible("Łukasz Nwachukwu-O’Brien 名前 é"), "Łukasz Nwachukwu-O’Brien 名前 é"},
	} {
		if c[0] != c[1] {
			t.Errorf("got %q, want %q", c[0], c[1])
		}
	}
	if got := logOdds(0.1); got != -95 {
		t.Errorf("log odds of 10 %% is %v", got)
	}
}

// TestLongWords: a megabyte without a space is wrapped in linear time; were it
// quadratic, this would take minutes.
func TestLongWords(t *testing.T) {
	lines := wrap(strings.Repeat("漢", 1<<20), 80)
	if len(lines) != (1<<20)/40+1 {
		t.Errorf("%d lines", len(lines))
	}
	for _, c := range [][2]string{
		{cut("folder/file.csv", 9), "…file.csv"},
		{cut("short", 9), "short"},
		{cut("漢漢漢漢漢", 6), "…漢漢"},
	} {
		if c[0] != c[1] {
			t.Errorf("got %q, want %q", c[0], c[1])
		}
	}
}

func FuzzVisible(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := visible(s)
		if r, bad := dangerous(strings.ReplaceAll(v, "\n", "\x01")); bad {
			t.Fatalf("%q shows %U", s, r)
		}
		if visible(v) != v {
			t.Fatalf("%q is not stable", v)
		}
		for _, l := range wrap(v, 20) {
			if columns(l) > 20 {
				t.Fatalf("line %q is wider than 20", l)
			}
		}
	})
}
