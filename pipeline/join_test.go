// SPDX-License-Identifier: Apache-2.0

package pipeline_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/enrich"
	"daylight/pipeline"
	"daylight/sample"
	"daylight/weigh"
)

// folder is a file system of paths and contents.
func folder(files ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return fsys
}

// noted returns everything the inputs note, by path.
func noted(res *pipeline.Result) string {
	var b strings.Builder
	for _, in := range res.Inputs {
		for _, n := range in.Notes {
			fmt.Fprintf(&b, "%s: %s\n", in.Path, n)
		}
	}
	return b.String()
}

// joined is the subjects with their aliases and the number of their records.
func joined(res *pipeline.Result) []string {
	var out []string
	for _, s := range res.Subjects {
		out = append(out, fmt.Sprintf("%s%v %d", s.View.Subject, s.Aliases, len(s.View.Records)))
	}
	slices.Sort(out)
	return out
}

// anwar is a Greenhouse candidate.
const anwar = `[{"id":1,"first_name":"Anwar","last_name":"Mithal","application_ids":[],"email_addresses":[{"value":"anwar@example.com","type":"personal"}],"phone_numbers":[{"value":"+12025550101","type":"mobile"}]}]`

func user(id, external, name, mail string) string {
	given, family, _ := strings.Cut(name, " ")
	return fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":%q,"externalId":%q,"userName":%q,"name":{"givenName":%q,"familyName":%q},"emails":[{"value":%q,"primary":true}]}`,
		id, external, mail, given, family, mail)
}

// TestJoin holds who is taken for one person. Two systems that count from 1 must
// not make one person of two.
func TestJoin(t *testing.T) {
	for _, c := range []struct {
		name  string
		files fstest.MapFS
		want  []string
		note  string // that some file has, "" for none
	}{
		{
			"equal numbers of two people", folder(
				"ats.json", anwar,
				"scim.jsonl", user("1", "", "Siobhan Sampla", "siobhan@corp.example.com"),
			),
			[]string{"1[] 1", "scim.users:1[1] 1"},
			"scim.jsonl: 1 of its records have the id of another person in greenhouse.candidates",
		},
		{
			"the same under one name", folder(
				"ats.json", anwar,
				"scim.jsonl", user("1", "", "Anwar Mithal", "amithal@corp.example.com"),
			),
			[]string{"1[] 2"},
			"",
		},
		{
			"another name and one mailbox", folder(
				"ats.json", anwar,
				"scim.jsonl", user("1", "", "Kofi Beispiel", "anwar@example.com"),
			),
			[]string{"1[] 2"},
			"",
		},
		{
			"a couple with one mailbox and one surname", folder(
				"a.csv", "id,name,email\nc-1,Chen Yangli,home@example.com\nc-2,Rosa Yangli,home@example.com\n",
			),
			[]string{"c-1[] 1", "c-2[] 1"},
			"",
		},
		{
			"one person who applied twice", folder(
				"a.csv", "id,name,email\nc-1,Chen Yangli,home@example.com\nc-2,Yangli Chen,home@example.com\n",
			),
			[]string{"c-1[c-2] 2"},
			"",
		},
		{
			"a former name", folder(
				"a.csv", "id,name,email\n1,Anwar Mithal,anwar@example.com\n",
				"b.csv", "id,name,former_name,email\n1,Kofi Beispiel,Anwar Mithal,kofi@example.com\n",
			),
			[]string{"1[] 2"},
			"",
		},
		{
			"one system knows its own ids", folder(
				"a.jsonl", user("1", "", "Anwar Mithal", "anwar@example.com"),
				"b.jsonl", user("1", "", "Kofi Beispiel", "kofi@example.com"),
			),
			[]string{"1[] 2"},
			"",
		},
		{
			"an alias of another's number", folder(
				"ats.json", anwar,
				"scim.jsonl", user("u-1", "1", "Siobhan Sampla", "siobhan@example.com"),
			),
			[]string{"1[] 1", "u-1[] 1"},
			"",
		},
		{
			"declared to be one person", folder(
				"ats.json", anwar,
				"scim.jsonl", user("u-1", "", "Siobhan Sampla", "siobhan@example.com"),
				"hr.csv", "id,alias,name\nw-1,u-1,Siobhan Sampla\n",
				"said.csv", "id,declared_relation,city\nu-1,same_person:1,Leeds\n",
			),
			[]string{"1[u-1 w-1] 4"},
			"",
		},
		{
			"what names only the number is nobody's", folder(
				"ats.json", anwar,
				"scim.jsonl", user("1", "", "Siobhan Sampla", "siobhan@example.com"),
				"pay.csv", "person,effective_at,method,account\n1,2026-01-02,bank,GB00TEST\nsiobhan@example.com,2026-01-02,bank,GB00TEST\nscim.users:1,2026-01-03,bank,GB00TEST\n",
			),
			[]string{"1[] 1", "scim.users:1[1] 3"},
			"what names only that id is not attributed",
		},
		{
			"columns of a system that says which", folder(
				"ats.json", anwar,
				"apps.json", `[{"id":9,"candidate_id":1,"applied_at":"2026-01-02T03:04:05Z","jobs":[{"id":4,"name":"Engineer"}]}]`,
				"scim.jsonl", user("1", "", "Siobhan Sampla", "siobhan@example.com"),
			),
			[]string{"1[] 2", "scim.users:1[1] 1"},
			"scim.jsonl: 1 of its records",
		},
		{
			"columns of a system that does not say", folder(
				"ats.json", anwar,
				"ips.csv", "id,ip\n1,192.0.2.7\n",
				"scim.jsonl", user("1", "", "Siobhan Sampla", "siobhan@example.com"),
			),
			[]string{"1[] 1", "csv.people:1[1] 1", "scim.users:1[1] 1"},
			"ips.csv: 1 of its records",
		},
		{
			"no name joins the one who has the mailbox", folder(
				"a.csv", "id,name,email\nc-1,Anwar Mithal,anwar@example.com\n",
				"b.csv", "username,email\namithal,anwar@example.com\n",
				"c.csv", "username,city\namithal,Leeds\n",
			),
			[]string{"c-1[amithal] 3"},
			"",
		},
		{
			"no name joins neither of two who share one", folder(
				"a.csv", "id,name,email\nc-1,Anwar Mithal,jobs@example.com\nc-2,Siobhan Sampla,jobs@example.com\n",
				"b.csv", "username,email\nclerk,jobs@example.com\n",
			),
			[]string{"c-1[] 1", "c-2[] 1", "clerk[] 1"},
			"",
		},
		{
			"one mailbox and nothing else", folder(
				"a.csv", "email,name\njobs@example.com,Anwar Mithal\njobs@example.com,Siobhan Sampla\njobs@example.com,Kofi Beispiel\n",
			),
			[]string{"csv.people:jobs@example.com#2[jobs@example.com] 1", "csv.people:jobs@example.com[jobs@example.com] 1", "jobs@example.com[] 1"},
			"a.csv: 2 of its records",
		},
		{
			"accounts without names behind one mailbox", folder(
				"a.jsonl", user("1", "", "", "a@example.com")+"\n"+strings.Replace(user("2", "", "", "a@example.com"), `"userName":"a@example.com"`, `"userName":"b"`, 1)+"\n",
			),
			[]string{"1[] 1", "2[] 1"},
			"",
		},
		{
			"cyclic relations and oneself", folder(
				"a.csv", "id,name,declared_relation\nc-1,Anwar Mithal,household:c-2\nc-2,Siobhan Sampla,household:c-3\nc-3,Kofi Beispiel,household:c-1;household:c-3;same_person:c-3;referral:c-3\n",
			),
			[]string{"c-1[] 1", "c-2[] 1", "c-3[] 1"},
			"",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := scan(t, c.files, 2)
			if diff := cmp.Diff(c.want, joined(res)); diff != "" {
				t.Errorf("subjects (-want +got):\n%s\n%s", diff, noted(res))
			}
			if n := noted(res); !strings.Contains(n, c.note) || c.note == "" && strings.Contains(n, "kept apart") {
				t.Errorf("notes are %q, want %q", n, c.note)
			}
			// Other paths turn the order of reading around.
			turned := fstest.MapFS{}
			for path, f := range c.files {
				turned[string(255-path[0])+path] = f
			}
			if diff := cmp.Diff(joined(res), joined(scan(t, turned, 1))); diff != "" {
				t.Errorf("files in another order (-base +turned):\n%s", diff)
			}
		})
	}
}

// TestSharedMailbox holds that a hundred people who give one address stay a
// hundred.
func TestSharedMailbox(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,name,email\n")
	want := map[string]bool{}
	for i := range 100 {
		fmt.Fprintf(&b, "c-%d,Given%d Family%d,jobs@example.com\n", i, i, i)
		want[fmt.Sprintf("c-%d", i)] = true
	}
	res := scan(t, folder("a.csv", b.String()), 2)
	got := map[string]bool{}
	for _, s := range res.Subjects {
		got[string(s.View.Subject)] = true
	}
	if !maps.Equal(got, want) {
		t.Errorf("%d subjects, want 100", len(got))
	}
}

// TestCrowds holds that what ten thousand people have in common costs time in
// proportion to them: ten times the people may not take fifty times as long.
func TestCrowds(t *testing.T) {
	if testing.Short() {
		t.Skip("measuring takes a few seconds")
	}
	crowd := func(n int, row func(i int) string) fstest.MapFS {
		var b bytes.Buffer
		b.WriteString("id,name,email,phone,username,address,city,country,alias,declared_relation\n")
		for i := range n {
			b.WriteString(row(i) + "\n")
		}
		return folder("a.csv", b.String())
	}
	tables, err := enrich.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if err := tables.Load(); err != nil {
		t.Fatal(err)
	}
	took := func(files fstest.MapFS) time.Duration {
		start := time.Now()
		if _, err := pipeline.Scan(t.Context(), pipeline.Options{Files: files, Tables: tables, Policy: weigh.DefaultPolicy()}); err != nil {
			t.Fatal(err)
		}
		return time.Since(start)
	}
	for name, row := range map[string]func(i int) string{
		"one telephone": func(i int) string {
			return fmt.Sprintf("c-%d,Given%d Family%d,p%d@example.com,+12025550101,,,,,,", i, i, i, i)
		},
		"one mailbox":           func(i int) string { return fmt.Sprintf("c-%d,Given%d Family%d,jobs@example.com,,,,,,,", i, i, i) },
		"one mailbox, no names": func(i int) string { return fmt.Sprintf("c-%d,,jobs@example.com,,,,,,,", i) },
		"one id":                func(i int) string { return fmt.Sprintf("1,Given%d Family%d,p%d@example.com,,,,,,,", i, i, i) },
		"one id, no names":      func(i int) string { return fmt.Sprintf("1,,p%d@example.com,,,,,,,", i) },
		"one alias":             func(i int) string { return fmt.Sprintf("c-%d,Given%d Family%d,,,,,,,x-1,", i, i, i) },
		"one name and door":     func(i int) string { return fmt.Sprintf("c-%d,Anwar Mithal,,,,1 High Street,Leeds,GB,,", i) },
		"household in a ring":   func(i int) string { return fmt.Sprintf("c-%d,Given%d Family%d,,,,,,,,household:c-%d", i, i, i, i+1) },
		"household of one":      func(i int) string { return fmt.Sprintf("c-%d,Given%d Family%d,,,,,,,,household:c-0", i, i, i) },
	} {
		t.Run(name, func(t *testing.T) {
			few, many := crowd(1000, row), crowd(10_000, row)
			took(few)
			small, large := took(few), took(many)
			t.Logf("1,000 people %v, 10,000 people %v", small, large)
			if limit := 50*small + time.Second; large > limit {
				t.Errorf("10,000 people took %v, 1,000 took %v", large, small)
			}
		})
	}
}

// TestTimeThatCannotBe holds that a record or an event with a clock years ahead
// does not set the instant of the assessment, and hides nothing of the others.
func TestTimeThatCannotBe(t *testing.T) {
	event := func(id, at, who string) string {
		return fmt.Sprintf(`{"uuid":%q,"published":%q,"eventType":"user.session.start","version":"0","severity":"INFO","actor":{"id":"00u1","type":"User","alternateId":%q},"client":{"ipAddress":"192.0.2.7"},"outcome":{"result":"SUCCESS"}}`+"\n", id, at, who)
	}
	const known, stranger = "anwar@example.com", "nobody@elsewhere.example"
	files := folder(
		"people.csv", "id,name,email,applied_at\nc-1,Anwar Mithal,anwar@example.com,2026-01-02\nc-2,Kofi Beispiel,kofi@example.com,2190-01-01\nc-3,Maya Sampla,maya@example.com,9999-01-01\nc-4,Io Esempio,io@example.com,0001-01-01\n",
		"okta.jsonl", event("1", "2026-03-01T09:00:00.000Z", known)+event("2", "9999-12-31T23:59:59.999Z", known)+
			event("3", "2026-03-02T10:00:00.000Z", known)+event("4", "1969-12-31T23:59:59.000Z", known)+event("5", "0000-00-00T00:00:00.000Z", known)+
			event("6", "2026-04-01T09:00:00.000Z", stranger)+event("7", "-000000000", known),
	)
	tables, err := enrich.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC)
	for _, workers := range []int{1, 2} {
		res, err := pipeline.Scan(t.Context(), pipeline.Options{Files: files, Tables: tables, Policy: weigh.DefaultPolicy(), Latest: now, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if want := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC); !res.AsOf.Equal(want) {
			t.Errorf("with %d workers the assessment is as of %v, want %v", workers, res.AsOf, want)
		}
		for _, in := range res.Inputs {
			if in.Path == "okta.jsonl" && (in.Records != 4 || in.Skipped != 3 || in.Unattributed != 1) {
				t.Errorf("okta.jsonl: %+v, want 4 records of which 1 unattributed, and 3 skipped", in)
			}
		}
		if len(res.Subjects) != 4 {
			t.Errorf("%d subjects, want 4: a date that cannot be costs only itself", len(res.Subjects))
		}
	}
}

// TestManyBadRows holds that of a file with more bad rows than are named, the
// same ones are named however many workers read it, and that the end is.
func TestManyBadRows(t *testing.T) {
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, `{"uuid":"%d","published":"2026-03-01T09:00:00.000Z","eventType":"user.session.start","actor":{"id":"00u1","type":"User"},"outcome":{"result":"SUCCESS"},"padding":%q`, i, strings.Repeat("x", 200))
		if i%2 == 0 {
			b.WriteString(`}`)
		}
		b.WriteString("\n")
	}
	var first string
	for _, workers := range []int{1, 4, 4, 4} {
		res := scan(t, folder("okta.jsonl", b.String()), workers)
		if in := res.Inputs[0]; in.Skipped != 10_000 {
			t.Errorf("%d skipped, want 10,000", in.Skipped)
		}
		got := fmt.Sprint(res.Skipped)
		if first == "" {
			first = got
		}
		if got != first {
			t.Errorf("with %d workers other rows are named", workers)
		}
		if n := len(res.Skipped); n != 1001 || res.Skipped[0].Line != 2 || res.Skipped[n-1].Line != 2001 || !strings.HasPrefix(res.Skipped[n-1].Reason, "9000 more") {
			t.Errorf("%d named, from line %d to %v", n, res.Skipped[0].Line, res.Skipped[n-1])
		}
	}
}

// TestNobodyIsFramed holds that somebody who puts a person's telephone number,
// mail address, profile and résumé into an application of their own cannot have
// that person escalated.
func TestNobodyIsFramed(t *testing.T) {
	var resume strings.Builder
	if err := sample.Files(func(path string, data []byte) error {
		if path == "resumes/c-104-resume.txt" {
			resume.Write(data[bytes.IndexByte(data, '\n')+1:])
		}
		return nil
	}, nil); err != nil {
		t.Fatal(err)
	}
	for _, victim := range []string{"applicant", "worker"} {
		files := folder(
			"people.csv", "id,stage,name,email,phone,linkedin,city,country,applied_at,hired_at\n"+
				"v-1,"+victim+",Wanjiru Mfano,wanjiru@example.com,+12025550111,linkedin.com/in/wanjiru,Leeds,GB,2026-01-10T09:00:00Z,\n"+
				"a-1,applicant,Tomasz Próbka,wanjiru@example.com;tomasz@example.com,+12025550111,linkedin.com/in/wanjiru,Porto,PT,2026-04-10T09:00:00Z,\n"+
				"a-2,applicant,Yuki Rei,yuki@example.com,+12025550111,linkedin.com/in/wanjiru,Osaka,JP,2026-04-11T09:00:00Z,\n",
			"v-1.txt", "Wanjiru Mfano\n"+resume.String(),
			"a-1.txt", "Tomasz Próbka\n"+resume.String(),
			"a-2.txt", "Yuki Rei\n"+resume.String(),
		)
		seen := false
		for _, s := range scan(t, files, 2).Subjects {
			if s.View.Subject != "v-1" {
				continue
			}
			seen = true
			if s.Assessment.State == weigh.Escalate {
				t.Errorf("a %s is escalated by other people's applications: %d", victim, s.Assessment.Total)
			}
			if s.Assessment.Total-s.Assessment.Prior < 100 {
				t.Errorf("the %s's details were not found in the applications: the test shows nothing", victim)
			}
		}
		if !seen {
			t.Errorf("the %s is nobody", victim)
		}
	}
}
