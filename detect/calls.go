// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"daylight/record"
)

// Calls is what the video calls of everybody have in common: what one person's
// are compared with. Who it is of is not kept.
type Calls struct {
	// Named is how many people have a call that names a camera, microphone or
	// speaker, and Devices in how many people's calls each label stands, folded by
	// [FoldLabel].
	Named   int            `json:"named,omitzero"`
	Devices map[string]int `json:"devices,omitzero"`
	// Latency is the median latency of each person's calls, in milliseconds,
	// sorted.
	Latency []int `json:"latency,omitzero"`
	// Seen and Unseen are how many people sent video in at least one call, and in
	// none, of those of whom three calls or more say whether they did.
	Seen   int `json:"seen,omitzero"`
	Unseen int `json:"unseen,omitzero"`
}

// FewestCalls is how many calls must say whether video was sent before a person
// counts as seen or unseen.
const FewestCalls = 3

// FoldLabel returns a device's label as it is compared: lower-case, without white
// space around it.
func FoldLabel(label string) string { return strings.ToLower(strings.TrimSpace(label)) }

// Labels returns the labels of the devices that a call names.
func Labels(c record.Call) []string {
	var labels []string
	for _, l := range []string{c.Camera, c.Microphone, c.Speaker} {
		if l = FoldLabel(l); l != "" {
			labels = append(labels, l)
		}
	}
	return labels
}

// CountCalls gathers, for [Company.Calls], the calls of all subjects. The order
// of records does not matter.
func CountCalls(records iter.Seq[record.Record]) Calls {
	type person struct {
		labels       map[string]bool
		latency      []int
		seen, unseen map[int64]bool // instants of joining
	}
	people := map[record.SubjectID]*person{}
	for r := range records {
		c, ok := r.Body.(record.Call)
		if !ok {
			continue
		}
		if people[r.Subject] == nil {
			people[r.Subject] = &person{map[string]bool{}, nil, map[int64]bool{}, map[int64]bool{}}
		}
		p := people[r.Subject]
		for _, l := range Labels(c) {
			p.labels[l] = true
		}
		if c.Latency != nil {
			p.latency = append(p.latency, *c.Latency)
		}
		switch {
		case c.Video == nil:
		case *c.Video > 0:
			p.seen[r.At.UnixMilli()] = true
		default:
			p.unseen[r.At.UnixMilli()] = true
		}
	}
	out := Calls{Devices: map[string]int{}}
	for _, p := range people {
		if len(p.labels) > 0 {
			out.Named++
		}
		for l := range p.labels {
			out.Devices[l]++
		}
		if ms, ok := Median(p.latency); ok {
			out.Latency = append(out.Latency, ms)
		}
		switch {
		case len(p.seen)+len(p.unseen) < FewestCalls:
		case len(p.seen) > 0:
			out.Seen++
		default:
			out.Unseen++
		}
	}
	slices.Sort(out.Latency)
	return out
}

// Median returns the middle value, of an even number the lower one; ok is false
// for none.
func Median[T cmp.Ordered](values []T) (middle T, ok bool) {
	if len(values) == 0 {
		return middle, false
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)/2], true
}
