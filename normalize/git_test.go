// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/record"
	"daylight/source"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func commitBy(n int, name, mail string, unix int64) source.Commit {
	s := source.Signature{Name: name, Email: mail, Unix: unix, OffsetMinutes: 330, HasOffset: true}
	c := source.Commit{Author: s, Committer: s, Parents: 1}
	c.Hash[7], c.Hash[19] = byte(n), byte(n)
	return c
}

func TestGitEvents(t *testing.T) {
	byHost := func(c source.Commit, parents int) source.Commit {
		c.Committer = source.Signature{Name: "GitHub", Email: "noreply@github.com", Unix: c.Author.Unix}
		c.Parents = parents
		return c
	}
	const at = 1772600767
	for _, tc := range []struct {
		commit source.Commit
		want   string
	}{
		{
			commitBy(1, "Amina Okafor", "amina.okafor@example.com", at),
			`2026-03-04T05:06:07.000Z code: commit email="amina.okafor@example.com" offset=330`,
		},
		{
			commitBy(2, "amina", "1001+Amina-O@users.noreply.github.com", at),
			`2026-03-04T05:06:07.000Z code: commit name="amina-o" offset=330`,
		},
		{
			commitBy(3, "deps[bot]", "99+deps[bot]@users.noreply.github.com", at),
			`2026-03-04T05:06:07.000Z code: commit automated name="deps[bot]" offset=330`,
		},
		{
			byHost(commitBy(4, "Mei Tanaka", "mei.tanaka@example.com", at), 2),
			`2026-03-04T05:06:07.000Z code: commit automated email="mei.tanaka@example.com" offset=330`,
		},
		{ // an edit in the host's pages is an act of the author
			byHost(commitBy(5, "Mei Tanaka", "mei.tanaka@example.com", at), 1),
			`2026-03-04T05:06:07.000Z code: commit email="mei.tanaka@example.com" offset=330`,
		},
		{ // not every name that ends in these letters is a machine
			commitBy(6, "Eva Talbot", "e.talbot@example.com", at),
			`2026-03-04T05:06:07.000Z code: commit email="e.talbot@example.com" offset=330`,
		},
		{commitBy(7, "Nia Jones", "nia@example.com", -5), "time not understood"},
	} {
		var e record.Event
		var got string
		if err := NewGit("repo").Decode(&tc.commit, &e); err != nil {
			got = err.Error()
		} else {
			got = describe(&e)
			if e.Pos.Pos != uint64(tc.commit.Hash[7]) {
				t.Errorf("position %x", e.Pos.Pos)
			}
		}
		if got != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.commit.Author.Name, got, tc.want)
		}
	}
}

// histories reads commits and returns the records as JSON.
func histories(t interface{ Fatal(...any) }, commits []source.Commit, made func(record.Ref) time.Time) []string {
	g := NewGit("repos/sample")
	var e record.Event
	for _, c := range commits {
		if err := g.Decode(&c, &e); err != nil {
			t.Fatal(err)
		}
	}
	var out []string
	if err := g.Records(made, func(r record.Record) {
		body, err := json.Marshal(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %s %s at %s, %s: %s", r.ID, r.Ref.Email.Reveal(), r.Ref.Username,
			r.At.Format(time.DateOnly), r.Origin.Locator, body))
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestGitHistories(t *testing.T) {
	day := func(n int64) int64 { return 1772600767 + n*86400 }
	commits := []source.Commit{
		commitBy(1, "Amina Okafor", "amina.okafor@example.com", day(0)),
		commitBy(2, "A. Okafor", "amina.okafor@example.com", day(2)), // close: not another name
		commitBy(3, "Søren Lindqvist", "amina.okafor+work@example.com", day(1)),
		commitBy(4, "Mei Tanaka", "Amina.Okafor@example.com", day(1)),
		commitBy(5, "Pavel Novák", "pavel@example.com", day(0)),
		commitBy(6, "Novák Pavel", "pavel@example.org", day(0)),
		commitBy(7, "pavel novák", "p.novak@example.net", day(0)),
		commitBy(8, "Pavel Novák", "7+pavel-n@users.noreply.github.com", day(3)),
		commitBy(9, "deps[bot]", "deps[bot]@example.com", day(3)),
		commitBy(10, "root", "root@localhost.example", day(3)),
	}
	made := func(ref record.Ref) time.Time {
		if ref.Username == "pavel-n" || ref.Email == "pavel@example.com" {
			return time.Unix(day(2), 0).UTC()
		}
		return time.Time{}
	}
	got := histories(t, commits, made)
	for i := range got {
		_, got[i], _ = strings.Cut(got[i], " ") // the digest
	}
	want := []string{
		`amina.okafor@example.com  at 2026-03-06, commit 0000000000000002: {"repository":"repos/sample","first_commit":"2026-03-04T05:06:07Z","last_commit":"2026-03-06T05:06:07Z","commits":4,"authors":6,"names_per_email":3,"emails_per_name":1,"gap_days":1,"resumed":"2026-03-06T05:06:07Z","after_gap":1}`,
		` pavel-n at 2026-03-07, commit 0000000000000008: {"repository":"repos/sample","account":"pavel-n","account_made":"2026-03-06T05:06:07Z","first_commit":"2026-03-07T05:06:07Z","last_commit":"2026-03-07T05:06:07Z","commits":1,"authors":6,"names_per_email":1,"emails_per_name":3}`,
		`p.novak@example.net  at 2026-03-04, commit 0000000000000007: {"repository":"repos/sample","first_commit":"2026-03-04T05:06:07Z","last_commit":"2026-03-04T05:06:07Z","commits":1,"authors":6,"names_per_email":1,"emails_per_name":3}`,
		`pavel@example.com  at 2026-03-04, commit 0000000000000005: {"repository":"repos/sample","account_made":"2026-03-06T05:06:07Z","first_commit":"2026-03-04T05:06:07Z","last_commit":"2026-03-04T05:06:07Z","commits":1,"backdated":1,"authors":6,"names_per_email":1,"emails_per_name":3}`,
		`pavel@example.org  at 2026-03-04, commit 0000000000000006: {"repository":"repos/sample","first_commit":"2026-03-04T05:06:07Z","last_commit":"2026-03-04T05:06:07Z","commits":1,"authors":6,"names_per_email":1,"emails_per_name":3}`,
		`root@localhost.example  at 2026-03-07, commit 000000000000000a: {"repository":"repos/sample","first_commit":"2026-03-07T05:06:07Z","last_commit":"2026-03-07T05:06:07Z","commits":1,"authors":6,"names_per_email":1,"emails_per_name":1}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("histories (-want +got):\n%s", diff)
	}
}

// The order of commits does not matter, not even where the bounds cut.
func TestGitHistoriesOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		commits := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) source.Commit {
			return commitBy(rapid.IntRange(0, 255).Draw(t, "hash"),
				fmt.Sprintf("Person %d", rapid.IntRange(0, 150).Draw(t, "name")),
				fmt.Sprintf("p%d@example.com", rapid.IntRange(0, 3).Draw(t, "mail")),
				rapid.Int64Range(1, 1e9).Draw(t, "time"))
		}), 1, 400).Draw(t, "commits")
		a := histories(t, commits, nil)
		if b := histories(t, rapid.Permutation(commits).Draw(t, "order"), nil); !slices.Equal(a, b) {
			t.Fatal(cmp.Diff(a, b))
		}
	})
}

func TestGitHubUser(t *testing.T) {
	for _, tc := range []struct{ row, want string }{
		{
			`{"login":"amina-o","id":1001,"node_id":"U_1","type":"User","created_at":"2026-01-02T03:04:05Z","email":"Amina.Okafor+gh@example.com"}`,
			`amina.okafor@example.com amina-o 2026-01-02 {"account":"amina-o","account_made":"2026-01-02T03:04:05Z"}`,
		},
		{`{"login":"acme","id":1,"node_id":"O_1","type":"Organization","created_at":"2026-01-02T03:04:05Z"}`, "not a person's account"},
		{`{"login":"x","id":1,"node_id":"U_1","type":"User","created_at":null}`, "no time"},
		{`{"login":"x","id":1,"node_id":"U_1","type":"User","created_at":"soon"}`, "time not understood"},
		{`{"id":1,"node_id":"U_1","type":"User","created_at":"2026-01-02T03:04:05Z"}`, "no login"},
		{`[]`, "not a JSON object"},
	} {
		got := ""
		err := newGitHubUsers(File{Path: "u.json", Shape: source.JSONLines}).Decode(source.Row{Line: 1, JSON: []byte(tc.row)}, func(r record.Record) {
			body, err := json.Marshal(r.Body)
			if err != nil {
				t.Fatal(err)
			}
			got = fmt.Sprintf("%s %s %s %s", r.Ref.Email.Reveal(), r.Ref.Username, r.At.Format(time.DateOnly), body)
		})
		if err != nil {
			got = err.Error()
		}
		if got != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.row, got, tc.want)
		}
	}
}

func FuzzGitHubUser(f *testing.F) {
	f.Add([]byte(`{"login":"amina-o","id":1001,"node_id":"U_1","type":"User","created_at":"2026-01-02T03:04:05Z"}`))
	f.Add([]byte(`{"login":"amina-o","login":"soren-l","type":"User","created_at":"2026-01-02T03:04:05Z"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		n := 0
		err := newGitHubUsers(File{}).Decode(source.Row{JSON: raw}, func(r record.Record) {
			if n++; r.Ref.Username == "" || r.At.IsZero() || source.CheckJSON(raw) != "" {
				t.Fatalf("%s gives %+v", raw, r)
			}
		})
		if (err == nil) != (n == 1) {
			t.Fatalf("%v and %d records", err, n)
		}
	})
}
