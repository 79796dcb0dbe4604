// SPDX-License-Identifier: Apache-2.0

package document

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"daylight/record"
)

func date(s string) record.Date {
	var d record.Date
	parts := strings.Split(s, "-")
	for i, p := range parts {
		n, _ := strconv.Atoi(p)
		*[]*int{&d.Year, &d.Month, &d.Day}[i] = n
	}
	return d
}

func TestPeriodOf(t *testing.T) {
	for line, want := range map[string]string{
		"Jan 2019 - Mar 2021":                  "2019-01 2021-03",
		"Engineer, January 2019 – Present":     "2019-01 now",
		"Sep. 2017 - May. 2018":                "2017-09 2018-05",
		"Sept 2017 to May 2018":                "2017-09 2018-05",
		"03/2019 - 11/2021":                    "2019-03 2021-11",
		"01.03.2019 – 30.11.2021":              "2019-03 2021-11",
		"2019-03 – 2021-11":                    "2019-03 2021-11",
		"2019-2021":                            "2019 2021",
		"2019–":                                "",
		"(2014 - current)":                     "2014 now",
		"Jan '19 - Mar '21":                    "2019-01 2021-03",
		"März 2019 – heute":                    "2019-03 now",
		"mars 2019 à juin 2021":                "2019-03 2021-06",
		"marzo de 2019 - actualidad":           "2019-03 now",
		"2019年3月 - 2021年":                      "2019-03 2021",
		"January 5, 2019 - March 6, 2021":      "2019-01 2021-03",
		"2021 - 2019":                          "",
		"2015 - 2017, 2019 - 2021":             "",
		"+1 202 555 0142":                      "",
		"24/2019":                              "",
		"grew revenue from 2019 units":         "",
		"a team of 2000 to 3000 people":        "",
		"":                                     "",
		"June 2015 until August 2015 (intern)": "2015-06 2015-08",
	} {
		got := ""
		if p, ok := periodOf(line); ok {
			got = p.from.String() + " " + p.to.String()
			if p.current {
				got = p.from.String() + " now"
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

func TestJobs(t *testing.T) {
	acme := record.Job{Employer: "Example Works", Title: "Senior Engineer", From: date("2019-01"), To: date("2021-03")}
	now := acme
	now.To, now.Current = record.Date{}, true
	full := acme
	full.FullTime = true
	for _, c := range []struct {
		name, text string
		want       []record.Job
	}{
		{"one line with commas", "Experience\nSenior Engineer, Example Works, Jan 2019 - Mar 2021\n- did things", []record.Job{acme}},
		{"one line with bars", "EXPERIENCE\nExample Works | Senior Engineer | Jan 2019 - Mar 2021", []record.Job{acme}},
		{"at", "Work Experience:\nSenior Engineer at Example Works (Jan 2019 – Mar 2021)", []record.Job{acme}},
		{"title over employer", "Experience\nSenior Engineer  Accra\nExample Works  Jan 2019 - Present", []record.Job{now}},
		{"employer over title", "Experience\nExample Works  Accra\nSenior Engineer  Jan 2019 - Mar 2021", []record.Job{acme}},
		{"dates first", "Experience\nJan 2019 - Mar 2021  Example Works  Accra\nSenior Engineer\n- did", []record.Job{acme}},
		{"dates alone below", "Experience\nSenior Engineer\nExample Works\nJan 2019 - Mar 2021\n- did", []record.Job{acme}},
		{"dates alone above", "Experience\nJan 2019 - Mar 2021\nSenior Engineer\nExample Works\n- did", []record.Job{acme}},
		{"full time", "Experience\nSenior Engineer, Example Works, Full-time, Jan 2019 - Mar 2021", []record.Job{full}},
		{"full time in a bullet", "Experience\nSenior Engineer, Example Works, Jan 2019 - Mar 2021\n- Full-time. Ran the plant.", []record.Job{full}},
		{"full time below", "Experience\nSenior Engineer, Example Works, Jan 2019 - Mar 2021\nFull time position, Accra\n- did", []record.Job{full}},
		{"full time of others", "Experience\nSenior Engineer, Example Works, Jan 2019 - Mar 2021\n- Full-time engineers reported to me\n- Led 4 full-time staff", []record.Job{acme}},
		{"full-time studies", "Experience\nSenior Engineer, Example Works, Jan 2019 - Mar 2021\n- Full-time student on the side", []record.Job{acme}},
		{"part time", "Experience\nSenior Engineer, Example Works, Jan 2019 - Mar 2021\n- Part-time\n- Full-time, from 2020 part-time", []record.Job{acme}},
		{"letter-spaced heading", "E X P E R I E N C E\nSenior Engineer, Example Works, Jan 2019 - Mar 2021", []record.Job{acme}},
		{"education is no job", "Education\nTeaching Assistant, Example University, Jan 2019 - Mar 2021", nil},
		{"no section is no job", "Senior Engineer, Example Works, Jan 2019 - Mar 2021", nil},
		{"no employer is no job", "Experience\nJan 2019 - Mar 2021\n- did things", nil},
		{"bullets are no jobs", "Experience\n- moved 3 systems, 2019 - 2021", nil},
		{"two jobs", "Experience\nSenior Engineer, Example Works, Jan 2019 - Mar 2021\n- did\nEducation\nx\nEmployment\nExample Works | Senior Engineer | Jan 2019 - Mar 2021", []record.Job{acme, acme}},
	} {
		d, err := Read("cv.txt", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		got := d.Resume().Jobs
		for i := range got {
			if got[i].Where == "" {
				t.Errorf("%s: no place", c.name)
			}
			got[i].Where = ""
		}
		if diff := cmp.Diff(c.want, got, revealed); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestContactsSkillsClaims(t *testing.T) {
	const cv = `Ana Haddad
ana.haddad@example.com | +1 (202) 555-0142 | linkedin.com/in/ana-example | https://github.com/ana-example
Tel: 030 5550 1234
Technical Skills
Languages: Go, Rust (5 years), C++, SQL
Tools  Docker, Terraform
• Kubernetes · AWS
Fluent in whatever the job asks for, since nobody counts.
Experience
Senior Engineer, Example Works, Jan 2010 - Mar 2012
- Ran Kubernetes clusters and a Kafka log
- Stack: Go, Redis, Swift on a budget
Rust since 2009, and React Native (2012 - 2014)
Senior Engineer, Later Works, Jan 2019 - Present
- TypeScript
References
Someone Else, +1 202 555 0199, else@example.com`
	d, err := Read("cv.txt", []byte(cv))
	if err != nil {
		t.Fatal(err)
	}
	r := d.Resume()
	if diff := cmp.Diff([]record.Redacted{"ana.haddad@example.com"}, r.Emails, revealed); diff != "" {
		t.Errorf("e-mails: %s", diff)
	}
	if diff := cmp.Diff([]record.Redacted{"+1 (202) 555-0142", "030 5550 1234"}, r.Phones, revealed); diff != "" {
		t.Errorf("telephones: %s", diff)
	}
	if diff := cmp.Diff([]record.Redacted{"https://github.com/ana-example", "linkedin.com/in/ana-example"}, r.Profiles, revealed); diff != "" {
		t.Errorf("profiles: %s", diff)
	}
	if diff := cmp.Diff([]string{"aws", "c++", "docker", "go", "kubernetes", "rust", "sql", "terraform"}, r.Skills); diff != "" {
		t.Errorf("skills: %s", diff)
	}
	want := []record.Claim{
		{Skill: "go", Year: 2012, Where: "line 12"},
		{Skill: "kafka", Year: 2012, Where: "line 11"},
		{Skill: "kubernetes", Year: 2012, Where: "line 11"},
		{Skill: "react native", Year: 2012, Where: "line 13"},
		{Skill: "redis", Year: 2012, Where: "line 12"},
		{Skill: "rust", Year: 2009, Where: "line 13"},
	}
	// "Swift on a budget" is no item of a list, and swift is also a word.
	if diff := cmp.Diff(want, r.Claims); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
	if len(r.Jobs) != 2 {
		t.Errorf("%d jobs, want 2", len(r.Jobs))
	}
}

func TestClaimsSince(t *testing.T) {
	for line, want := range map[string]string{
		"Ran Kubernetes in production since 2011 for the plant": "kubernetes 2011",
		"Kubernetes since 2016":                                 "kubernetes 2016",
		"Docker on bare metal since 2012":                       "docker 2012",
		"React Native professionally since 2016":                "react native 2016",
		"Rust (2009-2012)":                                      "rust 2009",
		"Wrote tooling in Rust since 2008.":                     "rust 2008",
		"Kubernetes lead since 2011":                            "", // whose post it was since
		"Docker at Example Works since 2009":                    "",
		"Knows Docker, employed since 2009":                     "",
		"Moved it to Kubernetes. Happy since 2009":              "",
		"Kubernetes and much else since 2009":                   "",
		"Kubernetes for a client since 2009":                    "",
		"Go to market work since 2001":                          "", // a common word
		"Kubernetes was not what we ran since 2009":             "", // too far
		"Chess since 2009":                                      "",
	} {
		d, err := Read("cv.txt", []byte("A\n"+line))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, c := range d.Resume().Claims {
			got += c.Skill + " " + strconv.Itoa(c.Year)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

func TestProfiles(t *testing.T) {
	for url, want := range map[string]bool{
		"https://www.linkedin.com/in/someone/": true, "de.linkedin.com/in/someone?x=1": true, "linkedin.com/company/acme": false,
		"github.com/someone": true, "github.com/someone/project": false, "github.com": false,
		"stackoverflow.com/users/12/someone": true, "example.com/someone": false, "upwork.com/freelancers/~01": true,
	} {
		if got := isProfile(url); got != want {
			t.Errorf("%s: %v", url, got)
		}
	}
}

// TestFirstRelease checks the table as a table, and years of common knowledge.
func TestFirstRelease(t *testing.T) {
	lines := 0
	last := ""
	for line := range strings.Lines(releases) {
		f := strings.Split(strings.TrimSpace(line), ",")
		if f[0] == "name" {
			continue
		}
		lines++
		year, err := strconv.Atoi(f[1])
		if len(f) != 4 || err != nil || year < 1980 || year > 2024 || f[0] != strings.ToLower(f[0]) || f[3] != "" && f[3] != "word" {
			t.Errorf("line %q", line)
		}
		if f[0] <= last {
			t.Errorf("%q is out of order after %q", f[0], last)
		}
		last = f[0]
	}
	if lines < 120 {
		t.Errorf("%d technologies, want 120", lines)
	}
	for skill, want := range map[string]int{
		"Rust": 2010, "Kubernetes": 2014, "k8s": 2014, "React Native": 2015, " TypeScript ": 2012, "java": 1995, "Ruby on Rails": 2004,
		"Swift": 2014, "docker": 2013, "Go": 2009, "Google Cloud Platform": 2008,
	} {
		if got, ok := FirstRelease(skill); !ok || got != want {
			t.Errorf("%s: %d, %v, want %d", skill, got, ok, want)
		}
	}
	if _, ok := FirstRelease("basket weaving"); ok {
		t.Error("an unknown skill has a year")
	}
}

func TestSkillSets(t *testing.T) {
	s := NewSkillSets()
	for p := range uint32(100) {
		s.Add(p, []string{"python", "sql", "own-" + strconv.Itoa(int(p)), "group-" + strconv.Itoa(int(p%10))})
	}
	rare := []string{"erlang", "ocaml", "vhdl", "cobol", "Forth"}
	s.Add(1, rare)
	s.Add(2, append(rare, "FORTH"))
	m := s.Compare(1, 2)
	// 5 of rarity ln(100/2) shared, 2 of none; own-1, group-1, own-2, group-2 not.
	both, rest := 5*3.912023, 2*4.605170+2*2.302585
	if want := both * both / (both + rest); m.Shared != 7 || m.Own != 9 || m.Other != 9 || m.Nats < want-0.01 || m.Nats > want+0.01 {
		t.Errorf("%+v, want %.2f nats", m, want)
	}
	if back := s.Compare(2, 1); back.Nats != m.Nats {
		t.Errorf("%v and back %v", m.Nats, back.Nats)
	}
	if ms := s.Matches(1, 4, 5); len(ms) != 1 || ms[0].Person != 2 {
		t.Errorf("matches %+v", ms)
	}
	if m := s.Compare(3, 4); m.Nats > 0.01 {
		t.Errorf("what all list weighs %.2f nats", m.Nats)
	}
	if m := s.Compare(1000, 1001); m.Nats != 0 || m.Shared != 0 {
		t.Errorf("unknown people: %+v", m)
	}
}
