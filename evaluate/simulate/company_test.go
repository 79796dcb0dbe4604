// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"bytes"
	"encoding/csv"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

func companyOf(t *testing.T, people, deceptive int) *company {
	t.Helper()
	c := Default()
	c.People, c.Deceptive, c.Seed = people, deceptive, 11
	return newCompany(c)
}

// cells reads what one of the writers wrote, a map a row.
func cells(t *testing.T, write func(io.Writer) error) []map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range all[1:] {
		row := map[string]string{}
		for i, cell := range r {
			row[all[0][i]] = cell
		}
		out = append(out, row)
	}
	return out
}

// TestEverybodyIsThere holds that a company of a usual size has every group and
// every tactic, and the groups of fairness enough people to be measured.
func TestEverybodyIsThere(t *testing.T) {
	usual := companyOf(t, 3000, 60)
	for _, group := range honestGroups() {
		g, least := group.slug, 8
		if g == nomadUndeclared { // a tenth of a group that is there
			least = 1
		}
		if usual.sum.Groups[g] < least {
			t.Errorf("group %s: %d people in a company of 3,000", g, usual.sum.Groups[g])
		}
	}
	for slug := range DefaultTactics() {
		if usual.sum.Tactics[slug] == 0 {
			t.Errorf("nobody of 60 follows the tactic %s", slug)
		}
	}
	large := companyOf(t, 10_000, -1)
	for _, g := range []string{"refugee_thin_file", "poor_camera_rural", "privacy_vpn", "disability_accommodation", "name_change", "couple", "night_work", "non_native_writing"} {
		if n := large.sum.Groups[g]; n < 150 {
			t.Errorf("group %s: %d people in a company of 10,000", g, n)
		}
	}
	if large.sum.Deceptive != 33 {
		t.Errorf("%d deceptive people for 10,000 honest ones, want 33", large.sum.Deceptive)
	}
	ids := map[string]bool{}
	for _, p := range large.people {
		if ids[p.id] {
			t.Errorf("two people are called %s", p.id)
		}
		ids[p.id] = true
	}
}

// TestRingsShareByNumbers holds that groups of deceptive people are never of one.
func TestRingsShareByNumbers(t *testing.T) {
	for n := range 80 {
		share := DefaultTactics().share(n)
		sum := 0
		for slug, k := range share {
			sum += k
			if k == 1 && DefaultTactics()[slug].Group[0] > 1 {
				t.Errorf("%d deceptive people: one alone in %s", n, slug)
			}
		}
		if sum != n {
			t.Errorf("%d deceptive people become %d", n, sum)
		}
	}
}

// TestRates holds that what is written comes out as often as the figures say,
// among honest people of no group: within four and a half deviations.
func TestRates(t *testing.T) {
	s := companyOf(t, 8000, 0)
	ordinary := map[string]*person{}
	for _, p := range s.people {
		if len(p.groups) == 0 {
			ordinary[p.id] = p
		}
	}
	figure := oddsOf(false)
	within := func(what string, yes, n int, want, clustered float64) {
		t.Helper()
		if n < 200 {
			t.Errorf("%s: only %d cases", what, n)
			return
		}
		got, sd := float64(yes)/float64(n), math.Sqrt(clustered*want*(1-want)/float64(n))
		if math.Abs(got-want) > 4.5*sd+1e-9 {
			t.Errorf("%s: %.4f of %d, want %.4f ± %.4f", what, got, n, want, 4.5*sd)
		}
	}

	meetings := cells(t, s.interviewsCSV)
	for _, one := range []struct {
		sign   Sign
		column string
		words  []string
	}{
		{poorLight, "lighting", []string{"poor", "dark"}},
		{poorVideo, "video_quality", []string{"poor", "frozen"}},
		{windowRefused, "window", []string{"refused"}},
		{virtualScene, "background", []string{"virtual", "blurred"}},
	} {
		yes, n := 0, 0
		for _, r := range meetings {
			if ordinary[r["person"]] != nil && r["camera"] != "refused" && r["camera"] != "off" {
				n++
				if slices.Contains(one.words, r[one.column]) {
					yes++
				}
			}
		}
		within(string(one.sign), yes, n, figure[one.sign], 4) // meetings of one person are alike
	}

	results := map[string]map[string]int{}
	for _, r := range cells(t, s.checksCSV) {
		// What is known of workers is rarer; see hiredAnyway. Attestations are not.
		if p := ordinary[r["person"]]; p == nil || p.worker() && slices.Contains([]string{"education", "employment"}, r["check"]) {
			continue
		}
		if results[r["check"]] == nil {
			results[r["check"]] = map[string]int{}
		}
		results[r["check"]][r["result"]]++
		results[r["check"]]["all"]++
	}
	for check, want := range map[string]map[string]float64{
		"education":  {"denied": figure[degreeDenied]},
		"employment": {"no_answer": figure[jobSilent], "denied": (1 - figure[jobSilent]) * figure[jobDenied]},
		"phone_voip": {"found": figure[voipPhone]}, "form_by_machine": {"found": figure[formMachine]},
		"builtin_unused": {"found": figure[builtinUnused]},
	} {
		for result, rate := range want {
			within(check+" "+result, results[check][result], results[check]["all"], rate, 1)
		}
	}

	late, workers := 0, 0
	for _, r := range cells(t, s.shippingCSV) {
		if ordinary[r["person"]] != nil {
			workers++
			if r["changed"] != "" {
				late++
			}
		}
	}
	within("late address", late, workers, figure[lateAddress], 1)

	vpn := 0
	for _, p := range ordinary {
		if p.vpn >= 0 && p.worker() {
			vpn++
		}
	}
	within("work VPN", vpn, workers, figure[workVPN], 1)
}

// TestNamesMeanNothing holds that other names change nothing but what is made
// of them, and that the traditions are as frequent on both sides.
func TestNamesMeanNothing(t *testing.T) {
	c := Default()
	c.People, c.Deceptive = 400, 60
	plain := newCompany(c)
	c.Names = func(s string) string {
		return "Other" + strings.ToLower(s[:1]) + string(rune('a'+len(s)%26)) + s[len(s)-1:]
	}
	other := newCompany(c)
	for i, p := range plain.people {
		q := other.people[i]
		if p.given == q.given || p.family == q.family {
			t.Errorf("%s keeps a name", p.id)
		}
		p.given, p.family, p.former, p.email, p.user, p.github, p.linkedin = q.given, q.family, q.former, q.email, q.user, q.github, q.linkedin
		if p.id != q.id || p.phone != q.phone || p.home != q.home || p.applyAddress != q.applyAddress || p.street != q.street || p.shipStreet != q.shipStreet || !p.applied.Equal(q.applied) {
			t.Errorf("%s: another name changes what is no name", p.id)
		}
	}
	for _, write := range []func(*company, io.Writer) error{(*company).interviewsCSV, (*company).checksCSV, (*company).truth, (*company).networks} {
		var a, b bytes.Buffer
		if err := write(plain, &a); err != nil {
			t.Fatal(err)
		}
		if err := write(other, &b); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Error("another name changes a file that holds none")
		}
	}

	counts := map[bool][]int{true: make([]int, len(traditions)), false: make([]int, len(traditions))}
	big := companyOf(t, 4000, 4000)
	for _, p := range big.people {
		i := slices.IndexFunc(traditions, func(tr tradition) bool { return slices.Contains(tr.given, p.given) })
		counts[p.deceptive][i]++
	}
	for i := range traditions {
		for side, n := range counts {
			if n[i] < 170 || n[i] > 330 { // 250 expected, five deviations
				t.Errorf("tradition %d, deceptive %v: %d of 4,000", i, side, n[i])
			}
		}
	}
}

// TestMorePeopleLeaveTheFirst holds that most people stay as they are when the
// company grows.
func TestMorePeopleLeaveTheFirst(t *testing.T) {
	small, large := companyOf(t, 500, 20), companyOf(t, 1000, 20)
	byID := map[string]*person{}
	for _, p := range large.people {
		byID[p.id] = p
	}
	moved := 0
	for _, p := range small.people {
		q := byID[p.id]
		if q == nil || q.given != p.given || q.town != p.town || q.home != p.home || !q.applied.Equal(p.applied) || q.deceptive != p.deceptive {
			moved++
		}
	}
	if moved > 40 {
		t.Errorf("%d of 520 people changed", moved)
	}
}

// TestPrefixesOfEverybody holds that every address lies in the ranges kept for
// benchmarks and documentation.
func TestPrefixesOfEverybody(t *testing.T) {
	s := companyOf(t, 2000, 200)
	for _, p := range s.people {
		for _, a := range []string{p.applyAddress, p.home} {
			if !strings.HasPrefix(a, "198.18.") && !strings.HasPrefix(a, "198.19.") && !strings.HasPrefix(a, "2001:db8:") {
				t.Errorf("%s: %s", p.id, a)
			}
		}
	}
}

// TestSun compares with the solar calculator of NOAA's Global Monitoring
// Laboratory, without refraction, to a degree.
func TestSun(t *testing.T) {
	noon := LogStart.AddDate(0, 0, 25).Add(12 * 3600e9) // 20 March 2026, 12:00 UTC
	if h := sunHeight(noon, 0, 0); math.Abs(h-88.2) > 1 {
		t.Errorf("at the equator on the equinox: %.1f", h)
	}
	if h := sunHeight(noon, 0, 180); math.Abs(h+88.2) > 1 {
		t.Errorf("on the other side: %.1f", h)
	}
	if h := sunHeight(noon, 60, 0); math.Abs(h-30) > 1 {
		t.Errorf("at 60 degrees north: %.1f", h)
	}
}

func TestTacticsFile(t *testing.T) {
	data, err := DefaultTactics().YAML()
	if err != nil {
		t.Fatal(err)
	}
	back, err := ParseTactics(data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := back.YAML()
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("printed tactics are read as others: %v", err)
	}
	changed, err := ParseTactics([]byte("careful: {frequency: 9, signs: {apply_vpn: 0.5}}"))
	if err != nil || changed[careful].Frequency != 9 || changed[careful].Signs[applyVPN] != 0.5 || changed[careful].Signs[lateAddress] != 0.15 {
		t.Errorf("a changed member is lost: %v %v", changed[careful], err)
	}
	if DefaultTactics()[careful].Signs[applyVPN] != 0.15 {
		t.Error("reading tactics changes the defaults")
	}
	for _, bad := range []string{
		"careful: {frequency: 1}\n---\nvpn_solo: {frequency: 2}",
		"nobody: {}", "careful: {frequenzy: 1}", "careful: {frequency: -1}", "careful: {signs: {luck: 1}}", "careful: {signs: {apply_vpn: 1.5}}",
		"careful: {group: [0, 1]}", "ring_resume: {text_shared: [0.8, 0.3]}", "careful: [1]", "careful: {reworded: .nan}", "x: y: z",
	} {
		if _, err := ParseTactics([]byte(bad)); err == nil {
			t.Errorf("accepted: %s", bad)
		}
	}
	none := DefaultTactics()
	for slug := range maps.Keys(none) {
		one := none[slug]
		one.Frequency = 0
		none[slug] = one
	}
	if none.check() == nil {
		t.Error("accepted tactics of which none ever happens")
	}
}
