// SPDX-License-Identifier: Apache-2.0

package web

import (
	"html"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/audit"
	"daylight/detect"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/record"
	"daylight/report"
	"daylight/sample"
	"daylight/store"
	"daylight/weigh"

	dom "golang.org/x/net/html"
)

// acts returns the entries of the audit log with an act.
func (c *console) acts(t *testing.T, act string) []audit.Entry {
	t.Helper()
	var out []audit.Entry
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		for e, err := range audit.Opened(r, 0) {
			if err != nil {
				return err
			}
			if e.Act == act {
				out = append(out, e.Entry)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// rows returns the rows of a collection.
func (c *console) rows(t *testing.T, of store.Collection, q store.Query) []store.Row {
	t.Helper()
	var out []store.Row
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(of, q) {
			if err != nil {
				return err
			}
			out = append(out, row)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// change writes to the store behind the console.
func (c *console) change(t *testing.T, f func(w store.Writer) error) {
	t.Helper()
	if err := c.Store.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// TestNobodyIsNamedBeforeAReveal opens every page about everybody of the sample
// company and looks for everything that says who somebody is.
func TestNobodyIsNamedBeforeAReveal(t *testing.T) {
	c := sampleConsole(t)
	secrets := map[string]string{}
	for _, n := range sample.Names() {
		secrets[n] = "a name"
	}
	people := c.rows(t, store.Subjects, store.Query{})
	for _, row := range c.rows(t, store.Faces, store.Query{}) {
		f, err := intake.DecodeFace(row.Body)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range f.Names {
			secrets[n.Reveal()] = "a name"
		}
		for _, v := range slices.Concat(f.Emails, f.Phones, f.Profiles) {
			secrets[v.Reveal()] = "a contact point"
		}
		for _, v := range slices.Concat(f.IDs, f.Usernames) {
			secrets[v] = "an id"
		}
		for _, v := range f.Documents {
			secrets[v] = "the name of an attachment"
		}
	}
	if len(secrets) < 150 || len(people) < 40 {
		t.Fatalf("only %d secrets of %d people: the test looks at too little", len(secrets), len(people))
	}
	paths := []string{"/queue", "/people", "/people?sort=person", "/rings", "/requests", "/catalogue"}
	for _, row := range people {
		paths = append(paths, "/people/"+row.Key)
	}
	for _, row := range c.rows(t, store.Rings, store.Query{}) {
		paths = append(paths, "/rings/"+row.Key)
	}
	for _, role := range []account.Role{account.Security, account.Recruiter} {
		for _, path := range paths {
			page := c.as(role).get(path)
			words := " " + htmlcheck.Text(page.page(t).Find("body")[0]) + " "
			for secret, what := range secrets {
				if holdsWord(words, secret) || strings.Contains(page.body, `"`+html.EscapeString(secret)+`"`) {
					t.Errorf("%s as %s holds %s", path, role, what)
				}
			}
		}
	}
	if got := c.acts(t, "name.reveal"); len(got) != 0 {
		t.Errorf("%d reveals were recorded and nobody asked", len(got))
	}
}

// holdsWord reports whether a text holds a value that is not a part of a longer one.
func holdsWord(text, value string) bool {
	for rest := text; ; {
		i := strings.Index(rest, value)
		if i < 0 {
			return false
		}
		before, after := rest[:i], rest[i+len(value):]
		inside := func(s string, end bool) bool {
			if s == "" {
				return false
			}
			b := s[0]
			if end {
				b = s[len(s)-1]
			}
			return b == '-' || b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
		}
		if !inside(before, true) && !inside(after, false) {
			return true
		}
		rest = after
	}
}

// TestTheBalanceAddsUp: on everybody's page the figures that are shown add up. The table
// goes from the prior to its foot in steps that are its rows, the foot is what the
// probability beside it says, the evidence among the rows is what the store says, and the
// sentence under the picture names the same.
func TestTheBalanceAddsUp(t *testing.T) {
	c := sampleConsole(t)
	centibans := func(s string) int {
		t.Helper()
		n, err := strconv.ParseFloat(strings.NewReplacer("−", "-", "+", "", " dB", "").Replace(s), 64)
		if err != nil {
			t.Fatal(err)
		}
		return int(math.Round(10 * n))
	}
	rows := 0
	for _, row := range c.rows(t, store.Subjects, store.Query{Bare: true}) {
		page := c.as(account.Security).get("/people/"+row.Key).want(t, 200).page(t)
		running, evidence, prior := 0, 0, 0
		for i, cells := range slices.Collect(slices.Chunk(page.Find(".sum tbody td.num"), 3)) { // number, counted, sum
			counted := centibans(htmlcheck.Text(cells[1]))
			running += counted
			switch {
			case i == 0:
				prior = counted
			case htmlcheck.Text(cells[0]) != "":
				evidence += counted
			}
			if got := centibans(htmlcheck.Text(cells[2])); got != running {
				t.Errorf("%s, row %d: the sum is %d, the table says %d", row.Key, i, running, got)
			}
			rows++
		}
		if int64(evidence) != row.Ints["weight"] {
			t.Errorf("%s: the evidence adds up to %d, the store says %d", row.Key, evidence, row.Ints["weight"])
		}
		foot := page.Find(".sum tfoot td.num")
		if got := centibans(htmlcheck.Text(foot[len(foot)-1])); got != running {
			t.Errorf("%s: rows add up to %d, the foot says %d", row.Key, running, got)
		}
		// A report rounds probabilities to four places: -30.0 dB is 0.1 % there.
		chance := shownChance(math.Round(1e4/(1+math.Pow(10, -float64(running)/100))) / 1e4)
		page.In(t, ".sum tfoot th", htmlcheck.Says("Together, "+chance))
		page.In(t, "main", htmlcheck.Says("and the weights below, "+chance+" that"))
		said := htmlcheck.Text(page.Find("figcaption strong")[0])
		figures := regexp.MustCompile(`[+−]?[0-9.]+ dB`).FindAllString(said, -1)
		if len(figures) < 3 || centibans(figures[0]) != prior || centibans(figures[1]) != evidence || centibans(figures[len(figures)-1]) != running ||
			prior+centibans(figures[len(figures)-2]) != running || !strings.HasSuffix(said, "which is "+chance+".") {
			t.Errorf("%s: prior %d, evidence %d, together %d are %s; the picture says %q", row.Key, prior, evidence, running, chance, said)
		}
		page.In(t, "svg.balance text.b", htmlcheck.Says(figures[len(figures)-1]))
	}
	if rows < 200 {
		t.Errorf("only %d rows were added up", rows)
	}
}

// shownChance is a probability as pages write it.
func shownChance(p float64) string {
	switch {
	case p > 0.99:
		return "over 99 %"
	case p < 0.001:
		return "under 0.1 %"
	case p < 0.0995:
		return strings.TrimSuffix(strconv.FormatFloat(100*p, 'f', 1, 64), ".0") + " %"
	}
	return strconv.FormatFloat(100*p, 'f', 0, 64) + " %"
}

// TestPersonPageOrder is the order that the page has on a screen, on paper and for
// the keyboard.
func TestPersonPageOrder(t *testing.T) {
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	page := c.as(account.Security).get("/people/"+handle).want(t, 200).page(t)
	var got []string
	for _, n := range page.Find("main h2") {
		got = append(got, htmlcheck.Text(n))
	}
	want := []string{"In short", "The balance", "What to do next", "Evidence", "What was missing", "Journey", "Rhythm", "Places", "Shared with others", "Records"}
	if !slices.Equal(got, want) {
		t.Errorf("sections are %q, want %q", got, want)
	}
	page.In(t, "svg[role=img]", htmlcheck.Count(4))
	page.In(t, "svg[role=group]", htmlcheck.Count(1)) // the balance: its blocks are links
	page.In(t, "svg[role=group]", htmlcheck.Has("aria-label"))
	page.In(t, "svg[role=img]", htmlcheck.Has("aria-label"))
	page.In(t, "[style]", htmlcheck.None())
	level := 0
	for n := range page.All() {
		if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
			if l := int(n.Data[1] - '0'); l > level+1 {
				t.Errorf("%s after a heading of level %d: %s", n.Data, level, htmlcheck.Text(n))
			} else {
				level = l
			}
		}
	}
	// Every block of the balance leads to evidence that is there, and the keyboard
	// goes by the table instead.
	for _, a := range page.Find("svg a") {
		if htmlcheck.Attr(a, "tabindex") != "-1" || len(page.Find(htmlcheck.Attr(a, "href"))) != 1 && !strings.Contains(htmlcheck.Attr(a, "href"), ".") {
			t.Errorf("a block leads to %s", htmlcheck.Attr(a, "href"))
		}
	}
	for _, n := range page.Find("[tabindex]") {
		if v := htmlcheck.Attr(n, "tabindex"); v != "-1" {
			t.Errorf("tabindex %s changes the order of the keyboard", v)
		}
	}
}

// TestWaiversAreInvisible: whoever has an accommodation or a protected address is
// shown as somebody of whom less is known, and their place is not drawn.
func TestWaiversAreInvisible(t *testing.T) {
	c := sampleConsole(t)
	waived := map[string]detect.Waiver{"w-326": detect.AddressProtected, "c-325": detect.Accommodated}
	for _, row := range c.rows(t, store.Faces, store.Query{}) {
		f, err := intake.DecodeFace(row.Body)
		if err != nil {
			t.Fatal(err)
		}
		w, ok := waived[f.IDs[0]]
		if !ok {
			continue
		}
		delete(waived, f.IDs[0])
		page := c.as(account.Security).get("/people/"+row.Key).want(t, 200).page(t)
		lines := 0
		for _, ind := range c.Catalog {
			if !slices.Contains(ind.Waivers, w) {
				continue
			}
			for _, li := range page.Find("main .path li") {
				if rest, ok := strings.CutPrefix(htmlcheck.Text(li), ind.ID+": "); ok {
					if lines++; rest != "No data to answer from." {
						t.Errorf("%s: %s says %q", f.IDs[0], ind.ID, rest)
					}
				}
			}
		}
		if lines == 0 {
			t.Errorf("%s: no waived indicator is listed", f.IDs[0])
		}
		if w == detect.AddressProtected {
			page.In(t, "#places-h", htmlcheck.None())
			if strings.Contains(htmlcheck.Text(page.Find("main header")[0]), "claims") {
				t.Error("the protected place is claimed on the page")
			}
		}
	}
	if len(waived) > 0 {
		t.Errorf("the sample company lacks %v", waived)
	}
}

// TestErasedAndMerged: who was erased is gone, and who was merged is found under the
// handle that they have now.
func TestErasedAndMerged(t *testing.T) {
	c := sampleConsole(t)
	people := c.rows(t, store.Subjects, store.Query{Bare: true})
	one, other := people[0], people[1]
	c.change(t, func(w store.Writer) error {
		one.Text["merged"] = other.Key
		one.Body = []byte("{}")
		return w.Put(store.Subjects, one)
	})
	sec := c.as(account.Security)
	if got := sec.get("/people/"+one.Key).want(t, 303).Header.Get("Location"); got != "/people/"+other.Key {
		t.Errorf("a merged person leads to %s", got)
	}
	c.change(t, func(w store.Writer) error { return w.Destroy(intake.Holder(other.Key)) })
	sec.get("/people/"+other.Key).want(t, 410)
	sec.get("/queue").want(t, 200)
	sec.get("/people").want(t, 200)
	sec.get("/rings").want(t, 200)
}

// TestMaskedFiles: what somebody named is masked, what a system named is not.
func TestMaskedFiles(t *testing.T) {
	for file, named := range map[string]bool{
		"hr/people.csv": false, "logs/okta.jsonl.gz": false, "logs/audit.ndjson.zst": false, "it/osquery.json": false,
		"resumes/Jane Example CV.pdf": true, "photo.JPG": true, "resumes/x.json": true, "My CV.json": true, "letter": true,
	} {
		if got := NamedByPerson(file); got != named {
			t.Errorf("%s is named by a person: %t", file, got)
		}
	}
	s := &report.Subject{Evidence: []report.Evidence{{Records: []record.Citation{{Path: "a/Jane.pdf"}, {Path: "b.csv"}, {Path: "c/Joe.pdf"}, {Path: "a/Jane.pdf", Locator: "page 2"}}}}}
	maskFiles(s)
	var got []string
	for _, r := range s.Evidence[0].Records {
		got = append(got, r.Path)
	}
	if want := []string{"attachment 1.pdf", "b.csv", "attachment 2.pdf", "attachment 1.pdf"}; !slices.Equal(got, want) {
		t.Errorf("masked as %q, want %q", got, want)
	}
}

func TestAge(t *testing.T) {
	now := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	for then, want := range map[time.Duration]string{0: "0 min", 59 * time.Minute: "59 min", 47 * time.Hour: "47 h", 48 * time.Hour: "2 d", -time.Hour: "0 min"} {
		if got := age(now, now.Add(-then)); got != want {
			t.Errorf("%s ago is %q, want %q", then, got, want)
		}
	}
}

// TestOffersNameNoCommand: a reader of the console has no terminal.
func TestOffersNameNoCommand(t *testing.T) {
	for offer, want := range map[string]string{
		"You could look out (`daylight sun plan` proposes times).": "You could look out.",
		"You could ask a past employer (by telephone).":            "You could ask a past employer (by telephone).",
	} {
		if got := inConsole(offer); got != want {
			t.Errorf("%q becomes %q, want %q", offer, got, want)
		}
	}
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	if body := c.as(account.Security).get("/people/"+handle).want(t, 200).body; strings.Contains(body, "daylight sun") {
		t.Error("the page of a person names a command")
	}
}

// TestThePlannerIsLinked: where the command line names its planner, the console leads to
// its own: on the page of a person, of a request and of the indicator.
func TestThePlannerIsLinked(t *testing.T) {
	c := sampleConsole(t)
	sec := c.as(account.Security)
	const check = "int.daylight_mismatch"
	card := sec.get("/catalogue/"+check).want(t, 200)
	card.page(t).In(t, "main p a[href=/interviews]", htmlcheck.Count(1))
	if strings.Contains(card.body, "daylight sun") {
		t.Error("the card names a command")
	}
	c.as(account.Legal).get("/catalogue/"+check).page(t).In(t, "main p a[href=/interviews]", htmlcheck.None()) // not theirs
	linked := 0
	for _, row := range c.rows(t, store.Subjects, store.Query{Bare: true, By: "weight", Desc: true}) {
		page := sec.get("/people/"+row.Key).want(t, 200).page(t)
		if !slices.ContainsFunc(page.Find(".next input[name=check]"), func(n *dom.Node) bool { return htmlcheck.Attr(n, "value") == check }) {
			page.In(t, ".next a[href=/people/"+row.Key+"/interviews#slots-h]", htmlcheck.None())
			continue
		}
		linked++
		page.In(t, ".next a[href=/people/"+row.Key+"/interviews#slots-h]", htmlcheck.Says("Times at which it tells most"))
		to := sec.post("/people/"+row.Key, "/people/"+row.Key+"/requests", url.Values{"check": {check}}).want(t, 303).Header.Get("Location")
		sec.get(to).page(t).In(t, "dd a[href=/people/"+row.Key+"/interviews#slots-h]", htmlcheck.Count(1))
		break
	}
	if linked == 0 {
		t.Error("the check is offered about nobody")
	}
}

// TestCitedAreCounted holds that the number of records is that of all, also where the
// list is cut.
func TestCitedAreCounted(t *testing.T) {
	var v personView
	var f detect.Finding
	for i := range mostCited + 3 {
		f.Cites = append(f.Cites, record.Citation{Path: "a.csv", Locator: strconv.Itoa(i), At: time.Unix(int64(i), 0)})
	}
	f.Cites = append(f.Cites, f.Cites[0])
	v.cite(weigh.Assessment{Contributions: []weigh.Contribution{{Finding: f}}})
	if v.Cited != mostCited+3 || v.MoreRecords != 3 || len(v.Records) != mostCited || v.Records[0].Locator != strconv.Itoa(mostCited+2) {
		t.Errorf("%d cited, %d more, %d listed, first %v", v.Cited, v.MoreRecords, len(v.Records), v.Records[0])
	}
}
