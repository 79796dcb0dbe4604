// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"cmp"
	"math"
	"slices"
	"time"
)

const (
	// MinShiftDays is the active days that [Shifts] asks for.
	MinShiftDays = 20
	// MinPairedDays is the days with a known fingerprint in two blocks or more
	// below which Information and P say nothing.
	MinPairedDays = 10

	// A block is where a half-hour's presence is at least blockLevel of the
	// busiest one's; blocks nearer than blockGap half-hours are one; a block has
	// at least blockShare of all presence.
	blockLevel = 0.15
	blockGap   = 5
	blockShare = 0.15
	// A block longer than longBlock half-hours is judged in two halves, one
	// longer than allDay in thirds: hands may relieve each other without a pause.
	longBlock = 26
	allDay    = 40

	// permutations are drawn unless enough of them reach the observed information
	// before: then no more can make it rare (Besag & Clifford 1991).
	permutations = 999
	enough       = 30
	// relayP, relayInformation, relayMinutes and relayShare are the bars that
	// Relay takes.
	relayP           = 0.01
	relayInformation = 0.5
	relayMinutes     = 4 * 60
	relayShare       = 0.25
)

// Block is one daily block of work.
type Block struct {
	From, To int     // claimed local time, minutes after midnight; To may pass 1440
	Days     int     // days with acts in it
	Share    float64 // of all presence
}

// ShiftFit says in how many daily blocks a subject works and whether the
// fingerprint (device, browser, agent, network) changes with the block.
type ShiftFit struct {
	Enough bool // false below [MinShiftDays]
	Days   int
	Blocks []Block // by From
	// Covered is the hours of the day that lie in a block.
	Covered float64
	// Fingerprint is the kind that switches most surely: "endpoint", "browser",
	// "agent" or "network"; empty when no kind has two values and enough days.
	Fingerprint string
	// PairedDays is the days on which that kind is known in two blocks or more.
	// Only they count: a new laptop and a new daily routine that begin together
	// are no relay.
	PairedDays int
	// Information is the mutual information between block and fingerprint as a
	// share of the smaller entropy, 0-1. P is the share of permutations within
	// the days that reach as much, times the kinds looked at, 0-1.
	Information, P float64
	// Relay is set when two blocks of four hours and a quarter of the presence or
	// more each switch together with the fingerprint: P below 0.01 and
	// Information above 0.5. One person with a split day keeps the devices; one
	// with a laptop and a telephone mixes them.
	Relay bool
}

// Shifts looks for a relay of hands, from from until before to; zero times do not
// limit. seed starts the permutation test's own generator: the same seed gives
// the same answer.
func Shifts(p *Profile, claim *time.Location, from, to time.Time, seed uint64) ShiftFit {
	days := localDays(p, claim, from, to)
	f := ShiftFit{Days: len(days), Enough: len(days) >= MinShiftDays, P: 1}
	f.Blocks = blocks(days)
	for _, b := range f.Blocks {
		f.Covered += float64(b.To-b.From) / 60
	}
	if len(f.Blocks) < 2 || !f.Enough {
		return f
	}
	kinds := 0
	rng := generator(seed)
	for _, kind := range fingerprints(p) {
		paired := pair(kind.uses, f.Blocks, claim, from, to)
		info, share, days := paired.test(&rng)
		if days < MinPairedDays || share == 0 {
			continue
		}
		kinds++
		if f.Fingerprint == "" || share < f.P || share == f.P && info > f.Information {
			f.Fingerprint, f.Information, f.P, f.PairedDays = kind.name, info, share, days
		}
	}
	f.P = min(1, f.P*float64(max(1, kinds)))
	large := 0
	for _, b := range f.Blocks {
		if b.To-b.From >= relayMinutes && b.Share >= relayShare {
			large++
		}
	}
	f.Relay = large >= 2 && f.Fingerprint != "" && f.P < relayP && f.Information > relayInformation
	return f
}

// blocks finds the daily blocks by the gaps between them.
func blocks(days []localDay) []Block {
	const halves = quartersADay / 2
	var raw, level [halves]float64
	var total float64
	for _, d := range days {
		for h := range halves {
			if q := 2 * h; d.acts[q>>6]>>(q&63)&3 != 0 {
				raw[h]++
				total++
			}
		}
	}
	top := 0.0
	for h := range level {
		level[h] = (raw[(h+halves-1)%halves] + 2*raw[h] + raw[(h+1)%halves]) / 4
		top = max(top, level[h])
	}
	if top == 0 {
		return nil
	}
	// Start in the longest pause, so that no block is met in its middle.
	busy := func(h int) bool { return level[h%halves] >= blockLevel*top }
	start, longest := 0, 0
	for h, run := 0, 0; h < 2*halves; h++ {
		if busy(h) {
			run = 0
			continue
		}
		run++
		if run > longest && run <= halves {
			longest, start = run, (h+1)%halves
		}
	}
	var spans [][2]int // half-hours from start
	for h := range halves {
		switch n := len(spans); {
		case !busy(start + h):
		case n > 0 && h-spans[n-1][1] < blockGap:
			spans[n-1][1] = h + 1
		default:
			spans = append(spans, [2]int{h, h + 1})
		}
	}
	var out []Block
	for _, s := range spans {
		parts := 1
		if s[1]-s[0] > allDay {
			parts = 3
		} else if s[1]-s[0] > longBlock {
			parts = 2
		}
		for i := range parts {
			lo := s[0] + (s[1]-s[0])*i/parts
			hi := s[0] + (s[1]-s[0])*(i+1)/parts
			var sum float64
			for h := lo; h < hi; h++ {
				sum += raw[(start+h)%halves]
			}
			if sum < blockShare*total {
				continue
			}
			b := Block{From: (start + lo) % halves * 30, Share: sum / total}
			b.To = b.From + (hi-lo)*30
			b.Days = daysWithin(days, b)
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b Block) int { return cmp.Compare(a.From, b.From) })
	return out
}

func daysWithin(days []localDay, b Block) int {
	mask := stretch(b.From/15, (b.To-b.From)/15)
	n := 0
	for _, d := range days {
		if d.acts[0]&mask[0] != 0 || d.acts[1]&mask[1] != 0 {
			n++
		}
	}
	return n
}

// fingerprint is one kind of thing that tells hands apart: the quarter-hours of
// each of its values.
type fingerprint struct {
	name string
	uses [][]int32
}

func fingerprints(p *Profile) []fingerprint {
	kinds := []fingerprint{{name: "endpoint"}, {name: "browser"}, {name: "agent"}, {name: "network"}}
	for i, kind := range []DeviceKind{EndpointDevice, BrowserToken, ClientAgent} {
		for _, d := range p.Devices(kind) {
			kinds[i].uses = append(kinds[i].uses, d.Quarters)
		}
	}
	for _, n := range p.Networks() {
		kinds[3].uses = append(kinds[3].uses, n.Quarters)
	}
	return slices.DeleteFunc(kinds, func(k fingerprint) bool { return len(k.uses) < 2 })
}

// unit is one block of one day and the value most used in it.
type unit struct {
	day          int64
	block, value int
	n            int
}

// units are the blocks with a known value of the days that have two or more, by
// day.
type units struct {
	list   []unit
	blocks int
	values int
}

func pair(uses [][]int32, blocks []Block, claim *time.Location, from, to time.Time) units {
	type place struct {
		day   int64
		block int
	}
	best := map[place]unit{}
	lo, hi := window(from, to)
	for value, quarters := range uses {
		clock := newClock(claim)
		counts := map[place]int{}
		for _, q := range quarters {
			if q < lo || q >= hi {
				continue
			}
			local := clock.local(q)
			for i, b := range blocks {
				into := local - int64(b.From/15)
				day := floor(into, quartersADay)
				if into-day*quartersADay < int64((b.To-b.From)/15) {
					counts[place{day, i}]++
					break
				}
			}
		}
		for at, n := range counts {
			if n > best[at].n { // of equals the value first seen stands
				best[at] = unit{at.day, at.block, value, n}
			}
		}
	}
	list := make([]unit, 0, len(best))
	for _, u := range best {
		list = append(list, u)
	}
	slices.SortFunc(list, func(a, b unit) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.block, b.block)) })
	out := units{blocks: len(blocks), values: len(uses)}
	for i := 0; i < len(list); {
		j := i
		for j < len(list) && list[j].day == list[i].day {
			j++
		}
		if j-i >= 2 {
			out.list = append(out.list, list[i:j]...)
		}
		i = j
	}
	return out
}

// test returns the normalised information, the share of permutations that reach
// it (the observed one counted among them), and the days. The share is 0 when
// block or value never varies or days are too few.
func (u *units) test(rng *generator) (info, share float64, days int) {
	for i := range u.list {
		if i == 0 || u.list[i].day != u.list[i-1].day {
			days++
		}
	}
	if days < MinPairedDays {
		return 0, 0, days
	}
	// Permuting within days leaves the margins alone: only the joint entropy moves.
	joint, rows, cols := u.tables()
	a, b := entropy(rows), entropy(cols)
	if min(a, b) < 1e-9 {
		return 0, 0, days
	}
	observed := entropy(joint)
	info = max(0, a+b-observed) / min(a, b)
	drawn, reached := 1, 1
	list := slices.Clone(u.list)
	for drawn <= permutations && reached < enough {
		drawn++
		for i := 0; i < len(list); {
			j := i + 1
			for ; j < len(list) && list[j].day == list[i].day; j++ {
				k := i + rng.below(j-i+1)
				list[j].value, list[k].value = list[k].value, list[j].value
			}
			i = j
		}
		clear(joint)
		for _, x := range list {
			joint[x.block*u.values+x.value]++
		}
		if entropy(joint) <= observed+1e-12 {
			reached++
		}
	}
	return info, float64(reached) / float64(drawn), days
}

// tables counts the units by block and value, by block and by value.
func (u *units) tables() (joint, rows, cols []float64) {
	joint = make([]float64, u.blocks*u.values)
	rows, cols = make([]float64, u.blocks), make([]float64, u.values)
	for _, x := range u.list {
		joint[x.block*u.values+x.value]++
		rows[x.block]++
		cols[x.value]++
	}
	return joint, rows, cols
}

// entropy of counts, nats.
func entropy(counts []float64) float64 {
	var n, sum float64
	for _, c := range counts {
		if c > 0 {
			n += c
			sum += c * math.Log(c)
		}
	}
	if n == 0 {
		return 0
	}
	return math.Log(n) - sum/n
}

// generator is SplitMix64 (Steele, Lea, Flood 2014).
type generator uint64

func (g *generator) below(n int) int {
	*g += 0x9e3779b97f4a7c15
	return int(mix(uint64(*g)) % uint64(n)) //nolint:gosec // n is small and positive
}
