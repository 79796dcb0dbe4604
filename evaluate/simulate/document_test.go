// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the tables of docs/simulator.md")

const page = "../../docs/simulator.md"

// TestDocument keeps the tables of docs/simulator.md what the code says.
func TestDocument(t *testing.T) {
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	got := string(data)
	want := got
	for name, table := range map[string]string{"figures": figuresTable(), "constants": constantsTable(), "tactics": tacticsTable(), "groups": groupsTable()} {
		open, end := "<!-- "+name+": written by go test ./evaluate/simulate -update -->\n", "<!-- end -->"
		before, rest, ok := strings.Cut(want, open)
		_, after, closed := strings.Cut(rest, end)
		if !ok || !closed {
			t.Fatalf("%s has no place for the table %s", page, name)
		}
		want = before + open + table + end + after
	}
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/simulator.md does not say what the code does (-want +got):\n%s", diff)
	}
	for slug := range DefaultTactics() {
		if !strings.Contains(got, "`"+slug+"`") {
			t.Errorf("docs/simulator.md does not describe the tactic %s", slug)
		}
	}
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func figuresTable() string {
	var b strings.Builder
	b.WriteString("| sign | how often | honest | deceptive | source |\n|---|---|---|---|---|\n")
	for _, f := range Figures() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", f.Sign, f.What, number(f.Honest), number(f.Deceptive), f.Source)
	}
	return b.String()
}

func constantsTable() string {
	var b strings.Builder
	b.WriteString("| what | value |\n|---|---|\n")
	for _, c := range []struct {
		what  string
		value float64
	}{
		{"honest people for each deceptive one, unless set (one vendor ties 1 in 343 applicants to this scheme, Pindrop 2026)", HonestPerDeceptive},
		{"workers, of everyone", shareWorkers},
		{"mean tenure of honest workers, days", tenureHonest},
		{"mean tenure of deceptive workers, days (six months, published cases)", tenureDeceptive},
		{"workers who leave during the logs", shareLeft},
		{"weeks of leave, of a worker's weeks", shareLeaveWeek},
		{"sick days, of a worker's days", shareSickDay},
		{"people who leave a VPN near their claimed home; the others leave it anywhere", shareNearExit},
		{"addresses of each mobile gateway, of which there is one a town", mobileUsed},
		{"members of a group who use what the group shares", takesPart},
		{"other deceptive people who use a borrowed identity as well", alsoBorrowed},
		{"lines in a ring's stock of résumé text", stockSize},
		{"of what is seen in interviews, the part that comes from people with that habit, and how often these show it", inHabit},
		{"answers that speak against somebody in spite of which they are hired", hiredAnyway},
		{"night shifts that HR has on record", toldNight},
		{"travellers who told HR", toldTravel},
		{"couples who told HR", toldCouple},
		{"brothers and sisters who told HR", toldSiblings},
		{"people in a co-working space who told HR", toldCowork},
		{"accommodations that are recorded", toldRecorded},
		{"former names that are recorded", toldFormer},
		{"military addresses that are declared as protected", toldMilitary},
		{"travellers and nomads who had not told HR, and do when asked where they work from; former names that were not recorded, and are when asked for", toldWhenAsked},
		{"honest people who can open an official record of what was denied twice", opensOwn},
		{"deceptive people who can", opensOther},
		{"deceptive people for whom a state vouches that they are the person", proves},
	} {
		fmt.Fprintf(&b, "| %s | %s |\n", c.what, number(c.value))
	}
	return b.String()
}

func signs(m map[Sign]float64) string {
	var out []string
	for _, s := range slices.Sorted(maps.Keys(m)) {
		out = append(out, fmt.Sprintf("`%s` %s", s, number(m[s])))
	}
	return strings.Join(out, ", ")
}

func tacticsTable() string {
	var b strings.Builder
	b.WriteString("| tactic | frequency | group | text from the group's stock | words changed | figures it changes |\n|---|---|---|---|---|---|\n")
	all := DefaultTactics()
	for _, slug := range slices.Sorted(maps.Keys(all)) {
		t := all[slug]
		fmt.Fprintf(&b, "| `%s` | %s | %d-%d | %s-%s | %s | %s |\n", slug, number(t.Frequency), t.Group[0], t.Group[1], number(t.TextShared[0]), number(t.TextShared[1]), number(t.Reworded), signs(t.Signs))
	}
	return b.String()
}

func groupsTable() string {
	var b strings.Builder
	b.WriteString("| group | who | share | of | together | figures it changes |\n|---|---|---|---|---|---|\n")
	for _, g := range honestGroups() {
		together := ""
		if g.size[1] > 0 {
			together = fmt.Sprintf("%d-%d", g.size[0], g.size[1])
		}
		of := map[who]string{anyone: "everyone", workers: "workers", applicants: "applicants"}[g.from]
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", g.slug, g.what, number(g.share), of, together, signs(g.signs))
	}
	return b.String()
}
