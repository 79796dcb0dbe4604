// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"daylight/pipeline"
	"daylight/record"
	"daylight/weigh"
)

func TestReadTruth(t *testing.T) {
	const file = "\ufeffPerson,truth,stage,tactic,group,ring,outside_limit\n" +
		"c-1,deceptive,applicant,laptop-farm,,team-1,\n" +
		" c-2 ,genuine,worker,,night-work; couple ,, couple\n" +
		"\"c,3\",genuine,,,,,\n"
	got, err := ReadTruth("truth.csv", strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	want := &Truth{[]Person{
		{ID: "c-1", Deceptive: true, Stage: record.Applicant, Tactic: "laptop-farm", Ring: "team-1"},
		{ID: "c-2", Stage: record.Worker, Groups: []string{"night-work", "couple"}, Outside: []string{"couple"}},
		{ID: "c,3"},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestReadTruthSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"empty", "", "truth.csv: it is empty"},
		{"no rows", "person,truth\n", "truth.csv: it names nobody"},
		{"column missing", "person,stage\n", `truth.csv: line 1: there is no column "truth"`},
		{"column unknown", "person,truth,colour\n", `truth.csv: line 1: column "colour" is unknown`},
		{"column twice", "person,truth,Truth\n", `truth.csv: line 1: column "truth" is there twice`},
		{"word", "person,truth\nc-1,genuine\nc-2,fraud\n", `truth.csv: line 3: truth is "fraud", and must be genuine or deceptive`},
		{"stage", "person,truth,stage\nc-1,genuine,boss\n", `truth.csv: line 2: stage is "boss"`},
		{"nobody", "person,truth\n,genuine\n", "truth.csv: line 2: person is empty"},
		{"twice", "person,truth\nc-1,genuine\nc-2,genuine\nc-1,deceptive\n", `truth.csv: line 4: person "c-1" is on line 2 already`},
		{"slug", "person,truth,tactic\nc-1,deceptive,Laptop Farm\n", `truth.csv: line 2: tactic "Laptop Farm" is no slug`},
		{"honest tactic", "person,truth,tactic\nc-1,genuine,x\n", "a tactic or a ring is given for a person who is not deceptive"},
		{"deceptive group", "person,truth,group\nc-1,deceptive,x\n", "groups are of honest people"},
		{"not the person's group", "person,truth,group,outside_limit\nc-1,genuine,x,y\n", `line 2: outside_limit names "y", which is none of the person's groups`},
		{"half a group", "person,truth,group,outside_limit\nc-1,genuine,x,x\nc-2,genuine,x,\n", `line 3: group "x" is outside_limit on some lines and not on others`},
		{"ragged", "person,truth\nc-1\n", "truth.csv: line 2: wrong number of fields"},
		{"quote", "person,truth\n\"c-1,genuine\n", "truth.csv: line 2: extraneous or missing"},
		{"hidden", "person,truth\nc\u202e1,genuine\n", "truth.csv: line 2: person holds characters that do not show: \"c\\u202e1\""},
		{"two at once", "person,truth\nc-1,maybe\nc-2,perhaps\n", "line 3: truth is \"perhaps\""},
		{"long", "person,truth\n" + strings.Repeat("x", 5000) + ",genuine\n", "line 2: person is longer than 4096 bytes"},
		{"long head", strings.Repeat("x", 5000) + ",truth\n", "the name of column 1 is longer than 4096 bytes"},
		{"many", "person,truth\n" + strings.Repeat("c-1,maybe\n", 25), "line 22 and perhaps more are wrong too"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadTruth("truth.csv", strings.NewReader(c.file))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestReadSelfIdentification(t *testing.T) {
	got, err := ReadSelfIdentification("s.csv", strings.NewReader("person,attribute,group\nc-1,hand,left\nc-1,hand,right\nc-1,Größe,über 2 m\n"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(&SelfIdentification{[]Answer{{"c-1", "hand", "left"}, {"c-1", "hand", "right"}, {"c-1", "Größe", "über 2 m"}}}, got); d != "" {
		t.Error(d)
	}
	for file, want := range map[string]string{
		"person,attribute\n":                  `there is no column "group"`,
		"person,attribute,group\nc-1,hand,\n": "line 2: person, attribute and group must all be given",
		"person,attribute,group\nc-1,hand," + strings.Repeat("x", 201) + "\n": "longer than 200 bytes",
	} {
		if _, err := ReadSelfIdentification("s.csv", strings.NewReader(file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", file, err, want)
		}
	}
}

func FuzzReadTruth(f *testing.F) {
	f.Add("person,truth,stage,tactic,group,ring\nc-1,deceptive,applicant,a,,r\nc-2,genuine,worker,,a;b,\n")
	f.Add("\ufeffperson,truth\n\"a\nb\",genuine\n")
	f.Fuzz(func(t *testing.T, file string) {
		truth, err := ReadTruth("truth.csv", strings.NewReader(file))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "truth.csv: ") {
				t.Errorf("%q does not name the file", err)
			}
			return
		}
		seen := map[string]bool{}
		for _, p := range truth.People {
			if p.ID == "" || seen[p.ID] || !printable(p.ID) {
				t.Errorf("person %q", p.ID)
			}
			seen[p.ID] = true
		}
	})
}

func FuzzReadSelfIdentification(f *testing.F) {
	f.Add("person,attribute,group\nc-1,hand,left\n")
	f.Fuzz(func(t *testing.T, file string) {
		s, err := ReadSelfIdentification("s.csv", strings.NewReader(file))
		if err != nil {
			return
		}
		for _, a := range s.Answers {
			if a.Person == "" || a.Attribute == "" || a.Group == "" || !printable(a.Group) {
				t.Errorf("answer %+v", a)
			}
		}
	})
}

func TestMatch(t *testing.T) {
	person := func(id string, deceptive bool, aliases ...string) said {
		return said{Person: Person{ID: id, Deceptive: deceptive, Stage: record.Worker}, aliases: aliases}
	}
	res, _ := scanned(weigh.DefaultPolicy(), person("a", true, "a-old"), person("b", false, "c", "x"), person("c", false), person("d", false), person("e", true, "e2"))
	truth := &Truth{[]Person{
		{ID: "a-old", Deceptive: true, Stage: record.Applicant, Tactic: "t"}, // by alias
		{ID: "c"},                              // the subject, not another's alias
		{ID: "x"},                              // by alias
		{ID: "gone"},                           // not in the scan
		{ID: "e"}, {ID: "e2", Deceptive: true}, // one subject, two truths
	}}
	outcomes, c := Match(res, truth)
	want := Coverage{People: 3, Deceptive: 1, Genuine: 2, Missing: []string{"gone"}, Untold: []record.SubjectID{"d"}, Contradicted: []record.SubjectID{"e"}, OtherStage: 1}
	if d := cmp.Diff(want, c); d != "" {
		t.Error(d)
	}
	var got []record.SubjectID
	for _, o := range outcomes {
		got = append(got, o.Subject)
	}
	if d := cmp.Diff([]record.SubjectID{"a", "b", "c"}, got); d != "" {
		t.Error(d)
	}
	if o := outcomes[0]; !o.Deceptive || o.Stage != record.Applicant || o.Tactic != "t" {
		t.Errorf("%+v", o)
	}
	outcomes, c = Match(&pipeline.Result{}, truth)
	if len(outcomes) != 0 || len(c.Missing) != len(truth.People) {
		t.Errorf("an empty scan gives %d outcomes and %d missing", len(outcomes), len(c.Missing))
	}
}

// endless never ends and has no line.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestReadTruthIsBounded(t *testing.T) {
	if _, err := ReadTruth("truth.csv", endless{}); err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Fatalf("an endless line: %v", err)
	}
	rest := io.MultiReader(strings.NewReader("person,truth\nc-1,"), endless{})
	if _, err := ReadTruth("truth.csv", rest); err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Fatalf("an endless cell: %v", err)
	}
}
