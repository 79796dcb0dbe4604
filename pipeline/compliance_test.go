// SPDX-License-Identifier: Apache-2.0

package pipeline_test

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"daylight/detect/indicators"
	"daylight/enrich"
	"daylight/pipeline"
	"daylight/record"
	"daylight/sanctions"
	"daylight/weigh"
)

func scanWith(t *testing.T, files fs.FS, territories ...string) *pipeline.Result {
	t.Helper()
	tables, err := enrich.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	o := pipeline.Options{Files: files, Tables: tables, Catalog: indicators.Catalog(), Policy: weigh.DefaultPolicy(), Workers: 2}
	for _, s := range territories {
		territory, err := sanctions.ParseTerritory(s)
		if err != nil {
			t.Fatal(err)
		}
		o.Territories = append(o.Territories, territory)
	}
	res, err := pipeline.Scan(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// paid are two people more, and wallets what they are paid into.
const paid = "id,name,email,hired_at\nw-sanc-1,Amara Okonkwo,amara@example.net,2026-02-01\nw-sanc-2,Linh Tran,linh@example.net,2026-02-01\n"

const wallets = `person,effective_at,method,account,holder
w-sanc-1,2026-03-01,wallet,bc1qsanctionedexample,Amara Okonkwo
w-sanc-2,2026-03-01,wallet,bc1qotherexample,Linh Tran
`

// listOf is an SDN list with one entry: the names of a person, and identifiers.
func listOf(first, last string, ids ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0"?><sdnList><sdnEntry><uid>90001</uid><firstName>%s</firstName><lastName>%s</lastName><idList>`, first, last)
	for _, id := range ids {
		kind, value, _ := strings.Cut(id, "=")
		fmt.Fprintf(&b, "<id><idType>%s</idType><idNumber>%s</idNumber></id>", kind, value)
	}
	b.WriteString("</idList></sdnEntry></sdnList>")
	return b.String()
}

// heldBy returns an e-mail address, and the names, of somebody in the company.
func heldBy(t *testing.T, res *pipeline.Result) (record.SubjectID, string, string) {
	t.Helper()
	for _, s := range res.Subjects {
		for _, r := range s.View.Records {
			if p, ok := r.Body.(record.Person); ok && len(p.Emails) > 0 && !p.Name.IsZero() {
				return s.View.Subject, p.Emails[0].Reveal(), p.Name.Reveal()
			}
		}
	}
	t.Fatal("nobody has an e-mail address and a name")
	return "", "", ""
}

// TestSanctionsChangeNoAssessment holds that a list beside the exports, and
// territories in the configuration, change no weight, order, state or word of an
// assessment, and lead to concerns.
func TestSanctionsChangeNoAssessment(t *testing.T) {
	files := company(t, nil)
	files["payroll/wallets.csv"] = &fstest.MapFile{Data: []byte(wallets)}
	files["payroll/people.csv"] = &fstest.MapFile{Data: []byte(paid)}
	plain := scanWith(t, files)
	if len(plain.Concerns) != 0 {
		t.Fatalf("%d concerns without a list", len(plain.Concerns))
	}
	id, email, _ := heldBy(t, plain)
	var territories []string
	for _, n := range plain.Facts.Networks {
		if c := n.Country.Reveal(); c != "" && !slices.Contains(territories, c) {
			territories = append(territories, c)
		}
	}
	with := maps.Clone(files)
	with["legal/list"] = &fstest.MapFile{Data: []byte(listOf("Jane", "INVENTED",
		"Digital Currency Address - XBT=bc1qsanctionedexample", "Email Address="+email, "Passport=P1234567"))}
	res := scanWith(t, with, territories...)

	if diff := cmp.Diff(told(plain, true), told(res, true)); diff != "" {
		t.Errorf("the list changes assessments (-without +with):\n%s", diff)
	}
	got := map[pipeline.ConcernKind][]record.SubjectID{}
	for _, c := range res.Concerns {
		got[c.Kind] = append(got[c.Kind], c.Subject)
		if strings.Contains(c.Statement, email) || strings.Contains(c.Statement, "bc1q") || len(c.Cites) == 0 {
			t.Errorf("%+v", c)
		}
		if strings.Contains(c.Statement, "90001") != (c.Kind == pipeline.SanctionedIdentifier) || strings.Contains(c.Statement, "INVENTED") {
			t.Errorf("statement %q", c.Statement)
		}
	}
	want := []record.SubjectID{id, "w-sanc-1"}
	slices.Sort(want)
	if diff := cmp.Diff(want, got[pipeline.SanctionedIdentifier]); diff != "" {
		t.Error(diff)
	}
	if n := len(got[pipeline.SanctionedTerritory]); n < 10 {
		t.Errorf("only %d concerns about territories, though every country is on the list", n)
	}
	for _, in := range res.Inputs {
		if in.Path == "legal/list" && (in.Format != sanctions.Format || in.Records != 2 || in.Skipped != 0 || len(in.Notes) != 1) {
			t.Errorf("%+v", in)
		}
	}
}

// TestSanctionsNeverMatchNames gives an entry everybody's names and no
// identifier of theirs.
func TestSanctionsNeverMatchNames(t *testing.T) {
	files := company(t, nil)
	_, _, name := heldBy(t, scanWith(t, files))
	given, family, _ := strings.Cut(name, " ")
	files["sdn.xml"] = &fstest.MapFile{Data: []byte(listOf(given, family, "Email Address=nobody@example.com"))}
	files["sdn.csv"] = &fstest.MapFile{Data: fmt.Appendf(nil, "90002,\"%s, %s\",\"individual\",\"X\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"Email Address nobody@example.net; a.k.a. '%s'\"\n", family, given, name)}
	files["alt.csv"] = &fstest.MapFile{Data: fmt.Appendf(nil, "90002,1,\"aka\",\"%s\",-0- \n", name)}
	res := scanWith(t, files)
	if len(res.Concerns) != 0 {
		t.Errorf("%+v", res.Concerns)
	}
	formats := map[string]string{}
	for _, in := range res.Inputs {
		formats[in.Path] = in.Format
	}
	for _, path := range []string{"sdn.xml", "sdn.csv", "alt.csv"} {
		if formats[path] != sanctions.Format {
			t.Errorf("%s is read as %q", path, formats[path])
		}
	}
}

// TestSanctionedTerritories looks at which addresses count: those of people's
// activity and applications in the territory, not the company's own.
func TestSanctionedTerritories(t *testing.T) {
	files := company(t, nil)
	plain := scanWith(t, files)
	var land, region string
	for _, n := range plain.Facts.Networks {
		if n.Region != "" && (region == "" || n.Region < region) {
			land, region = n.Country.Reveal(), n.Region
		}
	}
	if land == "" {
		t.Fatal("no address of the sample lies in a region")
	}
	inRegion := map[record.SubjectID]bool{}
	for _, s := range plain.Subjects {
		if p := s.View.Profile; p != nil {
			for _, u := range p.Networks() {
				n := plain.Facts.Networks[u.Addr.Unmap()]
				inRegion[s.View.Subject] = inRegion[s.View.Subject] || n.Region == region && n.Class != enrich.Corporate
			}
		}
		for _, r := range s.View.Records {
			if p, ok := r.Body.(record.Person); ok && p.ClientAddr.IsValid() {
				n := plain.Facts.Networks[p.ClientAddr.Unmap()]
				inRegion[s.View.Subject] = inRegion[s.View.Subject] || n.Region == region && n.Class != enrich.Corporate
			}
		}
	}
	got := map[record.SubjectID]bool{}
	for _, c := range scanWith(t, files, land+"/"+strings.ToUpper(region)).Concerns {
		got[c.Subject] = true
	}
	for _, s := range plain.Subjects {
		if id := s.View.Subject; got[id] != inRegion[id] {
			t.Errorf("%s: concern %t, in the region %t", id, got[id], inRegion[id])
		}
	}
	if len(got) == 0 || len(got) == len(plain.Subjects) {
		t.Errorf("%d of %d people: the test shows little", len(got), len(plain.Subjects))
	}
	if n := len(scanWith(t, files, "ZZ").Concerns); n != 0 {
		t.Errorf("%d concerns about a territory nobody was in", n)
	}
}
