// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"daylight/detect"
	"daylight/detect/indicators"
	"daylight/pipeline"
	"daylight/record"
)

// TestInputsDocumented holds that every input has its own words, and that the
// table of inputs in docs/formats.md has those and no others.
func TestInputsDocumented(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "docs", "formats.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(data), "| input | brought by |\n|---|---|\n")
	if !ok {
		t.Fatal("docs/formats.md has no table of inputs")
	}
	var documented []string
	for line := range strings.Lines(table) {
		cells := strings.Split(line, " | ")
		if len(cells) != 2 {
			break
		}
		documented = append(documented, strings.TrimPrefix(cells[0], "| "))
	}
	var named []string
	for _, k := range kinds {
		named = append(named, inputFor(k))
	}
	if !slices.Equal(documented, named) {
		t.Errorf("docs/formats.md names\n%q\nand the program\n%q", documented, named)
	}
	for _, ind := range indicators.Catalog() {
		for _, k := range slices.Concat(ind.Needs, ind.Either) {
			if !slices.Contains(kinds, k) {
				t.Errorf("%s needs %s, which has no words", ind.ID, k)
			}
		}
	}
}

// having is a result of one person with a record of each of some kinds.
func having(bodies ...record.Body) *pipeline.Result {
	v := &detect.View{}
	for _, b := range bodies {
		v.Records = append(v.Records, record.Record{Body: b})
	}
	return &pipeline.Result{Subjects: []*pipeline.Subject{{View: v}}}
}

// TestLacks holds for each kind of need what is listed, and what is lacking where
// nothing is given, some of it, one alternative, and all.
func TestLacks(t *testing.T) {
	kind := func(kinds ...record.Kind) []record.Kind { return kinds }
	other, person := record.Check{Check: "employment"}, record.Person{}
	none := &pipeline.Result{}
	type folder struct {
		of   string
		res  *pipeline.Result
		want string
	}
	for _, tt := range []struct {
		name   string
		meta   detect.Meta
		listed string
		given  []folder
	}{
		{"one input", detect.Meta{Needs: kind(record.KindDevice)}, "device inventories", []folder{
			{"nobody", none, "no people, no device inventories"},
			{"somebody", having(person), "no device inventories"},
			{"it", having(record.Device{}), ""},
		}},
		{"two inputs", detect.Meta{Needs: kind(record.KindCall, record.KindPerson)}, "meeting participants, people", []folder{
			{"nobody", none, "no meeting participants, no people"},
			{"one", having(person), "no meeting participants"},
			{"both", having(person, record.Call{}), ""},
		}},
		{"a check", detect.Meta{Needs: kind(record.KindCheck), Asks: []string{"phone_voip"}}, "checks.csv: check phone_voip", []folder{
			{"nobody", none, "no people, no row of checks.csv with check phone_voip"},
			{"another check", having(other), "no row of checks.csv with check phone_voip"},
			{"it", having(record.Check{Check: "phone_voip"}), ""},
		}},
		{"one of several checks", detect.Meta{Needs: kind(record.KindCheck), Asks: []string{"a"}, Checks: []string{"b"}}, "checks.csv: check a or b", []folder{
			{"another check", having(other), "no row of checks.csv with check a or b"},
			{"the first", having(record.Check{Check: "a"}), ""},
			{"the second", having(record.Check{Check: "b"}), ""},
		}},
		{"any check", detect.Meta{Needs: kind(record.KindCheck)}, "checks", []folder{
			{"somebody", having(person), "no checks"},
			{"another check", having(other), ""},
		}},
		{"either of two inputs", detect.Meta{Either: kind(record.KindInterview, record.KindDevice)}, "either interviews or device inventories", []folder{
			{"nobody", none, "no people, neither interviews nor any device inventories"},
			{"somebody", having(person), "neither interviews nor any device inventories"},
			{"the first", having(record.Interview{}), ""},
			{"the second", having(record.Device{}), ""},
			{"both", having(record.Interview{}, record.Device{}), ""},
		}},
		{"either an input or a check", detect.Meta{Either: kind(record.KindPayout, record.KindCheck), Asks: []string{"crypto_asked"}}, "either pay or checks.csv: check crypto_asked", []folder{
			{"somebody", having(person), "neither pay nor any row of checks.csv with check crypto_asked"},
			{"another check", having(other), "neither pay nor any row of checks.csv with check crypto_asked"},
			{"the input", having(record.Payout{}), ""},
			{"the check", having(record.Check{Check: "crypto_asked"}), ""},
		}},
		{"an input and either of two", detect.Meta{Needs: kind(record.KindPerson), Either: kind(record.KindDevice, record.KindActivity)}, "people, either device inventories or activity logs", []folder{
			{"nobody", none, "no people, neither device inventories nor any activity logs"},
			{"one", having(person), "neither device inventories nor any activity logs"},
			{"an alternative alone", having(record.Device{}), "no people"},
			{"all", having(person, record.Device{}), ""},
		}},
	} {
		ind := &detect.Indicator{Meta: tt.meta}
		if got := strings.Join(inputs(ind), ", "); got != tt.listed {
			t.Errorf("%s is listed as %q, want %q", tt.name, got, tt.listed)
		}
		for _, g := range tt.given {
			got := ""
			if missing := lacks(g.res, ind); len(missing) > 0 {
				got = open{}.why(ind, missing)
			}
			if got != g.want {
				t.Errorf("%s, given %s: %q, want %q", tt.name, g.of, got, g.want)
			}
		}
	}
}

// TestWhy holds that beyond what nobody has, the commonest answer of those who have
// all that is needed is the reason, of several the first by letters, and how the
// reasons are counted.
func TestWhy(t *testing.T) {
	ind := &detect.Indicator{Meta: detect.Meta{
		Needs: []record.Kind{record.KindShipment, record.KindDevice, record.KindCheck}, Asks: []string{"returned_oddly"},
	}}
	said := open{people: 5, words: map[string]int{"b": 2, "a": 2, "c": 1}}
	for _, tt := range []struct {
		open    open
		missing []lack
		want    string
	}{
		{said, []lack{{record.KindShipment}, {record.KindCheck}}, "no shipping, no row of checks.csv with check returned_oddly"},
		{said, nil, "a"},
		{open{people: 5}, nil, "nobody has all of shipping, device inventories, checks.csv: check returned_oddly"},
	} {
		if got := tt.open.why(ind, tt.missing); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
	want := "Neither pay nor any checks: one is needed by 2 indicators.\nNo shipping: needed by 1 indicator.\n" +
		"No row of checks.csv for 3 checks that only a service or a person answers.\n"
	if got := summary(map[string]int{"no shipping": 1, "neither pay nor any checks": 2}, 3); got != want {
		t.Errorf("the summary is\n%swant\n%s", got, want)
	}
}

// TestUnansweredWords holds that the words of an answer count for those who have
// one of the alternatives, and not for those who have none.
func TestUnansweredWords(t *testing.T) {
	ind := detect.Define(detect.Meta{ID: "tst.either", Either: []record.Kind{record.KindInterview, record.KindDevice}}, struct{}{}, func(*detect.Pass, struct{}) {})
	res := &pipeline.Result{}
	for _, b := range []record.Body{record.Interview{}, record.Device{}, record.Person{}} {
		s := having(b).Subjects[0]
		s.Assessment.Unanswered = []detect.Finding{{Indicator: ind.ID, Statement: "unseen"}}
		res.Subjects = append(res.Subjects, s)
	}
	if got := unanswered(res, []*detect.Indicator{ind})[ind.ID]; got.people != 3 || got.words["unseen"] != 2 {
		t.Errorf("left open for %d, and said for %d: %v", got.people, got.words["unseen"], got.words)
	}
}

// given is a person of whom a folder holds exactly one way to answer indicators.
type given struct {
	kinds []record.Kind // besides people
	check string        // where checks are among them
}

func (g given) key() string { return fmt.Sprint(g.kinds, g.check) }

// waysOf returns each way to fill what an indicator needs.
func waysOf(ind *detect.Indicator) (out []given) {
	ways := [][]record.Kind{nil}
	for _, alternatives := range ind.Wants() {
		var longer [][]record.Kind
		for _, way := range ways {
			for _, k := range alternatives {
				if k == record.KindPerson {
					longer = append(longer, way)
					continue
				}
				longer = append(longer, slices.Concat(way, []record.Kind{k}))
			}
		}
		ways = longer
	}
	for _, way := range ways {
		slices.Sort(way)
		if !slices.Contains(way, record.KindCheck) {
			out = append(out, given{way, ""})
			continue
		}
		checks := checksOf(ind)
		if len(checks) == 0 {
			checks = []string{"background"} // it reads those of all
		}
		for _, check := range checks {
			out = append(out, given{way, check})
		}
	}
	return out
}

// exportsOf writes what docs/formats.md says brings each kind, for people w-0, w-1
// and so on.
func exportsOf(people []given) map[string]string {
	files := map[string]string{
		"people.csv":     "id,name,email,city,country,stage,hired_at,agency\n",
		"checks.csv":     "person,check,result,at,by\n",
		"interviews.csv": "person,at,camera,lighting\n",
		"pay.csv":        "person,effective_at,method,account,holder\n",
		"shipping.csv":   "person,requested_at,delivered_at,serial,city,country\n",
	}
	for i, g := range people {
		id := fmt.Sprintf("w-%d", i)
		mail := id + "@example.com"
		files["people.csv"] += id + ",Sampla Number" + strconv.Itoa(i) + "," + mail + ",Leeds,GB,worker,2026-01-05,Tidewater Staffing\n"
		for _, k := range g.kinds {
			switch k { //nolint:exhaustive // people are written above, and nobody needs outcomes
			case record.KindCheck:
				files["checks.csv"] += id + "," + g.check + ",found,2026-04-01,desk\n"
			case record.KindInterview:
				files["interviews.csv"] += id + ",2026-04-01T09:00:00Z,on,good\n"
			case record.KindPayout:
				files["pay.csv"] += id + ",2026-04-01,bank,GB00SMPL" + strconv.Itoa(1000+i) + ",Sampla Number\n"
			case record.KindShipment:
				files["shipping.csv"] += id + ",2026-04-01,2026-04-03,SAMPLE-" + strconv.Itoa(i) + ",Leeds,GB\n"
			case record.KindDevice:
				files["inventory.jsonl"] += `{"name":"apps","hostIdentifier":"HOST-` + id + `","unixTime":1775001600,"decorations":{"email":"` + mail +
					`"},"columns":{"name":"AnyDesk.app","path":"/Applications/AnyDesk.app","bundle_identifier":"com.philandro.anydesk"},"action":"added"}` + "\n"
			case record.KindCode:
				files["users.jsonl"] += `{"login":"sampla-` + id + `","id":` + strconv.Itoa(i) + `,"node_id":"U_sampla","type":"User","created_at":"2024-01-02T03:04:05Z","email":"` + mail + `"}` + "\n"
			case record.KindCall:
				files["calls.jsonl"] += `{"meeting_id":"900` + strconv.Itoa(i) + `","user_name":"Sampla","email":"` + mail +
					`","join_time":"2026-04-01T09:00:00Z","leave_time":"2026-04-01T09:30:00Z","pc_name":"","ip_address":"192.0.2.10"}` + "\n"
			case record.KindActivity:
				files["sign-ins.jsonl"] += `{"eventType":"user.session.start","published":"2026-04-01T09:00:00Z","actor":{"id":"00u` + strconv.Itoa(i) +
					`","type":"User","alternateId":"` + mail + `"},"outcome":{"result":"SUCCESS"},"client":{"ipAddress":"192.0.2.10"}}` + "\n"
			case record.KindResume:
				files[id+"-resume.md"] = "# Sampla Number\n\n## Experience\n\nTidewater Ltd, developer, 2019-01 to 2024-12\n"
			case record.KindIdentity:
				files[id+"-passport.txt"] = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n"
			case record.KindPhoto:
				var b bytes.Buffer
				picture := image.NewGray(image.Rect(0, 0, 256, 256))
				for at := range picture.Pix {
					picture.Pix[at] = byte(at * at >> 9)
				}
				if err := png.Encode(&b, picture); err == nil {
					files[id+".png"] = b.String()
				}
			}
		}
	}
	for name, text := range files {
		if strings.Count(text, "\n") < 2 && strings.HasSuffix(name, ".csv") {
			delete(files, name)
		}
	}
	return files
}

// TestAnsweredByWhatIsNamed gives, for every indicator of the catalogue and each way
// that its row names, exactly that in a documented form: the row then lacks
// nothing, though it did before, and an answer to a question that an indicator asks
// is an answer.
func TestAnsweredByWhatIsNamed(t *testing.T) {
	documented, err := os.ReadFile(filepath.Join("..", "docs", "formats.md"))
	if err != nil {
		t.Fatal(err)
	}
	catalog := indicators.Catalog()
	people, of := []given{{}}, map[string]int{given{}.key(): 0}
	for _, ind := range catalog {
		for _, way := range waysOf(ind) {
			if _, ok := of[way.key()]; !ok {
				of[way.key()] = len(people)
				people = append(people, way)
			}
		}
	}
	folder := filepath.Join(exports(t, exportsOf(people)), "exports")
	a := &app{World: World{Stdout: io.Discard, Stderr: io.Discard, Env: func(string) string { return "" }, Now: time.Now}, catalog: catalog, log: slog.New(slog.DiscardHandler)}
	res, _, err := a.assess(t.Context(), folder, scanFlags{})
	if err != nil {
		t.Fatal(err)
	}
	alone := func(i int) *pipeline.Result {
		for _, s := range res.Subjects {
			if s.View.Subject == record.SubjectID(fmt.Sprintf("w-%d", i)) {
				return &pipeline.Result{Subjects: []*pipeline.Subject{s}}
			}
		}
		t.Fatalf("w-%d is nobody", i)
		return nil
	}
	for _, ind := range catalog {
		for _, way := range waysOf(ind) {
			lacking := len(way.kinds)
			if slices.Contains(ind.Either, record.KindPerson) {
				lacking = 0 // there always is one
			}
			if missing := lacks(alone(0), ind); lacking != len(missing) {
				t.Errorf("%s lacks %v for somebody of whom nothing is known, and %v fills it", ind.ID, missing, way)
			}
			if way.check != "" && !strings.Contains(string(documented), "`"+way.check+"`") {
				t.Errorf("%s names the check %s, which docs/formats.md does not", ind.ID, way.check)
			}
			one := alone(of[way.key()])
			if missing := lacks(one, ind); len(missing) > 0 || !ind.Ready(one.Subjects[0].View) {
				t.Errorf("%s lacks %v for somebody with %v", ind.ID, missing, way)
			}
			silent := slices.ContainsFunc(one.Subjects[0].Assessment.Unanswered, func(f detect.Finding) bool { return f.Indicator == ind.ID })
			if slices.Contains(ind.Asks, way.check) && silent {
				t.Errorf("%s is not answered by the check %s", ind.ID, way.check)
			}
		}
	}
}

// kinds are those of record, in the order of its constants.
var kinds = []record.Kind{
	record.KindPerson, record.KindResume, record.KindPhoto, record.KindIdentity, record.KindInterview, record.KindCheck, record.KindPayout,
	record.KindShipment, record.KindDevice, record.KindCode, record.KindOutcome, record.KindCall, record.KindActivity,
}
