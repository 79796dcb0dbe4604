// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"bytes"
	"encoding/binary"
	"math"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"daylight/record"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func canonical(tb testing.TB, p *Profile) []byte {
	tb.Helper()
	b, err := p.AppendBinary(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// anyEvent draws events that often agree in a field and are often odd.
func anyEvent(t *rapid.T) record.Event {
	text := func(label string) []byte {
		return []byte(rapid.SampledFrom([]string{"", "", "a", "b", "c", strings.Repeat("long", 40), strings.Repeat("long", 40) + "er"}).Draw(t, label))
	}
	at := rapid.OneOf(
		rapid.Int64Range(1_767_225_600_000, 1_767_225_600_000+3*dayMillis),
		rapid.Map(rapid.Int64Range(0, 4000), func(d int64) int64 { return 1_400_000_000_000 + d*dayMillis }),
		rapid.SampledFrom([]int64{0, -1, 1, math.MaxInt64, math.MinInt64, endMillis, endMillis - 1}),
	).Draw(t, "at")
	e := record.Event{
		At:     at,
		Class:  record.Class(rapid.SampledFrom([]uint8{0, 1, 2, 3, 4, 5, 6, 255}).Draw(t, "class")),
		Act:    record.Act(rapid.SampledFrom([]uint8{0, 1, 2, 4, 5, 7, 9, 12, 14, 17, 99, 255}).Draw(t, "act")),
		Failed: rapid.IntRange(0, 9).Draw(t, "failed") == 0, Automated: rapid.IntRange(0, 4).Draw(t, "automated") == 0,
		Device: text("device"), Token: text("token"), Session: text("session"), Agent: text("agent"), Object: text("object"),
		HasPlace: rapid.Bool().Draw(t, "placed"), Proxy: rapid.Bool().Draw(t, "proxy"),
		Lat: rapid.SampledFrom([]float32{0, float32(math.Copysign(0, -1)), 51.5, -33, float32(math.NaN()), float32(math.Inf(1)), 91}).Draw(t, "lat"),
		Lon: rapid.SampledFrom([]float32{0, float32(math.Copysign(0, -1)), 13.4, 151, float32(math.NaN()), 999}).Draw(t, "lon"),
		Pos: record.Locus{File: rapid.Uint32Range(0, 2).Draw(t, "file"), Pos: rapid.Uint64Range(0, 5).Draw(t, "pos")},
	}
	e.Managed = record.Managed(rapid.SampledFrom([]uint8{0, 0, 1, 2, 3, 255}).Draw(t, "managed"))
	e.HasOffset = rapid.Bool().Draw(t, "has offset")
	e.OffsetMinutes = rapid.Int16().Draw(t, "offset")
	switch n := rapid.IntRange(0, 5).Draw(t, "address"); n {
	case 1, 2:
		e.Addr = netip.AddrFrom4([4]byte{192, 0, 2, rapid.Byte().Draw(t, "host")})
	case 3:
		e.Addr = netip.AddrFrom16(netip.AddrFrom4([4]byte{192, 0, 2, rapid.Byte().Draw(t, "host")}).As16())
	case 4:
		b := [16]byte{0x20, 0x01, 0x0d, 0xb8, 7: rapid.Byte().Draw(t, "net"), 15: rapid.Byte().Draw(t, "host")}
		e.Addr = netip.AddrFrom16(b).WithZone(rapid.SampledFrom([]string{"", "eth0"}).Draw(t, "zone"))
	}
	return e
}

// spread makes many events of one, so that bounds are reached: the days before,
// other addresses, other objects.
func spread(e record.Event, n int) []record.Event {
	out := []record.Event{e}
	for i := 1; i < n; i++ {
		c := e
		c.At -= int64(i) * dayMillis / 2
		if c.Addr.Is4() {
			b := c.Addr.As4()
			b[2] += byte(i)
			c.Addr = netip.AddrFrom4(b)
		}
		if len(c.Object) > 0 {
			c.Object = binary.BigEndian.AppendUint16(slices.Clone(c.Object), uint16(i))
		}
		if len(c.Device) > 0 {
			c.Device = binary.BigEndian.AppendUint16(slices.Clone(c.Device), uint16(i))
		}
		c.OffsetMinutes += int16(i)
		out = append(out, c)
	}
	return out
}

func TestJoinIsOrderFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var events []record.Event
		for _, e := range rapid.SliceOfN(rapid.Custom(anyEvent), 0, 12).Draw(t, "events") {
			events = append(events, spread(e, rapid.SampledFrom([]int{1, 1, 1, 5, 300}).Draw(t, "copies"))...)
		}
		var whole Profile
		for i := range events {
			whole.Add(&events[i])
		}
		want, _ := whole.AppendBinary(nil)

		order := make([]int, len(events))
		for i := range order {
			order[i] = i
		}
		seed := lcg(rapid.Uint64().Draw(t, "order"))
		for i := len(order) - 1; i > 0; i-- {
			j := int(seed.next() % uint64(i+1))
			order[i], order[j] = order[j], order[i]
		}
		parts := make([]Profile, rapid.IntRange(1, 5).Draw(t, "parts"))
		for _, i := range order {
			parts[seed.next()%uint64(len(parts))].Add(&events[i])
			if seed.next()%5 == 0 { // a duplicate, perhaps elsewhere
				parts[seed.next()%uint64(len(parts))].Add(&events[i])
			}
		}
		// Join as a tree drawn at random; then something already in, again.
		spare := parts[0]
		again := new(Profile)
		again.Join(&spare)
		for len(parts) > 1 {
			i := int(seed.next() % uint64(len(parts)-1))
			parts[i].Join(&parts[i+1])
			parts = slices.Delete(parts, i+1, i+2)
		}
		parts[0].Join(again)
		parts[0].Join(&parts[0])
		if got, _ := parts[0].AppendBinary(nil); !bytes.Equal(got, want) {
			t.Fatalf("another order or split gives another profile")
		}
		if diff := cmp.Diff(readings(&whole), readings(&parts[0]), cmp.AllowUnexported(netip.Addr{}), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
			t.Fatalf("readings differ:\n%s", diff)
		}
		if n := whole.Size(); n > 64<<10 {
			t.Fatalf("size is %d", n)
		}
	})
}

// readings is everything the readers say, so that they too are exercised on
// every profile.
func readings(p *Profile) []any {
	grid, days := p.Grid(time.UTC)
	var all []any
	all = append(all, p.Truncated(), p.Days(), p.Days(record.Code), slices.Collect(p.Quarters()), p.Networks(), p.Visits(),
		p.Deeds(), p.Last(100), p.Exemplars(), p.Offsets(), grid, days)
	for kind := range ClientAgent + 1 {
		all = append(all, p.Devices(kind))
	}
	for _, managed := range []bool{true, false} {
		use, ok := p.Machines(managed)
		all = append(all, use, ok)
	}
	first, last, ok := p.Span()
	zone := time.FixedZone("", -7*3600)
	return append(all, first, last, ok, Rhythm(p, zone, nil, first, last), Sleep(p, zone, first, last),
		Season(p, zone, first, last), Shifts(p, zone, first, last, 1))
}

func FuzzAdd(f *testing.F) {
	f.Add(int64(1_767_225_600_000), uint8(0), uint8(1), uint8(0), []byte("device"), []byte("agent"), []byte{192, 0, 2, 1}, uint64(7), int16(60))
	f.Add(int64(-5), uint8(200), uint8(250), uint8(255), []byte(nil), []byte(nil), []byte{1}, uint64(0), int16(-720))
	f.Fuzz(func(t *testing.T, at int64, class, act, flags uint8, device, agent, addr []byte, pos uint64, offset int16) {
		a, _ := netip.AddrFromSlice(addr)
		e := record.Event{
			At: at, Class: record.Class(class), Act: record.Act(act), Failed: flags&1 != 0, Automated: flags&2 != 0,
			Device: device, Agent: agent, Token: agent, Object: device, Session: agent, Addr: a, Proxy: flags&4 != 0,
			HasPlace: flags&8 != 0, Lat: math.Float32frombits(uint32(pos)), Lon: math.Float32frombits(uint32(pos >> 32)),
			HasOffset: flags&16 != 0, OffsetMinutes: offset, Pos: record.Locus{Pos: pos},
		}
		later := e
		later.At += quarterMillis
		var once, twice, apart, other Profile
		once.Add(&e)
		once.Add(&later)
		twice.Add(&later)
		twice.Add(&e)
		twice.Add(&later)
		apart.Add(&later)
		other.Add(&e)
		apart.Join(&other)
		want := canonical(t, &once)
		if !bytes.Equal(canonical(t, &twice), want) || !bytes.Equal(canonical(t, &apart), want) {
			t.Fatal("order changed the profile")
		}
		if len(readings(&once)) == 0 || once.Size() > 16<<10 {
			t.Fatalf("two events take %d bytes", once.Size())
		}
		if e.Failed && later.Failed {
			if _, _, ok := once.Span(); ok {
				t.Fatal("failed acts counted")
			}
		}
	})
}

// TestReaders checks each reader on a handful of events by hand.
func TestReaders(t *testing.T) {
	at := func(s string) int64 {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v.UnixMilli()
	}
	home, office := netip.MustParseAddr("2001:db8:1:2::17"), netip.MustParseAddr("::ffff:198.51.100.9")
	events := []record.Event{
		{At: at("2026-03-02T09:05:00Z"), Class: record.SignIns, Act: record.SignIn, Addr: home, Device: []byte("laptop-1"), Session: []byte("s1"), Agent: []byte("Firefox"), HasPlace: true, Lat: 52.5, Lon: 13.4, Pos: record.Locus{Pos: 1}},
		{At: at("2026-03-02T09:50:00Z"), Class: record.Chat, Act: record.Message, Addr: home, Session: []byte("s1"), Pos: record.Locus{Pos: 2}},
		{At: at("2026-03-03T23:59:00Z"), Class: record.SignIns, Act: record.SignIn, Addr: office, Device: []byte("laptop-1"), Proxy: true, Pos: record.Locus{Pos: 3}},
		{At: at("2026-03-04T01:00:00Z"), Class: record.Code, Act: record.Clone, Object: []byte("example/tools"), Pos: record.Locus{Pos: 4}},
		{At: at("2026-03-06T01:00:00Z"), Class: record.Code, Act: record.Clone, Object: []byte("example/tools"), Pos: record.Locus{Pos: 5}},
		{At: at("2026-03-06T02:00:00Z"), Class: record.Code, Act: record.Commit, HasOffset: true, OffsetMinutes: -300, Pos: record.Locus{Pos: 6}},
		{At: at("2026-03-07T02:00:00Z"), Class: record.SignIns, Act: record.FactorEnrolled, Device: []byte("phone-1"), Pos: record.Locus{Pos: 7}},
		{At: at("2026-03-08T02:00:00Z"), Class: record.SignIns, Act: record.SignInFailed, Device: []byte("stranger"), Addr: netip.MustParseAddr("203.0.113.7")},
		{At: at("2026-03-09T02:00:00Z"), Class: record.SignIns, Act: record.SignIn, Failed: true, Device: []byte("stranger")},
		{At: at("2026-03-10T02:00:00Z"), Class: record.Code, Act: record.Push, Automated: true, Device: []byte("robot"), Addr: netip.MustParseAddr("203.0.113.8"), Pos: record.Locus{Pos: 8}},
	}
	var p Profile
	for i := range events {
		p.Add(&events[i])
	}
	day := func(s string) int32 { return int32(at(s+"T00:00:00Z") / dayMillis) }
	quarter := func(s string) int32 { return int32(at(s) / quarterMillis) }
	see := func(s string, pos uint64) Sighting {
		return Sighting{time.UnixMilli(at(s)).UTC(), record.Locus{Pos: pos}}
	}
	addresses := cmp.Comparer(func(a, b netip.Addr) bool { return a == b })
	check := func(name string, got, want any) {
		t.Helper()
		if diff := cmp.Diff(want, got, addresses); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	first, last, _ := p.Span()
	check("first", first, see("2026-03-02T09:05:00Z", 0).At)
	check("last", last, see("2026-03-10T02:00:00Z", 0).At)
	check("days", p.Days(), []int32{day("2026-03-02"), day("2026-03-03"), day("2026-03-04"), day("2026-03-06"), day("2026-03-07")})
	check("chat days", p.Days(record.Chat), []int32{day("2026-03-02")})
	check("quarters", slices.Collect(p.Quarters(record.SignIns, record.Chat)), []int32{
		quarter("2026-03-02T09:00:00Z"), quarter("2026-03-02T09:45:00Z"), quarter("2026-03-03T23:45:00Z"), quarter("2026-03-07T02:00:00Z"),
	})
	check("networks", p.Networks(), []NetworkUse{
		{
			Addr: netip.MustParseAddr("2001:db8:1:2::"), First: see("2026-03-02T09:05:00Z", 1), Last: see("2026-03-02T09:50:00Z", 2),
			Days: []int32{day("2026-03-02")}, Quarters: []int32{quarter("2026-03-02T09:00:00Z"), quarter("2026-03-02T09:45:00Z")},
			HasPlace: true, Lat: 52.5, Lon: float64(float32(13.4)),
		},
		{
			Addr: netip.MustParseAddr("198.51.100.9"), First: see("2026-03-03T23:59:00Z", 3), Last: see("2026-03-03T23:59:00Z", 3),
			Days: []int32{day("2026-03-03")}, Quarters: []int32{quarter("2026-03-03T23:45:00Z")}, Proxy: true,
		},
	})
	visits := p.Visits()
	if len(visits) != 2 || visits[0].First != see("2026-03-02T09:05:00Z", 1) || visits[0].Last != see("2026-03-02T09:50:00Z", 2) || visits[0].Session == 0 || visits[1].Session != 0 {
		t.Errorf("visits = %v", visits)
	}
	check("endpoints", p.Devices(EndpointDevice), []DeviceUse{{
		Kind: EndpointDevice, ID: "laptop-1", First: see("2026-03-02T09:05:00Z", 1), Last: see("2026-03-03T23:59:00Z", 3),
		Days: []int32{day("2026-03-02"), day("2026-03-03")}, Quarters: []int32{quarter("2026-03-02T09:00:00Z"), quarter("2026-03-03T23:45:00Z")},
	}})
	if d := p.Devices(FactorDevice); len(d) != 1 || d[0].ID != "phone-1" {
		t.Errorf("factors = %v", d)
	}
	if d := p.Devices(ClientAgent); len(d) != 1 || strings.Contains(d[0].ID, "Firefox") || len(d[0].ID) != 16 {
		t.Errorf("agents = %v", d)
	}
	check("clones", p.Deeds(record.Clone), []Deed{
		{record.Clone, "example/tools", see("2026-03-04T01:00:00Z", 4)}, {record.Clone, "example/tools", see("2026-03-06T01:00:00Z", 5)},
	})
	check("factor deeds", p.Deeds(record.FactorEnrolled), []Deed{{record.FactorEnrolled, "phone-1", see("2026-03-07T02:00:00Z", 7)}})
	check("newest", p.Last(2), []Latest{
		{record.Code, record.Push, true, see("2026-03-10T02:00:00Z", 8)},
		{record.SignIns, record.FactorEnrolled, false, see("2026-03-07T02:00:00Z", 7)},
	})
	check("offsets", p.Offsets(), []OffsetUse{{
		Minutes: -300, First: see("2026-03-06T02:00:00Z", 6), Last: see("2026-03-06T02:00:00Z", 6), Days: []int32{day("2026-03-06")},
	}})
	check("exemplar at 02", p.Exemplars()[1], Exemplar{2, see("2026-03-07T02:00:00Z", 7)})
	// New York is UTC−5 in early March: 02:00 on Saturday is Friday evening.
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	grid, days := p.Grid(newYork)
	if grid[4][21] != 1 || grid[0][4] != 1 || days != 4 {
		t.Errorf("grid = %v over %d days", grid, days)
	}
	check("truncated", p.Truncated(), []string(nil))
}

// TestMachines holds that only deliberate acts that succeeded, and whose source
// says which machine it was, count; an authenticator is no such machine.
func TestMachines(t *testing.T) {
	var p Profile
	if _, ok := p.Machines(true); ok {
		t.Error("an empty profile has managed machines")
	}
	for i, e := range []record.Event{
		{Act: record.SignIn, Managed: record.IsManaged},
		{Act: record.SignIn, Managed: record.NotManaged},
		{Act: record.Message, Managed: record.NotManaged},
		{Act: record.SignIn},
		{Act: record.FactorUsed, Managed: record.NotManaged},
		{Act: record.FactorEnrolled, Managed: record.NotManaged},
		{Act: record.SignIn, Managed: record.NotManaged, Automated: true},
		{Act: record.SignInFailed, Managed: record.NotManaged},
		{Act: record.SignIn, Managed: record.IsManaged},
	} {
		e.At, e.Addr, e.Pos.Pos = int64(20_000+i)*dayMillis+1, netip.MustParseAddr("192.0.2.1"), uint64(i)
		p.Add(&e)
	}
	see := func(i int) Sighting {
		return Sighting{time.UnixMilli(int64(20_000+i)*dayMillis + 1).UTC(), record.Locus{Pos: uint64(i)}}
	}
	managed, _ := p.Machines(true)
	if diff := cmp.Diff(MachineUse{see(0), see(8), []int32{20_000, 20_008}}, managed); diff != "" {
		t.Errorf("managed: %s", diff)
	}
	unmanaged, _ := p.Machines(false)
	if diff := cmp.Diff(MachineUse{see(1), see(2), []int32{20_001, 20_002}}, unmanaged); diff != "" {
		t.Errorf("not managed: %s", diff)
	}
	var used, enrolled int
	for _, v := range p.Visits() {
		if v.FactorUsed {
			used++
		}
		if v.FactorEnrolled {
			enrolled++
		}
	}
	if used != 1 || enrolled != 1 {
		t.Errorf("authenticators used in %d and enrolled in %d visits, want 1 and 1", used, enrolled)
	}
}

func TestSizeIsBounded(t *testing.T) {
	var busy, worst, light Profile
	rng := lcg(5)
	for i := range 150_000 {
		e := record.Event{
			At: 1_767_225_600_000 + int64(rng.next()%(365*dayMillis)), Class: record.Class(rng.next() % 4), Act: record.Act(rng.next() % 17),
			Addr: netip.AddrFrom4([4]byte{203, 0, 113, byte(rng.next() % 12)}), Device: []byte(hex16(rng.next() % 3)),
			Agent: []byte(hex16(rng.next() % 6)), Session: []byte(hex16(rng.next() % 500)), Object: []byte("example/" + hex16(rng.next()%300)),
			Pos: record.Locus{Pos: uint64(i)},
		}
		busy.Add(&e)
		e.At -= int64(rng.next() % (3650 * dayMillis))
		e.Class = record.Class(rng.next())
		long := strings.Repeat(hex16(rng.next()), 20)
		e.Addr = netip.AddrFrom4([4]byte{203, byte(rng.next()), byte(rng.next()), 1})
		e.Device, e.Token, e.Object, e.Agent = []byte(long), []byte(long), []byte(long), []byte(long)
		e.HasOffset, e.OffsetMinutes = true, int16(rng.next())
		e.Managed = record.Managed(1 + rng.next()%2)
		worst.Add(&e)
	}
	for i := range 50 {
		e := record.Event{
			At: 1_767_225_600_000 + int64(i/3)*dayMillis + int64(9+i%3*2)*hourMillis, Class: record.Class(i % 2), Act: record.SignIn,
			Addr: netip.MustParseAddr("203.0.113.7"), Device: []byte("guoA1B2C3D4E5F6G70h7"),
		}
		light.Add(&e)
	}
	t.Logf("bytes: light %d, a busy year %d, worst %d", light.Size(), busy.Size(), worst.Size())
	if light.Size() > 6<<10 {
		t.Errorf("50 events take %d bytes", light.Size())
	}
	if busy.Size() > 64<<10 || worst.Size() > 64<<10 {
		t.Errorf("sizes %d and %d, at most %d wanted", busy.Size(), worst.Size(), 64<<10)
	}
	want := []string{"days", "deeds", "devices", "machines", "networks", "offsets", "usage", "visits"}
	if !slices.Equal(worst.Truncated(), want) {
		t.Errorf("truncated %v, want %v", worst.Truncated(), want)
	}
}

func TestAddDoesNotAllocate(t *testing.T) {
	var p Profile
	e := record.Event{
		At: 1_767_225_600_000, Class: record.SignIns, Act: record.SignIn, Addr: netip.MustParseAddr("203.0.113.7"),
		Device: []byte("guoA1B2C3D4E5F6G70h7"), Agent: []byte("Firefox"), Session: []byte("s"),
	}
	p.Add(&e)
	if n := testing.AllocsPerRun(1000, func() { p.Add(&e) }); n != 0 {
		t.Errorf("%v allocations for a repeated event", n)
	}
}

func TestFoldIsAdding(t *testing.T) {
	c := newCompany(50, 5000)
	apart := make([]Profile, 50)
	folds := []*Fold{NewFold(0), NewFold(10)}
	for i := range c.events {
		s := int(c.subjects[i])
		apart[s].Add(&c.events[i])
		folds[i%2].Add(s, &c.events[i])
	}
	folds[0].Add(-1, &c.events[0])
	folds[0].Join(folds[1], 0, folds[1].Len())
	n := 0
	for s, p := range folds[0].All() {
		n++
		if !bytes.Equal(canonical(t, p), canonical(t, &apart[s])) {
			t.Fatalf("subject %d differs", s)
		}
	}
	if n != 50 || folds[0].Profile(50) != nil || folds[0].Profile(-1) != nil {
		t.Errorf("%d profiles", n)
	}
}

// TestFoldsJoinInParallel is for the race detector: workers fold apart and ranges
// are joined at the same time.
func TestFoldsJoinInParallel(t *testing.T) {
	c := newCompany(64, 4000)
	one := NewFold(64)
	folds := []*Fold{NewFold(64), NewFold(0)}
	var workers sync.WaitGroup
	for w, f := range folds {
		workers.Go(func() {
			for i := w; i < len(c.events); i += 2 {
				f.Add(int(c.subjects[i]), &c.events[i])
			}
			f.Flush()
		})
	}
	for i := range c.events {
		one.Add(int(c.subjects[i]), &c.events[i])
	}
	workers.Wait()
	folds[0].Grow(folds[1].Len())
	for from := 0; from < 64; from += 16 {
		workers.Go(func() { folds[0].Join(folds[1], from, from+16) })
	}
	workers.Wait()
	for s, p := range one.All() {
		if !bytes.Equal(canonical(t, p), canonical(t, folds[0].Profile(s))) {
			t.Fatalf("subject %d differs", s)
		}
	}
}
