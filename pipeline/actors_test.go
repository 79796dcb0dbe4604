// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"fmt"
	"testing"

	"daylight/record"
)

// However many strangers a log names, few are remembered, people are still
// found, and an account seen before costs no memory.
func TestActorsForgetStrangers(t *testing.T) {
	people := make([]record.Record, 3)
	for i := range people {
		people[i] = record.Record{
			ID:   record.ID(fmt.Sprint("r", i)),
			Ref:  record.Ref{ID: fmt.Sprint("w-", i), Email: record.Redacted(fmt.Sprintf("p%d@larkspur.example", i))},
			Body: record.Person{},
		}
	}
	a := newActors(newDirectory(people, nil))
	for n := range 2*maxKnown + 10 {
		if i, ok := a.of(&record.Event{ActorID: fmt.Append(nil, "stranger ", n)}); ok {
			t.Fatalf("stranger %d is person %d", n, i)
		}
		if n%1000 == 0 {
			want := n / 1000 % len(people)
			i, ok := a.of(&record.Event{ActorEmail: fmt.Appendf(nil, "p%d@larkspur.example", want)})
			if !ok || i != want {
				t.Fatalf("person %d is %d, %t", want, i, ok)
			}
		}
		if len(a.known) > maxKnown {
			t.Fatalf("%d accounts are remembered", len(a.known))
		}
	}
	e := record.Event{ActorEmail: []byte("p1@larkspur.example"), ActorID: []byte("w-1")}
	if n := testing.AllocsPerRun(100, func() { a.of(&e) }); n != 0 {
		t.Errorf("%v allocations for an account seen before", n)
	}
}
