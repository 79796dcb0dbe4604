// SPDX-License-Identifier: Apache-2.0

package pipeline_test

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"daylight/enrich/mmdb"
	"daylight/pipeline"
	"daylight/record"
)

// crowd is a company in which much is shared by many: one résumé by more people than
// are compared, networks of homes by people some of whom have a name in common,
// telephones and applications from one address.
func crowd(t *testing.T) fstest.MapFS {
	t.Helper()
	const people, homes = 60, 18
	places, err := mmdb.Bytes("Places (invented)", []mmdb.Entry{{
		Prefix: netip.MustParsePrefix("198.51.100.0/24"), Country: "NZ", City: "Christchurch", HasPoint: true, Lat: -43.5, Lon: 172.6, RadiusKM: 20,
		TimeZone: "Pacific/Auckland", ASN: 64510, Org: "Home Lines Example", ConnectionType: "Cable/DSL", UserType: "residential",
	}})
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{"places.mmdb": {Data: places}}
	var long []string // a text that says much
	for n := range 4 {
		long = append(long, resumeLines(1000 + n)[3:]...)
	}
	var all, log strings.Builder
	all.WriteString("id,stage,name,email,phone,client_ip,applied_at,role\n")
	for i := range people {
		given := []string{"Aroha", "Bilal", "Chipo", "Dilnoza", "Eluned"}[i%5]
		family := []string{"Dukaan", "Esempio", "Fampl", "Mfano"}[i%4]
		_, _ = fmt.Fprintf(&all, "w-%d,applicant,%s %s,p%d@larkspur.example,+1 555 01%02d,198.51.100.%d,2026-02-%02dT09:00:00Z,Role %d\n",
			i, given, family, i, i/3, i%homes, 1+i%5, i)
		lines := resumeLines(i)
		lines[0] = given + " " + family
		if i%2 == 0 {
			lines = slices.Concat(lines[:3], long)
		}
		files[fmt.Sprintf("resumes/%d.txt", i)] = &fstest.MapFile{Data: []byte(strings.Join(lines, "\n"))}
		for day := range 6 {
			for hour := range 4 {
				_, _ = fmt.Fprintf(&log, `{"uuid":"n-%d-%d-%d","published":"2026-03-%02dT%02d:%02d:00.000Z","eventType":"user.session.start","actor":{"id":"w-%d","type":"User","alternateId":"p%d@larkspur.example"},"client":{"ipAddress":"198.51.100.%d"},"outcome":{"result":"SUCCESS"}}`+"\n",
					i, day, hour, 2+day, 9+hour, i, i, i, (i+day/5*homes/2)%homes)
			}
		}
	}
	files["crowd/people.csv"] = &fstest.MapFile{Data: []byte(all.String())}
	files["crowd/log.jsonl"] = &fstest.MapFile{Data: []byte(log.String())}
	return files
}

// TestNamesChangeNothing assesses people under other names, as the service does with
// those of a key of its own, and demands the same assessments: which of several that
// weigh alike is looked at first must not matter.
func TestNamesChangeNothing(t *testing.T) {
	files := crowd(t)
	var want map[string]string
	for salt := range 5 {
		o := options(t, files)
		if salt > 0 {
			o.Name = func(id record.SubjectID) record.SubjectID {
				return record.SubjectID(fmt.Sprintf("p-%x", sha256.Sum256(fmt.Appendf(nil, "%d %s", salt, id)))[:12])
			}
		}
		res, err := pipeline.Scan(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		got, shared := weighed(res)
		if want == nil {
			want = got
			for _, id := range []string{"net.ip_shared_accounts", "app.resume_text_clone", "app.contact_reuse"} {
				if shared[id] < 12 {
					t.Errorf("%s speaks of %d people only: the test shows nothing", id, shared[id])
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("under names of salt %d (-as sources call them +under others):\n%s", salt, diff)
		}
	}
}

// weighed is what was found of people and how much it counts, by the ids of their
// sources, and of how many people each indicator speaks.
func weighed(res *pipeline.Result) (people map[string]string, present map[string]int) {
	people, present = map[string]string{}, map[string]int{}
	for _, s := range res.Subjects {
		var b strings.Builder
		_, _ = fmt.Fprintf(&b, "%s %s %v", s.Assessment.State, s.Assessment.Total, s.Ring >= 0)
		lines := make([]string, 0, len(s.Assessment.Contributions))
		for _, c := range s.Assessment.Contributions {
			lines = append(lines, fmt.Sprintf("\n%s %s %d %s %s %d", c.Finding.Indicator, c.Finding.Outcome, c.Finding.Strength, c.Weight, c.Counted, len(c.Finding.Related)))
			if c.Weight > 0 {
				present[c.Finding.Indicator]++
			}
		}
		slices.Sort(lines)
		people[string(s.ID)] = b.String() + strings.Join(lines, "")
	}
	return people, present
}
