// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/casework"
	"daylight/record"
	"daylight/store"
	"daylight/weigh"
)

// TestAheadIsThePlan: what is counted by plain columns is what the plan names, person by
// person, with requisitions that were closed and without.
func TestAheadIsThePlan(t *testing.T) {
	s := newService(t, temporary(t))
	random := rand.New(rand.NewPCG(7, 7))
	update(t, s.store, func(w store.Writer) error {
		for i := range 400 {
			handle := fmt.Sprintf("p-%010x", i)
			row := store.Row{Key: handle, Holder: Holder(handle), Text: map[string]string{}, Ints: map[string]int64{}}
			stage := []record.Stage{record.Applicant, record.Leaver, record.Worker}[random.IntN(3)]
			state := []weigh.State{weigh.Clear, weigh.Insufficient, weigh.Escalate}[random.IntN(3)]
			last, left := now().Add(-time.Duration(random.IntN(80))*day), now().Add(-time.Duration(random.IntN(80))*day)
			why, from := ruleOf(stage, state, dayOf(last), dayOf(left))
			row.Text["rule"], row.Ints["from"] = string(why), from
			if i%50 == 0 { // joined with somebody
				row.Text, row.Ints = map[string]string{"merged": "p-0000000001", "stage": string(stage)}, nil
			}
			if err := w.Put(store.Subjects, row); err != nil {
				return err
			}
			if random.IntN(5) > 0 {
				continue
			}
			if _, _, err := casework.Open(w, casework.Matter{Subject: handle, Stage: stage, State: state}, now()); err != nil {
				return err
			}
		}
		return nil
	})
	until := now().Add(30 * day)
	for name, set := range map[string]Retention{
		"all due": {Applicants: 7, Leavers: 7}, "some": {Applicants: 60, Leavers: 40}, "nobody": {Applicants: 365, Leavers: 365},
		"with a closed requisition": {Applicants: 60, Leavers: 40, Closed: map[string]time.Time{"r-1": now()}},
	} {
		t.Run(name, func(t *testing.T) {
			view(t, s.store, func(r store.Reader) error {
				due, err := Plan(r, set, until)
				if err != nil {
					return err
				}
				for _, most := range []int{3, 1000} {
					want := Outlook{Now: map[Why]int{DueApplicant: 0, DueLeaver: 0}, Soon: map[Why]int{DueApplicant: 0, DueLeaver: 0}}
					for _, d := range due {
						switch {
						case d.Hold != HeldNot:
							want.Held = append(want.Held, d)
							continue
						case !d.At.After(now()):
							want.Now[d.Why]++
						}
						want.Soon[d.Why]++
						want.Next = append(want.Next, d)
					}
					want.Next = slices.Clip(want.Next[:min(len(want.Next), most)])
					got, err := Ahead(r, set, now(), until, most)
					if err != nil {
						return err
					}
					for _, why := range bothRules { // a count of none may be left out
						got.Now[why], got.Soon[why] = got.Now[why]+0, got.Soon[why]+0
					}
					if d := cmp.Diff(want, got); d != "" {
						t.Errorf("with %d by name (-want +got):\n%s", most, d)
					}
					if empty := len(due) == 0; empty != (name == "nobody") || !empty && (len(got.Held) < 10 || got.Soon[DueLeaver] < 10) {
						t.Errorf("%d are due, %d of them kept, %d leavers: the case shows little", len(due), len(got.Held), got.Soon[DueLeaver])
					}
				}
				return nil
			})
		})
	}
}
