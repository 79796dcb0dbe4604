// SPDX-License-Identifier: Apache-2.0

package link

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"daylight/record"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func hold(t record.IdentifierType, v string) Holding {
	return Holding{
		Identifier: record.Identifier{Type: t, Value: record.Redacted(v)},
		Cites:      []record.Citation{{Path: "file.csv", Locator: string(t) + " " + v}},
	}
}

func home() Holding {
	h := hold(record.PostalAddress, "1")
	h.Home = true
	return h
}

func network(v string, days ...int32) Holding {
	h := hold(record.Network, v)
	h.Personal, h.Days = true, days
	for _, d := range days {
		h.Quarters = append(h.Quarters, d*96+40)
	}
	return h
}

func serial(from, to int) Holding {
	h := hold(record.DeviceSerial, "s")
	if from != to {
		h.First, h.Last = date(from), date(to)
	}
	return h
}

func photo(h uint64, detail int) Holding {
	p := hold(record.PhotoHash, strconv.FormatUint(h, 16))
	p.Detail = detail
	return p
}

func date(d int) time.Time { return time.Date(2026, 1, d, 12, 0, 0, 0, time.UTC) }

func person(id, name string, holds ...Holding) Subject {
	return Subject{ID: record.SubjectID(id), Stage: record.Worker, Names: []record.Name{record.NewName(name)}, Holds: holds}
}

func at(s Subject, lat, lon float64) Subject {
	s.HasPlace, s.Lat, s.Lon = true, lat, lon
	return s
}

func related(s Subject, k record.RelationKind, with string) Subject {
	s.Relations = append(s.Relations, record.Relation{Kind: k, With: with})
	return s
}

func options() Options { return Options{Key: []byte("a key for tests")} }

// TestWeights has one row for each rule of the tables: what two people share,
// and what is left of its weight. Expected figures are worked out by hand from
// the table in table.go.
func TestWeights(t *testing.T) {
	austin := func(s Subject) Subject { return at(s, 30.27, -97.74) }
	boston := func(s Subject) Subject { return at(s, 42.36, -71.06) }
	days := []int32{20000, 20001, 20002, 20003, 20004}
	a, b := "Amara Okafor", "Mateo Quispe"
	tests := []struct {
		name string
		x, y Subject
		want record.Weight
	}{
		{"an account shared by strangers", person("x", a, hold(record.BankAccount, "1")), person("y", b, hold(record.BankAccount, "1")), 120},
		{"a wallet shared by strangers", person("x", a, hold(record.Wallet, "1")), person("y", b, hold(record.Wallet, "1")), 130},
		{"goods sent to one door", person("x", a, hold(record.PostalAddress, "1")), person("y", b, hold(record.PostalAddress, "1")), 80},
		{"one home", person("x", a, home()), person("y", b, home()), 40},
		{"one home, and an account of a home of two", person("x", a, home(), hold(record.BankAccount, "1")), person("y", b, home(), hold(record.BankAccount, "1")), 48},
		{"a declared household's account", related(person("x", a, hold(record.BankAccount, "1")), record.Household, "y"), person("y", b, hold(record.BankAccount, "1")), 0},
		{"declared from the other side", person("x", a, hold(record.BankAccount, "1")), related(person("y", b, hold(record.BankAccount, "1")), record.Household, "x"), 0},
		{"a referral explains a telephone in part", related(person("x", a, hold(record.Phone, "1")), record.Referral, "y"), person("y", b, hold(record.Phone, "1")), 27},
		{"a referral does not explain an account", related(person("x", a, hold(record.BankAccount, "1")), record.Referral, "y"), person("y", b, hold(record.BankAccount, "1")), 120},
		{"both name one agency", related(person("x", a, hold(record.Email, "1")), record.AgencyOf, "Harbour  Staffing"), related(person("y", b, hold(record.Email, "1")), record.AgencyOf, "harbour staffing"), 0},
		{"two agencies", related(person("x", a, hold(record.Email, "1")), record.AgencyOf, "Harbour"), related(person("y", b, hold(record.Email, "1")), record.AgencyOf, "Mill"), 130},
		{"one agency and one co-working site of the same name", related(person("x", a, hold(record.Email, "1")), record.AgencyOf, "Harbour"), related(person("y", b, hold(record.Email, "1")), record.Coworking, "Harbour"), 130},
		{"a home network, homes unknown", person("x", a, network("198.51.100.7", days...)), person("y", b, network("198.51.100.7", days...)), 44},
		{"a home network, homes far apart", austin(person("x", a, network("198.51.100.7", days...))), boston(person("y", b, network("198.51.100.7", days...))), 110},
		{"visited twice", austin(person("x", a, network("198.51.100.7", days...))), boston(person("y", b, network("198.51.100.7", days[:2]...))), 55},
		{"never on one day", austin(person("x", a, network("198.51.100.7", days[:2]...))), boston(person("y", b, network("198.51.100.7", days[2:]...))), 0},
		{"one home implies one network", person("x", a, home(), network("198.51.100.7", days...)), person("y", b, home(), network("198.51.100.7", days...)), 40},
		{"a carrier's address", person("x", a, hold(record.Network, "198.51.100.7")), person("y", b, hold(record.Network, "198.51.100.7")), 0},
		{"one co-working site's line", related(person("x", a, network("198.51.100.7", days...)), record.Coworking, "Pier 9"), related(person("y", b, network("198.51.100.7", days...)), record.Coworking, "pier 9"), 0},
		{"a machine issued again", person("x", a, serial(1, 9)), person("y", b, serial(12, 20)), 0},
		{"a machine in use by two", person("x", a, serial(1, 15)), person("y", b, serial(12, 20)), 90},
		{"a machine at unknown times", person("x", a, serial(0, 0)), person("y", b, serial(0, 0)), 45},
		{"one picture", person("x", a, photo(0xfeed, 60)), person("y", b, photo(0xfeed, 60)), 110},
		{"a picture 8 bits away", person("x", a, photo(0xfeed, 60)), person("y", b, photo(0xfeed^0xff000000, 60)), 55},
		{"a picture 9 bits away", person("x", a, photo(0xfeed, 60)), person("y", b, photo(0xfeed^0x1ff000000, 60)), 0},
		{"blank pictures", person("x", a, photo(0, 5)), person("y", b, photo(0, 5)), 0},
		{"twins of a name share nothing", person("x", a), person("y", a), 0},
		{"applied twice", person("x", a, hold(record.Email, "1"), hold(record.DocumentID, "d")), person("y", "A. Okafor", hold(record.Email, "1"), hold(record.DocumentID, "d")), 0},
		{"one telephone, two names", person("x", a, hold(record.Phone, "1")), person("y", b, hold(record.Phone, "1")), 110},
		{"two profiles of one person", related(person("x", a, hold(record.BankAccount, "1")), record.SamePerson, "y"), person("y", b, hold(record.BankAccount, "1")), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := build([]Subject{tt.x, tt.y}, options())
			var got record.Weight
			if e := g.Edges("x"); len(e) > 0 {
				got = e[0].Weight
			}
			if got != tt.want {
				t.Errorf("heaviest edge weighs %d, want %d: %+v", got, tt.want, g.Edges("x"))
			}
			if rings := len(g.Rings()); (rings > 0) != (tt.want >= DefaultThreshold) {
				t.Errorf("%d rings at weight %d", rings, tt.want)
			}
		})
	}
}

// The damping by hand: a bank account counts in full up to 6 holders and
// nothing from 50 on; at 17 holders log2(17/6)/log2(50/6) = 0.4912 is gone.
func TestDamp(t *testing.T) {
	for holders, want := range map[int]record.Weight{1: 100, 2: 100, 6: 100, 7: 92, 17: 50, 49: 0, 50: 0, 5000: 0} {
		if got := ruleOf(record.BankAccount).damp(holders); got != want {
			t.Errorf("%d holders leave %d %%, want %d", holders, got, want)
		}
	}
	for _, r := range rules {
		if r.None > limit || r.Full < 2 || r.Full >= r.None || r.Reason == "" || r.Base <= 0 {
			t.Errorf("rule %+v is not sound", r)
		}
		for h := 2; h < limit+2; h++ {
			if r.damp(h) > r.damp(h-1) {
				t.Errorf("%s rises at %d holders", r.Type, h)
			}
		}
	}
}

func TestTextWeight(t *testing.T) {
	for nats, want := range map[float64]record.Weight{0: 0, 29.9: 0, 30: 60, 60: 90, 90: 120, 1e9: 120} {
		if got := textWeight(nats); got != want {
			t.Errorf("%v nats weigh %d, want %d", nats, got, want)
		}
	}
}

// A home of three has no benefit of a couple: the third arrival must change what
// is between the first two, and leaving must change it back.
func TestThirdAtOneDoor(t *testing.T) {
	g := build([]Subject{
		person("x", "Amara Okafor", home(), hold(record.BankAccount, "1")),
		person("y", "Mateo Quispe", home(), hold(record.BankAccount, "1")),
	}, options())
	if n := len(g.Rings()); n != 0 {
		t.Fatalf("a couple makes %d rings", n)
	}
	g.Add(person("z", "Linh Tran", home()))
	if rings := g.Rings(); len(rings) != 1 || !slices.Equal(rings[0].Subjects, []record.SubjectID{"x", "y"}) {
		t.Fatalf("with a third at the door: %+v", rings)
	}
	g.Remove("z")
	if n := len(g.Rings()); n != 0 {
		t.Fatalf("after the third left: %d rings", n)
	}
}

func TestHubsWeighNothing(t *testing.T) {
	for _, n := range []int{limit, limit + 1, 300} {
		var people []Subject
		for i := range n {
			people = append(people, person(fmt.Sprintf("s%03d", i), fmt.Sprintf("Person%d Name%d", i, i),
				hold(record.BankAccount, "agency"), hold(record.Phone, "desk"), network("192.0.2.1", 1, 2, 3, 4, 5), photo(7, 90)))
		}
		g := build(people, options())
		for _, e := range g.Edges("s000") {
			if e.Weight != 0 {
				t.Fatalf("%d holders: %+v", n, e)
			}
		}
		if rings := g.Rings(); len(rings) != 0 {
			t.Fatalf("%d holders make %d rings", n, len(rings))
		}
	}
}

func TestRings(t *testing.T) {
	days := []int32{20000, 20001, 20002, 20003, 20004, 20005}
	g := build([]Subject{
		at(person("c-4", "Linh Tran", network("198.51.100.7", days...)), 30, -97),
		at(person("c-2", "Amara Okafor", network("198.51.100.7", days...), hold(record.BankAccount, "1")), 42, -71),
		at(person("c-3", "Mateo Quispe", hold(record.BankAccount, "1")), 47, -122),
		person("c-9", "Aroha Ngata", hold(record.Phone, "5")),
		person("c-8", "Ivar Lund", hold(record.Phone, "5")),
		person("c-1", "Noor Haddad", hold(record.Phone, "7")),
	}, options())
	var got []string
	for _, r := range g.Rings() {
		got = append(got, fmt.Sprint(r.ID, r.Subjects))
		for _, l := range r.Links {
			got = append(got, l.Sentence)
		}
	}
	want := []string{
		"ring-1[c-2 c-3 c-4]",
		"c-2 and c-3 are paid into one account; 2 people hold it, while they claim places more than 100 km apart.",
		"c-2 and c-4 work from one network address; 2 people hold it, on 6 days both, while they claim places more than 100 km apart.",
		"ring-2[c-8 c-9]",
		"c-8 and c-9 use one telephone number; 2 people hold it.",
	}
	if d := gocmp.Diff(want, got); d != "" {
		t.Errorf("rings (-want +got):\n%s", d)
	}
	g.Remove("c-2")
	if rings := g.Rings(); len(rings) != 1 || rings[0].Subjects[0] != "c-8" {
		t.Errorf("without its centre the first ring stands: %+v", rings)
	}
}

// The innocent of method §10 who share something: none may be called a ring, and
// nothing that they share may weigh +5 dB.
func TestHardInnocents(t *testing.T) {
	days := []int32{20000, 20001, 20002, 20003, 20004, 20005, 20006}
	each := func(build func(i int, name string) Subject) []Subject {
		var out []Subject
		for i, name := range []string{"Amara Okafor", "Mateo Quispe", "Linh Tran", "Aroha Ngata"} {
			out = append(out, build(i, name))
		}
		return out
	}
	id := func(i int) string { return fmt.Sprintf("w-%d", i) }
	austin := func(s Subject) Subject { return at(s, 30.27, -97.74) }
	tests := map[string][]Subject{
		"a couple employed by one company": {
			person("w-1", "Amara Okafor", home(), network("198.51.100.7", days...), hold(record.BankAccount, "1"), hold(record.HardwareID, "screen")),
			person("w-2", "Mateo Quispe", home(), network("198.51.100.7", days...), hold(record.BankAccount, "1"), hold(record.HardwareID, "screen")),
		},
		"four in a co-working site that nobody declared": each(func(i int, name string) Subject {
			return austin(person(id(i), name, network("198.51.100.7", days...), hold(record.GatewayMAC, "02:00:5e:10:00:00")))
		}),
		"four who declared it, from far apart": each(func(i int, name string) Subject {
			return at(related(person(id(i), name, network("198.51.100.7", days...)), record.Coworking, "Pier 9"), float64(10*i), 0)
		}),
		"a shared student house": each(func(i int, name string) Subject {
			return austin(person(id(i), name, home(), network("198.51.100.7", days...), hold(record.GatewayMAC, "02:00:5e:10:00:00")))
		}),
		"one template and one agency": each(func(i int, name string) Subject {
			return related(person(id(i), name, hold(record.DocumentID, "template"), hold(record.Email, "desk@agency.example.com")), record.AgencyOf, "Harbour")
		}),
		"a second application with a new résumé": {
			person("c-1", "Linh Tran", hold(record.Email, "linh@example.com"), hold(record.Phone, "+15550100"), photo(0xabcdef, 70), home()),
			person("c-2", "Tran Linh", hold(record.Email, "linh@example.com"), hold(record.Phone, "+15550100"), photo(0xabcdee, 70), home()),
		},
		"twins of a name": {person("c-1", "Linh Tran", hold(record.Phone, "1")), person("c-2", "Linh Tran", hold(record.Phone, "2"))},
		"equipment issued again": {
			person("w-1", "Amara Okafor", serial(1, 9)), person("w-2", "Mateo Quispe", serial(10, 20)),
		},
		"one carrier's gateway, from far apart": each(func(i int, name string) Subject {
			n := network("198.51.100.7", days...)
			n.Personal = false
			return at(person(id(i), name, n), float64(10*i), 0)
		}),
	}
	for name, people := range tests {
		t.Run(name, func(t *testing.T) {
			g := build(people, options())
			if rings := g.Rings(); len(rings) > 0 {
				t.Errorf("%d rings: %+v", len(rings), rings[0].Links)
			}
			for _, e := range g.Edges(people[0].ID) {
				if e.Weight >= 50 {
					t.Errorf("%s", Sentence(people[0].ID, e))
				}
			}
		})
	}
}

func TestLaptopFarm(t *testing.T) {
	var people []Subject
	for i := range 9 {
		s := person(fmt.Sprintf("w-%d", i), fmt.Sprintf("Given%d Family%d", i, i), network("198.51.100.7", 1, 2, 3, 4, 5))
		people = append(people, at(s, float64(5*i), -90))
	}
	rings := build(people, options()).Rings()
	if len(rings) != 1 || len(rings[0].Subjects) != 9 || len(rings[0].Links) != 36 {
		t.Fatalf("%+v", rings)
	}
	if e := rings[0].Links[0].Edge; e.Days != 5 || e.Simultaneous != 5 || e.Holders != 9 || e.Weight != 110 {
		t.Errorf("%+v", e)
	}
}

func TestRingsBetween(t *testing.T) {
	g := build([]Subject{
		person("x", "Amara Okafor", serial(1, 5)),
		person("y", "Mateo Quispe", serial(3, 6), hold(record.Email, "m")),
		person("z", "Linh Tran", hold(record.Email, "m")),
	}, options())
	rings := g.RingsBetween(date(10), date(20))
	if len(rings) != 1 || !slices.Equal(rings[0].Subjects, []record.SubjectID{"y", "z"}) {
		t.Errorf("after the machine was given back: %+v", rings)
	}
	if rings := g.RingsBetween(date(4), date(4)); len(rings) != 1 || len(rings[0].Subjects) != 3 {
		t.Errorf("while the machine was shared: %+v", rings)
	}
}

func TestOverlaps(t *testing.T) {
	g := build([]Subject{person("x", "Amara Okafor"), person("y", "Mateo Quispe")}, options())
	o := Overlap{Share: 0.8, ShareOther: 0.4, Nats: 90, Passages: []Passage{{Words: 30, Where: "page 1", WhereOther: "page 2"}}}
	if err := g.AddOverlaps([]Shared{{"y", "x", record.ResumeText, o, nil}}); err != nil {
		t.Fatal(err)
	}
	e := g.Edges("x")
	if len(e) != 1 || e[0].Weight != 120 || e[0].Text.Share != 0.4 || e[0].Text.Passages[0].Where != "page 2" {
		t.Fatalf("seen from the other side: %+v", e)
	}
	want := "x and y share unusual wording in their résumés: 40 % of the first's, 80 % of the second's."
	for _, id := range []record.SubjectID{"x", "y"} {
		if got := Sentence(id, g.Edges(id)[0]); got != want {
			t.Errorf("from %s: %q", id, got)
		}
	}
	if len(g.Rings()) != 1 {
		t.Error("an overlap of 90 nats connects nobody")
	}
	for _, bad := range []Shared{
		{"x", "nobody", record.ResumeText, o, nil},
		{"x", "x", record.ResumeText, o, nil},
		{"x", "y", record.Email, o, nil},
	} {
		if g.AddOverlaps([]Shared{{"x", "y", record.SkillSet, o, nil}, bad}) == nil || len(g.Edges("x")) != 1 {
			t.Error("an impossible overlap was taken, or what stood before it")
		}
	}
	g.Remove("y")
	if len(g.Edges("x")) != 0 || len(g.Rings()) != 0 {
		t.Error("the overlap outlived its subject")
	}
}

func TestDocumentBatches(t *testing.T) {
	all := []string{"one model of camera in one time zone", "taken within half an hour", "on one background", "with one date of expiry"}
	for _, c := range []struct {
		name   string
		traits []string
		people int
		weight record.Weight
		rings  int
	}{
		{"all four traits", all, 2, 100, 1},
		{"three, as of one desk", all[:3], 2, 30, 0},
		{"a desk of sixteen", all, 16, 0, 0},
	} {
		g := build([]Subject{person("x", "Amara Okafor"), person("y", "Mateo Quispe")}, options())
		if err := g.AddOverlaps([]Shared{{"x", "y", record.DocumentBatch, Overlap{Traits: c.traits, Holders: c.people}, nil}}); err != nil {
			t.Fatal(err)
		}
		e := g.Edges("y")[0]
		if e.Weight != c.weight || e.Detail != strings.Join(c.traits, ", ") || e.Text != nil || len(g.Rings()) != c.rings {
			t.Errorf("%s: %+v, %d rings", c.name, e, len(g.Rings()))
		}
	}
	g := build([]Subject{person("x", "Amara Okafor"), person("y", "Mateo Quispe")}, options())
	if err := g.AddOverlaps([]Shared{{"x", "y", record.DocumentBatch, Overlap{Traits: all, Holders: 2}, nil}}); err != nil {
		t.Fatal(err)
	}
	want := "x and y sent pictures of identity documents that are alike in how they were taken (" + strings.Join(all, ", ") + ")."
	if got := Sentence("x", g.Edges("x")[0]); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Nothing the graph says shows a value, in any verb, and a token does not depend
// on anything but key and identifier.
func TestNoValues(t *testing.T) {
	secret := "GB33BUKB20201555555555"
	g := build([]Subject{person("x", "Amara Okafor", hold(record.BankAccount, secret)), person("y", "Mateo Quispe", hold(record.BankAccount, secret))}, options())
	e := g.Edges("x")
	e[0].Cites = nil
	for _, s := range []string{fmt.Sprintf("%+v", e), fmt.Sprintf("%#v", g), Sentence("x", e[0]), e[0].Value.Reveal()} {
		if strings.Contains(s, secret) {
			t.Errorf("%q shows the value", s)
		}
	}
	own := record.Identifier{Type: record.BankAccount, Value: record.Redacted(secret)}
	if e[0].Value != g.Token(own) || g.Token(own) == NewGraph(Options{Key: []byte("another")}).Token(own) {
		t.Error("the token is not the keyed hash of the identifier")
	}
	g.Restore(e, slices.Values([]record.Identifier{own}))
	if e[0].Value.Reveal() != secret {
		t.Error("the subject's own value was not restored")
	}
}

// population draws a small company in which much is shared.
func population(t *rapid.T) []Subject {
	types := []record.IdentifierType{record.Email, record.Phone, record.BankAccount, record.PostalAddress, record.GatewayMAC, record.FactorDevice}
	types = types[rapid.IntRange(0, len(types)-1).Draw(t, "from type"):] // few types: values with many holders
	values := rapid.IntRange(0, 3).Draw(t, "values")
	n := rapid.IntRange(0, 24).Draw(t, "people")
	var out []Subject
	for i := range n {
		s := person(fmt.Sprintf("s%02d", i), rapid.SampledFrom([]string{"Amara Okafor", "Mateo Quispe", "Linh Tran", "Aroha Ngata"}).Draw(t, "name"))
		if rapid.Bool().Draw(t, "placed") {
			s = at(s, rapid.SampledFrom([]float64{10, 50}).Draw(t, "lat"), 20)
		}
		if rapid.IntRange(0, 5).Draw(t, "relates") == 0 {
			kind := rapid.SampledFrom([]record.RelationKind{record.Household, record.Referral, record.AgencyOf, record.Coworking}).Draw(t, "kind")
			s = related(s, kind, rapid.SampledFrom([]string{"s00", "s03", "Harbour"}).Draw(t, "with"))
		}
		for range rapid.IntRange(0, 4).Draw(t, "holds") {
			h := hold(rapid.SampledFrom(types).Draw(t, "type"), strconv.Itoa(rapid.IntRange(0, values).Draw(t, "value")))
			h.Home = rapid.Bool().Draw(t, "home")
			s.Holds = append(s.Holds, h)
		}
		if rapid.IntRange(0, 3).Draw(t, "pictured") == 0 {
			s.Holds = append(s.Holds, photo(1<<rapid.IntRange(0, 30).Draw(t, "bits")-1, 50))
		}
		if rapid.IntRange(0, 2).Draw(t, "online") == 0 {
			s.Holds = append(s.Holds, network("192.0.2.1", 1, 2, 3, int32(rapid.IntRange(4, 6).Draw(t, "day"))))
		}
		out = append(out, s)
	}
	return out
}

type state struct {
	Edges map[record.SubjectID][]Edge
	Rings []Ring
}

func stateOf(g *Graph) state {
	s := state{map[record.SubjectID][]Edge{}, g.Rings()}
	for id := range g.ids {
		s.Edges[id] = g.Edges(id)
	}
	return s
}

// Adding and removing one by one, in any order, gives what building gives; a
// subject sees of a pair what the other sees; a hub weighs nothing; a ring is
// what a plain search over strong edges finds.
func TestGraphProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := population(t)
		g := build(people, options())
		want := stateOf(g)

		shuffled := rapid.Permutation(people).Draw(t, "order")
		step := NewGraph(options())
		for i, s := range shuffled {
			step.Add(s)
			if i == len(shuffled)/2 {
				step.Add(person("guest", "Ivar Lund", s.Holds...))
				same(t, "half of them and a guest", stateOf(build(append(shuffled[:i+1:i+1], person("guest", "Ivar Lund", s.Holds...)), options())), stateOf(step))
			}
		}
		step.Remove("guest")
		step.Remove("nobody")
		same(t, "one by one", want, stateOf(step))

		for id, edges := range want.Edges {
			for _, e := range edges {
				if e.Weight < 0 || e.Weight > 130 || e.Holders < 2 || e.Weight > 0 && len(e.Cites) < 2 {
					t.Fatalf("edge of %s: %+v", id, e)
				}
				i := slices.IndexFunc(want.Edges[e.Other], func(o Edge) bool { return o.Other == id && o.Via == e.Via && o.Value == e.Value })
				if i < 0 || mirrored(want.Edges[e.Other][i]) != mirrored(e) {
					t.Fatalf("%s sees %+v, and the other does not", id, e)
				}
				if Sentence(id, e) != Sentence(e.Other, want.Edges[e.Other][i]) {
					t.Fatalf("two sentences for one share: %q", Sentence(id, e))
				}
			}
		}
		if d := gocmp.Diff(searched(want.Edges), members(want.Rings)); d != "" {
			t.Fatalf("rings (-searched +found):\n%s", d)
		}
	})
}

func same(t *rapid.T, what string, want, got state) {
	t.Helper()
	if !reflect.DeepEqual(want, got) {
		t.Fatalf("%s (-want +got):\n%s", what, gocmp.Diff(want, got))
	}
}

type seen struct {
	weight       record.Weight
	holders      int
	names        record.NameMatch
	relation     record.RelationKind
	again, far   bool
	days, at     int
	detail       string
	first, until time.Time
}

func mirrored(e Edge) seen {
	return seen{e.Weight, e.Holders, e.Names, e.Relation, e.Reapplication, e.OtherPlace, e.Days, e.Simultaneous, e.Detail, e.First, e.Last}
}

func members(rings []Ring) [][]record.SubjectID {
	var out [][]record.SubjectID
	for _, r := range rings {
		out = append(out, r.Subjects)
	}
	return out
}

// searched finds rings the slow way.
func searched(edges map[record.SubjectID][]Edge) [][]record.SubjectID {
	var out [][]record.SubjectID
	visited := map[record.SubjectID]bool{}
	for start := range edges {
		var ring []record.SubjectID
		for queue := []record.SubjectID{start}; len(queue) > 0; queue = queue[1:] {
			if id := queue[0]; !visited[id] {
				visited[id] = true
				ring = append(ring, id)
				for _, e := range edges[id] {
					if e.Weight >= DefaultThreshold {
						queue = append(queue, e.Other)
					}
				}
			}
		}
		if len(ring) > 1 {
			slices.Sort(ring)
			out = append(out, ring)
		}
	}
	slices.SortFunc(out, func(a, b []record.SubjectID) int { return cmp.Compare(a[0], b[0]) })
	return out
}

// A stranger who shares nothing changes nothing; one who shares a value changes
// only edges over values that they hold, or between people at their door.
func TestStrangersChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := population(t)
		g := build(people, options())
		before := stateOf(g)
		g.Add(person("zz", "Ivar Lund", hold(record.Email, "nobody else's"), photo(^uint64(0), 80)))
		after := stateOf(g)
		if len(after.Edges["zz"]) != 0 {
			t.Fatalf("a stranger shares %+v", after.Edges["zz"])
		}
		delete(after.Edges, "zz")
		same(t, "after a stranger came", before, after)
	})
}
