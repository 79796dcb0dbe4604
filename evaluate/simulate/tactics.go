// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Slugs of the tactics.
const (
	ringResume = "ring_resume"
	borrowed   = "borrowed_identity"
	farm       = "laptop_farm"
	farmSingle = "laptop_farm_single"
	vpnSolo    = "vpn_solo"
	dayHands   = "day_hands"
	nightHands = "night_hands"
	shiftHands = "shift_hands"
	standIn    = "stand_in"
	farmMoves  = "farm_moves"
	careful    = "careful"
)

// Tactic is one way to deceive: how frequent it is among deceptive people, and
// what it changes.
type Tactic struct {
	// Frequency is relative to the other tactics'.
	Frequency float64 `yaml:"frequency"`
	// Group is how many people of one group there are, from and to; both 1 for
	// people by themselves.
	Group [2]int `yaml:"group,flow"`
	// TextShared is the share of a résumé's lines that come from the group's stock,
	// from and to.
	TextShared [2]float64 `yaml:"text_shared,flow"`
	// Reworded is the share of words with another word for them that are changed.
	Reworded float64 `yaml:"reworded"`
	// Signs changes the figures that docs/simulator.md lists.
	Signs map[Sign]float64 `yaml:"signs"`
}

// Tactics are all of them, by slug.
type Tactics map[string]Tactic

// DefaultTactics returns the tactics in force without a file.
func DefaultTactics() Tactics {
	alone := [2]int{1, 1}
	return Tactics{
		ringResume: {Frequency: 25, Group: [2]int{8, 12}, TextShared: [2]float64{0.3, 0.8}, Reworded: 0.3},
		borrowed:   {Frequency: 12, Group: alone, Signs: map[Sign]float64{degreeDenied: 0.4, documentOther: 0.2, documentMismatch: 0.15, sharedFile: 0, otherPortrait: 0.45}},
		farm:       {Frequency: 8, Group: [2]int{2, 15}, TextShared: [2]float64{0, 0.4}, Reworded: 0.3},
		farmSingle: {Frequency: 17, Group: alone},
		vpnSolo:    {Frequency: 8, Group: alone, Signs: map[Sign]float64{workVPN: 1, consoleUSB: 0.02}},
		dayHands:   {Frequency: 6, Group: alone},
		nightHands: {Frequency: 6, Group: alone},
		shiftHands: {Frequency: 4, Group: alone},
		standIn:    {Frequency: 6, Group: alone, Signs: map[Sign]float64{otherPerson: 0.6, cameraRefused: 0.05, gestureFailed: 0.03, localPoor: 0.15, readAloud: 0.05, shallowAnswers: 0.1}},
		farmMoves:  {Frequency: 3, Group: alone},
		careful: {Frequency: 5, Group: alone, Signs: map[Sign]float64{
			applyVPN: 0.15, applyHosting: 0.01, workVPN: 0.15, lateAddress: 0.15, remoteEarly: 0.05, consoleUSB: 0.02, jiggler: 0.05,
			otherHolder: 0.03, bankChange: 0.08, wallet: 0.003, foreignAuthor: 0.03, impossible: 0.02, voipPhone: 0.15, forwarder: 0.02, inputDelayed: 0.2, rackProfile: 0.15, signedElsewhere: 0.06,
			poorLight: 0.15, callCentre: 0.01, othersTalking: 0.06, farFactor: 0.08, virtualCamera: 0.1, jobDenied: 0.15, noSuchFirm: 0.04, otherClock: 0.02, linkedReference: 0.08,
		}},
	}
}

// ErrTactics is wrapped by errors about tactics that cannot be used.
var ErrTactics = errors.New("bad tactics")

// ParseTactics reads tactics as YAML onto the defaults, strictly: unknown
// tactics, members and signs are errors. A tactic that is named replaces the
// members it gives and keeps the rest.
func ParseTactics(data []byte) (Tactics, error) {
	all := DefaultTactics()
	var given map[string]yaml.Node
	file := yaml.NewDecoder(bytes.NewReader(data))
	if err := file.Decode(&given); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: %w", ErrTactics, err)
	}
	if err := file.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: there is more after the end of the document (---), which would not be read", ErrTactics)
	}
	for _, slug := range slices.Sorted(maps.Keys(given)) {
		t, ok := all[slug]
		if !ok {
			return nil, fmt.Errorf("%w: there is no tactic %q", ErrTactics, slug)
		}
		// A node decodes loosely, so each goes through a strict decoder.
		node := given[slug]
		one, err := yaml.Marshal(&node)
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrTactics, slug, err)
		}
		dec := yaml.NewDecoder(bytes.NewReader(one))
		dec.KnownFields(true)
		if err := dec.Decode(&t); err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%w: %s: %w", ErrTactics, slug, err)
		}
		all[slug] = t
	}
	return all, all.check()
}

// YAML returns the tactics as [ParseTactics] reads them.
func (t Tactics) YAML() ([]byte, error) { return yaml.Marshal(map[string]Tactic(t)) }

func (t Tactics) check() error {
	sum := 0.0
	for _, slug := range slices.Sorted(maps.Keys(t)) {
		one := t[slug]
		bad := func(what string, v any) error { return fmt.Errorf("%w: %s: %s: %v", ErrTactics, slug, what, v) }
		if !(one.Frequency >= 0 && one.Frequency <= 1e6) {
			return bad("frequency is not between 0 and a million", one.Frequency)
		}
		if one.Group[0] < 1 || one.Group[1] < one.Group[0] || one.Group[1] > 1000 {
			return bad("group is not a range within 1 and 1000", one.Group)
		}
		if !probability(one.TextShared[0]) || !probability(one.TextShared[1]) || one.TextShared[1] < one.TextShared[0] {
			return bad("text_shared is not a range within 0 and 1", one.TextShared)
		}
		if !probability(one.Reworded) {
			return bad("reworded is not a probability", one.Reworded)
		}
		for _, sign := range slices.Sorted(maps.Keys(one.Signs)) {
			if !known(sign) {
				return bad("there is no sign", sign)
			}
			if !probability(one.Signs[sign]) {
				return bad(string(sign)+" is not a probability", one.Signs[sign])
			}
		}
		sum += one.Frequency
	}
	if sum <= 0 {
		return fmt.Errorf("%w: all frequencies are 0", ErrTactics)
	}
	return nil
}

func probability(p float64) bool { return p >= 0 && p <= 1 }

// share divides n people among the tactics in proportion, by largest remainder.
// A tactic of groups that would get a single person gets none: nobody shares
// anything alone.
func (t Tactics) share(n int) map[string]int {
	out := map[string]int{}
	slugs := slices.Sorted(maps.Keys(t))
	for {
		sum := 0.0
		for _, s := range slugs {
			sum += t[s].Frequency
		}
		if sum <= 0 || n <= 0 {
			return out
		}
		clear(out)
		left := n
		rest := map[string]float64{}
		for _, s := range slugs {
			exact := float64(n) * t[s].Frequency / sum
			out[s] = int(exact)
			rest[s] = exact - float64(out[s])
			left -= out[s]
		}
		byRest := slices.Clone(slugs)
		slices.SortStableFunc(byRest, func(a, b string) int {
			switch {
			case rest[a] > rest[b]:
				return -1
			case rest[a] < rest[b]:
				return 1
			}
			return 0
		})
		for i := range left {
			out[byRest[i]]++
		}
		alone := slices.IndexFunc(slugs, func(s string) bool { return out[s] == 1 && t[s].Group[0] > 1 })
		if alone < 0 || len(slugs) == 1 {
			return out
		}
		slugs = slices.Delete(slugs, alone, alone+1)
	}
}
