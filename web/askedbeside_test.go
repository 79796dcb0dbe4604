// SPDX-License-Identifier: Apache-2.0

package web

import (
	"maps"
	"slices"
	"testing"

	"daylight/checkin"
	"daylight/interview"
	"daylight/record"
	"daylight/store"
)

// TestAskedBeside: what check-ins ask for is said by the titles that people read; a link
// that was taken back asks nothing; an accommodation that an export declares sets a person
// apart.
func TestAskedBeside(t *testing.T) {
	c := sampleConsole(t)
	_, handles := c.finalists(t)
	handle, other := handles[0], handles[1]
	invite := func(id, handle string, p checkin.Plan) (k *checkin.CheckIn) {
		p.Answer, p.Box = 24, 15
		c.change(t, func(w store.Writer) (err error) {
			k, err = checkin.Invite(w, checkin.Invitation{ID: id, Handle: handle, By: interview.Actor{Account: "a-1"}, Plan: p, Secret: "of " + id}, c.now)
			return err
		})
		return k
	}
	beside := func(handle string) (b interview.Beside) {
		c.change(t, func(w store.Writer) (err error) {
			b, err = c.askedBeside(w)(handle)
			return err
		})
		return b
	}
	invite("k-1", handle, checkin.Plan{Asked: []string{checkin.Window, checkin.Near}, Typed: true})
	invite("k-2", other, checkin.Plan{Asked: []string{checkin.Hand}, Connection: true})
	back := invite("k-3", other, checkin.Plan{Typed: true})
	c.change(t, func(w store.Writer) error { return back.Revoke(w, c.now) })
	for handle, want := range map[string][]string{
		handle: {"digits to type", "“Come closer”", "“Show a window”"},
		other:  {"the way of the connection", "“Move a hand”"},
	} {
		b := beside(handle)
		if got := slices.Sorted(maps.Keys(b.Steps)); !slices.Equal(got, want) || b.Apart {
			t.Errorf("asked beside: %q, apart: %v, want %q", got, b.Apart, want)
		}
	}
	c.holds(t, handle, record.Person{Stage: record.Applicant, Accommodation: true}, "x-1")
	if !beside(handle).Apart || beside(other).Apart {
		t.Error("an accommodation that an export declares sets nobody apart, or somebody else")
	}
}
