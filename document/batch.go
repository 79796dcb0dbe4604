// SPDX-License-Identifier: Apache-2.0

package document

import (
	"cmp"
	"slices"
	"time"

	"daylight/record"
)

// Sample is the picture of one person's identity document.
type Sample struct {
	Person uint32
	record.IdentityDocument
}

// Batch says that the pictures of two people's documents seem to come from one
// production line.
type Batch struct {
	A, B   int      // of the samples given, A < B
	Traits []string // what they share, in words: at least [MinTraits] of four
	// People is how many are connected by such shares, these two among them.
	People int
}

const (
	// MinTraits is how many of the four traits two pictures share at least. Fewer
	// are what any two pictures of one model of telephone share.
	MinTraits = 3
	// batchSpan is how far apart in time pictures of one series are (catalogue,
	// onb.doc_pipeline_shared).
	batchSpan = 30 * time.Minute
	// maxSeries is how many samples with one camera or one date are compared with
	// each other: more are a service desk, which says nothing.
	maxSeries = 256
)

// Batches finds the samples of different people that share three or four of: a
// camera in one time zone, half an hour, a background, a date of expiry. Of the
// document itself nothing else is compared: not its issuer, nor its portrait.
func Batches(samples []Sample) []Batch {
	// Three of four traits leave out one, so either the camera or the date is shared.
	type camera struct {
		name   string
		offset int
	}
	cameras, dates := map[camera][]int{}, map[record.Date][]int{}
	for i, s := range samples {
		if c := s.Capture; c.Camera != "" && c.OffsetMinutes != nil {
			k := camera{c.Camera, *c.OffsetMinutes}
			cameras[k] = append(cameras[k], i)
		}
		if !s.Expires.IsZero() {
			dates[s.Expires] = append(dates[s.Expires], i)
		}
	}
	found := map[[2]int][]string{}
	compare := func(series []int) {
		// Pictures of one series lie next to each other in time.
		slices.SortStableFunc(series, func(a, b int) int { return samples[a].Capture.Taken.Compare(samples[b].Capture.Taken) })
		for i, a := range series {
			for _, b := range series[i+1 : min(len(series), i+1+maxSeries)] {
				key := [2]int{min(a, b), max(a, b)}
				if samples[a].Person == samples[b].Person || found[key] != nil {
					continue
				}
				if traits := shared(samples[a].IdentityDocument, samples[b].IdentityDocument); len(traits) >= MinTraits {
					found[key] = traits
				}
			}
		}
	}
	for _, series := range cameras {
		compare(series)
	}
	for _, series := range dates {
		compare(series)
	}
	return joined(samples, found)
}

// shared words the traits that two documents share.
func shared(a, b record.IdentityDocument) []string {
	var out []string
	x, y := a.Capture, b.Capture
	zoned := x.OffsetMinutes != nil && y.OffsetMinutes != nil
	if zoned && x.Camera != "" && x.Camera == y.Camera && *x.OffsetMinutes == *y.OffsetMinutes {
		out = append(out, "one model of camera in one time zone")
	}
	if !x.Taken.IsZero() && !y.Taken.IsZero() && zoned == (x.OffsetMinutes != nil || y.OffsetMinutes != nil) && x.Taken.Sub(y.Taken).Abs() <= batchSpan {
		out = append(out, "taken within half an hour")
	}
	if min(x.SurroundDetail, y.SurroundDetail) >= MinDetail && Distance(x.Surround, y.Surround) <= AlikeDistance {
		out = append(out, "on one background")
	}
	if !a.Expires.IsZero() && a.Expires == b.Expires {
		out = append(out, "with one date of expiry")
	}
	return out
}

// joined lists the pairs in order, each with how many people hang together.
func joined(samples []Sample, found map[[2]int][]string) []Batch {
	root := map[uint32]uint32{}
	var find func(uint32) uint32
	find = func(p uint32) uint32 {
		if r, ok := root[p]; ok && r != p {
			root[p] = find(r)
			return root[p]
		}
		return p
	}
	for key := range found {
		a, b := find(samples[key[0]].Person), find(samples[key[1]].Person)
		root[max(a, b)] = min(a, b)
	}
	people := map[uint32]map[uint32]bool{}
	out := make([]Batch, 0, len(found))
	for key, traits := range found {
		r := find(samples[key[0]].Person)
		if people[r] == nil {
			people[r] = map[uint32]bool{}
		}
		people[r][samples[key[0]].Person], people[r][samples[key[1]].Person] = true, true
		out = append(out, Batch{A: key[0], B: key[1], Traits: traits})
	}
	for i := range out {
		out[i].People = len(people[find(samples[out[i].A].Person)])
	}
	slices.SortFunc(out, func(x, y Batch) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	return out
}
